//! Decimal numbers as they were written: FHIR gives precision a meaning, so no number passes through a float.

/// A decimal in FHIR's lexical form (R4, Datatypes, decimal): `4500`, `5.10`, `-0.5`, `1e3`; at most 18 digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Decimal {
    lexical: Box<str>,
}

impl Decimal {
    /// Reads a decimal; `None` where the text is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let end = Self::prefix(text)?;
        (end == text.len()).then(|| Self { lexical: text.into() })
    }

    /// How many bytes at the start of the text are a decimal.
    #[must_use]
    pub fn prefix(text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
        let start = usize::from(text.starts_with('-'));
        let whole = digits(start);
        if whole == 0 || (whole > 1 && bytes.get(start) == Some(&b'0')) {
            return None;
        }
        let mut end = start + whole;
        let mut significant = whole;
        if bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
            significant += digits(end + 1);
            end += 1 + digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end + 1 + sign);
            if exponent > 0 {
                end += 1 + sign + exponent;
            }
        }
        // Beyond what a double can hold, JSON's readers refuse a number or make infinity of it.
        let held = text.get(..end).and_then(|number| number.parse::<f64>().ok()).is_some_and(f64::is_finite);
        (significant <= 18 && held).then_some(end)
    }

    /// The number as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.lexical
    }

    /// The same number times a power of ten, exactly, keeping its digits: 45.0 × 10² is 4500; `None` for a number with an exponent.
    #[must_use]
    pub fn shift(&self, places: usize) -> Option<Self> {
        if self.lexical.contains(['e', 'E']) {
            return None;
        }
        let (sign, unsigned) = self.lexical.strip_prefix('-').map_or(("", &*self.lexical), |rest| ("-", rest));
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let moved: String = fraction.chars().chain(std::iter::repeat('0')).take(places).collect();
        let rest = fraction.get(places.min(fraction.len())..).unwrap_or_default();
        let digits = format!("{whole}{moved}");
        let digits = digits.trim_start_matches('0');
        let digits = if digits.is_empty() { "0" } else { digits };
        let point = if rest.is_empty() { "" } else { "." };
        Self::parse(&format!("{sign}{digits}{point}{rest}"))
    }

    /// The number for comparisons only; never for output.
    #[must_use]
    pub fn approximate(&self) -> f64 {
        self.lexical.parse().unwrap_or(f64::NAN)
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.lexical)
    }
}
