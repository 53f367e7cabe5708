//! The separator between cells and the quote around them: found out from the first rows, or given.
//!
//! The one is taken that cuts the most of the first rows into as many cells as the header has, and of those the one with most cells.
//! Quotes are doubled inside quotes (RFC 4180, section 2).

/// What stands between cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separator(u8);

impl Separator {
    /// A tab.
    pub const TAB: Self = Self(b'\t');
    /// A comma.
    pub const COMMA: Self = Self(b',');

    /// One of those that tables have: comma, semicolon, tab, bar, or another sign of one byte that is no letter, digit, quote or break.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        match text {
            "comma" => return Some(Self::COMMA),
            "semicolon" => return Some(Self(b';')),
            "tab" | "\\t" => return Some(Self::TAB),
            "bar" => return Some(Self(b'|')),
            _ => {}
        }
        let [byte] = text.as_bytes() else { return None };
        let fits = byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'"' | b'\r' | b'\n');
        fits.then_some(Self(*byte))
    }

    /// The byte.
    #[must_use]
    pub const fn byte(self) -> u8 {
        self.0
    }

    /// What people call it.
    #[must_use]
    pub fn name(self) -> String {
        match self.0 {
            b',' => "comma".to_owned(),
            b';' => "semicolon".to_owned(),
            b'\t' => "tab".to_owned(),
            b'|' => "bar".to_owned(),
            other => char::from(other).to_string(),
        }
    }
}

/// What stands around cells that hold separators or line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote(Option<u8>);

impl Quote {
    /// `"`, as RFC 4180 has it.
    pub const DOUBLE: Self = Self(Some(b'"'));

    /// `double`, `single`, `none`, or the sign itself.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        match text {
            "double" | "\"" => Some(Self::DOUBLE),
            "single" | "'" => Some(Self(Some(b'\''))),
            "none" => Some(Self(None)),
            _ => None,
        }
    }

    /// The byte; `None` where nothing is quoted.
    #[must_use]
    pub const fn byte(self) -> Option<u8> {
        self.0
    }

    /// A reader of cells between such separators and quotes.
    pub(super) fn reader(self, separator: Separator) -> csv_core::Reader {
        let mut builder = csv_core::ReaderBuilder::new();
        builder.delimiter(separator.byte()).quoting(self.0.is_some()).quote(self.0.unwrap_or(b'"')).build()
    }
}

/// The quote that a text has: single ones where its first line begins and ends with one, else double ones.
pub(super) fn quote(text: &str) -> Quote {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim();
    let is_single = first.len() > 1 && first.starts_with('\'') && first.ends_with('\'');
    if is_single { Quote(Some(b'\'')) } else { Quote::DOUBLE }
}

/// How many rows are looked at.
const ROWS: usize = 50;

/// The separator that a text surely or most likely has. A text of one column has none; a comma does no harm there.
pub(super) fn separator(text: &str, quote: Quote) -> Separator {
    let score = |candidate: u8| {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(candidate)
            .quoting(quote.byte().is_some())
            .quote(quote.byte().unwrap_or(b'"'))
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        let mut counts = Vec::new();
        while counts.len() < ROWS && reader.read_record(&mut record).unwrap_or(false) {
            counts.push(record.len());
        }
        let header = counts.first().copied().unwrap_or(0);
        let alike = counts.iter().filter(|count| **count == header).count();
        // A separator that is not in the header separates nothing.
        if header < 2 { (0, 0) } else { (alike * 1000 / counts.len().max(1), header) }
    };
    let candidates = [b',', b';', b'\t', b'|'];
    // Of equals the first is taken, so the order is that of custom.
    let best = candidates.into_iter().rev().max_by_key(|candidate| score(*candidate));
    Separator(best.unwrap_or(b','))
}
