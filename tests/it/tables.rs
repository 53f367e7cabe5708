//! Proves that tables become by their mappings what somebody has looked at, that no cell is without effect, that each fault points at
//! its cell, and that whatever the encoding, separator or line break, the same table gives the same bundles.
//!
//! The tables stand below `fixtures/tables`, each folder with its mapping, snapshots beside them.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use case2fhir::bundle::BundleKind;
use case2fhir::case::Date;
use case2fhir::definition::{FhirVersion, Library};
use case2fhir::issue::{Code, Severity};
use case2fhir::pipeline::Context;
use case2fhir::render::Values;
use case2fhir::source::TableFile;
use case2fhir::validate::Validator;
use proptest::prelude::*;
use serde_json::Value;

use crate::fixtures::{self, Converted, KINDS, Tables};
use crate::tree::Tree;

pub struct Set {
    pub name: String,
    pub folder: PathBuf,
    pub mapping: String,
    pub files: Vec<TableFile>,
}

impl Set {
    fn convert(&self) -> Tables {
        self.with(self.files.clone())
    }

    fn with(&self, files: Vec<TableFile>) -> Tables {
        fixtures::convert_tables(fixtures::context(BundleKind::Collection), files, Some(&self.mapping))
    }

    fn is_broken(&self) -> bool {
        self.name.starts_with("broken")
    }
}

pub fn sets() -> Vec<Set> {
    let mut list = Vec::new();
    for folder in std::fs::read_dir(fixtures::root().join("fixtures/tables")).expect("the fixtures are there") {
        let folder = folder.expect("a folder").path();
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let file = path.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
            if path.extension().is_some_and(|end| end == "csv" || end == "tsv") {
                files.push(TableFile { name: file, bytes: std::fs::read(&path).expect("a table") });
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        let mapping = std::fs::read_to_string(folder.join("mapping.yaml")).expect("a mapping");
        list.push(Set { name, folder, mapping, files });
    }
    list.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(list.len() >= 7, "fixtures are missing: {} found", list.len());
    list
}

pub fn named(name: &str) -> Set {
    sets().into_iter().find(|set| set.name == name).unwrap_or_else(|| panic!("no set {name}"))
}

fn validator() -> Arc<Validator> {
    static VALIDATOR: OnceLock<Arc<Validator>> = OnceLock::new();
    let made = || Arc::new(Validator::new(Arc::new(Library::embedded(FhirVersion::R4))));
    Arc::clone(VALIDATOR.get_or_init(made))
}

fn beside(set: &Set, name: &str, content: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&set.folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, content));
}

#[test]
fn tables_give_the_bundles_and_issues_that_were_reviewed_snapshots() {
    for set in sets() {
        let converted = set.convert();
        beside(&set, "issues", &converted.report(Values::Show));
        for (place, case) in &converted.cases {
            assert_eq!(set.is_broken(), case.conversion.is_none(), "{}, {place}", set.name);
            if let Some(conversion) = &case.conversion {
                beside(&set, &format!("{}.json", conversion.id), &case.pretty());
            }
        }
        assert!(set.is_broken() || converted.cases.len() > 1, "{}", set.name);
    }
}

#[test]
fn what_is_made_of_tables_is_valid() {
    for set in sets().iter().filter(|set| !set.is_broken()) {
        for kind in KINDS {
            let timestamp = Date::parse("2026-01-31T12:00:00Z");
            let context = Context { timestamp, validator: Some(validator()), ..fixtures::context(kind).clone() };
            let tables = fixtures::convert_tables(&context, set.files.clone(), Some(&set.mapping));
            for (place, case) in &tables.cases {
                assert!(case.errors().is_empty(), "{}, {place}:\n{}", set.name, case.report(Values::Show));
            }
        }
    }
}

#[test]
fn mappings_hold_to_their_schema_and_the_file_is_what_the_program_prints() {
    let printed = case2fhir::source::mapping_schema();
    let file =
        std::fs::read_to_string(fixtures::root().join("schemas/mapping.schema.json")).expect("the schema's file");
    assert!(printed == file, "run `case2fhir schema mapping > schemas/mapping.schema.json`");
    let schema: Value = serde_json::from_str(&printed).expect("the schema is JSON");
    jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{error}"));
    let validator = jsonschema::draft202012::new(&schema).expect("the schema can be compiled");
    for set in sets() {
        let instance: Value = serde_json::from_str(&Tree::parse(&set.mapping).json()).expect("a mapping is JSON");
        let faults: Vec<String> = validator.iter_errors(&instance).map(|error| error.to_string()).collect();
        assert_eq!(set.name == "broken-mapping", !faults.is_empty(), "{}: {faults:#?}", set.name);
    }
}

/// A table as cells, and back as comma-separated text.
struct Grid {
    rows: Vec<Vec<String>>,
    /// Lines that stand before it.
    head: Vec<u8>,
    separator: u8,
}

impl Grid {
    fn of(file: &TableFile, skip: usize) -> Self {
        let at = file
            .bytes
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'\n')
            .map(|(at, _)| at + 1)
            .nth(skip.wrapping_sub(1));
        let (head, body) = file.bytes.split_at(at.unwrap_or(0));
        let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
        let first = body.split(|byte| *byte == b'\n').next().expect("a header");
        let separator = *[b'\t', b';', b'|', b','].iter().find(|sign| first.contains(sign)).expect("a separator");
        let mut reader = csv::ReaderBuilder::new().delimiter(separator).has_headers(false).from_reader(body);
        let text = |cell: &[u8]| match std::str::from_utf8(cell) {
            Ok(text) => text.to_owned(),
            Err(_) => cell.iter().map(|byte| char::from(*byte)).collect(),
        };
        let rows = reader.byte_records().map(|row| row.expect("a row").iter().map(text).collect()).collect();
        Self { rows, head: head.to_vec(), separator }
    }

    fn text(&self) -> String {
        let mut writer = csv::WriterBuilder::new().delimiter(self.separator).from_writer(Vec::new());
        for row in &self.rows {
            writer.write_record(row).expect("a row");
        }
        let mut bytes = self.head.clone();
        bytes.extend(writer.into_inner().expect("the text"));
        String::from_utf8(bytes).expect("UTF-8")
    }
}

/// The same mapping for tables that were turned into UTF-8.
fn as_utf8(mapping: &str) -> String {
    mapping.replace("encoding: latin1", "encoding: utf-8")
}

/// What a conversion shows to its user: bundles, and issues with their places.
fn shown(tables: &Tables) -> String {
    let bundles: String =
        tables.cases.iter().filter(|(_, case)| case.conversion.is_some()).map(|(_, case)| case.json()).collect();
    bundles + &tables.report(Values::Hide)
}

/// Columns whose cells have no effect, because the mapping says so.
const IGNORED: &[(&str, &str)] = &[
    ("registry", "Bearbeiter"),
    ("redcap", "demographics_complete"),
    ("redcap", "labs_complete"),
    ("redcap", "redcap_repeat_instance"),
];

/// Columns whose cells name an item within its case; that they are missed is shown by the next test.
const KEYS: &[(&str, &str)] = &[("redcap", "record_id"), ("joined", "no"), ("joined", "sample"), ("registry", "Tumor")];

#[test]
fn each_cell_is_in_the_bundle_or_a_fault_points_at_it() {
    let mut count = 0;
    for set in sets().iter().filter(|set| !set.is_broken()) {
        let mapping = as_utf8(&set.mapping);
        let skip = usize::from(set.name == "wide");
        for (number, file) in set.files.iter().enumerate() {
            let grid = Grid::of(file, skip);
            for row in 1..grid.rows.len() {
                for column in 0..grid.rows[row].len() {
                    let name = &grid.rows[0][column];
                    let ignored = IGNORED.contains(&(set.name.as_str(), name.as_str()));
                    if grid.rows[row][column].is_empty() || ignored {
                        continue;
                    }
                    let mut changed =
                        Grid { rows: grid.rows.clone(), head: grid.head.clone(), separator: grid.separator };
                    changed.rows[row][column] = "Zq7Xw".to_owned();
                    let mut files = set.files.clone();
                    for (at, (file, from)) in files.iter_mut().zip(&set.files).enumerate() {
                        let same = Grid::of(from, skip);
                        file.bytes = if at == number { changed.text() } else { same.text() }.into_bytes();
                    }
                    let context = fixtures::context(BundleKind::Collection);
                    let tables = fixtures::convert_tables(context, files, Some(&mapping));
                    // Without what links lead to, a case is refused.
                    let is_refused = tables.cases.iter().any(|(_, case)| case.conversion.is_none());
                    // A key is what ids are made of, and stands in none.
                    let is_key = KEYS.contains(&(set.name.as_str(), name.as_str()));
                    let is_there =
                        tables.cases.iter().any(|(_, case)| case.conversion.is_some() && case.json().contains("Zq7Xw"));
                    let is_told = tables.cases.iter().any(|(_, case)| told(case, name));
                    assert!(
                        is_there || is_told || is_key || is_refused,
                        "{}, row {row}, {name}:\n{}",
                        set.name,
                        tables.report(Values::Show)
                    );
                    count += 1;
                }
            }
        }
    }
    assert!(count > 150, "{count} cells");
}

/// Whether an error points at a cell of this column.
fn told(case: &Converted, name: &str) -> bool {
    let errors = case.issues.iter().filter(|issue| issue.severity == Severity::Error);
    errors.filter_map(|issue| case.sources.place(issue.span?)).any(|place| place.field == Some(name))
}

#[test]
fn without_a_cell_something_is_otherwise() {
    let mut count = 0;
    for set in sets().iter().filter(|set| !set.is_broken()) {
        let mapping = as_utf8(&set.mapping);
        let skip = usize::from(set.name == "wide");
        let context = fixtures::context(BundleKind::Collection);
        let plain: Vec<TableFile> = set
            .files
            .iter()
            .map(|file| TableFile { name: file.name.clone(), bytes: Grid::of(file, skip).text().into_bytes() })
            .collect();
        let whole = shown(&fixtures::convert_tables(context, plain.clone(), Some(&mapping)));
        for (number, file) in set.files.iter().enumerate() {
            let grid = Grid::of(file, skip);
            for row in 1..grid.rows.len() {
                for column in 0..grid.rows[row].len() {
                    let (name, cell) = (&grid.rows[0][column], &grid.rows[row][column]);
                    // Rows that repeat what another one says are not missed: the patient's own columns of the registry.
                    let is_repeated = set.name == "registry"
                        && row > 1
                        && ["Patient", "Geschlecht", "Geburt", "Vital"].contains(&name.as_str());
                    let ignored = IGNORED.contains(&(set.name.as_str(), name.as_str()));
                    let says_nothing = ["", "lebt", "k.A.", "N/A", "M"].contains(&cell.as_str())
                        || (cell == "0" && name.contains("___"));
                    if is_repeated || ignored || says_nothing {
                        continue;
                    }
                    let mut changed =
                        Grid { rows: grid.rows.clone(), head: grid.head.clone(), separator: grid.separator };
                    changed.rows[row][column].clear();
                    let mut files = plain.clone();
                    files[number].bytes = changed.text().into_bytes();
                    let tables = fixtures::convert_tables(context, files, Some(&mapping));
                    assert!(shown(&tables) != whole, "{}, row {row}, {name}: nobody missed it", set.name);
                    count += 1;
                }
            }
        }
    }
    assert!(count > 120, "{count} cells");
}

const PEOPLE: &str = "mapping: 1\ntables:\n  case: { column: nr }\n  rows:\n    gives:\n      patient: { name: { family: { column: name } } }\n      history: { kind: social, text: { column: note } }\n";
const ROWS: &str = "nr,name,note\n1,Müller,\"a, b\"\n2,Strauß,\"lines\nof two\"\n3,Ødegård,\"say \"\"so\"\"\"\n";

fn people(bytes: Vec<u8>, reading: &str) -> Tables {
    let mapping = PEOPLE.replace("tables:\n", &format!("tables:\n{reading}"));
    let file = TableFile { name: "people.csv".to_owned(), bytes };
    fixtures::convert_tables(fixtures::context(BundleKind::Collection), vec![file], Some(&mapping))
}

fn bundles(tables: &Tables) -> Vec<String> {
    tables.cases.iter().map(|(_, case)| case.json()).collect()
}

#[test]
fn encodings_separators_and_line_breaks_are_found_out() {
    let utf16 = |big: bool| -> Vec<u8> {
        ROWS.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let latin: Vec<u8> = ROWS.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect();
    let separated = |sign: &str| {
        ROWS.replace("nr,name,note", &format!("nr{sign}name{sign}note"))
            .replace("1,Müller,", &format!("1{sign}Müller{sign}"))
            .replace("2,Strauß,", &format!("2{sign}Strauß{sign}"))
            .replace("3,Ødegård,", &format!("3{sign}Ødegård{sign}"))
    };
    let expected = bundles(&people(ROWS.as_bytes().to_vec(), ""));
    assert_eq!(expected.len(), 3);
    let mut marked = b"\xFF\xFE".to_vec();
    marked.extend(utf16(false));
    let tables: Vec<(&str, Vec<u8>, bool)> = vec![
        ("UTF-8 with a mark", ["\u{FEFF}", ROWS].concat().into_bytes(), false),
        ("UTF-16 with a mark", marked, false),
        ("UTF-16, little end first", utf16(false), true),
        ("UTF-16, big end first", utf16(true), true),
        ("Latin-1", latin.clone(), true),
        ("semicolons", separated(";").into_bytes(), false),
        ("tabs", separated("\t").into_bytes(), false),
        ("bars", separated("|").into_bytes(), false),
        ("no break at the end", ROWS.trim_end().as_bytes().to_vec(), false),
        ("blank lines", ROWS.replace("1,M", "\n\n1,M").into_bytes(), false),
    ];
    for (what, bytes, is_guessed) in tables {
        let tables = people(bytes, "");
        assert!(bundles(&tables) == expected, "{what}");
        let told = tables.opening.issues.iter().any(|issue| issue.code == Code::GuessedEncoding);
        assert_eq!(told, is_guessed, "{what}");
    }
    let given = people(latin, "  encoding: latin1\n");
    assert!(bundles(&given) == expected);
    assert!(given.opening.issues.is_empty(), "what is given is no guess");
    let crlf = people(ROWS.replace("lines\nof two", "lines of two").replace('\n', "\r\n").into_bytes(), "");
    let cr = people(ROWS.replace("lines\nof two", "lines of two").replace('\n', "\r").into_bytes(), "");
    let lf = people(ROWS.replace("lines\nof two", "lines of two").into_bytes(), "");
    assert!(bundles(&crlf) == bundles(&lf) && bundles(&cr) == bundles(&lf));
}

#[test]
fn places_are_those_of_the_file_whatever_stands_before_them() {
    let mapping = "mapping: 1\ntables:\n  skip: 2\n  case: { column: nr }\n  rows:\n    gives:\n      patient: { birth_date: { column: born }, note: { column: note } }\n";
    let text = "Title\nof two lines\nnr;note;born\n1;\"two\nlines\";1950\n\n2;ä;never\n1;;x\n";
    let files = vec![TableFile { name: "t.csv".to_owned(), bytes: text.as_bytes().to_vec() }];
    let tables = fixtures::convert_tables(fixtures::context(BundleKind::Collection), files, Some(mapping));
    let place = |case: &Converted| {
        let error = case.issues.iter().find(|issue| issue.severity == Severity::Error).expect("an error");
        let place = case.sources.place(error.span.expect("a span")).expect("a place");
        (place.line, place.column, place.field.map(str::to_owned))
    };
    let places: Vec<&str> = tables.cases.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["t.csv:4", "t.csv:7"]);
    assert_eq!(place(&tables.cases[0].1), (8, 4, Some("born".to_owned())));
    assert_eq!(place(&tables.cases[1].1), (7, 5, Some("born".to_owned())));
}

#[test]
fn tables_that_are_none_are_refused_with_a_remedy() {
    for (bytes, code) in [
        (b"PK\x03\x04workbook".to_vec(), Code::UnreadableTable),
        (b"".to_vec(), Code::UnreadableTable),
        (b"\n\n".to_vec(), Code::UnreadableTable),
        (b",,\n1,2,3\n".to_vec(), Code::UnreadableTable),
        ([",".repeat(20_000).into_bytes(), b"x\n1".to_vec()].concat(), Code::UnreadableTable),
    ] {
        let tables = people(bytes, "");
        assert!(tables.cases.is_empty());
        let codes: Vec<Code> = tables.opening.issues.iter().map(|issue| issue.code).collect();
        assert_eq!(codes, [code]);
        assert!(tables.opening.issues.iter().all(|issue| !issue.help.is_empty()));
    }
    let tables = people(b"nr,name,note\n1,M\xFCller,x\n".to_vec(), "  encoding: utf-8\n");
    assert_eq!(tables.opening.errors(), ["source/unreadable-text"]);
}

#[test]
fn two_columns_of_one_name_are_told_apart() {
    let mapping = "mapping: 1\ntables:\n  case: { column: nr }\n  rows:\n    gives:\n      patient: { note: { column: [x, x (2)] } }\n";
    let files = vec![TableFile { name: "t.csv".to_owned(), bytes: b"nr,x,x\n1,one,two\n".to_vec() }];
    let tables = fixtures::convert_tables(fixtures::context(BundleKind::Collection), files, Some(mapping));
    assert!(tables.opening.issues.iter().any(|issue| issue.code == Code::DuplicateColumn));
    assert!(tables.cases[0].1.json().contains("one two"));
}

pub fn dated(format: &str, cell: &str) -> Result<String, Vec<&'static str>> {
    let mapping = format!(
        "mapping: 1\ntables:\n  separator: tab\n  dates: {format}\n  case: {{ column: nr }}\n  rows:\n    gives:\n      patient: {{ birth_date: {{ column: born }} }}\n"
    );
    let files = vec![TableFile { name: "t.tsv".to_owned(), bytes: format!("nr\tborn\n1\t{cell}\n").into_bytes() }];
    let tables = fixtures::convert_tables(fixtures::context(BundleKind::Collection), files, Some(&mapping));
    let Some((_, case)) = tables.cases.first() else { return Err(tables.opening.errors()) };
    match &case.conversion {
        Some(_) => Ok(case.value()["entry"][0]["resource"]["birthDate"].as_str().unwrap_or("none").to_owned()),
        None => Err(case.errors()),
    }
}

#[test]
fn dates_are_read_as_their_format_says_and_never_guessed() {
    for (format, cell, date) in [
        ("DD.MM.YYYY", "05.04.1950", "1950-04-05"),
        ("D.M.YYYY", "5.4.1950", "1950-04-05"),
        ("MM/DD/YYYY", "05/04/1950", "1950-05-04"),
        ("M/D/YYYY", "12/31/1950", "1950-12-31"),
        ("YYYYMMDD", "19500405", "1950-04-05"),
        ("D MMM YYYY", "5 April 1950", "1950-04-05"),
        ("D-MMM-YYYY", "5-APR-1950", "1950-04-05"),
        ("MM/YYYY", "04/1950", "1950-04"),
        ("DD.MM.YYYY", "00.04.1950", "1950-04"),
        ("DD.MM.YYYY", "00.00.1950", "1950"),
        ("DD.MM.YYYY", "1950-04-05", "1950-04-05"),
        ("DD.MM.YYYY", "1950", "1950"),
        ("YYYY-MM-DD HH:mm", "1950-04-05 00:00", "1950-04-05"),
    ] {
        assert_eq!(dated(format, cell), Ok(date.to_owned()), "{cell} as {format}");
    }
    for (format, cell) in [
        ("DD.MM.YYYY", "05.04.50"),
        ("DD.MM.YYYY", "31.02.1950"),
        ("DD.MM.YYYY", "04/05/1950"),
        ("DD.MM.YYYY", "05.00.1950"),
        ("D MMM YYYY", "5 Foo 1950"),
        ("[DD/MM/YYYY, MM/DD/YYYY]", "05/04/1950"),
        ("YYYYMMDD", "1950040"),
    ] {
        assert_eq!(dated(format, cell), Err(vec!["case/bad-date"]), "{cell} as {format}");
    }
    // Where both formats say the same, or one of them fits only, nothing is in doubt.
    assert_eq!(dated("[DD/MM/YYYY, MM/DD/YYYY]", "05/05/1950"), Ok("1950-05-05".to_owned()));
    assert_eq!(dated("[DD/MM/YYYY, MM/DD/YYYY]", "31/05/1950"), Ok("1950-05-31".to_owned()));
}

#[test]
fn rows_may_stand_anywhere_in_their_table() {
    let set = named("registry");
    let mapping = as_utf8(&set.mapping);
    let grid = Grid::of(&set.files[0], 0);
    let convert = |rows: Vec<Vec<String>>| {
        let text = Grid { rows, head: Vec::new(), separator: b';' }.text();
        let files = vec![TableFile { name: "export.csv".to_owned(), bytes: text.into_bytes() }];
        let tables = fixtures::convert_tables(fixtures::context(BundleKind::Collection), files, Some(&mapping));
        let mut ids: Vec<(String, Vec<String>)> = tables
            .cases
            .iter()
            .map(|(_, case)| {
                let value = case.value();
                let resources = fixtures::resources(&value);
                let mut ids: Vec<String> = resources.iter().map(|resource| resource["id"].to_string()).collect();
                ids.sort_unstable();
                (case.done().id.clone(), ids)
            })
            .collect();
        ids.sort_unstable();
        ids
    };
    let mut turned = grid.rows.clone();
    turned[1..].reverse();
    assert_eq!(convert(turned), convert(grid.rows));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_table_and_no_mapping_makes_the_program_panic(table in "[,;\t\"a-c0-9\r\nä\\PC]{0,120}", mapping in "[a-z:{}\\[\\], \n\"1-]{0,200}") {
        let files = |text: &str| vec![TableFile { name: "t.csv".to_owned(), bytes: text.as_bytes().to_vec() }];
        let context = fixtures::context(BundleKind::Collection);
        let known = "mapping: 1\ntables:\n  case: { column: a }\n  rows: { gives: { history: { kind: social, text: { column: a } } } }\n";
        for mapping in [known.to_owned(), format!("mapping: 1\ntables:\n  case: {{ column: a }}\n  rows: {{ gives: {mapping} }}\n"), mapping] {
            let tables = fixtures::convert_tables(context, files(&format!("a,b\n{table}")), Some(&mapping));
            prop_assert!(tables.cases.len() <= 121);
            for (_, case) in &tables.cases {
                prop_assert!(case.conversion.is_some() || !case.errors().is_empty());
            }
        }
    }
}
