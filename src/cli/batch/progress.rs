//! How far a run is, for whoever waits: a bar on a terminal, lines in a log, nothing where it is not wanted.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::tally::Tally;
use crate::cli::args;
use crate::cli::talk::Talk;
use crate::issue::{Issues, SourceMap};

/// Shows how far a run is.
pub(super) struct Progress {
    kind: Kind,
    /// The bytes of the files that were read, and how many there are in all, where that is known.
    read: Arc<AtomicU64>,
    all: Arc<AtomicU64>,
    start: Instant,
    /// The cases that stood there when the run began.
    before: Option<u64>,
}

enum Kind {
    Bar(Box<ProgressBar>),
    Lines { every: Duration, last: Instant },
    None,
}

impl Progress {
    pub(super) fn new(wish: args::Progress, talk: &Talk, read: Arc<AtomicU64>, all: Arc<AtomicU64>) -> Self {
        let lines = |seconds| Kind::Lines { every: Duration::from_secs(seconds), last: Instant::now() };
        let is_terminal = std::io::stderr().is_terminal() && !talk.is_json();
        let kind = match wish {
            args::Progress::Never => Kind::None,
            _ if talk.is_quiet() => Kind::None,
            _ if is_terminal => Kind::Bar(Box::new(bar())),
            args::Progress::Always => lines(5),
            args::Progress::Auto => lines(30),
        };
        Self { kind, read, all, start: Instant::now(), before: None }
    }

    /// Whether somebody looks at how long it will take.
    pub(super) fn is_shown(&self) -> bool {
        !matches!(self.kind, Kind::None)
    }

    /// Shows how far it is, where it is time to.
    pub(super) fn show(&mut self, tally: &Tally, talk: &mut Talk) {
        let before = *self.before.get_or_insert(tally.read);
        let (read, all) = (self.read.load(Ordering::Relaxed), self.all.load(Ordering::Relaxed));
        let elapsed = self.start.elapsed();
        match &mut self.kind {
            Kind::None => {}
            Kind::Bar(bar) => {
                if all > 0 {
                    bar.set_length(all.max(read));
                    bar.set_position(read);
                }
                bar.set_message(words(tally, before, elapsed, read, all));
                bar.tick();
            }
            Kind::Lines { every, last } => {
                if last.elapsed() < *every {
                    return;
                }
                *last = Instant::now();
                talk.note(&words(tally, before, elapsed, read, all));
            }
        }
    }

    /// Says that a case has errors, without spoiling the bar.
    pub(super) fn fault(&self, text: &str, talk: &mut Talk) {
        match &self.kind {
            Kind::Bar(bar) => bar.suspend(|| talk.fault(text)),
            _ => talk.fault(text),
        }
    }

    /// Shows issues, without spoiling the bar.
    pub(super) fn issues(&self, issues: &Issues, sources: &SourceMap, talk: &mut Talk) {
        match &self.kind {
            Kind::Bar(bar) => bar.suspend(|| talk.issues(issues, sources)),
            _ => talk.issues(issues, sources),
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Kind::Bar(bar) = &self.kind {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10));
    // The template is our own; one that cannot be read would leave the usual bar.
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {percent:>3} %  {msg}") {
        bar.set_style(style);
    }
    bar
}

/// `12,345 cases, 2 rejected, 410 cases/s, 31 MiB of 1.2 GiB, 2 minutes left`.
fn words(tally: &Tally, before: u64, elapsed: Duration, read: u64, all: u64) -> String {
    let mut text = format!("{} cases", grouped(tally.read));
    if tally.rejected > 0 {
        text.push_str(&format!(", {} rejected", grouped(tally.rejected)));
    }
    let seconds = elapsed.as_secs_f64();
    if seconds > 0.5 {
        text.push_str(&format!(", {} cases/s", rate(tally.read.saturating_sub(before), seconds)));
    }
    text.push_str(&format!(", {}", HumanBytes(read)));
    if all > 0 {
        text.push_str(&format!(" of {}", HumanBytes(all)));
        if read > 0 && seconds > 2.0 {
            let left = seconds * (ratio(all.saturating_sub(read), read));
            text.push_str(&format!(", {} left", HumanDuration(Duration::from_secs_f64(left.clamp(0.0, 1e9)))));
        }
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "a share that people read")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

/// How many a second, in as many digits as people read.
#[expect(clippy::cast_precision_loss, reason = "a rate that people read")]
pub(super) fn rate(count: u64, seconds: f64) -> String {
    match count as f64 / seconds.max(1e-9) {
        rate if rate < 10.0 => format!("{rate:.1}"),
        rate => format!("{rate:.0}"),
    }
}

/// A number with its thousands apart: 1,234,567.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
