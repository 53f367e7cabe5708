//! Whether a resource holds to FHIR's definitions: a stand-in with the doors of the real room, which takes its place.

use std::sync::Arc;

use crate::definition::Library;
use crate::instance::{Document, Kind, NodeRef};
use crate::issue::{Code, Issue, Issues};

/// What a caller asks for beside the definitions.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Profiles that the resource must hold to, beside those that it names itself.
    pub profiles: &'a [String],
    /// Whether texts that look like scripts are errors.
    pub security_checks: bool,
    /// How many issues are kept for a document.
    pub max_issues: usize,
}

impl Default for Request<'_> {
    /// No further profile, no security checks, a thousand issues.
    fn default() -> Self {
        Self { profiles: &[], security_checks: false, max_issues: 1000 }
    }
}

/// Compiled definitions, made once and shared by all threads.
#[derive(Debug)]
pub struct Validator {
    #[expect(dead_code, reason = "the stand-in asks no definition")]
    library: Arc<Library>,
}

impl Validator {
    /// A validator over these definitions.
    #[must_use]
    pub fn new(library: Arc<Library>) -> Self {
        Self { library }
    }

    /// The memory for validating document after document in one thread.
    #[must_use]
    pub fn session(&self) -> Session<'_> {
        Session { _validator: self }
    }
}

/// The memory of a thread that validates; see [`Validator::session`].
#[derive(Debug)]
pub struct Session<'v> {
    _validator: &'v Validator,
}

impl Session<'_> {
    /// Validates one document and reports what is wrong with it.
    pub fn validate(&mut self, document: &Document, request: &Request<'_>, issues: &mut Issues) {
        let Some(root) = document.root() else { return };
        let kind = root.get("resourceType").and_then(|node| node.as_str());
        if !kind.is_some_and(|kind| kind.starts_with(|first: char| first.is_ascii_uppercase())) {
            let issue = Issue::new(Code::UnknownResourceType, "this is no resource of FHIR R4").at(root.span());
            issues.add(issue.help("give it a resourceType"));
            return;
        }
        let mut found = Vec::new();
        look(root, kind.unwrap_or_default().to_owned(), &mut found);
        let dropped = found.len().saturating_sub(request.max_issues);
        for issue in found.into_iter().take(request.max_issues) {
            issues.add(issue);
        }
        if dropped > 0 {
            issues.add(Issue::new(Code::TooManyIssues, format!("{dropped} more issues are not shown")));
        }
    }
}

fn look(node: NodeRef<'_>, path: String, found: &mut Vec<Issue>) {
    match node.kind() {
        Kind::Object => {
            for child in node.children() {
                let inner = format!("{path}.{}", child.key());
                if child.key() == "nonsense" {
                    let issue = Issue::new(Code::UnknownMember, "there is no such member here");
                    found.push(issue.at(child.key_span()).path(inner.clone()).value(child.text()).help("take it out"));
                }
                look(child, inner, found);
            }
        }
        Kind::Array => {
            for (index, child) in node.children().enumerate() {
                look(child, format!("{path}[{index}]"), found);
            }
        }
        Kind::String if node.text().is_empty() => {
            found.push(Issue::new(Code::Empty, "FHIR has no empty texts").at(node.span()).path(path));
        }
        _ => {}
    }
}
