//! What a run counts: kept in the journal, so that a run that goes on counts on, and told in the report.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::piece::{Names, Record};

/// How many different texts without a code are told apart; the rest is one number, so that memory has a bound.
const TEXTS: usize = 20_000;
/// How many characters of such a text are kept.
const LENGTH: usize = 200;

/// The counts of a run.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Tally {
    pub(super) read: u64,
    pub(super) written: u64,
    pub(super) rejected: u64,
    /// Of the rejected, inputs that could not be read at all.
    pub(super) unread: u64,
    /// The size of the cases, unpacked.
    pub(super) bytes_read: u64,
    /// The size of what was written, packed as it is.
    pub(super) bytes_written: u64,
    pub(super) concepts: u64,
    pub(super) text_only: u64,
    pub(super) resources: BTreeMap<String, u64>,
    pub(super) profiles: BTreeMap<String, u64>,
    /// By code and severity, how many there are and in how many cases.
    issues: BTreeMap<String, Found>,
    unmapped: BTreeMap<String, u64>,
    /// Texts beyond those that are told apart.
    unmapped_beyond: u64,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Found {
    count: u64,
    cases: u64,
}

impl Tally {
    /// Counts a case as it is: written or rejected.
    pub(super) fn add(&mut self, record: &Record, names: &Names) {
        self.read += 1;
        let mut codes: BTreeMap<String, u64> = BTreeMap::new();
        for (code, severity) in &record.issues {
            *codes.entry(format!("{} {}", code.name(), severity.code())).or_default() += 1;
        }
        for (code, count) in codes {
            let found = self.issues.entry(code).or_default();
            found.count += count;
            found.cases += 1;
        }
        let converted = match &record.result {
            Ok(converted) => converted,
            Err(rejected) => {
                self.rejected += 1;
                self.unread += u64::from(rejected.is_unread);
                return;
            }
        };
        self.written += 1;
        self.concepts += u64::try_from(converted.tally.concepts).unwrap_or(0);
        self.text_only += u64::try_from(converted.tally.text_only).unwrap_or(0);
        for text in &record.unmapped {
            let text = text.char_indices().nth(LENGTH).and_then(|(end, _)| text.get(..end)).unwrap_or(text);
            if let Some(count) = self.unmapped.get_mut(text) {
                *count += 1;
            } else if self.unmapped.len() < TEXTS {
                self.unmapped.insert(text.to_owned(), 1);
            } else {
                self.unmapped_beyond += 1;
            }
        }
        for resource in &converted.resources {
            count(&mut self.resources, names.types.get(resource.kind));
            for profile in &resource.profiles {
                count(&mut self.profiles, names.profiles.get(*profile));
            }
        }
    }

    /// How many resources were written.
    pub(super) fn resource_count(&self) -> u64 {
        self.resources.values().sum()
    }

    /// The counts for a program.
    pub(super) fn to_json(&self) -> Value {
        let issues: Vec<Value> = by_frequency(&self.issues, |found| found.count)
            .map(|(name, found)| {
                let (code, severity) = name.split_once(' ').unwrap_or((name, ""));
                json!({ "code": code, "severity": severity, "count": found.count, "cases": found.cases })
            })
            .collect();
        let unmapped: Vec<Value> = by_frequency(&self.unmapped, |count| *count)
            .map(|(text, count)| json!({ "text": text, "count": count }))
            .collect();
        json!({
            "cases": { "read": self.read, "written": self.written, "rejected": self.rejected, "unread": self.unread },
            "bytes": { "read": self.bytes_read, "written": self.bytes_written },
            "concepts": {
                "all": self.concepts,
                "coded": self.concepts - self.text_only.min(self.concepts),
                "text": self.text_only,
            },
            "resources": self.resources,
            "profiles": self.profiles,
            "issues": issues,
            "unmapped": unmapped,
            "unmappedNotListed": self.unmapped_beyond,
        })
    }
}

/// Counts a name, which is copied when it is new only.
fn count(map: &mut BTreeMap<String, u64>, name: Option<&String>) {
    let Some(name) = name else { return };
    match map.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            map.insert(name.clone(), 1);
        }
    }
}

/// The most frequent first; those of one frequency by their names.
fn by_frequency<T>(map: &BTreeMap<String, T>, count: impl Fn(&T) -> u64) -> impl Iterator<Item = (&str, &T)> {
    let mut list: Vec<(&str, &T)> = map.iter().map(|(name, value)| (name.as_str(), value)).collect();
    list.sort_by_key(|(_, value)| std::cmp::Reverse(count(value)));
    list.into_iter()
}
