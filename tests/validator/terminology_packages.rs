//! The value sets of R4, US Core and mCODE: every code that they list is in them, and how long questions take.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use case2fhir::definition::Library;
use case2fhir::definition::package::load_folder;
use case2fhir::issue::Issues;
use case2fhir::terminology::{Membership, Terminology};

/// The packages of R4, US Core and mCODE, where they are there.
fn packages() -> Option<(Library, Vec<String>)> {
    let Some(folder) = std::env::var_os("CASE2FHIR_PACKAGES").map(PathBuf::from).filter(|folder| folder.is_dir())
    else {
        println!("SKIPPED: CASE2FHIR_PACKAGES names no folder of packages");
        return None;
    };
    let (mut library, mut issues, mut urls) = (Library::default(), Issues::default(), Vec::new());
    for name in
        ["hl7.fhir.r4.examples#4.0.1", "hl7.terminology.r4#7.0.1", "hl7.fhir.us.core#6.1.0", "hl7.fhir.us.mcode#4.0.0"]
    {
        let package = load_folder(&folder.join(name), &mut issues).expect("the folder can be read");
        urls.extend(package.value_sets.iter().map(|value_set| value_set.url.to_string()));
        library.add(package);
    }
    Some((library, urls))
}

#[test]
fn every_listed_code_of_the_real_ones_is_in() {
    let Some((library, urls)) = packages() else { return };
    let library = Arc::new(library);
    let terms = Terminology::new(Arc::clone(&library));
    let (mut listed, mut excluded) = (0, 0);
    for url in &urls {
        let value_set = library.value_set(url).expect("it is in the package");
        let id = terms.value_set(url).expect("it is in the library");
        if !value_set.expansion.is_empty() {
            continue;
        }
        for include in value_set.include.iter().filter(|include| include.value_sets.is_empty()) {
            for concept in &include.concepts {
                let found = terms.contains(id, Some(&include.system), &concept.code);
                let is_out =
                    value_set.exclude.iter().any(|out| out.system == include.system || !out.value_sets.is_empty());
                excluded += usize::from(is_out && found != Membership::In);
                assert!(is_out || found == Membership::In, "{url} {} {}", include.system, concept.code);
                listed += 1;
            }
        }
    }
    println!("{} value sets, {listed} listed codes, {excluded} of them excluded again", urls.len());
    let gender = terms.value_set("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1").expect("R4 has it");
    assert_eq!(terms.contains_code(gender, "female"), Membership::In);
    assert_eq!(terms.contains_code(gender, "woman"), Membership::Out);
    let class = terms.value_set("http://terminology.hl7.org/ValueSet/v3-ActEncounterCode").expect("R4 has it");
    assert_eq!(terms.contains(class, Some("http://terminology.hl7.org/CodeSystem/v3-ActCode"), "AMB"), Membership::In);
    let types = terms.value_set("http://hl7.org/fhir/ValueSet/resource-types").expect("R4 has it");
    assert_eq!(terms.contains_code(types, "Observation"), Membership::In);
    assert_eq!(terms.contains_code(types, "Thing"), Membership::Out);
}

#[test]
fn how_long_it_takes() {
    let Some((library, urls)) = packages() else { return };
    let terms = Terminology::new(Arc::new(library));
    for url in [
        "http://hl7.org/fhir/ValueSet/administrative-gender",
        "http://hl7.org/fhir/ValueSet/condition-clinical",
        "http://terminology.hl7.org/ValueSet/v3-ActCode",
        "http://terminology.hl7.org/ValueSet/v3-ActEncounterCode",
        "http://hl7.org/fhir/ValueSet/security-labels",
        "http://hl7.org/fhir/us/mcode/ValueSet/mcode-primary-cancer-disorder-vs",
    ] {
        let Some(id) = terms.value_set(url) else {
            println!("{url} is not there");
            continue;
        };
        let start = Instant::now();
        let codes: Vec<(String, String)> = terms.codes(id).map(|(system, code)| (system.into(), code.into())).collect();
        let prepared = start.elapsed();
        let start = Instant::now();
        let rounds = 200_000 / codes.len().max(1) + 1;
        let mut count = 0_usize;
        for _ in 0..rounds {
            for (system, code) in &codes {
                count += usize::from(terms.contains(id, Some(system), code) == Membership::In);
            }
        }
        let each = start.elapsed().as_nanos() / u128::try_from(count.max(1)).expect("it is small");
        println!("{url}: {} codes, prepared in {prepared:?}, {each} ns a question", codes.len());
    }
    let start = Instant::now();
    let mut size = 0;
    for url in &urls {
        size += terms.value_set(url).map_or(0, |id| terms.size(id));
    }
    println!("all {} value sets: {size} codes, prepared in {:?}", urls.len(), start.elapsed());
}
