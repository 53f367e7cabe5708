//! `batch --stdin`: a case a line in, a line out for each, in order, so that an engine that spreads work over machines can pipe its
//! rows through.
//!
//! What cannot be converted is an OperationOutcome on its line. That is an answer and no failure: the run ends with 0 when every line
//! was answered, for an engine takes any other end for the loss of its rows.

use std::io::{ErrorKind, Write as _};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use super::piece::Piece;
use super::report::{self, About};
use super::tally::Tally;
use super::task::Tasks;
use super::worker::{Settings, Worker};
use super::{AHEAD, BATCH, MOST, threads, write_report};
use crate::cli::args::Batch;
use crate::cli::stream::feed::{Feed, Reading};
use crate::cli::stream::inputs::{Input, Kind};
use crate::cli::stream::order::{self, Flow, Pace};
use crate::cli::talk::Talk;
use crate::cli::{Outcome, clock};
use crate::pipeline::Context;

/// Lines in, lines out.
pub(super) fn run(options: &Batch, context: &Context, talk: &mut Talk) -> Outcome {
    let begun = clock::moment(SystemTime::now()).unwrap_or_default();
    let start = Instant::now();
    let (fail_on, values) = (options.conversion.fail_on, talk.values());
    let settings = Settings { context, fail_on, values, packing: None, done: 0 };
    let input = Input { kind: Kind::Stdin, name: "<stdin>".to_owned(), is_named: true };
    let feed = Feed::new(std::iter::once(input), Reading { most: MOST, is_live: true, batch: BATCH }, Arc::default());
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

/// Answers lines.
struct Answers<'a> {
    talk: &'a mut Talk,
    tally: Tally,
    outcome: Outcome,
}

impl<'a> Answers<'a> {
    fn new(talk: &'a mut Talk) -> Self {
        Self { talk, tally: Tally::default(), outcome: Outcome::Well }
    }

    /// Answers the lines of a piece.
    fn take(&mut self, piece: &Piece) -> Flow {
        let mut text = String::new();
        for record in &piece.records {
            self.tally.add(record, &piece.names);
            match &record.result {
                Ok(converted) => text.push_str(&converted.text),
                Err(rejected) if rejected.is_unread => {
                    self.talk.failure(&format!("{}: cannot be read to its end", record.stand));
                    self.outcome = Outcome::Environment;
                }
                Err(rejected) => {
                    text.push_str(&rejected.outcome);
                    text.push('\n');
                }
            }
        }
        self.tally.bytes_read += piece.bytes;
        self.tally.bytes_written += u64::try_from(text.len()).unwrap_or(0);
        let mut stdout = std::io::stdout().lock();
        let Err(error) = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) else {
            return if self.outcome == Outcome::Well { Flow::Go } else { Flow::Stop };
        };
        // Whoever closed the pipe has read what they wanted; but not all lines were answered.
        if error.kind() != ErrorKind::BrokenPipe {
            self.talk.failure(&format!("<stdout>: {error}"));
        }
        self.outcome = Outcome::Environment;
        Flow::Stop
    }
}
