//! The code of a laboratory test by its name and the unit of its result.
//!
//! LOINC has a code for each kind of property: haemoglobin in g/L is another code than haemoglobin in mmol/L. Lexicon
//! phrases say which by a word in brackets (`creatinine [moles]`); a code whose own name speaks of another property than the
//! result has is not taken.

use super::context::MapContext;
use crate::case::{Concept, Quantity};
use crate::fhir::Built;
use crate::fhir::types::CodeableConcept;
use crate::terminology::{Domain, systems, ucum};

/// What kind of property a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dimension {
    Mass,
    Moles,
    Units,
    Percent,
    Count,
    Other,
}

impl Dimension {
    fn of(unit: Option<&str>) -> Self {
        let Some(code) = unit.and_then(ucum::code) else { return Self::Other };
        let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| code.starts_with(prefix));
        if code.contains("mol") {
            Self::Moles
        } else if code.starts_with('%') {
            Self::Percent
        } else if begins(&["[IU]", "m[IU]", "u[IU]", "k[IU]", "U/", "mU/", "kU/", "[arb'U]"]) {
            Self::Units
        } else if begins(&["10*", "/", "{"]) {
            Self::Count
        } else if begins(&["g/", "mg/", "ug/", "ng/", "pg/", "kg/"]) {
            Self::Mass
        } else {
            Self::Other
        }
    }

    /// The words in brackets that lexicon phrases use for it.
    const fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Mass => &[" [mass]"],
            Self::Moles => &[" [moles]"],
            Self::Units => &[" [units]"],
            Self::Percent => &[" [percent]", " percentage"],
            Self::Count => &[" [absolute]"],
            Self::Other => &[],
        }
    }

    /// Whether a LOINC code of this name can have a result of this dimension.
    fn fits(self, display: &str) -> bool {
        let property =
            display.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or("", |(property, _)| property);
        match property {
            "Mass/volume" => matches!(self, Self::Mass | Self::Other),
            "Moles/volume" => matches!(self, Self::Moles | Self::Other),
            "Units/volume" | "Enzymatic activity/volume" => matches!(self, Self::Units | Self::Other),
            "#/volume" => matches!(self, Self::Count | Self::Other),
            "Volume Fraction" => matches!(self, Self::Percent | Self::Other),
            "Presence" | "Interpretation" | "Identifier" => false,
            _ => true,
        }
    }
}

/// The code of a test, and whether it is one for a number such as the result's.
pub(super) fn test_code(
    cx: &mut MapContext<'_>,
    domains: &[Domain],
    test: &Concept,
    result: Option<&Quantity>,
) -> Built<(CodeableConcept, bool)> {
    let (Some(result), Some(text)) = (result, &test.text) else { return Ok((cx.codeable(domains, test)?, true)) };
    let dimension = Dimension::of(result.unit.as_deref());
    let suffixed = dimension.suffixes().iter().map(|suffix| format!("{text}{suffix}"));
    for phrase in suffixed.chain(Some(text.clone())) {
        let named = Concept { text: Some(phrase), ..test.clone() };
        let codings = cx.codings(domains, &named);
        let given = |system: &str| test.codings.iter().any(|coding| coding.system == system);
        let fits = codings.iter().all(|coding| {
            given(&coding.system)
                || coding.system != systems::LOINC
                || coding.display.as_deref().is_none_or(|display| dimension.fits(display))
        });
        if fits && !codings.is_empty() {
            let mut typed = cx.codeable(domains, &named)?;
            typed.text.clone_from(&test.text);
            return Ok((typed, true));
        }
    }
    // Some code of that name exists, and it is for another kind of result; the caller may have one for it.
    Ok((cx.codeable(domains, test)?, false))
}
