//! `is`, `as`, `ofType`, types at the start of paths, and what `type()` gives (N1, "Types and Reflection").

use super::EvaluationError;
use super::evaluate::{Evaluated, Evaluator, Frame};
use super::expression::OpId;
use super::item::{Item, System};
use super::model::{Host, Model, Namespace, Primitive};
use crate::instance::NameId;

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    /// `namespace` and `name` of a type.
    pub(super) fn type_member(&mut self, item: Item, name: NameId, out: &mut Vec<Item>) -> Evaluated<()> {
        let expression = self.expression;
        let spelling = expression.spellings.iter().find(|(id, _)| *id == name).map_or("", |(_, text)| text.as_ref());
        let model = self.context.model;
        let text = match (spelling, item) {
            ("namespace", Item::SystemType(_)) => "System",
            ("namespace", _) => "FHIR",
            ("name", Item::SystemType(system)) => system.name(),
            ("name", Item::FhirType(id)) => model.name(id),
            _ => return Ok(()),
        };
        let text = self.write(text)?;
        out.push(Item::String(text));
        Ok(())
    }

    /// A path's first name with a capital: the item if it is of that type, or else its element of that name.
    pub(super) fn root(
        &mut self,
        specifier: u32,
        name: NameId,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        let (Some(item), Some(specifier)) = (frame.this, self.expression.specifiers.get(specifier as usize)) else {
            return Ok(());
        };
        let is = match item {
            Item::Node(node) => self.context.model.is_subtype(node.type_id, specifier) == Some(true),
            _ => item.system().is_some_and(|system| system.name() == specifier.name.as_ref()),
        };
        if is {
            out.push(item);
            return Ok(());
        }
        self.item_member(item, name, out)
    }

    /// Whether an item is of the type; `Err` when there is no such type.
    pub(super) fn is_of(&self, item: Item, specifier: u32) -> Evaluated<bool> {
        let Some(specifier) = self.expression.specifiers.get(specifier as usize) else { return Ok(false) };
        match item {
            Item::Node(node) => {
                if specifier.namespace == Some(Namespace::System) {
                    return Ok(false);
                }
                // Rules are written with a capital where FHIR has none (`$this is DateTime`, us-core-1), and the reference validator
                // takes them so.
                let name = self.context.model.name(node.type_id);
                if self.scratch.absent_says_no && name.eq_ignore_ascii_case(&specifier.name) {
                    return Ok(true);
                }
                match self.context.model.is_subtype(node.type_id, specifier) {
                    Some(is) => Ok(is),
                    // A type of FHIRPath's own, which no element has.
                    None if specifier.namespace.is_none() && System::is_name(&specifier.name) => Ok(false),
                    None => Err(EvaluationError::UnknownType),
                }
            }
            _ => Ok(specifier.namespace != Some(Namespace::Fhir)
                && item.system().is_some_and(|system| system.name() == specifier.name.as_ref())),
        }
    }

    /// Whether `as` and `ofType` let an item through: a primitive must be of exactly the type, as the reference validator has it.
    fn passes(&self, item: Item, specifier: u32) -> Evaluated<bool> {
        let is = self.is_of(item, specifier)?;
        let Item::Node(node) = item else { return Ok(is) };
        let name = self.expression.specifiers.get(specifier as usize).map_or("", |specifier| specifier.name.as_ref());
        let model = self.context.model;
        Ok(is
            && (matches!(model.primitive(node.type_id), None | Some(Primitive::Quantity))
                || model.name(node.type_id) == name))
    }

    pub(super) fn is_type(&mut self, source: OpId, specifier: u32, frame: &Frame<'_>) -> Evaluated<Option<bool>> {
        match self.single(source, frame)? {
            Some(item) => self.is_of(item, specifier).map(Some),
            None => Ok(self.scratch.absent()),
        }
    }

    pub(super) fn as_type(
        &mut self,
        source: OpId,
        specifier: u32,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        if self.scratch.as_takes_many {
            return self.of_type(source, specifier, frame, out);
        }
        if let Some(item) = self.single(source, frame)?
            && self.passes(item, specifier)?
        {
            out.push(item);
        }
        Ok(())
    }

    pub(super) fn of_type(
        &mut self,
        source: OpId,
        specifier: u32,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        for item in &items {
            if self.passes(*item, specifier)? {
                out.push(*item);
            }
        }
        self.give(items);
        Ok(())
    }
}
