//! Which resource of a bundle a reference leads to (FHIR R4, Bundle, "Resolving references in Bundles").

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::walk::Walk;
use crate::instance::{Kind, NodeId};

/// The entries of a bundle by their fullUrl, and by the type and id of their resource.
#[derive(Debug, Default)]
pub(crate) struct BundleIndex {
    /// By the hash of the text: where two texts share one, the text itself decides.
    by_url: HashMap<u64, Vec<Place>>,
    by_id: HashMap<u64, Vec<Place>>,
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
        self.by_id.clear();
        self.is_bundle = false;
    }
}

fn hash(parts: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        part.hash(&mut hasher);
    }
    hasher.finish()
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
            let place = Place { entry, resource };
            if let Some(url) = self.text_of(entry, words.full_url) {
                let key = hash(&[url]);
                self.session.bundle.by_url.entry(key).or_default().push(place);
            }
            let name = self.text_of(resource, words.resource_type).unwrap_or_default();
            if let Some(id) = self.text_of(resource, words.id) {
                let key = hash(&[name, id]);
                self.session.bundle.by_id.entry(key).or_default().push(place);
            }
        }
    }

    /// The entries with this fullUrl.
    pub(crate) fn entries_by_url(&self, url: &str) -> impl Iterator<Item = Place> + '_ {
        let words = self.session.validator.words();
        let list = self.session.bundle.by_url.get(&hash(&[url])).map(Vec::as_slice).unwrap_or_default();
        let url = url.to_owned();
        list.iter().copied().filter(move |place| self.text_of(place.entry, words.full_url) == Some(&*url))
    }

    /// The entries whose resource has this type and id.
    pub(crate) fn entries_by_id(&self, name: &str, id: &str) -> impl Iterator<Item = Place> + '_ {
        let words = self.session.validator.words();
        let list = self.session.bundle.by_id.get(&hash(&[name, id])).map(Vec::as_slice).unwrap_or_default();
        let (name, id) = (name.to_owned(), id.to_owned());
        list.iter().copied().filter(move |place| {
            self.text_of(place.resource, words.resource_type) == Some(&*name)
                && self.text_of(place.resource, words.id) == Some(&*id)
        })
    }
}
