//! Least and greatest values: numbers by their digits, dates and times as FHIRPath compares them, quantities of one unit.

use std::cmp::Ordering;

use super::super::plan::Value;
use crate::fhirpath::Temporal;
use crate::instance::{Document, Kind, NodeId};

/// How a value stands to one of a definition; `None` where the two cannot be compared.
pub(crate) fn compare(
    document: &Document,
    node: NodeId,
    value: &Value,
    now: Temporal,
    is_least: bool,
) -> Option<Ordering> {
    let (want, root) = (&value.document, NodeId::ROOT);
    match (document.kind(node), want.kind(root)) {
        (Kind::Number, Kind::Number) => decimal(document.text(node), want.text(root)),
        // A date against a duration: so far from now (FHIR R4, ElementDefinition.minValue[x]).
        (Kind::String, Kind::Object) => {
            let member = |name: &str| want.node_ref(root).get(name).map(|node| node.text());
            // The least is so far back, the greatest so far ahead.
            let amount: i64 = member("value")?.parse().ok()?;
            let limit = from_now(if is_least { amount.checked_neg()? } else { amount }, member("code")?, now)?;
            moments(document.text(node), limit)
        }
        (Kind::String, Kind::String) => moments(document.text(node), read(want.text(root))?),
        (Kind::Object, Kind::Object) => {
            let text = |document: &Document, node: NodeId, name: &str| {
                let found = document.node_ref(node).get(name)?;
                Some(found.text().to_owned())
            };
            let ours = (text(document, node, "value")?, text(document, node, "code"));
            let theirs = (text(want, root, "value")?, text(want, root, "code"));
            match (&ours.1, &theirs.1) {
                (Some(own), Some(other)) if own != other => {
                    let own = octofhir_ucum::convert(ours.0.parse().ok()?, own, other).ok()?;
                    own.partial_cmp(&theirs.0.parse::<f64>().ok()?)
                }
                _ => decimal(&ours.0, &theirs.0),
            }
        }
        _ => None,
    }
}

/// The moment that is this far from now.
fn from_now(amount: i64, unit: &str, now: Temporal) -> Option<Temporal> {
    let seconds = |each: i64| now.at_seconds(now.seconds().checked_add(amount.checked_mul(each)?)?);
    match unit {
        "a" => Some(Temporal { year: now.year.checked_add(i16::try_from(amount).ok()?)?, ..now }),
        "mo" => {
            let months = (i64::from(now.year) * 12 + i64::from(now.month) - 1).checked_add(amount)?;
            let year = i16::try_from(months.div_euclid(12)).ok()?;
            Some(Temporal { year, month: u8::try_from(months.rem_euclid(12) + 1).ok()?, ..now })
        }
        "wk" => seconds(7 * 86_400),
        "d" => seconds(86_400),
        "h" => seconds(3_600),
        "min" => seconds(60),
        _ => None,
    }
}

/// Dates and times: compared as far as both say and by their time zones; a longer one is neither less nor more than its own beginning,
/// and what a missing time zone leaves open is left open.
fn moments(own: &str, other: Temporal) -> Option<Ordering> {
    read(own)?.compare(other).ok()?
}

fn read(text: &str) -> Option<Temporal> {
    Temporal::date_time(text).or_else(|| Temporal::time(text))
}

/// Two numbers by their digits: JSON's numbers may have more than a float holds.
pub(crate) fn decimal(own: &str, other: &str) -> Option<Ordering> {
    let (own, other) = (Mantissa::of(own)?, Mantissa::of(other)?);
    Some(match (own.is_zero(), other.is_zero()) {
        (true, true) => Ordering::Equal,
        (true, false) => {
            if other.negative {
                Ordering::Greater
            } else {
                Ordering::Less
            }
        }
        (false, true) => {
            if own.negative {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (false, false) if own.negative != other.negative => {
            if own.negative {
                Ordering::Less
            } else {
                Ordering::Greater
            }
        }
        (false, false) => {
            let order = own.magnitude(&other);
            if own.negative { order.reverse() } else { order }
        }
    })
}

/// A number's digits without leading and trailing zeros, and where its point stands.
struct Mantissa {
    negative: bool,
    digits: Vec<u8>,
    /// The power of ten of the first digit.
    exponent: i64,
}

impl Mantissa {
    fn of(text: &str) -> Option<Self> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let power: i64 = power.trim_start_matches('+').parse().ok()?;
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        if all.is_empty() || !all.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let leading = all.iter().take_while(|digit| **digit == b'0').count();
        let mut digits: Vec<u8> = all.into_iter().skip(leading).collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let exponent =
            i64::try_from(whole.len()).ok()?.checked_sub(i64::try_from(leading).ok()?)?.checked_add(power)?;
        Some(Self { negative, digits, exponent })
    }

    fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits))
    }
}
