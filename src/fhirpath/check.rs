//! What is wrong with an expression whatever the document says: names that no type has, and operations that take no such types.
//!
//! The types are followed as far as the model tells them. Where they end (any resource, `children()`, `resolve()`), nothing is found.

use std::fmt;

use super::expression::{Binary, Expression, Function, List, Nary, Op, OpId};
use super::item::{Item, System};
use super::model::{Model, Namespace, Primitive, TypeId, TypeSpecifier};
use crate::instance::NameId;

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckError {
    /// An element that the types before it do not have.
    UnknownElement(Box<str>),
    /// An operator or function that does not take these types.
    WrongType,
    /// A function that picks by place, of items that have no order.
    Unordered,
}

impl fmt::Display for CheckError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownElement(name) => write!(formatter, "the element `{name}` is unknown here"),
            Self::WrongType => formatter.write_str("an operator or function does not take what it gets"),
            Self::Unordered => formatter.write_str("a place is asked for among items without an order"),
        }
    }
}

impl std::error::Error for CheckError {}

/// Follows the types through an expression that is evaluated on an element of this type.
///
/// # Errors
///
/// The first fault.
pub fn check<M: Model>(expression: &Expression, type_id: TypeId, model: &M) -> Result<(), CheckError> {
    let context = Types::of(vec![Type::Fhir(type_id)]);
    let checker = Checker { expression, model, context: &context };
    checker.types(expression.root, &context).map(drop)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Fhir(TypeId),
    System(System),
}

/// The types that items may have.
#[derive(Clone, Debug)]
struct Types {
    /// `None` where they can be any.
    known: Option<Vec<Type>>,
    /// Whether the items have an order.
    ordered: bool,
}

impl Types {
    const ANY: Self = Self { known: None, ordered: true };

    const fn of(known: Vec<Type>) -> Self {
        Self { known: Some(known), ordered: true }
    }

    fn system(system: System) -> Self {
        Self::of(vec![Type::System(system)])
    }

    fn and(mut self, other: Self) -> Self {
        self.ordered &= other.ordered;
        self.known = self.known.zip(other.known).map(|(mut types, others)| {
            types.extend(others);
            types
        });
        self
    }
}

struct Checker<'c, M> {
    expression: &'c Expression,
    model: &'c M,
    context: &'c Types,
}

type Checked = Result<Types, CheckError>;

impl<M: Model> Checker<'_, M> {
    fn types(&self, id: OpId, this: &Types) -> Checked {
        match self.expression.op(id) {
            Op::This => Ok(this.clone()),
            Op::Index => Ok(Types::system(System::Integer)),
            Op::Empty => Ok(Types::of(Vec::new())),
            Op::Total | Op::Unknown | Op::Extension | Op::Resource | Op::RootResource => Ok(Types::ANY),
            Op::Literal(at) => {
                let system = self.expression.literals.get(at as usize).and_then(Item::system);
                Ok(system.map_or(Types::ANY, Types::system))
            }
            Op::Context => Ok(self.context.clone()),
            Op::Member { source, name } => {
                let source = self.types(source, this)?;
                self.member(&source, name)
            }
            Op::Root { specifier, name } => self.root(specifier, name, this),
            Op::Call { function, source, arguments } => self.call(function, source, arguments, this),
            Op::Is { source, .. } => {
                self.types(source, this)?;
                Ok(Types::system(System::Boolean))
            }
            Op::As { source, specifier } | Op::OfType { source, specifier } => {
                let source = self.types(source, this)?;
                Ok(self.narrowed(&source, specifier))
            }
            Op::Indexer { source, index } => {
                self.types(index, this)?;
                let source = self.types(source, this)?;
                if source.ordered { Ok(source) } else { Err(CheckError::Unordered) }
            }
            Op::Negate(source) | Op::Positive(source) => self.types(source, this),
            Op::Binary { operator, left, right } => {
                let (left, right) = (self.types(left, this)?, self.types(right, this)?);
                Self::binary(operator, &left, &right)
            }
            Op::Nary { operator, operands } => {
                let mut all = Types::of(Vec::new());
                for operand in self.expression.list(operands) {
                    all = all.and(self.types(*operand, this)?);
                }
                Ok(if operator == Nary::Union { all } else { Types::system(System::Boolean) })
            }
        }
    }

    fn spelling(&self, name: NameId) -> Box<str> {
        let spelling = self.expression.spellings.iter().find(|(id, _)| *id == name);
        spelling.map(|(_, text)| text.clone()).unwrap_or_default()
    }

    fn member(&self, source: &Types, name: NameId) -> Checked {
        let Some(known) = &source.known else { return Ok(Types::ANY) };
        let (mut types, mut found, mut any) = (Vec::new(), known.is_empty(), false);
        for r#type in known {
            let Type::Fhir(id) = r#type else { continue };
            if *id == TypeId::UNKNOWN {
                any = true;
            }
            for member in self.model.element(*id, name) {
                found = true;
                any |= member.is_resource;
                types.push(Type::Fhir(member.type_id));
            }
        }
        if any {
            return Ok(Types { known: None, ordered: source.ordered });
        }
        if !found {
            return Err(CheckError::UnknownElement(self.spelling(name)));
        }
        Ok(Types { known: Some(types), ordered: source.ordered })
    }

    fn root(&self, specifier: u32, name: NameId, this: &Types) -> Checked {
        let (Some(known), Some(specifier)) = (&this.known, self.specifier(specifier)) else { return Ok(Types::ANY) };
        let is = |r#type: &Type| match r#type {
            Type::Fhir(id) => *id == TypeId::UNKNOWN || self.model.is_subtype(*id, specifier) == Some(true),
            Type::System(system) => system.name() == specifier.name.as_ref(),
        };
        if known.iter().any(is) {
            return Ok(this.clone());
        }
        self.member(this, name)
    }

    fn specifier(&self, at: u32) -> Option<&TypeSpecifier> {
        self.expression.specifiers.get(at as usize)
    }

    fn narrowed(&self, source: &Types, specifier: u32) -> Types {
        let Some(specifier) = self.specifier(specifier) else { return Types::ANY };
        let Some(known) = &source.known else {
            let resource = self.model.resource_type(&specifier.name).map(Type::Fhir);
            return resource.map_or(Types::ANY, |r#type| Types::of(vec![r#type]));
        };
        let is = |r#type: &Type| match r#type {
            Type::Fhir(id) => {
                specifier.namespace != Some(Namespace::System)
                    && self.model.is_subtype(*id, specifier).is_none_or(|is| is)
            }
            Type::System(system) => system.name() == specifier.name.as_ref(),
        };
        Types { known: Some(known.iter().copied().filter(is).collect()), ordered: source.ordered }
    }

    /// Whether all types that are known fulfil a condition; also where none is known.
    fn all(types: &Types, condition: impl Fn(Type) -> bool) -> bool {
        types.known.as_ref().is_none_or(|known| known.is_empty() || known.iter().any(|r#type| condition(*r#type)))
    }

    fn converts_to(&self, r#type: Type, wanted: System) -> bool {
        match r#type {
            Type::System(system) => system == wanted,
            Type::Fhir(TypeId::UNKNOWN) => true,
            Type::Fhir(id) => match self.model.primitive(id) {
                Some(Primitive::Boolean) => wanted == System::Boolean,
                Some(Primitive::Quantity) => wanted == System::Quantity,
                Some(_) => wanted == System::String,
                None => false,
            },
        }
    }

    fn binary(operator: Binary, left: &Types, right: &Types) -> Checked {
        if !operator.is_arithmetic() {
            return Ok(Types::system(System::Boolean));
        }
        let all = |types: &Types, wanted: &[System]| {
            let known = types.known.as_deref().unwrap_or_default();
            !known.is_empty()
                && known.iter().all(|r#type| matches!(r#type, Type::System(system) if wanted.contains(system)))
        };
        let moves = all(left, &[System::Date, System::DateTime, System::Time]);
        if moves && all(right, &[System::Integer, System::Decimal, System::String]) {
            return Err(CheckError::WrongType);
        }
        Ok(Types::ANY)
    }

    fn call(&self, function: Function, source: OpId, arguments: List, this: &Types) -> Checked {
        use Function as F;
        let source = self.types(source, this)?;
        let by_item = matches!(
            function,
            F::Where | F::Select | F::All | F::Exists | F::Repeat | F::Aggregate | F::Iif | F::Sort | F::Trace
        );
        // Arguments of functions that go through the items see each of them, all others what surrounds the call.
        let inner = if by_item && source.known.as_ref().is_none_or(|known| !known.is_empty()) { &source } else { this };
        let mut given = Vec::new();
        for argument in self.expression.list(arguments) {
            given.push(self.types(*argument, inner)?);
        }
        let text = |r#type| self.converts_to(r#type, System::String);
        match function {
            F::First | F::Last | F::Tail | F::Skip | F::Take if !source.ordered => Err(CheckError::Unordered),
            F::StartsWith | F::EndsWith | F::ContainsText | F::Matches | F::MatchesFull
                if !Self::all(&source, text) =>
            {
                Err(CheckError::WrongType)
            }
            F::Iif => {
                let boolean = |r#type| self.converts_to(r#type, System::Boolean);
                if given.first().is_some_and(|criterion| !Self::all(criterion, boolean)) {
                    return Err(CheckError::WrongType);
                }
                let branches = given.into_iter().skip(1).reduce(Types::and);
                Ok(branches.unwrap_or(Types::ANY))
            }
            _ if function.is_boolean() => Ok(Types::system(System::Boolean)),
            F::Select | F::Repeat => Ok(given.into_iter().next().unwrap_or(Types::ANY)),
            F::Union | F::Combine => Ok(given.into_iter().fold(source, Types::and)),
            F::Where
            | F::First
            | F::Last
            | F::Tail
            | F::Skip
            | F::Take
            | F::Single
            | F::Intersect
            | F::Exclude
            | F::Distinct
            | F::Trace
            | F::Sort => Ok(source),
            F::Count | F::Length | F::IndexOf => Ok(Types::system(System::Integer)),
            F::Extension => self.member(&source, self.expression.known.extension).or(Ok(Types::ANY)),
            F::Children | F::Descendants => Ok(Types { known: None, ordered: false }),
            F::Today => Ok(Types::system(System::Date)),
            F::Now => Ok(Types::system(System::DateTime)),
            F::ToString | F::Substring | F::Upper | F::Lower | F::Replace | F::ReplaceMatches | F::Join | F::Trim => {
                Ok(Types::system(System::String))
            }
            _ => Ok(Types::ANY),
        }
    }
}
