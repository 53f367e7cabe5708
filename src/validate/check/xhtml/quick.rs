//! A first look at a narrative, which sees of nearly every one that there is nothing to say of it.
//!
//! It takes tags and attributes as nearly everybody writes them, eight bytes at a time, and gives up at anything else, however harmless:
//! then the scanner of this room reads the text from its start. So it must be right only where it says that a narrative is sound, and
//! it makes no issues. The bytes that it has gone over are never gone over again.

use super::names::{Attribute, Element, Meaning};
use crate::validate::check::text::has_open_direction;
use crate::validate::check::words;

const XHTML: &[u8] = b"http://www.w3.org/1999/xhtml";
/// How deep elements may nest here.
const DEEPEST: usize = 32;
/// The kind of each byte in a URL.
static OF_URL: [u8; 256] = of_url();

/// Looks at a narrative; `None` where anything in it is unusual. Otherwise there is nothing to say of it, and both invariants hold: given is
/// whether a link or image leads to a place in the document.
pub(in crate::validate::check) fn look(text: &str) -> Option<bool> {
    let look = Look {
        bytes: text.as_bytes(),
        at: 0,
        open: [Element::UNKNOWN; DEEPEST],
        depth: 0,
        paragraph: 0,
        content: false,
        ids: [0; 4],
        has_fragments: false,
    };
    let has_fragments = look.run()?;
    (!has_open_direction(text)).then_some(has_fragments)
}

struct Look<'a> {
    bytes: &'a [u8],
    at: usize,
    open: [Element; DEEPEST],
    depth: usize,
    /// The depth of the paragraph that is open; 0 for none.
    paragraph: usize,
    /// Whether something visible was met.
    content: bool,
    /// One bit for each of 256 values of a hash of an id: an id that may have been met before is left to the scanner.
    ids: [u64; 4],
    has_fragments: bool,
}

impl Look<'_> {
    fn run(mut self) -> Option<bool> {
        if self.bytes.first() != Some(&b'<') {
            return None;
        }
        self.start_tag(1, self.word(1))?;
        while self.depth > 0 {
            self.characters()?;
            let word = self.word(self.at + 1);
            match word.to_le_bytes().first()? {
                b'/' => self.end_tag(word >> 8)?,
                b'!' => self.comment()?,
                _ => self.start_tag(self.at + 1, word)?,
            }
        }
        let rest = self.bytes.get(self.at..)?;
        (self.content && rest.iter().all(|byte| matches!(byte, b' ' | b'\n'))).then_some(())?;
        Some(self.has_fragments)
    }

    /// The word from a byte on; filled up with zeros where the text ends before it does.
    #[inline]
    fn word(&self, at: usize) -> u64 {
        words::word(self.bytes, at).unwrap_or_else(|| self.last_word(at))
    }

    #[cold]
    fn last_word(&self, at: usize) -> u64 {
        let rest = self.bytes.get(at..).unwrap_or_default();
        rest.iter().take(words::WORD).rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
    }

    /// Goes over text to the next `<`.
    #[inline]
    fn characters(&mut self) -> Option<()> {
        loop {
            let text = self.bytes.get(self.at..)?;
            let mut rest = text;
            let mark = loop {
                let Some((word, more)) = words::split(rest) else {
                    break rest.iter().position(|byte| matches!(byte, b'<' | b'&'))?;
                };
                let marks = words::is(word, b'<') | words::is(word, b'&');
                if marks != 0 {
                    break words::first(marks);
                }
                rest = more;
            };
            let length = text.len() - rest.len() + mark;
            self.at += length;
            if !self.content {
                self.content = text.get(..length)?.iter().any(|byte| *byte > b' ');
            }
            if rest.get(mark) == Some(&b'<') {
                return Some(());
            }
            self.content |= self.reference()?;
        }
    }

    /// Goes over a reference; whether it stands for something visible.
    fn reference(&mut self) -> Option<bool> {
        let word = self.word(self.at + 1);
        let ends = words::is(word, b';');
        let length = words::first(ends);
        if ends == 0 {
            return None;
        }
        let visible = match &words::before(word, ends).to_le_bytes() {
            b"amp\0\0\0\0\0" | b"lt\0\0\0\0\0\0" | b"gt\0\0\0\0\0\0" | b"quot\0\0\0\0" | b"apos\0\0\0\0" => true,
            [b'#', digits @ ..] => {
                let digits = digits.get(..length.checked_sub(1)?)?;
                let is_number = (2..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
                let number = digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit.wrapping_sub(b'0')));
                // Control characters and numbers with more digits are looked at by the scanner.
                if !is_number || number < 32 {
                    return None;
                }
                number > 32
            }
            _ => return None,
        };
        self.at += length + 2;
        Some(visible)
    }

    /// An end tag, given the word after its `</`.
    #[inline]
    fn end_tag(&mut self, word: u64) -> Option<()> {
        let open = self.open.get(self.depth.checked_sub(1)?)?;
        let length = open.length();
        // Of the word the last byte is missing, so that only names of up to six bytes are seen at once.
        match length {
            1..=6 if words::up_to(word ^ open.end(), length) == 0 => {}
            _ => {
                let start = self.at + 2;
                let end = start + length;
                (self.bytes.get(start..end)? == open.name().as_bytes() && self.bytes.get(end) == Some(&b'>'))
                    .then_some(())?;
            }
        }
        self.at += length + 3;
        self.close();
        Some(())
    }

    #[inline]
    fn close(&mut self) {
        if self.paragraph == self.depth {
            self.paragraph = 0;
        }
        self.depth -= 1;
    }

    fn comment(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.at..)?.strip_prefix(b"<!--")?;
        self.at += 4 + rest.windows(3).position(|end| end == b"-->")? + 3;
        Some(())
    }

    /// A start tag, from its name on, given the word there.
    #[inline]
    fn start_tag(&mut self, start: usize, word: u64) -> Option<()> {
        // Letters and digits are above the marks that may follow a name, but for the `>`.
        let ends = words::is_below(word, b'0') | words::is(word, b'>');
        let element = match Element::from_word(words::before(word, ends)) {
            Some(element) => element,
            None => self.bytes.get(start..)?.starts_with(b"blockquote").then_some(Element::BLOCKQUOTE)?,
        };
        self.at = start + element.length();
        if self.paragraph > 0 && element.is_block() {
            return None;
        }
        self.content |= element == Element::IMG;
        let is_root = self.depth == 0;
        *self.open.get_mut(self.depth)? = element;
        self.depth += 1;
        if element == Element::P {
            self.paragraph = self.depth;
        }
        let mut has_namespace = false;
        // A bit for each attribute that was met.
        let mut met = 0_u64;
        loop {
            match self.bytes.get(self.at)? {
                b'>' => {
                    self.at += 1;
                    break;
                }
                b' ' | b'\n' | b'\t' | b'\r' => {
                    self.at += 1;
                    // After a blank an attribute may stand, or the end.
                    if self.bytes.get(self.at)?.is_ascii_alphabetic() {
                        has_namespace |= self.attribute(element, &mut met)? == Meaning::Namespace;
                    }
                }
                b'/' if self.bytes.get(self.at + 1) == Some(&b'>') => {
                    self.at += 2;
                    self.close();
                    break;
                }
                _ => return None,
            }
        }
        (!is_root || (has_namespace && element == Element::DIV)).then_some(())
    }

    /// An attribute that its element may have, with a value in quotation marks.
    #[inline]
    fn attribute(&mut self, element: Element, met: &mut u64) -> Option<Meaning> {
        let word = self.word(self.at);
        let ends = words::is(word, b'=');
        let attribute = match Attribute::from_word(words::before(word, ends)) {
            Some(attribute) => {
                self.at += if ends == 0 { words::WORD } else { words::first(ends) };
                attribute
            }
            None => self.long_name()?,
        };
        if *met & attribute.bit != 0 || !attribute.is_allowed(element) {
            return None;
        }
        *met |= attribute.bit;
        let [b'=', quote @ (b'"' | b'\'')] = *self.bytes.get(self.at..self.at + 2)? else { return None };
        let start = self.at + 2;
        self.at = start;
        // Either quotation mark differs from `&` in one bit.
        let bit = quote ^ b'&';
        loop {
            let text = self.bytes.get(self.at..)?;
            let mut rest = text;
            let mark = loop {
                let (word, more) = words::split(rest)?;
                let marks = words::is(words::with(word, bit), b'&' | bit) | words::is(word, b'<');
                if marks != 0 {
                    break words::first(marks);
                }
                rest = more;
            };
            self.at += text.len() - rest.len() + mark;
            match rest.get(mark)? {
                b'&' => {
                    self.reference()?;
                }
                byte if *byte == quote => break,
                _ => return None,
            }
        }
        let end = self.at;
        self.at += 1;
        if attribute.meaning != Meaning::Plain {
            self.value(element, attribute.meaning, start..end)?;
        }
        Some(attribute.meaning)
    }

    /// An attribute whose name is longer than a word.
    #[cold]
    fn long_name(&mut self) -> Option<Attribute> {
        let rest = self.bytes.get(self.at..)?;
        let name = rest.iter().take(16).position(|byte| *byte == b'=').and_then(|length| rest.get(..length))?;
        self.at += name.len();
        Attribute::from_name(std::str::from_utf8(name).ok()?).known()
    }

    /// A value that is more than looks.
    fn value(&mut self, element: Element, meaning: Meaning, range: std::ops::Range<usize>) -> Option<()> {
        let value = self.bytes.get(range)?;
        let is_fine = match meaning {
            Meaning::Plain => true,
            Meaning::Namespace => value == XHTML,
            Meaning::Id => self.is_new(value),
            Meaning::Href | Meaning::Src => {
                self.has_fragments |= value.first() == Some(&b'#');
                let is_url = matches!((meaning, element), (Meaning::Href, Element::A) | (Meaning::Src, Element::IMG));
                is_url && is_plain_url(value)
            }
            Meaning::OtherLink => !value.iter().any(|byte| matches!(byte, b':' | b'&')),
            Meaning::Unknown => false,
        };
        is_fine.then_some(())
    }

    /// Whether an id was surely not met before.
    fn is_new(&mut self, id: &[u8]) -> bool {
        let hash = id.iter().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
        let bit = 1_u64 << (hash >> 8 & 63);
        let Some(word) = self.ids.get_mut((hash >> 14 & 3) as usize) else { return false };
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}

/// Whether a URL has plain characters only, and no scheme that is looked at more closely.
fn is_plain_url(url: &[u8]) -> bool {
    // Without an exit the loop takes a byte a cycle, and almost all URLs are gone through to their end.
    let kinds = url.iter().fold(0, |kinds, byte| kinds | OF_URL.get(usize::from(*byte)).copied().unwrap_or(OTHER));
    let mut references = url.split(|byte| *byte == b'&').skip(1);
    let is_plain = kinds == PLAIN || (kinds == REFERENCE && references.all(|rest| rest.starts_with(b"amp;")));
    // A scheme that runs a script, and `data:`, begins with one of these, or with a reference to it.
    is_plain && !matches!(url.first(), None | Some(b'&' | b'd' | b'j' | b'J' | b'v' | b'V'))
}

/// The kinds of bytes in a URL.
const PLAIN: u8 = 0;
const REFERENCE: u8 = 1;
const OTHER: u8 = 2;

#[allow(clippy::indexing_slicing, reason = "indices are bytes, and the table is made when the program is built")]
const fn of_url() -> [u8; 256] {
    let (mut table, mut marks) = ([OTHER; 256], b";?:@=+$.,/%-_~#".as_slice());
    while let [mark, more @ ..] = marks {
        table[*mark as usize] = PLAIN;
        marks = more;
    }
    let mut byte = 0_u8;
    while byte < 0x80 {
        if byte.is_ascii_alphanumeric() {
            table[byte as usize] = PLAIN;
        }
        byte += 1;
    }
    table[b'&' as usize] = REFERENCE;
    table
}
