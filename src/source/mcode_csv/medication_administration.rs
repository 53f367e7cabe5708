//! cancer-related-medication-administration-information: a drug that was given.
//!
//! | column | case |
//! | --- | --- |
//! | medicationId | key and identifier |
//! | code, codeSystem, displayText | drug |
//! | startDate, endDate | date; without an end a date, and a period that goes on where the status says so |
//! | treatmentReason: code, system and words | reason |
//! | treatmentIntent | intent |
//! | status | status |

use super::super::draft::{Draft, Record};
use super::cells::Cells;
use super::coded::{Coded, Given};
use super::{Sections, words};

pub(super) const DRUG: Coded = Coded::of("code", "codeSystem", Some("displayText"));
pub(super) const REASON: Coded =
    Coded::of("treatmentReasonCode", "treatmentReasonCodeSystem", Some("treatmentReasonDisplayText"));

pub(super) fn read(mut cells: Cells<'_, '_, '_>, key: &str, sections: &mut Sections) {
    let mut item = Record::at(cells.span());
    item.set("key", Draft::Text(key.to_owned(), item.span));
    item.set("identifier", cells.identifier("medicationId"));
    let drug = cells.concept(DRUG);
    let has_drug = drug.is_some();
    item.set("drug", drug.map(Given::draft));
    let status = cells.term("status", words::ADMINISTRATION_STATUS);
    let goes_on = matches!(&status, Some(Draft::Text(word, _)) if word == "in-progress");
    item.set("date", cells.period("startDate", "endDate", goes_on));
    cells.reasons(REASON, status.as_ref(), &mut item);
    item.set("status", status);
    cells.intent("treatmentIntent", &mut item);
    cells.finish(&mut item);
    if has_drug {
        sections.add("medications", item);
    }
}
