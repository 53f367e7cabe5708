//! Pieces of the history in words, as US Core Simple Observations.
//!
//! | case | FHIR |
//! | --- | --- |
//! | history.kind | Observation.code: LOINC 11348-0, 47519-4, 10157-6 or 29762-2 |
//! | text | valueCodeableConcept with the case's words |
//! | absent | words that are negative themselves stay the value, with a code of the lexicon's negative statements where it has one; words that name a thing go into the code's text, and the value is Absent |

use super::context::{MapContext, Placement};
use super::finding::ABSENT;
use super::observation::{category, effective, notes, observation, worded_category};
use super::output::Section;
use crate::case::{HistoryKind, Item, negation};
use crate::fhir::canonicals::SIMPLE_OBSERVATION;
use crate::fhir::narrative::Story;
use crate::fhir::resources::ObservationValue;
use crate::fhir::{Built, datatypes};
use crate::terminology::{Domain, systems};

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for history in &cx.case.history {
        let identity = history.identity();
        // Displays: FHIR R4 4.0.1, value set doc-section-codes.
        let (code, display) = match history.kind {
            HistoryKind::Medical => ("11348-0", "History of Past illness Narrative"),
            HistoryKind::Surgical => ("47519-4", "History of Procedures Document"),
            HistoryKind::Family => ("10157-6", "History of family member diseases Narrative"),
            HistoryKind::Social => ("29762-2", "Social history Narrative"),
        };
        let absent = history.absent == Some(true);
        // "Smoking, absent" names a thing that is not there; "no relevant history, absent" says so in its own words.
        let names_the_thing = absent && !negation::says_nothing(history.text.label());
        let named = names_the_thing.then(|| history.text.label());
        let mut observation = observation(cx, datatypes::codeable(&[(systems::LOINC, code, display)], named)?)?;
        observation.category = match history.kind {
            HistoryKind::Social => category("social-history", "Social History")?,
            _ => worded_category("history")?,
        };
        // A statement that there is nothing must never get the code of the thing itself.
        let domains: &[Domain] = match absent {
            true => &[Domain::NegativeHistory],
            false => &[Domain::Condition, Domain::Cancer, Domain::Surgery, Domain::Procedure, Domain::NegativeHistory],
        };
        let value = match names_the_thing {
            true => datatypes::codeable(&[ABSENT], Some("absent"))?,
            false => cx.codeable(domains, &history.text)?,
        };
        observation.value = Some(ObservationValue::CodeableConcept(value));
        observation.effective = effective(cx, history.date.as_ref())?;
        observation.note = notes(&history.note, Vec::new())?;
        let mut story = Story::new("History");
        story.say(history.kind.term());
        story.say(history.text.label());
        if absent {
            story.say("absent");
        }
        story.add_some("date", history.date.as_ref().map(ToString::to_string));
        for note in &history.note {
            story.say(note);
        }
        let profile = SIMPLE_OBSERVATION;
        let placement = Placement { identity: &identity, part: "", profile, section: Section::History, at: history.at };
        cx.place(observation, history.text.label(), story, &placement)?;
    }
    Ok(())
}
