//! VariationDescriptor, GeneDescriptor, VcfRecord, Expression and Extension of VRSATILE, and what is plain in a variation of VRS.
//!
//! | phenopacket | case |
//! | --- | --- |
//! | geneContext | variant.gene; what is more than id and symbol: a note |
//! | expressions hgvs.c, hgvs.g, hgvs.p | coding, genomic, protein; further ones: notes |
//! | expressions iscn, `transcript_reference` | cytogenetic, transcript |
//! | vcfRecord | assembly, chromosome, position, `reference_allele`, `alternate_allele`; id, qual, filter, info: notes |
//! | structuralType, allelicState | change, zygosity |
//! | id, vcfRecord.id, xrefs | variation where their prefix is known (dbSNP, ClinVar …), else notes |
//! | extensions | allele_frequency, or details |
//! | moleculeContext | a detail |
//! | variation | copy_number, and the whole in VRS as a note |
//! | label, description, alternateLabels, vrsRefAlleleSeq | notes |

use crate::case::read::{At, Many};
use crate::case::{Concept, Detail, Quantity, Value, Variant};
use crate::instance::{Kind, NodeRef};
use crate::terminology::{Coding, systems};

use super::individual::detail;
use super::message::Packet;

const CONTEXT: &[&str] = &["unspecified_molecule_context", "genomic", "transcript", "protein"];

pub(super) fn read<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>) -> Variant {
    let at = At(node.span());
    let mut variant = blank(at);
    let mut note = Vec::new();
    let id = packet.text(node, "id");
    if let Some(gene) = packet.message(node, "geneContext") {
        variant.gene = Many(gene_list(packet, gene, &mut note));
    }
    for expression in packet.messages(node, "expressions") {
        read_expression(packet, expression, &mut variant, &mut note);
    }
    if let Some(record) = packet.message(node, "vcfRecord") {
        vcf(packet, record, &mut variant, &mut note);
    }
    variant.change = packet.concept(node, "structuralType");
    variant.zygosity = packet.concept(node, "allelicState");
    let mut refer =
        |packet: &Packet<'n, '_>, what: &str, id: String, note: &mut Vec<String>| match reference(packet, &id) {
            Some(coding) => variant.variation.0.push(Concept { text: None, codings: vec![coding], at }),
            None => note.push(format!("{what}: {id}")),
        };
    if let Some(id) = &id {
        refer(packet, "Variation", id.clone(), &mut note);
    }
    for xref in packet.texts(node, "xrefs") {
        refer(packet, "Cross-reference", xref, &mut note);
    }
    for extension in packet.messages(node, "extensions") {
        read_extension(packet, extension, &mut variant, &mut note);
    }
    if let Some(context) = packet.term(node, "moleculeContext", CONTEXT) {
        variant.detail.0.push(detail("Molecule context", Concept::of_text(context, at)));
    }
    let label = packet.text(node, "label");
    note.extend(label.as_ref().map(|label| format!("Label: {label}")));
    note.extend(packet.text(node, "description"));
    note.extend(packet.texts(node, "alternateLabels").into_iter().map(|label| format!("Also called: {label}")));
    note.extend(packet.text(node, "vrsRefAlleleSeq").map(|bases| format!("Reference bases: {bases}")));
    if let Some(vrs) = packet.take(node, "variation") {
        variant.copy_number = copies(vrs);
        note.push(format!("Variation in VRS: {}", crate::instance::node_to_json(vrs)));
        packet.mark_all(vrs);
    }
    note.extend(packet.rest(node));
    let told = [&variant.protein, &variant.coding, &variant.genomic, &variant.cytogenetic];
    if told.into_iter().all(Option::is_none) && variant.change.is_none() {
        // A variant that only its label or VRS describes was found all the same: that is what an interpretation is about.
        variant.result = Some(Concept::of_text("present", at));
    }
    let name = id.or(label).or_else(|| variant.gene.first().map(|gene| gene.label().to_owned()));
    variant.key = Some(packet.keys.give("variant", name.as_deref().unwrap_or("of-the-packet"), at));
    variant.note = Many(note);
    variant
}

fn blank(at: At) -> Variant {
    Variant {
        key: None,
        gene: Many::default(),
        result: None,
        protein: None,
        coding: None,
        genomic: None,
        cytogenetic: None,
        change: None,
        origin: None,
        zygosity: None,
        allele_frequency: None,
        copy_number: None,
        transcript: None,
        assembly: None,
        chromosome: None,
        position: None,
        reference_allele: None,
        alternate_allele: None,
        location: Many::default(),
        variation: Many::default(),
        significance: None,
        detail: Many::default(),
        date: None,
        method: None,
        specimen: None,
        report: None,
        note: Many::default(),
        at,
    }
}

/// A GeneDescriptor: its symbol with its id as code.
pub(super) fn gene<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, note: &mut Vec<String>) -> Option<Concept> {
    let (id, symbol) = (packet.text(node, "valueId"), packet.text(node, "symbol"));
    let gene = match (id, symbol) {
        (Some(id), symbol) => Some(packet.curie(node, &id, symbol)),
        (None, Some(symbol)) => Some(Concept::of_text(symbol, At(node.span()))),
        (None, None) => None,
    };
    note.extend(packet.text(node, "description").map(|text| format!("Gene: {text}")));
    for (member, what) in
        [("alternateIds", "Gene, other id"), ("alternateSymbols", "Gene, other symbol"), ("xrefs", "Gene, reference")]
    {
        note.extend(packet.texts(node, member).into_iter().map(|text| format!("{what}: {text}")));
    }
    note.extend(packet.rest(node));
    gene
}

fn gene_list<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, note: &mut Vec<String>) -> Vec<Concept> {
    gene(packet, node, note).into_iter().collect()
}

fn read_expression<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, variant: &mut Variant, note: &mut Vec<String>) {
    let (syntax, value) = (packet.text(node, "syntax"), packet.text(node, "value"));
    let version = packet.text(node, "version");
    note.extend(packet.rest(node));
    let syntax = syntax.unwrap_or_default();
    let Some(value) = value else { return };
    let slot = match syntax.to_lowercase().as_str() {
        "hgvs.c" => Some(&mut variant.coding),
        "hgvs.g" => Some(&mut variant.genomic),
        "hgvs.p" => Some(&mut variant.protein),
        "hgvs" => match value.rsplit(':').next().unwrap_or_default().get(..2) {
            Some("c.") => Some(&mut variant.coding),
            Some("g.") => Some(&mut variant.genomic),
            Some("p.") => Some(&mut variant.protein),
            _ => None,
        },
        "iscn" => Some(&mut variant.cytogenetic),
        "transcript_reference" => Some(&mut variant.transcript),
        _ => None,
    };
    note.extend(version.map(|version| format!("{syntax} is of version {version}")));
    match slot {
        Some(slot) if slot.is_none() => *slot = Some(value),
        _ => note.push(format!("{}: {value}", if syntax.is_empty() { "Expression" } else { syntax.as_str() })),
    }
}

fn vcf<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, variant: &mut Variant, note: &mut Vec<String>) {
    let at = At(node.span());
    variant.assembly = packet.text(node, "genomeAssembly").map(|assembly| Concept::of_text(assembly, at));
    variant.chromosome = packet.text(node, "chrom");
    variant.position = packet.count(node, "pos");
    variant.reference_allele = packet.text(node, "ref");
    variant.alternate_allele = packet.text(node, "alt");
    if let Some(id) = packet.text(node, "id").filter(|id| id != ".") {
        match reference(packet, &id) {
            Some(coding) => variant.variation.0.push(Concept { text: None, codings: vec![coding], at }),
            None => note.push(format!("VCF id: {id}")),
        }
    }
    for member in ["qual", "filter", "info"] {
        note.extend(packet.text(node, member).map(|text| format!("VCF {member}: {text}")));
    }
    note.extend(packet.rest(node));
}

/// A code of a variant by its id: a number of dbSNP, or a CURIE of a system that numbers variants.
fn reference(packet: &Packet<'_, '_>, id: &str) -> Option<Coding> {
    let is_rs = |id: &str| {
        id.strip_prefix("rs").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if is_rs(id) {
        return Some(Coding { system: systems::DBSNP.into(), code: id.to_owned(), version: None, display: None });
    }
    let numbers = [systems::DBSNP, systems::CLINVAR, systems::COSMIC];
    packet.code(id).filter(|coding| numbers.contains(&coding.system.as_ref()))
}

fn read_extension<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, variant: &mut Variant, note: &mut Vec<String>) {
    let at = At(node.span());
    let name = packet.text(node, "name");
    let plain = packet.take(node, "value").filter(|value| matches!(value.kind(), Kind::String | Kind::Number));
    let text = plain.map(|value| value.text().trim()).filter(|text| !text.is_empty());
    match (name, text) {
        (Some(name), Some(text)) => {
            let quantity = Quantity::parse(text, at);
            let is_frequency = matches!(name.as_str(), "allele-frequency" | "allele_frequency" | "allele frequency");
            if is_frequency && quantity.is_some() && variant.allele_frequency.is_none() {
                variant.allele_frequency = quantity;
            } else {
                let value = quantity.map_or_else(|| Value::Concept(Concept::of_text(text, at)), Value::Quantity);
                let name = Concept::of_text(name, at);
                variant.detail.0.push(Detail { name, value, reference_range: None, at });
            }
        }
        _ => note.push(packet.verbatim(node)),
    }
    note.extend(packet.rest(node));
}

/// The number of copies that a CopyNumber of VRS tells.
fn copies(vrs: NodeRef<'_>) -> Option<Quantity> {
    let value = vrs.get("copyNumber")?.get("number")?.get("value")?;
    Quantity::parse(value.text(), At(value.span()))
}
