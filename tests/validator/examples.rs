//! HL7's and mCODE's own examples have no false error: what the reference finds sound, we do.

use std::path::Path;

use case2fhir::validate::Request;

use crate::support;

/// Examples in which we find errors, each with the reason. The reference validator finds the same in all of them.
const KNOWN: &[(&str, &str)] = &[
    ("MedicationAdministration-medadmin0312.json", "`patch` is no code of v3-orderableDrugForm; there it is TPATCH"),
    ("MedicationRequest-medrx0313.json", "`Tab` is no code of v3-orderableDrugForm; there it is TAB"),
    ("MedicationRequest-medrx0314.json", "`Tab` is no code of v3-orderableDrugForm; there it is TAB"),
    ("MedicationRequest-medrx0327.json", "`patch` is no code of v3-orderableDrugForm; there it is TPATCH"),
    (
        "Observation-example-genetics-brcapat.json",
        "US Core's ethnicity stands at an Observation, with a concept as value",
    ),
    ("Procedure-f201.json", "a canonical that is neither absolute nor a fragment"),
];

fn check(folder: &Path, wanted: impl Fn(&str) -> bool) {
    let mut names: Vec<_> =
        std::fs::read_dir(folder).expect("the examples").map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let (mut sound, mut faults) = (0, Vec::new());
    for path in names.iter().filter(|path| path.extension().is_some_and(|end| end == "json")) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(path).expect("an example");
        if !wanted(&name) || !text.contains("\"resourceType\"") {
            continue;
        }
        let issues = support::judge(support::r4(), &text, &Request::default());
        let errors = support::errors(&issues);
        let listed = KNOWN.iter().any(|(known, _)| *known == name);
        if errors.is_empty() == listed {
            faults.push(format!("{name}: {} errors\n{}", errors.len(), support::shown(&errors)));
        }
        sound += usize::from(errors.is_empty());
    }
    eprintln!("{sound} examples of {} have no error", folder.display());
    assert!(faults.is_empty(), "{} examples:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn mcodes_examples_have_no_false_error() {
    match support::package("hl7.fhir.us.mcode#4.0.0") {
        Some(folder) => check(&folder.join("example"), |_| true),
        None => support::skipped("CASE2FHIR_PACKAGES names no folder with hl7.fhir.us.mcode#4.0.0"),
    }
}

#[test]
fn us_cores_examples_have_no_false_error() {
    match support::package("hl7.fhir.us.core#6.1.0") {
        Some(folder) => check(&folder.join("example"), |_| true),
        None => support::skipped("CASE2FHIR_PACKAGES names no folder with hl7.fhir.us.core#6.1.0"),
    }
}

/// The types of resource that conversions emit.
const EMITTED: &[&str] = &[
    "BodyStructure",
    "Composition",
    "Condition",
    "DiagnosticReport",
    "FamilyMemberHistory",
    "MedicationAdministration",
    "MedicationRequest",
    "Observation",
    "Patient",
    "Procedure",
    "Provenance",
    "Specimen",
];

#[test]
fn r4s_examples_of_what_we_emit_have_no_false_error() {
    match support::package("hl7.fhir.r4.examples#4.0.1") {
        Some(folder) => check(&folder, |name| EMITTED.iter().any(|of| name.starts_with(&format!("{of}-")))),
        None => support::skipped("CASE2FHIR_PACKAGES names no folder with hl7.fhir.r4.examples#4.0.1"),
    }
}
