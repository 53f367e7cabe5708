//! The JSON Schema of mapping files: that of the case format, with an expression allowed in the place of any value.
//!
//! A value is what can be written as one word: whole sections and records that have no such form are not given by one column. Items of
//! lists may be repeated, other records may not; so a type that is both an item and a single record has two forms in the schema.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{Schema, json_schema};
use serde_json::{Map, Value, json};

use super::mapping::MappingForm;

/// The types of the mapping itself, which are as they are.
const OWN: [&str; 8] =
    ["CaseTemplate", "Condition", "DateFormat", "Expression", "Ignored", "RuleForm", "TableForm", "Word"];

/// The schema as JSON text (draft 2020-12), with a line break at its end.
#[must_use]
pub fn schema() -> String {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<MappingForm>();
    schema.insert("title".to_owned(), "case2fhir mapping of tables".into());
    if let Some(types) = schema.get_mut("$defs").and_then(Value::as_object_mut) {
        *types = opened(types);
        if let Some(table) = types.get_mut("TableForm") {
            tighten_table(table);
        }
    }
    if let Some(fields) = schema.get_mut("properties") {
        set(fields, "mapping", json!({ "const": 1 }), &["type", "format", "minimum"]);
        at_least_one(fields, "tables");
        // Of several tables each names its file.
        let several =
            json!({ "if": { "type": "array", "minItems": 2 }, "then": { "items": { "required": ["file"] } } });
        set(fields, "tables", several, &[]);
    }
    schema.insert("required".to_owned(), json!(["mapping", "tables"]));
    // A schema of these types is always valid JSON; an empty text would fail the test that compares it.
    serde_json::to_string_pretty(&schema).map(|text| text + "\n").unwrap_or_default()
}

/// Puts members into the schema of a field, and takes others out of it.
fn set(fields: &mut Value, name: &str, members: Value, without: &[&str]) {
    let Some(field) = fields.get_mut(name).and_then(Value::as_object_mut) else { return };
    field.retain(|member, _| !without.contains(&member.as_str()));
    if let Value::Object(members) = members {
        field.extend(members);
    }
}

/// A list in the place of one item must not be empty.
fn at_least_one(fields: &mut Value, name: &str) {
    let any = fields.get_mut(name).and_then(|field| field.get_mut("anyOf")).and_then(Value::as_array_mut);
    let lists = any.into_iter().flatten().filter(|schema| schema.get("items").is_some());
    for list in lists.filter_map(Value::as_object_mut) {
        list.insert("minItems".to_owned(), 1.into());
    }
}

fn tighten_table(table: &mut Value) {
    if let Some(table) = table.as_object_mut() {
        table.insert("required".to_owned(), json!(["case", "rows"]));
    }
    let Some(fields) = table.get_mut("properties") else { return };
    at_least_one(fields, "rows");
    set(fields, "decimal", json!({ "enum": ["comma", "point", ",", ".", null] }), &["type"]);
    // FHIR R4, the regular expression of `instant`, has the zones that there are.
    set(fields, "zone", json!({ "pattern": "^(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))$" }), &[]);
}

/// The types of the case format, with columns in the places of values.
fn opened(types: &Map<String, Value>) -> Map<String, Value> {
    let mut opener = Opener { types, names: BTreeMap::new(), waiting: Vec::new() };
    let mut result: Map<String, Value> = types
        .iter()
        .filter(|(name, _)| OWN.contains(&name.as_str()))
        .map(|(name, is)| (name.clone(), is.clone()))
        .collect();
    if let Some(case) = types.get("Case") {
        let mut case = opener.open(case, false);
        // The id of the case is what `case` says.
        if let Some(fields) = case.get_mut("properties").and_then(Value::as_object_mut) {
            fields.remove("id");
        }
        result.insert("CaseTemplate".to_owned(), case);
    }
    while let Some((name, new, is_item)) = opener.waiting.pop() {
        if let Some(schema) = types.get(&name) {
            result.insert(new, opener.open(schema, is_item));
        }
    }
    result.sort_keys();
    result
}

struct Opener<'t> {
    types: &'t Map<String, Value>,
    /// What the types are called, as single records (`false`) and as items of lists (`true`).
    names: BTreeMap<(String, bool), String>,
    /// Types that are asked for: their names, what they are called, and whether they are items.
    waiting: Vec<(String, String, bool)>,
}

impl Opener<'_> {
    /// Lets expressions stand for values, `when` in records, and `repeat` in items; nothing is required, because rows give parts.
    fn open(&mut self, schema: &Value, is_item: bool) -> Value {
        let Value::Object(object) = schema else { return schema.clone() };
        let mut result = Map::new();
        for (member, value) in object {
            let value = match (member.as_str(), value) {
                ("required" | "minProperties", _) => continue,
                ("$ref", Value::String(target)) => self.renamed(target, is_item),
                ("anyOf" | "oneOf" | "allOf", Value::Array(any)) => {
                    any.iter().map(|schema| self.open(schema, is_item)).collect()
                }
                ("items", _) => self.place(value, true),
                ("properties", Value::Object(fields)) => {
                    let mut fields: Map<String, Value> = fields
                        .iter()
                        .map(|(name, field)| (name.clone(), self.place(field, self.is_list(field))))
                        .collect();
                    let when = json!({ "description": "Of which rows this holds; of all unless given.", "anyOf": [{ "$ref": "#/$defs/Condition" }, { "type": "null" }] });
                    fields.insert("when".to_owned(), when);
                    if is_item {
                        fields.insert("repeat".to_owned(), repeat());
                    }
                    Value::Object(fields)
                }
                _ => value.clone(),
            };
            result.insert(member.clone(), value);
        }
        Value::Object(result)
    }

    /// A place in the case: an expression may stand there where one word could.
    fn place(&mut self, schema: &Value, is_item: bool) -> Value {
        let mut inner = self.open(schema, is_item);
        if !self.is_scalar(schema) {
            return inner;
        }
        let expression = json!({ "$ref": "#/$defs/Expression" });
        if let Some(any) = inner.get_mut("anyOf").and_then(Value::as_array_mut) {
            any.push(expression);
            return inner;
        }
        let description = inner.as_object_mut().and_then(|inner| inner.remove("description"));
        let mut result = json!({ "anyOf": [inner, expression] });
        if let (Some(result), Some(description)) = (result.as_object_mut(), description) {
            result.insert("description".to_owned(), description);
        }
        result
    }

    /// A reference to a type in the form that is wanted here.
    fn renamed(&mut self, target: &str, is_item: bool) -> Value {
        let Some(name) = target.strip_prefix("#/$defs/") else { return target.into() };
        if OWN.contains(&name) {
            return target.into();
        }
        // Only records differ as items.
        let is_item = is_item
            && self.types.get(name).is_some_and(|schema| self.is_any(schema, &|one| one.get("properties").is_some()));
        let key = (name.to_owned(), is_item);
        let known = self.names.get(&key).cloned();
        let new = known.unwrap_or_else(|| {
            let new = match (self.names.contains_key(&(name.to_owned(), !is_item)), is_item) {
                (false, _) => name.to_owned(),
                (true, true) => format!("{name}Item"),
                (true, false) => format!("{name}Single"),
            };
            self.names.insert(key, new.clone());
            self.waiting.push((name.to_owned(), new.clone(), is_item));
            new
        });
        format!("#/$defs/{new}").into()
    }

    /// Whether one of the schemas that a value may follow is such.
    fn is_any(&self, schema: &Value, is: &dyn Fn(&Value) -> bool) -> bool {
        let named = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix("#/$defs/"));
        let any = ["anyOf", "oneOf"].iter().filter_map(|any| schema.get(any)?.as_array()).flatten();
        is(schema)
            || named.and_then(|name| self.types.get(name)).is_some_and(|schema| self.is_any(schema, is))
            || any.into_iter().any(|schema| self.is_any(schema, is))
    }

    fn is_list(&self, schema: &Value) -> bool {
        self.is_any(schema, &|one| one.get("items").is_some())
    }

    /// Whether a text, a number, or true or false may stand here.
    fn is_scalar(&self, schema: &Value) -> bool {
        let is_one = |kind: &Value| matches!(kind.as_str(), Some("string" | "number" | "integer" | "boolean"));
        self.is_any(schema, &|one| match one.get("type") {
            Some(Value::Array(kinds)) => kinds.iter().any(is_one),
            Some(kind) => is_one(kind),
            None => false,
        })
    }
}

fn repeat() -> Value {
    json!({
        "description": "How often the item is there: a number, or words; `{n}` in the names of columns becomes 1, 2, 3 … or the word.",
        "anyOf": [
            { "type": "integer", "minimum": 1, "maximum": 1000 },
            { "type": "array", "items": { "type": ["string", "number"] }, "minItems": 1 }
        ]
    })
}

/// The schema of an expression.
pub(super) fn expression() -> Schema {
    let column = json!({
        "description": "The name of a column, or several, whose words are joined.",
        "anyOf": [{ "type": ["string", "number"] }, { "type": "array", "items": { "type": ["string", "number"] }, "minItems": 1 }]
    });
    json_schema!({
        "description": "What is made of the cells of a row.",
        "type": "object",
        "properties": {
            "column": column,
            "join": { "description": "What stands between the words of several columns; a blank unless given.", "type": "string" },
            "values": { "description": "What each word of the table means; null for nothing.", "type": "object" },
            "otherwise": { "description": "What becomes of words that `values` does not have: keep, or a value. Unless given they are errors.", "type": ["string", "number", "boolean", "object", "array"] },
            "date": {
                "description": "The formats of the date, before those of the table.",
                "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }]
            },
            "unit": {
                "description": "The unit of an amount that has none: UCUM's code or its usual spelling, or the column in which it stands.",
                "anyOf": [{ "type": "string" }, { "$ref": "#/$defs/Expression" }]
            },
            "split": { "description": "The sign between several values in one cell.", "type": "string", "minLength": 1 },
            "prefix": { "description": "What stands before the words.", "type": "string" },
            "suffix": { "description": "What stands after the words.", "type": "string" },
            "system": { "description": "The code system of the code: icd-10-cm, snomed, or its URI; of an identifier the URI of who gave it out.", "type": "string" }
        },
        "required": ["column"],
        "additionalProperties": false
    })
}
