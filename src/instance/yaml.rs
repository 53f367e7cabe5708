//! YAML 1.2 text (core schema) to a [`Document`] with spans and lexical numbers.
//!
//! The scanning is saphyr-parser's; this file gives its events JSON's kinds. Plain scalars become null, booleans and numbers as
//! the core schema says (YAML 1.2.2, section 10.3), so `no` and `2021-06-05` stay strings. Refused, each with its place:
//! anchors and aliases (a few lines of them can stand for gigabytes), tags, keys that are not scalars, more than one
//! document, nesting beyond [`super::json::MAX_DEPTH`].

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Marks};

use super::arena::{Document, Kind};
use super::builder::Builder;
use super::json::MAX_DEPTH;
use crate::issue::{Code, Issue, Issues, Span};

/// Parses YAML; `source` is the number under which the text stands in the source map.
///
/// Faults are reported as [`Code::UnreadableYaml`] or [`Code::TooDeep`], and then there is no document.
pub fn parse_yaml(text: &str, source: u16, issues: &mut Issues) -> Option<Document> {
    let mut reader = Reader {
        offsets: Offsets::new(text),
        source,
        builder: Builder::default(),
        mappings: Vec::new(),
        documents: 0,
        sound: true,
    };
    for event in Parser::new_from_str(text) {
        match event {
            Ok((event, marks)) => reader.event(event, marks, issues),
            Err(error) => {
                let at = reader.offsets.byte(error.marker().index());
                let message = format!("the YAML cannot be read: {}", error.info());
                let issue = Issue::new(Code::UnreadableYaml, message).at(Span::new(source, at, at));
                issues.add(issue.help("check the indentation, and put texts with `: ` or `#` in them into quotes"));
                return None;
            }
        }
        if !reader.sound {
            return None;
        }
    }
    if reader.builder.depth() > 0 {
        return None;
    }
    if reader.builder.is_overfull() {
        let issue =
            Issue::new(Code::TooLarge, "there are more than 65,535 different names").at(Span::new(source, 0, 0));
        issues.add(issue.help("no case has so many; split the file"));
        return None;
    }
    Some(reader.builder.finish())
}

/// saphyr counts characters, the source map bytes. Events come in order, so a cursor finds most offsets at once.
struct Offsets<'a> {
    text: &'a str,
    ascii: bool,
    characters: usize,
    bytes: usize,
}

impl<'a> Offsets<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, ascii: text.is_ascii(), characters: 0, bytes: 0 }
    }

    fn byte(&mut self, character: usize) -> u32 {
        let byte = if self.ascii { character.min(self.text.len()) } else { self.seek(character) };
        u32::try_from(byte).unwrap_or(u32::MAX)
    }

    fn seek(&mut self, character: usize) -> usize {
        if character < self.characters {
            // Only the ends of nested nodes step back, and by little; starting over would make that quadratic.
            let back = self.characters - character;
            let before = self.text.get(..self.bytes).unwrap_or_default();
            self.bytes = before.char_indices().rev().nth(back - 1).map_or(0, |(at, _)| at);
        } else {
            let after = self.text.get(self.bytes..).unwrap_or_default();
            let forward = character - self.characters;
            self.bytes += after.char_indices().nth(forward).map_or(after.len(), |(at, _)| at);
        }
        self.characters = character;
        self.bytes
    }
}

struct Reader<'a> {
    offsets: Offsets<'a>,
    source: u16,
    builder: Builder,
    /// One entry for each open node: for a mapping, whether a key comes next; for a sequence, `None`.
    mappings: Vec<Option<bool>>,
    documents: usize,
    sound: bool,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, marks: Marks, issues: &mut Issues) {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    let help = "write one case a file; remove the line `---`, or split the file there";
                    self.refuse(
                        Code::UnreadableYaml,
                        "the file holds more than one YAML document",
                        help,
                        marks,
                        issues,
                    );
                }
            }
            Event::Alias(_) => self.anchor(marks, issues),
            Event::Scalar(value, style, anchor, tag) => {
                self.decorations(anchor, tag.is_some(), marks, issues);
                self.scalar(&value, style, marks);
            }
            Event::SequenceStart(anchor, tag) => self.open(Kind::Array, anchor, tag.is_some(), marks, issues),
            Event::MappingStart(anchor, tag) => self.open(Kind::Object, anchor, tag.is_some(), marks, issues),
            Event::SequenceEnd | Event::MappingEnd => {
                self.mappings.pop();
                let end = self.offsets.byte(marks.end.index());
                self.builder.close(end);
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
    }

    fn open(&mut self, kind: Kind, anchor: usize, tagged: bool, marks: Marks, issues: &mut Issues) {
        self.decorations(anchor, tagged, marks, issues);
        if self.builder.depth() >= MAX_DEPTH {
            self.refuse(
                Code::TooDeep,
                "the YAML nests too deeply",
                "flatten it: no case has more than ten levels",
                marks,
                issues,
            );
        }
        if self.mappings.last() == Some(&Some(true)) {
            let help = "write `name: value`; put a name with brackets in it into quotes";
            self.refuse(
                Code::UnreadableYaml,
                "a list or mapping stands where a field's name belongs",
                help,
                marks,
                issues,
            );
        }
        self.value_follows();
        let span = self.span(marks);
        self.builder.open(kind, span);
        self.mappings.push((kind == Kind::Object).then_some(true));
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, marks: Marks) {
        let span = self.span(marks);
        if let Some(Some(key_next)) = self.mappings.last_mut().filter(|state| **state == Some(true)) {
            *key_next = false;
            self.builder.key(value, span);
            return;
        }
        self.value_follows();
        if style == ScalarStyle::Plain {
            match value {
                "" | "~" | "null" | "Null" | "NULL" => self.builder.null(span),
                "true" | "True" | "TRUE" => self.builder.bool(true, span),
                "false" | "False" | "FALSE" => self.builder.bool(false, span),
                _ if is_number(value) => self.builder.number(value, span),
                _ => self.builder.string(value, span),
            }
        } else {
            self.builder.string(value, span);
        }
    }

    /// After a value, the mapping that holds it expects a key again.
    fn value_follows(&mut self) {
        if let Some(Some(key_next)) = self.mappings.last_mut() {
            *key_next = true;
        }
    }

    fn decorations(&mut self, anchor: usize, tagged: bool, marks: Marks, issues: &mut Issues) {
        if anchor > 0 {
            self.anchor(marks, issues);
        }
        if tagged {
            self.refuse(
                Code::UnreadableYaml,
                "YAML tags are not read",
                "remove the tag; quote what must stay text",
                marks,
                issues,
            );
        }
    }

    fn anchor(&mut self, marks: Marks, issues: &mut Issues) {
        let help = "write the value out where it is needed; put a text that begins with & or * into quotes";
        self.refuse(Code::UnreadableYaml, "YAML anchors and aliases are not read", help, marks, issues);
    }

    fn refuse(&mut self, code: Code, message: &'static str, help: &'static str, marks: Marks, issues: &mut Issues) {
        self.sound = false;
        let span = self.span(marks);
        issues.add(Issue::new(code, message).at(span).help(help));
    }

    fn span(&mut self, marks: Marks) -> Span {
        let start = self.offsets.byte(marks.start.index());
        let end = self.offsets.byte(marks.end.index());
        Span::new(self.source, start, end)
    }
}

/// A decimal number as both YAML's core schema and FHIR write it; `0x1F`, `1_000` and `.5` stay text and are judged there.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}
