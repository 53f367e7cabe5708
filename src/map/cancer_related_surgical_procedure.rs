//! mCODE Cancer-Related Surgical Procedure (← US Core Procedure).
//!
//! | case (`kind: surgery`) | FHIR |
//! | --- | --- |
//! | all | as in `procedure.rs` |
//! | intent | extension mcode-procedure-intent |

use super::context::MapContext;
use super::procedure::{place, procedure};
use crate::case::ProcedureKind;
use crate::fhir::Built;
use crate::fhir::canonicals::CANCER_RELATED_SURGICAL_PROCEDURE;
use crate::terminology::Domain;

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for from in &cx.case.procedures {
        if from.kind == ProcedureKind::Surgery {
            let procedure = procedure(cx, from, &[Domain::Surgery, Domain::Biopsy])?;
            place(cx, from, procedure, "Cancer-related surgery", CANCER_RELATED_SURGICAL_PROCEDURE)?;
        }
    }
    Ok(())
}
