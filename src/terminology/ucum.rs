//! Units: how clinics write them, and what UCUM calls them.
//!
//! A unit is first looked up among the usual spellings, then checked against UCUM's grammar by octofhir-ucum. A few
//! spellings are good UCUM and mean something else in the clinic; they get no code: kelvin per microlitre is no platelet count.

/// What UCUM calls a unit as it was written: its code; `None` where it is unknown or means something else.
#[must_use]
pub fn code(written: &str) -> Option<String> {
    let unit = written.trim();
    if let Some((_, code)) = SPELLINGS.iter().find(|(spelling, _)| *spelling == unit) {
        return Some((*code).to_owned());
    }
    if COMMON.contains(&unit) {
        return Some(unit.to_owned());
    }
    let parts = unit.split(|c: char| !c.is_ascii_alphabetic());
    let number = unit.starts_with(|c: char| c.is_ascii_digit()) && !unit.starts_with("10*") && !unit.starts_with("10^");
    if MISLEADING.contains(&unit) || number || parts.into_iter().any(|part| GIANT.contains(&part)) {
        return None;
    }
    // UCUM is ASCII; the check is the library's.
    let sound = unit.is_ascii() && !unit.contains(' ') && octofhir_ucum::validate(unit).is_ok();
    sound.then(|| unit.to_owned())
}

/// Whether a code is UCUM.
pub(super) fn is_unit(code: &str) -> bool {
    COMMON.contains(&code) || (code.is_ascii() && !code.contains(' ') && octofhir_ucum::validate(code).is_ok())
}

/// Units that need no grammar: UCUM codes of everyday use.
const COMMON: &[&str] = &[
    "%",
    "1",
    "/min",
    "10*3/uL",
    "10*6/uL",
    "10*9/L",
    "10*12/L",
    "Cel",
    "Ci",
    "GBq",
    "Gy",
    "MBq",
    "MeV",
    "MV",
    "U/L",
    "[degF]",
    "[IU]",
    "[IU]/L",
    "[IU]/mL",
    "[in_i]",
    "[lb_av]",
    "a",
    "cGy",
    "cm",
    "cm2",
    "d",
    "dL",
    "fL",
    "g",
    "g/L",
    "g/dL",
    "h",
    "kBq",
    "kPa",
    "kg",
    "kg/m2",
    "kU/L",
    "m",
    "m2",
    "mCi",
    "mL",
    "mL/d",
    "mL/min",
    "mg",
    "mg/L",
    "mg/d",
    "mg/dL",
    "mg/kg",
    "mg/m2",
    "min",
    "mm",
    "mm[Hg]",
    "mm/h",
    "mmol/L",
    "mo",
    "ng/dL",
    "ng/L",
    "ng/mL",
    "nmol/L",
    "pg",
    "pg/mL",
    "pmol/L",
    "s",
    "u[IU]/mL",
    "m[IU]/L",
    "ug",
    "ug/L",
    "ug/dL",
    "umol/L",
    "wk",
    "{score}",
    "L",
    "L/min",
    "mmol/mol",
    "mU/L",
    "{copies}/mL",
    "/uL",
    "/L",
    "{fraction}",
];

/// How clinics write them.
const SPELLINGS: &[(&str, &str)] = &[
    ("years", "a"),
    ("year", "a"),
    ("yrs", "a"),
    ("yr", "a"),
    ("y", "a"),
    ("months", "mo"),
    ("month", "mo"),
    ("weeks", "wk"),
    ("week", "wk"),
    ("days", "d"),
    ("day", "d"),
    ("hours", "h"),
    ("hour", "h"),
    ("minutes", "min"),
    ("seconds", "s"),
    ("percent", "%"),
    ("mcg", "ug"),
    ("µg", "ug"),
    ("μg", "ug"),
    ("mcg/L", "ug/L"),
    ("µg/L", "ug/L"),
    ("μg/L", "ug/L"),
    ("µg/dL", "ug/dL"),
    ("μg/dL", "ug/dL"),
    ("µmol/L", "umol/L"),
    ("μmol/L", "umol/L"),
    ("mL/day", "mL/d"),
    ("ml/day", "mL/d"),
    ("ml per day", "mL/d"),
    ("mL per day", "mL/d"),
    ("mg/m²", "mg/m2"),
    ("mg/m^2", "mg/m2"),
    ("kg/m²", "kg/m2"),
    ("kg/m^2", "kg/m2"),
    ("m²", "m2"),
    ("cm²", "cm2"),
    ("mmHg", "mm[Hg]"),
    ("mm Hg", "mm[Hg]"),
    ("°C", "Cel"),
    ("°F", "[degF]"),
    ("bpm", "/min"),
    ("beats/min", "/min"),
    ("breaths/min", "/min"),
    ("IU", "[IU]"),
    ("IU/L", "[IU]/L"),
    ("IU/mL", "[IU]/mL"),
    ("mIU/L", "m[IU]/L"),
    ("mIU/mL", "m[IU]/mL"),
    ("µIU/mL", "u[IU]/mL"),
    ("μIU/mL", "u[IU]/mL"),
    ("uIU/mL", "u[IU]/mL"),
    ("U/l", "U/L"),
    ("x10^9/L", "10*9/L"),
    ("×10^9/L", "10*9/L"),
    ("10^9/L", "10*9/L"),
    ("x10^12/L", "10*12/L"),
    ("×10^12/L", "10*12/L"),
    ("10^12/L", "10*12/L"),
    ("10^3/uL", "10*3/uL"),
    ("10^3/µL", "10*3/uL"),
    ("x10^3/uL", "10*3/uL"),
    ("10^6/uL", "10*6/uL"),
    ("/µL", "/uL"),
    ("mEq/L", "meq/L"),
    ("mcg/mL", "ug/mL"),
    ("µg/mL", "ug/mL"),
    ("μg/mL", "ug/mL"),
    ("cells/uL", "{cells}/uL"),
    ("cells/µL", "{cells}/uL"),
    ("x10^3/µL", "10*3/uL"),
    ("x10^6/uL", "10*6/uL"),
    ("sec", "s"),
    ("lb", "[lb_av]"),
    ("lbs", "[lb_av]"),
    ("in", "[in_i]"),
    ("inches", "[in_i]"),
    ("score", "{score}"),
    ("fractions", "{fraction}"),
];

/// Megagrams and gigametres: a slip of the shift key for what was meant, a million times as much in UCUM.
const GIANT: &[&str] = &["Mg", "ML", "Gm", "Mm", "Mmol", "Gg", "GL", "Mmm", "Meq"];

/// Good UCUM with another meaning than the clinic's: atomic mass units, kelvin, megalitres of nothing, coulomb, farad, gauss.
const MISLEADING: &[&str] = &[
    "u", "u/l", "u/L", "u/ml", "u/mL", "K", "K/uL", "K/ul", "K/mcL", "M/uL", "C", "F", "G", "H", "T", "P", "B", "N",
    "J", "S", "A", "V", "ft", "yd", "pt", "pH", "st", "ph", "cd", "gr", "hd", "dd", "PH", "pT", "Ph",
];
