//! Which contained resource a reference of the form `#id` leads to (FHIR R4, References, "Contained Resources").

use std::hash::BuildHasher as _;

use super::walk::Walk;
use crate::instance::NodeId;

/// How many contained resources are looked through one after the other: few have more, and an index of them costs memory.
const FEW: usize = 8;

/// The contained resources of one container by their ids, where they are many.
#[derive(Debug, Default)]
pub(crate) struct ContainedIndex {
    container: Option<NodeId>,
    /// Sorted by the hash of the id; where two ids share one, the id itself decides.
    by_id: Vec<(u64, NodeId)>,
    hasher: foldhash::fast::RandomState,
}

impl ContainedIndex {
    pub(crate) fn clear(&mut self) {
        self.container = None;
        self.by_id.clear();
    }
}

impl Walk<'_, '_, '_> {
    /// The first resource in a container's `contained` that has this id.
    pub(crate) fn contained_by_id(&self, container: NodeId, id: &str) -> Option<NodeId> {
        let words = self.session.validator.words();
        let has_id = |resource: &NodeId| self.text_of(*resource, words.id) == Some(id);
        let list = self.child(container, words.contained)?;
        if self.document.child_count(list) <= FEW {
            return self.document.children(list).find(has_id);
        }
        let mut index = self.session.contained.borrow_mut();
        if index.container != Some(container) {
            index.clear();
            index.container = Some(container);
            for resource in self.document.children(list) {
                if let Some(id) = self.text_of(resource, words.id) {
                    let key = index.hasher.hash_one(id);
                    index.by_id.push((key, resource));
                }
            }
            // Of those with one id the first comes first.
            index.by_id.sort();
        }
        let key = index.hasher.hash_one(id);
        let from = index.by_id.partition_point(|(other, _)| *other < key);
        let same = index.by_id.get(from..).unwrap_or_default().iter().take_while(|(other, _)| *other == key);
        same.map(|(_, resource)| *resource).find(has_id)
    }
}
