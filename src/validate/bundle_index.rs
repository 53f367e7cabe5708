//! Which resource of a bundle a reference leads to (FHIR R4, Bundle, "Resolving references in Bundles").

use std::cell::{Cell, RefCell};
use std::hash::BuildHasher as _;

use super::walk::Walk;
use crate::instance::{Kind, NodeId};

/// The entries of the bundle that is being walked, by their fullUrl; of a bundle in another one its own.
#[derive(Debug, Default)]
pub(crate) struct BundleIndex {
    /// The bundle, where the walk is in one.
    pub(crate) bundle: Option<NodeId>,
    /// Sorted by the hash of the text; where two texts share one, the text itself decides.
    by_url: Vec<(u64, Place)>,
    /// By the hash of type and id, in documents and messages only: no other bundle's references are looked up so.
    by_name: Vec<(u64, NodeId)>,
    hasher: foldhash::fast::RandomState,
    /// Room for an address that is put together.
    pub(crate) url: RefCell<String>,
    /// The entry whose server's address stands in that room, and how long it is with the slash after it.
    pub(crate) server: Cell<(Option<NodeId>, Option<usize>)>,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    entry: NodeId,
    resource: Option<NodeId>,
}

impl BundleIndex {
    pub(crate) fn clear(&mut self) {
        self.bundle = None;
        self.by_url.clear();
        self.by_name.clear();
        self.server.set((None, None));
    }
}

impl<'w> Walk<'w, '_, '_> {
    /// Takes in the entries of the bundle at this node.
    pub(crate) fn index_bundle(&mut self, bundle: NodeId) {
        let words = self.session.validator.words();
        let document = self.document;
        self.session.bundle.bundle = Some(bundle);
        let Some(list) = self.child(bundle, words.entry) else { return };
        if document.kind(list) != Kind::Array {
            return;
        }
        let has_names = matches!(self.text_of(bundle, words.type_), Some("document" | "message"));
        for entry in document.children(list) {
            let resource = self.child(entry, words.resource);
            if let Some(url) = self.text_of(entry, words.full_url) {
                let key = self.session.bundle.hasher.hash_one(url);
                self.session.bundle.by_url.push((key, Place { entry, resource }));
            }
            if let Some(resource) = resource.filter(|_| has_names)
                && let Some(name) = self.name_and_id(resource)
            {
                let key = self.session.bundle.hasher.hash_one(name);
                self.session.bundle.by_name.push((key, resource));
            }
        }
        // Of those with one key the first of the document stays the first.
        self.session.bundle.by_url.sort_by_key(|(key, _)| *key);
        self.session.bundle.by_name.sort_by_key(|(key, _)| *key);
    }

    pub(crate) fn name_and_id(&self, resource: NodeId) -> Option<(&'w str, &'w str)> {
        let words = self.session.validator.words();
        Some((self.text_of(resource, words.resource_type)?, self.text_of(resource, words.id)?))
    }

    /// The resources whose entries have this fullUrl, in their order.
    pub(crate) fn resources_by_url<'u>(&'u self, url: &'u str) -> impl Iterator<Item = NodeId> + 'u {
        let words = self.session.validator.words();
        let index = &self.session.bundle;
        let key = index.hasher.hash_one(url);
        let from = index.by_url.partition_point(|(other, _)| *other < key);
        let list = index.by_url.get(from..).unwrap_or_default();
        let same = list.iter().take_while(move |(other, _)| *other == key).map(|(_, place)| *place);
        same.filter(move |place| self.text_of(place.entry, words.full_url) == Some(url))
            .filter_map(|place| place.resource)
    }

    /// The first resource of the document or message with this type and id.
    pub(crate) fn resource_by_name(&self, name: &str, id: &str) -> Option<NodeId> {
        let index = &self.session.bundle;
        let key = index.hasher.hash_one((name, id));
        let from = index.by_name.partition_point(|(other, _)| *other < key);
        let same = index.by_name.get(from..).unwrap_or_default().iter().take_while(|(other, _)| *other == key);
        same.map(|(_, resource)| *resource).find(|resource| self.name_and_id(*resource) == Some((name, id)))
    }

    /// The entries whose fullUrl stands in an earlier one too, of a resource with the same version; sorted.
    pub(crate) fn doubled(&self) -> Vec<NodeId> {
        let words = self.session.validator.words();
        let index = &self.session.bundle;
        let version = |resource: NodeId| self.text_of(self.child(resource, words.meta)?, words.version_id);
        let mut doubled = Vec::new();
        for group in index.by_url.chunk_by(|(one, _), (other, _)| one == other).filter(|group| group.len() > 1) {
            let mut list: Vec<_> = group
                .iter()
                .map(|(_, place)| {
                    (self.text_of(place.entry, words.full_url), place.resource.and_then(version), place.entry)
                })
                .collect();
            list.sort_unstable();
            doubled.extend(list.windows(2).filter_map(|pair| match pair {
                [(url, version, _), (other, other_version, entry)] => {
                    (url == other && version == other_version).then_some(*entry)
                }
                _ => None,
            }));
        }
        doubled.sort_unstable();
        doubled
    }
}
