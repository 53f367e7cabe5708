//! A value set made ready for questions: for each code system a table of codes.

use super::code_table::CodeTable;
use super::compose::Decision;
use super::membership::{Membership, Reason, Rest};

/// A value set of a [`super::Terminology`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueSetId(pub(super) u32);

/// A value set, ready.
#[derive(Debug)]
pub(super) struct Prepared {
    parts: Box<[Part]>,
    other: Membership,
}

/// Its codes of one system.
#[derive(Debug)]
struct Part {
    system: Box<str>,
    /// The codes that are known: those that are in, then those that are out, then the undecided ones.
    codes: CodeTable,
    inside: u32,
    outside: u32,
    reason: Reason,
    rest: Rest,
}

impl Prepared {
    pub(super) fn new(decision: Decision<'_>) -> Self {
        let parts = decision.systems.into_iter().map(|(system, codes)| {
            let mut known: Vec<(Membership, &str)> =
                codes.known.iter().map(|(code, known)| (*known, code.as_ref())).collect();
            // What the rest says anyway needs no row.
            known.retain(|(membership, _)| codes.rest != Rest::All(*membership));
            known.sort_unstable_by(|a, b| (rank(a.0), a.1).cmp(&(rank(b.0), b.1)));
            let until = |last: u8| {
                u32::try_from(known.partition_point(|(membership, _)| rank(*membership) <= last)).unwrap_or(u32::MAX)
            };
            let reason = known.iter().find_map(|(membership, _)| match membership {
                Membership::Undecided(reason) => Some(*reason),
                _ => None,
            });
            Part {
                system: system.into(),
                inside: until(0),
                outside: until(1),
                reason: reason.unwrap_or(Reason::FilterUnknown),
                codes: CodeTable::new(known.iter().map(|(_, code)| *code), codes.folded),
                rest: codes.rest,
            }
        });
        let mut parts: Vec<Part> = parts.collect();
        parts.sort_by(|a, b| a.system.cmp(&b.system));
        Self { parts: parts.into(), other: decision.other }
    }

    /// Whether a code of a system is in it.
    pub(super) fn contains(&self, system: &str, code: &str) -> Membership {
        match self.parts.iter().find(|part| *part.system == *system) {
            Some(part) => part.decide(code),
            None => self.other,
        }
    }

    /// Whether a code of any of its systems is in it.
    pub(super) fn contains_code(&self, code: &str) -> Membership {
        let mut found = self.other;
        for part in &self.parts {
            match part.decide(code) {
                Membership::In => return Membership::In,
                membership => found = found.or(membership),
            }
        }
        found
    }

    /// The only system that it has codes of, where there is one only.
    pub(super) fn system(&self) -> Option<&str> {
        match self.parts.as_ref() {
            [only] => Some(&only.system),
            _ => None,
        }
    }

    /// How many codes are listed in it.
    pub(super) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.codes.len()).sum()
    }

    /// The codes that are surely in it, with their systems; those that a grammar forms are not among them.
    pub(super) fn codes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parts
            .iter()
            .flat_map(|part| (0..part.inside).filter_map(|row| Some((part.system.as_ref(), part.codes.code(row)?))))
    }
}

impl Part {
    fn decide(&self, code: &str) -> Membership {
        match self.codes.find(code) {
            None => self.rest.decide(code),
            Some(row) if row < self.inside => Membership::In,
            Some(row) if row < self.outside => Membership::Out,
            Some(_) => Membership::Undecided(self.reason),
        }
    }
}

const fn rank(membership: Membership) -> u8 {
    match membership {
        Membership::In => 0,
        Membership::Out => 1,
        Membership::Undecided(_) => 2,
    }
}
