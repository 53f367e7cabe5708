//! What befell the patient in the course of care: adverse events.

use super::concept::Concept;
use super::date::{Date, When};
use super::link::{Key, Link};
use super::patient::Identifier;
use super::read::{record, terms};

terms! {
    /// Whether an adverse event happened (FHIR value set adverse-event-actuality).
    pub enum Actuality {
        /// It happened.
        Actual "actual",
        /// It might have happened, and did not.
        Potential "potential",
    }
}

terms! {
    /// How severe an adverse event was (FHIR value set adverse-event-severity).
    pub enum Severity {
        /// Mild.
        Mild "mild",
        /// Moderate.
        Moderate "moderate",
        /// Severe.
        Severe "severe",
    }
}

record! {
    /// An adverse event: what went wrong, how badly, and what is thought to have caused it.
    pub struct AdverseEvent {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// What happened, in words or by a code of CTCAE, `MedDRA` or SNOMED CT.
        required event: Concept,
        /// Whether it happened (unless said otherwise), or only might have.
        optional actuality: Actuality,
        /// CTCAE grade: 1 to 5, or a code of it.
        optional grade: Concept,
        /// mild, moderate or severe.
        optional severity: Severity,
        /// Whether it was serious.
        optional seriousness: Concept,
        /// What made it serious: hospitalisation, a danger to life.
        many serious_because: Concept,
        /// What kind of event it was: a wrong dose, a fault of the product.
        many category: Concept,
        /// Whether it was expected.
        optional expectation: Concept,
        /// How it went on: resolved, recovering, ongoing, resolved with sequelae, fatal, unknown.
        optional outcome: Concept,
        /// When it happened.
        optional date: When,
        /// When it was recorded.
        optional recorded: Date,
        /// When it was over.
        optional resolved: Date,
        /// What happened, told at length.
        optional description: String,
        /// The treatments that are suspected as its cause.
        many of: Link,
        /// Suspected causes that are no items of the case.
        many cause: Concept,
        /// The trials in which it happened.
        many study: Link,
        /// Who recorded it.
        optional reporter: String,
        /// Others who had a part in it or in its report.
        many participant: Participant,
        /// The place.
        optional place: String,
        /// Remarks.
        many note: String,
    }
}

record! {
    /// Someone who had a part in an adverse event or in its report.
    pub struct Participant {
        /// Who it was.
        required who: String,
        /// In which function.
        optional function: Concept,
    }
}

impl AdverseEvent {
    /// The CTCAE grade as a number, where its words are one: `3`, `grade 3`, `G3`. Not held against the scale.
    #[must_use]
    pub fn grade_number(&self) -> Option<u32> {
        let words = self.grade.as_ref()?.text.as_deref()?.trim().to_lowercase();
        let number = ["ctcae grade", "grade", "g"].iter().find_map(|word| words.strip_prefix(word)).unwrap_or(&words);
        number.trim().parse().ok()
    }
}
