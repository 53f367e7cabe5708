//! A recurrence, as US Core Condition Problems and Health Concerns.
//!
//! mCODE has no profile of its own for it: a recurrence is no new primary cancer, and a local one no secondary.
//!
//! | case (`kind: recurrence`) | FHIR |
//! | --- | --- |
//! | cancers.of | extension condition-related: the cancer that came back |
//! | status | clinicalStatus, `recurrence` unless the case says otherwise |
//! | all else | as for the primary cancer |

use super::cancer_condition::{clinical_status, condition, story};
use super::context::{MapContext, Placement};
use super::output::Section;
use super::tnm_stage_group::stages_of;
use crate::case::{CancerKind, ClinicalStatus, Item};
use crate::fhir::canonicals::CONDITION_PROBLEMS;
use crate::fhir::{Built, extensions};
use crate::terminology::Domain;

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for cancer in &cx.case.cancers {
        if cancer.kind != Some(CancerKind::Recurrence) {
            continue;
        }
        let identity = cancer.identity();
        let mut condition = condition(cx, cancer, &[Domain::Cancer, Domain::Metastasis])?;
        condition.stage = stages_of(cx, cancer)?;
        if cancer.status.is_none() && cancer.ended.is_none() {
            condition.clinical_status = clinical_status(Some(ClinicalStatus::Recurrence), false, cancer.certainty)?;
        }
        if let Some(of) = &cancer.of
            && let Some(first) = cx.link(of)?
        {
            condition.extension.push(extensions::condition_related(first)?);
        }
        let story = story(cx, "Recurrence of cancer", cancer);
        let profile = CONDITION_PROBLEMS;
        let placement = Placement { identity: &identity, part: "", profile, section: Section::Cancer, at: cancer.at };
        cx.place(condition, cancer.diagnosis.label(), story, &placement)?;
    }
    Ok(())
}
