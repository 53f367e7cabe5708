//! FHIR R4 `AdverseEvent`, and what it has no element for as components of an Observation about it.
//!
//! HL7's Adverse Event Clinical Research R4 Backport 1.0.1 has extensions for a grade and its like. They are in no package that is embedded,
//! and the reference validator takes an extension of HL7 that it does not know for an error; an Observation is understood everywhere.
//!
//! | case | FHIR |
//! | --- | --- |
//! | `adverse_events.event` | event |
//! | actuality | actuality; actual unless the case says otherwise |
//! | severity | severity, which R4 binds to mild, moderate, severe; a grade is none of these |
//! | seriousness | seriousness |
//! | category | category; one whose code its code system does not have is a remark too |
//! | outcome | outcome where it is one of R4's codes |
//! | date | date; of a period the beginning, and the whole in a remark |
//! | recorded | recordedDate |
//! | of, cause | suspectEntity.instance; a planned drug, of which R4 takes no reference, is a remark |
//! | study | study |
//! | reporter, participant.who | recorder, contributor by name |
//! | place | location by name |
//! | identifier | identifier, of which R4 has one: the others are remarks; none: the id, as in other resources |
//! | description, note, remarks | HL7's extension `note` |
//! | grade | US Core Simple Observation with the event as its focus: component "CTCAE grade"; a number has NCI Thesaurus' code |
//! | `serious_because`, expectation, resolved | components of it |
//! | participant.function, an outcome of other words, the codes of a cause | components of it |

use super::body_site::{spelled, tokens};
use super::cancer_patient::identifier;
use super::context::{MapContext, Placement, own_identifier};
use super::observation::{component, effective, observation, worded_category};
use super::output::Section;
use crate::case::{self, Actuality, Concept, Item, Severity, Time};
use crate::fhir::canonicals::{ADVERSE_EVENT, SIMPLE_OBSERVATION};
use crate::fhir::codes::AdverseEventActuality;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{AdverseEvent, AdverseEventSuspectEntity, ObservationComponentValue};
use crate::fhir::types::CodeableConcept;
use crate::fhir::{Built, ResourceType, datatypes, extensions};
use crate::terminology::{Domain, systems};
use uuid::Uuid;

/// What the observation about an event is called; no code for it could be verified.
const ASSESSMENT: &str = "Assessment of the adverse event";
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
        event.outcome = from.outcome.as_ref().map(|it| outcome(cx, it)).transpose()?.flatten();
        let worded_outcome = from.outcome.as_ref().filter(|_| event.outcome.is_none());
        for given in &from.category {
            event.category.extend(category(cx, given, &mut remarks)?.map(Some));
        }
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
        for participant in &from.participant {
            event.contributor.push(Some(datatypes::reference(None, Some(&participant.who))?));
        }
        event.location = from.place.as_ref().map(|name| datatypes::reference(None, Some(name))).transpose()?;
        let id = cx.id(ResourceType::AdverseEvent, &identity, "");
        let mut numbers = from.identifier.iter();
        event.identifier = Some(match numbers.next() {
            Some(first) => identifier(cx, first)?,
            None => own_identifier(id)?,
        });
        remarks.extend(numbers.map(|number| {
            let parts = [number.kind.as_ref().map(tokens), number.system.clone(), Some(number.value.clone())];
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
        assess(cx, from, worded_outcome, &identity, id)?;
    }
    Ok(())
}

/// What R4 has no element for, as an observation about the event.
fn assess(
    cx: &mut MapContext<'_>,
    from: &case::AdverseEvent,
    outcome: Option<&Concept>,
    identity: &str,
    event: Uuid,
) -> Built<()> {
    let mut list = Vec::new();
    if let Some(given) = &from.grade {
        list.push(("CTCAE grade".to_owned(), grade(cx, from, given)?));
    }
    for criterion in &from.serious_because {
        list.push(("Seriousness criterion".to_owned(), cx.codeable(&[], criterion)?));
    }
    if let Some(given) = &from.expectation {
        list.push(("Expectation".to_owned(), cx.codeable(&[], given)?));
    }
    if let Some(given) = outcome {
        list.push(("Outcome".to_owned(), cx.codeable(&[], given)?));
    }
    for participant in &from.participant {
        if let Some(function) = &participant.function {
            list.push((format!("Function of {}", participant.who), cx.codeable(&[], function)?));
        }
    }
    for cause in from.cause.iter().filter(|cause| !cause.codings.is_empty()) {
        list.push(("Suspected cause".to_owned(), cx.codeable(&[], cause)?));
    }
    let named = |name: &str| datatypes::concept(Vec::new(), Some(name));
    let mut components = Vec::new();
    for (name, value) in list {
        components.push(Some(component(named(&name)?, ObservationComponentValue::CodeableConcept(value))?));
    }
    if let Some(date) = &from.resolved {
        let value = ObservationComponentValue::DateTime(cx.date_time(date));
        components.push(Some(component(named("Resolved")?, value)?));
    }
    if components.is_empty() {
        return Ok(());
    }
    let mut observation = observation(cx, named(ASSESSMENT)?)?;
    observation.category = worded_category("adverse event")?;
    observation.component = components;
    observation.effective = effective(cx, from.date.as_ref())?;
    observation.focus = vec![Some(cx.refer(ResourceType::AdverseEvent, event, Some(from.event.label()))?)];
    let placement = Placement {
        identity,
        part: "assessment",
        profile: SIMPLE_OBSERVATION,
        section: Section::AdverseEvents,
        at: from.at,
    };
    let mut story = Story::new(ASSESSMENT);
    story.say(from.event.label());
    tell_assessment(&mut story, from);
    cx.place(observation, ASSESSMENT, story, &placement)?;
    Ok(())
}

/// The assessment in a narrative: the event's own tells it too.
fn tell_assessment(story: &mut Story, from: &case::AdverseEvent) {
    story.add_some("grade", from.grade.as_ref().map(Concept::label));
    story.add("serious because of", &from.serious_because.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
    story.add_some("expectation", from.expectation.as_ref().map(Concept::label));
    story.add_some("outcome", from.outcome.as_ref().map(Concept::label));
    story.add_some("resolved", from.resolved.as_ref().map(case::Date::as_str));
    for participant in &from.participant {
        let function = participant.function.as_ref().map(Concept::label);
        story.add_some(&participant.who, function);
    }
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

/// The outcome, where it is one of R4's codes: the binding is required.
fn outcome(cx: &MapContext<'_>, given: &Concept) -> Built<Option<CodeableConcept>> {
    let coded = given.codings.iter().find(|coding| coding.system == OUTCOME).map(|coding| coding.code.clone());
    let words = given.text.as_deref().unwrap_or_default().trim().to_lowercase().replace(['-', '_'], " ");
    let row = OUTCOMES.iter().find(|row| match &coded {
        Some(code) => row.1 == code,
        None => row.0.contains(&words.as_str()),
    });
    let Some((_, code, display)) = row else { return Ok(None) };
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
        remarks.push(format!("Category: {}", tokens(given)));
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
    story.add_some("severity", from.severity.map(Severity::term));
    story.add_some("seriousness", from.seriousness.as_ref().map(Concept::label));
    story.add("category", &list(&from.category));
    tell_assessment(&mut story, from);
    story.add_some("date", from.date.as_ref().map(ToString::to_string));
    story.add_some("recorded", from.recorded.as_ref().map(case::Date::as_str));
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
