//! The shape of the case format, as far as a mapping must know it: which fields a record has, which hold lists, which hold dates and
//! amounts. It is taken from the JSON Schema of the case format, so that a new field needs no line here.

use std::sync::OnceLock;

use serde_json::Value;

use crate::case;

/// What may stand in a place of a case.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    schema: &'static Value,
}

/// What a text that stands in a place is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words, codes, terms.
    Words,
    /// A date, period or moment.
    Date,
    /// A number, with a unit where it has one.
    Amount,
    /// A whole number.
    Count,
    /// True or false.
    Flag,
}

/// The types of the case format that take dates.
const DATES: [&str; 5] = ["Date", "When", "Moment", "Onset", "Deceased"];
/// Those that take amounts.
const AMOUNTS: [&str; 5] = ["Quantity", "Value", "Decimal", "Dimensions", "Age"];

fn root() -> &'static Value {
    static SCHEMA: OnceLock<Value> = OnceLock::new();
    SCHEMA.get_or_init(|| serde_json::from_str(&case::schema()).unwrap_or_default())
}

impl Shape {
    /// A whole case.
    pub(super) fn case() -> Self {
        Self { schema: root() }
    }

    /// Words, as the id of a case is.
    pub(super) fn words() -> Self {
        Self::case().field("id").map_or_else(Self::case, |(_, shape)| shape)
    }

    /// The schemas that a value may follow, with the names of their types where they have some.
    fn alternatives(self) -> Vec<(Option<&'static str>, &'static Value)> {
        let mut open = vec![(None, self.schema)];
        let mut list = Vec::new();
        while let Some((name, schema)) = open.pop() {
            if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
                let name = target.rsplit('/').next();
                let found = name.and_then(|name| root().get("$defs")?.get(name));
                open.extend(found.map(|found| (name, found)));
                list.extend(name.map(|name| (Some(name), schema)));
            }
            for any in ["anyOf", "oneOf"].iter().filter_map(|any| schema.get(any)?.as_array()) {
                open.extend(any.iter().map(|schema| (name, schema)));
            }
            list.push((name, schema));
        }
        list
    }

    /// The names of the fields of a record; none where there is no record.
    pub(super) fn fields(self) -> Vec<&'static str> {
        let objects = self.alternatives().into_iter().filter_map(|(_, schema)| schema.get("properties")?.as_object());
        let mut names: Vec<&str> = objects.flat_map(|object| object.keys().map(String::as_str)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// A field of a record, by the name that it has in the schema.
    pub(super) fn field(self, name: &str) -> Option<(&'static str, Self)> {
        let mut objects =
            self.alternatives().into_iter().filter_map(|(_, schema)| schema.get("properties")?.as_object());
        let (name, schema) = objects.find_map(|object| object.get_key_value(name))?;
        Some((name, Self { schema }))
    }

    /// The shape of the items where a list may stand.
    pub(super) fn items(self) -> Option<Self> {
        let schema = self.alternatives().into_iter().find_map(|(_, schema)| schema.get("items"))?;
        Some(Self { schema })
    }

    /// What a text in this place is read as.
    pub(super) fn kind(self) -> Kind {
        let alternatives = self.alternatives();
        let is_one_of =
            |types: &[&str]| alternatives.iter().any(|(name, _)| name.is_some_and(|name| types.contains(&name)));
        let has_type = |wanted: &str| alternatives.iter().any(|(_, schema)| is_of_type(schema, wanted));
        if is_one_of(&DATES) {
            Kind::Date
        } else if is_one_of(&AMOUNTS) {
            Kind::Amount
        } else if has_type("integer") {
            Kind::Count
        } else if has_type("boolean") {
            Kind::Flag
        } else {
            Kind::Words
        }
    }

    /// Whether true or false may stand here.
    pub(super) fn takes_flag(self) -> bool {
        self.alternatives().iter().any(|(_, schema)| is_of_type(schema, "boolean"))
    }

    /// Whether one value may stand here, and not a record alone.
    pub(super) fn takes_value(self) -> bool {
        let types = ["string", "number", "integer", "boolean"];
        let terms = |schema: &Value| schema.get("enum").is_some() || schema.get("const").is_some();
        let is_value = |schema: &Value| terms(schema) || types.iter().any(|wanted| is_of_type(schema, wanted));
        let items = self.items().is_some_and(|items| items.alternatives().iter().any(|(_, schema)| is_value(schema)));
        items || self.alternatives().iter().any(|(_, schema)| is_value(schema))
    }

    /// Whether a record of this shape has all these fields.
    pub(super) fn has(self, names: &[&str]) -> bool {
        let fields = self.fields();
        names.iter().all(|name| fields.contains(name))
    }
}

/// Whether values of this type follow a schema: it names one type, or several.
fn is_of_type(schema: &Value, wanted: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(kind)) => kind == wanted,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == wanted),
        _ => false,
    }
}
