//! treatment-plan-change-information: a review of the treatment plan.
//!
//! | column | case |
//! | --- | --- |
//! | changed | changed |
//! | reasonCode, reasonDisplayText | reason: a code of SNOMED CT |
//! | dateOfCarePlan, dateRecorded | date, recorded |

use super::super::draft::{Draft, Record};
use super::cells::{Cells, Told};
use super::coded::Coded;
use super::{Sections, words};
use crate::terminology::systems;

pub(super) fn read(mut cells: Cells<'_, '_, '_>, key: &str, sections: &mut Sections) {
    let mut item = Record::at(cells.span());
    item.set("key", Draft::Text(key.to_owned(), item.span));
    let changed = cells.text("changed").and_then(|told| Some((cells.word(&told, words::CHANGED)?, told.span)));
    let is_told = changed.is_some();
    item.set("changed", changed.map(|(changed, at)| Draft::Flag(changed == "true", at)));
    for reason in cells.concepts(Coded::in_system("reasonCode", systems::SNOMED_CT).words("reasonDisplayText")) {
        item.push("reason", reason.draft());
    }
    item.set("date", cells.date("dateOfCarePlan").map(Told::draft));
    item.set("recorded", cells.date("dateRecorded").map(Told::draft));
    cells.finish(&mut item);
    if is_told {
        sections.add("plan_changes", item);
    }
}
