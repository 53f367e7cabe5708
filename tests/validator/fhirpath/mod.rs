//! FHIRPath: HL7's tests for R4, and rules of our own.

mod model;
mod rules;
mod suite;

use case2fhir::fhirpath::{Context, Model, Node, Scratch, Temporal, TypeId, compile, evaluate};
use case2fhir::instance::{Document, NameId, Names, NodeId, parse_json};
use case2fhir::issue::Issues;

use model::R4;

/// The model with the names that it was made with.
pub struct World {
    pub names: Names,
    pub model: R4,
}

impl World {
    pub fn shared() -> &'static Self {
        static WORLD: std::sync::OnceLock<World> = std::sync::OnceLock::new();
        WORLD.get_or_init(|| {
            let names = Names::default();
            let model = R4::new(&names);
            Self { names, model }
        })
    }
}

/// A resource, ready for expressions.
pub struct Resource {
    pub document: Document,
    pub symbols: Vec<NameId>,
    pub type_id: TypeId,
}

impl Resource {
    pub fn new(json: &str) -> Self {
        let world = World::shared();
        let document = parse_json(json, 0, &mut Issues::default()).expect("JSON");
        let mut symbols = Vec::new();
        world.names.find_all(document.symbols(), &mut symbols);
        let name = document.root().and_then(|root| root.get("resourceType")).map_or("", |name| name.text());
        let type_id = world.model.resource_type(name).unwrap_or(TypeId::UNKNOWN);
        Self { document, symbols, type_id }
    }

    pub fn context<'a, H>(&'a mut self, host: &'a H) -> Context<'a, R4, H> {
        let world = World::shared();
        // Expressions may have brought new names since.
        world.names.find_all(self.document.symbols(), &mut self.symbols);
        let this = Node::new(NodeId::ROOT, self.type_id);
        Context {
            document: &self.document,
            symbols: &self.symbols,
            model: &world.model,
            host,
            this,
            resource: this,
            root_resource: this,
            now: Temporal::date_time("2024-05-06T07:08:09.123+02:00").expect("a moment"),
        }
    }
}

/// The values that an expression gives, as texts; or the words for why there are none.
pub fn values(json: &str, text: &str) -> Result<Vec<String>, String> {
    let world = World::shared();
    let expression = compile(text, &world.names).map_err(|error| error.to_string())?;
    let mut resource = Resource::new(json);
    let context = resource.context(&case2fhir::fhirpath::NoHost);
    let mut scratch = Scratch::default();
    let found = evaluate(&expression, &context, &mut scratch).map_err(|error| error.to_string())?;
    Ok(found.items().iter().map(|item| found.write(*item)).collect())
}
