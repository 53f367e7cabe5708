//! Says in a line an issue what the validator finds in the files and folders that it is given: file, severity, code, path,
//! message, with tabs between them; a file without any issue has one line with `-`. Made for holding many verdicts against
//! another validator's; whoever wants to read them takes `case2fhir validate`.
//!
//! `cargo run --release --no-default-features --example verdicts -- FOLDER… > verdicts.tsv`

#![allow(clippy::print_stderr, clippy::print_stdout, reason = "printing is what the example is for")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use case2fhir::definition::{FhirVersion, Library};
use case2fhir::instance::parse_json_bytes;
use case2fhir::issue::Issues;
use case2fhir::validate::{Request, Validator};

fn main() -> ExitCode {
    let mut files = Vec::new();
    for argument in std::env::args_os().skip(1) {
        if let Err(error) = collect(Path::new(&argument), &mut files) {
            eprintln!("{}: {error}", Path::new(&argument).display());
            return ExitCode::FAILURE;
        }
    }
    let validator = Validator::new(Arc::new(Library::embedded(FhirVersion::R4)));
    let mut session = validator.session();
    let start = Instant::now();
    for file in &files {
        let bytes = match std::fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("{}: {error}", file.display());
                return ExitCode::FAILURE;
            }
        };
        let mut issues = Issues::default();
        if let Some(document) = parse_json_bytes(&bytes, 0, &mut issues) {
            session.validate(&document, &Request::default(), &mut issues);
        }
        print!("{}", lines(file, &issues));
    }
    eprintln!("{} files in {:.1?}", files.len(), start.elapsed());
    ExitCode::SUCCESS
}

/// All JSON files of a folder, or the file itself, in the order of their names.
fn collect(path: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(path)?.map(|entry| entry.map(|it| it.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            collect(&entry, files)?;
        } else if entry.extension().is_some_and(|end| end == "json") {
            files.push(entry);
        }
    }
    Ok(())
}

fn lines(file: &Path, issues: &Issues) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    if issues.is_empty() {
        return format!("{name}\t-\n");
    }
    let mut text = String::new();
    for issue in issues {
        let message = issue.message.replace(['\t', '\n'], " ");
        let _ = writeln!(text, "{name}\t{}\t{}\t{}\t{message}", issue.severity.code(), issue.code.name(), issue.path);
    }
    text
}
