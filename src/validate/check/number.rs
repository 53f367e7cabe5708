//! Numbers of FHIR's types: JSON has fewer rules for them than FHIR (FHIR R4, Datatypes, decimal, integer and its kin).

use super::primitive::{PrimitiveFault, Verdict, Version};

static NO_INTEGER: PrimitiveFault =
    PrimitiveFault::form("this is no whole number", "write digits only, without fraction or exponent");
static NEGATIVE_ZERO: PrimitiveFault = PrimitiveFault::form("a zero with a minus sign", "write `0`");
static BEYOND_32: PrimitiveFault = PrimitiveFault::range(
    "a whole number beyond 32 bits",
    "integers of FHIR lie between -2147483648 and 2147483647; use a decimal or a string for more",
);
static BEYOND_64: PrimitiveFault = PrimitiveFault::range(
    "a whole number beyond 64 bits",
    "an integer64 lies between -9223372036854775808 and 9223372036854775807",
);
static BELOW_0: PrimitiveFault = PrimitiveFault::range("an unsignedInt is 0 or more", "write 0 or a greater number");
static BELOW_1: PrimitiveFault = PrimitiveFault::range("a positiveInt is 1 or more", "write 1 or a greater number");
static NO_DECIMAL: PrimitiveFault = PrimitiveFault::form(
    "this is no decimal",
    "write it as `12`, `-0.50` or `1.2e-3`, without leading zeros or plus sign",
);
static ZERO_EXPONENT: PrimitiveFault =
    PrimitiveFault::form("a zero with an exponent, which readers of FHIR refuse", "write `0`");
static MANY_DIGITS: PrimitiveFault = PrimitiveFault {
    code: crate::issue::Code::PrimitiveRange,
    ..PrimitiveFault::form(
        "a decimal with more digits than software commonly keeps",
        "write at most 18 digits and an exponent of at most four",
    )
    .warning()
};

/// The digits of a whole number without its sign; `None` where anything else stands there.
fn digits(text: &str) -> Option<&[u8]> {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let sound = match digits {
        [] => false,
        [_] => true,
        // Leading zeros are no JSON either; they are looked at for numbers that come as strings.
        [first, ..] => *first != b'0',
    };
    (sound && digits.iter().all(u8::is_ascii_digit)).then_some(digits)
}

fn parsed<T: std::str::FromStr>(text: &str, beyond: &'static PrimitiveFault) -> Result<T, &'static PrimitiveFault> {
    if digits(text).is_none() {
        return Err(&NO_INTEGER);
    }
    text.parse().map_err(|_| beyond)
}

pub(super) fn integer(text: &str, version: Version) -> Verdict {
    parsed::<i32>(text, &BEYOND_32)?;
    // R4 has `-0`, R5 has not.
    if version == Version::R5 && text == "-0" { Err(&NEGATIVE_ZERO) } else { Ok(()) }
}

pub(super) fn integer64(text: &str) -> Verdict {
    parsed::<i64>(text.strip_prefix('+').filter(|rest| !rest.starts_with(['-', '0'])).unwrap_or(text), &BEYOND_64)?;
    if text == "-0" { Err(&NEGATIVE_ZERO) } else { Ok(()) }
}

pub(super) fn unsigned(text: &str) -> Verdict {
    match parsed::<i32>(text, &BEYOND_32)? {
        ..0 => Err(&BELOW_0),
        0 if text != "0" => Err(&NEGATIVE_ZERO),
        0.. => Ok(()),
    }
}

pub(super) fn positive(text: &str) -> Verdict {
    match parsed::<i32>(text, &BEYOND_32)? {
        ..1 => Err(&BELOW_1),
        1.. => Ok(()),
    }
}

/// How many digits stand at the start.
fn run(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

pub(super) fn decimal(text: &str, version: Version) -> Verdict {
    let bytes = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let whole = run(bytes);
    if whole == 0 || (whole > 1 && bytes.first() == Some(&b'0')) {
        return Err(&NO_DECIMAL);
    }
    let rest = bytes.get(whole..).unwrap_or_default();
    let (fraction, rest) = match rest.split_first() {
        Some((b'.', rest)) => {
            let fraction = run(rest);
            if fraction == 0 {
                return Err(&NO_DECIMAL);
            }
            (fraction, rest.get(fraction..).unwrap_or_default())
        }
        _ => (0, rest),
    };
    let exponent = match rest.split_first() {
        None => 0,
        Some((b'e' | b'E', rest)) => {
            let power = rest.strip_prefix(b"+").or_else(|| rest.strip_prefix(b"-")).unwrap_or(rest);
            let exponent = run(power);
            // R5 has no leading zeros in exponents.
            let zeros = version == Version::R5 && rest != b"0" && power.first() == Some(&b'0');
            if exponent == 0 || exponent != power.len() || zeros {
                return Err(&NO_DECIMAL);
            }
            exponent
        }
        Some(_) => return Err(&NO_DECIMAL),
    };
    if exponent > 0 && fraction == 0 && bytes.first() == Some(&b'0') {
        return Err(&ZERO_EXPONENT);
    }
    if version == Version::R5 && (whole > 18 || fraction > 17 || exponent > 10) {
        return Err(&NO_DECIMAL);
    }
    if whole + fraction > 18 || exponent > 4 { Err(&MANY_DIGITS) } else { Ok(()) }
}
