//! The extensions that resources carry: those of FHIR R4 4.0.1, US Core 6.1.0, mCODE 4.0.0 and HL7's extension pack (`note`), and no others.

use super::datatypes::codeable;
use super::types::{Annotation, CodeableConcept, Extension, ExtensionValue, FieldExtension, Quantity, Reference};
use super::{Built, TypedDateTime};

/// FHIR R4: why a value is not there.
pub const DATA_ABSENT_REASON: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
const ASSERTED_DATE: &str = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate";
const NOTE: &str = "http://hl7.org/fhir/StructureDefinition/note";
const CONDITION_RELATED: &str = "http://hl7.org/fhir/StructureDefinition/condition-related";
const DUE_TO: &str = "http://hl7.org/fhir/StructureDefinition/condition-dueTo";
const OCCURRED_FOLLOWING: &str = "http://hl7.org/fhir/StructureDefinition/condition-occurredFollowing";
const TARGET_BODY_STRUCTURE: &str = "http://hl7.org/fhir/StructureDefinition/procedure-targetBodyStructure";

macro_rules! mcode {
    ($name:literal) => {
        concat!("http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-", $name)
    };
}

/// An extension with a value.
pub fn extension(url: &str, value: ExtensionValue) -> Built<Extension> {
    Extension::builder().url(url.to_owned()).value(value).build()
}

fn nested(url: &str, inner: Vec<Extension>) -> Built<Extension> {
    Extension::builder().url(url.to_owned()).extension(inner).build()
}

fn concept(url: &str, value: CodeableConcept) -> Built<Extension> {
    extension(url, ExtensionValue::CodeableConcept(value))
}

fn reference(url: &str, value: Reference) -> Built<Extension> {
    extension(url, ExtensionValue::Reference(value))
}

/// Says why a value is not there, by a code of FHIR's data-absent-reason: `unknown`, `masked`, `not-applicable`.
pub fn absent(reason: &str) -> Built<Extension> {
    extension(DATA_ABSENT_REASON, ExtensionValue::Code(reason.to_owned()))
}

/// The same on a primitive element (the JSON member with the underscore).
pub fn absent_field(reason: &str) -> Built<FieldExtension> {
    FieldExtension::builder().extension(vec![absent(reason)?]).build()
}

/// A remark on a resource that has no place for one.
pub fn note(text: &str) -> Built<Extension> {
    extension(NOTE, ExtensionValue::Annotation(Annotation::builder().text(text.to_owned()).build()?))
}

/// Condition: when it was diagnosed.
pub fn asserted_date(date: TypedDateTime) -> Built<Extension> {
    extension(ASSERTED_DATE, ExtensionValue::DateTime(date))
}

/// Condition: another condition that it belongs to; mCODE's related primary cancer.
pub fn condition_related(target: Reference) -> Built<Extension> {
    reference(CONDITION_RELATED, target)
}

/// Condition: what it is a consequence of.
pub fn due_to(target: Reference) -> Built<Extension> {
    reference(DUE_TO, target)
}

/// Condition: what came before it; the cancer that it evolved from.
pub fn occurred_following(target: Reference) -> Built<Extension> {
    reference(OCCURRED_FOLLOWING, target)
}

/// Procedure: the tumour or volume it was done on.
pub fn target_body_structure(target: Reference) -> Built<Extension> {
    reference(TARGET_BODY_STRUCTURE, target)
}

/// mCODE: histology, morphology and behaviour of a cancer.
pub fn histology(value: CodeableConcept) -> Built<Extension> {
    concept(mcode!("histology-morphology-behavior"), value)
}

/// mCODE: the side of a body site.
pub fn laterality(value: CodeableConcept) -> Built<Extension> {
    concept(mcode!("laterality-qualifier"), value)
}

/// mCODE: more about a body site.
pub fn location_qualifier(value: CodeableConcept) -> Built<Extension> {
    concept(mcode!("body-location-qualifier"), value)
}

/// mCODE: what a treatment is for.
pub fn procedure_intent(value: CodeableConcept) -> Built<Extension> {
    concept(mcode!("procedure-intent"), value)
}

/// mCODE: the condition that a result or a tumour belongs to.
pub fn related_condition(target: Reference) -> Built<Extension> {
    reference(mcode!("related-condition"), target)
}

/// mCODE: a condition that the patient does not have.
pub fn related_condition_absent(value: CodeableConcept) -> Built<Extension> {
    concept(mcode!("related-condition-absent"), value)
}

/// mCODE: on what a disease status rests.
pub fn evidence_type(value: CodeableConcept) -> Built<Extension> {
    concept(mcode!("cancer-disease-status-evidence-type"), value)
}

/// mCODE: the modality of radiotherapy with its techniques.
pub fn modality_and_technique(modality: CodeableConcept, techniques: Vec<CodeableConcept>) -> Built<Extension> {
    let mut inner = vec![concept(mcode!("radiotherapy-modality"), modality)?];
    for technique in techniques {
        inner.push(concept(mcode!("radiotherapy-technique"), technique)?);
    }
    nested(mcode!("radiotherapy-modality-and-technique"), inner)
}

/// mCODE: how many sessions were given.
pub fn radiotherapy_sessions(count: u32) -> Built<Extension> {
    extension(mcode!("radiotherapy-sessions"), ExtensionValue::UnsignedInt(count))
}

/// mCODE: the dose that a volume received, in cGy, and in how many fractions.
pub fn dose_delivered_to_volume(volume: Reference, dose: Option<Quantity>, fractions: Option<u32>) -> Built<Extension> {
    let mut inner = vec![reference("volume", volume)?];
    if let Some(dose) = dose {
        inner.push(extension("totalDoseDelivered", ExtensionValue::Quantity(dose))?);
    }
    if let Some(fractions) = fractions {
        inner.push(extension("fractionsDelivered", ExtensionValue::UnsignedInt(fractions))?);
    }
    nested(mcode!("radiotherapy-dose-delivered-to-volume"), inner)
}

/// US Core: sex at birth, `F`, `M` or `UNK`.
pub fn birth_sex(code: &str) -> Built<Extension> {
    extension("http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", ExtensionValue::Code(code.to_owned()))
}

/// US Core: the gender that the patient names as theirs.
pub fn gender_identity(value: CodeableConcept) -> Built<Extension> {
    concept("http://hl7.org/fhir/us/core/StructureDefinition/us-core-genderIdentity", value)
}

/// Patient: the moment of birth, on the birth date.
pub fn birth_time(moment: TypedDateTime) -> Built<FieldExtension> {
    let url = "http://hl7.org/fhir/StructureDefinition/patient-birthTime";
    FieldExtension::builder().extension(vec![extension(url, ExtensionValue::DateTime(moment))?]).build()
}

/// US Core: race or ethnicity: OMB categories and the words.
pub fn omb_categories(url: &str, categories: Vec<super::types::Coding>, text: String) -> Built<Extension> {
    let mut inner = Vec::new();
    for category in categories {
        inner.push(extension("ombCategory", ExtensionValue::Coding(category))?);
    }
    inner.push(extension("text", ExtensionValue::String(text))?);
    nested(url, inner)
}

/// The word for "no code of the value set says it" (v3 NullFlavor UNC), with the case's words; mCODE's required bindings on
/// modality and technique take it.
pub fn unencoded(text: &str) -> Built<CodeableConcept> {
    codeable(&[("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNC", "un-encoded")], Some(text))
}
