//! Functions of a number (N1, "Math"). What has no real result, or one that does not fit, is empty.
//!
//! Roots, logarithms and powers with fractions are computed in binary and rounded to fifteen digits.

use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use rust_decimal::{Decimal, RoundingStrategy};

use super::super::EvaluationError;
use super::super::equality::as_decimal;
use super::super::evaluate::{Evaluated, Evaluator, Frame};
use super::super::expression::{Function, List, OpId};
use super::super::item::{Item, Quantity};
use super::super::model::{Host, Model};

const DIGITS: u32 = 15;

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    /// The argument at this place as a value of FHIRPath.
    pub(super) fn argument_value(&mut self, arguments: List, at: usize, frame: &Frame<'_>) -> Evaluated<Option<Item>> {
        match self.expression.argument(arguments, at) {
            Some(argument) => Ok(self.single(argument, frame)?.map(|item| self.value(item))),
            None => Ok(None),
        }
    }

    pub(super) fn math(
        &mut self,
        function: Function,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
    ) -> Evaluated<Option<Item>> {
        let Some(item) = self.single(source, frame)? else { return Ok(None) };
        let item = self.value(item);
        let argument = self.argument_value(arguments, 0, frame)?;
        if argument.is_none() && self.expression.argument(arguments, 0).is_some() {
            return Ok(None);
        }
        if let (Function::Abs, Item::Quantity(quantity)) = (function, item) {
            return Ok(Some(Item::Quantity(Quantity { value: quantity.value.abs(), ..quantity })));
        }
        let value = as_decimal(item).ok_or(EvaluationError::WrongType)?;
        let operand = match argument {
            Some(argument) => Some(as_decimal(argument).ok_or(EvaluationError::WrongType)?),
            None => None,
        };
        let whole = |value: Decimal| value.to_i64().map(Item::Integer);
        Ok(match function {
            Function::Abs => match item {
                Item::Integer(value) => value.checked_abs().map(Item::Integer),
                _ => Some(Item::Decimal(value.abs())),
            },
            Function::Ceiling => whole(value.ceil()),
            Function::Floor => whole(value.floor()),
            Function::Truncate => whole(value.trunc()),
            Function::Round => {
                let digits = operand.unwrap_or_default().to_u32().ok_or(EvaluationError::WrongType)?;
                Some(Item::Decimal(value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero)))
            }
            Function::Power => power(item, value, argument, operand.unwrap_or_default()),
            Function::Sqrt => real(value, f64::sqrt),
            Function::Exp => real(value, f64::exp),
            Function::Ln => real(value, f64::ln),
            _ => logarithm(value, operand.unwrap_or_default()),
        })
    }
}

fn decimal(value: f64) -> Option<Item> {
    let value = Some(value).filter(|value| value.is_finite()).and_then(Decimal::from_f64)?;
    value.round_sf(DIGITS).map(|value| Item::Decimal(value.normalize()))
}

fn real(value: Decimal, function: impl Fn(f64) -> f64) -> Option<Item> {
    decimal(function(value.to_f64()?))
}

fn logarithm(value: Decimal, base: Decimal) -> Option<Item> {
    decimal(value.to_f64()?.log(base.to_f64()?))
}

fn power(base: Item, value: Decimal, exponent: Option<Item>, exponent_value: Decimal) -> Option<Item> {
    let count = match exponent {
        Some(Item::Integer(count)) => u32::try_from(count).ok(),
        _ => None,
    };
    match (base, count) {
        (Item::Integer(base), Some(count)) => base.checked_pow(count).map(Item::Integer),
        // So many factors fit only where the base is near one; the binary result does for more.
        (_, Some(count @ 0..=64)) => {
            (0..count).try_fold(Decimal::ONE, |product, _| product.checked_mul(value)).map(Item::Decimal)
        }
        _ => decimal(value.to_f64()?.powf(exponent_value.to_f64()?)),
    }
}
