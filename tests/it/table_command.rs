//! Proves what `convert` and `batch` do with inputs of several cases: tables, folders of them, cohorts; where bundles land, what is
//! refused, and that a run that goes on gives the same bytes.

use std::io::Write as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::cohort::{contents, same};
use crate::command_line::{code, err, fed, files, json, out, path, program, run};
use crate::fixtures;

const REGISTRY: &str = "fixtures/tables/registry/export.csv";
const MAPPING: &str = "fixtures/tables/registry/mapping.yaml";
const MOMENT: &[&str] = &["--timestamp", "2026-01-31T12:00:00Z"];
const COHORT: &str = "fixtures/cohorts/three/cohort.json";

#[test]
fn a_table_needs_its_mapping_and_says_so() {
    let output = run(&["convert", REGISTRY]);
    code(&output, 2);
    assert!(err(&output).contains("--mapping") && err(&output).contains("init --table"));
    let folder = fixtures::scratch("no-mapping");
    let output = run(&["batch", REGISTRY, "-o", path(&folder)]);
    code(&output, 2);
    assert!(err(&output).contains("init --table"));
    code(&run(&["convert", "--from", "table", REGISTRY]), 2);
    code(&run(&["convert", "--from", "phenopacket", "--mapping", MAPPING, REGISTRY]), 2);
    code(&run(&["convert", "--mapping", "fixtures/tables/broken-mapping/mapping.yaml", REGISTRY]), 1);
    code(&run(&["convert", "--mapping", "fixtures/tables/none.yaml", REGISTRY]), 3);
    // A folder is one of tables where the mapping names them.
    let output = run(&["convert", "--mapping", MAPPING, "fixtures/cases"]);
    code(&output, 2);
    assert!(err(&output).contains("batch"));
}

#[test]
fn cases_of_a_table_go_into_a_folder_or_a_line_each() {
    let folder = fixtures::scratch("table-folder");
    let output = run(&[&["convert", "--mapping", MAPPING, REGISTRY, "-o", path(&folder)], MOMENT].concat());
    code(&output, 0);
    assert_eq!(files(&folder), ["F-1.json", "F-2.json"]);
    assert!(err(&output).contains("export.csv:2 →"), "{}", err(&output));
    let printed = run(&[&["convert", "--mapping", MAPPING, REGISTRY], MOMENT].concat());
    let lines: Vec<&str> = out(&printed).lines().collect();
    assert_eq!(lines.len(), 2);
    let written = std::fs::read_to_string(folder.join("F-1.json")).expect("the bundle");
    assert!(lines[0] == written.trim_end(), "another bundle goes to stdout");
    // From stdin it is the same table.
    let bytes = std::fs::read(fixtures::root().join(REGISTRY)).expect("the table");
    let piped = fed(&[&["convert", "--from", "table", "--mapping", MAPPING, "-"], MOMENT].concat(), &bytes);
    code(&piped, 0);
    assert!(out(&piped) == out(&printed), "another bundle comes of stdin");
    let file = folder.join("one.json");
    let output = run(&["convert", "--mapping", MAPPING, REGISTRY, "-o", path(&file)]);
    code(&output, 2);
    assert!(err(&output).contains("2 cases cannot go into one file") && !file.exists());
}

#[test]
fn batch_writes_what_convert_writes() {
    let folder = fixtures::scratch("table-batch");
    let (one, other, packed) = (folder.join("one"), folder.join("other"), folder.join("packed"));
    code(&run(&[&["convert", "--mapping", MAPPING, REGISTRY, "-o", path(&one)], MOMENT].concat()), 0);
    code(&run(&[&["batch", "--mapping", MAPPING, REGISTRY, "-o", path(&other)], MOMENT].concat()), 0);
    same(&one, &other);
    let bytes = std::fs::read(fixtures::root().join(REGISTRY)).expect("the table");
    let zipped = folder.join("export.csv.gz");
    let mut encoder =
        flate2::write::GzEncoder::new(std::fs::File::create(&zipped).expect("a file"), flate2::Compression::fast());
    encoder.write_all(&bytes).and_then(|()| encoder.finish().map(drop)).expect("a packed table");
    code(&run(&[&["batch", "--mapping", MAPPING, path(&zipped), "-o", path(&packed)], MOMENT].concat()), 0);
    same(&one, &packed);
    // The tables of a folder belong together where the mapping names them.
    let joined = ["fixtures/tables/joined", "--mapping", "fixtures/tables/joined/mapping.yaml"];
    let (one, other) = (folder.join("joined"), folder.join("joined-batch"));
    code(&run(&[&["convert"], joined.as_slice(), &["-o", path(&one)], MOMENT].concat()), 0);
    code(&run(&[&["batch"], joined.as_slice(), &["-o", path(&other)], MOMENT].concat()), 0);
    assert_eq!(files(&one), ["A1.json", "A2.json"]);
    same(&one, &other);
}

/// A table of so many patients with three rows each, the rows of a patient far apart.
fn many(patients: usize) -> String {
    let mut text = "Fall;Patient;Geschlecht;Geburt;Vital;Tumor;Art;Datum;Code;Text;Seite;T;N;M;Wert;Einheit;Erfolgt;Grund;Bearbeiter;Bemerkung\n".to_owned();
    for number in 0..patients {
        text.push_str(&format!("K{number};{number};w;05.04.1950;lebt;1;Diagnose;12.03.2019;C73;Karzinom;R;;;;;;;;;\n"));
    }
    for number in 0..patients {
        // Every hundredth has a date that is none.
        let date = if number % 100 == 7 { "13.13.2019" } else { "13.03.2019" };
        text.push_str(&format!("K{number};{number};w;05.04.1950;lebt;;Labor;{date};;TSH;;;;;{number},5;mU/L;;;;\n"));
    }
    for number in 0..patients {
        text.push_str(&format!(
            "K{number};{number};w;05.04.1950;lebt;1;Operation;01.04.2019;;Thyreoidektomie;;;;;;;ja;;;\n"
        ));
    }
    text
}

#[test]
fn many_cases_of_a_table_keep_their_order_and_a_run_goes_on() {
    let folder = fixtures::scratch("table-many");
    let input = folder.join("many.csv");
    std::fs::write(&input, many(1500)).expect("a table");
    let batch = |output: &str, more: &[&str]| {
        let output = folder.join(output);
        run(&[
            &["batch", "--mapping", MAPPING, path(&input), "-o", path(&output), "--layout", "one-file"],
            MOMENT,
            more,
        ]
        .concat())
    };
    let first = batch("one", &["--jobs", "1"]);
    code(&first, 1);
    code(&batch("two", &["--jobs", "2"]), 1);
    same(&folder.join("one"), &folder.join("two"));
    let bundles = std::fs::read_to_string(folder.join("one/bundles.ndjson")).expect("bundles");
    let rejects = std::fs::read_to_string(folder.join("one/rejects.ndjson")).expect("rejects");
    assert_eq!((bundles.lines().count(), rejects.lines().count()), (1485, 15));
    let outcome = json(rejects.lines().next().expect("a reject"));
    let issue = &outcome["issue"][0];
    assert!(
        issue["diagnostics"]
            .as_str()
            .is_some_and(|text| text.contains("many.csv:1509:") && text.contains("column Datum")),
        "{issue}"
    );
    assert!(!rejects.contains("13.13.2019"), "a value of a patient is in the rejects");
    // A run that was broken off goes on to the same bytes; a changed table is noticed.
    let three = folder.join("three");
    let arguments = [
        "batch",
        "--mapping",
        MAPPING,
        path(&input),
        "-o",
        path(&three),
        "--layout",
        "one-file",
        "--checkpoint-seconds",
        "0",
    ];
    let mut child = program().args(arguments).args(MOMENT).stderr(Stdio::null()).spawn().expect("the program runs");
    let journal = three.join(".case2fhir/checkpoint.json");
    let begun = Instant::now();
    while !journal.exists() && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(Duration::from_millis(60));
    child.kill().and_then(|()| child.wait()).expect("the program ends");
    let resumed = batch("three", &["--checkpoint-seconds", "0", "--resume"]);
    code(&resumed, 1);
    same(&folder.join("one"), &folder.join("three"));
}

#[test]
fn nothing_that_is_read_is_written_over() {
    let folder = fixtures::scratch("table-over");
    let (mapping, table) = (folder.join("mapping.yaml"), folder.join("tables/patients.csv"));
    std::fs::create_dir_all(folder.join("tables")).expect("a folder");
    std::fs::copy(fixtures::root().join("fixtures/tables/joined/mapping.yaml"), &mapping).expect("a mapping");
    for name in ["patients.csv", "diagnoses-2020.csv", "labs.csv"] {
        let from = fixtures::root().join("fixtures/tables/joined").join(name);
        std::fs::copy(from, folder.join("tables").join(name)).expect("a table");
    }
    // One case, so that it could go into one file.
    for name in ["patients.csv", "diagnoses-2020.csv", "labs.csv"] {
        let path = folder.join("tables").join(name);
        let text = std::fs::read_to_string(&path).expect("a table");
        let lines: Vec<&str> = text.lines().filter(|line| !line.contains("A2")).collect();
        std::fs::write(&path, lines.join("\n") + "\n").expect("a table");
    }
    let tables = folder.join("tables");
    for target in [&mapping, &table] {
        let before = std::fs::read(target).expect("a file");
        let output = run(&["convert", "--mapping", path(&mapping), path(&tables), "-o", path(target)]);
        code(&output, 1);
        assert!(err(&output).contains("left as it is"), "{}", err(&output));
        assert!(std::fs::read(target).expect("a file") == before);
    }
}

#[test]
fn batch_tells_what_concerns_a_table_as_a_whole() {
    let folder = fixtures::scratch("table-told");
    let table = folder.join("t.csv");
    std::fs::write(&table, b"Fall;Patient;Geschlecht;Geburt;Vital;Tumor;Art;Datum;Code;Text;Seite;T;N;M;Wert;Einheit;Erfolgt;Grund;Bearbeiter;Bemerkung\n").expect("a table");
    let (one, other) = (folder.join("one"), folder.join("other"));
    let output = run(&["batch", "--mapping", MAPPING, REGISTRY, "-o", path(&one)]);
    code(&output, 0);
    assert!(err(&output).contains("warning[source/unmapped-column]") && err(&output).contains("`Bemerkung`"));
    let output = run(&["batch", "--mapping", MAPPING, REGISTRY, "-o", path(&other), "--fail-on", "warning"]);
    code(&output, 1);
    assert!(err(&output).contains("1 case read = 0 written + 1 rejected"), "{}", err(&output));
    let output = run(&["convert", "--mapping", MAPPING, path(&table), "-o", path(&folder.join("none/"))]);
    code(&output, 0);
    assert!(err(&output).contains("source/empty-table"), "{}", err(&output));
}

#[test]
fn the_members_of_a_cohort_are_cases() {
    let folder = fixtures::scratch("cohort");
    let (one, other) = (folder.join("one"), folder.join("other"));
    code(&run(&[&["convert", COHORT, "-o", path(&one)], MOMENT].concat()), 0);
    code(&run(&[&["batch", COHORT, "-o", path(&other)], MOMENT].concat()), 0);
    assert_eq!(files(&one).len(), 3);
    same(&one, &other);
    for (name, bytes) in contents(&one) {
        let text = String::from_utf8(bytes).expect("UTF-8");
        assert!(text.contains("Of the cohort: Three of a kind"), "{name}");
    }
    // In one line on standard input it is the same cohort, as long as nobody waits for an answer to each line.
    let third = folder.join("third");
    let line = std::fs::read_to_string(fixtures::root().join(COHORT)).expect("the cohort").replace('\n', " ");
    code(&fed(&[&["batch", "-", "-o", path(&third)], MOMENT].concat(), line.as_bytes()), 0);
    same(&one, &third);
    // In a stream of lines one line is one answer.
    let line = std::fs::read_to_string(fixtures::root().join(COHORT)).expect("the cohort").replace('\n', " ");
    let output = fed(&["batch", "--stdin"], line.as_bytes());
    code(&output, 0);
    let answer = json(out(&output));
    assert_eq!(answer["resourceType"], "OperationOutcome");
    assert_eq!(answer["issue"][0]["details"]["coding"][0]["code"], "source/several-cases");
}

/// The blocks of code of a page, by their languages.
fn blocks(page: &str) -> Vec<(&str, String)> {
    let mut list = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            list.push((language, body.join("\n") + "\n"));
        }
    }
    list
}

#[test]
fn the_worked_example_of_the_page_works_as_the_page_says() {
    let page = std::fs::read_to_string(fixtures::root().join("docs/tables.md")).expect("the page");
    let blocks = blocks(&page);
    let block = |language: &str| &blocks.iter().find(|block| block.0 == language).expect("a block").1;
    let folder = fixtures::scratch("page");
    std::fs::write(folder.join("visits.csv"), block("csv")).expect("the table");
    std::fs::write(folder.join("mapping.yaml"), block("yaml")).expect("the mapping");
    let run = |arguments: &[&str]| program().current_dir(&folder).args(arguments).output().expect("the program runs");
    code(&run(&["init", "--table", "visits.csv", "-o", "draft.yaml"]), 0);
    code(&run(&["convert", "--mapping", "draft.yaml", "visits.csv", "-o", "drafted/"]), 0);
    let output = run(&["convert", "--mapping", "mapping.yaml", "visits.csv", "-o", "bundles/"]);
    code(&output, 0);
    assert_eq!(files(&folder.join("bundles")), ["17.json", "18.json"]);
    assert!(err(&output).contains(block("text").as_str()), "{}", err(&output));
    let second = std::fs::read_to_string(folder.join("bundles/18.json")).expect("a bundle");
    assert!(second.contains("\"birthDate\":\"1944\"") && second.contains("The daughter says that he is well"));
    code(&run(&["batch", "--mapping", "mapping.yaml", "visits.csv", "-o", "out", "--layout", "bulk"]), 0);
    assert!(files(&folder.join("out")).contains(&"Patient.ndjson".to_owned()));
}
