//! MetaData, Resource, Update.
//!
//! | phenopacket | case |
//! | --- | --- |
//! | created | case.recorded |
//! | createdBy | source.authors |
//! | externalReferences | source: the first as title, citation, DOI or URL; the others as notes |
//! | resources | the code systems of CURIEs and their versions; source.note |
//! | submittedBy, updates, phenopacketSchemaVersion | source.note |

use crate::case::read::{At, Many};
use crate::case::{Case, Citation, Date, Moment};
use crate::instance::NodeRef;
use crate::issue::Code;
use crate::terminology::systems;

use super::message::Packet;
use super::ontology::Resource;

/// Reads the prefixes; they must be known before any concept is read.
pub(super) fn prefixes<'n>(packet: &mut Packet<'n, '_>, holder: NodeRef<'n>) {
    let Some(node) = holder.get("metaData").or_else(|| holder.get("meta_data")) else { return };
    let resources = node.get("resources");
    for resource in resources.iter().flat_map(NodeRef::children) {
        let text = |name: &str, snake: &str| {
            let node = resource.get(name).or_else(|| resource.get(snake))?;
            node.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let Some(prefix) = text("namespacePrefix", "namespace_prefix") else { continue };
        if packet.prefixes.find(&prefix).is_none() {
            packet.prefixes.resources.push(Resource {
                prefix,
                url: text("url", "url"),
                iri_prefix: text("iriPrefix", "iri_prefix"),
                version: text("version", "version"),
            });
        }
    }
}

pub(super) fn read<'n>(packet: &mut Packet<'n, '_>, holder: NodeRef<'n>, case: &mut Case) {
    let Some(node) = packet.message(holder, "metaData") else { return };
    let source = case.source.get_or_insert_with(|| blank(At(node.span())));
    if let Some(created) = moment(packet, node, "created") {
        case.recorded.get_or_insert(Moment(created));
    }
    let mut note = Vec::new();
    source.authors.0.extend(packet.text(node, "createdBy"));
    note.extend(packet.text(node, "submittedBy").map(|name| format!("Submitted by {name}")));
    for reference in packet.messages(node, "externalReferences") {
        cite(packet, reference, source, &mut note);
    }
    for update in packet.messages(node, "updates") {
        let when = moment(packet, update, "timestamp").map(|date| date.as_str().to_owned());
        let by = packet.text(update, "updatedBy").map(|name| format!("by {name}"));
        let parts = [when, by, packet.text(update, "comment")].into_iter().flatten().chain(packet.rest(update));
        note.push(format!("Updated {}", parts.collect::<Vec<_>>().join(", ")));
    }
    for resource in packet.messages(node, "resources") {
        let members = ["namespacePrefix", "name", "version", "url", "iriPrefix", "id"];
        let texts = members.map(|name| packet.text(resource, name));
        let parts: Vec<String> = texts.into_iter().flatten().chain(packet.rest(resource)).collect();
        note.push(format!("Code system {}", parts.join(", ")));
    }
    note.extend(packet.text(node, "phenopacketSchemaVersion").map(|version| format!("Phenopacket schema {version}")));
    note.extend(packet.rest(node));
    source.note.0.extend(note);
}

/// A citation that says nothing yet.
pub(super) fn blank(at: At) -> Citation {
    Citation {
        title: None,
        authors: Many::default(),
        citation: None,
        doi: None,
        url: None,
        published: None,
        licence: None,
        note: Many::default(),
        at,
    }
}

fn moment<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, name: &str) -> Option<Date> {
    let member = packet.take(node, name)?;
    let text = packet.text_of(member)?;
    let date = Date::parse(&text).filter(Date::is_moment);
    if date.is_none() {
        let help = "write the moment with its zone, as in 2021-05-14T10:35:00Z";
        packet.fault(Code::BadDate, member, "this is no timestamp", help);
    }
    date
}

fn cite<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, source: &mut Citation, note: &mut Vec<String>) {
    let (id, url) = (packet.text(node, "id"), packet.text(node, "reference"));
    let title = packet.text(node, "description");
    let rest = packet.rest(node);
    let is_first = source.title.is_none() && source.citation.is_none() && source.doi.is_none() && source.url.is_none();
    if !is_first {
        let parts: Vec<String> = [id, url, title].into_iter().flatten().chain(rest).collect();
        note.push(format!("See also {}", parts.join(", ")));
        return;
    }
    let doi = id.as_ref().and_then(|id| id.strip_prefix("DOI:").or_else(|| id.strip_prefix("doi:")));
    source.doi = doi.map(|doi| doi.trim().to_owned());
    source.citation = id.filter(|_| source.doi.is_none());
    source.title = title;
    match url {
        Some(url) if systems::is_absolute_uri(&url) => source.url = Some(url),
        other => note.extend(other.map(|text| format!("Reference: {text}"))),
    }
    note.extend(rest);
}
