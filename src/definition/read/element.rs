//! An ElementDefinition of a snapshot or a differential (FHIR R4 and R5, ElementDefinition).

use super::{extension_text, extensions, is_true, items, text, texts};
use crate::definition::json::to_json;
use crate::definition::{
    Binding, Constraint, ConstraintSeverity, Discriminator, DiscriminatorKind, ElementDefinition, Given, Slicing,
    SlicingRules, Strength, TypeReference, UNBOUNDED,
};
use crate::instance::NodeRef;

const FHIR_TYPE: &str = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
const REGEX: &str = "http://hl7.org/fhir/StructureDefinition/regex";
const MAX_VALUE_SET: &str = "http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet";
const MAX_SIZE: &str = "http://hl7.org/fhir/StructureDefinition/maxSize";
const BEST_PRACTICE: &str = "http://hl7.org/fhir/StructureDefinition/elementdefinition-bestpractice";

/// Reads one; of a differential's it is noted what was stated.
pub(super) fn read(node: NodeRef<'_>, is_differential: bool) -> ElementDefinition {
    let mut read = ElementDefinition { base_max: UNBOUNDED, max: UNBOUNDED, ..ElementDefinition::default() };
    let mut given = Given::default();
    let mut base_max = None;
    for member in node.children() {
        let value = member.text();
        match member.key() {
            "id" => read.id = value.into(),
            "path" => read.path = value.into(),
            "sliceName" => read.slice_name = value.into(),
            "min" => {
                read.min = value.parse().unwrap_or_default();
                given.add(Given::MIN);
            }
            "max" => {
                read.max = max(value);
                given.add(Given::MAX);
            }
            "base" => {
                base_max = member.get("max").and_then(|max| max.as_str()).map(max);
                read.base_path = text(member, "path").into();
            }
            "type" => read.types = member.children().map(type_reference).collect(),
            "contentReference" => read.content_reference = value.rsplit('#').next().unwrap_or(value).into(),
            "maxLength" => read.max_length = value.parse().ok(),
            "binding" => read.binding = binding(member),
            "slicing" => read.slicing = Some(slicing(member)),
            // A decimal by its definition, and a number of bytes.
            "extension" => read.max_size = extensions(node, MAX_SIZE).next().and_then(|size| whole(size.text())),
            "constraint" => read.constraints = member.children().filter_map(constraint).collect(),
            "isModifier" => {
                read.is_modifier = is_true(member);
                given.add(Given::IS_MODIFIER);
            }
            "mustSupport" => {
                read.must_support = is_true(member);
                given.add(Given::MUST_SUPPORT);
            }
            key => value_of_choice(key, member, &mut read),
        }
    }
    read.base_max = base_max.unwrap_or(read.max);
    // R4 gives the ids of most resources the type `string`, R4B and R5 `id`; the rules of `id` hold in all of them (FHIR R4, Resource.id).
    if read.base_path.as_ref() == "Resource.id"
        && let [only] = read.types.as_mut_slice()
    {
        only.code = "id".into();
    }
    if is_differential {
        read.given = given;
    }
    if read.id.is_empty() {
        read.id = read.path.clone();
    }
    // The extension stands at the type in R4 and at the element in R5.
    let regex = extension_text(node, REGEX);
    if let (Some(first), false) = (read.types.first_mut(), regex.is_empty()) {
        first.regex = regex.into();
    }
    read
}

/// The members whose name ends in a type: `fixedUri`, `patternCodeableConcept`.
pub(in crate::definition) fn value_of_choice(key: &str, member: NodeRef<'_>, read: &mut ElementDefinition) {
    for (prefix, slot, type_slot) in [
        ("fixed", &mut read.fixed, &mut read.fixed_type),
        ("pattern", &mut read.pattern, &mut read.pattern_type),
        ("minValue", &mut read.min_value, &mut read.min_value_type),
        ("maxValue", &mut read.max_value, &mut read.max_value_type),
    ] {
        if let Some(type_name) = key.strip_prefix(prefix).filter(|rest| rest.starts_with(char::is_uppercase)) {
            *slot = to_json(member);
            *type_slot = type_name.into();
        }
    }
}

fn max(text: &str) -> u32 {
    if text == "*" { UNBOUNDED } else { text.parse().unwrap_or(UNBOUNDED) }
}

/// The whole number that a decimal is.
fn whole(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    whole.parse().ok().filter(|_| fraction.bytes().all(|digit| digit == b'0'))
}

fn type_reference(node: NodeRef<'_>) -> TypeReference {
    let mut read = TypeReference::default();
    for member in node.children() {
        match member.key() {
            "code" => read.code = member.text().into(),
            // STU3 had one profile as a plain string.
            "profile" => read.profiles = member.as_str().map_or_else(|| texts(member), |one| vec![one.into()]),
            "targetProfile" => read.target_profiles = texts(member),
            "aggregation" => read.aggregation = texts(member),
            _ => {}
        }
    }
    let of_code = node.get("_code").map(|code| extension_text(code, FHIR_TYPE)).unwrap_or_default();
    let fhir_type = [extension_text(node, FHIR_TYPE), of_code].into_iter().find(|code| !code.is_empty());
    if let Some(code) = fhir_type {
        read.code = code.into();
    }
    read.regex = extension_text(node, REGEX).into();
    read
}

/// A binding; `None` where its strength is missing or none of FHIR's, because then it binds nothing.
fn binding(node: NodeRef<'_>) -> Option<Binding> {
    let strength = match text(node, "strength") {
        "required" => Strength::Required,
        "extensible" => Strength::Extensible,
        "preferred" => Strength::Preferred,
        "example" => Strength::Example,
        _ => return None,
    };
    // STU3 had valueSetUri and valueSetReference; what a package for R4 carries is valueSet.
    let additional = items(node, "additional")
        .find(|additional| text(*additional, "purpose") == "maximum" && additional.get("usage").is_none());
    let maximum = match extension_text(node, MAX_VALUE_SET) {
        "" => additional.map(|additional| text(additional, "valueSet")).unwrap_or_default(),
        canonical => canonical,
    };
    Some(Binding { strength, value_set: text(node, "valueSet").into(), max_value_set: maximum.into() })
}

fn slicing(node: NodeRef<'_>) -> Slicing {
    Slicing {
        discriminators: items(node, "discriminator").filter_map(discriminator).collect(),
        ordered: node.get("ordered").is_some_and(is_true),
        rules: match text(node, "rules") {
            "closed" => SlicingRules::Closed,
            "openAtEnd" => SlicingRules::OpenAtEnd,
            _ => SlicingRules::Open,
        },
    }
}

fn discriminator(node: NodeRef<'_>) -> Option<Discriminator> {
    let kind = match text(node, "type") {
        "value" => DiscriminatorKind::Value,
        "exists" => DiscriminatorKind::Exists,
        "pattern" => DiscriminatorKind::Pattern,
        "type" => DiscriminatorKind::Type,
        "profile" => DiscriminatorKind::Profile,
        "position" => DiscriminatorKind::Position,
        _ => return None,
    };
    Some(Discriminator { kind, path: text(node, "path").into() })
}

fn constraint(node: NodeRef<'_>) -> Option<Constraint> {
    let key = text(node, "key");
    (!key.is_empty()).then(|| Constraint {
        key: key.into(),
        severity: match text(node, "severity") {
            "warning" => ConstraintSeverity::Warning,
            _ => ConstraintSeverity::Error,
        },
        expression: text(node, "expression").into(),
        source: text(node, "source").into(),
        best_practice: extensions(node, BEST_PRACTICE).next().is_some_and(is_true),
    })
}
