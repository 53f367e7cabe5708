//! The JSON Schema of the case format, made of the same types that read it.

use schemars::generate::SchemaSettings;

use super::Case;

/// The schema as JSON text (draft 2020-12), with a line break at its end.
#[must_use]
pub fn schema() -> String {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Case>();
    schema.insert("title".to_owned(), "case2fhir case".into());
    // A schema of these types is always valid JSON; an empty text would fail the test that compares it.
    serde_json::to_string_pretty(&schema).map(|text| text + "\n").unwrap_or_default()
}
