//! Expressions of definitions where the walk is: whether one holds of a value, or selects it, and what it asks outside of itself.
//!
//! `conformsTo` asks the walk a silent question; all else is looked up.

use std::cell::RefCell;

use super::super::plan::{Content, Nature};
use super::super::plans::{Plans, type_id};
use super::super::walk::{Scope, Walk};
use crate::fhirpath::{self, Context, EvaluationError, Expression, Host, Item, Model as _, Node, TypeId};
use crate::instance::NodeId;

/// What an expression is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Focus {
    /// The value.
    pub(crate) this: Node,
    /// The extension on whose place it decides.
    pub(crate) extension: Option<NodeId>,
}

/// Whether an expression holds of a value.
pub(crate) fn holds(
    walk: &mut Walk<'_, '_, '_>,
    expression: &Expression,
    focus: Focus,
    scope: &Scope,
) -> Result<bool, EvaluationError> {
    evaluate(walk, expression, focus, scope, |context, scratch| fhirpath::holds(expression, context, scratch))
}

/// Whether the node is among what an expression gives.
pub(crate) fn selects(
    walk: &mut Walk<'_, '_, '_>,
    expression: &Expression,
    focus: Focus,
    wanted: NodeId,
    scope: &Scope,
) -> Result<bool, EvaluationError> {
    evaluate(walk, expression, focus, scope, |context, scratch| {
        let found = fhirpath::evaluate(expression, context, scratch)?;
        let is_wanted =
            |item: &Item| matches!(item, Item::Node(node) if node.value == wanted || node.companion == wanted);
        Ok(found.items().iter().any(is_wanted))
    })
}

fn evaluate<'w, 'v, 'r>(
    walk: &mut Walk<'w, 'v, 'r>,
    expression: &Expression,
    focus: Focus,
    scope: &Scope,
    run: impl FnOnce(&Context<'_, Plans, Asked<'_, 'w, 'v, 'r>>, &mut fhirpath::Scratch) -> Result<bool, EvaluationError>,
) -> Result<bool, EvaluationError> {
    let mut scratch = std::mem::take(&mut walk.session.scratch);
    // The walk needs the names itself where it is asked to walk on; elsewhere they are lent, and given back.
    let walks_on = expression.asks_conformance();
    let names = if walks_on { walk.session.names.clone() } else { std::mem::take(&mut walk.session.names) };
    let (document, model, now) = (walk.document, walk.session.plans(), walk.request.now);
    let verdict = {
        let host = Asked { walk: RefCell::new(&mut *walk), scope, extension: focus.extension };
        let context = Context {
            document,
            symbols: &names,
            model,
            host: &host,
            resource: Node::new(scope.resource.0, scope.resource.1),
            root_resource: Node::new(scope.root.0, scope.root.1),
            this: focus.this,
            now,
        };
        run(&context, &mut scratch)
    };
    if !walks_on {
        walk.session.names = names;
    }
    walk.session.scratch = scratch;
    verdict
}

/// What expressions ask outside.
struct Asked<'a, 'w, 'v, 'r> {
    walk: RefCell<&'a mut Walk<'w, 'v, 'r>>,
    scope: &'a Scope,
    extension: Option<NodeId>,
}

impl Host for Asked<'_, '_, '_, '_> {
    fn resolve(&self, reference: &str, _from: NodeId) -> Option<(NodeId, TypeId)> {
        let walk = self.walk.borrow();
        let node = super::reference::resolve_text(&walk, reference, self.scope)?;
        let name = walk.text_of(node, walk.session.validator.words().resource_type)?;
        Some((node, walk.session.plans().resource_type(name)?))
    }

    fn member_of(&self, value_set: &str, item: Item) -> Option<bool> {
        match item {
            Item::Node(node) => super::coded::member_of(&self.walk.borrow(), value_set, node.value),
            _ => None,
        }
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
        super::narrative::html_checks(self.walk.borrow().document.text(node.value))
    }

    fn extension(&self) -> Option<(NodeId, TypeId)> {
        let of = self.walk.borrow().session.plans().type_definition("Extension")?;
        Some((self.extension?, type_id(of, 0)?))
    }

    fn subsumes(&self, general: Node, special: Node) -> Option<bool> {
        super::coded::subsumes(&self.walk.borrow(), general.value, special.value)
    }
}
