//! Columns of TNM categories: which are surely that, and how their words are written.
//!
//! `CT` may be a scan, `PT` a prothrombin time, `cm` a size. So the words must be categories (UICC, TNM Classification, 8th edition), and
//! the name must be written as stagings are (`cT`), or a second category of the same staging must stand beside it. 0 and 1 alone are no
//! sign of anything.

use super::seen::Column;
use super::writing::quoted;

/// A column that may hold a category.
struct Category<'c> {
    /// c or p.
    staging: char,
    /// T, N or M.
    letter: char,
    /// How its name is written.
    is_exact: bool,
    capitals: (bool, bool),
    /// What must stand before the words.
    prefix: String,
    /// Whether nothing but 0 and 1 stands in it.
    is_flag: bool,
    column: &'c Column,
}

impl<'c> Category<'c> {
    /// `None` where not all words are categories, written in one way.
    fn of(column: &'c Column) -> Option<Self> {
        let mut name = column.name.chars().filter(|letter| letter.is_alphanumeric());
        let (Some(first), Some(second), None) = (name.next(), name.next(), name.next()) else { return None };
        let (staging, letter) = (first.to_ascii_lowercase(), second.to_ascii_uppercase());
        if !matches!((staging, letter), ('c' | 'p', 'T' | 'N' | 'M')) {
            return None;
        }
        let words = column.words.as_ref()?;
        let all = |before: &str| {
            words.keys().all(|word| word.strip_prefix(before).is_some_and(|rest| is_legal(letter, rest)))
        };
        let whole = format!("{staging}{letter}");
        let prefix = if all(&whole) {
            String::new()
        } else if all(&letter.to_string()) {
            staging.to_string()
        } else if all("") {
            whole
        } else {
            return None;
        };
        Some(Self {
            staging,
            letter,
            is_exact: first == staging && second == letter,
            capitals: (first.is_uppercase(), second.is_uppercase()),
            is_flag: prefix.len() == 2 && words.keys().all(|word| word == "0" || word == "1"),
            prefix,
            column,
        })
    }

    fn is_beside(&self, other: &Self) -> bool {
        self.staging == other.staging && self.letter != other.letter && self.capitals == other.capitals
    }
}

/// Whether a word is a category of this letter, without the letters before it.
fn is_legal(letter: char, word: &str) -> bool {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return false };
    let rest = letters.as_str();
    match (letter, first) {
        (_, 'X' | 'x') | ('T', 'a') => return rest.is_empty(),
        ('T', 'i') => return rest == "s",
        ('T', '0'..='4') | ('N', '0'..='3') | ('M', '0' | '1') => {}
        _ => return false,
    }
    let mut rest = rest.chars();
    match (rest.next(), rest.next(), rest.next()) {
        (None, ..) | (Some('a'..='e'), None, _) | (Some('a'..='e'), Some('1'..='3'), None) => true,
        (Some('m'), Some('i'), None) => letter != 'M',
        _ => false,
    }
}

/// What is made of a column of categories; else what it may be, or nothing where it cannot be that.
pub(super) fn category(column: &Column, all: &[&Column]) -> Result<String, Option<String>> {
    let own = Category::of(column).ok_or(None)?;
    let others: Vec<Category<'_>> = all.iter().filter_map(|other| Category::of(other)).collect();
    let mut beside = others.iter().filter(|other| own.is_beside(other)).peekable();
    let is_sure = match own.is_flag {
        false => own.is_exact || beside.peek().is_some(),
        true => beside.any(|other| !other.is_flag),
    };
    let prefix = if own.prefix.is_empty() { String::new() } else { format!(", prefix: {}", own.prefix) };
    let value = format!("{{ column: {}{prefix} }}", quoted(&own.column.name));
    if is_sure {
        return Ok(value);
    }
    let (kind, letter) = (if own.staging == 'c' { "clinical" } else { "pathological" }, own.letter);
    Err(Some(format!(
        "if it is the {kind} {letter} category: {{ kind: {kind}, {}: {value} }}",
        letter.to_ascii_lowercase()
    )))
}

/// Whether a field is a category of TNM: `stage clinical.t`.
pub(super) fn is_category(path: &str) -> bool {
    path.strip_prefix("stage ").and_then(|rest| rest.split_once('.')).is_some_and(|(_, letter)| letter.len() == 1)
}

/// Whether all words of a column are stage groups: IIA, 3, IVC.
pub(super) fn is_group(column: &Column) -> bool {
    let is_one = |word: &String| {
        let word = word.to_ascii_uppercase();
        let number =
            ["III", "II", "IV", "I", "0", "1", "2", "3", "4"].iter().find_map(|number| word.strip_prefix(number));
        let mut rest = number.map(str::chars);
        rest.as_mut().is_some_and(|rest| {
            matches!(
                (rest.next(), rest.next(), rest.next()),
                (None, ..) | (Some('A'..='E'), None | Some('1'..='3'), None)
            )
        })
    };
    let is_flag = |words: &Vec<&String>| words.iter().all(|word| matches!(word.as_str(), "0" | "1"));
    column
        .words
        .as_ref()
        .map(|words| words.keys().collect())
        .is_some_and(|words: Vec<&String>| words.iter().all(|word| is_one(word)) && !is_flag(&words))
}
