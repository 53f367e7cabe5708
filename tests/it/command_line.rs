//! Proves what users and scripts rely on, whatever the command: exit codes, what goes to stdout and what to stderr, help,
//! completions and man pages; run as the program, not as functions. Each command has a module of its own.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::fixtures;

pub const SEED: &str = "fixtures/cases/xing-2023-atc/case.yaml";
pub const MINIMAL: &str = "fixtures/cases/minimal/case.yaml";
pub const MAXIMAL: &str = "fixtures/cases/maximal/case.yaml";
pub const BROKEN: &str = "fixtures/cases/broken-terms/case.yaml";

/// The program in the checkout, with an environment that does not depend on who runs the test.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_case2fhir"));
    command.current_dir(fixtures::root()).stdin(Stdio::null());
    for name in ["SOURCE_DATE_EPOCH", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

pub fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("the program runs")
}

pub fn fed(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = program()
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that refuses its arguments does not read; then the pipe is closed, which is no fault of the test.
    let _ = child.stdin.take().expect("a pipe").write_all(input);
    child.wait_with_output().expect("the program ends")
}

pub fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8 on stdout")
}

pub fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("UTF-8 on stderr")
}

#[track_caller]
pub fn code(output: &Output, wanted: i32) {
    assert_eq!(output.status.code(), Some(wanted), "stderr:\n{}", err(output));
}

pub fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}:\n{text}"))
}

pub fn files(folder: &Path) -> Vec<String> {
    let list = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        list.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

pub fn path(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &["convert"][..],
        &[],
        &["unknown"],
        &["convert", "--bundle", "basket", SEED],
        &["convert", "--namespace", "no-uuid", SEED],
        &["convert", "--timestamp", "yesterday", SEED],
        &["convert", "--timestamp", "2026-01-31", SEED],
        &["convert", "--fail-on", "never", SEED],
        &["convert", "--no-such-option", SEED],
        &["convert", "-o", "one.json", SEED, MINIMAL],
        &["completions", "no-shell"],
    ] {
        let output = run(arguments);
        code(&output, 2);
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
    assert!(!fixtures::root().join("one.json").exists());
}

#[test]
fn a_failing_environment_ends_with_3() {
    for arguments in [
        &["convert", "no/such/file.yaml"][..],
        &["convert", "fixtures"],
        &["convert", "-o", "no/such/folder/out.json", SEED],
        &["convert", "--lexicon", "no/such/lexicon.csv", SEED],
        &["init", "-o", "no/such/folder/case.yaml"],
    ] {
        let output = run(arguments);
        code(&output, 3);
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(err(&output).contains("error: "), "{arguments:?}");
    }
}

#[test]
fn each_line_of_the_json_log_parses() {
    for arguments in [
        &["convert", "--log-format", "json", SEED, BROKEN, MAXIMAL, "no/such/file.yaml"][..],
        &["--log-format", "json", "convert", "--lexicon", "fixtures/lexicons/bad.csv", SEED],
        &["convert", "--log-format", "json", "--show-values", BROKEN],
    ] {
        let output = run(arguments);
        let lines: Vec<Value> = err(&output).lines().map(json).collect();
        assert!(!lines.is_empty());
        for line in lines {
            let severity = line["severity"].as_str().expect("a severity");
            assert!(["fatal", "error", "warning", "information"].contains(&severity));
            assert!(line["diagnostics"].is_string());
        }
    }
    let output = run(&["convert", "--log-format", "json", BROKEN]);
    let issue = err(&output).lines().map(json).find(|line| line["severity"] == "error").expect("an error");
    assert_eq!(issue["code"], "code-invalid");
    assert_eq!(issue["details"]["coding"][0]["code"], "case/unknown-term");
    assert_eq!(issue["file"], BROKEN);
    assert!(issue["line"].is_u64() && issue["column"].is_u64() && issue["help"].is_string());
    assert_eq!(issue["expression"][0], "patient.sex");
}

#[test]
fn colour_is_shown_when_asked_for_and_not_otherwise() {
    let escape = "\u{1B}[";
    assert!(err(&run(&["convert", "--color", "always", BROKEN])).contains(escape));
    assert!(!err(&run(&["convert", "--color", "never", BROKEN])).contains(escape));
    assert!(!err(&run(&["convert", BROKEN])).contains(escape));
    let output = program().args(["convert", BROKEN]).env("NO_COLOR", "1").output().expect("runs");
    assert!(!err(&output).contains(escape));
    let output =
        program().args(["convert", BROKEN]).env("NO_COLOR", "1").env("CLICOLOR_FORCE", "1").output().expect("runs");
    assert!(!err(&output).contains(escape), "NO_COLOR goes first");
}

#[test]
fn completions_are_written_for_each_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = run(&["completions", shell]);
        code(&output, 0);
        assert!(
            ["case2fhir", "convert", "validate", "terminology-server", "explain", "compile"]
                .iter()
                .all(|word| out(&output).contains(word)),
            "{shell}"
        );
        assert!(output.stderr.is_empty());
    }
}

#[test]
fn each_command_has_a_man_page() {
    let folder = fixtures::scratch("man");
    code(&run(&["man", path(&folder)]), 0);
    let pages = files(&folder);
    for page in ["case2fhir", "case2fhir-convert", "case2fhir-validate", "case2fhir-explain", "case2fhir-package-add"] {
        assert!(pages.contains(&format!("{page}.1")), "{page}: {pages:?}");
    }
    let page = std::fs::read_to_string(folder.join("case2fhir-validate.1")).expect("the page");
    assert!(page.contains("max\\-issues") && page.contains("OperationOutcome"));
}

#[test]
fn help_and_version_go_to_stdout() {
    for arguments in [
        &["--help"][..],
        &["-h"],
        &["convert", "--help"],
        &["init", "--help"],
        &["validate", "--help"],
        &["explain", "--help"],
        &["package", "--help"],
        &["package", "compile", "--help"],
        &["--version"],
    ] {
        let output = run(arguments);
        code(&output, 0);
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{arguments:?}");
    }
    assert_eq!(out(&run(&["--version"])).trim(), format!("case2fhir {}", env!("CARGO_PKG_VERSION")));
}

/// `/dev/full` takes no byte: a disk without room.
#[cfg(target_os = "linux")]
#[test]
fn a_stdout_that_takes_nothing_ends_with_3_for_each_command() {
    for arguments in [
        &["convert", SEED][..],
        &["schema"],
        &["init"],
        &["completions", "bash"],
        &["validate", "--format", "json", "fixtures/cases/lung-egfr-json/case.json"],
        &["explain"],
        &["package", "list"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
        let output = program().args(arguments).stdout(full).output().expect("the program runs");
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {}", err(&output));
        assert!(!err(&output).contains("panicked"), "{arguments:?}: {}", err(&output));
    }
}
