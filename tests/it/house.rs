//! Proves that the house is built as it is drawn: who imports whom, a header on each file, registries that name real files, files of
//! a readable length, and a library that neither panics, prints nor reads files where it should not.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::fixtures;

/// Which rooms a room may import, besides itself.
const DOORS: &[(&str, &[&str])] = &[
    ("issue", &[]),
    ("instance", &["issue"]),
    ("definition", &["instance", "issue"]),
    ("terminology", &["definition", "instance", "issue"]),
    ("fhirpath", &["instance", "issue"]),
    ("validate", &["definition", "fhirpath", "instance", "issue", "terminology"]),
    ("case", &["instance", "issue", "terminology"]),
    ("sink", &["terminology"]),
    ("source", &["case", "instance", "issue", "terminology"]),
    ("fhir", &["case", "instance", "terminology"]),
    ("map", &["case", "fhir", "instance", "issue", "terminology"]),
    ("bundle", &["case", "fhir", "instance", "issue", "map", "terminology"]),
    ("render", &["issue"]),
    (
        "pipeline",
        &[
            "bundle",
            "case",
            "fhir",
            "fhirpath",
            "instance",
            "issue",
            "map",
            "render",
            "source",
            "terminology",
            "validate",
        ],
    ),
    (
        "cli",
        &[
            "bundle",
            "case",
            "definition",
            "fhir",
            "fhirpath",
            "instance",
            "issue",
            "map",
            "pipeline",
            "render",
            "sink",
            "source",
            "terminology",
            "validate",
        ],
    ),
];

/// Files that may be longer than [`LONGEST`], each with the reason.
const LONG: &[(&str, &str)] = &[];

/// The longest file that one still reads in one go.
const LONGEST: usize = 450;

struct Source {
    /// The path below `src`, with `/`.
    name: String,
    /// The text without comments: documentation may speak of what code may not do.
    code: String,
    text: String,
}

impl Source {
    fn room(&self) -> &str {
        self.name.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }
}

fn sources() -> Vec<Source> {
    let base = fixtures::root().join("src");
    let mut list = Vec::new();
    collect(&base, &base, &mut list);
    list.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(list.len() > 80, "the sources were not found");
    list
}

fn collect(base: &Path, folder: &Path, list: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path: PathBuf = entry.expect("an entry").path();
        if path.is_dir() {
            collect(base, &path, list);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).expect("a source file");
            let name = path.strip_prefix(base).expect("below src").to_string_lossy().replace('\\', "/");
            let is_comment = |line: &&str| !line.trim_start().starts_with("//");
            let code = text.lines().filter(is_comment).collect::<Vec<_>>().join("\n");
            list.push(Source { name, code, text });
        }
    }
}

/// The rooms that a file imports: what follows `crate::`, groups in braces included.
fn imports(code: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let end = group.find(|c| {
                depth += match c {
                    '{' => 1,
                    '}' => -1,
                    _ => 0,
                };
                depth < 0
            });
            let group = &group[..end.unwrap_or(group.len())];
            rooms.extend(group.split(',').map(word).filter(|room| !room.is_empty()));
        } else {
            rooms.insert(word(rest));
        }
    }
    rooms
}

fn word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn rooms_import_only_whom_they_may() {
    let mut faults = Vec::new();
    for source in sources() {
        if matches!(source.name.as_str(), "lib.rs" | "main.rs") {
            continue;
        }
        let Some((_, allowed)) = DOORS.iter().find(|(room, _)| *room == source.room()) else {
            faults.push(format!("{} is in no room that the drawing has", source.name));
            continue;
        };
        let mut seen = imports(&source.code);
        // `super::super::` and `super::` from a room's mod.rs lead out of the room without saying so.
        let depth = source.name.matches('/').count() + usize::from(!source.name.ends_with("mod.rs"));
        let up = "super::".repeat(depth);
        if depth > 0 && source.code.contains(&up) && source.name.contains('/') {
            faults.push(format!("{} leaves its room by {up}", source.name));
        }
        seen.remove(source.room());
        for room in seen {
            if DOORS.iter().any(|(known, _)| *known == room) && !allowed.contains(&room.as_str()) {
                faults.push(format!("{} imports {room}", source.name));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_drawing_has_no_ring() {
    for (room, allowed) in DOORS {
        for other in *allowed {
            let back = DOORS.iter().find(|(name, _)| name == other).expect("a known room").1;
            assert!(!back.contains(room), "{room} and {other} import each other");
        }
    }
}

#[test]
fn only_the_fhir_room_names_the_typed_model() {
    for source in sources() {
        let free = !source.code.contains("fhir_sdk") && !source.code.contains("fhir_model");
        assert!(source.room() == "fhir" || free, "{} names the typed model", source.name);
    }
}

#[test]
fn each_file_opens_with_its_header() {
    for source in sources() {
        let header = source.text.lines().next().unwrap_or_default();
        let told = header.strip_prefix("//! ").is_some_and(|words| words.trim().len() > 10);
        assert!(told, "{} opens with {header:?}", source.name);
    }
}

#[test]
fn each_mapper_of_the_registry_is_a_file_and_stands_under_its_own_name() {
    let registry = std::fs::read_to_string(fixtures::root().join("src/map/mod.rs")).expect("the registry");
    let rows = registry.split("const MAPPERS").nth(1).and_then(|rest| rest.split("];").next()).expect("the table");
    let mut count = 0;
    for row in rows.lines().filter(|line| line.trim_start().starts_with("(\"")) {
        let name = row.split('"').nth(1).expect("a name");
        assert!(row.contains(&format!("\"{name}\", {name}::map)")), "{row}");
        assert!(fixtures::root().join(format!("src/map/{name}.rs")).exists(), "{name} has no file");
        count += 1;
    }
    assert!(count >= 27, "{count} mappers found");
}

#[test]
fn each_lexicon_table_is_embedded() {
    let files = std::fs::read_dir(fixtures::root().join("src/terminology/lexicon")).expect("the tables");
    let files: BTreeSet<String> =
        files.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    let embedded = case2fhir::terminology::Lexicon::embedded_tables();
    let embedded: BTreeSet<String> = embedded.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(files, embedded);
}

#[test]
fn no_file_is_longer_than_one_reads() {
    for source in sources() {
        let lines = source.text.lines().count();
        let excepted = LONG.iter().any(|(name, _)| *name == source.name);
        assert!(lines <= LONGEST || excepted, "{} has {lines} lines", source.name);
    }
}

#[test]
fn the_library_neither_panics_nor_prints() {
    const FORBIDDEN: &[&str] = &[
        ".unwrap()",
        ".expect(",
        "panic!",
        "todo!",
        "unimplemented!",
        "unreachable!",
        "println!",
        "eprintln!",
        "print!(",
        "eprint!(",
        "dbg!",
        "process::exit",
        "unsafe ",
    ];
    /// Who may after all, and why.
    const EXCEPTED: &[(&str, &str, &str)] =
        &[("cli/batch/signal.rs", "process::exit", "a second Ctrl-C is from somebody who does not want to wait")];
    let mut faults = Vec::new();
    for source in sources() {
        for (at, line) in source.code.lines().enumerate() {
            // Text in quotes is no call.
            let outside: String = line.split('"').step_by(2).collect();
            for word in FORBIDDEN {
                let is_excepted = EXCEPTED.iter().any(|(file, what, _)| *file == source.name && what == word);
                if !is_excepted && outside.contains(word) && !outside.contains(&format!("{word}_")) {
                    faults.push(format!("{} (code line {}): {word}", source.name, at + 1));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn input_and_output_happen_at_the_rim_only() {
    for source in sources() {
        let touches = ["std::fs", "std::io", "std::env", "std::net", "std::process", "SystemTime", "Instant::now"]
            .iter()
            .find(|name| source.code.contains(*name));
        let rim = matches!(source.room(), "cli" | "sink" | "source")
            || source.name.starts_with("definition/package")
            || source.name == "main.rs";
        assert!(rim || touches.is_none(), "{} uses {touches:?}", source.name);
    }
}

#[test]
fn issue_codes_are_sorted_unique_and_formed_alike() {
    let names: Vec<&str> = case2fhir::issue::Code::ALL.iter().map(|code| code.name()).collect();
    let sorted: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names, sorted.into_iter().collect::<Vec<_>>(), "sorted, and none twice");
    for code in case2fhir::issue::Code::ALL {
        let (room, what) = code.name().split_once('/').expect("room/what");
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        assert!(plain(room) && plain(what), "{}", code.name());
        assert!(code.explanation().trim().len() > 20, "{} is not explained", code.name());
        assert!(DOORS.iter().any(|(name, _)| *name == room) || room == "lexicon", "{} names no room", code.name());
    }
}

#[test]
fn each_test_module_tells_what_it_proves() {
    for entry in std::fs::read_dir(fixtures::root().join("tests/it")).expect("the tests") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).expect("a test file");
            assert!(text.starts_with("//! "), "{} has no header", path.display());
        }
    }
}

#[test]
fn each_mapper_has_a_broken_fixture() {
    let registry = std::fs::read_to_string(crate::fixtures::root().join("src/map/mod.rs")).expect("the registry");
    let mappers: Vec<&str> = registry
        .lines()
        .filter_map(|line| line.trim().strip_prefix("(\"")?.split_once("\", ").map(|(name, _)| name))
        .collect();
    assert!(mappers.len() > 20, "the registry is read");
    let folder = crate::fixtures::root().join("fixtures/cases");
    let mut told = String::new();
    for entry in std::fs::read_dir(folder).expect("the fixtures") {
        let path = entry.expect("a fixture").path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("broken-mapper-")) {
            let text = std::fs::read_to_string(path.join("case.yaml")).expect("a case");
            told.push_str(text.lines().next().unwrap_or_default());
            told.push(' ');
        }
    }
    let words: Vec<&str> = told.split_whitespace().collect();
    let missing: Vec<&str> = mappers.into_iter().filter(|mapper| !words.contains(mapper)).collect();
    assert!(missing.is_empty(), "no broken fixture is for {missing:?}");
}
