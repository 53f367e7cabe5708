//! Proves that what is emitted is valid by the program's own validator: each good fixture as each kind of bundle, and that a fault of
//! the output points at the line of the case.

use std::sync::Arc;

use case2fhir::case::Date;
use case2fhir::definition::{FhirVersion, Library};
use case2fhir::issue::{Issues, Severity, SourceMap};
use case2fhir::pipeline::{self, Context};
use case2fhir::validate::Validator;

use crate::fixtures::{self, KINDS};

fn validator() -> Arc<Validator> {
    Arc::new(Validator::new(Arc::new(Library::embedded(FhirVersion::R4))))
}

#[test]
fn what_is_emitted_is_valid() {
    let validator = validator();
    let mut faults = Vec::new();
    let mut bundles = 0;
    for fixture in fixtures::good() {
        for kind in KINDS {
            // A document has a moment (bdl-10); the library takes it from its caller.
            let timestamp = Date::parse("2026-01-31T12:00:00Z");
            let validator = Some(Arc::clone(&validator));
            let context = Context { timestamp, validator, ..fixtures::context(kind).clone() };
            let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
            pipeline::convert(&context, fixture.file(), &fixture.bytes, &mut sources, &mut issues);
            bundles += 1;
            for issue in issues.iter().filter(|issue| issue.severity == Severity::Error) {
                faults.push(format!(
                    "{} as {}: {} {}: {}",
                    fixture.name,
                    kind.code(),
                    issue.code.name(),
                    issue.path,
                    issue.message
                ));
            }
            // Whatever is said of an entry has its place in the case.
            let placeless = issues.iter().find(|issue| issue.path.starts_with("Bundle.entry[") && issue.span.is_none());
            if let Some(issue) = placeless.filter(|issue| !issue.path.contains("ofType(Composition)")) {
                faults.push(format!("{} as {}: {} has no place in the case", fixture.name, kind.code(), issue.path));
            }
        }
    }
    assert!(bundles >= 20, "{bundles} bundles were made");
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn the_recommendations_of_profiles_are_notes() {
    let context = Context { validator: Some(validator()), ..Context::default() };
    let case = "id: x\npatient: {sex: female}\ncancers:\n  - {diagnosis: papillary thyroid carcinoma}\n";
    let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
    let conversion = pipeline::convert(&context, "x.yaml", case.as_bytes(), &mut sources, &mut issues);
    assert!(conversion.is_some(), "the case converts");
    let note = issues.iter().find(|issue| issue.message.starts_with("con-3")).expect("con-3 asks for a status");
    assert_eq!(note.severity, Severity::Information, "the case does not say it, and need not");
    let place = note.span.and_then(|span| sources.place(span)).expect("it has a place");
    assert_eq!((place.file, place.line), ("x.yaml", 4), "the line of the cancer");
}
