//! Other conditions, the family, the past.

use super::age::{Age, Onset};
use super::cancer::{Certainty, ClinicalStatus, ConditionCategory};
use super::concept::Concept;
use super::date::{Date, When};
use super::link::{Key, Link};
use super::patient::{Deceased, Identifier, Sex};
use super::read::{record, terms};

terms! {
    /// What a condition is beside the cancer.
    pub enum ConditionKind {
        /// A disease beside the cancer.
        Comorbidity "comorbidity",
        /// A symptom.
        Symptom "symptom",
        /// A consequence of the cancer or of its treatment.
        Complication "complication",
    }
}

record! {
    /// A condition beside the cancer itself.
    pub struct Condition {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// What it is.
        required condition: Concept,
        /// comorbidity, symptom or complication.
        optional kind: ConditionKind,
        /// On which lists it stands: that of problems, unless said otherwise.
        many category: ConditionCategory,
        /// Whether the patient does not have it.
        optional absent: bool,
        /// How severe it is.
        optional severity: Concept,
        /// Whether it goes on.
        optional status: ClinicalStatus,
        /// How sure it is.
        optional certainty: Certainty,
        /// When it began.
        optional onset: Onset,
        /// When it was diagnosed.
        optional diagnosed: Date,
        /// When it ended.
        optional ended: Onset,
        /// Where.
        many site: Concept,
        /// On which side.
        optional side: Concept,
        /// Its stages.
        many stage: Concept,
        /// What it is a consequence of.
        many due_to: Link,
        /// Remarks.
        many note: String,
    }
}

record! {
    /// A relative.
    pub struct FamilyMember {
        /// The name that other items link to.
        optional key: Key,
        /// mother, father, sister …
        required relation: Concept,
        /// The relative's sex.
        optional sex: Sex,
        /// Whether the relative has died, or when.
        optional deceased: Deceased,
        /// The relative's diseases.
        many condition: FamilyCondition,
        /// Remarks.
        many note: String,
    }
}

record! {
    /// A relative's disease.
    pub struct FamilyCondition {
        /// What it was.
        required condition: Concept,
        /// At what age.
        optional onset_age: Age,
        /// Whether the relative died of it.
        optional contributed_to_death: bool,
    }
}

terms! {
    /// Which part of the history.
    pub enum HistoryKind {
        /// Earlier illnesses.
        Medical "medical",
        /// Earlier operations.
        Surgical "surgical",
        /// The family.
        Family "family",
        /// Work, tobacco, alcohol.
        Social "social",
    }
}

record! {
    /// A piece of the history in words.
    pub struct History {
        /// The name that other items link to.
        optional key: Key,
        /// medical, surgical, family or social.
        required kind: HistoryKind,
        /// What it says.
        required text: Concept,
        /// Whether it says that there is nothing.
        optional absent: bool,
        /// When.
        optional date: When,
        /// Remarks.
        many note: String,
    }
}
