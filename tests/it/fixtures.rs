//! The cases below `fixtures/cases`, and how tests convert them. Proves nothing itself.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use case2fhir::bundle::BundleKind;
use case2fhir::instance::{to_json, to_json_pretty};
use case2fhir::issue::{Issues, Severity, SourceMap};
use case2fhir::pipeline::{self, Context, Conversion, Converter};
use case2fhir::render::{self, Values};
use case2fhir::source::{self, Input, Mapping, TableFile};

/// All kinds of bundle.
pub const KINDS: [BundleKind; 4] =
    [BundleKind::Collection, BundleKind::Transaction, BundleKind::Batch, BundleKind::Document];

/// A case of the fixtures.
pub struct Fixture {
    /// The folder's name.
    pub name: String,
    /// The case itself.
    pub path: PathBuf,
    /// What the file holds.
    pub bytes: Vec<u8>,
}

impl Fixture {
    /// What the file holds, as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("fixtures are UTF-8")
    }

    /// The folder, where snapshots stand beside the case.
    pub fn folder(&self) -> &Path {
        self.path.parent().expect("a case stands in a folder")
    }

    /// The case's file name: what issues call it.
    pub fn file(&self) -> &str {
        self.path.file_name().and_then(|name| name.to_str()).expect("the file has a name")
    }

    /// The case as a collection.
    pub fn convert(&self) -> Converted {
        convert(context(BundleKind::Collection), self.file(), &self.bytes)
    }
}

/// The checkout.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All fixtures, sorted by name.
pub fn all() -> Vec<Fixture> {
    let mut list = Vec::new();
    for folder in std::fs::read_dir(root().join("fixtures/cases")).expect("the fixtures are there") {
        let folder = folder.expect("a folder").path();
        let path = ["case.yaml", "case.json"].iter().map(|file| folder.join(file)).find(|path| path.exists());
        let Some(path) = path else { continue };
        let name = folder.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
        let bytes = std::fs::read(&path).expect("a readable case");
        list.push(Fixture { name, path, bytes });
    }
    list.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(list.len() >= 19, "fixtures are missing: {} found", list.len());
    list
}

/// The fixtures that convert.
pub fn good() -> Vec<Fixture> {
    all().into_iter().filter(|fixture| !fixture.name.starts_with("broken")).collect()
}

/// The fixtures that must be refused.
pub fn broken() -> Vec<Fixture> {
    all().into_iter().filter(|fixture| fixture.name.starts_with("broken")).collect()
}

/// The fixture of this name.
pub fn named(name: &str) -> Fixture {
    all().into_iter().find(|fixture| fixture.name == name).unwrap_or_else(|| panic!("no fixture {name}"))
}

/// What a conversion came to.
pub struct Converted {
    pub conversion: Option<Conversion>,
    pub issues: Issues,
    pub sources: SourceMap,
}

impl Converted {
    /// The bundle's JSON, without white space.
    #[track_caller]
    pub fn json(&self) -> String {
        to_json(&self.done().bundle.document)
    }

    /// The bundle's JSON, indented.
    #[track_caller]
    pub fn pretty(&self) -> String {
        to_json_pretty(&self.done().bundle.document)
    }

    /// The bundle as a tree of `serde_json`. Numbers lose their lexical form there.
    #[track_caller]
    pub fn value(&self) -> serde_json::Value {
        serde_json::from_str(&self.json()).expect("the bundle is JSON")
    }

    /// The conversion, which must have come about.
    #[track_caller]
    pub fn done(&self) -> &Conversion {
        match &self.conversion {
            Some(conversion) => conversion,
            None => panic!("not converted:\n{}", self.report(Values::Show)),
        }
    }

    /// All issues as plain text.
    pub fn report(&self, values: Values) -> String {
        let text: String = self.issues.iter().map(|issue| render::text::render(issue, &self.sources, values)).collect();
        anstream::adapter::strip_str(&text).to_string()
    }

    /// The names of the codes of the errors.
    pub fn errors(&self) -> Vec<&'static str> {
        self.issues.iter().filter(|issue| issue.severity == Severity::Error).map(|issue| issue.code.name()).collect()
    }
}

/// The default context with this kind of bundle.
pub fn context(kind: BundleKind) -> &'static Context {
    static CONTEXTS: OnceLock<Vec<Context>> = OnceLock::new();
    let contexts = CONTEXTS.get_or_init(|| {
        let embedded = Context::default();
        KINDS.iter().map(|kind| Context { bundle: *kind, ..embedded.clone() }).collect()
    });
    contexts.iter().find(|context| context.bundle == kind).expect("all kinds are there")
}

/// Converts bytes under a name.
pub fn convert(context: &Context, name: &str, bytes: &[u8]) -> Converted {
    let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
    let conversion = pipeline::convert(context, name, bytes, &mut sources, &mut issues);
    Converted { conversion, issues, sources }
}

/// What tables came to: what was told when they were taken in, and their cases.
pub struct Tables {
    /// Of the opening, which has no conversion.
    pub opening: Converted,
    /// The cases with their places, where the tables could be used.
    pub cases: Vec<(String, Converted)>,
}

impl Tables {
    /// All issues as plain text.
    pub fn report(&self, values: Values) -> String {
        let mut text = self.opening.report(values);
        for (place, case) in &self.cases {
            let end = if case.conversion.is_some() { "converted" } else { "not converted" };
            text.push_str(&format!("{}== {place}: {end}\n", case.report(values)));
        }
        text
    }
}

/// Converts the tables of a mapping, or of mCODE extraction where there is none.
pub fn convert_tables(context: &Context, files: Vec<TableFile>, mapping: Option<&str>) -> Tables {
    let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
    let refused = |sources, issues| {
        let opening = Converted { conversion: None, issues, sources };
        Tables { opening, cases: Vec::new() }
    };
    let mapping = match mapping {
        Some(text) => {
            let input = Input::file("mapping.yaml", text.as_bytes());
            let mapping = Mapping::read(input, &mut sources, &mut issues);
            match mapping.filter(|_| !issues.has_errors()) {
                Some(mapping) => Some(Arc::new(mapping)),
                None => return refused(sources, issues),
            }
        }
        None => None,
    };
    let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
    let Some(cases) = source::open_tables(files, mapping.as_ref(), &mut sources, &mut issues) else {
        return refused(sources, issues);
    };
    let mut list = Vec::new();
    let mut converter = Converter::new(context);
    for index in 0..cases.len() {
        let mut issues = Issues::default();
        let (sources, conversion) = converter.convert_one_of(&cases, index, &mut issues);
        let place = cases.place(index).map(|(file, line)| format!("{file}:{line}")).unwrap_or_default();
        list.push((place, Converted { conversion, issues, sources }));
    }
    Tables { opening: Converted { conversion: None, issues, sources }, cases: list }
}

/// Converts a text into a collection.
pub fn convert_text(text: &str) -> Converted {
    convert(context(BundleKind::Collection), "case.yaml", text.as_bytes())
}

/// The entries of a bundle.
pub fn entries(bundle: &serde_json::Value) -> &[serde_json::Value] {
    bundle["entry"].as_array().map(Vec::as_slice).expect("the bundle has entries")
}

/// The resources of a bundle.
pub fn resources(bundle: &serde_json::Value) -> Vec<&serde_json::Value> {
    entries(bundle).iter().map(|entry| &entry["resource"]).collect()
}

/// An empty folder of its own for a test, below cargo's folder for that.
pub fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a scratch folder");
    folder
}
