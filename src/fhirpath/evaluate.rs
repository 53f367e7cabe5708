//! The evaluation: each operation gives a collection, a truth value or a single item, whichever its user asks for.
//!
//! Asking for a truth value or a single item goes without a collection where the operation allows it; collections come from a pool in
//! [`Scratch`], so that an evaluation allocates only when it is larger than any before it. Refused, as errors: more steps than
//! [`MOST_STEPS`], more written text than [`MOST_WRITTEN`].

use super::expression::{Binary, Expression, Function, List, Nary, Op, OpId};
use super::item::{Item, Node, Text};
use super::model::{Host, Model, Primitive};
use super::scratch::Scratch;
use super::{Context, EvaluationError};
use crate::instance::{Kind, NameId, NodeId, Symbol};

/// How many items an evaluation may look at.
pub const MOST_STEPS: u32 = 4_000_000;

/// How much text an evaluation may write, in bytes.
pub const MOST_WRITTEN: usize = 16 << 20;

/// What `$this`, `$index` and `$total` are.
#[derive(Clone, Copy)]
pub(super) struct Frame<'f> {
    pub(super) this: Option<Item>,
    pub(super) index: i64,
    pub(super) total: &'f [Item],
    /// Whether `$this` is what the expression is about.
    pub(super) is_outermost: bool,
}

impl Frame<'_> {
    pub(super) fn with(&self, this: Item, index: usize) -> Self {
        Self {
            this: Some(this),
            index: i64::try_from(index).unwrap_or(i64::MAX),
            total: self.total,
            is_outermost: false,
        }
    }
}

pub(super) type Evaluated<T> = Result<T, EvaluationError>;

pub(super) struct Evaluator<'e, M, H> {
    pub(super) context: &'e Context<'e, M, H>,
    pub(super) expression: &'e Expression,
    pub(super) scratch: &'e mut Scratch,
}

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    /// An empty collection from the pool.
    pub(super) fn take(&mut self) -> Vec<Item> {
        self.scratch.pool.pop().unwrap_or_default()
    }

    /// Gives a collection back.
    pub(super) fn give(&mut self, mut items: Vec<Item>) {
        items.clear();
        self.scratch.pool.push(items);
    }

    /// Counts the items that were looked at.
    #[inline]
    pub(super) fn step(&self, count: usize) -> Evaluated<()> {
        self.note(count);
        if self.scratch.steps.get() > MOST_STEPS { Err(EvaluationError::TooManySteps) } else { Ok(()) }
    }

    /// Counts work whose end is near; the next step tells whether it was too much.
    #[inline]
    pub(super) fn note(&self, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.scratch.steps.set(self.scratch.steps.get().saturating_add(count));
    }

    /// Writes a text and gives its place.
    pub(super) fn write(&mut self, text: &str) -> Evaluated<Text> {
        let start = self.scratch.written.len();
        if start + text.len() > MOST_WRITTEN {
            return Err(EvaluationError::TooMuchText);
        }
        self.scratch.written.push_str(text);
        Ok(self.written_from(start))
    }

    /// The place of what was written since then.
    pub(super) fn written_from(&self, start: usize) -> Text {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Text::Written(place(start), place(self.scratch.written.len()))
    }

    pub(super) fn text(&self, text: Text) -> &str {
        match text {
            Text::Node(node) => self.context.document.text(node),
            Text::Literal(at) => self.expression.string(at),
            Text::Written(start, end) => self.scratch.written.get(start as usize..end as usize).unwrap_or_default(),
        }
    }

    /// The collection of an operation, appended to `out`.
    pub(super) fn collect(&mut self, id: OpId, frame: &Frame<'_>, out: &mut Vec<Item>) -> Evaluated<()> {
        self.step(1)?;
        let path = self.expression.path(id);
        if !frame.is_outermost || path == 0 {
            return self.collect_anew(id, frame, out);
        }
        if let Some(known) = self.known_path(id, frame) {
            out.extend_from_slice(known);
            return Ok(());
        }
        let before = out.len();
        self.collect_anew(id, frame, out)?;
        let from = self.scratch.kept.len();
        let found = out.get(before..).unwrap_or_default();
        self.scratch.kept.extend_from_slice(found);
        // What an expression wrote itself is no other's.
        let is_for_all = found.iter().all(|item| matches!(item, Item::Node(_)));
        let path = if is_for_all { path } else { u64::from(id) };
        self.scratch.paths.push((path, from, self.scratch.kept.len()));
        Ok(())
    }

    /// What a path gave that was followed before.
    fn known_path(&self, id: OpId, frame: &Frame<'_>) -> Option<&[Item]> {
        let path = self.expression.path(id);
        if !frame.is_outermost || path == 0 {
            return None;
        }
        let is_this = |known: u64| known == path || known == u64::from(id);
        let (_, from, to) = self.scratch.paths.iter().find(|(known, ..)| is_this(*known))?;
        self.scratch.kept.get(*from..*to)
    }

    fn collect_anew(&mut self, id: OpId, frame: &Frame<'_>, out: &mut Vec<Item>) -> Evaluated<()> {
        match self.expression.op(id) {
            Op::This => out.extend(frame.this),
            Op::Index => out.push(Item::Integer(frame.index)),
            Op::Total => out.extend_from_slice(frame.total),
            Op::Empty => {}
            Op::Literal(at) => out.extend(self.expression.literals.get(at as usize)),
            Op::Context => out.push(Item::Node(self.context.this)),
            Op::Resource => out.push(Item::Node(self.context.resource)),
            Op::RootResource => out.push(Item::Node(self.context.root_resource)),
            Op::Extension => {
                let (node, type_id) = self.context.host.extension().ok_or(EvaluationError::UnknownVariable)?;
                out.push(Item::Node(Node::new(node, type_id)));
            }
            Op::Unknown => return Err(EvaluationError::UnknownVariable),
            Op::Member { source, name } => return self.member(source, name, frame, out),
            Op::Root { specifier, name } => self.root(specifier, name, frame, out)?,
            Op::As { source, specifier } => return self.as_type(source, specifier, frame, out),
            Op::OfType { source, specifier } => return self.of_type(source, specifier, frame, out),
            Op::Indexer { source, index } => return self.indexer(source, index, frame, out),
            Op::Negate(source) => out.extend(self.negate(source, frame)?),
            Op::Positive(source) => out.extend(self.positive(source, frame)?),
            Op::Nary { operator: Nary::Union, operands } => return self.union(operands, frame, out),
            Op::Binary { operator, left, right } if operator.is_arithmetic() => {
                out.extend(self.arithmetic(operator, left, right, frame)?);
            }
            Op::Call { function, source, arguments } if !function.is_boolean() => {
                return self.call(function, source, arguments, frame, out);
            }
            Op::Is { .. } | Op::Nary { .. } | Op::Binary { .. } | Op::Call { .. } => {
                out.extend(self.truth(id, frame)?.map(Item::Boolean));
            }
        }
        Ok(())
    }

    /// The truth value of an operation: empty is `None`, and a single item that is no Boolean is true (N1, "Singleton Evaluation of
    /// Collections").
    pub(super) fn truth(&mut self, id: OpId, frame: &Frame<'_>) -> Evaluated<Option<bool>> {
        match self.expression.op(id) {
            Op::Nary { operator: operator @ (Nary::And | Nary::Or), operands } => {
                // What is the same for each item of a list is found out once.
                let is_constant = self.expression.is_constant(id);
                if is_constant && let Some((_, truth)) = self.scratch.constants.iter().find(|(known, _)| *known == id) {
                    return Ok(*truth);
                }
                let truth = if operator == Nary::And { self.and(operands, frame) } else { self.or(operands, frame) }?;
                if is_constant {
                    self.scratch.constants.push((id, truth));
                }
                Ok(truth)
            }
            Op::Binary { operator, left, right } if !operator.is_arithmetic() => {
                self.step(1)?;
                self.binary_truth(operator, left, right, frame)
            }
            Op::Is { source, specifier } => self.is_type(source, specifier, frame),
            Op::Call { function, source, arguments } if function.is_boolean() => {
                self.step(1)?;
                self.boolean_call(function, source, arguments, frame)
            }
            _ => {
                let item = self.single(id, frame)?;
                Ok(item.map(|item| self.as_boolean(item).unwrap_or(true)))
            }
        }
    }

    /// The truth value of a criterion: like [`Self::truth`], but several items count as true, as the reference validator has it.
    pub(super) fn criterion(&mut self, id: OpId, frame: &Frame<'_>) -> Evaluated<bool> {
        if self.expression.op(id).gives_truth() {
            return Ok(self.truth(id, frame)? == Some(true));
        }
        let mut items = self.take();
        self.collect(id, frame, &mut items)?;
        let holds = match items.as_slice() {
            [] => false,
            [item] => self.as_boolean(*item).unwrap_or(true),
            _ => true,
        };
        self.give(items);
        Ok(holds)
    }

    /// The item of an operation that gives at most one.
    pub(super) fn single(&mut self, id: OpId, frame: &Frame<'_>) -> Evaluated<Option<Item>> {
        match self.expression.op(id) {
            Op::This => Ok(frame.this),
            Op::Literal(at) => Ok(self.expression.literals.get(at as usize).copied()),
            Op::Call { function: Function::Count, source, .. } => {
                let count = self.count(source, frame)?;
                Ok(Some(Item::Integer(i64::try_from(count).unwrap_or(i64::MAX))))
            }
            op if op.gives_truth() => Ok(self.truth(id, frame)?.map(Item::Boolean)),
            Op::Binary { operator, left, right } => {
                self.step(1)?;
                self.arithmetic(operator, left, right, frame)
            }
            Op::Call { function, source, arguments } if function.gives_one() => {
                self.step(1)?;
                self.call_one(function, source, arguments, frame)
            }
            _ => {
                let mut items = self.take();
                self.collect(id, frame, &mut items)?;
                let item = items.first().copied();
                let several = items.len() > 1;
                self.give(items);
                if several { Err(EvaluationError::NotSingle) } else { Ok(item) }
            }
        }
    }

    /// Whether an operation gives anything.
    pub(super) fn any(&mut self, id: OpId, frame: &Frame<'_>) -> Evaluated<bool> {
        if let Some(known) = self.known_path(id, frame) {
            return Ok(!known.is_empty());
        }
        match self.expression.op(id) {
            Op::This => Ok(frame.this.is_some()),
            Op::Literal(_) => Ok(true),
            Op::Member { source: 0, name } => {
                self.step(1)?;
                Ok(matches!(frame.this, Some(Item::Node(node)) if self.has_member(node, name)))
            }
            // The first item is enough, and a fault of a later one is none: only what was followed to its end is taken from there.
            Op::Call { function: Function::Where, source, arguments } => {
                let Some(criterion) = self.expression.argument(arguments, 0) else { return Ok(false) };
                self.any_where(source, criterion, frame)
            }
            Op::Nary { operator: Nary::Union, operands } => {
                for operand in self.expression.list(operands) {
                    if self.any(*operand, frame)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            _ => {
                let mut items = self.take();
                self.collect(id, frame, &mut items)?;
                let any = !items.is_empty();
                self.give(items);
                Ok(any)
            }
        }
    }

    pub(super) fn any_where(&mut self, source: OpId, criterion: OpId, frame: &Frame<'_>) -> Evaluated<bool> {
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        let mut found = false;
        for (index, item) in items.iter().enumerate() {
            if self.criterion(criterion, &frame.with(*item, index))? {
                found = true;
                break;
            }
        }
        self.give(items);
        Ok(found)
    }

    /// How many items an operation gives.
    pub(super) fn count(&mut self, id: OpId, frame: &Frame<'_>) -> Evaluated<usize> {
        if let Op::Call { function: Function::Children, source: 0, .. } = self.expression.op(id) {
            self.step(1)?;
            return Ok(match frame.this {
                Some(Item::Node(node)) => self.count_children(node),
                _ => 0,
            });
        }
        let mut items = self.take();
        self.collect(id, frame, &mut items)?;
        let count = items.len();
        self.give(items);
        Ok(count)
    }

    fn and(&mut self, operands: List, frame: &Frame<'_>) -> Evaluated<Option<bool>> {
        let mut value = Some(true);
        for operand in self.expression.list(operands) {
            match self.truth(*operand, frame)? {
                Some(false) => return Ok(Some(false)),
                Some(true) => {}
                None => value = None,
            }
        }
        Ok(value)
    }

    fn or(&mut self, operands: List, frame: &Frame<'_>) -> Evaluated<Option<bool>> {
        let mut value = Some(false);
        for operand in self.expression.list(operands) {
            match self.truth(*operand, frame)? {
                Some(true) => return Ok(Some(true)),
                Some(false) => {}
                None => value = None,
            }
        }
        Ok(value)
    }

    fn binary_truth(
        &mut self,
        operator: Binary,
        left: OpId,
        right: OpId,
        frame: &Frame<'_>,
    ) -> Evaluated<Option<bool>> {
        match operator {
            Binary::Xor => {
                let (left, right) = (self.truth(left, frame)?, self.truth(right, frame)?);
                Ok(left.zip(right).map(|(left, right)| left != right))
            }
            Binary::Implies => match self.truth(left, frame)? {
                Some(false) => Ok(Some(true)),
                Some(true) => self.truth(right, frame),
                None => Ok(self.truth(right, frame)?.filter(|right| *right)),
            },
            Binary::Equal => self.equality(left, right, frame),
            Binary::NotEqual => Ok(self.equality(left, right, frame)?.map(|equal| !equal)),
            Binary::Equivalent => self.equivalence(left, right, frame).map(Some),
            Binary::NotEquivalent => Ok(Some(!self.equivalence(left, right, frame)?)),
            Binary::In => self.is_in(left, right, frame),
            Binary::Contains => self.is_in(right, left, frame),
            _ => self.ordering(operator, left, right, frame),
        }
    }

    /// The Boolean that an item is, if it is one.
    pub(super) fn as_boolean(&self, item: Item) -> Option<bool> {
        match item {
            Item::Boolean(value) => Some(value),
            Item::Node(node) => match self.context.document.kind(node.value) {
                Kind::Bool(value) if self.context.model.primitive(node.type_id) == Some(Primitive::Boolean) => {
                    Some(value)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn member(&mut self, source: OpId, name: NameId, frame: &Frame<'_>, out: &mut Vec<Item>) -> Evaluated<()> {
        if source == 0 {
            if let Some(item) = frame.this {
                self.item_member(item, name, out)?;
            }
            return Ok(());
        }
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        for item in &items {
            self.item_member(*item, name, out)?;
        }
        self.give(items);
        Ok(())
    }

    pub(super) fn item_member(&mut self, item: Item, name: NameId, out: &mut Vec<Item>) -> Evaluated<()> {
        match item {
            Item::Node(node) => {
                let before = out.len();
                self.navigate(node, name, out);
                self.step(out.len() - before)
            }
            Item::SystemType(_) | Item::FhirType(_) => self.type_member(item, name, out),
            _ => Ok(()),
        }
    }

    fn indexer(&mut self, source: OpId, index: OpId, frame: &Frame<'_>, out: &mut Vec<Item>) -> Evaluated<()> {
        let Some(index) = self.single(index, frame)? else { return Ok(()) };
        let Item::Integer(index) = self.value(index) else { return Err(EvaluationError::WrongType) };
        let mut items = self.take();
        self.collect(source, frame, &mut items)?;
        out.extend(usize::try_from(index).ok().and_then(|index| items.get(index)));
        self.give(items);
        Ok(())
    }

    /// The name under which a node stands, as a number of the process.
    #[inline]
    pub(super) fn key(&self, node: NodeId) -> NameId {
        self.name(self.context.document.symbol(node))
    }

    /// The same of a name of the document.
    #[inline]
    pub(super) fn name(&self, symbol: Symbol) -> NameId {
        self.context.symbols.get(symbol.index()).copied().unwrap_or(NameId::NONE)
    }
}

impl Binary {
    pub(super) const fn is_arithmetic(self) -> bool {
        matches!(
            self,
            Self::Add | Self::Concatenate | Self::Div | Self::Divide | Self::Mod | Self::Multiply | Self::Subtract
        )
    }
}

impl Op {
    /// Whether the operation gives a truth value and nothing else.
    pub(super) const fn gives_truth(self) -> bool {
        match self {
            Self::Nary { operator, .. } => !matches!(operator, Nary::Union),
            Self::Binary { operator, .. } => !operator.is_arithmetic(),
            Self::Call { function, .. } => function.is_boolean(),
            Self::Is { .. } => true,
            _ => false,
        }
    }
}
