//! Questions about whole collections (N1, "Existence").

use super::super::EvaluationError;
use super::super::evaluate::{Evaluated, Evaluator, Frame};
use super::super::expression::{List, OpId};
use super::super::item::{Item, Text};
use super::super::model::{Host, Model};

/// From how many items on texts are sorted to find out whether they differ.
const MANY: usize = 16;

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    pub(super) fn all(&mut self, source: OpId, arguments: List, frame: &Frame<'_>) -> Evaluated<bool> {
        let Some(criterion) = self.expression.argument(arguments, 0) else { return Ok(true) };
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        let mut all = true;
        for (index, item) in items.iter().enumerate() {
            if !self.criterion(criterion, &frame.with(*item, index))? {
                all = false;
                break;
            }
        }
        self.give(items);
        Ok(all)
    }

    /// Whether every item is the Boolean `wanted`.
    pub(super) fn every(&mut self, source: OpId, frame: &Frame<'_>, wanted: bool) -> Evaluated<bool> {
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        let mut every = true;
        for item in &items {
            every &= self.as_boolean(*item).ok_or(EvaluationError::WrongType)? == wanted;
        }
        self.give(items);
        Ok(every)
    }

    pub(super) fn is_distinct(&mut self, source: OpId, frame: &Frame<'_>) -> Evaluated<bool> {
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        let distinct = match self.texts_differ(&items) {
            Some(differ) => differ,
            None => {
                let mut distinct = true;
                for (index, item) in items.iter().enumerate() {
                    if self.contains(items.get(..index).unwrap_or_default(), *item)? {
                        distinct = false;
                        break;
                    }
                }
                distinct
            }
        };
        self.give(items);
        Ok(distinct)
    }

    /// Whether many texts all differ; `None` where they are few or no texts.
    fn texts_differ(&self, items: &[Item]) -> Option<bool> {
        if items.len() < MANY {
            return None;
        }
        let texts: Option<Vec<Text>> = items
            .iter()
            .map(|item| match self.value(*item) {
                Item::String(text) => Some(text),
                _ => None,
            })
            .collect();
        let mut texts: Vec<&str> = texts?.into_iter().map(|text| self.text(text)).collect();
        texts.sort_unstable();
        Some(texts.windows(2).all(|pair| pair.first() != pair.get(1)))
    }

    /// Whether one side's items are all among the other's.
    pub(super) fn is_subset(
        &mut self,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
        superset: bool,
    ) -> Evaluated<bool> {
        let Some(argument) = self.expression.argument(arguments, 0) else { return Ok(false) };
        let (mut items, mut others) = (self.take(), self.take());
        self.collect(source, frame, &mut items)?;
        self.collect(argument, frame, &mut others)?;
        let (small, large) = if superset { (&others, &items) } else { (&items, &others) };
        let mut subset = true;
        for item in small {
            if !self.contains(large, *item)? {
                subset = false;
                break;
            }
        }
        self.give(others);
        self.give(items);
        Ok(subset)
    }
}
