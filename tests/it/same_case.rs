//! Proves that the same clinical case, written in each format that is read, comes to equal Cases over the facts that each can carry.
//!
//! The patient stands below `fixtures/same` in the case format, as a phenopacket, as a table with its mapping, and as a set of mCODE
//! extraction. What a format cannot carry is taken out of the case before it is compared, and each such line gives the reason.

use std::sync::Arc;

use case2fhir::case::read::Many;
use case2fhir::case::{Case, Certainty, Concept, Done, ProcedureKind};
use case2fhir::issue::{Issues, SourceMap};
use case2fhir::source::{self, Format, Input, Mapping, TableFile};

use crate::fixtures;

fn file(name: &str) -> Vec<u8> {
    std::fs::read(fixtures::root().join("fixtures/same").join(name)).expect("the fixtures are there")
}

fn read(name: &str, format: Format) -> Case {
    let mut issues = Issues::default();
    let case = source::read(Input::file(name, &file(name)), format, &mut SourceMap::default(), &mut issues);
    assert!(!issues.has_errors(), "{name}: {issues:#?}");
    case.expect("a case")
}

fn tables(names: &[&str], mapping: Option<&Arc<Mapping>>) -> Case {
    let files = names.iter().map(|name| TableFile { name: (*name).to_owned(), bytes: file(name) }).collect();
    let mut issues = Issues::default();
    let cases = source::open_tables(files, mapping, &mut SourceMap::default(), &mut issues).expect("tables");
    assert_eq!(cases.len(), 1);
    let (_, case) = cases.read(0, &mut issues);
    assert!(!issues.has_errors(), "{names:?}: {issues:#?}");
    case.expect("a case")
}

fn expected() -> Case {
    facts(read("case.yaml", Format::Case))
}

/// A case without what is the format's own and no fact of the patient: keys, numbers that items came with, the source.
fn facts(mut case: Case) -> Case {
    case.source = None;
    // That a number is one of a medical record is in the name of its column.
    case.patient.identifier.0.iter_mut().for_each(|identifier| identifier.kind = None);
    case.recorded = None;
    case.title = None;
    case.oncology = None;
    for cancer in &mut case.cancers.0 {
        (cancer.key, cancer.identifier, cancer.category) = (None, Many::default(), Many::default());
        cancer.stage.0.iter_mut().for_each(|stage| stage.key = None);
        cancer.stage.0.iter_mut().for_each(|stage| {
            // A code for a category is the same fact said twice; the packet alone has one.
            for category in [&mut stage.t, &mut stage.n, &mut stage.m].into_iter().flatten() {
                category.codings.clear();
            }
        });
    }
    for condition in &mut case.conditions.0 {
        (condition.key, condition.identifier, condition.category) = (None, Many::default(), Many::default());
    }
    // What was done is completed unless said otherwise.
    for procedure in &mut case.procedures.0 {
        (procedure.key, procedure.identifier) = (None, Many::default());
        procedure.status.get_or_insert(Done::Completed);
    }
    for medication in &mut case.medications.0 {
        (medication.key, medication.identifier) = (None, Many::default());
        medication.status.get_or_insert(Done::Completed);
    }
    for concept in concepts(&mut case) {
        for coding in &mut concept.codings {
            // Versions and displays are what the format says of a code system, and not of the patient.
            (coding.version, coding.display) = (None, None);
        }
    }
    case
}

fn concepts(case: &mut Case) -> Vec<&mut Concept> {
    let mut list = Vec::new();
    for cancer in &mut case.cancers.0 {
        list.push(&mut cancer.diagnosis);
        list.extend(cancer.site.0.iter_mut().chain(&mut cancer.side));
    }
    list.extend(case.conditions.0.iter_mut().map(|condition| &mut condition.condition));
    list.extend(case.procedures.0.iter_mut().map(|procedure| &mut procedure.procedure));
    list.extend(case.medications.0.iter_mut().map(|medication| &mut medication.drug));
    list
}

#[test]
fn a_table_says_what_the_case_says() {
    let mapping = Mapping::read(
        Input::file("mapping.yaml", &file("mapping.yaml")),
        &mut SourceMap::default(),
        &mut Issues::default(),
    );
    let table = tables(&["table.csv"], Some(&Arc::new(mapping.expect("a mapping"))));
    // A table can carry all of a case.
    assert_eq!(facts(table), expected());
}

#[test]
fn a_phenopacket_says_what_the_case_says() {
    let mut expected = expected();
    expected.patient.name = None; // Individual has no name.
    expected.cancers.0[0].diagnosed = None; // Disease has an onset, and no date of diagnosis.
    expected.cancers.0[0].stage.0[0].date = None; // A TNM finding has no date, and its stage group would be a stage of its own.
    expected.cancers.0[0].stage.0[0].group = None;
    expected.procedures.0[0].kind = ProcedureKind::Other; // Procedure does not say what kind it is.
    assert_eq!(facts(read("packet.json", Format::Phenopacket)), expected);
}

#[test]
fn a_set_of_mcode_extraction_says_what_the_case_says() {
    let names = [
        "mcode/patient-information.csv",
        "mcode/condition-information.csv",
        "mcode/staging-information.csv",
        "mcode/procedure-information.csv",
        "mcode/cancer-related-medication-administration-information.csv",
    ];
    let mut expected = expected();
    expected.patient.deceased = None; // patient-information does not say.
    expected.cancers.0[0].onset = None; // condition-information has the date of diagnosis alone,
    expected.cancers.0[0].site.0[0].text = None; // and codes of places without words.
    expected.cancers.0[0].side.as_mut().expect("a side").text = None;
    expected.conditions.0[1].absent = None; // What is absent is refuted there.
    expected.conditions.0[1].certainty = Some(Certainty::Refuted);
    assert_eq!(facts(tables(&names, None)), expected);
}
