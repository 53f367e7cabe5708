//! Clinical trials: the study, and the patient as its subject.

use super::date::When;
use super::link::Key;
use super::patient::Identifier;
use super::read::{record, terms};

terms! {
    /// How far a study is (FHIR value set research-study-status).
    pub enum TrialStatus {
        /// It runs, and takes subjects.
        Active "active",
        /// It is over as far as papers go.
        AdministrativelyCompleted "administratively-completed",
        /// It may begin.
        Approved "approved",
        /// It takes no more subjects.
        ClosedToAccrual "closed-to-accrual",
        /// It takes no more subjects, and treats none any more.
        ClosedToAccrualAndIntervention "closed-to-accrual-and-intervention",
        /// It is over.
        Completed "completed",
        /// It may not begin.
        Disapproved "disapproved",
        /// It is being looked at.
        InReview "in-review",
        /// It takes no subjects for a time.
        TemporarilyClosedToAccrual "temporarily-closed-to-accrual",
        /// It takes no subjects and treats none for a time.
        TemporarilyClosedToAccrualAndIntervention "temporarily-closed-to-accrual-and-intervention",
        /// It was called off.
        Withdrawn "withdrawn",
    }
}

terms! {
    /// How the patient stands in a study (FHIR value set research-subject-status).
    pub enum Enrolment {
        /// May take part.
        Candidate "candidate",
        /// Fulfils what the study asks for.
        Eligible "eligible",
        /// Is followed up.
        FollowUp "follow-up",
        /// Does not fulfil what the study asks for.
        Ineligible "ineligible",
        /// Is not registered.
        NotRegistered "not-registered",
        /// Takes part no more.
        OffStudy "off-study",
        /// Takes part.
        OnStudy "on-study",
        /// Takes part, and is treated.
        OnStudyIntervention "on-study-intervention",
        /// Takes part, and is observed.
        OnStudyObservation "on-study-observation",
        /// Will take part.
        PendingOnStudy "pending-on-study",
        /// Perhaps may take part.
        PotentialCandidate "potential-candidate",
        /// Is being screened.
        Screening "screening",
        /// Has withdrawn.
        Withdrawn "withdrawn",
    }
}

record! {
    /// A clinical trial and the patient's part in it.
    pub struct Trial {
        /// The name that other items link to.
        optional key: Key,
        /// What it is called.
        optional title: String,
        /// The study's numbers: that of a registry of trials, the sponsor's.
        many identifier: Identifier,
        /// How far the study is. FHIR takes no study without.
        optional status: TrialStatus,
        /// The patient's numbers in the study.
        many subject_identifier: Identifier,
        /// How the patient stands in it. FHIR takes no subject without.
        optional enrolment: Enrolment,
        /// The arm that the patient is in.
        optional arm: String,
        /// From when to when the patient took part.
        optional date: When,
        /// Remarks.
        many note: String,
    }
}
