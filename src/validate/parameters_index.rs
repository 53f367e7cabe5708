//! Which resource of a Parameters resource a relative reference leads to. FHIR R4 has no rule for it; operations that take several
//! resources (`$member-match`, say) mean each other by type and id, and HL7's validator resolves them so.

use std::cell::RefCell;
use std::hash::BuildHasher as _;

use super::walk::Walk;
use crate::instance::NodeId;

/// The resources of the Parameters that is being walked, by type and id; looked for when a reference first asks.
#[derive(Debug, Default)]
pub(crate) struct ParametersIndex {
    /// The Parameters, where the walk is in one.
    pub(crate) parameters: Option<NodeId>,
    by_name: RefCell<ByName>,
}

#[derive(Debug, Default)]
struct ByName {
    /// Whose resources these are.
    parameters: Option<NodeId>,
    /// Sorted by the hash of type and id; where two share one, the names themselves decide.
    resources: Vec<(u64, NodeId)>,
    hasher: foldhash::fast::RandomState,
}

impl ParametersIndex {
    pub(crate) fn clear(&mut self) {
        self.parameters = None;
        let by_name = self.by_name.get_mut();
        by_name.parameters = None;
        by_name.resources.clear();
    }
}

impl Walk<'_, '_, '_> {
    /// The first resource of the Parameters, or of a part in it, with this type and id.
    pub(crate) fn resource_of_parameters(&self, name: &str, id: &str) -> Option<NodeId> {
        let parameters = self.session.parameters.parameters?;
        let mut index = self.session.parameters.by_name.borrow_mut();
        if index.parameters != Some(parameters) {
            self.index_parameters(parameters, &mut index);
        }
        let key = index.hasher.hash_one((name, id));
        let from = index.resources.partition_point(|(other, _)| *other < key);
        let same = index.resources.get(from..).unwrap_or_default().iter().take_while(|(other, _)| *other == key);
        same.map(|(_, resource)| *resource).find(|resource| self.name_and_id(*resource) == Some((name, id)))
    }

    fn index_parameters(&self, parameters: NodeId, index: &mut ByName) {
        let words = self.session.validator.words();
        index.parameters = Some(parameters);
        index.resources.clear();
        // Parts have parts: a list of what is still to be looked into, lest a document's depth be the stack's.
        let mut lists: Vec<NodeId> = self.child(parameters, words.parameter).into_iter().collect();
        while let Some(list) = lists.pop() {
            for parameter in self.document.children(list) {
                lists.extend(self.child(parameter, words.part));
                if let Some(resource) = self.child(parameter, words.resource)
                    && let Some(name) = self.name_and_id(resource)
                {
                    index.resources.push((index.hasher.hash_one(name), resource));
                }
            }
        }
        // Of those with one name the first of the document comes first.
        index.resources.sort_unstable();
    }
}
