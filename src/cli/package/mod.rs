//! `case2fhir package`: the packages of definitions that are known, more of them, and their compact form.

mod add;
mod compile;
mod index;
mod list;

use std::path::PathBuf;

use super::Outcome;
use super::args::Package;
use super::talk::Talk;

pub(super) fn run(command: &Package, talk: &mut Talk) -> Outcome {
    match command {
        Package::List => list::run(talk),
        Package::Add(options) => add::run(options, talk),
        Package::Compile(options) => compile::run(options, talk),
    }
}

/// The cache of packages that the tools of the ecosystem share: `.fhir/packages` in the user's home.
pub(super) fn cache() -> Option<PathBuf> {
    let home = std::env::home_dir().filter(|home| !home.as_os_str().is_empty())?;
    Some(home.join(".fhir").join("packages"))
}
