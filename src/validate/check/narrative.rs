//! The narrative of a resource: the XHTML of `Narrative.div` (FHIR R4, Narrative; invariants txt-1 and txt-2).
//!
//! [`judge`] says what HL7's validator says, and warns of what it overlooks: XHTML that no XML parser takes, links that run scripts, ids
//! that stand twice. [`rules`] are the two invariants, which FHIRPath calls `htmlChecks()`. [`first_look`] sees of nearly all narratives
//! that nothing is to be said of them, in a fraction of the time. Nothing is rendered and nothing is fetched.

use super::text::has_open_direction;
use super::xhtml::{Event, decoded, local, look, names, scan};
use super::{base64, mime};
use crate::issue::{Code, Severity};

/// How many prefixes of XHTML are kept: no narrative needs more than one.
const PREFIXES: usize = 16;
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// What is wrong with a narrative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NarrativeFault<'a> {
    /// The code of the issue.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: &'static str,
    /// What to do about it.
    pub help: &'static str,
    /// The name or URL that it is about; may be empty.
    pub value: &'a str,
    /// The byte of the text near which it stands.
    pub at: usize,
}

/// What the invariants of Narrative say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HtmlRules {
    /// txt-1: only elements and attributes that a narrative may have, and the XHTML can be read at all.
    pub allowed: bool,
    /// txt-2: something that is no white space, or an image.
    pub content: bool,
}

/// What a first look sees of a narrative: whether a link in it leads to a fragment of the document. There is nothing else to say of it:
/// [`judge`] would tell no fault, and both invariants hold. `None` where it must be judged.
#[must_use]
pub fn first_look(div: &str) -> Option<bool> {
    look(div)
}

/// The verdicts of txt-1 and txt-2.
#[must_use]
pub fn rules(div: &str) -> HtmlRules {
    judge(div, &mut |_| {})
}

/// FHIRPath's `htmlChecks()`: whether both invariants hold.
#[must_use]
pub fn html_checks(div: &str) -> bool {
    first_look(div).is_some() || {
        let rules = rules(div);
        rules.allowed && rules.content
    }
}

/// A name in a narrative that may be referred to, or a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark<'a> {
    /// The value of an `id`, or of the `name` of an `a`.
    Id(&'a str),
    /// The fragment that a link or image leads to: what follows `#` in `href` or `src`.
    Fragment(&'a str),
}

/// Tells the ids and fragments of a narrative, for those who follow links from and to it. A text that cannot be read tells what was read.
pub fn marks<'a>(div: &'a str, tell: &mut dyn FnMut(Mark<'a>)) {
    let mut element = "";
    // What ends the scan is `check`'s affair.
    let _ = scan(div, |_, event| match event {
        Event::Start(name) => element = local(name),
        Event::Attribute(name, Some(value)) => match name {
            "id" => tell(Mark::Id(value)),
            "name" if element == "a" => tell(Mark::Id(value)),
            "href" | "src" => {
                if let Some(fragment) = value.strip_prefix('#') {
                    tell(Mark::Fragment(fragment));
                }
            }
            _ => {}
        },
        _ => {}
    });
}

/// Says whether the languages of the `div` are those of its resource (`Resource.language`), which HL7's validator warns of.
pub fn check_language<'a>(language: &str, div: &'a str, sink: &mut dyn FnMut(NarrativeFault<'a>)) {
    let (mut depth, mut html, mut xml) = (0_u32, None, None);
    let scanned = scan(div, |_, event| match event {
        Event::Start(_) => depth += 1,
        Event::Attribute("lang", value) if depth == 1 => html = value,
        Event::Attribute("xml:lang", value) if depth == 1 => xml = value,
        _ => {}
    });
    if scanned.is_err() {
        return;
    }
    let mut say = |message, value: Option<&'a str>| {
        sink(NarrativeFault {
            code: Code::Narrative,
            severity: Severity::Warning,
            message,
            help: "give the div `lang` and `xml:lang`, both with the language of the resource",
            value: value.unwrap_or_default(),
            at: 0,
        });
    };
    match (html, xml) {
        (None, None) => {
            return say("the resource has a language, and its narrative has neither lang nor xml:lang", None);
        }
        (None, _) => say("the resource has a language, and its narrative has no lang", None),
        (Some(lang), _) if lang != language => {
            say("the narrative's lang is another than the resource's language", html);
        }
        _ => {}
    }
    match xml {
        None => say("the resource has a language, and its narrative has no xml:lang", None),
        Some(lang) if lang != language => say("the narrative's xml:lang is another than the resource's language", xml),
        Some(_) => {}
    }
}

/// Checks the text of a `div` and tells each fault. What the invariants txt-1 and txt-2 say of it is given back; it is not told as faults.
pub fn judge<'a>(div: &'a str, sink: &mut dyn FnMut(NarrativeFault<'a>)) -> HtmlRules {
    let mut checker = Checker {
        sink,
        element: "",
        local: "",
        depth: 0,
        paragraph: 0,
        namespace: Namespace::Unsaid,
        prefixes: Vec::new(),
        ids: Ids::default(),
        rules: HtmlRules { allowed: true, content: false },
    };
    if has_open_direction(div) {
        checker.warn(0, "a direction of writing is switched and never switched back", "end it, or remove it", "");
    }
    if let Err(broken) = scan(div, |at, event| checker.event(at, event)) {
        checker.error(
            broken.at,
            broken.message,
            "write XHTML as XML: each tag closed, `<` and `&` as `&lt;` and `&amp;`",
            "",
        );
        checker.rules = HtmlRules { allowed: false, content: false };
    }
    if checker.ids.suspect {
        checker.doubles(div);
    }
    checker.rules
}

/// What a start tag has said of its namespace so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Namespace {
    Unsaid,
    Xhtml,
    Other,
}

/// Whether an id may have been seen before: one bit for each of 256 values of a hash, so that a second look is rare.
#[derive(Default)]
struct Ids {
    seen: [u64; 4],
    suspect: bool,
}

impl Ids {
    fn add(&mut self, id: &str) {
        let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let bit = 1_u64 << (hash >> 8 & 63);
        if let Some(word) = self.seen.get_mut((hash >> 14 & 3) as usize) {
            self.suspect |= *word & bit != 0;
            *word |= bit;
        }
    }
}

struct Checker<'s, 'a> {
    sink: &'s mut dyn FnMut(NarrativeFault<'a>),
    /// The name of the tag that began, with prefix.
    element: &'a str,
    /// The same without prefix.
    local: &'a str,
    depth: usize,
    /// The depth of the outermost paragraph; 0 for none.
    paragraph: usize,
    namespace: Namespace,
    /// The prefixes that were declared for XHTML.
    prefixes: Vec<&'a str>,
    ids: Ids,
    rules: HtmlRules,
}

impl<'a> Checker<'_, 'a> {
    fn say(&mut self, severity: Severity, at: usize, message: &'static str, help: &'static str, value: &'a str) {
        (self.sink)(NarrativeFault { code: Code::Narrative, severity, message, help, value, at });
    }

    fn error(&mut self, at: usize, message: &'static str, help: &'static str, value: &'a str) {
        self.say(Severity::Error, at, message, help, value);
    }

    fn warn(&mut self, at: usize, message: &'static str, help: &'static str, value: &'a str) {
        self.say(Severity::Warning, at, message, help, value);
    }

    fn event(&mut self, at: usize, event: Event<'a>) {
        match event {
            Event::Start(name) => self.start(at, name),
            Event::Attribute(name, value) => self.attribute(at, name, value),
            Event::Opened => self.opened(at),
            Event::End => {
                if self.paragraph == self.depth {
                    self.paragraph = 0;
                }
                self.depth = self.depth.saturating_sub(1);
            }
            Event::Content => self.rules.content = true,
            Event::Doctype => {
                self.rules.allowed = false;
                self.error(at, "a document type in a narrative", "remove the DOCTYPE", "");
            }
            Event::Entity(name) => self.error(
                at,
                "an entity that XML does not have",
                "write the character itself or its number, as in `&#160;`",
                name,
            ),
            Event::Lax(message) => {
                self.warn(at, message, "write XHTML as XML, or other readers will refuse the resource", "");
            }
        }
    }

    fn start(&mut self, at: usize, name: &'a str) {
        self.element = name;
        self.namespace = Namespace::Unsaid;
        self.depth += 1;
        let name = local(name);
        self.local = name;
        let is_element = names::is_element(name);
        self.rules.allowed &= is_element;
        self.rules.content |= name == "img";
        if self.depth == 1 {
            if name != "div" {
                self.error(
                    at,
                    "a narrative is one div",
                    "put everything into `<div xmlns=\"http://www.w3.org/1999/xhtml\">`",
                    name,
                );
            }
            return;
        }
        if !is_element {
            self.error(
                at,
                "an element that a narrative may not have",
                "use the basic elements of text, lists and tables only",
                name,
            );
        }
        if self.paragraph > 0 && names::is_block(name) {
            self.error(at, "an element that may not stand in a paragraph", "end the paragraph before it", name);
        }
        if name == "p" && self.paragraph == 0 {
            self.paragraph = self.depth;
        }
    }

    fn attribute(&mut self, at: usize, name: &'a str, value: Option<&'a str>) {
        let element = self.local;
        let is_attribute = names::is_attribute(element, name);
        self.rules.allowed &= is_attribute;
        // What the root may have is txt-1's affair alone.
        if self.depth > 1 && !is_attribute {
            self.error(at, "an attribute that this element may not have in a narrative", "remove it", name);
        }
        let Some(value) = value else { return };
        match name {
            "xmlns" => self.namespace = if value == XHTML { Namespace::Xhtml } else { Namespace::Other },
            "id" => self.ids.add(value),
            "href" if element == "a" => self.url(at, value),
            "src" if element == "img" => self.url(at, value),
            "href" | "src" | "cite" | "longdesc" => self.script(at, value),
            _ => {
                if let Some(prefix) =
                    name.strip_prefix("xmlns:").filter(|_| value == XHTML && self.prefixes.len() < PREFIXES)
                {
                    self.prefixes.push(prefix);
                }
            }
        }
    }

    fn opened(&mut self, at: usize) {
        let prefix = self.element.get(..(self.element.len() - self.local.len()).saturating_sub(1)).unwrap_or_default();
        let namespace = match self.element.len() > self.local.len() {
            true if self.prefixes.contains(&prefix) => Namespace::Xhtml,
            true => Namespace::Other,
            false => self.namespace,
        };
        if namespace == Namespace::Other || (self.depth == 1 && namespace == Namespace::Unsaid) {
            self.error(
                at,
                "an element that is not in the namespace of XHTML",
                "write `xmlns=\"http://www.w3.org/1999/xhtml\"` at the div and no other",
                self.local,
            );
        }
    }

    /// The URL of a link or image.
    fn url(&mut self, at: usize, url: &'a str) {
        let fault = match url.strip_prefix("data:") {
            Some(data) => data_fault(data),
            None if url.is_empty() => Some("an empty URL"),
            // Nearly all URLs are of plain characters without references.
            None if url.bytes().all(is_plain_url_byte) => None,
            None if decoded(url).all(is_url_character) => None,
            None => Some("a URL with characters that no URL has"),
        };
        match fault {
            Some(message) => self.error(
                at,
                message,
                "correct the URL: blanks are `%20`, data is `data:image/png;base64,` and base64",
                url,
            ),
            None => self.script(at, url),
        }
    }

    fn script(&mut self, at: usize, url: &'a str) {
        // Without a colon, or a reference that may be one, there is no scheme.
        if !url.bytes().any(|byte| matches!(byte, b':' | b'&')) {
            return;
        }
        let scheme = |name: &str| {
            let mut characters = decoded(url).skip_while(|character| *character <= ' ');
            name.chars()
                .all(|wanted| characters.next().is_some_and(|character| character.eq_ignore_ascii_case(&wanted)))
        };
        if scheme("javascript:") || scheme("vbscript:") {
            self.warn(at, "a link that runs a script", "remove it: narratives may not do anything", url);
        }
    }

    /// Tells the ids that stand twice, by sorting them.
    fn doubles(&mut self, div: &'a str) {
        let mut ids = Vec::new();
        let _ = scan(div, |_, event| {
            if let Event::Attribute("id", Some(id)) = event {
                ids.push(id);
            }
        });
        ids.sort_unstable();
        let mut last = None;
        for pair in ids.windows(2) {
            if let [first, second] = pair
                && first == second
                && last != Some(*first)
            {
                last = Some(*first);
                self.warn(0, "an id that stands twice", "give each element its own id", first);
            }
        }
    }
}

/// What is wrong with the part of a data URL after `data:`.
fn data_fault(data: &str) -> Option<&'static str> {
    let (kind, data) = data.split_once(',').filter(|(_, data)| !data.is_empty()).unwrap_or((data, ""));
    if data.is_empty() {
        return Some("a data URL without data");
    }
    if data.trim_end_matches(',').contains(',') {
        return Some("a data URL with a comma in its data");
    }
    let Some(kind) = kind.strip_suffix(";base64").filter(|_| base64::is_countable(data)) else {
        return Some("a data URL whose data is not base64");
    };
    if mime::is_plain(kind.trim()) { None } else { Some("a data URL without a sound media type") }
}

fn is_url_character(character: char) -> bool {
    character.is_alphanumeric() || ";?:@&=+$.,/%-_~#[]!'()*|".contains(character)
}

/// Whether a byte is such a character by itself, and no `&`, with which a reference might begin.
fn is_plain_url_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b';' | b'?' | b':' | b'@' | b'=' | b'+' | b'$' | b'.' | b',' | b'/' | b'%' | b'-' | b'_' | b'~' | b'#'
        )
}
