//! Places in sources: spans of bytes, and the map that turns them into file, line and column.

use std::sync::{Arc, OnceLock};

/// A range of bytes in one source of a [`SourceMap`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The number of the source in its map, from 1; 0 means nowhere.
    pub source: u16,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// No place at all.
    pub const EMPTY: Self = Self { source: 0, start: 0, end: 0 };

    /// A range of bytes in the source of this number.
    #[must_use]
    pub const fn new(source: u16, start: u32, end: u32) -> Self {
        Self { source, start, end }
    }
}

/// A place as people name it: file, line and column, both counted from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The file's name as the user gave it.
    pub file: &'a str,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// The name that the source itself has for what stands there: of a cell its column's. Names of columns are no patient's data.
    pub field: Option<&'a str>,
    /// The line's text, without its end.
    pub text: &'a str,
    /// How many characters of that line the span covers, at least 1.
    pub width: usize,
}

/// The sources that spans point into.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    sources: Vec<Arc<Source>>,
}

/// A text with the places that its parts have in files: a file, a part of one, or lines that were gathered from several.
#[derive(Debug, Default)]
pub struct Source {
    text: String,
    /// The parts, in order. Each begins at the start of a line.
    parts: Vec<Part>,
    /// Where fields begin that have names, in order; each ends where the next begins.
    fields: Vec<(usize, Arc<str>)>,
    /// Where lines begin; found when a place is asked for, because a good case never asks.
    lines: OnceLock<Vec<usize>>,
    /// How many characters stand before each block of [`BLOCK`] bytes: a file may be one line with very many places in it.
    characters: OnceLock<Vec<usize>>,
}

/// Where a part of a source comes from.
#[derive(Debug)]
struct Part {
    /// Its first byte in the source.
    start: usize,
    file: Arc<str>,
    /// The number of its first line in its file.
    line: usize,
}

/// How many bytes are counted through to find a column.
const BLOCK: usize = 4096;

impl Source {
    /// The text of a file, or of a part of it that begins at this line (from 1).
    pub fn new(file: impl Into<Arc<str>>, text: impl Into<String>, line: usize) -> Self {
        let parts = vec![Part { start: 0, file: file.into(), line }];
        Self { text: text.into(), parts, ..Self::default() }
    }

    /// Adds whole lines that begin at this line of a file (from 1), and gives the byte at which they begin here.
    pub fn gather(&mut self, file: &Arc<str>, line: usize, text: &str) -> usize {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        let start = self.text.len();
        self.text.push_str(text);
        self.parts.push(Part { start, file: Arc::clone(file), line });
        start
    }

    /// Names what stands from this byte on, up to the next name. Names come in the order of their places.
    pub fn name_field(&mut self, start: usize, name: &Arc<str>) {
        self.fields.push((start, Arc::clone(name)));
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many characters begin before this byte.
    fn characters_before(&self, byte: usize) -> usize {
        let begun = |bytes: &[u8]| bytes.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count();
        let text = self.text.as_bytes();
        let blocks = self.characters.get_or_init(|| {
            let mut sum = 0;
            let before = |block: &[u8]| {
                let so_far = sum;
                sum += begun(block);
                so_far
            };
            text.chunks(BLOCK).map(before).collect()
        });
        let block = byte / BLOCK;
        let rest = text.get(block * BLOCK..byte).map_or(0, begun);
        // Past the last block there is only the end of the text.
        blocks.get(block).copied().unwrap_or_else(|| begun(text)) + rest
    }

    /// Where a range of its bytes stands.
    pub(crate) fn place(&self, start: u32, end: u32) -> Option<Place<'_>> {
        let text = self.text.as_str();
        let lines = self.lines.get_or_init(|| {
            let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
        });
        let start = floor(text, start as usize);
        let line = lines.partition_point(|begin| *begin <= start);
        let line_start = lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let line_end = lines.get(line).map_or(text.len(), |next| next - 1);
        let end = floor(text, end as usize).clamp(start, line_end.max(start));
        let characters = |from: usize, to: usize| self.characters_before(to) - self.characters_before(from);
        let begun = self.parts.partition_point(|part| part.start <= start);
        let part = self.parts.get(begun.saturating_sub(1))?;
        let before = lines.partition_point(|begin| *begin <= part.start);
        let named = self.fields.partition_point(|(begin, _)| *begin <= start).checked_sub(1);
        let field = named.and_then(|at| self.fields.get(at)).filter(|(begin, _)| *begin >= part.start);
        Some(Place {
            file: &part.file,
            line: (line - before) + part.line,
            column: characters(line_start, start) + 1,
            field: field.map(|(_, name)| &**name),
            text: text.get(line_start..line_end).unwrap_or_default().trim_end_matches('\r'),
            width: characters(start, end).max(1),
        })
    }
}

impl SourceMap {
    /// Adds a source and gives its number.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<String>) -> u16 {
        self.add_part(name, text, 1)
    }

    /// Adds a part of a file that begins at this line (from 1) and gives its number; places in it are the file's.
    pub fn add_part(&mut self, name: impl Into<Arc<str>>, text: impl Into<String>, first_line: usize) -> u16 {
        self.share(Arc::new(Source::new(name, text, first_line)))
    }

    /// Adds a source that other maps may have as well, and gives its number.
    pub fn share(&mut self, source: Arc<Source>) -> u16 {
        self.sources.push(source);
        u16::try_from(self.sources.len()).unwrap_or(u16::MAX)
    }

    /// A source, to be shared with other maps.
    #[must_use]
    pub fn shared(&self, source: u16) -> Option<Arc<Source>> {
        self.sources.get(usize::from(source).checked_sub(1)?).cloned()
    }

    /// The text of a source; empty for an unknown number.
    #[must_use]
    pub fn text(&self, source: u16) -> &str {
        self.source(source).map_or("", Source::text)
    }

    /// The name of the file that a source begins with, where there is such a source.
    #[must_use]
    pub fn name(&self, source: u16) -> Option<&str> {
        self.source(source)?.parts.first().map(|part| &*part.file)
    }

    /// Where a span stands.
    #[must_use]
    pub fn place(&self, span: Span) -> Option<Place<'_>> {
        self.source(span.source)?.place(span.start, span.end)
    }

    fn source(&self, number: u16) -> Option<&Source> {
        self.sources.get(usize::from(number).checked_sub(1)?).map(|source| &**source)
    }
}

/// The last character boundary at or before a byte.
fn floor(text: &str, byte: usize) -> usize {
    let byte = byte.min(text.len());
    (0..=byte).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
