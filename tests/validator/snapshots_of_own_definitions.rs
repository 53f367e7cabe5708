//! Snapshots made from small definitions of our own: what is made of each statement, and what happens to those that make no sense.

use case2fhir::definition::{
    Derivation, ElementDefinition, FhirVersion, Kind, Library, Package, StructureDefinition, Tree, UNBOUNDED,
};
use case2fhir::issue::{Code, Issues};

use crate::snapshots_of_definitions::{read, types};

/// A profile with this differential.
fn profile(url: &str, kind: &str, base: &str, elements: &str) -> StructureDefinition {
    let base =
        if base.contains(':') { base.to_owned() } else { format!("http://hl7.org/fhir/StructureDefinition/{base}") };
    let definition_kind = if kind == "Extension" { "complex-type" } else { "resource" };
    read(&format!(
        r#"{{"resourceType": "StructureDefinition", "url": "{url}", "name": "P", "kind": "{definition_kind}", "type": "{kind}",
            "derivation": "constraint", "baseDefinition": "{base}", "differential": {{"element": [{elements}]}}}}"#
    ))
}

/// The snapshots of R4's definitions with these beside them; that of the last one is given.
fn made(definitions: Vec<StructureDefinition>) -> (Vec<ElementDefinition>, Issues) {
    let mut library = Library::embedded(FhirVersion::R4);
    let last = definitions.last().expect("there is one").url.clone();
    let package = Package { id: "own".into(), structures: definitions, ..Package::default() };
    library.add(package);
    let mut issues = Issues::default();
    library.complete(&mut issues);
    let id = library.find_structure(&last).expect("it was added");
    (library.structure(id).expect("it was added").elements.clone(), issues)
}

fn element<'e>(elements: &'e [ElementDefinition], id: &str) -> &'e ElementDefinition {
    elements.iter().find(|element| &*element.id == id).unwrap_or_else(|| panic!("{id} is not in the snapshot"))
}

fn codes(issues: &Issues) -> Vec<Code> {
    issues.iter().map(|issue| issue.code).collect()
}

#[test]
fn elements_without_ids_belong_to_the_slice_before_them() {
    let (elements, issues) = made(vec![profile(
        "http://example.org/p",
        "Observation",
        "Observation",
        r#"{"path": "Observation"},
           {"path": "Observation.component", "slicing": {"discriminator": [{"type": "pattern", "path": "code"}], "rules": "open"}},
           {"path": "Observation.component", "sliceName": "a", "min": 1},
           {"path": "Observation.component.code", "patternCodeableConcept": {"text": "a"}},
           {"path": "Observation.component.valueQuantity", "min": 1},
           {"path": "Observation.component.valueQuantity.unit", "min": 1},
           {"path": "Observation.component", "sliceName": "b", "max": "2"},
           {"path": "Observation.component.code", "patternCodeableConcept": {"text": "b"}}"#,
    )]);
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(&*element(&elements, "Observation.component:a.code").pattern, r#"{"text":"a"}"#);
    assert_eq!(&*element(&elements, "Observation.component:b.code").pattern, r#"{"text":"b"}"#);
    assert_eq!(&*element(&elements, "Observation.component.code").pattern, "");
    let value = element(&elements, "Observation.component:a.value[x]");
    assert_eq!((types(value).as_str(), value.min), ("Quantity ", 1));
    assert_eq!(element(&elements, "Observation.component:a.value[x].unit").min, 1);
    assert_eq!(element(&elements, "Observation.component:b").max, 2);
    let unit = element(&elements, "Observation.component:a.value[x].unit");
    assert_eq!((&*unit.path, &*unit.base_path), ("Observation.component.value[x].unit", "Quantity.unit"));
}

#[test]
fn slices_reslices_and_what_hangs_below_them() {
    let (elements, issues) = made(vec![profile(
        "http://example.org/p",
        "Patient",
        "Patient",
        r#"{"id": "Patient.identifier", "path": "Patient.identifier",
            "slicing": {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"}},
           {"id": "Patient.identifier:a.b", "path": "Patient.identifier", "sliceName": "a.b", "max": "3"},
           {"id": "Patient.identifier:a.b.system", "path": "Patient.identifier.system", "fixedUri": "http://example.org/"},
           {"id": "Patient.identifier:a.b/c", "path": "Patient.identifier", "sliceName": "a.b/c", "max": "1"},
           {"id": "Patient.identifier:a.b/c.type.coding", "path": "Patient.identifier.type.coding",
            "slicing": {"discriminator": [{"type": "pattern", "path": "$this"}], "rules": "closed"}},
           {"id": "Patient.identifier:a.b/c.type.coding:one", "path": "Patient.identifier.type.coding", "sliceName": "one", "min": 1}"#,
    )]);
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(&*element(&elements, "Patient.identifier:a.b.system").fixed, r#""http://example.org/""#);
    assert_eq!(element(&elements, "Patient.identifier:a.b/c").max, 1);
    let one = element(&elements, "Patient.identifier:a.b/c.type.coding:one");
    assert_eq!((one.min, &*one.slice_name, &*one.path), (1, "one", "Patient.identifier.type.coding"));
    let tree = Tree::of(&elements);
    let at = |id: &str| u32::try_from(elements.iter().position(|element| &*element.id == id).expect(id)).expect("few");
    let parent = |id: &str| tree.node(at(id)).expect(id).parent;
    assert_eq!(parent("Patient.identifier:a.b"), Some(at("Patient.identifier")));
    assert_eq!(parent("Patient.identifier:a.b/c"), Some(at("Patient.identifier:a.b")));
    assert_eq!(parent("Patient.identifier:a.b/c.type.coding:one"), Some(at("Patient.identifier:a.b/c.type.coding")));
    assert_eq!(tree.child(at("Patient.identifier:a.b"), "system"), Some(at("Patient.identifier:a.b.system")));
    assert_eq!(tree.root().expect("a root").parent, None);
}

#[test]
fn extensions_are_sliced_by_url_and_have_their_definitions_children() {
    let extension = profile(
        "http://example.org/e",
        "Extension",
        "Extension",
        r#"{"id": "Extension", "path": "Extension", "max": "1"},
           {"id": "Extension.url", "path": "Extension.url", "fixedUri": "http://example.org/e"},
           {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, "type": [{"code": "string"}]}"#,
    );
    let user = profile(
        "http://example.org/p",
        "Patient",
        "Patient",
        r#"{"id": "Patient.extension:e", "path": "Patient.extension", "sliceName": "e", "min": 1,
            "type": [{"code": "Extension", "profile": ["http://example.org/e"]}]},
           {"id": "Patient.extension:e.value[x]", "path": "Patient.extension.value[x]", "maxLength": 7}"#,
    );
    let (elements, issues) = made(vec![extension, user]);
    assert!(issues.is_empty(), "{issues:?}");
    let slicing = element(&elements, "Patient.extension").slicing.as_ref().expect("it is sliced");
    assert_eq!(slicing.discriminators.iter().map(|one| &*one.path).collect::<Vec<_>>(), ["url"]);
    let slice = element(&elements, "Patient.extension:e");
    assert_eq!(
        (slice.min, slice.max, slice.base_max, &*slice.base_path),
        (1, 1, UNBOUNDED, "DomainResource.extension")
    );
    let value = element(&elements, "Patient.extension:e.value[x]");
    assert_eq!((types(value).as_str(), value.min, value.max_length), ("string ", 1, Some(7)));
    assert_eq!(&*element(&elements, "Patient.extension:e.url").fixed, r#""http://example.org/e""#);
}

#[test]
fn shared_content_is_unfolded() {
    let (elements, issues) = made(vec![profile(
        "http://example.org/p",
        "Questionnaire",
        "Questionnaire",
        r#"{"id": "Questionnaire.item.item.item.linkId", "path": "Questionnaire.item.item.item.linkId", "maxLength": 3}"#,
    )]);
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(element(&elements, "Questionnaire.item.item.item.linkId").max_length, Some(3));
    assert_eq!(element(&elements, "Questionnaire.item.item.linkId").max_length, None);
    assert_eq!(&*element(&elements, "Questionnaire.item.item").content_reference, "");
    assert_eq!(&*element(&elements, "Questionnaire.item.item.item.item").content_reference, "Questionnaire.item");
}

#[test]
fn slices_of_shared_content_that_are_called_backbones_keep_it() {
    let (elements, issues) = made(vec![profile(
        "http://example.org/p",
        "Parameters",
        "Parameters",
        r#"{"id": "Parameters.parameter.part", "path": "Parameters.parameter.part",
            "slicing": {"discriminator": [{"type": "value", "path": "name"}], "rules": "closed"}},
           {"id": "Parameters.parameter.part:a", "path": "Parameters.parameter.part", "sliceName": "a", "type": [{"code": "BackboneElement"}]},
           {"id": "Parameters.parameter.part:a.name", "path": "Parameters.parameter.part.name", "fixedString": "a"},
           {"id": "Parameters.parameter.part:b", "path": "Parameters.parameter.part", "sliceName": "b", "type": [{"code": "BackboneElement"}]}"#,
    )]);
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(&*element(&elements, "Parameters.parameter.part:a.name").fixed, r#""a""#);
    assert_eq!(&*element(&elements, "Parameters.parameter.part:b").content_reference, "Parameters.parameter");
}

#[test]
fn what_has_no_place_is_named_and_the_rest_is_made() {
    let (elements, issues) = made(vec![profile(
        "http://example.org/p",
        "Patient",
        "Patient",
        r#"{"id": "Patient.nonsense", "path": "Patient.nonsense", "min": 1},
           {"id": "Patient.name:x.family", "path": "Patient.name.family", "min": 1},
           {"id": "Patient.gender", "path": "Patient.gender", "min": 1, "constraint": [{"key": "p-1", "severity": "error", "human": "h", "expression": "true"}]}"#,
    )]);
    assert_eq!(codes(&issues), [Code::UnmatchedElement; 2]);
    let paths: Vec<&str> = issues.iter().map(|issue| issue.path.as_str()).collect();
    assert_eq!(paths, ["Patient.nonsense", "Patient.name:x.family"]);
    let gender = element(&elements, "Patient.gender");
    assert_eq!(gender.min, 1);
    let rule = gender.constraints.iter().find(|rule| &*rule.key == "p-1").expect("it was added");
    assert_eq!(&*rule.source, "http://example.org/p");
    assert!(gender.constraints.iter().any(|rule| &*rule.key == "ele-1"));
}

#[test]
fn rings_and_unknown_bases_end() {
    let ring = |own: &str, base: &str| {
        profile(own, "Patient", base, r#"{"id": "Patient.gender", "path": "Patient.gender", "min": 1}"#)
    };
    let (elements, issues) = made(vec![
        ring("http://example.org/a", "http://example.org/b"),
        ring("http://example.org/b", "http://example.org/a"),
    ]);
    assert!(codes(&issues).contains(&Code::DefinitionRing));
    assert_eq!(element(&elements, "Patient.gender").min, 1);
    let (elements, issues) = made(vec![ring("http://example.org/a", "http://example.org/nowhere")]);
    assert_eq!(codes(&issues), [Code::UnknownBase]);
    assert_eq!(element(&elements, "Patient.gender").min, 1);
    let inner = r#"{"id": "Extension.extension:a", "path": "Extension.extension", "sliceName": "a",
         "type": [{"code": "Extension", "profile": ["http://example.org/a"]}]},
        {"id": "Extension.extension:a.url", "path": "Extension.extension.url", "fixedUri": "http://example.org/a"}"#;
    let (elements, _) = made(vec![profile("http://example.org/a", "Extension", "Extension", inner)]);
    assert_eq!(&*element(&elements, "Extension.extension:a.url").fixed, r#""http://example.org/a""#);
}

#[test]
fn rings_of_definitions_with_snapshots_are_told_and_used() {
    let whole = |own: &str, base: &str| StructureDefinition {
        elements: vec![ElementDefinition {
            id: "Patient".into(),
            path: "Patient".into(),
            ..ElementDefinition::default()
        }],
        differential: Vec::new(),
        ..profile(own, "Patient", base, "")
    };
    let (a, b, c) = ("http://example.org/a", "http://example.org/b", "http://example.org/c");
    let told = |definitions: Vec<StructureDefinition>| {
        let (_, issues) = made(definitions);
        assert!(codes(&issues).iter().all(|code| *code == Code::DefinitionRing));
        issues.iter().map(|issue| issue.message.split(' ').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(told(vec![whole(a, a)]), [a]);
    // What only leads into a ring is not in it.
    assert_eq!(told(vec![whole(a, b), whole(b, a), whole(c, a)]), [a, b]);
    assert_eq!(told(vec![whole(a, b), whole(b, c), whole(c, "Patient")]), [""; 0]);
}

#[test]
fn a_chain_of_a_thousand_bases_and_deep_ids_do_no_harm() {
    let chain = (0..1000).map(|number| {
        let base = if number == 999 { "Patient".to_owned() } else { format!("http://example.org/{}", number + 1) };
        profile(
            &format!("http://example.org/{number}"),
            "Patient",
            &base,
            r#"{"id": "Patient.gender", "path": "Patient.gender", "min": 1}"#,
        )
    });
    let (elements, _) = made(chain.collect());
    assert_eq!(element(&elements, "Patient.gender").min, 1);
    let deep = format!("Patient{}", ".extension".repeat(5000));
    let (_, issues) = made(vec![profile(
        "http://example.org/p",
        "Patient",
        "Patient",
        &format!(r#"{{"id": "{deep}", "path": "{deep}"}}"#),
    )]);
    assert_eq!(codes(&issues), [Code::UnmatchedElement]);
    let slices = |level: usize| {
        let path = format!("Questionnaire{}", ".item".repeat(level));
        (0..20).map(move |slice| format!(r#"{{"path": "{path}", "sliceName": "s{slice}"}}"#))
    };
    let wide: Vec<String> = (1..12).rev().flat_map(slices).collect();
    let (elements, _) = made(vec![profile("http://example.org/p", "Questionnaire", "Questionnaire", &wide.join(","))]);
    assert!(elements.len() < 60_000);
}

#[test]
fn a_new_type_adds_to_its_base() {
    let mut model = profile(
        "http://example.org/m",
        "M",
        "Element",
        r#"{"path": "M"}, {"path": "M.part", "min": 1, "max": "*", "type": [{"code": "BackboneElement"}]},
           {"path": "M.part.name", "min": 0, "max": "1", "type": [{"code": "string"}]}"#,
    );
    model.derivation = Derivation::Specialization;
    model.kind = Kind::Logical;
    let (elements, issues) = made(vec![model]);
    assert!(issues.is_empty(), "{issues:?}");
    let ids: Vec<&str> = elements.iter().map(|element| &*element.id).collect();
    assert_eq!(
        ids,
        [
            "M",
            "M.id",
            "M.extension",
            "M.part",
            "M.part.id",
            "M.part.extension",
            "M.part.modifierExtension",
            "M.part.name"
        ]
    );
    assert_eq!((element(&elements, "M.part").min, element(&elements, "M.part").base_max), (1, UNBOUNDED));
}

#[test]
fn a_tree_of_elements_in_any_order() {
    let one = |id: &str, path: &str, slice: &str| ElementDefinition {
        id: id.into(),
        path: path.into(),
        slice_name: slice.into(),
        ..ElementDefinition::default()
    };
    let elements = [
        one("A", "A", ""),
        one("A.b:s.c", "A.b.c", ""),
        one("A.b:s", "A.b", "s"),
        one("A.b", "A.b", ""),
        one("A.x.y.z", "A.x.y.z", ""),
        one("A", "A", ""),
    ];
    let tree = Tree::of(&elements);
    let parents: Vec<Option<u32>> = tree.nodes.iter().map(|node| node.parent).collect();
    assert_eq!(parents, [None, Some(2), Some(3), Some(0), Some(0), Some(0)]);
    assert_eq!(tree.nodes[3].slices, [2]);
    assert_eq!(&*tree.nodes[1].name, "c");
    let no_ids =
        [one("", "A", ""), one("", "A.b", ""), one("", "A.b", "s"), one("", "A.b.c", ""), one("", "A.b", "s/t")];
    let tree = Tree::of(&no_ids);
    let parents: Vec<Option<u32>> = tree.nodes.iter().map(|node| node.parent).collect();
    assert_eq!(parents, [None, Some(0), Some(1), Some(2), Some(2)]);
    assert!(Tree::of(&[]).root().is_none());
}
