//! Which resource of a bundle a reference leads to (FHIR R4, Bundle, "Resolving references in Bundles").

use std::hash::BuildHasher as _;

use super::walk::Walk;
use crate::instance::{Kind, NodeId};

/// The entries of a bundle by their fullUrl.
#[derive(Debug, Default)]
pub(crate) struct BundleIndex {
    /// Sorted by the hash of the text; where two texts share one, the text itself decides.
    by_url: Vec<(u64, Place)>,
    hasher: foldhash::fast::RandomState,
    pub(crate) is_bundle: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) entry: NodeId,
    pub(crate) resource: NodeId,
}

impl BundleIndex {
    pub(crate) fn clear(&mut self) {
        self.by_url.clear();
        self.is_bundle = false;
    }
}

impl Walk<'_, '_, '_> {
    /// Takes in the entries of the bundle at this node.
    pub(crate) fn index_bundle(&mut self, bundle: NodeId) {
        self.session.bundle.is_bundle = true;
        let words = self.session.validator.words();
        let document = self.document;
        let Some(list) = self.child(bundle, words.entry) else { return };
        if document.kind(list) != Kind::Array {
            return;
        }
        for entry in document.children(list) {
            let Some(resource) = self.child(entry, words.resource) else { continue };
            if let Some(url) = self.text_of(entry, words.full_url) {
                let key = self.session.bundle.hasher.hash_one(url);
                self.session.bundle.by_url.push((key, Place { entry, resource }));
            }
        }
        self.session.bundle.by_url.sort_by_key(|(key, _)| *key);
    }

    /// The entries with this fullUrl, in their order.
    pub(crate) fn entries_by_url<'u>(&'u self, url: &'u str) -> impl Iterator<Item = Place> + 'u {
        let words = self.session.validator.words();
        let index = &self.session.bundle;
        let key = index.hasher.hash_one(url);
        let from = index.by_url.partition_point(|(other, _)| *other < key);
        let list = index.by_url.get(from..).unwrap_or_default();
        let same = list.iter().take_while(move |(other, _)| *other == key).map(|(_, place)| *place);
        same.filter(move |place| self.text_of(place.entry, words.full_url) == Some(url))
    }
}
