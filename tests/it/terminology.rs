//! Proves that each row of the embedded lexicon can be used, names its source and stands once; that users' lexicons go before it and
//! their bad rows are reported with their line; and that units get UCUM's code only where they mean what the clinic means.

use std::collections::{BTreeMap, HashMap, HashSet};

use case2fhir::issue::{Code, Issues, SourceMap};
use case2fhir::pipeline::Context;
use case2fhir::terminology::{Coding, Domain, Lexicon, systems, ucum};

use crate::fixtures;

/// A row of an embedded table.
struct Row {
    table: &'static str,
    line: u64,
    fields: Vec<String>,
}

impl Row {
    fn place(&self) -> String {
        format!("{}:{}", self.table, self.line)
    }

    fn phrases(&self) -> impl Iterator<Item = String> + '_ {
        self.fields[1].split('|').map(fold)
    }
}

/// Phrases that the lexicon does not tell apart.
fn fold(phrase: &str) -> String {
    let plain = phrase.replace(['–', '—', '‑', '−'], "-").to_lowercase();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (table, text) in Lexicon::embedded_tables() {
        let mut reader = csv::ReaderBuilder::new().has_headers(true).flexible(true).from_reader(text.as_bytes());
        let header: Vec<&str> = text.lines().next().expect("a header").split(',').collect();
        assert_eq!(header, ["domain", "texts", "system", "code", "display", "source"], "{table}");
        for record in reader.records() {
            let record = record.unwrap_or_else(|error| panic!("{table}: {error}"));
            let line = record.position().map_or(0, csv::Position::line);
            rows.push(Row { table, line, fields: record.iter().map(str::to_owned).collect() });
        }
    }
    assert!(rows.len() > 4000, "{} rows", rows.len());
    rows
}

#[test]
fn each_embedded_table_reads_without_an_issue() {
    for (table, text) in Lexicon::embedded_tables() {
        let (mut lexicon, mut issues) = (Lexicon::default(), Issues::default());
        lexicon.add_own(text, 1, &mut issues);
        let faults: Vec<&str> = issues.iter().map(|issue| issue.message.as_str()).collect();
        assert!(faults.is_empty(), "{table}: {faults:?}");
    }
}

#[test]
fn each_row_has_six_fields_a_known_system_a_well_formed_code_and_its_source() {
    for row in rows() {
        assert_eq!(row.fields.len(), 6, "{}", row.place());
        let [domain, _, system, code, display, source] = row.fields.as_slice() else { panic!("six fields") };
        assert!(Domain::ALL.iter().any(|known| known.name() == domain), "{}: domain {domain}", row.place());
        let system = systems::find(system).unwrap_or_else(|| panic!("{}: system {system}", row.place()));
        assert_eq!(system.check(code), Ok(()), "{}: {code}", row.place());
        assert!(source.trim().len() > 8, "{}: source {source:?}", row.place());
        assert!(!display.trim().is_empty(), "{}: no display", row.place());
        for field in &row.fields {
            assert_eq!(field.trim(), field, "{}: blanks at an end", row.place());
            assert!(!field.contains(['\n', '\r', '\t']), "{}", row.place());
        }
        assert!(row.phrases().all(|phrase| !phrase.is_empty()), "{}: an empty phrase", row.place());
    }
}

#[test]
fn no_phrase_has_two_codes_of_one_system_in_a_domain() {
    let mut seen: HashMap<(String, String, String), (String, String)> = HashMap::new();
    let mut faults = Vec::new();
    for row in rows() {
        for phrase in row.phrases() {
            let key = (row.fields[0].clone(), phrase, row.fields[2].clone());
            if let Some((place, code)) = seen.insert(key.clone(), (row.place(), row.fields[3].clone())) {
                faults.push(format!("{key:?}: {place} says {code}, {} says {}", row.place(), row.fields[3]));
            }
        }
    }
    assert!(faults.is_empty(), "{} phrases stand twice:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn each_phrase_of_each_row_finds_its_code() {
    let lexicon = Lexicon::embedded();
    for row in rows() {
        let domain = *Domain::ALL.iter().find(|domain| domain.name() == row.fields[0]).expect("a domain");
        let system = systems::find(&row.fields[2]).expect("a system");
        for phrase in row.fields[1].split('|') {
            for written in [phrase.to_owned(), phrase.to_uppercase(), format!(" {}  ", phrase.replace(' ', "   "))] {
                let found = lexicon.codes(domain, &written);
                let right =
                    |coding: &Coding| coding.system == system.uri && coding.code == system.canonical(&row.fields[3]);
                // Upper case is not always undone by lower case: the sharp s becomes two letters.
                let comes_back = written.to_lowercase() == phrase.to_lowercase() || written.starts_with(' ');
                assert!(!comes_back || found.iter().any(right), "{}: {written:?}", row.place());
            }
        }
    }
}

#[test]
fn each_domain_has_rows_and_a_mapper_that_asks_for_it() {
    let mut counts: BTreeMap<&str, usize> = Domain::ALL.iter().map(|domain| (domain.name(), 0)).collect();
    for row in rows() {
        *counts.get_mut(row.fields[0].as_str()).expect("a known domain") += 1;
    }
    let mut code = String::new();
    for file in std::fs::read_dir(fixtures::root().join("src/map")).expect("the mappers") {
        code.push_str(&std::fs::read_to_string(file.expect("a file").path()).expect("a mapper"));
    }
    let mut faults = Vec::new();
    for domain in Domain::ALL {
        if counts[domain.name()] == 0 {
            faults.push(format!("{} has no row", domain.name()));
        }
        // `Domain::Gene` or, after `use Domain as D`, `D::Gene`.
        let asked = [" ", ",", "]", ")", ";", "\n", "}", "&"].iter().any(|end| {
            code.contains(&format!("Domain::{domain:?}{end}"))
                || code.contains(&format!(" D::{domain:?}{end}"))
                || code.contains(&format!("[D::{domain:?}{end}"))
        });
        if !asked {
            faults.push(format!("no mapper asks for {}", domain.name()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn words_are_matched_as_a_whole_and_within_their_domain() {
    let lexicon = Lexicon::embedded();
    assert!(!lexicon.codes(Domain::Laterality, "right").is_empty());
    assert!(!lexicon.codes(Domain::Laterality, "RIGHT").is_empty());
    assert!(lexicon.codes(Domain::Laterality, "right side of it").is_empty());
    assert!(lexicon.codes(Domain::Drug, "right").is_empty());
    assert!(lexicon.codes(Domain::Laterality, "").is_empty());
}

#[test]
fn a_code_of_the_case_goes_before_the_lexicons_of_the_same_system() {
    let lexicon = Lexicon::embedded();
    let given = Coding { system: systems::SNOMED_CT.into(), code: "59621000".to_owned(), version: None, display: None };
    let resolved = lexicon.resolve(&[Domain::Condition], Some("hypertension"), std::slice::from_ref(&given));
    let snomed: Vec<&str> = resolved
        .iter()
        .filter(|coding| coding.system == systems::SNOMED_CT)
        .map(|coding| coding.code.as_str())
        .collect();
    assert_eq!(snomed, ["59621000"]);
    let per_system: HashSet<&str> = resolved.iter().map(|coding| coding.system.as_ref()).collect();
    assert_eq!(per_system.len(), resolved.len(), "one code a system");
}

fn own(file: &str) -> (Lexicon, Issues, SourceMap) {
    let text = std::fs::read_to_string(fixtures::root().join("fixtures/lexicons").join(file)).expect("a lexicon");
    let (mut lexicon, mut issues, mut sources) = (Lexicon::embedded(), Issues::default(), SourceMap::default());
    let source = sources.add(file, text.clone());
    lexicon.add_own(&text, source, &mut issues);
    (lexicon, issues, sources)
}

fn codes(lexicon: &Lexicon, domain: Domain, phrase: &str) -> Vec<String> {
    lexicon.codes(domain, phrase).iter().map(|coding| coding.code.clone()).collect()
}

#[test]
fn a_users_table_goes_before_the_embedded_one() {
    let (lexicon, issues, _) = own("house.csv");
    assert!(issues.is_empty());
    assert_eq!(codes(&lexicon, Domain::Condition, "Hypertension"), ["59621000"]);
    assert_eq!(codes(&lexicon, Domain::Drug, "hausmittel"), ["L01FF09"]);
    assert_eq!(codes(&lexicon, Domain::Drug, "HOUSE REMEDY"), ["L01FF09"]);
    for domain in Domain::ALL {
        assert_eq!(codes(&lexicon, *domain, "karnofsky index"), ["89243-0"], "* is any domain");
    }
    assert_eq!(codes(&lexicon, Domain::Finding, "house finding"), ["HOUSE-7"]);
    assert!(!codes(&lexicon, Domain::Laterality, "right").is_empty(), "the embedded rows are still there");
}

#[test]
fn a_users_table_reaches_the_bundle() {
    let (lexicon, _, _) = own("house.csv");
    let context = Context { lexicon, ..Context::default() };
    let case = b"id: t\npatient: {}\nmedications: {drug: Hausmittel}\nfindings: {finding: house finding}";
    let text = fixtures::convert(&context, "case.yaml", case).json();
    for part in [
        "\"code\":\"L01FF09\"",
        "\"system\":\"https://example.org/fhir/CodeSystem/house\",\"code\":\"HOUSE-7\"",
        "\"text\":\"Hausmittel\"",
    ] {
        assert!(text.contains(part), "{part}");
    }
}

#[test]
fn bad_rows_are_reported_with_their_line_and_the_good_ones_kept() {
    let (lexicon, issues, sources) = own("bad.csv");
    let found: Vec<(usize, &str)> = issues
        .iter()
        .map(|issue| (sources.place(issue.span.expect("a span")).expect("a place").line, issue.code.name()))
        .collect();
    assert_eq!(found, [(3, "lexicon/bad-row"), (4, "lexicon/bad-row"), (5, "lexicon/bad-row"), (6, "lexicon/bad-row")]);
    assert!(issues.iter().all(|issue| !issue.help.is_empty()));
    assert_eq!(codes(&lexicon, Domain::Drug, "good one"), ["L01FF09"]);
    assert_eq!(codes(&lexicon, Domain::Drug, "good two"), ["L01FF09"]);
}

#[test]
fn lexicons_that_are_none_are_reported_and_do_not_panic() {
    for text in [
        "",
        "a,b,c",
        "{",
        "{}",
        "[]",
        "{\"resourceType\": \"Patient\"}",
        "domain,texts,system,code\n\"",
        "\u{FEFF}",
        "domain,texts,system,code\ndrug",
    ] {
        let (mut lexicon, mut issues) = (Lexicon::default(), Issues::default());
        lexicon.add_own(text, 1, &mut issues);
        assert!(issues.has_errors(), "{text:?} is taken for a lexicon");
        assert!(lexicon.codes(Domain::Drug, "a").is_empty());
    }
}

#[test]
fn tables_may_have_a_byte_order_mark_crlf_and_columns_in_any_order() {
    let text = "\u{FEFF}code,system,texts,domain\r\nL01FF09,atc,house drug,drug\r\n";
    let (mut lexicon, mut issues) = (Lexicon::default(), Issues::default());
    lexicon.add_own(text, 1, &mut issues);
    assert!(issues.is_empty());
    assert_eq!(codes(&lexicon, Domain::Drug, "house drug"), ["L01FF09"]);
}

#[test]
fn a_concept_map_gives_phrases_and_translations_of_equal_meaning_only() {
    let (lexicon, issues, sources) = own("house.conceptmap.json");
    let lines: Vec<usize> =
        issues.iter().map(|issue| sources.place(issue.span.expect("a span")).expect("a place").line).collect();
    assert_eq!(lines, [17, 21], "the wider target, and the wrong check digit");
    assert!(issues.iter().all(|issue| issue.code == Code::BadLexiconRow));
    assert_eq!(codes(&lexicon, Domain::Condition, "house hypertension"), ["38341003"]);
    assert_eq!(codes(&lexicon, Domain::Finding, "HOUSE-HT"), ["38341003"]);
    assert!(codes(&lexicon, Domain::Condition, "house something").is_empty());
    let house = Coding {
        system: "https://example.org/fhir/CodeSystem/house".into(),
        code: "HOUSE-HT".to_owned(),
        version: None,
        display: None,
    };
    let resolved = lexicon.resolve(&[Domain::Condition], None, std::slice::from_ref(&house));
    let shown: Vec<&str> = resolved.iter().map(|coding| coding.code.as_str()).collect();
    assert_eq!(shown, ["HOUSE-HT", "38341003"], "the case's own code stays");
}

#[test]
fn units_are_understood_in_the_clinics_spelling_and_in_ucums() {
    for (written, code) in [
        ("g/L", "g/L"),
        ("mg/dL", "mg/dL"),
        ("%", "%"),
        ("percent", "%"),
        ("years", "a"),
        ("mcg", "ug"),
        ("µg/L", "ug/L"),
        ("μg/L", "ug/L"),
        ("mmHg", "mm[Hg]"),
        ("°C", "Cel"),
        ("10^9/L", "10*9/L"),
        ("×10^9/L", "10*9/L"),
        ("IU/L", "[IU]/L"),
        ("mIU/L", "m[IU]/L"),
        ("mL/day", "mL/d"),
        ("kg/m²", "kg/m2"),
        ("lbs", "[lb_av]"),
        ("[ft_i]", "[ft_i]"),
        ("mg/kg", "mg/kg"),
        ("{copies}/mL", "{copies}/mL"),
        (" g/L ", "g/L"),
        ("mol/L", "mol/L"),
    ] {
        assert_eq!(ucum::code(written).as_deref(), Some(code), "{written}");
    }
}

#[test]
fn units_that_mean_something_else_in_ucum_or_nothing_get_no_code() {
    for written in [
        // Kelvin, atomic mass units, gauss, coulomb, farad, pico-tesla: good UCUM and no clinic's meaning.
        "K/uL",
        "K",
        "u/L",
        "u",
        "G",
        "C",
        "F",
        "pT",
        "PH",
        "pH",
        "ft",
        "gr",
        // Nobody's units.
        "Schoppen",
        "units",
        "tablets",
        "g / L",
        "mg per dL",
        "",
        " ",
        "甲",
        "g/L/",
        "//",
        "cells/HPF!",
    ] {
        assert_eq!(ucum::code(written), None, "{written:?}");
    }
}

#[test]
fn an_unknown_unit_stays_text_in_the_bundle_and_is_a_warning() {
    for unit in ["Schoppen", "K/uL"] {
        let converted = fixtures::convert_text(&format!("id: t\npatient: {{}}\nlabs: {{test: a, value: 3 {unit}}}"));
        let warned: Vec<Code> =
            converted.issues.iter().map(|issue| issue.code).filter(|code| *code == Code::UnknownUnit).collect();
        assert_eq!(warned, [Code::UnknownUnit]);
        let bundle = converted.value();
        let lab =
            fixtures::resources(&bundle).into_iter().find(|it| it["resourceType"] == "Observation").expect("a lab");
        assert_eq!(lab["valueQuantity"]["unit"], unit);
        assert!(lab["valueQuantity"]["code"].is_null() && lab["valueQuantity"]["system"].is_null());
    }
}

#[test]
fn systems_are_found_by_name_and_uri_and_foreign_ones_by_uri_only() {
    for alias in systems::aliases() {
        let system = systems::by_alias(alias).unwrap_or_else(|| panic!("{alias}"));
        assert_eq!(systems::find(&system.uri).map(|found| found.title), Some(system.title), "{alias}");
        assert!(systems::is_absolute_uri(&system.uri), "{alias}");
        assert_eq!(systems::title(&system.uri), Some(system.title));
    }
    for alias in ["SNOMED", "sct", "SnomedCT", "ICD10CM", "icdo3", "hp"] {
        assert!(systems::by_alias(alias).is_some(), "{alias}");
    }
    for uri in ["https://example.org/cs", "urn:oid:1.2.3.4", "urn:uuid:0f3b7c52-9c1e-4d0a-8f57-3f1f5f0c2a11"] {
        assert_eq!(systems::find(uri).map(|system| system.uri.into_owned()).as_deref(), Some(uri));
    }
    for none in ["", "nobody", "example.org", "https://a b", "note: this", "1:2"] {
        assert!(systems::find(none).is_none(), "{none:?}");
    }
}
