//! `case2fhir batch`: cases without number to bundles, on all cores, in the order of the inputs.
//!
//! Inputs are read as they are needed, threads convert them, and one of them at a time writes what is next: so memory does not grow
//! with the number of cases, and nobody runs ahead of the disk. A case that cannot be converted goes to the rejects, the others go
//! on, and read = written + rejected. A journal (`journal`) lets a run that was broken off go on.

mod folder;
mod journal;
mod live;
pub(super) mod names;
mod outputs;
mod pack;
mod part;
mod piece;
mod places;
mod progress;
mod replace;
mod report;
mod seen;
mod signal;
mod start;
mod tally;
mod task;
mod worker;
mod writer;

use std::thread;

use super::args::{self, Batch, Layout};
use super::convert::write_whole;
use super::talk::Talk;
use super::{Outcome, context};
use crate::bundle::BundleKind;
use report::About;
use tally::Tally;
use worker::MOST;

/// How many tasks a thread may be ahead of the output: what waits is held in memory.
const AHEAD: u64 = 3;
/// How many bytes of lines make a task. What comes of them is some ten times as much, and is held until its turn.
const BATCH: usize = 96 * 1024;

pub(super) fn run(options: &Batch, talk: &mut Talk) -> Outcome {
    if let Err(why) = check(options) {
        talk.failure(why);
        return Outcome::Misused;
    }
    let mut context = match context::resolve(&options.conversion, talk) {
        Ok(context) => context,
        Err(outcome) => return outcome,
    };
    if options.layout == Layout::Bulk {
        // Resources that stand by themselves name each other as a server will have them, as the entries of a batch do.
        context.bundle = BundleKind::Batch;
    }
    match &options.output {
        Some(folder) if !options.stdin => folder::run(options, folder, context, talk),
        _ => live::run(options, &context, talk),
    }
}

/// What goes together, beyond what the parser of arguments knows.
fn check(options: &Batch) -> Result<(), &'static str> {
    if options.gzip && options.layout == Layout::Bundles {
        return Err("--gzip is for files of lines: take --layout one-file or --layout bulk");
    }
    let asks = options.conversion.bundle != args::Bundle::Collection || options.conversion.method != args::Method::Put;
    if options.layout == Layout::Bulk && asks {
        return Err(
            "--bundle and --method are for bundles, and the files of --layout bulk hold resources by themselves",
        );
    }
    Ok(())
}

/// How many threads work.
fn threads(options: &Batch) -> usize {
    options.jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, std::num::NonZero::get)
}

/// Writes the report that was asked for.
fn write_report(options: &Batch, about: &About<'_>, tally: &Tally, talk: &mut Talk) -> Outcome {
    let Some(path) = &options.report else { return Outcome::Well };
    match write_whole(path, &report::report(about, tally)) {
        Ok(()) => Outcome::Well,
        Err(error) => {
            talk.failure(&format!("{}: {error}", path.display()));
            Outcome::Environment
        }
    }
}

/// A layout as it is typed.
fn name_of(layout: Layout) -> &'static str {
    match layout {
        Layout::Bundles => "bundles",
        Layout::OneFile => "one-file",
        Layout::Bulk => "bulk",
    }
}
