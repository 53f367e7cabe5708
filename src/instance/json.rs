//! JSON text (RFC 8259) to a [`Document`] with spans and lexical numbers.
//!
//! `serde_json` gives neither a value's place nor a number's characters, and this room needs both. Member names that
//! stand twice are kept; whoever reads the document decides what they mean. Refused, each with its place: anything
//! outside the grammar, lone surrogates, nesting beyond [`MAX_DEPTH`].

use super::arena::{Builder, Document, Kind};
use crate::issue::{Code, Issue, Issues, Span};

/// How deep arrays and objects may nest; a case has less than ten levels.
pub const MAX_DEPTH: usize = 128;

/// Parses JSON; `source` is the number under which the text stands in the source map.
///
/// The first fault is reported as [`Code::UnreadableJson`] or [`Code::TooDeep`], and then there is no document.
pub fn parse_json(text: &str, source: u16, issues: &mut Issues) -> Option<Document> {
    let mut parser = Parser { text, at: 0, source, builder: Builder::default() };
    match parser.document() {
        Ok(()) => Some(parser.builder.finish()),
        Err(fault) => {
            let at = u32::try_from(fault.at).unwrap_or(u32::MAX);
            issues.add(Issue::new(fault.code, fault.message).at(Span::new(source, at, at)).help(fault.help));
            None
        }
    }
}

struct Fault {
    at: usize,
    code: Code,
    message: &'static str,
    help: &'static str,
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    source: u16,
    builder: Builder,
}

type Parsed<T> = Result<T, Fault>;

impl<'a> Parser<'a> {
    fn document(&mut self) -> Parsed<()> {
        if self.text.starts_with('\u{FEFF}') {
            self.at = '\u{FEFF}'.len_utf8();
        }
        self.space();
        self.value()?;
        self.space();
        if self.at < self.text.len() {
            return Err(
                self.fault("there is more text after the end of the JSON value", "keep one JSON value in the file")
            );
        }
        Ok(())
    }

    fn value(&mut self) -> Parsed<()> {
        let start = self.at;
        match self.peek() {
            Some(b'{') => self.items(Kind::Object, b'}'),
            Some(b'[') => self.items(Kind::Array, b']'),
            Some(b'"') => {
                let value = self.string()?;
                self.builder.string(&value, self.span(start));
                Ok(())
            }
            Some(b't') => self.word("true").map(|span| self.builder.bool(true, span)),
            Some(b'f') => self.word("false").map(|span| self.builder.bool(false, span)),
            Some(b'n') => self.word("null").map(|span| self.builder.null(span)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.fault("a JSON value is missing here", "write a string, number, true, false, null, [ or {")),
        }
    }

    fn items(&mut self, kind: Kind, close: u8) -> Parsed<()> {
        if self.builder.depth() >= MAX_DEPTH {
            return Err(Fault {
                code: Code::TooDeep,
                ..self.fault("the JSON nests too deeply", "flatten it: no input has more than 128 levels")
            });
        }
        let start = self.at;
        self.at += 1;
        self.builder.open(kind, self.span(start));
        self.space();
        if self.peek() == Some(close) {
            self.at += 1;
            self.builder.close(self.offset());
            return Ok(());
        }
        loop {
            if kind == Kind::Object {
                let start = self.at;
                if self.peek() != Some(b'"') {
                    return Err(self.fault("a member name in double quotes is missing here", "write \"name\": value"));
                }
                let key = self.string()?;
                self.builder.key(&key, self.span(start));
                self.space();
                if self.peek() != Some(b':') {
                    return Err(self.fault("a colon is missing after the member name", "write \"name\": value"));
                }
                self.at += 1;
                self.space();
            }
            self.value()?;
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == close => {
                    self.at += 1;
                    self.builder.close(self.offset());
                    return Ok(());
                }
                _ => return Err(self.fault("a comma or the closing bracket is missing here", "close what was opened")),
            }
            self.space();
        }
    }

    fn string(&mut self) -> Parsed<std::borrow::Cow<'a, str>> {
        self.at += 1;
        let start = self.at;
        let mut unescaped: Option<String> = None;
        loop {
            let plain = self.at;
            while self.peek().is_some_and(|byte| byte != b'"' && byte != b'\\' && byte >= 0x20) {
                self.at += 1;
            }
            let run = self.text.get(plain..self.at).unwrap_or_default();
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(match unescaped {
                        None => self.text.get(start..self.at - 1).unwrap_or_default().into(),
                        Some(mut text) => {
                            text.push_str(run);
                            text.into()
                        }
                    });
                }
                Some(b'\\') => {
                    let text = unescaped.get_or_insert_with(String::new);
                    text.push_str(run);
                    let character = self.escape()?;
                    if let Some(text) = &mut unescaped {
                        text.push(character);
                    }
                }
                Some(_) => {
                    return Err(self
                        .fault("a control character stands unescaped in a string", "write it as \\n, \\t or \\u00XX"));
                }
                None => return Err(self.fault("the text ends inside a string", "close the string with a double quote")),
            }
        }
    }

    fn escape(&mut self) -> Parsed<char> {
        self.at += 1;
        let byte = self.peek();
        self.at += 1;
        Ok(match byte {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.hex()?;
                let scalar = if (0xD800..0xDC00).contains(&first) && self.text.get(self.at..self.at + 2) == Some("\\u")
                {
                    self.at += 2;
                    let second = self.hex()?;
                    (0xDC00..0xE000).contains(&second).then(|| 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
                } else {
                    Some(first)
                };
                scalar
                    .and_then(char::from_u32)
                    .ok_or_else(|| self.fault("half of a surrogate pair stands alone", "write the whole character"))?
            }
            _ => return Err(self.fault("this escape does not exist in JSON", "write \\\\ for a backslash")),
        })
    }

    fn hex(&mut self) -> Parsed<u32> {
        let digits = self.text.get(self.at..self.at + 4).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let value = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let value =
            value.ok_or_else(|| self.fault("four hexadecimal digits are missing after \\u", "write \\u00e4, say"))?;
        self.at += 4;
        Ok(value)
    }

    fn number(&mut self) -> Parsed<()> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.digits()?;
        if whole > 1 && self.text.get(self.at - whole..).is_some_and(|rest| rest.starts_with('0')) {
            return Err(self.fault("a number has a leading zero", "write it without"));
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let lexical = self.text.get(start..self.at).unwrap_or_default();
        self.builder.number(lexical, self.span(start));
        Ok(())
    }

    fn digits(&mut self) -> Parsed<usize> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.fault("a digit is missing here", "write numbers as in 4500, 5.10 or -0.5"));
        }
        Ok(self.at - start)
    }

    fn word(&mut self, word: &str) -> Parsed<Span> {
        let start = self.at;
        if !self.text.get(start..).is_some_and(|rest| rest.starts_with(word)) {
            return Err(
                self.fault("this word is not JSON", "write true, false or null, or put the text into double quotes")
            );
        }
        self.at += word.len();
        Ok(self.span(start))
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn offset(&self) -> u32 {
        u32::try_from(self.at).unwrap_or(u32::MAX)
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.source, u32::try_from(start).unwrap_or(u32::MAX), self.offset())
    }

    fn fault(&self, message: &'static str, help: &'static str) -> Fault {
        Fault { at: self.at, code: Code::UnreadableJson, message, help }
    }
}
