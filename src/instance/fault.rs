//! What can be wrong with JSON, each with a place, a message and a remedy.

use crate::issue::{Code, Issue, Span};

/// The first thing that is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) at: usize,
    code: Code,
    message: &'static str,
    help: &'static str,
}

impl Fault {
    pub(super) const fn new(at: usize, code: Code, message: &'static str, help: &'static str) -> Self {
        Self { at, code, message, help }
    }

    /// Text outside JSON's grammar. Comments come to light wherever something else belongs, so they are looked for here.
    pub(super) fn grammar(bytes: &[u8], at: usize, message: &'static str, help: &'static str) -> Self {
        match bytes.get(at..).unwrap_or_default() {
            [b'/', b'/' | b'*', ..] => Self::new(
                at,
                Code::UnreadableJson,
                "a comment stands here, and JSON has none",
                "remove the comment, or keep the text in a member of its own",
            ),
            [0xEF, 0xBB, 0xBF, ..] => Self::new(
                at,
                Code::UnreadableJson,
                "a byte order mark stands inside the text",
                "remove it; joining files often leaves one",
            ),
            _ => Self::new(at, Code::UnreadableJson, message, help),
        }
    }

    pub(super) fn issue(self, source: u16) -> Issue {
        let at = u32::try_from(self.at).unwrap_or(u32::MAX);
        Issue::new(self.code, self.message).at(Span::new(source, at, at)).help(self.help)
    }
}
