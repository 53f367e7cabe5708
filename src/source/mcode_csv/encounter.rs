//! encounter-information: an encounter.
//!
//! | column | case |
//! | --- | --- |
//! | encounterId | key and identifier |
//! | status | status |
//! | classCode, classSystem | class |
//! | typeCode, typeSystem | kind |
//! | startDate, endDate | date |

use super::super::draft::{Draft, Record};
use super::cells::Cells;
use super::coded::{Coded, Given};
use super::{Sections, words};

pub(super) fn read(mut cells: Cells<'_, '_, '_>, key: &str, sections: &mut Sections) {
    let mut item = Record::at(cells.span());
    item.set("key", Draft::Text(key.to_owned(), item.span));
    item.set("identifier", cells.identifier("encounterId"));
    let status = cells.term("status", words::ENCOUNTER_STATUS);
    let goes_on = matches!(&status, Some(Draft::Text(word, _)) if word == "in-progress" || word == "onleave");
    item.set("status", status);
    item.set("class", cells.concept(Coded::of("classCode", "classSystem", None)).map(Given::draft));
    for kind in cells.concepts(Coded::of("typeCode", "typeSystem", None)) {
        item.push("kind", kind.draft());
    }
    item.set("date", cells.period("startDate", "endDate", goes_on));
    cells.finish(&mut item);
    sections.add("encounters", item);
}
