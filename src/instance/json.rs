//! JSON text (RFC 8259) to a [`Document`] with spans and lexical numbers.
//!
//! One pass with an explicit stack: no input makes it recurse. Member names that stand twice are kept; whoever reads the
//! document decides what they mean. Refused, each with its place: bytes that are not UTF-8, anything outside the grammar, lone
//! surrogates, nesting beyond [`MAX_DEPTH`], texts beyond [`MOST_BYTES`], more than 65,535 distinct member names. The
//! first fault is reported. A byte order mark at the start is skipped, as RFC 8259, section 8.1 allows.

use super::arena::{Document, Kind, Node};
use super::escape::{self, Unescaped};
use super::fault::Fault;
use super::scan;
use super::symbols::{Digest, Symbol, Symbols};
use crate::issue::{Code, Issues};

/// How deep arrays and objects may nest; a case has less than ten levels.
pub const MAX_DEPTH: usize = 128;

/// How long a text may be: offsets into it and into its unescaped strings, which follow it, are 32 bits.
const MOST_BYTES: usize = i32::MAX as usize;

/// How many nodes are reserved at the most before any is read.
const MOST_RESERVED: usize = 1 << 20;

/// The mark that some editors put before UTF-8.
pub(super) const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// Parses JSON; `source` is the number under which the text stands in the source map.
///
/// The first fault is reported as [`Code::UnreadableJson`], [`Code::TooDeep`] or [`Code::TooLarge`], and then there is no document.
pub fn parse_json(text: &str, source: u16, issues: &mut Issues) -> Option<Document> {
    let mut document = Document::default();
    document.read_json(text, source, issues).then(|| document.for_good())
}

/// [`parse_json`] for bytes: those that are not UTF-8 are reported as [`Code::UnreadableText`].
pub fn parse_json_bytes(bytes: &[u8], source: u16, issues: &mut Issues) -> Option<Document> {
    let mut document = Document::default();
    document.read_json_bytes(bytes, source, issues).then(|| document.for_good())
}

impl Document {
    /// [`parse_json`] into this document, whose memory is used again: `true` when it now holds what the text says, `false` when a fault was
    /// reported and it holds nothing.
    pub fn read_json(&mut self, text: &str, source: u16, issues: &mut Issues) -> bool {
        self.read(text, source).map_err(|fault| issues.add(fault.issue(source))).is_ok()
    }

    /// [`parse_json_bytes`] into this document, as [`Document::read_json`] does it.
    pub fn read_json_bytes(&mut self, bytes: &[u8], source: u16, issues: &mut Issues) -> bool {
        let text = size_of_text(bytes.len()).and_then(|()| {
            std::str::from_utf8(bytes).map_err(|error| {
                Fault::new(
                    error.valid_up_to(),
                    Code::UnreadableText,
                    "here stand bytes that are not UTF-8",
                    "save the file as UTF-8",
                )
            })
        });
        match text {
            Ok(text) => self.read_json(text, source, issues),
            Err(fault) => {
                self.clear();
                issues.add(fault.issue(source));
                false
            }
        }
    }

    /// This document without what only another reading would need.
    fn for_good(mut self) -> Self {
        self.scratch = Vec::new();
        self
    }

    fn read(&mut self, text: &str, source: u16) -> Result<(), Fault> {
        self.clear();
        size_of_text(text.len())?;
        (self.source, self.from_json) = (source, true);
        // FHIR has a node for each 28 to 60 bytes; memory that no node comes to is never touched. Other texts make the list grow.
        self.nodes.reserve((text.len() / 24 + 1).min(MOST_RESERVED));
        let mut reader = Reader {
            text,
            json: text.as_bytes(),
            nodes: &mut self.nodes,
            symbols: &mut self.symbols,
            unescaped: Unescaped::new(&mut self.scratch),
        };
        let read = reader.document();
        // Each piece was whole characters, so the pieces together are.
        let unescaped = std::str::from_utf8(reader.unescaped.texts()).unwrap_or_default();
        if let Err(fault) = read {
            self.clear();
            return Err(fault);
        }
        self.texts.reserve_exact(text.len() + unescaped.len());
        self.texts.push_str(text);
        self.texts.push_str(unescaped);
        Ok(())
    }
}

fn size_of_text(length: usize) -> Result<(), Fault> {
    if length > MOST_BYTES {
        return Err(Fault::new(0, Code::TooLarge, "the text is larger than 2 GiB", "split it into several files"));
    }
    Ok(())
}

struct Reader<'t, 'd> {
    text: &'t str,
    json: &'t [u8],
    nodes: &'d mut Vec<Node>,
    symbols: &'d mut Symbols,
    unescaped: Unescaped<'d>,
}

/// An open array or object.
#[derive(Clone, Copy)]
struct Open {
    index: u32,
    children: u32,
    object: bool,
}

/// A string as it was read: the range of its text, the byte after it, and whether it is ASCII without escapes.
struct Read {
    low: usize,
    high: usize,
    next: usize,
    plain: bool,
}

impl Reader<'_, '_> {
    fn document(&mut self) -> Result<(), Fault> {
        let start = if self.json.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let at = self.values(self.space(start))?;
        let at = self.space(at);
        if at < self.json.len() {
            let message = "there is more text after the end of the JSON value";
            return Err(self.fault(at, message, "keep one JSON value in the file"));
        }
        Ok(())
    }

    /// Reads the value at `at` with all that is in it, and gives the byte after it.
    fn values(&mut self, mut at: usize) -> Result<usize, Fault> {
        let mut stack = [Open { index: 0, children: 0, object: false }; MAX_DEPTH];
        let mut depth = 0;
        // The innermost open node stands outside the stack, so that counting its children touches no memory.
        let mut open = Open { index: 0, children: 0, object: false };
        let mut symbol = Symbol::NONE;
        loop {
            match self.byte(at) {
                b'"' => {
                    let string = self.string(at)?;
                    let (low, high) = (narrow(string.low), narrow(string.high));
                    let (start, end) = (narrow(at), narrow(string.next));
                    let plain = string.plain;
                    self.nodes.push(Node { start, end, low, high, symbol, kind: Kind::String, plain });
                    at = string.next;
                }
                byte @ (b'{' | b'[') => {
                    let Some(place) = stack.get_mut(depth) else { return Err(too_deep(at)) };
                    *place = open;
                    depth += 1;
                    let object = byte == b'{';
                    open = Open { index: narrow(self.nodes.len()), children: 0, object };
                    let kind = if object { Kind::Object } else { Kind::Array };
                    let start = narrow(at);
                    self.nodes.push(Node { start, end: start, low: 0, high: 0, symbol, kind, plain: false });
                    at = self.space(at + 1);
                    if self.byte(at) != if object { b'}' } else { b']' } {
                        (symbol, at) = if object { self.name(at)? } else { (Symbol::NONE, at) };
                        continue;
                    }
                    // An empty one is closed below as any other; the child that it does not have is taken off again.
                    open.children = u32::MAX;
                }
                b'-' | b'0'..=b'9' => {
                    let start = at;
                    at = self.number(at)?;
                    let (low, high) = (narrow(start), narrow(at));
                    self.nodes.push(Node {
                        start: low,
                        end: high,
                        low,
                        high,
                        symbol,
                        kind: Kind::Number,
                        plain: false,
                    });
                }
                b't' => at = self.word(at, b"true", Kind::Bool(true), symbol)?,
                b'f' => at = self.word(at, b"false", Kind::Bool(false), symbol)?,
                b'n' => at = self.word(at, b"null", Kind::Null, symbol)?,
                _ => return Err(self.no_value(at)),
            }
            loop {
                if depth == 0 {
                    return Ok(at);
                }
                open.children = open.children.wrapping_add(1);
                at = self.space(at);
                match self.byte(at) {
                    b',' => {
                        at = self.space(at + 1);
                        (symbol, at) = if open.object { self.name(at)? } else { (Symbol::NONE, at) };
                        break;
                    }
                    byte if byte == if open.object { b'}' } else { b']' } => {
                        at += 1;
                        let high = narrow(self.nodes.len());
                        if let Some(node) = self.nodes.get_mut(open.index as usize) {
                            (node.end, node.low, node.high) = (narrow(at), open.children, high);
                        }
                        depth -= 1;
                        open = stack.get(depth).copied().unwrap_or(open);
                    }
                    _ => return Err(self.not_closed(at, open.object)),
                }
            }
        }
    }

    /// Reads a member name and its colon, and gives its number and where the value begins.
    #[inline]
    fn name(&mut self, at: usize) -> Result<(Symbol, usize), Fault> {
        if self.byte(at) != b'"' {
            return Err(self.fault(at, "a member name in double quotes is missing here", "write \"name\": value"));
        }
        let (symbol, next) = match self.short_name(at + 1) {
            Some(found) => found,
            None => self.long_name(at)?,
        };
        let symbol = symbol.ok_or(Fault::new(
            at,
            Code::TooLarge,
            "there are more than 65,535 different member names",
            "no resource has so many; split the file",
        ))?;
        let at = self.space(next);
        if self.byte(at) != b':' {
            return Err(self.fault(at, "a colon is missing after the member name", "write \"name\": value"));
        }
        Ok((symbol, self.space(at + 1)))
    }

    /// A name without escapes that ends in the block where it begins: all that its digest needs is in two registers.
    #[inline]
    fn short_name(&mut self, start: usize) -> Option<(Option<Symbol>, usize)> {
        let block = scan::block(self.json, start)?;
        let length = scan::run_end_in(block);
        if block.get(length) != Some(&b'"') {
            return None;
        }
        let digest = Digest::of_block(block, length);
        let end = start + length;
        let text = self.text;
        Some((self.symbols.intern_digest(digest, || text.get(start..end).unwrap_or_default()), end + 1))
    }

    fn long_name(&mut self, at: usize) -> Result<(Option<Symbol>, usize), Fault> {
        let name = self.string(at)?;
        let text = match name.low.checked_sub(self.json.len()) {
            None => self.text.get(name.low..name.high).unwrap_or_default(),
            Some(low) => {
                let bytes = self.unescaped.texts().get(low..name.high - self.json.len()).unwrap_or_default();
                std::str::from_utf8(bytes).unwrap_or_default()
            }
        };
        Ok((self.symbols.intern(text), name.next))
    }

    /// Reads the string at this quote.
    #[inline]
    fn string(&mut self, at: usize) -> Result<Read, Fault> {
        let start = at + 1;
        let stop = scan::run_end(self.json, start);
        if self.json.get(stop.at) == Some(&b'"') {
            return Ok(Read { low: start, high: stop.at, next: stop.at + 1, plain: stop.ascii });
        }
        self.hard_string(start, stop.at)
    }

    fn hard_string(&mut self, start: usize, stop: usize) -> Result<Read, Fault> {
        // Unescaped texts follow the source in the document's buffer.
        let low = self.json.len() + self.unescaped.length();
        let end = self.unescaped.add(self.json, start, stop)?;
        match self.json.get(end) {
            Some(b'"') => {
                Ok(Read { low, high: self.json.len() + self.unescaped.length(), next: end + 1, plain: false })
            }
            Some(b'\n' | b'\r') => Err(self.fault(
                end,
                "a line ends inside a string",
                "close the string with a double quote, or write the line break as \\n",
            )),
            Some(_) => Err(self.fault(
                end,
                "a control character stands unescaped in a string",
                "write it as \\n, \\t or \\u00XX",
            )),
            None => Err(escape::unclosed(end)),
        }
    }

    #[inline]
    fn number(&self, start: usize) -> Result<usize, Fault> {
        let whole = if self.byte(start) == b'-' { start + 1 } else { start };
        let mut at = self.digits(whole)?;
        if at - whole > 1 && self.byte(whole) == b'0' {
            return Err(self.fault(whole, "a number has a leading zero", "write it without"));
        }
        if self.byte(at) == b'.' {
            at = self.digits(at + 1)?;
        }
        if matches!(self.byte(at), b'e' | b'E') {
            at += 1;
            if matches!(self.byte(at), b'+' | b'-') {
                at += 1;
            }
            at = self.digits(at)?;
        }
        Ok(at)
    }

    #[inline]
    fn digits(&self, start: usize) -> Result<usize, Fault> {
        let mut at = start;
        while self.byte(at).is_ascii_digit() {
            at += 1;
        }
        if at == start {
            return Err(self.fault(at, "a digit is missing here", "write numbers as in 4500, 5.10 or -0.5"));
        }
        Ok(at)
    }

    fn word(&mut self, at: usize, word: &[u8], kind: Kind, symbol: Symbol) -> Result<usize, Fault> {
        if !self.json.get(at..).is_some_and(|rest| rest.starts_with(word)) {
            let help = "write true, false or null, or put the text into double quotes";
            return Err(self.fault(at, "this word is not JSON", help));
        }
        let end = at + word.len();
        self.nodes.push(Node { start: narrow(at), end: narrow(end), low: 0, high: 0, symbol, kind, plain: false });
        Ok(end)
    }

    #[inline]
    fn space(&self, at: usize) -> usize {
        scan::blank_end(self.json, at)
    }

    /// The byte there; zero, which JSON has nowhere outside strings, beyond the end.
    #[inline]
    fn byte(&self, at: usize) -> u8 {
        self.json.get(at).copied().unwrap_or_default()
    }

    #[cold]
    fn no_value(&self, at: usize) -> Fault {
        let help = "write a string, number, true, false, null, [ or {";
        match self.byte(at) {
            b'\'' => self.fault(at, "a text stands in single quotes", "put it into double quotes"),
            b'A'..=b'Z' | b'a'..=b'z' => {
                self.fault(at, "this word is not JSON", "write true, false or null, or put the text into double quotes")
            }
            _ => self.fault(at, "a JSON value is missing here", help),
        }
    }

    #[cold]
    fn not_closed(&self, at: usize, object: bool) -> Fault {
        match (at < self.json.len(), object) {
            (true, _) => self.fault(at, "a comma or the closing bracket is missing here", "close what was opened"),
            (false, true) => self.fault(at, "the text ends inside an object", "close it with }"),
            (false, false) => self.fault(at, "the text ends inside an array", "close it with ]"),
        }
    }

    #[cold]
    fn fault(&self, at: usize, message: &'static str, help: &'static str) -> Fault {
        Fault::grammar(self.json, at, message, help)
    }
}

#[cold]
const fn too_deep(at: usize) -> Fault {
    let help = "flatten it: no input has more than 128 levels";
    Fault::new(at, Code::TooDeep, "the JSON nests too deeply", help)
}

/// An offset as nodes keep it. Offsets are at most twice [`MOST_BYTES`], and there are fewer nodes than bytes.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "the length of the text was checked")]
const fn narrow(offset: usize) -> u32 {
    offset as u32
}
