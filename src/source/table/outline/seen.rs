//! What stands in the columns of a table: dates and in which format, numbers, few words or many.

use std::collections::BTreeMap;

use super::super::super::delimited::Sheet;
use super::super::date_format::DateFormat;

/// How many rows are looked at.
const ROWS: usize = 10_000;
/// Up to how many different words make a column one of few words.
pub(super) const FEW: usize = 12;
/// How long a word may be that is one of few.
const SHORT: usize = 40;

/// The formats of dates that are looked for. Those that read the same digits in another order are both there.
pub(super) const FORMATS: [&str; 14] = [
    "YYYY-MM-DD",
    "DD.MM.YYYY",
    "D.M.YYYY",
    "DD/MM/YYYY",
    "D/M/YYYY",
    "MM/DD/YYYY",
    "M/D/YYYY",
    "DD-MM-YYYY",
    "MM-DD-YYYY",
    "YYYY/MM/DD",
    "YYYYMMDD",
    "D MMM YYYY",
    "D-MMM-YYYY",
    "YYYY-MM-DD HH:mm",
];

/// Words that programs write for nothing.
const BLANKS: [&str; 9] = ["NA", "N/A", "n/a", "NULL", "null", "NaN", "-", ".", "?"];

/// What stands in a column.
pub(super) struct Column {
    pub(super) name: String,
    /// How many cells say something.
    pub(super) filled: usize,
    /// Words and how often they stand there; `None` where there are too many or too long ones.
    pub(super) words: Option<BTreeMap<String, usize>>,
    /// Formats in which every cell is a date.
    pub(super) formats: Vec<&'static str>,
    /// Whether every cell is a number with a point, or with a comma.
    pub(super) is_number: bool,
    pub(super) has_comma: bool,
    /// Whether each cell says something else.
    pub(super) is_unique: bool,
}

/// What stands in a table.
pub(super) struct Seen {
    pub(super) columns: Vec<Column>,
    pub(super) rows: usize,
    /// Words for nothing that stand in it.
    pub(super) blanks: Vec<&'static str>,
}

/// Looks at a table.
pub(super) fn look(sheet: &Sheet) -> Seen {
    let formats: Vec<(&'static str, DateFormat)> =
        FORMATS.iter().filter_map(|text| Some((*text, DateFormat::parse(text)?))).collect();
    let mut columns: Vec<Column> = sheet.header.iter().map(|name| Column::new(name)).collect();
    let mut all: Vec<BTreeMap<String, usize>> = vec![BTreeMap::new(); columns.len()];
    let (mut rows, mut blanks) = (0, Vec::new());
    sheet.scan(|_, cells| {
        if rows >= ROWS {
            return;
        }
        rows += 1;
        for ((column, words), cell) in columns.iter_mut().zip(&mut all).zip(cells) {
            let text = cell.text.as_str();
            if let Some(blank) = BLANKS.iter().find(|blank| **blank == text) {
                if !blanks.contains(blank) {
                    blanks.push(*blank);
                }
                continue;
            }
            if text.is_empty() {
                continue;
            }
            *words.entry(text.to_owned()).or_default() += 1;
            column.take(text, &formats);
        }
    });
    for (column, words) in columns.iter_mut().zip(all) {
        column.is_unique = words.len() == column.filled;
        let is_few = !words.is_empty() && words.len() <= FEW && words.keys().all(|word| word.chars().count() <= SHORT);
        column.words = is_few.then_some(words);
        if column.filled == 0 {
            column.formats.clear();
            column.is_number = false;
        }
    }
    Seen { columns, rows, blanks }
}

impl Column {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            filled: 0,
            words: None,
            formats: FORMATS.to_vec(),
            is_number: true,
            has_comma: false,
            is_unique: false,
        }
    }

    fn take(&mut self, text: &str, formats: &[(&'static str, DateFormat)]) {
        self.filled += 1;
        let fits = |name: &str| formats.iter().any(|(text_of, format)| *text_of == name && format.read(text).is_some());
        self.formats.retain(|name| fits(name));
        let body = text.strip_prefix('-').unwrap_or(text);
        let is_number = body.starts_with(|c: char| c.is_ascii_digit())
            && body.ends_with(|c: char| c.is_ascii_digit())
            && body.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
        self.is_number &= is_number;
        self.has_comma |= is_number && body.contains(',');
    }

    /// The one format of its dates; `None` where it holds none, or where two formats read them differently.
    pub(super) fn format(&self) -> Option<&'static str> {
        let first = *self.formats.first()?;
        // A format with a digit less is the same, written shorter; day and month exchanged is another.
        let order = |format: &str| format.replace("DD", "D").replace("MM", "M");
        self.formats.iter().all(|format| order(format) == order(first)).then_some(first)
    }

    /// Whether it holds dates of which nobody can tell day from month.
    pub(super) fn is_ambiguous(&self) -> bool {
        !self.formats.is_empty() && self.format().is_none()
    }

    /// What is said of it, without any of its words.
    pub(super) fn told(&self) -> String {
        if self.filled == 0 {
            return "empty".to_owned();
        }
        let what = match (self.format(), &self.words) {
            (Some(format), _) => format!("dates, {format}"),
            (None, _) if self.is_ambiguous() => format!("dates, {}", self.formats.join(" or ")),
            (None, Some(words)) => format!("{} different words", words.len()).replace("1 different words", "one word"),
            (None, None) if self.is_number => "numbers".to_owned(),
            (None, None) => "words".to_owned(),
        };
        format!("{what}; {} filled", self.filled)
    }
}
