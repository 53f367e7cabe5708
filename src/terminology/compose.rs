//! What a value set's definition comes to: for each code system, which codes are surely in it, surely not, or undecided
//! (FHIR R4, `ValueSet.compose`: a union of includes, each an intersection, without the excludes).

use std::borrow::Cow;
use std::collections::HashMap;

use super::code_table::fold;
use super::filter;
use super::grammar::Grammar;
use super::membership::{Join, Membership, Reason, Rest};
use super::systems::{LOINC, SNOMED_CT, UCUM};
use crate::definition::{CodeSystem, Content, Include, Library, ValueSet};

/// How deep value sets may be made of value sets, and of how many one may be made.
const DEEPEST: usize = 24;
const MOST_PARTS: usize = 2000;

/// A value set, worked out.
#[derive(Debug)]
pub(super) struct Decision<'a> {
    /// For each code system that it names.
    pub(super) systems: Vec<(&'a str, Codes<'a>)>,
    /// For all other systems.
    pub(super) other: Membership,
}

/// A value set's codes of one system.
#[derive(Debug)]
pub(super) struct Codes<'a> {
    /// The codes about which something is known.
    pub(super) known: HashMap<Cow<'a, str>, Membership>,
    /// What holds for the rest.
    pub(super) rest: Rest,
    /// Whether case does not count; the known codes are in small letters then.
    pub(super) folded: bool,
}

impl<'a> Codes<'a> {
    fn all(rest: Rest, folded: bool) -> Self {
        Self { known: HashMap::new(), rest, folded }
    }

    fn listed(codes: impl Iterator<Item = &'a str>, rest: Rest, folded: bool) -> Self {
        Self { known: codes.map(|code| (fold(code, folded), Membership::In)).collect(), rest, folded }
    }

    fn of(&self, code: &str) -> Membership {
        self.known.get(code).copied().unwrap_or_else(|| self.rest.decide(code))
    }

    fn join(mut self, other: &Self, join: Join) -> Self {
        // Where the other side says nothing of the codes that it does not list, ours stay as they are.
        if !(other.rest == Rest::OUT && matches!(join, Join::Union | Join::Difference)) {
            for (code, own) in &mut self.known {
                if !other.known.contains_key(code) {
                    *own = join.codes(*own, other.rest.decide(code));
                }
            }
        }
        for (code, theirs) in &other.known {
            let joined = join.codes(self.of(code), *theirs);
            self.known.insert(code.clone(), joined);
        }
        Self { known: self.known, rest: join.rest(self.rest, other.rest), folded: self.folded || other.folded }
    }
}

impl<'a> Decision<'a> {
    fn all(other: Membership) -> Self {
        Self { systems: Vec::new(), other }
    }

    fn one(system: &'a str, codes: Codes<'a>) -> Self {
        Self { systems: vec![(system, codes)], other: Membership::Out }
    }

    fn join(self, right: Self, join: Join) -> Self {
        let (left_other, right_other) = (Rest::All(self.other), Rest::All(right.other));
        let mut theirs = right.systems;
        let mut systems = Vec::with_capacity(self.systems.len() + theirs.len());
        for (system, codes) in self.systems {
            let other = match theirs.iter().position(|(name, _)| *name == system) {
                Some(at) => theirs.swap_remove(at).1,
                None => Codes::all(right_other, codes.folded),
            };
            systems.push((system, codes.join(&other, join)));
        }
        for (system, codes) in theirs {
            systems.push((system, Codes::all(left_other, codes.folded).join(&codes, join)));
        }
        Self { systems, other: join.codes(self.other, right.other) }
    }
}

/// Works value sets out.
pub(super) struct Composer<'a> {
    library: &'a Library,
    /// Whether a list of codes of a system that is not at hand decides of the codes that it does not have.
    lists_decide: bool,
    /// The value sets that are being worked out, the outermost first.
    open: Vec<&'a str>,
    parts: usize,
}

impl<'a> Composer<'a> {
    pub(super) fn new(library: &'a Library, lists_decide: bool) -> Self {
        Self { library, lists_decide, open: Vec::new(), parts: 0 }
    }

    /// The value set of a canonical.
    pub(super) fn canonical(&mut self, canonical: &'a str) -> Decision<'a> {
        match self.library.value_set(canonical) {
            Some(value_set) => self.value_set(value_set),
            None => implicit(canonical).unwrap_or(Decision::all(Membership::Undecided(Reason::ValueSetUnknown))),
        }
    }

    fn value_set(&mut self, value_set: &'a ValueSet) -> Decision<'a> {
        if !value_set.expansion.is_empty() {
            return self.expansion(value_set);
        }
        if value_set.include.is_empty() {
            return Decision::all(Membership::Undecided(Reason::ValueSetUnknown));
        }
        self.parts += 1;
        let url = value_set.url.as_ref();
        if self.open.len() >= DEEPEST || self.parts > MOST_PARTS || self.open.contains(&url) {
            return Decision::all(Membership::Undecided(Reason::TooLarge));
        }
        self.open.push(url);
        let mut whole = Decision::all(Membership::Out);
        for include in &value_set.include {
            whole = whole.join(self.include(include), Join::Union);
        }
        for exclude in &value_set.exclude {
            whole = whole.join(self.include(exclude), Join::Difference);
        }
        self.open.pop();
        whole
    }

    fn expansion(&self, value_set: &'a ValueSet) -> Decision<'a> {
        let mut codes: HashMap<&'a str, Vec<&'a str>> = HashMap::new();
        for (system, code) in &value_set.expansion {
            codes.entry(system).or_default().push(code);
        }
        let systems = codes.into_iter().map(|(system, codes)| {
            let folded = self.library.code_system(system).is_some_and(|system| !system.case_sensitive);
            (system, Codes::listed(codes.into_iter(), Rest::OUT, folded))
        });
        Decision { systems: systems.collect(), other: Membership::Out }
    }

    fn include(&mut self, include: &'a Include) -> Decision<'a> {
        let mut all: Option<Decision<'a>> = None;
        if !include.system.is_empty() {
            all = Some(Decision::one(&include.system, self.system(include)));
        }
        for canonical in &include.value_sets {
            let own = self.canonical(canonical);
            all = Some(match all {
                Some(all) => all.join(own, Join::Intersection),
                None => own,
            });
        }
        all.unwrap_or(Decision::all(Membership::Out))
    }

    fn system(&self, include: &'a Include) -> Codes<'a> {
        let system = self.library.code_system(&include.system).filter(|system| is_here(system));
        let folded = system.is_some_and(|system| !system.case_sensitive);
        if !include.concepts.is_empty() {
            let rest =
                if self.lists_decide || system.is_some() { Rest::OUT } else { Rest::undecided(Reason::SystemUnknown) };
            return Codes::listed(include.concepts.iter().map(|concept| concept.code.as_ref()), rest, folded);
        }
        let Some(system) = system else { return Codes::all(elsewhere(include), folded) };
        let rest = if system.content == Content::Complete { Rest::OUT } else { Rest::undecided(Reason::SystemInPart) };
        if include.filters.is_empty() {
            return Codes::listed(system.concepts.iter().map(|concept| concept.code.as_ref()), rest, folded);
        }
        match filter::select(system, &include.filters) {
            Some(marks) => {
                let mut codes = Codes::all(rest, folded);
                for (concept, is_left) in system.concepts.iter().zip(marks) {
                    let membership = if is_left { Membership::In } else { Membership::Out };
                    // A code that is left and known to be out needs no row, unless the rest is undecided.
                    if is_left || rest != Rest::OUT {
                        codes.known.insert(fold(&concept.code, folded), membership);
                    }
                }
                codes
            }
            None => Codes::all(Rest::undecided(Reason::FilterUnknown), folded),
        }
    }
}

/// What holds for the codes of a system that is not at hand.
fn elsewhere(include: &Include) -> Rest {
    let reason = if include.filters.iter().any(filter::asks_hierarchy) {
        Reason::HierarchyUnknown
    } else if include.filters.is_empty() {
        Reason::SystemUnknown
    } else {
        Reason::FilterUnknown
    };
    let grammar = Grammar::of(&include.system).and_then(|grammar| {
        if include.filters.is_empty() { Some(grammar) } else { grammar.filtered(&include.filters) }
    });
    grammar.map_or(Rest::undecided(reason), Rest::Grammar)
}

/// Whether concepts of a code system are at hand.
pub(super) fn is_here(system: &CodeSystem) -> bool {
    matches!(system.content, Content::Complete | Content::Fragment | Content::Example)
}

/// Value sets that are defined by their url alone (FHIR R4, Using SNOMED CT, Using LOINC, Using UCUM).
pub(super) fn implicit(canonical: &str) -> Option<Decision<'static>> {
    let undecided = |system, reason| Some(Decision::one(system, Codes::all(Rest::undecided(reason), false)));
    if canonical.starts_with("http://snomed.info/") && canonical.contains("fhir_vs") {
        return undecided(SNOMED_CT, Reason::HierarchyUnknown);
    }
    if canonical.starts_with("http://loinc.org/vs") {
        return undecided(LOINC, Reason::SystemUnknown);
    }
    if let Some(rest) = canonical.strip_prefix("http://unitsofmeasure.org/vs") {
        return match rest.split('|').next() {
            Some("") => Some(Decision::one(UCUM, Codes::all(Rest::Grammar(Grammar::Unit), false))),
            _ => undecided(UCUM, Reason::FilterUnknown),
        };
    }
    None
}
