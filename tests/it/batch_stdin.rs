//! Proves what engines count on that pipe their rows through `batch --stdin`: a line out for each line in, in order, at once.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use serde_json::Value;

use crate::cohort::lines;
use crate::command_line::{code, err, fed, json, out, program};
use crate::fixtures;

#[test]
fn each_line_gets_its_line_in_order() {
    let mut input = lines(40);
    input[3] = String::new();
    input[9] = "   \t ".to_owned();
    input[21] = "{\"id\": \"cut off".to_owned();
    input[30] = "null".to_owned();
    for end in ["\n", "", "\r\n"] {
        let text = input.join(if end == "\r\n" { "\r\n" } else { "\n" }) + end;
        let output = fed(&["batch", "--stdin", "--jobs", "3", "--timestamp", "2026-01-31T12:00:00Z"], text.as_bytes());
        code(&output, 0);
        let answers: Vec<Value> = out(&output).lines().map(json).collect();
        assert_eq!(answers.len(), 40);
        for (at, (case, answer)) in input.iter().zip(&answers).enumerate() {
            if [3, 9, 21, 30].contains(&at) {
                assert_eq!(answer["resourceType"], "OperationOutcome", "line {at}");
                assert_eq!(answer["issue"][0]["extension"][0]["valueInteger"], at + 1, "{answer}");
            } else {
                let converted = fixtures::convert(&context(), "<stdin>", case.as_bytes());
                assert_eq!(answer["id"], converted.value()["id"], "line {at}");
            }
        }
        assert!(err(&output).contains("40 cases read = 36 written + 4 rejected"), "{}", err(&output));
    }
    let output = fed(&["batch", "--stdin"], b"");
    code(&output, 0);
    assert!(output.stdout.is_empty());
}

fn context() -> case2fhir::pipeline::Context {
    case2fhir::pipeline::Context {
        timestamp: case2fhir::case::Date::parse("2026-01-31T12:00:00Z"),
        ..Default::default()
    }
}

#[test]
fn bytes_that_are_no_text_get_an_answer_too() {
    let output = fed(&["batch", "--stdin"], b"\xFF\xFE\n{\"id\":\"a\\\n\x00\n");
    code(&output, 0);
    let answers: Vec<Value> = out(&output).lines().map(json).collect();
    assert_eq!(answers.len(), 3);
    assert!(answers.iter().all(|answer| answer["resourceType"] == "OperationOutcome"));
}

#[test]
fn a_line_is_answered_before_the_next_one_comes() {
    let mut child = program()
        .args(["batch", "--stdin", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    for case in lines(4) {
        writeln!(stdin, "{case}").and_then(|()| stdin.flush()).expect("the program reads");
        let mut answer = String::new();
        stdout.read_line(&mut answer).expect("the program answers");
        assert_eq!(json(&answer)["resourceType"], "Bundle");
    }
    drop(stdin);
    assert_eq!(child.wait().expect("the program ends").code(), Some(0));
}

#[test]
fn whoever_closes_the_pipe_is_told_that_lines_are_missing() {
    let mut child = program()
        .args(["batch", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    drop(child.stdout.take());
    // The program goes when it cannot write; then it reads no further.
    let _ = stdin.write_all((lines(50).join("\n") + "\n").as_bytes());
    drop(stdin);
    assert_eq!(child.wait().expect("the program ends").code(), Some(3));
}
