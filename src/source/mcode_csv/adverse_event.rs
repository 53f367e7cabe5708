//! adverse-event-information and ctc-adverse-event-information: what went wrong in the course of care.
//!
//! | column | case |
//! | --- | --- |
//! | adverseEventId | key and identifier |
//! | adverseEventCode, its system and words | event; SNOMED CT where no system is named |
//! | adverseEventCodeVersion | the version of the event's code |
//! | adverseEventText | description |
//! | suspectedCauseId, suspectedCauseType | of, where the patient has that row; else cause, in words |
//! | seriousness, its system and words | seriousness; HL7's adverse-event-seriousness where no system is named |
//! | category, its systems and words | category, lists; HL7's adverse-event-category where no system is named |
//! | severity, actuality | severity, actuality |
//! | studyId | study, where the patient has that trial; else a remark |
//! | effectiveDate, recordedDate, resolvedDate | date, recorded, resolved |
//! | grade | grade, in CTCAE's numbers; an event of grade 0 is absent (the framework's words), and so a finding that is absent |
//! | expectation, seriousnessOutcome | expectation, `serious_because`: codes of the NCI Thesaurus |
//! | actor, functionCode | participant: with a code of HL7's v3-ParticipationType |

use super::super::draft::{Draft, Record};
use super::cells::{Cells, Told};
use super::coded::{Coded, Given};
use super::tables::Table;
use super::{Known, Sections, words};
use crate::issue::Code;
use crate::terminology::systems;

const EVENT: Coded =
    Coded::of("adverseEventCode", "adverseEventCodeSystem", Some("adverseEventDisplayText")).usual(systems::SNOMED_CT);
const SERIOUSNESS: Coded = Coded::of("seriousness", "seriousnessCodeSystem", Some("seriousnessDisplayText"))
    .usual("http://terminology.hl7.org/CodeSystem/adverse-event-seriousness");
const CATEGORY: Coded = Coded::of("category", "categoryCodeSystem", Some("categoryDisplayText"))
    .usual("http://terminology.hl7.org/CodeSystem/adverse-event-category");
const FUNCTION: Coded = Coded::in_system("functionCode", "http://terminology.hl7.org/CodeSystem/v3-ParticipationType");

pub(super) fn read(mut cells: Cells<'_, '_, '_>, table: Table, key: &str, known: &Known, sections: &mut Sections) {
    let mut item = Record::at(cells.span());
    item.set("key", Draft::Text(key.to_owned(), item.span));
    item.set("identifier", cells.identifier("adverseEventId"));
    let event = cells.concept(EVENT);
    let has_event = event.is_some();
    let version = cells.text("adverseEventCodeVersion");
    let event = event.map(|event| versioned(event, version, &mut cells));
    let grade = cells.peek("grade").filter(|grade| grade.text == "0");
    if let (Some(grade), Some(event)) = (grade, &event) {
        cells.text("grade");
        cells.remark("grade", &grade);
        item.set("finding", event.clone());
        item.set("absent", Draft::Flag(true, grade.span));
        item.set("date", cells.date("effectiveDate").map(Told::draft));
        cells.finish(&mut item);
        sections.add("findings", item);
        return;
    }
    item.set("event", event);
    cause(&mut cells, known, &mut item);
    item.set("seriousness", cells.concept(SERIOUSNESS).map(Given::draft));
    for category in cells.concepts(CATEGORY) {
        item.push("category", category.draft());
    }
    study(&mut cells, known, &mut item);
    item.set("date", cells.date("effectiveDate").map(Told::draft));
    item.set("recorded", cells.date("recordedDate").map(Told::draft));
    if table == Table::CtcAdverseEvent {
        item.set("grade", cells.text("grade").map(worded));
        item.set("description", cells.text("adverseEventText").map(Told::draft));
        item.set("expectation", cells.concept(Coded::in_system("expectation", systems::NCIT)).map(Given::draft));
        for outcome in cells.concepts(Coded::in_system("seriousnessOutcome", systems::NCIT)) {
            item.push("serious_because", outcome.draft());
        }
        item.set("resolved", cells.date("resolvedDate").map(Told::draft));
        participant(&mut cells, &mut item);
    } else {
        item.set("severity", cells.term("severity", words::SEVERITY));
        item.set("actuality", cells.term("actuality", words::ACTUALITY));
    }
    cells.finish(&mut item);
    if has_event {
        sections.add("adverse_events", item);
    }
}

fn worded(told: Told) -> Draft {
    let mut concept = Record::at(told.span);
    concept.set("text", told.draft());
    Draft::Record(concept)
}

/// The event with the version of its code's system, which is a remark where there is no code.
fn versioned(event: Given, version: Option<Told>, cells: &mut Cells<'_, '_, '_>) -> Draft {
    let mut draft = event.draft();
    let Some(version) = version else { return draft };
    if let Draft::Record(concept) = &mut draft
        && let Some((_, Draft::Record(code))) = concept.fields.iter_mut().find(|(name, _)| name == "code")
    {
        code.set("version", version.draft());
    } else {
        cells.remark("adverseEventCodeVersion", &version);
    }
    draft
}

/// What is suspected as the cause: a row of the patient's, or words.
fn cause(cells: &mut Cells<'_, '_, '_>, known: &Known, item: &mut Record) {
    let (id, kind) = (cells.text("suspectedCauseId"), cells.text("suspectedCauseType"));
    let Some(id) = id else {
        if let Some(kind) = kind {
            cells.remark("suspectedCauseType", &kind);
        }
        return;
    };
    let kind_word = kind.as_ref().map(|kind| kind.text.to_ascii_lowercase()).unwrap_or_default();
    let tables: &[Table] = match kind_word.as_str() {
        "procedure" => &[Table::Procedure],
        "medicationrequest" => &[Table::MedicationRequest],
        "medication" | "medicationadministration" | "medicationstatement" => {
            &[Table::MedicationAdministration, Table::MedicationRequest]
        }
        "" => &[Table::Procedure, Table::MedicationAdministration, Table::MedicationRequest],
        _ => &[],
    };
    let found: Vec<String> = tables.iter().filter_map(|table| known.find(*table, &id.text)).collect();
    let (span, words) = (id.span, format!("{} {}", kind.map(|kind| kind.text).unwrap_or_default(), id.text));
    if let Some(key) = found.into_iter().next() {
        item.set("of", Draft::Text(key, span));
        return;
    }
    if !tables.is_empty() {
        let message = "no procedure or drug of this patient has this id; the cause is kept in words";
        cells.tell(Code::UnknownReference, span, message, "correct the id, or add the row");
    }
    item.push("cause", worded(Told { text: words.trim().to_owned(), span }));
}

/// The trial in which it happened.
fn study(cells: &mut Cells<'_, '_, '_>, known: &Known, item: &mut Record) {
    let Some(study) = cells.text("studyId") else { return };
    match known.trials.get(&study.text) {
        Some(key) => item.set("study", Draft::Text(key.clone(), study.span)),
        None => {
            let message = "no trial of this patient has this id as its trialResearchID; it is kept as a remark";
            cells.tell(Code::UnknownReference, study.span, message, "correct the id, or add the trial");
            cells.remark("studyId", &study);
        }
    }
}

/// Who had a part in it. A function without an actor is nobody's, and a remark.
fn participant(cells: &mut Cells<'_, '_, '_>, item: &mut Record) {
    let (actor, function) = (cells.text("actor"), cells.concept(FUNCTION));
    match (actor, function) {
        (Some(actor), function) => {
            let mut participant = Record::at(actor.span);
            participant.set("who", actor.draft());
            participant.set("function", function.map(Given::draft));
            item.push("participant", Draft::Record(participant));
        }
        (None, Some(function)) => {
            let place = cells.place("functionCode");
            let message = "a function is told, and not whose it is; it is kept as a remark";
            cells.tell(Code::UnknownReference, place, message, "fill `actor`");
            cells.remark("functionCode", &Told { text: function.spelled(), span: place });
        }
        (None, None) => {}
    }
}
