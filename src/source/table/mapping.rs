//! The mapping file: which tables there are, how they write things, and what their rows give.
//!
//! ```yaml
//! mapping: 1
//! tables:
//!   dates: DD.MM.YYYY
//!   case: { column: patient }
//!   rows:
//!     gives:
//!       patient: { sex: { column: sex, values: { m: male, f: female } } }
//!       cancers: { key: primary, diagnosis: { column: diagnosis } }
//! ```

use std::borrow::Cow;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::case::Case;
use crate::case::read::{Read, Reader, record};
use crate::instance::{Kind, NodeRef};
use crate::issue::{Code, Span};

use super::super::delimited::{Encoding, Quote, Reading, Separator};
use super::condition::Condition;
use super::date_format::DateFormat;
use super::expression::{Expression, read_formats};
use super::reading::{Ignored, Table};
use super::shape::Shape;
use super::template::{self, Template};

/// What the columns of tables are.
#[derive(Debug)]
pub struct Mapping {
    /// The name of its file.
    pub(super) file: Arc<str>,
    /// Its text, into which the places of constants point.
    pub(super) text: Arc<str>,
    pub(super) tables: Vec<TableMapping>,
}

impl Mapping {
    /// Whether it names the files that it is for, and so takes the tables of a folder together.
    #[must_use]
    pub fn names_files(&self) -> bool {
        self.tables.iter().any(|table| table.file.is_some())
    }
}

/// What the columns of a table are.
#[derive(Debug)]
pub(super) struct TableMapping {
    /// The names of files that it is for, with `*` for anything, and where the mapping says so.
    pub(super) file: Option<(String, Span)>,
    pub(super) table: Table,
    /// Which case a row belongs to.
    pub(super) case: Expression,
    pub(super) rules: Vec<Rule>,
    pub(super) at: Span,
}

/// What rows give.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) when: Option<Condition>,
    pub(super) gives: Template,
}

record! {
    /// What the columns of your tables are, and how they become cases.
    pub struct MappingForm {
        /// The version of this format: 1.
        required mapping: u32,
        /// What it is for, in words.
        optional title: String,
        /// The tables: one, or several whose files lie in one folder.
        many tables: TableForm,
    }
}

record! {
    /// A table.
    pub struct TableForm {
        /// The name of its file, in which `*` stands for anything. Needed where there are several tables.
        optional file: String,
        /// What stands between its cells: comma, semicolon, tab, bar, or the sign itself. Found out where it is not given.
        optional separator: String,
        /// What stands around cells that hold separators or line breaks: double (unless its header shows single ones), single or none.
        optional quote: String,
        /// Its encoding: utf-8, latin1, windows-1252, utf-16le … Found out where it is not given.
        optional encoding: String,
        /// How many lines stand before the row with the names of the columns.
        optional skip: u32,
        /// What stands before decimals: a point unless given, or a comma.
        optional decimal: String,
        /// How its dates are written: YYYY-MM-DD (always understood), DD.MM.YYYY, M/D/YYYY, YYYYMMDD, D MMM YYYY, YYYY-MM-DD HH:mm. 00 for day
        /// or month says that it is not known.
        many dates: DateForm,
        /// The zone of its times: +01:00 or Z. Without one the time of day stays a remark, for FHIR takes none without a zone.
        optional zone: String,
        /// Words that stand for nothing: NA, -99.
        many blank: Word,
        /// Columns that are not wanted, with `*` for anything; or a mapping of such a name to words in it that say nothing. All else that
        /// nothing is made of is kept as a remark and told.
        many ignore: IgnoredForm,
        /// Which case a row belongs to: the column with the number of the patient or case. It becomes the id of the case.
        required case: ExpressionForm,
        /// What rows give.
        many rows: RuleForm,
    }
}

record! {
    /// What a row gives.
    pub struct RuleForm {
        /// Of which rows this holds; of all unless given.
        optional when: Condition,
        /// A case with `column: …` in the places of its values.
        required gives: CaseForm,
    }
}

/// A format of dates.
#[derive(Clone, Debug, PartialEq)]
pub struct DateForm(DateFormat);

impl Read for DateForm {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        read_formats(node, reader).pop().map(Self)
    }
}

impl JsonSchema for DateForm {
    fn schema_name() -> Cow<'static, str> {
        "DateFormat".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "A format of dates: DD.MM.YYYY, M/D/YYYY, YYYYMMDD, D MMM YYYY, YYYY-MM-DD HH:mm.", "type": "string" })
    }
}

/// A word of a table, which may be a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Word(String);

impl Read for Word {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        match node.kind() {
            Kind::String | Kind::Number => Some(Self(node.text().trim().to_owned())),
            Kind::Bool(value) => Some(Self(value.to_string())),
            _ => {
                reader.wrong_shape(node, "a word of the table");
                None
            }
        }
    }
}

impl JsonSchema for Word {
    fn schema_name() -> Cow<'static, str> {
        "Word".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "A word of a table.", "type": ["string", "number", "boolean"] })
    }
}

/// Columns that are not wanted.
#[derive(Clone, Debug)]
pub struct IgnoredForm(Vec<Ignored>);

impl PartialEq for IgnoredForm {
    fn eq(&self, other: &Self) -> bool {
        let names = |form: &Self| form.0.iter().map(|ignored| ignored.column.clone()).collect::<Vec<_>>();
        names(self) == names(other)
    }
}

impl Read for IgnoredForm {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if node.kind() != Kind::Object {
            let Word(column) = Word::read(node, reader)?;
            return Some(Self(vec![Ignored { column, words: Vec::new() }]));
        }
        let mut list = Vec::new();
        for child in node.children() {
            if child.kind() == Kind::Array && child.children().next().is_none() {
                reader.wrong_shape(child, "the words that say nothing");
            }
            let words: Vec<Word> = match child.kind() {
                Kind::Array => child.children().filter_map(|word| Word::read(word, reader)).collect(),
                _ => Word::read(child, reader).into_iter().collect(),
            };
            let words = words.into_iter().map(|word| word.0).collect();
            list.push(Ignored { column: child.key().to_owned(), words });
        }
        Some(Self(list))
    }
}

impl JsonSchema for IgnoredForm {
    fn schema_name() -> Cow<'static, str> {
        "Ignored".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let word = generator.subschema_for::<Word>();
        json_schema!({
            "description": "The name of a column, with `*` for anything; or a mapping of such a name to words in it that say nothing.",
            "anyOf": [word, { "type": "object", "additionalProperties": { "anyOf": [word, { "type": "array", "items": word }] } }]
        })
    }
}

/// Which case a row belongs to, as an expression.
#[derive(Clone, Debug)]
pub struct ExpressionForm(Expression);

impl PartialEq for ExpressionForm {
    fn eq(&self, other: &Self) -> bool {
        self.0.columns == other.0.columns
    }
}

impl Read for ExpressionForm {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let (_, shape) = Shape::case().field("id")?;
        if node.get("column").is_none() {
            reader.wrong_shape(node, "`column: …`");
            return None;
        }
        for name in ["split", "otherwise", "date", "unit", "system"] {
            if let Some(member) = node.get(name) {
                let help = "take columns, `join`, `values`, `prefix` and `suffix`";
                reader.fault(Code::UnknownField, member.key_span(), "this cannot tell cases apart", help);
            }
        }
        Expression::read(node, shape, reader).map(Self)
    }
}

impl JsonSchema for ExpressionForm {
    fn schema_name() -> Cow<'static, str> {
        "Expression".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        super::schema::expression()
    }
}

/// What a row gives.
#[derive(Clone, Debug)]
pub struct CaseForm(Template);

impl PartialEq for CaseForm {
    fn eq(&self, _: &Self) -> bool {
        // Forms are read once and never compared; the macro asks for it.
        false
    }
}

impl Read for CaseForm {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if node.kind() != Kind::Object || node.get("column").is_some() {
            reader.wrong_shape(node, "a case: `patient:`, `cancers:` …");
            return None;
        }
        if let Some(id) = node.get("id") {
            let help = "say at the table which case a row belongs to: `case: { column: … }`";
            reader.fault(Code::UnknownField, id.key_span(), "the id of the case is what `case` says", help);
        }
        template::read(node, Shape::case(), reader).map(Self)
    }
}

impl JsonSchema for CaseForm {
    fn schema_name() -> Cow<'static, str> {
        "CaseTemplate".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let case = generator.subschema_for::<Case>();
        json_schema!({ "allOf": [case] })
    }
}

/// Reads a mapping from the root of its document.
pub(super) fn read(root: NodeRef<'_>, file: &str, text: &str, reader: &mut Reader<'_>) -> Option<Mapping> {
    let form = MappingForm::read(root, reader)?;
    if form.mapping != 1 {
        let at = root.get("mapping").map_or(root.span(), |node| node.span());
        reader.fault(
            Code::UnsupportedVersion,
            at,
            "this is a version of mappings that is not known",
            "write `mapping: 1`",
        );
        return None;
    }
    let is_told =
        root.get("tables").is_some_and(|tables| tables.kind() != Kind::Array || tables.children().next().is_some());
    if form.tables.is_empty() && !is_told {
        reader.fault(Code::MissingField, root.span(), "the mapping has no table", "add `tables:`");
        return None;
    }
    for node in root.get("tables").iter().filter(|node| node.kind() == Kind::Null) {
        reader.wrong_shape(*node, "a table, or several");
    }
    let nodes: Vec<NodeRef<'_>> = match root.get("tables") {
        Some(tables) if tables.kind() == Kind::Array => tables.children().collect(),
        tables => tables.into_iter().collect(),
    };
    let several = form.tables.len() > 1;
    let mut tables = Vec::new();
    for (form, node) in form.tables.0.into_iter().zip(nodes) {
        if several && form.file.is_none() {
            let help = "add `file: patients*.csv`";
            reader.fault(Code::MissingField, node.span(), "of several tables each names its file", help);
        }
        tables.push(table(form, node, reader));
    }
    Some(Mapping { file: Arc::from(file), text: Arc::from(text), tables })
}

fn table(form: TableForm, node: NodeRef<'_>, reader: &mut Reader<'_>) -> TableMapping {
    let place = |name: &str| node.get(name).map_or(node.span(), |node| node.span());
    for dates in node.get("dates").iter().filter(|dates| dates.kind() == Kind::Null) {
        reader.wrong_shape(*dates, "a format of dates, or several");
    }
    let separator = form.separator.as_deref().and_then(|text| {
        let found = Separator::of(text);
        if found.is_none() {
            let help = "write comma, semicolon, tab, bar, or one sign";
            reader.fault(Code::UnknownTerm, place("separator"), "this separates no cells", help);
        }
        found
    });
    let quote = form.quote.as_deref().and_then(|text| {
        let found = Quote::of(text);
        if found.is_none() {
            reader.fault(Code::UnknownTerm, place("quote"), "this quotes no cells", "write double, single or none");
        }
        found
    });
    let encoding = form.encoding.as_deref().and_then(|label| {
        let found = Encoding::of_label(label);
        if found.is_none() {
            let help = "write a label of the Encoding Standard: utf-8, latin1, windows-1250, utf-16le";
            reader.fault(Code::UnknownTerm, place("encoding"), "this encoding is not known", help);
        }
        found
    });
    let has_decimal_comma = match form.decimal.as_deref() {
        None | Some("." | "point") => false,
        Some("," | "comma") => true,
        Some(_) => {
            let help = "write comma or point";
            reader.fault(Code::UnknownTerm, place("decimal"), "this stands before no decimals", help);
            false
        }
    };
    if let Some(zone) = &form.zone
        && crate::case::Date::parse(&format!("2000-01-01T00:00:00{zone}")).is_none()
    {
        reader.fault(Code::BadDate, place("zone"), "this is no zone", "write Z or +01:00");
    }
    if form.rows.is_empty() {
        reader.fault(
            Code::MissingField,
            node.span(),
            "the table says nothing of its rows",
            "add `rows:` with `gives:`",
        );
    }
    let rules = form.rows.0.into_iter().map(|rule| Rule { when: rule.when, gives: rule.gives.0 });
    TableMapping {
        file: form.file.map(|file| (file, place("file"))),
        table: Table {
            reading: Reading {
                separator,
                quote,
                encoding,
                skip: form.skip.and_then(|skip| usize::try_from(skip).ok()).unwrap_or(0),
            },
            has_decimal_comma,
            dates: form.dates.0.into_iter().map(|date| date.0).collect(),
            zone: form.zone,
            blank: form.blank.0.into_iter().map(|word| word.0).collect(),
            ignore: form.ignore.0.into_iter().flat_map(|form| form.0).collect(),
        },
        case: form.case.0,
        rules: rules.collect(),
        at: node.span(),
    }
}
