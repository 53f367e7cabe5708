//! `case2fhir package`: the packages of definitions that are known, more of them, and their compact form.

mod add;
mod compile;
mod index;
mod list;

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
