//! clinical-trial-information: a trial, and the patient's part in it.
//!
//! | column | case |
//! | --- | --- |
//! | trialResearchID, trialResearchSystem | identifier; a system that is no URI is a remark |
//! | trialSubjectID | `subject_identifier` |
//! | enrollmentStatus, trialStatus | enrolment, status |
//! | startDate, endDate | date |

use super::super::draft::{Draft, Record};
use super::cells::{Cells, Told};
use super::{Sections, words};
use crate::issue::Code;
use crate::terminology::systems;

pub(super) fn read(mut cells: Cells<'_, '_, '_>, key: &str, sections: &mut Sections) {
    let mut item = Record::at(cells.span());
    item.set("key", Draft::Text(key.to_owned(), item.span));
    let (number, system) = (cells.text("trialResearchID"), cells.text("trialResearchSystem"));
    let system = system.and_then(|told| {
        if systems::is_absolute_uri(&told.text) {
            return Some(told);
        }
        let message = "a system of identifiers is an absolute URI; this is kept in words";
        cells.tell(Code::UnusableCode, told.span, message, "write https://clinicaltrials.gov, say, or leave it out");
        cells.remark("trialResearchSystem", &told);
        None
    });
    if let Some(number) = number {
        let mut identifier = Record::at(number.span);
        identifier.set("system", system.map(Told::draft));
        identifier.set("value", number.draft());
        item.set("identifier", Draft::Record(identifier));
    }
    item.set("subject_identifier", cells.identifier("trialSubjectID"));
    let (enrolment, status) =
        (cells.term("enrollmentStatus", words::ENROLMENT), cells.term("trialStatus", words::TRIAL_STATUS));
    let is_told = enrolment.is_some() && status.is_some();
    item.set("enrolment", enrolment);
    item.set("status", status);
    item.set("date", cells.period("startDate", "endDate", true));
    cells.finish(&mut item);
    if is_told {
        sections.add("trials", item);
    }
}
