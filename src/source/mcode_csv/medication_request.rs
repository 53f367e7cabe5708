//! cancer-related-medication-request-information: a drug that was ordered.
//!
//! | column | case |
//! | --- | --- |
//! | requestId | key and order.identifier |
//! | code, codeSystem, displayText | drug |
//! | treatmentReason: code, system and words | reason |
//! | procedureIntent | intent |
//! | status, intent, authoredOn, requesterId | order.status, intent, authored, requester |
//! | dosageRoute | route: a code of SNOMED CT |
//! | asNeededCode | order.`as_needed`: a code of SNOMED CT |
//! | doseRateType | order.`dose_type`: a code of HL7's dose-rate-type |
//! | doseQuantityValue, doseQuantityUnit | dose |
//! | timingCode, timingEvent | schedule, order.time |
//!
//! The table tells of orders, not of what was given, so the drug's own status is `planned`.

use super::super::draft::{Draft, Record};
use super::cells::{Cells, Told};
use super::coded::{Coded, Given};
use super::medication_administration::{DRUG, REASON};
use super::{Sections, words};
use crate::case::Decimal;
use crate::issue::Code;
use crate::terminology::systems;

const DOSE_RATE_TYPE: &str = "http://terminology.hl7.org/CodeSystem/dose-rate-type";

pub(super) fn read(mut cells: Cells<'_, '_, '_>, key: &str, sections: &mut Sections) {
    let mut item = Record::at(cells.span());
    item.set("key", Draft::Text(key.to_owned(), item.span));
    let drug = cells.concept(DRUG);
    let has_drug = drug.is_some();
    item.set("drug", drug.map(Given::draft));
    item.set("status", Draft::Text("planned".to_owned(), item.span));
    cells.reasons(REASON, None, &mut item);
    cells.intent("procedureIntent", &mut item);
    item.set("route", cells.concept(Coded::in_system("dosageRoute", systems::SNOMED_CT)).map(Given::draft));
    dose(&mut cells, &mut item);
    item.set("schedule", cells.text("timingCode").map(Told::draft));
    let mut order = Record::at(item.span);
    order.set("identifier", cells.identifier("requestId"));
    order.set("status", cells.term("status", words::ORDER_STATUS));
    order.set("intent", cells.term("intent", words::ORDER_INTENT));
    order.set("requester", cells.text("requesterId").map(Told::draft));
    order.set("authored", cells.date("authoredOn").map(Told::draft));
    order.set("as_needed", cells.concept(Coded::in_system("asNeededCode", systems::SNOMED_CT)).map(Given::draft));
    order.set("dose_type", cells.concept(Coded::in_system("doseRateType", DOSE_RATE_TYPE)).map(Given::draft));
    order.set("time", cells.date("timingEvent").map(Told::draft));
    item.set("order", Draft::Record(order));
    cells.finish(&mut item);
    if has_drug {
        sections.add("medications", item);
    }
}

/// The dose. What is no number, and a unit without one, is kept in words.
fn dose(cells: &mut Cells<'_, '_, '_>, item: &mut Record) {
    let (value, unit) = (cells.text("doseQuantityValue"), cells.text("doseQuantityUnit"));
    match value {
        Some(value) if Decimal::parse(&value.text).is_some() => {
            let mut dose = Record::at(value.span);
            dose.set("value", value.draft());
            dose.set("unit", unit.map(Told::draft));
            item.set("dose", Draft::Record(dose));
        }
        value => {
            if let Some(value) = value {
                let message = "this is no number; it is kept in words";
                cells.tell(Code::UnusableNumber, value.span, message, "write 48, 5.10 or 0.5");
                cells.remark("doseQuantityValue", &value);
            }
            if let Some(unit) = unit {
                cells.remark("doseQuantityUnit", &unit);
            }
        }
    }
}
