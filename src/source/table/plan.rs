//! A mapping made ready for the tables at hand, and the cases that it makes of their rows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::case::read::nearest;
use crate::issue::{Code, Issue, Issues, Severity, Source, SourceMap, Span};

use super::super::cases::{Cases, TableReader};
use super::super::delimited::{Cell, Gathered, Group, Groups, Row, Sheet, TableFile};
use super::super::draft::{Draft, Record};
use super::evaluate::Cells;
use super::mapping::{Mapping, TableMapping};
use super::merge::Merged;
use super::reading::matches;
use super::shape::Shape;
use super::template::Level;

/// A mapping made ready.
#[derive(Debug)]
pub(in crate::source) struct Plan {
    mapping: Arc<Mapping>,
    /// For each table at hand the number of the mapping's table that it follows, and which of its columns are named there.
    uses: Vec<(usize, Vec<bool>)>,
}

/// The number of the source that the places of a mapping and of the rows of a case are in: it is the first of its map.
const SOURCE: u16 = 1;

/// Takes in tables by a mapping. The places of issues are in a map that must have been empty.
pub(in crate::source) fn open(
    files: Vec<TableFile>,
    mapping: &Arc<Mapping>,
    sources: &mut SourceMap,
    issues: &mut Issues,
) -> Option<Cases> {
    sources.add(Arc::clone(&mapping.file), &*mapping.text);
    let mut is_used = vec![false; mapping.tables.len()];
    let (mut sheets, mut uses) = (Vec::new(), Vec::new());
    let mut is_sound = true;
    for file in files {
        let name = file.base_name();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name).to_owned();
        let is_for = |table: &TableMapping| table.file.as_ref().is_none_or(|(pattern, _)| matches(pattern, &name));
        let Some((number, table)) = mapping.tables.iter().enumerate().find(|(_, table)| is_for(table)) else {
            let at = Span::new(sources.add(file.name, ""), 0, 0);
            let issue =
                Issue::new(Code::UnusedTable, "no table of the mapping is for this file; nothing is made of it");
            issues.add(issue.at(at).help("name it under `tables` in the mapping, or take it out of the folder"));
            continue;
        };
        if let Some(used) = is_used.get_mut(number) {
            *used = true;
        }
        let Some(sheet) = Sheet::open(file, &table.table.reading, sources, issues) else {
            is_sound = false;
            continue;
        };
        match columns(table, &sheet, issues) {
            Some(named) => {
                tell_unmapped(table, &sheet, &named, issues);
                uses.push((number, named));
            }
            None => is_sound = false,
        }
        sheets.push(sheet);
    }
    for (table, _) in mapping.tables.iter().zip(&is_used).filter(|(_, used)| !**used) {
        is_sound = false;
        let at = table.file.as_ref().map_or(table.at, |(_, at)| *at);
        let issue = Issue::new(Code::MissingTable, "no file that was given has this name").at(at);
        issues.add(issue.help("correct the name, or give the folder in which the file lies"));
    }
    if !is_sound {
        return None;
    }
    for sheet in sheets.iter().filter(|sheet| sheet.len() == 0) {
        let at = sheet.heads.first().copied().unwrap_or_default();
        let issue = Issue::new(Code::EmptyTable, "the table has no rows below its header").at(at);
        issues.add(issue.help("look whether it was exported to its end"));
    }
    let plan = Plan { mapping: Arc::clone(mapping), uses };
    let groups = Groups::of(&sheets, |number, cells| plan.case_of(&sheets, number, cells).unwrap_or_default());
    tell_alike(&groups, &sheets, issues);
    Some(Cases::tables(sheets, groups, TableReader::Mapped(Box::new(plan))))
}

/// Tells of cases whose numbers differ in nothing that people see, or in zeros before them: they may be one patient.
fn tell_alike(groups: &Groups, sheets: &[Sheet], issues: &mut Issues) {
    let plain = |key: &str| {
        let seen: String =
            key.chars().filter(|c| !matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{AD}')).collect();
        let folded = seen.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        folded.trim_start_matches('0').to_owned()
    };
    let mut known: HashMap<String, usize> = HashMap::new();
    let mut count = 0;
    let mut first = None;
    for index in 0..groups.len() {
        let Some(group) = groups.get(index) else { continue };
        if known.insert(plain(&group.key), index).is_some() {
            count += 1;
            first = first.or_else(|| group.rows(sheets).next());
        }
    }
    let Some((sheet, row)) = first else { return };
    let at = sheet.heads.first().copied().unwrap_or_default();
    let cases = if count == 1 { "a case is".to_owned() } else { format!("{count} cases are") };
    let message = format!("{cases} called like another but for capitals, blanks or zeros before the number");
    let help = format!(
        "the first such row is line {}; where it is the same patient, write the number in one way",
        sheet.line(row)
    );
    issues.add(Issue::new(Code::AlikeCases, message).at(at).help(help));
}

/// Which columns of a table the mapping names; `None` after it was told that it names some that the table does not have.
fn columns(table: &TableMapping, sheet: &Sheet, issues: &mut Issues) -> Option<Vec<bool>> {
    let mut names: Vec<(String, Span)> =
        table.case.named().into_iter().map(|(name, at)| (name.to_owned(), at)).collect();
    for rule in &table.rules {
        let tests = rule.when.iter().flat_map(|when| when.any.iter().flatten());
        names.extend(tests.map(|test| (test.column.clone(), test.at)));
        rule.gives.columns(&mut names);
    }
    let mut named = vec![false; sheet.header.len()];
    let mut told = HashSet::new();
    for (name, at) in names {
        match sheet.column(&name) {
            Some(column) => {
                if let Some(named) = named.get_mut(column) {
                    *named = true;
                }
            }
            None if told.insert((name.clone(), at)) => {
                let known: Vec<&str> = sheet.header.iter().map(|name| &**name).collect();
                let help = match nearest(&name, &known) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => format!("the columns of {} are {}", sheet.file, known.join(", ")),
                };
                issues.add(
                    Issue::new(Code::UnknownColumn, format!("the table has no column `{name}`")).at(at).help(help),
                );
            }
            None => {}
        }
    }
    told.is_empty().then_some(named)
}

/// A name of a column as messages have it: a header that is none may hold anything.
fn short(name: &str) -> String {
    match name.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.to_owned(),
    }
}

/// Tells once which columns of a table nothing is made of.
fn tell_unmapped(table: &TableMapping, sheet: &Sheet, named: &[bool], issues: &mut Issues) {
    let ignored =
        |name: &str| table.table.ignore.iter().any(|ignored| ignored.words.is_empty() && ignored.is_about(name));
    let columns = sheet.header.iter().zip(&sheet.heads).zip(named);
    let left = columns.filter(|((name, _), named)| !**named && !ignored(name));
    let (left, heads): (Vec<&str>, Vec<Span>) = left.map(|((name, head), _)| (&**name, *head)).unzip();
    let Some(at) = heads.first().copied() else { return };
    let message = match left.as_slice() {
        [one] => format!("nothing is made of the column `{}`; what stands in it is kept as a remark", short(one)),
        several => {
            let names: Vec<String> = several.iter().map(|name| short(name)).collect();
            let names = names.join("`, `");
            format!("nothing is made of the columns `{names}`; what stands in them is kept as remarks")
        }
    };
    let help = "say in the mapping what they are, or list them under `ignore`";
    issues.add(Issue::new(Code::UnmappedColumn, message).at(at).help(help));
}

impl Plan {
    /// What the places of constants are in: the source of a case begins with the mapping.
    pub(in crate::source) fn source(&self) -> Source {
        Source::new(Arc::clone(&self.mapping.file), &*self.mapping.text, 1)
    }

    fn table(&self, number: usize) -> Option<(&TableMapping, &[bool])> {
        let (table, named) = self.uses.get(number)?;
        Some((self.mapping.tables.get(*table)?, named))
    }

    /// Which case a row belongs to.
    fn case_of(&self, sheets: &[Sheet], number: usize, cells: &[Cell]) -> Option<String> {
        let sheet = sheets.get(number)?;
        let (table, _) = self.table(number)?;
        let find = |name: &str| sheet.column(name).and_then(|column| Some((column, cells.get(column)?)));
        let cells = Cells { table: &table.table, find: &find, source: SOURCE, row: Span::EMPTY };
        // What is wrong with it is told when the case is read.
        match table.case.identify(&cells, &mut Issues::default())? {
            (Draft::Text(text, _) | Draft::Number(text, _), _) => Some(text),
            _ => None,
        }
    }

    /// Puts a case together.
    pub(in crate::source) fn read(
        &self,
        group: &Group,
        gathered: &mut Gathered<'_>,
        issues: &mut Issues,
    ) -> Option<Record> {
        if group.key.is_empty() {
            for row in &gathered.rows {
                self.tell_unowned(row, issues);
            }
            return None;
        }
        let mut case = Merged::at(gathered.rows.first()?.span);
        let (mut told, mut faulty) = (HashSet::new(), HashSet::new());
        let Gathered { source, rows } = gathered;
        self.tell_strangers(rows, issues);
        for row in rows {
            let Some((table, named)) = self.table(row.number) else { continue };
            let known = issues.iter().count();
            tell_uneven(row, issues);
            let Given { id, mut records, is_meant } = give(table, row, issues);
            let errors = issues.iter().skip(known).filter(|issue| issue.severity == Severity::Error);
            faulty.extend(errors.filter_map(|issue| issue.span));
            case.name(id);
            if let Some(left) = leave(table, named, row, is_meant, (&mut told, &faulty), issues) {
                let span = row.span;
                match only_item(&mut records) {
                    Some(item) => item.note(left, span),
                    None => case.remark(left, span),
                }
            }
            for record in records {
                case.merge(record, source, issues);
            }
        }
        Some(case.finish())
    }

    /// Tells where a case of several tables has no row in that of the patients: its number may be written in another way there.
    fn tell_strangers(&self, rows: &[Row<'_>], issues: &mut Issues) {
        let is_of_patients = |number: usize| {
            self.table(number).is_some_and(|(table, _)| table.rules.iter().any(|rule| rule.gives.gives("patient")))
        };
        let has_table = (0..self.uses.len()).any(is_of_patients);
        let Some(first) = rows.first() else { return };
        if self.uses.len() > 1 && has_table && !rows.iter().any(|row| is_of_patients(row.number)) {
            let message = "no row of the table of patients is of this case";
            let mut issue = Issue::new(Code::UnknownPatient, message).at(first.span);
            issue.severity = Severity::Warning;
            issues.add(
                issue.help("look whether its number is written there in another way, say without zeros before it"),
            );
        }
    }

    fn tell_unowned(&self, row: &Row<'_>, issues: &mut Issues) {
        let column = self.table(row.number).and_then(|(table, _)| row.sheet.column(table.case.named().first()?.0));
        let at = column.map_or(row.span, |column| row.span_of(column));
        let issue = Issue::new(Code::UnownedRow, "the row does not say which case it belongs to").at(at);
        issues.add(issue.help("fill the column that `case` names in the mapping"));
    }
}

/// What a row gives.
struct Given {
    /// The id of its case.
    id: Option<Draft>,
    records: Vec<Record>,
    /// Whether a rule is for this row.
    is_meant: bool,
}

fn give(table: &TableMapping, row: &mut Row<'_>, issues: &mut Issues) -> Given {
    let mut read = Vec::new();
    let mut given = Given { id: None, records: Vec::new(), is_meant: false };
    {
        let row = &*row;
        let find = |name: &str| row.find(name);
        let cells = Cells { table: &table.table, find: &find, source: SOURCE, row: row.span };
        if let Some((id, own)) = table.case.identify(&cells, issues) {
            given.id = Some(id);
            read.extend(own);
        }
        for rule in &table.rules {
            let tested = match rule.when.as_ref().map(|when| when.holds(&cells)) {
                Some(None) => continue,
                Some(Some(tested)) => tested,
                None => Vec::new(),
            };
            given.is_meant = true;
            let made = rule.gives.make(&cells, Level::Case(rule.when.is_some()), issues);
            read.extend(made.settled);
            if let Some(Draft::Record(record)) = made.value {
                read.extend(tested);
                read.extend(made.read);
                given.records.push(record);
            }
        }
    }
    for column in read {
        row.mark(column);
    }
    given
}

/// What nothing was made of in a row, as words; each is told once a column and case.
fn leave(
    table: &TableMapping,
    named: &[bool],
    row: &Row<'_>,
    is_meant: bool,
    (told, faulty): (&mut HashSet<(usize, usize)>, &HashSet<Span>),
    issues: &mut Issues,
) -> Option<String> {
    let name = |column: usize| row.sheet.header.get(column).map_or("", |name| &**name);
    // What is wrong with a cell was told already.
    let is_faulty = |column: usize| faulty.contains(&row.span_of(column));
    let is_left = |(column, cell): &(usize, &Cell)| {
        !table.table.is_blank(&cell.text) && !table.table.ignores(name(*column), &cell.text) && !is_faulty(*column)
    };
    let left: Vec<(usize, &Cell)> = row.unread().filter(is_left).collect();
    if left.is_empty() {
        return None;
    }
    if !is_meant {
        let issue = Issue::new(Code::UnmappedRow, "no rule of the mapping is for this row; it is kept as a remark");
        issues.add(issue.at(row.span).help("add a rule for it under `rows`, or list its columns under `ignore`"));
    }
    for (column, _) in &left {
        if !is_meant || !told.insert((row.number, *column)) {
            continue;
        }
        let message = "nothing was made of this cell; it is kept as a remark";
        let mut issue = Issue::new(Code::UnmappedColumn, message).at(row.span_of(*column));
        // Of a column that the mapping does not name it was told when the table was opened.
        if !named.get(*column).copied().unwrap_or(false) {
            issue.severity = Severity::Information;
        }
        let help = "see whether the mapping covers what stands here; under `ignore` stand words that say nothing";
        issues.add(issue.help(help));
    }
    let words = left.iter().map(|(column, cell)| format!("{}: {}", name(*column), cell.text));
    Some(words.collect::<Vec<_>>().join("; "))
}

/// The one item that a row gave, where it has a place for remarks.
fn only_item(records: &mut [Record]) -> Option<&mut Record> {
    let sections = |record: &Record| -> Vec<(usize, usize)> {
        let count = |value: &Draft| match value {
            Draft::List(items) => items.len(),
            _ => 1,
        };
        let fields = record.fields.iter().enumerate();
        let sections =
            fields.filter(|(_, (name, _))| Shape::case().field(name).is_some_and(|(_, shape)| shape.items().is_some()));
        sections.map(|(at, (_, value))| (at, count(value))).collect()
    };
    let all: Vec<(usize, usize, usize)> = records
        .iter()
        .enumerate()
        .flat_map(|(number, record)| sections(record).into_iter().map(move |(at, count)| (number, at, count)))
        .collect();
    let [(number, at, 1)] = all.as_slice() else { return None };
    let (name, value) = records.get_mut(*number)?.fields.get_mut(*at)?;
    let (_, shape) = Shape::case().field(name)?;
    let has_note = shape.items().is_some_and(|item| item.has(&["note"]));
    let item = match value {
        Draft::List(items) => items.first_mut()?,
        one => one,
    };
    match item {
        Draft::Record(item) if has_note => Some(item),
        _ => None,
    }
}

/// Tells of a row with more cells than there are columns, or fewer; empty cells beyond the last column are none.
fn tell_uneven(row: &Row<'_>, issues: &mut Issues) {
    if let Some(at) = row.stray_quote() {
        let issue =
            Issue::new(Code::StrayQuote, "this quote is closed within a cell, so nobody knows what the cell says");
        issues.add(issue.at(at).help("quote the whole cell, and double quotes that belong to the text"));
    }
    let columns = row.sheet.header.len();
    let has_more = (columns..row.len()).any(|column| row.cell(column).is_some());
    if row.len() >= columns && !has_more {
        return;
    }
    let message = format!("the row has {} cells, and the table {columns} columns", row.len());
    let issue = Issue::new(Code::UnevenRow, message).at(row.span);
    issues.add(issue.help("quote texts with separators or line breaks in them, and close the quotes"));
}
