//! appointment-information: an appointment.
//!
//! | column | case |
//! | --- | --- |
//! | appointmentId | key and identifier |
//! | status | status |
//! | serviceCategory, serviceType | `service_category`, service: codes of HL7's service-category and service-type |
//! | appointmentType | kind: a code of HL7's v2-0276 |
//! | specialty | specialty: a code of SNOMED CT |
//! | start, end | start, end |
//! | cancelationCode | `cancellation_reason`: a code of HL7's appointment-cancellation-reason |
//! | description | description |

use super::super::draft::{Draft, Record};
use super::cells::{Cells, Told};
use super::coded::{Coded, Given};
use super::{Sections, words};
use crate::terminology::systems;

const CATEGORY: Coded = Coded::in_system("serviceCategory", "http://terminology.hl7.org/CodeSystem/service-category");
const SERVICE: Coded = Coded::in_system("serviceType", "http://terminology.hl7.org/CodeSystem/service-type");
const KIND: Coded = Coded::in_system("appointmentType", "http://terminology.hl7.org/CodeSystem/v2-0276");
const SPECIALTY: Coded = Coded::in_system("specialty", systems::SNOMED_CT);
const CANCELLATION: Coded =
    Coded::in_system("cancelationCode", "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason");

pub(super) fn read(mut cells: Cells<'_, '_, '_>, key: &str, sections: &mut Sections) {
    let mut item = Record::at(cells.span());
    item.set("key", Draft::Text(key.to_owned(), item.span));
    item.set("identifier", cells.identifier("appointmentId"));
    let status = cells.term("status", words::APPOINTMENT_STATUS);
    let has_status = status.is_some();
    item.set("status", status);
    for (columns, field) in [(CATEGORY, "service_category"), (SERVICE, "service"), (SPECIALTY, "specialty")] {
        for concept in cells.concepts(columns) {
            item.push(field, concept.draft());
        }
    }
    item.set("kind", cells.concept(KIND).map(Given::draft));
    item.set("start", cells.date("start").map(Told::draft));
    item.set("end", cells.date("end").map(Told::draft));
    item.set("cancellation_reason", cells.concept(CANCELLATION).map(Given::draft));
    item.set("description", cells.text("description").map(Told::draft));
    cells.finish(&mut item);
    if has_status {
        sections.add("appointments", item);
    }
}
