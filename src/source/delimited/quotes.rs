//! Quotes that are not where they belong.
//!
//! What stands between quotes is one cell, line breaks and all (RFC 4180, section 2). A quote that is not closed therefore takes the rows
//! after it, those of other patients, into the text of its own; and where a later quote closes it, the number of cells may even be right.

/// What is wrong with a quote, and at which byte of the row it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stray {
    /// It is not closed.
    Open(usize),
    /// Something other than a separator or the end of the row stands after the quote that closes it.
    Within(usize),
    /// Lines between it and the quote that closes it look like rows.
    Rows(usize),
}

impl Stray {
    /// Where the quote opens.
    pub(super) fn at(self) -> usize {
        match self {
            Self::Open(at) | Self::Within(at) | Self::Rows(at) => at,
        }
    }
}

/// From so many columns on, a line with as many cells is a row and no prose with commas.
const COLUMNS: usize = 4;

/// Looks at the quotes of a row of a table with so many columns.
pub(super) fn stray(row: &str, separator: u8, quote: u8, columns: usize) -> Option<Stray> {
    let bytes = row.as_bytes();
    let (mut at, mut is_start) = (0, true);
    while let Some(byte) = bytes.get(at) {
        if !is_start || *byte != quote {
            is_start = *byte == separator;
            at += 1;
            continue;
        }
        let open = at;
        at += 1;
        loop {
            match (bytes.get(at), bytes.get(at + 1)) {
                (Some(one), Some(other)) if *one == quote && *other == quote => at += 2,
                (Some(one), next) if *one == quote => {
                    at += 1;
                    let is_end = next.is_none_or(|next| *next == separator);
                    if !is_end {
                        return Some(Stray::Within(open));
                    }
                    break;
                }
                (Some(_), _) => at += 1,
                (None, _) => return Some(Stray::Open(open)),
            }
        }
        let inside = row.get(open + 1..at - 1).unwrap_or_default();
        let is_row = |line: &str| line.bytes().filter(|byte| *byte == separator).count() + 1 == columns;
        if columns >= COLUMNS && inside.lines().skip(1).any(is_row) {
            return Some(Stray::Rows(open));
        }
        is_start = false;
    }
    None
}
