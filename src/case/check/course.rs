//! Adverse events are graded by CTCAE's scale and end after they begin; trials and encounters say which they are; appointments end after
//! they begin, and are called off where they have a reason for it.

use std::cmp::Ordering;

#[allow(clippy::wildcard_imports, reason = "these rules speak of every type of the room")]
use super::super::*;
use super::report;
use crate::issue::{Code, Issues};

pub(super) fn check_events(case: &Case, issues: &mut Issues) {
    for event in &case.adverse_events {
        if let (Some(grade), Some(number)) = (&event.grade, event.grade_number())
            && !(1..=5).contains(&number)
        {
            let help = match number {
                0 => "an event of grade 0 did not happen: write it under `findings` with `absent: true`",
                _ => "write a grade from 1 to 5 (CTCAE 5.0)",
            };
            report(issues, Code::OutOfRange, grade.at, "CTCAE has no such grade", help);
        }
        if event.grade_number() == Some(5) && event.resolved.is_some() {
            let help = "correct `grade`, or leave `resolved` out";
            report(issues, Code::Contradiction, event.at, "the event was fatal by its grade, and is over", help);
        }
        let began = event.date.as_ref().and_then(When::start);
        for (ended, message, help) in [
            (&event.resolved, "the event is over before it begins", "correct `date` or `resolved`"),
            (&event.recorded, "the event was recorded before it began", "correct `date` or `recorded`"),
        ] {
            // What might have happened, and was seen coming, may be recorded before.
            let is_real = event.actuality != Some(Actuality::Potential);
            if let (Some(began), Some(ended)) = (began, ended)
                && is_real
                && began.compare(ended) == Some(Ordering::Greater)
            {
                report(issues, Code::Contradiction, event.at, message, help);
            }
        }
    }
}

pub(super) fn check_trials(case: &Case, issues: &mut Issues) {
    for trial in &case.trials {
        if trial.title.is_none() && trial.identifier.is_empty() {
            let help = "add `title`, or `identifier` with the number that a registry gave it";
            report(issues, Code::MissingField, trial.at, "the trial has neither a title nor a number", help);
        }
        // FHIR R4 demands both statuses and has no code for one that is not known.
        if trial.status.is_none() {
            let help = "add `status: active`, `completed` …; registries of trials tell it";
            report(issues, Code::MissingField, trial.at, "the trial does not say how far the study is", help);
        }
        if trial.enrolment.is_none() {
            let help = "add `enrolment: on-study`, `off-study`, `screening` …";
            report(issues, Code::MissingField, trial.at, "the trial does not say how the patient stands in it", help);
        }
    }
}

pub(super) fn check_visits(case: &Case, issues: &mut Issues) {
    for encounter in &case.encounters {
        let is_open = encounter.date.as_ref().is_some_and(When::is_open);
        if encounter.status == Some(EncounterStatus::Finished) && is_open {
            let help = "add the end of the period, or say `status: in-progress`";
            report(
                issues,
                Code::Contradiction,
                encounter.at,
                "the encounter is finished and its period has no end",
                help,
            );
        }
    }
    for appointment in &case.appointments {
        if let (Some(start), Some(end)) = (&appointment.start, &appointment.end)
            && start.compare(end) == Some(Ordering::Greater)
        {
            let help = "exchange or correct `start` and `end`";
            report(issues, Code::Contradiction, appointment.at, "the appointment ends before it begins", help);
        }
        let is_off = matches!(
            appointment.status,
            AppointmentStatus::Cancelled | AppointmentStatus::NoShow | AppointmentStatus::EnteredInError
        );
        if let Some(reason) = appointment.cancellation_reason.as_ref().filter(|_| !is_off) {
            let help = "say `status: cancelled`, or leave `cancellation_reason` out";
            let message = "the appointment was called off by its reason, and was not by its status";
            report(issues, Code::Contradiction, reason.at, message, help);
        }
    }
}
