//! Interpretation, Diagnosis, GenomicInterpretation, VariantInterpretation.
//!
//! | phenopacket | case |
//! | --- | --- |
//! | interpretation.id | the key of a genomic report; its note |
//! | progressStatus | report.preliminary, note |
//! | summary | report.conclusion |
//! | diagnosis.disease | report.diagnosis |
//! | genomicInterpretations.variantInterpretation | variants of the report |
//! | genomicInterpretations.gene | a finding of the report: a gene stands for some change of it |
//! | subjectOrBiosampleId | the variant's specimen; an id of neither: a note |
//! | interpretationStatus, therapeuticActionability | details |
//! | acmgPathogenicityClassification | variant.significance |

use crate::case::read::{At, Many};
use crate::case::{Case, Concept, Detail, GenomicReport, Key, Link, Value};
use crate::instance::NodeRef;
use crate::terminology::{Coding, systems};

use super::feature::finding;
use super::index::Samples;
use super::individual::detail;
use super::message::Packet;
use super::variation;

const PROGRESS: &[&str] = &["UNKNOWN_PROGRESS", "IN_PROGRESS", "COMPLETED", "SOLVED", "UNSOLVED"];
const STATUS: &[&str] = &["UNKNOWN_STATUS", "REJECTED", "CANDIDATE", "CONTRIBUTORY", "CAUSATIVE"];
const ACTIONABILITY: &[&str] = &["UNKNOWN_ACTIONABILITY", "NOT_ACTIONABLE", "ACTIONABLE"];
const ACMG: &[&str] =
    &["NOT_PROVIDED", "BENIGN", "LIKELY_BENIGN", "UNCERTAIN_SIGNIFICANCE", "LIKELY_PATHOGENIC", "PATHOGENIC"];

/// LOINC's answers to 53037-8, Genetic variation clinical significance (HL7 Genomics Reporting, diagnostic implication).
const SIGNIFICANCE: &[(&str, &str, &str)] = &[
    ("BENIGN", "LA6675-8", "Benign"),
    ("LIKELY_BENIGN", "LA26334-5", "Likely benign"),
    ("UNCERTAIN_SIGNIFICANCE", "LA26333-7", "Uncertain significance"),
    ("LIKELY_PATHOGENIC", "LA26332-9", "Likely pathogenic"),
    ("PATHOGENIC", "LA6668-3", "Pathogenic"),
];

/// Whom a genomic interpretation may be about.
pub(super) struct Subjects<'s> {
    pub(super) individual: Option<&'s str>,
    /// Biosamples by their ids.
    pub(super) biosamples: &'s Samples,
}

pub(super) fn read<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, subjects: &Subjects<'_>, case: &mut Case) {
    let at = At(node.span());
    let id = packet.text(node, "id");
    let key = packet.keys.give("interpretation", id.as_deref().unwrap_or("of-the-packet"), at);
    let progress = packet.term(node, "progressStatus", PROGRESS);
    let summary = packet.text(node, "summary");
    let mut note: Vec<String> = id.map(|id| format!("Interpretation {id}")).into_iter().collect();
    note.extend(progress.map(|progress| format!("Progress: {}", plain(progress))));
    let mut diagnoses = Vec::new();
    if let Some(diagnosis) = packet.message(node, "diagnosis") {
        diagnoses.extend(packet.concept(diagnosis, "disease"));
        for genomic in packet.messages(diagnosis, "genomicInterpretations") {
            genomic_interpretation(packet, genomic, &key, subjects, case);
        }
        note.extend(packet.rest(diagnosis));
    }
    note.extend(packet.rest(node));
    case.genomic_reports.0.push(GenomicReport {
        key: Some(key),
        test: Concept::of_text("Genomic interpretation", at),
        date: None,
        specimen: None,
        preliminary: (progress == Some("IN_PROGRESS")).then_some(true),
        conclusion: summary,
        diagnosis: Many(diagnoses),
        performer: None,
        note: Many(note),
        at,
    });
}

fn genomic_interpretation<'n>(
    packet: &mut Packet<'n, '_>,
    node: NodeRef<'n>,
    report: &Key,
    subjects: &Subjects<'_>,
    case: &mut Case,
) {
    let at = At(node.span());
    let subject = packet.text(node, "subjectOrBiosampleId");
    let status = packet.term(node, "interpretationStatus", STATUS);
    let specimen: Option<Link> = subject.as_deref().and_then(|id| subjects.biosamples.find(id)).cloned();
    let mut note = Vec::new();
    if specimen.is_none() && subject.as_deref() != subjects.individual {
        note.extend(subject.map(|subject| format!("Of subject or biosample {subject}")));
    }
    let mut details: Vec<Detail> =
        status.map(|status| worded("Interpretation status", status, at)).into_iter().collect();
    if let Some(gene) = packet.message(node, "gene") {
        let gene = variation::gene(packet, gene, &mut note);
        if let Some(gene) = gene {
            let mut finding = finding(Concept::of_text("Gene with a change that is not told", at), at);
            finding.key = Some(packet.keys.of("gene", &gene));
            finding.value = Some(Value::Concept(gene));
            finding.kind = Some(crate::case::FindingKind::Laboratory);
            finding.of = Many(vec![report.clone()]);
            finding.specimen.clone_from(&specimen);
            finding.detail = Many(std::mem::take(&mut details));
            note.extend(packet.rest(node));
            finding.note = Many(note);
            case.findings.0.push(finding);
            return;
        }
    }
    let Some(interpretation) = packet.message(node, "variantInterpretation") else {
        note.extend(packet.rest(node));
        note.extend(status.map(|status| format!("Interpretation status: {}", plain(status))));
        if let Some(last) = case.genomic_reports.0.last_mut() {
            last.note.0.extend(note);
        } else {
            case.patient.note.0.extend(note);
        }
        return;
    };
    let significance = packet.term(interpretation, "acmgPathogenicityClassification", ACMG);
    let actionability = packet.term(interpretation, "therapeuticActionability", ACTIONABILITY);
    details.extend(actionability.map(|word| worded("Therapeutic actionability", word, at)));
    let descriptor = packet.message(interpretation, "variationDescriptor");
    note.extend(packet.rest(interpretation));
    note.extend(packet.rest(node));
    let Some(descriptor) = descriptor else {
        let help = "add `variationDescriptor`, or `gene` where the change is not known";
        packet.fault(crate::issue::Code::MissingField, interpretation, "the variant is not described", help);
        return;
    };
    let mut variant = variation::read(packet, descriptor);
    variant.significance = significance.and_then(|word| significance_of(word, at));
    variant.specimen = specimen;
    variant.report = Some(report.clone());
    details.append(&mut variant.detail.0);
    variant.detail = Many(details);
    variant.note.0.extend(note);
    case.variants.0.push(variant);
}

fn significance_of(word: &str, at: At) -> Option<Concept> {
    let (_, code, display) = SIGNIFICANCE.iter().find(|row| row.0 == word)?;
    let coding = Coding {
        system: systems::LOINC.into(),
        code: (*code).to_owned(),
        version: None,
        display: Some((*display).to_owned()),
    };
    Some(Concept { text: Some((*display).to_owned()), codings: vec![coding], at })
}

/// A member of an enumeration as a detail in words.
fn worded(name: &str, word: &str, at: At) -> Detail {
    detail(name, Concept::of_text(plain(word), at))
}

/// A member of an enumeration in words.
pub(super) fn plain(word: &str) -> String {
    word.to_lowercase().replace('_', " ")
}
