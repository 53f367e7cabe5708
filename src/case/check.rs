//! What a case must hold to beyond its fields: keys and links, ends after starts, numbers in their ranges.

use std::cmp::Ordering;
use std::collections::HashMap;

#[allow(clippy::wildcard_imports, reason = "this file speaks of every type of the room")]
use super::*;
use crate::issue::{Code, Issue, Issues};

/// Reports what does not hold in a case that was read.
pub fn check(case: &Case, issues: &mut Issues) {
    let items = items(case);
    check_identities(&items, issues);
    let mut links = Links { kinds: HashMap::new(), issues };
    for item in &items {
        if let Some(key) = &item.key {
            links.kinds.entry(key.clone()).or_insert(item.kind);
        }
    }
    check_links(case, &mut links);
    check_conditions(case, issues);
    check_treatments(case, issues);
    check_numbers(case, issues);
}

fn report(issues: &mut Issues, code: Code, at: At, message: impl Into<String>, help: impl Into<String>) {
    issues.add(Issue::new(code, message).at(at.0).help(help));
}

fn check_identities(items: &[ItemRef], issues: &mut Issues) {
    let mut keys: HashMap<&str, &ItemRef> = HashMap::new();
    let mut identities: HashMap<&str, &ItemRef> = HashMap::new();
    for item in items {
        if let Some(key) = item.key.as_deref() {
            if keys.insert(key, item).is_some() {
                let message = format!("another item has the same key as this {}", item.kind.name());
                report(issues, Code::DuplicateKey, item.at, message, "give each item a key of its own");
            }
        } else if identities.insert(&item.identity, item).is_some() {
            let message =
                format!("another {} is alike in name, place and date, and neither has a key", item.kind.name());
            let help = "give each a `key` of its own, or remove the one that was entered twice";
            report(issues, Code::DuplicateItem, item.at, message, help);
        }
    }
}

struct Links<'i> {
    kinds: HashMap<String, ItemKind>,
    issues: &'i mut Issues,
}

impl Links<'_> {
    fn check<'l>(&mut self, links: impl IntoIterator<Item = &'l Link>, kinds: &[ItemKind]) {
        for link in links {
            let found = self.kinds.get(&link.name);
            if found.is_some_and(|kind| kinds.contains(kind)) {
                continue;
            }
            let wanted = kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ");
            let message = match found {
                Some(kind) => format!("this links to a {}; a link here leads to: {wanted}", kind.name()),
                None => format!("no item has this key; a link here leads to: {wanted}"),
            };
            let names: Vec<&str> =
                self.kinds.iter().filter(|(_, kind)| kinds.contains(kind)).map(|(name, _)| name.as_str()).collect();
            let help = match read::nearest(&link.name, &names) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "give the item it should lead to that `key`".to_owned(),
            };
            report(self.issues, Code::UnknownKey, link.at.0, message, help);
        }
    }
}

fn check_links(case: &Case, links: &mut Links<'_>) {
    use ItemKind as K;
    const DISEASES: &[K] = &[K::Cancer, K::Condition, K::Tumor];
    const TREATMENTS: &[K] = &[K::Procedure, K::Radiotherapy, K::Medication];
    for cancer in &case.cancers {
        links.check(cancer.of.iter().chain(&cancer.evolved_from), &[K::Cancer]);
        links.check(cancer.grade.iter().filter_map(|grade| grade.specimen.as_ref()), &[K::Specimen]);
    }
    for tumor in &case.tumors {
        links.check(&tumor.of, &[K::Cancer]);
    }
    for specimen in &case.specimens {
        links.check(&specimen.tumor, &[K::Tumor]);
    }
    for finding in &case.findings {
        let kinds = [DISEASES, TREATMENTS, &[K::Volume, K::GenomicReport]].concat();
        links.check(&finding.of, &kinds);
        links.check(&finding.specimen, &[K::Specimen]);
    }
    for lab in &case.labs {
        links.check(&lab.specimen, &[K::Specimen]);
    }
    for marker in &case.markers {
        links.check(&marker.of, &[K::Cancer, K::Tumor]);
        links.check(&marker.specimen, &[K::Specimen]);
    }
    for variant in &case.variants {
        links.check(&variant.specimen, &[K::Specimen]);
        links.check(&variant.report, &[K::GenomicReport]);
    }
    for report in &case.genomic_reports {
        links.check(&report.specimen, &[K::Specimen]);
    }
    for procedure in &case.procedures {
        links.check(&procedure.of, DISEASES);
    }
    for course in &case.radiotherapy {
        links.check(&course.of, DISEASES);
    }
    for medication in &case.medications {
        links.check(&medication.of, &[K::Cancer, K::Condition]);
    }
    for status in &case.disease_status {
        links.check(&status.of, &[K::Cancer, K::Tumor, K::Volume]);
        links.check(&status.after, TREATMENTS);
    }
    for condition in &case.conditions {
        links.check(&condition.due_to, &[TREATMENTS, &[K::Cancer, K::Condition]].concat());
    }
}

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

fn check_conditions(case: &Case, issues: &mut Issues) {
    for cancer in &case.cancers {
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
        check_course(condition.status, condition.onset.as_ref(), condition.ended.as_ref(), condition.at, issues);
        if condition.absent == Some(true)
            && (condition.status.is_some() || condition.certainty == Some(Certainty::Confirmed))
        {
            let help = "leave `absent` out, or leave `status` and `certainty` out";
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

fn check_treatments(case: &Case, issues: &mut Issues) {
    for procedure in &case.procedures {
        if procedure.status == Some(Done::NotDone) && procedure.nodes_examined.or(procedure.nodes_positive).is_some() {
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
        if course.status == Some(Done::NotDone) && (delivered || course.sessions.is_some_and(|sessions| sessions > 0)) {
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
        let open = medication.date.as_ref().is_some_and(When::is_open);
        if open && medication.status == Some(Done::Completed) {
            let help = "add the end of the period, or say `status: in-progress`";
            report(issues, Code::Contradiction, medication.at, "the drug is completed and its period has no end", help);
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

fn check_numbers(case: &Case, issues: &mut Issues) {
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
