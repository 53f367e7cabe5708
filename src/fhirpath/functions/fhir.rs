//! FHIR's own functions (FHIR R4, FHIRPath, "Additional functions"), types, and the clock.

use super::super::EvaluationError;
use super::super::evaluate::{Evaluated, Evaluator, Frame};
use super::super::expression::{Function, List, OpId};
use super::super::item::{Item, Node, Text};
use super::super::model::{Host, Model};
use super::super::temporal::{Precision, Temporal, TemporalKind};
use crate::instance::Kind;

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    /// Whether the only item is a primitive with a value.
    pub(super) fn has_value(&mut self, source: OpId, frame: &Frame<'_>) -> Evaluated<Option<bool>> {
        if source == 0 {
            return Ok(Some(frame.this.is_some_and(|item| self.is_value(item))));
        }
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        let has = matches!(items.as_slice(), [item] if self.is_value(*item));
        self.give(items);
        Ok(Some(has))
    }

    fn is_value(&self, item: Item) -> bool {
        match item {
            Item::Node(node) => {
                matches!(self.context.document.kind(node.value), Kind::Bool(_) | Kind::Number | Kind::String)
            }
            Item::SystemType(_) | Item::FhirType(_) => false,
            _ => true,
        }
    }

    pub(super) fn get_value(&mut self, source: OpId, frame: &Frame<'_>) -> Evaluated<Option<Item>> {
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        let value = match items.as_slice() {
            [item] if self.is_value(*item) => Some(self.value(*item)),
            _ => None,
        };
        self.give(items);
        Ok(value)
    }

    /// The extensions with this URL.
    pub(super) fn extension(
        &mut self,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        let Some(url) = self.argument_text(arguments, 0, frame)? else { return Ok(()) };
        let (mut items, mut extensions) = (self.take(), self.take());
        self.collect(source, frame, &mut items)?;
        let known = self.expression.known;
        for item in &items {
            self.item_member(*item, known.extension, &mut extensions)?;
        }
        for item in &extensions {
            if let Item::Node(node) = item
                && self.context.document.text(self.sibling(node.value, known.url)) == self.text(url)
            {
                out.push(*item);
            }
        }
        self.give(extensions);
        self.give(items);
        Ok(())
    }

    /// The resources behind references or URLs; those that nobody knows are left out.
    pub(super) fn resolve(&mut self, source: OpId, frame: &Frame<'_>, out: &mut Vec<Item>) -> Evaluated<()> {
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        for item in &items {
            let found = match *item {
                Item::Node(node) => {
                    let document = self.context.document;
                    let text = match document.kind(node.value) {
                        Kind::Object => document.text(self.sibling(node.value, self.expression.known.reference)),
                        _ => document.text(node.value),
                    };
                    self.context.host.resolve(text, node.anchor())
                }
                Item::String(text) => self.context.host.resolve(self.text(text), self.context.resource.value),
                _ => None,
            };
            out.extend(found.map(|(value, type_id)| Item::Node(Node::new(value, type_id))));
        }
        self.give(items);
        Ok(())
    }

    pub(super) fn conforms_to(&mut self, source: OpId, arguments: List, frame: &Frame<'_>) -> Evaluated<Option<bool>> {
        let Some(item) = self.single(source, frame)? else { return Ok(None) };
        let Some(canonical) = self.argument_text(arguments, 0, frame)? else { return Ok(None) };
        let Item::Node(node) = item else { return Ok(Some(false)) };
        let conforms = self.context.host.conforms_to(self.text(canonical), node);
        conforms.map(Some).ok_or(EvaluationError::UnknownProfile)
    }

    pub(super) fn member_of(&mut self, source: OpId, arguments: List, frame: &Frame<'_>) -> Evaluated<Option<bool>> {
        let Some(item) = self.single(source, frame)? else { return Ok(None) };
        let Some(value_set) = self.argument_text(arguments, 0, frame)? else { return Ok(None) };
        self.told(self.context.host.member_of(self.text(value_set), item))
    }

    /// What the host tells; in an invariant nothing counts as no, so there it must not be nothing.
    fn told(&self, answer: Option<bool>) -> Evaluated<Option<bool>> {
        match answer {
            None if self.scratch.absent_says_no => Err(EvaluationError::Undecided),
            answer => Ok(answer),
        }
    }

    pub(super) fn html_checks(&mut self, source: OpId, frame: &Frame<'_>) -> Evaluated<Option<bool>> {
        match self.single(source, frame)? {
            Some(Item::Node(node)) => Ok(Some(self.context.host.html_checks(node))),
            Some(_) => Ok(Some(false)),
            None => Ok(None),
        }
    }

    pub(super) fn subsumes(
        &mut self,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
        inverse: bool,
    ) -> Evaluated<Option<bool>> {
        let Some(argument) = self.expression.argument(arguments, 0) else { return Ok(None) };
        match (self.single(source, frame)?, self.single(argument, frame)?) {
            (Some(Item::Node(left)), Some(Item::Node(right))) => {
                let (general, special) = if inverse { (right, left) } else { (left, right) };
                self.told(self.context.host.subsumes(general, special))
            }
            (None, _) | (_, None) => Ok(None),
            _ => Err(EvaluationError::WrongType),
        }
    }

    /// `type()` of each item.
    pub(super) fn types(&mut self, source: OpId, frame: &Frame<'_>, out: &mut Vec<Item>) -> Evaluated<()> {
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        out.extend(items.iter().filter_map(|item| match item {
            Item::Node(node) => Some(Item::FhirType(node.type_id)),
            _ => item.system().map(Item::SystemType),
        }));
        self.give(items);
        Ok(())
    }

    /// `today()` and `timeOfDay()`
    pub(super) fn clock(&self, function: Function) -> Item {
        let now = self.context.now;
        Item::Temporal(if function == Function::Today {
            Temporal {
                kind: TemporalKind::Date,
                precision: Precision::Day,
                hour: 0,
                minute: 0,
                second: 0,
                nanosecond: 0,
                digits: 0,
                offset: None,
                ..now
            }
        } else {
            Temporal { kind: TemporalKind::Time, year: 0, month: 1, day: 1, offset: None, ..now }
        })
    }

    /// The text of an item that is a text.
    pub(in super::super) fn item_text(&self, item: Item) -> Option<Text> {
        match self.value(item) {
            Item::String(text) => Some(text),
            _ => None,
        }
    }
}
