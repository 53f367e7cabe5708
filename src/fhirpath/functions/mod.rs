//! The functions: which file has which.
//!
//! Functions of one text or number look at a single item: of an empty collection they give nothing, of several items an error.

mod boundary;
mod codec;
mod conversion;
mod existence;
mod fhir;
mod filtering;
mod math;
mod strings;

use super::evaluate::{Evaluated, Evaluator, Frame};
use super::expression::{Function, List, OpId};
use super::item::Item;
use super::model::{Host, Model};

impl Function {
    /// Whether the function gives a truth value or nothing.
    pub(super) const fn is_boolean(self) -> bool {
        matches!(
            self,
            Self::All
                | Self::AllFalse
                | Self::AllTrue
                | Self::AnyFalse
                | Self::AnyTrue
                | Self::Comparable
                | Self::ConformsTo
                | Self::ContainsText
                | Self::ConvertsToBoolean
                | Self::ConvertsToDate
                | Self::ConvertsToDateTime
                | Self::ConvertsToDecimal
                | Self::ConvertsToInteger
                | Self::ConvertsToQuantity
                | Self::ConvertsToString
                | Self::ConvertsToTime
                | Self::Empty
                | Self::EndsWith
                | Self::Exists
                | Self::HasValue
                | Self::HtmlChecks
                | Self::HtmlChecks2
                | Self::IsDistinct
                | Self::Matches
                | Self::MatchesFull
                | Self::MemberOf
                | Self::Not
                | Self::StartsWith
                | Self::SubsetOf
                | Self::SubsumedBy
                | Self::Subsumes
                | Self::SupersetOf
        )
    }

    /// Whether the function gives one item at the most, and no truth value.
    pub(super) const fn gives_one(self) -> bool {
        !self.is_boolean()
            && !matches!(
                self,
                Self::Where
                    | Self::Select
                    | Self::Repeat
                    | Self::Aggregate
                    | Self::Iif
                    | Self::Sort
                    | Self::First
                    | Self::Last
                    | Self::Tail
                    | Self::Skip
                    | Self::Take
                    | Self::Single
                    | Self::Intersect
                    | Self::Exclude
                    | Self::Combine
                    | Self::Union
                    | Self::Distinct
                    | Self::Children
                    | Self::Descendants
                    | Self::Trace
                    | Self::Type
                    | Self::Extension
                    | Self::Resolve
                    | Self::ElementDefinition
                    | Self::Slice
                    | Self::CheckModifiers
                    | Self::ToChars
                    | Self::Split
            )
    }
}

impl<M: Model, H: Host> Evaluator<'_, M, H> {
    /// A function that gives a truth value.
    pub(super) fn boolean_call(
        &mut self,
        function: Function,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
    ) -> Evaluated<Option<bool>> {
        use Function as F;
        match function {
            F::Exists => match self.expression.argument(arguments, 0) {
                Some(criterion) => self.any_where(source, criterion, frame).map(Some),
                None => self.any(source, frame).map(Some),
            },
            F::Empty => Ok(Some(!self.any(source, frame)?)),
            F::Not => Ok(self.truth(source, frame)?.map(|value| !value)),
            F::All => self.all(source, arguments, frame).map(Some),
            F::AllTrue => self.every(source, frame, true).map(Some),
            F::AllFalse => self.every(source, frame, false).map(Some),
            F::AnyTrue => Ok(Some(!self.every(source, frame, false)?)),
            F::AnyFalse => Ok(Some(!self.every(source, frame, true)?)),
            F::IsDistinct => self.is_distinct(source, frame).map(Some),
            F::SubsetOf => self.is_subset(source, arguments, frame, false).map(Some),
            F::SupersetOf => self.is_subset(source, arguments, frame, true).map(Some),
            F::HasValue => self.has_value(source, frame),
            F::HtmlChecks | F::HtmlChecks2 => self.html_checks(source, frame),
            F::ConformsTo => self.conforms_to(source, arguments, frame),
            F::MemberOf => self.member_of(source, arguments, frame),
            F::Subsumes => self.subsumes(source, arguments, frame, false),
            F::SubsumedBy => self.subsumes(source, arguments, frame, true),
            F::Comparable => self.comparable(source, arguments, frame),
            F::ContainsText | F::StartsWith | F::EndsWith => self.has_text(function, source, arguments, frame),
            F::Matches | F::MatchesFull => self.matches(function, source, arguments, frame),
            _ => self.converts(function, source, arguments, frame),
        }
    }

    /// Any other function.
    pub(super) fn call(
        &mut self,
        function: Function,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
        out: &mut Vec<Item>,
    ) -> Evaluated<()> {
        use Function as F;
        match function {
            F::Where => self.filter(source, arguments, frame, out),
            F::Select => self.select(source, arguments, frame, out),
            F::Repeat => self.repeat(source, arguments, frame, out),
            F::Aggregate => self.aggregate(source, arguments, frame, out),
            F::Iif => self.iif(source, arguments, frame, out),
            F::Sort => self.sort(source, arguments, frame, out),
            F::First | F::Last | F::Tail | F::Skip | F::Take | F::Single => {
                self.subset(function, source, arguments, frame, out)
            }
            F::Intersect | F::Exclude | F::Combine | F::Union => self.combine(function, source, arguments, frame, out),
            F::Distinct => self.distinct(source, frame, out),
            F::Children | F::Descendants => self.tree(function, source, frame, out),
            F::Trace => self.collect(source, frame, out),
            F::Type => self.types(source, frame, out),
            F::Extension => self.extension(source, arguments, frame, out),
            F::Resolve => self.resolve(source, frame, out),
            F::ElementDefinition | F::Slice | F::CheckModifiers => Err(super::EvaluationError::Unsupported),
            F::ToChars | F::Split => self.pieces(function, source, arguments, frame, out),
            _ => {
                out.extend(self.call_one(function, source, arguments, frame)?);
                Ok(())
            }
        }
    }

    /// A function that gives one item at the most.
    pub(super) fn call_one(
        &mut self,
        function: Function,
        source: OpId,
        arguments: List,
        frame: &Frame<'_>,
    ) -> Evaluated<Option<Item>> {
        use Function as F;
        match function {
            F::Count => {
                let count = self.count(source, frame)?;
                Ok(Some(Item::Integer(i64::try_from(count).unwrap_or(i64::MAX))))
            }
            F::Now => Ok(Some(Item::Temporal(self.context.now))),
            F::Today | F::TimeOfDay => Ok(Some(self.clock(function))),
            F::GetValue => self.get_value(source, frame),
            F::Join => self.join(source, arguments, frame),
            F::Abs | F::Ceiling | F::Exp | F::Floor | F::Ln | F::Log | F::Power | F::Round | F::Sqrt | F::Truncate => {
                self.math(function, source, arguments, frame)
            }
            F::LowBoundary | F::HighBoundary | F::PrecisionOf => self.boundary(function, source, arguments, frame),
            F::ToBoolean
            | F::ToDate
            | F::ToDateTime
            | F::ToDecimal
            | F::ToInteger
            | F::ToQuantity
            | F::ToString
            | F::ToTime => self.convert(function, source, arguments, frame),
            _ => self.text_function(function, source, arguments, frame),
        }
    }
}
