//! The command line: what the user types, what it comes to, and one file a command.
//!
//! Results go to stdout, talk to stderr. Exit codes: 0 all well, 1 some input has errors, 2 wrong usage, 3 the environment failed.

mod args;
mod batch;
mod clock;
mod context;
mod convert;
mod explain;
mod init;
mod package;
mod schema;
mod setup;
mod stream;
mod talk;
mod validate;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use args::{Arguments, Command};
use talk::Talk;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// All well.
    Well,
    /// Some input has errors.
    Faulty,
    /// Wrong usage.
    Misused,
    /// A file, the network or the disk failed.
    Environment,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Well => 0,
            Outcome::Faulty => 1,
            Outcome::Misused => 2,
            Outcome::Environment => 3,
        })
    }
}

/// Says of a defect where it is, and not what the values were: the usual words would show them, and they may be a patient's.
fn tell_defects_without_values() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        let mut stderr = std::io::stderr();
        // If stderr is gone there is nobody left to tell.
        let _ = writeln!(stderr, "error: this is a defect of case2fhir, at {place}; please report it");
    }));
}

/// Runs the program on the arguments of its process.
#[must_use]
pub fn run() -> ExitCode {
    tell_defects_without_values();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // A message that cannot be printed has nowhere else to go.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let mut talk = Talk::new(&arguments);
    match &arguments.command {
        Command::Convert(options) => convert::run(options, &mut talk).into(),
        Command::Batch(options) => batch::run(options, &mut talk).into(),
        Command::Validate(options) => validate::run(options, &mut talk).into(),
        Command::Explain(options) => explain::run(options, &mut talk).into(),
        Command::Package(command) => package::run(command, &mut talk).into(),
        Command::Schema { of } => schema::run(*of, &mut talk).into(),
        Command::Init(options) => init::run(options, &mut talk).into(),
        Command::Man { folder } => match std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(Arguments::command(), folder))
        {
            Ok(()) => Outcome::Well.into(),
            Err(error) => {
                talk.failure(&format!("{}: {error}", folder.display()));
                Outcome::Environment.into()
            }
        },
        Command::Completions { shell } => completions(*shell, &mut talk).into(),
    }
}

/// Prints the completions for a shell; made in memory first, because their maker takes no failure to write.
fn completions(shell: clap_complete::Shell, talk: &mut Talk) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "case2fhir", &mut text);
    print(&text, talk)
}

/// Prints a result to stdout.
fn print(text: &[u8], talk: &mut Talk) -> Outcome {
    print_to(std::io::stdout().lock(), text, talk)
}

/// Prints a result with colours to stdout; where they are not wanted they are left out.
fn print_styled(text: &str, talk: &mut Talk) -> Outcome {
    print_to(talk.stdout(), text.as_bytes(), talk)
}

fn print_to(mut stdout: impl std::io::Write, text: &[u8], talk: &mut Talk) -> Outcome {
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Ok(()) => Outcome::Well,
        // Whoever closed the pipe has read what they wanted.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Outcome::Environment,
        Err(error) => {
            talk.failure(&format!("<stdout>: {error}"));
            Outcome::Environment
        }
    }
}
