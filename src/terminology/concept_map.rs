//! A FHIR ConceptMap (R4) as a lexicon: its source codes and their displays are phrases of any domain, and codes to translate.
//!
//! Only targets that mean the same are taken: equivalence `equal` or `equivalent`. A wider or narrower target would
//! change what the case says; it is reported and left out.

use super::coding::Coding;
use super::lexicon::Lexicon;
use super::systems;
use crate::instance::{NodeRef, parse_json};
use crate::issue::{Code, Issue, Issues, Severity};

pub(super) fn read(text: &str, source: u16, lexicon: &mut Lexicon, issues: &mut Issues) {
    let Some(document) = parse_json(text, source, issues) else { return };
    let Some(root) = document.root() else { return };
    if root.get("resourceType").and_then(|node| node.as_str()) != Some("ConceptMap") {
        let issue =
            Issue::new(Code::BadLexiconRow, "a lexicon in JSON is a FHIR ConceptMap, and this is none").at(root.span());
        issues.add(issue.help("give a ConceptMap, or a CSV table with the columns domain,texts,system,code"));
        return;
    }
    for group in children(root, "group") {
        let from = text_of(group, "source").unwrap_or_default();
        let Some(to) = text_of(group, "target").and_then(|uri| systems::find(&uri)) else {
            let issue = Issue::new(Code::BadLexiconRow, "the group names no target code system").at(group.span());
            issues.add(issue.help("add `target` with the code system's URI"));
            continue;
        };
        for element in children(group, "element") {
            for target in children(element, "target") {
                let Some(code) = text_of(target, "code") else { continue };
                let equivalence = text_of(target, "equivalence").unwrap_or_default();
                let refused = match equivalence.as_str() {
                    "equal" | "equivalent" => {
                        to.check(&code).err().map(|reason| format!("this is not a code of {}: {reason}", to.title))
                    }
                    _ => Some("the target does not mean the same as its source".to_owned()),
                };
                if let Some(message) = refused {
                    let mut issue = Issue::new(Code::BadLexiconRow, message).at(target.span());
                    // A map with wider targets among others is a sound map; only those rows are of no use here.
                    issue.severity = Severity::Warning;
                    issues.add(issue.help("only targets with the equivalence `equal` or `equivalent` are used"));
                    continue;
                }
                let coding = Coding {
                    system: to.uri.clone(),
                    code: to.canonical(&code),
                    version: None,
                    display: text_of(target, "display"),
                };
                if let Some(code) = text_of(element, "code") {
                    lexicon.add_phrase("*", &code, coding.clone());
                    lexicon.add_translation(&from, &code, coding.clone());
                }
                if let Some(display) = text_of(element, "display") {
                    lexicon.add_phrase("*", &display, coding);
                }
            }
        }
    }
}

fn text_of(node: NodeRef<'_>, name: &str) -> Option<String> {
    node.get(name).and_then(|node| node.as_str()).map(str::to_owned)
}

fn children<'n>(node: NodeRef<'n>, name: &str) -> Vec<NodeRef<'n>> {
    node.get(name).map(|list| list.children().collect()).unwrap_or_default()
}
