//! Invariants: FHIRPath expressions of the definitions.

use super::super::location::Frame;
use super::super::plan::{Invariant, Plan};
use super::super::walk::{Scope, Walk, of_profile};
use super::expression::{self, Focus};
use crate::fhirpath::{self, Node, TypeId};
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
    let verdict =
        expression::holds(walk, expression, Focus { this: Node::new(this.0, this.1), extension: None }, scope);
    let severity = if rule.best_practice { Severity::Warning } else { rule.severity };
    match verdict {
        Ok(true) => {}
        Ok(false) => walk.fault_of(Code::Invariant, severity, frame, this.0, |fault| {
            // The profile is no part of the message: several that have one rule tell one fault.
            let fault = fault.message(format!("{}: the rule does not hold: {}", rule.key, rule.text));
            match plan {
                Some(plan) => fault.help(of_profile(&plan.url)),
                None => fault,
            }
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
        walk.document.members(node).any(|(_, symbol, _)| {
            let key = walk.session.members.get(symbol.index()).copied().unwrap_or_default().name;
            members.iter().any(|member| member.key == key)
        })
    };
    rule.clauses.iter().all(|clause| !clause.absent.iter().all(is_there) || clause.present.iter().any(is_there))
}

/// Says that a rule was not checked.
pub(crate) fn undecided(walk: &mut Walk<'_, '_, '_>, rule: &Invariant, node: NodeId, frame: &Frame<'_>, why: &str) {
    walk.fault(Code::InvariantUndecided, frame, node, |fault| {
        fault.message(format!("{}: the rule was not checked: {why}: {}", rule.key, rule.text))
    });
}
