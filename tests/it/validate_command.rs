//! Proves what `validate` does with inputs and options: what stands on stdout in each format and at which place of which file, in which
//! order, with which exit code; that no input breaks it; that its outcomes are themselves sound resources.
//!
//! Which verdict is right is proven elsewhere; these tests need only a member that no resource has.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use serde_json::Value;

use crate::command_line::{code, err, fed, json, out, path, program, run};
use crate::fixtures;

/// A resource without fault.
const GOOD: &str = r#"{"resourceType":"Patient","id":"p","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">A patient</div>"}}"#;
/// One with a member that no Patient has, in line 2.
const BAD: &str = "{\"resourceType\": \"Patient\",\n  \"nonsense\": \"geheim\",\n  \"text\": {\"status\": \"generated\", \"div\": \
    \"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">A patient</div>\"}}\n";

/// One with such a member, in one line.
fn bad_line() -> String {
    GOOD.replacen('{', "{\"nonsense\":1,", 1)
}

fn file(name: &str, extension: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let file = fixtures::scratch(&format!("validate-{name}")).join(format!("x.{extension}"));
    std::fs::write(&file, text).expect("a file");
    file
}

/// The texts of an outcome's issues.
fn texts(outcome: &Value) -> Vec<&str> {
    let issues = outcome["issue"].as_array().expect("issues");
    issues.iter().map(|issue| issue["details"]["text"].as_str().expect("a text")).collect()
}

fn codes(outcome: &Value) -> Vec<&str> {
    let issues = outcome["issue"].as_array().expect("issues");
    issues.iter().filter_map(|issue| issue["details"]["coding"][0]["code"].as_str()).collect()
}

fn extension<'a>(element: &'a Value, name: &str) -> &'a Value {
    let url = format!("http://hl7.org/fhir/StructureDefinition/operationoutcome-{name}");
    let list = element["extension"].as_array().map_or(&[][..], Vec::as_slice);
    list.iter().find(|extension| extension["url"] == url).unwrap_or(&Value::Null)
}

fn file_of(outcome: &Value) -> &str {
    extension(outcome, "file")["valueString"].as_str().unwrap_or_default()
}

fn line_of(outcome: &Value) -> &Value {
    &extension(&outcome["issue"][0], "issue-line")["valueInteger"]
}

#[test]
fn a_sound_resource_is_all_well() {
    let good = file("good", "json", GOOD);
    let output = run(&["validate", path(&good)]);
    code(&output, 0);
    assert!(output.stdout.is_empty(), "{}", out(&output));
    assert!(err(&output).contains("all well"), "{}", err(&output));
    let output = run(&["validate", "--format", "json", path(&good)]);
    code(&output, 0);
    let outcome = json(out(&output));
    assert_eq!(outcome["resourceType"], "OperationOutcome");
    assert_eq!(texts(&outcome), ["All OK"]);
    assert_eq!(outcome["issue"][0]["severity"], "information");
    assert_eq!(outcome["issue"][0]["code"], "informational");
}

#[test]
fn a_fault_is_told_with_its_code_place_and_path() {
    let bad = file("bad", "json", BAD);
    let output = run(&["validate", path(&bad)]);
    code(&output, 1);
    assert!(out(&output).contains("error[validate/unknown-member]: "), "{}", out(&output));
    assert!(out(&output).contains(&format!("--> {}:2:", path(&bad))), "{}", out(&output));
    assert!(out(&output).contains("Patient has no member `nonsense`"), "{}", out(&output));
    assert!(out(&output).contains("(Patient)"), "{}", out(&output));
    assert!(err(&output).contains("x.json: 1 error"), "{}", err(&output));
    assert!(!out(&output).contains('\u{1B}') && !err(&output).contains('\u{1B}'));
    assert!(out(&run(&["validate", "--color", "always", path(&bad)])).contains('\u{1B}'));
}

#[test]
fn an_outcome_says_all_that_the_text_says() {
    let bad = file("outcome", "json", BAD);
    let output = run(&["validate", "--format", "json", path(&bad)]);
    code(&output, 1);
    let outcome = json(out(&output));
    let issue = &outcome["issue"][0];
    assert_eq!(issue["severity"], "error");
    assert_eq!(issue["code"], "structure");
    assert_eq!(issue["details"]["coding"][0]["code"], "validate/unknown-member");
    assert_eq!(issue["details"]["coding"][0]["system"], case2fhir::render::operation_outcome::ISSUE_CODES);
    assert_eq!(issue["expression"][0], "Patient");
    assert!(issue["location"][0].as_str().is_some_and(|place| place.starts_with("Line[2] Col[")));
    assert!(issue["diagnostics"].as_str().is_some_and(|place| place.contains(&format!("{}:2:", path(&bad)))));
    assert_eq!(extension(issue, "issue-line")["valueInteger"], 2);
    assert!(extension(issue, "issue-col")["valueString"].is_string());
    assert_eq!(file_of(&outcome), "", "one input needs no name");
}

#[test]
fn the_code_system_is_made_of_the_namespace() {
    let name = uuid::Uuid::new_v5(&case2fhir::fhir::ids::NAMESPACE, b"issue-codes");
    assert_eq!(case2fhir::render::operation_outcome::ISSUE_CODES, format!("urn:uuid:{name}"));
}

#[test]
fn several_inputs_are_an_array_whose_outcomes_name_their_files() {
    let (good, bad) = (file("several-1", "json", GOOD), file("several-2", "json", BAD));
    let output = run(&["validate", "--format", "json", path(&good), path(&bad), "no/such.json", path(&good)]);
    code(&output, 3);
    let outcomes = json(out(&output));
    let outcomes = outcomes.as_array().expect("an array");
    let names: Vec<&str> = outcomes.iter().map(file_of).collect();
    assert_eq!(names, [path(&good), path(&bad), "no/such.json", path(&good)]);
    assert_eq!(outcomes[2]["issue"][0]["severity"], "fatal");
    assert_eq!(outcomes[2]["issue"][0]["code"], "not-found");
    assert!(err(&output).contains("error: no/such.json: "));
    assert!(err(&output).contains("4 inputs, 1 of them not read: 1 error"), "{}", err(&output));

    let lines = run(&["validate", "--format", "ndjson", path(&good), path(&bad)]);
    let lines: Vec<Value> = out(&lines).lines().map(json).collect();
    assert_eq!(lines.iter().map(file_of).collect::<Vec<_>>(), [path(&good), path(&bad)]);
}

#[test]
fn what_it_prints_is_itself_sound() {
    let folder = fixtures::scratch("validate-itself");
    std::fs::write(folder.join("a.json"), GOOD).expect("a file");
    std::fs::write(folder.join("b.json"), BAD).expect("a file");
    std::fs::write(folder.join("c.json"), "{").expect("a file");
    std::fs::write(folder.join("d.ndjson"), format!("{GOOD}\n{{\"resourceType\":\"Nothing\"}}\n")).expect("a file");
    let outcomes = run(&["validate", "--format", "ndjson", path(&folder), "no/such.json"]);
    assert_eq!(out(&outcomes).lines().count(), 6);
    let output = fed(&["validate", "--severity", "error", "-"], &outcomes.stdout);
    // Of HL7's extensions that an outcome has, R4 itself defines one; where the package of the others is not part of the program
    // they are unknown, and nothing else may be wrong.
    let is_known = out(&run(&["package", "list"])).contains("hl7.fhir.uv.extensions");
    for line in out(&output).lines().filter(|line| line.starts_with("error[")) {
        assert!(!is_known && line.starts_with("error[validate/extension-unknown]"), "{}", out(&output));
    }
}

#[test]
fn each_line_of_ndjson_is_a_resource_and_keeps_its_line() {
    let text = format!("{GOOD}\n\n{}\r\n{{\"resourceType\":\n{GOOD}", bad_line());
    let lines = file("lines", "ndjson", &text);
    let output = run(&["validate", path(&lines)]);
    code(&output, 1);
    assert!(out(&output).contains(&format!("{}:3:", path(&lines))), "{}", out(&output));
    assert!(out(&output).contains(&format!("{}:4:", path(&lines))), "{}", out(&output));
    assert_eq!(out(&output).matches("error[").count(), 2);
    assert!(err(&output).contains("2 errors (4 resources"), "{}", err(&output));

    let output = run(&["validate", "--format", "json", path(&lines)]);
    let outcomes = json(out(&output));
    let places: Vec<&Value> =
        outcomes.as_array().expect("an array, though there is one file").iter().map(line_of).collect();
    assert_eq!(places, [1, 3, 4, 5]);
    assert!(outcomes.as_array().expect("an array").iter().all(|outcome| file_of(outcome) == path(&lines)));
    assert_eq!(outcomes[2]["issue"][0]["severity"], "fatal");
}

#[test]
fn ndjson_may_be_zipped() {
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    write!(zipped, "{GOOD}\n{}\n", bad_line()).expect("memory takes all");
    let bytes = zipped.finish().expect("memory takes all");
    let whole = file("zipped", "ndjson.gz", &bytes);
    let output = run(&["validate", path(&whole)]);
    code(&output, 1);
    assert!(out(&output).contains("x.ndjson.gz:2:"), "{}", out(&output));
    let cut = file("zipped-cut", "ndjson.gz", &bytes[..bytes.len() / 2]);
    code(&run(&["validate", path(&cut)]), 3);
}

#[test]
fn stdin_is_a_resource_or_lines_of_them() {
    let output = fed(&["validate", "-"], BAD.as_bytes());
    code(&output, 1);
    assert!(out(&output).contains("--> <stdin>:2:"), "{}", out(&output));
    assert_eq!(
        json(out(&fed(&["validate", "--format", "json", "-"], GOOD.as_bytes())))["resourceType"],
        "OperationOutcome"
    );
    let lines = format!("{GOOD}\n{GOOD}\n{}\n", bad_line());
    let output = fed(&["validate", "-"], lines.as_bytes());
    code(&output, 1);
    assert!(out(&output).contains("--> <stdin>:3:"), "{}", out(&output));
    let pretty = format!("\n\n{}", GOOD.replace(',', ",\n").replace('{', "{\n"));
    code(&fed(&["validate", "-"], pretty.as_bytes()), 0);
    code(&fed(&["validate", "-"], b""), 1);
}

#[test]
fn folders_are_walked_in_order_without_what_is_hidden_or_something_else() {
    let folder = fixtures::scratch("validate-walk");
    let put = |name: &str| {
        let file = folder.join(name);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, GOOD).expect("a file");
    };
    for name in
        ["b/2.json", "b/10.json", "a.json", "c.ndjson", "b.txt", ".hidden.json", ".git/x.json", "B/x.JSON", "d.xml"]
    {
        put(name);
    }
    std::fs::create_dir_all(folder.join("empty")).expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&folder, folder.join("b/ring")).expect("a link");
    let output = run(&["validate", "--format", "ndjson", path(&folder)]);
    code(&output, 0);
    let lines: Vec<Value> = out(&output).lines().map(json).collect();
    let names: Vec<String> = lines
        .iter()
        .map(|line| {
            let name = file_of(line).strip_prefix(path(&folder)).expect("below the folder");
            name.replace('\\', "/")
        })
        .collect();
    assert_eq!(names, ["/B/x.JSON", "/a.json", "/b/10.json", "/b/2.json", "/c.ndjson"]);
    assert!(json(out(&run(&["validate", "--format", "json", path(&folder.join("b"))]))).is_array());

    let output = run(&["validate", path(&folder.join("empty"))]);
    code(&output, 3);
    assert!(err(&output).contains("no .json or .ndjson file"), "{}", err(&output));
}

#[test]
fn quietly_sound_files_of_a_folder_are_counted_and_named_on_request() {
    let folder = fixtures::scratch("validate-named");
    std::fs::write(folder.join("a.json"), GOOD).expect("a file");
    std::fs::write(folder.join("b.json"), BAD).expect("a file");
    let output = run(&["validate", path(&folder)]);
    assert!(!err(&output).contains("a.json") && err(&output).contains("b.json: 1 error"), "{}", err(&output));
    assert!(err(&output).contains("2 inputs: 1 error"), "{}", err(&output));
    assert!(err(&run(&["validate", "-v", path(&folder)])).contains("a.json: all well"));
    let quiet = run(&["validate", "-q", path(&folder)]);
    code(&quiet, 1);
    assert!(quiet.stderr.is_empty(), "{}", err(&quiet));
    assert_eq!(out(&quiet), out(&output), "the result is the same");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let mut lines = String::new();
    for number in 0..3000 {
        match number % 7 {
            3 => writeln!(lines, "{{\"resourceType\":\"Patient\",\"nonsense\":{number}}}"),
            5 => writeln!(lines, "{{\"resourceType\":"),
            _ => writeln!(lines, "{GOOD}"),
        }
        .expect("a string takes all");
    }
    let file = file("threads", "ndjson", lines);
    for format in ["text", "json", "ndjson"] {
        let one = run(&["validate", "--jobs", "1", "--format", format, path(&file)]);
        code(&one, 1);
        for jobs in ["2", "7"] {
            let many = run(&["validate", "--jobs", jobs, "--format", format, path(&file)]);
            assert!(one.stdout == many.stdout, "{format} with {jobs} threads");
        }
        if format == "ndjson" {
            let numbers: Vec<u64> =
                out(&one).lines().map(|line| line_of(&json(line)).as_u64().expect("a line")).collect();
            assert_eq!(numbers, (1..=3000).collect::<Vec<_>>());
        }
    }
}

#[test]
fn no_input_breaks_it() {
    let deep = "[".repeat(200_000);
    let objects = format!("{}{}", "{\"a\":".repeat(100_000), "1");
    let cases: &[(&str, &[u8], &str)] = &[
        ("empty", b"", "source/unreadable-json"),
        ("blank", b" \n\n ", "source/unreadable-json"),
        ("cut", b"{\"resourceType\": \"Patient\", \"name\": [", "source/unreadable-json"),
        ("two", b"{\"resourceType\": \"Patient\"} {}", "source/unreadable-json"),
        ("deep", deep.as_bytes(), "source/too-deep"),
        ("deep-objects", objects.as_bytes(), "source/too-deep"),
        ("utf-8", b"{\"resourceType\": \"Pat\xFFient\"}", "source/unreadable-text"),
        ("no-resource", b"{}", "validate/unknown-resource-type"),
        ("list", b"[]", "validate/"),
        ("text", b"\"Patient\"", "validate/"),
        ("null", b"null", "validate/"),
        ("unknown", b"{\"resourceType\": \"Nothing\"}", "validate/unknown-resource-type"),
    ];
    for (name, bytes, wanted) in cases {
        let file = file(name, "json", bytes);
        let output = run(&["validate", "--format", "json", path(&file)]);
        code(&output, 1);
        let outcome = json(out(&output));
        assert!(codes(&outcome).iter().any(|code| code.starts_with(wanted)), "{name}: {outcome}");
        assert!(!err(&output).contains("panicked"));
        let output = run(&["validate", "--show-values", path(&file)]);
        code(&output, 1);
        assert!(out(&output).lines().all(|line| line.chars().count() < 400), "{name}: long lines are cut");
    }
    let marked = file("marked", "json", format!("\u{FEFF}{BAD}"));
    let output = run(&["validate", path(&marked)]);
    assert!(out(&output).contains("x.json:2:"), "a byte order mark is no fault: {}", out(&output));
}

#[test]
fn severity_says_what_is_shown_and_fail_on_what_fails() {
    let unknown = "http://example.org/StructureDefinition/none";
    let text = GOOD.replace("\"id\"", &format!("\"meta\":{{\"profile\":[\"{unknown}\"]}},\"id\""));
    let file = file("severity", "json", text);
    let output = run(&["validate", path(&file)]);
    code(&output, 0);
    assert!(out(&output).contains("warning[validate/profile-unknown]"), "{}", out(&output));
    let output = run(&["validate", "--severity", "error", path(&file)]);
    code(&output, 0);
    assert!(output.stdout.is_empty());
    assert!(err(&output).contains("1 warning not shown"), "{}", err(&output));
    let output = run(&["validate", "--severity", "error", "--format", "json", path(&file)]);
    assert_eq!(texts(&json(out(&output))), ["All OK"]);
    let output = run(&["validate", "--fail-on", "warning", "--severity", "error", path(&file)]);
    code(&output, 1);
}

#[test]
fn a_profile_that_is_asked_for_is_looked_for() {
    let file = file("profile", "json", GOOD);
    let output = run(&["validate", "--profile", "http://example.org/StructureDefinition/none", path(&file)]);
    assert!(out(&output).contains("validate/profile-unknown"), "{}", out(&output));
    let patient = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient";
    let output = run(&["validate", "--profile", patient, path(&file)]);
    code(&output, 1);
    assert!(out(&output).contains("validate/min-cardinality"), "{}", out(&output));
}

#[test]
fn what_is_asked_for_is_an_error() {
    let patient = r#"{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"},
        "extension":[{"url":"http://unknown.test/e","valueString":"x"}],"name":[{"text":"<b>x</b>"}],
        "photo":[{"url":"http://example.org/1.png"}],"managingOrganization":{"reference":"Device/1"}}"#;
    let patient = file("asked", "json", patient);
    code(&run(&["validate", path(&patient)]), 0);
    for (option, wanted) in [
        ("--security-checks", "validate/embedded-html"),
        ("--check-reference-types", "validate/reference-type"),
        ("--known-extensions-only", "validate/extension-unknown"),
        ("--no-example-addresses", "validate/example-address"),
        ("--references-must-resolve", "validate/reference-unresolved"),
    ] {
        let output = run(&["validate", "--severity", "error", option, path(&patient)]);
        code(&output, 1);
        assert!(out(&output).contains(&format!("error[{wanted}]: ")), "{option}: {}", out(&output));
        assert_eq!(out(&output).matches("error[").count(), 1, "{option}: {}", out(&output));
    }
}

#[test]
fn more_issues_than_wanted_are_counted() {
    let members: Vec<String> = (0..50).map(|number| format!("\"nonsense{number}\":1")).collect();
    let file = file("many", "json", format!("{{\"resourceType\":\"Patient\",{}}}", members.join(",")));
    let output = run(&["validate", "--format", "json", "--max-issues", "5", path(&file)]);
    code(&output, 1);
    let outcome = json(out(&output));
    let found = codes(&outcome);
    assert!(found.contains(&"validate/too-many-issues"), "{found:?}");
    assert!(found.len() <= 6, "{found:?}");
}

#[test]
fn values_are_shown_on_request_only() {
    let file = file("values", "json", BAD);
    for format in ["text", "json", "ndjson"] {
        let hidden = run(&["validate", "-v", "--format", format, path(&file)]);
        assert!(!out(&hidden).contains("geheim") && !err(&hidden).contains("geheim"), "{}", out(&hidden));
    }
    let shown = run(&["validate", "--show-values", path(&file)]);
    assert!(out(&shown).contains("geheim") && out(&shown).contains('^'), "{}", out(&shown));
}

#[test]
fn a_long_line_is_shown_around_the_place() {
    let long = GOOD.replace("A patient", &"x".repeat(5000)).replace("}}", "},\"nonsense\":1,\"language\":\"en\"}");
    let file = file("long", "json", long);
    let output = run(&["validate", "--show-values", path(&file)]);
    let lines: Vec<&str> = out(&output).lines().collect();
    let at = lines.iter().position(|line| line.contains("\"nonsense\"")).expect("the place is in view");
    let column = |line: &str, what: &str| line[..line.find(what).expect("there")].chars().count();
    let (start, mark) = (column(lines[at], "\"nonsense\""), column(lines[at + 1], "^"));
    assert!((start..=start + 11).contains(&mark), "the mark is below the member: {}", out(&output));
    assert!(lines[at].chars().count() < 130);
}

#[test]
fn wrong_usage_ends_with_2_and_a_lost_package_with_3() {
    let good = file("usage", "json", GOOD);
    for arguments in [
        &["--format", "xml"][..],
        &["--fhir", "r3"],
        &["--severity", "loud"],
        &["--max-issues", "0"],
        &["--jobs", "0"],
        &["--terminology-cache", "there"],
    ] {
        let output = run(&[&["validate", path(&good)], arguments].concat());
        code(&output, 2);
        assert!(output.stdout.is_empty());
    }
    code(&run(&["validate"]), 2);
    let home = fixtures::scratch("validate-home");
    for package in ["no/such.tgz", "no.such.package#1.0.0"] {
        let output = program()
            .args(["validate", "--package", package, path(&good)])
            .env("HOME", &home)
            .output()
            .expect("the program runs");
        code(&output, 3);
        assert!(output.stdout.is_empty() && err(&output).contains(package), "{}", err(&output));
    }
}

#[test]
fn each_version_of_fhir_has_its_definitions() {
    let good = file("versions", "json", GOOD);
    for version in ["r4", "r4b", "r5"] {
        code(&run(&["validate", "--fhir", version, path(&good)]), 0);
    }
    // Transport came with R5.
    let new = file("versions-new", "json", r#"{"resourceType":"Transport"}"#);
    let has =
        |version: &str| !out(&run(&["validate", "--fhir", version, path(&new)])).contains("unknown-resource-type");
    assert!(!has("r4") && !has("r4b") && has("r5"));
}
