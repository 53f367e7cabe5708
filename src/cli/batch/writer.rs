//! What is done with the pieces, in their order: doubles are found, files written, counts kept, and the journal told.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::journal::{Checkpoint, Journal};
use super::names::file_name;
use super::outputs::{BUNDLES, Failed, Outputs, REJECTED_CASES, REJECTS};
use super::pack::Packing;
use super::part::State;
use super::piece::{Chunk, Digest, Piece, Record};
use super::places::Places;
use super::progress::Progress;
use super::seen::{Key, Seen};
use super::worker::doubled;
use crate::cli::stream::order::Flow;
use crate::cli::talk::{Talk, counted};
use crate::issue::{Code, Severity};

/// How many rejected cases are told of one by one.
const TOLD: u64 = 10;

/// What is said where the inputs end before what was done.
pub(super) const FEWER: &str = "the inputs are fewer";

/// Why a run stops before its end.
#[derive(Debug)]
pub(super) enum Stop {
    Io(PathBuf, io::Error),
    /// What was read before reads otherwise now; where.
    Changed(String),
    /// The counts do not add up.
    Counts(String),
    /// A file of a finished run is not there, or is another one.
    Missing(PathBuf),
}

impl From<Failed> for Stop {
    fn from((path, error): Failed) -> Self {
        Self::Io(path, error)
    }
}

/// Writes pieces.
pub(super) struct Writer<'a> {
    pub(super) talk: &'a mut Talk,
    pub(super) progress: Progress,
    packing: Option<Packing>,
    folder: PathBuf,
    journal: Journal,
    /// How far the run is: what will be told next.
    pub(super) state: Checkpoint,
    outputs: Outputs,
    seen: Seen,
    /// The tasks of an earlier run that were seen again, and their sums.
    done: u64,
    again: u64,
    digests: Box<dyn FnMut() -> io::Result<Digest> + Send>,
    start: Instant,
    told: Instant,
    every: Duration,
    pub(super) stop: Option<Stop>,
}

/// What a writer begins with.
pub(super) struct Beginning<'a> {
    pub(super) talk: &'a mut Talk,
    pub(super) progress: Progress,
    pub(super) packing: Option<Packing>,
    pub(super) folder: PathBuf,
    pub(super) places: Places,
    /// Whether the file of rejects is to be there without any.
    pub(super) is_rejects_wanted: bool,
    pub(super) journal: Journal,
    pub(super) state: Checkpoint,
    /// How often the journal is told.
    pub(super) every: Duration,
}

impl<'a> Writer<'a> {
    /// Begins a run, or goes on with it: what was written after the checkpoint is taken back.
    pub(super) fn new(from: Beginning<'a>) -> Result<Self, Stop> {
        let Beginning { talk, progress, packing, folder, places, is_rejects_wanted, mut journal, state, every } = from;
        let at = |error| Stop::Io(journal.folder().to_owned(), error);
        let mut seen = Seen::new(journal.folder().to_owned());
        if let Some(report) = &places.report {
            seen.insert(name_key(&report.to_string_lossy()), 0).map_err(at)?;
        }
        for line in journal.cases(0).map_err(at)? {
            let (number, line) = line.map_err(at)?;
            let Some((key, name)) = listed(&line) else { continue };
            if number < state.cases {
                seen.insert(key, number).map_err(at)?;
                if !name.is_empty() {
                    seen.insert(name_key(name), number).map_err(at)?;
                    if state.is_finished && !folder.join(name).exists() {
                        return Err(Stop::Missing(folder.join(name)));
                    }
                }
            } else if !name.is_empty() {
                let path = folder.join(name);
                remove(&path).map_err(|error| Stop::Io(path.clone(), error))?;
            }
        }
        journal.cut(state.tasks, state.cases).map_err(|error| Stop::Io(folder.clone(), error))?;
        let digests = journal.digests().map_err(|error| Stop::Io(folder.clone(), error))?;
        let mut outputs = Outputs::new(&folder, places.rejects, packing);
        let is_whole = |file: &State| folder.join(&file.path).metadata().is_ok_and(|meta| meta.len() == file.bytes);
        if let Some(file) = state.complete.iter().find(|file| state.is_finished && !is_whole(file)) {
            return Err(Stop::Missing(folder.join(&file.path)));
        }
        outputs.resume(&state.parts, &state.complete)?;
        if is_rejects_wanted && state.tasks == 0 {
            outputs.want_rejects()?;
        }
        let (start, told) = (Instant::now(), Instant::now());
        let (digests, done, again, stop) = (Box::new(digests), state.tasks, 0, None);
        let mut writer = Self {
            talk,
            progress,
            packing,
            folder,
            journal,
            state,
            outputs,
            seen,
            done,
            again,
            digests,
            start,
            told,
            every,
            stop,
        };
        // A run that goes on is told of when it has done something; before, what is told of it stays true.
        if writer.done == 0 {
            writer.tell()?;
        }
        Ok(writer)
    }

    /// Takes the next piece.
    pub(super) fn take(&mut self, piece: Piece) -> Flow {
        let done = if piece.is_done { self.compare(&piece) } else { self.write(piece) };
        self.progress.show(&self.state.tally, self.talk);
        match done {
            Ok(()) => Flow::Go,
            Err(stop) => {
                self.stop = Some(stop);
                Flow::Stop
            }
        }
    }

    /// Whether what an earlier run read reads the same now.
    fn compare(&mut self, piece: &Piece) -> Result<(), Stop> {
        let before = (self.digests)().map_err(|error| Stop::Io(self.journal.folder().to_owned(), error))?;
        self.again += 1;
        match before == piece.digest {
            true => Ok(()),
            false if piece.first.is_none() => Err(Stop::Changed(FEWER.to_owned())),
            false => Err(Stop::Changed(piece.place())),
        }
    }

    fn write(&mut self, mut piece: Piece) -> Result<(), Stop> {
        if self.state.is_through {
            return Err(Stop::Changed(piece.place()));
        }
        if let Some(tables) = &piece.tables {
            let (sources, issues) = tables.told();
            self.progress.issues(issues, sources, self.talk);
        }
        let mut list = String::new();
        let mut has_doubles = false;
        let mut names = Vec::new();
        for record in &mut piece.records {
            let (name, is_double) = self.enter(record, &mut list)?;
            names.push(name);
            has_doubles |= is_double;
        }
        if let (true, Some(packing)) = (has_doubles, self.packing) {
            piece.chunks = packing.chunks(&piece.records, piece.names.types.len());
        }
        // The list comes first: what stands in the folder is always known to it.
        self.journal.add_cases(&list).map_err(|error| Stop::Io(self.journal.folder().to_owned(), error))?;
        for (record, name) in piece.records.iter().zip(&names) {
            match &record.result {
                Ok(converted) if self.packing.is_none() => {
                    self.state.tally.bytes_written += self.outputs.bundle(name, &converted.text)?;
                }
                Ok(_) => {}
                Err(_) => self.reject(record)?,
            }
            self.state.tally.add(record, &piece.names);
        }
        let is_bulk = self.packing.is_some_and(|packing| packing.is_bulk);
        for chunk in &piece.chunks {
            let kind = piece.names.types.get(chunk.kind).filter(|_| is_bulk).map_or(BUNDLES, String::as_str);
            self.outputs.lines(kind, chunk)?;
            self.state.tally.bytes_written += u64::try_from(chunk.bytes.len()).unwrap_or(0);
        }
        self.state.tally.bytes_read += piece.bytes;
        let written = self.journal.add_digest(piece.digest);
        written.map_err(|error| Stop::Io(self.journal.folder().to_owned(), error))?;
        self.state.tasks += 1;
        self.state.cases += u64::try_from(list.len()).unwrap_or(0);
        if self.told.elapsed() >= self.every { self.tell() } else { Ok(()) }
    }

    /// Enters a case into the list, with the name of its file where it gets one; a double is rejected.
    fn enter(&mut self, record: &mut Record, list: &mut String) -> Result<(String, bool), Stop> {
        let Ok(converted) = &record.result else { return Ok((String::new(), false)) };
        let at = |error| Stop::Io(self.journal.folder().to_owned(), error);
        let number = self.state.cases + u64::try_from(list.len()).unwrap_or(0);
        let key = converted.identity.into_bytes();
        if let Some(first) = self.seen.insert(key, number).map_err(at)? {
            let first = self.place(first, list).map_err(at)?;
            record.result = Err(doubled(&record.stand, &first));
            record.issues.push((Code::DoubledCase, Severity::Error));
            return Ok((String::new(), true));
        }
        let mut name = String::new();
        if self.packing.is_none() {
            name = file_name(&converted.id, None);
            if self.seen.insert(name_key(&name), number).map_err(at)?.is_some() {
                name = file_name(&converted.id, Some(converted.identity));
            }
        }
        list.push_str(&format!("{}\t{name}\t{}\n", converted.identity.simple(), record.stand));
        Ok((name, false))
    }

    /// Where the case stands that has this number in the list.
    fn place(&self, number: u64, list: &str) -> io::Result<String> {
        let line = match number.checked_sub(self.state.cases).map(usize::try_from) {
            Some(Ok(at)) => list.get(at..).and_then(|rest| rest.lines().next()).map(str::to_owned),
            _ => self.journal.cases(number)?.next().transpose()?.map(|(_, line)| line),
        };
        Ok(line.as_deref().and_then(|line| line.splitn(3, '\t').nth(2)).unwrap_or("an earlier place").to_owned())
    }

    fn reject(&mut self, record: &Record) -> Result<(), Stop> {
        let Err(rejected) = &record.result else { return Ok(()) };
        let line = |text: &[u8]| {
            let mut bytes = text.to_vec();
            bytes.push(b'\n');
            let size = u64::try_from(bytes.len()).unwrap_or(0);
            Chunk { kind: 0, bytes, size, lines: 1 }
        };
        self.outputs.lines(REJECTS, &line(rejected.outcome.as_bytes()))?;
        if let Some(source) = &record.source {
            self.outputs.lines(REJECTED_CASES, &line(source))?;
        }
        let before = self.state.tally.rejected;
        if before < TOLD || self.talk.is_verbose() {
            let mut codes: Vec<&str> =
                record.issues.iter().filter(|issue| issue.1 == Severity::Error).map(|issue| issue.0.name()).collect();
            let errors = codes.len();
            codes.sort_unstable();
            codes.dedup();
            let about = if errors == 0 { "warnings".to_owned() } else { codes.join(", ") };
            let text = format!("{}: rejected: {} ({about})", record.stand, counted(errors, "error"));
            self.progress.fault(&text, self.talk);
        } else if before == TOLD {
            self.progress.fault("further rejected cases are not told one by one (-v does)", self.talk);
        }
        Ok(())
    }

    /// Brings all to the disk and tells the journal how far the run is.
    pub(super) fn tell(&mut self) -> Result<(), Stop> {
        self.outputs.sync()?;
        self.state.parts = self.outputs.parts();
        self.state.complete = self.outputs.complete().to_vec();
        let mut told = self.state.clone();
        told.seconds += self.start.elapsed().as_secs_f64();
        self.journal.tell(&told).map_err(|error| Stop::Io(self.journal.folder().to_owned(), error))?;
        self.told = Instant::now();
        Ok(())
    }

    /// Whether all that an earlier run did was seen again.
    pub(super) fn has_caught_up(&self) -> bool {
        self.again == self.done
    }

    /// Ends a run that is through: files get their names, and the journal says that all is done.
    pub(super) fn finish(&mut self, manifest: impl FnOnce(&Self) -> Result<(), Failed>) -> Result<(), Stop> {
        self.state.is_through = true;
        self.outputs.end_all()?;
        self.check_counts()?;
        self.tell()?;
        self.outputs.publish()?;
        manifest(self)?;
        self.state.is_finished = true;
        self.tell()?;
        self.journal.tidy().map_err(|error| Stop::Io(self.journal.folder().to_owned(), error))
    }

    /// Whether what was counted is what stands in the files: nothing is given a name before that is sure.
    fn check_counts(&self) -> Result<(), Stop> {
        let tally = &self.state.tally;
        let lines = |is_wanted: &dyn Fn(&str) -> bool| -> u64 {
            self.outputs.complete().iter().filter(|file| is_wanted(&file.kind)).map(|file| file.lines).sum()
        };
        let mut listed = 0;
        for line in self.journal.cases(0).map_err(|error| Stop::Io(self.journal.folder().to_owned(), error))? {
            listed += u64::from(line.is_ok());
        }
        let written = match self.packing {
            None => tally.written,
            Some(packing) if packing.is_bulk => lines(&|kind| ![REJECTS, REJECTED_CASES].contains(&kind)),
            Some(_) => lines(&|kind| kind == BUNDLES),
        };
        let wanted = match self.packing {
            Some(packing) if packing.is_bulk => tally.resource_count(),
            _ => tally.written,
        };
        let rejected = lines(&|kind| kind == REJECTS);
        let adds_up = tally.read == tally.written + tally.rejected;
        match adds_up && listed == tally.written && written == wanted && rejected == tally.rejected {
            true => Ok(()),
            false => Err(Stop::Counts(format!(
                "{} read, {} written, {} rejected; {listed} listed, {written} of {wanted} lines, {rejected} lines of rejects",
                tally.read, tally.written, tally.rejected
            ))),
        }
    }

    /// The files that are complete.
    pub(super) fn files(&self) -> &[State] {
        self.outputs.complete()
    }

    /// The output folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// How long the run took, with what earlier ones took.
    pub(super) fn seconds(&self) -> f64 {
        self.state.seconds + self.start.elapsed().as_secs_f64()
    }
}

/// The key and the file's name in a line of the list of cases.
fn listed(line: &str) -> Option<(Key, &str)> {
    let mut fields = line.splitn(3, '\t');
    let key = uuid::Uuid::try_parse(fields.next()?).ok()?;
    Some((key.into_bytes(), fields.next()?))
}

/// The key of a file's name; the same for names that differ by the case of letters only, which some file systems take for one.
fn name_key(name: &str) -> Key {
    let mut key = Key::default();
    let sum = Sha256::digest(name.to_ascii_lowercase());
    key.iter_mut().zip(sum).for_each(|(to, from)| *to = from);
    key
}

/// Removes a file that may not be there.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
