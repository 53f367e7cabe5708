//! ValueSets and CodeSystems as far as validation needs them (FHIR R4, ValueSet, CodeSystem).

/// A value set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ValueSet {
    /// The canonical URL, without version.
    pub url: Box<str>,
    /// The business version; may be empty.
    pub version: Box<str>,
    /// What is in it (`compose.include`).
    pub include: Vec<Include>,
    /// What is not (`compose.exclude`).
    pub exclude: Vec<Include>,
    /// The codes of the expansion as pairs of system and code, where the package brings one that is complete.
    pub expansion: Vec<(Box<str>, Box<str>)>,
}

/// A part of a value set's definition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Include {
    /// The code system; empty where only value sets are named.
    pub system: Box<str>,
    /// The version of the code system; may be empty.
    pub version: Box<str>,
    /// The codes that are meant; empty with empty `filters` for the whole system.
    pub concepts: Vec<Concept>,
    /// What the codes that are meant have in common.
    pub filters: Vec<Filter>,
    /// Value sets of which all must hold the code.
    pub value_sets: Vec<Box<str>>,
}

/// A filter over a code system (`compose.include.filter`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The property: `concept`.
    pub property: Box<str>,
    /// The operation: `is-a`, `=`, `regex`.
    pub op: Box<str>,
    /// The value.
    pub value: Box<str>,
}

/// A code system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSystem {
    /// The canonical URL, without version.
    pub url: Box<str>,
    /// The business version; may be empty.
    pub version: Box<str>,
    /// Whether case counts in its codes.
    pub case_sensitive: bool,
    /// How much of it is here.
    pub content: Content,
    /// The canonical of the code system that it adds names to; empty for others.
    pub supplements: Box<str>,
    /// Its concepts, parents before their children.
    pub concepts: Vec<Concept>,
}

/// How much of a code system a package brings (`CodeSystem.content`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// `complete`
    Complete,
    /// `fragment`
    Fragment,
    /// `example`
    Example,
    /// `supplement`
    Supplement,
    /// `not-present`
    NotPresent,
}

/// A code with its names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concept {
    /// The code.
    pub code: Box<str>,
    /// The display; may be empty.
    pub display: Box<str>,
    /// Other names (`designation.value`).
    pub designations: Vec<Box<str>>,
    /// The row of its parent in [`CodeSystem::concepts`], where it has one.
    pub parent: Option<u32>,
    /// Properties that filters may ask for, `subsumedBy` and `parent` included.
    pub properties: Vec<Property>,
    /// Whether it is only a heading (`notSelectable`, `abstract`).
    pub is_abstract: bool,
    /// Whether its status property says that it is retired, deprecated or inactive.
    pub is_inactive: bool,
}

/// A property of a concept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Property {
    /// Its code.
    pub code: Box<str>,
    /// Its value as text.
    pub value: Box<str>,
}
