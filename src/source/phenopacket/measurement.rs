//! Measurement, Value, ComplexValue, Quantity and ReferenceRange; and Procedure, by which they are made.
//!
//! | phenopacket | case |
//! | --- | --- |
//! | assay | finding.finding; of the kind `measurement` |
//! | value.quantity, value.ontologyClass | finding.value, reference_range |
//! | complexValue.typedQuantities | finding.detail |
//! | timeObserved | finding.date or at_age |
//! | procedure | finding.method, site; when it was done: a note |
//! | description | finding.note |

use crate::case::read::{At, Many};
use crate::case::{Amount, Concept, Detail, Finding, FindingKind, Link, Onset, Quantity, ReferenceRange, Value};
use crate::instance::NodeRef;
use crate::issue::Code;
use crate::terminology::systems;

use super::feature::finding;
use super::message::Packet;
use super::time::{dated, in_words};

pub(super) fn read<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, specimen: Option<&Link>) -> Option<Finding> {
    let at = At(node.span());
    let assay = packet.required(node, "assay");
    let mut note: Vec<String> = packet.text(node, "description").into_iter().collect();
    let (mut value, mut range, mut details) = (None, None, Vec::new());
    if let Some(given) = packet.message(node, "value") {
        (value, range) = simple(packet, given, &mut note);
    }
    if let Some(complex) = packet.message(node, "complexValue") {
        for typed in packet.messages(complex, "typedQuantities") {
            let name = packet.required(typed, "type");
            let quantity = packet.message(typed, "quantity").and_then(|node| quantity(packet, node, &mut note));
            match (name, quantity) {
                (Some(name), Some((quantity, range))) => {
                    let value = Value::Quantity(quantity);
                    details.push(Detail { name, value, reference_range: range, at: At(typed.span()) });
                }
                (Some(name), None) => note.push(format!("Without a value: {}", super::individual::spelled(&name))),
                (None, _) => {}
            }
            note.extend(packet.rest(typed));
        }
        note.extend(packet.rest(complex));
    }
    let (date, at_age) = dated(packet.time(node, "timeObserved"));
    let mut method = None;
    let mut site = None;
    if let Some(done) = packet.message(node, "procedure") {
        let procedure = procedure(packet, done);
        method = procedure.code;
        site = procedure.site;
        note.extend(procedure.performed.map(|when| format!("The procedure was done {}", in_words(&when))));
        note.extend(procedure.note);
    }
    note.extend(packet.rest(node));
    let mut finding = finding(assay?, at);
    finding.key = Some(packet.keys.of("measurement", &finding.finding));
    finding.kind = Some(FindingKind::Measurement);
    finding.value = value;
    finding.reference_range = range;
    finding.detail = Many(details);
    finding.date = date;
    finding.at_age = at_age;
    finding.method = method;
    finding.site = site;
    finding.specimen = specimen.cloned();
    finding.note = Many(note);
    Some(finding)
}

fn simple<'n>(
    packet: &mut Packet<'n, '_>,
    node: NodeRef<'n>,
    note: &mut Vec<String>,
) -> (Option<Value>, Option<ReferenceRange>) {
    let given = packet.message(node, "quantity").and_then(|node| quantity(packet, node, note));
    let found = match given {
        Some((quantity, range)) => (Some(Value::Quantity(quantity)), range),
        None if packet.take(node, "ontologyClass").is_some() => {
            (packet.concept(node, "ontologyClass").map(Value::Concept), None)
        }
        None => (None, None),
    };
    note.extend(packet.rest(node));
    found
}

/// A Quantity with the range that is normal.
pub(super) fn quantity<'n>(
    packet: &mut Packet<'n, '_>,
    node: NodeRef<'n>,
    note: &mut Vec<String>,
) -> Option<(Quantity, Option<ReferenceRange>)> {
    let unit = packet.bare(node, "unit", note);
    let range = packet.message(node, "referenceRange");
    let range = range.and_then(|range| reference_range(packet, range, unit.as_ref(), note));
    // A member with its type's default, zero, may be left out (proto3, JSON mapping), but a unit must be told.
    let Some(value) = packet.number(node, "value") else {
        if packet.take(node, "value").is_none() {
            let help = "add `value`; a zero must be written too";
            packet.fault(Code::MissingField, node, "the quantity has no value", help);
        }
        return None;
    };
    note.extend(packet.rest(node));
    let amount = Amount::Exact(value);
    let quantity = Quantity { amount, approximate: false, unit: unit.as_ref().map(unit_name), at: At(node.span()) };
    note.extend(
        unit.as_ref()
            .filter(|unit| !is_ucum(unit) && !unit.codings.is_empty())
            .map(|unit| format!("Unit: {}", super::individual::spelled(unit))),
    );
    Some((quantity, range))
}

fn is_ucum(unit: &Concept) -> bool {
    unit.codings.iter().any(|coding| coding.system == systems::UCUM)
}

/// The unit as UCUM writes it, else its label.
fn unit_name(unit: &Concept) -> String {
    let code = unit.codings.iter().find(|coding| coding.system == systems::UCUM).map(|coding| coding.code.clone());
    code.unwrap_or_else(|| unit.label().to_owned())
}

fn reference_range<'n>(
    packet: &mut Packet<'n, '_>,
    node: NodeRef<'n>,
    of: Option<&Concept>,
    note: &mut Vec<String>,
) -> Option<ReferenceRange> {
    let at = At(node.span());
    let unit = packet.bare(node, "unit", note);
    let (low, high) = (packet.number(node, "low"), packet.number(node, "high"));
    note.extend(packet.rest(node));
    // Some packets write what was measured where the unit belongs; only a unit of UCUM is taken for one.
    let own = unit.as_ref().filter(|unit| is_ucum(unit)).or(of).map(unit_name);
    note.extend(
        unit.as_ref()
            .filter(|unit| !is_ucum(unit))
            .map(|unit| format!("Unit of the reference range: {}", super::individual::spelled(unit))),
    );
    if low.is_none() && high.is_none() {
        let unit = unit.as_ref().filter(|unit| is_ucum(unit));
        note.extend(unit.map(|unit| format!("Unit of the reference range: {}", super::individual::spelled(unit))));
    }
    let quantity = |value| Quantity { amount: Amount::Exact(value), approximate: false, unit: own.clone(), at };
    let (low, high) = (low.map(quantity), high.map(quantity));
    (low.is_some() || high.is_some()).then_some(ReferenceRange { low, high, text: None, at })
}

/// What a Procedure says.
pub(super) struct Done {
    pub(super) code: Option<Concept>,
    pub(super) site: Option<Concept>,
    pub(super) performed: Option<Onset>,
    pub(super) note: Vec<String>,
}

pub(super) fn procedure<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>) -> Done {
    let code = packet.required(node, "code");
    let site = packet.concept(node, "bodySite");
    let performed = packet.time(node, "performed");
    Done { code, site, performed, note: packet.rest(node) }
}
