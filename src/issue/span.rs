//! Places in sources: spans of bytes, and the map that turns them into file, line and column.

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
    sources: Vec<(String, String)>,
}

impl SourceMap {
    /// Adds a source and gives its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> u16 {
        self.sources.push((name.into(), text.into()));
        u16::try_from(self.sources.len()).unwrap_or(u16::MAX)
    }

    /// The text of a source; empty for an unknown number.
    #[must_use]
    pub fn text(&self, source: u16) -> &str {
        self.source(source).map_or("", |(_, text)| text)
    }

    /// The name of a source, where there is such a source.
    #[must_use]
    pub fn name(&self, source: u16) -> Option<&str> {
        self.source(source).map(|(name, _)| name.as_str())
    }

    /// Where a span stands. Lines are counted when they are asked for: a good case never asks.
    #[must_use]
    pub fn place(&self, span: Span) -> Option<Place<'_>> {
        let (file, text) = self.source(span.source)?;
        let start = floor(text, span.start as usize);
        let before = text.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line_end = text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| start + at);
        let end = floor(text, span.end as usize).clamp(start, line_end);
        let characters = |from: usize, to: usize| text.get(from..to).unwrap_or_default().chars().count();
        Some(Place {
            file,
            line: before.matches('\n').count() + 1,
            column: characters(line_start, start) + 1,
            text: text.get(line_start..line_end).unwrap_or_default().trim_end_matches('\r'),
            width: characters(start, end).max(1),
        })
    }

    fn source(&self, number: u16) -> Option<&(String, String)> {
        self.sources.get(usize::from(number).checked_sub(1)?)
    }
}

/// The last character boundary at or before a byte.
fn floor(text: &str, byte: usize) -> usize {
    let byte = byte.min(text.len());
    (0..=byte).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
