//! Whether a value holds to a profile, asked in silence: for slices by profile, types with several profiles, and targets of references.
//!
//! Only what the profile adds is looked at; the type's own rules are checked where the value stands. Inside such a question
//! references are followed no further, so that a chain of them cannot lead the walk into its own depth.

use super::super::plan::{Content, Target};
use super::super::session::Active;
use super::{Scope, Walk};
use crate::definition::DefinitionId;
use crate::fhirpath::Model as _;
use crate::instance::{Kind, NodeId};

/// How many such questions may be asked inside each other.
const DEEPEST: u32 = 16;

impl<'v> Walk<'_, 'v, '_> {
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

    /// Whether a resource holds to one of the profiles that a reference wants.
    pub(crate) fn fits(&mut self, resource: NodeId, target: &'v Target, scope: &Scope) -> bool {
        let mut profiles = target.profiles.iter();
        profiles
            .any(|profile| profile.definition.is_none_or(|id| self.conforms(resource, Content::Resource, id, scope)))
    }

    /// Whether that is known already, or may be asked when the document was walked: a resource that stands further down in the bundle
    /// holds to its own profiles if no error is met in it then, and need not be walked twice.
    pub(crate) fn fits_later(&mut self, resource: NodeId, target: &'v Target, scope: &Scope, is_ahead: bool) -> bool {
        let known = |id| self.session.verdicts.get(&(resource, id)) == Some(&Some(true));
        if target.profiles.iter().any(|profile| profile.definition.is_none_or(known)) {
            return true;
        }
        // A bundle inside another one has its own entries, which are forgotten then.
        let may_wait = is_ahead
            && self.session.defers
            && scope.entry.is_some()
            && self.session.bundle.bundle == Some(NodeId::ROOT);
        if may_wait {
            self.session.deferred.push((resource, target, *scope));
        }
        may_wait
    }

    /// Whether all that was put off comes to yes.
    pub(super) fn all_fit(&mut self) -> bool {
        let deferred = std::mem::take(&mut self.session.deferred);
        let all = deferred.iter().all(|(resource, target, scope)| self.fits(*resource, target, scope));
        self.session.deferred = deferred;
        all
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
