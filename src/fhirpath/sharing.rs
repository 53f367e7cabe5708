//! What an expression need not do twice: operations that are written twice are one, what is the same for each item of a list is found out
//! once, and a path that is needed more than once, in one rule of a node or in several, is followed once.

use std::hash::BuildHasher as _;

use foldhash::quality::FixedState;

use super::expression::{Binary, Expression, Function, Op, OpId};
use super::item::{Item, Text};

/// The bit of a path that gives the same in all rules of a node.
pub(super) const OF_ALL: u64 = 1 << 63;

const HASHER: FixedState = FixedState::with_seed(0);

/// What an operation is, wherever it is written.
#[derive(Clone, Copy)]
struct Signature {
    hash: u64,
    /// Whether it goes through a filter: what does not is followed as quickly as remembered.
    filters: bool,
    is_path: bool,
}

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
        let signatures = self.signatures();
        let keys =
            self.ops.iter().zip(needed).zip(&signatures).zip(0..).map(
                |(((op, count), signature), id)| match signature {
                    Some(signature) if signature.filters => signature.hash | OF_ALL,
                    _ if count > 1 && is_path(op) => id,
                    _ => 0,
                },
            );
        self.paths = keys.collect();
    }

    /// What each operation is, where that is a path from `$this` which gives the same in every rule of one node.
    fn signatures(&self) -> Vec<Option<Signature>> {
        let mut known: Vec<Option<Signature>> = Vec::with_capacity(self.ops.len());
        for op in &self.ops {
            let of = |id: OpId| known.get(id as usize).copied().flatten();
            known.push(match *op {
                Op::This => Some(Signature { hash: HASHER.hash_one(0), filters: false, is_path: true }),
                Op::Literal(at) => match self.literals.get(at as usize) {
                    Some(Item::String(Text::Literal(at))) => {
                        Some(Signature { hash: HASHER.hash_one(self.string(*at)), filters: false, is_path: false })
                    }
                    _ => None,
                },
                Op::Member { source, name } => of(source)
                    .filter(|source| source.is_path)
                    .map(|source| Signature { hash: HASHER.hash_one((1, source.hash, name)), ..source }),
                Op::Binary { operator: Binary::Equal, left, right } => of(left).zip(of(right)).map(|(left, right)| {
                    Signature { hash: HASHER.hash_one((2, left.hash, right.hash)), filters: false, is_path: false }
                }),
                Op::Call { function: function @ (Function::Where | Function::Extension), source, arguments } => {
                    let argument = self.argument(arguments, 0).and_then(of);
                    of(source).filter(|source| source.is_path).zip(argument).map(|(source, argument)| Signature {
                        hash: HASHER.hash_one((3, function == Function::Where, source.hash, argument.hash)),
                        filters: true,
                        is_path: true,
                    })
                }
                _ => None,
            });
        }
        known
    }

    /// Under what an operation's result is kept; 0 where it is not. Paths of one node that other rules follow too have [`OF_ALL`].
    #[inline]
    pub(super) fn path(&self, id: OpId) -> u64 {
        self.paths.get(id as usize).copied().unwrap_or(0)
    }

    /// Whether an operation speaks of nothing but the resources around and literals.
    #[inline]
    pub(super) fn is_constant(&self, id: OpId) -> bool {
        self.constants.get(id as usize) == Some(&true)
    }
}
