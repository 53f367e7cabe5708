//! FHIR's data types, built from the case's value types.

use super::codes::{NarrativeStatus, QuantityComparator};
use super::types::{Annotation, CodeableConcept, Coding, Identifier, Narrative, Period, Quantity, Range, Reference};
use super::{Built, TypedDate, TypedDateTime, TypedInstant, time};
use crate::case::{Amount, Comparator, Date, Decimal, Time};
use crate::instance::handle::Lexicals;
use crate::terminology;

/// A concept of fixed codes, each as system, code and display; the display is empty where none was seen in a source.
pub fn codeable(codes: &[(&str, &str, &str)], text: Option<&str>) -> Built<CodeableConcept> {
    let mut codings = Vec::with_capacity(codes.len());
    for (system, code, display) in codes {
        let mut coding = Coding::builder().system((*system).to_owned()).code((*code).to_owned()).build()?;
        coding.display = (!display.is_empty()).then(|| (*display).to_owned());
        codings.push(Some(coding));
    }
    concept(codings, text)
}

/// A concept of codings and words; either may be missing.
pub fn concept(codings: Vec<Option<Coding>>, text: Option<&str>) -> Built<CodeableConcept> {
    let mut concept = CodeableConcept::builder().build()?;
    concept.coding = codings;
    concept.text = text.map(str::to_owned);
    Ok(concept)
}

/// A coding.
pub fn coding(coding: &terminology::Coding) -> Built<Coding> {
    let mut typed = Coding::builder().system(coding.system.as_ref().to_owned()).code(coding.code.clone()).build()?;
    typed.version.clone_from(&coding.version);
    typed.display.clone_from(&coding.display);
    Ok(typed)
}

/// A date and time with the precision it was given.
#[must_use]
pub fn date_time(date: &Date, lexicals: &mut Lexicals) -> TypedDateTime {
    if date.is_moment() {
        return TypedDateTime::DateTime(instant(date.as_str(), lexicals));
    }
    TypedDateTime::Date(day(date))
}

/// A date without a time.
#[must_use]
pub fn day(date: &Date) -> TypedDate {
    let year = i32::from(date.year);
    let month = date.month.and_then(|month| time::Month::try_from(month).ok());
    let full = month.zip(date.day).and_then(|(month, day)| time::Date::from_calendar_date(year, month, day).ok());
    match (full, month) {
        (Some(date), _) => TypedDate::Date(date),
        (None, Some(month)) => TypedDate::YearMonth(year, month),
        (None, None) => TypedDate::Year(year),
    }
}

/// A moment by its characters; the typed value is a handle to them.
#[must_use]
pub fn instant(characters: &str, lexicals: &mut Lexicals) -> TypedInstant {
    let (second, nanosecond) = lexicals.date_time(characters);
    // Year 1 with a second below 10 is always a date and time; the epoch stands in only for the type's sake.
    let date = time::Date::from_calendar_date(1, time::Month::January, 1);
    let clock = time::Time::from_hms_nano(0, 0, second, nanosecond);
    let moment = date.ok().zip(clock.ok()).map(|(date, clock)| date.with_time(clock).assume_utc());
    TypedInstant(moment.unwrap_or(time::OffsetDateTime::UNIX_EPOCH))
}

/// A period; an open end stays open.
pub fn period(start: Option<&Date>, end: Option<&Date>, lexicals: &mut Lexicals) -> Built<Period> {
    let mut period = Period::builder().build()?;
    period.start = start.map(|date| date_time(date, lexicals));
    period.end = end.map(|date| date_time(date, lexicals));
    Ok(period)
}

/// A date or a period as a period: a date starts it, and ends it too where what it tells of has ended.
pub fn as_period(time: &Time, ended: bool, lexicals: &mut Lexicals) -> Built<Period> {
    match time {
        Time::Date(date) => period(Some(date), Some(date).filter(|_| ended), lexicals),
        Time::Period { start, end } => period(start.as_ref(), end.as_ref(), lexicals),
    }
}

/// A number with a unit; `code` is UCUM's, where the unit is UCUM's.
pub fn quantity(value: &Decimal, unit: Option<&str>, code: Option<&str>, lexicals: &mut Lexicals) -> Built<Quantity> {
    let mut quantity = Quantity::builder().value(lexicals.decimal(value.as_str())).build()?;
    quantity.unit = unit.map(str::to_owned);
    if let Some(code) = code {
        quantity.system = Some(terminology::systems::UCUM.to_owned());
        quantity.code = Some(code.to_owned());
    }
    Ok(quantity)
}

/// The amount as FHIR has it: a quantity, with a comparator where it is a bound, or a range.
pub enum Measured {
    /// One number or a bound.
    Quantity(Quantity),
    /// From low to high.
    Range(Range),
}

/// An amount with a unit.
pub fn measured(amount: &Amount, unit: Option<&str>, code: Option<&str>, lexicals: &mut Lexicals) -> Built<Measured> {
    Ok(match amount {
        Amount::Exact(value) => Measured::Quantity(quantity(value, unit, code, lexicals)?),
        Amount::Bounded(comparator, value) => {
            let mut quantity = quantity(value, unit, code, lexicals)?;
            quantity.comparator = Some(match comparator {
                Comparator::LessThan => QuantityComparator::Less,
                Comparator::AtMost => QuantityComparator::LessOrEqual,
                Comparator::AtLeast => QuantityComparator::GreaterOrEqual,
                Comparator::MoreThan => QuantityComparator::Greater,
            });
            Measured::Quantity(quantity)
        }
        Amount::Range(low, high) => {
            let low = quantity(low, unit, code, lexicals)?;
            let high = quantity(high, unit, code, lexicals)?;
            Measured::Range(Range::builder().low(low).high(high).build()?)
        }
    })
}

/// A reference by its text, with the target's name for people.
pub fn reference(target: Option<String>, display: Option<&str>) -> Built<Reference> {
    let mut reference = Reference::builder().build()?;
    reference.reference = target;
    reference.display = display.map(str::to_owned);
    Ok(reference)
}

/// An identifier.
pub fn identifier(system: &str, value: &str) -> Built<Identifier> {
    Identifier::builder().system(system.to_owned()).value(value.to_owned()).build()
}

/// Remarks, one annotation each.
pub fn annotations<I: IntoIterator<Item = S>, S: Into<String>>(texts: I) -> Built<Vec<Option<Annotation>>> {
    texts.into_iter().map(|text| Annotation::builder().text(text.into()).build().map(Some)).collect()
}

/// A generated narrative.
pub fn narrative(div: String) -> Built<Narrative> {
    Narrative::builder().status(NarrativeStatus::Generated).div(div).build()
}
