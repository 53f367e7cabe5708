//! Local keys, and the links that name them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::read::{At, Read, Reader};
use crate::instance::NodeRef;
use crate::issue::Code;

/// The name of an item within its case: what links point to, and what the item's id is made of, so that it stays the
/// same when other items come, go or move. No blanks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The name itself.
    pub name: String,
    /// Where it stands.
    pub at: KeyAt,
}

/// Where a key stands; all places are equal, in hashes too.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyAt(pub At);

impl PartialEq for KeyAt {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for KeyAt {}

impl std::hash::Hash for KeyAt {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

/// A link to the item that has this key.
pub type Link = Key;

impl Read for Key {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let name = String::read(node, reader)?;
        if name.chars().any(char::is_whitespace) {
            let help = "write it without, say `right-neck-mass`";
            reader.fault(Code::BadText, node.span(), "a key holds no blanks", help);
            return None;
        }
        Some(Self { name, at: KeyAt(At(node.span())) })
    }
}

impl JsonSchema for Key {
    fn schema_name() -> Cow<'static, str> {
        "Key".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The name of an item within its case; other items link to it by this name.",
            "type": ["string", "number"],
            "pattern": r"^\S+$"
        })
    }
}
