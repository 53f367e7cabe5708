//! Items are told apart, and links lead to items of the right kind.

use std::collections::HashMap;

#[allow(clippy::wildcard_imports, reason = "these rules speak of every type of the room")]
use super::super::*;
use super::report;
use crate::issue::{Code, Issues};

pub(super) fn check_identities(items: &[ItemRef], issues: &mut Issues) {
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

use ItemKind as K;

/// What treatments are for.
const DISEASES: &[K] = &[K::Cancer, K::Condition, K::Tumor];
/// What has effects.
const TREATMENTS: &[K] = &[K::Procedure, K::Radiotherapy, K::Medication];

/// What encounters and appointments are for.
const REASONS: &[K] = &[K::Cancer, K::Condition, K::Procedure, K::Radiotherapy, K::Finding];

/// Reports links that lead nowhere, or to an item of another kind than the field takes.
pub(super) fn check_links(case: &Case, items: &[ItemRef], issues: &mut Issues) {
    let mut links = Links { kinds: HashMap::new(), issues };
    for item in items {
        if let Some(key) = &item.key {
            links.kinds.entry(key.clone()).or_insert(item.kind);
        }
    }
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
    for specimen in &case.specimens {
        links.check(&specimen.derived_from, &[K::Specimen]);
    }
    for document in &case.documents {
        links.check(&document.specimen, &[K::Specimen]);
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
    for event in &case.adverse_events {
        links.check(&event.of, TREATMENTS);
        links.check(&event.study, &[K::Trial]);
    }
    for change in &case.plan_changes {
        links.check(&change.of, &[K::Cancer, K::Condition]);
    }
    for encounter in &case.encounters {
        links.check(&encounter.of, REASONS);
        links.check(&encounter.appointment, &[K::Appointment]);
    }
    for appointment in &case.appointments {
        links.check(&appointment.of, REASONS);
    }
    for condition in &case.conditions {
        links.check(&condition.due_to, &[TREATMENTS, &[K::Cancer, K::Condition]].concat());
    }
}
