//! Every code that an issue can carry. A code is a promise: it is never given another meaning, and never renamed.

/// How bad an issue is, in FHIR's words (`OperationOutcome.issue.severity`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is wrong; something is worth knowing.
    Information,
    /// Something is probably not as it was meant.
    Warning,
    /// The input cannot be converted as it stands, or is not valid.
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
    /// Two cases of a batch have the same identity, so all ids of their resources are the same, and on a server the second would
    /// replace the first. The first is written; give the second an `id` of its own, or the identifiers of its patient.
    DoubledCase "bundle/doubled-case" Error "duplicate";
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
    /// A file of a package is no definition that can be used: its JSON or XML cannot be read, or it has no url or no type. It is left out,
    /// and what it defines counts as unknown in this run; mend the file, or take the package anew from where it was published.
    BadDefinition "definition/bad-definition" Warning "structure";
    /// A package that another one names among its dependencies is not in the cache of packages. What only it defines is not known in
    /// this run; put it there with `case2fhir package add`, or give it with --package. Where another version of it is known, that one
    /// stands in, and this is information.
    MissingDependency "definition/missing-dependency" Warning "not-found";
    /// Definitions whose snapshots need each other in a ring, or in a chain of more than 32. The link was not followed, so what it
    /// would inherit is not checked; mend baseDefinition, or the profiles that the elements name. Definitions that bring their snapshots
    /// and are derived from each other in a ring are told too, and used as they are. Profiles that lead to each other by the types of
    /// their elements are no such ring: each is asked once of a value.
    DefinitionRing "definition/ring" Warning "processing";
    /// A definition whose snapshot would have more than 50,000 elements; the largest published one has some three thousand. The rest
    /// of its differential was not looked at.
    DefinitionTooLarge "definition/too-large" Error "too-costly";
    /// The definition that another one is derived from (StructureDefinition.baseDefinition) is not at hand, so what it inherits is
    /// not checked. Give the package that has it with --package.
    UnknownBase "definition/unknown-base" Warning "not-found";
    /// An element of a differential that has no place in what it constrains: its path is not one of the type's, or a slice on the way
    /// to it was not defined (FHIR R4, Profiling FHIR). What it states is not checked; see its path and id, and the version of the
    /// base.
    UnmatchedElement "definition/unmatched-element" Warning "not-found";
    /// A package cannot be read: there is no such file or folder, or it is no package and holds no definition. Give a .tgz as the
    /// registries have it, a folder, a file of definitions in JSON, NDJSON or XML, or id#version of a package in ~/.fhir/packages.
    UnreadablePackage "definition/unreadable-package" Error "not-found";
    /// A row of a lexicon cannot be used.
    BadLexiconRow "lexicon/bad-row" Error "invalid";
    /// A resource could not be built although the case was read: a defect of this program. Please report it.
    Internal "map/internal" Error "exception";
    /// What the case says does not fit the profile that its kind has, so the resource states a wider one and keeps all.
    WiderProfile "map/wider-profile" Information "informational";
    /// Cases of a table are called alike but for capitals, blanks, signs that nobody sees, or zeros before the number: `017` and `17`. They are
    /// kept apart; where they are one patient, write the number in one way.
    AlikeCases "source/alike-cases" Warning "duplicate";
    /// A format of dates in a mapping that is none. Write YYYY for the year, MM or M for the month, MMM for its name, DD or D for the day, HH, mm
    /// and ss for the time, with the signs that stand between them: DD.MM.YYYY, M/D/YYYY, D MMM YYYY.
    BadDateFormat "source/bad-date-format" Error "value";
    /// Two columns of a table have the same name. The later one is called by its name and a number in brackets: `date (2)`.
    DuplicateColumn "source/duplicate-column" Warning "duplicate";
    /// Two rows of a table say the same in every column. They are taken for one; nothing is lost.
    DuplicateRow "source/duplicate-row" Information "duplicate";
    /// A table has a header and no rows.
    EmptyTable "source/empty-table" Warning "informational";
    /// A prefix of a phenopacket's codes for which FHIR and HL7's terminology have no name. The URL that `metaData.resources` gives
    /// stands for the code system; a receiver may know it by another one. Nothing is lost.
    ForeignSystem "source/foreign-system" Information "informational";
    /// A table is not UTF-8 and does not say what it is, so it was read as Windows-1252, of which Latin-1 is a part, or as UTF-16. Look whether
    /// letters with accents came out right; otherwise save the table as UTF-8, or name its encoding in the mapping.
    GuessedEncoding "source/guessed-encoding" Warning "informational";
    /// A table lacks a column that it must have. Add it, or correct the name of the one that is meant. Nothing is converted until it is there.
    MissingColumn "source/missing-column" Error "required";
    /// A mapping names a file that is not among those given. Correct the name under `file`, or give the folder in which the file lies.
    MissingTable "source/missing-table" Error "not-found";
    /// A set of mCODE extraction without its table of patients, `patient-information.csv`. Give the folder that holds all tables.
    NoPatientTable "source/no-patient-table" Error "not-found";
    /// Cases of the input that were not asked for: patients that are in tables of a set, but not in its list of patients to run. They are not
    /// converted; add their numbers to `patient-mrns.csv`, or remove that file to convert all.
    NotListed "source/not-listed" Information "informational";
    /// A cell says `null` or `nil`, as exports do where there is nothing. It is taken for blank.
    NullWord "source/null-word" Information "informational";
    /// A line or a message holds several cases where one belongs: a Cohort of phenopackets in NDJSON. Give the cohort as a .json file of
    /// its own, or write its members one a line, each with the cohort's metaData.
    SeveralCases "source/several-cases" Error "not-supported";
    /// A quote in a table is not closed, stands within a cell, or holds lines between it and the next one that look like rows of their own. What
    /// is between quotes is one cell, so the rows of other patients would be taken for a text of this one. The table is refused; close
    /// the quote, or double it where it belongs to the text.
    StrayQuote "source/stray-quote" Error "structure";
    /// Arrays and objects, or lists and mappings, nest beyond any use.
    TooDeep "source/too-deep" Error "too-long";
    /// The input is larger than is read: 16 MiB for a case, 1 GiB for a resource. Split it: one case a file, or one resource a line
    /// (NDJSON).
    TooLarge "source/too-large" Error "too-long";
    /// Columns that hold lists, with `|` between the values, do not have as many values as each other, so that nobody knows what belongs
    /// together. All of them are kept in words; correct the lists.
    UnevenLists "source/uneven-lists" Warning "structure";
    /// A row of a table has more cells than the table has columns, or fewer. Its cells may stand under the wrong names: a separator in a text
    /// without quotes, or a quote that is not closed. Quote the text, or close the quote.
    UnevenRow "source/uneven-row" Error "structure";
    /// A mapping names a column that the table does not have. Names of columns are taken as they are written, capitals and blanks included.
    UnknownColumn "source/unknown-column" Error "not-found";
    /// An input that no source format claims.
    UnknownFormat "source/unknown-format" Error "not-supported";
    /// A row names a patient of whom the set has no row in `patient-information.csv`. Nothing is made of it; add the patient, or correct the
    /// number.
    UnknownPatient "source/unknown-patient" Error "not-found";
    /// An id in a column that refers to another row, where no row of the patient has it. It is kept as a remark, or as words; correct it where
    /// the other row is there.
    UnknownReference "source/unknown-reference" Warning "not-found";
    /// A file whose name is none of the set's tables. Its rows are kept as remarks of their patients; without a column that says whose they are it
    /// is an error.
    UnknownTable "source/unknown-table" Warning "not-supported";
    /// A word in a column whose words the mapping lists, and that is not among them. Add it under `values`, or write `otherwise: keep` where words
    /// without a meaning of their own may pass as they are.
    UnknownValue "source/unknown-value" Error "code-invalid";
    /// A column of a table that nothing was made of. What stands in it is kept as a remark, with the column's name; map it, or list it under
    /// `ignore` in the mapping where it is not wanted.
    UnmappedColumn "source/unmapped-column" Warning "not-supported";
    /// The input has a member that its format does not know, or that stands beside another where only one may be. It is kept as a remark,
    /// with its path and its JSON; correct its name where it was misspelt.
    UnmappedMember "source/unmapped-member" Warning "not-supported";
    /// A row of a table that no rule of the mapping is for. It is kept as a remark; add a rule for such rows, or list their columns under
    /// `ignore`.
    UnmappedRow "source/unmapped-row" Warning "not-supported";
    /// A row of a table does not say whose it is: the column that tells cases apart is empty in it. Nothing is made of such rows.
    UnownedRow "source/unowned-row" Error "required";
    /// A file cannot be opened, or not read to its end: it is not there, may not be read, or is a broken archive.
    UnreadableFile "source/unreadable-file" Error "exception";
    /// Text that is not JSON (RFC 8259).
    UnreadableJson "source/unreadable-json" Error "structure";
    /// A table cannot be used: it has no header, or is a workbook and no text. Save it as CSV or TSV, with the names of its columns in the
    /// first row.
    UnreadableTable "source/unreadable-table" Error "structure";
    /// Bytes that are not text in UTF-8.
    UnreadableText "source/unreadable-text" Error "structure";
    /// Text that is not XML as FHIR has it: not well-formed, with a document type declaration or its entities, in another namespace,
    /// with text between elements (FHIR R4, XML).
    UnreadableXml "source/unreadable-xml" Error "structure";
    /// Text that is not YAML 1.2, or uses parts of it that a case does not need.
    UnreadableYaml "source/unreadable-yaml" Error "structure";
    /// A version of the format that is not read: phenopackets of version 1. Convert the input to the version that is.
    UnsupportedVersion "source/unsupported-version" Error "not-supported";
    /// A code that cannot be passed on as one: its code system is not named, or by a name that neither is known nor is a URI, or the code has a
    /// form that the codes of its system cannot have, or its system does not have it; of a phenopacket an id without a prefix, or with one
    /// that neither is known nor stands in `metaData.resources`. It stays in the words of what it names, or as a remark.
    UnusableCode "source/unusable-code" Warning "code-invalid";
    /// A date that is not written as FHIR has it: `2002`, `2021-06`, `2021-06-05`, `2021-06-05T10:30:00+02:00`. In `01-02-1994` the day may be the
    /// first or the second of the numbers, so nothing is guessed: it is kept in words, as a remark.
    UnusableDate "source/unusable-date" Warning "value";
    /// A number is wanted, and what is written is none. It is kept in words, as a remark; write 48, 5.10 or 0.5.
    UnusableNumber "source/unusable-number" Warning "value";
    /// A table lies in the folder that no table of the mapping is for. Nothing is made of it: name it under `tables`, or take it out of the
    /// folder.
    UnusedTable "source/unused-table" Warning "not-found";
    /// What the input says fits its resource's meaning only in a wider sense: an individual that is no human being, as a Patient.
    WiderMeaning "source/wider-meaning" Warning "informational";
    /// A unit that is not UCUM's and has no known spelling, or that means something else in UCUM than in the clinic
    /// (`K/uL` is kelvin per microlitre). The unit stays as text, without a code.
    UnknownUnit "terminology/unknown-unit" Warning "code-invalid";
    /// A text that no lexicon matches to a code. It stays text in the bundle; nothing is lost and nothing guessed. Give a
    /// code in the case, or a lexicon with `--lexicon`.
    UnmappedText "terminology/unmapped-text" Information "code-invalid";
    /// An attachment that contradicts itself or says nothing: its size is not the number of bytes that its data stand for, its hash
    /// is not SHA-1 of them (a warning), or it has neither data, url, contentType nor language (a warning). Correct the member, or
    /// leave it out (FHIR R4, Datatypes, Attachment). Also one, or base64, of more bytes than its definition allows (extension
    /// maxSize): shorten it.
    Attachment "validate/attachment" Error "value";
    /// A code is not in the value set that the element is bound to with strength `extensible`, or a concept has no code at all. Where
    /// a code of the value set fits, it must be used; where none fits, another code or words alone are right, and the warning can
    /// stay (FHIR R4, Terminologies, Binding Strength).
    BindingExtensible "validate/binding-extensible" Warning "code-invalid";
    /// A code is not in the maximum value set of its binding, beyond which no code may be used although the binding itself is
    /// extensible (extension elementdefinition-maxValueSet). Take a code of that value set.
    BindingMaximum "validate/binding-maximum" Error "code-invalid";
    /// A code is not in the value set that the element is bound to with strength `preferred`. That is allowed; a code of the value
    /// set would be understood by more readers (FHIR R4, Terminologies, Binding Strength).
    BindingPreferred "validate/binding-preferred" Information "code-invalid";
    /// A code is not in the value set that the element is bound to with strength `required`, or there is no code where one must be.
    /// Take a code of the value set; words alone will not do (FHIR R4, Terminologies, Binding Strength).
    BindingRequired "validate/binding-required" Error "code-invalid";
    /// Whether a code lies in its value set cannot be decided from the definitions at hand: the value set is defined by a hierarchy
    /// (SNOMED CT's is-a) or by a code system that is not here, or is itself unknown. This is neither right nor wrong, and is told
    /// once a binding and document; --terminology-server asks a server, --package brings definitions.
    BindingUndecided "validate/binding-undecided" Information "code-invalid";
    /// The entries of a document or message are not what they must be: the first is its Composition or MessageHeader, and each other
    /// is reached from it by references (FHIR R4, Documents, bdl-11; Messaging, bdl-12). Move that one to the front, and refer to
    /// what nothing refers to, or leave it out.
    BundleDocument "validate/bundle-document" Error "invariant";
    /// The fullUrl of an entry is missing where one is needed, stands twice, names a version, or ends with another id than its
    /// resource has (a warning). References are resolved by it, so give each entry its own (FHIR R4, Bundle, bdl-7, bdl-8, "Resolving
    /// references in Bundles").
    BundleFullUrl "validate/bundle-full-url" Error "invariant";
    /// A link of a Bundle that is not as it should be: search results without a link `self` (a warning), a relation that stands
    /// twice, or one that leads through pages in a Bundle that has none (FHIR R4, Bundle.link).
    BundleLink "validate/bundle-link" Error "invariant";
    /// An entry of search results that is not what its search.mode says: without a resource, a match or include without an id, a
    /// match of another type than was searched, or an outcome that is no OperationOutcome (FHIR R4, Bundle.entry.search). What
    /// transactions and batches need of their requests are invariants, told as validate/invariant.
    BundleRequest "validate/bundle-request" Error "invariant";
    /// A choice element (`value[x]`) stands twice, with two types. It may have one type and one value; keep one (FHIR R4, Formats,
    /// Choice of Data Types).
    ChoiceTwice "validate/choice-twice" Error "structure";
    /// A value of a type that the profile does not leave to its element. Give a value of one of the types that the message names
    /// (ElementDefinition.type). A type that the element never has is validate/unknown-member.
    ChoiceType "validate/choice-type" Error "structure";
    /// A code that its code system does not have. The whole code system is at hand, or a terminology server said so; where only a
    /// part of it is at hand, this is a warning. See the spelling; versions of code systems are not looked at.
    CodeUnknown "validate/code-unknown" Error "code-invalid";
    /// A contained resource that is not as it should be: without an id, with contained resources of its own, with nothing that refers
    /// to it, or with a version or security labels of its own (FHIR R4, DomainResource, dom-2 to dom-5). Refer to it by `#` and its
    /// id, and leave the rest to the resource that contains it.
    Contained "validate/contained" Error "invariant";
    /// The slicing of a StructureDefinition that cannot be meant: a discriminator whose path leads to nothing that the sliced element
    /// has, or a slice of extensions that says anew, and otherwise, how they are sliced (FHIR R4, ElementDefinition.slicing). The path
    /// starts at the sliced element; say how a list is sliced where the list is.
    DefinitionSlicing "validate/definition-slicing" Error "business-rule";
    /// A display that is none of the code's names in its code system, but for case and white space. Told as an error, as the
    /// reference validator does: such a display often belongs to another code. Write the code system's own, or none, and put the
    /// words into CodeableConcept.text.
    Display "validate/display" Error "invalid";
    /// Two elements of one resource have the same id, so that what refers to it refers to either (FHIR R4, Element.id). Give each its
    /// own.
    DuplicateId "validate/duplicate-id" Error "duplicate";
    /// A member stands twice in one object. Readers take the first, the last or neither, so keep one (FHIR R4, JSON; RFC 8259,
    /// section 4).
    DuplicateMember "validate/duplicate-member" Error "structure";
    /// A text of type string that looks like HTML. Where it is shown without care it may run as a script; write plain text. With
    /// --security-checks it is an error (FHIR R4, Security, Narrative and scripts).
    EmbeddedHtml "validate/embedded-html" Warning "security";
    /// An object, array or string without anything in it: FHIR has no empty values. Leave the member out (FHIR R4, JSON).
    Empty "validate/empty" Error "structure";
    /// An address on `example.org` or `acme.com`, where the caller wants none: real data leads to real places. Write the address
    /// itself, or leave it out.
    ExampleAddress "validate/example-address" Error "invalid";
    /// An extension stands where its definition does not let it stand (StructureDefinition.context), or where a rule of its definition
    /// does not hold (StructureDefinition.contextInvariant). Move it to one of the elements that the message names, or see what the
    /// rule asks of the element that holds it. Information where an expression says where it may stand, and cannot be evaluated.
    ExtensionContext "validate/extension-context" Error "business-rule";
    /// An extension stands in `modifierExtension` although its definition is no modifier, or in `extension` although it is one. A
    /// reader may pass over the one and not the other, so move it (FHIR R4, Extensibility, Modifier Extensions).
    ExtensionModifier "validate/extension-modifier" Error "business-rule";
    /// An extension whose definition is not at hand, so that nothing but its shape could be checked; give its package with --package.
    /// An error where there can be none: a URL of HL7 that no definition has although its guide is at hand, a relative URL, or a part
    /// that the whole extension does not have; and wherever the caller wants known extensions only.
    ExtensionUnknown "validate/extension-unknown" Information "not-found";
    /// A value that is not exactly the one that the definition fixes, nothing more and nothing less (ElementDefinition.fixed).
    /// Write that value.
    FixedValue "validate/fixed-value" Error "value";
    /// A rule of the definitions does not hold. The message has its key and its expression in FHIRPath; most rules are errors, some
    /// are warnings or best practices, as the definition says (ElementDefinition.constraint).
    Invariant "validate/invariant" Error "invariant";
    /// A rule of the definitions was not checked: its expression cannot be read, uses something that this program does not have, or
    /// runs too long. The message says which. Neither right nor wrong.
    InvariantUndecided "validate/invariant-undecided" Information "not-supported";
    /// There are more values than the definition, the profile or a slice allows (ElementDefinition.max). Keep as many as it says.
    MaxCardinality "validate/max-cardinality" Error "structure";
    /// A text longer than the definition allows, counted in characters (ElementDefinition.maxLength). Shorten it.
    MaxLength "validate/max-length" Error "too-long";
    /// There are fewer values than the definition, the profile or a slice demands: an element is missing (ElementDefinition.min). Add
    /// it; where the value is not known, many profiles take the extension data-absent-reason in its place.
    MinCardinality "validate/min-cardinality" Error "required";
    /// The XHTML of a narrative breaks a rule: broken markup, another root than `div` in the namespace of XHTML, scripts, elements or
    /// attributes that FHIR does not have there, links that lead nowhere (FHIR R4, Narrative). What its invariants txt-1 and txt-2
    /// forbid is told as validate/invariant beside it.
    Narrative "validate/narrative" Error "structure";
    /// A resource without a narrative. A person who has nothing but it should be able to read what it says; a best practice, and no
    /// fault of the data (FHIR R4, DomainResource, dom-6).
    NoNarrative "validate/no-narrative" Warning "invariant";
    /// A null that stands for nothing. JSON's null may stand only in an array of primitive values, in place of one whose extensions
    /// stand in the array beside it (FHIR R4, JSON). Leave it out.
    Null "validate/null" Error "structure";
    /// A value that does not hold what the definition's pattern holds; it may hold more (ElementDefinition.pattern). Add what the
    /// message shows.
    PatternValue "validate/pattern-value" Error "value";
    /// A text that does not have its type's form: a date that the calendar does not have, an id with a blank, a UUID in capitals
    /// (FHIR R4, Datatypes, Primitive Types). What only looks mistyped, or what the reference validator refuses and the specification
    /// does not, is a warning.
    PrimitiveForm "validate/primitive-form" Error "value";
    /// A number outside its type's range, or a string of more than 1,048,576 characters (FHIR R4, Datatypes, Primitive Types). A
    /// decimal with more digits than software commonly keeps is a warning.
    PrimitiveRange "validate/primitive-range" Error "value";
    /// A profile for another type than that of the resource. Name a profile of the resource's own type.
    ProfileType "validate/profile-type" Error "structure";
    /// A profile whose definition is not at hand, or cannot be used, so that it was not checked. Give its package with --package. For
    /// a profile that was asked for with --profile it is an error.
    ProfileUnknown "validate/profile-unknown" Warning "not-found";
    /// The resource that a reference leads to is contained, in the same Bundle or elsewhere, and the definition wants it in another
    /// place (ElementDefinition.type.aggregation).
    ReferenceAggregation "validate/reference-aggregation" Error "structure";
    /// A reference that is none by its form: relative, and not `Type/id`. A reference with neither reference, identifier nor display
    /// says nothing, which is a warning (FHIR R4, References).
    ReferenceForm "validate/reference-form" Error "value";
    /// The resource that a reference leads to holds to none of the profiles that the definition demands of the target
    /// (ElementDefinition.type.targetProfile). Only resources in the same document are looked at. See what is wrong with that
    /// resource.
    ReferenceProfile "validate/reference-profile" Error "structure";
    /// A reference leads to a type of resource that the definition does not allow here, or to another than its own `type` says. Where
    /// the resource itself is not in the document, and the reference says its type by its form only, it is a warning, unless the caller
    /// takes such forms at their word.
    ReferenceType "validate/reference-type" Error "structure";
    /// A reference that leads nowhere: by `#` to no contained resource, or from a Composition or MessageHeader to no entry. A URN
    /// that no entry of the Bundle has is a warning, and a reference out of the document is fine, unless the caller wants all to
    /// resolve (FHIR R4, References; Bundle, "Resolving references in Bundles"). Add the resource, or mend the reference or the
    /// fullUrl.
    ReferenceUnresolved "validate/reference-unresolved" Error "not-found";
    /// A value that belongs to two slices of one list; it is taken for one of the first. Slices exclude each other (FHIR R4, Profiling,
    /// Slicing), so mend the value, or the profile if its discriminators cannot tell them apart.
    SliceAmbiguous "validate/slice-ambiguous" Error "structure";
    /// A value that belongs to none of the slices, where the slicing is closed (ElementDefinition.slicing.rules). Make it fit one of
    /// the slices that the message names, or leave it out.
    SliceClosed "validate/slice-closed" Error "structure";
    /// Values stand in another order than the slices of the profile, where the slicing is ordered
    /// (ElementDefinition.slicing.ordered). Put them in that order.
    SliceOrder "validate/slice-order" Error "structure";
    /// Which slice a value belongs to was not decided, because this program cannot make a test of the slicing's discriminator; what
    /// the slices demand was not checked. The message says why. Neither right nor wrong.
    SliceUndecided "validate/slice-undecided" Information "not-supported";
    /// A code system that is not at hand, so that its codes were not checked; give its package with --package, or ask with
    /// --terminology-server. An error where the URI cannot be that of a code system (not absolute, a value set's, a web page's), a
    /// warning where a code has no system at all.
    SystemUnknown "validate/system-unknown" Information "not-found";
    /// There are more issues than are kept for one resource (1,000 unless --max-issues says otherwise); the message says how many are
    /// not shown. Mend what is shown first.
    TooManyIssues "validate/too-many-issues" Error "too-costly";
    /// A value holds to none of the profiles of its type, where the definition names several (ElementDefinition.type.profile). Make it
    /// hold to one of those that the message names.
    TypeProfile "validate/type-profile" Error "structure";
    /// A code of the system UCUM that is no unit of UCUM: see the capitals (`mg/dL`), square brackets (`mm[Hg]`) and blanks. A
    /// warning: without a terminology server the reference validator does not look at units (UCUM, section 2).
    Unit "validate/unit" Warning "code-invalid";
    /// A member that the type does not have. The nearest name that it does have is suggested; what FHIR has no place for belongs into
    /// an extension.
    UnknownMember "validate/unknown-member" Error "structure";
    /// A resource that does not say its type, or says one that this version of FHIR does not have or that is abstract. See the
    /// spelling of `resourceType`, and --fhir for the version.
    UnknownResourceType "validate/unknown-resource-type" Error "structure";
    /// A number, quantity or date less or greater than the definition's least or greatest value (ElementDefinition.minValue,
    /// maxValue). Quantities are compared after conversion where their units differ.
    ValueLimit "validate/value-limit" Error "value";
    /// A value of another JSON type than the element has: a text for a number, an object for a list, quotation marks round a boolean
    /// (FHIR R4, JSON). Write it as the message says.
    WrongJsonType "validate/wrong-json-type" Error "structure";
}
