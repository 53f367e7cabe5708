//! `case2fhir validate`: FHIR resources to issues.
//!
//! The issues are the result and go to stdout: as text, or as OperationOutcomes. What is said about them, how many there are and how
//! long it took, goes to stderr. Each resource is checked by itself, on all cores, and told in the order of the inputs; an input
//! that cannot be read is told and the others are done.

mod printer;
mod resource;

use std::io::Read;
use std::sync::Arc;

use super::args::{FailOn, Format, Shown, Validate};
use super::stream::feed::{Feed, Reading, Task, Work};
use super::stream::inputs::{self, Inputs, Wanted};
use super::stream::order::{self, Pace};
use super::talk::Talk;
use super::{Outcome, clock, setup};
use crate::fhirpath::Temporal;
use crate::issue::Severity;
use crate::render::Values;
use crate::render::operation_outcome::{OperationOutcome, Subject};
use crate::validate::{Request, Validator};
use printer::{Piece, Printer};
use resource::{Checker, Stand};

/// The largest resource that is read, in bytes: places are numbers of 32 bits, and a larger one is a mistake.
const MAX_BYTES: u64 = 1024 * 1024 * 1024;

/// What holds for all resources of a run.
struct Settings<'a> {
    request: Request<'a>,
    format: Format,
    /// Whether JSON is for a person's eyes.
    is_pretty: bool,
    shown: Severity,
    fail_on: FailOn,
    values: Values,
    /// Whether there may be several resources: then JSON is an array, and each outcome names its file.
    is_several: bool,
}

impl Settings<'_> {
    fn write(&self, outcome: &OperationOutcome) -> String {
        if self.is_pretty { outcome.to_json_pretty() } else { outcome.to_json() }
    }
}

pub(super) fn run(options: &Validate, talk: &mut Talk) -> Outcome {
    let definitions = setup::Definitions {
        fhir: options.fhir,
        packages: &options.package,
        server: options.terminology_server.as_deref(),
        cache: options.terminology_cache.as_deref(),
    };
    let ready = match setup::validator(&definitions, talk) {
        Ok(ready) => ready,
        Err(outcome) => return outcome,
    };
    let settings = settings(options, talk);
    let mut printer = Printer::new(&settings, talk);
    let threads = options.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, std::num::NonZero::get);
    let inputs = Inputs::new(&options.inputs, Wanted::Resources);
    // One resource needs no threads, and starting them takes longer than to check it.
    let threads = if settings.is_several { threads } else { 1 };
    let feed = Feed::new(inputs, Reading { most: MAX_BYTES, is_live: false, batch: 256 * 1024 }, Arc::default());
    let pace = Pace { threads, ahead: 16 };
    order::run(feed, pace, || worker(&ready.validator, &settings), |piece| printer.take(&piece));
    let mut outcome = printer.finish();
    if let Some(trouble) = ready.server.and_then(|server| server.trouble()) {
        talk.failure(&format!("the terminology server could not be asked about everything: {trouble}"));
        outcome = Outcome::Environment;
    }
    outcome
}

fn settings<'a>(options: &'a Validate, talk: &Talk) -> Settings<'a> {
    let is_text = options.format == Format::Text;
    let shown = match options.severity {
        Some(Shown::Error) => Severity::Error,
        Some(Shown::Warning) => Severity::Warning,
        None if is_text && talk.is_quiet() => Severity::Error,
        None if is_text && !talk.is_verbose() => Severity::Warning,
        Some(Shown::Information) | None => Severity::Information,
    };
    let is_single = matches!(options.inputs.as_slice(), [input] if inputs::is_single(input));
    Settings {
        request: Request {
            profiles: &options.profile,
            security_checks: options.security_checks,
            check_reference_types: options.check_reference_types,
            known_extensions_only: options.known_extensions_only,
            refuse_example_addresses: options.no_example_addresses,
            references_must_resolve: options.references_must_resolve,
            skip_contained: options.skip_contained,
            max_issues: usize::try_from(options.max_issues.get()).unwrap_or(usize::MAX),
            now: clock::moment(std::time::SystemTime::now())
                .and_then(|moment| Temporal::date_time(&moment))
                .unwrap_or(Temporal::EPOCH),
        },
        format: options.format,
        is_pretty: options.format == Format::Json && Talk::stdout_is_terminal(),
        shown,
        fail_on: options.fail_on,
        values: talk.values(),
        is_several: !is_single,
    }
}

/// What a thread does with its tasks.
fn worker<'a>(validator: &'a Validator, settings: &'a Settings<'a>) -> impl FnMut(Task) -> Piece + 'a {
    let mut checker = Checker::new(validator, settings);
    move |task| work(task, &mut checker, settings)
}

fn work(task: Task, checker: &mut Checker<'_>, settings: &Settings<'_>) -> Piece {
    let mut piece = Piece::new(&task);
    let mut one = |bytes: Vec<u8>, line: Option<usize>, piece: &mut Piece| {
        let tally = checker.check(bytes, Stand { file: &task.name, line }, &mut piece.out);
        piece.tally.add(tally);
    };
    let failure = match task.work {
        Work::File(reader) => match read(reader) {
            Ok(bytes) => {
                one(bytes, None, &mut piece);
                None
            }
            Err(error) => Some(error),
        },
        Work::Text(bytes) => {
            one(bytes, None, &mut piece);
            None
        }
        Work::Lines(lines) => {
            for line in lines {
                one(line.bytes, Some(line.number), &mut piece);
            }
            None
        }
        Work::Failed(error) => Some(error),
        Work::Refused(message) => Some(std::io::Error::other(message)),
        // Tables hold cases, and no resources; they are never asked for here.
        Work::Cases(..) | Work::Unusable(_) => None,
    };
    if let Some(error) = failure {
        if settings.format != Format::Text {
            let subject = Subject { file: settings.is_several.then_some(&*task.name), line: None };
            let outcome = OperationOutcome::unread(issue_type(&error), &format!("not read: {error}"), subject);
            piece.out.push(settings.write(&outcome));
        }
        piece.failure = Some(error.to_string());
    }
    piece
}

fn read(reader: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// FHIR's type for an issue of the file system (value set issue-type).
fn issue_type(error: &std::io::Error) -> &'static str {
    match error.kind() {
        std::io::ErrorKind::NotFound => "not-found",
        std::io::ErrorKind::PermissionDenied => "forbidden",
        _ => "exception",
    }
}
