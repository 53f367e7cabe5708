//! Proves, where HL7's reference validator is set up, that it finds no error in any bundle of the good fixtures but those that come from
//! its own shortcomings: no terminology server, and genomics-reporting 2.0.0 on no registry.
//!
//! It takes a minute and Java, so it runs only where `CASE2FHIR_ORACLE=1` is set; elsewhere it says that it skips.

use std::path::PathBuf;
use std::process::Command;

use case2fhir::case::Date;
use case2fhir::pipeline::Context;

use crate::fixtures::{self, KINDS};

/// Errors that follow from the missing terminology server.
const NO_TERMINOLOGY: &[&str] = &["Terminology_TX_NoValid_1_CC", "Terminology_TX_Confirm_4a"];
/// An error that may follow from one of those in the same file.
const FOLLOWS: &str = "Reference_REF_CantMatchChoice";
/// Errors that follow from the missing package, where they name it.
const NO_PACKAGE: &[&str] =
    &["SLICING_CANNOT_BE_EVALUATED", "Validation_VAL_Unknown_Profile", "VALIDATION_VAL_PROFILE_UNKNOWN"];
const PACKAGE: &str = "http://hl7.org/fhir/uv/genomics-reporting";

fn validator() -> Option<PathBuf> {
    let script = fixtures::root().join("../shared/oracle/validate");
    let home = std::env::var_os("REFERENCE_VALIDATOR_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/reference-validator")))?;
    (script.exists() && home.join("classes/ReferenceValidator.class").exists()).then_some(script)
}

#[test]
fn the_reference_validator_finds_no_error_of_ours() {
    if std::env::var_os("CASE2FHIR_ORACLE").is_none_or(|value| value != "1") {
        eprintln!("SKIPPED: CASE2FHIR_ORACLE=1 is not set, so the reference validator was not asked");
        return;
    }
    let Some(script) = validator() else {
        eprintln!("SKIPPED, THOUGH ASKED FOR: the reference validator is not set up (../shared/oracle/setup)");
        return;
    };
    let folder = fixtures::scratch("oracle");
    let (bundles, verdicts) = (folder.join("bundles"), folder.join("verdicts"));
    std::fs::create_dir_all(&bundles).expect("a folder");
    let mut count = 0;
    let cases =
        fixtures::good().into_iter().map(|fixture| (fixture.name.clone(), fixture.file().to_owned(), fixture.bytes));
    for (name, file, bytes) in cases.chain(packets()) {
        for kind in KINDS {
            // A document has a moment (bdl-10); the library takes it from its caller.
            let timestamp = Date::parse("2026-01-31T12:00:00Z");
            let context = Context { timestamp, ..fixtures::context(kind).clone() };
            let converted = fixtures::convert(&context, &file, &bytes);
            let path = bundles.join(format!("{name}-{}.json", kind.code()));
            std::fs::write(path, converted.json()).expect("a bundle");
            count += 1;
        }
    }
    let sets = crate::mcode_csv::sets().into_iter().map(|set| (set.name, set.files, None));
    let tables = crate::tables::sets().into_iter().map(|set| (set.name, set.files, Some(set.mapping)));
    for (name, files, mapping) in sets.chain(tables).filter(|(name, ..)| !name.starts_with("broken")) {
        for kind in KINDS {
            let timestamp = Date::parse("2026-01-31T12:00:00Z");
            let context = Context { timestamp, ..fixtures::context(kind).clone() };
            let tables = fixtures::convert_tables(&context, files.clone(), mapping.as_deref());
            for (number, (_, case)) in tables.cases.iter().enumerate() {
                let path = bundles.join(format!("tables-{name}-{number}-{}.json", kind.code()));
                std::fs::write(path, case.json()).expect("a bundle");
                count += 1;
            }
        }
    }
    let output = Command::new(&script).arg("-out").arg(&verdicts).arg(&bundles).output().expect("the validator starts");
    let table = std::fs::read_to_string(verdicts.join("messages.tsv")).unwrap_or_else(|error| {
        panic!("no messages.tsv ({error}); the validator said:\n{}", String::from_utf8_lossy(&output.stdout))
    });
    let said = String::from_utf8_lossy(&output.stdout);
    let summary = format!("SUMMARY files={count} ");
    assert!(
        said.contains(&summary) && said.contains("exceptions=0"),
        "each bundle is judged, and none breaks the judge:\n{said}"
    );
    let errors = errors(&table);
    let ours: Vec<String> = errors
        .iter()
        .filter(|error| !is_documented(error, &errors))
        .map(|error| format!("{} [{}] {}: {}", error.file, error.id, error.place, error.message))
        .collect();
    assert!(ours.is_empty(), "{} errors of ours:\n{}", ours.len(), ours.join("\n"));
}

/// The phenopackets of the fixtures that convert: name, file and bytes.
fn packets() -> Vec<(String, String, Vec<u8>)> {
    let folder = fixtures::root().join("fixtures/phenopackets");
    let names = crate::command_line::files(&folder).into_iter().filter(|name| !name.starts_with("broken"));
    let packets: Vec<_> = names
        .map(|name| {
            let bytes = std::fs::read(folder.join(&name).join("packet.json")).expect("a packet");
            (format!("packet-{name}"), "packet.json".to_owned(), bytes)
        })
        .collect();
    assert!(packets.len() >= 4, "the packets are there");
    packets
}

struct Error<'t> {
    file: &'t str,
    id: &'t str,
    place: &'t str,
    message: &'t str,
}

fn errors(table: &str) -> Vec<Error<'_>> {
    let mut list = Vec::new();
    for line in table.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        if let [file, severity, _, id, place, message, ..] = cells.as_slice()
            && matches!(severity.to_lowercase().as_str(), "error" | "fatal")
        {
            list.push(Error { file, id, place, message });
        }
    }
    list
}

fn is_documented(error: &Error<'_>, all: &[Error<'_>]) -> bool {
    let without_server = |error: &Error<'_>| NO_TERMINOLOGY.contains(&error.id);
    let without_package = |error: &Error<'_>| {
        NO_PACKAGE.iter().any(|id| id.eq_ignore_ascii_case(error.id)) && error.message.contains(PACKAGE)
    };
    let follows = error.id == FOLLOWS && all.iter().any(|other| other.file == error.file && without_server(other));
    without_server(error) || without_package(error) || follows
}
