//! What must hold of a value by its type, beyond the definitions: codings, quantities, references, narratives, attachments, extensions.

use super::super::location::Frame;
use super::super::plan::{Nature, ObjectPlan};
use super::super::walk::{Scope, Walk};
use super::attachment::{self, Attachment};
use super::narrative::Mark;
use super::primitive::{self, JsonKind, Primitive, Rules};
use super::{coded, narrative, text};
use crate::instance::{Kind, NodeId};
use crate::issue::{Code, Severity};

/// How many years from now a date may lie before it is taken for mistyped, as in HL7's validator.
const YEARS_AHEAD: u16 = 80;

/// Checks an object by its nature.
pub(crate) fn check<'v>(
    walk: &mut Walk<'_, 'v, '_>,
    node: NodeId,
    object: &'v ObjectPlan,
    frame: &Frame<'_>,
    scope: &Scope,
) {
    match object.nature {
        Nature::Coding => coded::coding(walk, node, frame),
        Nature::Quantity => coded::unit(walk, node, frame),
        Nature::Extension => extension(walk, node, frame),
        Nature::Identifier => identifier(walk, node, frame),
        Nature::Attachment => attachment(walk, node, frame),
        Nature::Reference => super::reference::form(walk, node, frame, scope),
        _ => {}
    }
}

/// An extension has a value or extensions, and not both (ext-1).
fn extension(walk: &mut Walk<'_, '_, '_>, node: NodeId, frame: &Frame<'_>) {
    let words = walk.session.validator.words();
    let document = walk.document;
    let inner = walk.child(node, words.extension).is_some();
    let value = document.children(node).any(|member| document.key(member).trim_start_matches('_').starts_with("value"));
    if inner == value {
        walk.fault(Code::Invariant, frame, node, |fault| {
            fault.message("ext-1: an extension must have either a value or extensions, and not both")
        });
    }
}

/// A primitive's value by its type's form.
pub(crate) fn primitive(walk: &mut Walk<'_, '_, '_>, primitive: Primitive, node: NodeId, frame: &Frame<'_>) {
    let document = walk.document;
    let (kind, value) = match document.kind(node) {
        Kind::String => {
            let value = document.text(node);
            let is_text = matches!(primitive, Primitive::String | Primitive::Markdown);
            if is_text && document.is_plain(node) && text::is_unremarkable(value) {
                return;
            }
            (JsonKind::String, value)
        }
        Kind::Number => (JsonKind::Number, document.text(node)),
        Kind::Bool(true) => (JsonKind::Bool, "true"),
        Kind::Bool(false) => (JsonKind::Bool, "false"),
        // A list in place of a value was told where the element is.
        Kind::Null | Kind::Array => return,
        Kind::Object => {
            walk.fault(Code::WrongJsonType, frame, node, |fault| {
                fault.message("a primitive value must not be an object").help("write the value itself")
            });
            return;
        }
    };
    let last_year = u16::try_from(walk.request.now.year).unwrap_or_default().saturating_add(YEARS_AHEAD);
    let rules = Rules { last_year, ..walk.session.validator.rules() };
    if let Err(found) = primitive::check(primitive, kind, value, rules) {
        walk.fault_of(found.code, found.severity, frame, node, |fault| {
            fault.message(found.message).help(found.help).value(value)
        });
        return;
    }
    match primitive {
        Primitive::Xhtml => xhtml(walk, value, node, frame),
        // What has a definition is there, whatever its name.
        Primitive::Uri | Primitive::Url
            if walk.request.refuse_example_addresses && is_example(value) && walk.session.find(value).is_none() =>
        {
            walk.fault(Code::ExampleAddress, frame, node, |fault| {
                fault.message("an address of examples leads nowhere").help("write the address itself").value(value)
            });
        }
        Primitive::String if text::looks_like_html(value) => {
            let severity = if walk.request.security_checks { Severity::Error } else { Severity::Warning };
            walk.fault_of(Code::EmbeddedHtml, severity, frame, node, |fault| {
                fault.message("the text looks like HTML, which may run where it is shown").help("write plain text")
            });
        }
        Primitive::Markdown if text::markdown_has_html(value) => {
            walk.fault_of(Code::EmbeddedHtml, Severity::Warning, frame, node, |fault| {
                let message = "the Markdown has what looks like HTML, which readers show as it is written";
                fault.message(message).help("write Markdown, or escape the `<`")
            });
        }
        _ => {}
    }
}

/// Whether an address is on one of the hosts that HL7's validator knows as those of examples.
pub(super) fn is_example(address: &str) -> bool {
    ["example.org", "acme.com"].iter().any(|host| address.contains(host))
}

fn xhtml(walk: &mut Walk<'_, '_, '_>, div: &str, node: NodeId, frame: &Frame<'_>) {
    let seen = narrative::first_look(div);
    if seen.is_none() {
        judge(walk, div, node, frame);
    }
    if seen.unwrap_or_else(|| div.as_bytes().contains(&b'#')) {
        links(walk, div, node, frame);
    }
    // The narrative's holder is the resource.
    let words = walk.session.validator.words();
    let resource = frame.parent.and_then(|text| text.parent);
    if let Some(language) = resource.and_then(|resource| walk.text_of(resource.node, words.language)) {
        narrative::check_language(language, div, &mut |found| {
            walk.fault_of(found.code, found.severity, frame, node, |fault| {
                fault.message(found.message).help(found.help).value(found.value)
            });
        });
    }
}

/// A narrative that the first look has not seen through. txt-1 and txt-2 are said after the faults.
fn judge(walk: &mut Walk<'_, '_, '_>, div: &str, node: NodeId, frame: &Frame<'_>) {
    let rules = narrative::judge(div, &mut |found| {
        walk.fault_of(found.code, found.severity, frame, node, |fault| {
            fault.message(found.message).help(found.help).value(found.value)
        });
    });
    if !rules.allowed {
        walk.fault(Code::Invariant, frame, node, |fault| {
            fault.message("txt-1: a narrative has only the elements and attributes of HTML that format text")
        });
    }
    if !rules.content {
        walk.fault(Code::Invariant, frame, node, |fault| {
            fault.message("txt-2: a narrative has something to read in it, or an image")
        });
    }
}

/// Links inside of the narrative lead to something in it, or to a contained resource.
fn links(walk: &mut Walk<'_, '_, '_>, div: &str, node: NodeId, frame: &Frame<'_>) {
    let (mut ids, mut fragments) = (Vec::new(), Vec::new());
    narrative::marks(div, &mut |mark| match mark {
        Mark::Id(id) => ids.push(id),
        Mark::Fragment(fragment) => fragments.push(fragment),
    });
    ids.sort_unstable();
    for fragment in fragments {
        let is_there =
            fragment.is_empty() || ids.binary_search(&fragment).is_ok() || is_resource(walk, frame, fragment);
        if !is_there {
            walk.fault_of(Code::Narrative, Severity::Warning, frame, node, |fault| {
                fault.message("a link leads to nothing in the narrative").help("give the place its id").value(fragment)
            });
        }
    }
}

/// Whether a resource around the narrative has this id, or contains one that does.
fn is_resource(walk: &Walk<'_, '_, '_>, frame: &Frame<'_>, id: &str) -> bool {
    let words = walk.session.validator.words();
    let mut at = Some(frame);
    while let Some(here) = at {
        if walk.text_of(here.node, words.id) == Some(id) || walk.contained_by_id(here.node, id).is_some() {
            return true;
        }
        at = here.parent;
    }
    false
}

/// An identifier of the system `urn:ietf:rfc:3986` is a URI (FHIR R4, Datatypes, Identifier).
fn identifier(walk: &mut Walk<'_, '_, '_>, node: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let system = walk.text_of(node, words.system);
    let is_whole = |system: &str| ["http:", "https:", "urn:"].iter().any(|scheme| system.starts_with(scheme));
    if let Some(system) = system.filter(|system| !is_whole(system)) {
        walk.fault(Code::PrimitiveForm, frame, node, |fault| {
            let message = "the system of an identifier must be a whole URI";
            fault.message(message).help("write https://…, urn:oid:… or urn:uuid:…").value(system)
        });
    }
    let of_uris = system == Some("urn:ietf:rfc:3986");
    let Some(value) = walk.text_of(node, words.value).filter(|_| of_uris) else { return };
    if !super::uri::is_absolute(value) {
        walk.fault(Code::PrimitiveForm, frame, node, |fault| {
            let message = "an identifier of the system urn:ietf:rfc:3986 must be a whole URI, with its scheme";
            fault.message(message).help("write urn:oid:…, urn:uuid:… or https://…").value(value)
        });
    }
}

fn attachment(walk: &mut Walk<'_, '_, '_>, node: NodeId, frame: &Frame<'_>) {
    let words = *walk.session.validator.words();
    let document = walk.document;
    let found = Attachment {
        content_type: walk.text_of(node, words.content_type),
        has_language: walk.child(node, words.language).is_some(),
        data: walk.text_of(node, words.data),
        has_url: walk.child(node, words.url).is_some(),
        size: walk.child(node, words.size).map(|size| document.text(size)),
        hash: walk.text_of(node, words.hash),
    };
    attachment::check(&found, &mut |found| {
        walk.fault_of(found.code, found.severity, frame, node, |fault| fault.message(found.message).help(found.help));
    });
}
