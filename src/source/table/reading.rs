//! How a table writes things: its dates, numbers and blanks, and what in it is not wanted.

use crate::case::{Date, When};
use crate::issue::{Code, Issue, Issues, Span};

use super::super::delimited::Reading;
use super::date_format::{DateFormat, Written};

/// How a table writes things.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) reading: Reading,
    /// Whether a comma stands before decimals.
    pub(super) has_decimal_comma: bool,
    pub(super) dates: Vec<DateFormat>,
    /// The zone of times: `+01:00`, `Z`.
    pub(super) zone: Option<String>,
    /// Words that stand for nothing.
    pub(super) blank: Vec<String>,
    pub(super) ignore: Vec<Ignored>,
}

/// A column that is not wanted, or words in it that say nothing.
#[derive(Clone, Debug)]
pub(super) struct Ignored {
    /// The name, in which `*` stands for anything.
    pub(super) column: String,
    /// Of which words this holds; of all where none are given.
    pub(super) words: Vec<String>,
}

impl Ignored {
    /// Whether it is about a column.
    pub(super) fn is_about(&self, column: &str) -> bool {
        matches(&self.column, column)
    }
}

/// A date as it is handed on.
pub(super) struct Dated {
    pub(super) text: String,
    /// Whether all that the cell says is in it.
    pub(super) is_whole: bool,
}

impl Table {
    /// Whether a cell says nothing.
    pub(super) fn is_blank(&self, text: &str) -> bool {
        text.is_empty() || self.blank.iter().any(|word| word == text)
    }

    /// Whether a cell is not wanted.
    pub(super) fn ignores(&self, column: &str, text: &str) -> bool {
        let is_it = |ignored: &Ignored| {
            ignored.is_about(column) && (ignored.words.is_empty() || ignored.words.iter().any(|word| word == text))
        };
        self.ignore.iter().any(is_it)
    }

    /// A date in FHIR's form, by these formats or the table's. What is no date goes on as it is where it begins with a letter (a beginning
    /// may be told in words); else it is a fault.
    pub(super) fn date(&self, text: &str, own: &[DateFormat], span: Span, issues: &mut Issues) -> Option<Dated> {
        let whole = |text: String| Some(Dated { text, is_whole: true });
        let formats = if own.is_empty() { &self.dates } else { own };
        let mut found: Vec<Written> = formats.iter().filter_map(|format| format.read(text)).collect();
        found.dedup();
        if found.len() > 1 {
            let message = "two formats read this as different dates";
            issues.add(Issue::new(Code::BadDate, message).at(span).help("give the one format that the table has"));
            return None;
        }
        // Where the table has the day before the month, what looks like a date of ISO 8601 is none.
        let is_iso = !formats.iter().any(DateFormat::is_against_iso);
        if found.is_empty()
            && (is_iso || text.len() < 8)
            && (Date::parse(text).is_some() || When::parse(text).is_some())
        {
            return whole(text.to_owned());
        }
        let iso = || is_iso.then(|| DateFormat::iso_times().iter().find_map(|format| format.read(text))).flatten();
        match found.pop().or_else(iso) {
            Some(Written { date, time: None, has_lost_time }) => Some(Dated { text: date, is_whole: !has_lost_time }),
            // Midnight is what programs write for no time at all.
            Some(Written { date, time: Some(time), .. }) if time == "00:00:00" => whole(date),
            Some(Written { date, time: Some(time), .. }) => match &self.zone {
                Some(zone) => whole(format!("{date}T{time}{zone}")),
                // FHIR takes no time without its zone.
                None => Some(Dated { text: date, is_whole: false }),
            },
            None if text.starts_with(char::is_alphabetic) => whole(text.to_owned()),
            // An age, which some fields take.
            None if text.ends_with(char::is_alphabetic) => whole(text.to_owned()),
            None => {
                let help = match formats.is_empty() {
                    true => "give the format of the table's dates: `dates: DD.MM.YYYY` in the mapping",
                    false => "correct it, or add its format to `dates` in the mapping",
                };
                issues
                    .add(Issue::new(Code::BadDate, "this is no date in the formats of the table").at(span).help(help));
                None
            }
        }
    }

    /// An amount with a point before its decimals. Only the number or numbers at its beginning are written anew; words and units stay as
    /// they are. Where a comma stands before decimals, a point that ends no thousands is a fault: nobody knows what it is there.
    pub(super) fn number(&self, text: &str, span: Span, issues: &mut Issues) -> Option<String> {
        let text = text.replace('\u{2212}', "-");
        if !self.has_decimal_comma {
            return Some(text);
        }
        let Some(start) = text.find(|c: char| c.is_ascii_digit()) else { return Some(text) };
        let (lead, rest) = text.split_at(start);
        if lead.chars().any(char::is_alphabetic) && !["ca. ", "about ", "approx. "].contains(&lead) {
            return Some(text);
        }
        let cut =
            |text: &str| text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(text.len());
        let (first, after) = rest.split_at(cut(rest));
        // A date is no number, and stays the words that it is.
        if first.split('.').count() == 3 && first.rsplit('.').next().is_some_and(|year| year.len() == 4) {
            return Some(text);
        }
        let (second, unit) = match after.trim_start().strip_prefix(['-', '–']).map(str::trim_start) {
            Some(high) if high.starts_with(|c: char| c.is_ascii_digit()) => high.split_at(cut(high)),
            _ => ("", after),
        };
        let mut result = format!("{lead}{}", pointed(first).unwrap_or_default());
        let mut is_sound = pointed(first).is_some();
        if !second.is_empty() {
            is_sound &= pointed(second).is_some();
            result.push_str(&format!("-{}", pointed(second).unwrap_or_default()));
        }
        if is_sound {
            return Some(result + unit);
        }
        let message = "in this table a comma stands before decimals, and this is no number so written";
        let issue = Issue::new(Code::BadQuantity, message).at(span);
        issues.add(issue.help("write 1.250,75 or 1250,75; or say `decimal: point` in the mapping"));
        None
    }
}

/// `1.234,5` as `1234.5`: points stand before three digits each, the comma once; `None` for anything else.
fn pointed(number: &str) -> Option<String> {
    // A point or comma at its end belongs to what comes after.
    let body = number.trim_end_matches(['.', ',']);
    let tail = number.get(body.len()..).unwrap_or_default();
    let (whole, fraction) = body.split_once(',').map_or((body, None), |(whole, fraction)| (whole, Some(fraction)));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split('.');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<&str> = groups.collect();
    let is_grouped = is_number(first)
        && (rest.is_empty() || (first.len() <= 3 && !first.starts_with('0')))
        && rest.iter().all(|group| group.len() == 3 && is_number(group));
    match fraction {
        _ if !is_grouped => None,
        Some(fraction) if is_number(fraction) => Some(format!("{first}{}.{fraction}{tail}", rest.concat())),
        Some(_) => None,
        None => Some(format!("{first}{}{tail}", rest.concat())),
    }
}

/// Whether a name fits a pattern in which `*` stands for anything.
pub(super) fn matches(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}
