//! Any bytes as a resource, in XML where they begin as XML does: no panic, no end of the stack, and the same verdict twice.

#![no_main]

use std::sync::{Arc, OnceLock};

use case2fhir::definition::{FhirVersion, Library, parse_xml};
use case2fhir::instance::parse_json_bytes;
use case2fhir::issue::Issues;
use case2fhir::validate::{Request, Validator};
use libfuzzer_sys::fuzz_target;

static VALIDATOR: OnceLock<Validator> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let validator = VALIDATOR.get_or_init(|| Validator::new(Arc::new(Library::embedded(FhirVersion::R4))));
    let mut issues = Issues::default();
    let document = match std::str::from_utf8(bytes) {
        Ok(text) if text.starts_with('<') => parse_xml(text, 1, validator.plans().library(), &mut issues),
        _ => parse_json_bytes(bytes, 1, &mut issues),
    };
    let Some(document) = document else {
        assert!(issues.has_errors(), "a refusal has a reason");
        return;
    };
    let request = Request { security_checks: true, ..Request::default() };
    let mut session = validator.session();
    let (mut first, mut second) = (Issues::default(), Issues::default());
    session.validate(&document, &request, &mut first);
    session.validate(&document, &request, &mut second);
    assert_eq!(first.iter().collect::<Vec<_>>(), second.iter().collect::<Vec<_>>());
});
