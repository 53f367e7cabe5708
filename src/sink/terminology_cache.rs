//! What terminology servers said, kept in a folder: one file a server, one line of JSON an answer, only ever added to.
//!
//! Several processes may share a folder: each adds whole lines. A line that cannot be read is passed over. Only value set, system
//! and code are kept, never a text of an instance.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::terminology::server::Verdict;

/// A file of answers that is longer is not read as a whole.
const LONGEST: u64 = 64 << 20;

/// Answers by question.
#[derive(Debug, Default)]
pub struct TerminologyCache {
    answers: HashMap<Question, Verdict>,
    file: Option<File>,
}

/// A question to a server; the value set is empty where the code system is asked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Question {
    pub(super) value_set: Box<str>,
    pub(super) system: Box<str>,
    pub(super) code: Box<str>,
}

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    set: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    system: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    code: std::borrow::Cow<'a, str>,
    valid: bool,
}

impl TerminologyCache {
    /// The answers of a server that a folder keeps; the folder is made where it is not there.
    ///
    /// # Errors
    /// The folder or its file cannot be made or read.
    pub fn open(folder: &Path, server: &str) -> std::io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(file_name(folder, server))?;
        let mut bytes = Vec::new();
        Read::by_ref(&mut file).take(LONGEST).read_to_end(&mut bytes)?;
        let mut answers = HashMap::new();
        for line in bytes.split(|byte| *byte == b'\n') {
            if let Ok(line) = serde_json::from_slice::<Line<'_>>(line) {
                let question =
                    Question { value_set: line.set.into(), system: line.system.into(), code: line.code.into() };
                answers.insert(question, if line.valid { Verdict::Valid } else { Verdict::Invalid });
            }
        }
        // A line that a process began and did not end would take the next one with it.
        if bytes.last().is_some_and(|last| *last != b'\n') {
            file.write_all(b"\n")?;
        }
        Ok(Self { answers, file: Some(file) })
    }

    pub(super) fn get(&self, question: &Question) -> Option<Verdict> {
        self.answers.get(question).copied()
    }

    /// Keeps an answer. Where the disk refuses it, it is kept for this run.
    pub(super) fn put(&mut self, question: Question, verdict: Verdict) {
        let line = Line {
            set: question.value_set.as_ref().into(),
            system: question.system.as_ref().into(),
            code: question.code.as_ref().into(),
            valid: verdict == Verdict::Valid,
        };
        if let (Some(file), Ok(mut line)) = (&mut self.file, serde_json::to_string(&line)) {
            line.push('\n');
            // One write of a whole line to a file opened for appending: lines of several processes do not mix.
            if file.write_all(line.as_bytes()).is_err() {
                self.file = None;
            }
        }
        self.answers.insert(question, verdict);
    }

    /// How many answers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }
}

/// The file of a server: its address in letters that file systems take, and its hash, because two may look alike so.
fn file_name(folder: &Path, server: &str) -> PathBuf {
    let readable: String = server
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .chars()
        .take(60)
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' })
        .collect();
    // FNV-1a: the name must be the same in every build.
    let hash = server
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    folder.join(format!("{readable}-{hash:016x}.ndjson"))
}
