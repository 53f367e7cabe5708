//! Proves what `convert` and `init` do with their inputs and options: where bundles land, what is refused, what is said.

use std::process::Command;

use serde_json::Value;

use crate::command_line::{BROKEN, MAXIMAL, MINIMAL, SEED, code, err, fed, files, json, out, path, program, run};
use crate::fixtures;

#[test]
fn a_case_goes_to_stdout_and_the_talk_to_stderr() {
    let output = run(&["convert", SEED]);
    code(&output, 0);
    let bundle = json(out(&output));
    assert_eq!(bundle["resourceType"], "Bundle");
    assert_eq!(bundle["type"], "collection");
    assert_eq!(out(&output).lines().count(), 1, "one line, with a line break at its end");
    assert!(out(&output).ends_with('\n'));
    assert!(err(&output).contains("resources") && err(&output).contains("coded"));
    assert!(!err(&output).contains('\u{1B}'), "no colour where no terminal is");
}

#[test]
fn what_the_program_writes_is_what_the_library_makes() {
    let fixture = fixtures::named("xing-2023-atc");
    assert_eq!(out(&run(&["convert", SEED])).trim_end(), fixture.convert().json());
    assert_eq!(out(&run(&["convert", "--pretty", SEED])), fixture.convert().pretty());
}

#[test]
fn errors_in_an_input_end_with_1_and_leave_nothing() {
    let output = run(&["convert", BROKEN]);
    code(&output, 1);
    assert!(output.stdout.is_empty());
    assert!(err(&output).contains("error[case/unknown-term]"));
    assert!(err(&output).contains(&format!("--> {BROKEN}:")));
    assert!(err(&output).contains("not converted"));
}

#[test]
fn stdin_is_a_dash() {
    let output = fed(&["convert", "-"], &fixtures::named("xing-2023-atc").bytes);
    code(&output, 0);
    assert_eq!(output.stdout, run(&["convert", SEED]).stdout);
    let output = fed(&["convert", "-"], b"id: [");
    code(&output, 1);
    assert!(err(&output).contains("--> <stdin>:"));
    code(&fed(&["convert", "-"], b""), 1);
}

#[test]
fn o_writes_a_file_and_keeps_stdout_empty() {
    let folder = fixtures::scratch("o-file");
    let file = folder.join("out.json");
    let output = run(&["convert", SEED, "-o", path(&file)]);
    code(&output, 0);
    assert!(output.stdout.is_empty());
    assert!(err(&output).contains(path(&file)));
    assert_eq!(std::fs::read(&file).expect("the bundle"), run(&["convert", SEED]).stdout);
    assert_eq!(files(&folder), ["out.json"], "no part is left");
    code(&run(&["convert", MINIMAL, "-o", path(&file)]), 0);
    assert_eq!(std::fs::read(&file).expect("the bundle"), run(&["convert", MINIMAL]).stdout, "written anew");
}

#[test]
fn o_of_a_folder_writes_one_file_a_case_named_after_its_id() {
    let folder = fixtures::scratch("o-folder");
    let output = run(&["convert", SEED, MINIMAL, "-o", path(&folder)]);
    code(&output, 0);
    assert!(output.stdout.is_empty());
    assert_eq!(files(&folder), ["minimal.json", "xing-2023-atc.json"]);
    let new = folder.join("new/");
    code(&run(&["convert", MINIMAL, "-o", path(&new)]), 0);
    assert_eq!(files(&new), ["minimal.json"]);
    let third = folder.join("third");
    code(&run(&["convert", SEED, MINIMAL, "-o", path(&third)]), 0);
    assert_eq!(files(&third).len(), 2);
}

#[test]
fn ids_that_file_systems_dislike_become_names_that_they_take() {
    let folder = fixtures::scratch("ids");
    let case = folder.join("case.yaml");
    std::fs::write(&case, "id: ../a/b:c?*\u{7532}\npatient: {}\n").expect("a case");
    let results = folder.join("results/");
    code(&run(&["convert", path(&case), "-o", path(&results)]), 0);
    let names = files(&results);
    assert_eq!(names.len(), 1);
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.%".contains(c);
    assert!(names[0].chars().all(plain) && !names[0].starts_with('.'), "{names:?}");
    assert_eq!(files(&folder), ["case.yaml", "results"], "nothing outside the folder");
}

#[test]
fn several_inputs_go_to_stdout_one_a_line_and_a_broken_one_stops_no_other() {
    let output = run(&["convert", SEED, BROKEN, MINIMAL]);
    code(&output, 1);
    let bundles: Vec<Value> = out(&output).lines().map(json).collect();
    assert_eq!(bundles.len(), 2);
    assert!(bundles.iter().all(|bundle| bundle["resourceType"] == "Bundle"));

    let folder = fixtures::scratch("several");
    let output = run(&["convert", BROKEN, SEED, "no/such/file.yaml", MINIMAL, "-o", path(&folder)]);
    code(&output, 3);
    assert_eq!(files(&folder), ["minimal.json", "xing-2023-atc.json"], "the sound ones, whole, and nothing else");
    let folder = fixtures::scratch("several-1");
    code(&run(&["convert", BROKEN, SEED, MINIMAL, "-o", path(&folder)]), 1);
    for name in files(&folder) {
        json(&std::fs::read_to_string(folder.join(name)).expect("a bundle"));
    }
}

#[test]
fn two_cases_of_one_id_do_not_overwrite_each_other() {
    let folder = fixtures::scratch("clash");
    let output = run(&["convert", MINIMAL, MINIMAL, "-o", path(&folder)]);
    code(&output, 1);
    assert!(err(&output).contains("must not share an id"));
    assert_eq!(files(&folder), ["minimal.json"]);
}

#[test]
fn pretty_changes_white_space_only() {
    let (plain, pretty) = (run(&["convert", SEED]), run(&["convert", "--pretty", SEED]));
    assert!(out(&pretty).lines().count() > 1000);
    assert_eq!(json(out(&plain)), json(out(&pretty)));
}

#[test]
fn each_kind_of_bundle_says_what_it_is() {
    for kind in ["collection", "transaction", "batch", "document"] {
        let output = run(&["convert", "--bundle", kind, SEED]);
        code(&output, 0);
        let bundle = json(out(&output));
        assert_eq!(bundle["type"], kind);
        let requests = fixtures::entries(&bundle).iter().filter(|entry| !entry["request"].is_null()).count();
        let asked = if matches!(kind, "transaction" | "batch") { fixtures::entries(&bundle).len() } else { 0 };
        assert_eq!(requests, asked, "{kind}");
        let first = &bundle["entry"][0]["resource"]["resourceType"];
        assert_eq!(first == "Composition", kind == "document");
    }
}

#[test]
fn methods_put_by_id_or_create_unless_there() {
    let put = json(out(&run(&["convert", "--bundle", "transaction", SEED])));
    for entry in fixtures::entries(&put) {
        let resource = &entry["resource"];
        let url = format!(
            "{}/{}",
            resource["resourceType"].as_str().expect("a type"),
            resource["id"].as_str().expect("an id")
        );
        assert_eq!(entry["request"]["method"], "PUT");
        assert_eq!(entry["request"]["url"], url);
        assert_eq!(entry["fullUrl"], format!("urn:uuid:{}", resource["id"].as_str().expect("an id")));
    }
    let course = fixtures::named("course-of-care").path;
    let course = course.to_str().expect("a path");
    let post = |case| json(out(&run(&["convert", "--bundle", "transaction", "--method", "post", case])));
    let entries: Vec<Value> =
        [SEED, course].into_iter().flat_map(|case| fixtures::entries(&post(case)).to_vec()).collect();
    let unsearched = ["Provenance", "AdverseEvent"];
    for kind in unsearched {
        assert!(entries.iter().any(|entry| entry["resource"]["resourceType"] == kind), "{kind}");
    }
    for entry in &entries {
        let (resource, request) = (&entry["resource"], &entry["request"]);
        if unsearched.iter().any(|kind| resource["resourceType"] == *kind) {
            assert_eq!(request["method"], "PUT", "no server finds it by an identifier");
            continue;
        }
        assert_eq!(request["method"], "POST");
        assert_eq!(request["url"], resource["resourceType"]);
        let condition = request["ifNoneExist"].as_str().expect("a condition");
        let own = condition.strip_prefix("identifier=urn:ietf:rfc:3986|").expect("the own identifier");
        let has = |identifier: &Value| identifier["system"] == "urn:ietf:rfc:3986" && identifier["value"] == own;
        let identifiers = &resource["identifier"];
        assert!(identifiers.as_array().map_or(has(identifiers), |list| list.iter().any(has)), "{condition}");
    }
}

#[test]
fn a_lexicon_of_ones_own_goes_before_the_built_in_one() {
    let folder = fixtures::scratch("lexicon");
    let case = folder.join("case.yaml");
    std::fs::write(&case, "id: t\npatient: {}\nconditions: {condition: hypertension}\n").expect("a case");
    let with = |arguments: &[&str]| run(&[&["convert", path(&case)], arguments].concat());
    assert!(out(&with(&[])).contains("38341003"));
    let own = with(&["--lexicon", "fixtures/lexicons/house.csv"]);
    code(&own, 0);
    assert!(out(&own).contains("59621000") && !out(&own).contains("38341003"));
    code(&with(&["--lexicon", "fixtures/lexicons/house.csv", "--lexicon", "fixtures/lexicons/house.csv"]), 0);
    let bad = with(&["--lexicon", "fixtures/lexicons/bad.csv"]);
    code(&bad, 1);
    assert!(bad.stdout.is_empty());
    assert!(err(&bad).contains("--> fixtures/lexicons/bad.csv:3:1"), "{}", err(&bad));
}

#[test]
fn another_namespace_shares_no_id() {
    let ids = |arguments: &[&str]| {
        let bundle = json(out(&run(&[&["convert", SEED], arguments].concat())));
        let ids = fixtures::resources(&bundle).into_iter().map(|resource| resource["id"].to_string());
        ids.collect::<std::collections::HashSet<_>>()
    };
    let (ours, other) = (ids(&[]), ids(&["--namespace", "0f3b7c52-9c1e-4d0a-8f57-3f1f5f0c2a11"]));
    assert!(ours.is_disjoint(&other));
    assert_eq!(other, ids(&["--namespace", "0F3B7C52-9C1E-4D0A-8F57-3F1F5F0C2A11"]));
}

#[test]
fn a_timestamp_goes_before_the_environments_and_the_cases() {
    let stamp = |command: &mut Command| json(out(&command.output().expect("runs")))["timestamp"].clone();
    let given = "2026-01-31T12:00:00+01:00";
    assert_eq!(stamp(program().args(["convert", MAXIMAL, "--timestamp", given]).env("SOURCE_DATE_EPOCH", "0")), given);
    assert_eq!(stamp(program().args(["convert", SEED]).env("SOURCE_DATE_EPOCH", "1700000000")), "2023-11-14T22:13:20Z");
    assert_eq!(
        stamp(program().args(["convert", MAXIMAL])),
        "2024-02-29T23:59:59.123456789-09:30",
        "the case's recorded"
    );
    assert_eq!(stamp(program().args(["convert", SEED])), Value::Null, "a collection needs none");
}

#[test]
fn a_document_without_a_moment_takes_the_clocks_and_says_so() {
    let output = run(&["convert", "--bundle", "document", "-v", SEED]);
    code(&output, 0);
    assert!(json(out(&output))["timestamp"].as_str().is_some_and(|moment| moment.ends_with('Z')));
    assert!(err(&output).contains("info[bundle/timestamp-from-clock]"));
    let fixed = || run(&["convert", "--bundle", "document", "--timestamp", "2026-01-31T12:00:00Z", SEED]);
    assert_eq!(fixed().stdout, fixed().stdout);
    assert!(!err(&fixed()).contains("timestamp-from-clock"));
}

#[test]
fn fail_on_warning_refuses_what_has_warnings() {
    let output = run(&["convert", MAXIMAL]);
    code(&output, 0);
    assert!(err(&output).contains("warning[terminology/unknown-unit]"));
    let output = run(&["convert", "--fail-on", "warning", MAXIMAL]);
    code(&output, 1);
    assert!(output.stdout.is_empty());
    code(&run(&["convert", "--fail-on", "warning", MINIMAL]), 0);
}

#[test]
fn quiet_says_errors_only_and_verbose_says_notes() {
    let output = run(&["convert", "-q", MAXIMAL]);
    code(&output, 0);
    assert!(output.stderr.is_empty(), "{}", err(&output));
    let output = run(&["convert", "--quiet", BROKEN]);
    code(&output, 1);
    assert!(err(&output).contains("error[case/unknown-term]"));
    let notes = |arguments: &[&str]| err(&run(arguments)).matches("info[").count();
    assert_eq!(notes(&["convert", SEED]), 1, "the texts without a code, in one place");
    assert!(notes(&["convert", "-v", SEED]) > 10);
    assert_eq!(notes(&["convert", "-q", SEED]), 0);
}

#[test]
fn values_of_the_case_are_shown_on_request_only() {
    let folder = fixtures::scratch("values");
    let case = folder.join("case.yaml");
    let secret = "Xanthippe Geheimnis";
    let text =
        format!("id: t\npatient: {{sex: {secret}, name: {secret}}}\nfindings: {{finding: {secret}, date: {secret}}}\n");
    std::fs::write(&case, text).expect("a case");
    for format in ["text", "json"] {
        let hidden = run(&["convert", "-v", "--log-format", format, path(&case)]);
        code(&hidden, 1);
        assert!(!err(&hidden).contains("Xanthippe") && !err(&hidden).contains("Geheimnis"), "{}", err(&hidden));
    }
    let shown = run(&["convert", "--show-values", path(&case)]);
    assert!(err(&shown).contains(secret) && err(&shown).contains('^'));
    let notes = run(&["convert", "-v", SEED]);
    assert!(!err(&notes).contains("Chinese medicine"));
    assert!(err(&run(&["convert", "-v", "--show-values", SEED])).contains("Chinese medicine"));
}

#[test]
fn init_writes_a_starter_and_never_over_somebodys_work() {
    let folder = fixtures::scratch("init");
    let file = folder.join("case.yaml");
    let output = run(&["init", "-o", path(&file)]);
    code(&output, 0);
    assert!(output.stdout.is_empty() && err(&output).contains("case2fhir convert"));
    let starter = std::fs::read_to_string(&file).expect("the starter");
    assert_eq!(out(&run(&["init"])), starter);
    assert_eq!(out(&run(&["init", "-o", "-"])), starter);
    std::fs::write(&file, "somebody's work").expect("work");
    let output = run(&["init", "-o", path(&file)]);
    code(&output, 3);
    assert!(err(&output).contains("exists already"));
    assert_eq!(std::fs::read_to_string(&file).expect("the work"), "somebody's work");
}

#[test]
fn the_starter_converts_without_error_or_warning() {
    let starter = run(&["init"]).stdout;
    for kind in ["collection", "transaction", "batch", "document"] {
        let output = fed(&["convert", "--fail-on", "warning", "--bundle", kind, "-"], &starter);
        code(&output, 0);
        assert!(!err(&output).contains("warning") && !err(&output).contains("error"), "{}", err(&output));
    }
}

#[test]
fn r4_and_r4b_are_the_same_json() {
    assert_eq!(run(&["convert", "--fhir", "r4", SEED]).stdout, run(&["convert", "--fhir", "r4b", SEED]).stdout);
}

#[test]
fn without_the_check_the_bundle_is_the_same() {
    assert_eq!(run(&["convert", "--no-validate", SEED]).stdout, run(&["convert", SEED]).stdout);
}

#[test]
fn an_input_beyond_the_limit_is_refused_with_its_size() {
    let folder = fixtures::scratch("large");
    let case = folder.join("case.yaml");
    std::fs::write(&case, vec![b'#'; case2fhir::source::MAX_BYTES + 1]).expect("a large file");
    let output = run(&["convert", path(&case)]);
    code(&output, 1);
    assert!(err(&output).contains("error[source/too-large]"));
}
