//! `+ - * / div mod &` and the signs (N1, "Math"), and dates with durations ("Date/Time Arithmetic").
//!
//! A result that does not fit its type, and a division by nothing, are empty.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::EvaluationError;
use super::equality::as_decimal;
use super::evaluate::{Evaluated, Evaluator, Frame};
use super::expression::{Binary, OpId};
use super::item::{Calendar, Item, Quantity, Unit};
use super::model::{Host, Model};
use super::quantity::calendar_code;
use super::temporal::{Precision, Temporal, TemporalKind, days_in_month};

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    pub(super) fn negate(&mut self, source: OpId, frame: &Frame<'_>) -> Evaluated<Option<Item>> {
        let Some(item) = self.single(source, frame)? else { return Ok(None) };
        match self.value(item) {
            Item::Integer(value) => Ok(value.checked_neg().map(Item::Integer)),
            Item::Decimal(value) => Ok(Some(Item::Decimal(-value))),
            Item::Quantity(quantity) => Ok(Some(Item::Quantity(Quantity { value: -quantity.value, ..quantity }))),
            _ => Err(EvaluationError::WrongType),
        }
    }

    pub(super) fn positive(&mut self, source: OpId, frame: &Frame<'_>) -> Evaluated<Option<Item>> {
        let Some(item) = self.single(source, frame)? else { return Ok(None) };
        let item = self.value(item);
        if matches!(item, Item::Integer(_) | Item::Decimal(_) | Item::Quantity(_)) {
            Ok(Some(item))
        } else {
            Err(EvaluationError::WrongType)
        }
    }

    pub(super) fn arithmetic(
        &mut self,
        operator: Binary,
        left: OpId,
        right: OpId,
        frame: &Frame<'_>,
    ) -> Evaluated<Option<Item>> {
        let (left, right) = (self.single(left, frame)?, self.single(right, frame)?);
        if operator == Binary::Concatenate {
            return self.concatenate(left, right).map(Some);
        }
        let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
        match (operator, self.value(left), self.value(right)) {
            (_, Item::Integer(left), Item::Integer(right)) => Ok(integers(operator, left, right)),
            (Binary::Add, left @ Item::String(_), right @ Item::String(_)) => {
                self.concatenate(Some(left), Some(right)).map(Some)
            }
            (Binary::Add | Binary::Subtract, Item::Temporal(temporal), Item::Quantity(quantity)) => {
                self.shift(temporal, quantity, operator == Binary::Subtract).map(|shifted| shifted.map(Item::Temporal))
            }
            (Binary::Add | Binary::Subtract, Item::Quantity(left), Item::Quantity(right)) => {
                Ok(self.add_quantities(left, right, operator == Binary::Subtract).map(Item::Quantity))
            }
            (Binary::Multiply | Binary::Divide, left, right)
                if matches!(left, Item::Quantity(_)) || matches!(right, Item::Quantity(_)) =>
            {
                let (Some(left), Some(right)) = (as_quantity(left), as_quantity(right)) else {
                    return Err(EvaluationError::WrongType);
                };
                let made = self.multiply_quantities(left, right, operator == Binary::Divide)?;
                Ok(made.map(Item::Quantity))
            }
            (_, left, right) => match (as_decimal(left), as_decimal(right)) {
                (Some(left), Some(right)) => Ok(decimals(operator, left, right)),
                _ => Err(EvaluationError::WrongType),
            },
        }
    }

    /// `&`: a missing side is the empty string.
    fn concatenate(&mut self, left: Option<Item>, right: Option<Item>) -> Evaluated<Item> {
        let start = self.scratch.written.len();
        let mut written = String::new();
        for item in [left, right].into_iter().flatten() {
            let item = self.value(item);
            if matches!(item, Item::Node(_) | Item::SystemType(_) | Item::FhirType(_)) {
                return Err(EvaluationError::WrongType);
            }
            self.write_item(item, &mut written);
        }
        self.write(&written)?;
        Ok(Item::String(self.written_from(start)))
    }

    /// A date or time moved by a duration; parts of the duration below the precision are cut off.
    fn shift(&mut self, temporal: Temporal, quantity: Quantity, back: bool) -> Evaluated<Option<Temporal>> {
        let calendar = match quantity.unit {
            Unit::Calendar(calendar) => Some(calendar),
            Unit::Code(text) | Unit::Words(text) => calendar_code(self.text(text)),
            Unit::One => None,
        };
        let Some(calendar) = calendar else { return Err(EvaluationError::WrongType) };
        let Some(amount) = quantity.value.trunc().to_i64() else { return Ok(None) };
        let amount = if back { -amount } else { amount };
        if temporal.kind == TemporalKind::Time {
            return if calendar < Calendar::Hour {
                Err(EvaluationError::WrongType)
            } else {
                Ok(move_clock(temporal, calendar, amount))
            };
        }
        Ok(match calendar {
            Calendar::Year => amount.checked_mul(12).and_then(|months| move_months(temporal, months)),
            Calendar::Month => move_months(temporal, amount),
            _ => move_clock(temporal, calendar, amount),
        })
    }
}

fn as_quantity(item: Item) -> Option<Quantity> {
    match item {
        Item::Quantity(quantity) => Some(quantity),
        _ => as_decimal(item).map(|value| Quantity { value, unit: Unit::One }),
    }
}

fn integers(operator: Binary, left: i64, right: i64) -> Option<Item> {
    let value = match operator {
        Binary::Add => left.checked_add(right),
        Binary::Subtract => left.checked_sub(right),
        Binary::Multiply => left.checked_mul(right),
        Binary::Div => left.checked_div(right),
        Binary::Mod => left.checked_rem(right),
        _ => return decimals(operator, Decimal::from(left), Decimal::from(right)),
    };
    value.map(Item::Integer)
}

fn decimals(operator: Binary, left: Decimal, right: Decimal) -> Option<Item> {
    let value = match operator {
        Binary::Add => left.checked_add(right),
        Binary::Subtract => left.checked_sub(right),
        Binary::Multiply => left.checked_mul(right),
        Binary::Divide => left.checked_div(right),
        Binary::Mod => left.checked_rem(right),
        _ => return left.checked_div(right)?.trunc().to_i64().map(Item::Integer),
    };
    value.map(Item::Decimal)
}

/// A date some months later; the day is at most the last of the month.
fn move_months(temporal: Temporal, months: i64) -> Option<Temporal> {
    // A year alone moves by whole years.
    let months = if temporal.precision == Precision::Year { months / 12 * 12 } else { months };
    let total = (i64::from(temporal.year) * 12 + i64::from(temporal.month) - 1).checked_add(months)?;
    let year = i16::try_from(total.div_euclid(12)).ok().filter(|year| (0..=9_999).contains(year))?;
    let month = u8::try_from(total.rem_euclid(12) + 1).ok()?;
    Some(Temporal { year, month, day: temporal.day.min(days_in_month(year, month)), ..temporal })
}

/// Weeks and less: exact lengths, in milliseconds.
fn move_clock(temporal: Temporal, calendar: Calendar, amount: i64) -> Option<Temporal> {
    const DAY: i64 = 86_400_000;
    let length = match calendar {
        Calendar::Week => 7 * DAY,
        Calendar::Hour => 3_600_000,
        Calendar::Minute => 60_000,
        Calendar::Second => 1_000,
        Calendar::Millisecond => 1,
        _ => DAY,
    };
    let by = amount.checked_mul(length)?;
    match temporal.precision {
        Precision::Year => return move_months(temporal, by / (365 * DAY) * 12),
        Precision::Month => return move_months(temporal, by / (30 * DAY)),
        _ => {}
    }
    // What is below the precision is cut off.
    let unit = match temporal.precision {
        Precision::Day => DAY,
        Precision::Hour => 3_600_000,
        Precision::Minute => 60_000,
        _ => 1,
    };
    let millisecond = i64::from(temporal.nanosecond / 1_000_000);
    let moment = temporal.seconds().checked_mul(1_000)?.checked_add(millisecond)?.checked_add(by / unit * unit)?;
    let nanosecond = u32::try_from(moment.rem_euclid(1_000) * 1_000_000).ok()? + temporal.nanosecond % 1_000_000;
    let digits = if temporal.digits == 0 && nanosecond > 0 { 3 } else { temporal.digits };
    if temporal.kind == TemporalKind::Time {
        // A time of day goes round the clock; the day that it lands on is nobody's.
        let moved = temporal.at_seconds(moment.div_euclid(1_000).rem_euclid(86_400))?;
        return Some(Temporal { year: 0, month: 1, day: 1, digits, nanosecond, ..moved });
    }
    Some(Temporal { digits, nanosecond, ..temporal.at_seconds(moment.div_euclid(1_000))? })
}
