//! Proves what becomes of the cells of tables where harm would come of a guess: quotes that take in other rows, dates in parts, numbers with
//! commas, units and codes, cases that look alike, items that are there or not.

use case2fhir::bundle::BundleKind;
use case2fhir::issue::{Code, Severity};
use case2fhir::render::Values;
use case2fhir::source::TableFile;

use crate::fixtures::{self, Tables};
use crate::tables::dated;

fn made(mapping: &str, table: &str) -> Tables {
    let files = vec![TableFile { name: "t.csv".to_owned(), bytes: table.as_bytes().to_vec() }];
    let mapping = format!("mapping: 1\ntables:\n{mapping}");
    fixtures::convert_tables(fixtures::context(BundleKind::Collection), files, Some(&mapping))
}

const PATIENT: &str = "  case: { column: id }\n  rows:\n    - gives: { patient: { sex: { column: sex } } }\n";

#[test]
fn a_quote_that_takes_other_rows_into_its_text_refuses_the_table() {
    let head = "id,sex,a,note\n";
    for (rows, why) in [
        ("1,female,x,\"see letter\n2,male,x,\n3,male,x,\n", "not closed"),
        ("1,female,x,\"see letter\n2,male,x,\n3,male,x,\"\n", "rows between"),
        ("1,female,x,\"see letter\n2,male,x,\"y\"\n", "closed within a cell"),
    ] {
        let tables = made(PATIENT, &format!("{head}{rows}"));
        assert!(tables.cases.is_empty(), "{why}");
        assert_eq!(tables.opening.errors(), ["source/stray-quote"], "{why}");
        assert!(
            tables.opening.report(Values::Hide).contains("t.csv:2:12"),
            "{why}:\n{}",
            tables.opening.report(Values::Hide)
        );
    }
    // Within one line it is that row's fault alone, and texts of several lines are texts.
    let tables = made(PATIENT, &format!("{head}1,female,\"x\"y,\n2,male,x,\"two\nlines\"\n"));
    assert_eq!(tables.cases[0].1.errors(), ["source/stray-quote"]);
    assert!(tables.cases[1].1.json().contains("two\\nlines"), "{}", tables.cases[1].1.json());
    // A header that swallows the table is refused without its text.
    let tables = made(PATIENT, "id,sex,\"note\n1,female,Zq7Xw\n");
    assert_eq!(tables.opening.errors(), ["source/stray-quote"]);
    assert!(!tables.opening.report(Values::Hide).contains("Zq7Xw"));
}

#[test]
fn parts_of_dates_that_are_blank_do_not_move_the_others() {
    let joined = |columns: &str, join: &str, row: &str| {
        let mapping = format!(
            "  dates: [DD.MM.YYYY, MM.YYYY]\n  case: {{ column: id }}\n  rows:\n    - gives: {{ patient: {{ birth_date: {{ column: {columns}, join: \"{join}\" }} }} }}\n"
        );
        let tables = made(&mapping, &format!("id,y,m,d\n1,{row}\n"));
        let case = &tables.cases[0].1;
        case.conversion.is_some().then(|| case.value()["entry"][0]["resource"]["birthDate"].as_str().map(str::to_owned))
    };
    let date = |text: &str| Some(Some(text.to_owned()));
    assert_eq!(joined("[y, m, d]", "-", "1950,04,05"), date("1950-04-05"));
    assert_eq!(joined("[y, m, d]", "-", "1950,04,"), date("1950-04"));
    assert_eq!(joined("[y, m, d]", "-", "1950,,"), date("1950"));
    assert_eq!(joined("[y, m, d]", "-", "1950,,12"), None, "the day is no month");
    assert_eq!(joined("[d, m, y]", ".", "1950,04,"), date("1950-04"));
    assert_eq!(joined("[d, m, y]", ".", "1950,,12"), None, "the day is no month");
    assert_eq!(joined("[y, m, d]", "-", ",04,05"), None);
    assert_eq!(joined("[y, m, d]", "-", ",,"), Some(None));
}

#[test]
fn a_case_is_told_by_all_of_its_columns_and_by_nothing_vague() {
    let mapping =
        "  case: { column: [site, id], join: \"-\" }\n  rows:\n    - gives: { patient: { sex: { column: sex } } }\n";
    let tables = made(mapping, "site,id,sex\nA,17,male\n,17,female\n,17,male\n");
    assert_eq!(tables.cases.len(), 2);
    assert_eq!(tables.cases[1].1.errors(), ["source/unowned-row", "source/unowned-row"]);
    for vague in ["split: \",\"", "otherwise: x", "date: YYYY", "unit: x", "system: x"] {
        let mapping = format!(
            "  case: {{ column: id, {vague} }}\n  rows:\n    - gives: {{ patient: {{ sex: {{ column: sex }} }} }}\n"
        );
        assert!(!made(&mapping, "id,sex\n1,male\n").opening.errors().is_empty(), "{vague}");
    }
    // Cases that differ in nothing that people see are kept apart, and told.
    let tables = made(PATIENT, "id,sex\n017,male\n17,male\nx1,male\nX1,male\n");
    assert_eq!(tables.cases.len(), 4);
    assert!(tables.opening.issues.iter().any(|issue| issue.code == Code::AlikeCases));
}

fn lab(reading: &str, value: &str, cell: &str) -> (String, Vec<&'static str>) {
    let mapping = format!(
        "{reading}  separator: tab\n  case: {{ column: id }}\n  rows:\n    - gives: {{ labs: {{ test: Haemoglobin, value: {value}, date: 2020 }} }}\n"
    );
    let tables = made(&mapping, &format!("id\tv\tu\n1\t{cell}\n"));
    let (_, case) = &tables.cases[0];
    let codes =
        case.issues.iter().filter(|issue| issue.severity != Severity::Information).map(|issue| issue.code.name());
    let codes = codes.collect();
    if case.conversion.is_none() {
        return (String::new(), codes);
    }
    let bundle = case.json();
    let at =
        bundle.find("\"valueQuantity\":").or_else(|| bundle.find("\"valueCodeableConcept\":")).unwrap_or(bundle.len());
    let end = bundle[at..].find('}').map_or(bundle.len(), |end| at + end + 1);
    (bundle[at..end].to_owned(), codes)
}

#[test]
fn numbers_units_and_words_are_what_the_cell_says() {
    let comma = "  decimal: comma\n";
    let unit = "{ column: v, unit: g/L }";
    for (reading, value, cell, wanted) in [
        (comma, unit, "1.250,75\t", "\"valueQuantity\":{\"value\":1250.75,\"unit\":\"g/L\""),
        (comma, unit, "<0,5\t", "\"valueQuantity\":{\"value\":0.5,\"comparator\":\"<\",\"unit\":\"g/L\""),
        (comma, unit, "\u{2212}1,5\t", "\"valueQuantity\":{\"value\":-1.5,\"unit\":\"g/L\""),
        (comma, "{ column: v }", "exon 15.123\t", "\"valueCodeableConcept\":{\"text\":\"exon 15.123\"}"),
        (comma, "{ column: v }", "12.03.2019\t", "\"valueCodeableConcept\":{\"text\":\"12.03.2019\"}"),
        (comma, "{ column: v }", "60 mL/min/1.73m2\t", "\"valueQuantity\":{\"value\":60,"),
        (
            "",
            "{ column: v, unit: { column: u, values: { 1: g/L, 2: g/dL } } }",
            "5\t2",
            "\"valueQuantity\":{\"value\":5,\"unit\":\"g/dL\"",
        ),
        (
            "",
            "{ column: v, values: { LOD: \"<0.5\" }, otherwise: keep, unit: g/L }",
            "LOD\t",
            "\"value\":0.5,\"comparator\":\"<\",\"unit\":\"g/L\"",
        ),
    ] {
        let (found, codes) = lab(reading, value, cell);
        assert!(found.contains(wanted), "{cell}: {found} {codes:?}");
    }
    for (reading, cell) in [(comma, "0.125\t"), (comma, "1.25\t"), (comma, "12,3,4\t")] {
        assert_eq!(lab(reading, unit, cell).1, ["case/bad-quantity"], "{cell}");
    }
    // What begins like a number and is none keeps its words, and is told.
    assert_eq!(lab("", unit, "007\t").1, ["case/bad-quantity"]);
    let coded = "  case: { column: id }\n  rows:\n    - gives: { cancers: { diagnosis: { code: { column: v, values: { PTC: C73 }, system: icd-10-cm } } } }\n";
    assert!(made(coded, "id,v\n1,PTC\n").cases[0].1.json().contains("\"code\":\"C73\""));
}

#[test]
fn what_a_rule_says_by_its_condition_is_there() {
    let mapping = "  case: { column: id }\n  rows:\n    - when: { kind: op }\n      gives: { procedures: { procedure: Total thyroidectomy, kind: surgery, date: { column: date } } }\n    - when: { kind: dx }\n      gives: { cancers: { key: { column: k }, diagnosis: Papillary thyroid carcinoma } }\n";
    let tables = made(mapping, "id,kind,date,k\n1,op,2020,\n1,dx,,c1\n2,x,2020,c2\n");
    let first = tables.cases[0].1.json();
    assert!(first.contains("Total thyroidectomy") && first.contains("Papillary thyroid carcinoma"), "{first}");
    let second = tables.cases[1].1.json();
    assert!(!second.contains("Total thyroidectomy") && second.contains("kind: x; date: 2020; k: c2"), "{second}");
    // Without a condition the date says whether the item is there.
    let wide = "  case: { column: id }\n  rows:\n    - gives: { procedures: { procedure: Total thyroidectomy, kind: surgery, date: { column: date } } }\n";
    let tables = made(wide, "id,date\n1,2020\n2,\n");
    assert!(tables.cases[0].1.json().contains("Total thyroidectomy"));
    assert!(!tables.cases[1].1.json().contains("Total thyroidectomy"));
}

#[test]
fn counts_and_flags_can_be_mapped() {
    let mapping = "  case: { column: id }\n  rows:\n    - gives:\n        procedures: { procedure: Neck dissection, kind: surgery, nodes_examined: { column: n }, nodes_positive: { column: p } }\n        findings: { finding: Hoarseness, absent: { column: a } }\n";
    let tables = made(mapping, "id,n,p,a\n1,12,3,yes\n");
    let case = &tables.cases[0].1;
    assert!(case.conversion.is_some(), "{}", case.report(Values::Show));
    assert!(case.json().contains("12") && case.json().contains("2667000"), "{}", case.json());
}

#[test]
fn times_are_kept_and_midnight_is_no_time() {
    let with = |zone: &str, cell: &str| {
        let mapping = format!(
            "{zone}  dates: DD.MM.YYYY HH:mm\n  case: {{ column: id }}\n  rows:\n    - gives: {{ labs: {{ test: Haemoglobin, value: 5 g/L, date: {{ column: v }} }}, patient: {{ note: {{ column: w }} }} }}\n"
        );
        made(&mapping, &format!("id,v,w\n1,{cell},x\n")).cases[0].1.json()
    };
    assert!(with("  zone: \"+01:00\"\n", "05.04.2020 10:30").contains("2020-04-05T10:30:00+01:00"));
    assert!(with("  zone: \"+01:00\"\n", "05.04.2020 00:00").contains("\"effectiveDateTime\":\"2020-04-05\""));
    let kept = with("", "05.04.2020 10:30");
    assert!(kept.contains("\"effectiveDateTime\":\"2020-04-05\"") && kept.contains("v: 05.04.2020 10:30"));
    let kept = with("", "00.04.2020 10:30");
    assert!(kept.contains("\"effectiveDateTime\":\"2020-04\"") && kept.contains("v: 00.04.2020 10:30"));
    for format in ["YYYYMD", "DMYYYY", "YYYY-MM-DD HH"] {
        assert_eq!(dated(format, "2019"), Err(vec!["source/bad-date-format"]), "{format}");
    }
    assert_eq!(dated("YYYY-DD-MM", "2019-05-04"), Ok("2019-04-05".to_owned()));
    assert_eq!(
        dated("YYYY-DD-MM", "2019-05-20"),
        Err(vec!["case/bad-date"]),
        "there is no month 20, and it is not the fifth"
    );
}

#[test]
fn quotes_and_separators_are_found_out_or_given() {
    let single = made(PATIENT, "'id','sex','a','note'\n'1','female','it''s','two, parts'\n");
    let bundle = single.cases[0].1.json();
    assert!(bundle.contains("a: it's; note: two, parts"), "{bundle}");
    let given = |table: &str| made(&format!("  separator: tab\n  quote: none\n{PATIENT}"), table);
    let none = given("id\tsex\tnote\n1\tfemale\t\"5 inches\n2\tmale\tx\n");
    assert_eq!(none.cases.len(), 2);
    assert!(none.cases[0].1.json().contains("note: \\\"5 inches"), "{}", none.cases[0].1.json());
    // The line by which Excel says what its separator is.
    let excel = made(PATIENT, "sep=;\nid;sex;note\n1;female;a, b\n");
    assert!(excel.cases[0].1.json().contains("note: a, b"));
    assert_eq!(excel.cases[0].0, "t.csv:3");
    assert_eq!(
        made(&format!("  quote: stars\n{PATIENT}"), "id,sex\n1,female\n").opening.errors(),
        ["case/unknown-term"]
    );
}
