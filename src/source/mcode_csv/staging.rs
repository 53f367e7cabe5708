//! staging-information: the stages of the cancer that `conditionId` names.
//!
//! | column | case |
//! | --- | --- |
//! | conditionId | the cancer whose stage it is |
//! | stageGroup, t, n, m | group, t, n, m |
//! | type | kind: clinical or pathological |
//! | stagingSystem, stagingCodeSystem | system, with the name of the system where its code is known |
//! | effectiveDate | date |

use super::super::draft::{Draft, Record};
use super::cells::{Cells, Told};
use super::coded::Coded;
use super::tables::Table;
use super::{Known, words};
use crate::issue::Code;
use crate::terminology::systems;

/// Names of staging systems by their codes: mCODE 4.0.0, value set mcode-cancer-staging-method-vs; for C146985 that of mCODE 1.0.0 (AJCC
/// Cancer Staging Manual 8th Edition), whose examples have it of both systems.
const NAMES: &[(&str, &str, &str)] = &[
    (systems::SNOMED_CT, "444256004", "AJCC 6"),
    (systems::SNOMED_CT, "443830009", "AJCC 7"),
    (systems::SNOMED_CT, "897275008", "AJCC 8"),
    (systems::NCIT, "C146985", "AJCC 8"),
    ("http://ncimeta.nci.nih.gov", "C146985", "AJCC 8"),
];

pub(super) fn read(mut cells: Cells<'_, '_, '_>, key: &str, known: &mut Known) {
    let mut stage = Record::at(cells.span());
    let condition = cells.text("conditionId");
    stage.set("key", Draft::Text(key.to_owned(), stage.span));
    let system = cells.concept(Coded::of("stagingSystem", "stagingCodeSystem", None));
    let system = system.map(|given| {
        let name = NAMES.iter().find(|row| given.code_in(row.0) == Some(row.1)).map(|row| row.2);
        name.map_or(given.clone(), |name| given.worded(name)).draft()
    });
    stage.set("system", system);
    stage.set("kind", cells.term("type", words::STAGE_TYPE));
    let date = cells.date("effectiveDate");
    let order = date.as_ref().map(|date| date.text.clone()).unwrap_or_default();
    stage.set("date", date.map(Told::draft));
    for (column, field) in [("t", "t"), ("n", "n"), ("m", "m"), ("stageGroup", "group")] {
        let value = cells.text(column).map(|told| {
            let mut value = Record::at(told.span);
            value.set("text", told.draft());
            Draft::Record(value)
        });
        stage.set(field, value);
    }
    cells.missing_condition(condition.as_ref(), known);
    cells.finish(&mut stage);
    if let Some(condition) = condition {
        let stages = known.stages.entry(condition.text).or_default();
        // In the order of time, whatever the order of the rows.
        let order = format!("{order} {key}");
        let at = stages.partition_point(|(other, _)| *other <= order);
        stages.insert(at, (order, Draft::Record(stage)));
    }
}

impl Cells<'_, '_, '_> {
    /// Reports that the condition which a row is about is not there.
    pub(super) fn missing_condition(&mut self, id: Option<&Told>, known: &Known) {
        let Some(told) = id else { return };
        if known.find(Table::Condition, &told.text).is_none() {
            let message = "no row of `condition-information.csv` has this id for this patient";
            self.tell(Code::UnknownKey, told.span, message, "correct the id, or add the condition");
        }
    }
}
