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
    /// Text that is not YAML 1.2, or uses parts of it that a case does not need.
    UnreadableYaml "source/unreadable-yaml" Error "structure";
    /// A unit that is not UCUM's and has no known spelling, or that means something else in UCUM than in the clinic
    /// (`K/uL` is kelvin per microlitre). The unit stays as text, without a code.
    UnknownUnit "terminology/unknown-unit" Warning "code-invalid";
    /// A text that no lexicon matches to a code. It stays text in the bundle; nothing is lost and nothing guessed. Give a
    /// code in the case, or a lexicon with `--lexicon`.
    UnmappedText "terminology/unmapped-text" Information "code-invalid";
}
