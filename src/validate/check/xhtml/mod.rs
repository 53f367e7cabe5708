//! A scanner of the XHTML in narratives: one pass over the bytes that tells tags, attributes and texts as they come.
//!
//! It knows no DTD and resolves no entity, so nothing of the world outside comes in. What every XML parser refuses and HL7's validator
//! lets pass (a tag never closed, a value without quotation marks) is told as [`Event::Lax`]; what both refuse ends the scan. Depth is
//! limited, and no call is nested.

pub(super) mod names;
mod quick;

pub(super) use quick::look;

use super::text::until;

/// How deep elements may nest.
const DEEPEST: usize = 1000;
/// How many open elements are kept without allocating.
const USUAL: usize = 32;

/// What the scanner comes by.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event<'a> {
    /// A start tag begins: its name with prefix.
    Start(&'a str),
    /// An attribute of the tag that began, with what stands between the quotation marks; `None` where it has no value.
    Attribute(&'a str, Option<&'a str>),
    /// The start tag ends.
    Opened,
    /// The innermost element ends.
    End,
    /// A character that is no white space stands in an element.
    Content,
    /// A DOCTYPE inside an element.
    Doctype,
    /// A named entity that XML does not have.
    Entity(&'a str),
    /// XHTML that no XML parser would take.
    Lax(&'static str),
}

/// Why a scan ended before the end of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Broken {
    /// The byte at which it ended.
    pub at: usize,
    pub message: &'static str,
}

/// The names of the open elements.
struct Open<'a> {
    usual: [&'a str; USUAL],
    more: Vec<&'a str>,
    depth: usize,
}

impl<'a> Open<'a> {
    fn push(&mut self, name: &'a str) {
        match self.usual.get_mut(self.depth) {
            Some(place) => *place = name,
            None => self.more.push(name),
        }
        self.depth += 1;
    }

    fn pop(&mut self) -> Option<&'a str> {
        self.depth = self.depth.checked_sub(1)?;
        self.more.pop().or_else(|| self.usual.get(self.depth).copied())
    }
}

struct Scanner<'a, F> {
    text: &'a str,
    at: usize,
    open: Open<'a>,
    tell: F,
}

/// Scans a narrative's `div` and tells what comes.
pub(super) fn scan<'a>(text: &'a str, tell: impl FnMut(usize, Event<'a>)) -> Result<(), Broken> {
    let open = Open { usual: [""; USUAL], more: Vec::new(), depth: 0 };
    Scanner { text, at: 0, open, tell }.run()
}

/// The part of a name after its prefix.
pub(super) fn local(name: &str) -> &str {
    // Names are short, and few have a prefix: a loop is quicker than a search.
    match name.bytes().position(|byte| byte == b':') {
        None => name,
        Some(colon) => name.get(colon + 1..).unwrap_or_default(),
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// Which bytes a name may have; those beyond ASCII are taken as letters.
const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut rest: &mut [bool] = &mut table;
    let mut byte = 0_u8;
    while let [place, after @ ..] = rest {
        *place = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':' | b'.') || byte >= 0x80;
        byte = byte.wrapping_add(1);
        rest = after;
    }
    table
};

fn is_name(byte: u8) -> bool {
    NAME.get(usize::from(byte)).copied().unwrap_or(false)
}

impl<'a, F: FnMut(usize, Event<'a>)> Scanner<'a, F> {
    fn run(mut self) -> Result<(), Broken> {
        self.prolog()?;
        self.start_tag()?;
        while self.open.depth > 0 {
            match self.peek() {
                None => {
                    self.lax("the text ends before its elements are closed");
                    return Ok(());
                }
                Some(b'<') => self.markup()?,
                Some(b'&') => {
                    self.reference(true)?;
                }
                Some(_) => self.characters(),
            }
        }
        if !self.rest().trim().is_empty() {
            self.lax("something follows the end of the div");
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn broken<T>(&self, message: &'static str) -> Result<T, Broken> {
        Err(Broken { at: self.at, message })
    }

    fn tell(&mut self, event: Event<'a>) {
        (self.tell)(self.at, event);
    }

    fn lax(&mut self, message: &'static str) {
        self.tell(Event::Lax(message));
    }

    /// Steps over bytes as long as they are of this kind, and gives them. The kinds never part a character.
    fn take(&mut self, kind: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.bytes().position(|byte| !kind(byte)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Steps over bytes up to one of two, and gives them.
    fn take_until(&mut self, one: u8, other: u8) -> &'a str {
        let rest = self.rest();
        let length = until(rest.as_bytes(), one, other);
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Steps beyond the next place where this stands, and gives what is before it.
    fn through(&mut self, end: &str) -> Result<&'a str, Broken> {
        let rest = self.rest();
        let found = match end.as_bytes() {
            [only] => rest.bytes().position(|byte| byte == *only),
            _ => rest.find(end),
        };
        let Some(length) = found else { return self.broken("the text ends inside of markup") };
        self.at += length + end.len();
        Ok(rest.get(..length).unwrap_or_default())
    }

    /// What may stand before the root.
    fn prolog(&mut self) -> Result<(), Broken> {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
            let rest = self.rest();
            if rest.starts_with("<!--") {
                self.at += 4;
                self.through("-->")?;
            } else if rest.starts_with("<!") {
                self.lax("a document type stands before the div");
                self.through(">")?;
            } else if rest.starts_with("<?") {
                self.through(">")?;
            } else if rest.starts_with('<') {
                self.at += 1;
                return Ok(());
            } else {
                return self.broken("the text does not start with a tag");
            }
        }
    }

    /// Characters up to the next markup.
    fn characters(&mut self) {
        let characters = self.take_until(b'<', b'&');
        // The first character says it of nearly all texts.
        if characters.bytes().any(|byte| byte > b' ') {
            self.tell(Event::Content);
        }
    }

    /// What follows `<` inside of the root.
    fn markup(&mut self) -> Result<(), Broken> {
        self.at += 1;
        match self.peek() {
            Some(b'/') => {
                self.at += 1;
                self.end_tag()
            }
            Some(b'!') => self.declaration(),
            Some(b'?') => self.through(">").map(|_| ()),
            Some(byte) if byte.is_ascii_alphanumeric() || byte >= 0x80 => self.start_tag(),
            _ => self.broken("a `<` that starts no tag; write `&lt;`"),
        }
    }

    fn declaration(&mut self) -> Result<(), Broken> {
        let rest = self.rest();
        if rest.starts_with("!--") {
            self.at += 3;
            self.through("-->")?;
        } else if rest.starts_with("![CDATA[") {
            self.at += 8;
            let characters = self.through("]]>")?;
            if characters.bytes().any(|byte| byte > b' ') {
                self.tell(Event::Content);
            }
        } else {
            if rest.starts_with("!DOCTYPE") {
                self.tell(Event::Doctype);
            } else {
                self.lax("a declaration that XHTML does not have");
            }
            let inner = self.take(|byte| byte != b'>' && byte != b'[');
            self.through(if inner.len() < rest.len() && self.peek() == Some(b'[') { "]>" } else { ">" })?;
        }
        Ok(())
    }

    fn end_tag(&mut self) -> Result<(), Broken> {
        let start = self.at;
        let name = self.through(">")?;
        if self.open.pop().is_none_or(|open| local(open) != local(name)) {
            self.at = start;
            return self.broken("an end tag that does not belong to the element that is open, or with a blank in it");
        }
        self.tell(Event::End);
        Ok(())
    }

    fn start_tag(&mut self) -> Result<(), Broken> {
        let name = self.take(is_name);
        self.tell(Event::Start(name));
        self.attributes()?;
        let empty = self.peek() == Some(b'/');
        self.at += usize::from(empty);
        match self.peek() {
            Some(b'>') => self.at += 1,
            None if !empty => {}
            _ => return self.broken("a `/` inside of a tag that is not its end"),
        }
        self.tell(Event::Opened);
        if empty {
            self.tell(Event::End);
        } else if self.open.depth >= DEEPEST {
            return self.broken("elements nest deeper than any narrative needs");
        } else {
            self.open.push(name);
        }
        Ok(())
    }

    fn attributes(&mut self) -> Result<(), Broken> {
        // The first names of the tag, to find one that stands twice.
        let (mut seen, mut count) = ([""; 8], 0);
        loop {
            let spaced = !self.take(is_space).is_empty();
            if matches!(self.peek(), None | Some(b'>' | b'/')) {
                return Ok(());
            }
            let name = self.take(is_name);
            if name.is_empty() {
                return self.broken("a character that no attribute's name has");
            }
            if !spaced {
                self.lax("no blank stands before an attribute");
            }
            if seen.contains(&name) {
                self.lax("an attribute stands twice in one tag");
            }
            if let Some(place) = seen.get_mut(count) {
                (*place, count) = (name, count + 1);
            }
            self.take(is_space);
            let value = match self.peek() {
                Some(b'=') => {
                    self.at += 1;
                    self.take(is_space);
                    Some(self.value()?)
                }
                Some(byte) if is_name(byte) || matches!(byte, b'>' | b'/') => {
                    self.lax("an attribute without a value");
                    None
                }
                _ => return self.broken("an attribute without `=`"),
            };
            self.tell(Event::Attribute(name, value));
        }
    }

    /// An attribute's value; entities in it are looked at and left as they are.
    fn value(&mut self) -> Result<&'a str, Broken> {
        let quote = self.peek().filter(|byte| matches!(byte, b'"' | b'\''));
        let start = self.at + usize::from(quote.is_some());
        self.at = start;
        if quote.is_none() {
            self.lax("an attribute's value without quotation marks");
        }
        loop {
            let part = match quote {
                Some(quote) => self.take_until(quote, b'&'),
                None => self.take(|byte| !is_space(byte) && !matches!(byte, b'>' | b'/' | b'&')),
            };
            if until(part.as_bytes(), b'<', b'<') < part.len() {
                self.lax("a `<` in an attribute's value; write `&lt;`");
            }
            match (self.peek(), quote) {
                (Some(b'&'), _) => {
                    self.reference(false)?;
                }
                (None, Some(_)) => return self.broken("an attribute's value is never ended"),
                (_, quote) => {
                    let value = self.text.get(start..self.at).unwrap_or_default();
                    self.at += usize::from(quote.is_some());
                    return Ok(value);
                }
            }
        }
    }

    /// A reference to a character or entity, from its `&`.
    fn reference(&mut self, content: bool) -> Result<(), Broken> {
        let after = self.text.get(self.at + 1..).unwrap_or_default();
        let Some((name, _)) = after.split_at_checked(after.bytes().take(34).position(|byte| byte == b';').unwrap_or(0))
        else {
            return self.broken("an `&` that starts no reference; write `&amp;`");
        };
        let visible = match (name, name.strip_prefix('#')) {
            ("amp" | "lt" | "gt" | "quot" | "apos", _) => true,
            (_, Some("")) => return self.broken("a reference to a character without its number"),
            (_, Some(number)) => match code_point(number) {
                Some(character) => character > ' ',
                None => {
                    self.lax("a reference to a character that XML does not have");
                    false
                }
            },
            _ if name.starts_with(|c: char| c.is_ascii_alphabetic())
                && name.bytes().all(|b| b.is_ascii_alphanumeric()) =>
            {
                self.tell(Event::Entity(name));
                true
            }
            _ => return self.broken("an `&` that starts no reference; write `&amp;`"),
        };
        if visible && content {
            self.tell(Event::Content);
        }
        self.at += name.len() + 2;
        Ok(())
    }
}

/// The character that a reference's number stands for, where XML has it (XML 1.0, 2.2).
fn code_point(number: &str) -> Option<char> {
    let code = match number.strip_prefix('x') {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).filter(|character| *character >= ' ' || matches!(character, '\t' | '\n' | '\r'))
}

/// The characters of an attribute's value, its references resolved.
pub(super) fn decoded(value: &str) -> impl Iterator<Item = char> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let reference = match first {
            '&' => {
                rest.get(1..).and_then(|after| after.get(..34).unwrap_or(after).split_once(';')).map(|(name, _)| name)
            }
            _ => None,
        };
        let known = reference.and_then(|name| {
            Some((
                name,
                match name {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "apos" => '\'',
                    _ => code_point(name.strip_prefix('#')?)?,
                },
            ))
        });
        let (step, character) = known.map_or((first.len_utf8(), first), |(name, it)| (name.len() + 2, it));
        rest = rest.get(step..).unwrap_or_default();
        Some(character)
    })
}
