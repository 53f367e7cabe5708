//! Definitions from packages: `CASE2FHIR_PACKAGES` names a folder of unpacked ones.

use std::path::PathBuf;

use case2fhir::definition::package::load_folder;
use case2fhir::definition::{Library, UNBOUNDED};
use case2fhir::issue::Issues;

/// The folder of packages, or `None` after saying that a test is skipped.
fn packages() -> Option<PathBuf> {
    let folder = std::env::var_os("CASE2FHIR_PACKAGES").map(PathBuf::from).filter(|folder| folder.is_dir());
    if folder.is_none() {
        println!("SKIPPED: CASE2FHIR_PACKAGES names no folder of packages");
    }
    folder
}

#[test]
fn a_folder_becomes_a_library() {
    let Some(folder) = packages() else { return };
    let (mut library, mut issues) = (Library::default(), Issues::default());
    for name in ["hl7.fhir.r4.examples#4.0.1", "hl7.fhir.us.core#6.1.0", "hl7.fhir.us.mcode#4.0.0"] {
        let start = std::time::Instant::now();
        library.add(load_folder(&folder.join(name), &mut issues).expect("the folder can be read"));
        println!("{name} {:?} {}", start.elapsed(), library.len());
    }
    let id = library.type_definition("Observation").expect("R4 has observations");
    let observation = library.structure(id).expect("it was just found");
    let status = observation.elements.iter().find(|element| element.path.as_ref() == "Observation.status");
    assert_eq!(status.map(|status| (status.min, status.max, status.base_max)), Some((1, 1, 1)));
    let category = observation.elements.iter().find(|element| element.path.as_ref() == "Observation.category");
    assert_eq!(category.map(|element| element.max), Some(UNBOUNDED));
    let patient = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-patient";
    assert!(library.find_structure(patient).is_some());
    assert_eq!(library.find_structure(patient), library.find_structure(&format!("{patient}|6.1.0")));
    assert_eq!(library.find_structure(patient), library.find_structure(&format!("{patient}|6.1")));
    assert_eq!(library.find_structure(&format!("{patient}|5.0.1")), None);
    for issue in &issues {
        println!("{issue:?}");
    }
}
