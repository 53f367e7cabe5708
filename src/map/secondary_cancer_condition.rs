//! mCODE Secondary Cancer Condition (← US Core Condition Problems and Health Concerns).
//!
//! | case (`kind: secondary`) | FHIR |
//! | --- | --- |
//! | cancers.of | extension condition-related: the primary cancer |
//! | all else | as for the primary cancer; its stages have the primary as their focus |

use super::cancer_condition::{condition, story};
use super::context::{MapContext, Placement};
use super::output::Section;
use super::tnm_stage_group::stages_of;
use crate::case::{CancerKind, Item};
use crate::fhir::canonicals::{CONDITION_PROBLEMS, SECONDARY_CANCER_CONDITION};
use crate::fhir::{Built, extensions};
use crate::terminology::Domain;

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for cancer in &cx.case.cancers {
        if cancer.kind != Some(CancerKind::Secondary) {
            continue;
        }
        let identity = cancer.identity();
        let mut condition = condition(cx, cancer, &[Domain::Metastasis, Domain::Cancer])?;
        condition.stage = stages_of(cx, cancer)?;
        let mut profile = SECONDARY_CANCER_CONDITION;
        if let Some(of) = &cancer.of
            && let Some(primary) = cx.link(of)?
        {
            condition.extension.push(extensions::condition_related(primary)?);
            // The profile wants a primary cancer there; a metastasis of a metastasis or of a recurrence is none.
            let linked = cx.case.cancers.iter().find(|other| other.key.as_ref() == Some(of));
            if linked.is_some_and(|other| other.kind.unwrap_or(CancerKind::Primary) != CancerKind::Primary) {
                profile = CONDITION_PROBLEMS;
                cx.wider(cancer.at, "mCODE links a metastasis to a primary cancer, and this one is linked to another");
            }
        }
        let story = story(cx, "Secondary cancer", cancer);
        let placement = Placement { identity: &identity, part: "", profile, section: Section::Cancer, at: cancer.at };
        cx.place(condition, cancer.diagnosis.label(), story, &placement)?;
    }
    Ok(())
}
