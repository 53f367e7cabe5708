//! mCODE Primary Cancer Condition (← US Core Condition Problems and Health Concerns).
//!
//! | case (`kind: primary`) | FHIR |
//! | --- | --- |
//! | cancers.diagnosis | Condition.code |
//! | histology | extension mcode-histology-morphology-behavior |
//! | site, side, site_qualifier | bodySite with mCODE's laterality and location qualifiers |
//! | onset, ended, diagnosed | onset\[x\], abatement\[x\], extension condition-assertedDate |
//! | status, certainty | clinicalStatus, verificationStatus |
//! | evolved_from | extension condition-occurredFollowing |
//! | stage | stage.summary and stage.assessment |

use super::cancer_condition::{condition, story};
use super::context::{MapContext, Placement};
use super::output::Section;
use super::tnm_stage_group::stages_of;
use crate::case::{CancerKind, Item};
use crate::fhir::Built;
use crate::fhir::canonicals::PRIMARY_CANCER_CONDITION;
use crate::terminology::Domain;

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for cancer in &cx.case.cancers {
        if cancer.kind.unwrap_or(CancerKind::Primary) != CancerKind::Primary {
            continue;
        }
        let identity = cancer.identity();
        let mut condition = condition(cx, cancer, &[Domain::Cancer])?;
        condition.stage = stages_of(cx, cancer)?;
        let story = story(cx, "Primary cancer", cancer);
        let profile = PRIMARY_CANCER_CONDITION;
        let placement = Placement { identity: &identity, part: "", profile, section: Section::Cancer, at: cancer.at };
        cx.place(condition, cancer.diagnosis.label(), story, &placement)?;
    }
    Ok(())
}
