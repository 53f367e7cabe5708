//! Faults of single profiles, and of bundles: slices, extensions of mCODE and US Core, invariants, codes, quantities; entries, their
//! fullUrls and requests, documents, references between entries.

use case2fhir::issue::Code;
use serde_json::{Value, json};

use super::edit::{add, get, remove, rename, set};
use super::sound;
use super::verdict::{Expected, hold, report};
use crate::support;

/// A fault: what it is, what it is put into, how it must be found, where, what may follow, how it is made.
type Row = (&'static str, &'static str, Code, &'static str, &'static [Code], fn(&mut Value));

const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const ABSENT: &str = "http://terminology.hl7.org/CodeSystem/data-absent-reason";

fn concept(system: &str, code: &str) -> Value {
    json!({"coding": [{"system": system, "code": code}]})
}

/// Faults of the profiles; the resource is the richest that states one.
const PROFILES: &[Row] = &[
    // Patients, and extensions made of extensions.
    ("race without its text", "mcode-cancer-patient", Code::MinCardinality, "Patient.extension[0].extension", &[], |r| remove(r, "extension[0].extension[2]")),
    ("race with two texts", "mcode-cancer-patient", Code::MaxCardinality, "Patient.extension[0].extension", &[], |r| {
        add(r, "extension[0].extension", json!({"url": "text", "valueString": "x"}));
    }),
    ("race with a part that it has not", "mcode-cancer-patient", Code::ExtensionUnknown, "Patient.extension[0].extension[3]", &[], |r| {
        add(r, "extension[0].extension", json!({"url": "colour", "valueString": "x"}));
    }),
    ("race with a value", "mcode-cancer-patient", Code::MaxCardinality, "Patient.extension[0].value.ofType(string)", &[Code::Invariant, Code::ChoiceType], |r| {
        set(r, "extension[0].valueString", json!("x"));
    }),
    ("race twice", "mcode-cancer-patient", Code::MaxCardinality, "Patient.extension", &[], |r| {
        let race = r["extension"][0].clone();
        add(r, "extension", race);
    }),
    ("race of words", "mcode-cancer-patient", Code::ChoiceType, "Patient.extension[0].extension[0].value.ofType(string)", &[Code::MinCardinality], |r| {
        remove(r, "extension[0].extension[0].valueCoding");
        set(r, "extension[0].extension[0].valueString", json!("x"));
    }),
    ("birth sex of words", "mcode-cancer-patient", Code::ChoiceType, "Patient.extension[2].value.ofType(string)", &[], |r| {
        rename(r, "extension[2].valueCode", "valueString");
    }),
    ("birth sex at a name", "mcode-cancer-patient", Code::ExtensionContext, "Patient.name[0].extension[0]", &[], |r| {
        let sex = r["extension"][2].clone();
        add(r, "name[0].extension", sex);
    }),
    ("birth sex as modifier", "mcode-cancer-patient", Code::ExtensionModifier, "Patient.modifierExtension[0]", &[Code::ExtensionContext], |r| {
        let sex = r["extension"][2].clone();
        add(r, "modifierExtension", sex);
    }),
    ("extension with a version in its url", "mcode-cancer-patient", Code::FixedValue, "Patient.extension[2].url", &[Code::ExtensionUnknown], |r| {
        let url = format!("{}|6.1.0", r["extension"][2]["url"].as_str().unwrap());
        set(r, "extension[2].url", json!(url));
    }),
    ("name without parts", "mcode-cancer-patient", Code::Invariant, "Patient.name[0]", &[], |r| set(r, "name", json!([{"use": "official"}]))),
    ("telecom without system", "mcode-cancer-patient", Code::MinCardinality, "Patient.telecom[0]", &[Code::Invariant], |r| remove(r, "telecom[0].system")),
    ("rank of nought", "mcode-cancer-patient", Code::PrimitiveRange, "Patient.telecom[0].rank", &[], |r| set(r, "telecom[0].rank", json!(0))),
    ("rank with a fraction", "mcode-cancer-patient", Code::PrimitiveForm, "Patient.telecom[0].rank", &[], |r| set(r, "telecom[0].rank", json!(1.5))),
    ("rank as text", "mcode-cancer-patient", Code::WrongJsonType, "Patient.telecom[0].rank", &[], |r| set(r, "telecom[0].rank", json!("1"))),
    ("system of an identifier that is relative", "mcode-cancer-patient", Code::PrimitiveForm, "Patient.identifier[2]", &[], |r| set(r, "identifier[2].system", json!("mrn"))),
    ("birth in a month that is none", "mcode-cancer-patient", Code::PrimitiveForm, "Patient.birthDate", &[], |r| set(r, "birthDate", json!("1958-13-28"))),
    ("birth on a day that is none", "mcode-cancer-patient", Code::PrimitiveForm, "Patient.birthDate", &[], |r| set(r, "birthDate", json!("1958-02-29"))),
    ("birth in short form", "mcode-cancer-patient", Code::PrimitiveForm, "Patient.birthDate", &[], |r| set(r, "birthDate", json!("1958-2-28"))),
    ("death twice", "mcode-cancer-patient", Code::ChoiceTwice, "Patient", &[], |r| set(r, "deceasedBoolean", json!(true))),
    ("photo of another size", "mcode-cancer-patient", Code::Attachment, "Patient.photo[0]", &[], |r| set(r, "photo", json!([{"contentType": "text/plain", "data": "SGVsbG8=", "size": 6}]))),
    ("photo of bad characters", "mcode-cancer-patient", Code::PrimitiveForm, "Patient.photo[0].data", &[], |r| set(r, "photo", json!([{"contentType": "text/plain", "data": "A@AA"}]))),
    ("photo without its kind", "mcode-cancer-patient", Code::Invariant, "Patient.photo[0]", &[], |r| set(r, "photo", json!([{"data": "SGVsbG8="}]))),
    ("contact without details", "mcode-cancer-patient", Code::Invariant, "Patient.contact[0]", &[], |r| set(r, "contact", json!([{"gender": "female"}]))),
    ("period that ends before it begins", "mcode-cancer-patient", Code::Invariant, "Patient.name[0].period", &[], |r| set(r, "name[0].period", json!({"start": "2020-01-02", "end": "2020-01-01"}))),
    ("id of an element twice", "mcode-cancer-patient", Code::DuplicateId, "Patient", &[], |r| {
        set(r, "telecom[0].id", json!("a"));
        set(r, "telecom[1].id", json!("a"));
    }),
    ("nulls on both sides", "mcode-cancer-patient", Code::Null, "Patient.name[0].given[2]", &[], |r| {
        add(r, "name[0].given", Value::Null);
        set(r, "name[0]._given", json!([null, null, null]));
    }),
    ("text that looks like a script", "mcode-cancer-patient", Code::EmbeddedHtml, "Patient.name[0].family", &[], |r| set(r, "name[0].family", json!("<script>alert(1)</script>"))),
    // Conditions.
    ("category that is another", "mcode-primary-cancer-condition", Code::MinCardinality, "Condition.category", &[], |r| {
        set(r, "category[0]", concept("http://terminology.hl7.org/CodeSystem/condition-category", "encounter-diagnosis"));
    }),
    ("category of words", "mcode-primary-cancer-condition", Code::MinCardinality, "Condition.category", &[], |r| set(r, "category", json!([{"text": "x"}]))),
    ("abated, and active", "mcode-primary-cancer-condition", Code::Invariant, "Condition", &[], |r| {
        set(r, "clinicalStatus.coding[0]", json!({"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}));
        set(r, "abatementDateTime", json!("2020"));
    }),
    ("entered in error, and with a status", "mcode-primary-cancer-condition", Code::Invariant, "Condition", &[], |r| {
        set(r, "verificationStatus", concept("http://terminology.hl7.org/CodeSystem/condition-ver-status", "entered-in-error"));
    }),
    ("display of a status that is another", "mcode-primary-cancer-condition", Code::Display, "Condition.clinicalStatus.coding[0]", &[], |r| {
        set(r, "clinicalStatus.coding[0].display", json!("Wrong words"));
    }),
    ("histology of words for a concept", "mcode-primary-cancer-condition", Code::ChoiceType, "Condition.extension[1].value.ofType(string)", &[Code::MinCardinality, Code::BindingRequired], |r| {
        rename(r, "extension[1].valueCodeableConcept", "valueString");
        set(r, "extension[1].valueString", json!("x"));
    }),
    ("laterality twice", "mcode-primary-cancer-condition", Code::MaxCardinality, "Condition.bodySite[0].extension", &[], |r| {
        let side = r["bodySite"][0]["extension"][0].clone();
        r["bodySite"][0]["extension"].as_array_mut().unwrap().insert(0, side);
    }),
    ("related to two primaries", "mcode-secondary-cancer-condition", Code::MaxCardinality, "Condition.extension", &[], |r| {
        let related = r["extension"][1].clone();
        add(r, "extension", related);
    }),
    // Observations: slices of category and component, values, rules.
    ("category that is another", "us-core-blood-pressure", Code::MinCardinality, "Observation.category", &[], |r| set(r, "category", json!([concept(CATEGORY, "therapy")]))),
    ("category of another system", "mcode-genomic-variant", Code::MinCardinality, "Observation.category", &[], |r| set(r, "category[0]", concept("http://example.org/cs", "laboratory"))),
    ("category twice", "mcode-genomic-variant", Code::MaxCardinality, "Observation.category", &[], |r| {
        let category = r["category"][0].clone();
        add(r, "category", category);
    }),
    ("category that its system has not", "mcode-tumor-marker-test", Code::CodeUnknown, "Observation.category[0].coding[0]", &[Code::MinCardinality], |r| set(r, "category[0].coding[0].code", json!("lab"))),
    ("without systolic pressure", "us-core-blood-pressure", Code::MinCardinality, "Observation", &[], |r| remove(r, "component[0]")),
    ("systolic pressure twice", "us-core-blood-pressure", Code::MaxCardinality, "Observation.component", &[], |r| {
        let component = r["component"][0].clone();
        add(r, "component", component);
    }),
    ("systolic pressure in another unit", "us-core-blood-pressure", Code::FixedValue, "Observation.component[0].value.ofType(Quantity).code", &[Code::BindingRequired], |r| set(r, "component[0].valueQuantity.code", json!("kPa"))),
    ("systolic pressure without unit", "us-core-blood-pressure", Code::MinCardinality, "Observation.component[0].value.ofType(Quantity)", &[], |r| remove(r, "component[0].valueQuantity.unit")),
    ("systolic pressure of words", "us-core-blood-pressure", Code::ChoiceType, "Observation.component[0].value.ofType(string)", &[Code::MinCardinality], |r| {
        remove(r, "component[0].valueQuantity");
        set(r, "component[0].valueString", json!("high"));
    }),
    ("component without value", "us-core-blood-pressure", Code::Invariant, "Observation.component[0]", &[], |r| remove(r, "component[0].valueQuantity")),
    ("component without code", "us-core-blood-pressure", Code::MinCardinality, "Observation.component[0]", &[], |r| remove(r, "component[0].code")),
    ("vital sign by the year", "us-core-body-weight", Code::Invariant, "Observation.effective.ofType(dateTime)", &[], |r| set(r, "effectiveDateTime", json!("2022"))),
    ("vital sign without value", "us-core-body-weight", Code::Invariant, "Observation", &[], |r| remove(r, "valueQuantity")),
    ("weight without value and code", "us-core-body-weight", Code::MinCardinality, "Observation.value.ofType(Quantity)", &[], |r| remove(r, "valueQuantity.value")),
    ("unit without its system", "us-core-body-weight", Code::Invariant, "Observation.value.ofType(Quantity)", &[Code::MinCardinality], |r| remove(r, "valueQuantity.system")),
    ("unit that is none", "mcode-tumor-marker-test", Code::Unit, "Observation.value.ofType(Quantity)", &[Code::BindingRequired], |r| set(r, "valueQuantity.code", json!("percents"))),
    ("value as text", "us-core-body-weight", Code::WrongJsonType, "Observation.value.ofType(Quantity).value", &[], |r| set(r, "valueQuantity.value", json!("72.4"))),
    ("comparator that is none", "us-core-body-weight", Code::BindingRequired, "Observation.value.ofType(Quantity).comparator", &[], |r| set(r, "valueQuantity.comparator", json!("~"))),
    ("laboratory result by the month", "us-core-observation-lab", Code::Invariant, "Observation.effective.ofType(dateTime)", &[], |r| set(r, "effectiveDateTime", json!("2022-01"))),
    ("moment without zone", "us-core-observation-lab", Code::PrimitiveForm, "Observation.effective.ofType(dateTime)", &[Code::Invariant], |r| set(r, "effectiveDateTime", json!("2022-01-01T10:00:00"))),
    ("value and reason for none", "us-core-body-weight", Code::Invariant, "Observation", &[], |r| set(r, "dataAbsentReason", concept(ABSENT, "unknown"))),
    ("two values", "us-core-body-weight", Code::ChoiceTwice, "Observation", &[Code::ChoiceType, Code::MaxCardinality, Code::MinCardinality], |r| set(r, "valueString", json!("x"))),
    ("value without type", "us-core-body-weight", Code::UnknownMember, "Observation.value", &[Code::Invariant], |r| rename(r, "valueQuantity", "value")),
    ("marker of a type that it has not", "mcode-tumor-marker-test", Code::ChoiceType, "Observation.value.ofType(Period)", &[Code::Invariant, Code::MinCardinality], |r| {
        remove(r, "valueQuantity");
        set(r, "valuePeriod", json!({"start": "2020-01-01"}));
    }),
    ("size without longest dimension", "mcode-tumor-size", Code::MinCardinality, "Observation.component", &[], |r| remove(r, "component[0]")),
    ("size with two longest dimensions", "mcode-tumor-size", Code::MaxCardinality, "Observation.component", &[], |r| {
        let component = r["component"][0].clone();
        r["component"].as_array_mut().unwrap().insert(1, component);
    }),
    ("size of words", "mcode-tumor-size", Code::ChoiceType, "Observation.component[0].value.ofType(string)", &[Code::MinCardinality, Code::BindingRequired], |r| {
        remove(r, "component[0].valueQuantity");
        set(r, "component[0].valueString", json!("large"));
    }),
    ("size of a focus and of a specimen", "mcode-tumor-size", Code::Invariant, "Observation", &[], |r| set(r, "specimen", json!({"reference": "Specimen/1"}))),
    ("size of nothing", "mcode-tumor-size", Code::Invariant, "Observation", &[], |r| remove(r, "focus")),
    ("source class twice", "mcode-genomic-variant", Code::MaxCardinality, "Observation.component", &[], |r| {
        let source = json!({"code": concept("http://loinc.org", "48002-0"), "valueCodeableConcept": concept("http://loinc.org", "LA6684-0")});
        add(r, "component", source.clone());
        add(r, "component", source);
    }),
    ("performance of words", "mcode-ecog-performance-status", Code::ChoiceType, "Observation.value.ofType(string)", &[Code::MinCardinality, Code::Invariant], |r| {
        remove(r, "valueInteger");
        set(r, "valueString", json!("good"));
    }),
    ("performance with a fraction", "mcode-ecog-performance-status", Code::PrimitiveForm, "Observation.value.ofType(integer)", &[], |r| set(r, "valueInteger", json!(1.5))),
    ("performance beyond integers", "mcode-ecog-performance-status", Code::PrimitiveRange, "Observation.value.ofType(integer)", &[], |r| set(r, "valueInteger", json!(2_147_483_648_u64))),
    ("interpretation that its system has not", "mcode-tumor-marker-test", Code::CodeUnknown, "Observation.interpretation[0].coding[0]", &[], |r| set(r, "interpretation[0].coding[0].code", json!("HIGHEST"))),
    ("interpretation of another system", "mcode-tumor-marker-test", Code::BindingExtensible, "Observation.interpretation[0]", &[], |r| set(r, "interpretation[0].coding[0]", json!({"system": "http://example.org/cs", "code": "x"}))),
    ("category beside those that are preferred", "mcode-tnm-stage-group", Code::BindingPreferred, "Observation.category[0]", &[], |r| set(r, "category", json!([concept("http://example.org/cs", "x")]))),
    ("code of a hierarchy that is not at hand", "mcode-secondary-cancer-condition", Code::BindingUndecided, "Condition.bodySite[1]", &[], |r| {
        add(r, "bodySite", concept("http://snomed.info/sct", "80248007"));
    }),
    // Procedures and drugs.
    ("modality without text though it is another", "mcode-radiotherapy-course-summary", Code::Invariant, "Procedure.extension[1]", &[Code::BindingRequired], |r| {
        set(r, "extension[1].extension[0].valueCodeableConcept", concept("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNC"));
    }),
    ("technique that photons have not", "mcode-radiotherapy-course-summary", Code::Invariant, "Procedure.extension[1]", &[Code::BindingRequired], |r| {
        set(r, "extension[1].extension", json!([r["extension"][1]["extension"][0], r["extension"][1]["extension"][1]]));
        set(r, "extension[1].extension[1].valueCodeableConcept", concept("http://snomed.info/sct", "113120007"));
    }),
    ("modality missing", "mcode-radiotherapy-course-summary", Code::MinCardinality, "Procedure.extension[1].extension", &[], |r| remove(r, "extension[1].extension[0]")),
    ("sessions less than nought", "mcode-radiotherapy-course-summary", Code::PrimitiveRange, "Procedure.extension[2].value.ofType(unsignedInt)", &[], |r| set(r, "extension[2].valueUnsignedInt", json!(-1))),
    ("dose in another unit", "mcode-radiotherapy-course-summary", Code::PatternValue, "Procedure.extension[3].extension[1].value.ofType(Quantity)", &[], |r| set(r, "extension[3].extension[1].valueQuantity.code", json!("Gy"))),
    ("dose without its code", "mcode-radiotherapy-course-summary", Code::PatternValue, "Procedure.extension[3].extension[1].value.ofType(Quantity)", &[Code::MinCardinality], |r| remove(r, "extension[3].extension[1].valueQuantity.code")),
    ("dose with a part that it has not", "mcode-radiotherapy-course-summary", Code::ExtensionUnknown, "Procedure.extension[3].extension[3]", &[], |r| {
        add(r, "extension[3].extension", json!({"url": "colour", "valueString": "x"}));
    }),
    ("reason to stop what went on", "mcode-radiotherapy-course-summary", Code::Invariant, "Procedure", &[], |r| {
        set(r, "status", json!("completed"));
        set(r, "statusReason", concept("http://snomed.info/sct", "182992009"));
    }),
    ("stopped for a reason that is none of mCODE's", "mcode-cancer-related-medication-request", Code::Invariant, "MedicationRequest", &[], |r| {
        set(r, "status", json!("stopped"));
        set(r, "statusReason", concept("http://snomed.info/sct", "1234567"));
    }),
    ("period without its unit", "mcode-cancer-related-medication-request", Code::Invariant, "MedicationRequest.dosageInstruction[0].timing.repeat", &[], |r| remove(r, "dosageInstruction[0].timing.repeat.periodUnit")),
    ("time of day in short form", "mcode-cancer-related-medication-request", Code::PrimitiveForm, "MedicationRequest.dosageInstruction[0].timing.repeat.timeOfDay[0]", &[Code::Invariant], |r| set(r, "dosageInstruction[0].timing.repeat.timeOfDay", json!(["8:00"]))),
    ("range that is turned", "mcode-cancer-related-medication-request", Code::Invariant, "MedicationRequest.dosageInstruction[0].doseAndRate[0].dose.ofType(Range)", &[], |r| set(r, "dosageInstruction[0].doseAndRate[0].doseRange.low.value", json!(9))),
    ("comparator in a range", "mcode-cancer-related-medication-request", Code::MaxCardinality, "MedicationRequest.dosageInstruction[0].doseAndRate[0].dose.ofType(Range).low.comparator", &[Code::UnknownMember, Code::Invariant], |r| {
        set(r, "dosageInstruction[0].doseAndRate[0].doseRange.low.comparator", json!("<"));
    }),
    ("volume without description and name", "mcode-radiotherapy-volume", Code::Invariant, "BodyStructure", &[], |r| {
        remove(r, "description");
        remove(r, "identifier");
    }),
    ("age in kilograms without system", "FamilyMemberHistory", Code::Invariant, "FamilyMemberHistory.condition[0].onset.ofType(Age)", &[], |r| remove(r, "condition[0].onsetAge.system")),
    ("age less than nought", "FamilyMemberHistory", Code::Invariant, "FamilyMemberHistory.condition[0].onset.ofType(Age)", &[], |r| set(r, "condition[0].onsetAge.value", json!(-1))),
    ("age and birth", "FamilyMemberHistory", Code::Invariant, "FamilyMemberHistory", &[], |r| {
        set(r, "ageAge", json!({"value": 3, "system": "http://unitsofmeasure.org", "code": "a"}));
        set(r, "bornDate", json!("1990"));
    }),
    ("agent without who", "Provenance", Code::MinCardinality, "Provenance.agent[0]", &[], |r| remove(r, "agent[0].who")),
    ("who without anything", "Provenance", Code::Empty, "Provenance.agent[0].who", &[Code::MinCardinality, Code::Invariant], |r| set(r, "agent[0].who", json!({}))),
    ("reference without anything", "Provenance", Code::ReferenceForm, "Provenance.agent[0].who", &[], |r| set(r, "agent[0].who", json!({"type": "Patient"}))),
    ("reference whose type says another", "us-core-body-weight", Code::ReferenceType, "Observation.subject", &[], |r| set(r, "subject", json!({"reference": "Patient/1", "type": "Group"}))),
];

/// Faults of bundles of each type.
const BUNDLES: &[Row] = &[
    ("type missing", "collection", Code::MinCardinality, "Bundle", &[Code::Invariant], |b| remove(b, "type")),
    ("type that is none", "collection", Code::BindingRequired, "Bundle.type", &[Code::Invariant], |b| set(b, "type", json!("bag"))),
    ("total of a collection", "collection", Code::Invariant, "Bundle", &[], |b| set(b, "total", json!(3))),
    ("search in a collection", "collection", Code::Invariant, "Bundle", &[], |b| set(b, "entry[0].search", json!({"mode": "match"}))),
    ("request in a collection", "collection", Code::Invariant, "Bundle", &[], |b| set(b, "entry[0].request", json!({"method": "PUT", "url": "Patient/1"}))),
    ("entry of nothing", "collection", Code::Invariant, "Bundle.entry[3]", &[Code::Empty, Code::BundleFullUrl], |b| set(b, "entry[3]", json!({}))),
    ("entry of an address only", "collection", Code::Invariant, "Bundle.entry[3]", &[], |b| set(b, "entry[3]", json!({"fullUrl": "http://example.org/fhir/Patient/1"}))),
    ("fullUrl missing", "collection", Code::BundleFullUrl, "Bundle.entry[1]", &[Code::ReferenceUnresolved], |b| remove(b, "entry[1].fullUrl")),
    ("fullUrl twice", "collection", Code::Invariant, "Bundle", &[Code::BundleFullUrl], |b| {
        let entry = b["entry"][2].clone();
        add(b, "entry", entry);
    }),
    ("fullUrl of a version", "collection", Code::Invariant, "Bundle.entry[2]", &[], |b| set(b, "entry[2].fullUrl", json!("http://example.org/fhir/Provenance/1/_history/1"))),
    ("fullUrl that is no UUID", "collection", Code::PrimitiveForm, "Bundle.entry[2].fullUrl", &[], |b| set(b, "entry[2].fullUrl", json!("urn:uuid:bad"))),
    ("resource without type", "collection", Code::UnknownResourceType, "Bundle.entry[2].resource", &[Code::Invariant], |b| remove(b, "entry[2].resource.resourceType")),
    ("resource of a type that is none", "collection", Code::UnknownResourceType, "Bundle.entry[2].resource", &[Code::Invariant], |b| set(b, "entry[2].resource.resourceType", json!("Foo"))),
    ("member that an entry has not", "collection", Code::UnknownMember, "Bundle.entry[0].foo", &[], |b| set(b, "entry[0].foo", json!(1))),
    ("member that a resource has not", "collection", Code::UnknownMember, "Bundle.entry[0].resource.ofType(Patient).foo", &[], |b| set(b, "entry[0].resource.foo", json!(1))),
    ("link twice", "collection", Code::BundleLink, "Bundle.link[1]", &[], |b| {
        set(b, "link", json!([{"relation": "self", "url": "http://example.org"}, {"relation": "self", "url": "http://example.org"}]));
    }),
    ("reference to no entry", "collection", Code::ReferenceUnresolved, "Bundle.entry[1].resource.ofType(Condition).subject", &[], |b| {
        set(b, "entry[1].resource.subject.reference", json!("urn:uuid:11111111-1111-4111-8111-111111111111"));
    }),
    ("reference to an entry of another type", "collection", Code::ReferenceType, "Bundle.entry[1].resource.ofType(Condition).subject", &[Code::ReferenceProfile], |b| {
        let other = b["entry"][2]["fullUrl"].clone();
        set(b, "entry[1].resource.subject.reference", other);
    }),
    ("reference to an entry that breaks its profile", "collection", Code::ReferenceProfile, "Bundle.entry[1].resource.ofType(Condition).subject", &[Code::MinCardinality], |b| remove(b, "entry[0].resource.gender")),
    ("request missing", "transaction", Code::Invariant, "Bundle", &[], |b| remove(b, "entry[1].request")),
    ("request without method", "transaction", Code::MinCardinality, "Bundle.entry[1].request", &[], |b| remove(b, "entry[1].request.method")),
    ("method that is none", "transaction", Code::BindingRequired, "Bundle.entry[1].request.method", &[], |b| set(b, "entry[1].request.method", json!("put"))),
    ("url with a blank", "transaction", Code::PrimitiveForm, "Bundle.entry[1].request.url", &[], |b| set(b, "entry[1].request.url", json!("Condition/a b"))),
    ("request missing", "batch", Code::Invariant, "Bundle", &[], |b| remove(b, "entry[1].request")),
    ("response missing", "transaction-response", Code::Invariant, "Bundle", &[], |b| remove(b, "entry[1].response")),
    ("response without status", "batch-response", Code::MinCardinality, "Bundle.entry[1].response", &[Code::Invariant], |b| set(b, "entry[1].response", json!({"location": "x"}))),
    ("request missing", "history", Code::Invariant, "Bundle", &[], |b| remove(b, "entry[1].request")),
    ("search result without resource", "searchset", Code::BundleRequest, "Bundle.entry[1]", &[Code::Invariant], |b| remove(b, "entry[1].resource")),
    ("search result without id", "searchset", Code::BundleRequest, "Bundle.entry[1]", &[], |b| remove(b, "entry[1].resource.id")),
    ("outcome that is none", "searchset", Code::BundleRequest, "Bundle.entry[1]", &[], |b| set(b, "entry[1].search.mode", json!("outcome"))),
    ("search without its own link", "searchset", Code::BundleLink, "Bundle", &[], |b| remove(b, "link")),
    ("search result that one did not look for", "searchset", Code::BundleRequest, "Bundle.entry[1]", &[], |b| set(b, "entry[1].search.mode", json!("match"))),
    ("document without identifier", "document", Code::Invariant, "Bundle", &[], |b| remove(b, "identifier")),
    ("document without moment", "document", Code::Invariant, "Bundle", &[], |b| remove(b, "timestamp")),
    ("document that begins with a patient", "document", Code::BundleDocument, "Bundle.entry[0]", &[Code::Invariant], |b| {
        b["entry"].as_array_mut().unwrap().swap(0, 1);
    }),
    ("entry that the document does not lead to", "document", Code::BundleDocument, "Bundle.entry[4]", &[], |b| {
        let mut lost = b["entry"][1].clone();
        lost["fullUrl"] = "urn:uuid:22222222-2222-4222-8222-222222222222".into();
        lost["resource"]["id"] = "lost".into();
        add(b, "entry", lost);
    }),
    ("section that leads nowhere", "document", Code::ReferenceUnresolved, "Bundle.entry[0].resource.ofType(Composition).section[0].entry[0]", &[Code::BundleDocument], |b| {
        set(b, "entry[0].resource.section[0].entry[0].reference", json!("Condition/nowhere"));
    }),
    ("section of nothing", "document", Code::Invariant, "Bundle.entry[0].resource.ofType(Composition).section[0]", &[Code::BundleDocument], |b| set(b, "entry[0].resource.section[0]", json!({"title": "x"}))),
];

/// Puts the faults of both tables where they belong.
pub fn run() -> (usize, Vec<String>) {
    let mut faults = Vec::new();
    let mut one = |of: &str, sound: &Value, row: &Row| {
        let (kind, _, code, path, follow, fault) = row;
        let mut faulty = sound.clone();
        fault(&mut faulty);
        assert!(get(&faulty, "resourceType").is_some(), "a fault takes nothing else away");
        let expected = Expected { kind, of, code: *code, path, follow };
        faults.extend(hold(support::r4(), &sound.to_string(), &faulty.to_string(), &expected).err());
    };
    for row in PROFILES {
        let sound = sound::richest().iter().find(|sound| sound.profile == row.1).expect("a fixture states it");
        one(row.1, &sound.resource, row);
    }
    for row in BUNDLES {
        one(row.1, &sound::bundle(row.1), row);
    }
    (PROFILES.len() + BUNDLES.len(), faults)
}

#[test]
fn each_fault_of_a_profile_or_bundle_is_found() {
    let (count, faults) = run();
    report("faults of profiles and bundles", count, &faults);
}

#[test]
fn bundles_of_each_type_are_sound() {
    let kinds = ["collection", "transaction", "batch", "transaction-response", "batch-response", "history", "searchset", "document"];
    let mut faults = Vec::new();
    for kind in kinds {
        let request = case2fhir::validate::Request::default();
        let issues = support::judge(support::r4(), &sound::bundle(kind).to_string(), &request);
        let errors = support::errors(&issues);
        if !errors.is_empty() {
            faults.push(format!("{kind}:\n{}", support::shown(&errors)));
        }
    }
    report("bundles", kinds.len(), &faults);
}
