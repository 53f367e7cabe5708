//! Packages with what they depend on, from the ecosystem's cache: a folder `id#version` for each package, which holds a folder `package`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::super::Library;
use super::super::library::compare_versions;
use super::{Package, load_path};
use crate::issue::{Code, Issue, Issues, Severity};

/// Loads packages and, before each, the packages that it depends on.
#[derive(Debug, Default)]
pub struct Loader {
    caches: Vec<PathBuf>,
    /// Names (`id#version`) of what is loaded or part of the program.
    known: BTreeSet<Box<str>>,
}

impl Loader {
    /// A loader that looks for packages in these folders, the first first. The usual one is `.fhir/packages` in the user's home.
    #[must_use]
    pub fn new(caches: Vec<PathBuf>) -> Self {
        Self { caches, known: BTreeSet::new() }
    }

    /// The usual cache of a home folder.
    #[must_use]
    pub fn usual_cache(home: &Path) -> PathBuf {
        home.join(".fhir").join("packages")
    }

    /// Notes that the packages of a library need not be loaded.
    pub fn know(&mut self, library: &Library) {
        self.known.extend(library.packages().map(|package| package.name.clone()));
    }

    /// Loads a package by a path, or by `id#version` from the cache; `id` alone means its greatest version. What it depends on comes
    /// before it. A package that cannot be read is an error; a dependency that is not in the cache is a warning.
    pub fn load(&mut self, input: &str, issues: &mut Issues) -> Vec<Package> {
        let mut packages = Vec::new();
        let path = Path::new(input);
        let found = if path.exists() { None } else { self.find_input(input) };
        if let Some(package) = load_path(found.as_deref().unwrap_or(path), issues) {
            self.known.insert(package.name().into());
            self.dependencies(&package, &mut packages, issues);
            packages.push(package);
        }
        packages
    }

    fn find_input(&self, input: &str) -> Option<PathBuf> {
        let (id, version) = input.split_once(['#', '@']).unwrap_or((input, "latest"));
        self.find(id, version)
    }

    fn dependencies(&mut self, package: &Package, packages: &mut Vec<Package>, issues: &mut Issues) {
        // Rings of packages end because a package is known before its dependencies are looked at; their depth ends with the cache.
        for (id, version) in &package.dependencies {
            if self.known.contains(format!("{id}#{version}").as_str()) {
                continue;
            }
            let Some(found) = self.find(id, version) else {
                self.miss(package, id, version, issues);
                continue;
            };
            let Some(loaded) = load_path(&found, issues) else { continue };
            // Under `4.0.x` or `current` it may be known by its own version.
            if self.known.insert(loaded.name().into()) {
                self.known.insert(format!("{id}#{version}").into());
                self.dependencies(&loaded, packages, issues);
                packages.push(loaded);
            }
        }
    }

    fn miss(&mut self, package: &Package, id: &str, version: &str, issues: &mut Issues) {
        let wanted = format!("{id}#{version}");
        let prefix = format!("{id}#");
        let instead = self.known.iter().find(|name| name.starts_with(&prefix));
        let of = package.name();
        let issue = match instead {
            Some(instead) => {
                let mut issue = Issue::new(
                    Code::MissingDependency,
                    format!("{of} needs {wanted}, which is not in the cache; {instead} stands in for it"),
                );
                issue.severity = Severity::Information;
                issue
            }
            None => Issue::new(Code::MissingDependency, format!("{of} needs {wanted}, which is not in the cache")),
        };
        issues.add(issue.help("give the package too, or put it into the cache"));
        // One word a package is enough.
        self.known.insert(wanted.into());
    }

    /// The folder of a package in the first cache that has it.
    fn find(&self, id: &str, version: &str) -> Option<PathBuf> {
        // An id is a plain name; anything that could lead out of the cache is none.
        let is_plain = |text: &str| !text.is_empty() && !text.contains(['/', '\\']) && !text.contains("..");
        if !is_plain(id) || !is_plain(version) {
            return None;
        }
        self.caches.iter().find_map(|cache| find_in(cache, id, version))
    }
}

fn find_in(cache: &Path, id: &str, version: &str) -> Option<PathBuf> {
    let exact = |version: &str| Some(cache.join(format!("{id}#{version}"))).filter(|folder| folder.is_dir());
    if let Some(folder) = exact(version) {
        return Some(folder);
    }
    match version {
        // What was built here stands in for what is built on the server, and the other way round.
        "dev" => exact("current"),
        "current" => exact("dev"),
        _ if version.starts_with("current$") => exact("current"),
        _ => {
            let start = match version {
                "latest" | "*" | "x" => "",
                _ => version.strip_suffix(".x").or_else(|| version.strip_suffix(".*"))?,
            };
            let prefix = format!("{id}#");
            let names = std::fs::read_dir(cache).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
            let versions = names.filter_map(|name| name.strip_prefix(&prefix).map(ToOwned::to_owned)).filter(|own| {
                own.strip_prefix(start).is_some_and(|rest| start.is_empty() || rest.is_empty() || rest.starts_with('.'))
                    && own.starts_with(|first: char| first.is_ascii_digit())
            });
            versions.max_by(|a, b| compare_versions(a, b)).and_then(|version| exact(&version))
        }
    }
}
