//! US Core Laboratory Result.
//!
//! | case | FHIR |
//! | --- | --- |
//! | labs.test | Observation.code by the test's name and the unit of its result |
//! | value | value\[x\]; none: dataAbsentReason `unknown` (us-core-2) |
//! | interpretation, reference_range, method, specimen, date | the elements of these names |

use super::body_site::spoken;
use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::observation::{
    absent_reason, body_site, dated, effective, laboratory, notes, observation, result_status, value,
};
use super::output::Section;
use super::test_code::test_code;
use crate::case::{Amount, Concept, Item, Lab, ReferenceRange, ResultStatus};
use crate::fhir::canonicals::OBSERVATION_LAB;
use crate::fhir::datatypes::Measured;
use crate::fhir::narrative::Story;
use crate::fhir::resources::ObservationReferenceRange;
use crate::fhir::{Built, types};
use crate::terminology::Domain;

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for lab in &cx.case.labs {
        let identity = lab.identity();
        let domains = [Domain::Lab, Domain::Marker];
        let specimen = lab.specimen.as_ref().and_then(|link| cx.target(link)).map(|target| target.label.clone());
        let (code, fits) = test_code(cx, &domains, &lab.test, lab.value.as_ref(), specimen.as_deref())?;
        let code = if fits { code } else { cx.words_only(&domains, &lab.test)? };
        let mut observation = observation(cx, code)?;
        observation.identifier = identifiers(cx, &lab.identifier)?;
        observation.status = result_status(lab.status);
        observation.body_site = body_site(cx, lab.site.as_ref(), lab.side.as_ref())?;
        observation.category = laboratory()?;
        let mut remarks = Vec::new();
        match &lab.value {
            Some(given) => {
                let domains = [Domain::MarkerResult, Domain::Presence];
                observation.value = Some(value(cx, &domains, given, &mut remarks)?);
            }
            None => observation.data_absent_reason = absent_reason("unknown", "Unknown")?,
        }
        observation.interpretation = cx.codeables(&[Domain::Interpretation], lab.interpretation.as_ref())?;
        if let Some(range) = &lab.reference_range {
            observation.reference_range = vec![Some(reference_range(cx, range)?)];
        }
        observation.method = cx.maybe(&[Domain::ObservationMethod], lab.method.as_ref())?;
        observation.specimen = lab.specimen.as_ref().map(|link| cx.link(link)).transpose()?.flatten();
        observation.effective = effective(cx, lab.date.as_ref())?;
        observation.note = notes(&lab.note, remarks)?;
        let profile = dated(cx, OBSERVATION_LAB, lab.date.as_ref(), lab.at);
        let placement = Placement { identity: &identity, part: "", profile, section: Section::Results, at: lab.at };
        cx.place(observation, lab.test.label(), story(lab), &placement)?;
    }
    Ok(())
}

pub(super) fn reference_range(cx: &mut MapContext<'_>, range: &ReferenceRange) -> Built<ObservationReferenceRange> {
    let mut typed = ObservationReferenceRange::builder().build()?;
    let mut words: Vec<String> = range.text.iter().cloned().collect();
    let mut simple = |cx: &mut MapContext<'_>, quantity: &crate::case::Quantity| -> Built<Option<types::Quantity>> {
        // FHIR wants a plain number here; a bound or a range is kept in words.
        if !matches!(quantity.amount, Amount::Exact(_)) || quantity.approximate {
            words.push(quantity.to_string());
            return Ok(None);
        }
        Ok(match cx.measured(quantity, &mut Vec::new())? {
            Measured::Quantity(quantity) => Some(quantity),
            Measured::Range(_) => None,
        })
    };
    if let Some(low) = &range.low {
        typed.low = simple(cx, low)?;
    }
    if let Some(high) = &range.high {
        typed.high = simple(cx, high)?;
    }
    typed.text = (!words.is_empty()).then(|| words.join("; "));
    Ok(typed)
}

fn story(lab: &Lab) -> Story {
    let mut story = Story::new("Laboratory result");
    story.say(lab.test.label());
    story.add("result", &lab.value.as_ref().map_or_else(|| "not given".to_owned(), ToString::to_string));
    story.add_some("reads", lab.interpretation.as_ref().map(Concept::label));
    if let Some(range) = &lab.reference_range {
        let side =
            |quantity: &Option<crate::case::Quantity>| quantity.as_ref().map(ToString::to_string).unwrap_or_default();
        let bounds = format!("{}–{}", side(&range.low), side(&range.high));
        story.add("normal", Some(bounds.as_str()).filter(|bounds| *bounds != "–").unwrap_or_default());
        story.add_some("normal", range.text.as_deref());
    }
    story.add("site", &spoken(lab.site.as_slice(), lab.side.as_ref(), &[]));
    story.add_some("status", lab.status.map(ResultStatus::term));
    story.add_some("method", lab.method.as_ref().map(Concept::label));
    story.add_some("date", lab.date.as_ref().map(ToString::to_string));
    for note in &lab.note {
        story.say(note);
    }
    story
}
