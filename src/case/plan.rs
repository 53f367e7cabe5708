//! Reviews of the treatment plan: whether it was changed, and why.

use super::concept::Concept;
use super::date::{Date, When};
use super::link::{Key, Link};
use super::patient::Identifier;
use super::read::{record, terms};

terms! {
    /// How far a treatment plan is (FHIR value set request-status).
    pub enum PlanStatus {
        /// It is being drawn up.
        Draft "draft",
        /// It is followed.
        Active "active",
        /// It is interrupted.
        OnHold "on-hold",
        /// It was given up.
        Revoked "revoked",
        /// It was carried out.
        Completed "completed",
        /// It was entered by mistake.
        EnteredInError "entered-in-error",
        /// Not known.
        Unknown "unknown",
    }
}

record! {
    /// A review of the treatment plan.
    pub struct PlanChange {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// Whether the plan was changed.
        required changed: bool,
        /// Why it was changed, or was not.
        many reason: Concept,
        /// How far the plan is; not known unless said.
        optional status: PlanStatus,
        /// When it was reviewed, or over which time the plan holds.
        optional date: When,
        /// When that was recorded.
        optional recorded: Date,
        /// What the plan says now.
        optional description: String,
        /// The cancers or conditions that the plan is for.
        many of: Link,
        /// Remarks.
        many note: String,
    }
}
