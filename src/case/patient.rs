//! The patient.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::age::Age;
use super::concept::Concept;
use super::date::Date;
use super::read::{At, Read, Reader, record, terms};
use crate::instance::{Kind, NodeRef};

terms! {
    /// Administrative gender (FHIR value set administrative-gender), and sex at birth in `birth_sex`.
    pub enum Sex {
        /// Female.
        Female "female",
        /// Male.
        Male "male",
        /// Other.
        Other "other",
        /// Unknown.
        Unknown "unknown",
    }
}

record! {
    /// The person whose case it is. A published case often has neither name nor birth date: leave them out.
    pub struct Patient {
        /// Numbers that identify the patient: a medical record number, say.
        many identifier: Identifier,
        /// The name.
        optional name: Name,
        /// Administrative gender.
        optional sex: Sex,
        /// Sex recorded at birth.
        optional birth_sex: Sex,
        /// The gender that the patient names as theirs.
        optional gender_identity: Concept,
        /// The birth date.
        optional birth_date: Date,
        /// The age, where no birth date is given.
        optional age: Age,
        /// When the patient had that age, where it is known.
        optional age_at: Date,
        /// Whether the patient has died, or when.
        optional deceased: Deceased,
        /// What the patient died of.
        optional cause_of_death: Concept,
        /// Race, in OMB's categories where they fit.
        many race: Concept,
        /// Ethnicity, in OMB's categories where they fit.
        many ethnicity: Concept,
        /// Marital status.
        optional marital_status: Concept,
        /// Languages spoken; a code of BCP 47 (zh, en-US) where known.
        many language: Concept,
        /// Addresses.
        many address: Address,
        /// Telephone numbers, mail addresses.
        many telecom: Telecom,
        /// Remarks. The patient's resource has no place for them but its narrative.
        many note: String,
    }
}

/// Whether the patient has died.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deceased {
    /// Yes or no.
    Flag(bool),
    /// Yes, at this date.
    Date(Date),
}

impl Read for Deceased {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        match node.kind() {
            Kind::Bool(value) => Some(Self::Flag(value)),
            _ => Date::read(node, reader).map(Self::Date),
        }
    }
}

impl JsonSchema for Deceased {
    fn schema_name() -> Cow<'static, str> {
        "Deceased".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let date = generator.subschema_for::<Date>();
        json_schema!({ "description": "true, false, or the date of death.", "anyOf": [{ "type": "boolean" }, date] })
    }
}

record! {
    /// An identifier written out.
    pub struct IdentifierForm {
        /// The URI of who gives these numbers out.
        optional system: String,
        /// The number.
        required value: String,
        /// What kind of number it is.
        optional kind: Concept,
    }
}

/// A number that identifies something within the system that gave it out.
#[derive(Clone, Debug, PartialEq)]
pub struct Identifier {
    /// The URI of who gives these numbers out, where it is known.
    pub system: Option<String>,
    /// The number.
    pub value: String,
    /// What kind of number it is.
    pub kind: Option<Concept>,
    /// Where it stands.
    pub at: At,
}

impl Read for Identifier {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if node.kind() != Kind::Object {
            let value = String::read(node, reader)?;
            return Some(Self { system: None, value, kind: None, at: At(node.span()) });
        }
        let form = IdentifierForm::read(node, reader)?;
        if let Some(system) = &form.system
            && !crate::terminology::systems::is_absolute_uri(system)
        {
            let message = "an identifier's system is an absolute URI";
            let help = "write urn:oid:…, urn:uuid:… or https://…, or leave the system out";
            reader.fault(crate::issue::Code::BadText, node.span(), message, help);
            return None;
        }
        Some(Self { system: form.system, value: form.value, kind: form.kind, at: At(node.span()) })
    }
}

impl JsonSchema for Identifier {
    fn schema_name() -> Cow<'static, str> {
        "Identifier".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let form = generator.subschema_for::<IdentifierForm>();
        json_schema!({ "description": "An identifier: its value, or a mapping with system and value.",
            "anyOf": [{ "type": ["string", "number"] }, form] })
    }
}

record! {
    /// A name written out.
    pub struct NameForm {
        /// The family name.
        optional family: String,
        /// Given names, in order.
        many given: String,
        /// Titles before the name.
        many prefix: String,
        /// The whole name as it is written.
        optional text: String,
    }
}

/// A person's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The family name.
    pub family: Option<String>,
    /// Given names, in order.
    pub given: Vec<String>,
    /// Titles before the name.
    pub prefix: Vec<String>,
    /// The whole name as it is written.
    pub text: Option<String>,
}

impl Read for Name {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if node.kind() != Kind::Object {
            return Some(Self { text: Some(String::read(node, reader)?), ..Self::default() });
        }
        let form = NameForm::read(node, reader)?;
        Some(Self { family: form.family, given: form.given.0, prefix: form.prefix.0, text: form.text })
    }
}

impl JsonSchema for Name {
    fn schema_name() -> Cow<'static, str> {
        "Name".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let form = generator.subschema_for::<NameForm>();
        json_schema!({ "description": "A name: as one text, or with family and given names.", "anyOf": [{ "type": "string" }, form] })
    }
}

record! {
    /// A postal address.
    pub struct Address {
        /// Street, house number, post box.
        many line: String,
        /// Town or city.
        optional city: String,
        /// County or district.
        optional district: String,
        /// State or province; in the United States its two letters.
        optional state: String,
        /// Postal code.
        optional postal_code: String,
        /// Country, its name or its ISO 3166 code.
        optional country: String,
    }
}

terms! {
    /// What a contact is (FHIR value set contact-point-system).
    pub enum TelecomSystem {
        /// Telephone.
        Phone "phone",
        /// Fax.
        Fax "fax",
        /// Mail address.
        Email "email",
        /// Text messages.
        Sms "sms",
        /// A web address.
        Url "url",
        /// Anything else.
        Other "other",
    }
}

record! {
    /// A way to reach the patient.
    pub struct Telecom {
        /// What it is.
        required system: TelecomSystem,
        /// The number or address.
        required value: String,
    }
}
