//! What can be said about an input: issues with a stable code, a place, a message and a remedy.
//!
//! Data only; how issues look is `render`'s affair. A message never repeats a value of the case: values belong to
//! patients, and messages end in logs. The value that an issue is about is kept apart ([`Issue::value`]) and shown
//! only to a user who asks for it.

mod code;
mod span;

pub use code::{Code, Severity};
pub use span::{Place, Source, SourceMap, Span};

/// One finding about an input or an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The stable code.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// Where in the source it arose; `None` where no place exists (an empty file, say).
    pub span: Option<Span>,
    /// The path of what it concerns: in the case (`cancers[0].site`) or in the output (`Condition.bodySite`); may be empty. What is
    /// wrong with a member's name or number concerns its holder: the span is the member's, the path is the holder's.
    pub path: String,
    /// What is wrong, without any value of the case.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The value of the case that it is about. Patients' data: shown on request only.
    pub value: Option<String>,
}

impl Issue {
    /// An issue of the code's own severity.
    #[must_use]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            span: None,
            path: String::new(),
            message: message.into(),
            help: String::new(),
            value: None,
        }
    }

    /// The same issue at this place of the source.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = (span != Span::EMPTY).then_some(span);
        self
    }

    /// The same issue with the path of what it concerns.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// The same issue with a remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The same issue with the value it is about, which is shown only on request.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }
}

/// The issues of one run, in the order in which they arose.
#[derive(Clone, Debug, Default)]
pub struct Issues {
    list: Vec<Issue>,
}

impl Issues {
    /// Adds one.
    pub fn add(&mut self, issue: Issue) {
        self.list.push(issue);
    }

    /// Forgets all but the first so many.
    pub fn truncate(&mut self, count: usize) {
        self.list.truncate(count);
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Issue> {
        self.list.iter()
    }

    /// How many there are of this severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.list.iter().filter(|issue| issue.severity == severity).count()
    }

    /// Whether any is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|issue| issue.severity == Severity::Error)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Puts them in the order of their places; those without a place come last.
    pub fn sort_by_place(&mut self) {
        self.list.sort_by_key(|issue| issue.span.map_or((u16::MAX, u32::MAX), |span| (span.source, span.start)));
    }

    /// Takes over the issues of another run.
    pub fn extend(&mut self, other: Issues) {
        self.list.extend(other.list);
    }
}

impl IntoIterator for Issues {
    type Item = Issue;
    type IntoIter = std::vec::IntoIter<Issue>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

impl<'a> IntoIterator for &'a Issues {
    type Item = &'a Issue;
    type IntoIter = std::slice::Iter<'a, Issue>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
