//! Proves that `init --table` drafts mappings that say nothing but what the columns say for sure, hold to the schema, and can be used
//! as they are.

use case2fhir::bundle::BundleKind;
use case2fhir::issue::{Issues, SourceMap};
use case2fhir::source::{Input, Mapping, TableFile, draft_mapping};
use serde_json::Value;

use crate::command_line::{code, err, out, path, run};
use crate::fixtures;
use crate::tables::sets;
use crate::tree::Tree;

fn draft(file: &TableFile) -> Option<String> {
    draft_mapping(file.clone(), &mut SourceMap::default(), &mut Issues::default())
}

fn table(text: &str) -> TableFile {
    TableFile { name: "table.csv".to_owned(), bytes: text.as_bytes().to_vec() }
}

#[test]
fn drafts_are_what_was_reviewed_snapshots() {
    for set in sets().iter().filter(|set| ["redcap", "registry"].contains(&set.name.as_str())) {
        let text = draft(&set.files[0]).expect("a draft");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&set.folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("draft.yaml", text));
    }
}

#[test]
fn drafts_hold_to_the_schema_and_convert_as_they_are() {
    let schema: Value = serde_json::from_str(&case2fhir::source::mapping_schema()).expect("the schema is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema can be compiled");
    for set in sets() {
        for file in &set.files {
            let Some(text) = draft(file) else { continue };
            let instance: Value = serde_json::from_str(&Tree::parse(&text).json()).expect("a draft is YAML");
            let faults: Vec<String> = validator.iter_errors(&instance).map(|error| error.to_string()).collect();
            assert!(faults.is_empty(), "{}: {faults:#?}\n{text}", file.name);
            if set.name.starts_with("broken") || set.name == "wide" {
                continue;
            }
            let context = fixtures::context(BundleKind::Collection);
            let tables = fixtures::convert_tables(context, vec![file.clone()], Some(&text));
            assert!(tables.opening.errors().is_empty() && !tables.cases.is_empty(), "{}", file.name);
            for (place, case) in &tables.cases {
                assert!(case.conversion.is_some(), "{place}: {:?}\n{text}", case.errors());
            }
        }
    }
}

#[test]
fn what_columns_do_not_say_for_sure_is_asked_and_not_answered() {
    let text =
        draft(&table("id,sex,dob,icd10,diagnosis\n1,1,01/02/1950,C73,Carcinoma\n2,2,03/04/1951,C73,Carcinoma\n"))
            .expect("a draft");
    let live: String = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect::<Vec<_>>().join("\n");
    assert!(!live.contains("sex") && !live.contains("dob") && !live.contains("icd"), "{text}");
    assert!(text.contains("DD/MM/YYYY or"), "{text}");
    assert!(text.contains("values: { \"1\": …, \"2\": … }"), "{text}");
    assert!(text.contains("icd-10-gm"), "{text}");
    let text = draft(&table("id,sex,dob,icd10cm,cT\n1,F,13/02/1950,C73,2\n2,m,03/04/1951,C73,1a\n")).expect("a draft");
    assert!(text.contains("dates: DD/MM/YYYY"), "{text}");
    assert!(text.contains("sex: { column: sex, values: { F: female, m: male } }"), "{text}");
    assert!(text.contains("code: { column: icd10cm, system: icd-10-cm }"), "{text}");
    assert!(text.contains("t: { column: cT, prefix: cT }"), "{text}");
}

#[test]
fn names_and_words_cannot_break_out_of_the_draft() {
    for name in [
        "a: b",
        "# x",
        "\"q\"",
        "- x",
        "{n}",
        "yes",
        "1",
        "x\u{7}y",
        "x\u{FEFF}y",
        "x\u{2028}y",
        "x\u{2029}y",
        "x\u{FFFE}y",
        "x\u{85}y",
        "x\u{202E}y",
        "'",
        "\\",
        "ä ö",
        "null",
        "~",
        "@",
        "*",
    ] {
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        let text = draft(&table(&format!("id,{quoted},sex\n1,{quoted},f\n2,x,m\n"))).expect("a draft");
        let context = fixtures::context(BundleKind::Collection);
        let file = table(&format!("id,{quoted},sex\n1,{quoted},f\n2,x,m\n"));
        let tables = fixtures::convert_tables(context, vec![file], Some(&text));
        assert!(tables.opening.errors().is_empty() && tables.cases.len() == 2, "{name:?}:\n{text}");
    }
}

#[test]
fn hidden_letters_in_names_that_are_mapped_are_written_so_that_the_reader_knows_them() {
    for letter in ['\u{FEFF}', '\u{2028}', '\u{2029}', '\u{FFFE}', '\u{FFFF}', '\u{7F}', '\u{85}', '\u{202E}'] {
        let file = table(&format!("i{letter}d,se{letter}x\n1,f\n2,m\n"));
        let text = draft(&file).expect("a draft");
        assert!(!text.contains(letter), "{letter:?}:\n{text}");
        let tables = fixtures::convert_tables(fixtures::context(BundleKind::Collection), vec![file], Some(&text));
        assert_eq!(tables.cases.len(), 2, "{letter:?}:\n{text}");
        assert!(tables.cases.iter().all(|(_, case)| case.errors().is_empty()), "{letter:?}:\n{text}");
        assert!(tables.cases[0].1.json().contains("\"female\""), "{letter:?}");
    }
}

/// The lines of a draft that are no comments.
fn live(table_text: &str) -> (String, String) {
    let text = draft(&table(table_text)).expect("a draft");
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    (lines.join("\n"), text)
}

#[test]
fn categories_of_tnm_are_drafted_only_where_name_and_words_leave_no_doubt() {
    // A scan, a prothrombin time, a size; and names of stagings with words of something else.
    let doubtful = [
        ("CT", "0", "1"),
        ("PT", "12.1", "13.0"),
        ("cm", "2", "4"),
        ("ct", "2", "1a"),
        ("cM", "0", "1"),
        ("cT", "2", "5"),
        ("pT", "cT2", "cT3"),
        ("pT", "2", "pT3"),
        ("pN", "4", "1"),
        ("cT", "yes", "no"),
    ];
    for (name, first, second) in doubtful {
        let (live, text) = live(&format!("patient;{name};histology;diagnosis\n1;{first};x;Ca\n2;{second};y;Ca\n"));
        assert!(live.contains("diagnosis") && !live.contains("stage"), "{name}:\n{text}");
    }
    assert!(live("patient;CT\n1;0\n2;1\n").1.contains("if it is the clinical T category"));
    assert!(!live("patient;PT\n1;12.1\n2;13.0\n").1.contains("category"));
    for (table, drafted) in [
        ("patient;pT;diagnosis\n1;pT2a;Ca\n2;pTis;Ca\n", "t: { column: pT }"),
        ("patient;pN;diagnosis\n1;N1mi;Ca\n2;N0;Ca\n", "n: { column: pN, prefix: p }"),
        ("patient;ct;cm;diagnosis\n1;2;0;Ca\n2;1a;1;Ca\n", "m: { column: cm, prefix: cM }"),
        ("patient;CT;CN;diagnosis\n1;X;0;Ca\n2;1a;1;Ca\n", "n: { column: CN, prefix: cN }"),
    ] {
        assert!(live(table).0.contains(drafted), "{}", live(table).1);
    }
}

#[test]
fn signs_that_may_be_results_are_never_drafted_as_blank() {
    let (live_lines, text) = live("patient;er;dob\n1;pos;1950-01-02\n2;-;-\n");
    assert!(!live_lines.contains("blank") && !live_lines.contains("dob"), "{text}");
    assert!(text.contains("# blank: [\"-\"]"), "{text}");
    assert!(!live("patient;er\n1;+\n2;-\n").1.contains("blank"));
    assert!(live("patient;er\n1;pos\n2;NA\n").0.contains("blank: [NA]"));
}

#[test]
fn a_comma_before_decimals_is_drafted_only_where_it_stands_for_nothing_else() {
    for (cells, drafted, asked) in [
        (["250,000", "1,250,000"], false, false),
        (["250,000", "125,000"], false, true),
        (["1.250,75", "3"], true, false),
        (["1,5", "2"], true, false),
        (["1,5", "2.5"], false, true),
        (["1,250.5", "2,000"], false, false),
        (["1,5", "high"], false, false),
    ] {
        let (live, text) = live(&format!("patient;value\n1;{}\n2;{}\n", cells[0], cells[1]));
        assert_eq!(live.contains("decimal: comma"), drafted, "{text}");
        assert_eq!(text.contains("# decimal:"), asked, "{text}");
    }
}

#[test]
fn of_several_columns_that_of_the_patient_tells_cases_apart() {
    let (_, text) = live("id;patient\n1;7\n2;7\n3;8\n");
    assert!(text.contains("case: { column: patient } # or is it id?"), "{text}");
    assert!(text.contains("#   id: 3 different words"), "{text}");
    let (_, text) = live("study_id;patient\nA;7\nA;8\n");
    assert!(text.contains("case: { column: patient } # or is it study_id?"), "{text}");
    let (_, text) = live("record_id;mrn\n1;7\n2;8\n");
    assert!(text.contains("case: { column: record_id }\n"), "{text}");
    assert!(live("id;sex\n1;f\n2;m\n").1.contains("of the patient, or of the row?"));
}

#[test]
fn a_diagnosis_is_a_cancer_only_beside_what_registries_of_cancers_have() {
    for (table, is_cancer) in [
        ("patient;diagnosis\n1;Hypertension\n", false),
        ("patient;diagnosis;icd10cm\n1;Hypertension;I10\n2;Carcinoma;C73\n", false),
        ("patient;diagnosis;icd10cm;cT\n1;Hypertension;I10;\n2;Carcinoma;C73;1a\n", false),
        ("patient;diagnosis;icd10cm\n1;Neoplasm;D48.9\n", false),
        ("patient;diagnosis;icd10cm\n1;In situ;D05.1\n2;Carcinoma;C73\n", true),
        ("patient;diagnosis;morphology\n1;Carcinoma;8260/3\n", true),
        ("patient;diagnosis;CT\n1;Carcinoma;0\n2;Carcinoma;1\n", false),
    ] {
        let (live, text) = live(table);
        assert_eq!(live.contains("cancers:"), is_cancer, "{text}");
        assert_eq!(text.contains("conditions, condition: { column: diagnosis }"), !is_cancer, "{text}");
    }
}

#[test]
fn only_exports_of_redcap_have_columns_of_redcap() {
    assert!(live("id;surgery_complete;box___1\n1;1;0\n2;0;1\n").0.contains("ignore: []"));
    let (live, text) =
        live("record_id,redcap_event_name,a_complete,b_complete,x___1,y___1\n1,base,2,maybe,0,left\n1,fu,0,2,1,\n");
    assert!(live.contains("- a_complete") && live.contains("- \"x___*\": 0"), "{text}");
    assert!(!live.contains("b_complete") && !live.contains("redcap_event_name") && !live.contains("y___"), "{text}");
    assert!(text.contains("# All events of a patient become one case"), "{text}");
}

#[test]
fn utf_16_is_known_by_its_zeros_and_one_stray_byte_does_not_make_another_encoding() {
    let text = "patient,sex\n1,f\n2,m\n";
    let units = |big: bool| -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    for (bytes, name) in [(units(false), "utf-16le"), (units(true), "utf-16be")] {
        let file = TableFile { name: "t.csv".to_owned(), bytes };
        let text = draft(&file).expect("a draft");
        assert!(text.contains(&format!("encoding: {name} #")), "{text}");
        assert!(text.contains("values: { f: female, m: male }"), "{text}");
        let tables = fixtures::convert_tables(fixtures::context(BundleKind::Collection), vec![file], Some(&text));
        assert_eq!(tables.cases.len(), 2);
    }
    let told = |bytes: &[u8]| -> Vec<&'static str> {
        let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
        let file = TableFile { name: "t.csv".to_owned(), bytes: bytes.to_vec() };
        draft_mapping(file, &mut sources, &mut issues);
        issues.iter().map(|issue| issue.code.name()).collect()
    };
    assert_eq!(told(b"patient,name\n1,M\xC3\xBCller\n2,\xFFx\n"), ["source/unreadable-text"]);
    assert_eq!(told(b"patient,name\n1,M\xFCller\n2,x\n"), ["source/guessed-encoding"]);
    assert!(told(b"patient,name\n1,M\xC3\xBCller\n2,x\n").is_empty());
    // A zero that got into a table makes no UTF-16 of it; and UTF-16 that breaks off is not taken for something else.
    assert!(told(b"patient,name\n1,ab\x00\n2,x\n").is_empty());
    let mut broken = units(false);
    broken.pop();
    assert_eq!(told(&broken), ["source/unreadable-text"]);
}

#[test]
fn the_program_writes_a_draft_and_never_over_a_file() {
    let folder = fixtures::scratch("draft");
    let (input, output) = (folder.join("t.csv"), folder.join("mapping.yaml"));
    std::fs::write(&input, "mrn,sex\n7,f\n").expect("a table");
    let printed = run(&["init", "--table", path(&input)]);
    code(&printed, 0);
    code(&run(&["init", "--table", path(&input), "-o", path(&output)]), 0);
    assert_eq!(std::fs::read_to_string(&output).expect("the draft"), out(&printed));
    let again = run(&["init", "--table", path(&input), "-o", path(&output)]);
    code(&again, 3);
    assert!(err(&again).contains("left as it is"));
    code(&run(&["convert", "--mapping", path(&output), path(&input)]), 0);
    code(&run(&["init", "--table", path(&folder.join("none.csv"))]), 3);
    std::fs::write(&input, "").expect("a table");
    code(&run(&["init", "--table", path(&input)]), 1);
}

/// Small mappings, whether the schema takes them, and why the reader judges otherwise where it does.
const JUDGED: &[(&str, bool, Option<&str>)] = &[
    // The whole.
    ("tables: TABLE", false, None),
    ("mapping: 2\ntables: TABLE", false, None),
    ("mapping: 1", false, None),
    ("mapping: 1\ntables: []", false, None),
    ("mapping: 1\ntables: null", false, None),
    ("mapping: 1\ntables: [TABLE]", true, None),
    ("mapping: 1\ntables: [TABLE, TABLE]", false, None),
    // Tables.
    ("T:", true, None),
    ("T: title: x", false, None),
    ("T: decimal: comma", true, None),
    ("T: decimal: \".\"", true, None),
    ("T: decimal: dot", false, None),
    ("T: zone: \"+01:00\"", true, None),
    ("T: zone: CET", false, None),
    ("T: dates: [DD.MM.YYYY]", true, None),
    ("T: dates: null", false, None),
    ("T: separator: hash", true, Some("the reader knows the names of separators and encodings")),
    ("T: skip: -1", false, None),
    ("mapping: 1\ntables: { case: { column: id }, rows: [] }", false, None),
    ("mapping: 1\ntables: { case: { column: id } }", false, None),
    ("mapping: 1\ntables: { case: id, rows: { gives: {} } }", false, None),
    // Conditions.
    ("W: { kind: [lab, blood], done: { not: \"\" } }", true, None),
    ("W: [{ kind: lab }, { kind: 1 }]", true, None),
    ("W: { kind: { not: [a, b] } }", true, None),
    ("W: { kind: { not: a, is: b } }", false, None),
    ("W: { kind: { is: b } }", false, None),
    ("W: lab", false, None),
    // Expressions.
    ("V: { column: [a, b], join: \"\", prefix: p, suffix: s }", true, None),
    ("V: { column: [] }", false, None),
    ("V: { column: a, split: \",\" }", true, None),
    ("V: { column: a, split: \"\" }", false, None),
    ("V: { column: a, unit: g/L }", true, None),
    ("V: { column: a, unit: { column: u } }", true, None),
    ("V: { column: a, unit: 5 }", false, None),
    ("V: { column: a, unit: null }", false, None),
    ("V: { column: a, unit: { column: u, values: { 1: g/L } } }", true, None),
    ("V: { column: a, unit: { values: { 1: g/L } } }", false, None),
    ("V: { column: a, values: { 1: x, 2: null }, otherwise: keep }", true, None),
    ("V: { column: a, values: [x] }", false, None),
    ("V: { column: a, otherwise: null }", false, None),
    ("V: { column: a, zone: Z }", false, None),
    ("V: { column: a, date: null }", false, None),
    (
        "G: { patient: { sex: { column: a, system: x } } }",
        true,
        Some("the schema does not know which fields take codes"),
    ),
    (
        "G: { patient: { sex: { column: a, values: { 1: { column: b } } } } }",
        true,
        Some("the schema takes any value there"),
    ),
    // What rows give.
    ("G: {}", true, None),
    ("G: { column: a }", false, None),
    ("G: { id: { column: a } }", false, None),
    ("G: { cancers: { diagnosis: { text: { column: a }, code: { column: b, system: icd-10-cm } } } }", true, None),
    ("G: { cancers: { diagnose: { column: a } } }", false, None),
    ("G: { labs: { column: a } }", false, None),
    ("G: { labs: [{ column: a }] }", false, None),
    ("G: { patient: { column: a } }", false, None),
    ("G: { source: { column: a } }", false, None),
    ("G: { cancers: { grade: { column: a } } }", false, None),
    ("G: { cancers: { grade: { value: { column: a } } } }", true, None),
    ("G: { patient: { sex: femal } }", false, Some("constants are judged with the rows")),
    ("G: { labs: 5 }", false, Some("constants are judged with the rows")),
    ("G: { labs: null }", false, Some("an empty field is none to the reader, also in the case format")),
    ("G: { patient: [{ sex: { column: a } }] }", false, None),
    // Conditions and repetitions in it.
    ("G: { patient: { when: { a: 1 }, sex: female } }", true, None),
    ("G: { labs: { when: 5, test: { column: a } } }", false, None),
    ("G: { labs: { repeat: 3, test: { column: \"a{n}\" } } }", true, None),
    ("G: { labs: [{ repeat: [x, 1], test: { column: \"a{n}\" } }] }", true, None),
    ("G: { labs: { repeat: [], test: { column: a } } }", false, None),
    ("G: { labs: { repeat: 0, test: { column: a } } }", false, None),
    ("G: { labs: { repeat: x, test: { column: a } } }", false, None),
    ("G: { repeat: 2, labs: { test: { column: a } } }", false, None),
    ("G: { patient: { repeat: 2, sex: female } }", false, None),
    ("G: { labs: { test: { repeat: 2, text: { column: a } } } }", false, None),
    ("G: { labs: { test: { column: a }, value: { repeat: 2, value: { column: b } } } }", false, None),
];

#[test]
fn the_schema_and_the_reader_judge_mappings_alike() {
    let schema: Value = serde_json::from_str(&case2fhir::source::mapping_schema()).expect("the schema is JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("the schema can be compiled");
    let mut differences = Vec::new();
    for (short, is_good, why) in JUDGED {
        let whole = |field: &str, rows: &str| {
            format!("mapping: 1\ntables:\n  case: {{ column: id }}\n  {field}\n  rows: {rows}\n")
        };
        let text = match short.split_at(2) {
            ("T:", field) => whole(field.trim(), "{ gives: {} }"),
            ("W:", when) => whole("", &format!("{{ when: {when}, gives: {{}} }}")),
            ("V:", value) => whole("", &format!("{{ gives: {{ labs: {{ test: t, value: {value} }} }} }}")),
            ("G:", gives) => whole("", &format!("{{ gives: {gives} }}")),
            _ => short.replace("TABLE", "{ case: { column: id }, rows: { gives: {} } }"),
        };
        let instance: Value = serde_json::from_str(&Tree::parse(&text).json()).expect("a mapping is YAML");
        let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
        let read = Mapping::read(Input::file("mapping.yaml", text.as_bytes()), &mut sources, &mut issues);
        let (by_schema, by_reader) = (validator.is_valid(&instance), read.is_some() && !issues.has_errors());
        if (by_schema, by_reader) != (*is_good, *is_good != why.is_some()) {
            differences.push(format!("{short}: schema {by_schema}, reader {by_reader}"));
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
}
