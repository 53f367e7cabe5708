//! What the tests of this binary share: the definitions, and how a text is judged. Proves nothing itself.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use case2fhir::definition::{FhirVersion, Library, Package};
use case2fhir::instance::parse_json;
use case2fhir::issue::{Issue, Issues, Severity};
use case2fhir::validate::{Request, Validator};

/// The checkout.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// HL7's conformance material, where it is there.
pub fn shared(path: &str) -> Option<PathBuf> {
    let path = root().join("../shared").join(path);
    path.exists().then_some(path)
}

/// A package of definitions with its examples, where `CASE2FHIR_PACKAGES` has it.
pub fn package(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("CASE2FHIR_PACKAGES").map(PathBuf::from)?;
    let path = folder.join(name).join("package");
    path.exists().then_some(path)
}

/// Says that a test was skipped, and why.
pub fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}

/// R4 with US Core and mCODE, as the program has them.
pub fn r4() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| Validator::new(Arc::new(Library::embedded(FhirVersion::R4))))
}

/// What a validator says of a text.
pub fn judge(validator: &Validator, text: &str, request: &Request<'_>) -> Vec<Issue> {
    let mut issues = Issues::default();
    if let Some(document) = parse_json(text, 1, &mut issues) {
        validator.session().validate(&document, request, &mut issues);
    }
    issues.iter().cloned().collect()
}

/// The errors among issues.
pub fn errors(issues: &[Issue]) -> Vec<&Issue> {
    issues.iter().filter(|issue| issue.severity == Severity::Error).collect()
}

/// Issues in lines, for messages of tests.
pub fn shown(issues: &[&Issue]) -> String {
    let line = |issue: &&Issue| {
        let value = issue.value.as_deref().map(|value| format!(" [{value}]")).unwrap_or_default();
        format!("    {} {} {}: {}{value}\n", issue.severity.code(), issue.code.name(), issue.path, issue.message)
    };
    issues.iter().map(line).collect::<Vec<_>>().concat()
}

/// A validator with these definitions beside those of the program.
pub fn with_definitions(version: FhirVersion, definitions: &[String]) -> Validator {
    let mut issues = Issues::default();
    let mut package = Package { id: "made".into(), ..Package::default() };
    for text in definitions {
        let document = parse_json(text, 0, &mut issues).unwrap_or_else(|| panic!("no JSON: {text}"));
        assert_eq!(package.add(&document, true), 0, "{text}");
    }
    let mut library = Library::embedded(version);
    library.add(package);
    library.complete(&mut issues);
    assert!(issues.is_empty(), "{issues:?}");
    Validator::new(Arc::new(library))
}
