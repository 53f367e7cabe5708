//! `case2fhir batch`: cases without number to bundles, on all cores, in the order of the inputs.
//!
//! Inputs are read as they are needed, threads convert them, and one of them at a time writes what is next: so memory does not grow
//! with the number of cases, and nobody runs ahead of the disk. A case that cannot be converted goes to the rejects, the others go
//! on, and read = written + rejected. A journal (`journal`) lets a run that was broken off go on.

mod journal;
mod live;
pub(super) mod names;
mod outputs;
mod pack;
mod part;
mod piece;
mod progress;
mod report;
mod seen;
mod signal;
mod start;
mod tally;
mod task;
mod worker;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use super::args::{self, Batch, Layout};
use super::convert::write_whole;
use super::stream::feed::{Feed, Reading};
use super::stream::inputs::{Input, Inputs, Kind, Wanted};
use super::stream::order::{self, Pace};
use super::talk::Talk;
use super::{Outcome, context};
use crate::pipeline::Context;
use journal::Checkpoint;
use live::Answers;
use pack::Packing;
use progress::Progress;
use report::About;
use tally::Tally;
use task::Tasks;
use worker::{MOST, Settings, Worker};
use writer::{Stop, Writer};

/// How many tasks a thread may be ahead of the output: what waits is held in memory.
const AHEAD: u64 = 3;

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
        context.bundle = crate::bundle::BundleKind::Batch;
    }
    match &options.output {
        Some(folder) if !options.stdin => into_folder(options, folder, context, talk),
        _ => answer(options, &context, talk),
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

fn threads(options: &Batch) -> usize {
    options.jobs.or_else(|| thread::available_parallelism().ok()).map_or(1, std::num::NonZero::get)
}

/// Lines in, lines out.
fn answer(options: &Batch, context: &Context, talk: &mut Talk) -> Outcome {
    let begun = super::clock::moment(std::time::SystemTime::now()).unwrap_or_default();
    let start = std::time::Instant::now();
    let (fail_on, values) = (options.conversion.fail_on, talk.values());
    let settings = Settings { context, fail_on, values, packing: None, done: 0 };
    let input = Input { kind: Kind::Stdin, name: "<stdin>".to_owned(), is_named: true };
    let feed = Feed::new(std::iter::once(input), Reading { most: MOST, is_live: true }, Arc::default());
    let tasks = Tasks::new(feed, Arc::default());
    let mut answers = Answers::new(talk);
    let worker = || {
        let mut worker = Worker::new(settings);
        move |task| worker.work(task)
    };
    let jobs = threads(options);
    order::run(tasks, Pace { threads: jobs, ahead: AHEAD }, worker, |piece| answers.take(&piece));
    let Answers { tally, outcome, .. } = answers;
    let seconds = start.elapsed().as_secs_f64();
    let about = About {
        inputs: vec!["<stdin>".to_owned()],
        output: None,
        layout: None,
        jobs,
        begun: &begun,
        seconds,
        is_finished: outcome == Outcome::Well,
        is_resumed: false,
        files: &[],
    };
    for line in report::summary(&tally, seconds, None) {
        talk.note(&line);
    }
    outcome.max(write_report(options, &about, &tally, talk))
}

/// Cases into a folder.
fn into_folder(options: &Batch, folder: &Path, mut context: Context, talk: &mut Talk) -> Outcome {
    let packing = match options.layout {
        Layout::Bundles => None,
        Layout::OneFile | Layout::Bulk => Some(Packing {
            is_bulk: options.layout == Layout::Bulk,
            gzip: options.gzip,
            most: options.max_file_size.get(),
        }),
    };
    let start::Start { folder, rejects, journal, state, is_resumed } =
        match start::begin(options, folder, &context, talk) {
            Ok(start) => start,
            Err(outcome) => return outcome,
        };
    // What the clock said when the run began holds to its end, however often it goes on.
    context.clock = crate::case::Date::parse(&state.begun);
    let (read, all, stop) =
        (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let progress = Progress::new(options.progress, talk, Arc::clone(&read), Arc::clone(&all));
    if progress.is_shown() {
        measure(options, &folder, all);
    }
    signal::stop_on(&stop, talk);
    let settings = Settings {
        context: &context,
        fail_on: options.conversion.fail_on,
        values: talk.values(),
        packing,
        done: state.tasks,
    };
    let writer = Writer::new(writer::Beginning {
        talk,
        progress,
        packing,
        folder: folder.clone(),
        rejects: rejects.clone(),
        is_rejects_wanted: options.rejects.is_some(),
        journal,
        state,
        every: std::time::Duration::from_secs_f64(options.checkpoint_seconds.clamp(0.0, 1e6)),
    });
    let mut writer = match writer {
        Ok(writer) => writer,
        Err(why) => {
            tell_stop(&why, talk);
            return Outcome::Environment;
        }
    };
    let inputs = Inputs::new(&options.inputs, Wanted::Cases).apart_from(&folder);
    let feed = Feed::new(inputs, Reading { most: MOST, is_live: false }, read);
    let tasks = Tasks::new(feed, Arc::clone(&stop));
    let worker = || {
        let mut worker = Worker::new(settings);
        move |task| worker.work(task)
    };
    let jobs = threads(options);
    order::run(tasks, Pace { threads: jobs, ahead: AHEAD }, worker, |piece| writer.take(piece));
    let is_stopped = stop.load(Ordering::Relaxed);
    let (outcome, is_finished) = end(&mut writer, options, is_stopped);
    let (seconds, files) = (writer.seconds(), writer.files().to_vec());
    let (talk, Checkpoint { tally, begun, .. }) = (writer.talk, writer.state);
    let about = About {
        inputs: options.inputs.iter().map(|input| input.display().to_string()).collect(),
        output: Some(folder.display().to_string()),
        layout: Some(name_of(options.layout)),
        jobs,
        begun: &begun,
        seconds,
        is_finished,
        is_resumed,
        files: &files,
    };
    if about.is_finished {
        for line in report::summary(&tally, seconds, Some(&folder.join(&rejects))) {
            talk.note(&line);
        }
    }
    outcome.max(write_report(options, &about, &tally, talk))
}

/// Ends a run as it went; whether it came to its end.
fn end(writer: &mut Writer<'_>, options: &Batch, is_stopped: bool) -> (Outcome, bool) {
    let mut stop = writer.stop.take();
    if stop.is_none() && is_stopped {
        stop = writer.tell().err();
        writer.progress.end();
        if stop.is_none() {
            let read = progress::grouped(writer.state.tally.read);
            writer.talk.failure(&format!("stopped after {read} cases; the same command with --resume goes on there"));
            return (Outcome::Environment, false);
        }
    }
    if stop.is_none() && !writer.has_caught_up() {
        stop = Some(Stop::Changed(writer::FEWER.to_owned()));
    }
    if stop.is_none() {
        let is_bulk = options.layout == Layout::Bulk;
        stop = writer.finish(|writer| if is_bulk { manifest(writer) } else { Ok(()) }).err();
    }
    writer.progress.end();
    match stop {
        Some(why) => {
            tell_stop(&why, writer.talk);
            match why {
                Stop::Io(..) => (Outcome::Environment, false),
                Stop::Changed(_) => (Outcome::Faulty, false),
            }
        }
        None if writer.state.tally.unread > 0 => (Outcome::Environment, true),
        None if writer.state.tally.rejected > 0 => (Outcome::Faulty, true),
        None => (Outcome::Well, true),
    }
}

fn manifest(writer: &Writer<'_>) -> Result<(), outputs::Failed> {
    let path = writer.folder().join("manifest.json");
    let text = report::manifest(&writer.state.begun, "case2fhir batch --layout bulk", writer.files());
    write_whole(&path, &text).map_err(|error| (path, error))
}

fn tell_stop(why: &Stop, talk: &mut Talk) {
    match why {
        Stop::Io(path, error) => {
            let full = [std::io::ErrorKind::StorageFull, std::io::ErrorKind::QuotaExceeded];
            let advice = if full.contains(&error.kind()) { "make room; then " } else { "" };
            let path = path.display();
            talk.failure(&format!(
                "{path}: {error}; {advice}the same command with --resume goes on where the run stood"
            ));
        }
        Stop::Changed(place) => {
            let what = "what was converted before has changed since, so the run cannot go on";
            let advice = "put the inputs back as they were, or begin again with --restart";
            talk.failure(&format!("{place}: {what}; {advice}"));
        }
    }
}

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

/// Finds out beside the work how many bytes there are to read.
fn measure(options: &Batch, folder: &Path, all: Arc<AtomicU64>) {
    let inputs = Inputs::new(&options.inputs, Wanted::Cases).apart_from(folder);
    thread::spawn(move || {
        let size = |input: Input| match input.kind {
            Kind::File(path) => std::fs::metadata(path).map(|meta| meta.len()).ok(),
            Kind::Failed(_) => Some(0),
            // Nobody knows how much will come.
            Kind::Stdin => None,
        };
        if let Some(sum) = inputs.map(size).sum::<Option<u64>>() {
            all.store(sum, Ordering::Relaxed);
        }
    });
}

fn name_of(layout: Layout) -> &'static str {
    match layout {
        Layout::Bundles => "bundles",
        Layout::OneFile => "one-file",
        Layout::Bulk => "bulk",
    }
}

/// Where rejects go, from the output folder on.
fn rejects(options: &Batch) -> std::io::Result<PathBuf> {
    match &options.rejects {
        Some(path) => std::path::absolute(path),
        None => Ok(PathBuf::from("rejects.ndjson")),
    }
}
