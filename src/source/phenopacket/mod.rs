//! GA4GH Phenopackets, version 2, as JSON (or the same in YAML): Phenopacket, and Family with its proband as the case.
//!
//! Each message of the schema is a file with its table. What the schema does not know, and what a message has beside its one choice,
//! stays as a remark and is told. A Cohort holds several cases, which are read one by one (`cohort`); version 1 is another schema, and
//! is refused with a remedy.

mod action;
mod adverse_event;
mod biosample;
mod cohort;
mod disease;
mod family;
mod feature;
mod file;
mod index;
mod individual;
mod interpretation;
mod keys;
mod malignancy;
mod measurement;
mod message;
mod meta_data;
mod ontology;
mod time;
mod variation;

use crate::case::read::{At, Many};
use crate::case::{self, Case, Key, KeyAt, Patient};
use crate::instance::{Document, Kind, NodeRef};
use crate::issue::{Code, Issues};

pub(super) use cohort::{Cohort, members};
use disease::Disease;
use index::Diseases;
use message::Packet;

/// Whether a document is a phenopacket of any kind or version, by members that no case has.
pub(super) fn is_phenopacket(root: NodeRef<'_>) -> bool {
    let has = |names: &[&str]| names.iter().any(|name| root.get(name).is_some());
    let marks = ["metaData", "meta_data", "phenotypicFeatures", "phenotypic_features", "proband", "subject", "members"];
    root.kind() == Kind::Object && has(&marks) && !has(&["patient"])
}

/// Reads a case from a document.
pub(super) fn read(document: &Document, issues: &mut Issues) -> Option<Case> {
    let root = document.root()?;
    let mut packet = Packet::new(document, issues);
    if !packet.is_message(root) || !is_version_two(&mut packet, root) {
        return None;
    }
    let case = if root.get("members").is_some() {
        only_member(&mut packet, root)
    } else if root.get("proband").is_some() {
        proband(&mut packet, root)
    } else {
        meta_data::prefixes(&mut packet, root);
        Some(phenopacket(&mut packet, root))
    };
    Some(finish(packet, case?))
}

/// Puts what nobody read into the remarks, and checks the case.
fn finish(mut packet: Packet<'_, '_>, mut case: Case) -> Case {
    // The case format takes a case for one of cancer; a packet is one where a disease is.
    case.oncology = case.cancers.is_empty().then_some(false);
    let rest = packet.sweep();
    if !rest.is_empty() {
        let at = case.at;
        case.source.get_or_insert_with(|| meta_data::blank(at)).note.0.extend(rest);
    }
    case::check(&case, packet.issues());
    case
}

/// Refuses version 1, by what the packet says of itself or by members that only version 1 has.
fn is_version_two(packet: &mut Packet<'_, '_>, root: NodeRef<'_>) -> bool {
    let of = |node: NodeRef<'_>, name: &str, snake: &str| {
        let member = node.document().root().and_then(|_| node.get(name).or_else(|| node.get(snake)));
        member.map(|member| (member.text().to_owned(), member.id()))
    };
    let meta = root.get("metaData").or_else(|| root.get("meta_data"));
    let version = meta.and_then(|meta| of(meta, "phenopacketSchemaVersion", "phenopacket_schema_version"));
    let is_two = version.as_ref().is_some_and(|(version, _)| version.trim_start_matches('v').starts_with('2'));
    let says_one = version.is_some_and(|(version, _)| version.trim_start_matches('v').starts_with('1'));
    let old = ["genes", "variants", "htsFiles", "hts_files"].iter().any(|name| root.get(name).is_some());
    if !says_one && (is_two || !old) {
        return true;
    }
    let help = "convert it to version 2, say with the phenopacket-tools of GA4GH (`convert`)";
    packet.fault(
        Code::UnsupportedVersion,
        root,
        "this is a phenopacket of version 1, and version 2 is read here",
        help,
    );
    false
}

/// A cohort of one member is its case. Where a line or a message holds one case, as in NDJSON, one of several members is refused.
fn only_member<'n>(packet: &mut Packet<'n, '_>, root: NodeRef<'n>) -> Option<Case> {
    let members = packet.messages(root, "members");
    let [member] = members.as_slice() else {
        let message = "this is a cohort of several cases, or of none, and one case belongs here";
        let help = "give the cohort as a .json file of its own, or write its members one a line, each with the cohort's metaData";
        packet.fault(Code::SeveralCases, root, message, help);
        return None;
    };
    Some(cohort::member_of(packet, root, *member))
}

fn proband<'n>(packet: &mut Packet<'n, '_>, root: NodeRef<'n>) -> Option<Case> {
    let node = packet.message(root, "proband")?;
    meta_data::prefixes(packet, node);
    meta_data::prefixes(packet, root);
    for relative in root.get("relatives").iter().flat_map(NodeRef::children) {
        meta_data::prefixes(packet, relative);
    }
    let mut case = phenopacket(packet, node);
    meta_data::read(packet, root, &mut case);
    let own = case.patient.identifier.first().map(|identifier| identifier.value.clone());
    family::read(packet, root, own.as_deref(), &mut case);
    Some(case)
}

fn phenopacket<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>) -> Case {
    let id = packet.text(node, "id");
    if id.is_none() && node.get("id").is_none_or(|id| id.text().is_empty()) {
        let help = "add `id`; the ids of all resources are made of it";
        packet.fault(Code::MissingField, node, "the phenopacket has no id", help);
    }
    let mut case = blank(id.unwrap_or_default(), At(node.span()));
    let subject = packet.message(node, "subject");
    if let Some(subject) = subject {
        individual::read(packet, subject, &mut case);
    }
    let individual = subject.and_then(|subject| subject.get("id")).map(|id| id.text().trim().to_owned());
    let individual = individual.as_deref();
    let samples = packet.messages(node, "biosamples");
    let tumours = biosample::tumours(packet, &samples);
    for node in packet.messages(node, "diseases") {
        match disease::read(packet, node, &tumours) {
            Some(Disease::Cancer(cancer)) => case.cancers.0.push(*cancer),
            Some(Disease::Condition(condition)) => case.conditions.0.push(*condition),
            None => {}
        }
    }
    for node in packet.messages(node, "phenotypicFeatures") {
        case.findings.0.extend(feature::read(packet, node, None));
    }
    for node in packet.messages(node, "measurements") {
        case.findings.0.extend(measurement::read(packet, node, None));
    }
    let keys = biosample::keys(packet, &samples);
    let subjects = interpretation::Subjects { individual, biosamples: &keys };
    for (sample, own) in samples.iter().zip(&keys.list) {
        biosample::read(packet, *sample, own, &subjects, &mut case);
    }
    for node in packet.messages(node, "interpretations") {
        interpretation::read(packet, node, &subjects, &mut case);
    }
    let diseases = Diseases::of(&case);
    for node in packet.messages(node, "medicalActions") {
        action::read(packet, node, &diseases, &mut case);
    }
    for node in packet.messages(node, "files") {
        case.documents.0.extend(file::read(packet, node, None));
    }
    meta_data::read(packet, node, &mut case);
    let rest = packet.rest(node);
    let at = case.at;
    case.source.get_or_insert_with(|| meta_data::blank(at)).note.0.extend(rest);
    case
}

/// A case of which only the id is known.
fn blank(id: String, at: At) -> Case {
    let patient = Patient {
        identifier: Many::default(),
        name: None,
        sex: None,
        birth_sex: None,
        gender_identity: None,
        birth_date: None,
        age: None,
        age_at: None,
        deceased: None,
        cause_of_death: None,
        race: Many::default(),
        ethnicity: Many::default(),
        marital_status: None,
        language: Many::default(),
        address: Many::default(),
        telecom: Many::default(),
        note: Many::default(),
        at,
    };
    Case {
        id: Key { name: id, at: KeyAt(at) },
        title: None,
        recorded: None,
        oncology: None,
        source: None,
        patient,
        cancers: Many::default(),
        tumors: Many::default(),
        specimens: Many::default(),
        findings: Many::default(),
        labs: Many::default(),
        vitals: Many::default(),
        markers: Many::default(),
        variants: Many::default(),
        genomic_reports: Many::default(),
        procedures: Many::default(),
        radiotherapy: Many::default(),
        medications: Many::default(),
        disease_status: Many::default(),
        performance: Many::default(),
        adverse_events: Many::default(),
        trials: Many::default(),
        plan_changes: Many::default(),
        encounters: Many::default(),
        appointments: Many::default(),
        conditions: Many::default(),
        family_history: Many::default(),
        history: Many::default(),
        documents: Many::default(),
        at,
    }
}
