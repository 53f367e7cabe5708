//! What primary cancers, metastases and recurrences have in common as FHIR Conditions.

use super::body_site::{body_sites, spelled, spoken};
use super::cancer_patient::identifiers;
use super::context::MapContext;
use crate::case::{Cancer, Certainty, ClinicalStatus, Concept, ConditionCategory, Onset};
use crate::fhir::narrative::Story;
use crate::fhir::resources::{Condition, ConditionAbatement, ConditionOnset};
use crate::fhir::types::{Age, CodeableConcept, Range};
use crate::fhir::{Built, datatypes, extensions};
use crate::terminology::{Domain, systems};

/// HL7's code system of condition categories, and US Core's for what that lacks.
const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/condition-category";
const US_CORE_CATEGORY: &str = "http://hl7.org/fhir/us/core/CodeSystem/condition-category";

/// The condition of a cancer without what its kind adds.
pub(super) fn condition(cx: &mut MapContext<'_>, cancer: &Cancer, domains: &[Domain]) -> Built<Condition> {
    let mut condition = Condition::builder().subject(cx.subject()?).build()?;
    condition.identifier = identifiers(cx, &cancer.identifier)?;
    condition.category = categories(&cancer.category)?;
    condition.code = Some(cx.codeable(domains, &cancer.diagnosis)?);
    condition.body_site = body_sites(cx, &cancer.site, cancer.side.as_ref(), &cancer.site_qualifier)?;
    condition.clinical_status = clinical_status(cancer.status, cancer.ended.is_some(), cancer.certainty)?;
    condition.verification_status = verification_status(cancer.certainty)?;
    condition.onset = onset(cx, cancer.onset.as_ref())?;
    condition.abatement = abatement(cx, cancer.ended.as_ref())?;
    if let Some(date) = &cancer.diagnosed {
        let date = cx.date_time(date);
        condition.extension.push(extensions::asserted_date(date)?);
    }
    if let Some(histology) = &cancer.histology {
        let histology = cx.codeable(&[Domain::Histology], histology)?;
        condition.extension.push(extensions::histology(histology)?);
    }
    if let Some(before) = &cancer.evolved_from
        && let Some(reference) = cx.link(before)?
    {
        condition.extension.push(extensions::occurred_following(reference)?);
    }
    condition.note = datatypes::annotations(cancer.note.iter().cloned())?;
    Ok(condition)
}

/// The narrative of a cancer.
pub(super) fn story(cx: &MapContext<'_>, title: &str, cancer: &Cancer) -> Story {
    let mut story = Story::new(title);
    story.say(cancer.diagnosis.label());
    story.add_some("histology", cancer.histology.as_ref().map(Concept::label));
    story.add("site", &spoken(&cancer.site, cancer.side.as_ref(), &cancer.site_qualifier));
    story.add_some("onset", cancer.onset.as_ref().map(ToString::to_string));
    story.add_some("diagnosed", cancer.diagnosed.as_ref().map(crate::case::Date::as_str));
    story.add_some("ended", cancer.ended.as_ref().map(ToString::to_string));
    story.add_some("status", cancer.status.map(ClinicalStatus::term));
    story.add("category", &cancer.category.iter().map(|it| it.term()).collect::<Vec<_>>().join(", "));
    story.add_some("certainty", cancer.certainty.map(Certainty::term));
    for (label, link) in [("of", &cancer.of), ("evolved from", &cancer.evolved_from)] {
        story.add_some(label, link.as_ref().and_then(|link| cx.target(link)).map(|target| target.label.as_str()));
    }
    for note in &cancer.note {
        story.say(note);
    }
    story
}

/// The lists on which a condition stands. US Core's profile, and mCODE's over it, want one of problems or health concerns, which is
/// therefore there beside a diagnosis of an encounter.
pub(super) fn categories(given: &[ConditionCategory]) -> Built<Vec<Option<CodeableConcept>>> {
    let mut list: Vec<ConditionCategory> = Vec::new();
    for category in given {
        if !list.contains(category) {
            list.push(*category);
        }
    }
    if list.iter().all(|category| *category == ConditionCategory::EncounterDiagnosis) {
        list.insert(0, ConditionCategory::ProblemListItem);
    }
    let coded = |category: &ConditionCategory| {
        let code = match category {
            ConditionCategory::ProblemListItem => (CATEGORY, "problem-list-item", "Problem List Item"),
            ConditionCategory::EncounterDiagnosis => (CATEGORY, "encounter-diagnosis", "Encounter Diagnosis"),
            ConditionCategory::HealthConcern => (US_CORE_CATEGORY, "health-concern", "Health Concern"),
        };
        datatypes::codeable(&[code], None).map(Some)
    };
    list.iter().map(coded).collect()
}

/// Whether it goes on. What has ended without a word on how is inactive, the widest of the words that con-4 takes.
/// What was entered by mistake has none (con-5).
pub(super) fn clinical_status(
    status: Option<ClinicalStatus>,
    ended: bool,
    certainty: Option<Certainty>,
) -> Built<Option<CodeableConcept>> {
    if certainty == Some(Certainty::EnteredInError) {
        return Ok(None);
    }
    let (code, display) = match status {
        Some(ClinicalStatus::Active) => ("active", "Active"),
        Some(ClinicalStatus::Recurrence) => ("recurrence", "Recurrence"),
        Some(ClinicalStatus::Relapse) => ("relapse", "Relapse"),
        Some(ClinicalStatus::Inactive) => ("inactive", "Inactive"),
        Some(ClinicalStatus::Remission) => ("remission", "Remission"),
        Some(ClinicalStatus::Resolved) => ("resolved", "Resolved"),
        None if ended => ("inactive", "Inactive"),
        None => return Ok(None),
    };
    let system = "http://terminology.hl7.org/CodeSystem/condition-clinical";
    datatypes::codeable(&[(system, code, display)], None).map(Some)
}

/// How sure it is.
pub(super) fn verification_status(certainty: Option<Certainty>) -> Built<Option<CodeableConcept>> {
    let (code, display) = match certainty {
        Some(Certainty::Unconfirmed) => ("unconfirmed", "Unconfirmed"),
        Some(Certainty::Provisional) => ("provisional", "Provisional"),
        Some(Certainty::Differential) => ("differential", "Differential"),
        Some(Certainty::Confirmed) => ("confirmed", "Confirmed"),
        Some(Certainty::Refuted) => ("refuted", "Refuted"),
        Some(Certainty::EnteredInError) => ("entered-in-error", "Entered in Error"),
        None => return Ok(None),
    };
    let system = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
    datatypes::codeable(&[(system, code, display)], None).map(Some)
}

/// When it began.
pub(super) fn onset(cx: &mut MapContext<'_>, onset: Option<&Onset>) -> Built<Option<ConditionOnset>> {
    Ok(match onset {
        None => None,
        Some(Onset::When(when)) => cx.time(Some(when), ConditionOnset::DateTime, ConditionOnset::Period)?,
        Some(Onset::Age(at)) => Some(ConditionOnset::Age(age(cx, at)?)),
        Some(Onset::Ages(low, high)) => Some(ConditionOnset::Range(ages(cx, low, high)?)),
        Some(Onset::Concept(concept)) => Some(ConditionOnset::String(spelled(concept))),
        Some(Onset::Text(text)) => Some(ConditionOnset::String(text.clone())),
    })
}

/// When it ended.
pub(super) fn abatement(cx: &mut MapContext<'_>, ended: Option<&Onset>) -> Built<Option<ConditionAbatement>> {
    Ok(match ended {
        None => None,
        Some(Onset::When(when)) => cx.time(Some(when), ConditionAbatement::DateTime, ConditionAbatement::Period)?,
        Some(Onset::Age(at)) => Some(ConditionAbatement::Age(age(cx, at)?)),
        Some(Onset::Ages(low, high)) => Some(ConditionAbatement::Range(ages(cx, low, high)?)),
        Some(Onset::Concept(concept)) => Some(ConditionAbatement::String(spelled(concept))),
        Some(Onset::Text(text)) => Some(ConditionAbatement::String(text.clone())),
    })
}

/// An age as FHIR's Age.
pub(super) fn age(cx: &mut MapContext<'_>, age: &crate::case::Age) -> Built<Age> {
    let mut typed = Age::builder().value(cx.lexicals.decimal(age.value.as_str())).build()?;
    typed.unit = Some(age.unit.to_owned());
    typed.system = Some(systems::UCUM.to_owned());
    typed.code = Some(age.unit.to_owned());
    Ok(typed)
}

/// Two ages as the ends of a range.
pub(super) fn ages(cx: &mut MapContext<'_>, low: &crate::case::Age, high: &crate::case::Age) -> Built<Range> {
    let mut end =
        |age: &crate::case::Age| datatypes::quantity(&age.value, Some(age.unit), Some(age.unit), &mut cx.lexicals);
    let (low, high) = (end(low)?, end(high)?);
    Range::builder().low(low).high(high).build()
}
