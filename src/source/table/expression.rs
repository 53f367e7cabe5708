//! What is made of the cells of a row: one value of the case.
//!
//! | member | what it does |
//! | --- | --- |
//! | column | the column, or several, whose words are joined |
//! | join | what stands between the words of several columns; a blank unless given |
//! | values | what each word of the table means; `null` for nothing |
//! | otherwise | what becomes of words that `values` does not have: `keep`, or a value; unless given they are faults |
//! | date | the formats of a date, before those of the table |
//! | unit | the unit of an amount that has none, or `{column: …}` where it stands in a column |
//! | split | the sign between several values in one cell |
//! | prefix, suffix | what stands before and after the words |
//! | system | the code system of a code, or who gave out an identifier |

use crate::case::read::Reader;
use crate::case::{At, Quantity};
use crate::instance::{Kind as NodeKind, NodeRef};
use crate::issue::{Code, Issue, Issues, Span};

use super::super::delimited::Cell;
use super::super::draft::{Draft, Record};
use super::date_format::DateFormat;
use super::reading::Table;
use super::shape::{Kind, Shape};
use super::template;

/// What is made of cells.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    /// The columns, with the places at which the mapping names them.
    pub(super) columns: Vec<(String, Span)>,
    join: String,
    values: Option<Vec<(String, Option<Draft>)>>,
    otherwise: Otherwise,
    dates: Vec<DateFormat>,
    unit: Option<Unit>,
    split: Option<String>,
    prefix: String,
    suffix: String,
    system: Option<(String, Span)>,
    target: Target,
}

/// What becomes of words that the mapping does not have.
#[derive(Clone, Debug)]
enum Otherwise {
    Fault,
    Keep,
    Give(Draft),
}

#[derive(Clone, Debug)]
pub(super) enum Unit {
    Fixed(String),
    Column(String, Span),
}

/// What the place in the case takes.
#[derive(Clone, Copy, Debug)]
struct Target {
    kind: Kind,
    takes_flag: bool,
    /// How a code with its system is written there.
    coded: Coded,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coded {
    /// As system and code.
    Code,
    /// As a concept with a code.
    Concept,
    /// As system and value.
    Identifier,
    /// Not at all.
    No,
}

const FIELDS: &[&str] =
    &["column", "join", "values", "otherwise", "date", "zone", "unit", "split", "prefix", "suffix", "system"];

/// Where cells are taken from.
pub(super) struct Cells<'r> {
    pub(super) table: &'r Table,
    /// Finds a cell by the name of its column: its position and the cell.
    pub(super) find: &'r dyn Fn(&str) -> Option<(usize, &'r Cell)>,
    /// The number of the source.
    pub(super) source: u16,
    /// Where the row stands.
    pub(super) row: Span,
}

impl<'r> Cells<'r> {
    /// A cell that says something, with its position.
    pub(super) fn get(&self, column: &str) -> Option<(usize, &'r Cell)> {
        (self.find)(column).filter(|(_, cell)| !self.table.is_blank(&cell.text))
    }

    fn span(&self, cell: &Cell) -> Span {
        Span::new(self.source, cell.start, cell.end)
    }
}

/// Whether a node is an expression, and not a record of the case.
pub(super) fn is_expression(node: NodeRef<'_>) -> bool {
    node.kind() == NodeKind::Object && node.get("column").is_some()
}

impl Expression {
    /// Reads an expression for a place of this shape.
    pub(super) fn read(node: NodeRef<'_>, shape: Shape, reader: &mut Reader<'_>) -> Option<Self> {
        let mut slots = [None; FIELDS.len()];
        if !reader.members(node, FIELDS, &mut slots) {
            return None;
        }
        let [column, join, values, otherwise, date, zone, unit, split, prefix, suffix, system] = slots;
        let raw = |node: Option<NodeRef<'_>>, reader: &mut Reader<'_>| match node {
            Some(node) if node.as_str().is_none() => {
                reader.wrong_shape(node, "a text");
                None
            }
            Some(node) => Some(node.text().to_owned()),
            None => Some(String::new()),
        };
        if let Some(zone) = zone {
            let help = "write `zone` at the table, beside `dates`";
            reader.fault(Code::UnknownField, zone.key_span(), "a zone holds for all times of a table", help);
        }
        let columns: Vec<NodeRef<'_>> = match column {
            Some(column) if column.kind() == NodeKind::Array => column.children().collect(),
            column => column.into_iter().collect(),
        };
        let mut named = Vec::new();
        for column in columns {
            match column.kind() {
                NodeKind::String | NodeKind::Number => named.push((column.text().trim().to_owned(), column.span())),
                _ => reader.wrong_shape(column, "the name of a column"),
            }
        }
        let target = Target {
            kind: shape.kind(),
            takes_flag: shape.takes_flag(),
            coded: match shape {
                _ if shape.has(&["code", "system"]) => Coded::Code,
                _ if shape.has(&["code", "text"]) => Coded::Concept,
                _ if shape.has(&["system", "value"]) => Coded::Identifier,
                _ => Coded::No,
            },
        };
        let system = reader.optional::<String>("system", system).zip(system.map(|node| node.span()));
        if let Some((_, at)) = &system
            && target.coded == Coded::No
        {
            reader.fault(Code::WrongShape, *at, "this field takes no code", "leave `system` out");
        }
        let dates = match date {
            Some(date) => read_formats(date, reader),
            None => Vec::new(),
        };
        let unit = match unit {
            Some(node) if is_expression(node) => {
                let column = node.get("column")?;
                Some(Unit::Column(column.text().trim().to_owned(), column.span()))
            }
            unit => reader.optional::<String>("unit", unit).map(Unit::Fixed),
        };
        let split = raw(split, reader)?;
        Some(Self {
            columns: named,
            join: join.map_or(Some(" ".to_owned()), |join| raw(Some(join), reader))?,
            values: values.map(|values| read_values(values, shape, reader)),
            otherwise: match otherwise {
                None => Otherwise::Fault,
                Some(node) if node.as_str() == Some("keep") => Otherwise::Keep,
                Some(node) => Otherwise::Give(template::constant(node, shape, reader)?),
            },
            dates,
            unit,
            split: (!split.is_empty()).then_some(split),
            prefix: raw(prefix, reader)?,
            suffix: raw(suffix, reader)?,
            system,
            target,
        })
    }

    /// All columns that it names, with the places at which it names them.
    pub(super) fn named(&self) -> impl Iterator<Item = (&str, Span)> {
        let unit = match &self.unit {
            Some(Unit::Column(column, at)) => Some((column.as_str(), *at)),
            _ => None,
        };
        self.columns.iter().map(|(column, at)| (column.as_str(), *at)).chain(unit)
    }

    /// The same expression with a word in the place of `{n}` in the names of columns.
    pub(super) fn numbered(&self, word: &str) -> Self {
        let number = |(column, at): &(String, Span)| (column.replace("{n}", word), *at);
        let unit = self.unit.clone().map(|unit| match unit {
            Unit::Column(column, at) => Unit::Column(column.replace("{n}", word), at),
            fixed => fixed,
        });
        Self { columns: self.columns.iter().map(number).collect(), unit, ..self.clone() }
    }

    /// Makes the value or values of a row; `read` gets the positions of the cells that were taken in whole.
    pub(super) fn evaluate(&self, cells: &Cells<'_>, read: &mut Vec<usize>, issues: &mut Issues) -> Vec<Draft> {
        let found: Vec<(usize, &Cell)> = self.columns.iter().filter_map(|(column, _)| cells.get(column)).collect();
        let Some((_, first)) = found.first() else { return Vec::new() };
        let span = cells.span(first);
        let text = match found.as_slice() {
            [(_, cell)] => cell.text.clone(),
            several => several.iter().map(|(_, cell)| cell.text.as_str()).collect::<Vec<_>>().join(&self.join),
        };
        let mut taken: Vec<usize> = found.iter().map(|(column, _)| *column).collect();
        let parts: Vec<&str> = match &self.split {
            Some(split) => text.split(split.as_str()).map(str::trim).filter(|part| !part.is_empty()).collect(),
            None => vec![text.as_str()],
        };
        let mut values = Vec::new();
        let mut is_whole = true;
        for part in parts {
            values.extend(self.value(part, span, cells, &mut taken, &mut is_whole, issues));
        }
        if is_whole {
            read.append(&mut taken);
        }
        values
    }

    fn value(
        &self,
        text: &str,
        span: Span,
        cells: &Cells<'_>,
        taken: &mut Vec<usize>,
        is_whole: &mut bool,
        issues: &mut Issues,
    ) -> Option<Draft> {
        if let Some(values) = &self.values {
            let same = values.iter().find(|(word, _)| word == text);
            let found = same.or_else(|| values.iter().find(|(word, _)| word.to_lowercase() == text.to_lowercase()));
            match (found, &self.otherwise) {
                // The value is the mapping's, and stands where the cell does: what is wrong with it is wrong with this row.
                (Some((_, value)), _) => return value.clone().map(|value| moved(value, span)),
                (None, Otherwise::Give(value)) => {
                    // The words themselves say more than what stands in for them.
                    *is_whole = false;
                    return Some(moved(value.clone(), span));
                }
                (None, Otherwise::Fault) => {
                    let message = "the mapping does not say what this word of the table means";
                    let issue = Issue::new(Code::UnknownValue, message).at(span).value(text);
                    issues.add(issue.help("add it to `values` of the column, or write `otherwise: keep`"));
                    return None;
                }
                (None, Otherwise::Keep) => {}
            }
        }
        let text = format!("{}{text}{}", self.prefix, self.suffix);
        match self.target.kind {
            Kind::Date if !(self.target.takes_flag && is_flag(&text).is_some()) => {
                let date = cells.table.date(&text, &self.dates, span, issues)?;
                *is_whole &= date.is_whole;
                Some(Draft::Text(date.text, span))
            }
            Kind::Amount => {
                let text = cells.table.number(text, span, issues)?;
                Some(Draft::Text(self.with_unit(text, span, cells, taken), span))
            }
            Kind::Count if text.bytes().all(|byte| byte.is_ascii_digit()) => Some(Draft::Number(text, span)),
            Kind::Flag | Kind::Date => Some(match is_flag(&text) {
                Some(flag) => Draft::Flag(flag, span),
                None => Draft::Text(text, span),
            }),
            _ => Some(self.words(text, span)),
        }
    }

    /// An amount with the unit that stands beside it; words that are no amount have none.
    fn with_unit(&self, text: String, span: Span, cells: &Cells<'_>, taken: &mut Vec<usize>) -> String {
        let bare = Quantity::parse(&text, At(span)).is_some_and(|quantity| quantity.unit.is_none());
        match &self.unit {
            Some(Unit::Fixed(unit)) if bare => format!("{text} {unit}"),
            Some(Unit::Column(column, _)) if bare => match cells.get(column) {
                Some((position, cell)) => {
                    taken.push(position);
                    format!("{text} {}", cell.text)
                }
                None => text,
            },
            _ => text,
        }
    }

    /// Words, or a code in its system.
    fn words(&self, text: String, span: Span) -> Draft {
        let Some((system, _)) = &self.system else { return Draft::Text(text, span) };
        let pair = |name: &str| {
            let mut pair = Record::at(span);
            pair.set("system", Draft::Text(system.clone(), span));
            pair.set(name, Draft::Text(text.clone(), span));
            Draft::Record(pair)
        };
        match self.target.coded {
            Coded::Code => pair("code"),
            Coded::Identifier => pair("value"),
            Coded::Concept => {
                let mut concept = Record::at(span);
                concept.set("code", pair("code"));
                Draft::Record(concept)
            }
            Coded::No => Draft::Text(text, span),
        }
    }
}

/// True or false in words that mean nothing else.
fn is_flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

/// A constant as it stands in a row.
fn moved(draft: Draft, span: Span) -> Draft {
    match draft {
        Draft::Text(text, _) => Draft::Text(text, span),
        Draft::Number(text, _) => Draft::Number(text, span),
        Draft::Flag(flag, _) => Draft::Flag(flag, span),
        Draft::List(items) => Draft::List(items.into_iter().map(|item| moved(item, span)).collect()),
        Draft::Record(record) => {
            let fields = record.fields.into_iter().map(|(name, value)| (name, moved(value, span))).collect();
            Draft::Record(Record { fields, span })
        }
    }
}

/// Reads the formats of dates, one or several.
pub(super) fn read_formats(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Vec<DateFormat> {
    let nodes: Vec<NodeRef<'_>> = match node.kind() {
        NodeKind::Array => node.children().collect(),
        _ => vec![node],
    };
    let mut formats = Vec::new();
    for node in nodes {
        let format = node.as_str().and_then(DateFormat::parse);
        if format.is_none() {
            let help = "write it as DD.MM.YYYY, M/D/YYYY, YYYYMMDD, D MMM YYYY or YYYY-MM-DD HH:mm";
            reader.fault(Code::BadDateFormat, node.span(), "this is no format of dates", help);
        }
        formats.extend(format);
    }
    formats
}

fn read_values(node: NodeRef<'_>, shape: Shape, reader: &mut Reader<'_>) -> Vec<(String, Option<Draft>)> {
    if node.kind() != NodeKind::Object {
        reader.wrong_shape(node, "a mapping of the table's words to what they mean");
        return Vec::new();
    }
    let mut values: Vec<(String, Option<Draft>)> = Vec::new();
    for child in node.children() {
        let word = child.key().trim().to_owned();
        if values.iter().any(|(known, _)| *known == word) {
            reader.fault(Code::DuplicateField, child.key_span(), "this word stands here twice", "keep one of them");
            continue;
        }
        let value = match child.kind() {
            NodeKind::Null => Some(None),
            _ => template::constant(child, shape, reader).map(Some),
        };
        values.extend(value.map(|value| (word, value)));
    }
    values
}
