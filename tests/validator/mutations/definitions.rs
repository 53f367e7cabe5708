//! Faults that follow from what the profiles demand: each element that must be there is taken away, each that may stand once is
//! doubled, each code that is bound is made another, each fixed or patterned value broken, each choice given another type, each
//! reference led to a resource of a type that it does not allow.

use case2fhir::definition::{ElementDefinition, FhirVersion, Library, Strength, StructureDefinition};
use case2fhir::issue::Code;
use serde_json::{Value, json};

use super::edit::{get, remove, set};
use super::everywhere::place;
use super::sound::{self, Sound};
use super::verdict::{Expected, hold, report};
use crate::support;

/// Value sets whose codes cannot be listed from what is embedded: whether a code is in them stays undecided.
fn is_decided(value_set: &str) -> bool {
    // FHIR's own code systems are whole; what SNOMED CT, LOINC and UCUM have is not known here.
    value_set.starts_with("http://hl7.org/fhir/ValueSet/") && !value_set.contains("ucum")
}

/// An element that is in the resource: its definition, and where it stands.
struct Found<'a> {
    element: &'a ElementDefinition,
    /// The path in the JSON.
    path: String,
    /// The path as issues have it.
    shown: String,
}

/// The place of each element of a profile that the resource has; slices are tables' business.
fn present<'a>(definition: &'a StructureDefinition, resource: &Value) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    for element in definition.elements.iter().skip(1).filter(|element| !element.id.contains(':')) {
        let mut places = vec![(String::new(), String::new())];
        for step in element.path.split('.').skip(1) {
            places = places.into_iter().flat_map(|place| below(resource, &place, step)).collect();
        }
        found.extend(places.into_iter().take(1).map(|(path, shown)| Found { element, path, shown }));
    }
    found
}

/// Where a step of a path leads from a place; into the first item of a list.
fn below(resource: &Value, (path, shown): &(String, String), step: &str) -> Vec<(String, String)> {
    let (mut path, mut shown) = (path.clone(), shown.clone());
    let mut at = if path.is_empty() { resource } else { get(resource, &path).expect("it is there") };
    if at.is_array() {
        (path, shown) = (format!("{path}[0]"), format!("{shown}[0]"));
        at = &at[0];
    }
    let Some(members) = at.as_object() else { return Vec::new() };
    let join = |path: &str, name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match step.strip_suffix("[x]") {
        None => members.get(step).map(|_| (join(&path, step), join(&shown, step))).into_iter().collect(),
        Some(stem) => members
            .keys()
            .filter_map(|name| {
                let type_name = name.strip_prefix(stem).filter(|rest| rest.starts_with(char::is_uppercase))?;
                let type_name = match type_name {
                    "DateTime" | "Integer" | "String" | "Boolean" => type_name[..1].to_lowercase() + &type_name[1..],
                    _ => type_name.to_owned(),
                };
                Some((join(&path, name), join(&shown, &format!("{stem}.ofType({type_name})"))))
            })
            .collect(),
    }
}

/// The path of what holds a place.
pub fn holder(shown: &str) -> String {
    // `value.ofType(Quantity)` is one step.
    let shown = shown.split(".ofType(").next().filter(|_| shown.ends_with(')')).unwrap_or(shown);
    shown.rsplit_once('.').map_or(String::new(), |(holder, _)| holder.to_owned())
}

/// What follows from something that is missing or of another kind.
const FOLLOW: &[Code] = &[Code::Invariant, Code::MinCardinality, Code::ReferenceUnresolved];

type Faults = Vec<(&'static str, Code, String, Value, &'static [Code])>;

/// The faults that a profile's definition allows to put into a resource.
fn faults(sound: &Sound, definition: &StructureDefinition) -> Faults {
    let mut faults: Faults = Vec::new();
    for Found { element, path, shown } in present(definition, &sound.resource) {
        if path.starts_with("text") || path.starts_with("meta") || path == "id" {
            continue;
        }
        let value = get(&sound.resource, &path).expect("it is there");
        let (item, item_shown) = if value.is_array() {
            (format!("{path}[0]"), format!("{shown}[0]"))
        } else {
            (path.clone(), shown.clone())
        };
        let with = |change: &dyn Fn(&mut Value)| {
            let mut resource = sound.resource.clone();
            change(&mut resource);
            resource
        };
        if element.min > 0 {
            let only = get(&sound.resource, path.rsplit_once('.').map_or("", |(parent, _)| parent))
                .and_then(Value::as_object)
                .is_some_and(|members| members.len() == 1);
            if !only {
                faults.push(("missing", Code::MinCardinality, holder(&shown), with(&|r| remove(r, &path)), FOLLOW));
            }
        }
        if element.max == 1 && value.is_array() {
            let doubled = with(&|r| set(r, &format!("{path}[1]"), value[0].clone()));
            faults.push(("too many", Code::MaxCardinality, holder(&shown), doubled, FOLLOW));
        }
        let first = if value.is_array() { &value[0] } else { value };
        if let Some(binding) = &element.binding
            && binding.strength == Strength::Required
            && is_decided(&binding.value_set)
        {
            if first.is_string() {
                let other = with(&|r| set(r, &item, json!("no-such-code")));
                faults.push(("code", Code::BindingRequired, item_shown.clone(), other, FOLLOW));
            } else if first.get("coding").is_some() {
                let follow: &[Code] = &[Code::Invariant, Code::CodeUnknown];
                let other = with(&|r| set(r, &format!("{item}.coding[0].code"), json!("no-such-code")));
                faults.push(("code of a concept", Code::BindingRequired, item_shown.clone(), other, follow));
                let other = with(&|r| set(r, &format!("{item}.coding[0].system"), json!("http://example.org/cs")));
                faults.push(("system of a concept", Code::BindingRequired, item_shown.clone(), other, follow));
                let words = with(&|r| set(r, &item, json!({"text": "words"})));
                faults.push(("concept of words only", Code::BindingRequired, item_shown.clone(), words, follow));
            }
        }
        if !element.pattern.is_empty() && first.get("coding").is_some() {
            let follow: &[Code] = &[Code::Invariant, Code::CodeUnknown];
            let other = with(&|r| set(r, &format!("{item}.coding[0].code"), json!("no-such-code")));
            faults.push(("pattern", Code::PatternValue, item_shown.clone(), other, follow));
        }
        if !element.fixed.is_empty() && first.is_string() {
            let other = with(&|r| set(r, &item, json!("http://example.org/other")));
            faults.push(("fixed", Code::FixedValue, item_shown.clone(), other, &[Code::BindingRequired]));
        }
        if let Some(stem) = element.path.rsplit('.').next().and_then(|name| name.strip_suffix("[x]")) {
            let parent = path.rsplit_once('.').map_or(String::new(), |(parent, _)| format!("{parent}."));
            let allowed = |code: &str| element.types.iter().any(|one| &*one.code == code);
            let name = format!("{parent}{stem}Address");
            let twice = with(&|r| set(r, &name, json!({"city": "x"})));
            faults.push(("choice of a type that none has", Code::UnknownMember, holder(&shown), twice, &[]));
            if !allowed("Period") && &*element.base_path == "Observation.effective[x]" {
                let other = with(&|r| {
                    remove(r, &path);
                    set(r, &format!("{parent}{stem}Period"), json!({"start": "2024-01-01"}));
                });
                let place = format!("{stem}.ofType(Period)");
                faults.push(("choice that the profile has not", Code::ChoiceType, place, other, FOLLOW));
            }
        }
        let targets: Vec<&str> = element
            .types
            .iter()
            .filter(|one| &*one.code == "Reference")
            .flat_map(|one| &one.target_profiles)
            .map(|it| &**it)
            .collect();
        if first.get("reference").is_some()
            && !targets.is_empty()
            && !targets.iter().any(|it| it.ends_with("/Resource"))
        {
            let slot = json!({"resourceType": "Basic", "id": "b", "code": {"text": "x"}});
            let other = with(&|r| {
                set(r, "contained", json!([slot]));
                set(r, &item, json!({"reference": "#b"}));
            });
            faults.push((
                "reference to another type",
                Code::ReferenceType,
                item_shown.clone(),
                other,
                &[Code::ReferenceProfile],
            ));
            let lost = with(&|r| set(r, &item, json!({"reference": "#nowhere"})));
            faults.push(("reference to nowhere", Code::ReferenceUnresolved, item_shown, lost, &[Code::Invariant]));
        }
    }
    faults
}

/// Puts each fault of each profile's definition into the resource that states it.
pub fn run() -> (usize, Vec<String>) {
    let library = Library::embedded(FhirVersion::R4);
    let (mut count, mut found) = (0, Vec::new());
    for sound in sound::all().iter().chain(sound::richest()) {
        let url = sound.resource["meta"]["profile"][0].as_str().expect("a profile");
        let definition = library.find_structure(url).and_then(|id| library.structure(id)).expect("its definition");
        let text = sound.resource.to_string();
        for (kind, code, below, faulty, follow) in faults(sound, definition) {
            let path = place(sound, &below);
            let expected = Expected { kind, of: &sound.profile, code, path: &path, follow };
            count += 1;
            found.extend(hold(support::r4(), &text, &faulty.to_string(), &expected).err());
        }
    }
    (count, found)
}

#[test]
fn each_demand_of_each_profile_is_missed() {
    let (count, faults) = run();
    assert!(count > 500, "only {count} faults follow from the definitions");
    report("faults against definitions", count, &faults);
}
