//! What a thread gives for a task: for each case what is to be written, or why it is rejected.

use std::ops::Range;
use std::sync::Arc;

use uuid::Uuid;

use crate::issue::{Code, Severity};
use crate::map::Tally;
use crate::source::Cases;

/// Where a case stands.
#[derive(Clone, Debug)]
pub(super) struct Stand {
    pub(super) file: Arc<str>,
    /// Its line, where the file has a case a line.
    pub(super) line: Option<usize>,
}

impl std::fmt::Display for Stand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", shown(&self.file)),
            None => f.write_str(&shown(&self.file)),
        }
    }
}

/// A file's name as it can be shown: names may hold line breaks and what terminals take for commands.
fn shown(name: &str) -> String {
    name.replace(char::is_control, "\u{FFFD}")
}

/// The output of a task.
#[derive(Debug)]
pub(super) struct Piece {
    /// Of the bytes that were read, so that a later run can tell whether they are the same.
    pub(super) digest: Digest,
    pub(super) bytes: u64,
    /// Tables that begin with this piece, of which there may be something to tell.
    pub(super) tables: Option<Arc<Cases>>,
    /// Where the first and the last of its cases stand.
    pub(super) first: Option<Stand>,
    pub(super) last: Option<Stand>,
    /// Whether an earlier run wrote it, and nothing but the digest was made.
    pub(super) is_done: bool,
    pub(super) records: Vec<Record>,
    pub(super) names: Names,
    /// What goes into files of lines, for all cases that are not rejected.
    pub(super) chunks: Vec<Chunk>,
}

impl Piece {
    /// From where to where its cases stand.
    pub(super) fn place(&self) -> String {
        match (&self.first, &self.last) {
            (Some(first), Some(last)) if first.file != last.file => format!("{first} to {last}"),
            (Some(Stand { file, line: Some(first) }), Some(Stand { line: Some(last), .. })) => {
                format!("{file}, lines {first} to {last}")
            }
            (Some(first), _) => first.to_string(),
            _ => "an input".to_owned(),
        }
    }
}

/// A sum over what was read: the first half of a SHA-256.
pub(super) type Digest = [u8; 16];

/// The types and profiles that the records of a piece speak of by number.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) types: Vec<String>,
    pub(super) profiles: Vec<String>,
}

/// The number of a name; a name that is not in the list is put there.
pub(super) fn number(list: &mut Vec<String>, name: &str) -> usize {
    list.iter().position(|known| known == name).unwrap_or_else(|| {
        list.push(name.to_owned());
        list.len() - 1
    })
}

/// A case that was read.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) stand: Stand,
    pub(super) issues: Vec<(Code, Severity)>,
    pub(super) unmapped: Vec<String>,
    /// The line that it was, so that what failed can be run again by itself.
    pub(super) source: Option<Vec<u8>>,
    pub(super) result: Result<Converted, Rejected>,
}

/// What becomes of a case.
#[derive(Debug)]
pub(super) struct Converted {
    pub(super) id: String,
    pub(super) identity: Uuid,
    pub(super) tally: Tally,
    /// The bundle, or the resources with a line break after each.
    pub(super) text: String,
    pub(super) resources: Vec<Resource>,
}

#[derive(Debug)]
pub(super) struct Resource {
    /// The numbers of its type and its profiles in [`Names`].
    pub(super) kind: usize,
    pub(super) profiles: Vec<usize>,
    /// Its line, where the text has a resource a line.
    pub(super) range: Range<usize>,
}

/// A case that is not converted.
#[derive(Debug)]
pub(super) struct Rejected {
    /// Why, as an OperationOutcome in a line.
    pub(super) outcome: String,
    /// Whether the file could not be read: a fault of the environment, and not of a case.
    pub(super) is_unread: bool,
}

/// Some lines for one file.
#[derive(Debug)]
pub(super) struct Chunk {
    /// The number of the type in [`Names`]; bundles have no type, and one file.
    pub(super) kind: usize,
    /// The lines as they are written, packed where that is wished.
    pub(super) bytes: Vec<u8>,
    /// How many bytes they are unpacked.
    pub(super) size: u64,
    /// How many lines.
    pub(super) lines: u64,
}
