//! What the mere presence of members settles: most invariants hold because what they speak of is not there (`value.empty() or …`), or
//! because what they ask for is (`code.exists() or …`). An expression's [`Clause`]s say so, so that it need not be evaluated.
//!
//! Sound and not complete: what is not settled here may hold all the same.

use super::expression::{Binary, Expression, Function, Nary, Op, OpId};
use crate::instance::NameId;

/// A part of an expression that is surely true as soon as one of these names is absent, or one of those is present.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clause {
    /// Elements of `$this` of which one must be absent.
    pub absent: Vec<NameId>,
    /// Elements of `$this` of which one must be present.
    pub present: Vec<NameId>,
}

impl Clause {
    fn absent(name: NameId) -> Self {
        Self { absent: vec![name], present: Vec::new() }
    }

    fn present(name: NameId) -> Self {
        Self { absent: Vec::new(), present: vec![name] }
    }

    fn or(mut self, other: Self) -> Self {
        self.absent.extend(other.absent);
        self.present.extend(other.present);
        self
    }
}

impl Expression {
    /// The clauses that together settle the expression: where each is true, so is it. Empty where nothing can be said.
    #[must_use]
    pub fn settled_by(&self) -> Vec<Clause> {
        self.surely(self.root, true, 0).unwrap_or_default()
    }

    /// What makes an operation surely true, or surely false; `None` where no presence does.
    fn surely(&self, id: OpId, wanted: bool, depth: u32) -> Option<Vec<Clause>> {
        // Expressions nest a few levels; what is deeper is evaluated.
        if depth > 24 {
            return None;
        }
        let surely = |id: OpId, wanted: bool| self.surely(id, wanted, depth + 1);
        match self.op(id) {
            Op::Nary { operator: Nary::Or, operands } if wanted => {
                any(self.list(operands).iter().map(|id| surely(*id, true)))
            }
            Op::Nary { operator: Nary::And, operands } if wanted => {
                all(self.list(operands).iter().map(|id| surely(*id, true)))
            }
            Op::Nary { operator: Nary::Or, operands } => all(self.list(operands).iter().map(|id| surely(*id, false))),
            Op::Nary { operator: Nary::And, operands } => any(self.list(operands).iter().map(|id| surely(*id, false))),
            Op::Binary { operator: Binary::Implies, left, right } if wanted => {
                any([surely(left, false), surely(right, true)].into_iter())
            }
            Op::Call { function: Function::Not, source, .. } => surely(source, !wanted),
            Op::Call { function: Function::Empty, source, .. } if wanted => {
                Some(vec![Clause::absent(self.begins(source)?)])
            }
            Op::Call { function: Function::Empty, source, .. } => Some(vec![Clause::present(self.plain(source)?)]),
            Op::Call { function: Function::Exists, source, arguments } if wanted && arguments.count == 0 => {
                Some(vec![Clause::present(self.plain(source)?)])
            }
            Op::Call { function: Function::Exists | Function::HasValue, source, .. } if !wanted => {
                Some(vec![Clause::absent(self.begins(source)?)])
            }
            _ => None,
        }
    }

    /// The element of `$this` that is the whole of a path.
    fn plain(&self, id: OpId) -> Option<NameId> {
        match self.op(id) {
            Op::Member { source, name } if self.op(source) == Op::This => Some(name),
            _ => None,
        }
    }

    /// The element of `$this` with which a path begins, where the path gives nothing if that element is not there.
    fn begins(&self, id: OpId) -> Option<NameId> {
        let mut id = id;
        loop {
            id = match self.op(id) {
                Op::Member { source, name } => match self.op(source) {
                    Op::This => return Some(name),
                    _ => source,
                },
                Op::As { source, .. } | Op::OfType { source, .. } | Op::Indexer { source, .. } => source,
                Op::Call { function, source, .. } if gives_nothing_of_nothing(function) => source,
                _ => return None,
            };
        }
    }
}

const fn gives_nothing_of_nothing(function: Function) -> bool {
    matches!(
        function,
        Function::Where
            | Function::Select
            | Function::First
            | Function::Last
            | Function::Tail
            | Function::Distinct
            | Function::Resolve
    )
}

/// One of these is enough: the first that is one clause takes in the others that are.
fn any(parts: impl Iterator<Item = Option<Vec<Clause>>>) -> Option<Vec<Clause>> {
    let single = parts.flatten().filter_map(|clauses| match <[Clause; 1]>::try_from(clauses) {
        Ok([clause]) => Some(clause),
        Err(_) => None,
    });
    single.reduce(Clause::or).map(|clause| vec![clause])
}

/// All of these are needed.
fn all(parts: impl Iterator<Item = Option<Vec<Clause>>>) -> Option<Vec<Clause>> {
    parts.collect::<Option<Vec<_>>>().map(|parts| parts.into_iter().flatten().collect())
}
