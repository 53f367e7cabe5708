//! Places in sources: spans of bytes, and the map that turns them into file, line and column.

use std::sync::OnceLock;

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
    /// The line's text, without its end.
    pub text: &'a str,
    /// How many characters of that line the span covers, at least 1.
    pub width: usize,
}

/// The sources that spans point into.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

#[derive(Clone, Debug)]
struct Source {
    name: String,
    text: String,
    /// The number of the text's first line in its file: a file of many resources is taken in line by line.
    first_line: usize,
    /// Where lines begin; found when a place is asked for, because a good case never asks.
    lines: OnceLock<Vec<usize>>,
    /// How many characters stand before each block of [`BLOCK`] bytes: a file may be one line with very many places in it.
    characters: OnceLock<Vec<usize>>,
}

/// How many bytes are counted through to find a column.
const BLOCK: usize = 4096;

impl Source {
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
}

impl SourceMap {
    /// Adds a source and gives its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> u16 {
        self.add_part(name, text, 1)
    }

    /// Adds a part of a file that begins at this line (from 1) and gives its number; places in it are the file's.
    pub fn add_part(&mut self, name: impl Into<String>, text: impl Into<String>, first_line: usize) -> u16 {
        self.sources.push(Source {
            name: name.into(),
            text: text.into(),
            first_line,
            lines: OnceLock::new(),
            characters: OnceLock::new(),
        });
        u16::try_from(self.sources.len()).unwrap_or(u16::MAX)
    }

    /// The text of a source; empty for an unknown number.
    #[must_use]
    pub fn text(&self, source: u16) -> &str {
        self.source(source).map_or("", |source| &source.text)
    }

    /// The name of a source, where there is such a source.
    #[must_use]
    pub fn name(&self, source: u16) -> Option<&str> {
        self.source(source).map(|source| source.name.as_str())
    }

    /// Where a span stands.
    #[must_use]
    pub fn place(&self, span: Span) -> Option<Place<'_>> {
        let source = self.source(span.source)?;
        let text = source.text.as_str();
        let lines = source.lines.get_or_init(|| {
            let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
        });
        let start = floor(text, span.start as usize);
        let line = lines.partition_point(|begin| *begin <= start);
        let line_start = lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let line_end = lines.get(line).map_or(text.len(), |next| next - 1);
        let end = floor(text, span.end as usize).clamp(start, line_end.max(start));
        let characters = |from: usize, to: usize| source.characters_before(to) - source.characters_before(from);
        Some(Place {
            file: &source.name,
            line: line + source.first_line.saturating_sub(1),
            column: characters(line_start, start) + 1,
            text: text.get(line_start..line_end).unwrap_or_default().trim_end_matches('\r'),
            width: characters(start, end).max(1),
        })
    }

    fn source(&self, number: u16) -> Option<&Source> {
        self.sources.get(usize::from(number).checked_sub(1)?)
    }
}

/// The last character boundary at or before a byte.
fn floor(text: &str, byte: usize) -> usize {
    let byte = byte.min(text.len());
    (0..=byte).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
