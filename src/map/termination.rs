//! mCODE's rule on reasons for stopping a treatment (4.0.0, termination-reason-invariant and termination-reason-code-invariant).

use crate::case::Done;
use crate::fhir::types::CodeableConcept;

/// The reasons that the rule knows, SNOMED CT.
const REASONS: &[&str] = &[
    "182992009",
    "266721009",
    "407563006",
    "160932005",
    "105480006",
    "184081006",
    "309846006",
    "399307001",
    "419620001",
    "7058009",
    "443729008",
    "77386006",
];

/// Why mCODE's profiles refuse these reasons for this status, where they do.
pub(super) fn refused(status: Option<Done>, reasons: &[CodeableConcept]) -> Option<&'static str> {
    let codes =
        || reasons.iter().flat_map(|reason| reason.coding.iter().flatten()).filter_map(|coding| coding.code.as_deref());
    let known = codes().any(|code| REASONS.contains(&code));
    match status {
        Some(Done::Stopped) if codes().next().is_some() && !known => {
            Some("mCODE's list of termination reasons does not hold the reason for which this was stopped")
        }
        Some(status) if status != Done::Stopped && known => {
            Some("mCODE takes a termination reason only where a treatment was stopped")
        }
        _ => None,
    }
}
