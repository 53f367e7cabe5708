//! The code of a laboratory test by its name and the unit of its result.
//!
//! LOINC has a code for each kind of property: haemoglobin in g/L is another code than haemoglobin in mmol/L. Lexicon
//! phrases say which by a word in brackets (`creatinine [moles]`); a code whose own name speaks of another property than the
//! result has is not taken.

use super::context::MapContext;
use crate::case::{Concept, Value};
use crate::fhir::Built;
use crate::fhir::types::CodeableConcept;
use crate::terminology::{Domain, systems, ucum};

/// What kind of property a result has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dimension {
    /// Mass in a volume.
    Mass,
    /// Amount of substance in a volume.
    Moles,
    /// Arbitrary units or enzyme activity in a volume.
    Units,
    /// A share, in per cent.
    Percent,
    /// A number in a volume.
    Count,
    /// A number without a unit.
    Bare,
    /// Words.
    Words,
    /// Anything else: per day, per gram, a length.
    Other,
}

impl Dimension {
    fn of(value: &Value) -> Self {
        let Value::Quantity(quantity) = value else { return Self::Words };
        let Some(unit) = &quantity.unit else { return Self::Bare };
        let Some(code) = ucum::code(unit) else { return Self::Other };
        if code == "%" {
            return Self::Percent;
        }
        let Some((amount, volume)) = code.rsplit_once('/') else { return Self::Other };
        if !matches!(volume, "L" | "dL" | "mL" | "uL" | "nL" | "mm3" | "l" | "dl" | "ml" | "ul") {
            return Self::Other;
        }
        let ends = |endings: &[&str]| endings.iter().any(|ending| amount.ends_with(ending));
        if ends(&["mol"]) {
            Self::Moles
        } else if ends(&["[IU]", "U"]) {
            Self::Units
        } else if amount.is_empty() || amount.starts_with("10*") || amount.starts_with('{') {
            Self::Count
        } else if matches!(amount, "g" | "mg" | "ug" | "ng" | "pg" | "kg") {
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
            Self::Words => &[" [presence]"],
            Self::Bare | Self::Other => &[],
        }
    }

    /// Whether a LOINC code of this name can have a result of this dimension.
    fn fits(self, display: &str) -> bool {
        let property =
            display.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or("", |(property, _)| property);
        match property {
            "Mass/volume" => matches!(self, Self::Mass | Self::Bare),
            "Moles/volume" => matches!(self, Self::Moles | Self::Bare),
            "Units/volume" | "Enzymatic activity/volume" => matches!(self, Self::Units | Self::Bare),
            "#/volume" => matches!(self, Self::Count | Self::Bare),
            "Volume Fraction" => matches!(self, Self::Percent | Self::Bare),
            "Presence" | "Interpretation" | "Identifier" => self == Self::Words,
            "" if display.contains("/100 ") || display.contains('/') => matches!(self, Self::Percent | Self::Bare),
            "" => true,
            _ => self != Self::Words,
        }
    }
}

/// Whether a code's name speaks of another system than the specimen: "in Serum or Plasma" for pleural fluid.
fn is_of_other_system(display: &str, specimen: Option<&str>) -> bool {
    let Some(specimen) = specimen.map(str::to_lowercase) else { return false };
    let bloody = ["blood", "serum", "plasma"].iter().any(|word| specimen.contains(word));
    let of_blood = ["in Serum", "in Blood", "in Plasma", "in Capillary", "in Venous", "in Arterial"];
    !bloody && of_blood.iter().any(|words| display.contains(words))
}

/// The code of a test, and whether it is one for a result such as this. Codes that the case gives itself are always kept.
pub(super) fn test_code(
    cx: &mut MapContext<'_>,
    domains: &[Domain],
    test: &Concept,
    result: Option<&Value>,
    specimen: Option<&str>,
) -> Built<(CodeableConcept, bool)> {
    let Some(text) = &test.text else { return Ok((cx.codeable(domains, test)?, true)) };
    let dimension = result.map(Dimension::of);
    let suffixes = dimension.map_or(&[][..], |dimension| dimension.suffixes());
    let suffixed = suffixes.iter().map(|suffix| format!("{text}{suffix}"));
    for phrase in suffixed.chain(Some(text.clone())) {
        let named = Concept { text: Some(phrase), ..test.clone() };
        let codings = cx.codings(domains, &named);
        let given = |system: &str| test.codings.iter().any(|coding| coding.system == system);
        let fits =
            codings.iter().filter(|coding| !given(&coding.system) && coding.system == systems::LOINC).all(|coding| {
                let display = coding.display.as_deref().unwrap_or_default();
                dimension.is_none_or(|dimension| dimension.fits(display)) && !is_of_other_system(display, specimen)
            });
        if fits && !codings.is_empty() {
            let mut typed = cx.codeable(domains, &named)?;
            typed.text.clone_from(&test.text);
            return Ok((typed, true));
        }
    }
    // Some code of that name may exist, and it is for another kind of result or specimen; the caller may have a use for it.
    let typed = cx.quietly(domains, test)?;
    Ok((typed, false))
}
