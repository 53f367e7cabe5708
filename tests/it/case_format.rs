//! Proves how the notations of the case format are read: dates, periods, quantities, sizes, ages, schedules, concepts, codes,
//! decimals, words of enumerations and near misses; each as a table of what is written and what it comes to.

use std::cmp::Ordering;

use case2fhir::case::read::{Read as _, Reader};
use case2fhir::case::{Age, Amount, At, Case, Comparator, Date, Decimal, Onset, Quantity, Repeat, Time, Value, When};
use case2fhir::instance::{parse_json, parse_yaml};
use case2fhir::issue::{Code, Issues};
use case2fhir::terminology::systems;

/// Reads a case out of YAML, with the issues that arose.
fn read(yaml: &str) -> (Option<Case>, Issues) {
    let mut issues = Issues::default();
    let json = yaml.trim_start().starts_with('{');
    let document = if json { parse_json(yaml, 1, &mut issues) } else { parse_yaml(yaml, 1, &mut issues) };
    let case = document.and_then(|document| Case::read(document.root()?, &mut Reader::new(&mut issues)));
    (case, issues)
}

/// A case of these fields beside id and patient, which must read without an error.
#[track_caller]
fn sound(fields: &str) -> Case {
    let (case, issues) = read(&format!("id: t\npatient: {{}}\n{fields}"));
    let faults: Vec<String> = issues.iter().map(|issue| format!("{}: {}", issue.code.name(), issue.message)).collect();
    assert!(faults.is_empty(), "{fields}\n{}", faults.join("\n"));
    case.expect("a case")
}

/// The codes of the faults that a case of these fields has.
fn faults(fields: &str) -> Vec<Code> {
    read(&format!("id: t\npatient: {{}}\n{fields}")).1.iter().map(|issue| issue.code).collect()
}

/// The help of the first fault.
fn help(fields: &str) -> String {
    let (_, issues) = read(&format!("id: t\npatient: {{}}\n{fields}"));
    issues.iter().next().map(|issue| issue.help.clone()).unwrap_or_default()
}

#[test]
fn dates_keep_their_characters_and_their_precision() {
    for (text, month, day, moment) in [
        ("2002", None, None, false),
        ("2021-06", Some(6), None, false),
        ("2021-06-05", Some(6), Some(5), false),
        ("2020-02-29", Some(2), Some(29), false),
        ("2000-02-29", Some(2), Some(29), false),
        ("1000", None, None, false),
        ("9999-12-31", Some(12), Some(31), false),
        ("2021-06-05T10:30:00Z", Some(6), Some(5), true),
        ("2021-06-05T10:30:00.5+14:00", Some(6), Some(5), true),
        ("2021-06-05T23:59:60-09:30", Some(6), Some(5), true),
        ("2021-06-05T00:00:00.123456789Z", Some(6), Some(5), true),
    ] {
        let date = Date::parse(text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((date.as_str(), date.month, date.day, date.is_moment()), (text, month, day, moment));
    }
}

#[test]
fn what_is_no_date_of_the_calendar_is_refused() {
    for text in [
        "",
        "202",
        "20021",
        "0999",
        "0000",
        "2021-6",
        "2021-13",
        "2021-00",
        "2021-06-31",
        "2021-02-29",
        "1900-02-29",
        "2021-06-00",
        "2021-06-05-01",
        "2021/06/05",
        "05.06.2021",
        "June 2021",
        "2021-06T10:00:00Z",
        "2021-06-05T10:30Z",
        "2021-06-05T10:30:00",
        "2021-06-05T24:00:00Z",
        "2021-06-05T10:60:00Z",
        "2021-06-05T10:30:61Z",
        "2021-06-05T10:30:00+15:00",
        "2021-06-05T10:30:00+02",
        "2021-06-05T10:30:00.Z",
        "2021-06-05t10:30:00z",
        "2021-06-05 10:30:00Z",
        " 2021",
        "２０２１",
        "2021-06-05T10:30:00.1234567890Z",
        "+2021",
        "-2021",
        "1e3",
    ] {
        assert_eq!(Date::parse(text), None, "{text:?}");
    }
}

#[test]
fn dates_are_compared_as_far_as_both_say() {
    for (a, b, order) in [
        ("2002", "2003", Some(Ordering::Less)),
        ("2002", "2002", None),
        ("2021-06", "2021", None),
        ("2021-06", "2021-07-01", Some(Ordering::Less)),
        ("2021-06-05", "2021-06-04", Some(Ordering::Greater)),
        ("2021-06-05", "2021-06-05", Some(Ordering::Equal)),
        ("2021-06-05T10:30:00Z", "2021-06-05", None),
    ] {
        let (a, b) = (Date::parse(a).expect("a date"), Date::parse(b).expect("a date"));
        assert_eq!(a.compare(&b), order, "{} and {}", a.as_str(), b.as_str());
    }
}

#[test]
fn periods_may_be_open_at_either_end_and_not_at_both() {
    let show = |text: &str| match When::parse(text)? {
        Time::Date(date) => Some(date.as_str().to_owned()),
        Time::Period { start, end } => {
            let side = |date: &Option<Date>| date.as_ref().map_or("…", Date::as_str).to_owned();
            Some(format!("{} bis {}", side(&start), side(&end)))
        }
    };
    for (text, read) in [
        ("2021-06", Some("2021-06")),
        ("2008/2013", Some("2008 bis 2013")),
        ("2021-07/", Some("2021-07 bis …")),
        ("/2013", Some("… bis 2013")),
        ("../2013", Some("… bis 2013")),
        ("2013/..", Some("2013 bis …")),
        ("2008 / 2013", Some("2008 bis 2013")),
        ("/", None),
        ("../..", None),
        ("2008/2013/2015", None),
        ("2008/13", None),
        ("2008-2013", None),
    ] {
        assert_eq!(show(text).as_deref(), read, "{text:?}");
    }
    assert_eq!(faults("findings: {finding: a, date: 2013/2008}"), [Code::Contradiction]);
    assert_eq!(faults("findings: {finding: a, date: {start: 2021-05, end: 2021-02}}"), [Code::Contradiction]);
    sound("findings: {finding: a, date: {start: 2021-05}}");
    sound("findings: {finding: a, date: 2021/2021-05}");
}

#[test]
fn quantities_are_read_as_they_are_written() {
    let show = |text: &str| {
        let quantity = Quantity::parse(text, At::default())?;
        let amount = match &quantity.amount {
            Amount::Exact(value) => value.to_string(),
            Amount::Bounded(comparator, value) => format!("{}{value}", comparator.term()),
            Amount::Range(low, high) => format!("{low}…{high}"),
        };
        let about = if quantity.approximate { "~" } else { "" };
        Some(format!("{about}{amount}|{}", quantity.unit.unwrap_or_default()))
    };
    for (text, read) in [
        ("48 g/L", "48|g/L"),
        ("48g/L", "48|g/L"),
        ("5.10 g/dL", "5.10|g/dL"),
        ("~26 cm", "~26|cm"),
        ("≈2.4 mmol/L", "~2.4|mmol/L"),
        ("about 140 mmol/L", "~140|mmol/L"),
        ("approx. 101 mmol/L", "~101|mmol/L"),
        ("ca. 41 g/L", "~41|g/L"),
        ("<5 ng/mL", "<5|ng/mL"),
        ("≤0.5 mg/L", "<=0.5|mg/L"),
        (">= 100 mIU/L", ">=100|mIU/L"),
        ("> 1000 U/L", ">1000|U/L"),
        ("150-200 mCi", "150…200|mCi"),
        ("150 – 200 mCi", "150…200|mCi"),
        ("0.8 to 1.5 mmol/L", "0.8…1.5|mmol/L"),
        ("0.7..1.0 mmol/L", "0.7…1.0|mmol/L"),
        ("-3--1 mmol/L", "-3…-1|mmol/L"),
        ("-2.50 mmol/L", "-2.50|mmol/L"),
        ("1e3 10^9/L", "1e3|10^9/L"),
        ("60 %", "60|%"),
        ("10", "10|"),
        ("250 /uL", "250|/uL"),
    ] {
        assert_eq!(show(text).as_deref(), Some(read), "{text:?}");
    }
    for text in [
        "",
        "g/L",
        "1,5 g/L",
        "1'000 U/mL",
        "120/80",
        "1:40",
        "3+",
        "<5-9 ng/mL",
        "<",
        "~",
        "1.",
        "1..",
        ".5",
        "12345678901234567890",
    ] {
        assert_eq!(show(text), None, "{text:?}");
    }
}

#[test]
fn ranges_run_from_low_to_high_and_commas_are_no_points() {
    for value in [
        "145-135 mmol/L",
        "\"2,4 mmol/L\"",
        "{value: 5, low: 3}",
        "{low: 100}",
        "{low: 9, high: 3}",
        "{unit: kg}",
        "true",
        "[1, 2]",
    ] {
        assert_eq!(faults(&format!("labs: {{test: a, value: {value}}}")), [Code::BadQuantity], "{value}");
    }
    for comparator in Comparator::ALL_WRITTEN {
        sound(&format!("labs: {{test: a, value: {{value: 5, comparator: \"{comparator}\"}}}}"));
    }
    assert_eq!(faults("labs: {test: a, value: {value: 5, comparator: \"=\"}}"), [Code::UnknownTerm]);
}

/// The words of the comparators, for the table above.
trait Written {
    const ALL_WRITTEN: [&'static str; 4];
}

impl Written for Comparator {
    const ALL_WRITTEN: [&'static str; 4] = [
        Comparator::LessThan.term(),
        Comparator::AtMost.term(),
        Comparator::AtLeast.term(),
        Comparator::MoreThan.term(),
    ];
}

#[test]
fn words_that_begin_like_amounts_stay_words() {
    for (text, is_amount) in [
        ("2 of 5 blocks", false),
        ("3+", false),
        ("1:40", false),
        ("A Rh(D) positive", false),
        ("positive", false),
        ("120/80 mmHg", false),
        ("~26", true),
        ("50 percent", true),
        ("3 Schoppen", true),
    ] {
        let case = sound(&format!("findings: {{finding: a, value: \"{text}\"}}"));
        let value = case.findings[0].value.as_ref().expect("a value");
        assert_eq!(matches!(value, Value::Quantity(_)), is_amount, "{text}");
    }
}

#[test]
fn sizes_have_one_to_three_lengths_and_say_the_unit_once() {
    let show = |text: &str| {
        let case = sound(&format!("tumors: {{site: a, size: {{dimensions: {text}}}}}"));
        case.tumors[0].size[0].dimensions.to_string()
    };
    for (text, read) in [
        ("26 cm", "26 cm"),
        ("26 x 18 cm", "26 cm × 18 cm"),
        ("~26 x 18 x 15 cm", "approximately 26 cm × approximately 18 cm × approximately 15 cm"),
        ("5.10 × 3 mm", "5.10 mm × 3 mm"),
        ("2 cm x 10 mm", "2 cm × 10 mm"),
        ("1.0-1.2 cm", "1.0 to 1.2 cm"),
        ("[26 mm, \">= 1.5 cm\"]", "26 mm × >= 1.5 cm"),
        ("{value: 12, unit: mm}", "12 mm"),
    ] {
        assert_eq!(show(text), read, "{text}");
    }
    for text in ["26", "1 x 2 x 3 x 4 cm", "\"2,6 cm\"", "3 x big cm", "5-2 mm", "true", "x"] {
        assert_eq!(
            faults(&format!("tumors: {{site: a, size: {{dimensions: {text}}}}}")),
            [Code::BadQuantity],
            "{text}"
        );
    }
}

#[test]
fn ages_have_units_and_years_where_none_is_said() {
    let show = |text: &str| Age::parse(text).map(|(value, unit)| format!("{value} {unit}"));
    for (text, read) in [
        ("47", Some("47 a")),
        ("64.5 years", Some("64.5 a")),
        ("47 a", Some("47 a")),
        ("18 months", Some("18 mo")),
        ("3 weeks", Some("3 wk")),
        ("5 d", Some("5 d")),
        ("P47Y", Some("47 a")),
        ("P18M", Some("18 mo")),
        ("P1Y6M", None),
        ("-5 years", None),
        ("sixty", None),
        ("47 moons", None),
        ("", None),
    ] {
        assert_eq!(show(text).as_deref(), read, "{text:?}");
    }
}

#[test]
fn onsets_are_dates_ages_or_words_and_nothing_that_was_meant_as_a_date() {
    let kind = |text: &str| match &sound(&format!("conditions: {{condition: a, onset: {text}}}")).conditions[0].onset {
        Some(Onset::When(_)) => "when",
        Some(Onset::Age(_)) => "age",
        Some(Onset::Ages(..)) => "ages",
        Some(Onset::Concept(_)) => "concept",
        Some(Onset::Text(_)) => "words",
        None => "nothing",
    };
    for (text, wanted) in [
        ("2002", "when"),
        ("\"2002\"", "when"),
        ("2021-06", "when"),
        ("2002/", "when"),
        ("{start: 2002}", "when"),
        ("47 years", "age"),
        ("P47Y", "age"),
        ("30-35 years", "ages"),
        ("3 to 18 months", "ages"),
        ("{text: infantile onset, code: \"hpo:HP:0003593\"}", "concept"),
        ("in childhood", "words"),
    ] {
        assert_eq!(kind(text), wanted, "{text}");
    }
    for text in ["13/04/2021", "2021-14", "47", "-5 years", "2008-2013", "35-30 years"] {
        assert_eq!(faults(&format!("conditions: {{condition: a, onset: {text}}}")), [Code::BadDate], "{text}");
    }
}

#[test]
fn schedules_are_understood_as_a_whole_or_not_at_all() {
    let show = |text: &str| {
        Repeat::parse(text).map(|repeat| format!("{}/{} {}", repeat.frequency, repeat.period, repeat.unit))
    };
    for (text, read) in [
        ("every 3 weeks", "1/3 wk"),
        ("q3w", "1/3 wk"),
        ("Q21D", "1/21 d"),
        ("q12h", "1/12 h"),
        ("daily", "1/1 d"),
        ("Twice Daily", "2/1 d"),
        ("bid", "2/1 d"),
        ("tid", "3/1 d"),
        ("qid", "4/1 d"),
        ("3 times a day", "3/1 d"),
        ("5 times daily", "5/1 d"),
        ("3 times per week", "3/1 wk"),
        ("weekly", "1/1 wk"),
        ("twice weekly", "2/1 wk"),
        ("monthly", "1/1 mo"),
        ("every other day", "1/2 d"),
        ("every second week", "1/2 wk"),
        ("every six weeks", "1/6 wk"),
        ("every 1.5 hours", "1/1.5 h"),
    ] {
        assert_eq!(show(text).as_deref(), Some(read), "{text}");
    }
    for text in [
        "",
        "once",
        "q3",
        "q0w",
        "every 0 days",
        "0 times daily",
        "every 3 weeks for 6 cycles",
        "days 1, 8 and 15 of 28",
        "2-0-1",
        "every few weeks",
        "-1 times daily",
        "q-3w",
    ] {
        assert_eq!(show(text), None, "{text:?}");
    }
}

#[test]
fn concepts_are_words_codes_or_both() {
    let case = sound(concat!(
        "conditions:\n",
        "  - {condition: hypertension}\n",
        "  - {condition: 'snomed:38341003'}\n",
        "  - {condition: 'SCT:38341003 |Hypertensive disorder|'}\n",
        "  - {condition: {text: high pressure, code: [snomed:38341003, {system: 'http://hl7.org/fhir/sid/icd-10-cm', code: I10, version: '2024', display: Essential}]}}\n",
        "  - {condition: 'https://example.org is text'}\n",
        "  - {condition: 'note: a colon alone makes no code'}\n",
        "  - {condition: 42}\n",
    ));
    let shown: Vec<String> =
        case.conditions
            .iter()
            .map(|it| {
                let codes = it.condition.codings.iter().map(|coding| {
                    format!("{} {} {:?} {:?}", coding.system, coding.code, coding.version, coding.display)
                });
                format!("{:?} {:?}", it.condition.text, codes.collect::<Vec<_>>())
            })
            .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    Some("hypertension") []
    None ["http://snomed.info/sct 38341003 None None"]
    None ["http://snomed.info/sct 38341003 None Some(\"Hypertensive disorder\")"]
    Some("high pressure") ["http://snomed.info/sct 38341003 None None", "http://hl7.org/fhir/sid/icd-10-cm I10 Some(\"2024\") Some(\"Essential\")"]
    Some("https://example.org is text") []
    Some("note: a colon alone makes no code") []
    Some("42") []
    "#);
    assert_eq!(faults("conditions: {condition: {}}"), [Code::MissingField]);
    assert_eq!(faults("conditions: {condition: [a, b]}"), [Code::WrongShape]);
    assert_eq!(faults("conditions: {condition: \"snowmed:38341003\"}"), [Code::UnknownSystem]);
    assert_eq!(faults("conditions: {condition: {text: a, code: {system: nobody, code: x}}}"), [Code::UnknownSystem]);
}

#[test]
fn codes_have_the_form_and_the_check_digit_of_their_system() {
    for (system, right, wrong) in [
        (
            "snomed",
            &["255029007", "38341003", "1217123003", "900000000000207008"][..],
            &["255029008", "38341004", "12345", "25502900x", ""][..],
        ),
        (
            "loinc",
            &["718-7", "21889-1", "LA9633-4", "LA28369-9", "LP7839-6", "LL360-9"],
            &["718-8", "7187", "LA9633-5", "LX9633-4", "-7", "718-", ""],
        ),
        (
            "icd-10-cm",
            &["C73", "C50.911", "I10", "Z85.850", "C7A.00"],
            &["73C", "c50.911", "C7", "C34.12345", "C34.", ""],
        ),
        ("icd-10", &["C34.1"], &["C34.12345", "34.1"]),
        ("icd-o-3", &["8260/3", "C73.9"], &["814/3", "8260/33", "8261", "8260/x"]),
        ("rxnorm", &["103"], &["RX103", ""]),
        ("hgnc", &["HGNC:1097", "1097"], &["HGNC:BRAF", "BRAF"]),
        ("atc", &["L01FF09", "L", "L01", "L01F", "L01FF"], &["L01BB2", "l01bb02", "L0", "L01FF091"]),
        ("ncit", &["C7875"], &["7875", "C", "c7875"]),
        ("hpo", &["HP:0001250"], &["0001251", ":1", "HP:"]),
        ("cvx", &["140"], &["14O"]),
    ] {
        let known = systems::by_alias(system).unwrap_or_else(|| panic!("{system}"));
        for code in right {
            assert_eq!(known.check(code), Ok(()), "{system} {code}");
        }
        for code in wrong {
            let reason = known.check(code).expect_err(&format!("{system} {code:?} is wrong"));
            assert!(code.len() < 5 || !reason.contains(code), "{reason} repeats {code}");
        }
    }
}

#[test]
fn one_mistyped_digit_of_a_snomed_or_loinc_code_is_always_found() {
    for (system, code) in [("snomed", "255029007"), ("snomed", "1217123003"), ("loinc", "21889-1"), ("loinc", "718-7")]
    {
        let known = systems::by_alias(system).expect("a system");
        for (at, right) in code.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
            for digit in '0'..='9' {
                let mut typed = code.to_owned();
                typed.replace_range(at..=at, &digit.to_string());
                assert_eq!(known.check(&typed).is_ok(), digit == right, "{system} {typed}");
            }
        }
    }
}

#[test]
fn decimals_keep_their_digits_and_shift_exactly() {
    for text in ["0", "-0", "4500", "5.10", "-0.5", "1e3", "1.50E-3", "123456789012345678", "0.00000000000000001"] {
        assert_eq!(Decimal::parse(text).map(|decimal| decimal.to_string()).as_deref(), Some(text));
    }
    for text in [
        "",
        "-",
        "+1",
        "1.",
        ".5",
        "01",
        "007",
        "1,5",
        "0x1F",
        "1e",
        "1e1234",
        "NaN",
        "inf",
        "1 ",
        "1234567890123456789",
        "1.2.3",
    ] {
        assert_eq!(Decimal::parse(text), None, "{text:?}");
    }
    for (text, places, shifted) in [
        ("45", 2, Some("4500")),
        ("45.0", 2, Some("4500")),
        ("50.40", 2, Some("5040")),
        ("1.2345", 2, Some("123.45")),
        ("0.5", 2, Some("50")),
        ("0.005", 2, Some("0.5")),
        ("-1.5", 2, Some("-150")),
        ("0", 2, Some("0")),
        ("0.00", 2, Some("0")),
        ("7", 0, Some("7")),
        ("1e3", 2, None),
    ] {
        let shift = Decimal::parse(text).expect("a decimal").shift(places);
        assert_eq!(shift.map(|decimal| decimal.to_string()).as_deref(), shifted, "{text} by {places}");
    }
}

#[test]
fn a_field_with_one_value_needs_no_list() {
    let one = sound("cancers: {key: a, diagnosis: x, note: n, site: s}");
    let list = sound("cancers: [{key: a, diagnosis: x, note: [n], site: [s]}]");
    assert_eq!(one, list);
    assert_eq!(sound("cancers: []"), sound("cancers:"));
    assert_eq!(sound("cancers: null"), sound(""));
}

#[test]
fn words_of_enumerations_do_not_mind_case_and_dashes() {
    for word in ["not-done", "Not-Done", "not done", "NOT_DONE", " not-done "] {
        sound(&format!("procedures: {{procedure: a, kind: surgery, status: '{word}'}}"));
    }
    assert_eq!(faults("procedures: {procedure: a, kind: surgery, status: notdone}"), [Code::UnknownTerm]);
    assert_eq!(faults("procedures: {procedure: a, kind: surgery, status: 1}"), [Code::WrongShape]);
}

#[test]
fn the_nearest_name_is_suggested_and_no_far_one() {
    for (fields, suggestion) in [
        ("cancer: []", "did you mean `cancers`?"),
        ("cancers: {diagnosis: a, laterality: b}", ""),
        ("cancers: {diagnosis: a, sides: b}", "did you mean `side`?"),
        ("cancers: {diagnosis: a, evolved-from: b}", "did you mean `evolved_from`?"),
        ("medications: {drug: a, doze: 1 mg}", "did you mean `dose`?"),
        ("procedures: {procedure: a, kind: sugery}", "did you mean `surgery`?"),
        ("conditions: {condition: a, status: resolvd}", "did you mean `resolved`?"),
        ("conditions: {condition: 'snowmed:38341003'}", "did you mean `snomed:…`?"),
        ("zzz: 1", ""),
    ] {
        let help = help(fields);
        match suggestion {
            "" => assert!(!help.contains("did you mean") && !help.is_empty(), "{fields}: {help}"),
            _ => assert!(help.starts_with(suggestion), "{fields}: {help}"),
        }
    }
}

#[test]
fn the_same_field_twice_is_a_fault_in_yaml_and_json() {
    assert!(faults("title: a\ntitle: b").contains(&Code::DuplicateField));
    let (_, issues) = read(r#"{"id": "t", "patient": {}, "title": "a", "title": "b"}"#);
    assert_eq!(issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), [Code::DuplicateField]);
}

#[test]
fn texts_are_neither_empty_nor_hold_control_characters() {
    for text in ["\"\"", "\"  \"", "\"a\\u0007\"", "\"a\\x7F\""] {
        assert_eq!(faults(&format!("title: {text}")), [Code::BadText], "{text}");
    }
    sound("title: \"two\\nlines and a\\ttab\"");
    assert_eq!(faults("cancers: {key: two words, diagnosis: a}"), [Code::BadText]);
}

#[test]
fn all_faults_of_a_case_are_reported_in_one_go() {
    let found = faults(
        "titel: a\ncancers: [{}, {diagnosis: '', kind: metastasis}]\nlabs: {test: a, value: '1,5'}\nperformance: {scale: ecog, score: 1.0}",
    );
    for code in
        [Code::UnknownField, Code::MissingField, Code::BadText, Code::UnknownTerm, Code::BadQuantity, Code::WrongShape]
    {
        assert!(found.contains(&code), "{} is not reported", code.name());
    }
}

/// The codes of the errors of a whole conversion, in which the rules over more than one field are asked too.
fn errors(fields: &str) -> Vec<&'static str> {
    crate::fixtures::convert_text(&format!("id: t\npatient: {{}}\n{fields}")).errors()
}

#[test]
fn words_that_deny_must_not_stand_where_the_output_would_assert_them() {
    for fields in [
        "findings: {finding: no lymph node metastasis}",
        "conditions: {condition: no hypertension}",
        "procedures: {procedure: no surgery, kind: surgery}",
        "medications: {drug: no chemotherapy}",
        "cancers: {diagnosis: no evidence of cancer}",
        "family_history: {relation: mother, condition: {condition: no cancer}}",
    ] {
        assert_eq!(errors(fields), ["case/negated-words"], "{fields}");
    }
    for fields in [
        "findings: {finding: lymph node metastasis, absent: true}",
        "findings: {finding: nodular goitre}",
        "findings: {finding: notable fatigue}",
        "history: {kind: family, text: no family history of cancer, absent: true}",
        "disease_status: {status: no evidence of disease}",
        "procedures: {procedure: node dissection, kind: surgery, note: no complication}",
    ] {
        assert_eq!(errors(fields), [""; 0], "{fields}");
    }
}

#[test]
fn a_grade_is_a_number_however_it_is_written() {
    for (grade, number) in [
        ("3", Some(3)),
        ("grade 2", Some(2)),
        ("G4", Some(4)),
        ("CTCAE grade 1", Some(1)),
        ("III", None),
        ("high", None),
    ] {
        let case = sound(&format!("adverse_events: {{event: a, grade: {grade}}}"));
        assert_eq!(
            case.adverse_events.first().and_then(case2fhir::case::AdverseEvent::grade_number),
            number,
            "{grade}"
        );
    }
    for event in
        ["{event: a, actuality: potential, date: 2020-05, recorded: 2020-04}", "{event: a, grade: 5, date: 2020}"]
    {
        sound(&format!("adverse_events: {event}"));
    }
    sound("appointments: {status: noshow, cancellation_reason: a}");
    sound("encounters: {kind: a, date: 2020/}");
}

#[test]
fn rules_over_more_than_one_field_are_kept() {
    for (fields, code) in [
        ("cancers: {diagnosis: a, status: active, ended: 2020}", "case/contradiction"),
        ("cancers: {diagnosis: a, onset: 2020-05, ended: 2020-04}", "case/contradiction"),
        ("cancers: {key: a, kind: recurrence, diagnosis: b, of: a}", "case/contradiction"),
        ("cancers: {diagnosis: a, stage: {system: AJCC 8}}", "case/missing-field"),
        ("procedures: {procedure: a, kind: surgery, status: not-done, nodes_examined: 3}", "case/contradiction"),
        ("procedures: {procedure: a, kind: surgery, nodes_examined: 3, nodes_positive: 4}", "case/out-of-range"),
        ("radiotherapy: {name: a, status: not-done, sessions: 5}", "case/contradiction"),
        ("radiotherapy: {name: a, volume: {name: b, dose: 45-50 Gy}}", "case/bad-quantity"),
        ("radiotherapy: {name: a, volume: {name: b, dose: 4500 rad}}", "case/bad-quantity"),
        ("medications: {drug: a, status: completed, date: 2020/}", "case/contradiction"),
        ("medications: {drug: a, cycles: 0}", "case/out-of-range"),
        ("performance: {scale: ecog, score: 6}", "case/out-of-range"),
        ("performance: {scale: karnofsky, score: 55}", "case/out-of-range"),
        ("performance: {scale: karnofsky, score: 110}", "case/out-of-range"),
        ("tumors: {site: a, size: {dimensions: 1 m}}", "case/bad-quantity"),
        ("tumors: {site: a, of: nobody}", "case/unknown-key"),
        ("cancers: [{key: a, diagnosis: b}, {key: a, diagnosis: c}]", "case/duplicate-key"),
        ("labs: [{test: a, date: 2020, value: 1}, {test: A, date: 2020, value: 2}]", "case/duplicate-item"),
        ("findings: {finding: a, of: s}\nspecimens: {key: s, kind: blood}", "case/unknown-key"),
        ("conditions: {condition: a, absent: true, status: active}", "case/contradiction"),
        ("conditions: {condition: a, certainty: entered-in-error, status: active}", "case/contradiction"),
        ("cancers: {diagnosis: a, certainty: entered-in-error, status: resolved}", "case/contradiction"),
        ("cancers: {diagnosis: a, certainty: entered-in-error, ended: 2020}", "case/contradiction"),
        ("medications: {drug: a, status: not-done, order: {status: completed}}", "case/contradiction"),
        ("adverse_events: {event: a, grade: 0}", "case/out-of-range"),
        ("adverse_events: {event: a, grade: grade 6}", "case/out-of-range"),
        ("adverse_events: {event: a, grade: 5, resolved: 2020}", "case/contradiction"),
        ("adverse_events: {event: a, date: 2020-05, resolved: 2020-04}", "case/contradiction"),
        ("adverse_events: {event: a, date: 2020-05, recorded: 2020-04}", "case/contradiction"),
        ("adverse_events: {event: no rash}", "case/negated-words"),
        ("adverse_events: {event: a, of: c}\ncancers: {key: c, diagnosis: b}", "case/unknown-key"),
        ("adverse_events: {event: a, study: nowhere}", "case/unknown-key"),
        ("trials: {status: active, enrolment: on-study}", "case/missing-field"),
        ("trials: {title: a, enrolment: on-study}", "case/missing-field"),
        ("trials: {title: a, status: active}", "case/missing-field"),
        ("plan_changes: {reason: a}", "case/missing-field"),
        ("plan_changes: [{changed: true, date: 2020}, {changed: false, date: 2020}]", "case/duplicate-item"),
        ("encounters: {kind: a, status: finished, date: 2020/}", "case/contradiction"),
        ("encounters: {kind: a, appointment: b}\ncancers: {key: b, diagnosis: c}", "case/unknown-key"),
        ("appointments: {status: booked, start: 2020-05, end: 2020-04}", "case/contradiction"),
        ("appointments: {status: booked, cancellation_reason: a}", "case/contradiction"),
    ] {
        assert_eq!(errors(fields), [code], "{fields}");
    }
}
