//! Cohort: its members are cases, each read by itself with what the cohort says of all.
//!
//! | phenopacket | case |
//! | --- | --- |
//! | id, description | source.note |
//! | members | the cases |
//! | files | documents, of each case |
//! | metaData | prefixes and source, of each case |

use std::sync::Arc;

use super::message::Packet;
use super::{finish, is_version_two, meta_data, phenopacket};
use crate::case::Case;
use crate::case::read::At;
use crate::instance::{Document, Kind, NodeId, NodeRef};
use crate::issue::{Issues, Source, SourceMap};

/// A cohort of several members.
#[derive(Debug)]
pub(in crate::source) struct Cohort {
    document: Document,
    source: Arc<Source>,
    members: Vec<NodeId>,
}

/// The members of a cohort, where a document is one.
pub(in crate::source) fn members(document: &Document) -> Option<Vec<NodeId>> {
    let members = document.root()?.get("members").filter(|members| members.kind() == Kind::Array)?;
    Some(members.children().map(|member| member.id()).collect())
}

impl Cohort {
    /// A cohort of which the document was read from this source, as the first of its map.
    pub(in crate::source) fn new(document: Document, source: Arc<Source>, members: Vec<NodeId>) -> Self {
        Self { document, source, members }
    }

    /// How many members it has.
    pub(in crate::source) fn len(&self) -> usize {
        self.members.len()
    }

    /// Where a member stands.
    pub(in crate::source) fn place(&self, index: usize) -> Option<(Arc<str>, usize)> {
        let mut sources = SourceMap::default();
        sources.share(Arc::clone(&self.source));
        let span = self.document.node_ref(*self.members.get(index)?).span();
        sources.place(span).map(|place| (Arc::from(place.file), place.line))
    }

    /// The text that a member is made of; what the cohort says of all goes with the first.
    pub(in crate::source) fn texts(&self, index: usize, mut each: impl FnMut(&str)) {
        let Some(span) = self.members.get(index).map(|member| self.document.node_ref(*member).span()) else { return };
        let (start, end) = (span.start as usize, span.end as usize);
        let text = self.source.text();
        each(text.get(start..end).unwrap_or_default());
        if index == 0 {
            each(text);
        }
    }

    /// Reads a member.
    pub(in crate::source) fn read(&self, index: usize, sources: &mut SourceMap, issues: &mut Issues) -> Option<Case> {
        sources.share(Arc::clone(&self.source));
        let root = self.document.root()?;
        let member = self.document.node_ref(*self.members.get(index)?);
        let mut packet = Packet::of_member(&self.document, issues, root.get("members")?, member);
        let is_sound = packet.is_message(root) && packet.is_message(member);
        if !is_sound || !is_version_two(&mut packet, root) || !is_version_two(&mut packet, member) {
            return None;
        }
        let case = member_of(&mut packet, root, member);
        Some(finish(packet, case))
    }
}

/// Reads the member of a cohort.
pub(super) fn member_of<'n>(packet: &mut Packet<'n, '_>, root: NodeRef<'n>, member: NodeRef<'n>) -> Case {
    packet.take(root, "members");
    let own_moment = member.get("metaData").and_then(|meta| meta.get("created")).is_some();
    let created = root.get("metaData").and_then(|meta| meta.get("created")).and_then(|created| created.as_str());
    let created = created.filter(|_| own_moment).map(|moment| format!("created {moment}"));
    meta_data::prefixes(packet, member);
    meta_data::prefixes(packet, root);
    let mut case = phenopacket(packet, member);
    meta_data::read(packet, root, &mut case);
    for node in packet.messages(root, "files") {
        case.documents.0.extend(super::file::read(packet, node, None));
    }
    let names = [packet.text(root, "id"), packet.text(root, "description")];
    let source = case.source.get_or_insert_with(|| meta_data::blank(At(root.span())));
    source.note.0.extend(names.into_iter().chain([created]).flatten().map(|name| format!("Of the cohort: {name}")));
    case
}
