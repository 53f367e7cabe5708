//! Encounters with those who treat, and appointments for them.

use super::concept::Concept;
use super::date::{Date, When};
use super::link::{Key, Link};
use super::patient::Identifier;
use super::read::{record, terms};

terms! {
    /// How far an encounter is (FHIR value set encounter-status).
    pub enum EncounterStatus {
        /// It has not begun.
        Planned "planned",
        /// The patient has come.
        Arrived "arrived",
        /// The patient was seen as to urgency.
        Triaged "triaged",
        /// It goes on.
        InProgress "in-progress",
        /// The patient is away for a time.
        OnLeave "onleave",
        /// It is over.
        Finished "finished",
        /// It was called off before it began.
        Cancelled "cancelled",
        /// It was entered by mistake.
        EnteredInError "entered-in-error",
        /// Not known.
        Unknown "unknown",
    }
}

record! {
    /// An encounter: a visit, a stay in hospital.
    pub struct Encounter {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// finished (unless said otherwise), in-progress, cancelled …
        optional status: EncounterStatus,
        /// Ambulatory, inpatient, emergency, at home, virtual.
        optional class: Concept,
        /// What kind of encounter it is.
        many kind: Concept,
        /// When.
        optional date: When,
        /// What for.
        many reason: Concept,
        /// The cancers, conditions, findings or procedures it was for.
        many of: Link,
        /// The appointments that it was made by.
        many appointment: Link,
        /// The town, house or department.
        optional place: String,
        /// Who saw the patient.
        many performer: String,
        /// Remarks.
        many note: String,
    }
}

terms! {
    /// How far an appointment is (FHIR value set appointmentstatus).
    pub enum AppointmentStatus {
        /// No time is agreed on.
        Proposed "proposed",
        /// Not all have agreed.
        Pending "pending",
        /// All have agreed.
        Booked "booked",
        /// The patient has come.
        Arrived "arrived",
        /// It was kept.
        Fulfilled "fulfilled",
        /// It was called off.
        Cancelled "cancelled",
        /// The patient did not come.
        NoShow "noshow",
        /// It was entered by mistake.
        EnteredInError "entered-in-error",
        /// The patient has come and was registered.
        CheckedIn "checked-in",
        /// The patient waits for a time.
        Waitlist "waitlist",
    }
}

record! {
    /// An appointment.
    pub struct Appointment {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// How far it is.
        required status: AppointmentStatus,
        /// The broad kind of service.
        many service_category: Concept,
        /// The service.
        many service: Concept,
        /// The kind of appointment: a check-up, a follow-up, an emergency.
        optional kind: Concept,
        /// The specialty.
        many specialty: Concept,
        /// When it begins: a moment, or what is known of it.
        optional start: Date,
        /// When it ends.
        optional end: Date,
        /// Why it was called off.
        optional cancellation_reason: Concept,
        /// What for.
        many reason: Concept,
        /// The cancers, conditions, findings or procedures it is for.
        many of: Link,
        /// What it is, told for people.
        optional description: String,
        /// The town, house or department.
        optional place: String,
        /// Whom the patient is to see.
        many performer: String,
        /// Remarks.
        many note: String,
    }
}
