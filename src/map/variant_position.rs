//! Where a variant stands in a reference genome and which bases stand there, as VCF tells it, and what it means for health.
//!
//! Codes and displays: HL7 Genomics Reporting 2.0.0, profiles variant and diagnostic-implication, and its examples.

use super::context::MapContext;
use super::observation::component;
use crate::case::{Concept, Decimal, Variant};
use crate::fhir::narrative::Story;
use crate::fhir::resources::{Observation, ObservationComponentValue};
use crate::fhir::types::Range;
use crate::fhir::{Built, datatypes};
use crate::terminology::systems;

/// Adds what the case says of place and bases.
pub(super) fn components(cx: &mut MapContext<'_>, variant: &Variant, observation: &mut Observation) -> Built<()> {
    let mut list = Vec::new();
    if let Some(assembly) = &variant.assembly {
        let value = ObservationComponentValue::CodeableConcept(assembly_concept(cx, assembly)?);
        list.push(("62374-4", "Human reference sequence assembly version", value));
    }
    if let Some(position) = variant.position.and_then(|position| Decimal::parse(&position.to_string())) {
        let low = datatypes::quantity(&position, None, None, &mut cx.lexicals)?;
        let range = Range::builder().low(low).build()?;
        list.push(("81254-5", "Genomic allele start-end", ObservationComponentValue::Range(range)));
        let counting = datatypes::codeable(&[(systems::LOINC, "LA30102-0", "1-based character counting")], None)?;
        let counting = ObservationComponentValue::CodeableConcept(counting);
        list.push(("92822-6", "Genomic coordinate system [Type]", counting));
    }
    for (code, display, bases) in [
        ("69547-8", "Genomic ref allele [ID]", &variant.reference_allele),
        ("69551-0", "Genomic alt allele [ID]", &variant.alternate_allele),
    ] {
        if let Some(bases) = bases {
            list.push((code, display, ObservationComponentValue::String(bases.clone())));
        }
    }
    if let Some(significance) = &variant.significance {
        let value = ObservationComponentValue::CodeableConcept(cx.codeable(&[], significance)?);
        list.push(("53037-8", "Genetic variation clinical significance [Imp]", value));
    }
    for (code, display, value) in list {
        let code = datatypes::codeable(&[(systems::LOINC, code, display)], None)?;
        observation.component.push(Some(component(code, value)?));
    }
    if let Some(chromosome) = &variant.chromosome {
        let code = datatypes::codeable(&[], Some("Chromosome"))?;
        let value = ObservationComponentValue::String(chromosome.clone());
        observation.component.push(Some(component(code, value)?));
    }
    Ok(())
}

/// LOINC's answers for assemblies (LL1040-6), by the names that they have in files.
fn assembly_concept(cx: &mut MapContext<'_>, assembly: &Concept) -> Built<crate::fhir::types::CodeableConcept> {
    let name = assembly.label().to_lowercase();
    let code = match name.split('.').next().unwrap_or_default() {
        "grch38" | "hg38" => ("LA26806-2", "GRCh38"),
        "grch37" | "hg19" => ("LA14029-5", "GRCh37"),
        _ => return cx.codeable(&[], assembly),
    };
    let mut typed = datatypes::codeable(&[(systems::LOINC, code.0, code.1)], assembly.text.as_deref())?;
    for coding in &assembly.codings {
        typed.coding.push(Some(datatypes::coding(coding)?));
    }
    Ok(typed)
}

/// The same in the narrative.
pub(super) fn tell(story: &mut Story, variant: &Variant) {
    let position = variant.position.map(|position| position.to_string()).unwrap_or_default();
    let bases = |bases: &Option<String>| bases.clone().unwrap_or_default();
    let place = [variant.chromosome.clone().unwrap_or_default(), position];
    let place: Vec<&str> = place.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    story.add("place", &place.join(":"));
    story.add("reference bases", &bases(&variant.reference_allele));
    story.add("bases", &bases(&variant.alternate_allele));
    story.add_some("assembly", variant.assembly.as_ref().map(Concept::label));
    story.add_some("significance", variant.significance.as_ref().map(Concept::label));
}
