//! Inputs to tasks: a file with one resource is a task, a file with many becomes tasks of some lines each.
//!
//! Nothing is held that no thread works on: files of one resource are read by the thread that takes the task, and lines are read
//! when a thread asks for them.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::sync::Arc;

use flate2::read::MultiGzDecoder;

use super::inputs::{Content, Input, Kind, Shape};

/// The largest resource that is read, in bytes: places are numbers of 32 bits, and a larger one is a mistake.
pub(super) const MAX_BYTES: u64 = 1024 * 1024 * 1024;
/// How many bytes of lines make a task.
const BATCH: usize = 256 * 1024;

/// What a thread does at a time.
pub(super) struct Task {
    /// The place in the order of the output.
    pub(super) number: u64,
    pub(super) name: Arc<str>,
    pub(super) is_named: bool,
    /// Whether it is the last of its input.
    pub(super) is_last: bool,
    pub(super) work: Work,
}

pub(super) enum Work {
    /// A file with one resource, still to be read.
    File(Box<dyn Read + Send>),
    /// One resource.
    Text(Vec<u8>),
    /// Some lines with a resource each.
    Lines(Vec<Line>),
    /// The input cannot be read, or not to its end.
    Failed(std::io::Error),
    /// The input cannot be looked at.
    Refused(String),
}

/// A line of a file with its number, from 1.
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) bytes: Vec<u8>,
}

/// Gives tasks one after the other.
pub(super) struct Feed {
    inputs: std::vec::IntoIter<Input>,
    /// The file of lines that is being read.
    open: Option<Lines>,
    next: u64,
}

struct Lines {
    name: Arc<str>,
    is_named: bool,
    reader: Box<dyn BufRead + Send>,
    /// The number of the line that was read last.
    line: usize,
    /// Lines that were read to find out what they are.
    ahead: Vec<Line>,
}

impl Feed {
    pub(super) fn new(inputs: Vec<Input>) -> Self {
        Self { inputs: inputs.into_iter(), open: None, next: 0 }
    }

    pub(super) fn next(&mut self) -> Option<Task> {
        let (name, is_named, is_last, work) = match self.open.take() {
            Some(lines) => self.lines(lines),
            None => {
                let input = self.inputs.next()?;
                let (name, is_named) = (Arc::from(input.name), input.is_named);
                match begin(input.kind, &name, is_named) {
                    Ok(lines) => self.lines(lines),
                    Err(work) => (name, is_named, true, work),
                }
            }
        };
        let number = self.next;
        self.next += 1;
        Some(Task { number, name, is_named, is_last, work })
    }

    fn lines(&mut self, mut lines: Lines) -> (Arc<str>, bool, bool, Work) {
        let (name, is_named) = (Arc::clone(&lines.name), lines.is_named);
        let mut batch = std::mem::take(&mut lines.ahead);
        let mut size: usize = batch.iter().map(|line| line.bytes.len()).sum();
        while size < BATCH {
            match lines.read() {
                Ok(Some(line)) => {
                    size += line.bytes.len();
                    batch.push(line);
                }
                Ok(None) => return (name, is_named, true, Work::Lines(batch)),
                Err(error) if batch.is_empty() => return (name, is_named, true, Work::Failed(error)),
                // What was read before is done first; the failure will come again.
                Err(_) => break,
            }
        }
        self.open = Some(lines);
        (name, is_named, false, Work::Lines(batch))
    }
}

impl Lines {
    /// The next line that is not blank, without its end.
    fn read(&mut self) -> std::io::Result<Option<Line>> {
        loop {
            let mut bytes = Vec::new();
            let ended = read_line(&mut *self.reader, &mut bytes)?;
            if bytes.is_empty() && ended {
                return Ok(None);
            }
            self.line += 1;
            while bytes.last().is_some_and(u8::is_ascii_whitespace) {
                bytes.pop();
            }
            if !bytes.is_empty() {
                return Ok(Some(Line { number: self.line, bytes }));
            }
        }
    }
}

/// Reads a line with its end, and no more of it than a resource may have; whether the input ended.
fn read_line(reader: &mut dyn BufRead, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
    let mut limited = (&mut *reader).take(MAX_BYTES + 1);
    limited.read_until(b'\n', bytes)?;
    if limited.limit() > 0 {
        return Ok(bytes.last() != Some(&b'\n'));
    }
    // The rest of a line that is too long is passed over; that it is too long is told by its length.
    let mut rest = Vec::new();
    loop {
        rest.clear();
        let count = (&mut *reader).take(BATCH as u64).read_until(b'\n', &mut rest)?;
        if count == 0 || rest.last() == Some(&b'\n') {
            return Ok(count == 0);
        }
    }
}

/// Opens an input: lines, or the whole work where it holds one resource.
fn begin(kind: Kind, name: &Arc<str>, is_named: bool) -> Result<Lines, Work> {
    let (reader, shape): (Box<dyn Read + Send>, Shape) = match kind {
        Kind::Failed(message) => return Err(Work::Refused(message)),
        Kind::Stdin => (Box::new(std::io::stdin()), Shape::UNKNOWN),
        Kind::File(path) => (Box::new(File::open(&path).map_err(Work::Failed)?), Shape::of(&path)),
    };
    let reader: Box<dyn Read + Send> = if shape.is_gzip { Box::new(MultiGzDecoder::new(reader)) } else { reader };
    if shape.content == Content::Json {
        return Err(Work::File(reader));
    }
    let reader = Box::new(BufReader::with_capacity(64 * 1024, reader));
    let mut lines = Lines { name: Arc::clone(name), is_named, reader, line: 0, ahead: Vec::new() };
    match shape.content {
        Content::Unknown => look(&mut lines).map_err(Work::Failed)?.map_or(Ok(lines), |text| Err(Work::Text(text))),
        Content::Json | Content::Lines => Ok(lines),
    }
}

/// Finds out whether an input holds one resource or a resource a line: it is lines where the first is a whole object and another
/// follows. The text of one resource is given whole; of lines nothing is given, for they are kept ahead.
fn look(lines: &mut Lines) -> std::io::Result<Option<Vec<u8>>> {
    let Some(first) = lines.read()? else { return Ok(Some(Vec::new())) };
    if is_whole(&first.bytes)
        && let Some(second) = lines.read()?
    {
        lines.ahead = vec![first, second];
        return Ok(None);
    }
    // Blank lines before the text are put back, so that places are right.
    let mut text = vec![b'\n'; first.number - 1];
    text.extend(first.bytes);
    text.push(b'\n');
    (&mut *lines.reader).take(MAX_BYTES + 1).read_to_end(&mut text)?;
    Ok(Some(text))
}

/// Whether a line holds an object from its opening to its closing brace.
fn is_whole(line: &[u8]) -> bool {
    let line = line.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(line).trim_ascii();
    let (mut depth, mut in_string, mut is_escaped) = (0_usize, false, false);
    for (at, byte) in line.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return line.first() == Some(&b'{') && at + 1 == line.len();
                }
            }
            _ => {}
        }
    }
    false
}
