//! patient-information: the patient.
//!
//! | column | case |
//! | --- | --- |
//! | mrn | patient.identifier, a medical record number; the case's id is made of it |
//! | familyName, givenName | name |
//! | gender, birthsex | sex, `birth_sex` |
//! | dateOfBirth | `birth_date` |
//! | race, ethnicity | race, ethnicity: codes of CDC's race and ethnicity, or words |
//! | language | language |
//! | addressLine, city, state, zip | address |

use super::super::draft::{Draft, Record};
use super::cells::{Cells, Told};
use super::words;
use crate::issue::Span;
use crate::terminology::systems;

pub(super) fn read(mut cells: Cells<'_, '_, '_>, mrn: &str) -> Record {
    let mut patient = Record::at(cells.span());
    let mut number = Record::at(cells.place("mrn"));
    number.set("value", Draft::Text(mrn.to_owned(), number.span));
    number.set("kind", Draft::Text("medical record number".to_owned(), Span::EMPTY));
    cells.text("mrn");
    patient.push("identifier", Draft::Record(number));
    let (family, given) = (cells.text("familyName"), cells.text("givenName"));
    if let Some(first) = family.as_ref().or(given.as_ref()) {
        let mut name = Record::at(first.span);
        name.set("family", family.map(Told::draft));
        name.set("given", given.map(Told::draft));
        patient.set("name", Draft::Record(name));
    }
    patient.set("sex", cells.term("gender", words::GENDER));
    patient.set("birth_sex", cells.term("birthsex", words::BIRTH_SEX));
    patient.set("birth_date", cells.date("dateOfBirth").map(Told::draft));
    for (column, field) in [("race", "race"), ("ethnicity", "ethnicity")] {
        for told in cells.list(column) {
            patient.push(field, category(told));
        }
    }
    for told in cells.list("language") {
        let mut language = Record::at(told.span);
        language.set("text", told.draft());
        patient.push("language", Draft::Record(language));
    }
    let parts = [("addressLine", "line"), ("city", "city"), ("state", "state"), ("zip", "postal_code")];
    let parts: Vec<(&str, Told)> =
        parts.into_iter().filter_map(|(column, field)| Some((field, cells.text(column)?))).collect();
    if let Some((_, first)) = parts.first() {
        let mut address = Record::at(first.span);
        for (field, told) in parts {
            address.set(field, told.draft());
        }
        patient.push("address", Draft::Record(address));
    }
    cells.finish(&mut patient);
    patient
}

/// A race or ethnicity: a code has four digits, a hyphen and a digit (CDC Race and Ethnicity).
fn category(told: Told) -> Draft {
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_code = told.text.split_once('-').is_some_and(|(body, check)| digits(body, 4) && digits(check, 1));
    let mut concept = Record::at(told.span);
    if is_code {
        let mut code = Record::at(told.span);
        code.set("system", Draft::Text(systems::CDC_RACE.to_owned(), told.span));
        code.set("code", told.draft());
        concept.set("code", Draft::Record(code));
    } else {
        concept.set("text", told.draft());
    }
    Draft::Record(concept)
}
