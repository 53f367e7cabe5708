//! Biosample: a specimen, and what was found in it.
//!
//! | phenopacket | case |
//! | --- | --- |
//! | id, derivedFromId | specimen.identifier and key, `derived_from` |
//! | sampleType | specimen.kind; none: the tissue, and else `biosample` |
//! | sampledTissue | specimen.site |
//! | timeOfCollection | specimen.date; an age: a finding |
//! | procedure | specimen.method, site; when it was done: as the time of collection |
//! | sampleProcessing | specimen.processing |
//! | description, individualId of another, taxonomy, files' ids | specimen.note |
//! | phenotypicFeatures, measurements | findings of the specimen |
//! | histologicalDiagnosis, tumorProgression, materialSample, sampleStorage | findings of the specimen |
//! | tumorGrade | the grade of the cancer that it is of, else a finding |
//! | pathologicalTnmFinding, pathologicalStage | stages of that cancer, else findings |
//! | diagnosticMarkers | findings of the specimen |

use crate::case::read::{At, Many};
use crate::case::{Case, Concept, Finding, FindingKind, Grade, Identifier, Key, Specimen, StageType, Value, When};
use crate::instance::NodeRef;
use crate::issue::Code;

use super::disease::{stage, tnm_stages};
use super::feature::{self, finding};
use super::index::{Codes, Samples};
use super::individual::{timed, told, valued};
use super::interpretation::Subjects;
use super::message::Packet;
use super::time::{dated, in_words};
use super::{file, measurement};

/// The ids of the biosamples, and the keys that their specimens get.
pub(super) fn keys<'n>(packet: &mut Packet<'n, '_>, nodes: &[NodeRef<'n>]) -> Samples {
    let mut samples = Samples::default();
    for node in nodes {
        let id = packet.text(*node, "id").unwrap_or_else(|| "biosample".to_owned());
        let key = packet.keys.give("biosample", &id, At(node.span()));
        if !samples.add(id, key) {
            let help = "give each biosample an id of its own";
            packet.fault(Code::DuplicateKey, *node, "another biosample has the same id", help);
        }
    }
    samples
}

/// The histological diagnoses of those biosamples that say that they come from a tumour.
pub(super) fn tumours<'n>(packet: &mut Packet<'n, '_>, nodes: &[NodeRef<'n>]) -> Codes {
    let mut codes = Codes::default();
    for node in nodes {
        let signs = ["tumorProgression", "tumorGrade", "pathologicalStage"];
        let told = signs.into_iter().filter_map(|name| packet.take(*node, name)).count() > 0
            || !packet.list(*node, "pathologicalTnmFinding").is_empty();
        // It is only looked at: what it says is read with the biosample.
        let diagnosis = node.get("histologicalDiagnosis").or_else(|| node.get("histological_diagnosis"));
        let id = diagnosis.and_then(|class| class.get("id")).and_then(|id| id.as_str());
        if told && let Some(coding) = id.and_then(|id| packet.code(id)) {
            codes.add(&coding);
        }
    }
    codes
}

/// Reads a biosample; the cancers have been read before.
pub(super) fn read<'n>(
    packet: &mut Packet<'n, '_>,
    node: NodeRef<'n>,
    own: &(String, Key),
    around: &Subjects<'_>,
    case: &mut Case,
) {
    let at = At(node.span());
    let key = &own.1;
    let mut note: Vec<String> = packet.text(node, "description").into_iter().collect();
    let of = packet.text(node, "individualId");
    note.extend(of.filter(|id| around.individual != Some(id.as_str())).map(|id| format!("Of individual {id}")));
    let parent = packet.text(node, "derivedFromId");
    let derived_from =
        parent.as_deref().and_then(|id| around.biosamples.find(id)).filter(|sample| *sample != key).cloned();
    note.extend(parent.filter(|_| derived_from.is_none()).map(|id| format!("Derived from {id}")));
    let tissue = packet.concept(node, "sampledTissue");
    // The schema's own mapping to FHIR makes the tissue the type of a specimen whose type is not told.
    let kind = packet.concept(node, "sampleType").or_else(|| tissue.clone());
    let mut when = packet.time(node, "timeOfCollection");
    let (mut method, mut site) = (None, tissue);
    if let Some(done) = packet.message(node, "procedure") {
        let done = measurement::procedure(packet, done);
        method = done.code;
        note.extend(done.note);
        match (&site, done.site) {
            (None, place) => site = place,
            (Some(_), Some(place)) => note.push(told("The procedure was at", &place)),
            _ => {}
        }
        match (&when, done.performed) {
            (None, performed) => when = performed,
            (Some(taken), Some(performed)) if *taken != performed => {
                note.push(format!("The procedure was done {}", in_words(&performed)));
            }
            _ => {}
        }
    }
    let (date, age) = dated(when);
    let processing = packet.concept(node, "sampleProcessing");
    if let Some(taxonomy) = packet.concept(node, "taxonomy") {
        note.push(told("Species", &taxonomy));
    }
    let Content { mut findings, note: remarks } = content(packet, node, key, date.as_ref(), case);
    note.extend(remarks);
    if let Some(age) = age {
        findings.push(timed(packet, "collection of the specimen", age, at));
    }
    for node in packet.messages(node, "phenotypicFeatures") {
        findings.extend(feature::read(packet, node, Some(key)));
    }
    for node in packet.messages(node, "measurements") {
        findings.extend(measurement::read(packet, node, Some(key)));
    }
    for node in packet.messages(node, "files") {
        case.documents.0.extend(file::read(packet, node, Some(key)));
    }
    note.extend(packet.rest(node));
    for finding in &mut findings {
        finding.specimen = Some(key.clone());
    }
    case.findings.0.extend(findings);
    case.specimens.0.push(Specimen {
        key: Some(key.clone()),
        identifier: Many(vec![Identifier { system: None, value: own.0.clone(), kind: None, at }]),
        kind: kind.unwrap_or_else(|| Concept::of_text("biosample", at)),
        site,
        side: None,
        date,
        tumor: None,
        method,
        derived_from,
        processing: Many(processing.into_iter().collect()),
        note: Many(note),
        at,
    });
}

/// What the pathologist says of the sample, as far as it is no cancer's.
struct Content {
    findings: Vec<Finding>,
    note: Vec<String>,
}

fn content<'n>(
    packet: &mut Packet<'n, '_>,
    node: NodeRef<'n>,
    key: &Key,
    date: Option<&When>,
    case: &mut Case,
) -> Content {
    let (mut findings, mut note) = (Vec::new(), Vec::new());
    let at = At(node.span());
    let diagnosis = packet.concept(node, "histologicalDiagnosis");
    let is_of = |cancer: &&mut crate::case::Cancer| {
        let named = |coding| cancer.diagnosis.codings.contains(coding);
        diagnosis.as_ref().is_some_and(|diagnosis| diagnosis.codings.iter().any(named))
    };
    // A sample without a diagnosis of its own is of the cancer, where there is but one.
    let only = case.cancers.len() == 1 && diagnosis.is_none();
    let mut cancer = match only {
        true => case.cancers.0.first_mut(),
        false => case.cancers.0.iter_mut().find(is_of),
    };
    let mut say = |packet: &mut Packet<'n, '_>, name: &str, value: Option<Concept>| {
        let Some(value) = value else { return };
        let mut finding = valued(packet, name, Value::Concept(value), at);
        finding.kind = Some(FindingKind::Pathology);
        finding.date = date.cloned();
        findings.push(finding);
    };
    let grade = packet.concept(node, "tumorGrade");
    match (&mut cancer, grade) {
        (Some(cancer), Some(value)) if cancer.grade.is_none() => {
            let grade = Grade { value, system: None, date: date.cloned(), specimen: Some(key.clone()), at };
            cancer.grade = Some(grade);
        }
        (_, grade) => say(packet, "Tumour grade", grade),
    }
    let tnm = packet.concepts(node, "pathologicalTnmFinding");
    let group = packet.concept(node, "pathologicalStage");
    match &mut cancer {
        Some(cancer) => {
            let mut stages = tnm_stages(&tnm, Some(StageType::Pathological), at, &mut note);
            if let Some(value) = group {
                stages.push(crate::case::Stage {
                    value: Some(value),
                    kind: Some(StageType::Pathological),
                    ..stage(at)
                });
            }
            for mut stage in stages {
                stage.key = Some(packet.keys.give("stage", &key.name, at));
                stage.date = date.cloned();
                cancer.stage.0.push(stage);
            }
        }
        None => {
            for finding in tnm {
                say(packet, "Pathological TNM finding", Some(finding));
            }
            say(packet, "Pathological stage", group);
        }
    }
    say(packet, "Histological diagnosis", diagnosis);
    let progression = packet.concept(node, "tumorProgression");
    say(packet, "Tumour progression", progression);
    let material = packet.concept(node, "materialSample");
    say(packet, "Status of the sample", material);
    let storage = packet.concept(node, "sampleStorage");
    say(packet, "Storage of the sample", storage);
    for marker in packet.concepts(node, "diagnosticMarkers") {
        let mut finding = finding(marker, at);
        finding.key = Some(packet.keys.of("marker", &finding.finding));
        finding.kind = Some(FindingKind::Pathology);
        finding.date = date.cloned();
        findings.push(finding);
    }
    Content { findings, note }
}
