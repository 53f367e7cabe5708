//! What rows give: a case with columns in the places of its values.
//!
//! A template has the shape of the case format: records with its fields, lists of items. In the place of any value may stand an
//! expression (`{column: …}`). An item may have `when`, a condition on the row, and `repeat`, by which `{n}` in the names of columns
//! becomes 1, 2, 3 or one of the words given.

use crate::case::read::{Reader, nearest};
use crate::instance::{Kind as NodeKind, NodeRef};
use crate::issue::{Code, Issues, Span};

use super::super::draft::{Draft, Record};
use super::condition::Condition;
use super::evaluate::Cells;
use super::expression::{Expression, is_expression};
use super::shape::Shape;

/// What a row gives for a place of the case.
#[derive(Clone, Debug)]
pub(super) enum Template {
    /// The same in every row.
    Constant(Draft),
    /// What the cells say.
    Cells(Box<Expression>),
    /// A record.
    Record(RecordTemplate),
    /// Items.
    List(Vec<Template>),
}

/// A record with columns in it.
#[derive(Clone, Debug)]
pub(super) struct RecordTemplate {
    fields: Vec<(&'static str, Template)>,
    when: Option<Condition>,
}

/// How many values a template may have with all its repetitions.
const MOST: usize = 20_000;

/// Fields that place an item and do not make one: a date that stands in every row is no laboratory result.
const CIRCUMSTANCES: [&str; 7] = ["key", "of", "date", "at_age", "specimen", "after", "due_to"];

/// Reads a constant for a place of this shape.
pub(super) fn constant(node: NodeRef<'_>, shape: Shape, reader: &mut Reader<'_>) -> Option<Draft> {
    match read(node, shape, reader)? {
        Template::Constant(draft) => Some(draft),
        _ => {
            reader.fault(Code::WrongShape, node.span(), "a column stands where a value belongs", "write the value");
            None
        }
    }
}

/// Reads what a row gives for a place of this shape.
pub(super) fn read(node: NodeRef<'_>, shape: Shape, reader: &mut Reader<'_>) -> Option<Template> {
    match node.kind() {
        NodeKind::Null => None,
        NodeKind::Bool(flag) => Some(Template::Constant(Draft::Flag(flag, node.span()))),
        NodeKind::Number => Some(Template::Constant(Draft::Number(node.text().to_owned(), node.span()))),
        NodeKind::String => Some(Template::Constant(Draft::Text(node.text().to_owned(), node.span()))),
        NodeKind::Array => {
            let Some(items) = shape.items() else {
                reader.wrong_shape(node, "one value");
                return None;
            };
            let list: Vec<Template> = node.children().flat_map(|child| repeated(child, items, reader)).collect();
            Some(gathered(list))
        }
        NodeKind::Object if is_expression(node) => {
            Expression::read(node, shape, reader).map(|expression| Template::Cells(Box::new(expression)))
        }
        NodeKind::Object => match (shape.items(), node.get("repeat")) {
            (Some(items), Some(_)) => Some(Template::List(repeated(node, items, reader))),
            (None, Some(repeat)) => {
                let help = "repeat an item of a list";
                reader.fault(Code::UnknownField, repeat.key_span(), "this is there once, and cannot be repeated", help);
                None
            }
            _ => record(node, shape, reader),
        },
    }
}

/// Items without columns are a constant.
fn gathered(list: Vec<Template>) -> Template {
    let constants: Vec<Draft> = list
        .iter()
        .filter_map(|item| match item {
            Template::Constant(draft) => Some(draft.clone()),
            _ => None,
        })
        .collect();
    if constants.len() == list.len() { Template::Constant(Draft::List(constants)) } else { Template::List(list) }
}

/// An item, as often as it is to be repeated.
fn repeated(node: NodeRef<'_>, shape: Shape, reader: &mut Reader<'_>) -> Vec<Template> {
    let repeat = node.get("repeat").filter(|_| node.kind() == NodeKind::Object);
    let template = match repeat {
        Some(_) => record(node, shape, reader),
        None => read(node, shape, reader),
    };
    let Some(template) = template else { return Vec::new() };
    let Some(repeat) = repeat else { return vec![template] };
    let words: Option<Vec<String>> = match repeat.kind() {
        NodeKind::Number => {
            let count = repeat.text().parse::<usize>().ok().filter(|count| (1..=1000).contains(count));
            count.map(|count| (1..=count).map(|number| number.to_string()).collect())
        }
        NodeKind::Array => repeat
            .children()
            .map(|word| matches!(word.kind(), NodeKind::String | NodeKind::Number).then(|| word.text().to_owned()))
            .collect(),
        _ => None,
    };
    let Some(words) = words.filter(|words| !words.is_empty() && words.len() * template.size() <= MOST) else {
        reader.wrong_shape(repeat, "how often, from 1 to 1000, or a list of words for `{n}`");
        return Vec::new();
    };
    words.iter().map(|word| template.numbered(word)).collect()
}

fn record(node: NodeRef<'_>, shape: Shape, reader: &mut Reader<'_>) -> Option<Template> {
    let known = shape.fields();
    if known.is_empty() {
        reader.wrong_shape(node, "one value, or `column: …`");
        return None;
    }
    let mut template = RecordTemplate { fields: Vec::new(), when: None };
    let mut is_sound = true;
    for child in node.children() {
        match child.key() {
            "when" => template.when = reader.optional::<Condition>("when", Some(child)),
            "repeat" => {}
            name => match shape.field(name) {
                Some((name, _)) if template.fields.iter().any(|(known, _)| *known == name) => {
                    let message = format!("the field `{name}` stands here twice");
                    reader.fault(Code::DuplicateField, child.key_span(), message, "keep one of them");
                }
                Some((name, shape)) => {
                    let value = reader.within(name, |reader| read(child, shape, reader));
                    template.fields.extend(value.map(|value| (name, value)));
                }
                None => {
                    is_sound = false;
                    let help = match nearest(name, &known) {
                        Some(name) => format!("did you mean `{name}`?"),
                        None => format!("the fields here are {}", known.join(", ")),
                    };
                    reader.fault(Code::UnknownField, child.key_span(), "the case format has no such field here", help);
                }
            },
        }
    }
    if !is_sound {
        return None;
    }
    let is_constant = |(_, value): &(&str, Template)| matches!(value, Template::Constant(_));
    if template.when.is_none() && !template.fields.is_empty() && template.fields.iter().all(is_constant) {
        let mut constant = Record::at(node.span());
        for (name, value) in template.fields {
            if let Template::Constant(value) = value {
                constant.set(name, value);
            }
        }
        return Some(Template::Constant(Draft::Record(constant)));
    }
    Some(Template::Record(template))
}

/// Where a template stands in the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// It is the case; whether its rule has a condition.
    Case(bool),
    /// It is a section or an item of one.
    Item(bool),
    /// It is a part of an item.
    Part,
}

impl Level {
    fn below(self) -> Self {
        match self {
            Self::Case(is_meant) => Self::Item(is_meant),
            _ => Self::Part,
        }
    }
}

/// What a template made of a row.
#[derive(Default)]
pub(super) struct Made {
    pub(super) value: Option<Draft>,
    /// Whether a cell says something.
    says: bool,
    /// Whether there is a column in it at all.
    asks: bool,
    /// The cells that were taken in.
    pub(super) read: Vec<usize>,
    /// The cells of which the mapping says that they say nothing.
    pub(super) settled: Vec<usize>,
}

impl Template {
    /// All columns that it names, with the places at which it names them.
    pub(super) fn columns(&self, list: &mut Vec<(String, Span)>) {
        match self {
            Self::Constant(_) => {}
            Self::Cells(expression) => {
                list.extend(expression.named().into_iter().map(|(column, at)| (column.to_owned(), at)));
            }
            Self::Record(record) => {
                for test in record.when.iter().flat_map(|when| when.any.iter().flatten()) {
                    list.push((test.column.clone(), test.at));
                }
                record.fields.iter().for_each(|(_, value)| value.columns(list));
            }
            Self::List(items) => items.iter().for_each(|item| item.columns(list)),
        }
    }

    /// Whether it gives a field of this name.
    pub(super) fn gives(&self, name: &str) -> bool {
        match self {
            Self::Constant(Draft::Record(record)) => record.get(name).is_some(),
            Self::Record(record) => record.fields.iter().any(|(field, _)| *field == name),
            _ => false,
        }
    }

    /// How many values it has.
    fn size(&self) -> usize {
        match self {
            Self::Constant(_) | Self::Cells(_) => 1,
            Self::Record(record) => record.fields.iter().map(|(_, value)| value.size()).sum(),
            Self::List(items) => items.iter().map(Self::size).sum(),
        }
    }

    /// The same template with a word in the place of `{n}`.
    fn numbered(&self, word: &str) -> Self {
        match self {
            Self::Constant(draft) => Self::Constant(filled(draft, word)),
            Self::Cells(expression) => Self::Cells(Box::new(expression.numbered(word))),
            Self::Record(record) => {
                let mut record = record.clone();
                let tests = record.when.iter_mut().flat_map(|when| when.any.iter_mut().flatten());
                tests.for_each(|test| test.numbered(word));
                record.fields.iter_mut().for_each(|(_, value)| *value = value.numbered(word));
                Self::Record(record)
            }
            Self::List(items) => Self::List(items.iter().map(|item| item.numbered(word)).collect()),
        }
    }

    /// What a row gives.
    pub(super) fn make(&self, cells: &Cells<'_>, level: Level, issues: &mut Issues) -> Made {
        match self {
            Self::Constant(draft) => Made { value: Some(draft.clone()), ..Made::default() },
            Self::Cells(expression) => {
                let mut found = expression.evaluate(cells, issues);
                let says = !found.values.is_empty();
                let value = if found.values.len() > 1 { Some(Draft::List(found.values)) } else { found.values.pop() };
                Made { value, says, asks: true, read: found.read, settled: found.settled }
            }
            Self::Record(record) => record.make(cells, level, issues),
            Self::List(items) => {
                let mut all = Made::default();
                let mut list = Vec::new();
                for item in items {
                    let made = item.make(cells, level, issues);
                    all.asks |= made.asks;
                    all.settled.extend(made.settled);
                    let Some(value) = made.value else { continue };
                    all.says |= made.says || !made.asks;
                    all.read.extend(made.read);
                    match value {
                        Draft::List(items) => list.extend(items),
                        item => list.push(item),
                    }
                }
                all.value = (!list.is_empty()).then_some(Draft::List(list));
                all
            }
        }
    }
}

impl RecordTemplate {
    fn make(&self, cells: &Cells<'_>, level: Level, issues: &mut Issues) -> Made {
        let mut all = Made::default();
        if let Some(when) = &self.when {
            match when.holds(cells) {
                Some(read) => all.read = read,
                None => return Made { asks: true, ..all },
            }
        }
        // Of what places the item, and of what makes it.
        let (mut placed, mut asks_place) = (false, false);
        let mut record = Record::at(cells.row);
        for (name, template) in &self.fields {
            let made = template.make(cells, level.below(), issues);
            if CIRCUMSTANCES.contains(name) {
                placed |= made.says;
                asks_place |= made.asks;
            } else {
                all.says |= made.says;
                all.asks |= made.asks;
            }
            all.read.extend(made.read);
            all.settled.extend(made.settled);
            record.set(name, made.value);
        }
        // An item of which every column is empty is not there, whatever is the same in every row, unless the row itself says by a condition
        // that it is. Where only its date or its key are columns, these say so, or the condition of the rule.
        let is_there = match (all.asks, asks_place) {
            _ if self.when.is_some() || matches!(level, Level::Case(_)) => true,
            (true, _) => all.says,
            (false, true) => placed || level == Level::Item(true),
            (false, false) => true,
        };
        all.asks |= asks_place;
        if !is_there || record.is_empty() {
            return Made { asks: true, settled: all.settled, ..Made::default() };
        }
        all.says |= placed || self.when.is_some();
        all.value = Some(Draft::Record(record));
        all
    }
}

pub(super) fn filled(draft: &Draft, word: &str) -> Draft {
    match draft {
        Draft::Text(text, span) => Draft::Text(text.replace("{n}", word), *span),
        Draft::List(items) => Draft::List(items.iter().map(|item| filled(item, word)).collect()),
        Draft::Record(record) => {
            let fields = record.fields.iter().map(|(name, value)| (name.clone(), filled(value, word))).collect();
            Draft::Record(Record { fields, span: record.span })
        }
        other => other.clone(),
    }
}
