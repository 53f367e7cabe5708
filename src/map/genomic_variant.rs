//! mCODE Genomic Variant (← Genomics Reporting Variant); of a case that is none of cancer US Core Laboratory Result, with the same
//! components.
//!
//! | case | FHIR |
//! | --- | --- |
//! | variants.result | valueCodeableConcept: present unless said otherwise |
//! | gene | component 48018-6 (HGNC) |
//! | protein, coding, genomic | components 48005-3, 48004-6, 81290-9 (HGVS); `V600E` is written out as `p.Val600Glu` |
//! | cytogenetic | component 81291-7 (ISCN) |
//! | change, origin, zygosity | components 48019-4, 48002-0, 53034-5 |
//! | allele_frequency, copy_number | components 81258-6, 82155-3 |
//! | transcript, location, variation | components 51958-7, 48001-2, 81252-9 |
//! | assembly, position | components 62374-4, 81254-5 with 92822-6 (positions count from 1) |
//! | reference_allele, alternate_allele | components 69547-8, 69551-0 |
//! | chromosome, detail | components named in words: the codes that 48000-4 is bound to are not at hand |
//! | significance | component 53037-8 |
//! | method, date, specimen | method, effective, specimen |

use super::context::{MapContext, Placement};
use super::detail::{details, tell};
use super::observation::{component, component_value, dated, effective, is_date, laboratory, notes, observation};
use super::output::Section;
use super::variant_position;
use crate::case::{Amount, Concept, Item, Quantity, Value, Variant};
use crate::fhir::canonicals::{GENOMIC_VARIANT, OBSERVATION_LAB, SIMPLE_OBSERVATION};
use crate::fhir::narrative::Story;
use crate::fhir::resources::{Observation, ObservationComponentValue, ObservationValue};
use crate::fhir::{Built, datatypes};
use crate::terminology::{Coding, Domain, systems};

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for variant in &cx.case.variants {
        let identity = variant.identity();
        let code = [(systems::LOINC, "69548-6", "Genetic variant assessment")];
        let mut observation = observation(cx, datatypes::codeable(&code, None)?)?;
        observation.category = laboratory()?;
        // A change that is listed without a result was found; the reader sees to it that there is one or the other.
        let present = Concept::of_text("present", variant.at);
        let result = variant.result.as_ref().unwrap_or(&present);
        // A code that the case gives says what is meant; words beside it must not add another.
        let domains: &[Domain] = if result.codings.is_empty() { &[Domain::VariantResult] } else { &[] };
        let typed = cx.codeable(domains, result)?;
        let bound = typed.coding.iter().flatten().any(|coding| coding.system.as_deref() == Some(systems::LOINC));
        observation.value = Some(ObservationValue::CodeableConcept(typed));
        let mut remarks = Vec::new();
        components(cx, variant, &mut observation, &mut remarks)?;
        variant_position::components(cx, variant, &mut observation)?;
        observation.component.extend(details(cx, &variant.detail, &mut remarks)?);
        observation.method = cx.maybe(&[Domain::ObservationMethod], variant.method.as_ref())?;
        observation.effective = effective(cx, variant.date.as_ref())?;
        observation.specimen = variant.specimen.as_ref().map(|link| cx.link(link)).transpose()?.flatten();
        observation.note = notes(&variant.note, remarks)?;
        let profile = match (is_date(variant.date.as_ref()), bound) {
            _ if !cx.is_oncology() => dated(cx, OBSERVATION_LAB, variant.date.as_ref(), variant.at),
            (true, true) => GENOMIC_VARIANT,
            (false, _) => {
                cx.wider(variant.at, "mCODE's variant has a date, and this one has a period");
                SIMPLE_OBSERVATION
            }
            (true, false) => {
                cx.wider(
                    variant.at,
                    "mCODE's variant is present, absent, indeterminate or a no-call, and this one is none",
                );
                SIMPLE_OBSERVATION
            }
        };
        let placement =
            Placement { identity: &identity, part: "", profile, section: Section::Genomics, at: variant.at };
        cx.place(observation, &variant.label(), story(variant), &placement)?;
    }
    Ok(())
}

fn components(
    cx: &mut MapContext<'_>,
    variant: &Variant,
    observation: &mut Observation,
    remarks: &mut Vec<String>,
) -> Built<()> {
    let mut add = |code: &str, display: &str, value: ObservationComponentValue| -> Built<()> {
        let code = datatypes::codeable(&[(systems::LOINC, code, display)], None)?;
        observation.component.push(Some(component(code, value)?));
        Ok(())
    };
    for gene in &variant.gene {
        let gene = cx.codeable(&[Domain::Gene], gene)?;
        add("48018-6", "Gene studied ID", ObservationComponentValue::CodeableConcept(gene))?;
    }
    let changes = [
        ("48004-6", "DNA change (c.HGVS)", variant.coding.clone()),
        ("81290-9", "Genomic DNA change (gHGVS)", variant.genomic.clone()),
        ("48005-3", "Amino acid change (pHGVS)", variant.protein.as_deref().map(protein_hgvs)),
    ];
    for (code, display, change) in changes {
        let Some(change) = change else { continue };
        let original = if code == "48005-3" { variant.protein.clone() } else { None };
        let typed = match is_hgvs(&change) {
            true => {
                let coding = Coding {
                    system: systems::HGVS.into(),
                    code: change.clone(),
                    version: None,
                    display: Some(change.clone()),
                };
                datatypes::concept(
                    vec![Some(datatypes::coding(&coding)?)],
                    Some(original.as_deref().unwrap_or(&change)),
                )?
            }
            // The binding is required, so words that are no HGVS cannot stand in the component.
            false => {
                remarks.push(format!("{display}: {change}"));
                continue;
            }
        };
        add(code, display, ObservationComponentValue::CodeableConcept(typed))?;
    }
    if let Some(iscn) = &variant.cytogenetic {
        let typed = datatypes::concept(Vec::new(), Some(iscn))?;
        add("81291-7", "Variant ISCN", ObservationComponentValue::CodeableConcept(typed))?;
    }
    if let Some(transcript) = &variant.transcript {
        let typed = datatypes::concept(Vec::new(), Some(transcript))?;
        add("51958-7", "Transcript ref sequence ID", ObservationComponentValue::CodeableConcept(typed))?;
    }
    let coded: [(&str, &str, &[Domain], Option<&Concept>); 3] = [
        ("48019-4", "DNA Change Type", &[Domain::VariantType], variant.change.as_ref()),
        ("48002-0", "Genomic Source Class", &[Domain::GenomicSource], variant.origin.as_ref()),
        ("53034-5", "Allelic State", &[Domain::Zygosity], variant.zygosity.as_ref()),
    ];
    for (code, display, domains, concept) in coded {
        if let Some(concept) = concept {
            let typed = cx.codeable(domains, concept)?;
            add(code, display, ObservationComponentValue::CodeableConcept(typed))?;
        }
    }
    for location in &variant.location {
        let typed = cx.codeable(&[], location)?;
        add("48001-2", "Cytogenetic (chromosome) location", ObservationComponentValue::CodeableConcept(typed))?;
    }
    for variation in &variant.variation {
        let typed = cx.codeable(&[], variation)?;
        add("81252-9", "Discrete genetic variant", ObservationComponentValue::CodeableConcept(typed))?;
    }
    if let Some(frequency) = &variant.allele_frequency {
        // The profile fixes UCUM and means a share of one; a percentage is the same share, a hundred times as large.
        let share = as_share(frequency);
        if share.is_none() {
            remarks.push(format!("Sample variant allele frequency: {frequency}"));
        }
        if let Some(share) = share {
            let value = component_value(cx, &[], &Value::Quantity(share), remarks)?;
            add("81258-6", "Sample VAF", value)?;
        }
    }
    if let Some(copies) = &variant.copy_number {
        if matches!(copies.amount, Amount::Range(..)) {
            remarks.push(format!("Copy number: {copies}"));
            return Ok(());
        }
        let counted = matches!(copies.unit.as_deref(), None | Some("copies" | "copy"));
        let unit = if counted { Some("1".to_owned()) } else { copies.unit.clone() };
        let copies = Quantity { unit, ..copies.clone() };
        let value = component_value(cx, &[], &Value::Quantity(copies), remarks)?;
        add("82155-3", "Genomic Structural Variant copy Number", value)?;
    }
    Ok(())
}

/// The frequency as a number with UCUM's unit 1 or per cent; a range has no place in the profile.
fn as_share(frequency: &Quantity) -> Option<Quantity> {
    let unit = frequency.unit.as_deref();
    let fits = !matches!(frequency.amount, Amount::Range(..)) && matches!(unit, None | Some("1" | "%"));
    fits.then(|| Quantity { unit: Some(unit.unwrap_or("1").to_owned()), ..frequency.clone() })
}

/// Whether a change is written in HGVS: a letter for the sequence, a point, no blanks.
fn is_hgvs(change: &str) -> bool {
    let description = change.rsplit(':').next().unwrap_or(change);
    let letters = ["p.", "c.", "g.", "m.", "n.", "r."];
    letters.iter().any(|letter| description.starts_with(letter)) && !change.contains(char::is_whitespace)
}

/// Amino acids: one letter and three (HGVS recommendations, amino acid descriptions; IUPAC-IUB).
const AMINO_ACIDS: &[(char, &str)] = &[
    ('A', "Ala"),
    ('C', "Cys"),
    ('D', "Asp"),
    ('E', "Glu"),
    ('F', "Phe"),
    ('G', "Gly"),
    ('H', "His"),
    ('I', "Ile"),
    ('K', "Lys"),
    ('L', "Leu"),
    ('M', "Met"),
    ('N', "Asn"),
    ('P', "Pro"),
    ('Q', "Gln"),
    ('R', "Arg"),
    ('S', "Ser"),
    ('T', "Thr"),
    ('U', "Sec"),
    ('V', "Val"),
    ('W', "Trp"),
    ('Y', "Tyr"),
    ('*', "Ter"),
    ('X', "Ter"),
];

/// A protein change in HGVS: `V600E` and `p.V600E` become `p.Val600Glu`; all else stays as it is.
fn protein_hgvs(change: &str) -> String {
    let short = change.strip_prefix("p.").unwrap_or(change);
    let three = |letter: char| AMINO_ACIDS.iter().find(|row| row.0 == letter).map(|row| row.1);
    let spelled = || {
        let mut characters = short.chars();
        let from = three(characters.next()?)?;
        let to = three(characters.next_back()?)?;
        let position = characters.as_str();
        let number =
            !position.is_empty() && !position.starts_with('0') && position.bytes().all(|byte| byte.is_ascii_digit());
        number.then(|| format!("p.{from}{position}{to}"))
    };
    spelled().unwrap_or_else(|| change.to_owned())
}

fn story(variant: &Variant) -> Story {
    let mut story = Story::new("Genomic variant");
    story.say(&variant.label());
    story.add("result", variant.result.as_ref().map_or("present", Concept::label));
    for (label, text) in [
        ("protein", variant.protein.as_ref()),
        ("coding DNA", variant.coding.as_ref()),
        ("genome", variant.genomic.as_ref()),
        ("cytogenetics", variant.cytogenetic.as_ref()),
        ("transcript", variant.transcript.as_ref()),
    ] {
        story.add_some(label, text);
    }
    for (label, concept) in [("change", &variant.change), ("origin", &variant.origin), ("zygosity", &variant.zygosity)]
    {
        story.add_some(label, concept.as_ref().map(Concept::label));
    }
    story.add_some("allele frequency", variant.allele_frequency.as_ref().map(ToString::to_string));
    story.add_some("copies", variant.copy_number.as_ref().map(ToString::to_string));
    variant_position::tell(&mut story, variant);
    tell(&mut story, &variant.detail);
    story.add_some("method", variant.method.as_ref().map(Concept::label));
    story.add_some("date", variant.date.as_ref().map(ToString::to_string));
    for note in &variant.note {
        story.say(note);
    }
    story
}
