//! A run into a folder, from its beginning to its end.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use super::journal::Checkpoint;
use super::outputs::Failed;
use super::pack::Packing;
use super::places::Places;
use super::progress::{self, Progress};
use super::report::{self, About};
use super::task::Tasks;
use super::worker::{Settings, Worker};
use super::writer::{self, Stop, Writer};
use super::{AHEAD, BATCH, MOST, name_of, signal, start, threads, write_report};
use crate::case::Date;
use crate::cli::Outcome;
use crate::cli::args::{Batch, FailOn, Layout};
use crate::cli::convert::write_whole;
use crate::cli::stream::feed::{Feed, Reading};
use crate::cli::stream::inputs::{Input, Inputs, Kind, Wanted};
use crate::cli::stream::order::{self, Pace};
use crate::cli::stream::tables::Tables;
use crate::cli::talk::Talk;
use crate::pipeline::Context;

/// Cases into a folder.
pub(super) fn run(options: &Batch, folder: &Path, mut context: Context, talk: &mut Talk) -> Outcome {
    let packing = match options.layout {
        Layout::Bundles => None,
        Layout::OneFile | Layout::Bulk => Some(Packing {
            is_bulk: options.layout == Layout::Bulk,
            gzip: options.gzip,
            most: options.max_file_size.get(),
        }),
    };
    let tables = Tables::of(&options.conversion, &context);
    let start::Start { folder, places, journal, state, is_resumed } =
        match start::begin(options, folder, &context, talk) {
            Ok(start) => start,
            Err(outcome) => return outcome,
        };
    // What the clock said when the run began holds to its end, however often it goes on.
    context.clock = Date::parse(&state.begun);
    let (read, all, stop) =
        (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let progress = Progress::new(options.progress, talk, Arc::clone(&read), Arc::clone(&all));
    if progress.is_shown() {
        measure(options, tables, &folder, all);
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
        places: places.clone(),
        is_rejects_wanted: options.rejects.is_some(),
        journal,
        state,
        every: options.checkpoint_seconds,
    });
    let mut writer = match writer {
        Ok(writer) => writer,
        Err(why) => {
            tell_stop(&why, talk);
            return Outcome::Environment;
        }
    };
    let own = options.conversion.mapping.iter().chain(&options.conversion.lexicon);
    let inputs = Inputs::new(&options.inputs, Wanted::Cases(tables)).apart_from(&folder).except(own);
    let feed = Feed::new(inputs, Reading { most: MOST, is_live: false, batch: BATCH }, read);
    let feed = feed.with_mapping(context.mapping.clone(), options.conversion.fail_on == FailOn::Warning);
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
        for line in report::summary(&tally, seconds, Some(&shown(options, &places))) {
            talk.note(&line);
        }
    }
    outcome.max(write_report(options, &about, &tally, talk))
}

/// The place of the rejects in the words of the user.
fn shown(options: &Batch, places: &Places) -> PathBuf {
    let folder = options.output.as_deref().unwrap_or(Path::new(""));
    options.rejects.clone().unwrap_or_else(|| folder.join(&places.rejects))
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
                Stop::Io(..) | Stop::Missing(_) | Stop::Counts(_) => (Outcome::Environment, false),
                Stop::Changed(_) => (Outcome::Faulty, false),
            }
        }
        None if writer.state.tally.unread > 0 => (Outcome::Environment, true),
        None if writer.state.tally.rejected > 0 => (Outcome::Faulty, true),
        None => (Outcome::Well, true),
    }
}

fn manifest(writer: &Writer<'_>) -> Result<(), Failed> {
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
        Stop::Counts(numbers) => {
            let what = "this is a defect of case2fhir, please report it; the output has not got its names";
            talk.failure(&format!("the counts do not add up: {numbers}; {what}"));
        }
        Stop::Missing(path) => {
            let what = "the run is finished, and this file of its output is not there as it was written";
            talk.failure(&format!("{}: {what}; --restart makes all of it again", path.display()));
        }
        Stop::Changed(place) => {
            let what = "what was converted before has changed since, so the run cannot go on";
            let advice = "put the inputs back as they were, or begin again with --restart";
            talk.failure(&format!("{place}: {what}; {advice}"));
        }
    }
}

/// Finds out beside the work how many bytes there are to read.
fn measure(options: &Batch, tables: Tables, folder: &Path, all: Arc<AtomicU64>) {
    let inputs = Inputs::new(&options.inputs, Wanted::Cases(tables)).apart_from(folder);
    thread::spawn(move || {
        let size = |input: Input| match input.kind {
            Kind::File(path) => std::fs::metadata(path).map(|meta| meta.len()).ok(),
            Kind::Tables(paths) => paths.iter().map(|path| std::fs::metadata(path).map(|meta| meta.len()).ok()).sum(),
            Kind::Failed(_) => Some(0),
            // Nobody knows how much will come.
            Kind::Stdin => None,
        };
        if let Some(sum) = inputs.map(size).sum::<Option<u64>>() {
            all.store(sum, Ordering::Relaxed);
        }
    });
}
