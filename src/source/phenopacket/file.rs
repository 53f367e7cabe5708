//! File: a document that stays where it is.
//!
//! | phenopacket | case |
//! | --- | --- |
//! | uri | document.url |
//! | fileAttributes.description | document.description |
//! | fileAttributes.fileFormat and others | document.detail |
//! | individualToFileIdentifiers | document.note |

use crate::case::read::{At, Many};
use crate::case::{Concept, Document, Link};
use crate::instance::{Kind, NodeRef};
use crate::issue::Code;

use super::individual::detail;
use super::message::Packet;

pub(super) fn read<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, specimen: Option<&Link>) -> Option<Document> {
    let at = At(node.span());
    let url = packet.text(node, "uri");
    let (mut description, mut details, mut note) = (None, Vec::new(), Vec::new());
    if let Some(attributes) = packet.message(node, "fileAttributes") {
        for (name, value) in pairs(packet, attributes) {
            if name == "description" {
                description = Some(value);
            } else {
                details.push(detail(&name, Concept::of_text(value, at)));
            }
        }
        note.extend(packet.rest(attributes));
    }
    if let Some(names) = packet.message(node, "individualToFileIdentifiers") {
        let pairs = pairs(packet, names);
        note.extend(pairs.into_iter().map(|(individual, name)| format!("{individual} is {name} in the file")));
        note.extend(packet.rest(names));
    }
    note.extend(packet.rest(node));
    let Some(url) = url else {
        packet.fault(Code::MissingField, node, "the member `uri` is missing here", "add the address of the file");
        return None;
    };
    let key = Some(packet.keys.give("file", &url, at));
    let specimen = specimen.cloned();
    Some(Document {
        key,
        url,
        kind: None,
        description,
        date: None,
        specimen,
        detail: Many(details),
        note: Many(note),
        at,
    })
}

/// The members of a map from text to text.
fn pairs<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>) -> Vec<(String, String)> {
    let texts = node.children().filter(|child| child.kind() == Kind::String);
    let texts: Vec<_> = texts.collect();
    texts.into_iter().filter_map(|child| Some((child.key().to_owned(), packet.text_of(child)?))).collect()
}
