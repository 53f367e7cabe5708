//! An ElementDefinition of a snapshot as far as validation needs it (FHIR R4, ElementDefinition).

/// [`ElementDefinition::max`] where FHIR writes `*`.
pub const UNBOUNDED: u32 = u32::MAX;

/// One element of a snapshot or of a differential.
///
/// A differential leaves out what it does not change. There a member that is empty or `None` was not stated; for numbers and
/// flags [`ElementDefinition::given`] tells which ones were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ElementDefinition {
    /// The id: `Observation.category:us-core.coding`. Slices are told apart by it.
    pub id: Box<str>,
    /// The path: `Observation.category.coding`, `Observation.value[x]`.
    pub path: Box<str>,
    /// The name of the slice that the element defines; empty for others.
    pub slice_name: Box<str>,
    /// The least number of values.
    pub min: u32,
    /// The greatest number of values; [`UNBOUNDED`] for `*`.
    pub max: u32,
    /// The greatest number in the type that first defined the element (`base.max`): whether JSON has an array.
    pub base_max: u32,
    /// The path of the element in the type that first defined it (`base.path`): `DomainResource.contained`.
    pub base_path: Box<str>,
    /// The types; several for a choice.
    pub types: Vec<TypeReference>,
    /// The element whose content this one shares, as the id after `#`: `Bundle.link`; empty for others.
    pub content_reference: Box<str>,
    /// The value that must stand here exactly, as JSON; empty where there is none.
    pub fixed: Box<str>,
    /// The type of the fixed value as in its name: `Uri` of `fixedUri`.
    pub fixed_type: Box<str>,
    /// The value that must be contained in what stands here, as JSON; empty where there is none.
    pub pattern: Box<str>,
    /// The type of the pattern as in its name: `CodeableConcept` of `patternCodeableConcept`.
    pub pattern_type: Box<str>,
    /// The least value as JSON; empty where there is none.
    pub min_value: Box<str>,
    /// The type of the least value as in its name: `Quantity` of `minValueQuantity`.
    pub min_value_type: Box<str>,
    /// The greatest value as JSON; empty where there is none.
    pub max_value: Box<str>,
    /// The type of the greatest value as in its name.
    pub max_value_type: Box<str>,
    /// The greatest length of a text, in characters.
    pub max_length: Option<u32>,
    /// The greatest size of an attachment or of base64, in bytes (extension `maxSize`).
    pub max_size: Option<u64>,
    /// The value set that codes come from.
    pub binding: Option<Binding>,
    /// How items are told apart where this element is sliced.
    pub slicing: Option<Slicing>,
    /// The invariants, inherited ones too.
    pub constraints: Vec<Constraint>,
    /// Whether the element changes the meaning of what it stands in.
    pub is_modifier: bool,
    /// Whether the profile marks the element as one that systems must support.
    pub must_support: bool,
    /// Which numbers and flags a differential states. Empty in a snapshot, which states all.
    pub given: Given,
}

/// Which of an element's numbers and flags were stated in a differential; those that were not have their default value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given(u8);

impl Given {
    /// [`ElementDefinition::min`]
    pub const MIN: Self = Self(1);
    /// [`ElementDefinition::max`]
    pub const MAX: Self = Self(1 << 1);
    /// [`ElementDefinition::is_modifier`]
    pub const IS_MODIFIER: Self = Self(1 << 2);
    /// [`ElementDefinition::must_support`]
    pub const MUST_SUPPORT: Self = Self(1 << 3);

    /// Whether all of `other` were stated.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Notes that `other` were stated.
    pub const fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// The set as a number, for the facts.
    pub(super) const fn bits(self) -> u8 {
        self.0
    }

    /// The set of a number that [`Given::bits`] gave.
    pub(super) const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }
}

/// One type that an element may have (`ElementDefinition.type`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TypeReference {
    /// The type: `CodeableConcept`, `string`, `http://hl7.org/fhirpath/System.String`. For `Element.id`, `Extension.url` and the like FHIR's
    /// own type is in an extension (`structuredefinition-fhir-type`); then that one stands here.
    pub code: Box<str>,
    /// The profiles that the value must hold to (one of them), versions kept.
    pub profiles: Vec<Box<str>>,
    /// The profiles that the target of a reference must hold to (one of them), versions kept.
    pub target_profiles: Vec<Box<str>>,
    /// `contained`, `referenced`, `bundled`; empty where any is allowed.
    pub aggregation: Vec<Box<str>>,
    /// What a text must match as a whole (extension `regex`); empty where nothing is said.
    pub regex: Box<str>,
}

/// A binding to a value set (`ElementDefinition.binding`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// How binding it is.
    pub strength: Strength,
    /// The canonical of the value set, a version after `|` kept; may be empty.
    pub value_set: Box<str>,
    /// The canonical of the maximum value set (extension `elementdefinition-maxValueSet`, or R5's `binding.additional` of purpose
    /// `maximum`); empty where there is none.
    pub max_value_set: Box<str>,
}

/// The strength of a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// `required`
    Required,
    /// `extensible`
    Extensible,
    /// `preferred`
    Preferred,
    /// `example`
    Example,
}

/// How items are told apart (`ElementDefinition.slicing`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slicing {
    /// What is compared; none means that slices cannot be told apart by rule.
    pub discriminators: Vec<Discriminator>,
    /// Whether items stand in the order of the slices.
    pub ordered: bool,
    /// Whether other items may stand beside.
    pub rules: SlicingRules,
}

/// Whether items that belong to no slice may stand in a sliced list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlicingRules {
    /// `closed`: none.
    Closed,
    /// `open`: anywhere.
    Open,
    /// `openAtEnd`: after all slices.
    OpenAtEnd,
}

/// One thing by which slices differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discriminator {
    /// How it is compared.
    pub kind: DiscriminatorKind,
    /// The path from the item, in FHIRPath's restricted form: `$this`, `code`, `resolve()`, `extension('…').value`.
    pub path: Box<str>,
}

/// How a discriminator compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscriminatorKind {
    /// `value`
    Value,
    /// `exists`
    Exists,
    /// `pattern`
    Pattern,
    /// `type`
    Type,
    /// `profile`
    Profile,
    /// `position` (R5)
    Position,
}

/// An invariant (`ElementDefinition.constraint`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constraint {
    /// The key: `obs-6`.
    pub key: Box<str>,
    /// Whether a breach is an error or a warning.
    pub severity: ConstraintSeverity,
    /// The FHIRPath expression; empty where the definition has none.
    pub expression: Box<str>,
    /// The canonical of the definition that first stated it; may be empty.
    pub source: Box<str>,
    /// Whether it is a best practice only (extension `elementdefinition-bestpractice`).
    pub best_practice: bool,
}

/// How bad the breach of an invariant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConstraintSeverity {
    /// `error`
    Error,
    /// `warning`
    Warning,
}
