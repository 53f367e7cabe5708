//! Snapshots made from differentials, beside those that were published.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use case2fhir::definition::read::{Definition, read_definitions};
use case2fhir::definition::{ElementDefinition, FhirVersion, Library, Snapshots, StructureDefinition, package};
use case2fhir::instance::parse_json;
use case2fhir::issue::{Issue, Issues};

/// Where unpacked packages stand: `<id>#<version>/package`.
fn packages() -> Option<PathBuf> {
    let found = std::env::var_os("CASE2FHIR_PACKAGES").map(PathBuf::from).filter(|path| path.is_dir());
    if found.is_none() {
        println!("SKIPPED: CASE2FHIR_PACKAGES names no folder of unpacked packages");
    }
    found
}

fn read(text: &str) -> StructureDefinition {
    let mut issues = Issues::default();
    let document = parse_json(text, 1, &mut issues).unwrap_or_else(|| panic!("{issues:?}"));
    match read_definitions(&document, false).0.pop() {
        Some(Definition::Structure(read)) => *read,
        other => panic!("{other:?}"),
    }
}

/// A value with its members in the order of their names.
fn value(kind: &str, json: &str) -> String {
    if json.is_empty() {
        return String::new();
    }
    let value: serde_json::Value = serde_json::from_str(json).expect("a fixed value is JSON");
    format!("{kind} {value}")
}

/// Types in short.
fn types(element: &ElementDefinition) -> String {
    let mut text = String::new();
    for kind in &element.types {
        text += &format!(
            "{}{}{}{} ",
            kind.code,
            list(&kind.profiles),
            list(&kind.target_profiles),
            list(&kind.aggregation)
        );
    }
    text
}

fn list(items: &[Box<str>]) -> String {
    let short = items.iter().map(|item| item.rsplit('/').next().unwrap_or_default()).collect::<Vec<_>>().join(",");
    if short.is_empty() { short } else { format!("({short})") }
}

/// What differs between two snapshots: one line each.
fn differences(made: &[ElementDefinition], published: &[ElementDefinition]) -> Vec<String> {
    let mut lines = Vec::new();
    let by_id: BTreeMap<&str, &ElementDefinition> = made.iter().map(|element| (&*element.id, element)).collect();
    for element in published {
        let Some(own) = by_id.get(&*element.id) else {
            lines.push(format!("{}: missing", element.id));
            continue;
        };
        let mut see = |what: &str, own: String, theirs: String| {
            if own != theirs {
                lines.push(format!("{}: {what} is {own}, published {theirs}", element.id));
            }
        };
        see("path", own.path.to_string(), element.path.to_string());
        see("slice", own.slice_name.to_string(), element.slice_name.to_string());
        see("min", own.min.to_string(), element.min.to_string());
        see("max", own.max.to_string(), element.max.to_string());
        see(
            "base",
            format!("{} {}", own.base_path, own.base_max),
            format!("{} {}", element.base_path, element.base_max),
        );
        see("types", types(own), types(element));
        see("content", own.content_reference.to_string(), element.content_reference.to_string());
        see("fixed", value(&own.fixed_type, &own.fixed), value(&element.fixed_type, &element.fixed));
        see("pattern", value(&own.pattern_type, &own.pattern), value(&element.pattern_type, &element.pattern));
        see(
            "least",
            format!("{}{}", own.min_value_type, own.min_value),
            format!("{}{}", element.min_value_type, element.min_value),
        );
        see(
            "greatest",
            format!("{}{}", own.max_value_type, own.max_value),
            format!("{}{}", element.max_value_type, element.max_value),
        );
        see("length", format!("{:?}", own.max_length), format!("{:?}", element.max_length));
        see("binding", format!("{:?}", own.binding), format!("{:?}", element.binding));
        see("slicing", format!("{:?}", own.slicing), format!("{:?}", element.slicing));
        see("modifier", own.is_modifier.to_string(), element.is_modifier.to_string());
        see("support", own.must_support.to_string(), element.must_support.to_string());
        let keys = |element: &ElementDefinition| {
            let mut keys: Vec<_> = element.constraints.iter().map(|rule| rule.key.to_string()).collect();
            keys.sort();
            format!("{keys:?}")
        };
        see("constraints", keys(own), keys(element));
    }
    let theirs: Vec<&str> = published.iter().map(|element| &*element.id).collect();
    lines.extend(made.iter().filter(|one| !theirs.contains(&&*one.id)).map(|one| format!("{}: not published", one.id)));
    if lines.is_empty() && made.iter().map(|one| &*one.id).ne(theirs.iter().copied()) {
        lines.push("another order".to_owned());
    }
    lines
}

fn library(folder: &Path, names: &[&str]) -> Library {
    let mut library = Library::embedded(FhirVersion::R4);
    for name in names {
        let mut issues = Issues::default();
        let package = package::load_path(&folder.join(name), &mut issues);
        library.add(package.unwrap_or_else(|| panic!("{name}: {issues:?}")));
    }
    library
}

#[test]
fn published_snapshots_are_made_again() {
    let Some(folder) = packages() else { return };
    let names = ["hl7.fhir.r4.examples#4.0.1", "hl7.fhir.us.core#6.1.0", "hl7.fhir.us.mcode#4.0.0"];
    let library = library(&folder, &names);
    let mut snapshots = Snapshots::new(&library);
    for name in names {
        let (mut equal, mut all) = (0, 0);
        let mut files: Vec<_> = fs::read_dir(folder.join(name).join("package"))
            .expect("a folder")
            .flatten()
            .map(|entry| entry.path())
            .collect();
        files.sort();
        for file in files {
            let file_name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !file_name.starts_with("StructureDefinition-") {
                continue;
            }
            let text = fs::read_to_string(&file).expect("it can be read");
            let mut json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
            if json["snapshot"].is_null()
                || json["differential"].is_null()
                || (name == names[0] && json["derivation"] != "constraint" && std::env::var_os("ALL").is_none())
            {
                continue;
            }
            let published = read(&text);
            json.as_object_mut().expect("an object").remove("snapshot");
            let definition = read(&json.to_string());
            let mut issues = Issues::default();
            let made = snapshots.make(&definition, &mut issues);
            let mut lines = differences(&made, &published.elements);
            lines.extend(issues.iter().map(|issue: &Issue| format!("{} {}", issue.code.name(), issue.message)));
            all += 1;
            equal += usize::from(lines.is_empty());
            for line in &lines {
                println!("{name} {} {line}", definition.name);
            }
        }
        println!("{name}: {equal} of {all} equal");
    }
}
