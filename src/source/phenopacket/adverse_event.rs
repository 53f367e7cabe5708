//! Adverse events of a `MedicalAction`: what the treatment is suspected to have caused. Of such an event a packet has its code and no more.

use crate::case::read::Many;
use crate::case::{AdverseEvent, Concept, Key};

/// An event of which only the code and the treatments are known.
pub(super) fn suspected(event: Concept, key: Option<Key>, of: &[Key]) -> AdverseEvent {
    let at = event.at;
    AdverseEvent {
        key,
        identifier: Many::default(),
        event,
        actuality: None,
        grade: None,
        severity: None,
        seriousness: None,
        serious_because: Many::default(),
        category: Many::default(),
        expectation: None,
        outcome: None,
        date: None,
        recorded: None,
        resolved: None,
        description: None,
        of: Many(of.to_vec()),
        cause: Many::default(),
        study: Many::default(),
        reporter: None,
        participant: Many::default(),
        place: None,
        note: Many::default(),
        at,
    }
}
