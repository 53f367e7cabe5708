//! What is printed of the tasks, in their order: issues on stdout; a line for an input, and one for all, on stderr.

use std::io::{ErrorKind, Stdout, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anstream::AutoStream;

use super::Settings;
use super::resource::Tally;
use crate::cli::Outcome;
use crate::cli::args::{FailOn, Format};
use crate::cli::stream::feed::Task;
use crate::cli::stream::order::Flow;
use crate::cli::talk::{Talk, counted};
use crate::issue::Severity;

/// What a task gave.
pub(super) struct Piece {
    name: Arc<str>,
    is_named: bool,
    is_last: bool,
    /// The issues as text, or an outcome for each resource.
    pub(super) out: Vec<String>,
    pub(super) tally: Tally,
    /// Why the input could not be read, or not to its end.
    pub(super) failure: Option<String>,
}

impl Piece {
    pub(super) fn new(task: &Task) -> Self {
        let (is_named, is_last) = (task.is_named, task.is_last);
        let (tally, failure) = (Tally::default(), None);
        Self { name: Arc::clone(&task.name), is_named, is_last, out: Vec::new(), tally, failure }
    }
}

/// Prints pieces.
pub(super) struct Printer<'a> {
    settings: &'a Settings<'a>,
    talk: &'a mut Talk,
    stdout: AutoStream<Stdout>,
    start: Instant,
    /// Whether an outcome stands in the array already.
    has_printed: bool,
    input: Tally,
    all: Tally,
    inputs: usize,
    unread: usize,
    outcome: Outcome,
    /// Stdout takes no more.
    is_stopped: bool,
}

impl<'a> Printer<'a> {
    pub(super) fn new(settings: &'a Settings<'a>, talk: &'a mut Talk) -> Self {
        Self {
            settings,
            stdout: talk.stdout(),
            talk,
            start: Instant::now(),
            has_printed: false,
            input: Tally::default(),
            all: Tally::default(),
            inputs: 0,
            unread: 0,
            outcome: Outcome::Well,
            is_stopped: false,
        }
    }

    /// Prints a piece.
    pub(super) fn take(&mut self, piece: &Piece) -> Flow {
        let text = self.joined(&piece.out);
        if self.print(&text) == Flow::Stop {
            return Flow::Stop;
        }
        self.input.add(piece.tally);
        if let Some(failure) = &piece.failure {
            self.talk.failure(&format!("{}: {failure}", piece.name));
            self.outcome = Outcome::Environment;
            self.unread += 1;
        }
        let is_warned = self.settings.fail_on == FailOn::Warning && piece.tally.warnings > 0;
        if piece.tally.errors > 0 || is_warned {
            self.outcome = self.outcome.max(Outcome::Faulty);
        }
        if piece.is_last {
            self.close(piece);
        }
        Flow::Go
    }

    /// The texts of a piece as they stand in the output.
    fn joined(&mut self, out: &[String]) -> String {
        let is_array = self.settings.format == Format::Json && self.settings.is_several;
        let mut text = String::new();
        for item in out {
            if is_array {
                text.push_str(if self.has_printed { ",\n" } else { "[\n" });
            }
            text.push_str(item);
            if self.settings.format != Format::Text && !is_array {
                text.push('\n');
            }
            self.has_printed = true;
        }
        text
    }

    fn print(&mut self, text: &str) -> Flow {
        let written = match text.is_empty() {
            true => Ok(()),
            false => self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush()),
        };
        let Err(error) = written else { return Flow::Go };
        // Whoever closed the pipe has read what they wanted.
        if error.kind() != ErrorKind::BrokenPipe {
            self.talk.failure(&format!("<stdout>: {error}"));
        }
        self.outcome = Outcome::Environment;
        self.is_stopped = true;
        Flow::Stop
    }

    /// Tells of an input that is done.
    fn close(&mut self, piece: &Piece) {
        let tally = std::mem::take(&mut self.input);
        self.inputs += 1;
        self.all.add(tally);
        let is_worth_it = piece.is_named || self.talk.is_verbose() || tally.errors + tally.warnings > 0;
        if tally.resources == 0 && piece.failure.is_some() || !is_worth_it {
            return;
        }
        let mut about = Vec::new();
        if tally.resources != 1 {
            about.push(counted(tally.resources, "resource"));
        } else if tally.profiles > 0 {
            about.push(counted(tally.profiles, "profile"));
        }
        about.push(duration(tally.time));
        self.talk.note(&format!("{}: {} ({})", piece.name, self.found(&tally), about.join(", ")));
    }

    /// What was found, in words; what is not shown is told so.
    fn found(&self, tally: &Tally) -> String {
        let counts = [
            (tally.errors, "error", Severity::Error),
            (tally.warnings, "warning", Severity::Warning),
            (tally.notes, "note", Severity::Information),
        ];
        let parts: Vec<String> = counts
            .into_iter()
            .filter(|(count, ..)| *count > 0)
            .map(|(count, what, severity)| match severity < self.settings.shown {
                true => format!("{} not shown", counted(count, what)),
                false => counted(count, what),
            })
            .collect();
        match tally.errors + tally.warnings {
            0 if tally.notes == 0 => "all well".to_owned(),
            0 => format!("all well, {}", parts.join(", ")),
            _ => parts.join(", "),
        }
    }

    /// Ends the output and tells of all inputs.
    pub(super) fn finish(mut self) -> Outcome {
        if self.is_stopped {
            return self.outcome;
        }
        if self.settings.format == Format::Json && self.settings.is_several {
            let end = if self.has_printed { "\n]\n" } else { "[]\n" };
            if self.print(end) == Flow::Stop {
                return self.outcome;
            }
        }
        if self.inputs > 1 {
            let mut about = counted(self.inputs, "input");
            if self.unread > 0 {
                about.push_str(&format!(", {} of them not read", self.unread));
            }
            if self.all.resources + self.unread != self.inputs {
                about.push_str(&format!(", {}", counted(self.all.resources, "resource")));
            }
            let found = self.found(&self.all);
            self.talk.note(&format!("{about}: {found} ({})", duration(self.start.elapsed())));
        }
        self.outcome
    }
}

/// A duration as people read it.
fn duration(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds >= 1.0 => format!("{seconds:.1} s"),
        seconds if seconds >= 0.0001 => format!("{:.1} ms", seconds * 1000.0),
        seconds => format!("{:.0} µs", seconds * 1_000_000.0),
    }
}
