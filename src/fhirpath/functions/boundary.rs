//! `lowBoundary`, `highBoundary`, `precision` and `comparable` (FHIRPath, "Boundary Functions").
//!
//! A precision is a count: of a decimal the digits after the point, of dates and times the digits that are written.

use rust_decimal::{Decimal, RoundingStrategy};

use super::super::EvaluationError;
use super::super::evaluate::{Evaluated, Evaluator, Frame};
use super::super::expression::{Function, List, OpId};
use super::super::item::{Item, Quantity};
use super::super::model::{Host, Model};
use super::super::temporal::{Precision, Temporal, TemporalKind, days_in_month};

/// How many digits after the point a decimal's boundary has where none are asked for.
const USUAL: i64 = 8;

/// How many it may have: no decimal has more.
const MOST: u32 = 28;

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    pub(super) fn boundary(
        &mut self,
        function: Function,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
    ) -> Evaluated<Option<Item>> {
        let Some(item) = self.single(source, frame)? else { return Ok(None) };
        let item = self.value(item);
        if function == Function::PrecisionOf {
            return precision(item).map(|digits| Some(Item::Integer(digits)));
        }
        let digits = match self.argument_value(arguments, 0, frame)? {
            None => None,
            Some(Item::Integer(digits)) => Some(digits),
            Some(_) => return Err(EvaluationError::WrongType),
        };
        let high = function == Function::HighBoundary;
        Ok(match item {
            Item::Integer(value) => decimal(Decimal::from(value), digits, high).map(Item::Decimal),
            Item::Decimal(value) => decimal(value, digits, high).map(Item::Decimal),
            Item::Quantity(quantity) => {
                decimal(quantity.value, digits, high).map(|value| Item::Quantity(Quantity { value, ..quantity }))
            }
            Item::Temporal(value) => temporal(value, digits, high).map(Item::Temporal),
            _ => return Err(EvaluationError::WrongType),
        })
    }

    pub(super) fn comparable(&mut self, source: OpId, arguments: List, frame: &Frame<'_>) -> Evaluated<Option<bool>> {
        let Some(left) = self.single(source, frame)? else { return Ok(None) };
        let Some(right) = self.argument_value(arguments, 0, frame)? else { return Ok(None) };
        match (self.value(left), right) {
            (Item::Quantity(left), Item::Quantity(right)) => Ok(Some(self.are_comparable(left, right))),
            _ => Err(EvaluationError::WrongType),
        }
    }
}

/// Half a unit of the last digit away, then to the asked digits, outwards.
fn decimal(value: Decimal, digits: Option<i64>, high: bool) -> Option<Decimal> {
    let digits = u32::try_from(digits.unwrap_or(USUAL)).ok().filter(|digits| *digits <= MOST)?;
    let half = Decimal::try_from_i128_with_scale(5, value.scale() + 1).ok()?;
    let (edge, strategy) = if high {
        (value.checked_add(half)?, RoundingStrategy::ToPositiveInfinity)
    } else {
        (value.checked_sub(half)?, RoundingStrategy::ToNegativeInfinity)
    };
    let mut edge = edge.round_dp_with_strategy(digits, strategy);
    edge.rescale(digits);
    (edge.scale() == digits).then_some(edge)
}

/// The precision that so many digits write, and the digits of the fraction.
fn precision_of_digits(digits: i64, kind: TemporalKind) -> Option<(Precision, u8)> {
    let date = if kind == TemporalKind::Time { digits + 8 } else { digits };
    Some(match date {
        4 => (Precision::Year, 0),
        6 => (Precision::Month, 0),
        8 => (Precision::Day, 0),
        10 => (Precision::Hour, 0),
        12 => (Precision::Minute, 0),
        14 => (Precision::Second, 0),
        17 => (Precision::Second, 3),
        _ => return None,
    })
    .filter(|(precision, _)| kind != TemporalKind::Date || *precision <= Precision::Day)
    .filter(|(precision, _)| kind != TemporalKind::Time || *precision >= Precision::Hour)
}

fn temporal(value: Temporal, digits: Option<i64>, high: bool) -> Option<Temporal> {
    let usual = match value.kind {
        TemporalKind::Date => 8,
        TemporalKind::DateTime => 17,
        TemporalKind::Time => 9,
    };
    let asked = digits.unwrap_or(usual);
    // A literal such as @2014-01-01T08 may be asked for less than it says; a date for no more than a day.
    let (precision, fraction) = precision_of_digits(asked, value.kind)?;
    let mut edge = value;
    if high {
        let known = value.precision;
        if known < Precision::Month {
            edge.month = 12;
        }
        if known < Precision::Day {
            edge.day = days_in_month(edge.year, edge.month);
        }
        if known < Precision::Hour {
            edge.hour = 23;
        }
        if known < Precision::Minute {
            edge.minute = 59;
        }
        if known < Precision::Second {
            edge.second = 59;
        }
        if value.digits < 3 {
            // The digits that were not written are nines.
            edge.nanosecond += 10_u32.pow(9 - u32::from(value.digits)) - 1_000_000;
        }
    }
    edge.precision = precision;
    edge.digits = fraction;
    if fraction == 0 {
        edge.nanosecond = 0;
    }
    if precision < Precision::Hour {
        edge.offset = None;
    } else if value.kind == TemporalKind::DateTime && edge.offset.is_none() {
        // The earliest moment is where clocks are furthest ahead of UTC, the latest where they are furthest behind.
        edge.offset = Some(if high { -12 * 60 } else { 14 * 60 });
    }
    Some(edge)
}

fn precision(item: Item) -> Evaluated<i64> {
    Ok(match item {
        Item::Integer(_) => 0,
        Item::Decimal(value) => i64::from(value.scale()),
        Item::Temporal(value) => {
            let digits = match value.precision {
                Precision::Year => 4,
                Precision::Month => 6,
                Precision::Day => 8,
                Precision::Hour => 10,
                Precision::Minute => 12,
                Precision::Second => 14 + i64::from(value.digits),
            };
            if value.kind == TemporalKind::Time { digits - 8 } else { digits }
        }
        _ => return Err(EvaluationError::WrongType),
    })
}
