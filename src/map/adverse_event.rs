//! FHIR R4 AdverseEvent, with the extensions of HL7's Adverse Event Clinical Research R4 Backport 1.0.1 for what R4 has no place for.
//!
//! | case | FHIR |
//! | --- | --- |
//! | adverse_events.event | event |
//! | actuality | actuality; actual unless the case says otherwise |
//! | grade | extension ae-grade, a number of CTCAE with NCI Thesaurus' code (HL7 Terminology, value set adverse-event-clinical-research-grades) |
//! | severity | severity (R4 binds it to mild, moderate, severe; a grade is none of these) |
//! | seriousness, serious_because | seriousness, extension seriousness-criteria |
//! | category | category; a code that its code system does not have is a remark |
//! | outcome | outcome where it is one of R4's codes, else a remark |
//! | expectation | a remark with its words and code; of a trial's event also extension expected-in-research-study |
//! | date | date; of a period the beginning, and the whole in a remark |
//! | recorded, resolved | recordedDate, extension resolve-date |
//! | of, cause | suspectEntity.instance; a planned drug, of which R4 takes no reference, is a remark |
//! | study | study |
//! | reporter, participant | recorder and extension participant by name |
//! | place | location by name |
//! | identifier | identifier, of which R4 has one: the others are remarks; none: the id as in other resources |
//! | description, note | extension note |

use super::body_site::spelled;
use super::cancer_patient::identifier;
use super::context::{MapContext, Placement, own_identifier};
use super::output::Section;
use crate::case::{self, Actuality, Concept, Item, Severity, Time};
use crate::fhir::canonicals::ADVERSE_EVENT;
use crate::fhir::codes::AdverseEventActuality;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{AdverseEvent, AdverseEventSuspectEntity};
use crate::fhir::types::{CodeableConcept, Extension};
use crate::fhir::{Built, ResourceType, datatypes, extensions};
use crate::terminology::{Domain, systems};

const SERIOUSNESS: &str = "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness";
const OUTCOME: &str = "http://terminology.hl7.org/CodeSystem/adverse-event-outcome";
const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/adverse-event-category";

/// HL7 Terminology 7.0.1, value set adverse-event-clinical-research-grades, by the number of the grade.
const GRADES: &[(u32, &str, &str)] = &[
    (1, "C41338", "Grade 1 Mild Adverse Event"),
    (2, "C41339", "Grade 2 Moderate Adverse Event"),
    (3, "C41340", "Grade 3 Severe Adverse Event"),
    (4, "C41337", "Grade 4 Life Threatening or Disabling Adverse Event"),
    (5, "C48275", "Grade 5 Death Related to Adverse Event"),
];

/// FHIR R4 4.0.1, code system adverse-event-outcome: the case's words, the code, its display.
const OUTCOMES: &[(&[&str], &str, &str)] = &[
    (&["resolved", "recovered"], "resolved", "Resolved"),
    (&["recovering", "resolving"], "recovering", "Recovering"),
    (&["ongoing", "not recovered", "not resolved"], "ongoing", "Ongoing"),
    (&["resolved with sequelae", "recovered with sequelae"], "resolvedWithSequelae", "Resolved with Sequelae"),
    (&["fatal", "death"], "fatal", "Fatal"),
    (&["unknown"], "unknown", "Unknown"),
];

/// HL7 Terminology 7.0.1, code system adverse-event-category.
const CATEGORIES: &[(&str, &str)] = &[
    ("clinical-research", "Clinical Research"),
    ("wrong-patient", "Wrong Patient"),
    ("procedure-mishap", "Procedure Mishap"),
    ("medication-mishap", "Medication Mishap"),
    ("device", "Device"),
    ("unsafe-physical-environment", "Unsafe Physical Environment"),
    ("hospital-aquired-infection", "Hospital Acquired Infection"),
    ("wrong-body-site", "Wrong Body Site"),
];

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for from in &cx.case.adverse_events {
        let identity = from.identity();
        let actuality = match from.actuality {
            Some(Actuality::Potential) => AdverseEventActuality::Potential,
            Some(Actuality::Actual) | None => AdverseEventActuality::Actual,
        };
        let mut event = AdverseEvent::builder().actuality(actuality).subject(cx.subject()?).build()?;
        let domains = [Domain::AdverseEvent, Domain::Condition, Domain::Finding];
        event.event = Some(cx.codeable(&domains, &from.event)?);
        let mut remarks: Vec<String> = from.description.iter().chain(&from.note).cloned().collect();
        event.severity = severity(from.severity)?;
        event.seriousness = from.seriousness.as_ref().map(|it| seriousness(cx, it)).transpose()?;
        event.outcome = from.outcome.as_ref().map(|it| outcome(cx, it, &mut remarks)).transpose()?.flatten();
        for given in &from.category {
            event.category.extend(category(cx, given, &mut remarks)?.map(Some));
        }
        event.extension = told(cx, from, &mut remarks)?;
        if let Some(when) = &from.date {
            event.date = when.start().map(|date| cx.date_time(date));
            if matches!(when.time, Time::Period { .. }) {
                remarks.push(format!("Date: {when}"));
            }
        }
        event.recorded_date = from.recorded.as_ref().map(|date| cx.date_time(date));
        event.suspect_entity = suspects(cx, from, &mut remarks)?;
        event.study = cx.links(&from.study, &[case::ItemKind::Trial])?;
        event.recorder = from.reporter.as_ref().map(|name| datatypes::reference(None, Some(name))).transpose()?;
        event.location = from.place.as_ref().map(|name| datatypes::reference(None, Some(name))).transpose()?;
        let id = cx.id(ResourceType::AdverseEvent, &identity, "");
        let mut numbers = from.identifier.iter();
        event.identifier = Some(match numbers.next() {
            Some(first) => identifier(cx, first)?,
            None => own_identifier(id)?,
        });
        remarks.extend(numbers.map(|number| {
            let parts = [number.kind.as_ref().map(spelled), number.system.clone(), Some(number.value.clone())];
            format!("Identifier: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
        }));
        for remark in &remarks {
            event.extension.push(extensions::note(remark)?);
        }
        let story = story(cx, from, &remarks);
        let placement = Placement {
            identity: &identity,
            part: "",
            profile: ADVERSE_EVENT,
            section: Section::AdverseEvents,
            at: from.at,
        };
        cx.place_unidentified(event, id, from.event.label(), story, &placement)?;
    }
    Ok(())
}

/// What R4 has no element for.
fn told(cx: &mut MapContext<'_>, from: &case::AdverseEvent, remarks: &mut Vec<String>) -> Built<Vec<Extension>> {
    let mut list = Vec::new();
    if let Some(given) = &from.grade {
        list.push(extensions::grade(grade(cx, from, given)?)?);
    }
    for criterion in cx.codeables(&[], &from.serious_because)?.into_iter().flatten() {
        list.push(extensions::seriousness_criterion(criterion)?);
    }
    if let Some(expectation) = &from.expectation {
        remarks.push(format!("Expectation: {}", spelled(expectation)));
        if let Some(expected) = is_expected(expectation).filter(|_| !from.study.is_empty()) {
            list.push(extensions::expected(expected)?);
        }
    }
    if let Some(date) = &from.resolved {
        list.push(extensions::resolved(cx.date_time(date))?);
    }
    for participant in &from.participant {
        let function = cx.maybe(&[], participant.function.as_ref())?;
        list.push(extensions::participant(datatypes::reference(None, Some(&participant.who))?, function)?);
    }
    Ok(list)
}

fn grade(cx: &mut MapContext<'_>, from: &case::AdverseEvent, given: &Concept) -> Built<CodeableConcept> {
    let row = from.grade_number().and_then(|number| GRADES.iter().find(|row| row.0 == number));
    match row {
        Some((_, code, display)) if given.codings.is_empty() => {
            datatypes::codeable(&[(systems::NCIT, code, display)], given.text.as_deref())
        }
        _ => cx.codeable(&[], given),
    }
}

/// NCI Thesaurus C41333 is Expected Adverse Event.
fn is_expected(expectation: &Concept) -> Option<bool> {
    let is_coded = expectation.codings.iter().any(|it| it.system == systems::NCIT && it.code == "C41333");
    match expectation.label().trim().to_lowercase().as_str() {
        _ if is_coded => Some(true),
        "expected" => Some(true),
        "unexpected" => Some(false),
        _ => None,
    }
}

/// FHIR's code of a severity (R4 4.0.1, value set adverse-event-severity).
fn severity(severity: Option<Severity>) -> Built<Option<CodeableConcept>> {
    let (code, display) = match severity {
        None => return Ok(None),
        Some(Severity::Mild) => ("mild", "Mild"),
        Some(Severity::Moderate) => ("moderate", "Moderate"),
        Some(Severity::Severe) => ("severe", "Severe"),
    };
    let system = "http://terminology.hl7.org/CodeSystem/adverse-event-severity";
    datatypes::codeable(&[(system, code, display)], None).map(Some)
}

/// HL7's code of a seriousness that is said in its words.
fn seriousness(cx: &mut MapContext<'_>, given: &Concept) -> Built<CodeableConcept> {
    let word = given.text.as_deref().unwrap_or_default().trim().to_lowercase().replace([' ', '_'], "-");
    match word.as_str() {
        "serious" if given.codings.is_empty() => {
            datatypes::codeable(&[(SERIOUSNESS, "serious", "Serious")], given.text.as_deref())
        }
        "non-serious" | "not-serious" if given.codings.is_empty() => {
            datatypes::codeable(&[(SERIOUSNESS, "non-serious", "Non-serious")], given.text.as_deref())
        }
        _ => cx.codeable(&[], given),
    }
}

/// The outcome; R4's binding is required, so what is none of its codes stays in words.
fn outcome(cx: &mut MapContext<'_>, given: &Concept, remarks: &mut Vec<String>) -> Built<Option<CodeableConcept>> {
    let coded = given.codings.iter().find(|coding| coding.system == OUTCOME).map(|coding| coding.code.clone());
    let words = given.text.as_deref().unwrap_or_default().trim().to_lowercase().replace(['-', '_'], " ");
    let row = OUTCOMES.iter().find(|row| match &coded {
        Some(code) => row.1 == code,
        None => row.0.contains(&words.as_str()),
    });
    let Some((_, code, display)) = row else {
        remarks.push(format!("Outcome: {}", spelled(given)));
        return Ok(None);
    };
    let mut typed = cx.quietly(&[], given)?;
    if coded.is_none() {
        let own = datatypes::codeable(&[(OUTCOME, code, display)], None)?;
        typed.coding.splice(0..0, own.coding.iter().cloned());
    }
    Ok(Some(typed))
}

/// A category. HL7's code system lost codes between R4 and now; one that it does not have would be an error, and stays in words.
fn category(cx: &mut MapContext<'_>, given: &Concept, remarks: &mut Vec<String>) -> Built<Option<CodeableConcept>> {
    let (known, unknown): (Vec<_>, Vec<_>) =
        given.codings.iter().cloned().partition(|coding| {
            coding.system != CATEGORY || CATEGORIES.iter().any(|category| category.0 == coding.code)
        });
    let mut kept = given.clone();
    if !unknown.is_empty() {
        remarks.push(format!("Category: {}", spelled(given)));
        kept.text = Some(given.label().to_owned());
        kept.codings = known;
    }
    if !given.codings.is_empty() {
        return cx.quietly(&[], &kept).map(Some);
    }
    let words = given.label().trim().to_lowercase().replace([' ', '_'], "-");
    match CATEGORIES.iter().find(|row| row.0 == words || row.1.to_lowercase().replace(' ', "-") == words) {
        Some((code, display)) => datatypes::codeable(&[(CATEGORY, code, display)], given.text.as_deref()).map(Some),
        None => cx.codeable(&[], given).map(Some),
    }
}

/// What is suspected as the cause.
fn suspects(
    cx: &mut MapContext<'_>,
    from: &case::AdverseEvent,
    remarks: &mut Vec<String>,
) -> Built<Vec<Option<AdverseEventSuspectEntity>>> {
    let mut list = Vec::new();
    for link in &from.of {
        let Some(target) = cx.target(link) else { continue };
        if target.resource_type == ResourceType::MedicationRequest {
            remarks.push(format!("Suspected cause: {}", target.label));
        } else if let Some(instance) = cx.link(link)? {
            list.push(Some(AdverseEventSuspectEntity::builder().instance(instance).build()?));
        }
    }
    for cause in &from.cause {
        let instance = datatypes::reference(None, Some(&spelled(cause)))?;
        list.push(Some(AdverseEventSuspectEntity::builder().instance(instance).build()?));
    }
    Ok(list)
}

fn story(cx: &MapContext<'_>, from: &case::AdverseEvent, remarks: &[String]) -> Story {
    let list = |concepts: &[Concept]| concepts.iter().map(Concept::label).collect::<Vec<_>>().join(", ");
    let labels = |links: &[case::Link]| {
        let labels: Vec<&str> = links.iter().filter_map(|link| cx.target(link)).map(|it| it.label.as_str()).collect();
        labels.join(", ")
    };
    let mut story = Story::new("Adverse event");
    story.say(from.event.label());
    story.add_some("actuality", from.actuality.map(Actuality::term));
    story.add_some("grade", from.grade.as_ref().map(Concept::label));
    story.add_some("severity", from.severity.map(Severity::term));
    story.add_some("seriousness", from.seriousness.as_ref().map(Concept::label));
    story.add("because of", &list(&from.serious_because));
    story.add("category", &list(&from.category));
    story.add_some("outcome", from.outcome.as_ref().map(Concept::label));
    story.add_some("date", from.date.as_ref().map(ToString::to_string));
    story.add_some("recorded", from.recorded.as_ref().map(case::Date::as_str));
    story.add_some("resolved", from.resolved.as_ref().map(case::Date::as_str));
    story.add("suspected cause", &labels(&from.of));
    story.add("suspected cause", &list(&from.cause));
    story.add("in the trial", &labels(&from.study));
    story.add_some("recorded by", from.reporter.as_deref());
    story.add("took part", &from.participant.iter().map(|it| it.who.as_str()).collect::<Vec<_>>().join(", "));
    story.add_some("place", from.place.as_deref());
    for remark in remarks {
        story.say(remark);
    }
    story
}
