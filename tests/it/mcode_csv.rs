//! Proves that sets of mCODE extraction become what somebody has looked at, that each cell of the fifteen tables is in the bundle or an
//! error points at it, that ids are a patient's own, and that the order of rows tells nothing.
//!
//! The sets stand below `fixtures/mcode-csv`, each a folder, snapshots beside the tables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use case2fhir::bundle::BundleKind;
use case2fhir::case::Date;
use case2fhir::definition::{FhirVersion, Library};
use case2fhir::issue::{Code, Severity};
use case2fhir::pipeline::Context;
use case2fhir::render::Values;
use case2fhir::source::TableFile;
use case2fhir::validate::Validator;
use serde_json::Value;

use crate::fixtures::{self, Converted, KINDS, Tables};
use crate::mcode_csv_columns::WENT;

pub struct Set {
    pub name: String,
    folder: PathBuf,
    pub files: Vec<TableFile>,
}

impl Set {
    fn at(folder: PathBuf) -> Self {
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let is_table = |name: &String| Path::new(name).extension().is_some_and(|end| end == "csv");
        let names = crate::command_line::files(&folder).into_iter().filter(is_table);
        let table = |name: String| TableFile { bytes: std::fs::read(folder.join(&name)).expect("a table"), name };
        let files = names.map(table).collect();
        Self { name, folder, files }
    }

    fn is_broken(&self) -> bool {
        self.name.starts_with("broken")
    }

    fn convert(&self) -> Tables {
        convert(self.files.clone())
    }
}

fn convert(files: Vec<TableFile>) -> Tables {
    fixtures::convert_tables(fixtures::context(BundleKind::Collection), files, None)
}

pub fn sets() -> Vec<Set> {
    let root = fixtures::root().join("fixtures/mcode-csv");
    let mut list: Vec<Set> = std::fs::read_dir(root)
        .expect("the fixtures are there")
        .map(|folder| Set::at(folder.expect("a folder").path()))
        .collect();
    list.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(list.len() >= 10, "fixtures are missing: {} found", list.len());
    list
}

fn named(name: &str) -> Set {
    sets().into_iter().find(|set| set.name == name).unwrap_or_else(|| panic!("no set {name}"))
}

fn validator() -> Arc<Validator> {
    static VALIDATOR: OnceLock<Arc<Validator>> = OnceLock::new();
    let made = || Arc::new(Validator::new(Arc::new(Library::embedded(FhirVersion::R4))));
    Arc::clone(VALIDATOR.get_or_init(made))
}

fn beside(folder: &Path, name: &str, content: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, content));
}

#[test]
fn sets_give_the_bundles_and_issues_that_were_reviewed_snapshots() {
    for set in sets() {
        let tables = set.convert();
        beside(&set.folder, "issues", &tables.report(Values::Show));
        for (place, case) in &tables.cases {
            assert_eq!(set.is_broken(), case.conversion.is_none(), "{}, {place}", set.name);
            if let Some(conversion) = &case.conversion {
                beside(&set.folder, &format!("{}.json", conversion.id), &case.pretty());
            }
        }
        assert_eq!(
            tables.cases.is_empty(),
            matches!(set.name.as_str(), "broken-header" | "broken-folder"),
            "{}",
            set.name
        );
    }
}

#[track_caller]
fn holds(set: &Set) {
    for kind in KINDS {
        let timestamp = Date::parse("2026-01-31T12:00:00Z");
        let context = Context { timestamp, validator: Some(validator()), ..fixtures::context(kind).clone() };
        let tables = fixtures::convert_tables(&context, set.files.clone(), None);
        assert!(!tables.cases.is_empty(), "{}", set.name);
        for (place, case) in &tables.cases {
            assert!(case.conversion.is_some(), "{}, {place}:\n{}", set.name, case.report(Values::Show));
            assert!(case.errors().is_empty(), "{}, {place}:\n{}", set.name, case.report(Values::Show));
        }
    }
}

#[test]
fn what_is_made_of_sets_is_valid() {
    sets().iter().filter(|set| !set.is_broken()).for_each(holds);
}

#[test]
fn the_set_that_others_wrote_converts_whole() {
    let Some(folder) = fixtures::root().parent().map(|parent| parent.join("shared/examples/mcode-csv")) else { return };
    if !folder.is_dir() {
        println!("SKIPPED: there is no ../shared/examples/mcode-csv");
        return;
    }
    let set = Set::at(folder);
    holds(&set);
    let tables = set.convert();
    assert_eq!(tables.cases.len(), 1);
    for file in &set.files {
        let grid = grid(file);
        let (header, rows) = grid.split_first().expect("a header");
        for row in rows {
            for (column, cell) in header.iter().zip(row) {
                for part in cell.split('|').filter(|part| !part.is_empty()) {
                    let case = &tables.cases[0].1;
                    assert!(is_told(case, part), "{} {column} is lost", file.name);
                }
            }
        }
    }
}

/// Whether a bundle holds the words of a cell, each of them as the case has it.
fn is_told(case: &Converted, cell: &str) -> bool {
    // The words of the two columns that become a code or a title.
    let known =
        BTreeMap::from([("true", "Treatment plan changed"), ("F", r#""valueCode":"F""#), ("Clinical", "clinical")]);
    let json = case.json();
    let cell = known.get(cell).copied().unwrap_or(cell);
    cell.split_whitespace().all(|word| json.to_lowercase().contains(&word.to_lowercase()))
}

fn grid(file: &TableFile) -> Vec<Vec<String>> {
    let bytes = file.bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&file.bytes);
    let first = bytes.split(|byte| *byte == b'\n').next().expect("a header");
    let separator = if first.contains(&b',') { b',' } else { b';' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect()
}

fn table(name: &str, grid: &[Vec<String>]) -> TableFile {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in grid {
        writer.write_record(row).expect("a row");
    }
    TableFile { name: name.to_owned(), bytes: writer.into_inner().expect("the text") }
}

/// The set with one cell changed.
fn changed(set: &Set, number: usize, row: usize, column: usize, cell: &str) -> Vec<TableFile> {
    let mut files = set.files.clone();
    let mut grid = grid(&files[number]);
    cell.clone_into(&mut grid[row][column]);
    files[number] = table(&files[number].name, &grid);
    files
}

/// Gives each cell that says something, but for the numbers of patients: the table's and the row's number, and the column's.
fn cells(set: &Set, mut each: impl FnMut(usize, usize, usize, &str)) {
    for (number, file) in set.files.iter().enumerate() {
        let grid = grid(file);
        for (row, cells) in grid.iter().enumerate().skip(1) {
            for (column, cell) in cells.iter().enumerate() {
                let is_mrn = grid[0].get(column).is_some_and(|name| name.eq_ignore_ascii_case("mrn"));
                if !cell.is_empty() && !is_mrn {
                    each(number, row, column, cell);
                }
            }
        }
    }
}

#[test]
fn a_word_in_whatever_cell_is_in_the_bundle_or_an_error_points_at_it() {
    let mut count = 0;
    for set in sets().iter().filter(|set| !set.is_broken()) {
        cells(set, |number, row, column, _| {
            let tables = convert(changed(set, number, row, column, "kept-4711"));
            let file = &set.files[number].name;
            let kept =
                tables.cases.iter().any(|(_, case)| case.conversion.is_some() && case.json().contains("kept-4711"));
            let told = tables.cases.iter().any(|(_, case)| {
                case.issues.iter().filter(|issue| issue.severity == Severity::Error).any(|issue| {
                    let place = issue.span.and_then(|span| case.sources.place(span));
                    place.is_some_and(|place| place.file == file)
                })
            });
            // An id that nobody has any more is missed where it was referred to.
            let header = grid(&set.files[number])[0][column].to_lowercase().replace(['-', '_', ' '], "");
            let missed = header.ends_with("id") && tables.cases.iter().any(|(_, case)| case.conversion.is_none());
            let of_list = file == "patient-mrns.csv";
            // A patient that is not in the list is not asked for; the opening tells how many these are.
            let unlisted = set.name == "rich" && grid(&set.files[number])[row][0] == "MRN-0019";
            assert!(kept || told || missed || of_list || unlisted, "{} {file} row {row} column {column}", set.name);
            count += 1;
        });
    }
    assert!(count > 300, "{count} cells");
}

#[test]
fn a_blank_in_a_column_that_must_not_be_blank_is_an_error_at_the_cell() {
    let needed: BTreeSet<(String, String)> = named("sparse")
        .files
        .iter()
        .flat_map(|file| grid(file)[0].iter().map(|column| (file.name.clone(), column.clone())).collect::<Vec<_>>())
        .collect();
    let set = named("sparse");
    cells(&set, |number, row, column, _| {
        let file = &set.files[number];
        let name = grid(file)[0][column].clone();
        assert!(needed.contains(&(file.name.clone(), name.clone())));
        let tables = convert(changed(&set, number, row, column, ""));
        let is_it = |case: &Converted| {
            case.issues.iter().any(|issue| {
                let place = issue.span.and_then(|span| case.sources.place(span));
                let field = place.as_ref().and_then(|place| place.field);
                issue.code == Code::MissingField
                    && place.as_ref().is_some_and(|at| at.file == file.name)
                    && field == Some(&name)
            })
        };
        assert!(
            tables.cases.iter().any(|(_, case)| is_it(case)),
            "{} {name}:\n{}",
            file.name,
            tables.report(Values::Show)
        );
    });
}

#[test]
fn each_column_of_the_fifteen_tables_is_where_the_table_says() {
    let set = named("rich");
    let found: BTreeSet<(String, String)> = set
        .files
        .iter()
        .flat_map(|file| {
            let name = file.name.trim_end_matches(".csv").trim_end_matches("-information").to_owned();
            grid(file)[0].iter().map(|column| (name.clone(), column.clone())).collect::<Vec<_>>()
        })
        .collect();
    let listed: BTreeSet<(String, String)> = WENT.iter().map(|row| (row.0.to_owned(), row.1.to_owned())).collect();
    let missing: Vec<_> = found.symmetric_difference(&listed).collect();
    assert!(missing.is_empty(), "the set and the table differ in {missing:#?}");
    assert_eq!(set.files.len(), 15);
    let tables = set.convert();
    let bundles: Vec<Value> = tables.cases.iter().map(|(_, case)| case.value()).collect();
    let mut texts: Vec<(String, String)> = Vec::new();
    for resource in bundles.iter().flat_map(fixtures::resources) {
        let kind = resource["resourceType"].as_str().expect("a type").to_owned();
        let mut resource = resource.clone();
        // A narrative repeats; what counts is data.
        resource.as_object_mut().expect("a resource").remove("text");
        texts.push((kind, resource.to_string()));
    }
    for (table, column, sentinel, kind) in WENT {
        let there = texts.iter().any(|(own, text)| own == kind && text.contains(sentinel));
        assert!(there, "{table} {column}: no {kind} holds {sentinel}");
    }
}

/// The resources of a case in an order that hangs on their ids alone.
fn sorted(case: &Converted) -> Vec<String> {
    let bundle = case.value();
    let mut list: Vec<String> = fixtures::resources(&bundle)
        .into_iter()
        .filter(|resource| resource["resourceType"] != "Provenance")
        .map(|resource| format!("{} {resource}", resource["id"]))
        .collect();
    list.sort();
    list
}

#[test]
fn the_order_of_rows_tells_nothing() {
    for set in sets().iter().filter(|set| !set.is_broken()) {
        let mut turned = set.files.clone();
        for file in &mut turned {
            let mut grid = grid(file);
            grid[1..].reverse();
            *file = table(&file.name, &grid);
        }
        let straight = set.convert();
        let turned = convert(turned);
        for (_, case) in &straight.cases {
            let id = &case.done().id;
            let twin = turned.cases.iter().find(|(_, other)| other.done().id == *id).expect("the same patients");
            assert_eq!(sorted(case), sorted(&twin.1), "{}, {id}", set.name);
        }
    }
}

#[test]
fn two_patients_with_the_same_ids_share_no_resource() {
    let mut files = named("sparse").files;
    for file in &mut files {
        let mut grid = grid(file);
        let mut twin = grid[1].clone();
        twin[0] = "8".to_owned();
        grid.push(twin);
        *file = table(&file.name, &grid);
    }
    let tables = convert(files);
    let ids = |case: &Converted| -> BTreeSet<String> {
        let bundle = case.value();
        fixtures::resources(&bundle).into_iter().map(|resource| resource["id"].to_string()).collect()
    };
    let (one, other) = (ids(&tables.cases[0].1), ids(&tables.cases[1].1));
    assert!(one.len() > 12, "{} resources", one.len());
    assert_eq!(one.len(), other.len());
    assert!(one.is_disjoint(&other));
}

#[test]
fn messages_hold_no_cell() {
    for set in sets() {
        let tables = set.convert();
        let mut messages: Vec<String> = Vec::new();
        for case in tables.cases.iter().map(|(_, case)| case).chain([&tables.opening]) {
            messages.extend(case.issues.iter().map(|issue| format!("{} {}", issue.message, issue.help)));
        }
        cells(&set, |number, _, column, cell| {
            // Words that columns know, and short ones, stand in help for what they are.
            let is_telling = cell.len() > 5 && cell.chars().any(|c| c.is_ascii_digit() || c.is_whitespace());
            for message in messages.iter().filter(|_| is_telling) {
                assert!(!message.contains(cell), "{} {number} {column}: {message}", set.name);
            }
        });
    }
}
