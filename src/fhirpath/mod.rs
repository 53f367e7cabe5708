//! FHIRPath over the arena (HL7 FHIRPath N1 2.0.0, and the functions of later drafts that FHIR R4 invariants use).
//!
//! [`compile`] parses an expression once; [`evaluate`] and [`holds`] run it over a [`Document`] any number of times, with a
//! [`Model`] that knows FHIR's types and a [`Host`] that knows what lies outside. [`check`] tells before any evaluation which names no
//! type has. The room knows no definitions and no validator. Refused: expressions that nest too deeply or run too long, so that no
//! expression and no document exhausts stack, memory or patience.

mod arithmetic;
mod check;
mod equality;
mod evaluate;
mod expression;
mod functions;
mod item;
mod lexer;
mod model;
mod navigate;
mod parser;
mod pattern;
mod quantity;
mod scratch;
mod settled;
mod sharing;
mod temporal;
mod types;

use std::borrow::Cow;
use std::fmt;

pub use check::{CheckError, check};
pub use evaluate::{MOST_STEPS, MOST_WRITTEN};
pub use expression::Expression;
pub use item::{Calendar, Item, Node, Quantity, System, Text, Unit};
pub use model::{Host, Member, Model, Namespace, NoHost, Primitive, TypeId, TypeSpecifier};
pub use parser::MOST_DEPTH;
pub use scratch::Scratch;
pub use settled::Clause;
pub use temporal::{Incomparable, Precision, Temporal, TemporalKind};

use crate::instance::{Document, NameId, Names};
use evaluate::{Evaluator, Frame};

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The byte at which the fault stands.
    pub at: usize,
    /// What is wrong.
    pub message: Cow<'static, str>,
}

impl ParseError {
    fn new(at: usize, message: impl Into<Cow<'static, str>>) -> Self {
        Self { at, message: message.into() }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "at character {}: {}", self.at, self.message)
    }
}

impl std::error::Error for ParseError {}

/// Why an expression has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvaluationError {
    /// Several items where one belongs.
    NotSingle,
    /// An operator or function got a type that it does not take.
    WrongType,
    /// A type that the model does not know.
    UnknownType,
    /// A variable that nobody defines.
    UnknownVariable,
    /// A profile that the host does not know.
    UnknownProfile,
    /// Something about codes that the host cannot tell, where an invariant hangs on it.
    Undecided,
    /// A regular expression that is none, or one that grows too large.
    BadPattern,
    /// A function that this engine does not have.
    Unsupported,
    /// More steps than [`MOST_STEPS`].
    TooManySteps,
    /// More text than [`MOST_WRITTEN`].
    TooMuchText,
}

impl fmt::Display for EvaluationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotSingle => "there are several items where one belongs",
            Self::WrongType => "an operator or function does not take what it got",
            Self::UnknownType => "the type is unknown",
            Self::UnknownVariable => "the variable is unknown",
            Self::UnknownProfile => "the profile is unknown",
            Self::Undecided => "what it asks about codes cannot be told",
            Self::BadPattern => "the regular expression cannot be used",
            Self::Unsupported => "the function is not supported",
            Self::TooManySteps => "the evaluation takes too many steps",
            Self::TooMuchText => "the evaluation makes too much text",
        })
    }
}

impl std::error::Error for EvaluationError {}

/// What an expression is evaluated on.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a, M, H> {
    /// The document.
    pub document: &'a Document,
    /// The process's numbers of the document's member names, by [`Document::symbols`] ([`Names::find_all`]).
    pub symbols: &'a [NameId],
    /// The types.
    pub model: &'a M,
    /// The world outside.
    pub host: &'a H,
    /// The element that the expression is about: its first `$this`, and `%context`.
    pub this: Node,
    /// `%resource`
    pub resource: Node,
    /// `%rootResource`
    pub root_resource: Node,
    /// `now()`
    pub now: Temporal,
}

/// Parses an expression; the names in it get their numbers.
///
/// # Errors
///
/// A text outside the grammar, with an unknown function, or nesting more than [`MOST_DEPTH`].
pub fn compile(text: &str, names: &Names) -> Result<Expression, ParseError> {
    parser::Parser::new(text, names)?.parse()
}

/// The collection that an expression gives.
///
/// # Errors
///
/// What [`EvaluationError`] lists.
pub fn evaluate<'s, M: Model, H: Host>(
    expression: &'s Expression,
    context: &'s Context<'s, M, H>,
    scratch: &'s mut Scratch,
) -> Result<Collection<'s, M, H>, EvaluationError> {
    scratch.reset(None);
    scratch.absent_says_no = false;
    scratch.as_takes_many = false;
    let mut results = std::mem::take(&mut scratch.results);
    let mut evaluator = Evaluator { context, expression, scratch };
    let frame = Frame { this: Some(Item::Node(context.this)), index: 0, total: &[], is_outermost: true };
    evaluator.collect(expression.root, &frame, &mut results)?;
    evaluator.scratch.results = results;
    Ok(Collection { evaluator })
}

/// Whether an invariant holds: an empty result does not, a single Boolean says so itself, and anything else does, as in the reference
/// validator. As there, `startsWith`, `endsWith`, `contains`, `matches` and `is` say no of nothing, where FHIRPath says nothing: FHIR's
/// own rules count on it (ref-1 of a reference without a URL, bdl-8 of an entry without one, ras-2). And `as` takes several items like
/// `ofType`, where N1 has an error: dom-3 of R4 needs it. What the host cannot tell of codes is an error, lest it count as a no.
///
/// # Errors
///
/// What [`EvaluationError`] lists.
pub fn holds<M: Model, H: Host>(
    expression: &Expression,
    context: &Context<'_, M, H>,
    scratch: &mut Scratch,
) -> Result<bool, EvaluationError> {
    scratch.reset(Some(context.this));
    scratch.absent_says_no = true;
    scratch.as_takes_many = true;
    let mut evaluator = Evaluator { context, expression, scratch };
    let frame = Frame { this: Some(Item::Node(context.this)), index: 0, total: &[], is_outermost: true };
    evaluator.criterion(expression.root, &frame)
}

/// The result of an expression.
pub struct Collection<'s, M, H> {
    evaluator: Evaluator<'s, M, H>,
}

impl<M: Model, H: Host> Collection<'_, M, H> {
    /// The items.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.evaluator.scratch.results
    }

    /// An item as a value of FHIRPath's own types, where it is or converts to one.
    #[must_use]
    pub fn value(&self, item: Item) -> Item {
        self.evaluator.value(item)
    }

    /// The text of an item that is a string or converts to one.
    #[must_use]
    pub fn text(&self, item: Item) -> Option<&str> {
        self.evaluator.item_text(item).map(|text| self.evaluator.text(text))
    }

    /// A value as `toString()` writes it; empty for elements that are no primitives.
    #[must_use]
    pub fn write(&self, item: Item) -> String {
        let mut out = String::new();
        self.evaluator.write_item(self.evaluator.value(item), &mut out);
        out
    }
}
