//! The JSON Schema of mapping files: that of the case format, with an expression allowed in the place of any value.

use schemars::generate::SchemaSettings;
use schemars::{Schema, json_schema};
use serde_json::{Value, json};

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
        for (_, schema) in types.iter_mut().filter(|(name, _)| !OWN.contains(&name.as_str())) {
            open(schema);
        }
    }
    // A schema of these types is always valid JSON; an empty text would fail the test that compares it.
    serde_json::to_string_pretty(&schema).map(|text| text + "\n").unwrap_or_default()
}

/// Lets expressions stand for values, and `when` and `repeat` in records; nothing is required, because rows give parts.
fn open(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    object.remove("required");
    object.remove("minProperties");
    if let Some(fields) = object.get_mut("properties").and_then(Value::as_object_mut) {
        for (_, field) in fields.iter_mut() {
            let description = field.as_object_mut().and_then(|field| field.remove("description"));
            open(field);
            let inner = std::mem::take(field);
            *field = json!({ "anyOf": [inner, { "$ref": "#/$defs/Expression" }] });
            if let (Some(field), Some(description)) = (field.as_object_mut(), description) {
                field.insert("description".to_owned(), description);
            }
        }
        fields.insert("when".to_owned(), json!({ "$ref": "#/$defs/Condition" }));
        let repeat = json!({
            "description": "How often the item is there: a number, or words; `{n}` in the names of columns becomes 1, 2, 3 … or the word.",
            "anyOf": [{ "type": "integer", "minimum": 1, "maximum": 1000 }, { "type": "array", "items": { "type": ["string", "number"] } }]
        });
        fields.insert("repeat".to_owned(), repeat);
    }
    if let Some(items) = object.get_mut("items") {
        open(items);
        let inner = std::mem::take(items);
        *items = json!({ "anyOf": [inner, { "$ref": "#/$defs/Expression" }] });
    }
    for any in ["anyOf", "oneOf", "allOf"] {
        object.get_mut(any).and_then(Value::as_array_mut).into_iter().flatten().for_each(open);
    }
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
            "otherwise": { "description": "What becomes of words that `values` does not have: keep, or a value. Unless given they are errors." },
            "date": {
                "description": "The formats of the date, before those of the table.",
                "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }]
            },
            "unit": {
                "description": "The unit of an amount that has none: UCUM's code or its usual spelling, or the column in which it stands.",
                "anyOf": [
                    { "type": "string" },
                    { "type": "object", "properties": { "column": { "type": ["string", "number"] } }, "required": ["column"], "additionalProperties": false }
                ]
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
