//! The walk over a document: once, with the type's plan and the profiles laid over it.
//!
//! `resource` for what is a resource, `object` for the members of anything with members, `item` for one value, `slicing` for telling
//! the values of a list apart, `conforms` for asking in silence whether something holds to a profile. On a valid document nothing
//! is allocated: all lists are the session's.

mod conforms;
mod item;
mod object;
mod plain;
mod primitive;
mod resource;
mod slicing;

pub(crate) use object::of_profile;
pub(crate) use resource::Stands;

use std::hash::BuildHasher as _;

use super::Request;
use super::location::Frame;
use super::plan::ObjectPlan;
use super::session::{Fault, Member, Session};
use crate::fhirpath::TypeId;
use crate::instance::{Document, Kind, NameId, NodeId, Symbol};
use crate::issue::{Code, Issues, Severity};

/// Walks the document; whether what was put off came to yes. If it did not, the walk must be made again without putting anything off,
/// so that issues stand in the order of the document.
pub(super) fn document(
    session: &mut Session<'_>,
    document: &Document,
    request: &Request<'_>,
    issues: &mut Issues,
) -> bool {
    let mut walk = Walk { session, document, request, issues };
    walk.root();
    walk.all_fit()
}

/// The walk's state.
pub(crate) struct Walk<'w, 'v, 'r> {
    pub(crate) session: &'w mut Session<'v>,
    pub(crate) document: &'w Document,
    pub(crate) request: &'w Request<'r>,
    pub(crate) issues: &'w mut Issues,
}

/// What surrounds the node at which the walk is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scope {
    /// The resource that the node belongs to (`%resource`).
    pub(crate) resource: (NodeId, TypeId),
    /// The resource that contains that one, itself where none does (`%rootResource`).
    pub(crate) root: (NodeId, TypeId),
    /// The entry of the bundle in which it stands, as the entry's node.
    pub(crate) entry: Option<NodeId>,
    /// Whether the type's own rules are checked too, and not the profiles' only.
    pub(crate) base: bool,
}

impl<'w, 'v> Walk<'w, 'v, '_> {
    /// Says what is wrong, with the severity of the code, or in silence only notes that something is.
    pub(crate) fn fault(&mut self, code: Code, frame: &Frame<'_>, node: NodeId, make: impl FnOnce(Fault) -> Fault) {
        self.fault_of(code, code.severity(), frame, node, make);
    }

    /// The same with another severity.
    pub(crate) fn fault_of(
        &mut self,
        code: Code,
        severity: Severity,
        frame: &Frame<'_>,
        node: NodeId,
        make: impl FnOnce(Fault) -> Fault,
    ) {
        if self.session.silent > 0 {
            self.session.faults += u32::from(severity == Severity::Error);
            return;
        }
        self.session.errors += u32::from(severity == Severity::Error);
        if self.issues.iter().len() - self.session.before >= self.session.limit {
            self.session.dropped += 1;
            return;
        }
        let mut fault = make(Fault::new(code));
        fault.severity = severity;
        let message = self.session.said.hasher().hash_one((severity.code(), &fault.message));
        if !self.session.said.insert((code, node, message)) {
            return;
        }
        self.issues.add(fault.issue(self.document, frame, node));
    }

    /// Whether something would be heard: messages are made only then.
    pub(crate) fn is_silent(&self) -> bool {
        self.session.silent > 0
    }

    /// What the definitions call a member.
    pub(crate) fn member_of(&self, node: NodeId) -> Member {
        self.session.members.get(self.document.symbol(node).index()).copied().unwrap_or_default()
    }

    /// The number of a member's whole name, the underscore of a primitive's other half with it.
    pub(crate) fn name_of(&self, node: NodeId) -> NameId {
        self.session.names.get(self.document.symbol(node).index()).copied().unwrap_or(NameId::NONE)
    }

    /// The member of an object by its name, the value's half where it has two.
    pub(crate) fn child(&self, node: NodeId, name: NameId) -> Option<NodeId> {
        if self.document.kind(node) != Kind::Object {
            return None;
        }
        let known = self.session.members.as_slice();
        let is_it =
            |symbol: Symbol| known.get(symbol.index()).is_some_and(|member| member.name == name && !member.beside);
        self.document.members(node).find(|(_, symbol, _)| is_it(*symbol)).map(|(child, ..)| child)
    }

    /// The text of a string member.
    pub(crate) fn text_of(&self, node: NodeId, name: NameId) -> Option<&'w str> {
        self.child(node, name).and_then(|child| self.document.as_str(child))
    }

    /// The plan of an object by its number.
    pub(crate) fn object_plan(&mut self, id: TypeId) -> Option<&'v ObjectPlan> {
        let plan = self.session.plan(super::plans::definition_of(id), self.document)?;
        plan.objects.get((id.0 & 1023) as usize)
    }
}
