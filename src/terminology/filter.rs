//! Which concepts of a code system a value set's filters leave (FHIR R4, `ValueSet.compose.include.filter`).

use regex::Regex;

use super::code_table::fold;
use super::hierarchy::Hierarchy;
use crate::definition::{CodeSystem, Concept, Filter};

/// Marks the concepts that all filters leave; `None` where one of them is not known here.
pub(super) fn select(system: &CodeSystem, filters: &[Filter]) -> Option<Vec<bool>> {
    let hierarchy = Hierarchy::of(system);
    let mut marks = vec![true; system.concepts.len()];
    for filter in filters {
        let own = apply(system, &hierarchy, filter)?;
        for (mark, own) in marks.iter_mut().zip(own) {
            *mark &= own;
        }
    }
    Some(marks)
}

/// Whether an operation asks for a hierarchy.
pub(super) fn asks_hierarchy(filter: &Filter) -> bool {
    matches!(filter.op.as_ref(), "is-a" | "descendent-of" | "is-not-a" | "generalizes" | "child-of" | "descendent-leaf")
}

fn apply(system: &CodeSystem, hierarchy: &Hierarchy, filter: &Filter) -> Option<Vec<bool>> {
    let value = filter.value.as_ref();
    match (filter.property.as_ref(), filter.op.as_ref()) {
        ("concept" | "code" | "parent", "is-a" | "descendent-of" | "is-not-a" | "generalizes" | "child-of") => {
            Some(by_hierarchy(system, hierarchy, filter))
        }
        ("concept" | "code", "=") => Some(each(system, |concept| same(system, &concept.code, value))),
        ("concept" | "code", "in") => Some(each(system, |concept| listed(system, &concept.code, value))),
        ("concept" | "code", "not-in") => Some(each(system, |concept| !listed(system, &concept.code, value))),
        ("concept" | "code", "regex") => {
            let pattern = whole(value)?;
            Some(each(system, |concept| pattern.is_match(&concept.code)))
        }
        ("display", "=") => Some(each(system, |concept| concept.display.as_ref() == value)),
        ("display", "regex") => {
            let pattern = whole(value)?;
            Some(each(system, |concept| pattern.is_match(&concept.display)))
        }
        ("parent", "=") => Some(related(system, |row| hierarchy.parents(row).collect(), value)),
        ("child", "=") => Some(related(system, |row| hierarchy.children(row).collect(), value)),
        (property, op) => by_property(system, property, op, value),
    }
}

fn by_hierarchy(system: &CodeSystem, hierarchy: &Hierarchy, filter: &Filter) -> Vec<bool> {
    let found = (0_u32..).zip(&system.concepts).find(|(_, concept)| same(system, &concept.code, &filter.value));
    let Some((top, _)) = found else {
        // Nothing lies below a code that is not there; everything lies not below it.
        return vec![filter.op.as_ref() == "is-not-a"; system.concepts.len()];
    };
    match filter.op.as_ref() {
        "generalizes" => {
            let mut marks = vec![false; system.concepts.len()];
            let mut open = vec![top];
            while let Some(row) = open.pop() {
                if let Some(mark) = marks.get_mut(row as usize)
                    && !*mark
                {
                    *mark = true;
                    open.extend(hierarchy.parents(row));
                }
            }
            marks
        }
        "child-of" => {
            let mut marks = vec![false; system.concepts.len()];
            for child in hierarchy.children(top) {
                if let Some(mark) = marks.get_mut(child as usize) {
                    *mark = true;
                }
            }
            marks
        }
        op => {
            let mut marks = hierarchy.below(top);
            if let Some(own) = marks.get_mut(top as usize) {
                *own = op != "descendent-of";
            }
            if op == "is-not-a" {
                for mark in &mut marks {
                    *mark = !*mark;
                }
            }
            marks
        }
    }
}

fn by_property(system: &CodeSystem, property: &str, op: &str, value: &str) -> Option<Vec<bool>> {
    // A property that no concept has may be one that this program does not read: no guess then.
    let is_known = system.concepts.iter().any(|concept| values(concept, property).next().is_some());
    if !is_known {
        return None;
    }
    match op {
        "=" => Some(each(system, |concept| values(concept, property).any(|own| own == value))),
        "in" => Some(each(system, |concept| {
            values(concept, property).any(|own| value.split(',').any(|one| one.trim() == own))
        })),
        "not-in" => Some(each(system, |concept| {
            !values(concept, property).any(|own| value.split(',').any(|one| one.trim() == own))
        })),
        "exists" => Some(each(system, |concept| values(concept, property).next().is_some() == (value == "true"))),
        "regex" => {
            let pattern = whole(value)?;
            Some(each(system, |concept| values(concept, property).any(|own| pattern.is_match(own))))
        }
        _ => None,
    }
}

fn values<'a>(concept: &'a Concept, property: &'a str) -> impl Iterator<Item = &'a str> {
    concept.properties.iter().filter(move |own| own.code.as_ref() == property).map(|own| own.value.as_ref())
}

fn each(system: &CodeSystem, keep: impl Fn(&Concept) -> bool) -> Vec<bool> {
    system.concepts.iter().map(keep).collect()
}

/// Marks the concepts of which one of the related has this code.
fn related(system: &CodeSystem, rows: impl Fn(u32) -> Vec<u32>, code: &str) -> Vec<bool> {
    let is_it = |row: &u32| system.concepts.get(*row as usize).is_some_and(|concept| same(system, &concept.code, code));
    (0_u32..).zip(&system.concepts).map(|(row, _)| rows(row).iter().any(is_it)).collect()
}

fn same(system: &CodeSystem, own: &str, other: &str) -> bool {
    own == other || (!system.case_sensitive && fold(own, true) == fold(other, true))
}

fn listed(system: &CodeSystem, own: &str, list: &str) -> bool {
    list.split(',').any(|one| same(system, own, one.trim()))
}

/// A regular expression that must fit the whole text.
fn whole(pattern: &str) -> Option<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).ok()
}
