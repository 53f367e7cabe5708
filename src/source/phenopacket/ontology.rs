//! Ontology classes to concepts: a CURIE's prefix leads to a code system, by FHIR's own list or by the packet's resources.
//!
//! Systems that FHIR or HL7's terminology names go by those names; OBO ontologies by their PURL, as HL7 does it with Mondo; any other
//! prefix by the URL of `metaData.resources`, with an issue. A prefix that nobody knows leaves words, with the CURIE in them.

use std::borrow::Cow;

use crate::case::Concept;
use crate::case::read::At;
use crate::instance::NodeRef;
use crate::issue::Code;
use crate::terminology::{CodeSystem, Coding, systems};

use super::message::Packet;

/// What the packet says of its prefixes.
#[derive(Debug, Default)]
pub(super) struct Prefixes {
    pub(super) resources: Vec<Resource>,
}

/// A resource of the packet's metadata.
#[derive(Debug)]
pub(super) struct Resource {
    pub(super) prefix: String,
    pub(super) url: Option<String>,
    pub(super) iri_prefix: Option<String>,
    pub(super) version: Option<String>,
}

impl Prefixes {
    pub(super) fn find(&self, prefix: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.prefix.eq_ignore_ascii_case(prefix))
    }
}

/// Whether the prefix is part of the code: HP:0001250, but 79893-4 of LOINC.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// The whole CURIE.
    Whole,
    /// What follows the colon.
    Local,
}

use Shape::{Local, Whole};

/// Prefixes as phenopackets write them, folded to letters and digits. Systems: FHIR R4, terminologies-systems; HL7 Terminology 7.0.1
/// (HPO, MONDO, orphanet); for the other OBO ontologies their PURL.
const KNOWN: &[(&[&str], &str, Shape)] = &[
    (&["hp", "hpo"], systems::HPO, Whole),
    (&["ncit", "nci"], systems::NCIT, Local),
    (&["mondo"], "http://purl.obolibrary.org/obo/mondo.owl", Whole),
    (&["omim", "mim"], "http://www.omim.org", Local),
    (&["orpha", "orphanet", "ordo"], "http://www.orpha.net", Local),
    (&["loinc", "lnc"], systems::LOINC, Local),
    (&["snomed", "snomedct", "sct", "sctid", "snomedctus"], systems::SNOMED_CT, Local),
    (&["ucum"], systems::UCUM, Local),
    (&["hgnc"], systems::HGNC, Whole),
    (&["icd10"], systems::ICD_10, Local),
    (&["icd10cm"], systems::ICD_10_CM, Local),
    (&["icd10gm"], systems::ICD_10_GM, Local),
    (&["icdo", "icdo3"], systems::ICD_O_3, Local),
    (&["rxnorm", "rxcui", "rxnormcui"], systems::RXNORM, Local),
    (&["atc"], systems::ATC, Local),
    (&["so"], systems::SO, Whole),
    (&["clinvar"], systems::CLINVAR, Local),
    (&["dbsnp"], systems::DBSNP, Local),
    (&["cosmic"], systems::COSMIC, Local),
    (&["geno"], "http://purl.obolibrary.org/obo/geno.owl", Whole),
    (&["uberon"], "http://purl.obolibrary.org/obo/uberon.owl", Whole),
    (&["ncbitaxon"], "http://purl.obolibrary.org/obo/ncbitaxon.owl", Whole),
    (&["eco"], "http://purl.obolibrary.org/obo/eco.owl", Whole),
    (&["doid"], "http://purl.obolibrary.org/obo/doid.owl", Whole),
    (&["cl"], "http://purl.obolibrary.org/obo/cl.owl", Whole),
    (&["chebi"], "http://purl.obolibrary.org/obo/chebi.owl", Whole),
    (&["pato"], "http://purl.obolibrary.org/obo/pato.owl", Whole),
    (&["uo"], "http://purl.obolibrary.org/obo/uo.owl", Whole),
    (&["obi"], "http://purl.obolibrary.org/obo/obi.owl", Whole),
    (&["maxo"], "http://purl.obolibrary.org/obo/maxo.owl", Whole),
    (&["efo"], "http://www.ebi.ac.uk/efo/efo.owl", Whole),
];

fn known(prefix: &str) -> Option<(&'static str, Shape)> {
    let folded: String = prefix.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    KNOWN.iter().find(|row| row.0.contains(&folded.as_str())).map(|row| (row.1, row.2))
}

/// What a CURIE came to.
enum Found {
    /// A code of a system; whether FHIR has a name for the system.
    Code(Coding, bool),
    /// A code that its system cannot have.
    Bad(&'static str),
    /// No system.
    Unknown,
}

impl<'n> Packet<'n, '_> {
    /// A member that is an ontology class.
    pub(super) fn concept(&mut self, message: NodeRef<'n>, name: &str) -> Option<Concept> {
        let node = self.message(message, name)?;
        self.class(node)
    }

    /// A member that is a list of ontology classes.
    pub(super) fn concepts(&mut self, message: NodeRef<'n>, name: &str) -> Vec<Concept> {
        let nodes = self.messages(message, name);
        nodes.into_iter().filter_map(|node| self.class(node)).collect()
    }

    /// An ontology class that must be there.
    pub(super) fn required(&mut self, message: NodeRef<'n>, name: &str) -> Option<Concept> {
        if self.take(message, name).is_none() {
            let text = format!("the member `{name}` is missing here");
            self.fault(Code::MissingField, message, text, format!("add `{name}` with `id` and `label`"));
            return None;
        }
        self.concept(message, name)
    }

    /// A member that is an ontology class of which the code alone is used, a unit say: what it has beside id and label goes among the
    /// remarks.
    pub(super) fn bare(&mut self, message: NodeRef<'n>, name: &str, note: &mut Vec<String>) -> Option<Concept> {
        let node = self.message(message, name)?;
        let (concept, rest) = self.parts(node);
        note.extend(rest);
        concept
    }

    fn class(&mut self, node: NodeRef<'n>) -> Option<Concept> {
        let (concept, rest) = self.parts(node);
        concept.map(|concept| match rest.is_empty() {
            true => concept,
            false => {
                let text = format!("{} ({})", concept.label(), rest.join("; "));
                Concept { text: Some(text), ..concept }
            }
        })
    }

    /// An ontology class, and what it has beside id and label.
    fn parts(&mut self, node: NodeRef<'n>) -> (Option<Concept>, Vec<String>) {
        let (id, label) = (self.text(node, "id"), self.text(node, "label"));
        let concept = match (id, label) {
            (None, None) => {
                let help = "add `id`, a CURIE such as HP:0001250, and `label`";
                self.fault(Code::MissingField, node, "the ontology class has neither id nor label", help);
                None
            }
            (None, Some(label)) => Some(Concept::of_text(label, At(node.span()))),
            (Some(id), label) => Some(self.curie(node, &id, label)),
        };
        let rest = self.rest(node);
        (concept, rest)
    }

    /// A CURIE with its label.
    pub(super) fn curie(&mut self, node: NodeRef<'n>, id: &str, label: Option<String>) -> Concept {
        let at = At(node.span());
        let words = |label: Option<String>| match label {
            Some(label) => Concept::of_text(format!("{label} ({id})"), at),
            None => Concept::of_text(id, at),
        };
        match self.lookup(id, label.as_deref()) {
            Found::Code(coding, is_named) => {
                if !is_named {
                    let message = "FHIR has no name for this code system; the URL of metaData.resources stands for it";
                    self.fault(Code::ForeignSystem, node, message, "nothing is lost; a receiver may know it otherwise");
                }
                Concept { text: label, codings: vec![coding], at }
            }
            Found::Bad(reason) => {
                let message = format!("this is no code of its system: {reason}; it stays in the words");
                self.fault(Code::UnusableCode, node, message, "correct the id");
                words(label)
            }
            Found::Unknown => {
                let message =
                    "the id has no prefix that is known or stands in metaData.resources; it stays in the words";
                self.fault(
                    Code::UnusableCode,
                    node,
                    message,
                    "write a CURIE, and describe its prefix in metaData.resources",
                );
                words(label)
            }
        }
    }

    /// The code of an id, without a word on it; `None` where it has no system.
    pub(super) fn code(&self, id: &str) -> Option<Coding> {
        match self.lookup(id, None) {
            Found::Code(coding, _) => Some(coding),
            _ => None,
        }
    }

    fn lookup(&self, id: &str, label: Option<&str>) -> Found {
        let Some((prefix, local)) =
            id.split_once(':').filter(|(prefix, local)| !prefix.is_empty() && !local.is_empty())
        else {
            return Found::Unknown;
        };
        let resource = self.prefixes.find(prefix);
        let (system, shape, is_named) = match (known(prefix), resource) {
            (Some((system, shape)), _) => (Cow::Borrowed(system), shape, true),
            (None, Some(resource)) => match foreign(resource) {
                Some((system, shape)) => (Cow::Owned(system), shape, false),
                None => return Found::Unknown,
            },
            (None, None) => return Found::Unknown,
        };
        let code = if shape == Whole { id } else { local };
        let Some(known) = systems::find(&system) else { return Found::Unknown };
        if let Err(reason) = known.check(code) {
            return Found::Bad(reason);
        }
        // Names of LOINC and SNOMED CT are theirs word for word, and a packet's label is seldom: it stays the concept's text.
        let strict = system == systems::LOINC || system == systems::SNOMED_CT;
        let display = label.filter(|_| !strict).map(str::to_owned);
        let version = resource.and_then(|resource| resource.version.clone());
        Found::Code(coding(&known, code, version, display), is_named)
    }
}

fn coding(system: &CodeSystem, code: &str, version: Option<String>, display: Option<String>) -> Coding {
    Coding { system: system.uri.clone(), code: system.canonical(code), version, display }
}

/// The URI of a system by what the packet says of it, and whether its codes hold the prefix.
fn foreign(resource: &Resource) -> Option<(String, Shape)> {
    let uri = |text: &Option<String>| text.clone().filter(|text| systems::is_absolute_uri(text));
    let iri = uri(&resource.iri_prefix);
    let is_obo = iri.as_ref().is_some_and(|iri| iri.ends_with(&format!("{}_", resource.prefix)));
    let system = uri(&resource.url).or(iri)?;
    Some((system, if is_obo { Whole } else { Local }))
}
