//! Cases without number, made of the fixtures: the same case again and again under other ids. Proves nothing itself.

use std::path::{Path, PathBuf};

use case2fhir::instance::{parse_yaml, to_json};
use case2fhir::issue::Issues;

use crate::fixtures;

/// So many cases, one a line: the good fixtures in turn, each under an id of its own.
pub fn lines(count: usize) -> Vec<String> {
    let cases: Vec<(String, String)> = fixtures::good()
        .iter()
        .filter(|fixture| fixture.file() == "case.yaml")
        .map(|fixture| {
            let document = parse_yaml(fixture.text(), 1, &mut Issues::default()).expect("a fixture that is YAML");
            let id = document.root().and_then(|root| root.get("id")).expect("an id").text().to_owned();
            (format!(r#""id":"{id}""#), to_json(&document))
        })
        .collect();
    let line = |at: usize| {
        let (id, case) = &cases[at % cases.len()];
        assert!(case.contains(id.as_str()), "the id stands as JSON has it");
        case.replacen(id.as_str(), &format!(r#""id":"case-{at}""#), 1)
    };
    (0..count).map(line).collect()
}

/// A file of lines.
pub fn file(folder: &Path, name: &str, lines: &[String]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, lines.join("\n") + "\n").expect("a file of cases");
    path
}

/// What stands in a folder, hidden files excepted: names and bytes.
pub fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let names = crate::command_line::files(folder).into_iter().filter(|name| !name.starts_with('.'));
    names.map(|name| (name.clone(), std::fs::read(folder.join(&name)).expect("a file"))).collect()
}

/// Whether two folders hold the same, told by name where they do not: the bytes are too many to show.
#[track_caller]
pub fn same(one: &Path, other: &Path) {
    let (one, other) = (contents(one), contents(other));
    let names = |list: &[(String, Vec<u8>)]| list.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&one), names(&other));
    for ((name, a), (_, b)) in one.iter().zip(&other) {
        assert!(a == b, "{name} differs: {} and {} bytes", a.len(), b.len());
    }
}
