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
const BLANKS: [&str; 6] = ["NA", "N/A", "n/a", "NULL", "null", "NaN"];
/// Signs that may stand for nothing, for a negative result, or for one that is in doubt.
const MARKS: [&str; 3] = ["-", ".", "?"];

/// What stands in a column.
pub(super) struct Column {
    pub(super) name: String,
    /// How many cells say something.
    pub(super) filled: usize,
    /// Words and how often they stand there; `None` where there are too many or too long ones.
    pub(super) words: Option<BTreeMap<String, usize>>,
    /// Formats in which every cell is a date.
    pub(super) formats: Vec<&'static str>,
    /// Signs in it that may stand for nothing. What is said of its dates and numbers is said of the other cells.
    pub(super) marks: Vec<&'static str>,
    /// Whether every cell is a number.
    pub(super) is_number: bool,
    /// How its numbers are written.
    pub(super) signs: Signs,
    /// Whether every cell is a code of ICD-10 for a malignant tumour or one in situ.
    pub(super) is_cancer: bool,
    /// How many different words stand in it.
    pub(super) distinct: usize,
}

/// How numbers are written.
#[derive(Default)]
pub(super) struct Signs {
    /// Whether some have commas.
    pub(super) has_comma: bool,
    /// Whether some are numbers only where a comma stands before decimals.
    pub(super) is_comma: bool,
    /// Whether some are numbers only where a point does.
    pub(super) is_point: bool,
}

/// What stands in a table.
pub(super) struct Seen {
    pub(super) columns: Vec<Column>,
    pub(super) rows: usize,
    /// Words for nothing that stand in it.
    pub(super) blanks: Vec<&'static str>,
    /// Whether results are written as plus signs, so that other signs say something.
    pub(super) has_plus: bool,
}

/// Looks at a table.
pub(super) fn look(sheet: &Sheet) -> Seen {
    let formats: Vec<(&'static str, DateFormat)> =
        FORMATS.iter().filter_map(|text| Some((*text, DateFormat::parse(text)?))).collect();
    let mut columns: Vec<Column> = sheet.header.iter().map(|name| Column::new(name)).collect();
    let mut all: Vec<BTreeMap<String, usize>> = vec![BTreeMap::new(); columns.len()];
    let (mut rows, mut blanks, mut has_plus) = (0, Vec::new(), false);
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
            column.filled += 1;
            has_plus |= text.bytes().all(|byte| byte == b'+');
            match MARKS.iter().find(|mark| **mark == text) {
                Some(mark) if column.marks.contains(mark) => {}
                Some(mark) => column.marks.push(*mark),
                None => column.take(text, &formats),
            }
        }
    });
    for (column, words) in columns.iter_mut().zip(all) {
        column.distinct = words.len();
        let is_said = words.len() > column.marks.len();
        let is_few = !words.is_empty() && words.len() <= FEW && words.keys().all(|word| word.chars().count() <= SHORT);
        column.words = is_few.then_some(words);
        if !is_said {
            column.formats.clear();
            column.is_number = false;
            column.is_cancer = false;
        }
    }
    Seen { columns, rows, blanks, has_plus }
}

impl Column {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            filled: 0,
            words: None,
            formats: FORMATS.to_vec(),
            marks: Vec::new(),
            is_number: true,
            signs: Signs::default(),
            is_cancer: true,
            distinct: 0,
        }
    }

    fn take(&mut self, text: &str, formats: &[(&'static str, DateFormat)]) {
        let fits = |name: &str| formats.iter().any(|(text_of, format)| *text_of == name && format.read(text).is_some());
        self.formats.retain(|name| fits(name));
        let body = text.strip_prefix('-').unwrap_or(text);
        let (as_point, as_comma) = (is_number(body, ',', '.'), is_number(body, '.', ','));
        self.is_number &= as_point || as_comma;
        self.signs.has_comma |= body.contains(',');
        self.signs.is_comma |= !as_point && body.contains(',');
        self.signs.is_point |= !as_comma;
        self.is_cancer &= is_cancer(text);
    }

    /// Whether each cell says something else.
    pub(super) fn is_unique(&self) -> bool {
        self.distinct == self.filled
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

/// Whether a text is a number with this sign between thousands and that before decimals.
fn is_number(text: &str, thousands: char, decimals: char) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = text.split_once(decimals).map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut groups = whole.split(thousands);
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    is_digits(first)
        && (rest.is_empty() || first.len() <= 3)
        && rest.iter().all(|group| group.len() == 3 && is_digits(group))
        && fraction.is_none_or(is_digits)
}

/// Whether a word is a code of ICD-10 (and its national versions) from C00 to C97, or from D00 to D09.
fn is_cancer(word: &str) -> bool {
    let Some((head, tail)) = word.split_at_checked(3) else { return false };
    let number = head.get(1..).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let number = number.and_then(|digits| digits.parse::<u8>().ok());
    let is_in = match (head.get(..1), number) {
        (Some("C" | "c"), Some(number)) => number <= 97,
        (Some("D" | "d"), Some(number)) => number <= 9,
        _ => false,
    };
    is_in && tail.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-'))
}
