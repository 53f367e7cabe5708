//! `batch --stdin`: a case a line in, a line out for each, in order, so that an engine that spreads work over machines can pipe its
//! rows through.
//!
//! What cannot be converted is an OperationOutcome on its line. That is an answer and no failure: the run ends with 0 when every line
//! was answered, for an engine takes any other end for the loss of its rows.

use std::io::{ErrorKind, Write as _};

use super::piece::Piece;
use super::tally::Tally;
use crate::cli::Outcome;
use crate::cli::stream::order::Flow;
use crate::cli::talk::Talk;

/// Answers lines.
pub(super) struct Answers<'a> {
    talk: &'a mut Talk,
    pub(super) tally: Tally,
    pub(super) outcome: Outcome,
}

impl<'a> Answers<'a> {
    pub(super) fn new(talk: &'a mut Talk) -> Self {
        Self { talk, tally: Tally::default(), outcome: Outcome::Well }
    }

    /// Answers the lines of a piece.
    pub(super) fn take(&mut self, piece: &Piece) -> Flow {
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
