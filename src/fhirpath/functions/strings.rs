//! Functions of a text (N1, "String Manipulation"). Places in texts are counted in characters.

use super::super::EvaluationError;
use super::super::evaluate::{Evaluated, Evaluator, Frame};
use super::super::expression::{Function, List, OpId};
use super::super::item::{Item, Text};
use super::super::model::{Host, Model};
use super::super::pattern;
use super::codec;

/// How many steps it counts for to compile a regular expression.
const COMPILING: usize = 2_000;

/// How many bytes of a text are one step.
const STEP: usize = 256;

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    /// The text of an operation; an error where it gives something else.
    fn text_of(&mut self, id: OpId, frame: &Frame<'_>) -> Evaluated<Option<Text>> {
        let Some(item) = self.single(id, frame)? else { return Ok(None) };
        match self.value(item) {
            Item::String(text) => {
                self.step(self.text(text).len() / STEP)?;
                Ok(Some(text))
            }
            // A primitive without a value says nothing.
            Item::Node(node) if node.value == super::super::Node::ABSENT => Ok(None),
            Item::Node(node) if self.context.document.as_str(node.value).is_some() => Ok(Some(Text::Node(node.value))),
            Item::Node(_) | Item::SystemType(_) | Item::FhirType(_) | Item::Quantity(_) => {
                Err(EvaluationError::WrongType)
            }
            // Other primitives are taken as they are written, as in the reference validator.
            item => {
                let mut written = String::new();
                self.write_item(item, &mut written);
                self.write(&written).map(Some)
            }
        }
    }

    pub(super) fn argument_text(&mut self, arguments: List, at: usize, frame: &Frame<'_>) -> Evaluated<Option<Text>> {
        match self.expression.argument(arguments, at) {
            Some(argument) => self.text_of(argument, frame),
            None => Ok(None),
        }
    }

    pub(super) fn has_text(
        &mut self,
        function: Function,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
    ) -> Evaluated<Option<bool>> {
        let (text, part) = (self.text_of(source, frame)?, self.argument_text(arguments, 0, frame)?);
        let Some(text) = text else { return Ok(self.scratch.absent()) };
        let Some(part) = part else { return Ok(None) };
        let (text, part) = (self.text(text), self.text(part));
        Ok(Some(match function {
            Function::StartsWith => text.starts_with(part),
            Function::EndsWith => text.ends_with(part),
            _ => text.contains(part),
        }))
    }

    pub(super) fn matches(
        &mut self,
        function: Function,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
    ) -> Evaluated<Option<bool>> {
        let (text, pattern) = (self.text_of(source, frame)?, self.argument_text(arguments, 0, frame)?);
        let Some(text) = text else { return Ok(self.scratch.absent()) };
        let Some(pattern) = pattern else { return Ok(None) };
        self.with_pattern(pattern, function == Function::MatchesFull, |this, regex| {
            Ok(Some(regex.is_match(this.text(text))))
        })
    }

    fn with_pattern<T>(
        &mut self,
        text: Text,
        full: bool,
        then: impl FnOnce(&mut Self, &regex::Regex) -> Evaluated<T>,
    ) -> Evaluated<T> {
        let expression = self.expression;
        if let Text::Literal(at) = text
            && let Some((_, regex)) = expression.patterns.iter().find(|(known, _)| *known == at)
        {
            return then(self, regex.as_ref().ok_or(EvaluationError::BadPattern)?);
        }
        self.step(COMPILING)?;
        let regex = pattern::compile(self.text(text), full, pattern::MOST_COMPUTED);
        let regex = regex.ok_or(EvaluationError::BadPattern)?;
        then(self, &regex)
    }

    /// Functions of one text that give one text or number.
    pub(super) fn text_function(
        &mut self,
        function: Function,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
    ) -> Evaluated<Option<Item>> {
        let Some(place) = self.text_of(source, frame)? else { return Ok(None) };
        let made = match function {
            Function::Length => {
                let length = self.text(place).chars().count();
                return Ok(Some(Item::Integer(i64::try_from(length).unwrap_or(i64::MAX))));
            }
            Function::Upper => Some(self.text(place).to_uppercase()),
            Function::Lower => Some(self.text(place).to_lowercase()),
            Function::Trim => Some(self.text(place).trim().to_owned()),
            Function::Substring => self.substring(place, arguments, frame)?,
            Function::IndexOf => {
                let Some(part) = self.argument_text(arguments, 0, frame)? else { return Ok(None) };
                let text = self.text(place);
                let at = text.find(self.text(part)).map(|at| text.get(..at).unwrap_or_default().chars().count());
                return Ok(Some(Item::Integer(at.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1))));
            }
            Function::Replace => {
                let (pattern, by) =
                    (self.argument_text(arguments, 0, frame)?, self.argument_text(arguments, 1, frame)?);
                let (Some(pattern), Some(by)) = (pattern, by) else { return Ok(None) };
                // The size of the result is known before it is made.
                let (text, pattern, by) = (self.text(place), self.text(pattern), self.text(by));
                bounded(text.matches(pattern).count(), by.len())?;
                Some(text.replace(pattern, by))
            }
            Function::ReplaceMatches => {
                let (pattern, by) =
                    (self.argument_text(arguments, 0, frame)?, self.argument_text(arguments, 1, frame)?);
                let (Some(pattern), Some(by)) = (pattern, by) else { return Ok(None) };
                self.replace_matches(place, pattern, by)?
            }
            _ => {
                let Some(format) = self.argument_text(arguments, 0, frame)? else { return Ok(None) };
                codec::recode(function, self.text(place), self.text(format))
            }
        };
        match made {
            Some(made) => Ok(Some(Item::String(self.write(&made)?))),
            None => Ok(None),
        }
    }

    fn replace_matches(&mut self, place: Text, pattern: Text, by: Text) -> Evaluated<Option<String>> {
        if self.text(pattern).is_empty() {
            return Ok(Some(self.text(place).to_owned()));
        }
        self.with_pattern(pattern, false, |this, regex| {
            let (text, by) = (this.text(place), this.text(by));
            bounded(regex.find_iter(text).count(), by.len().saturating_mul(text.len().max(1)))?;
            Ok(Some(regex.replace_all(text, by).into_owned()))
        })
    }

    fn substring(&mut self, place: Text, arguments: List, frame: &Frame<'_>) -> Evaluated<Option<String>> {
        let start = match self.argument_value(arguments, 0, frame)? {
            Some(Item::Integer(start)) => start,
            None => return Ok(None),
            Some(_) => return Err(EvaluationError::WrongType),
        };
        let length = match self.argument_value(arguments, 1, frame)? {
            Some(Item::Integer(length)) => usize::try_from(length).unwrap_or_default(),
            None => usize::MAX,
            Some(_) => return Err(EvaluationError::WrongType),
        };
        let Ok(start) = usize::try_from(start) else { return Ok(None) };
        let mut characters = self.text(place).chars();
        if start > 0 && characters.nth(start - 1).is_none() {
            return Ok(None);
        }
        if characters.as_str().is_empty() {
            return Ok(None);
        }
        Ok(Some(characters.take(length).collect()))
    }

    /// `toChars` and `split`
    pub(super) fn pieces(
        &mut self,
        function: Function,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        let Some(place) = self.text_of(source, frame)? else { return Ok(()) };
        let separator = if function == Function::Split {
            let Some(separator) = self.argument_text(arguments, 0, frame)? else { return Ok(()) };
            self.text(separator).to_owned()
        } else {
            String::new()
        };
        let text = self.text(place).to_owned();
        let mut add = |piece: &str| -> Evaluated<()> {
            self.step(1)?;
            out.push(Item::String(self.write(piece)?));
            Ok(())
        };
        if separator.is_empty() {
            let mut buffer = [0; 4];
            text.chars().try_for_each(|character| add(character.encode_utf8(&mut buffer)))
        } else {
            text.split(separator.as_str()).try_for_each(add)
        }
    }

    pub(super) fn join(&mut self, source: OpId, arguments: List, frame: &Frame<'_>) -> Evaluated<Option<Item>> {
        let separator = self.argument_text(arguments, 0, frame)?;
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        let mut joined = String::new();
        for (index, item) in items.iter().enumerate() {
            if index > 0
                && let Some(separator) = separator
            {
                joined.push_str(self.text(separator));
            }
            match self.value(*item) {
                Item::String(text) => joined.push_str(self.text(text)),
                _ => return Err(EvaluationError::WrongType),
            }
            bounded(joined.len(), 1)?;
        }
        self.give(items);
        Ok(Some(Item::String(self.write(&joined)?)))
    }
}

/// Refuses to make a text of more than the bound.
fn bounded(count: usize, length: usize) -> Evaluated<()> {
    if count.saturating_mul(length) > super::super::evaluate::MOST_WRITTEN {
        Err(EvaluationError::TooMuchText)
    } else {
        Ok(())
    }
}
