//! `toX` and `convertsToX` (N1, "Conversion"), and how values are written.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::super::EvaluationError;
use super::super::evaluate::{Evaluated, Evaluator, Frame};
use super::super::expression::{Function, List, OpId};
use super::super::item::{Item, Quantity, Text, Unit};
use super::super::model::{Host, Model};
use super::super::quantity::calendar_word;
use super::super::temporal::{Precision, Temporal, TemporalKind};

const TRUE: &[&str] = &["true", "t", "yes", "y", "1", "1.0"];
const FALSE: &[&str] = &["false", "f", "no", "n", "0", "0.0"];

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    pub(super) fn converts(
        &mut self,
        function: Function,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
    ) -> Evaluated<Option<bool>> {
        let to = match function {
            Function::ConvertsToBoolean => Function::ToBoolean,
            Function::ConvertsToDate => Function::ToDate,
            Function::ConvertsToDateTime => Function::ToDateTime,
            Function::ConvertsToDecimal => Function::ToDecimal,
            Function::ConvertsToInteger => Function::ToInteger,
            Function::ConvertsToQuantity => Function::ToQuantity,
            Function::ConvertsToString => Function::ToString,
            _ => Function::ToTime,
        };
        let Some(item) = self.single(source, frame)? else { return Ok(None) };
        Ok(Some(self.convert_item(to, item, arguments, frame)?.is_some()))
    }

    pub(super) fn convert(
        &mut self,
        function: Function,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
    ) -> Evaluated<Option<Item>> {
        match self.single(source, frame)? {
            Some(item) => self.convert_item(function, item, arguments, frame),
            None => Ok(None),
        }
    }

    fn convert_item(
        &mut self,
        function: Function,
        item: Item,
        arguments: List,
        frame: &Frame<'_>,
    ) -> Evaluated<Option<Item>> {
        let item = self.value(item);
        let text = match item {
            Item::String(text) => Some(self.text(text)),
            _ => None,
        };
        Ok(match function {
            Function::ToBoolean => to_boolean(item, text),
            Function::ToInteger => match item {
                Item::Integer(_) => Some(item),
                Item::Boolean(value) => Some(Item::Integer(i64::from(value))),
                _ => text.filter(|text| is_number(text, false)).and_then(|text| text.parse().ok()).map(Item::Integer),
            },
            Function::ToDecimal => to_decimal(item, text).map(Item::Decimal),
            Function::ToString => return self.string_item(item),
            Function::ToDate => to_date(item, text).map(Item::Temporal),
            Function::ToDateTime => to_date_time(item, text).map(Item::Temporal),
            Function::ToTime => match item {
                Item::Temporal(time) if time.kind == TemporalKind::Time => Some(item),
                _ => text.and_then(Temporal::time).map(Item::Temporal),
            },
            _ => return self.quantity_item(item, arguments, frame),
        })
    }

    fn string_item(&mut self, item: Item) -> Evaluated<Option<Item>> {
        match item {
            Item::String(_) => Ok(Some(item)),
            Item::Node(_) | Item::SystemType(_) | Item::FhirType(_) => Ok(None),
            _ => {
                let mut written = String::new();
                self.write_item(item, &mut written);
                Ok(Some(Item::String(self.write(&written)?)))
            }
        }
    }

    /// Appends a value as `toString` has it; nothing for elements and types.
    pub(in super::super) fn write_item(&self, item: Item, out: &mut String) {
        match item {
            Item::Boolean(value) => out.push_str(if value { "true" } else { "false" }),
            Item::Integer(value) => {
                let _ = write!(out, "{value}");
            }
            Item::Decimal(value) => {
                let _ = write!(out, "{value}");
            }
            Item::String(text) => out.push_str(self.text(text)),
            Item::Temporal(temporal) => temporal.write(out),
            Item::Quantity(quantity) => {
                let _ = write!(out, "{} ", quantity.value);
                self.write_unit(quantity, out);
            }
            Item::Node(_) | Item::SystemType(_) | Item::FhirType(_) => {}
        }
    }

    fn quantity_item(&mut self, item: Item, arguments: List, frame: &Frame<'_>) -> Evaluated<Option<Item>> {
        let quantity = match item {
            Item::Quantity(quantity) => Some(quantity),
            Item::String(text) => self.read_quantity(text)?,
            _ => to_decimal(item, None).map(|value| Quantity { value, unit: Unit::One }),
        };
        let Some(quantity) = quantity else { return Ok(None) };
        let Some(unit) = self.argument_value(arguments, 0, frame)? else { return Ok(Some(Item::Quantity(quantity))) };
        let Item::String(unit) = unit else { return Err(EvaluationError::WrongType) };
        let unit = calendar_word(self.text(unit)).map_or(Unit::Code(unit), Unit::Calendar);
        Ok(self.in_unit(quantity, unit).map(Item::Quantity))
    }

    /// `1`, `1 'mg'`, `1 day`
    fn read_quantity(&mut self, place: Text) -> Evaluated<Option<Quantity>> {
        let text = self.text(place);
        let digits = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'+' | b'-');
        let length = text.bytes().take_while(|byte| digits(*byte)).count();
        let (number, rest) = text.split_at_checked(length).unwrap_or((text, ""));
        let Some(value) = Some(number).filter(|number| is_number(number, true)).and_then(|number| number.parse().ok())
        else {
            return Ok(None);
        };
        let unit = rest.trim();
        if unit.is_empty() {
            return Ok(Some(Quantity { value, unit: Unit::One }));
        }
        let code = unit.strip_prefix('\'').and_then(|unit| unit.strip_suffix('\'')).filter(|code| !code.is_empty());
        if let Some(code) = code {
            let code = code.to_owned();
            let code = self.write(&code)?;
            return Ok(Some(Quantity { value, unit: Unit::Code(code) }));
        }
        Ok(calendar_word(unit).map(|word| Quantity { value, unit: Unit::Calendar(word) }))
    }
}

/// Digits with a sign, and a fraction where that is allowed.
fn is_number(text: &str, fraction: bool) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match unsigned.split_once('.') {
        Some((whole, part)) => fraction && digits(whole) && digits(part),
        None => digits(unsigned),
    }
}

fn to_boolean(item: Item, text: Option<&str>) -> Option<Item> {
    let number = |value: Decimal| match () {
        () if value == Decimal::ONE => Some(Item::Boolean(true)),
        () if value.is_zero() => Some(Item::Boolean(false)),
        () => None,
    };
    match item {
        Item::Boolean(_) => Some(item),
        Item::Integer(value) => number(Decimal::from(value)),
        Item::Decimal(value) => number(value),
        _ => {
            let text = text?;
            let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
            if is_one_of(TRUE) { Some(Item::Boolean(true)) } else { is_one_of(FALSE).then_some(Item::Boolean(false)) }
        }
    }
}

fn to_decimal(item: Item, text: Option<&str>) -> Option<Decimal> {
    match item {
        Item::Decimal(value) => Some(value),
        Item::Integer(value) => Some(Decimal::from(value)),
        Item::Boolean(value) => Some(Decimal::new(if value { 10 } else { 0 }, 1)),
        _ => {
            let text = text.filter(|text| is_number(text, true))?;
            Decimal::from_str_exact(text.strip_prefix('+').unwrap_or(text)).ok()
        }
    }
}

fn to_date(item: Item, text: Option<&str>) -> Option<Temporal> {
    match item {
        Item::Temporal(value) if value.kind == TemporalKind::Date => Some(value),
        Item::Temporal(value) if value.kind == TemporalKind::DateTime => Some(only_date(value)),
        _ => text.and_then(|text| Temporal::date(text).or_else(|| Temporal::date_time(text).map(only_date))),
    }
}

fn only_date(value: Temporal) -> Temporal {
    Temporal {
        kind: TemporalKind::Date,
        precision: value.precision.min(Precision::Day),
        hour: 0,
        minute: 0,
        second: 0,
        nanosecond: 0,
        digits: 0,
        offset: None,
        ..value
    }
}

fn to_date_time(item: Item, text: Option<&str>) -> Option<Temporal> {
    match item {
        Item::Temporal(value) if value.kind != TemporalKind::Time => {
            Some(Temporal { kind: TemporalKind::DateTime, ..value })
        }
        _ => text.and_then(Temporal::date_time),
    }
}
