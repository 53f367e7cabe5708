//! What was done, and what was not: procedures, radiotherapy, drugs.

use super::age::Onset;
use super::concept::Concept;
use super::date::{Date, When};
use super::link::{Key, Link};
use super::patient::Identifier;
use super::quantity::Quantity;
use super::read::{record, terms};
use super::schedule::Schedule;

terms! {
    /// Whether a treatment was carried out.
    pub enum Done {
        /// Carried out.
        Completed "completed",
        /// Still going on.
        InProgress "in-progress",
        /// Not carried out.
        NotDone "not-done",
        /// Begun, and stopped before its end.
        Stopped "stopped",
        /// Interrupted.
        OnHold "on-hold",
        /// Planned.
        Planned "planned",
        /// Entered by mistake.
        EnteredInError "entered-in-error",
        /// Not known.
        Unknown "unknown",
    }
}

terms! {
    /// What a treatment is for.
    pub enum Intent {
        /// To cure.
        Curative "curative",
        /// To relieve.
        Palliative "palliative",
        /// To support other treatment.
        Supportive "supportive",
        /// To find out.
        Diagnostic "diagnostic",
        /// To prevent.
        Preventive "preventive",
    }
}

terms! {
    /// What kind of procedure it is.
    pub enum ProcedureKind {
        /// An operation on the cancer.
        Surgery "surgery",
        /// A biopsy.
        Biopsy "biopsy",
        /// Imaging.
        Imaging "imaging",
        /// A tumour board or other evaluation by several disciplines.
        Board "board",
        /// Systemic treatment that is named as a whole: chemotherapy.
        Systemic "systemic",
        /// Anything else.
        Other "other",
    }
}

record! {
    /// A procedure, done or not done.
    pub struct Procedure {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// What was done, or not done.
        required procedure: Concept,
        /// What kind of procedure it is.
        required kind: ProcedureKind,
        /// completed (unless said otherwise), not-done, in-progress, stopped …
        optional status: Done,
        /// Why it was not done or was stopped; for others why it was done.
        many reason: Concept,
        /// When.
        optional date: When,
        /// How old the patient was then, where no date is known.
        optional at_age: Onset,
        /// Where on the body.
        many site: Concept,
        /// On which side.
        optional side: Concept,
        /// More about the place on the body.
        many site_qualifier: Concept,
        /// The cancers, conditions or tumours it was for.
        many of: Link,
        /// What for.
        optional intent: Intent,
        /// The town or house where it was done.
        optional place: String,
        /// Who did it, or which disciplines took part.
        many performer: String,
        /// What came out of it.
        many outcome: Concept,
        /// What went wrong.
        many complication: Concept,
        /// How many lymph nodes were examined.
        optional nodes_examined: u32,
        /// How many of them held cancer.
        optional nodes_positive: u32,
        /// Remarks.
        many note: String,
    }
}

record! {
    /// A course of radiotherapy, or of radiopharmaceuticals such as iodine-131.
    pub struct Radiotherapy {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// What it is in words, where that says more than modality and techniques.
        optional name: String,
        /// completed (unless said otherwise), not-done, in-progress, stopped …
        optional status: Done,
        /// Why it was not done or was stopped; for others why it was done.
        many reason: Concept,
        /// When.
        optional date: When,
        /// Photons, electrons, radiopharmaceutical …; leave out what is not known.
        optional modality: Concept,
        /// IMRT, VMAT, image guidance, boost …
        many technique: Concept,
        /// How many sessions were given.
        optional sessions: u32,
        /// For radiopharmaceuticals: the nuclide.
        optional radionuclide: Concept,
        /// For radiopharmaceuticals: the activity given in a session.
        optional activity_per_session: Quantity,
        /// Where on the body, where there are no volumes.
        many site: Concept,
        /// The volumes treated, each with its dose.
        many volume: Volume,
        /// The cancers, conditions or tumours it was for.
        many of: Link,
        /// What for.
        optional intent: Intent,
        /// The town or house where it was done.
        optional place: String,
        /// What came out of it.
        many outcome: Concept,
        /// Remarks.
        many note: String,
    }
}

record! {
    /// A volume of the body that a radiotherapy course treats.
    pub struct Volume {
        /// The name that other items link to.
        optional key: Key,
        /// What the planners call it.
        required name: String,
        /// Gross tumour volume, planning target volume …
        optional kind: Concept,
        /// Where.
        optional site: Concept,
        /// On which side, or otherwise more about the place.
        many site_qualifier: Concept,
        /// The dose delivered, in cGy or Gy.
        optional dose: Quantity,
        /// The fractions delivered.
        optional fractions: u32,
        /// How it was drawn.
        optional description: String,
    }
}

record! {
    /// A drug, given or not given.
    pub struct Medication {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// The drug, or the class of drugs where none is named.
        required drug: Concept,
        /// completed (unless said otherwise), in-progress, not-done, stopped …
        optional status: Done,
        /// Why it was not given or was stopped; for others why it was given.
        many reason: Concept,
        /// When: one date, or from when to when; `2021-07/` still goes on.
        optional date: When,
        /// The dose each time.
        optional dose: Quantity,
        /// How often.
        optional schedule: Schedule,
        /// How many cycles or times in all.
        optional cycles: u32,
        /// By which way: oral, intravenous.
        optional route: Concept,
        /// The cancers or conditions it was for.
        many of: Link,
        /// What for.
        optional intent: Intent,
        /// The town or house where it was given.
        optional place: String,
        /// The regimen it is part of.
        optional regimen: String,
        /// How it was ordered.
        optional order: Order,
        /// Remarks.
        many note: String,
    }
}

terms! {
    /// How far an order is (FHIR value set medicationrequest-status).
    pub enum OrderStatus {
        /// It holds.
        Active "active",
        /// It is interrupted.
        OnHold "on-hold",
        /// It was taken back before anything was given.
        Cancelled "cancelled",
        /// It was carried out.
        Completed "completed",
        /// It was entered by mistake.
        EnteredInError "entered-in-error",
        /// It was stopped before its end.
        Stopped "stopped",
        /// It is being drawn up.
        Draft "draft",
        /// Not known.
        Unknown "unknown",
    }
}

terms! {
    /// How binding an order is (FHIR value set medicationrequest-intent).
    pub enum OrderIntent {
        /// A suggestion.
        Proposal "proposal",
        /// An intention, without an order.
        Plan "plan",
        /// An order.
        Order "order",
        /// The first order of several.
        OriginalOrder "original-order",
        /// An order that follows from another.
        ReflexOrder "reflex-order",
        /// The view of those who carry an order out.
        FillerOrder "filler-order",
        /// One instance of a standing order.
        InstanceOrder "instance-order",
        /// One of several to choose from.
        Option "option",
    }
}

record! {
    /// How a drug was ordered. Of a drug that is only ordered the case says `status: planned`.
    pub struct Order {
        /// Numbers that identify the order.
        many identifier: Identifier,
        /// How far the order is; as the drug's own status has it, unless said otherwise.
        optional status: OrderStatus,
        /// proposal, plan (unless said otherwise), order …
        optional intent: OrderIntent,
        /// Who ordered it.
        optional requester: String,
        /// When it was ordered.
        optional authored: Date,
        /// For what it is to be taken as needed.
        optional as_needed: Concept,
        /// Whether the dose is as calculated or as ordered.
        optional dose_type: Concept,
        /// The times at which it is to be given.
        many time: Date,
    }
}
