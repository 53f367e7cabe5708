//! What was not done delivered nothing, what is completed has ended, and numbers keep to their ranges.

#[allow(clippy::wildcard_imports, reason = "these rules speak of every type of the room")]
use super::super::*;
use super::report;
use crate::issue::{Code, Issues};

/// What is completed has an end, where its time is a period.
fn check_open(status: Option<Done>, date: Option<&When>, at: At, issues: &mut Issues) {
    if status == Some(Done::Completed) && date.is_some_and(When::is_open) {
        let help = "add the end of the period, or say `status: in-progress`";
        report(issues, Code::Contradiction, at, "the treatment is completed and its period has no end", help);
    }
}

pub(super) fn check_treatments(case: &Case, issues: &mut Issues) {
    for procedure in &case.procedures {
        check_open(procedure.status, procedure.date.as_ref(), procedure.at, issues);
        let undone = matches!(procedure.status, Some(Done::NotDone | Done::Planned));
        if undone && procedure.nodes_examined.or(procedure.nodes_positive).is_some() {
            let help = "correct `status`, or leave the counts of nodes out";
            report(
                issues,
                Code::Contradiction,
                procedure.at,
                "the procedure was not done and examined nodes all the same",
                help,
            );
        }
        if let (Some(examined), Some(positive)) = (procedure.nodes_examined, procedure.nodes_positive)
            && positive > examined
        {
            let help = "correct `nodes_positive` or `nodes_examined`";
            report(issues, Code::OutOfRange, procedure.at, "more nodes are positive than were examined", help);
        }
    }
    for course in &case.radiotherapy {
        let delivered = course.volume.iter().any(|volume| volume.dose.is_some() || volume.fractions.is_some());
        check_open(course.status, course.date.as_ref(), course.at, issues);
        let delivered =
            delivered || course.activity_per_session.is_some() || course.sessions.is_some_and(|count| count > 0);
        if course.status == Some(Done::NotDone) && delivered {
            let help = "correct `status`, or leave sessions, doses and fractions out";
            report(
                issues,
                Code::Contradiction,
                course.at,
                "the radiotherapy was not done and delivered doses all the same",
                help,
            );
        }
    }
    for medication in &case.medications {
        check_open(medication.status, medication.date.as_ref(), medication.at, issues);
        if let Some(order) = medication.order.as_ref().filter(|_| medication.status == Some(Done::NotDone))
            && order.status == Some(OrderStatus::Completed)
        {
            let help = "correct `status` of the drug, or that of its order";
            report(issues, Code::Contradiction, order.at, "the drug was not given and its order was carried out", help);
        }
        if medication.cycles == Some(0) && medication.status != Some(Done::NotDone) {
            report(
                issues,
                Code::OutOfRange,
                medication.at,
                "there are no cycles",
                "say `status: not-done`, or leave `cycles` out",
            );
        }
    }
}

pub(super) fn check_numbers(case: &Case, issues: &mut Issues) {
    for performance in &case.performance {
        let (sound, help) = match performance.scale {
            PerformanceScale::Ecog => (performance.score <= 5, "ECOG runs from 0 to 5"),
            PerformanceScale::Karnofsky => (
                performance.score <= 100 && performance.score.is_multiple_of(10),
                "Karnofsky runs from 0 to 100 in tens",
            ),
        };
        if !sound {
            report(issues, Code::OutOfRange, performance.at, "the scale has no such score", help);
        }
    }
    for tumor in &case.tumors {
        for size in &tumor.size {
            for length in &size.dimensions.lengths {
                let unit = length.unit.as_deref().unwrap_or_default();
                if !matches!(unit, "mm" | "cm") {
                    let help = "write the size in mm or cm (mCODE 4.0.0, value set mcode-tumor-size-units-vs)";
                    report(
                        issues,
                        Code::BadQuantity,
                        size.dimensions.at,
                        "the size has no unit, or one other than mm and cm",
                        help,
                    );
                    break;
                }
            }
        }
    }
    for course in &case.radiotherapy {
        for volume in &course.volume {
            if let Some(dose) = &volume.dose
                && (!matches!(dose.unit.as_deref(), Some("cGy" | "Gy")) || !matches!(dose.amount, Amount::Exact(_)))
            {
                let help = "write it as `4500 cGy` or `45 Gy` (mCODE 4.0.0, radiotherapy dose delivered to volume)";
                report(issues, Code::BadQuantity, dose.at, "the dose is not one number in cGy or Gy", help);
            }
        }
    }
}
