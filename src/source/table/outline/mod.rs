//! A draft of the mapping of a table, made by looking at its columns.
//!
//! What a column's name and words say for sure is drafted; what they may say stands in comments; nothing is guessed. The draft can be
//! used as it is: what it does not map stays as remarks.

mod choice;
mod field;
mod names;
mod redcap;
mod seen;
mod staging;
mod tree;
mod writing;

use std::fmt::Write as _;

use crate::issue::{Issues, SourceMap};

use super::super::delimited::{Encoding, Reading, Sheet, TableFile};
use choice::Choice;
use field::{Why, expression};
use names::Meaning;
use redcap::{INSTRUMENT, Redcap};
use seen::{Column, Seen};
use writing::{commented, quoted};

/// Drafts the mapping of a table, as YAML with comments; `None` after it was told why the table cannot be used.
///
/// Of the cells only the words of columns that hold few different ones are written into it: they may be patients' data.
pub fn draft_mapping(file: TableFile, sources: &mut SourceMap, issues: &mut Issues) -> Option<String> {
    let name = file.base_name().to_owned();
    let guessed = Encoding::guess(&file.bytes);
    let sheet = Sheet::open(file, &Reading::default(), sources, issues)?;
    let seen = seen::look(&sheet);
    let case = choice::choose(&seen.columns, seen.rows)?;
    let redcap = Redcap::of(&seen.columns);
    Some(Draft { sheet: &sheet, seen: &seen, case, redcap, name, guessed, text: String::new() }.written())
}

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
    case: Choice,
    redcap: Redcap,
    name: String,
    /// The encoding, where it was guessed.
    guessed: Option<Encoding>,
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
        let case = self.case.line();
        self.line(2, &case);
        if let Some(event) = self.redcap.event() {
            self.line(2, event);
        }
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
        if let Some(encoding) = self.guessed {
            let name = encoding.name().to_ascii_lowercase();
            self.line(2, &format!("encoding: {name} # a guess: look whether letters with accents are right"));
        }
        self.decimal();
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
        let mut marks: Vec<&str> = self.seen.columns.iter().flat_map(|column| column.marks.iter().copied()).collect();
        marks.sort_unstable();
        marks.dedup();
        // Where plus signs are results, a minus is one.
        if !marks.is_empty() && !self.seen.has_plus {
            let all: Vec<String> = self.seen.blanks.iter().copied().chain(marks.iter().copied()).map(quoted).collect();
            let (marks, all) = (marks.join(" and "), all.join(", "));
            self.line(
                2,
                &format!(
                    "# blank: [{all}] # if nothing is meant by {marks}, in any column: no negative result, no doubt"
                ),
            );
        }
    }

    /// Which sign stands before decimals. A comma before three digits may as well stand between thousands.
    fn decimal(&mut self) {
        let numbers: Vec<&Column> = self.seen.columns.iter().filter(|column| column.is_number).collect();
        let Some(column) = numbers.iter().find(|column| column.signs.has_comma) else { return };
        let point = numbers.iter().find(|column| column.signs.is_point).map(|column| commented(&column.name));
        let comma = numbers.iter().find(|column| column.signs.is_comma).map(|column| commented(&column.name));
        let line = match (comma, point) {
            (Some(comma), None) => format!("decimal: comma # in {comma}"),
            (Some(comma), Some(point)) => {
                format!(
                    "# decimal: in {comma} a comma stands before decimals, in {point} a point; nothing is read right till they agree"
                )
            }
            (None, Some(_)) => return,
            (None, None) => {
                let name = commented(&column.name);
                format!("# decimal: comma # or do the commas in {name} stand between thousands?")
            }
        };
        self.line(2, &line);
    }

    fn ignored(&mut self) {
        let list = self.redcap.ignored();
        if list.is_empty() {
            self.line(2, "ignore: []");
            return;
        }
        self.line(2, "ignore:");
        for item in list {
            self.line(4, &format!("- {item}"));
        }
    }

    /// A rule for each instrument of an export of `REDCap`, and for the rows of none.
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
        let is_of_cancer = field::is_of_cancer(&all);
        for column in &all {
            let drafted = match names::meaning(&column.name) {
                Some(Meaning::Field(_, path)) if path.starts_with("diagnosis.") && !is_of_cancer => None,
                Some(Meaning::Field(section, path)) => {
                    expression(column, path, &all).ok().map(|value| (section, path, value))
                }
                _ if column.name == self.case.column || self.redcap.takes(&column.name) => continue,
                _ => None,
            };
            match drafted {
                Some(field) => fields.push((*column, field)),
                None => left.push(*column),
            }
        }
        // What else is known of a cancer is of no use without what it is.
        let is_named =
            fields.iter().any(|(_, (section, path, _))| *section == "cancers" && path.starts_with("diagnosis"));
        left.extend(
            fields.iter().filter(|(_, (section, ..))| *section == "cancers" && !is_named).map(|(column, _)| *column),
        );
        fields.retain(|(_, (section, ..))| *section != "cancers" || is_named);
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
            if let Some(head) = head {
                self.line(10, head);
            }
            let mut lines = Vec::new();
            tree::write(&tree, 10, &mut lines);
            for (indent, line) in &lines {
                self.line(*indent, line);
            }
        }
        if is_empty {
            self.line(8, "patient: {}");
        }
        self.left(&left, &all, is_of_cancer);
    }

    /// The columns that nothing is made of yet, as comments.
    fn left(&mut self, columns: &[&Column], all: &[&Column], is_of_cancer: bool) {
        if columns.is_empty() {
            return;
        }
        self.line(8, "# Nothing is made of these columns yet; they stay as remarks until they are mapped or ignored:");
        for column in columns {
            self.line(8, &format!("#   {}: {}", commented(&column.name), column.told()));
            let Some(Meaning::Field(section, path)) = names::meaning(&column.name) else { continue };
            let field = path.split([' ', '.']).next().unwrap_or(path);
            match expression(column, path, all) {
                Err(Why::Other) => {}
                Err(Why::Ask(why)) if field == "diagnosis" && !is_of_cancer => {
                    self.line(8, &format!("#     cancers, diagnosis, or conditions, condition: {why}"));
                }
                Err(Why::Ask(why)) => self.line(8, &format!("#     {section}, {field}: {why}")),
                Ok(value) if field == "diagnosis" && !is_of_cancer => {
                    self.line(8, &format!("#     if these are cancers: cancers, diagnosis: {value}"));
                    self.line(8, &format!("#     if they are others: conditions, condition: {value}"));
                }
                Ok(value) => self.line(8, &format!("#     {section}, {field}: {value}, beside the diagnosis")),
            }
        }
    }
}
