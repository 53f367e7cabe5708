//! Proves that phenopackets become what somebody has looked at, that each member of their schema is somewhere in the bundle, that what
//! the schema does not know is kept and told, that what is excluded is never there, and that packets which others wrote convert.
//!
//! The packets stand below `fixtures/phenopackets`, snapshots beside them.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use case2fhir::bundle::BundleKind;
use case2fhir::case::Date;
use case2fhir::definition::{FhirVersion, Library};
use case2fhir::instance::node_to_json;
use case2fhir::issue::{Code, Issues, Severity, SourceMap};
use case2fhir::pipeline::Context;
use case2fhir::render::Values;
use case2fhir::source::{self, Format, Input};
use case2fhir::validate::Validator;
use serde_json::{Value, json};

use crate::fixtures::{self, Converted, KINDS};
use crate::phenopacket_members::WENT;

struct Packet {
    name: String,
    folder: PathBuf,
    bytes: Vec<u8>,
}

fn packets() -> Vec<Packet> {
    let mut list = Vec::new();
    for folder in std::fs::read_dir(fixtures::root().join("fixtures/phenopackets")).expect("the fixtures are there") {
        let folder = folder.expect("a folder").path();
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let bytes = std::fs::read(folder.join("packet.json")).expect("a readable packet");
        list.push(Packet { name, folder, bytes });
    }
    list.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(list.len() >= 7, "fixtures are missing: {} found", list.len());
    list
}

fn named(name: &str) -> Packet {
    packets().into_iter().find(|packet| packet.name == name).unwrap_or_else(|| panic!("no packet {name}"))
}

fn convert(bytes: &[u8]) -> Converted {
    fixtures::convert(fixtures::context(BundleKind::Collection), "packet.json", bytes)
}

fn convert_value(packet: &Value) -> Converted {
    convert(packet.to_string().as_bytes())
}

fn value_of(name: &str) -> Value {
    serde_json::from_slice(&named(name).bytes).expect("the packet is JSON")
}

fn validator() -> Arc<Validator> {
    static VALIDATOR: OnceLock<Arc<Validator>> = OnceLock::new();
    let made = || Arc::new(Validator::new(Arc::new(Library::embedded(FhirVersion::R4))));
    Arc::clone(VALIDATOR.get_or_init(made))
}

fn beside(packet: &Packet, name: &str, content: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&packet.folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, content));
}

#[test]
fn packets_give_the_bundles_and_issues_that_were_reviewed_snapshots() {
    for packet in packets() {
        let converted = convert(&packet.bytes);
        beside(&packet, "issues", &converted.report(Values::Show));
        assert_eq!(packet.name.starts_with("broken"), converted.conversion.is_none(), "{}", packet.name);
        if converted.conversion.is_some() {
            beside(&packet, "bundle.json", &converted.pretty());
        }
    }
}

#[test]
fn what_is_made_of_packets_is_valid() {
    for packet in packets().iter().filter(|packet| !packet.name.starts_with("broken")) {
        for kind in KINDS {
            let timestamp = Date::parse("2026-01-31T12:00:00Z");
            let context = Context { timestamp, validator: Some(validator()), ..fixtures::context(kind).clone() };
            let converted = fixtures::convert(&context, "packet.json", &packet.bytes);
            assert!(converted.errors().is_empty(), "{}:\n{}", packet.name, converted.report(Values::Show));
        }
    }
}

/// The members of a packet by their paths; an ontology class and a value are members, what holds them is not.
fn members(value: &Value, path: &str, list: &mut BTreeSet<String>) {
    match value {
        Value::Object(object)
            if object.contains_key("id") && object.keys().all(|key| key == "id" || key == "label") =>
        {
            list.insert(path.to_owned());
        }
        Value::Object(_) if path.ends_with("individualToFileIdentifiers") || path.ends_with(".variation") => {
            list.insert(path.to_owned());
        }
        Value::Object(object) => {
            for (name, value) in object {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                members(value, &path, list);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, &format!("{path}[]"), list)),
        _ => {
            list.insert(path.to_owned());
        }
    }
}

#[test]
fn each_member_of_the_schema_is_somewhere_in_the_bundle() {
    let rich = value_of("rich");
    let mut found = BTreeSet::new();
    members(&rich, "", &mut found);
    let listed: BTreeSet<String> = WENT.iter().map(|row| row.0.to_owned()).collect();
    let missing: Vec<_> = found.symmetric_difference(&listed).collect();
    assert!(missing.is_empty(), "the packet and the table differ in {missing:#?}");
    let converted = convert(&named("rich").bytes);
    let root = converted.done().bundle.document.root().expect("a bundle");
    let mut texts: Vec<(&str, String)> = Vec::new();
    for entry in root.get("entry").expect("entries").children() {
        let resource = entry.get("resource").expect("a resource");
        let kind = resource.get("resourceType").expect("a type").text();
        // A narrative repeats; what counts is data. Only Patient has no other place for remarks.
        let members = resource.children().filter(|member| kind == "Patient" || member.key() != "text");
        let members = members.map(|member| format!("\"{}\":{}", member.key(), node_to_json(member)));
        texts.push((kind, members.collect::<Vec<_>>().join(",")));
    }
    for (path, sentinel, kind) in WENT {
        let there = texts.iter().any(|(own, text)| own == kind && text.contains(sentinel));
        assert!(there, "{path}: no {kind} holds {sentinel}");
    }
}

/// Acts on the object at a place below a value.
fn objects(value: &mut Value, path: &str, at: &str, act: &mut dyn FnMut(&mut serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            if path == at {
                act(object);
                return;
            }
            for (name, value) in object.iter_mut() {
                objects(value, &format!("{path}/{name}"), at, act);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                objects(item, &format!("{path}/{index}"), at, act);
            }
        }
        _ => {}
    }
}

fn paths(value: &Value, path: &str, list: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            list.push(path.to_owned());
            for (name, value) in object {
                paths(value, &format!("{path}/{name}"), list);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                paths(item, &format!("{path}/{index}"), list);
            }
        }
        _ => {}
    }
}

#[test]
fn what_the_schema_does_not_know_is_kept_and_told_wherever_it_stands() {
    for name in ["rich", "genetic", "family"] {
        let packet = value_of(name);
        let mut places = Vec::new();
        paths(&packet, "", &mut places);
        assert!(places.len() > 15, "{name} has {} objects", places.len());
        for place in places {
            let mut changed = packet.clone();
            objects(&mut changed, "", &place, &mut |object| {
                object.insert("neverHeardOf".to_owned(), json!({"sentinel": "kept-4711"}));
            });
            let converted = convert_value(&changed);
            assert!(converted.json().contains("kept-4711"), "{name}{place}: it is lost");
            // A variation of VRS, and the metadata of a relative, are kept in JSON as a whole.
            let whole = place.contains("/variation/") || place.ends_with("/variation") || name == "family";
            let told = converted.issues.iter().any(|issue| issue.code == Code::UnmappedMember);
            assert!(told || whole, "{name}{place}: nobody is told");
        }
    }
}

#[test]
fn what_is_excluded_is_never_there() {
    for name in ["rich", "genetic"] {
        let packet = value_of(name);
        let bundle = convert_value(&packet).value();
        let excluded = |list: &str, name: &str| -> Vec<String> {
            let items = packet[list].as_array().cloned().unwrap_or_default();
            let items = items.iter().filter(|item| item["excluded"] == true);
            items.map(|item| item[name]["label"].as_str().expect("a label").to_owned()).collect()
        };
        let (features, diseases) = (excluded("phenotypicFeatures", "type"), excluded("diseases", "term"));
        assert!(!features.is_empty() && !diseases.is_empty());
        for label in features {
            let absent = fixtures::resources(&bundle).into_iter().any(|resource| {
                resource["resourceType"] == "Observation"
                    && resource["code"]["text"] == label.as_str()
                    && resource["valueCodeableConcept"]["coding"][0]["code"] == "2667000"
            });
            assert!(absent, "{name}: {label} is not said to be absent");
        }
        for label in diseases {
            for condition in fixtures::resources(&bundle) {
                if condition["resourceType"] == "Condition" && condition["code"]["text"] == label.as_str() {
                    assert_eq!(condition["verificationStatus"]["coding"][0]["code"], "refuted", "{name}: {label}");
                }
            }
        }
    }
}

#[test]
fn cancer_profiles_stand_only_where_there_is_a_cancer() {
    let of_mcode = |name: &str| {
        let bundle = convert(&named(name).bytes).value();
        let profiles = fixtures::resources(&bundle).into_iter().map(|r| r["meta"]["profile"][0].to_string());
        profiles.filter(|profile| profile.contains("/us/mcode/")).count()
    };
    assert_eq!(of_mcode("genetic"), 0, "a hereditary disposition is no cancer");
    assert_eq!(of_mcode("family"), 0, "nor is a relative's");
    assert!(of_mcode("rich") > 8);
}

/// Whether a disease of this id and label, with what stands beside it, becomes a cancer.
fn is_cancer(id: &str, label: &str, beside: &Value) -> bool {
    let mut disease = json!({"term": {"id": id, "label": label}});
    for (name, value) in beside.as_object().into_iter().flatten() {
        disease[name] = value.clone();
    }
    let packet = json!({"id": "x", "diseases": [disease], "metaData": {"phenopacketSchemaVersion": "2.0"}});
    convert_value(&packet).json().contains("mcode-primary-cancer-condition")
}

#[test]
fn a_disease_is_a_cancer_only_where_something_sound_says_so() {
    assert!(is_cancer("ICD10CM:C73", "Malignant neoplasm of thyroid gland", &json!({})));
    assert!(is_cancer("ICDO:8260/3", "Papillary adenocarcinoma, NOS", &json!({})));
    assert!(is_cancer("NCIT:C4878", "Lung Carcinoma", &json!({})));
    assert!(is_cancer("SNOMED:255029007", "Papillary thyroid carcinoma", &json!({})));
    assert!(is_cancer(
        "MONDO:0000001",
        "a disease",
        &json!({"clinicalTnmFinding": [{"id": "NCIT:C48885", "label": "cT1b"}]})
    ));
    assert!(is_cancer("DOID:1", "odd carcinoma", &json!({"primarySite": {"id": "UBERON:0002048", "label": "lung"}})));
    assert!(!is_cancer("DOID:1", "odd carcinoma", &json!({})), "a label of no thesaurus alone says nothing");
    assert!(!is_cancer("ICD10:D12.6", "Benign neoplasm of colon", &json!({})));
    assert!(!is_cancer("ICDO:8140/0", "Adenoma, NOS", &json!({})));
    assert!(!is_cancer("OMIM:109400", "Basal cell nevus carcinoma syndrome", &json!({})));
    assert!(!is_cancer("NCIT:C3041", "Hereditary Carcinoma", &json!({})));
    assert!(!is_cancer("OMIM:180200", "Retinoblastoma", &json!({})), "a phenotype of a gene, which carriers have too");
    let stage = json!({"diseaseStage": [{"id": "NCIT:C66904", "label": "NYHA Class I"}]});
    assert!(!is_cancer("MONDO:0005252", "heart failure", &stage), "hearts have stages too");
}

#[test]
fn ids_do_not_hang_on_order_and_labels() {
    let ids = |packet: &Value| -> BTreeSet<String> {
        let bundle = convert_value(packet).value();
        fixtures::resources(&bundle).into_iter().map(|resource| resource["id"].to_string()).collect()
    };
    let packet = value_of("rich");
    let mut turned = packet.clone();
    for list in ["phenotypicFeatures", "measurements", "diseases"] {
        turned[list].as_array_mut().expect("a list").reverse();
    }
    assert_eq!(ids(&packet), ids(&turned));
    let mut renamed = packet.clone();
    renamed["phenotypicFeatures"][0]["type"]["label"] = json!("Coughing");
    assert_eq!(ids(&packet), ids(&renamed));
    let mut other = packet.clone();
    other["id"] = json!("another-packet");
    assert!(ids(&packet).is_disjoint(&ids(&other)), "ids are the packet's own");
}

/// The pointers to a value and to all below it.
fn pointers(value: &Value, path: &str, list: &mut Vec<String>) {
    list.push(path.to_owned());
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(name, value)| pointers(value, &format!("{path}/{name}"), list));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| pointers(item, &format!("{path}/{at}"), list));
        }
        _ => {}
    }
}

#[test]
fn no_damage_of_a_packet_makes_it_panic_or_pass_in_silence() {
    let packet = value_of("rich");
    let mut leaves = Vec::new();
    pointers(&packet, "", &mut leaves);
    for pointer in &leaves {
        for wrong in [json!(null), json!(-1.5e9), json!("\u{1}"), json!([[[]]]), json!({"x": [1, {"y": "z"}]})] {
            let mut changed = packet.clone();
            *changed.pointer_mut(pointer).expect("it is there") = wrong.clone();
            let converted = convert_value(&changed);
            let quiet = wrong.is_null() || converted.conversion.is_none() || !converted.issues.is_empty();
            assert!(quiet, "{pointer}: {wrong} passed in silence");
        }
    }
    let deep = format!("{{\"id\":\"x\",\"metaData\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(convert(deep.as_bytes()).errors(), ["source/too-deep"]);
    let text = named("rich").bytes;
    for end in (0..text.len()).step_by(97) {
        assert!(convert(&text[..end]).conversion.is_none(), "a packet that is cut off at {end} converts");
    }
}

#[test]
fn the_format_is_found_or_given() {
    let bytes = named("genetic").bytes;
    let read = |format: Format| {
        let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
        let case = source::read(Input::file("packet.json", &bytes), format, &mut sources, &mut issues);
        (case.is_some(), issues.count(Severity::Error))
    };
    assert_eq!(read(Format::Auto), (true, 0));
    assert_eq!(read(Format::Phenopacket), (true, 0));
    assert!(read(Format::Case).1 > 0, "it is no case of the house");
    let yaml = "id: y\nphenotypicFeatures:\n  - type: {id: HP:0001250, label: Seizure}\nmetaData: {phenopacketSchemaVersion: '2.0'}\n";
    assert!(convert(yaml.as_bytes()).json().contains("HP:0001250"), "the same in YAML");
}

#[test]
fn a_case_and_a_packet_that_say_the_same_give_equal_facts() {
    let case = r"
id: twin
recorded: 2024-01-02T03:04:05Z
patient: {identifier: subject-1, sex: female, birth_date: 1961-02-03, deceased: 2023-05-06}
cancers:
  - diagnosis: {text: Lung Adenocarcinoma, code: 'ncit:C3512'}
    onset: 60 years
    site: {text: lung, code: {system: 'http://purl.obolibrary.org/obo/uberon.owl', code: 'UBERON:0002048', display: lung}}
findings:
  - {finding: {text: Hemoptysis, code: 'hpo:HP:0002105'}, absent: true}
conditions:
  - {condition: {text: asthma, code: {system: 'http://purl.obolibrary.org/obo/mondo.owl', code: 'MONDO:0004979'}}, onset: 18 months}
";
    let packet = json!({
        "id": "twin",
        "subject": {"id": "subject-1", "sex": "FEMALE", "dateOfBirth": "1961-02-03T00:00:00Z",
            "vitalStatus": {"status": "DECEASED", "timeOfDeath": {"timestamp": "2023-05-06T00:00:00Z"}}},
        "phenotypicFeatures": [{"type": {"id": "HP:0002105", "label": "Hemoptysis"}, "excluded": true}],
        "diseases": [
            {"term": {"id": "NCIT:C3512", "label": "Lung Adenocarcinoma"}, "onset": {"age": {"iso8601duration": "P60Y"}},
                "primarySite": {"id": "UBERON:0002048", "label": "lung"}},
            {"term": {"id": "MONDO:0004979", "label": "asthma"}, "onset": {"age": {"iso8601duration": "P1Y6M"}}}
        ],
        "metaData": {"created": "2024-01-02T03:04:05Z", "phenopacketSchemaVersion": "2.0"}
    })
    .to_string();
    let read = |bytes: &[u8]| {
        let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
        source::read(Input::file("x", bytes), Format::Auto, &mut sources, &mut issues).expect("it reads")
    };
    let (mut own, mut other) = (read(case.as_bytes()), read(packet.as_bytes()));
    // A packet always names its schema, and gives keys and displays.
    other.source = None;
    for case in [&mut own, &mut other] {
        case.cancers.0.iter_mut().for_each(|cancer| cancer.key = None);
        case.findings.0.iter_mut().for_each(|finding| finding.key = None);
        case.conditions.0.iter_mut().for_each(|condition| condition.key = None);
        let concepts = case.cancers.0.iter_mut().map(|cancer| &mut cancer.diagnosis);
        let concepts = concepts.chain(case.findings.0.iter_mut().map(|finding| &mut finding.finding));
        let concepts = concepts.chain(case.conditions.0.iter_mut().map(|condition| &mut condition.condition));
        concepts.flat_map(|concept| &mut concept.codings).for_each(|coding| coding.display = None);
    }
    assert_eq!(own, other);
}

#[test]
fn packets_that_others_wrote_convert_without_an_error() {
    let base = fixtures::root().join("../shared/examples/phenopackets");
    let folders = ["oncology", "store"].map(|name| base.join(name));
    if !folders.iter().all(|folder| folder.is_dir()) {
        println!("SKIPPED: the examples of phenopackets are not beside the checkout");
        return;
    }
    let context = Context { validator: Some(validator()), ..Context::default() };
    let mut count = 0;
    for file in folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("a folder")) {
        let path = file.expect("a file").path();
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let converted = fixtures::convert(&context, "packet.json", &std::fs::read(&path).expect("a readable packet"));
        assert!(converted.conversion.is_some(), "{}:\n{}", path.display(), converted.report(Values::Hide));
        let lost = converted.issues.iter().find(|issue| issue.code == Code::UnmappedMember);
        assert!(lost.is_none(), "{}: {}", path.display(), lost.map_or("", |issue| issue.path.as_str()));
        count += 1;
    }
    assert!(count >= 27, "{count} packets were found");
}

#[test]
fn what_a_reason_or_an_intent_denies_is_not_made_of_it() {
    let with = |label: &str| {
        let text = value_of("rich").to_string();
        let wanted = "\"label\":\"Treatment Completed as Prescribed\"";
        assert!(text.contains(wanted), "the packet has a radiotherapy that was completed");
        let changed = text.replace(wanted, &format!("\"label\":\"{label}\""));
        let bundle = convert(changed.as_bytes()).value();
        let entries = bundle["entry"].as_array().expect("entries").clone();
        let course = entries
            .iter()
            .map(|entry| &entry["resource"])
            .find(|resource| resource["meta"]["profile"].to_string().contains("radiotherapy-course-summary"));
        let course = course.expect("the course").clone();
        assert!(course.to_string().contains(label), "the words stay: {label}");
        course["status"].as_str().expect("a status").to_owned()
    };
    assert_eq!(with("Treatment Completed as Prescribed"), "completed");
    for label in ["Treatment not completed", "Incomplete treatment", "Ended before completion"] {
        assert_ne!(with(label), "completed", "{label}");
    }
    let curative = |label: &str| {
        let text = value_of("rich").to_string();
        assert!(text.contains("\"Disease Control\""), "the packet has an intent of such words");
        let bundle = convert(text.replace("Disease Control", label).as_bytes()).value().to_string();
        assert!(bundle.contains(label), "the words stay: {label}");
        // SNOMED CT's curative intent.
        bundle.matches("\"373808002\"").count()
    };
    let before = curative("Disease Control");
    assert!(curative("Curative Therapy") > before);
    for label in ["Non-Curative Therapy", "Not curative", "Therapy without curative intent"] {
        assert_eq!(curative(label), before, "{label}");
    }
}

#[test]
fn a_code_of_metastases_is_a_secondary_cancer() {
    let packet = |code: &str| {
        json!({
            "id": "p", "subject": {"id": "s"},
            "diseases": [{
                "term": {"id": format!("ICD10CM:{code}"), "label": "Malignant neoplasm of lung"},
                "primarySite": {"id": "UBERON:0001052", "label": "rectum"},
            }],
            "metaData": {"phenopacketSchemaVersion": "2.0", "resources": []},
        })
    };
    let profile = |code: &str| {
        let bundle = convert_value(&packet(code)).value().to_string();
        assert!(bundle.contains("rectum"));
        (bundle.contains("mcode-primary-cancer-condition"), bundle.contains("mcode-secondary-cancer-condition"))
    };
    assert_eq!(profile("C78.00"), (false, true));
    assert_eq!(profile("C34.90"), (true, false));
}
