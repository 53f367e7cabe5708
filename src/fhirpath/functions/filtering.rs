//! From collection to collection (N1, "Filtering and projection", "Subsetting", "Combining", "Tree navigation", `iif`, `aggregate`).

use std::cmp::Ordering;

use super::super::EvaluationError;
use super::super::evaluate::{Evaluated, Evaluator, Frame};
use super::super::expression::{Function, List, Op, OpId};
use super::super::item::Item;
use super::super::model::{Host, Model};

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    pub(super) fn filter(
        &mut self,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        let Some(criterion) = self.expression.argument(arguments, 0) else { return Ok(()) };
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        for (index, item) in items.iter().enumerate() {
            if self.criterion(criterion, &frame.with(*item, index))? {
                out.push(*item);
            }
        }
        self.give(items);
        Ok(())
    }

    pub(super) fn select(
        &mut self,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        let Some(projection) = self.expression.argument(arguments, 0) else { return Ok(()) };
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        for (index, item) in items.iter().enumerate() {
            self.collect(projection, &frame.with(*item, index), out)?;
        }
        self.give(items);
        Ok(())
    }

    /// What the projection gives, and what it gives of that, as long as something new comes.
    pub(super) fn repeat(
        &mut self,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        let Some(projection) = self.expression.argument(arguments, 0) else { return Ok(()) };
        let (mut items, mut found, mut seen) = (self.take(), self.take(), self.take());
        self.collect(source, frame, &mut items)?;
        let mut at = 0;
        while let Some(item) = items.get(at).copied() {
            found.clear();
            self.collect(projection, &frame.with(item, at), &mut found)?;
            for item in &found {
                if !self.contains(&seen, *item)? {
                    seen.push(*item);
                    items.push(*item);
                }
            }
            at += 1;
        }
        out.extend_from_slice(&seen);
        self.give(seen);
        self.give(found);
        self.give(items);
        Ok(())
    }

    pub(super) fn aggregate(
        &mut self,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        let Some(aggregator) = self.expression.argument(arguments, 0) else { return Ok(()) };
        let (mut items, mut total, mut next) = (self.take(), self.take(), self.take());
        self.collect(source, frame, &mut items)?;
        if let Some(initial) = self.expression.argument(arguments, 1) {
            self.collect(initial, frame, &mut total)?;
        }
        for (index, item) in items.iter().enumerate() {
            next.clear();
            let inner = Frame { total: &total, ..frame.with(*item, index) };
            self.collect(aggregator, &inner, &mut next)?;
            std::mem::swap(&mut total, &mut next);
        }
        out.extend_from_slice(&total);
        self.give(next);
        self.give(total);
        self.give(items);
        Ok(())
    }

    pub(super) fn iif(
        &mut self,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        let this = self.single(source, frame)?;
        let inner = Frame { this, is_outermost: false, ..*frame };
        let Some(criterion) = self.expression.argument(arguments, 0) else { return Ok(()) };
        let holds = match self.expression.op(criterion).gives_truth() {
            true => self.truth(criterion, &inner)?,
            false => match self.single(criterion, &inner)? {
                Some(item) => Some(self.as_boolean(item).ok_or(EvaluationError::WrongType)?),
                None => None,
            },
        };
        let branch = if holds == Some(true) { 1 } else { 2 };
        match self.expression.argument(arguments, branch) {
            Some(result) => self.collect(result, &inner, out),
            None => Ok(()),
        }
    }

    pub(super) fn subset(
        &mut self,
        function: Function,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        let number = match self.expression.argument(arguments, 0) {
            None => 0,
            Some(argument) => match self.single(argument, frame)?.map(|item| self.value(item)) {
                None => return Ok(()),
                Some(Item::Integer(number)) => usize::try_from(number).unwrap_or_default(),
                Some(_) => return Err(EvaluationError::WrongType),
            },
        };
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        match function {
            Function::First => out.extend(items.first()),
            Function::Last => out.extend(items.last()),
            Function::Tail => out.extend_from_slice(items.get(1..).unwrap_or_default()),
            Function::Skip => out.extend_from_slice(items.get(number..).unwrap_or_default()),
            Function::Take => out.extend(items.iter().take(number)),
            _ if items.len() > 1 => return Err(EvaluationError::NotSingle),
            _ => out.extend(items.first()),
        }
        self.give(items);
        Ok(())
    }

    /// `|` of any number of operands.
    pub(in super::super) fn union(&mut self, operands: List, frame: &Frame<'_>, out: &mut Vec<Item>) -> Evaluated<()> {
        let (mut items, mut kept) = (self.take(), self.take());
        for operand in self.expression.list(operands) {
            self.collect(*operand, frame, &mut items)?;
        }
        self.keep_distinct(&items, &mut kept)?;
        out.extend_from_slice(&kept);
        self.give(kept);
        self.give(items);
        Ok(())
    }

    fn keep_distinct(&mut self, items: &[Item], kept: &mut Vec<Item>) -> Evaluated<()> {
        for item in items {
            if !self.contains(kept, *item)? {
                kept.push(*item);
            }
        }
        Ok(())
    }

    pub(super) fn distinct(&mut self, source: OpId, frame: &Frame<'_>, out: &mut Vec<Item>) -> Evaluated<()> {
        let (mut items, mut kept) = (self.take(), self.take());
        self.collect(source, frame, &mut items)?;
        self.keep_distinct(&items, &mut kept)?;
        out.extend_from_slice(&kept);
        self.give(kept);
        self.give(items);
        Ok(())
    }

    pub(super) fn combine(
        &mut self,
        function: Function,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        let Some(argument) = self.expression.argument(arguments, 0) else { return Ok(()) };
        let (mut items, mut others, mut kept) = (self.take(), self.take(), self.take());
        self.collect(source, frame, &mut items)?;
        self.collect(argument, frame, &mut others)?;
        match function {
            Function::Combine => {
                kept.extend_from_slice(&items);
                kept.extend_from_slice(&others);
            }
            Function::Union => {
                self.keep_distinct(&items, &mut kept)?;
                self.keep_distinct(&others, &mut kept)?;
            }
            _ => {
                let wanted = function == Function::Intersect;
                for item in &items {
                    if self.contains(&others, *item)? == wanted && !(wanted && self.contains(&kept, *item)?) {
                        kept.push(*item);
                    }
                }
            }
        }
        out.extend_from_slice(&kept);
        self.give(kept);
        self.give(others);
        self.give(items);
        Ok(())
    }

    pub(super) fn tree(
        &mut self,
        function: Function,
        source: OpId,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        let start = out.len();
        for item in &items {
            if let Item::Node(node) = item {
                self.children(*node, out);
            }
        }
        self.give(items);
        self.step(out.len() - start)?;
        if function == Function::Descendants {
            let mut at = start;
            while let Some(item) = out.get(at).copied() {
                if let Item::Node(node) = item {
                    let before = out.len();
                    self.children(node, out);
                    self.step(out.len() - before)?;
                }
                at += 1;
            }
        }
        Ok(())
    }

    /// Sorted by the keys; a key that is negated sorts from high to low, texts included. An empty key comes first either way.
    pub(super) fn sort(
        &mut self,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        let expression = self.expression;
        let keys: Vec<(OpId, bool)> = match expression.list(arguments) {
            [] => vec![(0, false)],
            keys => keys
                .iter()
                .map(|key| match expression.op(*key) {
                    Op::Negate(inner) => (inner, true),
                    _ => (*key, false),
                })
                .collect(),
        };
        let mut rows = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let mut row = Vec::with_capacity(keys.len());
            for (key, _) in &keys {
                row.push(self.single(*key, &frame.with(*item, index))?);
            }
            rows.push((row, *item));
        }
        self.give(items);
        self.step(rows.len())?;
        rows.sort_by(|(left, _), (right, _)| {
            for ((left, right), (_, descending)) in left.iter().zip(right).zip(&keys) {
                let order = match (left, right) {
                    (Some(left), Some(right)) => {
                        let order = self.order(*left, *right).ok().flatten().unwrap_or(Ordering::Equal);
                        if *descending { order.reverse() } else { order }
                    }
                    _ => left.is_some().cmp(&right.is_some()),
                };
                if order != Ordering::Equal {
                    return order;
                }
            }
            Ordering::Equal
        });
        out.extend(rows.into_iter().map(|(_, item)| item));
        Ok(())
    }
}
