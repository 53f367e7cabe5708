//! What is looked up while a packet is read: by a code, or by an id. A hostile packet holds very many of both.

use std::collections::{HashMap, HashSet};

use crate::case::{Case, Concept, Key};
use crate::terminology::Coding;

/// Codes of concepts.
#[derive(Debug, Default)]
pub(super) struct Codes {
    codes: HashSet<(String, String)>,
}

impl Codes {
    /// Adds a code.
    pub(super) fn add(&mut self, coding: &Coding) {
        self.codes.insert((coding.system.to_string(), coding.code.clone()));
    }

    /// Whether a concept has one of the codes.
    pub(super) fn has(&self, concept: &Concept) -> bool {
        let known = |system: &str, code: &str| self.codes.contains(&(system.to_owned(), code.to_owned()));
        concept.codings.iter().any(|coding| known(&coding.system, &coding.code))
    }
}

/// The diseases that a case has, by their codes, or by their words where they have none.
#[derive(Debug, Default)]
pub(super) struct Diseases {
    keys: HashMap<(String, String), (Key, bool)>,
}

impl Diseases {
    /// The cancers and the conditions that are not excluded.
    pub(super) fn of(case: &Case) -> Self {
        let mut index = Self::default();
        for cancer in &case.cancers {
            index.add(&cancer.diagnosis, cancer.key.as_ref(), true);
        }
        for condition in case.conditions.iter().filter(|condition| condition.absent != Some(true)) {
            index.add(&condition.condition, condition.key.as_ref(), false);
        }
        index
    }

    fn add(&mut self, concept: &Concept, key: Option<&Key>, is_cancer: bool) {
        let Some(key) = key else { return };
        for name in names(concept) {
            self.keys.entry(name).or_insert_with(|| (key.clone(), is_cancer));
        }
    }

    /// The disease that has one of the concept's codes, and whether it is a cancer.
    pub(super) fn find(&self, concept: &Concept) -> Option<(Key, bool)> {
        names(concept).find_map(|name| self.keys.get(&name)).cloned()
    }
}

fn names(concept: &Concept) -> impl Iterator<Item = (String, String)> + '_ {
    let codes = concept.codings.iter().map(|coding| (coding.system.to_string(), coding.code.clone()));
    let words = concept.text.iter().filter(|_| concept.codings.is_empty()).map(|text| (String::new(), text.clone()));
    codes.chain(words)
}

/// The biosamples of a packet: their ids, and the keys of their specimens.
#[derive(Debug, Default)]
pub(super) struct Samples {
    /// In the order of the packet.
    pub(super) list: Vec<(String, Key)>,
    index: HashMap<String, usize>,
}

impl Samples {
    /// Adds one; `false` where the id is there already.
    pub(super) fn add(&mut self, id: String, key: Key) -> bool {
        let is_new = self.index.insert(id.clone(), self.list.len()).is_none();
        self.list.push((id, key));
        is_new
    }

    /// The key of the biosample with this id.
    pub(super) fn find(&self, id: &str) -> Option<&Key> {
        self.index.get(id).and_then(|at| self.list.get(*at)).map(|sample| &sample.1)
    }
}
