//! Any bytes as JSON and as YAML: no panic; what is read as JSON is written so that it reads the same again.

#![no_main]

use case2fhir::instance::{parse_json, parse_json_bytes, parse_yaml, to_json};
use case2fhir::issue::Issues;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut issues = Issues::default();
    if let Some(document) = parse_json_bytes(bytes, 1, &mut issues) {
        let written = to_json(&document);
        let again = parse_json(&written, 1, &mut issues).expect("what was written can be read");
        assert_eq!(to_json(&again), written);
    } else {
        assert!(issues.has_errors(), "a refusal has a reason");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        parse_yaml(text, 1, &mut issues);
    }
});
