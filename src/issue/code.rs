//! Every code that an issue can carry. A code is a promise: it is never given another meaning, and never renamed.

/// How bad an issue is, in FHIR's words (`OperationOutcome.issue.severity`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is wrong; something is worth knowing.
    Information,
    /// Something is probably not as it was meant.
    Warning,
    /// The input cannot be converted as it stands.
    Error,
}

impl Severity {
    /// FHIR's code for it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $severity:ident $kind:literal;)+) => {
        /// What an issue is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Code {
            /// All codes, sorted by name.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable name, `room/what-it-is`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The severity that issues of this code have.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity),+ }
            }

            /// FHIR's code for the type of issue (value set issue-type).
            #[must_use]
            pub const fn issue_type(self) -> &'static str {
                match self { $(Self::$variant => $kind),+ }
            }

            /// What the code means and what to do, in a paragraph.
            #[must_use]
            pub const fn explanation(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc, "\n"),+)),+ }
            }
        }
    };
}

codes! {
    /// The bundle breaks a rule of Bundle itself: an entry without its fullUrl, two entries of one id.
    BundleRule "bundle/rule" Error "invariant";
    /// A document needs the moment of its assembly (FHIR R4, Bundle, bdl-10). Neither the case's `recorded` nor the
    /// command line gave one, so the clock did, and the same case gives other bytes tomorrow.
    TimestampFromClock "bundle/timestamp-from-clock" Information "informational";
    /// A reference of the bundle leads nowhere.
    UnresolvedReference "bundle/unresolved-reference" Error "not-found";
    /// A code does not have the form of its code system: a SNOMED CT or LOINC code whose check digit is wrong, an
    /// ICD-10-CM code that starts with a digit. It is surely mistyped, so it is not passed on.
    BadCode "case/bad-code" Error "code-invalid";
    /// A date that the calendar does not have, or one in another form than FHIR's: `2002`, `2021-06`, `2021-06-05`,
    /// `2021-06-05T10:30:00+02:00`; periods as `2008/2013`, `2021-07/` for open ends.
    BadDate "case/bad-date" Error "value";
    /// A number, amount or size that cannot be read: write `48 g/L`, `~26 cm`, `<5 ng/mL`, `150-200 mCi`.
    BadQuantity "case/bad-quantity" Error "value";
    /// A text that FHIR cannot carry: empty, or with control characters in it.
    BadText "case/bad-text" Error "value";
    /// Two statements of the case exclude each other: an end before its start, an active disease that has ended.
    Contradiction "case/contradiction" Error "business-rule";
    /// Words that doubt what they name ("suspected stroke") stand where the output would assert it. Name the thing, and say how sure it
    /// is: `certainty: unconfirmed`, `provisional` or `differential`; a doubtful finding goes under `conditions`.
    DoubtfulWords "case/doubtful-words" Error "business-rule";
    /// The same field stands twice in one place, and only one could be kept.
    DuplicateField "case/duplicate-field" Error "duplicate";
    /// Two items have no `key` and are alike in kind, name and date, so that nothing would tell their ids apart. Give each a
    /// `key`, or remove the one that was entered twice.
    DuplicateItem "case/duplicate-item" Error "duplicate";
    /// Two items have the same `key`.
    DuplicateKey "case/duplicate-key" Error "duplicate";
    /// A field that this item needs is not there.
    MissingField "case/missing-field" Error "required";
    /// Words that say that something is absent or was not done stand where the field says that it is there: "no metastases" as a
    /// finding. Say it as data: `absent: true`, `status: not-done`, `result: negative`, with the words for the thing itself.
    NegatedWords "case/negated-words" Error "business-rule";
    /// A number outside the range that it can have: more positive nodes than were examined, ECOG 7.
    OutOfRange "case/out-of-range" Error "value";
    /// A field that the case format does not have here. The nearest name that it does have is suggested.
    UnknownField "case/unknown-field" Error "structure";
    /// A link to a key that no item of the right kind has.
    UnknownKey "case/unknown-key" Error "not-found";
    /// A code is given with a code system that has no known short name and is no URI.
    UnknownSystem "case/unknown-system" Error "code-invalid";
    /// A word that is none of those that this field knows. The nearest is suggested.
    UnknownTerm "case/unknown-term" Error "code-invalid";
    /// A value of another shape than the field has: a list for a text, a text for a mapping.
    WrongShape "case/wrong-shape" Error "structure";
    /// A file of a package is no definition: its JSON cannot be read, or it lacks what names it. The file is left out.
    BadDefinition "definition/bad-definition" Warning "structure";
    /// A package that another one needs is not in the cache of packages. What it defines is not known in this run; put it there, or give
    /// it with --package.
    MissingDependency "definition/missing-dependency" Warning "not-found";
    /// Definitions whose snapshots need each other in a ring, or in too long a chain. The link was not followed.
    DefinitionRing "definition/ring" Warning "processing";
    /// A definition whose snapshot would have more elements than any use has. The rest of its differential was not looked at.
    DefinitionTooLarge "definition/too-large" Error "too-costly";
    /// The definition that another one is derived from is not at hand, so that what it inherits is not checked.
    UnknownBase "definition/unknown-base" Warning "not-found";
    /// An element of a differential that has no place in what it constrains: its path is not the type's, or a slice on its way was
    /// not defined. What it states is not checked.
    UnmatchedElement "definition/unmatched-element" Warning "not-found";
    /// A package cannot be read: there is no such file, or it is no package.
    UnreadablePackage "definition/unreadable-package" Error "not-found";
    /// A row of a lexicon cannot be used.
    BadLexiconRow "lexicon/bad-row" Error "invalid";
    /// A resource could not be built although the case was read: a defect of this program. Please report it.
    Internal "map/internal" Error "exception";
    /// What the case says does not fit the profile that its kind has, so the resource states a wider one and keeps all.
    WiderProfile "map/wider-profile" Information "informational";
    /// Arrays and objects, or lists and mappings, nest beyond any use.
    TooDeep "source/too-deep" Error "too-long";
    /// The input is larger than one case may be.
    TooLarge "source/too-large" Error "too-long";
    /// An input that no source format claims.
    UnknownFormat "source/unknown-format" Error "not-supported";
    /// Text that is not JSON (RFC 8259).
    UnreadableJson "source/unreadable-json" Error "structure";
    /// Bytes that are not text in UTF-8.
    UnreadableText "source/unreadable-text" Error "structure";
    /// Text that is not XML as FHIR has it: not well-formed, with a document type declaration or its entities, in another namespace,
    /// with text between elements (FHIR R4, XML).
    UnreadableXml "source/unreadable-xml" Error "structure";
    /// Text that is not YAML 1.2, or uses parts of it that a case does not need.
    UnreadableYaml "source/unreadable-yaml" Error "structure";
    /// A unit that is not UCUM's and has no known spelling, or that means something else in UCUM than in the clinic
    /// (`K/uL` is kelvin per microlitre). The unit stays as text, without a code.
    UnknownUnit "terminology/unknown-unit" Warning "code-invalid";
    /// A text that no lexicon matches to a code. It stays text in the bundle; nothing is lost and nothing guessed. Give a
    /// code in the case, or a lexicon with `--lexicon`.
    UnmappedText "terminology/unmapped-text" Information "code-invalid";
    /// An attachment's size or hash does not agree with its data, or its data is too long to check (FHIR R4, Attachment).
    Attachment "validate/attachment" Error "value";
    /// A code is not in the value set that the element is bound to with strength `extensible`. Where a code of the value set fits, it
    /// must be used; where none fits, another is right (FHIR R4, Terminologies, extensible).
    BindingExtensible "validate/binding-extensible" Warning "code-invalid";
    /// A code is not in the maximum value set of its binding (extension elementdefinition-maxValueSet).
    BindingMaximum "validate/binding-maximum" Error "code-invalid";
    /// A code is not in the value set that the element is bound to with strength `preferred`.
    BindingPreferred "validate/binding-preferred" Information "code-invalid";
    /// A code is not in the value set that the element is bound to with strength `required`, or there is no code at all where one must be.
    BindingRequired "validate/binding-required" Error "code-invalid";
    /// Whether a code lies in its value set cannot be decided offline: the value set is defined by a hierarchy (SNOMED CT is-a), by a
    /// code system that is not at hand, or is itself unknown. Neither right nor wrong; ask with --terminology-server.
    BindingUndecided "validate/binding-undecided" Information "code-invalid";
    /// Entries of a document: the first is a Composition, and all else is reached from it (FHIR R4, Documents, bdl-11).
    BundleDocument "validate/bundle-document" Error "invariant";
    /// A fullUrl that is missing where references need it, stands twice, is no absolute URL or contradicts its resource's id (FHIR R4,
    /// Bundle, bdl-7, bdl-8, "Resolving references in Bundles").
    BundleFullUrl "validate/bundle-full-url" Error "invariant";
    /// A link of a Bundle that is not as it should be: no self link in a searchset, a relation that stands twice.
    BundleLink "validate/bundle-link" Error "invariant";
    /// Entries of a transaction, batch, history or response without the request or response that they need, or with a request whose
    /// url does not suit its method and resource (FHIR R4, HTTP, transaction).
    BundleRequest "validate/bundle-request" Error "invariant";
    /// A choice element (`value[x]`) that stands twice, with two types.
    ChoiceTwice "validate/choice-twice" Error "structure";
    /// A choice element (`value[x]`) with a type that it does not have, or that the profile does not allow.
    ChoiceType "validate/choice-type" Error "structure";
    /// A code that its code system does not have, although the whole code system is at hand.
    CodeUnknown "validate/code-unknown" Error "code-invalid";
    /// A contained resource that is not as it should be: without an id, with resources of its own, not referred to, with its own
    /// security or version (FHIR R4, dom-2 to dom-5).
    Contained "validate/contained" Error "invariant";
    /// A display that is none of the code's names in its code system.
    Display "validate/display" Warning "invalid";
    /// Two elements of one resource have the same id, so that a reference to it is a reference to either (FHIR R4, Element.id).
    DuplicateId "validate/duplicate-id" Error "duplicate";
    /// A member that stands twice in one object; only one would be read.
    DuplicateMember "validate/duplicate-member" Error "structure";
    /// A text that looks like HTML. Where it is shown without care it may run as a script; with --security-checks it is an error.
    EmbeddedHtml "validate/embedded-html" Warning "security";
    /// An object, array or string without anything in it: FHIR has no empty values (FHIR R4, JSON).
    Empty "validate/empty" Error "structure";
    /// An extension at an element that its definition does not name as its context.
    ExtensionContext "validate/extension-context" Error "business-rule";
    /// An extension in `modifierExtension` whose definition is no modifier, or the other way round.
    ExtensionModifier "validate/extension-modifier" Error "business-rule";
    /// An extension whose definition is not at hand, so that nothing but its shape could be checked.
    ExtensionUnknown "validate/extension-unknown" Information "not-found";
    /// A value that is not exactly the one that the definition fixes.
    FixedValue "validate/fixed-value" Error "value";
    /// A rule of the definitions (a FHIRPath invariant) does not hold. The rule's key is in the message; the expression too.
    Invariant "validate/invariant" Error "invariant";
    /// An expression of the definitions that this program cannot evaluate: the rule was not checked.
    InvariantUndecided "validate/invariant-undecided" Information "not-supported";
    /// More values than the definition allows.
    MaxCardinality "validate/max-cardinality" Error "structure";
    /// A text longer than the definition allows (ElementDefinition.maxLength).
    MaxLength "validate/max-length" Error "too-long";
    /// Fewer values than the definition demands: an element is missing.
    MinCardinality "validate/min-cardinality" Error "required";
    /// A resource's narrative holds what XHTML in FHIR may not: scripts, forms, unknown elements or attributes, broken links, no
    /// text at all (FHIR R4, Narrative, txt-1, txt-2).
    Narrative "validate/narrative" Error "structure";
    /// A resource without a narrative: a person who has nothing but it should be able to read it (FHIR R4, dom-6, a best practice).
    NoNarrative "validate/no-narrative" Warning "invariant";
    /// A JSON null outside an array of primitives, or in one without an extension or id beside it (FHIR R4, JSON).
    Null "validate/null" Error "structure";
    /// A value that does not hold what the definition's pattern demands.
    PatternValue "validate/pattern-value" Error "value";
    /// A text that does not have its type's form: a date the calendar does not have, an id with a blank (FHIR R4, Datatypes).
    PrimitiveForm "validate/primitive-form" Error "value";
    /// A number outside its type's range (FHIR R4, Datatypes).
    PrimitiveRange "validate/primitive-range" Error "value";
    /// A profile for another type than that of the resource.
    ProfileType "validate/profile-type" Error "structure";
    /// A profile whose definition is not at hand, so that it could not be checked. Give its package with --package.
    ProfileUnknown "validate/profile-unknown" Warning "not-found";
    /// A reference whose target is contained, bundled or neither, where the definition wants another (ElementDefinition.type.aggregation).
    ReferenceAggregation "validate/reference-aggregation" Error "structure";
    /// A reference that is no reference by its form, or has nothing in it.
    ReferenceForm "validate/reference-form" Error "value";
    /// The resource that a reference leads to does not hold to any of the profiles that the definition demands of the target.
    ReferenceProfile "validate/reference-profile" Error "structure";
    /// A reference to a type of resource that the definition does not allow here.
    ReferenceType "validate/reference-type" Error "structure";
    /// A reference that should lead to a resource in the same Bundle or to a contained one, and leads nowhere.
    ReferenceUnresolved "validate/reference-unresolved" Error "not-found";
    /// An item that matches none of the slices of a closed slicing.
    SliceClosed "validate/slice-closed" Error "structure";
    /// Items that stand in another order than that of the slices, where the slicing is ordered.
    SliceOrder "validate/slice-order" Error "structure";
    /// A slicing whose discriminator this program cannot evaluate: which slice the item belongs to was not decided.
    SliceUndecided "validate/slice-undecided" Information "not-supported";
    /// A code system that is not at hand, or a system that is no absolute URI, so that its codes could not be checked.
    SystemUnknown "validate/system-unknown" Information "not-found";
    /// There are more issues than are kept; the rest was not reported.
    TooManyIssues "validate/too-many-issues" Error "too-costly";
    /// A code of the system UCUM that is no UCUM unit.
    Unit "validate/unit" Warning "code-invalid";
    /// A member that the type does not have.
    UnknownMember "validate/unknown-member" Error "structure";
    /// A resource without a type, or of a type that this version of FHIR does not have.
    UnknownResourceType "validate/unknown-resource-type" Error "structure";
    /// A number less or greater than the definition's least or greatest value.
    ValueLimit "validate/value-limit" Error "value";
    /// A value of another JSON type than the element has: a text for a number, an object for a list.
    WrongJsonType "validate/wrong-json-type" Error "structure";
}
