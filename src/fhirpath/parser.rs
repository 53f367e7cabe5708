//! Tokens to an [`Expression`] (N1, "Grammar" and "Operator Precedence"): operator precedence by climbing.
//!
//! Operations nest at most [`MOST_DEPTH`] deep, however the text is written, so that no evaluation runs out of stack. Chains of `and`,
//! `or` and `|` are one operation and may be long.

use rust_decimal::Decimal;

use super::ParseError;
use super::expression::{Binary, Expression, FUNCTIONS, Function, List, Nary, Op, OpId, WellKnown};
use super::item::{Item, Quantity, Text, Unit};
use super::lexer::{Lexer, Token, unescape};
use super::model::{Namespace, TypeSpecifier};
use super::pattern;
use super::quantity::calendar_word;
use super::temporal::Temporal;
use crate::instance::{NameId, Names};

/// How deep operations may nest.
pub const MOST_DEPTH: u16 = 128;

/// How long an expression may be; the longest of FHIR R4 has some 900 characters.
const MOST_TEXT: usize = 1 << 20;

pub(super) struct Parser<'a> {
    lexer: Lexer<'a>,
    names: &'a Names,
    expression: Expression,
    /// How deep each operation is, beside the operations.
    depths: Vec<u16>,
    /// How deep the parser itself is.
    depth: u16,
}

type Parsed<T> = Result<T, ParseError>;

enum Operator {
    Binary(Binary),
    Nary(Nary),
    Is,
    As,
}

/// The operator that a token is, and how strongly it binds.
fn operator(token: Token<'_>) -> Option<(Operator, u8)> {
    use Binary as B;
    let binary = |operator, strength| Some((Operator::Binary(operator), strength));
    match token {
        Token::Symbol(symbol) => match symbol {
            "*" => binary(B::Multiply, 10),
            "/" => binary(B::Divide, 10),
            "+" => binary(B::Add, 9),
            "-" => binary(B::Subtract, 9),
            "&" => binary(B::Concatenate, 9),
            "|" => Some((Operator::Nary(Nary::Union), 7)),
            "<" => binary(B::Less, 6),
            "<=" => binary(B::LessOrEqual, 6),
            ">" => binary(B::Greater, 6),
            ">=" => binary(B::GreaterOrEqual, 6),
            "=" => binary(B::Equal, 5),
            "!=" => binary(B::NotEqual, 5),
            "~" => binary(B::Equivalent, 5),
            "!~" => binary(B::NotEquivalent, 5),
            _ => None,
        },
        Token::Identifier(word) => match word {
            "div" => binary(B::Div, 10),
            "mod" => binary(B::Mod, 10),
            "is" => Some((Operator::Is, 8)),
            "as" => Some((Operator::As, 8)),
            "in" => binary(B::In, 4),
            "contains" => binary(B::Contains, 4),
            "and" => Some((Operator::Nary(Nary::And), 3)),
            "or" => Some((Operator::Nary(Nary::Or), 2)),
            "xor" => binary(B::Xor, 2),
            "implies" => binary(B::Implies, 1),
            _ => None,
        },
        _ => None,
    }
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, names: &'a Names) -> Parsed<Self> {
        if text.len() > MOST_TEXT {
            return Err(ParseError::new(0, "the expression is too long"));
        }
        let expression = Expression {
            ops: vec![Op::This],
            lists: Vec::new(),
            literals: Vec::new(),
            strings: Vec::new(),
            specifiers: Vec::new(),
            patterns: Vec::new(),
            spellings: Vec::new(),
            known: WellKnown::new(names),
            root: 0,
            asks_conformance: false,
            constants: Vec::new(),
            paths: Vec::new(),
        };
        Ok(Self { lexer: Lexer::new(text)?, names, expression, depths: vec![0], depth: 0 })
    }

    pub(super) fn parse(mut self) -> Parsed<Expression> {
        let root = self.expression(0)?;
        if self.lexer.next != Token::End {
            return Err(self.error("the expression should end here"));
        }
        self.expression.root = root;
        let asks = |op: &Op| matches!(op, Op::Call { function: Function::ConformsTo, .. });
        self.expression.asks_conformance = self.expression.ops.iter().any(asks);
        self.expression.find_constants();
        self.expression.find_shared();
        Ok(self.expression)
    }

    fn error(&self, message: impl Into<std::borrow::Cow<'static, str>>) -> ParseError {
        ParseError::new(self.lexer.start, message)
    }

    fn eat(&mut self, symbol: &'static str) -> Parsed<bool> {
        let is = self.lexer.next == Token::Symbol(symbol);
        if is {
            self.lexer.advance()?;
        }
        Ok(is)
    }

    fn demand(&mut self, symbol: &'static str) -> Parsed<()> {
        if self.eat(symbol)? { Ok(()) } else { Err(self.error(format!("`{symbol}` is missing here"))) }
    }

    /// Adds an operation that needs these others.
    fn push(&mut self, op: Op, needs: &[OpId]) -> Parsed<OpId> {
        let deepest =
            needs.iter().filter_map(|need| self.depths.get(*need as usize)).max().copied().unwrap_or_default();
        if deepest >= MOST_DEPTH {
            return Err(self.error("the expression nests too deeply"));
        }
        // What is written twice is one operation, so that its result can be used again.
        if let Some(same) = self.expression.find(op) {
            return Ok(same);
        }
        let id = u32::try_from(self.expression.ops.len()).unwrap_or(u32::MAX);
        self.expression.ops.push(op);
        self.depths.push(deepest + 1);
        Ok(id)
    }

    fn list(&mut self, ids: &[OpId]) -> List {
        let start = u32::try_from(self.expression.lists.len()).unwrap_or(u32::MAX);
        self.expression.lists.extend_from_slice(ids);
        List { start, count: u32::try_from(ids.len()).unwrap_or(u32::MAX) }
    }

    fn literal(&mut self, item: Item) -> Parsed<OpId> {
        let at = self.expression.add_literal(item);
        self.push(Op::Literal(at), &[])
    }

    fn string_literal(&mut self, text: &str) -> Parsed<OpId> {
        let at = self.expression.add_string(text);
        self.literal(Item::String(Text::Literal(at)))
    }

    fn expression(&mut self, least: u8) -> Parsed<OpId> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err(self.error("the expression nests too deeply"));
        }
        let mut left = self.operand()?;
        while let Some((operator, strength)) = operator(self.lexer.next).filter(|(_, strength)| *strength > least) {
            left = match operator {
                Operator::Nary(operator) => self.chain(left, operator, strength)?,
                Operator::Binary(operator) => {
                    self.lexer.advance()?;
                    let right = self.expression(strength)?;
                    self.push(Op::Binary { operator, left, right }, &[left, right])?
                }
                Operator::Is => {
                    self.lexer.advance()?;
                    let specifier = self.specifier()?;
                    self.push(Op::Is { source: left, specifier }, &[left])?
                }
                Operator::As => {
                    self.lexer.advance()?;
                    let specifier = self.specifier()?;
                    self.push(Op::As { source: left, specifier }, &[left])?
                }
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn chain(&mut self, left: OpId, nary: Nary, strength: u8) -> Parsed<OpId> {
        let mut operands = vec![left];
        while matches!(operator(self.lexer.next), Some((Operator::Nary(next), _)) if next == nary) {
            self.lexer.advance()?;
            operands.push(self.expression(strength)?);
        }
        let list = self.list(&operands);
        self.push(Op::Nary { operator: nary, operands: list }, &operands)
    }

    fn operand(&mut self) -> Parsed<OpId> {
        // Signs in a row are counted against the depth like anything else that nests.
        if matches!(self.lexer.next, Token::Symbol("-" | "+")) {
            let sign = self.lexer.advance()?;
            self.depth += 1;
            if self.depth > MOST_DEPTH {
                return Err(self.error("the expression nests too deeply"));
            }
            let operand = self.operand()?;
            self.depth -= 1;
            let op = if sign == Token::Symbol("-") { Op::Negate(operand) } else { Op::Positive(operand) };
            return self.push(op, &[operand]);
        }
        let mut term = self.term()?;
        loop {
            if self.eat(".")? {
                term = self.invocation(Some(term))?;
            } else if self.eat("[")? {
                let index = self.expression(0)?;
                self.demand("]")?;
                term = self.push(Op::Indexer { source: term, index }, &[term, index])?;
            } else {
                return Ok(term);
            }
        }
    }

    fn term(&mut self) -> Parsed<OpId> {
        let start = self.lexer.start;
        match self.lexer.next {
            Token::Symbol("(") => {
                self.lexer.advance()?;
                let inner = self.expression(0)?;
                self.demand(")")?;
                Ok(inner)
            }
            Token::Symbol("{") => {
                self.lexer.advance()?;
                self.demand("}")?;
                self.push(Op::Empty, &[])
            }
            Token::String(text) => {
                self.lexer.advance()?;
                let text = unescape(text, start)?;
                self.string_literal(&text)
            }
            Token::Number(text) => {
                self.lexer.advance()?;
                self.number(text)
            }
            Token::Temporal(text) => {
                let value = match text.strip_prefix('T') {
                    Some(time) => Temporal::time(time),
                    None if text.contains('T') => Temporal::date_time(text),
                    None => Temporal::date(text),
                };
                let value = value.ok_or_else(|| self.error("this is no date or time"))?;
                self.lexer.advance()?;
                self.literal(Item::Temporal(value))
            }
            Token::Percent => {
                self.lexer.advance()?;
                self.variable()
            }
            Token::Dollar(_) | Token::Identifier(_) | Token::Delimited(_) => self.invocation(None),
            _ => Err(self.error("an operand is missing here")),
        }
    }

    fn number(&mut self, text: &str) -> Parsed<OpId> {
        let item = if text.contains('.') {
            Decimal::from_str_exact(text).ok().map(Item::Decimal)
        } else {
            text.parse().ok().map(Item::Integer)
        };
        let item = item.ok_or_else(|| self.error("the number has too many digits"))?;
        let unit = match self.lexer.next {
            Token::String(code) => {
                let code = unescape(code, self.lexer.start)?;
                let at = self.expression.add_string(&code);
                Some(Unit::Code(Text::Literal(at)))
            }
            Token::Identifier(word) => calendar_word(word).map(Unit::Calendar),
            _ => None,
        };
        let Some(unit) = unit else { return self.literal(item) };
        self.lexer.advance()?;
        let value = match item {
            Item::Decimal(value) => value,
            Item::Integer(value) => Decimal::from(value),
            _ => Decimal::ZERO,
        };
        self.literal(Item::Quantity(Quantity { value, unit }))
    }

    fn variable(&mut self) -> Parsed<OpId> {
        let start = self.lexer.start;
        let name = match self.lexer.advance()? {
            Token::Identifier(name) => name.to_owned(),
            Token::Delimited(name) | Token::String(name) => unescape(name, start)?,
            _ => return Err(ParseError::new(start, "the name of a variable is missing here")),
        };
        match name.as_str() {
            "context" => self.push(Op::Context, &[]),
            "extension" => self.push(Op::Extension, &[]),
            "resource" => self.push(Op::Resource, &[]),
            "rootResource" => self.push(Op::RootResource, &[]),
            "ucum" => self.string_literal("http://unitsofmeasure.org"),
            "sct" => self.string_literal("http://snomed.info/sct"),
            "loinc" => self.string_literal("http://loinc.org"),
            _ => {
                if let Some(id) = name.strip_prefix("vs-") {
                    self.string_literal(&format!("http://hl7.org/fhir/ValueSet/{id}"))
                } else if let Some(id) = name.strip_prefix("ext-") {
                    self.string_literal(&format!("http://hl7.org/fhir/StructureDefinition/{id}"))
                } else {
                    self.push(Op::Unknown, &[])
                }
            }
        }
    }

    /// A member, function or `$` name; on the result of `source`, or at the start of a path.
    fn invocation(&mut self, source: Option<OpId>) -> Parsed<OpId> {
        let start = self.lexer.start;
        let token = self.lexer.advance()?;
        let (name, plain) = match token {
            Token::Dollar(name) if source.is_none() => {
                return match name {
                    "this" => Ok(0),
                    "index" => self.push(Op::Index, &[]),
                    "total" => self.push(Op::Total, &[]),
                    _ => Err(ParseError::new(start, "FHIRPath knows $this, $index and $total")),
                };
            }
            Token::Identifier("true") if source.is_none() => return self.literal(Item::Boolean(true)),
            Token::Identifier("false") if source.is_none() => return self.literal(Item::Boolean(false)),
            Token::Identifier("and" | "or" | "xor" | "implies") if source.is_none() => {
                return Err(ParseError::new(start, "an operand is missing here"));
            }
            Token::Identifier(name) => (std::borrow::Cow::Borrowed(name), true),
            Token::Delimited(name) => (std::borrow::Cow::Owned(unescape(name, start)?), false),
            _ => return Err(ParseError::new(start, "a name is missing here")),
        };
        if plain && self.lexer.next == Token::Symbol("(") {
            return self.call(&name, start, source.unwrap_or(0));
        }
        let id = self.names.intern(&name);
        if !self.expression.spellings.iter().any(|(known, _)| *known == id) {
            self.expression.spellings.push((id, name.as_ref().into()));
        }
        match source {
            None if name.starts_with(|first: char| first.is_ascii_uppercase()) => {
                let specifier = self.add_specifier(None, &name, id);
                self.push(Op::Root { specifier, name: id }, &[])
            }
            source => {
                let source = source.unwrap_or(0);
                self.push(Op::Member { source, name: id }, &[source])
            }
        }
    }

    fn call(&mut self, name: &str, start: usize, source: OpId) -> Parsed<OpId> {
        self.lexer.advance()?;
        if matches!(name, "is" | "as" | "ofType") {
            let specifier = self.specifier()?;
            self.demand(")")?;
            let op = match name {
                "is" => Op::Is { source, specifier },
                "as" => Op::As { source, specifier },
                _ => Op::OfType { source, specifier },
            };
            return self.push(op, &[source]);
        }
        let found = FUNCTIONS.binary_search_by_key(&name, |(known, ..)| *known).ok();
        let Some((_, function, least, most)) = found.and_then(|at| FUNCTIONS.get(at)).copied() else {
            return Err(ParseError::new(start, "FHIRPath has no function of this name"));
        };
        let mut needs = vec![source];
        if !self.eat(")")? {
            loop {
                needs.push(self.expression(0)?);
                if !self.eat(",")? {
                    break;
                }
            }
            self.demand(")")?;
        }
        let count = needs.len() - 1;
        if count < usize::from(least) || count > usize::from(most) {
            return Err(ParseError::new(start, "the function does not take this number of arguments"));
        }
        let arguments = self.list(needs.get(1..).unwrap_or_default());
        if matches!(function, Function::Matches | Function::MatchesFull | Function::ReplaceMatches) {
            self.pattern(arguments, function);
        }
        self.push(Op::Call { function, source, arguments }, &needs)
    }

    /// Compiles the regular expression of a call where it is a literal.
    fn pattern(&mut self, arguments: List, function: Function) {
        let first = self.expression.argument(arguments, 0).map(|first| self.expression.op(first));
        let Some(Op::Literal(literal)) = first else { return };
        let Some(Item::String(Text::Literal(at))) = self.expression.literals.get(literal as usize) else { return };
        let regex =
            pattern::compile(self.expression.string(*at), function == Function::MatchesFull, pattern::MOST_LITERAL);
        self.expression.patterns.push((*at, regex));
    }

    fn specifier(&mut self) -> Parsed<u32> {
        let mut names = Vec::new();
        loop {
            let start = self.lexer.start;
            names.push(match self.lexer.advance()? {
                Token::Identifier(name) => name.to_owned(),
                Token::Delimited(name) => unescape(name, start)?,
                _ => return Err(ParseError::new(start, "the name of a type is missing here")),
            });
            // Inside `is(…)` and after an operator alike, a point goes on with the name only after a namespace.
            let namespace = names.len() == 1 && matches!(names.first().map(String::as_str), Some("FHIR" | "System"));
            if !namespace || !self.eat(".")? {
                break;
            }
        }
        let name = names.pop().unwrap_or_default();
        let namespace = match names.first().map(String::as_str) {
            Some("System") => Some(Namespace::System),
            Some(_) => Some(Namespace::Fhir),
            None => None,
        };
        let id = self.names.intern(&name);
        Ok(self.add_specifier(namespace, &name, id))
    }

    fn add_specifier(&mut self, namespace: Option<Namespace>, name: &str, name_id: NameId) -> u32 {
        let at = u32::try_from(self.expression.specifiers.len()).unwrap_or(u32::MAX);
        self.expression.specifiers.push(TypeSpecifier { namespace, name: name.into(), name_id });
        at
    }
}
