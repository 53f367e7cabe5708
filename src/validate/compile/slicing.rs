//! A sliced element to the slices' conditions and contents.

use super::super::plan::{Condition, Matcher, Slice, SlicingPlan, Step};
use super::discriminator;
use super::overlay::{Base, Compiler, OPEN};
use crate::definition::{Discriminator, DiscriminatorKind, Slicing, SlicingRules};
use crate::instance::NameId;

/// The slicing at a node; `None` where there is none that could refuse or add anything.
pub(super) fn compile<'p>(compiler: &mut Compiler<'p>, node: u32, base: &Base<'p>) -> Option<SlicingPlan> {
    let definition = compiler.definition_at(node)?;
    let slices = compiler.tree.node(node)?.slices.clone();
    let stated = definition.slicing.clone();
    let closed = stated.as_ref().is_some_and(|slicing| slicing.rules == SlicingRules::Closed);
    if slices.is_empty() && !closed {
        return None;
    }
    let slicing = stated.unwrap_or_else(|| implied(&definition.path));
    let mut plan = SlicingPlan {
        rules: slicing.rules,
        ordered: slicing.ordered,
        undecidable: None,
        slices: Box::default(),
        default: None,
        needs_some: false,
        shared: None,
    };
    let mut list = Vec::new();
    for slice in slices {
        add(compiler, slice, base, &slicing, None, &mut list, &mut plan);
    }
    plan.needs_some = plan.undecidable.is_none() && list.iter().any(|slice| slice.parent.is_none() && slice.min > 0);
    plan.shared = shared(&list);
    plan.slices = list.into_boxed_slice();
    let idle = plan.rules == SlicingRules::Open
        && !plan.ordered
        && plan
            .slices
            .iter()
            .all(|slice| slice.min == 0 && slice.max == crate::definition::UNBOUNDED && slice.overlay.is_none());
    (!idle).then_some(plan)
}

fn add<'p>(
    compiler: &mut Compiler<'p>,
    node: u32,
    base: &Base<'p>,
    slicing: &Slicing,
    parent: Option<u16>,
    list: &mut Vec<Slice>,
    plan: &mut SlicingPlan,
) {
    let Some(definition) = compiler.definition_at(node) else { return };
    let is_default = definition.slice_name.ends_with("@default");
    let mut matchers = Vec::new();
    if !is_default {
        let mut reasons = Vec::new();
        for discriminator in &slicing.discriminators {
            let matcher = match discriminator.kind {
                DiscriminatorKind::Position => position(list, parent, definition.max, discriminator),
                _ => discriminator::compile(compiler, node, discriminator),
            };
            match matcher {
                Ok(matcher) => matchers.push(matcher),
                Err(reason) => reasons.push(reason),
            }
        }
        // A slice need not say something about each discriminator; about one it must.
        if matchers.is_empty() {
            plan.undecidable = reasons.into_iter().next().or_else(|| plan.undecidable.take());
        }
    }
    let of_slice = Base { object: compiler.object_below(definition, base.element), ..*base };
    let also = compiler.tree.node(node).and_then(|tree| tree.parent).and_then(|sliced| compiler.definition_at(sliced));
    let overlay = compiler.overlay(node, &of_slice, also);
    let row = u16::try_from(list.len()).unwrap_or(u16::MAX);
    let reslices = compiler.tree.node(node).map(|node| node.slices.clone()).unwrap_or_default();
    let inner = definition.slicing.clone().unwrap_or_else(|| slicing.clone());
    if is_default {
        plan.default = Some(row);
    }
    list.push(Slice {
        name: definition.slice_name.clone(),
        parent,
        closed: !reslices.is_empty() && inner.rules == SlicingRules::Closed,
        min: definition.min,
        max: definition.max,
        overlay,
        matchers: matchers.into_boxed_slice(),
    });
    for reslice in reslices {
        add(compiler, reslice, base, &inner, Some(row), list, plan);
    }
}

/// Where in the list the values of the next slice stand: after those of all slices before it, of which each has a certain number (FHIR
/// R5, ElementDefinition.slicing.discriminator, `position`).
fn position(
    before: &[Slice],
    parent: Option<u16>,
    max: u32,
    discriminator: &Discriminator,
) -> Result<Matcher, Box<str>> {
    if parent.is_some() || !matches!(&*discriminator.path, "$this" | "") {
        return Err("slices by position are those of the list itself".into());
    }
    let mut from = 0u32;
    for slice in before.iter().filter(|slice| slice.parent.is_none()) {
        if slice.min != slice.max {
            return Err("of slices by position only the last may have a number of values that is not certain".into());
        }
        from = from.saturating_add(slice.max);
    }
    let condition = Condition::Position(from, from.saturating_add(max));
    Ok(Matcher { steps: Box::default(), condition, kind: DiscriminatorKind::Position })
}

/// The elements that lead from a value to what all slices compare, where they all compare one thing.
fn shared(slices: &[Slice]) -> Option<Box<[NameId]>> {
    let path = |slice: &Slice| -> Option<Vec<NameId>> {
        let [matcher] = &*slice.matchers else { return None };
        if matches!(matcher.condition, Condition::Absent) || matcher.steps.is_empty() {
            return None;
        }
        let name = |step: &Step| if let Step::Child(name) = step { Some(*name) } else { None };
        matcher.steps.iter().map(name).collect()
    };
    let first = path(slices.first()?)?;
    // One slice is told apart as quickly by itself.
    let same = slices.len() > 1 && slices.iter().all(|slice| path(slice).as_ref() == Some(&first));
    same.then(|| first.into_boxed_slice())
}

/// How extensions and choices are told apart where the definition leaves it unsaid (FHIR R4, Profiling, Slicing).
fn implied(path: &str) -> Slicing {
    let by = |kind, path: &str| vec![Discriminator { kind, path: path.into() }];
    let discriminators = match path.rsplit('.').next().unwrap_or_default() {
        "extension" | "modifierExtension" => by(DiscriminatorKind::Value, "url"),
        name if name.ends_with("[x]") => by(DiscriminatorKind::Type, "$this"),
        _ => Vec::new(),
    };
    Slicing { discriminators, ordered: false, rules: OPEN }
}
