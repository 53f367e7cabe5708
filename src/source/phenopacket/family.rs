//! Family and Pedigree: the proband is the case, the relatives are its family history.
//!
//! | phenopacket | case |
//! | --- | --- |
//! | proband | the case |
//! | relatives.subject | family_history.relation by the pedigree, sex, deceased; id: a note |
//! | relatives.diseases, phenotypicFeatures | family_history.condition; excluded ones: notes |
//! | relatives, all else | notes, each with an issue |
//! | pedigree.persons | relation, sex; family and affected status: notes |
//! | consanguinousParents | history of the kind `family` |
//! | id, files | source.note, documents |

use std::collections::{HashMap, HashSet};

use crate::case::read::{At, Many};
use crate::case::{Age, Case, Concept, Deceased, FamilyCondition, FamilyMember, History, HistoryKind, Onset, Sex};
use crate::instance::NodeRef;

use super::individual::{self, spelled};
use super::message::Packet;
use super::time::in_words;
use super::{file, meta_data};

const AFFECTED: &[&str] = &["MISSING", "UNAFFECTED", "AFFECTED"];
const STATUS: &[&str] = &["UNKNOWN_STATUS", "ALIVE", "DECEASED"];

/// A person of the pedigree.
struct Person {
    id: String,
    father: Option<String>,
    mother: Option<String>,
    sex: Option<Sex>,
    note: Vec<String>,
    at: At,
}

/// The persons of the pedigree, by their ids.
#[derive(Default)]
struct Persons {
    list: Vec<Person>,
    index: HashMap<String, usize>,
}

impl Persons {
    fn add(&mut self, person: Person) {
        self.index.entry(person.id.clone()).or_insert(self.list.len());
        self.list.push(person);
    }

    fn find(&self, id: &str) -> Option<&Person> {
        self.index.get(id).and_then(|at| self.list.get(*at))
    }
}

/// Reads what a Family has beside its proband.
pub(super) fn read<'n>(packet: &mut Packet<'n, '_>, root: NodeRef<'n>, proband: Option<&str>, case: &mut Case) {
    let at = At(root.span());
    let mut persons = Persons::default();
    if let Some(pedigree) = packet.message(root, "pedigree") {
        for node in packet.messages(pedigree, "persons") {
            let person = person(packet, node);
            persons.add(person);
        }
        let rest = packet.rest(pedigree);
        case.patient.note.0.extend(rest);
    }
    if let Some(own) = proband.and_then(|id| persons.find(id)) {
        case.patient.note.0.extend(own.note.iter().cloned());
        case.patient.sex = case.patient.sex.or(own.sex);
    }
    let mut told: HashSet<String> = proband.map(str::to_owned).into_iter().collect();
    for node in packet.messages(root, "relatives") {
        let member = relative(packet, node, proband, &persons, &mut told);
        case.family_history.0.push(member);
    }
    let silent: Vec<&Person> = persons.list.iter().filter(|person| !told.contains(&person.id)).collect();
    for person in silent {
        let mut member = blank(Concept::of_text(relation(proband, &person.id, &persons), person.at), person.at);
        member.key = Some(packet.keys.give("relative", &person.id, person.at));
        member.sex = person.sex;
        member.note = Many(person.note.clone());
        case.family_history.0.push(member);
    }
    if packet.flag(root, "consanguinousParents") {
        case.history.0.push(History {
            key: None,
            kind: HistoryKind::Family,
            text: Concept::of_text("consanguineous parents", at),
            absent: None,
            date: None,
            note: Many::default(),
            at,
        });
    }
    for node in packet.messages(root, "files") {
        case.documents.0.extend(file::read(packet, node, None));
    }
    let id = packet.text(root, "id");
    let source = case.source.get_or_insert_with(|| meta_data::blank(at));
    source.note.0.extend(id.map(|id| format!("Proband of family {id}")));
}

fn person<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>) -> Person {
    let id = packet.text(node, "individualId");
    let family = packet.text(node, "familyId");
    let (father, mother) = (packet.text(node, "paternalId"), packet.text(node, "maternalId"));
    let sex = individual::sex(packet, node);
    let affected = packet.term(node, "affectedStatus", AFFECTED);
    let id = id.unwrap_or_default();
    let mut note: Vec<String> = Vec::new();
    let parent = |id: &Option<String>| id.as_ref().filter(|id| *id != "0").cloned();
    let (father, mother) = (parent(&father), parent(&mother));
    note.push(format!("{id} of the pedigree of family {}", family.as_deref().unwrap_or("without a name")));
    note.extend(father.as_ref().map(|id| format!("Father: {id}")));
    note.extend(mother.as_ref().map(|id| format!("Mother: {id}")));
    note.extend(affected.map(|status| if status == "AFFECTED" { "Affected" } else { "Not affected" }.to_owned()));
    note.extend(packet.rest(node));
    Person { id, father, mother, sex, note, at: At(node.span()) }
}

/// What a person is to the proband, as far as the pedigree tells it in one step.
fn relation(proband: Option<&str>, id: &str, persons: &Persons) -> &'static str {
    let named = |id: &str| persons.find(id);
    let (Some(own), Some(other)) = (proband.and_then(named), named(id)) else { return "relative" };
    let shared = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
    let both = shared(&own.father, &other.father) && shared(&own.mother, &other.mother);
    let by_sex = |female, male, else_| match other.sex {
        Some(Sex::Female) => female,
        Some(Sex::Male) => male,
        _ => else_,
    };
    if own.father.as_deref() == Some(id) {
        "father"
    } else if own.mother.as_deref() == Some(id) {
        "mother"
    } else if both {
        by_sex("sister", "brother", "sibling")
    } else if shared(&own.father, &other.father) || shared(&own.mother, &other.mother) {
        by_sex("half-sister", "half-brother", "half-sibling")
    } else if [&other.father, &other.mother].into_iter().flatten().any(|parent| Some(parent.as_str()) == proband) {
        by_sex("daughter", "son", "child")
    } else {
        "relative"
    }
}

fn blank(relation: Concept, at: At) -> FamilyMember {
    FamilyMember {
        key: None,
        relation,
        sex: None,
        deceased: None,
        condition: Many::default(),
        note: Many::default(),
        at,
    }
}

fn relative<'n>(
    packet: &mut Packet<'n, '_>,
    node: NodeRef<'n>,
    proband: Option<&str>,
    persons: &Persons,
    told: &mut HashSet<String>,
) -> FamilyMember {
    let at = At(node.span());
    let mut note: Vec<String> = packet.text(node, "id").map(|id| format!("Phenopacket {id}")).into_iter().collect();
    let mut member = blank(Concept::of_text("relative", at), at);
    if let Some(subject) = packet.message(node, "subject") {
        let id = packet.text(subject, "id").unwrap_or_default();
        member.relation = Concept::of_text(relation(proband, &id, persons), at);
        member.key = Some(packet.keys.give("relative", &id, at));
        member.sex = individual::sex(packet, subject);
        if let Some(person) = persons.find(&id) {
            note.extend(person.note.iter().cloned());
            member.sex = member.sex.or(person.sex);
        } else {
            note.push(format!("Individual {id}"));
        }
        let status = subject.get("vitalStatus").and_then(|status| status.get("status")).is_some();
        if let Some(vital) = packet.message(subject, "vitalStatus").filter(|_| status) {
            member.deceased = packet.term(vital, "status", STATUS).map(|word| Deceased::Flag(word == "DECEASED"));
            note.extend(packet.rest(vital));
        }
        note.extend(packet.rest(subject));
        told.insert(id);
    }
    for (list, name) in [("diseases", "term"), ("phenotypicFeatures", "type")] {
        for feature in packet.messages(node, list) {
            let concept = packet.required(feature, name);
            let excluded = packet.flag(feature, "excluded");
            let onset = packet.time(feature, "onset");
            let rest = packet.rest(feature);
            let Some(concept) = concept else { continue };
            note.extend(rest.into_iter().map(|rest| format!("{}: {rest}", concept.label())));
            let (age, other) = age(onset);
            note.extend(other.map(|onset| format!("{}: began {}", concept.label(), in_words(&onset))));
            if excluded {
                note.push(format!("Looked for and not found: {}", spelled(&concept)));
                note.extend(age.map(|age| format!("{}: at {age}", concept.label())));
                continue;
            }
            member.condition.0.push(FamilyCondition {
                condition: concept,
                onset_age: age,
                contributed_to_death: None,
                at: At(feature.span()),
            });
        }
    }
    if let Some(meta) = packet.take(node, "metaData") {
        // Its prefixes have been read; who made it and when says nothing of the proband.
        note.push(packet.verbatim(meta));
    }
    note.extend(packet.rest(node));
    member.note = Many(note);
    member
}

fn age(onset: Option<Onset>) -> (Option<Age>, Option<Onset>) {
    match onset {
        Some(Onset::Age(age)) => (Some(age), None),
        other => (None, other),
    }
}
