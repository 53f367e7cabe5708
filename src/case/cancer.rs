//! Cancers and their stages.

use super::age::Onset;
use super::concept::Concept;
use super::date::{Date, When};
use super::link::{Key, Link};
use super::patient::Identifier;
use super::read::{record, terms};

terms! {
    /// What a cancer is in the course of the disease.
    pub enum CancerKind {
        /// The first neoplasm, or one that another evolved into.
        Primary "primary",
        /// A metastasis: at another place than the primary.
        Secondary "secondary",
        /// The return of a cancer that was gone.
        Recurrence "recurrence",
    }
}

terms! {
    /// Whether a condition goes on (FHIR value set condition-clinical).
    pub enum ClinicalStatus {
        /// It goes on.
        Active "active",
        /// It came back.
        Recurrence "recurrence",
        /// It came back after it had got better.
        Relapse "relapse",
        /// It does not go on.
        Inactive "inactive",
        /// It is in remission.
        Remission "remission",
        /// It is over.
        Resolved "resolved",
    }
}

terms! {
    /// How sure a condition is (FHIR value set condition-ver-status).
    pub enum Certainty {
        /// Not confirmed.
        Unconfirmed "unconfirmed",
        /// Provisional.
        Provisional "provisional",
        /// One of several that it may be.
        Differential "differential",
        /// Confirmed.
        Confirmed "confirmed",
        /// Ruled out.
        Refuted "refuted",
        /// Entered by mistake.
        EnteredInError "entered-in-error",
    }
}

terms! {
    /// On which list a condition stands (US Core 6.1.0, Condition.category).
    pub enum ConditionCategory {
        /// On the list of problems.
        ProblemListItem "problem-list-item",
        /// Among the diagnoses of an encounter.
        EncounterDiagnosis "encounter-diagnosis",
        /// A concern about health.
        HealthConcern "health-concern",
    }
}

record! {
    /// A cancer: a primary, a metastasis, or a recurrence.
    pub struct Cancer {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// primary (unless said otherwise), secondary or recurrence.
        optional kind: CancerKind,
        /// What it is.
        required diagnosis: Concept,
        /// On which lists it stands: that of problems, unless said otherwise.
        many category: ConditionCategory,
        /// Morphology and behaviour, ICD-O-3 where known.
        optional histology: Concept,
        /// Where it is.
        many site: Concept,
        /// On which side.
        optional side: Concept,
        /// More about the place: upper, distal, lateral.
        many site_qualifier: Concept,
        /// When it began.
        optional onset: Onset,
        /// When it was diagnosed.
        optional diagnosed: Date,
        /// When it ended.
        optional ended: Onset,
        /// Whether it goes on.
        optional status: ClinicalStatus,
        /// How sure it is.
        optional certainty: Certainty,
        /// Of which cancer it is the metastasis or the recurrence.
        optional of: Link,
        /// The cancer that it evolved from (transformation, dedifferentiation).
        optional evolved_from: Link,
        /// Histologic grade.
        optional grade: Grade,
        /// Stages, each with its date.
        many stage: Stage,
        /// Remarks.
        many note: String,
    }
}

record! {
    /// A histologic grade.
    pub struct Grade {
        /// The grade: G2, grade 3, well differentiated.
        required value: Concept,
        /// The grading system: Nottingham, FNCLCC.
        optional system: Concept,
        /// When it was graded.
        optional date: When,
        /// The specimen that was graded.
        optional specimen: Link,
    }
}

terms! {
    /// On what a stage rests.
    pub enum StageType {
        /// On examination and imaging, before treatment.
        Clinical "clinical",
        /// On the operation's specimen.
        Pathological "pathological",
    }
}

record! {
    /// A stage: TNM categories and stage group, or the value of another system.
    pub struct Stage {
        /// The name that other items link to.
        optional key: Key,
        /// The staging system and its edition: AJCC 8, FIGO 2018, Rai.
        optional system: Concept,
        /// clinical or pathological.
        optional kind: StageType,
        /// When it was staged.
        optional date: When,
        /// T category, as it is written: cT2, ypT0.
        optional t: Concept,
        /// N category.
        optional n: Concept,
        /// M category.
        optional m: Concept,
        /// Stage group: IIA.
        optional group: Concept,
        /// The stage in a system other than TNM: Rai II, Binet B.
        optional value: Concept,
        /// Remarks.
        many note: String,
    }
}
