//! Amounts as cases give them: exact, approximate, bounded or a range, with a unit or without.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::decimal::Decimal;
use super::read::{At, Read, Reader, record, terms};
use super::{Concept, Many};
use crate::instance::{Kind, NodeRef};
use crate::issue::Code;
use crate::terminology::ucum;

terms! {
    /// How the true value relates to the one that is given (FHIR value set quantity-comparator).
    pub enum Comparator {
        /// Less than.
        LessThan "<",
        /// Less than or equal.
        AtMost "<=",
        /// Greater than or equal.
        AtLeast ">=",
        /// Greater than.
        MoreThan ">",
    }
}

/// The number or numbers of an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amount {
    /// One number.
    Exact(Decimal),
    /// A bound: `<5`.
    Bounded(Comparator, Decimal),
    /// From the lower to the higher: `150-200`. Never averaged.
    Range(Decimal, Decimal),
}

/// An amount with its unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The number or numbers.
    pub amount: Amount,
    /// Whether the case says it is approximate.
    pub approximate: bool,
    /// The unit as the case writes it.
    pub unit: Option<String>,
    /// Where it stands.
    pub at: At,
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.approximate {
            f.write_str("approximately ")?;
        }
        match &self.amount {
            Amount::Exact(value) => write!(f, "{value}")?,
            Amount::Bounded(comparator, value) => write!(f, "{} {value}", comparator.term())?,
            Amount::Range(low, high) => write!(f, "{low} to {high}")?,
        }
        match &self.unit {
            Some(unit) if unit == "%" => f.write_str(" %"),
            Some(unit) => write!(f, " {unit}"),
            None => Ok(()),
        }
    }
}

const APPROXIMATE: &[&str] = &["~", "≈", "about ", "approximately ", "approx. ", "approx ", "circa ", "ca. "];
const COMPARATORS: &[(&str, Comparator)] = &[
    ("<=", Comparator::AtMost),
    (">=", Comparator::AtLeast),
    ("≤", Comparator::AtMost),
    ("≥", Comparator::AtLeast),
    ("<", Comparator::LessThan),
    (">", Comparator::MoreThan),
];
const RANGE: &[&str] = &["-", "–", "—", "to ", ".."];

impl Quantity {
    /// Reads `48 g/L`, `~100 mL/d`, `<5 ng/mL`, `150-200 mCi`; `None` where the text is no amount.
    #[must_use]
    pub fn parse(text: &str, at: At) -> Option<Self> {
        let mut rest = text.trim();
        let approximate = APPROXIMATE.iter().find_map(|word| rest.strip_prefix(word));
        rest = approximate.map_or(rest, str::trim_start);
        let comparator =
            COMPARATORS.iter().find_map(|(sign, comparator)| Some((*comparator, rest.strip_prefix(sign)?)));
        rest = comparator.map_or(rest, |(_, rest)| rest.trim_start());
        let (low, after) = leading_decimal(rest)?;
        let range = RANGE.iter().find_map(|dash| leading_decimal(after.trim_start().strip_prefix(dash)?.trim_start()));
        let (amount, unit) = match (comparator, range) {
            (Some(_), Some(_)) => return None,
            (Some((comparator, _)), None) => (Amount::Bounded(comparator, low), after),
            (None, Some((high, unit))) => (Amount::Range(low, high), unit),
            (None, None) => (Amount::Exact(low), after),
        };
        let unit = unit.trim();
        if !unit.is_empty() && !is_unit_like(unit) {
            return None;
        }
        let unit = (!unit.is_empty()).then(|| unit.to_owned());
        Some(Self { amount, approximate: approximate.is_some(), unit, at })
    }

    /// Whether the range runs from low to high.
    fn is_ordered(&self) -> bool {
        !matches!(&self.amount, Amount::Range(low, high) if low.approximate() > high.approximate())
    }
}

/// Whether a text can be a unit. `120/80`, `1:40` and `3+` begin like amounts and are none; in `150 000/uL` the blank would cut the
/// number; and "2 of 5 cores" shows that a unit of several words must be one that is known.
fn is_unit_like(unit: &str) -> bool {
    let body = unit.strip_prefix('/').unwrap_or(unit);
    let power = ["10*", "10^", "×10", "x10"].iter().any(|power| body.starts_with(power));
    let begins_well = body.starts_with(|c: char| c.is_alphabetic() || matches!(c, '%' | '[' | '{' | '°'));
    (power || begins_well || unit == "1") && (!unit.contains(' ') || ucum::code(unit).is_some())
}

fn leading_decimal(text: &str) -> Option<(Decimal, &str)> {
    let (number, rest) = text.split_at(Decimal::prefix(text)?);
    // `1,5` would lose its end as a unit; two points are a range.
    let cut = rest.starts_with([',', '\'']) || (rest.starts_with('.') && !rest.starts_with(".."));
    (!cut).then_some((Decimal::parse(number)?, rest))
}

record! {
    /// An amount written out.
    pub struct QuantityForm {
        /// The number.
        optional value: Decimal,
        /// The lower end of a range.
        optional low: Decimal,
        /// The higher end of a range.
        optional high: Decimal,
        /// How the true value relates to `value`.
        optional comparator: Comparator,
        /// Whether the number is approximate.
        optional approximate: bool,
        /// The unit, UCUM's code or its usual spelling.
        optional unit: String,
    }
}

const HELP: &str = "write `48 g/L`, `~26 cm`, `<5 ng/mL`, `150-200 mCi`, with a point for decimals";

impl Read for Quantity {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let at = At(node.span());
        let quantity = match node.kind() {
            Kind::Object => {
                let form = QuantityForm::read(node, reader)?;
                let amount = match (form.value, form.low, form.high, form.comparator) {
                    (Some(value), None, None, None) => Some(Amount::Exact(value)),
                    (Some(value), None, None, Some(comparator)) => Some(Amount::Bounded(comparator, value)),
                    (None, Some(low), Some(high), None) => Some(Amount::Range(low, high)),
                    _ => None,
                };
                amount.map(|amount| Self {
                    amount,
                    approximate: form.approximate.unwrap_or(false),
                    unit: form.unit,
                    at,
                })
            }
            Kind::String | Kind::Number => Self::parse(node.text(), at),
            _ => None,
        };
        let quantity = quantity.filter(Self::is_ordered);
        if quantity.is_none() {
            reader.fault(Code::BadQuantity, node.span(), "this is not an amount", HELP);
        }
        quantity
    }
}

impl Read for Decimal {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let decimal =
            matches!(node.kind(), Kind::String | Kind::Number).then(|| Self::parse(node.text().trim())).flatten();
        if decimal.is_none() {
            reader.fault(
                Code::BadQuantity,
                node.span(),
                "this is not a number",
                "write 48, 5.10 or -0.5, with at most 18 digits",
            );
        }
        decimal
    }
}

/// What was found: an amount, or a concept (words or a code).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// An amount.
    Quantity(Quantity),
    /// Words or a code.
    Concept(Concept),
}

impl Value {
    /// Where it stands.
    #[must_use]
    pub fn at(&self) -> At {
        match self {
            Self::Quantity(quantity) => quantity.at,
            Self::Concept(concept) => concept.at,
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Quantity(quantity) => quantity.fmt(f),
            Self::Concept(concept) => f.write_str(concept.label()),
        }
    }
}

impl Read for Value {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if node.kind() == Kind::Object && (node.get("text").is_some() || node.get("code").is_some()) {
            return Concept::read(node, reader).map(Self::Concept);
        }
        if node.kind() == Kind::String {
            return match Quantity::parse(node.text(), At(node.span())) {
                Some(quantity) if quantity.is_ordered() => Some(Self::Quantity(quantity)),
                // What was meant as an amount must not pass as words.
                Some(_) => Quantity::read(node, reader).map(Self::Quantity),
                None if is_misspelt_number(node.text()) => Quantity::read(node, reader).map(Self::Quantity),
                None => Concept::read(node, reader).map(Self::Concept),
            };
        }
        Quantity::read(node, reader).map(Self::Quantity)
    }
}

/// Whether a text begins with a number that is not written as numbers are here: `2,4 mmol/L`, `150 000/uL`.
fn is_misspelt_number(text: &str) -> bool {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let odd = ['.', '+'].iter().any(|sign| text.strip_prefix(*sign).is_some_and(|rest| digits(rest) > 0));
    let text = text.trim_start_matches(|c: char| !c.is_ascii_digit() && !c.is_alphabetic());
    let (whole, rest) = text.split_at(digits(text));
    let comma = rest.strip_prefix(',').is_some_and(|rest| digits(rest) > 0);
    let blank = rest.strip_prefix([' ', '\u{A0}', '\u{202F}', '\'']).is_some_and(|rest| digits(rest) == 3);
    let line = rest.strip_prefix('_').is_some_and(|rest| digits(rest) > 0);
    let point = rest.strip_prefix('.').is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    odd || (!whole.is_empty() && (comma || blank || line || point))
}

/// The dimensions of a thing, one to three lengths, longest first or not: `26 x 18 x 15 cm`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimensions {
    /// The lengths, each with its unit.
    pub lengths: Vec<Quantity>,
    /// Where they stand.
    pub at: At,
}

impl Dimensions {
    fn parse(text: &str, at: At) -> Option<Vec<Quantity>> {
        let mut lengths = Vec::new();
        for part in text.split(['x', '×', '*', 'X']) {
            lengths.push(Quantity::parse(part, at)?);
        }
        // `26 x 18 x 15 cm` gives the unit once, and `~26 x 18` says "about" once.
        let unit = lengths.last()?.unit.clone();
        let approximate = lengths.first()?.approximate;
        for length in &mut lengths {
            length.unit = length.unit.take().or_else(|| unit.clone());
            length.approximate |= approximate;
        }
        Some(lengths)
    }
}

impl std::fmt::Display for Dimensions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, length) in self.lengths.iter().enumerate() {
            if index > 0 {
                f.write_str(" × ")?;
            }
            length.fmt(f)?;
        }
        Ok(())
    }
}

impl Read for Dimensions {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let at = At(node.span());
        let lengths = match node.kind() {
            Kind::Array => {
                let mut lengths = Vec::new();
                for child in node.children() {
                    lengths.push(Quantity::read(child, reader)?);
                }
                Some(lengths)
            }
            Kind::Object => Some(vec![Quantity::read(node, reader)?]),
            Kind::String => Self::parse(node.text(), at),
            _ => None,
        };
        let sound =
            |lengths: &Vec<Quantity>| (1..=3).contains(&lengths.len()) && lengths.iter().all(Quantity::is_ordered);
        let Some(lengths) = lengths.filter(sound) else {
            let help = "write `26 cm`, `26 x 18 cm` or `~26 x 18 x 15 cm`";
            reader.fault(Code::BadQuantity, node.span(), "this is not a size of one to three lengths", help);
            return None;
        };
        Some(Self { lengths, at })
    }
}

fn amount_schema(generator: &mut SchemaGenerator, description: &str) -> Schema {
    let form = generator.subschema_for::<QuantityForm>();
    json_schema!({ "description": description, "anyOf": [{ "type": ["string", "number"] }, form] })
}

impl JsonSchema for Quantity {
    fn schema_name() -> Cow<'static, str> {
        "Quantity".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        amount_schema(
            generator,
            "An amount: `48 g/L`, `~26 cm` (approximate), `<5 ng/mL` (bounded), `150-200 mCi` (a range).",
        )
    }
}

impl JsonSchema for Decimal {
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "A decimal number; its digits are kept as they are written.", "type": ["number", "string"] })
    }
}

impl JsonSchema for Value {
    fn schema_name() -> Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (quantity, concept) = (generator.subschema_for::<Quantity>(), generator.subschema_for::<Concept>());
        json_schema!({ "description": "What was found: an amount, words or a code.", "anyOf": [quantity, concept] })
    }
}

impl JsonSchema for Dimensions {
    fn schema_name() -> Cow<'static, str> {
        "Dimensions".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let quantities = generator.subschema_for::<Many<Quantity>>();
        json_schema!({
            "description": "One to three lengths: `26 cm`, `~26 x 18 x 15 cm`, or a list of amounts.",
            "anyOf": [{ "type": "string" }, quantities]
        })
    }
}
