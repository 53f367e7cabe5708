//! mCODE Tumor Marker Test (← US Core Laboratory Result).
//!
//! | case | FHIR |
//! | --- | --- |
//! | markers.marker | Observation.code: the LOINC code of the test by its method, where the lexicon has one |
//! | result | valueCodeableConcept; beside a number it is the interpretation |
//! | value | valueQuantity, valueRange (then US Core's laboratory profile, because mCODE's takes no range) |
//! | score | components |
//! | method, date, specimen, interpretation | method, effective, specimen, interpretation |
//! | of | extension mcode-related-condition for a cancer, focus for a tumour |

use super::body_site::spoken;
use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::observation::{
    amount, body_site, component, component_value, dated, effective, is_range, laboratory, notes, observation,
    result_status,
};
use super::output::Section;
use super::test_code::test_code;
use crate::case::{Amount, Concept, Item, ItemKind, Marker, ResultStatus, Value};
use crate::fhir::canonicals::{OBSERVATION_LAB, TUMOR_MARKER_TEST};
use crate::fhir::narrative::Story;
use crate::fhir::resources::{ObservationComponentValue, ObservationValue};
use crate::fhir::{Built, datatypes, extensions};
use crate::terminology::Domain;

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for marker in &cx.case.markers {
        let identity = marker.identity();
        let specimen = marker.specimen.as_ref().and_then(|link| cx.target(link)).map(|target| target.label.clone());
        let number = marker.value.clone().map(Value::Quantity);
        let word = marker.result.clone().map(Value::Concept);
        let main = number.as_ref().or(word.as_ref());
        let (code, numeric) = match test_code(cx, domains(marker), &marker.marker, main, specimen.as_deref())? {
            (code, true) => (code, true),
            // Where no code is one for the number, one for the word beside it serves, and the number becomes a component.
            (_, false) => {
                let beside = word.as_ref().filter(|_| number.is_some());
                let worded =
                    beside.map(|word| test_code(cx, domains(marker), &marker.marker, Some(word), specimen.as_deref()));
                match worded.transpose()? {
                    Some((code, true)) => (code, false),
                    _ => (cx.words_only(domains(marker), &marker.marker)?, true),
                }
            }
        };
        let mut observation = observation(cx, code)?;
        observation.identifier = identifiers(cx, &marker.identifier)?;
        observation.status = result_status(marker.status);
        observation.body_site = body_site(cx, marker.site.as_ref(), marker.side.as_ref())?;
        observation.category = laboratory()?;
        let mut remarks = Vec::new();
        match (&marker.value, &marker.result) {
            // The test's code is one for a word, and there is one; the number stands beside it.
            (Some(value), Some(result)) if !numeric => {
                let result = cx.codeable(&[Domain::MarkerResult], result)?;
                observation.value = Some(ObservationValue::CodeableConcept(result));
                let name = datatypes::concept(Vec::new(), Some(marker.marker.label()))?;
                let value = component_value(cx, &[], &Value::Quantity(value.clone()), &mut remarks)?;
                observation.component.push(Some(component(name, value)?));
            }
            (Some(value), result) => {
                observation.value = Some(amount(cx, value, &mut remarks)?);
                observation.interpretation =
                    cx.codeables(&[Domain::Interpretation, Domain::MarkerResult], result.as_ref())?;
            }
            (None, Some(result)) => {
                let result = cx.codeable(&[Domain::MarkerResult], result)?;
                observation.value = Some(ObservationValue::CodeableConcept(result));
            }
            (None, None) => {}
        }
        observation.interpretation.extend(cx.codeables(&[Domain::Interpretation], marker.interpretation.as_ref())?);
        for score in &marker.score {
            let code = cx.codeable(&[Domain::MarkerScore], &score.name)?;
            let value = match whole(&score.value) {
                Some(number) => ObservationComponentValue::Integer(number),
                None => component_value(cx, &[Domain::MarkerResult], &score.value, &mut remarks)?,
            };
            observation.component.push(Some(component(code, value)?));
        }
        observation.method = cx.maybe(&[Domain::ObservationMethod], marker.method.as_ref())?;
        observation.effective = effective(cx, marker.date.as_ref())?;
        observation.specimen = marker.specimen.as_ref().map(|link| cx.link(link)).transpose()?.flatten();
        for cancer in cx.links(&marker.of, &[ItemKind::Cancer])?.into_iter().flatten() {
            observation.extension.push(extensions::related_condition(cancer)?);
        }
        observation.focus = cx.links(&marker.of, &[ItemKind::Tumor])?;
        observation.note = notes(&marker.note, remarks)?;
        let profile = match (&marker.value, &observation.value) {
            (_, None) => {
                cx.wider(marker.at, "mCODE's tumour marker test has a result, and this one has scores only");
                OBSERVATION_LAB
            }
            (Some(value), _) if is_range(value) && matches!(observation.value, Some(ObservationValue::Range(_))) => {
                cx.wider(marker.at, "mCODE's tumour marker test takes no range");
                OBSERVATION_LAB
            }
            _ => TUMOR_MARKER_TEST,
        };
        let profile = dated(cx, profile, marker.date.as_ref(), marker.at);
        let placement = Placement { identity: &identity, part: "", profile, section: Section::Results, at: marker.at };
        cx.place(observation, marker.marker.label(), story(marker), &placement)?;
    }
    Ok(())
}

/// A marker's name means another test in tissue than in blood, so the method decides where it is looked up.
fn domains(marker: &Marker) -> &'static [Domain] {
    let method = marker.method.as_ref().map(|method| method.label().to_lowercase()).unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|word| method.contains(word));
    if says(&["immunohisto", "ihc", "immune stain", "immunostain"]) {
        return &[Domain::MarkerIhc, Domain::Marker];
    }
    // Only of what is surely measured in blood may a plain name be a laboratory test: CK is a stain and an enzyme.
    if says(&["serum", "plasma", "blood", "immunoassay", "elisa", "eclia", "chemiluminescen", "radioimmunoassay"]) {
        return &[Domain::Marker, Domain::Lab];
    }
    &[Domain::Marker]
}

/// A score that is a whole number without a unit.
fn whole(value: &Value) -> Option<i32> {
    let Value::Quantity(quantity) = value else { return None };
    match (&quantity.amount, &quantity.unit) {
        (Amount::Exact(number), None) if !quantity.approximate => number.as_str().parse().ok(),
        _ => None,
    }
}

fn story(marker: &Marker) -> Story {
    let mut story = Story::new("Tumour marker");
    story.say(marker.marker.label());
    story.add_some("result", marker.result.as_ref().map(Concept::label));
    story.add_some("value", marker.value.as_ref().map(ToString::to_string));
    for score in &marker.score {
        story.add(score.name.label(), &score.value.to_string());
    }
    story.add("site", &spoken(marker.site.as_slice(), marker.side.as_ref(), &[]));
    story.add_some("status", marker.status.map(ResultStatus::term));
    story.add_some("method", marker.method.as_ref().map(Concept::label));
    story.add_some("date", marker.date.as_ref().map(ToString::to_string));
    for note in &marker.note {
        story.say(note);
    }
    story
}
