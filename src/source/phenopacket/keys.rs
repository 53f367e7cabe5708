//! The keys of items: made of what identifies them in the packet, a code or an id, so that ids of resources outlast new labels.

use std::collections::HashMap;

use crate::case::read::At;
use crate::case::{Concept, Key, KeyAt};

/// The keys that were given in a packet.
#[derive(Debug, Default)]
pub(super) struct Keys {
    given: HashMap<String, u32>,
}

impl Keys {
    /// A key of an item of this kind and name; a second item of the same name gets a number.
    pub(super) fn give(&mut self, kind: &str, name: &str, at: At) -> Key {
        let mut key = format!("{kind}/");
        key.extend(name.chars().map(|c| if c.is_whitespace() { '_' } else { c }));
        let count = self.given.entry(key.clone()).or_default();
        *count += 1;
        if *count > 1 {
            key.push_str(&format!("#{count}"));
        }
        Key { name: key, at: KeyAt(at) }
    }

    /// A key of an item that is named by a concept.
    pub(super) fn of(&mut self, kind: &str, concept: &Concept) -> Key {
        let code = concept.codings.first().map(|coding| coding.code.as_str());
        self.give(kind, code.unwrap_or_else(|| concept.label()), concept.at)
    }
}
