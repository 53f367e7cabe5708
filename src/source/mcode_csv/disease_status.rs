//! cancer-disease-status-information: how a cancer stood.
//!
//! | column | case |
//! | --- | --- |
//! | conditionId | of |
//! | diseaseStatusCode, diseaseStatusText | status: a code of SNOMED CT, or one of data-absent-reason, which says why there is none |
//! | dateOfObservation, dateRecorded | date, recorded |
//! | evidence | evidence: codes of SNOMED CT, a list |
//! | observationStatus | `result_status` |

use super::super::draft::{Draft, Record};
use super::cells::{Cells, Told};
use super::coded::{Coded, Given};
use super::tables::Table;
use super::{Known, Sections, words};
use crate::terminology::systems;

pub(super) fn read(mut cells: Cells<'_, '_, '_>, key: &str, known: &Known, sections: &mut Sections) {
    let mut item = Record::at(cells.span());
    item.set("key", Draft::Text(key.to_owned(), item.span));
    let condition = cells.text("conditionId");
    cells.missing_condition(condition.as_ref(), known);
    if let Some(told) = condition {
        let link = known.find(Table::Condition, &told.text).map(|key| Draft::Text(key, told.span));
        item.set("of", link);
    }
    let code = cells.peek("diseaseStatusCode");
    let is_absent = code.is_some_and(|told| words::ABSENT.contains(&told.text.to_lowercase().as_str()));
    let system = if is_absent { words::ABSENT_REASON } else { systems::SNOMED_CT };
    let status = cells.concept(Coded::in_system("diseaseStatusCode", system).words("diseaseStatusText"));
    let has_status = status.is_some();
    item.set("status", status.map(Given::draft));
    item.set("date", cells.date("dateOfObservation").map(Told::draft));
    item.set("recorded", cells.date("dateRecorded").map(Told::draft));
    for evidence in cells.concepts(Coded::in_system("evidence", systems::SNOMED_CT)) {
        item.push("evidence", evidence.draft());
    }
    item.set("result_status", cells.term("observationStatus", words::RESULT_STATUS));
    cells.finish(&mut item);
    if has_status {
        sections.add("disease_status", item);
    }
}
