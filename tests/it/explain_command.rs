//! Proves that `explain` tells something worth reading of each issue code, finds codes that are nearly right, and lists them all.

use case2fhir::issue::Code;
use serde_json::Value;

use crate::command_line::{code, err, json, out, run};

#[test]
fn each_code_is_explained_in_whole_sentences() {
    for known in Code::ALL {
        let output = run(&["explain", known.name()]);
        code(&output, 0);
        let text = out(&output);
        assert!(text.starts_with(known.name()), "{text}");
        assert!(text.contains(known.severity().code()) && text.contains(known.issue_type()), "{text}");
        let words = text.split_once("\n\n").expect("an explanation below the head").1.trim();
        assert!(words.starts_with(char::is_uppercase), "{}: {words}", known.name());
        assert!(words.ends_with(['.', ')', '?']) && words.split_whitespace().count() >= 5, "{}: {words}", known.name());
        assert!(words.lines().all(|line| line.chars().count() <= 80), "{words}");
        assert!(output.stderr.is_empty());
    }
}

#[test]
fn json_has_the_same_for_programs() {
    let one = json(out(&run(&["explain", "--format", "json", "validate/null"])));
    assert_eq!(one["code"], "validate/null");
    assert_eq!(one["severity"], "error");
    assert_eq!(one["issueType"], "structure");
    assert!(one["explanation"].as_str().is_some_and(|words| words.contains("null") && !words.contains('\n')));
    let all = json(out(&run(&["explain", "--format", "json"])));
    let names: Vec<&str> = all.as_array().expect("a list").iter().filter_map(|told| told["code"].as_str()).collect();
    assert_eq!(names, Code::ALL.iter().map(|code| code.name()).collect::<Vec<_>>());
}

#[test]
fn without_a_code_all_are_listed_by_room() {
    let output = run(&["explain"]);
    code(&output, 0);
    for known in Code::ALL {
        assert!(out(&output).contains(&format!("  {} ", known.name())), "{}", known.name());
    }
    let rooms: Vec<&str> = out(&output).lines().filter(|line| !line.contains(' ') && !line.is_empty()).collect();
    assert!(rooms.contains(&"validate") && rooms.contains(&"case"), "{rooms:?}");
    assert!(out(&output).lines().all(|line| line.chars().count() <= 140), "no line is too long to read");
}

#[test]
fn a_code_is_found_as_it_stands_in_an_issue_and_without_its_room() {
    let wanted = run(&["explain", "validate/min-cardinality"]).stdout;
    for typed in [
        "min-cardinality",
        "[validate/min-cardinality]",
        "error[validate/min-cardinality]:",
        "Validate/Min-Cardinality",
    ] {
        let output = run(&["explain", typed]);
        code(&output, 0);
        assert_eq!(output.stdout, wanted, "{typed}");
    }
}

#[test]
fn an_unknown_code_ends_with_2_and_near_ones_are_named() {
    let output = run(&["explain", "validate/min-cardinalty"]);
    code(&output, 2);
    assert!(output.stdout.is_empty());
    assert!(err(&output).contains("did you mean `validate/min-cardinality`"), "{}", err(&output));
    let output = run(&["explain", "zzz"]);
    code(&output, 2);
    assert!(err(&output).contains("lists all"), "{}", err(&output));
    let output = run(&["explain", "--log-format", "json", "zzz"]);
    code(&output, 2);
    assert_eq!(json(err(&output))["severity"], Value::from("fatal"));
}
