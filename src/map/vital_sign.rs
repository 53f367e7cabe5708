//! Vital signs and body measures, on US Core's profiles and mCODE's Body Surface Area.
//!
//! | case | FHIR |
//! | --- | --- |
//! | vitals.sign | Observation.code; the profile goes by its LOINC code |
//! | value | valueQuantity; `120/80 mmHg` becomes the components of blood pressure |
//! | date | effective; none: a US Core Simple Observation, because vital signs have a date (vs-1) |

use super::body_site::spoken;
use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::observation::{body_site, category, component, dated, effective, notes, observation, result_status, value};
use super::output::Section;
use crate::case::{Concept, Decimal, Item, ResultStatus, Value};
use crate::fhir::canonicals;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{Observation, ObservationComponentValue};
use crate::fhir::{Built, datatypes};
use crate::terminology::{Domain, systems};

/// Profiles by LOINC code, with the units that each takes (US Core 6.1.0 and mCODE 4.0.0).
const PROFILES: &[(&str, &str, &[&str])] = &[
    ("29463-7", canonicals::BODY_WEIGHT, &["g", "kg", "[lb_av]"]),
    ("8302-2", canonicals::BODY_HEIGHT, &["cm", "[in_i]"]),
    ("39156-5", canonicals::BMI, &["kg/m2"]),
    ("8310-5", canonicals::BODY_TEMPERATURE, &["Cel", "[degF]"]),
    ("8867-4", canonicals::HEART_RATE, &["/min"]),
    ("9279-1", canonicals::RESPIRATORY_RATE, &["/min"]),
    ("9843-4", canonicals::HEAD_CIRCUMFERENCE, &["cm", "[in_i]"]),
    ("8277-6", canonicals::BODY_SURFACE_AREA, &["m2"]),
];

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for vital in &cx.case.vitals {
        let identity = vital.identity();
        let pressure = blood_pressure(&vital.value).filter(|_| is_blood_pressure(&vital.sign));
        let code = match &pressure {
            Some(_) => {
                let code = [(systems::LOINC, "85354-9", "Blood pressure panel with all children optional")];
                let mut code = datatypes::codeable(&code, Some(vital.sign.label()))?;
                for given in vital.sign.codings.iter().filter(|given| given.system != systems::LOINC) {
                    code.coding.push(Some(datatypes::coding(given)?));
                }
                code
            }
            None => cx.codeable(&[Domain::Vital], &vital.sign)?,
        };
        let mut observation = observation(cx, code)?;
        observation.identifier = identifiers(cx, &vital.identifier)?;
        observation.status = result_status(vital.status);
        observation.body_site = body_site(cx, vital.site.as_ref(), vital.side.as_ref())?;
        observation.category = category("vital-signs", "Vital Signs")?;
        let mut remarks = Vec::new();
        let mut profile = profile(cx, vital, pressure.is_some());
        match &pressure {
            Some((systolic, diastolic)) => {
                add_pressure(cx, &mut observation, "8480-6", "Systolic blood pressure", systolic)?;
                add_pressure(cx, &mut observation, "8462-4", "Diastolic blood pressure", diastolic)?;
            }
            None => observation.value = Some(value(cx, &[], &vital.value, &mut remarks)?),
        }
        observation.effective = effective(cx, vital.date.as_ref())?;
        if observation.effective.is_none() && profile.take().is_some() {
            cx.wider(vital.at, "vital signs have a date (vs-1), and this measure has none");
        } else if profile.is_none() {
            cx.wider(vital.at, "no profile of vital signs takes this measure with this unit");
        }
        observation.note = notes(&vital.note, remarks)?;
        let mut story = Story::new("Vital sign");
        story.say(vital.sign.label());
        story.say(&vital.value.to_string());
        story.add("site", &spoken(vital.site.as_slice(), vital.side.as_ref(), &[]));
        story.add_some("status", vital.status.map(ResultStatus::term));
        story.add_some("date", vital.date.as_ref().map(ToString::to_string));
        for note in &vital.note {
            story.say(note);
        }
        let profile = dated(cx, profile.unwrap_or(canonicals::SIMPLE_OBSERVATION), vital.date.as_ref(), vital.at);
        let placement =
            Placement { identity: &identity, part: "", profile, section: Section::VitalSigns, at: vital.at };
        cx.place(observation, vital.sign.label(), story, &placement)?;
    }
    Ok(())
}

/// The profile of a measure: by its LOINC code, where the unit is one that the profile takes.
fn profile(cx: &MapContext<'_>, vital: &crate::case::Vital, pressure: bool) -> Option<&'static str> {
    if pressure {
        return Some(canonicals::BLOOD_PRESSURE);
    }
    let code = cx.code_in(&[Domain::Vital], &vital.sign, systems::LOINC)?;
    let Value::Quantity(quantity) = &vital.value else { return None };
    let exact = !super::observation::is_range(quantity);
    let unit = quantity.unit.as_deref().and_then(crate::terminology::ucum::code)?;
    let row = PROFILES.iter().find(|row| row.0 == code)?;
    (exact && row.2.contains(&unit.as_str())).then_some(row.1)
}

/// Whether a sign is the arterial blood pressure: others are written with a stroke too (pulmonary artery, eyes).
fn is_blood_pressure(sign: &Concept) -> bool {
    let words = sign.text.as_deref().map(|text| text.trim().to_lowercase());
    let named = matches!(
        words.as_deref(),
        Some("blood pressure" | "bp" | "arterial blood pressure" | "systemic blood pressure")
    );
    let codes = ["85354-9", "75367002", "55284-4"];
    named || sign.codings.iter().any(|coding| codes.contains(&coding.code.as_str()))
}

/// Takes `120/80 mmHg` apart.
fn blood_pressure(value: &Value) -> Option<(Decimal, Decimal)> {
    let Value::Concept(concept) = value else { return None };
    let text = concept.text.as_deref()?;
    let (systolic, rest) = text.split_once('/')?;
    let rest = rest.trim();
    let (diastolic, unit) = rest.split_at(Decimal::prefix(rest)?);
    let well = matches!(unit.trim(), "mmHg" | "mm[Hg]" | "mm Hg");
    (well).then_some(())?;
    Some((Decimal::parse(systolic.trim())?, Decimal::parse(diastolic)?))
}

fn add_pressure(
    cx: &mut MapContext<'_>,
    observation: &mut Observation,
    code: &str,
    display: &str,
    pressure: &Decimal,
) -> Built<()> {
    let code = datatypes::codeable(&[(systems::LOINC, code, display)], None)?;
    let quantity = datatypes::quantity(pressure, Some("mmHg"), Some("mm[Hg]"), &mut cx.lexicals)?;
    observation.component.push(Some(component(code, ObservationComponentValue::Quantity(quantity))?));
    Ok(())
}
