//! What is said on stderr: issues, failures and summaries, as text or as lines of JSON.

use std::io::{IsTerminal as _, Write as _};

use anstream::{AutoStream, ColorChoice};
use serde_json::json;

use super::args::{Arguments, Colour, LogFormat};
use crate::issue::{Code, Issue, Issues, Severity, SourceMap};
use crate::render::{self, Values};

/// The stream to the user.
pub(crate) struct Talk {
    quiet: bool,
    verbose: bool,
    format: LogFormat,
    values: Values,
    colour: Colour,
    stream: AutoStream<std::io::Stderr>,
}

/// Whether a stream gets colours.
fn choice(colour: Colour, stream: &impl anstream::stream::RawStream) -> ColorChoice {
    match colour {
        Colour::Auto => AutoStream::choice(stream),
        Colour::Always => ColorChoice::Always,
        Colour::Never => ColorChoice::Never,
    }
}

/// A number of things in words.
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

impl Talk {
    pub(crate) fn new(arguments: &Arguments) -> Self {
        Self {
            quiet: arguments.quiet,
            verbose: arguments.verbose,
            format: arguments.log_format,
            values: if arguments.show_values { Values::Show } else { Values::Hide },
            colour: arguments.color,
            stream: AutoStream::new(std::io::stderr(), choice(arguments.color, &std::io::stderr())),
        }
    }

    /// Whether only errors are to be told.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether notes are to be told too.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Whether what is said is for programs.
    pub(crate) fn is_json(&self) -> bool {
        self.format == LogFormat::Json
    }

    /// Whether values may be shown.
    pub(crate) fn values(&self) -> Values {
        self.values
    }

    /// The stream of results, for those that are texts with colours.
    pub(crate) fn stdout(&self) -> AutoStream<std::io::Stdout> {
        AutoStream::new(std::io::stdout(), choice(self.colour, &std::io::stdout()))
    }

    /// Whether results go to a person's screen.
    pub(crate) fn stdout_is_terminal() -> bool {
        std::io::stdout().is_terminal()
    }

    /// Shows the issues: errors and warnings always, information unless told to be quiet.
    pub(crate) fn issues(&mut self, issues: &Issues, sources: &SourceMap) {
        for issue in issues {
            let shown = match issue.severity {
                Severity::Error => true,
                Severity::Warning => !self.quiet,
                Severity::Information => !self.quiet && (self.verbose || self.format == LogFormat::Json),
            };
            if shown {
                self.issue(issue, sources);
            }
        }
        if !self.quiet && !self.verbose && self.format == LogFormat::Text {
            self.unmapped(issues, sources);
        }
    }

    /// Says in one place which texts stayed without a code: where they stand, and not what they say.
    fn unmapped(&mut self, issues: &Issues, sources: &SourceMap) {
        let places = issues.iter().filter(|issue| issue.code == Code::UnmappedText).filter_map(|issue| issue.span);
        let mut places: Vec<_> = places.filter_map(|span| sources.place(span)).collect();
        places.sort_by_key(|place| (place.line, place.column));
        let Some(first) = places.first() else { return };
        let file = first.file.to_owned();
        let list: Vec<String> = places.iter().map(|place| format!("{}:{}", place.line, place.column)).collect();
        let (count, them) = (places.len(), if places.len() == 1 { "it" } else { "them" });
        let words = format!(
            "info[{}]: {} kept as text, without a code (-v explains, --show-values shows {them})\n",
            Code::UnmappedText.name(),
            if count == 1 { "1 phrase is".to_owned() } else { format!("{count} phrases are") },
        );
        self.say(&words);
        for (index, line) in list.chunks(12).enumerate() {
            let head = if index == 0 { format!("  --> {file}:") } else { "     ".to_owned() };
            self.say(&format!("{head} {}\n", line.join(", ")));
        }
    }

    fn issue(&mut self, issue: &Issue, sources: &SourceMap) {
        match self.format {
            LogFormat::Text => {
                let text = render::text::render(issue, sources, self.values);
                self.say(&text);
            }
            LogFormat::Json => {
                let line = render::json::render(issue, sources, self.values);
                self.say(&format!("{line}\n"));
            }
        }
    }

    /// Says something in passing.
    pub(crate) fn note(&mut self, message: &str) {
        if self.quiet {
            return;
        }
        match self.format {
            LogFormat::Text => self.say(&format!("{message}\n")),
            LogFormat::Json => self.say(&format!("{}\n", json!({ "severity": "information", "diagnostics": message }))),
        }
    }

    /// Says that an input has errors, in a line; also to those who want to hear of errors only.
    pub(crate) fn fault(&mut self, message: &str) {
        match self.format {
            LogFormat::Text => self.say(&format!("{message}\n")),
            LogFormat::Json => self.say(&format!("{}\n", json!({ "severity": "error", "diagnostics": message }))),
        }
    }

    /// Says why the run cannot go on.
    pub(crate) fn failure(&mut self, message: &str) {
        match self.format {
            LogFormat::Text => self.say(&format!("error: {message}\n")),
            LogFormat::Json => self.say(&format!("{}\n", json!({ "severity": "fatal", "diagnostics": message }))),
        }
    }

    fn say(&mut self, text: &str) {
        // If stderr is gone there is nobody left to tell.
        let _ = self.stream.write_all(text.as_bytes());
    }
}
