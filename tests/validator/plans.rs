//! Proves that every definition of R4, R4B and R5 becomes a plan, and how much of them cannot be decided: the numbers are exact, so that
//! a slicing or a rule that is lost on the way is seen.

use std::sync::Arc;

use case2fhir::definition::{FhirVersion, Library};
use case2fhir::validate::Validator;
use case2fhir::validate::plan::{Check, ExtensionPlan, Invariant, Plan, SlicingPlan};

/// Slicings that the definitions leave undecided whatever is at hand, each with the reason.
const UNDECIDABLE: &[(&str, &str)] = &[(
    "http://hl7.org/fhir/StructureDefinition/subscription-notification-bundle",
    "its entries are told apart by `entry`, and an entry has no element of this name",
)];

/// What the plans of a version come to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Numbers {
    definitions: usize,
    slicings: usize,
    /// Slicings of extensions of which one is defined in a package that is no part of the program (SDC, Genomics Reporting, the pack of
    /// extensions for R5): `--package` brings it, and then they can be told apart.
    without_extension: usize,
    /// Other slicings whose slices cannot be told apart: those of [`UNDECIDABLE`].
    undecidable: usize,
    invariants: usize,
    /// Invariants whose expressions cannot be read.
    unreadable: usize,
}

fn of(checks: &[Check]) -> impl Iterator<Item = &Invariant> {
    checks.iter().filter_map(|check| if let Check::Invariant(rule) = check { Some(&**rule) } else { None })
}

fn invariants(plan: &Plan) -> impl Iterator<Item = &Invariant> {
    let objects = plan.objects.iter().flat_map(|object| {
        object.invariants.iter().chain(object.elements.iter().flat_map(|element| of(&element.checks)))
    });
    let overlays = plan.overlays.iter().flat_map(|overlay| of(&overlay.checks));
    let extension = plan.extension.iter().flat_map(|ExtensionPlan { invariants, .. }| invariants);
    objects.chain(overlays).chain(extension)
}

fn slicings(plan: &Plan) -> impl Iterator<Item = (&str, &SlicingPlan)> {
    let children = plan.overlays.iter().flat_map(|overlay| overlay.children.iter().map(move |child| (overlay, child)));
    children.filter_map(|(overlay, child)| Some((&*overlay.id, child.slicing.as_deref()?)))
}

/// Compiles everything; the numbers, and what cannot be decided in words.
fn numbers(version: FhirVersion) -> (Numbers, Vec<String>) {
    let validator = Validator::new(Arc::new(Library::embedded(version)));
    let (mut numbers, mut words) = (Numbers::default(), Vec::new());
    for (id, header) in validator.plans().library().headers() {
        let plan = validator.plans().plan(id).unwrap_or_else(|| panic!("{} becomes no plan", header.url));
        assert_eq!((&*plan.url, plan.definition), (header.url, id));
        assert!(!plan.objects.is_empty() || !plan.overlays.is_empty(), "the plan of {} is empty", header.url);
        numbers.definitions += 1;
        for (place, slicing) in slicings(plan) {
            numbers.slicings += 1;
            if let Some(reason) = &slicing.undecidable {
                words.push(format!("{} at {place}: {reason}", header.url));
                match reason.starts_with("the discriminator `url`") {
                    true => numbers.without_extension += 1,
                    false => {
                        let is_known = UNDECIDABLE.iter().any(|(url, _)| *url == header.url);
                        assert!(is_known, "{} at {place}: {reason}", header.url);
                        numbers.undecidable += 1;
                    }
                }
            }
        }
        for rule in invariants(plan) {
            numbers.invariants += 1;
            if rule.expression.is_none() {
                numbers.unreadable += 1;
                words.push(format!("{}: {} cannot be read: {}", header.url, rule.key, rule.text));
            }
        }
    }
    (numbers, words)
}

#[track_caller]
fn assert_numbers(version: FhirVersion, wanted: &Numbers) {
    let (found, words) = numbers(version);
    assert_eq!(&found, wanted, "{version:?}:\n{}", words.join("\n"));
}

#[test]
fn every_definition_of_r4_us_core_and_mcode_becomes_a_plan() {
    let wanted = Numbers {
        definitions: 1440,
        slicings: 339,
        without_extension: 3,
        undecidable: 0,
        invariants: 482,
        unreadable: 0,
    };
    assert_numbers(FhirVersion::R4, &wanted);
}

#[test]
fn every_definition_of_r4b_becomes_a_plan() {
    let wanted = Numbers {
        definitions: 645,
        slicings: 90,
        without_extension: 0,
        undecidable: 0,
        invariants: 466,
        unreadable: 0,
    };
    assert_numbers(FhirVersion::R4B, &wanted);
}

#[test]
fn every_definition_of_r5_becomes_a_plan() {
    let wanted = Numbers {
        definitions: 295,
        slicings: 98,
        without_extension: 30,
        undecidable: 1,
        invariants: 471,
        unreadable: 0,
    };
    assert_numbers(FhirVersion::R5, &wanted);
}
