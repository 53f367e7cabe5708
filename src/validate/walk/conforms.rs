//! Whether a value holds to a profile, asked in silence: for slices by profile, types with several profiles, and targets of references.
//!
//! Only what the profile adds is looked at; the type's own rules are checked where the value stands. Inside such a question
//! references are followed no further, so that a chain of them cannot lead the walk into its own depth.

use super::super::plan::Content;
use super::super::session::Active;
use super::{Scope, Walk};
use crate::definition::DefinitionId;
use crate::fhirpath::Model as _;
use crate::instance::{Kind, NodeId};

/// How many such questions may be asked inside each other.
const DEEPEST: u32 = 16;

impl Walk<'_, '_, '_> {
    /// Whether the value at a node holds to the profile. A question that is asked while it is being answered is answered with yes.
    pub(crate) fn conforms(&mut self, node: NodeId, content: Content, id: DefinitionId, scope: &Scope) -> bool {
        if let Some(verdict) = self.session.verdicts.get(&(node, id)) {
            return verdict.unwrap_or(true);
        }
        if self.session.depth >= DEEPEST {
            return true;
        }
        self.session.verdicts.insert((node, id), None);
        self.session.depth += 1;
        let verdict = self.ask(node, content, id, scope);
        self.session.depth -= 1;
        self.session.verdicts.insert((node, id), Some(verdict));
        verdict
    }

    fn ask(&mut self, node: NodeId, content: Content, id: DefinitionId, scope: &Scope) -> bool {
        let Some(plan) = self.session.plan(id, self.document) else { return true };
        let object = match content {
            Content::Object(id) | Content::Primitive(_, id) => id,
            Content::Resource => {
                let Some(name) = self.text_of(node, self.session.validator.words().resource_type) else { return false };
                if !self.session.plans().is_derived(name, &plan.type_name) {
                    return false;
                }
                match self.session.plans().resource_type(name) {
                    Some(id) => id,
                    None => return false,
                }
            }
            Content::Unknown => return true,
        };
        // A type is no profile: being of it is enough.
        let Some(root) = plan.overlays.first() else { return true };
        let resource = if content == Content::Resource { (node, object) } else { scope.resource };
        let inner = Scope { resource, base: false, ..*scope };
        let inner = if content == Content::Resource { Scope { root: resource, ..inner } } else { inner };
        let (faults, start) = (self.session.faults, self.session.active.len());
        let frame = super::super::location::Frame::root(&plan.type_name, node);
        self.session.silent += 1;
        self.session.active.push(Active { plan, overlay: root });
        let active = start..self.session.active.len();
        if let Some(object) = self.object_plan(object)
            && self.document.kind(node) == Kind::Object
        {
            self.object(node, object, active.clone(), &frame, &inner);
        }
        for check in &root.checks {
            super::super::check::value::apply(self, check, node, Some(plan), object, &frame, &inner);
        }
        self.session.active.truncate(start);
        self.session.silent -= 1;
        let verdict = self.session.faults == faults;
        self.session.faults = faults;
        verdict
    }
}
