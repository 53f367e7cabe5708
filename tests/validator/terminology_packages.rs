//! The value sets that the program brings: every code that they list is in them, and how long questions take.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use case2fhir::definition::{FhirVersion, Library};
use case2fhir::terminology::{Membership, Terminology};

/// The definitions of R4 with US Core and mCODE.
fn library() -> Arc<Library> {
    static LIBRARY: OnceLock<Arc<Library>> = OnceLock::new();
    Arc::clone(LIBRARY.get_or_init(|| Arc::new(Library::embedded(FhirVersion::R4))))
}

#[test]
fn every_listed_code_is_in() {
    let library = library();
    let terms = Terminology::new(Arc::clone(&library));
    let (mut sets, mut listed, mut excluded) = (0, 0, 0);
    for (url, version) in library.value_set_keys() {
        let canonical = format!("{url}|{version}");
        let value_set = library.value_set(&canonical).expect("it is in the library");
        let id = terms.value_set(&canonical).expect("it is in the library");
        sets += 1;
        for (system, code) in &value_set.expansion {
            assert_eq!(terms.contains(id, Some(system), code), Membership::In, "{canonical} {system} {code}");
        }
        if !value_set.expansion.is_empty() {
            continue;
        }
        for include in value_set.include.iter().filter(|include| include.value_sets.is_empty()) {
            for concept in &include.concepts {
                let found = terms.contains(id, Some(&include.system), &concept.code);
                let is_out =
                    value_set.exclude.iter().any(|out| out.system == include.system || !out.value_sets.is_empty());
                excluded += usize::from(is_out && found != Membership::In);
                assert!(is_out || found == Membership::In, "{canonical} {} {}", include.system, concept.code);
                listed += 1;
            }
        }
    }
    println!("{sets} value sets, {listed} listed codes, {excluded} of them excluded again");
    assert!(listed > 10_000, "the value sets were not found");
}

#[test]
fn some_that_everybody_knows() {
    let terms = Terminology::new(library());
    let set = |url: &str| terms.value_set(url).unwrap_or_else(|| panic!("{url} is not there"));
    let gender = set("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1");
    assert_eq!(terms.contains_code(gender, "female"), Membership::In);
    assert_eq!(terms.contains_code(gender, "woman"), Membership::Out);
    let act_code = Some("http://terminology.hl7.org/CodeSystem/v3-ActCode");
    let class = set("http://terminology.hl7.org/ValueSet/v3-ActEncounterCode");
    assert_eq!(terms.contains(class, act_code, "AMB"), Membership::In);
    assert_eq!(terms.contains(class, act_code, "PUBLICPOL"), Membership::Out);
    let types = set("http://hl7.org/fhir/ValueSet/resource-types");
    assert_eq!(terms.contains_code(types, "Observation"), Membership::In);
    assert_eq!(terms.contains_code(types, "Thing"), Membership::Out);
    let all_types = set("http://hl7.org/fhir/ValueSet/all-types");
    assert_eq!(terms.contains_code(all_types, "Quantity"), Membership::In);
    let time = set("http://hl7.org/fhir/ValueSet/units-of-time");
    assert_eq!(terms.contains_code(time, "d"), Membership::In);
    assert_eq!(terms.contains_code(time, "days"), Membership::Out);
    let currencies = set("http://hl7.org/fhir/ValueSet/currencies");
    assert_eq!(terms.contains_code(currencies, "EUR"), Membership::In);
    assert_eq!(terms.contains_code(currencies, "EURO"), Membership::Out);
    let media = set("http://hl7.org/fhir/ValueSet/mimetypes");
    assert_eq!(terms.contains_code(media, "text/cql"), Membership::In);
    assert!(matches!(terms.contains_code(media, "json"), Membership::Undecided(_)));
    let languages = set("http://hl7.org/fhir/ValueSet/all-languages");
    assert_eq!(terms.contains_code(languages, "de-CH"), Membership::In);
    assert_eq!(terms.contains_code(languages, "de_CH"), Membership::Out);
}

#[test]
fn how_long_it_takes() {
    let library = library();
    let terms = Terminology::new(Arc::clone(&library));
    let all = [
        "http://hl7.org/fhir/ValueSet/administrative-gender",
        "http://hl7.org/fhir/ValueSet/condition-clinical",
        "http://terminology.hl7.org/ValueSet/v3-ActCode",
        "http://terminology.hl7.org/ValueSet/v3-ActEncounterCode",
        "http://hl7.org/fhir/ValueSet/security-labels",
        "http://hl7.org/fhir/us/mcode/ValueSet/mcode-primary-cancer-disorder-vs",
    ];
    for url in all {
        let Some(id) = terms.value_set(url) else { continue };
        let start = Instant::now();
        let size = terms.size(id);
        let prepared = start.elapsed();
        let codes: Vec<(&str, &str)> = terms.codes(id).collect();
        let rounds = 200_000 / codes.len().max(1) + 1;
        let (mut count, start) = (0_usize, Instant::now());
        for _ in 0..rounds {
            for (system, code) in &codes {
                count += usize::from(terms.contains(id, Some(system), code) == Membership::In);
            }
        }
        let each = start.elapsed().as_nanos() / u128::try_from(count.max(1)).expect("it is small");
        println!("{url}: {size} codes, prepared in {prepared:?}, {each} ns a question");
    }
    let fresh = Terminology::new(Arc::clone(&library));
    let start = Instant::now();
    let (mut sets, mut size) = (0, 0);
    for (url, _) in library.value_set_keys() {
        size += fresh.value_set(url).map_or(0, |id| fresh.size(id));
        sets += 1;
    }
    println!("all {sets} value sets: {size} codes, decoded and prepared in {:?}", start.elapsed());
}
