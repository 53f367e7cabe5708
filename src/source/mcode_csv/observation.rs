//! observation-information: a performance status, a vital sign, a tumour marker, the size of a tumour, a laboratory result, or another
//! finding, by its code.
//!
//! | column | case |
//! | --- | --- |
//! | observationId | key and identifier |
//! | status | status |
//! | code, codeSystem, displayName | what was observed |
//! | value, valueCodeSystem | the value: a code of the system, a number with or without a unit, or words |
//! | effectiveDate | date |
//! | bodySite, laterality | site, side |
//!
//! | code | section |
//! | --- | --- |
//! | LOINC 89247-1, 89243-0 with a score as a number or as LOINC's answer | performance: ECOG, Karnofsky |
//! | LOINC 21889-1 with one to three lengths in mm or cm, and a body site | tumors, with a size |
//! | a vital sign of the lexicon with a value | vitals |
//! | a code of mCODE's value set of tumour marker tests, or a marker of the lexicon | markers |
//! | a laboratory test of the lexicon | labs |
//! | anything else | findings, as measurements |
//!
//! What a section has no field for is a remark.

use super::super::draft::{Draft, Record};
use super::super::malignancy::has_code_of;
use super::cells::{Cells, Told};
use super::coded::{Coded, Given};
use super::condition::{SIDE, SITE};
use super::{Sections, words};
use crate::case::read::At;
use crate::case::{Concept, Quantity};
use crate::terminology::{Domain, lists, systems};

const CODE: Coded = Coded::of("code", "codeSystem", Some("displayName"));
const VALUE: Coded = Coded::of("value", "valueCodeSystem", None);
const MARKERS: &str = "http://hl7.org/fhir/us/mcode/ValueSet/mcode-tumor-marker-test-vs";

/// What a value is.
enum Value {
    /// Nothing, and why not.
    Absent(Told),
    Code(Given),
    Quantity(Told),
    Words(Told),
}

impl Value {
    fn read(cells: &mut Cells<'_, '_, '_>) -> Option<Self> {
        // The system of units says that it is an amount, and goes with the unit.
        let is_amount = cells
            .peek("valueCodeSystem")
            .is_some_and(|told| systems::find(&told.text).is_some_and(|system| system.uri == systems::UCUM));
        if cells.peek("valueCodeSystem").is_some() && !is_amount {
            return cells.concept(VALUE).map(Self::Code);
        }
        let told = cells.text("value")?;
        if is_amount {
            cells.text("valueCodeSystem");
        }
        if words::ABSENT.contains(&told.text.to_lowercase().as_str()) {
            return Some(Self::Absent(told));
        }
        Some(match Quantity::parse(&told.text, At(told.span)) {
            Some(_) => Self::Quantity(told),
            None => Self::Words(told),
        })
    }

    fn draft(self) -> Option<Draft> {
        match self {
            Self::Absent(_) => None,
            Self::Code(given) => Some(given.draft()),
            Self::Quantity(told) => Some(told.draft()),
            Self::Words(told) => {
                let mut concept = Record::at(told.span);
                concept.set("text", told.draft());
                Some(Draft::Record(concept))
            }
        }
    }
}

/// A row in its parts.
struct Parts {
    code: Given,
    value: Option<Value>,
    status: Option<Draft>,
    date: Option<Told>,
    site: Vec<Given>,
    side: Option<Given>,
}

pub(super) fn read(mut cells: Cells<'_, '_, '_>, key: &str, sections: &mut Sections) {
    let mut item = Record::at(cells.span());
    item.set("key", Draft::Text(key.to_owned(), item.span));
    let identifier = cells.identifier("observationId");
    let code = cells.concept(CODE);
    let value = Value::read(&mut cells);
    let status = cells.term("status", words::RESULT_STATUS);
    let date = cells.date("effectiveDate");
    let (site, side) = (cells.concepts(SITE), cells.concept(SIDE));
    let Some(code) = code else {
        cells.rest();
        return;
    };
    item.set("identifier", identifier);
    let parts = Parts { code, value, status, date, site, side };
    let section = place(parts, &mut cells, &mut item);
    cells.finish(&mut item);
    sections.add(section, item);
}

/// Puts the parts into the fields of their section, and says which it is.
fn place(mut parts: Parts, cells: &mut Cells<'_, '_, '_>, item: &mut Record) -> &'static str {
    if let Some(Value::Absent(told)) = &parts.value {
        cells.remark("value", told);
    }
    let loinc = parts.code.code_in(systems::LOINC).unwrap_or_default().to_owned();
    if let Some((scale, score)) = performance(&loinc, parts.value.as_ref())
        && parts.site.is_empty()
        && parts.side.is_none()
    {
        let span = parts.code.concept.at.0;
        item.set("scale", Draft::Text(scale.to_owned(), span));
        item.set("score", Draft::Number(score.to_string(), cells.place("value")));
        if let Some(words) = &parts.code.concept.text {
            cells.remark("displayName", &Told { text: words.clone(), span });
        }
        if let Some(Value::Code(given)) = &parts.value {
            cells.remark("value", &Told { text: given.spelled(), span: cells.place("value") });
        }
        finish(parts.status, parts.date, item);
        return "performance";
    }
    if let Some(size) = size(&loinc, &parts) {
        tumor(parts, size, cells, item);
        return "tumors";
    }
    let (section, name, value_name) = section(&parts, &loinc);
    let value = parts.value.take();
    item.set(name, parts.code.draft());
    match (section, value) {
        ("markers", Some(value @ Value::Quantity(_))) => item.set("value", value.draft()),
        ("markers", Some(Value::Absent(told))) => {
            let mut result = Record::at(told.span);
            result.set("text", told.draft());
            item.set("result", Draft::Record(result));
        }
        // Yes and no of a finding are whether it is there (case format, findings.absent).
        ("findings", Some(Value::Words(told)))
            if matches!(told.text.to_lowercase().as_str(), "no" | "none" | "yes") =>
        {
            let absent = !told.text.eq_ignore_ascii_case("yes");
            if absent {
                item.set("absent", Draft::Flag(true, told.span));
            }
            cells.remark("value", &told);
        }
        (section, value) => {
            if section == "findings" {
                item.set("kind", Draft::Text("measurement".to_owned(), item.span));
            }
            item.set(value_name, value.and_then(Value::draft));
        }
    }
    let mut sites = parts.site.into_iter();
    item.set("site", sites.next().map(Given::draft));
    for other in sites {
        cells.remark("bodySite", &Told { text: other.spelled(), span: cells.place("bodySite") });
    }
    item.set("side", parts.side.map(Given::draft));
    finish(parts.status, parts.date, item);
    section
}

fn finish(status: Option<Draft>, date: Option<Told>, item: &mut Record) {
    item.set("status", status);
    item.set("date", date.map(Told::draft));
}

/// The section of a code, and its fields for what was observed and for the value.
fn section(parts: &Parts, loinc: &str) -> (&'static str, &'static str, &'static str) {
    let code = &parts.code.concept;
    let has_value = matches!(parts.value, Some(Value::Code(_) | Value::Quantity(_) | Value::Words(_)));
    if has_code_of(Domain::Vital, code) && has_value {
        return ("vitals", "sign", "value");
    }
    let is_marker = !loinc.is_empty() && lists::holds(MARKERS, systems::LOINC, loinc);
    if (is_marker || has_code_of(Domain::Marker, code) || has_code_of(Domain::MarkerIhc, code)) && parts.value.is_some()
    {
        return ("markers", "marker", "result");
    }
    if has_code_of(Domain::Lab, code) {
        return ("labs", "test", "value");
    }
    ("findings", "finding", "value")
}

/// Scale and score of a performance status.
fn performance(loinc: &str, value: Option<&Value>) -> Option<(&'static str, u32)> {
    let (scale, scores): (_, &[u32]) = match loinc {
        "89247-1" => ("ecog", &[0, 1, 2, 3, 4, 5]),
        "89243-0" => ("karnofsky", &[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]),
        _ => return None,
    };
    let score = match value? {
        Value::Quantity(told) => told.text.parse().ok()?,
        Value::Code(given) => {
            let answers = |score: &&u32| {
                let words = Concept::of_text(format!("{scale} {score}"), given.concept.at);
                let code = given.code_in(systems::LOINC);
                code.is_some()
                    && super::super::malignancy::codes(Domain::Performance, words.label()).any(|it| Some(it) == code)
            };
            *scores.iter().find(answers)?
        }
        Value::Absent(_) | Value::Words(_) => return None,
    };
    Some((scale, score))
}

/// The size of a tumour, where the case has a place for it: LOINC 21889-1 (mCODE 4.0.0, mcode-tumor-size), in mm or cm, somewhere.
fn size(loinc: &str, parts: &Parts) -> Option<Told> {
    let Some(Value::Quantity(told)) = &parts.value else { return None };
    let lengths: Vec<Option<Quantity>> =
        told.text.split(['x', '×', '*', 'X']).map(|part| Quantity::parse(part, At(told.span))).collect();
    let unit = lengths.last()?.as_ref()?.unit.clone()?;
    let is_final = match &parts.status {
        None => true,
        Some(Draft::Text(word, _)) => word == "final",
        Some(_) => false,
    };
    let fits = lengths.len() <= 3 && lengths.iter().all(Option::is_some) && matches!(unit.as_str(), "mm" | "cm");
    (loinc == "21889-1" && fits && is_final && parts.site.len() == 1).then(|| told.clone())
}

fn tumor(parts: Parts, size: Told, cells: &mut Cells<'_, '_, '_>, item: &mut Record) {
    let id = item.fields.iter().position(|(name, _)| name == "identifier").map(|at| item.fields.remove(at).1);
    let mut sized = Record::at(size.span);
    let key = match item.get("key") {
        Some(Draft::Text(key, _)) => format!("{key}/size"),
        _ => String::new(),
    };
    sized.set("key", Draft::Text(key, size.span));
    sized.set("dimensions", size.draft());
    sized.set("date", parts.date.map(Told::draft));
    // A tumour has no list of numbers, and its size none either.
    if let Some(Draft::Record(id)) = id
        && let Some(Draft::Text(text, span)) = id.get("value")
    {
        sized.note(format!("observationId: {text}"), *span);
    }
    if let Some(words) = &parts.code.concept.text {
        sized.note(format!("displayName: {words}"), parts.code.concept.at.0);
    }
    for remark in cells.rest() {
        sized.note(remark.text, remark.span);
    }
    item.set("site", parts.site.into_iter().next().map(Given::draft));
    item.set("side", parts.side.map(Given::draft));
    item.set("size", Draft::List(vec![Draft::Record(sized)]));
}
