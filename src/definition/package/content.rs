//! A package while its files are taken in, one by one.

use std::path::Path;
use std::sync::OnceLock;

use super::Package;
use crate::definition::{FhirVersion, Library, parse_xml};
use crate::instance::{Document, parse_json};
use crate::issue::{Code, Issue, Issues};

/// A package that is being put together.
pub(super) struct Content {
    package: Package,
    /// Whether there is a manifest. Then a Bundle is an example of the package; in files without one it is a list of definitions.
    is_package: bool,
}

impl Content {
    /// Begins a package, which is named after its path until a manifest says more.
    pub(super) fn new(path: &Path, is_package: bool) -> Self {
        let id = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Self { package: Package { id: id.into(), ..Package::default() }, is_package }
    }

    /// Takes in a file.
    pub(super) fn take(&mut self, name: &str, bytes: Vec<u8>, issues: &mut Issues) {
        if name.starts_with('.') {
            // The index of a package, which says no more than its files.
            return;
        }
        let Ok(text) = String::from_utf8(bytes) else {
            self.refuse(name, "it is not UTF-8", issues);
            return;
        };
        if name == "package.json" {
            match parse(&text) {
                Some(document) => manifest(&document, &mut self.package),
                None => self.refuse(name, "it is not JSON", issues),
            }
        } else if Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ndjson")) {
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                self.definitions(name, line, issues);
            }
        } else {
            self.definitions(name, &text, issues);
        }
    }

    /// Reports a file that is left out.
    #[expect(clippy::unused_self, reason = "it is about a file of this package")]
    pub(super) fn refuse(&self, name: &str, reason: &str, issues: &mut Issues) {
        let message = format!("the file {name} of a package is left out: {reason}");
        issues.add(Issue::new(Code::BadDefinition, message).help("what it defines is not known in this run"));
    }

    /// The package.
    pub(super) fn finish(self) -> Package {
        self.package
    }

    fn definitions(&mut self, name: &str, text: &str, issues: &mut Issues) {
        // Most files of a package are examples; only what can be a definition is parsed.
        let is_xml = Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml"));
        let mark = if is_xml { '<' } else { '"' };
        let is_named = |kind: &str| {
            text.match_indices(kind).any(|(at, _)| text.get(..at).is_some_and(|before| before.ends_with(mark)))
        };
        if !["StructureDefinition", "ValueSet", "CodeSystem"].into_iter().any(is_named) {
            return;
        }
        match if is_xml { parse_xml(text, 0, shapes(), &mut Issues::default()) } else { parse(text) } {
            Some(document) => {
                let refused = self.package.add(&document, !self.is_package);
                if refused > 0 {
                    self.refuse(name, "a definition in it has no url or no type", issues);
                }
            }
            None if is_xml => self.refuse(name, "it is no FHIR in XML", issues),
            None => self.refuse(name, "it is not JSON", issues),
        }
    }
}

/// The definitions by which definitions in XML are read. Those of R5 have all members that earlier versions have and we read.
fn shapes() -> &'static Library {
    static SHAPES: OnceLock<Library> = OnceLock::new();
    SHAPES.get_or_init(|| Library::embedded(FhirVersion::R5))
}

fn parse(text: &str) -> Option<Document> {
    parse_json(text, 0, &mut Issues::default())
}

/// What a manifest says (npm's `package.json` with FHIR's members).
fn manifest(document: &Document, package: &mut Package) {
    for member in document.root().into_iter().flat_map(|root| root.children()) {
        match member.key() {
            "name" => package.id = member.text().into(),
            "version" => package.version = member.text().into(),
            "fhirVersions" | "fhir-version-list" => {
                package.fhir_versions = member.children().map(|item| item.text().into()).collect();
            }
            "dependencies" => {
                package.dependencies = member.children().map(|item| (item.key().into(), item.text().into())).collect();
            }
            _ => {}
        }
    }
}
