//! procedure-information: radiotherapy, an operation on the cancer, a biopsy, imaging, or another procedure, by its code.
//!
//! | column | case |
//! | --- | --- |
//! | procedureId | key and identifier |
//! | conditionId | of; an id that the patient's conditions do not have is a remark |
//! | status | status |
//! | code, codeSystem, displayName | procedure; of radiotherapy modality or technique |
//! | reasonCode, reasonCodeSystem, reasonDisplayName | reason |
//! | effectiveDate | date |
//! | bodySite, laterality | site, side; the side of radiotherapy is a remark |
//! | treatmentIntent | intent |
//!
//! Of what kind a procedure is, its code says where the lexicon has it; ICD-10-PCS says it by its first character (0 medical and surgical, B
//! imaging, D radiation therapy), and by its last whether it was diagnostic (CMS, ICD-10-PCS, tables of section 0). Where nothing sound says,
//! it is `other`.

use super::super::draft::{Draft, Record};
use super::super::malignancy::has_code_of;
use super::cells::{Cells, Told};
use super::coded::{Coded, Given};
use super::condition::{SIDE, SITE};
use super::tables::Table;
use super::{Known, Sections, words};
use crate::issue::Code;
use crate::terminology::{Domain, systems};

const CODE: Coded = Coded::of("code", "codeSystem", Some("displayName"));
const REASON: Coded = Coded::of("reasonCode", "reasonCodeSystem", Some("reasonDisplayName"));

/// ICD-10-PCS as mCODE 4.0.0 names it (value set mcode-cancer-related-surgical-procedure-vs), and as FHIR R4 does.
const ICD_10_PCS: &[&str] = &["http://www.cms.gov/Medicare/Coding/ICD10", "http://hl7.org/fhir/sid/icd-10-pcs"];

/// SNOMED CT's codes of radiotherapy that name neither a modality nor a technique of mCODE's: brachytherapy, and the course of radiotherapy as
/// mCODE 4.0.0 has it (profile mcode-radiotherapy-course-summary).
const RADIOTHERAPY: &[&str] = &["152198000", "1217123003"];

pub(super) fn read(mut cells: Cells<'_, '_, '_>, key: &str, known: &Known, sections: &mut Sections) {
    let mut item = Record::at(cells.span());
    item.set("key", Draft::Text(key.to_owned(), item.span));
    item.set("identifier", cells.identifier("procedureId"));
    let code = cells.concept(CODE);
    let kind = code.as_ref().map(kind);
    match (code, kind) {
        (Some(code), Some("radiotherapy")) => {
            let field =
                if has_code_of(Domain::RadiotherapyTechnique, &code.concept) { "technique" } else { "modality" };
            item.set(field, code.draft());
        }
        (Some(code), Some(kind)) => {
            item.set("procedure", code.draft());
            item.set("kind", Draft::Text(kind.to_owned(), item.span));
        }
        _ => {}
    }
    let status = cells.term("status", words::PROCEDURE_STATUS);
    cells.reasons(REASON, status.as_ref(), &mut item);
    item.set("status", status);
    item.set("date", cells.date("effectiveDate").map(Told::draft));
    for site in cells.concepts(SITE) {
        item.push("site", site.draft());
    }
    if let Some(side) = cells.concept(SIDE) {
        if kind == Some("radiotherapy") {
            let told = Told { text: side.spelled(), span: cells.place("laterality") };
            cells.remark("laterality", &told);
        } else {
            item.set("side", side.draft());
        }
    }
    if let Some(condition) = cells.text("conditionId") {
        match known.find(Table::Condition, &condition.text) {
            Some(key) => item.set("of", Draft::Text(key, condition.span)),
            None => {
                let message =
                    "no row of `condition-information.csv` has this id for this patient; it is kept as a remark";
                cells.tell(Code::UnknownReference, condition.span, message, "correct the id, or add the condition");
                cells.remark("conditionId", &condition);
            }
        }
    }
    cells.intent("treatmentIntent", &mut item);
    cells.finish(&mut item);
    match kind {
        Some("radiotherapy") => sections.add("radiotherapy", item),
        Some(_) => sections.add("procedures", item),
        None => {}
    }
}

fn kind(code: &Given) -> &'static str {
    let has = |domain: Domain| has_code_of(domain, &code.concept);
    let snomed = code.code_in(systems::SNOMED_CT).unwrap_or_default();
    if RADIOTHERAPY.contains(&snomed) || has(Domain::RadiotherapyModality) || has(Domain::RadiotherapyTechnique) {
        return "radiotherapy";
    }
    let pcs = ICD_10_PCS.iter().find_map(|system| code.code_in(system)).filter(|code| code.len() == 7);
    match (pcs.and_then(|code| code.chars().next()), pcs.is_some_and(|code| code.ends_with('X'))) {
        (Some('D'), _) => return "radiotherapy",
        (Some('B'), _) => return "imaging",
        (Some('0'), false) => return "surgery",
        _ => {}
    }
    let by_domain = [(Domain::Surgery, "surgery"), (Domain::Biopsy, "biopsy"), (Domain::Imaging, "imaging")];
    by_domain.into_iter().find(|(domain, _)| has(*domain)).map_or("other", |(_, kind)| kind)
}
