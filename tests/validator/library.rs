//! The library of definitions: what is part of the program, how canonicals are resolved, how long it takes.

use std::time::{Duration, Instant};

use case2fhir::definition::{
    Derivation, FhirVersion, Kind, Library, Package, Strength, StructureDefinition, UNBOUNDED, ValueSet,
};

fn structure<'a>(library: &'a Library, canonical: &str) -> &'a StructureDefinition {
    let id = library.find_structure(canonical).unwrap_or_else(|| panic!("{canonical} is not known"));
    library.structure(id).unwrap_or_else(|| panic!("{canonical} cannot be decoded"))
}

#[test]
fn r4_with_us_core_and_mcode_is_part_of_the_program() {
    let library = Library::embedded(FhirVersion::R4);
    let names: Vec<&str> = library.packages().map(|package| package.name.as_ref()).collect();
    assert_eq!(
        names,
        [
            "hl7.fhir.r4.core#4.0.1",
            "hl7.terminology.r4#7.0.1",
            "hl7.fhir.uv.extensions.r4#5.3.0-ballot-tc1",
            "hl7.fhir.us.core#6.1.0",
            "hl7.fhir.us.mcode#4.0.0"
        ]
    );
    let observation = structure(&library, "http://hl7.org/fhir/StructureDefinition/Observation");
    assert_eq!((observation.kind, observation.derivation), (Kind::Resource, Derivation::Specialization));
    let element = |path: &str| {
        let found = observation.elements.iter().find(|element| element.path.as_ref() == path);
        found.unwrap_or_else(|| panic!("{path} is not there"))
    };
    let status = element("Observation.status");
    assert_eq!((status.min, status.max, status.base_max), (1, 1, 1));
    let binding = status.binding.as_ref().expect("a status is bound");
    assert_eq!(binding.strength, Strength::Required);
    assert!(library.value_set(&binding.value_set).is_some());
    assert_eq!(element("Observation.category").max, UNBOUNDED);
    assert_eq!(element("Observation.id").types[0].code.as_ref(), "id");
    assert_eq!(
        element("Observation.component.referenceRange").content_reference.as_ref(),
        "Observation.referenceRange"
    );
    assert_eq!(element("Observation.value[x]").types.len(), 11);
    assert!(element("Observation").constraints.iter().any(|rule| rule.key.as_ref() == "dom-6" && rule.best_practice));
}

#[test]
fn each_version_decodes_all_that_it_has() {
    for version in [FhirVersion::R4, FhirVersion::R4B, FhirVersion::R5] {
        let library = Library::embedded(version);
        assert!(!library.is_empty());
        for (id, header) in library.headers() {
            let read = library.structure(id).unwrap_or_else(|| panic!("{} cannot be decoded", header.url));
            assert_eq!((header.url, header.version), (read.url.as_ref(), read.version.as_ref()));
            assert_eq!((header.name, header.type_name), (read.name.as_ref(), read.type_name.as_ref()));
            assert_eq!((header.kind, header.derivation), (read.kind, read.derivation));
            assert!(!read.elements.is_empty(), "{} has no elements", read.url);
            for element in &read.elements {
                assert!(!element.path.is_empty() && (element.max > 0 || element.min == 0), "{}", element.id);
            }
        }
        for (url, number) in library.value_set_keys() {
            assert!(library.value_set(&format!("{url}|{number}")).is_some(), "{url}");
        }
        for (url, number) in library.code_system_keys() {
            assert!(library.code_system(&format!("{url}|{number}")).is_some(), "{url}");
        }
    }
}

#[test]
fn canonicals_are_resolved_as_the_reference_validator_does() {
    let library = Library::embedded(FhirVersion::R4);
    let patient = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient";
    let found = library.find_structure(patient);
    assert!(found.is_some());
    assert_eq!(library.find_structure(&format!("{patient}|6.1.0")), found);
    assert_eq!(library.find_structure(&format!("{patient}|6.1")), found);
    assert_eq!(library.find_structure(&format!("{patient}|6.1.9")), found);
    assert_eq!(library.find_structure(&format!("{patient}|6")), None);
    assert_eq!(library.find_structure(&format!("{patient}|5.0.1")), None);
    assert_eq!(library.find_structure("http://hl7.org/fhir/us/core/StructureDefinition/us-core-patien"), None);
    assert_eq!(library.find_structure(""), None);
    assert_eq!(
        library.type_definition("Patient").and_then(|id| library.header(id)).map(|one| one.name),
        Some("Patient")
    );
}

#[test]
fn later_packages_win_and_earlier_ones_stay_reachable() {
    let mut library = Library::embedded(FhirVersion::R4);
    let url = "http://hl7.org/fhir/ValueSet/administrative-gender";
    let mut package = Package { id: "mine".into(), ..Package::default() };
    for version in ["9.0.0", "10.0.0", "10.0.0-ballot"] {
        package.value_sets.push(ValueSet { url: url.into(), version: version.into(), ..ValueSet::default() });
    }
    library.add(package);
    assert_eq!(library.value_set(url).map(|found| found.version.as_ref()), Some("10.0.0"));
    assert_eq!(library.value_set(&format!("{url}|9.0.0")).map(|found| found.version.as_ref()), Some("9.0.0"));
    assert_eq!(library.value_set(&format!("{url}|4.0.1")).map(|found| found.version.as_ref()), Some("4.0.1"));
}

#[test]
fn codes_are_at_hand() {
    let library = Library::embedded(FhirVersion::R4);
    let gender = library.code_system("http://hl7.org/fhir/administrative-gender").expect("R4 has it");
    let codes: Vec<&str> = gender.concepts.iter().map(|concept| concept.code.as_ref()).collect();
    assert_eq!(codes, ["male", "female", "other", "unknown"]);
    let currencies = library.value_set("http://hl7.org/fhir/ValueSet/currencies").expect("R4 has it");
    assert!(currencies.expansion.iter().any(|(system, code)| &**system == "urn:iso:std:iso:4217" && &**code == "EUR"));
    // HL7's terminology replaces what R4 had of it in 2018.
    let interpretation = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
    let system = library.code_system(interpretation).expect("it is referred to");
    let row = |code: &str| system.concepts.iter().position(|concept| concept.code.as_ref() == code);
    let above = |row: usize| -> Vec<&str> {
        let concept = &system.concepts[row];
        let nested = concept.parent.map(|parent| system.concepts[parent as usize].code.as_ref());
        let named = concept.properties.iter().filter(|property| property.code.as_ref() == "subsumedBy");
        nested.into_iter().chain(named.map(|property| property.value.as_ref())).collect()
    };
    assert_eq!(above(row("HH").expect("HH is there")), ["AA", "H>", "HU"]);
}

#[test]
fn it_is_quick() {
    let least = |run: &dyn Fn()| {
        let once = || {
            let start = Instant::now();
            run();
            start.elapsed()
        };
        (0..20).map(|_| once()).min().unwrap_or(Duration::MAX)
    };
    let start_up = least(&|| assert!(Library::embedded(FhirVersion::R4).len() > 700));
    let mut first_use = Duration::MAX;
    for _ in 0..20 {
        let library = Library::embedded(FhirVersion::R4);
        let start = Instant::now();
        assert!(!structure(&library, "http://hl7.org/fhir/StructureDefinition/Observation").elements.is_empty());
        first_use = first_use.min(start.elapsed());
    }
    let library = Library::embedded(FhirVersion::R4);
    let start = Instant::now();
    for (id, _) in library.headers() {
        assert!(library.structure(id).is_some());
    }
    let all = start.elapsed();
    let each = all / u32::try_from(library.len()).unwrap_or(1);
    let find = least(&|| {
        for _ in 0..1000 {
            assert!(library.type_definition("Observation").is_some());
        }
    });
    println!(
        "start-up {start_up:?}, first structure {first_use:?}, all {all:?} ({each:?} each), a lookup {:?}",
        find / 1000
    );
    // Far above what was measured: a guard against the hundredfold, on any machine and build.
    assert!(start_up < Duration::from_millis(200));
}
