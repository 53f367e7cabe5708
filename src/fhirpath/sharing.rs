//! What an expression need not do twice: operations that are written twice are one, what is the same for each item of a list is found out
//! once, and a path that is needed more than once is followed once.

use super::expression::{Expression, Function, Op, OpId};
use super::item::Item;

impl Expression {
    /// The place of a text, given to it now if it has none.
    pub(super) fn add_string(&mut self, text: &str) -> u32 {
        let at = self.strings.iter().position(|known| **known == *text).unwrap_or(self.strings.len());
        if at == self.strings.len() {
            self.strings.push(text.into());
        }
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// The place of a literal.
    pub(super) fn add_literal(&mut self, item: Item) -> u32 {
        // Decimals that are equal may be written with other digits, and dates with others.
        let is_simple = matches!(item, Item::String(_) | Item::Integer(_) | Item::Boolean(_));
        let same = self.literals.iter().position(|known| is_simple && *known == item);
        let at = same.unwrap_or(self.literals.len());
        if at == self.literals.len() {
            self.literals.push(item);
        }
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// Finds the operations that speak of nothing but the resources around and literals.
    pub(super) fn find_constants(&mut self) {
        let mut constants: Vec<bool> = Vec::with_capacity(self.ops.len());
        for op in &self.ops {
            let is = |id: OpId| constants.get(id as usize) == Some(&true);
            constants.push(match *op {
                Op::Empty | Op::Literal(_) | Op::Context | Op::Resource | Op::RootResource => true,
                Op::Member { source, .. }
                | Op::OfType { source, .. }
                | Op::As { source, .. }
                | Op::Is { source, .. } => is(source),
                Op::Call { source, arguments, .. } => is(source) && self.list(arguments).iter().all(|id| is(*id)),
                Op::Binary { left, right, .. } => is(left) && is(right),
                Op::Nary { operands, .. } => self.list(operands).iter().all(|id| is(*id)),
                _ => false,
            });
        }
        self.constants = constants;
    }

    /// An operation that is the same as this one.
    pub(super) fn find(&self, op: Op) -> Option<OpId> {
        let same = |known: &Op| match (*known, op) {
            (
                Op::Call { function, source, arguments },
                Op::Call { function: other, source: other_source, arguments: others },
            ) => function == other && source == other_source && self.list(arguments) == self.list(others),
            (Op::Nary { operator, operands }, Op::Nary { operator: other, operands: others }) => {
                operator == other && self.list(operands) == self.list(others)
            }
            (known, op) => known == op,
        };
        self.ops.iter().position(same).and_then(|at| OpId::try_from(at).ok())
    }

    /// Finds the paths that are needed more than once.
    pub(super) fn find_shared(&mut self) {
        let mut needed = vec![0_u32; self.ops.len()];
        let mut need = |id: OpId| {
            if let Some(count) = needed.get_mut(id as usize) {
                *count += 1;
            }
        };
        for op in &self.ops {
            match *op {
                Op::Member { source, .. }
                | Op::Is { source, .. }
                | Op::As { source, .. }
                | Op::OfType { source, .. }
                | Op::Negate(source)
                | Op::Positive(source) => need(source),
                Op::Indexer { source, index } => [source, index].into_iter().for_each(&mut need),
                Op::Binary { left, right, .. } => [left, right].into_iter().for_each(&mut need),
                Op::Call { source, arguments, .. } => {
                    need(source);
                    self.list(arguments).iter().copied().for_each(&mut need);
                }
                Op::Nary { operands, .. } => self.list(operands).iter().copied().for_each(&mut need),
                _ => {}
            }
        }
        let is_path = |op: &Op| match *op {
            Op::Member { source, .. } => source != 0,
            Op::Call { function, .. } => matches!(function, Function::Where | Function::Extension),
            _ => false,
        };
        self.shared = self.ops.iter().zip(needed).map(|(op, count)| count > 1 && is_path(op)).collect();
    }

    /// Whether an operation is a path of several steps that is needed more than once.
    #[inline]
    pub(super) fn is_shared(&self, id: OpId) -> bool {
        self.shared.get(id as usize) == Some(&true)
    }

    /// Whether an operation speaks of nothing but the resources around and literals.
    #[inline]
    pub(super) fn is_constant(&self, id: OpId) -> bool {
        self.constants.get(id as usize) == Some(&true)
    }
}
