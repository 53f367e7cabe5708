//! Handles: how a lexical form survives a typed model that cannot carry it.
//!
//! fhir-sdk holds a FHIR decimal as an `f64` and an instant as a point in time, so `5.10` would leave as `5.1` and
//! `10:00:00+00:00` as `10:00:00Z`. A mapper therefore does not put the number into the typed value but the number
//! of a row of [`Lexicals`]: for a decimal the payload of a quiet NaN (no FHIR decimal is a NaN), for a date and
//! time a nanosecond of the year 1 (no case is that old). [`super::to_document`] puts the characters back.
//! Rust moves an `f64` without touching its bits; only arithmetic may change a payload, and nobody calculates here.

/// The lexical forms that one bundle's typed values point to.
#[derive(Clone, Debug, Default)]
pub struct Lexicals {
    rows: Vec<Box<str>>,
}

/// A quiet NaN whose payload, the low 32 bits, is a row number. The pattern above the payload tells ours from others.
const NAN: u64 = 0x7FF8_CA5E_0000_0000;
const PATTERN: u64 = 0xFFFF_FFFF_0000_0000;

/// How the typed model writes a date and time of the year 1 that carries a row number.
const TIME: &str = "0001-01-01T00:00:0";

impl Lexicals {
    /// Keeps a decimal's characters and gives the value that stands for them in the typed model.
    pub fn decimal(&mut self, lexical: &str) -> f64 {
        let row = self.add(lexical);
        f64::from_bits(NAN | u64::from(row))
    }

    /// Keeps a date and time's characters (none at all for a member that is to be left out) and gives the second and nanosecond of the year 1 that stand for them.
    pub fn date_time(&mut self, lexical: &str) -> (u8, u32) {
        let row = self.add(lexical);
        // Nanosecond 0 would be written without a fraction, so rows start at 1; 9 seconds hold nine thousand million.
        let row = row + 1;
        (u8::try_from(row / 1_000_000_000).unwrap_or(9), row % 1_000_000_000)
    }

    /// The characters behind a value of [`Lexicals::decimal`]; `None` for any other number.
    #[must_use]
    pub fn resolve_decimal(&self, value: f64) -> Option<&str> {
        let bits = value.to_bits();
        if bits & PATTERN != NAN {
            return None;
        }
        self.rows.get(usize::try_from(bits & !PATTERN).ok()?).map(AsRef::as_ref)
    }

    /// The characters behind a written date and time of [`Lexicals::date_time`]; `None` for any other string.
    #[must_use]
    pub fn resolve_date_time(&self, written: &str) -> Option<&str> {
        let rest = written.strip_prefix(TIME)?.strip_suffix('Z')?;
        let (seconds, fraction) = rest.split_once('.')?;
        if fraction.len() > 9 {
            return None;
        }
        let nanoseconds: u64 = format!("{fraction:0<9}").parse().ok()?;
        let row = seconds.parse::<u64>().ok()? * 1_000_000_000 + nanoseconds;
        self.rows.get(usize::try_from(row.checked_sub(1)?).ok()?).map(AsRef::as_ref)
    }

    fn add(&mut self, lexical: &str) -> u32 {
        let row = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        self.rows.push(lexical.into());
        row
    }
}
