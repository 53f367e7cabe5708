//! A draft of the mapping of a table, made by looking at its columns.
//!
//! What a column's name and words say for sure is drafted; what they may say stands in comments; nothing is guessed. The draft can be
//! used as it is: what it does not map stays as remarks.

mod names;
mod seen;
mod tree;

use std::fmt::Write as _;

use crate::issue::{Issues, SourceMap};

use super::super::delimited::{Reading, Sheet, TableFile};
use names::Meaning;
use seen::{Column, Seen};

/// Drafts the mapping of a table, as YAML with comments; `None` after it was told why the table cannot be used.
///
/// Of the cells only the words of columns that hold few different ones are written into it: they may be patients' data.
pub fn draft_mapping(file: TableFile, sources: &mut SourceMap, issues: &mut Issues) -> Option<String> {
    let name = file.base_name().to_owned();
    let mut found = Issues::default();
    let sheet = Sheet::open(file, &Reading::default(), sources, &mut found);
    let guessed = found.iter().any(|issue| issue.code == crate::issue::Code::GuessedEncoding);
    issues.extend(found);
    let sheet = sheet?;
    let seen = seen::look(&sheet);
    Some(Draft { sheet: &sheet, seen: &seen, name, guessed, text: String::new() }.written())
}

/// The column that tells cases apart for redcap's exports of repeating instruments.
const INSTRUMENT: &str = "redcap_repeat_instrument";
/// Columns of a REDCap export that number events and repetitions.
const REDCAP: [&str; 4] = [INSTRUMENT, "redcap_repeat_instance", "redcap_event_name", "redcap_data_access_group"];

/// How more is mapped.
const EXAMPLE: [&str; 8] = [
    "# How rows of one kind would give laboratory results, and columns of their own operations:",
    "# - when: { kind: lab }",
    "#   gives:",
    "#     labs: { test: { column: name }, value: { column: result, unit: { column: unit } }, date: { column: date } }",
    "# - gives:",
    "#     procedures:",
    "#       - { repeat: 3, procedure: { column: \"operation_{n}\" }, kind: surgery, date: { column: \"operation_{n}_date\" } }",
    "#   unless all cells of an item but its date are empty",
];

struct Draft<'s> {
    sheet: &'s Sheet,
    seen: &'s Seen,
    name: String,
    guessed: bool,
    text: String,
}

impl Draft<'_> {
    fn line(&mut self, indent: usize, line: &str) {
        let _ = writeln!(self.text, "{:indent$}{line}", "");
    }

    fn written(mut self) -> String {
        let (name, rows) = (self.name.clone(), self.seen.rows);
        let rows = if rows == 1 { "one row".to_owned() } else { format!("{rows} rows") };
        self.line(0, &format!("# What the columns of {} are: a draft, made by looking at {rows}.", commented(&name)));
        self.line(0, "# Read and correct it, then: case2fhir convert --mapping THIS-FILE TABLE -o FOLDER/");
        self.line(
            0,
            "# `case2fhir schema mapping` prints the JSON Schema of this file, `case2fhir schema` that of cases.",
        );
        self.line(0, "mapping: 1");
        self.line(0, "tables:");
        self.reading();
        self.case();
        self.line(2, "# Columns that are not wanted: `- name`, or `- name: [words in it that say nothing]`. `*` stands for anything.");
        self.ignored();
        self.line(2, "rows:");
        let at = self.seen.columns.iter().position(|column| column.name == INSTRUMENT);
        match at
            .and_then(|at| self.seen.columns.get(at)?.words.as_ref().map(|words| (at, words.keys().cloned().collect())))
        {
            Some((at, instruments)) => self.instruments(at, instruments),
            None => self.rule(None, &(0..self.seen.columns.len()).collect::<Vec<_>>()),
        }
        for line in EXAMPLE {
            self.line(4, line);
        }
        self.text
    }

    /// How the table writes things.
    fn reading(&mut self) {
        self.line(2, &format!("separator: {}", self.sheet.separator.name()));
        if self.guessed {
            self.line(2, "encoding: windows-1252 # a guess: look whether letters with accents are right");
        }
        let commas: Vec<&str> = self
            .seen
            .columns
            .iter()
            .filter(|column| column.is_number && column.has_comma)
            .map(|column| column.name.as_str())
            .collect();
        if let Some(column) = commas.first() {
            self.line(2, &format!("decimal: comma # in {}", commented(column)));
        }
        let mut formats: Vec<&str> = self.seen.columns.iter().filter_map(Column::format).collect();
        formats.sort_unstable();
        formats.dedup();
        formats.retain(|format| *format != "YYYY-MM-DD");
        match formats.as_slice() {
            [] => {}
            [one] => self.line(2, &format!("dates: {one}")),
            several => self.line(2, &format!("dates: [{}]", several.join(", "))),
        }
        if let Some(column) = self.seen.columns.iter().find(|column| column.is_ambiguous()) {
            let (name, formats) = (commented(&column.name), column.formats.join(" or "));
            self.line(2, &format!("# dates: in {name} no date tells day from month; choose {formats}"));
        }
        if !self.seen.blanks.is_empty() {
            let words: Vec<String> = self.seen.blanks.iter().map(|word| quoted(word)).collect();
            self.line(2, &format!("blank: [{}]", words.join(", ")));
        }
    }

    /// Which case a row belongs to.
    fn case(&mut self) {
        let columns = &self.seen.columns;
        let is_case = |column: &&Column| names::meaning(&column.name) == Some(Meaning::Case) && column.filled > 0;
        let column = columns.iter().find(is_case).or_else(|| columns.iter().find(|column| column.filled > 0));
        let Some(column) = column.or(columns.first()) else { return };
        let is_sure = names::meaning(&column.name) == Some(Meaning::Case);
        let doubt = if is_sure { "" } else { " # is this the column that tells patients apart?" };
        let line = format!("case: {{ column: {} }}{doubt}", quoted(&column.name));
        self.line(2, &line);
    }

    fn ignored(&mut self) {
        let columns = &self.seen.columns;
        let mut list: Vec<String> = columns
            .iter()
            .filter(|column| REDCAP.contains(&column.name.as_str()))
            .map(|column| quoted(&column.name))
            .collect();
        // Choices of a REDCap checkbox stand in columns of their own, in which 0 says that it was not ticked.
        let mut boxes: Vec<&str> =
            columns.iter().filter_map(|column| column.name.split_once("___").map(|(name, _)| name)).collect();
        boxes.dedup();
        list.extend(boxes.into_iter().map(|name| format!("{}: 0", quoted(&format!("{name}___*")))));
        list.extend(
            columns.iter().filter(|column| column.name.ends_with("_complete")).map(|column| quoted(&column.name)),
        );
        if list.is_empty() {
            self.line(2, "ignore: []");
            return;
        }
        self.line(2, "ignore:");
        for item in list {
            self.line(4, &format!("- {item}"));
        }
    }

    /// A rule for each instrument of a REDCap export, and for the rows of none.
    fn instruments(&mut self, at: usize, mut instruments: Vec<String>) {
        instruments.insert(0, String::new());
        for instrument in instruments {
            let mut filled = vec![false; self.seen.columns.len()];
            self.sheet.scan(|_, cells| {
                if cells.get(at).is_some_and(|cell| cell.text == instrument) {
                    for (filled, cell) in filled.iter_mut().zip(cells) {
                        *filled |= !cell.text.is_empty();
                    }
                }
            });
            let columns: Vec<usize> = (0..filled.len()).filter(|column| filled.get(*column) == Some(&true)).collect();
            if !columns.is_empty() {
                self.rule(Some(&instrument), &columns);
            }
        }
    }

    /// What rows give, of these columns.
    fn rule(&mut self, instrument: Option<&str>, columns: &[usize]) {
        match instrument {
            Some(instrument) => {
                self.line(4, &format!("- when: {{ {INSTRUMENT}: {} }}", quoted(instrument)));
                self.line(6, "gives:");
            }
            None => self.line(4, "- gives:"),
        }
        let all: Vec<&Column> = columns.iter().filter_map(|at| self.seen.columns.get(*at)).collect();
        let (mut fields, mut left) = (Vec::new(), Vec::new());
        for column in all {
            let drafted = match names::meaning(&column.name) {
                Some(Meaning::Field(section, path)) => {
                    expression(column, path).ok().map(|value| (section, path, value))
                }
                Some(Meaning::Case) => continue,
                None if is_of_redcap(&column.name) => continue,
                None => None,
            };
            match drafted {
                Some(field) => fields.push((column, field)),
                None => left.push(column),
            }
        }
        // What else is known of a cancer is of no use without what it is.
        let is_named =
            fields.iter().any(|(_, (section, path, _))| *section == "cancers" && path.starts_with("diagnosis"));
        let is_of_cancer = |section: &str| section == "cancers";
        left.extend(
            fields.iter().filter(|(_, (section, ..))| is_of_cancer(section) && !is_named).map(|(column, _)| *column),
        );
        fields.retain(|(_, (section, ..))| !is_of_cancer(section) || is_named);
        let mut is_empty = true;
        for (section, head) in
            [("patient", None), ("cancers", Some("key: primary")), ("performance", Some("scale: ecog"))]
        {
            let mut tree = Vec::new();
            for (_, (_, path, value)) in fields.iter().filter(|(_, (name, ..))| *name == section) {
                tree::add(&mut tree, path, value);
            }
            if tree.is_empty() {
                continue;
            }
            is_empty = false;
            self.line(8, &format!("{section}:"));
            head.into_iter().for_each(|head| self.line(10, head));
            let mut lines = Vec::new();
            tree::write(&tree, 10, &mut lines);
            lines.iter().for_each(|(indent, line)| self.line(*indent, line));
        }
        if is_empty {
            self.line(8, "patient: {}");
        }
        self.left(&left);
    }

    /// The columns that nothing is made of yet, as comments.
    fn left(&mut self, columns: &[&Column]) {
        if columns.is_empty() {
            return;
        }
        self.line(8, "# Nothing is made of these columns yet; they stay as remarks until they are mapped or ignored:");
        for column in columns {
            self.line(8, &format!("#   {}: {}", commented(&column.name), column.told()));
            let Some(Meaning::Field(section, path)) = names::meaning(&column.name) else { continue };
            match expression(column, path) {
                Err(why) => {
                    self.line(8, &format!("#     {section}, {}: {why}", path.split(' ').next().unwrap_or(path)))
                }
                Ok(value) => {
                    let field = path.split(' ').next().unwrap_or(path);
                    self.line(8, &format!("#     {section}, {field}: {value}, beside the diagnosis"));
                }
            }
        }
    }
}

/// Whether a column is one of those by which REDCap orders its rows.
fn is_of_redcap(name: &str) -> bool {
    REDCAP.contains(&name) || name.ends_with("_complete")
}

/// What is made of a column for a field; else what must be known first.
fn expression(column: &Column, path: &str) -> Result<String, String> {
    let name = quoted(&column.name);
    if column.filled == 0 {
        return Err("there is nothing in it".to_owned());
    }
    match path {
        "sex" => {
            let Some(words) = &column.words else { return Err("its words are too many for a sex".to_owned()) };
            let known: Option<Vec<String>> =
                words.keys().map(|word| Some(format!("{}: {}", quoted(word), names::sex(word)?))).collect();
            match known {
                Some(values) => Ok(format!("{{ column: {name}, values: {{ {} }} }}", values.join(", "))),
                None => {
                    let words: Vec<String> = words.keys().map(|word| format!("{}: …", quoted(word))).collect();
                    Err(format!("say what its words mean: {{ column: {name}, values: {{ {} }} }}", words.join(", ")))
                }
            }
        }
        "birth_date" | "diagnosed" | "deceased" => match column.format() {
            Some(_) => Ok(format!("{{ column: {name} }}")),
            None if column.is_ambiguous() => Err("say whether day or month comes first, by `dates` above".to_owned()),
            None => Err("not all of it are dates of one format".to_owned()),
        },
        "score"
            if !column.words.as_ref().is_some_and(|words| {
                words.keys().all(|word| matches!(word.as_str(), "0" | "1" | "2" | "3" | "4" | "5"))
            }) =>
        {
            Err("not all of it are scores from 0 to 5".to_owned())
        }
        _ if path.starts_with("stage ") && path.len() == path.find('.').map_or(0, |dot| dot + 2) => {
            Ok(category(column, path, &name))
        }
        _ => match path.split_once(".code ") {
            Some((_, "?")) => Err(format!(
                "say which ICD-10 it is: code: {{ column: {name}, system: icd-10 }}, or icd-10-cm, icd-10-gm"
            )),
            Some((_, system)) => Ok(format!("{{ column: {name}, system: {system} }}")),
            None => Ok(format!("{{ column: {name} }}")),
        },
    }
}

/// A category of TNM. Of which staging it is the column's name says; the letters that say so are put before where all cells lack them.
fn category(column: &Column, path: &str, name: &str) -> String {
    let kind = if path.starts_with("stage clinical") { 'c' } else { 'p' };
    let letter = path.chars().last().map(|letter| letter.to_ascii_uppercase()).unwrap_or_default();
    let all = |is: &dyn Fn(&str) -> bool| column.words.as_ref().is_some_and(|words| words.keys().all(|word| is(word)));
    let is_bare = |word: &str| word == "X" || word == "is" || word.starts_with(|first: char| first.is_ascii_digit());
    let prefix = if all(&|word| word.strip_prefix(letter).is_some_and(is_bare)) {
        format!(", prefix: {kind}")
    } else if all(&is_bare) {
        format!(", prefix: {kind}{letter}")
    } else {
        String::new()
    };
    format!("{{ column: {name}{prefix} }}")
}

/// A text as YAML has it between double quotes, whatever is in it; short plain words go without.
fn quoted(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
        );
    if is_plain {
        return text.to_owned();
    }
    // Strings of JSON are strings of YAML.
    serde_json::to_string(text).unwrap_or_default()
}

/// A name in a comment: in one line, and without what a terminal would take for commands.
fn commented(text: &str) -> String {
    text.replace(char::is_control, "\u{FFFD}")
}
