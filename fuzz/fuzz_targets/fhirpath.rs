//! Any text as an expression, over a small resource with the types of R4: no panic, an end in bounded time, the same result twice.

#![no_main]

use std::sync::{Arc, OnceLock};

use case2fhir::definition::{FhirVersion, Library};
use case2fhir::fhirpath::{Context, Model, NoHost, Node, Scratch, Temporal, TypeId, check, compile, evaluate, holds};
use case2fhir::instance::{Document, NodeId, parse_json};
use case2fhir::issue::Issues;
use case2fhir::terminology::Terminology;
use case2fhir::validate::Plans;
use libfuzzer_sys::fuzz_target;

/// A resource with a bit of everything that expressions treat in a way of its own: choices, companions, references, contained.
const OBSERVATION: &str = include_str!("../observation.json");

/// Names that expressions bring are kept for good, so that a long run would fill memory with them: the plans are made anew after as
/// many texts.
const RENEW: u32 = 20_000;

struct World {
    plans: Plans,
    document: Document,
    root: TypeId,
    runs: u32,
}

impl World {
    fn new(library: &Arc<Library>) -> Self {
        let terminology = Arc::new(Terminology::new(Arc::clone(library)));
        let plans = Plans::new(Arc::clone(library), terminology);
        let document = parse_json(OBSERVATION, 1, &mut Issues::default()).expect("it is JSON");
        let root = plans.resource_type("Observation").expect("a type of R4");
        Self { plans, document, root, runs: 0 }
    }
}

static LIBRARY: OnceLock<Arc<Library>> = OnceLock::new();

thread_local! {
    static WORLD: std::cell::RefCell<Option<World>> = const { std::cell::RefCell::new(None) };
}

fuzz_target!(|text: &str| {
    let library = LIBRARY.get_or_init(|| Arc::new(Library::embedded(FhirVersion::R4)));
    WORLD.with_borrow_mut(|slot| {
        if slot.as_ref().is_some_and(|world| world.runs >= RENEW) {
            *slot = None;
        }
        let world = slot.get_or_insert_with(|| World::new(library));
        world.runs += 1;
        one(world, text);
    });
});

fn one(world: &World, text: &str) {
    let names = world.plans.names();
    let Ok(expression) = compile(text, names) else { return };
    let this = Node::new(NodeId::ROOT, world.root);
    let mut symbols = Vec::new();
    names.find_all(world.document.symbols(), &mut symbols);
    let context = Context {
        document: &world.document,
        symbols: &symbols,
        model: &world.plans,
        host: &NoHost,
        this,
        resource: this,
        root_resource: this,
        now: Temporal::EPOCH,
    };
    let mut scratch = Scratch::default();
    let mut results = || {
        let collection = evaluate(&expression, &context, &mut scratch)?;
        Ok::<_, case2fhir::fhirpath::EvaluationError>(
            collection.items().iter().map(|item| collection.write(*item)).collect::<Vec<_>>(),
        )
    };
    let (first, second) = (results(), results());
    assert_eq!(first, second, "the same twice");
    let verdict = holds(&expression, &context, &mut scratch);
    assert_eq!(verdict, holds(&expression, &context, &mut scratch), "the same twice");
    let _ = check(&expression, world.root, &world.plans);
}
