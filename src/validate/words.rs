//! The names that checks ask for by themselves, numbered once.

use crate::instance::{NameId, Names};

macro_rules! words {
    ($($field:ident $text:literal),+ $(,)?) => {
        /// The numbers of these names.
        #[derive(Clone, Copy, Debug)]
        #[allow(missing_docs, reason = "each is the name that it is called by")]
        pub struct Words { $(pub $field: NameId),+ }

        impl Words {
            /// Gives them their numbers.
            #[must_use]
            pub fn new(names: &Names) -> Self {
                Self { $($field: names.intern($text)),+ }
            }
        }
    };
}

words! {
    base_definition "baseDefinition",
    code "code",
    coding "coding",
    contained "contained",
    content_type "contentType",
    data "data",
    derivation "derivation",
    differential "differential",
    discriminator "discriminator",
    display "display",
    div "div",
    element "element",
    entry "entry",
    extension "extension",
    full_url "fullUrl",
    hash "hash",
    id "id",
    identifier "identifier",
    if_none_exist "ifNoneExist",
    language "language",
    last_updated "lastUpdated",
    link "link",
    meta "meta",
    method "method",
    mode "mode",
    modifier_extension "modifierExtension",
    ordered "ordered",
    parameter "parameter",
    part "part",
    path "path",
    profile "profile",
    reference "reference",
    relation "relation",
    request "request",
    resource "resource",
    resource_type "resourceType",
    response "response",
    rules "rules",
    search "search",
    section "section",
    security "security",
    size "size",
    slice_name "sliceName",
    slicing "slicing",
    snapshot "snapshot",
    status "status",
    system "system",
    text "text",
    type_ "type",
    unit "unit",
    url "url",
    value "value",
    version "version",
    version_id "versionId",
}
