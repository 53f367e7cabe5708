//! What an ElementDefinition demands of each value: fixed and pattern values, limits, bindings, invariants.
//!
//! A profile's snapshot repeats what its type demands; [`Known`] tells what is checked already, so that only what is
//! new becomes a check.

use super::super::plan::{BindingPlan, Check, Element, Invariant, Shape, Texts, Value};
use super::super::plans::Plans;
use crate::definition::{Constraint, ConstraintSeverity, ElementDefinition, Strength};
use crate::fhirpath::Expression;
use crate::instance::{Document, Kind, NameId, NodeId, parse_json};
use crate::issue::{Issues, Severity};

/// Invariants that the walk checks itself: that an element is not empty (ele-1), that an extension has a value or extensions (ext-1),
/// the form of narratives (txt-1, txt-2), that a reference to a contained resource leads to one (ref-1), and what holds of contained
/// resources and narratives (dom-2 to dom-6), and that fullUrls are unique and without version (bdl-7, bdl-8).
const OF_THE_WALK: &[&str] =
    &["ele-1", "ext-1", "txt-1", "txt-2", "ref-1", "dom-2", "dom-3", "dom-4", "dom-5", "dom-6", "bdl-7", "bdl-8"];

/// What is checked at this place already.
pub(super) struct Known<'a> {
    elements: [Option<&'a ElementDefinition>; 2],
}

impl<'a> Known<'a> {
    /// Nothing.
    pub(super) fn none() -> Self {
        Self { elements: [None, None] }
    }

    /// What these elements demand.
    pub(super) fn these(first: Option<&'a ElementDefinition>, second: Option<&'a ElementDefinition>) -> Self {
        Self { elements: [first, second] }
    }

    fn any(&self, test: impl Fn(&ElementDefinition) -> bool) -> bool {
        self.elements.iter().flatten().any(|element| test(element))
    }
}

/// The checks of an element beyond what is known.
pub(super) fn of_element(plans: &Plans, element: &ElementDefinition, known: &Known<'_>) -> Box<[Check]> {
    let mut checks = Vec::new();
    if !element.fixed.is_empty() && !known.any(|other| other.fixed == element.fixed) {
        checks.extend(value(plans, &element.fixed, &element.fixed_type).map(Check::Fixed));
    }
    if !element.pattern.is_empty() && !known.any(|other| other.pattern == element.pattern) {
        checks.extend(value(plans, &element.pattern, &element.pattern_type).map(Check::Pattern));
    }
    if !element.min_value.is_empty() && !known.any(|other| other.min_value == element.min_value) {
        checks.extend(value(plans, &element.min_value, &element.min_value_type).map(Check::MinValue));
    }
    if !element.max_value.is_empty() && !known.any(|other| other.max_value == element.max_value) {
        checks.extend(value(plans, &element.max_value, &element.max_value_type).map(Check::MaxValue));
    }
    if let Some(length) = element.max_length.filter(|_| !known.any(|other| other.max_length == element.max_length)) {
        checks.push(Check::MaxLength(length));
    }
    if let Some(size) = element.max_size.filter(|_| !known.any(|other| other.max_size == element.max_size)) {
        checks.push(Check::MaxSize(size));
    }
    if let Some(binding) = &element.binding
        && !known.any(|other| other.binding.as_ref() == Some(binding))
    {
        let same_set = |other: &ElementDefinition| {
            other.binding.as_ref().is_some_and(|other| {
                unversioned(&other.value_set) == unversioned(&binding.value_set)
                    && rank(other.strength) >= rank(binding.strength)
                    && other.max_value_set == binding.max_value_set
            })
        };
        let idle = binding.strength == Strength::Example && binding.max_value_set.is_empty();
        if !idle && !known.any(same_set) {
            checks.push(Check::Binding(Box::new(BindingPlan {
                strength: binding.strength,
                value_set: plans.terminology().value_set(&binding.value_set),
                canonical: binding.value_set.clone(),
                max_value_set: plans.terminology().value_set(&binding.max_value_set),
                max_canonical: binding.max_value_set.clone(),
            })));
        }
    }
    for constraint in &element.constraints {
        let of_type = element.types.iter().any(|of| states(&constraint.source, &of.code));
        let of_all = ["Element", "BackboneElement", "Extension"].iter().any(|name| states(&constraint.source, name));
        let known_key = known.any(|other| other.constraints.iter().any(|other| other.key == constraint.key));
        if !of_type && !of_all && !known_key && !OF_THE_WALK.contains(&&*constraint.key) {
            checks.extend(invariant(plans, constraint).map(|invariant| Check::Invariant(Box::new(invariant))));
        }
    }
    checks.into_boxed_slice()
}

/// Whether a constraint was first stated by the definition of this type.
fn states(source: &str, type_name: &str) -> bool {
    source.strip_prefix("http://hl7.org/fhir/StructureDefinition/") == Some(type_name) || source == type_name
}

/// The invariants of a type's root, whose object has these elements.
pub(super) fn root_invariants(plans: &Plans, root: &ElementDefinition, elements: &[Element]) -> Box<[Invariant]> {
    let own = root.constraints.iter().filter(|constraint| !OF_THE_WALK.contains(&&*constraint.key));
    let bits = |names: &[NameId]| {
        let rows = elements.iter().enumerate().filter(|(_, element)| names.contains(&element.name));
        rows.fold(0u128, |bits, (row, _)| {
            bits | u32::try_from(row).ok().and_then(|row| 1u128.checked_shl(row)).unwrap_or(0)
        })
    };
    let own = own.filter_map(|constraint| invariant(plans, constraint));
    own.map(|invariant| Invariant {
        masks: invariant.clauses.iter().map(|clause| (bits(&clause.absent), bits(&clause.present))).collect(),
        ..invariant
    })
    .collect()
}

fn invariant(plans: &Plans, constraint: &Constraint) -> Option<Invariant> {
    if constraint.expression.is_empty() {
        return None;
    }
    let text = super::errata::meant(&constraint.expression);
    let expression = crate::fhirpath::compile(text, plans.names()).ok();
    Some(Invariant {
        clauses: expression.as_ref().map(Expression::settled_by).unwrap_or_default().into_boxed_slice(),
        masks: Box::default(),
        key: constraint.key.clone(),
        severity: match constraint.severity {
            ConstraintSeverity::Error => Severity::Error,
            ConstraintSeverity::Warning => Severity::Warning,
        },
        text: text.into(),
        expression,
        best_practice: constraint.best_practice,
    })
}

/// An extension's expression on where it may stand. HL7's own write `%extension.valueInteger`, as the JSON is, and mean what FHIRPath
/// calls `%extension.value`.
pub(super) fn context_invariant(plans: &Plans, text: &str) -> Invariant {
    let mut parts = text.split("%extension.value");
    let mut expression = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let is_type = part.starts_with(|letter: char| letter.is_ascii_uppercase());
        let rest = if is_type { part.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric()) } else { part };
        expression.push_str("%extension.value");
        expression.push_str(rest);
    }
    Invariant {
        key: "context-invariant".into(),
        severity: Severity::Error,
        text: text.into(),
        expression: crate::fhirpath::compile(&expression, plans.names()).ok(),
        clauses: Box::default(),
        masks: Box::default(),
        best_practice: false,
    }
}

/// A value of a definition as a document.
pub(super) fn value(plans: &Plans, json: &str, type_name: &str) -> Option<Value> {
    let document = parse_json(json, 0, &mut Issues::default())?;
    let names: Box<[NameId]> = document.symbols().map(|name| plans.names().intern(name)).collect();
    let shape = shape(&document, &names);
    Some(Value { document, names, type_name: type_name.into(), shape })
}

fn shape(document: &Document, names: &[NameId]) -> Shape {
    let name = |member: NodeId| names.get(document.symbol(member).index()).copied();
    let texts = |object: NodeId| -> Option<Texts> {
        if document.kind(object) != Kind::Object {
            return None;
        }
        let texts = document.children(object).map(|member| Some((name(member)?, document.as_str(member)?.into())));
        let mut texts: Vec<(NameId, Box<str>)> = texts.collect::<Option<_>>()?;
        texts.sort_by_key(|(_, text)| text.len());
        Some(texts.into_boxed_slice())
    };
    let list = |object: NodeId| {
        let list = document.first_child(object).filter(|_| document.child_count(object) == 1)?;
        let item = document.first_child(list).filter(|_| document.child_count(list) == 1)?;
        let is_list = document.kind(object) == Kind::Object && document.kind(list) == Kind::Array;
        Some((name(list)?, texts(item).filter(|_| is_list)?))
    };
    let root = NodeId::ROOT;
    if let Some(text) = document.as_str(root) {
        return Shape::Text(text.into());
    }
    texts(root).map_or_else(|| list(root).map_or(Shape::Other, |(name, texts)| Shape::List(name, texts)), Shape::Texts)
}

fn unversioned(canonical: &str) -> &str {
    canonical.split('|').next().unwrap_or_default()
}

fn rank(strength: Strength) -> u8 {
    match strength {
        Strength::Required => 3,
        Strength::Extensible => 2,
        Strength::Preferred => 1,
        Strength::Example => 0,
    }
}
