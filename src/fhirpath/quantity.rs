//! Quantities: comparison and arithmetic across units (N1, "Quantity"; UCUM by octofhir-ucum).
//!
//! Weeks and shorter calendar durations are UCUM's; a calendar year or month is only equivalent to UCUM's `a` or `mo`, not equal (N1,
//! "Time-valued quantities").

use std::cmp::Ordering;
use std::fmt::Write as _;

use octofhir_ucum::Number;
use rust_decimal::Decimal;

use super::equality::decimals_alike;
use super::evaluate::{Evaluated, Evaluator};
use super::item::{Calendar, Quantity, Unit};
use super::model::{Host, Model};

/// UCUM's code for a calendar duration.
const fn code(calendar: Calendar) -> &'static str {
    match calendar {
        Calendar::Year => "a",
        Calendar::Month => "mo",
        Calendar::Week => "wk",
        Calendar::Day => "d",
        Calendar::Hour => "h",
        Calendar::Minute => "min",
        Calendar::Second => "s",
        Calendar::Millisecond => "ms",
    }
}

/// The calendar duration that a word is.
pub(super) fn calendar_word(word: &str) -> Option<Calendar> {
    Some(match word {
        "year" | "years" => Calendar::Year,
        "month" | "months" => Calendar::Month,
        "week" | "weeks" => Calendar::Week,
        "day" | "days" => Calendar::Day,
        "hour" | "hours" => Calendar::Hour,
        "minute" | "minutes" => Calendar::Minute,
        "second" | "seconds" => Calendar::Second,
        "millisecond" | "milliseconds" => Calendar::Millisecond,
        _ => return None,
    })
}

/// The calendar duration that a unit's code is, where date arithmetic takes it: no UCUM year or month.
pub(super) fn calendar_code(code: &str) -> Option<Calendar> {
    Some(match code {
        "wk" => Calendar::Week,
        "d" => Calendar::Day,
        "h" => Calendar::Hour,
        "min" => Calendar::Minute,
        "s" => Calendar::Second,
        "ms" => Calendar::Millisecond,
        _ => return calendar_word(code),
    })
}

/// A calendar duration's name.
pub(super) const fn word(calendar: Calendar, plural: bool) -> &'static str {
    match (calendar, plural) {
        (Calendar::Year, false) => "year",
        (Calendar::Year, true) => "years",
        (Calendar::Month, false) => "month",
        (Calendar::Month, true) => "months",
        (Calendar::Week, false) => "week",
        (Calendar::Week, true) => "weeks",
        (Calendar::Day, false) => "day",
        (Calendar::Day, true) => "days",
        (Calendar::Hour, false) => "hour",
        (Calendar::Hour, true) => "hours",
        (Calendar::Minute, false) => "minute",
        (Calendar::Minute, true) => "minutes",
        (Calendar::Second, false) => "second",
        (Calendar::Second, true) => "seconds",
        (Calendar::Millisecond, false) => "millisecond",
        (Calendar::Millisecond, true) => "milliseconds",
    }
}

/// How many steps it counts for to convert between units.
const CONVERTING: usize = 50;

fn convert(value: Decimal, from: &str, to: &str) -> Option<Decimal> {
    let from = octofhir_ucum::get_canonical_units(from).ok()?;
    let to = octofhir_ucum::get_canonical_units(to).ok()?;
    if from.unit != to.unit {
        return None;
    }
    let base = Number::parse(&value.to_string())?.checked_mul(from.factor)?.checked_add(from.offset)?;
    let converted = base.checked_sub(to.offset)?.checked_div(to.factor)?;
    super::navigate::decimal(&converted.to_string())
}

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    /// A value of one unit in another; `None` where they do not convert.
    fn convert_units(&self, value: Decimal, from: Unit, to: Unit) -> Option<Decimal> {
        let (from, to) = (self.unit_code(from), self.unit_code(to));
        if from == to {
            return Some(value);
        }
        self.note(CONVERTING);
        convert(value, from, to)
    }

    /// The unit as UCUM writes it.
    pub(super) fn unit_code(&self, unit: Unit) -> &str {
        match unit {
            Unit::One => "1",
            Unit::Code(text) | Unit::Words(text) => self.text(text),
            Unit::Calendar(calendar) => code(calendar),
        }
    }

    /// Whether two units mix a calendar year or month with UCUM's, which differ in length.
    fn is_mixed(left: Unit, right: Unit) -> bool {
        let long = |unit| matches!(unit, Unit::Calendar(Calendar::Year | Calendar::Month));
        let short = |unit| matches!(unit, Unit::Calendar(calendar) if calendar > Calendar::Month);
        (long(left) && (matches!(right, Unit::Code(_)) || short(right)))
            || (long(right) && (matches!(left, Unit::Code(_)) || short(left)))
    }

    /// How two quantities stand to each other by `<`: of two without codes the numbers count alone, as in the reference validator.
    pub(super) fn order_quantities(&self, left: Quantity, right: Quantity) -> Option<Ordering> {
        let coded = |unit| matches!(unit, Unit::Code(_) | Unit::Calendar(_));
        if coded(left.unit) || coded(right.unit) {
            self.compare_quantities(left, right)
        } else {
            Some(left.value.cmp(&right.value))
        }
    }

    /// How two quantities stand to each other; `None` where their units do not compare.
    pub(super) fn compare_quantities(&self, left: Quantity, right: Quantity) -> Option<Ordering> {
        if Self::is_mixed(left.unit, right.unit) {
            return None;
        }
        let right = self.convert_units(right.value, right.unit, left.unit)?;
        Some(left.value.cmp(&right))
    }

    /// `~` of quantities: in the larger unit, rounded to the less precise of both.
    pub(super) fn quantities_alike(&self, left: Quantity, right: Quantity) -> bool {
        let Some(converted) = self.convert_units(right.value, right.unit, left.unit) else { return false };
        if converted.abs() <= right.value.abs() {
            return decimals_alike(left.value, converted);
        }
        let converted = self.convert_units(left.value, left.unit, right.unit);
        converted.is_some_and(|converted| decimals_alike(converted, right.value))
    }

    /// Whether the units of two quantities measure the same.
    pub(super) fn are_comparable(&self, left: Quantity, right: Quantity) -> bool {
        let (left, right) = (self.unit_code(left.unit), self.unit_code(right.unit));
        left == right || octofhir_ucum::is_comparable(left, right).unwrap_or(false)
    }

    /// A quantity in another unit.
    pub(super) fn in_unit(&self, quantity: Quantity, unit: Unit) -> Option<Quantity> {
        let value = self.convert_units(quantity.value, quantity.unit, unit)?;
        Some(Quantity { value, unit })
    }

    /// The sum, or the difference, in the unit of the left one.
    pub(super) fn add_quantities(&self, left: Quantity, right: Quantity, minus: bool) -> Option<Quantity> {
        if Self::is_mixed(left.unit, right.unit) {
            return None;
        }
        let other = self.in_unit(right, left.unit)?.value;
        let value = if minus { left.value.checked_sub(other) } else { left.value.checked_add(other) }?;
        Some(Quantity { value, unit: left.unit })
    }

    /// The product, or the quotient, with a unit made of both.
    pub(super) fn multiply_quantities(
        &mut self,
        left: Quantity,
        right: Quantity,
        divide: bool,
    ) -> Evaluated<Option<Quantity>> {
        let value = if divide { left.value.checked_div(right.value) } else { left.value.checked_mul(right.value) };
        let Some(value) = value else { return Ok(None) };
        let (left_code, right_code) = (self.unit_code(left.unit), self.unit_code(right.unit));
        let unit = if right_code == "1" {
            left.unit
        } else if divide && left_code == right_code {
            Unit::One
        } else {
            let mut made = String::new();
            let _ = write!(made, "({left_code}){}({right_code})", if divide { '/' } else { '.' });
            Unit::Code(self.write(&made)?)
        };
        Ok(Some(Quantity { value, unit }))
    }

    /// A unit's text as literals have it: the code in quotes, or a calendar duration's word.
    pub(super) fn write_unit(&self, quantity: Quantity, out: &mut String) {
        match quantity.unit {
            Unit::One => out.push_str("'1'"),
            Unit::Code(text) | Unit::Words(text) => {
                let _ = write!(out, "'{}'", self.text(text));
            }
            Unit::Calendar(calendar) => out.push_str(word(calendar, quantity.value != Decimal::ONE)),
        }
    }
}
