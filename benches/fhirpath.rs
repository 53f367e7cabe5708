//! How long the invariants take that R4 puts on nearly everything, one line each, on elements of a resource of our own.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench may fail loudly, and its table is its result"
)]

#[path = "../tests/validator/fhirpath/model.rs"]
mod model;

use std::hint::black_box;
use std::time::Instant;

use case2fhir::fhirpath::{Context, Item, Model, NoHost, Node, Scratch, Temporal, compile, evaluate, holds};
use case2fhir::instance::{Names, NodeId, parse_json};
use case2fhir::issue::Issues;

const OBSERVATION: &str = r##"{"resourceType": "Observation", "id": "o", "meta": {"profile": ["http://example.org/p"]},
    "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">text</div>"},
    "contained": [{"resourceType": "Specimen", "id": "s", "type": {"text": "blood"}}],
    "extension": [{"url": "http://example.org/a", "valueCode": "x"}],
    "identifier": [{"system": "http://example.org/i", "value": "1"}], "status": "final",
    "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}],
    "code": {"coding": [{"system": "http://loinc.org", "code": "718-7", "display": "Hemoglobin"}], "text": "Hemoglobin"},
    "subject": {"reference": "Patient/p"}, "effectivePeriod": {"start": "2021-06-05", "end": "2021-06-06"},
    "issued": "2021-06-06T10:11:12+02:00", "performer": [{"reference": "Practitioner/a"}, {"reference": "Organization/b"}],
    "specimen": {"reference": "#s"}, "valueQuantity":
        {"value": 13.5, "unit": "g/dL", "system": "http://unitsofmeasure.org", "code": "g/dL"},
    "referenceRange": [{"low": {"value": 12.0, "unit": "g/dL", "code": "g/dL"}, "high": {"value": 15.50, "unit": "g/dL", "code": "g/dL"}}],
    "component": [{"code": {"coding": [{"system": "http://loinc.org", "code": "1-8"}]}, "valueString": "a"},
        {"code": {"coding": [{"system": "http://loinc.org", "code": "2-6"}]}, "valueInteger": 3}]}"##;

/// The key of an invariant, the path of the element that it is evaluated on, and its expression.
const INVARIANTS: &[(&str, &str, &str)] = &[
    ("ele-1 on a complex element", "code", ELE_1),
    ("ele-1 on a primitive", "status", ELE_1),
    ("ext-1", "extension", "extension.exists() != value.exists()"),
    ("dom-2", "$this", "contained.contained.empty()"),
    ("dom-3", "$this", DOM_3),
    ("dom-4", "$this", "contained.meta.versionId.empty() and contained.meta.lastUpdated.empty()"),
    ("dom-5", "$this", "contained.meta.security.empty()"),
    ("dom-6", "$this", "text.`div`.exists()"),
    ("obs-3", "referenceRange", "low.exists() or high.exists() or text.exists()"),
    ("obs-6", "$this", "dataAbsentReason.empty() or value.empty()"),
    (
        "obs-7",
        "$this",
        "value.empty() or component.code.where(coding.intersect(%resource.code.coding).exists()).empty()",
    ),
    ("per-1", "effective", "start.hasValue().not() or end.hasValue().not() or (start <= end)"),
    ("qty-3", "value", "code.empty() or system.exists()"),
    ("ref-1", "subject", REF_1),
    ("ref-1 on a contained one", "specimen", REF_1),
    ("rng-2", "referenceRange", "low.empty() or high.empty() or (low <= high)"),
    ("txt-1", "text.div", "htmlChecks()"),
    ("vs-1", "$this", "($this as dateTime).toString().length() >= 8"),
    (
        "us-core-2",
        "$this",
        "(component.empty() and hasMember.empty()) implies (dataAbsentReason.exists() or value.exists())",
    ),
    ("a code of a list", "status", "$this in ('registered' | 'preliminary' | 'final' | 'amended')"),
    ("a coding", "category", "coding.where(system = 'http://loinc.org' and code = '1-8').exists()"),
    ("a pattern", "id", "matches('^[A-Za-z0-9\\\\-\\\\.]{1,64}$')"),
];

const ELE_1: &str = "hasValue() or (children().count() > id.count())";
const REF_1: &str = "reference.startsWith('#').not() or (reference.substring(1).trace('url') in
    %rootResource.contained.id.trace('ids')) or (reference='#' and %rootResource!=%resource)";
const DOM_3: &str = "contained.where((('#'+id in (%resource.descendants().reference | %resource.descendants().as(canonical) |
    %resource.descendants().as(uri) | %resource.descendants().as(url))) or descendants().where(reference = '#').exists() or
    descendants().where(as(canonical) = '#').exists() or descendants().where(as(uri) = '#').exists()).not())
    .trace('unmatched', id).empty()";

/// The shortest of many rounds, in nanoseconds a run.
fn shortest(mut run: impl FnMut() -> bool) -> f64 {
    const RUNS: u32 = 2_000;
    let rounds = (0..60).map(|_| {
        let start = Instant::now();
        for _ in 0..RUNS {
            black_box(run());
        }
        start.elapsed().as_secs_f64() * 1e9 / f64::from(RUNS)
    });
    rounds.fold(f64::INFINITY, f64::min)
}

fn main() {
    let names = Names::default();
    let model = model::R4::new(&names);
    let document = parse_json(OBSERVATION, 0, &mut Issues::default()).expect("JSON");
    let compiled: Vec<_> = INVARIANTS
        .iter()
        .map(|(key, path, text)| (*key, compile(path, &names).expect(path), compile(text, &names).expect(text)))
        .collect();
    let mut symbols = Vec::new();
    names.find_all(document.symbols(), &mut symbols);
    let resource = Node::new(NodeId::ROOT, model.resource_type("Observation").expect("a type"));
    let mut context = Context {
        document: &document,
        symbols: &symbols,
        model: &model,
        host: &NoHost,
        this: resource,
        resource,
        root_resource: resource,
        now: Temporal::date_time("2024-05-06T07:08:09Z").expect("a moment"),
    };
    let mut scratch = Scratch::default();
    let mut sum = 0.0;
    for (key, path, expression) in &compiled {
        context.this = resource;
        let found = evaluate(path, &context, &mut scratch).expect(key).items().first().copied();
        let Some(Item::Node(node)) = found else { continue };
        context.this = node;
        let verdict = holds(expression, &context, &mut scratch);
        let time = shortest(|| holds(expression, &context, &mut scratch) == Ok(true));
        sum += time;
        println!("{time:8.0} ns  {key} ({verdict:?})");
    }
    println!("{sum:8.0} ns  for {} of them", compiled.len());
}
