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
    check_negations(case, issues);
    check_results(case, issues);
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

/// Words that deny must not stand where the output would assert them.
fn check_negations(case: &Case, issues: &mut Issues) {
    let mut deny = |concept: &Concept, help: &str| {
        // Where the case gives a code, the code says what is meant.
        if concept.codings.is_empty() && negation::is_negative(concept.label()) {
            let message =
                "these words say that something is absent or was not done, and the field says that it is there";
            report(issues, Code::NegatedWords, concept.at, message, help);
        }
    };
    for finding in case.findings.iter().filter(|finding| finding.value.is_none()) {
        deny(&finding.finding, "name what was looked for, and say `absent: true`");
    }
    for condition in &case.conditions {
        deny(&condition.condition, "name the condition, and say `absent: true`");
    }
    for cancer in &case.cancers {
        deny(&cancer.diagnosis, "leave it out, or name the cancer and say `certainty: refuted`");
    }
    for medication in &case.medications {
        deny(&medication.drug, "name the drug, and say `status: not-done` with the reason");
    }
    for procedure in &case.procedures {
        deny(&procedure.procedure, "name the procedure, and say `status: not-done` with the reason");
        procedure.complication.iter().for_each(|it| deny(it, "leave it out; say it in a note"));
    }
    for condition in case.family_history.iter().flat_map(|member| &member.condition) {
        deny(&condition.condition, "leave it out, or write it under `history` with `kind: family`");
    }
}

/// Results that say too little, or two things at once.
fn check_results(case: &Case, issues: &mut Issues) {
    for marker in &case.markers {
        if marker.result.is_none() && marker.value.is_none() && marker.score.is_empty() {
            report(
                issues,
                Code::MissingField,
                marker.at,
                "the marker has no result",
                "add `result`, `value` or `score`",
            );
        }
    }
    for variant in &case.variants {
        let wild =
            |text: &str| matches!(text.trim().to_lowercase().as_str(), "wild type" | "wild-type" | "wildtype" | "wt");
        let change = variant.change.as_ref().map(Concept::label);
        let texts = [&variant.protein, &variant.coding, &variant.genomic, &variant.cytogenetic];
        let mut words = texts.into_iter().flatten().map(String::as_str).chain(change).peekable();
        let told = words.peek().is_some() || !variant.variation.is_empty();
        if words.any(wild) {
            let help = "say `result: absent`, and leave `wild type` out or put it into a note";
            report(issues, Code::Contradiction, variant.at, "wild type is no variant", help);
        } else if !told && variant.result.is_none() {
            let help = "add `result: present` or `result: absent`, or the change that was found";
            report(issues, Code::MissingField, variant.at, "the variant has neither a change nor a result", help);
        }
    }
    for finding in case.findings.iter().filter(|finding| finding.absent == Some(true)) {
        if finding.severity.is_some() || finding.value.is_some() {
            let help = "leave `absent` out, or leave `severity` and `value` out";
            report(issues, Code::Contradiction, finding.at, "the finding is absent and has a severity or value", help);
        }
    }
    for history in case.history.iter().filter(|history| history.absent == Some(true)) {
        if !history.text.codings.is_empty() {
            let help = "leave `absent` out where the code itself is a negative one; else write it under `conditions` with `absent: true`";
            report(
                issues,
                Code::Contradiction,
                history.at,
                "a code says that the thing is there, and `absent` that it is not",
                help,
            );
        }
    }
    if case.patient.deceased == Some(Deceased::Flag(false))
        && let Some(cause) = &case.patient.cause_of_death
    {
        report(
            issues,
            Code::Contradiction,
            cause.at,
            "the patient lives and has a cause of death",
            "correct one of them",
        );
    }
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

/// What is completed has an end, where its time is a period.
fn check_open(status: Option<Done>, date: Option<&When>, at: At, issues: &mut Issues) {
    if status == Some(Done::Completed) && date.is_some_and(When::is_open) {
        let help = "add the end of the period, or say `status: in-progress`";
        report(issues, Code::Contradiction, at, "the treatment is completed and its period has no end", help);
    }
}

fn check_treatments(case: &Case, issues: &mut Issues) {
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
