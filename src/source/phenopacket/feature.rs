//! PhenotypicFeature and Evidence.
//!
//! | phenopacket | case |
//! | --- | --- |
//! | type | finding.finding |
//! | excluded | finding.absent |
//! | severity | finding.severity; of an excluded one a detail, because nothing that is absent is severe |
//! | modifiers | finding.detail |
//! | onset, resolution | finding.onset, ended |
//! | evidence.evidenceCode | finding.detail |
//! | evidence.reference, description | finding.note |

use crate::case::read::{At, Many};
use crate::case::{Concept, Finding, Link};
use crate::instance::NodeRef;

use super::individual::detail;
use super::message::Packet;

/// A finding of which only the name is known.
pub(super) fn finding(name: Concept, at: At) -> Finding {
    Finding {
        key: None,
        identifier: Many::default(),
        finding: name,
        kind: None,
        absent: None,
        value: None,
        status: None,
        severity: None,
        detail: Many::default(),
        reference_range: None,
        method: None,
        site: None,
        side: None,
        date: None,
        at_age: None,
        onset: None,
        ended: None,
        of: Many::default(),
        specimen: None,
        note: Many::default(),
        at,
    }
}

pub(super) fn read<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, specimen: Option<&Link>) -> Option<Finding> {
    let at = At(node.span());
    let concept = packet.required(node, "type");
    let excluded = packet.flag(node, "excluded");
    let severity = packet.concept(node, "severity");
    let modifiers = packet.concepts(node, "modifiers");
    let (onset, ended) = (packet.time(node, "onset"), packet.time(node, "resolution"));
    let mut note: Vec<String> = packet.text(node, "description").into_iter().collect();
    let mut details = Vec::new();
    let mut severe = None;
    match severity {
        Some(severity) if excluded => details.push(detail("Severity that was excluded", severity)),
        severity => severe = severity,
    }
    details.extend(modifiers.into_iter().map(|modifier| detail("Modifier", modifier)));
    for evidence in packet.messages(node, "evidence") {
        details.extend(packet.concept(evidence, "evidenceCode").map(|code| detail("Evidence", code)));
        if let Some(reference) = packet.message(evidence, "reference") {
            note.extend(external(packet, reference).map(|reference| format!("Evidence: {reference}")));
        }
        note.extend(packet.rest(evidence));
    }
    note.extend(packet.rest(node));
    let mut finding = finding(concept?, at);
    finding.key = Some(packet.keys.of("feature", &finding.finding));
    finding.absent = excluded.then_some(true);
    finding.severity = severe;
    finding.detail = Many(details);
    finding.onset = onset;
    finding.ended = ended;
    finding.specimen = specimen.cloned();
    finding.note = Many(note);
    Some(finding)
}

/// An ExternalReference in one line.
pub(super) fn external<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>) -> Option<String> {
    let parts = [packet.text(node, "id"), packet.text(node, "reference"), packet.text(node, "description")];
    let parts: Vec<String> = parts.into_iter().flatten().chain(packet.rest(node)).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
