//! Genomic variants and the reports that hold them.

use super::concept::Concept;
use super::date::When;
use super::link::{Key, Link};
use super::observation::Detail;
use super::quantity::Quantity;
use super::read::record;

record! {
    /// A genomic variant, found or excluded.
    pub struct Variant {
        /// The name that other items link to.
        optional key: Key,
        /// The gene.
        many gene: Concept,
        /// present, absent, indeterminate, no call.
        optional result: Concept,
        /// The change of the protein: V600E or p.Val600Glu.
        optional protein: String,
        /// The change of the coding DNA, HGVS: c.1799T>A.
        optional coding: String,
        /// The change of the genome, HGVS.
        optional genomic: String,
        /// The change of the chromosome, ISCN: t(9;22)(q34;q11).
        optional cytogenetic: String,
        /// What kind of change: substitution, deletion, fusion.
        optional change: Concept,
        /// germline or somatic.
        optional origin: Concept,
        /// heterozygous, homozygous.
        optional zygosity: Concept,
        /// The share of reads with the variant.
        optional allele_frequency: Quantity,
        /// Copies of the gene.
        optional copy_number: Quantity,
        /// The reference transcript: NM_004333.6.
        optional transcript: String,
        /// The reference genome that positions are of: GRCh38.
        optional assembly: Concept,
        /// The chromosome, or the sequence in its place.
        optional chromosome: String,
        /// The first position on it, counted from 1.
        optional position: u32,
        /// The bases there in the reference genome.
        optional reference_allele: String,
        /// The bases there in the patient.
        optional alternate_allele: String,
        /// Where on the chromosome: 7q34.
        many location: Concept,
        /// Its number in ClinVar, COSMIC, dbSNP.
        many variation: Concept,
        /// What it means for health: pathogenic, benign, of uncertain significance.
        optional significance: Concept,
        /// More of it that has a name.
        many detail: Detail,
        /// When.
        optional date: When,
        /// How it was tested.
        optional method: Concept,
        /// The specimen.
        optional specimen: Link,
        /// The report that holds it.
        optional report: Link,
        /// Remarks.
        many note: String,
    }
}

record! {
    /// A genomic test report.
    pub struct GenomicReport {
        /// The name that other items link to.
        optional key: Key,
        /// The test.
        required test: Concept,
        /// When.
        optional date: When,
        /// The specimen.
        optional specimen: Link,
        /// Whether it is not finished yet.
        optional preliminary: bool,
        /// What the report concludes, in words.
        optional conclusion: String,
        /// The diseases that it concludes.
        many diagnosis: Concept,
        /// Who made it.
        optional performer: String,
        /// Remarks.
        many note: String,
    }
}
