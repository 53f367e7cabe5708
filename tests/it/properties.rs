//! Proves what must hold for every case: the same bytes for the same input, ids that stay when lists change, no id of two patients,
//! references that resolve in every kind of bundle, nothing lost, numbers and dates as they were written, YAML and JSON alike.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use case2fhir::bundle::BundleKind;
use case2fhir::case::{Age, At, Date, Quantity};
use case2fhir::pipeline::Context;
use case2fhir::terminology::systems;
use proptest::prelude::*;
use serde_json::Value;

use crate::fixtures::{self, Converted, Fixture, KINDS};
use crate::tree::Tree;

/// The lists of a case whose items have ids, with an item that can be added to each.
const LISTS: &[(&str, &str)] = &[
    ("cancers", r#"{"key": "added", "diagnosis": "basal cell carcinoma"}"#),
    ("tumors", r#"{"key": "added", "site": "skin"}"#),
    ("specimens", r#"{"key": "added", "kind": "blood"}"#),
    ("findings", r#"{"finding": "added finding"}"#),
    ("labs", r#"{"test": "added test", "value": "1 g/L"}"#),
    ("vitals", r#"{"sign": "added sign", "value": "1 kg"}"#),
    ("markers", r#"{"marker": "added marker", "result": "positive"}"#),
    ("variants", r#"{"gene": "KIT", "protein": "D816V", "result": "absent", "date": "1999"}"#),
    ("genomic_reports", r#"{"key": "added", "test": "added panel"}"#),
    ("procedures", r#"{"procedure": "added procedure", "kind": "other"}"#),
    ("radiotherapy", r#"{"name": "added course", "modality": "photons"}"#),
    ("medications", r#"{"drug": "added drug", "schedule": "weekly"}"#),
    ("disease_status", r#"{"status": "stable", "date": "1999"}"#),
    ("performance", r#"{"scale": "ecog", "score": 1, "date": "1999"}"#),
    ("adverse_events", r#"{"event": "added event", "grade": 2}"#),
    ("trials", r#"{"title": "added trial", "status": "active", "enrolment": "screening"}"#),
    ("plan_changes", r#"{"changed": true, "date": "1999"}"#),
    ("encounters", r#"{"kind": "added visit"}"#),
    ("appointments", r#"{"status": "proposed", "description": "added appointment"}"#),
    ("conditions", r#"{"condition": "added condition"}"#),
    ("family_history", r#"{"relation": "added relative"}"#),
    ("history", r#"{"kind": "social", "text": "added history"}"#),
    ("documents", r#"{"url": "https://example.org/added"}"#),
];

/// The fields that name other items.
const LINKS: &[&str] =
    &["of", "evolved_from", "derived_from", "specimen", "tumor", "report", "after", "due_to", "study", "appointment"];

fn convert(tree: &Tree) -> Converted {
    fixtures::convert_text(&tree.json())
}

/// The resources by id, without what rightly changes with the rest of the case: texts for people, links, and the list of all.
fn essence(converted: &Converted) -> BTreeMap<String, Value> {
    let bundle = converted.value();
    let stable = fixtures::resources(&bundle).into_iter().map(|resource| {
        let mut resource = resource.clone();
        let members = resource.as_object_mut().expect("a resource");
        for name in ["text", "result", "target", "hasMember", "derivedFrom", "stage", "evidence"] {
            members.remove(name);
        }
        // Comorbidities list all conditions of the case, so they change with that list; their id does not.
        if resource["meta"]["profile"][0].as_str().is_some_and(|profile| profile.ends_with("mcode-comorbidities")) {
            resource["extension"] = Value::Null;
        }
        sort(&mut resource);
        (resource["id"].as_str().expect("an id").to_owned(), resource)
    });
    stable.collect()
}

/// Lists in an order of their own: that of the case's lists is no part of the essence.
fn sort(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(sort);
            items.sort_by_key(Value::to_string);
        }
        Value::Object(members) => members.values_mut().for_each(sort),
        _ => {}
    }
}

/// Whether all resources of one conversion stand in the other as they were.
#[track_caller]
fn assert_kept(part: &BTreeMap<String, Value>, whole: &BTreeMap<String, Value>, what: &str) {
    for (id, resource) in part {
        match whole.get(id) {
            None => panic!("{what}: a {} got another id: {resource}", resource["resourceType"]),
            Some(other) => assert_eq!(other, resource, "{what}: {id} changed"),
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    for fixture in fixtures::good() {
        for kind in KINDS {
            let context =
                Context { timestamp: Date::parse("2026-01-31T12:00:00Z"), bundle: kind, ..Context::default() };
            let bytes = || fixtures::convert(&context, fixture.file(), &fixture.bytes).json();
            let first = bytes();
            assert!((0..3).all(|_| bytes() == first), "{} as {}", fixture.name, kind.code());
        }
    }
}

#[test]
fn the_name_of_the_file_does_not_matter() {
    for fixture in fixtures::good() {
        let other = fixtures::convert(fixtures::context(BundleKind::Collection), "/tmp/other name.txt", &fixture.bytes);
        assert_eq!(fixture.convert().json(), other.json());
    }
}

#[test]
fn ids_stay_when_an_item_is_removed() {
    let mut count = 0;
    for fixture in fixtures::good() {
        let tree = Tree::parse(fixture.text());
        let before = essence(&fixture.convert());
        for (list, _) in LISTS {
            let mut whole = tree.clone();
            for at in 0..whole.list_mut(list).len() {
                let mut less = tree.clone();
                less.list_mut(list).remove(at);
                let converted = convert(&less);
                // An item that others link to cannot be taken out alone; that it is refused is another test's affair.
                if converted.conversion.is_none() {
                    assert_eq!(
                        converted.errors().iter().find(|code| **code != "case/unknown-key"),
                        None,
                        "{list}[{at}]"
                    );
                    continue;
                }
                let after = essence(&converted);
                assert_kept(&after, &before, &format!("{}: without {list}[{at}]", fixture.name));
                assert!(after.len() < before.len(), "{}: {list}[{at}] had no resource", fixture.name);
                count += 1;
            }
        }
    }
    assert!(count > 300, "only {count} items were removed");
}

#[test]
fn ids_stay_when_items_are_moved() {
    for fixture in fixtures::good() {
        let tree = Tree::parse(fixture.text());
        let before = essence(&fixture.convert());
        for (list, _) in LISTS {
            let mut moved = tree.clone();
            moved.list_mut(list).reverse();
            let after = essence(&convert(&moved));
            assert_eq!(after.len(), before.len());
            assert_kept(&after, &before, &format!("{}: {list} reversed", fixture.name));
        }
        let mut moved = tree.clone();
        for (list, nested) in [("cancers", "stage"), ("tumors", "size")] {
            moved
                .list_mut(list)
                .iter_mut()
                .filter(|item| item.get(nested).is_some())
                .for_each(|item| item.list_mut(nested).reverse());
        }
        assert_kept(&essence(&convert(&moved)), &before, &format!("{}: stages and sizes reversed", fixture.name));
    }
}

#[test]
fn ids_stay_when_an_item_is_added() {
    for fixture in fixtures::good() {
        let before = essence(&fixture.convert());
        for (list, item) in LISTS {
            for front in [true, false] {
                let mut tree = Tree::parse(fixture.text());
                let items = tree.list_mut(list);
                items.insert(if front { 0 } else { items.len() }, Tree::parse(item));
                let after = essence(&convert(&tree));
                assert!(after.len() > before.len(), "{}: {list}", fixture.name);
                assert_kept(&before, &after, &format!("{}: one more in {list}", fixture.name));
            }
        }
    }
}

#[test]
fn ids_stay_when_a_result_is_corrected() {
    let case = |value: &str, note: &str| {
        format!(
            "id: t\npatient: {{}}\nlabs: {{test: haemoglobin, date: 2020, value: {value}, note: {note}}}\n\
             markers: {{marker: ER, result: {note}}}\nfindings: {{finding: mass, value: {value}}}\n\
             variants: {{gene: KRAS, protein: G12C, result: {note}}}\ntumors: {{site: skin, description: d, size: {{dimensions: 2 cm, note: {note}}}}}\n\
             medications: {{drug: letrozole, dose: {value}, note: {note}}}\nprocedures: {{procedure: CT, kind: imaging, outcome: {note}}}"
        )
    };
    let ids = |text: String| essence(&fixtures::convert_text(&text)).into_keys().collect::<Vec<_>>();
    assert_eq!(ids(case("48 g/L", "present")), ids(case("84 g/L", "absent")));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ids_stay_under_any_number_of_edits(
        which in 0usize..8,
        edits in prop::collection::vec((0usize..LISTS.len(), 0usize..1000, 0usize..1000, 0u8..3), 1..8),
    ) {
        let good = fixtures::good();
        let fixture = &good[which % good.len()];
        let mut tree = Tree::parse(fixture.text());
        let before = essence(&fixture.convert());
        let mut added = HashSet::new();
        for (list, from, to, edit) in edits {
            let (list, item) = LISTS[list];
            let linked = linked_keys(&tree);
            let items = tree.list_mut(list);
            let count = items.len().max(1);
            match edit {
                0 if from % count < items.len() => {
                    let free = match items[from % count].get("key").and_then(Tree::text) {
                        Some(key) => !linked.contains(key) && !has_linked_volumes(&items[from % count], &linked),
                        None => !has_linked_volumes(&items[from % count], &linked),
                    };
                    if free {
                        items.remove(from % count);
                    }
                }
                1 if from % count < items.len() => {
                    let item = items.remove(from % count);
                    let to = to % (items.len() + 1);
                    items.insert(to, item);
                }
                2 if list != "cancers" && !item.contains("\"added\"") && added.insert(list) => {
                    items.insert(to % (items.len() + 1), Tree::parse(item));
                }
                _ => {}
            }
        }
        let after = essence(&convert(&tree));
        let common: BTreeMap<String, Value> =
            after.into_iter().filter(|(_, it)| !it.to_string().contains("added") && !it.to_string().contains("1999")).collect();
        // KIT stands in no fixture but as the variant that is added.
        let common = common.into_iter().filter(|(_, it)| !it.to_string().contains("D816V")).collect();
        assert_kept(&common, &before, &fixture.name);
    }

    #[test]
    fn no_two_patients_share_an_id(a in "[a-zA-Z0-9:/._-]{1,12}", b in "[a-zA-Z0-9:/._-]{1,12}", c in "[a-z0-9:]{1,8}", d in "[a-z0-9:]{1,8}") {
        let ids = |id: &str, patient: Option<&str>| {
            let patient = patient.map_or("{}".to_owned(), |value| format!("{{\"identifier\": \"{value}\"}}"));
            let text = format!("{{\"id\": \"{id}\", \"patient\": {patient}, \"labs\": {{\"test\": \"x\", \"value\": 1}}}}");
            let bundle = fixtures::convert_text(&text).value();
            let ids = fixtures::resources(&bundle).into_iter().map(|it| it["id"].to_string()).chain([bundle["id"].to_string()]);
            ids.collect::<BTreeSet<String>>()
        };
        for ((id, patient), (other, other_patient)) in [
            ((&a, None), (&b, None)),
            ((&a, Some(&c)), (&a, Some(&d))),
            ((&a, Some(&c)), (&b, Some(&c))),
            ((&a, None), (&a, Some(&c))),
            ((&a, Some(&c)), (&c, Some(&a))),
        ] {
            if (id, patient) != (other, other_patient) {
                let (one, two) = (ids(id, patient.map(String::as_str)), ids(other, other_patient.map(String::as_str)));
                prop_assert!(one.is_disjoint(&two), "{id:?} {patient:?} and {other:?} {other_patient:?}");
            }
        }
    }

    #[test]
    fn decimals_keep_their_lexical_form(number in "-?(0|[1-9][0-9]{0,7})(\\.[0-9]{1,8})?([eE][+-]?[0-9]{1,2})?") {
        let case = format!("{{\"id\": \"t\", \"patient\": {{}}, \"labs\": [{{\"test\": \"a\", \"value\": {number}}},
            {{\"test\": \"b\", \"value\": \"{number} g/L\"}}, {{\"test\": \"c\", \"value\": {{\"value\": {number}, \"unit\": \"g/L\"}}}},
            {{\"test\": \"d\", \"value\": \"<{number} g/L\"}}], \"variants\": {{\"gene\": \"KRAS\", \"result\": \"present\", \"allele_frequency\": {number}}}}}");
        let json = fixtures::convert_text(&case).json();
        prop_assert_eq!(json.matches(&format!("\"value\":{number},")).count() + json.matches(&format!("\"value\":{number}}}")).count(), 5);
    }

    #[test]
    fn dates_keep_their_precision(year in 1000u16..10000, month in 1u8..13, day in 1u8..29, time in "T(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])") {
        let day = format!("{year:04}-{month:02}-{day:02}");
        for date in [format!("{year}"), format!("{year:04}-{month:02}"), day.clone(), format!("{day}{time}")] {
            let case = format!("id: t\npatient: {{}}\nlabs: {{test: a, date: \"{date}\"}}\nmedications: {{drug: b, date: \"{date}/\"}}\ncancers: {{diagnosis: c, onset: \"{date}\"}}");
            let json = fixtures::convert_text(&case).json();
            for place in ["effectiveDateTime", "start", "onsetDateTime"] {
                let wanted = format!("\"{place}\":\"{date}\"");
                prop_assert!(json.contains(&wanted), "{wanted}");
            }
        }
    }
}

fn linked_keys(tree: &Tree) -> HashSet<String> {
    let mut keys = HashSet::new();
    tree.scalars(&mut |path, scalar| {
        let name = path.rsplit('.').next().unwrap_or_default().trim_end_matches("[]");
        if LINKS.contains(&name) {
            keys.extend(scalar.text().map(str::to_owned));
        }
    });
    keys
}

fn has_linked_volumes(item: &Tree, linked: &HashSet<String>) -> bool {
    let mut found = false;
    item.scalars(&mut |path, scalar| {
        let nested = path.contains('.') && path.ends_with("key");
        found |= nested && scalar.text().is_some_and(|key| linked.contains(key));
    });
    found
}

#[test]
fn cases_of_different_patients_share_no_id() {
    let mut owners: HashMap<String, String> = HashMap::new();
    // The twin in JSON is the same patient.
    for fixture in fixtures::good().into_iter().filter(|fixture| fixture.name != "lung-egfr-json") {
        for id in essence(&fixture.convert()).into_keys() {
            if let Some(other) = owners.insert(id, fixture.name.clone()) {
                assert_eq!(other, fixture.name);
            }
        }
    }
}

/// All references of a resource.
fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(members) => {
            for (name, member) in members {
                if name == "reference" && member.is_string() {
                    found.extend(member.as_str());
                }
                references(member, found);
            }
        }
        _ => {}
    }
}

#[test]
fn all_references_resolve_in_the_form_that_the_kind_demands() {
    let mut count = 0;
    for fixture in fixtures::good() {
        for kind in KINDS {
            let bundle = fixtures::convert(fixtures::context(kind), fixture.file(), &fixture.bytes).value();
            let mut urls = HashSet::new();
            let mut addresses = HashSet::new();
            for entry in fixtures::entries(&bundle) {
                let url = entry["fullUrl"].as_str().expect("a fullUrl");
                assert!(urls.insert(url.to_owned()), "{}: two entries of one fullUrl", fixture.name);
                let (resource, id) = (&entry["resource"], entry["resource"]["id"].as_str().expect("an id"));
                assert_eq!(url, format!("urn:uuid:{id}"));
                assert!(uuid::Uuid::parse_str(id).is_ok_and(|id| id.get_version_num() == 5));
                addresses.insert(format!("{}/{id}", resource["resourceType"].as_str().expect("a type")));
            }
            let known = if kind == BundleKind::Batch { &addresses } else { &urls };
            let mut found = Vec::new();
            references(&bundle, &mut found);
            for reference in &found {
                assert!(known.contains(*reference), "{} as {}: {reference}", fixture.name, kind.code());
            }
            count += found.len();
        }
    }
    assert!(count > 3000, "{count} references");
}

#[test]
fn a_documents_composition_goes_first_and_reaches_every_entry() {
    for fixture in fixtures::good() {
        let context = fixtures::context(BundleKind::Document);
        let bundle = fixtures::convert(context, fixture.file(), &fixture.bytes).value();
        let entries = fixtures::entries(&bundle);
        assert_eq!(entries[0]["resource"]["resourceType"], "Composition");
        assert_eq!(entries.iter().filter(|entry| entry["resource"]["resourceType"] == "Composition").count(), 1);
        assert_eq!(bundle["identifier"]["system"], "urn:ietf:rfc:3986");
        let by_url: HashMap<&str, &Value> =
            entries.iter().map(|entry| (entry["fullUrl"].as_str().expect("a fullUrl"), &entry["resource"])).collect();
        let mut reached: HashSet<&str> = HashSet::from([entries[0]["fullUrl"].as_str().expect("a fullUrl")]);
        let mut ahead: Vec<&Value> = vec![&entries[0]["resource"]];
        while let Some(resource) = ahead.pop() {
            let mut found = Vec::new();
            references(resource, &mut found);
            ahead
                .extend(found.into_iter().filter(|url| reached.insert(url)).filter_map(|url| by_url.get(url).copied()));
        }
        for url in by_url.keys() {
            assert!(reached.contains(url), "{}: {} is not reached", fixture.name, by_url[url]["resourceType"]);
        }
    }
}

#[test]
fn the_bundle_is_the_same_resources_in_every_kind() {
    for fixture in fixtures::good() {
        let resources = |kind: BundleKind| {
            let bundle = fixtures::convert(fixtures::context(kind), fixture.file(), &fixture.bytes).value();
            let others = fixtures::resources(&bundle).into_iter().filter(|it| it["resourceType"] != "Composition");
            others.map(|it| it["id"].to_string()).collect::<Vec<_>>()
        };
        let collection = resources(BundleKind::Collection);
        for kind in KINDS {
            assert_eq!(resources(kind), collection, "{} as {}", fixture.name, kind.code());
        }
    }
}

#[test]
fn yaml_and_json_of_the_same_case_give_the_same_bundle() {
    for fixture in fixtures::good() {
        for kind in KINDS {
            let context = Context { timestamp: Date::parse("2026-01-31T12:00:00Z"), ..fixtures::context(kind).clone() };
            let as_json = Tree::parse(fixture.text()).json();
            let (one, two) = (
                fixtures::convert(&context, "case.json", as_json.as_bytes()),
                fixtures::convert(&context, fixture.file(), &fixture.bytes),
            );
            assert_eq!(one.json(), two.json(), "{} as {}", fixture.name, kind.code());
        }
    }
    assert_eq!(fixtures::named("lung-egfr").convert().json(), fixtures::named("lung-egfr-json").convert().json());
}

// Losslessness.

/// What a scalar of a case is, and so what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    /// Words: they stand in the bundle as they are.
    Words,
    /// A date or period: each of its dates stands in the bundle as it is.
    Date,
    /// A number, an amount, an age: each of its numbers stands in the bundle as it is; a dose in Gy is given in cGy too, and then the
    /// original stands in a note.
    Amount,
    /// A code with or without its system's name: the code stands in the bundle.
    Code,
    /// Exempt: the short name or URI of a code system, which the bundle has as its URI.
    System,
    /// Exempt: a word of an enumeration, which the bundle has as FHIR's code for it.
    Term,
    /// Exempt: a key or a link, which the bundle has as an id or a reference.
    Link,
    /// Exempt: true, false or nothing; `absent` becomes a value, a status or a note.
    Flag,
}

/// Fields whose words are those of an enumeration, each with the reason why it cannot be looked up by its word.
const TERMS: &[(&str, &str)] = &[
    ("patient.sex", "Patient.gender"),
    ("patient.birth_sex", "US Core birth sex, F or M"),
    ("patient.telecom.system", "ContactPoint.system"),
    ("cancers.category", "Condition.category"),
    ("cancers.kind", "the profile: primary, secondary or recurrence"),
    ("cancers.status", "Condition.clinicalStatus"),
    ("cancers.certainty", "Condition.verificationStatus"),
    ("cancers.stage.kind", "the codes of clinical and pathological categories"),
    ("findings.status", "Observation.status"),
    ("labs.status", "Observation.status"),
    ("vitals.status", "Observation.status"),
    ("markers.status", "Observation.status"),
    ("disease_status.result_status", "Observation.status"),
    ("findings.kind", "Observation.category"),
    ("procedures.kind", "the profile and the category"),
    ("procedures.status", "Procedure.status"),
    ("procedures.intent", "extension mcode-procedure-intent"),
    ("radiotherapy.status", "Procedure.status"),
    ("radiotherapy.intent", "extension mcode-procedure-intent"),
    ("medications.status", "MedicationAdministration.status"),
    ("medications.order.status", "MedicationRequest.status"),
    ("medications.order.intent", "MedicationRequest.intent"),
    ("medications.intent", "extension mcode-procedure-intent"),
    ("performance.scale", "the code of the scale"),
    ("performance.status", "Observation.status"),
    ("adverse_events.actuality", "AdverseEvent.actuality"),
    ("adverse_events.severity", "AdverseEvent.severity"),
    ("trials.status", "ResearchStudy.status"),
    ("trials.enrolment", "ResearchSubject.status"),
    ("plan_changes.status", "CarePlan.status"),
    ("encounters.status", "Encounter.status"),
    ("appointments.status", "Appointment.status"),
    ("conditions.category", "Condition.category"),
    ("conditions.kind", "Condition.category"),
    ("conditions.status", "Condition.clinicalStatus"),
    ("conditions.certainty", "Condition.verificationStatus"),
    ("family_history.sex", "FamilyMemberHistory.sex"),
    ("history.kind", "the code of the part of the history"),
];

/// Whether a text is an age, or two with a dash or `to` between them.
fn is_age(text: &str) -> bool {
    let range = text.split_once('-').or_else(|| text.split_once(" to "));
    Age::parse(text).is_some()
        || range.is_some_and(|(low, high)| Age::parse(low).is_some() && Age::parse(high).is_some())
}

fn class(path: &str, scalar: &Tree) -> Class {
    let path = path.replace("[]", "");
    let name = path.rsplit('.').next().unwrap_or_default();
    let text = match scalar {
        Tree::Bool(_) | Tree::Null => return Class::Flag,
        Tree::Number(text) | Tree::String(text) => text.trim(),
        Tree::Array(_) | Tree::Object(_) => unreachable!("scalars only"),
    };
    if TERMS.iter().any(|(known, _)| *known == path) || name == "comparator" {
        return Class::Term;
    }
    if path == "id" || name == "key" || LINKS.contains(&name) {
        return Class::Link;
    }
    if name == "system" && (path.contains(".code.") || path.ends_with("code.system") || path.contains("identifier")) {
        return Class::System;
    }
    if name == "code" || is_code(text) {
        return Class::Code;
    }
    let is_date =
        text.split('/').all(|part| part.trim().is_empty() || part.trim() == ".." || Date::parse(part.trim()).is_some());
    let dated = [
        "date",
        "start",
        "end",
        "onset",
        "ended",
        "diagnosed",
        "published",
        "recorded",
        "resolved",
        "authored",
        "time",
        "birth_date",
        "age_at",
        "deceased",
    ];
    if dated.contains(&name) && is_date {
        return Class::Date;
    }
    if matches!(scalar, Tree::Number(_))
        || name == "dimensions"
        || (["onset", "ended", "age", "onset_age", "at_age"].contains(&name) && is_age(text))
    {
        return Class::Amount;
    }
    // Blood pressure becomes two components.
    let two =
        text.split([' ', '/']).take(2).all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    if path == "vitals.value" && text.contains('/') && two {
        return Class::Amount;
    }
    let measured = ["value", "low", "high", "dose", "activity_per_session", "allele_frequency", "copy_number"]
        .contains(&name)
        && !path.ends_with("identifier.value")
        && path != "patient.telecom.value";
    let amount =
        Quantity::parse(text, At::default()).filter(|it| it.unit.as_deref().is_none_or(|unit| !unit.contains(' ')));
    if measured && amount.is_some() { Class::Amount } else { Class::Words }
}

fn is_code(text: &str) -> bool {
    text.split_once(':').is_some_and(|(system, code)| systems::by_alias(system).is_some() && !code.starts_with(' '))
}

/// What stands in a bundle, without the narrative, which only repeats.
struct Leaves {
    texts: Vec<String>,
    numbers: HashSet<String>,
}

impl Leaves {
    fn of(json: &str) -> Self {
        let mut leaves = Self { texts: Vec::new(), numbers: HashSet::new() };
        Tree::parse(json).scalars(&mut |path, scalar| match scalar {
            Tree::Number(text) => {
                leaves.numbers.insert(text.clone());
            }
            Tree::String(text) if !path.ends_with("text.div") => leaves.texts.push(text.clone()),
            _ => {}
        });
        leaves
    }

    fn has_words(&self, words: &str) -> bool {
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let words = words.trim();
        self.texts.iter().any(|text| text.contains(words))
            || self.texts.iter().any(|text| squeezed(text).contains(&squeezed(words)))
    }

    fn has_text(&self, whole: &str) -> bool {
        self.texts.iter().any(|text| text == whole)
    }

    /// Whether a number stands there as a number, or within words as a word of its own.
    fn has_number(&self, number: &str) -> bool {
        let bounded = |text: &str| {
            text.match_indices(number).any(|(at, _)| {
                let before = text[..at].chars().next_back();
                let after = text[at + number.len()..].chars().next();
                let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit() || c == '.');
                !goes_on(before) && !after.is_some_and(|c| c.is_ascii_digit())
            })
        };
        self.numbers.contains(number) || self.texts.iter().any(|text| bounded(text))
    }
}

/// The numbers of an amount as they are written.
fn numbers(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        rest = &rest[at..];
        let exponent = |at: usize| {
            let tail = &rest[at..];
            tail.starts_with(['e', 'E'])
                && tail[1..].trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit())
        };
        let mut end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        if exponent(end.min(rest.len())) {
            let digits = end + 1 + usize::from(rest[end + 1..].starts_with(['+', '-']));
            end = rest[digits..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |more| digits + more);
        }
        found.push(rest[..end].trim_end_matches('.').to_owned());
        // What follows the first letter is the unit, and its digits are UCUM's affair: 10^9/L.
        match rest[end..].trim_start().chars().next() {
            Some(c)
                if c.is_alphabetic()
                    && !rest[end..].trim_start().starts_with("to ")
                    && !rest[end..].trim_start().starts_with("x ") =>
            {
                match rest[end..].find(" x ").or_else(|| rest[end..].find(" × ")) {
                    Some(next) => rest = &rest[end + next..],
                    None => break,
                }
            }
            Some('×') if rest[end..].trim_start()['×'.len_utf8()..].starts_with(|c: char| c.is_ascii_digit()) => {
                break;
            }
            _ => rest = &rest[end..],
        }
        if rest.trim_start().starts_with("10^") || rest.trim_start().starts_with("10*") {
            break;
        }
    }
    found
}

fn is_kept(leaves: &Leaves, class: Class, text: &str) -> bool {
    match class {
        Class::Words => leaves.has_words(text),
        Class::Date => text
            .split('/')
            .map(str::trim)
            .filter(|part| !part.is_empty() && *part != "..")
            .all(|date| leaves.has_text(date)),
        Class::Amount => numbers(text).iter().all(|number| leaves.has_number(number)),
        Class::Code => {
            let code = if is_code(text) { text.split_once(':').map_or(text, |(_, code)| code) } else { text };
            let (code, display) =
                code.split_once('|').map_or((code, ""), |(code, display)| (code, display.trim_end_matches('|')));
            let code = code.trim();
            let found = leaves.has_text(code) || leaves.has_text(&format!("HGNC:{code}"));
            found && (display.trim().is_empty() || leaves.has_words(display))
        }
        Class::System | Class::Term | Class::Link | Class::Flag => true,
    }
}

#[test]
fn nothing_that_a_case_says_is_lost() {
    let mut lost = Vec::new();
    let mut counts: BTreeMap<Class, usize> = BTreeMap::new();
    for fixture in fixtures::good() {
        let tree = Tree::parse(fixture.text());
        for kind in KINDS {
            let leaves = Leaves::of(&fixtures::convert(fixtures::context(kind), fixture.file(), &fixture.bytes).json());
            tree.scalars(&mut |path, scalar| {
                let class = class(path, scalar);
                if kind == BundleKind::Collection {
                    *counts.entry(class).or_default() += 1;
                }
                let text = scalar.text().unwrap_or_default();
                // A citation has no field for its date in Provenance; it stands in the words beside it.
                let published = path == "source.published" && leaves.has_words(&format!("published {text}"));
                // US Core's race and ethnicity take the codes of OMB's categories; another code stands in their text.
                let in_words =
                    published || (path.starts_with("patient.race") && leaves.has_words(&format!("({text} ")));
                // An onset of a disease, and when something was done, take words only; the code of a period of life stands among them.
                let of_life = ["onset.code", "ended.code", "at_age.code"].iter().any(|end| path.ends_with(end));
                let code = text.split_once(':').map_or(text, |(_, code)| code);
                // An appointment that was missed, a class beside the first and a category that HL7's list has lost keep their codes in remarks.
                let tokens = ["category.code.code", "cancellation_reason.code.code", "class.code.code"];
                let plain = path.replace("[]", "");
                let token = tokens.iter().any(|end| plain.ends_with(end)) && leaves.has_words(&format!("|{code})"));
                // FHIR takes a moment where a disease status was recorded; a date is a remark.
                let recorded = plain == "disease_status.recorded" && leaves.has_words(&format!("Recorded: {text}"));
                let in_words = in_words || token || recorded || (of_life && leaves.has_words(code));
                if !in_words && !is_kept(&leaves, class, text) {
                    lost.push(format!("{} as {}: {path} ({class:?}): {:?}", fixture.name, kind.code(), scalar.text()));
                }
            });
        }
    }
    let looked_up: usize =
        [Class::Words, Class::Date, Class::Amount, Class::Code].iter().filter_map(|class| counts.get(class)).sum();
    let exempt: usize =
        [Class::System, Class::Term, Class::Link, Class::Flag].iter().filter_map(|class| counts.get(class)).sum();
    println!("{looked_up} scalars looked up, {exempt} exempt: {counts:?}");
    assert!(looked_up > 1500, "{counts:?}");
    assert!(
        lost.is_empty(),
        "{} scalars are lost ({looked_up} looked up, {exempt} exempt):\n{}",
        lost.len(),
        lost.join("\n")
    );
}

/// Fields whose words are read into something else and cannot be replaced by any other words.
const UNMARKED: &[(&str, &str)] = &[
    ("unit", "sizes and doses have units that the reader knows"),
    ("patient.address.state", "FHIR has it as it is, but words of any length are no state"),
];

/// The case with each of its words replaced by ones that stand nowhere else.
fn marked(fixture: &Fixture) -> (Tree, Vec<(String, String)>) {
    let mut tree = Tree::parse(fixture.text());
    let mut marks = Vec::new();
    tree.scalars_mut(&mut |path, scalar| {
        let plain = path.replace("[]", "");
        if class(path, scalar) == Class::Words && !UNMARKED.iter().any(|(known, _)| plain.ends_with(known)) {
            let mark = format!("Zq{:04}x", marks.len());
            marks.push((path.to_owned(), mark.clone()));
            *scalar = Tree::String(mark);
        }
    });
    (tree, marks)
}

#[test]
fn words_that_no_lexicon_knows_are_never_lost() {
    let mut lost = Vec::new();
    let mut count = 0;
    for fixture in fixtures::good() {
        let (tree, marks) = marked(&fixture);
        let converted = convert(&tree);
        let leaves = Leaves::of(&converted.json());
        for (path, mark) in &marks {
            count += 1;
            if !leaves.has_words(mark) {
                lost.push(format!("{}: {path}", fixture.name));
            }
        }
    }
    lost.sort();
    lost.dedup();
    assert!(count > 1000, "{count} words were marked");
    assert!(lost.is_empty(), "{} of {count} words are lost:\n{}", lost.len(), lost.join("\n"));
}

/// What is absent, or was not done, says so in coded form or in words; never is it stated as if it were there.
#[test]
fn a_negation_is_never_turned_into_a_statement() {
    let bundle = |fields: &str| fixtures::convert_text(&format!("id: t\npatient: {{}}\n{fields}")).value();
    for (fields, signs) in [
        ("findings: {finding: zeta, absent: true}", &["2667000"][..]),
        ("conditions: {condition: zeta, absent: true}", &["refuted", "2667000"]),
        ("variants: {gene: BRAF, protein: V600E, result: absent}", &["LA9634-2"]),
        ("procedures: {procedure: zeta, kind: surgery, status: not-done}", &["not-done"]),
        ("radiotherapy: {name: zeta, status: not-done}", &["not-done"]),
        ("medications: {drug: zeta, status: not-done}", &["not-done"]),
        ("medications: {drug: zeta, status: not-done, schedule: weekly}", &["not-done"]),
        ("markers: {marker: zeta, result: negative}", &["260385009"]),
        ("history: {kind: medical, text: zeta, absent: true}", &["Negative", "2667000", "Absent"]),
    ] {
        let bundle = bundle(fields);
        let about: Vec<String> = fixtures::resources(&bundle)
            .into_iter()
            .filter(|it| !matches!(it["resourceType"].as_str(), Some("Patient" | "Provenance")))
            .map(|it| {
                let mut it = it.clone();
                it.as_object_mut().expect("a resource").remove("text");
                it.to_string()
            })
            .collect();
        assert!(!about.is_empty(), "{fields}");
        for resource in about {
            assert!(signs.iter().any(|sign| resource.contains(sign)), "{fields}: nothing negative in {resource}");
        }
    }
}

#[test]
fn ids_stay_when_links_and_sites_are_named_in_another_order() {
    let case = |of: &str, site: &str| {
        format!(
            "id: t\npatient: {{}}\ncancers: [{{key: a, diagnosis: x}}, {{diagnosis: y, site: [{site}]}}]\ntumors: {{key: b, site: skin}}\n\
             findings: {{finding: f, of: [{of}]}}\nmarkers: {{marker: m, result: positive, of: [{of}]}}\n\
             disease_status: {{status: stable, of: [{of}]}}\nprocedures: {{procedure: p, kind: other, site: [{site}]}}\n\
             conditions: {{condition: c, site: [{site}]}}"
        )
    };
    let ids = |text: String| essence(&fixtures::convert_text(&text)).into_keys().collect::<Vec<_>>();
    assert_eq!(ids(case("a, b", "liver, lung")), ids(case("b, a", "lung, liver")));
}
