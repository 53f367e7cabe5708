//! Expressions of definitions where the walk is: whether one holds of a value, or selects it, and what it asks outside of itself.
//!
//! `conformsTo` asks the walk a silent question; all else is looked up.

use std::cell::RefCell;

use super::super::plan::{Content, Nature};
use super::super::plans::type_id;
use super::super::types::Types;
use super::super::walk::{Scope, Walk};
use crate::fhirpath::{self, Context, EvaluationError, Expression, Host, Item, Model, Node, TypeId};
use crate::instance::NodeId;

/// What an expression is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Focus {
    /// The value.
    pub(crate) this: Node,
    /// The extension on whose place it decides.
    pub(crate) extension: Option<NodeId>,
}

/// What is asked of an expression.
#[derive(Clone, Copy, Debug)]
enum Question {
    /// Whether it holds.
    Holds,
    /// Whether this node is among what it gives.
    Selects(NodeId),
}

/// Whether an expression holds of a value.
pub(crate) fn holds(
    walk: &mut Walk<'_, '_, '_>,
    expression: &Expression,
    focus: Focus,
    scope: &Scope,
) -> Result<bool, EvaluationError> {
    evaluate(walk, expression, Question::Holds, focus, scope)
}

/// Whether the node is among what an expression gives.
pub(crate) fn selects(
    walk: &mut Walk<'_, '_, '_>,
    expression: &Expression,
    focus: Focus,
    wanted: NodeId,
    scope: &Scope,
) -> Result<bool, EvaluationError> {
    evaluate(walk, expression, Question::Selects(wanted), focus, scope)
}

fn evaluate(
    walk: &mut Walk<'_, '_, '_>,
    expression: &Expression,
    question: Question,
    focus: Focus,
    scope: &Scope,
) -> Result<bool, EvaluationError> {
    let mut scratch = walk.session.scratch.take().unwrap_or_default();
    let verdict = match expression.asks_conformance() {
        false => {
            let host = Asked { walk, scope, extension: focus.extension };
            let context = Context {
                document: walk.document,
                symbols: &walk.session.names,
                model: &walk.session.types,
                host: &host,
                resource: Node::new(scope.resource.0, scope.resource.1),
                root_resource: Node::new(scope.root.0, scope.root.1),
                this: focus.this,
                now: walk.request.now,
            };
            answer(expression, question, &context, &mut scratch)
        }
        // A walk that is asked to walk on needs its memory itself.
        true => {
            let (names, types) = (walk.session.names.clone(), Types::new(walk.session.plans()));
            let (document, now) = (walk.document, walk.request.now);
            let host = Walking { walk: RefCell::new(walk), scope, extension: focus.extension };
            let context = Context {
                document,
                symbols: &names,
                model: &types,
                host: &host,
                resource: Node::new(scope.resource.0, scope.resource.1),
                root_resource: Node::new(scope.root.0, scope.root.1),
                this: focus.this,
                now,
            };
            answer(expression, question, &context, &mut scratch)
        }
    };
    walk.session.scratch = Some(scratch);
    verdict
}

fn answer<M: Model, H: Host>(
    expression: &Expression,
    question: Question,
    context: &Context<'_, M, H>,
    scratch: &mut fhirpath::Scratch,
) -> Result<bool, EvaluationError> {
    match question {
        Question::Holds => fhirpath::holds(expression, context, scratch),
        Question::Selects(wanted) => {
            let found = fhirpath::evaluate(expression, context, scratch)?;
            let is_wanted =
                |item: &Item| matches!(item, Item::Node(node) if node.value == wanted || node.companion == wanted);
            Ok(found.items().iter().any(is_wanted))
        }
    }
}

/// What expressions ask outside, where they do not ask the walk to walk on.
struct Asked<'a, 'w, 'v, 'r> {
    walk: &'a Walk<'w, 'v, 'r>,
    scope: &'a Scope,
    extension: Option<NodeId>,
}

impl Host for Asked<'_, '_, '_, '_> {
    fn resolve(&self, reference: &str, _from: NodeId) -> Option<(NodeId, TypeId)> {
        let walk = self.walk;
        let node = super::reference::resolve_text(walk, reference, self.scope)?;
        let name = walk.text_of(node, walk.session.validator.words().resource_type)?;
        Some((node, walk.session.plans().resource_type(name)?))
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

    fn extension(&self) -> Option<(NodeId, TypeId)> {
        let of = self.walk.session.plans().type_definition("Extension")?;
        Some((self.extension?, type_id(of, 0)?))
    }

    fn subsumes(&self, general: Node, special: Node) -> Option<bool> {
        super::coded::subsumes(self.walk, general.value, special.value)
    }
}

/// The same where they do.
struct Walking<'a, 'w, 'v, 'r> {
    walk: RefCell<&'a mut Walk<'w, 'v, 'r>>,
    scope: &'a Scope,
    extension: Option<NodeId>,
}

impl Walking<'_, '_, '_, '_> {
    fn ask<T>(&self, question: impl FnOnce(&Asked<'_, '_, '_, '_>) -> T) -> T {
        let walk = self.walk.borrow();
        question(&Asked { walk: &walk, scope: self.scope, extension: self.extension })
    }
}

impl Host for Walking<'_, '_, '_, '_> {
    fn resolve(&self, reference: &str, from: NodeId) -> Option<(NodeId, TypeId)> {
        self.ask(|asked| asked.resolve(reference, from))
    }

    fn member_of(&self, value_set: &str, item: Item) -> Option<bool> {
        self.ask(|asked| asked.member_of(value_set, item))
    }

    fn conforms_to(&self, canonical: &str, node: Node) -> Option<bool> {
        let mut walk = self.walk.borrow_mut();
        let id = walk.session.find(canonical)?;
        let document = walk.document;
        let plan = walk.session.plan(id, document)?;
        let object = walk.object_plan(node.type_id)?;
        if !walk.session.plans().is_derived(&object.type_name, &plan.type_name) {
            return Some(false);
        }
        let content = if object.nature == Nature::Resource { Content::Resource } else { Content::Object(node.type_id) };
        Some(walk.conforms(node.anchor(), content, id, self.scope))
    }

    fn html_checks(&self, node: Node) -> bool {
        self.ask(|asked| asked.html_checks(node))
    }

    fn extension(&self) -> Option<(NodeId, TypeId)> {
        self.ask(|asked| asked.extension())
    }

    fn subsumes(&self, general: Node, special: Node) -> Option<bool> {
        self.ask(|asked| asked.subsumes(general, special))
    }
}
