//! `=`, `~`, `<` and their kin, and membership (N1, "Equality", "Comparison", "Collections").
//!
//! A text and another primitive are equal when they are written alike, as in the reference validator.

use std::cmp::Ordering;

use rust_decimal::{Decimal, RoundingStrategy};

use super::EvaluationError;
use super::evaluate::{Evaluated, Evaluator, Frame};
use super::expression::{Binary, Nary, Op, OpId};
use super::item::{Item, Node, Quantity, Unit};
use super::model::{Host, Model, Primitive};
use crate::instance::{Kind, NodeId};

/// What a comparison comes to, where nothing may be an answer too.
struct Answer(Option<bool>);

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    /// Both sides of an operator, given to `judge`.
    fn both<T>(
        &mut self,
        left: OpId,
        right: OpId,
        frame: &Frame<'_>,
        judge: impl FnOnce(&mut Self, &[Item], &[Item]) -> Evaluated<T>,
    ) -> Evaluated<T> {
        let (mut lefts, mut rights) = (self.take(), self.take());
        self.collect(left, frame, &mut lefts)?;
        self.collect(right, frame, &mut rights)?;
        let judged = judge(self, &lefts, &rights)?;
        self.give(rights);
        self.give(lefts);
        Ok(judged)
    }

    pub(super) fn equality(&mut self, left: OpId, right: OpId, frame: &Frame<'_>) -> Evaluated<Option<bool>> {
        if let Some(Answer(equal)) = self.text_equality(left, right, frame) {
            self.step(1)?;
            return Ok(equal);
        }
        // Truth values need no collections either.
        if self.expression.op(left).gives_truth() && self.expression.op(right).gives_truth() {
            let (left, right) = (self.truth(left, frame)?, self.truth(right, frame)?);
            return Ok(left.zip(right).map(|(left, right)| left == right));
        }
        self.both(left, right, frame, |this, lefts, rights| {
            if lefts.is_empty() || rights.is_empty() {
                return Ok(None);
            }
            if lefts.len() != rights.len() {
                return Ok(Some(false));
            }
            let mut equal = Some(true);
            for (left, right) in lefts.iter().zip(rights) {
                this.step(1)?;
                match this.equal(*left, *right) {
                    Some(false) => return Ok(Some(false)),
                    Some(true) => {}
                    None => equal = None,
                }
            }
            Ok(equal)
        })
    }

    /// `name = 'text'` of the item at hand, without collections: most comparisons are of this form. `None` for any other.
    fn text_equality(&self, left: OpId, right: OpId, frame: &Frame<'_>) -> Option<Answer> {
        let (Op::Member { source: 0, name }, Op::Literal(at)) = (self.expression.op(left), self.expression.op(right))
        else {
            return None;
        };
        let (Some(Item::Node(node)), Some(Item::String(text))) =
            (frame.this, self.expression.literals.get(at as usize).copied())
        else {
            return None;
        };
        let object = self.object(node)?;
        let [member] = self.context.model.element(node.type_id, name) else { return None };
        if self.context.model.primitive(member.type_id) != Some(Primitive::String) {
            return None;
        }
        let value = self.sibling(object, member.key);
        if value == Node::ABSENT {
            // Without its other half too the element is not there.
            return (self.sibling(object, member.companion) == Node::ABSENT).then_some(Answer(None));
        }
        self.context.document.as_str(value).map(|value| Answer(Some(value == self.text(text))))
    }

    pub(super) fn equivalence(&mut self, left: OpId, right: OpId, frame: &Frame<'_>) -> Evaluated<bool> {
        self.both(left, right, frame, |this, lefts, rights| {
            if lefts.len() != rights.len() {
                return Ok(false);
            }
            // The order does not matter; each item on the right answers to one on the left.
            let mut used = vec![false; if rights.len() > 1 { rights.len() } else { 0 }];
            for left in lefts {
                let mut found = false;
                for (at, right) in rights.iter().enumerate() {
                    this.step(1)?;
                    if used.get(at) != Some(&true) && this.equivalent(*left, *right) {
                        if let Some(used) = used.get_mut(at) {
                            *used = true;
                        }
                        found = true;
                        break;
                    }
                }
                if !found {
                    return Ok(false);
                }
            }
            Ok(true)
        })
    }

    /// `left in right`
    pub(super) fn is_in(&mut self, left: OpId, right: OpId, frame: &Frame<'_>) -> Evaluated<Option<bool>> {
        let Some(item) = self.single(left, frame)? else { return Ok(None) };
        // A list of literals is looked through without making a collection of it.
        if let Op::Nary { operator: Nary::Union, operands } = self.expression.op(right) {
            for operand in self.expression.list(operands) {
                if self.holds_item(*operand, item, frame)? {
                    return Ok(Some(true));
                }
            }
            return Ok(Some(false));
        }
        self.holds_item(right, item, frame).map(Some)
    }

    fn holds_item(&mut self, id: OpId, item: Item, frame: &Frame<'_>) -> Evaluated<bool> {
        if let Op::Literal(at) = self.expression.op(id) {
            self.step(1)?;
            let literal = self.expression.literals.get(at as usize);
            return Ok(literal.is_some_and(|literal| self.equal(item, *literal) == Some(true)));
        }
        let mut items = self.take();
        self.collect(id, frame, &mut items)?;
        let holds = self.contains(&items, item)?;
        self.give(items);
        Ok(holds)
    }

    /// Whether one of the items equals this one.
    pub(super) fn contains(&self, items: &[Item], item: Item) -> Evaluated<bool> {
        for other in items {
            self.step(1)?;
            if self.equal(*other, item) == Some(true) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn ordering(
        &mut self,
        operator: Binary,
        left: OpId,
        right: OpId,
        frame: &Frame<'_>,
    ) -> Evaluated<Option<bool>> {
        // Several items have no order: that is empty and no error, as in the reference validator.
        let order = self.both(left, right, frame, |this, lefts, rights| match (lefts, rights) {
            ([left], [right]) => this.order(*left, *right),
            _ => Ok(None),
        })?;
        Ok(order.map(|order| match operator {
            Binary::Less => order.is_lt(),
            Binary::LessOrEqual => order.is_le(),
            Binary::Greater => order.is_gt(),
            _ => order.is_ge(),
        }))
    }

    /// `=` of two items.
    pub(super) fn equal(&self, left: Item, right: Item) -> Option<bool> {
        match (self.value(left), self.value(right)) {
            (Item::Boolean(left), Item::Boolean(right)) => Some(left == right),
            (Item::Integer(left), Item::Integer(right)) => Some(left == right),
            (Item::String(left), Item::String(right)) => Some(self.text(left) == self.text(right)),
            (Item::Temporal(left), Item::Temporal(right)) => {
                left.compare(right).map_or(Some(false), |order| order.map(Ordering::is_eq))
            }
            (Item::Quantity(left), Item::Quantity(right)) => self.compare_quantities(left, right).map(Ordering::is_eq),
            (Item::Node(left), Item::Node(right)) => Some(self.nodes_alike(left, right, false)),
            (left @ (Item::SystemType(_) | Item::FhirType(_)), right) => Some(left == right),
            (Item::String(text), other) | (other, Item::String(text)) => {
                Some(self.written_alike(other, self.text(text)))
            }
            (Item::Quantity(quantity), number) | (number, Item::Quantity(quantity)) => {
                let value = as_decimal(number)?;
                self.compare_quantities(quantity, Quantity { value, unit: Unit::One }).map(Ordering::is_eq)
            }
            (left, right) => Some(as_decimal(left).is_some() && as_decimal(left) == as_decimal(right)),
        }
    }

    /// Whether a value of another type is written like this text.
    fn written_alike(&self, item: Item, text: &str) -> bool {
        match item {
            Item::Node(node) => self.context.document.as_str(node.value) == Some(text),
            Item::Boolean(value) => text == if value { "true" } else { "false" },
            Item::Quantity(_) | Item::SystemType(_) | Item::FhirType(_) => false,
            _ => {
                let mut written = String::new();
                self.write_item(item, &mut written);
                written == text
            }
        }
    }

    /// `~` of two items.
    fn equivalent(&self, left: Item, right: Item) -> bool {
        match (self.value(left), self.value(right)) {
            (Item::String(left), Item::String(right)) => texts_alike(self.text(left), self.text(right)),
            (Item::Node(left), Item::Node(right)) => self.nodes_alike(left, right, true),
            (Item::Quantity(left), Item::Quantity(right)) => self.quantities_alike(left, right),
            (left, right) => match (as_decimal(left), as_decimal(right)) {
                (Some(left), Some(right)) => decimals_alike(left, right),
                _ => self.equal(left, right) == Some(true),
            },
        }
    }

    /// How two items stand to each other; `None` where that is open.
    pub(super) fn order(&self, left: Item, right: Item) -> Evaluated<Option<Ordering>> {
        match (self.value(left), self.value(right)) {
            (Item::Integer(left), Item::Integer(right)) => Ok(Some(left.cmp(&right))),
            (Item::String(left), Item::String(right)) => Ok(Some(self.text(left).cmp(self.text(right)))),
            (Item::Temporal(left), Item::Temporal(right)) => {
                left.compare(right).map_err(|_| EvaluationError::WrongType)
            }
            (Item::Quantity(left), Item::Quantity(right)) => Ok(self.order_quantities(left, right)),
            // Elements that are no values have no order. What should be a date and is none is reported where it stands.
            (Item::Node(_), _) | (_, Item::Node(_)) => Ok(None),
            (left, right) => match (as_decimal(left), as_decimal(right)) {
                (Some(left), Some(right)) => Ok(Some(left.cmp(&right))),
                _ => Err(EvaluationError::WrongType),
            },
        }
    }

    fn nodes_alike(&self, left: Node, right: Node, loosely: bool) -> bool {
        if left.value == right.value && left.companion == right.companion {
            return true;
        }
        match (left.value == Node::ABSENT, right.value == Node::ABSENT) {
            (false, false) => self.trees_alike(left.value, right.value, loosely),
            (true, true) => self.trees_alike(left.companion, right.companion, loosely),
            _ => false,
        }
    }

    /// Whether two subtrees say the same. The recursion is as deep as the document, whose depth its reader bounds.
    fn trees_alike(&self, left: NodeId, right: NodeId, loosely: bool) -> bool {
        let document = self.context.document;
        self.note(1 + document.child_count(left));
        match (document.kind(left), document.kind(right)) {
            (Kind::Object, Kind::Object) => {
                document.child_count(left) == document.child_count(right)
                    && document.children(left).zip(document.children(right)).all(|(child, beside)| {
                        // Members mostly come in the same order.
                        let symbol = document.symbol(child);
                        let other = if document.symbol(beside) == symbol {
                            Some(beside)
                        } else {
                            document.member(right, symbol)
                        };
                        other.is_some_and(|other| self.trees_alike(child, other, loosely))
                    })
            }
            (Kind::Array, Kind::Array) => {
                document.child_count(left) == document.child_count(right)
                    && document
                        .children(left)
                        .zip(document.children(right))
                        .all(|(left, right)| self.trees_alike(left, right, loosely))
            }
            (Kind::Number, Kind::Number) => {
                let (left, right) = (document.text(left), document.text(right));
                left == right
                    || matches!((super::navigate::decimal(left), super::navigate::decimal(right)),
                        (Some(left), Some(right)) if left == right)
            }
            (Kind::String, Kind::String) => {
                let (left, right) = (document.text(left), document.text(right));
                left == right || (loosely && texts_alike(left, right))
            }
            (left, right) => left == right,
        }
    }
}

/// The number that an item is.
pub(super) fn as_decimal(item: Item) -> Option<Decimal> {
    match item {
        Item::Integer(value) => Some(Decimal::from(value)),
        Item::Decimal(value) => Some(value),
        _ => None,
    }
}

/// Rounded to the precision of the less precise one (N1, "Equivalent", Decimal).
pub(super) fn decimals_alike(left: Decimal, right: Decimal) -> bool {
    let digits = left.normalize().scale().min(right.normalize().scale());
    let round = |value: Decimal| value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    round(left) == round(right)
}

/// Alike but for case and the length of white space.
fn texts_alike(left: &str, right: &str) -> bool {
    let (mut left, mut right) = (left.split_whitespace(), right.split_whitespace());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(left), Some(right)) => {
                let lower = |word: &str| word.chars().flat_map(char::to_lowercase).collect::<Vec<_>>();
                if left != right && !left.eq_ignore_ascii_case(right) && lower(left) != lower(right) {
                    return false;
                }
            }
            _ => return false,
        }
    }
}
