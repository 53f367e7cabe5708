//! condition-information: a cancer where something sound says so, else a condition.
//!
//! | column | case |
//! | --- | --- |
//! | conditionId | key and identifier |
//! | code, codeSystem, displayName | cancer.diagnosis or condition.condition |
//! | category | category, a list |
//! | dateOfDiagnosis | diagnosed |
//! | clinicalStatus, verificationStatus | status, certainty |
//! | bodySite, laterality | site, side: codes of SNOMED CT |
//! | histology | cancer.histology: codes of SNOMED CT or ICD-O-3; of a condition a remark |
//!
//! A condition is a cancer where its code is that of a malignancy (C00 to C97 of ICD-10, a malignant behaviour of ICD-O-3, a code or words
//! of the lexicon's cancers), where its stage or its disease status is told, or where its histology is malignant by its behaviour or
//! in the lexicon. It is a secondary one where its code is that of a metastasis.

use super::super::draft::{Draft, Record};
use super::super::malignancy::{has_code_of, has_malignant_code, is_secondary, is_worded_so};
use super::cells::{Cells, Told};
use super::coded::{Coded, Given};
use super::{Known, Sections, words};
use crate::terminology::{Domain, systems};

const CODE: Coded = Coded::of("code", "codeSystem", Some("displayName"));
pub(super) const SITE: Coded = Coded::in_system("bodySite", systems::SNOMED_CT);
pub(super) const SIDE: Coded = Coded::in_system("laterality", systems::SNOMED_CT);
const HISTOLOGY: Coded = Coded::in_system("histology", systems::SNOMED_CT);

pub(super) fn read(mut cells: Cells<'_, '_, '_>, key: &str, known: &mut Known, sections: &mut Sections) {
    let mut item = Record::at(cells.span());
    item.set("key", Draft::Text(key.to_owned(), item.span));
    let id = cells.peek("conditionId").map(|told| told.text).unwrap_or_default();
    item.set("identifier", cells.identifier("conditionId"));
    let (code, histology) = (cells.concept(CODE), cells.concept(HISTOLOGY));
    let has_code = code.is_some();
    let is_followed = known.cancers.contains(&id);
    let (secondary, cancer) = code.as_ref().map_or((false, false), |code| kind(code, histology.as_ref(), is_followed));
    item.set(if cancer { "diagnosis" } else { "condition" }, code.map(Given::draft));
    if secondary {
        item.set("kind", Draft::Text("secondary".to_owned(), item.span));
    }
    for told in cells.list("category") {
        if let Some(word) = cells.word(&told, words::CATEGORY) {
            item.push("category", Draft::Text(word.to_owned(), told.span));
        }
    }
    item.set("diagnosed", cells.date("dateOfDiagnosis").map(Told::draft));
    item.set("status", cells.term("clinicalStatus", words::CLINICAL_STATUS));
    item.set("certainty", cells.term("verificationStatus", words::VERIFICATION_STATUS));
    for site in cells.concepts(SITE) {
        item.push("site", site.draft());
    }
    item.set("side", cells.concept(SIDE).map(Given::draft));
    if let Some(histology) = histology {
        if cancer {
            item.set("histology", histology.draft());
        } else {
            let told = Told { text: histology.spelled(), span: cells.place("histology") };
            cells.remark("histology", &told);
        }
    }
    if cancer && let Some(stages) = known.stages.remove(&id) {
        item.set("stage", Draft::List(stages.into_iter().map(|(_, stage)| stage).collect()));
    }
    cells.finish(&mut item);
    if !has_code {
        return;
    }
    sections.add(if cancer { "cancers" } else { "conditions" }, item);
}

/// Whether a condition is a secondary cancer, and whether it is a cancer at all.
fn kind(code: &Given, histology: Option<&Given>, is_followed: bool) -> (bool, bool) {
    let code = &code.concept;
    let secondary = is_secondary(code) || has_code_of(Domain::Metastasis, code);
    let is_malignant = |histology: &Given| {
        has_malignant_code(&histology.concept)
            || (histology.code_in(systems::SNOMED_CT).is_some() && has_code_of(Domain::Histology, &histology.concept))
    };
    let cancer = secondary
        || is_followed
        || has_malignant_code(code)
        || has_code_of(Domain::Cancer, code)
        || is_worded_so(code)
        || histology.is_some_and(is_malignant);
    (secondary, cancer)
}
