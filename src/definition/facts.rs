//! The compact facts that stand in `schemas/`: writer and reader side by side.
//!
//! A package is four files of JSON lines. Each begins with a line that names the version of this format, the package and what is in
//! the file; then comes one definition a line, sorted by url and version:
//!
//! | file | lines |
//! | --- | --- |
//! | `structures.ndjson` | StructureDefinitions, see `structure` and `element` |
//! | `constraints.ndjson` | the invariants that the structures name, each once, see `constraint` |
//! | `value-sets.ndjson` | ValueSets, see `terminology` |
//! | `code-systems.ndjson` | CodeSystems, see `terminology` |
//!
//! In all of them
//! - every line begins with `{"u":"` and the url, and goes on with `,"v":"` and the version where that is not the package's own: both
//!   are found without parsing;
//! - members that have their default value are left out;
//! - a canonical that begins with [`BASE`] is written without it: `Patient`. What has a colon is written whole.
//!
//! A line is read with the parser of `instance`. Reading gives back exactly what was written.

mod constraint;
mod element;
mod structure;
mod terminology;

use super::json::Object;
use super::{BASE, CodeSystem, Derivation, Kind, Package, StructureDefinition, ValueSet};
use crate::instance::{Document, NodeRef, parse_json};
use crate::issue::Issues;

pub(super) use constraint::Constraints;

/// The version of the format; it changes when an older program could not read the files.
pub const FORMAT: u32 = 1;

/// The names of the four files.
pub const FILES: [&str; 4] = ["structures.ndjson", "constraints.ndjson", "value-sets.ndjson", "code-systems.ndjson"];

/// A kind of definition that has lines in a file of facts.
pub(super) trait Fact: Sized {
    /// The url without version.
    fn url(&self) -> &str;
    /// The business version; may be empty.
    fn version(&self) -> &str;
    /// The definition of a parsed line; the version is the package's where the line has none.
    fn read(node: NodeRef<'_>, version: &str, constraints: &Constraints) -> Self;
}

/// Writes the four files of a package, as pairs of name and text.
#[must_use]
pub fn write_package(package: &Package) -> Vec<(&'static str, String)> {
    let mut constraints = constraint::Table::default();
    let version = package.version.as_ref();
    let structures = lines(package, "StructureDefinition", &package.structures, |definition, out| {
        structure::write(definition, version, &mut constraints, out);
    });
    let value_sets = lines(package, "ValueSet", &package.value_sets, |value_set, out| {
        terminology::write_value_set(value_set, version, out);
    });
    let code_systems = lines(package, "CodeSystem", &package.code_systems, |code_system, out| {
        terminology::write_code_system(code_system, version, out);
    });
    let mut table = header(package, "constraint");
    constraints.write(&mut table);
    let [structures_name, constraints_name, value_sets_name, code_systems_name] = FILES;
    vec![
        (structures_name, structures),
        (constraints_name, table),
        (value_sets_name, value_sets),
        (code_systems_name, code_systems),
    ]
}

/// Reads the four files of a package, in the order of [`FILES`]; `None` where they are not facts of this version.
#[must_use]
pub fn read_package([structures, constraints, value_sets, code_systems]: [&str; 4]) -> Option<Package> {
    let (id, version) = read_header(structures.lines().next()?)?;
    let constraints = Constraints::read(constraints);
    Some(Package {
        structures: read_lines(structures, &version, &constraints),
        value_sets: read_lines(value_sets, &version, &constraints),
        code_systems: read_lines(code_systems, &version, &constraints),
        id,
        version,
        ..Package::default()
    })
}

fn read_lines<T: Fact>(text: &str, version: &str, constraints: &Constraints) -> Vec<T> {
    text.lines().skip(1).filter_map(|line| read_line(line, version, constraints)).collect()
}

/// One definition from its line; `None` where the line is no JSON.
pub(super) fn read_line<T: Fact>(line: &str, version: &str, constraints: &Constraints) -> Option<T> {
    let document = parse(line)?;
    document.root().map(|root| T::read(root, version, constraints))
}

/// A parsed line.
pub(super) fn parse(line: &str) -> Option<Document> {
    parse_json(line, 0, &mut Issues::default())
}

/// The header of a file: package and version.
pub(super) fn read_header(line: &str) -> Option<(Box<str>, Box<str>)> {
    let document = parse(line)?;
    let root = document.root()?;
    let text = |name: &str| root.get(name).map(|member| member.text()).unwrap_or_default();
    (text("facts") == FORMAT.to_string()).then(|| (text("package").into(), text("version").into()))
}

/// Url and version at the start of a line; no version where it is the package's.
pub(super) fn key(line: &str) -> (&str, Option<&str>) {
    let url = line.strip_prefix("{\"u\":\"").and_then(|rest| rest.split_once('"'));
    let (url, rest) = url.unwrap_or_default();
    (url, start(rest, "v").map(|(version, _)| version))
}

/// What the line of a StructureDefinition says before its elements.
pub(super) struct Head<'a> {
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    pub(super) type_name: &'a str,
    pub(super) derivation: Derivation,
}

/// The head of a StructureDefinition's line, without parsing the line. Names and types have no characters that JSON escapes.
pub(super) fn read_head(line: &str) -> Head<'_> {
    let mut rest = line.strip_prefix("{\"u\":\"").and_then(|rest| rest.split_once('"')).map_or("", |(_, rest)| rest);
    let mut member = |name: &str| match start(rest, name) {
        Some((text, after)) => {
            rest = after;
            text
        }
        None => "",
    };
    let (_, name, kind, type_name) = (member("v"), member("n"), member("k"), member("t"));
    let derivation = if rest.starts_with(",\"p\":1") { Derivation::Constraint } else { Derivation::Specialization };
    Head { name, kind: structure::kind(kind), type_name, derivation }
}

/// The text of the member with which the rest of a line begins, and what comes after it.
fn start<'a>(rest: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    rest.strip_prefix(",\"")?.strip_prefix(name)?.strip_prefix("\":\"")?.split_once('"')
}

fn header(package: &Package, content: &str) -> String {
    let mut out = String::new();
    let mut object = Object::open(&mut out);
    object.number("facts", FORMAT);
    object.text("package", &package.id);
    object.text("version", &package.version);
    object.text("content", content);
    object.close();
    out.push('\n');
    out
}

/// The lines of a file in the order of url and version; of several with the same the last one counts, as in a library.
fn lines<T: Fact>(package: &Package, content: &str, items: &[T], mut write: impl FnMut(&T, &mut String)) -> String {
    let mut sorted: Vec<&T> = items.iter().collect();
    sorted.sort_by_key(|item| (item.url(), item.version()));
    let mut out = header(package, content);
    for (index, item) in sorted.iter().enumerate() {
        let is_last =
            sorted.get(index + 1).is_none_or(|next| (next.url(), next.version()) != (item.url(), item.version()));
        // A quote or a control character in a url would break the start of the line; there is no such canonical.
        if is_last && !item.url().contains(['"', '\\']) && !item.url().contains(char::is_control) {
            write(item, &mut out);
            out.push('\n');
        }
    }
    out
}

/// Opens a line with url and version.
fn open<'a>(url: &str, version: &str, package_version: &str, out: &'a mut String) -> Object<'a> {
    let mut object = Object::open(out);
    object.text("u", url);
    if version != package_version {
        // An empty version must be told from the package's.
        super::json::push_string(version, object.member("v"));
    }
    object
}

/// A canonical in short.
fn short(canonical: &str) -> &str {
    match canonical.strip_prefix(BASE) {
        Some(rest) if !rest.is_empty() && !rest.contains(':') => rest,
        _ => canonical,
    }
}

/// A canonical from its short form. What is neither short nor absolute (an empty one, a bare id) would be misread, so the writer
/// marks it with a leading colon.
fn long(text: &str) -> Box<str> {
    match text.strip_prefix(':') {
        Some(odd) => odd.into(),
        None if text.is_empty() || text.contains(':') => text.into(),
        None => format!("{BASE}{text}").into(),
    }
}

/// A canonical as it is written: [`short`], or marked where it would be misread.
fn written(canonical: &str) -> std::borrow::Cow<'_, str> {
    let short = short(canonical);
    match short.len() == canonical.len()
        && !canonical.is_empty()
        && (!canonical.contains(':') || canonical.starts_with(':'))
    {
        true => format!(":{canonical}").into(),
        false => short.into(),
    }
}

impl Fact for StructureDefinition {
    fn url(&self) -> &str {
        &self.url
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn read(node: NodeRef<'_>, version: &str, constraints: &Constraints) -> Self {
        structure::read(node, version, constraints)
    }
}

impl Fact for ValueSet {
    fn url(&self) -> &str {
        &self.url
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn read(node: NodeRef<'_>, version: &str, _: &Constraints) -> Self {
        terminology::read_value_set(node, version)
    }
}

impl Fact for CodeSystem {
    fn url(&self) -> &str {
        &self.url
    }

    fn version(&self) -> &str {
        &self.version
    }

    fn read(node: NodeRef<'_>, version: &str, _: &Constraints) -> Self {
        terminology::read_code_system(node, version)
    }
}
