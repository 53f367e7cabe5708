//! Diseases end after they begin, come from no one but others, and are staged by one staging at a time.

use std::cmp::Ordering;

#[allow(clippy::wildcard_imports, reason = "these rules speak of every type of the room")]
use super::super::*;
use super::report;
use crate::issue::{Code, Issues};

/// FHIR R4, Condition, con-4: what has ended is inactive, in remission or resolved.
fn check_course(
    status: Option<ClinicalStatus>,
    onset: Option<&Onset>,
    ended: Option<&Onset>,
    at: At,
    issues: &mut Issues,
) {
    let goes_on = matches!(status, Some(ClinicalStatus::Active | ClinicalStatus::Recurrence | ClinicalStatus::Relapse));
    if goes_on && ended.is_some() {
        let help = "leave `ended` out, or say that the status is inactive, remission or resolved";
        report(issues, Code::Contradiction, at, "the disease goes on by its status and has ended by `ended`", help);
    }
    if let (Some(Onset::When(from)), Some(Onset::When(to))) = (onset, ended)
        && let (Some(from), Some(to)) = (from.start(), to.start())
        && from.compare(to) == Some(Ordering::Greater)
    {
        report(issues, Code::Contradiction, at, "the disease ends before it begins", "correct `onset` or `ended`");
    }
}

/// FHIR R4, Condition, con-5 and con-4: what was entered by mistake has no status, and so has not ended either.
fn check_mistake(
    certainty: Option<Certainty>,
    status: Option<ClinicalStatus>,
    ended: Option<&Onset>,
    at: At,
    issues: &mut Issues,
) {
    if certainty == Some(Certainty::EnteredInError) && (status.is_some() || ended.is_some()) {
        let help = "leave `status` and `ended` out, or correct `certainty`";
        let message = "the disease was entered by mistake, and has a status or an end all the same";
        report(issues, Code::Contradiction, at, message, help);
    }
}

/// Whether following a cancer's link, and the links of what it leads to, comes back to the cancer.
fn leads_back(case: &Case, cancer: &Cancer, link: &Link) -> bool {
    let mut ahead = vec![link];
    // No chain is longer than there are cancers; a ring that the cancer is not part of ends here.
    for _ in 0..=case.cancers.len() {
        if cancer.key.as_ref().is_some_and(|key| ahead.contains(&key)) {
            return true;
        }
        let next = |link: &&Link| case.cancers.iter().find(|other| other.key.as_ref() == Some(*link));
        ahead = ahead.iter().filter_map(next).flat_map(|other| other.of.iter().chain(&other.evolved_from)).collect();
        ahead.truncate(case.cancers.len());
    }
    false
}

pub(super) fn check_conditions(case: &Case, issues: &mut Issues) {
    if case.oncology == Some(false)
        && let Some(cancer) = case.cancers.first()
    {
        let help = "leave `oncology: false` out, or the cancer";
        report(issues, Code::Contradiction, cancer.at, "the case is said to be none of cancer, and has one", help);
    }
    for cancer in &case.cancers {
        check_mistake(cancer.certainty, cancer.status, cancer.ended.as_ref(), cancer.at, issues);
        check_course(cancer.status, cancer.onset.as_ref(), cancer.ended.as_ref(), cancer.at, issues);
        if cancer.kind.unwrap_or(CancerKind::Primary) == CancerKind::Primary && cancer.of.is_some() {
            let help = "say `kind: secondary` or `kind: recurrence`; for a cancer that changed into another, write `evolved_from`";
            report(issues, Code::Contradiction, cancer.at, "a primary cancer is not `of` another", help);
        }
        for link in cancer.of.iter().chain(&cancer.evolved_from) {
            if leads_back(case, cancer, link) {
                let message = "the cancer comes, by its links, from itself";
                report(issues, Code::Contradiction, link.at.0, message, "link to the cancer that it comes from");
            }
        }
        for stage in &cancer.stage {
            for value in stage.t.iter().chain(&stage.n) {
                let letter =
                    value.text.as_deref().and_then(|text| text.trim_start_matches(['y', 'r', 'a']).chars().next());
                let against = matches!(
                    (stage.kind, letter),
                    (Some(StageType::Clinical), Some('p')) | (Some(StageType::Pathological), Some('c'))
                );
                if against {
                    let message = "the letter before the category says another staging than `kind`";
                    report(issues, Code::Contradiction, value.at, message, "correct one of them, or give two stages");
                }
            }
            let tnm = [&stage.t, &stage.n, &stage.m, &stage.group].into_iter().any(Option::is_some);
            if !tnm && stage.value.is_none() {
                let help = "add `t`, `n`, `m` or `group`, or `value` for a system other than TNM";
                report(issues, Code::MissingField, stage.at, "the stage says nothing", help);
            }
        }
    }
    for condition in &case.conditions {
        for link in &condition.due_to {
            if condition.key.as_ref() == Some(link) {
                let message = "the condition is a consequence of itself";
                report(issues, Code::Contradiction, link.at.0, message, "link to its cause, or leave `due_to` out");
            }
        }
        check_mistake(condition.certainty, condition.status, condition.ended.as_ref(), condition.at, issues);
        check_course(condition.status, condition.onset.as_ref(), condition.ended.as_ref(), condition.at, issues);
        let qualified = condition.status.is_some() || condition.certainty.is_some() || condition.ended.is_some();
        if condition.absent == Some(true) && (qualified || condition.severity.is_some()) {
            let help = "leave `absent` out, or leave `status`, `certainty`, `severity` and `ended` out";
            report(
                issues,
                Code::Contradiction,
                condition.at,
                "the condition is absent and has a status all the same",
                help,
            );
        }
    }
}
