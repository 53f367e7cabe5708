//! How a case is read from a document: one trait, and two macros that keep the fields of a type, its reader and its JSON Schema the
//! same thing.
//!
//! Reading goes on after a fault, so that one run reports them all. A type that cannot be read gives `None` after it
//! has said why; whoever asked leaves the field out and goes on. Unknown fields are faults (a misspelt `laterality` that was
//! dropped in silence would be a lost fact), and the nearest name is suggested.

use crate::instance::{Kind, NodeRef};
use crate::issue::{Code, Issue, Issues, Span};

/// Where in its source a value stood. All places are equal: a case read from YAML equals the same case from JSON.
#[derive(Clone, Copy, Debug, Default)]
pub struct At(pub Span);

impl PartialEq for At {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for At {}

/// A value that can be read from a node of a document.
pub trait Read: Sized {
    /// Reads the node; `None` after its faults were reported.
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self>;
}

#[derive(Clone, Copy)]
enum Step {
    Field(&'static str),
    Item(usize),
}

/// Where reading stands, and where faults go.
pub struct Reader<'i> {
    issues: &'i mut Issues,
    path: Vec<Step>,
}

impl<'i> Reader<'i> {
    /// A reader that reports to these issues.
    pub fn new(issues: &'i mut Issues) -> Self {
        Self { issues, path: Vec::new() }
    }

    /// Reports a fault at this place, under the path that is being read.
    pub fn fault(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let path = self.path();
        self.issues.add(Issue::new(code, message).at(span).path(path).help(help));
    }

    /// Reports that a node has another shape than the field takes.
    pub fn wrong_shape(&mut self, node: NodeRef<'_>, wanted: &str) {
        let found = match node.kind() {
            Kind::Null => "nothing",
            Kind::Bool(_) => "true or false",
            Kind::Number => "a number",
            Kind::String => "a text",
            Kind::Array => "a list",
            Kind::Object => "a mapping",
        };
        self.fault(
            Code::WrongShape,
            node.span(),
            format!("{found} stands where {wanted} belongs"),
            format!("write {wanted}"),
        );
    }

    /// Sorts an object's members into the slots of the fields they belong to, and reports those that belong to none.
    /// `false` where the node is no object.
    pub fn members<'n>(
        &mut self,
        node: NodeRef<'n>,
        fields: &[&'static str],
        slots: &mut [Option<NodeRef<'n>>],
    ) -> bool {
        if node.kind() != Kind::Object {
            self.wrong_shape(node, &format!("a mapping with the fields {}", listed(fields)));
            return false;
        }
        for member in node.children() {
            let Some(slot) = fields.iter().position(|field| *field == member.key()).and_then(|at| slots.get_mut(at))
            else {
                let help = match nearest(member.key(), fields) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => format!("the fields here are {}", listed(fields)),
                };
                let message = match shown_name(member.key()) {
                    Some(name) => format!("there is no field `{name}` here"),
                    None => "there is no field of this name here".to_owned(),
                };
                self.fault(Code::UnknownField, member.key_span(), message, help);
                continue;
            };
            if slot.is_some() {
                let message = format!("the field `{}` stands here twice", member.key());
                self.fault(Code::DuplicateField, member.key_span(), message, "keep one of them");
                continue;
            }
            *slot = Some(member);
        }
        true
    }

    /// Reads a field that may be absent or null.
    pub fn optional<T: Read>(&mut self, field: &'static str, node: Option<NodeRef<'_>>) -> Option<T> {
        let node = node.filter(|node| node.kind() != Kind::Null)?;
        self.path.push(Step::Field(field));
        let value = T::read(node, self);
        self.path.pop();
        value
    }

    /// Reads a field that must be there; `parent` is the item that lacks it.
    pub fn required<T: Read>(
        &mut self,
        field: &'static str,
        node: Option<NodeRef<'_>>,
        parent: NodeRef<'_>,
    ) -> Option<T> {
        if node.is_none_or(|node| node.kind() == Kind::Null) {
            let place = node.map_or_else(|| head(parent), |node| node.key_span());
            let message = format!("the field `{field}` is missing here");
            self.fault(Code::MissingField, place, message, format!("add `{field}: …`"));
            return None;
        }
        self.optional(field, node)
    }

    /// Reads a field that holds one item or a list of them.
    pub fn many<T: Read>(&mut self, field: &'static str, node: Option<NodeRef<'_>>) -> Many<T> {
        let Some(node) = node.filter(|node| node.kind() != Kind::Null) else { return Many::default() };
        self.path.push(Step::Field(field));
        let mut items = Vec::new();
        if node.kind() == Kind::Array {
            for (index, child) in node.children().enumerate() {
                self.path.push(Step::Item(index));
                items.extend(T::read(child, self));
                self.path.pop();
            }
        } else {
            items.extend(T::read(node, self));
        }
        self.path.pop();
        Many(items)
    }

    /// Reads what stands in a field, by a function of one's own.
    pub(crate) fn within<T>(&mut self, field: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(Step::Field(field));
        let value = read(self);
        self.path.pop();
        value
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.path {
            match step {
                Step::Field(name) if path.is_empty() => path.push_str(name),
                Step::Field(name) => {
                    path.push('.');
                    path.push_str(name);
                }
                Step::Item(index) => path.push_str(&format!("[{index}]")),
            }
        }
        path
    }
}

/// A field's name as far as messages may repeat it: a name of the form that fields have. Anything else may be a value that slipped to
/// the wrong side of a colon, and values stay out of messages.
fn shown_name(name: &str) -> Option<&str> {
    let formed = name.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-'));
    (formed && (1..=30).contains(&name.len())).then_some(name)
}

/// The first line of a node, for faults that concern it as a whole.
fn head(node: NodeRef<'_>) -> Span {
    match node.children().next() {
        Some(child) if node.kind() == Kind::Object => child.key_span(),
        _ => node.span(),
    }
}

/// The known name most like a misspelt one, where one is near enough to be meant.
pub(crate) fn nearest<'n>(word: &str, names: &[&'n str]) -> Option<&'n str> {
    let word = word.to_lowercase().replace(['-', ' '], "_");
    let score = |name: &str| strsim::jaro_winkler(&word, &name.replace(['-', ' '], "_"));
    let best = names.iter().map(|name| (score(name), *name)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 >= 0.8).then_some(best.1)
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// One item or a list of them: a field with a single value needs no list in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Many<T>(pub Vec<T>);

impl<T> Default for Many<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> std::ops::Deref for Many<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'a, T> IntoIterator for &'a Many<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Many<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Many_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let one = generator.subschema_for::<T>();
        schemars::json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }

    fn _schemars_private_is_option() -> bool {
        true
    }
}

/// Defines a record of the case format: the type, its reader and its JSON Schema from one list of fields. A field is `required`,
/// `optional` (an `Option`) or `many` ([`Many`]: one or a list).
macro_rules! record {
    (@type required $type:ty) => { $type };
    (@type optional $type:ty) => { Option<$type> };
    (@type many $type:ty) => { $crate::case::read::Many<$type> };
    (@read required $type:ty, $field:expr, $slot:expr, $node:expr, $reader:expr) => {
        $reader.required::<$type>($field, $slot, $node)
    };
    (@read optional $type:ty, $field:expr, $slot:expr, $node:expr, $reader:expr) => {
        Some($reader.optional::<$type>($field, $slot))
    };
    (@read many $type:ty, $field:expr, $slot:expr, $node:expr, $reader:expr) => {
        Some($reader.many::<$type>($field, $slot))
    };
    ($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$field_meta:meta])* $need:ident $field:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, schemars::JsonSchema)]
        #[schemars(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: record!(@type $need $type),)*
            /// Where the item stands in its source.
            #[schemars(skip)]
            pub at: $crate::case::read::At,
        }

        impl $crate::case::read::Read for $name {
            fn read(
                node: $crate::instance::NodeRef<'_>,
                reader: &mut $crate::case::read::Reader<'_>,
            ) -> Option<Self> {
                const FIELDS: &[&str] = &[$(stringify!($field)),*];
                let mut slots = [None; FIELDS.len()];
                if !reader.members(node, FIELDS, &mut slots) {
                    return None;
                }
                let mut slots = slots.into_iter();
                $(let $field = record!(@read $need $type, stringify!($field), slots.next().flatten(), node, reader);)*
                Some(Self { $($field: $field?,)* at: $crate::case::read::At(node.span()) })
            }
        }
    };
}

/// Defines the words that a field knows, as the case writes them. Case and the choice of blank, `_` or `-` do not matter.
macro_rules! terms {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$term_meta:meta])* $variant:ident $term:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, schemars::JsonSchema)]
        pub enum $name { $($(#[$term_meta])* #[schemars(rename = $term)] $variant,)+ }

        impl $name {
            /// The word as the case format writes it.
            #[must_use]
            pub const fn term(self) -> &'static str {
                match self { $(Self::$variant => $term),+ }
            }
        }

        impl $crate::case::read::Read for $name {
            fn read(
                node: $crate::instance::NodeRef<'_>,
                reader: &mut $crate::case::read::Reader<'_>,
            ) -> Option<Self> {
                const TERMS: &[&str] = &[$($term),+];
                let index = $crate::case::read::read_term(node, TERMS, reader)?;
                [$(Self::$variant),+].get(index).copied()
            }
        }
    };
}

pub(crate) use {record, terms};

/// The position of the term that a node names.
pub(crate) fn read_term(node: NodeRef<'_>, terms: &[&'static str], reader: &mut Reader<'_>) -> Option<usize> {
    let Some(word) = node.as_str() else {
        reader.wrong_shape(node, &format!("one of {}", listed(terms)));
        return None;
    };
    let plain = word.trim().to_lowercase().replace(['_', ' '], "-");
    let found = terms.iter().position(|term| *term == plain);
    if found.is_none() {
        let help = match nearest(&plain, terms) {
            Some(term) => format!("did you mean `{term}`? The words here are {}", listed(terms)),
            None => format!("the words here are {}", listed(terms)),
        };
        reader.fault(Code::UnknownTerm, node.span(), "this word is not one of those that the field knows", help);
    }
    found
}

impl Read for String {
    /// A text: not empty, without control characters (FHIR R4, Datatypes, string). A number is taken by its characters.
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if !matches!(node.kind(), Kind::String | Kind::Number) {
            reader.wrong_shape(node, "a text");
            return None;
        }
        let text = node.text().trim();
        if text.is_empty() {
            reader.fault(Code::BadText, node.span(), "the text is empty", "write the text, or leave the field out");
            return None;
        }
        // FHIR R4, Datatypes, string: 1 MB at the most.
        if text.len() > 1024 * 1024 {
            reader.fault(Code::BadText, node.span(), "the text is longer than FHIR's 1,048,576 bytes", "shorten it");
            return None;
        }
        // XML, in which narratives are written, has no place for these either (XML 1.0, section 2.2).
        let unfit =
            |c: char| (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || matches!(c, '\u{FFFE}' | '\u{FFFF}');
        if text.chars().any(unfit) {
            let message = "the text holds control characters, which FHIR cannot carry";
            reader.fault(Code::BadText, node.span(), message, "remove them");
            return None;
        }
        Some(text.to_owned())
    }
}

impl Read for bool {
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        match node.kind() {
            Kind::Bool(value) => Some(value),
            _ => {
                reader.wrong_shape(node, "`true` or `false`");
                None
            }
        }
    }
}

impl Read for u32 {
    /// A count: a whole number from 0 to 2,147,483,647, FHIR's `unsignedInt`.
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let count = (node.kind() == Kind::Number).then(|| node.text().parse::<u32>().ok()).flatten();
        let count = count.filter(|count| i32::try_from(*count).is_ok());
        if count.is_none() {
            reader.wrong_shape(node, "a whole number from 0");
        }
        count
    }
}
