//! Invariants: FHIRPath expressions of the definitions.

use super::super::location::Frame;
use super::super::plan::{Invariant, Plan};
use super::super::walk::{Scope, Walk};
use crate::fhirpath::{self, Context, Host, Item, Node, TypeId};
use crate::instance::{Kind, NameId, NodeId};
use crate::issue::{Code, Severity};

/// Checks one invariant of the value at a node.
pub(crate) fn check<'v>(
    walk: &mut Walk<'_, 'v, '_>,
    rule: &'v Invariant,
    this: (NodeId, TypeId),
    plan: Option<&'v Plan>,
    frame: &Frame<'_>,
    scope: &Scope,
) {
    // In silence only errors count.
    if walk.is_silent() && (rule.best_practice || rule.severity != Severity::Error) {
        return;
    }
    if settled(walk, rule, this) {
        return;
    }
    let Some(expression) = &rule.expression else {
        undecided(walk, rule, this.0, frame, "it cannot be read");
        return;
    };
    let verdict = {
        let mut scratch = walk.session.scratch.take().unwrap_or_default();
        let context = Context {
            document: walk.document,
            symbols: &walk.session.names,
            model: &walk.session.types,
            host: &Asked { walk, scope },
            resource: Node::new(scope.resource.0, scope.resource.1),
            root_resource: Node::new(scope.root.0, scope.root.1),
            this: Node::new(this.0, this.1),
            now: walk.request.now,
        };
        let verdict = fhirpath::holds(expression, &context, &mut scratch);
        walk.session.scratch = Some(scratch);
        verdict
    };
    let severity = if rule.best_practice { Severity::Warning } else { rule.severity };
    match verdict {
        Ok(true) => {}
        Ok(false) => walk.fault_of(Code::Invariant, severity, frame, this.0, |fault| {
            let of = plan.map_or(String::new(), |plan| format!(" (profile {})", plan.url));
            let message = format!("{}: the rule does not hold: {}{of}", rule.key, rule.text);
            fault.message(message)
        }),
        Err(error) => undecided(walk, rule, this.0, frame, &error.to_string()),
    }
}

/// Whether the members that the object has settle the rule without its being evaluated.
fn settled(walk: &Walk<'_, '_, '_>, rule: &Invariant, (node, type_id): (NodeId, TypeId)) -> bool {
    if rule.clauses.is_empty() || !rule.masks.is_empty() || walk.document.kind(node) != Kind::Object {
        return false;
    }
    let is_there = |name: &NameId| {
        let members = fhirpath::Model::element(&walk.session.types, type_id, *name);
        walk.document.children(node).any(|child| {
            let key = walk.member_of(child).name;
            members.iter().any(|member| member.key == key)
        })
    };
    rule.clauses.iter().all(|clause| !clause.absent.iter().all(is_there) || clause.present.iter().any(is_there))
}

fn undecided(walk: &mut Walk<'_, '_, '_>, rule: &Invariant, node: NodeId, frame: &Frame<'_>, why: &str) {
    walk.fault(Code::InvariantUndecided, frame, node, |fault| {
        fault.message(format!("{}: the rule was not checked: {why}: {}", rule.key, rule.text))
    });
}

/// What expressions ask outside.
struct Asked<'a, 'w, 'v, 'r> {
    walk: &'a Walk<'w, 'v, 'r>,
    scope: &'a Scope,
}

impl Host for Asked<'_, '_, '_, '_> {
    fn resolve(&self, reference: &str, _from: NodeId) -> Option<(NodeId, TypeId)> {
        let node = super::reference::resolve_text(self.walk, reference, self.scope)?;
        let name = self.walk.text_of(node, self.walk.session.validator.words().resource_type)?;
        let id = fhirpath::Model::resource_type(self.walk.session.plans(), name)?;
        Some((node, id))
    }

    fn member_of(&self, value_set: &str, item: Item) -> Option<bool> {
        match item {
            Item::Node(node) => super::coded::member_of(self.walk, value_set, node.value),
            _ => None,
        }
    }

    fn html_checks(&self, node: Node) -> bool {
        super::narrative::html_checks(self.walk.document.text(node.value))
    }
}
