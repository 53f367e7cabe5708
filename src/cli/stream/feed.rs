//! Inputs to tasks: a file with one record is a task, a file with many becomes tasks of some lines each, tables become tasks of some
//! cases each.
//!
//! Nothing is held that no thread works on: files of one record are read by the thread that takes the task, and lines are read
//! when a thread asks for them. Tables are held whole, because the rows of a case may stand anywhere in them.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::inputs::{Content, Input, Kind, Shape};
use super::tables;
use crate::issue::{Issues, Severity, SourceMap};
use crate::source::{Cases, Mapping, TableFile, open_tables};

/// How many bytes of a line that is too long are passed over at a time.
const PASSED: u64 = 256 * 1024;

/// What is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    /// The largest record that is read, in bytes. Of a larger one a byte more is given, so that it is seen to be too large.
    pub(crate) most: u64,
    /// Whether standard input is a conversation: records a line whatever stands there, blank lines too, and each given on as soon as it
    /// is there.
    pub(crate) is_live: bool,
    /// How many bytes of lines make a task.
    pub(crate) batch: usize,
}

/// What a thread does at a time.
pub(crate) struct Task {
    pub(crate) name: Arc<str>,
    pub(crate) is_named: bool,
    /// Whether it is the last of its input.
    pub(crate) is_last: bool,
    pub(crate) work: Work,
}

pub(crate) enum Work {
    /// A file with one record, still to be read.
    File(Box<dyn Read + Send>),
    /// One record.
    Text(Vec<u8>),
    /// Some lines with a record each.
    Lines(Vec<Line>),
    /// Some of the cases that tables hold together.
    Cases(Arc<Cases>, Range<usize>),
    /// Tables that cannot be used, and why.
    Unusable(Box<(SourceMap, Issues)>),
    /// The input cannot be read, or not to its end.
    Failed(std::io::Error),
    /// The input cannot be looked at.
    Refused(String),
}

/// A line of a file with its number, from 1.
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) bytes: Vec<u8>,
}

/// Gives tasks one after the other.
pub(crate) struct Feed<I> {
    inputs: I,
    reading: Reading,
    /// How many bytes of the files were read, packed as they are.
    read: Arc<AtomicU64>,
    /// What tables hold.
    mapping: Option<Arc<Mapping>>,
    /// Whether tables of which there is a warning are refused.
    is_strict: bool,
    /// What is being read.
    open: Option<Open>,
}

/// An input that becomes several tasks.
enum Open {
    /// A file of lines.
    Lines(Lines),
    /// Tables, of which the cases from this one on are still to be given.
    Cases { name: Arc<str>, is_named: bool, cases: Arc<Cases>, next: usize },
}

struct Lines {
    name: Arc<str>,
    is_named: bool,
    reader: BufReader<Box<dyn Read + Send>>,
    reading: Reading,
    /// The number of the line that was read last.
    line: usize,
    /// Lines that were read to find out what they are.
    ahead: Vec<Line>,
    /// Why there are no further lines: a reader tells it once, and the lines before it are done first.
    failed: Option<std::io::Error>,
}

impl<I: Iterator<Item = Input>> Feed<I> {
    pub(crate) fn new(inputs: I, reading: Reading, read: Arc<AtomicU64>) -> Self {
        Self { inputs, reading, read, mapping: None, is_strict: false, open: None }
    }

    /// The same with what the columns of tables are, and whether warnings count as errors.
    pub(crate) fn with_mapping(mut self, mapping: Option<Arc<Mapping>>, is_strict: bool) -> Self {
        (self.mapping, self.is_strict) = (mapping, is_strict);
        self
    }

    /// Takes in tables.
    fn tables(&self, files: std::io::Result<Vec<TableFile>>) -> Result<Arc<Cases>, Work> {
        let files = files.map_err(Work::Failed)?;
        let size: usize = files.iter().map(|file| file.bytes.len()).sum();
        self.read.fetch_add(u64::try_from(size).unwrap_or(0), Ordering::Relaxed);
        let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
        match open_tables(files, self.mapping.as_ref(), &mut sources, &mut issues) {
            Some(cases) if !issues.has_errors() && (!self.is_strict || issues.count(Severity::Warning) == 0) => {
                Ok(Arc::new(cases.with_told(sources, issues)))
            }
            _ => Err(Work::Unusable(Box::new((sources, issues)))),
        }
    }

    /// The next cases of tables, as many as make a task.
    fn cases(
        &mut self,
        name: Arc<str>,
        is_named: bool,
        cases: Arc<Cases>,
        from: usize,
    ) -> (Arc<str>, bool, bool, Work) {
        let (mut size, mut to) = (0, from);
        while to < cases.len() && size < self.reading.batch {
            size += cases.size(to);
            to += 1;
        }
        let is_last = to == cases.len();
        if !is_last {
            let (name, cases) = (Arc::clone(&name), Arc::clone(&cases));
            self.open = Some(Open::Cases { name, is_named, cases, next: to });
        }
        (name, is_named, is_last, Work::Cases(cases, from..to))
    }

    fn lines(&mut self, mut lines: Lines) -> (Arc<str>, bool, bool, Work) {
        let (name, is_named) = (Arc::clone(&lines.name), lines.is_named);
        let mut batch = std::mem::take(&mut lines.ahead);
        if let Some(error) = lines.failed.take_if(|_| batch.is_empty()) {
            return (name, is_named, true, Work::Failed(error));
        }
        let mut size: usize = batch.iter().map(|line| line.bytes.len()).sum();
        while size < self.reading.batch {
            // Whoever talks line by line waits for the answer to the last one.
            if self.reading.is_live && !batch.is_empty() && lines.reader.buffer().is_empty() {
                break;
            }
            match lines.read() {
                Ok(Some(line)) => {
                    size += line.bytes.len();
                    batch.push(line);
                }
                Ok(None) => return (name, is_named, true, Work::Lines(batch)),
                Err(error) if batch.is_empty() => return (name, is_named, true, Work::Failed(error)),
                Err(error) => {
                    lines.failed = Some(error);
                    break;
                }
            }
        }
        self.open = Some(Open::Lines(lines));
        (name, is_named, false, Work::Lines(batch))
    }

    /// Opens an input: lines, or the whole work where it holds one record.
    fn begin(&self, kind: Kind, name: &Arc<str>, is_named: bool) -> Result<Lines, Work> {
        let (file, mut shape): (Box<dyn Read + Send>, Shape) = match kind {
            Kind::Failed(message) => return Err(Work::Refused(message)),
            // They are taken in before.
            Kind::Tables(_) => return Err(Work::Refused("tables are no lines".to_owned())),
            Kind::Stdin => (Box::new(std::io::stdin()), Shape::UNKNOWN),
            Kind::File(path) => {
                let shape = Shape::of(&path);
                if matches!(shape.content, Content::Json | Content::Yaml) {
                    let (read, file) = (Arc::clone(&self.read), None);
                    return Err(Work::File(Box::new(Unopened { path, shape, read, file })));
                }
                (Box::new(File::open(&path).map_err(Work::Failed)?), shape)
            }
        };
        if self.reading.is_live {
            shape.content = Content::Lines;
        }
        let reader = shape.compression.unpack(Box::new(Counted { file, read: Arc::clone(&self.read) }));
        let reader = BufReader::with_capacity(64 * 1024, reader);
        let reading = self.reading;
        let mut lines =
            Lines { name: Arc::clone(name), is_named, reader, reading, line: 0, ahead: Vec::new(), failed: None };
        match shape.content {
            Content::Unknown | Content::Table => {
                look(&mut lines).map_err(Work::Failed)?.map_or(Ok(lines), |text| Err(Work::Text(text)))
            }
            Content::Json | Content::Yaml | Content::Lines => Ok(lines),
        }
    }
}

impl<I: Iterator<Item = Input>> Iterator for Feed<I> {
    type Item = Task;

    fn next(&mut self) -> Option<Task> {
        let (name, is_named, is_last, work) = match self.open.take() {
            Some(Open::Lines(lines)) => self.lines(lines),
            Some(Open::Cases { name, is_named, cases, next }) => self.cases(name, is_named, cases, next),
            None => {
                let input = self.inputs.next()?;
                let (name, is_named) = (Arc::from(input.name), input.is_named);
                match input.kind {
                    // With a mapping, standard input is a table.
                    Kind::Stdin if self.mapping.is_some() && !self.reading.is_live => {
                        match self.tables(tables::from_stdin()) {
                            Ok(cases) => self.cases(name, is_named, cases, 0),
                            Err(work) => (name, is_named, true, work),
                        }
                    }
                    Kind::Tables(paths) => match self.tables(tables::read(&paths)) {
                        Ok(cases) => self.cases(name, is_named, cases, 0),
                        Err(work) => (name, is_named, true, work),
                    },
                    kind => match self.begin(kind, &name, is_named) {
                        Ok(lines) => self.lines(lines),
                        Err(work) => (name, is_named, true, work),
                    },
                }
            }
        };
        Some(Task { name, is_named, is_last, work })
    }
}

/// A file that is opened when it is read, by whoever reads it: files that wait their turn are not open.
struct Unopened {
    path: PathBuf,
    shape: Shape,
    read: Arc<AtomicU64>,
    file: Option<Box<dyn Read + Send>>,
}

impl Read for Unopened {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let file = Counted { file: Box::new(File::open(&self.path)?), read: Arc::clone(&self.read) };
                none.insert(self.shape.compression.unpack(Box::new(file)))
            }
        };
        file.read(buffer)
    }
}

/// A file that counts what is read of it.
struct Counted {
    file: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read.fetch_add(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
        Ok(count)
    }
}

impl Lines {
    /// The next line without its end; one that is not blank, unless they are all wanted.
    fn read(&mut self) -> std::io::Result<Option<Line>> {
        loop {
            let mut bytes = Vec::new();
            let ended = read_line(&mut self.reader, self.reading.most, &mut bytes)?;
            if bytes.is_empty() && ended {
                return Ok(None);
            }
            self.line += 1;
            while bytes.last().is_some_and(u8::is_ascii_whitespace) {
                bytes.pop();
            }
            if !bytes.is_empty() || self.reading.is_live {
                return Ok(Some(Line { number: self.line, bytes }));
            }
        }
    }
}

/// Reads a line with its end, and no more of it than a resource may have; whether the input ended.
fn read_line(reader: &mut dyn BufRead, most: u64, bytes: &mut Vec<u8>) -> std::io::Result<bool> {
    let mut limited = (&mut *reader).take(most.saturating_add(1));
    limited.read_until(b'\n', bytes)?;
    // The limit may fall on the very end of a line that is not too long.
    if limited.limit() > 0 || bytes.last() == Some(&b'\n') {
        return Ok(bytes.last() != Some(&b'\n'));
    }
    // The rest of a line that is too long is passed over; that it is too long is told by its length.
    let mut rest = Vec::new();
    loop {
        rest.clear();
        let count = (&mut *reader).take(PASSED).read_until(b'\n', &mut rest)?;
        if count == 0 || rest.last() == Some(&b'\n') {
            return Ok(count == 0);
        }
    }
}

/// Finds out whether an input holds one record or a record a line: it is lines where the first is a whole object and another
/// follows. The text of one record is given whole; of lines nothing is given, for they are kept ahead.
fn look(lines: &mut Lines) -> std::io::Result<Option<Vec<u8>>> {
    let Some(first) = lines.read()? else { return Ok(Some(Vec::new())) };
    if is_whole(&first.bytes) {
        match lines.read() {
            Ok(Some(second)) => {
                lines.ahead = vec![first, second];
                return Ok(None);
            }
            Ok(None) => {}
            Err(error) => {
                (lines.ahead, lines.failed) = (vec![first], Some(error));
                return Ok(None);
            }
        }
    }
    // Blank lines before the text are put back, so that places are right.
    let mut text = vec![b'\n'; first.number - 1];
    text.extend(first.bytes);
    text.push(b'\n');
    (&mut lines.reader).take(lines.reading.most.saturating_add(1)).read_to_end(&mut text)?;
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
