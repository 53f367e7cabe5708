//! `case2fhir package list`: what is part of the program, and what is in the cache.

use std::fmt::Write as _;
use std::path::Path;

use anstyle::Style;

use crate::cli::args::Version;
use crate::cli::talk::{Talk, counted};
use crate::cli::{Outcome, print_styled, setup};

pub(super) fn run(talk: &mut Talk) -> Outcome {
    let strong = Style::new().bold();
    let mut out = String::new();
    // Writing into a string cannot fail.
    let _ = writeln!(out, "{strong}part of the program{strong:#}");
    for (version, option) in [(Version::R4, "r4"), (Version::R4b, "r4b"), (Version::R5, "r5")] {
        for package in setup::embedded(version).packages() {
            let what = [
                counted(package.structures, "structure"),
                counted(package.value_sets, "value set"),
                counted(package.code_systems, "code system"),
            ];
            let _ = writeln!(out, "  {:30}  --fhir {option:3}  {}", package.name, what.join(", "));
        }
    }
    let Some(folder) = setup::cache() else {
        talk.failure("there is no home folder, and so no .fhir/packages");
        return Outcome::Environment;
    };
    let _ = writeln!(out, "\n{strong}{}{strong:#}", folder.display());
    match names(&folder) {
        Ok(names) if names.is_empty() => out.push_str("  none; `case2fhir package add FILE.tgz` puts one there\n"),
        Ok(names) => names.iter().for_each(|name| {
            let _ = writeln!(out, "  {name}");
        }),
        Err(error) => {
            talk.failure(&format!("{}: {error}", folder.display()));
            return Outcome::Environment;
        }
    }
    print_styled(&out, talk)
}

/// The packages of a cache, sorted; a cache that is not there has none.
fn names(folder: &Path) -> std::io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.contains('#') && !name.starts_with('.') && entry.path().is_dir() {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}
