//! What all observations have in common.

use super::body_site::body_sites;
use super::context::MapContext;
use crate::case::{At, Concept, Quantity, ResultStatus, Value, When};
use crate::fhir::canonicals::SIMPLE_OBSERVATION;
use crate::fhir::codes::ObservationStatus;
use crate::fhir::datatypes::{self, Measured};
use crate::fhir::resources::{
    Observation, ObservationComponent, ObservationComponentValue, ObservationEffective, ObservationValue,
};
use crate::fhir::types::{CodeableConcept, Period};
use crate::fhir::{Built, TypedDateTime};
use crate::terminology::Domain;

/// HL7's code system of observation categories.
const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";

/// A final observation of the patient.
pub(super) fn observation(cx: &MapContext<'_>, code: CodeableConcept) -> Built<Observation> {
    let mut observation = Observation::builder().status(ObservationStatus::Final).code(code).build()?;
    observation.subject = Some(cx.subject()?);
    Ok(observation)
}

/// FHIR's status; final unless the case says otherwise.
pub(super) fn result_status(status: Option<ResultStatus>) -> ObservationStatus {
    match status {
        Some(ResultStatus::Final) | None => ObservationStatus::Final,
        Some(ResultStatus::Registered) => ObservationStatus::Registered,
        Some(ResultStatus::Preliminary) => ObservationStatus::Preliminary,
        Some(ResultStatus::Amended) => ObservationStatus::Amended,
        Some(ResultStatus::Corrected) => ObservationStatus::Corrected,
        Some(ResultStatus::Cancelled) => ObservationStatus::Cancelled,
        Some(ResultStatus::EnteredInError) => ObservationStatus::EnteredInError,
        Some(ResultStatus::Unknown) => ObservationStatus::Unknown,
    }
}

/// Where on the body it was observed.
pub(super) fn body_site(
    cx: &mut MapContext<'_>,
    site: Option<&Concept>,
    side: Option<&Concept>,
) -> Built<Option<CodeableConcept>> {
    let sites: Vec<Concept> = site.into_iter().cloned().collect();
    Ok(body_sites(cx, &sites, side, &[])?.into_iter().flatten().next())
}

/// A category of FHIR's observation-category.
pub(super) fn category(code: &str, display: &str) -> Built<Vec<Option<CodeableConcept>>> {
    Ok(vec![Some(datatypes::codeable(&[(CATEGORY, code, display)], None)?)])
}

/// A category in words, where FHIR's codes have none that says it: US Core wants one of every simple observation.
pub(super) fn worded_category(words: &str) -> Built<Vec<Option<CodeableConcept>>> {
    Ok(vec![Some(datatypes::concept(Vec::new(), Some(words))?)])
}

/// The category of laboratory results, which US Core and mCODE demand of them.
pub(super) fn laboratory() -> Built<Vec<Option<CodeableConcept>>> {
    category("laboratory", "Laboratory")
}

/// When it was observed.
pub(super) fn effective(cx: &mut MapContext<'_>, when: Option<&When>) -> Built<Option<ObservationEffective>> {
    let date = |date: TypedDateTime| ObservationEffective::DateTime(date);
    cx.time(when, date, |period: Period| ObservationEffective::Period(period))
}

/// An amount as the value of an observation.
pub(super) fn amount(
    cx: &mut MapContext<'_>,
    quantity: &Quantity,
    remarks: &mut Vec<String>,
) -> Built<ObservationValue> {
    Ok(match cx.measured(quantity, remarks)? {
        Measured::Quantity(quantity) => ObservationValue::Quantity(quantity),
        Measured::Range(range) => ObservationValue::Range(range),
    })
}

/// A value of the case as the value of an observation.
pub(super) fn value(
    cx: &mut MapContext<'_>,
    domains: &[Domain],
    value: &Value,
    remarks: &mut Vec<String>,
) -> Built<ObservationValue> {
    Ok(match value {
        Value::Quantity(quantity) => amount(cx, quantity, remarks)?,
        Value::Concept(concept) => ObservationValue::CodeableConcept(cx.codeable(domains, concept)?),
    })
}

/// A component with a value.
pub(super) fn component(code: CodeableConcept, value: ObservationComponentValue) -> Built<ObservationComponent> {
    ObservationComponent::builder().code(code).value(value).build()
}

/// A value of the case as the value of a component.
pub(super) fn component_value(
    cx: &mut MapContext<'_>,
    domains: &[Domain],
    value: &Value,
    remarks: &mut Vec<String>,
) -> Built<ObservationComponentValue> {
    Ok(match value {
        Value::Quantity(quantity) => match cx.measured(quantity, remarks)? {
            Measured::Quantity(quantity) => ObservationComponentValue::Quantity(quantity),
            Measured::Range(range) => ObservationComponentValue::Range(range),
        },
        Value::Concept(concept) => ObservationComponentValue::CodeableConcept(cx.codeable(domains, concept)?),
    })
}

/// The concept that says why there is no value.
pub(super) fn absent_reason(code: &str, display: &str) -> Built<Option<CodeableConcept>> {
    let system = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
    datatypes::codeable(&[(system, code, display)], None).map(Some)
}

/// Whether a time is one that a profile takes which knows dates only.
pub(super) fn is_date(when: Option<&When>) -> bool {
    when.is_none_or(|when| matches!(when.time, crate::case::Time::Date(_)))
}

/// Whether a time is precise enough for US Core's clinical results and vital signs: a period, or a date with its day
/// (us-core-1, vs-1). What is dated by year or month only states a wider profile, because no day is made up.
pub(super) fn is_to_the_day(when: Option<&When>) -> bool {
    when.is_none_or(|when| match &when.time {
        crate::case::Time::Date(date) => date.day.is_some(),
        crate::case::Time::Period { .. } => true,
    })
}

/// The profile, or the wider one where the time is known to the year or month only.
pub(super) fn dated(cx: &mut MapContext<'_>, profile: &'static str, when: Option<&When>, at: At) -> &'static str {
    if is_to_the_day(when) {
        return profile;
    }
    cx.wider(at, "US Core's results are dated to the day, and this one is dated to the year or month");
    SIMPLE_OBSERVATION
}

/// Whether an amount is a range, which few profiles take.
pub(super) fn is_range(quantity: &Quantity) -> bool {
    matches!(quantity.amount, crate::case::Amount::Range(..))
}

/// The remarks of an item as annotations.
pub(super) fn notes(own: &[String], remarks: Vec<String>) -> Built<Vec<Option<crate::fhir::types::Annotation>>> {
    datatypes::annotations(own.iter().cloned().chain(remarks))
}

/// The place of an item, for those who only pass it on.
pub(super) const fn nowhere() -> At {
    At(crate::issue::Span::EMPTY)
}
