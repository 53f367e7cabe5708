//! Clinical words: a text, a code, or both.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::read::{At, Read, Reader, nearest, record};
use crate::instance::{Kind, NodeRef};
use crate::issue::{Code, Span};
use crate::terminology::{CodeSystem, Coding, systems};

/// A clinical concept as the case gives it: words, codes, or both. At least one of them is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concept {
    /// The case's words. Kept in the output whatever codes are found for them.
    pub text: Option<String>,
    /// The case's codes.
    pub codings: Vec<Coding>,
    /// Where it stands.
    pub at: At,
}

impl Concept {
    /// A concept of words alone.
    #[must_use]
    pub fn of_text(text: impl Into<String>, at: At) -> Self {
        Self { text: Some(text.into()), codings: Vec::new(), at }
    }

    /// What people call it: its words, else the display of its first code, else that code.
    #[must_use]
    pub fn label(&self) -> &str {
        let coding = self.codings.first();
        let named = coding.and_then(|coding| coding.display.as_deref()).or(coding.map(|coding| coding.code.as_str()));
        self.text.as_deref().or(named).unwrap_or_default()
    }
}

record! {
    /// A concept written out: words and codes.
    pub struct ConceptForm {
        /// The words.
        optional text: String,
        /// Codes, each as `system:code` (`snomed:255029007`), or as a mapping with `system` and `code`.
        many code: CodingForm,
    }
}

record! {
    /// A code written out.
    pub struct CodingFields {
        /// The code system: a short name (snomed, loinc, icd-10-cm, icd-o-3, rxnorm, hgnc, ncit, atc …) or its URI.
        required system: String,
        /// The code.
        required code: String,
        /// The code system's version.
        optional version: String,
        /// The code system's own words for the code.
        optional display: String,
    }
}

/// A code in either of its forms.
#[derive(Clone, Debug, PartialEq)]
pub struct CodingForm(Coding);

impl Read for CodingForm {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if node.kind() == Kind::Object {
            let fields = CodingFields::read(node, reader)?;
            let Some(system) = systems::find(&fields.system) else {
                unknown_system(&fields.system, node.span(), reader);
                return None;
            };
            let coding = Coding {
                code: checked(&system, &fields.code, node.span(), reader)?,
                system: system.uri,
                version: fields.version,
                display: fields.display,
            };
            return Some(Self(coding));
        }
        let text = String::read(node, reader)?;
        match short_form(&text) {
            Some((system, code, display)) => {
                let code = checked(&system, code, node.span(), reader)?;
                let display = display.map(str::to_owned);
                Some(Self(Coding { system: system.uri, code, version: None, display }))
            }
            None => {
                unknown_system(text.split_once(':').map_or("", |(system, _)| system), node.span(), reader);
                None
            }
        }
    }
}

/// Takes `snomed:255029007` or `snomed:255029007 |Papillary thyroid carcinoma|` apart, where the name before the colon is a known one.
fn short_form(text: &str) -> Option<(CodeSystem, &str, Option<&str>)> {
    let (system, rest) = text.split_once(':')?;
    let system = systems::by_alias(system)?;
    let (code, display) = match rest.split_once('|') {
        Some((code, display)) => {
            (code, Some(display.trim().trim_end_matches('|').trim()).filter(|text| !text.is_empty()))
        }
        None => (rest, None),
    };
    let code = code.trim();
    (!code.is_empty() && !code.contains(char::is_whitespace)).then_some((system, code, display))
}

/// The system's name in a text that is surely meant as a code: `snowmed:255029007`.
fn misspelt_alias(text: &str) -> Option<&str> {
    let (system, code) = text.split_once(':')?;
    let like_a_code =
        code.len() >= 3 && code.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'/'));
    (like_a_code && nearest(system, &systems::aliases()).is_some()).then_some(system)
}

fn checked(system: &CodeSystem, code: &str, span: Span, reader: &mut Reader<'_>) -> Option<String> {
    if let Err(reason) = system.check(code) {
        let message = format!("this is not a code of {}: {reason}", system.title);
        reader.fault(Code::BadCode, span, message, "correct the code, or write the words and leave the code out");
        return None;
    }
    Some(system.canonical(code))
}

fn unknown_system(name: &str, span: Span, reader: &mut Reader<'_>) {
    let names = systems::aliases();
    let help = match nearest(name, &names) {
        Some(name) => format!("did you mean `{name}:…`?"),
        None => format!("write the code system's URI, or one of {}", names.join(", ")),
    };
    reader.fault(Code::UnknownSystem, span, "this code system is not known by that name", help);
}

impl Read for Concept {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let at = At(node.span());
        if node.kind() == Kind::Object {
            let form = ConceptForm::read(node, reader)?;
            if form.text.is_none() && form.code.is_empty() {
                if node.get("code").is_some() {
                    return None;
                }
                reader.fault(
                    Code::MissingField,
                    node.span(),
                    "neither words nor a code is given",
                    "add `text: …` or `code: …`",
                );
                return None;
            }
            let codings = form.code.0.into_iter().map(|form| form.0).collect();
            return Some(Self { text: form.text, codings, at });
        }
        let text = String::read(node, reader)?;
        if short_form(&text).is_some() {
            let CodingForm(coding) = CodingForm::read(node, reader)?;
            return Some(Self { text: None, codings: vec![coding], at });
        }
        if let Some(alias) = misspelt_alias(&text) {
            unknown_system(alias, node.span(), reader);
            return None;
        }
        Some(Self { text: Some(text), codings: Vec::new(), at })
    }
}

impl JsonSchema for CodingForm {
    fn schema_name() -> Cow<'static, str> {
        "Code".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let fields = generator.subschema_for::<CodingFields>();
        json_schema!({
            "description": "A code: `snomed:255029007`, `icd-10-cm:C73`, `icd-o-3:8260/3`, or a mapping with system and code.",
            "anyOf": [{ "type": "string", "pattern": r"^[^:\s]+:\S" }, fields]
        })
    }
}

impl JsonSchema for Concept {
    fn schema_name() -> Cow<'static, str> {
        "Concept".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let form = generator.subschema_for::<ConceptForm>();
        json_schema!({
            "description": "A clinical concept: words, a code (`snomed:255029007`), or a mapping with both.",
            "anyOf": [{ "type": ["string", "number"] }, form]
        })
    }
}
