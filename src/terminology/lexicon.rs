//! The lexicon: phrases, and the codes that mean exactly them.
//!
//! The embedded tables are below `lexicon/`, one a field of words, each row with the source it was verified in. A phrase is
//! matched as a whole within its [`Domain`], ignoring case and the choice of blanks and dashes; nothing is matched in part.

use std::collections::{HashMap, HashSet};

use super::coding::Coding;
use super::{concept_map, systems};
use crate::issue::{Code, Issue, Issues, Span};

macro_rules! domains {
    ($($(#[$meta:meta])* $variant:ident $name:literal;)+) => {
        /// The field of words that a phrase is from: "right" is a side, and nothing else.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Domain { $($(#[$meta])* $variant,)+ }

        impl Domain {
            /// All domains.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name that lexicon files use.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

domains! {
    /// CTCAE-like terms for adverse events.
    AdverseEvent "adverse-event";
    /// Biopsies.
    Biopsy "biopsy";
    /// Places of the body.
    BodySite "body-site";
    /// Primary cancers.
    Cancer "cancer";
    /// What a staging observation is.
    CancerStageType "cancer-stage-type";
    /// Stages of systems other than TNM, named with their system.
    CancerStageValue "cancer-stage-value";
    /// Comorbidities, symptoms, complications.
    Condition "condition";
    /// How a cancer stands.
    DiseaseStatus "disease-status";
    /// Drugs.
    Drug "drug";
    /// Classes of drugs.
    DrugClass "drug-class";
    /// On what a disease status rests.
    EvidenceType "evidence-type";
    /// Findings.
    Finding "finding";
    /// Genes.
    Gene "gene";
    /// Germline or somatic.
    GenomicSource "genomic-source";
    /// Histologic grades.
    Grade "grade";
    /// Histologic grading systems.
    GradingSystem "grading-system";
    /// Morphology with behaviour.
    Histology "histology";
    /// Kinds of identifiers.
    IdentifierType "identifier-type";
    /// Imaging.
    Imaging "imaging";
    /// How a result is to be read.
    Interpretation "interpretation";
    /// Laboratory tests.
    Lab "lab";
    /// Sides of the body.
    Laterality "laterality";
    /// More about a place of the body.
    LocationQualifier "location-qualifier";
    /// Marital status.
    MaritalStatus "marital-status";
    /// Tumour markers by whatever method.
    Marker "marker";
    /// Tumour markers by immunohistochemistry.
    MarkerIhc "marker-ihc";
    /// Results of marker tests.
    MarkerResult "marker-result";
    /// Scores of marker tests.
    MarkerScore "marker-score";
    /// Secondary cancers.
    Metastasis "metastasis";
    /// Statements that there is nothing in the history.
    NegativeHistory "negative-history";
    /// How something was tested.
    ObservationMethod "observation-method";
    /// Performance scores.
    Performance "performance";
    /// Present, absent.
    Presence "presence";
    /// Procedures that are neither operation, biopsy nor imaging.
    Procedure "procedure";
    /// Radiopharmaceuticals' nuclides.
    Radionuclide "radionuclide";
    /// Modalities of radiotherapy.
    RadiotherapyModality "radiotherapy-modality";
    /// Places that radiotherapy treats.
    RadiotherapySite "radiotherapy-site";
    /// More about such a place.
    RadiotherapySiteQualifier "radiotherapy-site-qualifier";
    /// Techniques of radiotherapy.
    RadiotherapyTechnique "radiotherapy-technique";
    /// Kinds of radiotherapy volumes.
    RadiotherapyVolumeType "radiotherapy-volume-type";
    /// Why something was not done or stopped.
    Reason "reason";
    /// Relatives.
    Relationship "relationship";
    /// Responses to treatment.
    Response "response";
    /// Routes of drugs.
    Route "route";
    /// Severities.
    Severity "severity";
    /// Kinds of specimens.
    SpecimenType "specimen-type";
    /// Staging systems.
    StagingMethod "staging-method";
    /// Operations.
    Surgery "surgery";
    /// M categories.
    TnmM "tnm-m";
    /// N categories.
    TnmN "tnm-n";
    /// Stage groups.
    TnmStageGroup "tnm-stage-group";
    /// T categories.
    TnmT "tnm-t";
    /// How a tumour looks under the microscope.
    TumorMorphology "tumor-morphology";
    /// Whether a variant was found.
    VariantResult "variant-result";
    /// Kinds of genomic change.
    VariantType "variant-type";
    /// Vital signs.
    Vital "vital";
    /// Homozygous, heterozygous.
    Zygosity "zygosity";
}

impl Domain {
    /// The domains whose embedded rows are a whole value set.
    const LISTED: &'static [Self] = &[Self::Laterality, Self::RadiotherapyModality, Self::RadiotherapyTechnique];
}

const EMBEDDED: &[(&str, &str)] = &[
    ("diagnoses.csv", include_str!("lexicon/diagnoses.csv")),
    ("drugs.csv", include_str!("lexicon/drugs.csv")),
    ("findings.csv", include_str!("lexicon/findings.csv")),
    ("genes.csv", include_str!("lexicon/genes.csv")),
    ("histology.csv", include_str!("lexicon/histology.csv")),
    ("labs.csv", include_str!("lexicon/labs.csv")),
    ("markers.csv", include_str!("lexicon/markers.csv")),
    ("methods.csv", include_str!("lexicon/methods.csv")),
    ("people.csv", include_str!("lexicon/people.csv")),
    ("procedures.csv", include_str!("lexicon/procedures.csv")),
    ("radiotherapy.csv", include_str!("lexicon/radiotherapy.csv")),
    ("sites.csv", include_str!("lexicon/sites.csv")),
    ("staging.csv", include_str!("lexicon/staging.csv")),
    ("statuses.csv", include_str!("lexicon/statuses.csv")),
];

/// Phrases by domain, and codes by code.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// Codes of a phrase: the key is domain, unit separator, folded phrase. Domain `*` is any.
    phrases: HashMap<Box<str>, Vec<Coding>>,
    /// Further codes of a code, from a user's concept maps.
    translations: HashMap<(Box<str>, Box<str>), Vec<Coding>>,
    /// The codes of the domains that mCODE binds to short lists as required: the key is domain, unit separator, code.
    members: HashSet<Box<str>>,
    /// The user's own rows, asked first.
    own: Option<Box<Lexicon>>,
}

impl Lexicon {
    /// The embedded lexicon.
    #[must_use]
    pub fn embedded() -> Self {
        let mut lexicon = Self::default();
        // A test reads every row and finds no issue; a row that could not be read would be missing, not wrong.
        let mut issues = Issues::default();
        for (_, text) in EMBEDDED {
            lexicon.add_csv(text, 0, &mut issues);
        }
        lexicon
    }

    /// The embedded tables by file name, for tests that read each row.
    #[must_use]
    pub fn embedded_tables() -> &'static [(&'static str, &'static str)] {
        EMBEDDED
    }

    /// Adds a user's lexicon, a CSV table or a FHIR ConceptMap; its rows go before the embedded ones. `source` is the number under
    /// which the text stands in the source map. Rows that cannot be used are reported as [`Code::BadLexiconRow`].
    pub fn add_own(&mut self, text: &str, source: u16, issues: &mut Issues) {
        let mut own = self.own.take().unwrap_or_default();
        if text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{') {
            concept_map::read(text, source, &mut own, issues);
        } else {
            own.add_csv(text, source, issues);
        }
        self.own = Some(own);
    }

    /// Whether a code is one of a domain's list. Only for domains whose rows are the whole of an enumerated value set:
    /// sides, modalities and techniques of radiotherapy.
    #[must_use]
    pub fn is_member(&self, domain: Domain, code: &str) -> bool {
        self.members.contains(member_key(domain, code).as_str())
    }

    /// The codes of a phrase in a domain, one at the most a code system; empty where the lexicon does not hold it.
    #[must_use]
    pub fn codes(&self, domain: Domain, phrase: &str) -> &[Coding] {
        if let Some(own) = &self.own {
            let codes = own.codes(domain, phrase);
            if !codes.is_empty() {
                return codes;
            }
            if let Some(codes) = own.phrases.get(key("*", phrase).as_str()) {
                return codes;
            }
        }
        self.phrases.get(key(domain.name(), phrase).as_str()).map_or(&[], Vec::as_slice)
    }

    /// The codes of all phrases of a domain.
    pub fn all_codes(&self, domain: Domain) -> impl Iterator<Item = &Coding> {
        let prefix = format!("{}\u{1F}", domain.name());
        self.phrases.iter().filter(move |(key, _)| key.starts_with(&prefix)).flat_map(|(_, codes)| codes)
    }

    /// The codes of a concept: those it was given with, what the lexicon holds for its words in the first of the domains that knows them,
    /// and what concept maps add to those given. A code system in which the case gave a code gets no second one.
    #[must_use]
    pub fn resolve(&self, domains: &[Domain], text: Option<&str>, given: &[Coding]) -> Vec<Coding> {
        let mut codings = given.to_vec();
        let mut add = |found: &[Coding]| {
            // Where the lexicon has another code of a system than the one given, its words mean something else: none is added.
            let differs =
                |coding: &Coding| given.iter().any(|own| own.system == coding.system && own.code != coding.code);
            if found.iter().any(differs) {
                return;
            }
            for coding in found {
                if !codings.iter().any(|known| known.system == coding.system) {
                    codings.push(coding.clone());
                }
            }
        };
        if let Some(own) = &self.own {
            for coding in given {
                let key = (coding.system.as_ref().into(), coding.code.as_str().into());
                add(own.translations.get(&key).map_or(&[], Vec::as_slice));
            }
        }
        if let Some(text) = text {
            let found = domains.iter().map(|domain| self.codes(*domain, text)).find(|codes| !codes.is_empty());
            add(found.unwrap_or_default());
        }
        codings
    }

    /// Adds a phrase with a code.
    pub(super) fn add_phrase(&mut self, domain: &str, phrase: &str, coding: Coding) {
        let codes = self.phrases.entry(key(domain, phrase).into()).or_default();
        if !codes.iter().any(|known| known.system == coding.system) {
            codes.push(coding);
        }
    }

    /// Adds a code that another code is translated to.
    pub(super) fn add_translation(&mut self, system: &str, code: &str, coding: Coding) {
        self.translations.entry((system.into(), code.into())).or_default().push(coding);
    }

    fn add_csv(&mut self, text: &str, source: u16, issues: &mut Issues) {
        const COLUMNS: [&str; 6] = ["domain", "texts", "system", "code", "display", "source"];
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter(text))
            .flexible(true)
            .from_reader(text.trim_start_matches('\u{FEFF}').as_bytes());
        let bom = text.len() - text.trim_start_matches('\u{FEFF}').len();
        let fault = |issues: &mut Issues, offset: u64, message: String, help: &str| {
            let at = u32::try_from(offset).unwrap_or(u32::MAX).saturating_add(u32::try_from(bom).unwrap_or(0));
            issues.add(Issue::new(Code::BadLexiconRow, message).at(Span::new(source, at, at)).help(help));
        };
        let columns: Vec<Option<usize>> = match reader.headers() {
            Ok(headers) => {
                COLUMNS.iter().map(|name| headers.iter().position(|header| header.trim() == *name)).collect()
            }
            Err(_) => vec![None; COLUMNS.len()],
        };
        if columns.iter().take(4).any(Option::is_none) {
            let message = "a lexicon's first row names the columns domain, texts, system and code".to_owned();
            return fault(issues, 0, message, "write domain,texts,system,code,display,source as its first row");
        }
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let offset = error.position().map_or(0, csv::Position::byte);
                    fault(
                        issues,
                        offset,
                        "the row cannot be read as CSV".to_owned(),
                        "check the quotes and the encoding, UTF-8",
                    );
                    continue;
                }
            };
            let offset = record.position().map_or(0, csv::Position::byte);
            let field =
                |at: usize| columns.get(at).copied().flatten().and_then(|at| record.get(at)).unwrap_or_default().trim();
            let (domain, texts, system, code, display) = (field(0), field(1), field(2), field(3), field(4));
            if domain != "*" && !Domain::ALL.iter().any(|known| known.name() == domain) {
                let names: Vec<&str> = Domain::ALL.iter().map(|known| known.name()).collect();
                fault(
                    issues,
                    offset,
                    "there is no such domain".to_owned(),
                    &format!("write * for any, or one of {}", names.join(", ")),
                );
                continue;
            }
            let Some(system) = systems::find(system) else {
                fault(issues, offset, "there is no such code system".to_owned(), "write its short name or its URI");
                continue;
            };
            if let Err(reason) = system.check(code) {
                fault(issues, offset, format!("this is not a code of {}: {reason}", system.title), "correct the code");
                continue;
            }
            if texts.is_empty() {
                fault(issues, offset, "the row has no phrase".to_owned(), "write the phrases with | between them");
                continue;
            }
            let coding = Coding {
                code: system.canonical(code),
                system: system.uri,
                version: None,
                display: (!display.is_empty()).then(|| display.to_owned()),
            };
            let listed = Domain::LISTED.iter().find(|listed| listed.name() == domain);
            if let Some(listed) = listed {
                self.members.insert(member_key(*listed, &coding.code).into());
            }
            for phrase in texts.split('|').filter(|phrase| !phrase.trim().is_empty()) {
                self.add_phrase(domain, phrase, coding.clone());
            }
        }
    }
}

/// Spreadsheets in much of Europe write semicolons.
fn delimiter(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    if head.contains(';') && !head.contains(',') { b';' } else { b',' }
}

fn member_key(domain: Domain, code: &str) -> String {
    format!("{}\u{1F}{code}", domain.name())
}

fn key(domain: &str, phrase: &str) -> String {
    let mut key = String::with_capacity(domain.len() + phrase.len() + 1);
    key.push_str(domain);
    let mut gap = '\u{1F}';
    for word in phrase.split_whitespace() {
        key.push(gap);
        gap = ' ';
        for character in word.chars() {
            match character {
                '–' | '—' | '‑' | '−' => key.push('-'),
                _ => key.extend(character.to_lowercase()),
            }
        }
    }
    key
}
