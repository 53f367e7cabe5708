//! Slicing: which slices a value belongs to, and whether each slice has as many values as it must.

use super::super::check::value;
use super::super::location::{self, Frame};
use super::super::plan::{
    ChildOverlay, Condition, Content, ElementType, Matcher, Overlay, Plan, ProfileUse, Slice, SlicingPlan, Step,
};
use super::super::session::{Active, ActiveChild};
use super::item::Halves;
use super::object::{of_profile, times};
use super::{Scope, Walk};
use crate::definition::SlicingRules;
use crate::fhirpath::Model as _;
use crate::instance::{Kind, NameId, NodeId};
use crate::issue::Code;

impl<'w, 'v> Walk<'w, 'v, '_> {
    /// Finds the slices of a value, counts it there, and lays their overlays over it.
    pub(super) fn slice(
        &mut self,
        (value, beside): Halves,
        of: &'v ElementType,
        list: ActiveChild<'v>,
        slicing: &'v SlicingPlan,
        frame: &Frame<'_>,
        scope: &Scope,
    ) {
        let Some(node) = value.or(beside) else { return };
        if let Some(reason) = &slicing.undecidable {
            self.fault(Code::SliceUndecided, frame, node, |fault| {
                fault
                    .message(format!("which slice this belongs to cannot be decided: {reason}"))
                    .help(of_profile(&list.plan.url))
            });
            return;
        }
        // Conditions may lead to slicings of their own: each has its stretch of the list.
        let first = self.session.matched.len();
        self.session.matched.resize(first + slicing.slices.len(), false);
        let first_found = self.session.found.len();
        if let Some(path) = &slicing.shared {
            self.look_up(node, of.content, path);
        }
        let index = if let location::Step::Item(index) = frame.step { index } else { 0 };
        for (row, slice) in slicing.slices.iter().enumerate() {
            let parent_matches = slice.parent.is_none_or(|parent| self.is_matched(first, usize::from(parent)));
            if let (Some(_), [matcher], true) = (&slicing.shared, &*slice.matchers, parent_matches) {
                let mut at = first_found;
                while let Some((found, of)) = self.session.found.get(at).copied() {
                    if self.fulfils(found, &of.name, of.content, &matcher.condition, scope) {
                        self.takes(list, slicing, row, first, node, frame);
                        break;
                    }
                    at += 1;
                }
                continue;
            }
            let is_one = |matcher: &'v Matcher| match matcher.condition {
                Condition::Position(from, to) => (from..to).contains(&index),
                _ => self.matches(node, &of.name, of.content, matcher, 0, scope),
            };
            if parent_matches && !slice.matchers.is_empty() && slice.matchers.iter().all(is_one) {
                self.takes(list, slicing, row, first, node, frame);
            }
        }
        self.session.found.truncate(first_found);
        let is_in_none = !self.session.matched.get(first..).unwrap_or_default().contains(&true);
        if is_in_none {
            match slicing.default.and_then(|row| Some((usize::from(row), slicing.slices.get(usize::from(row))?))) {
                Some((row, slice)) => self.take(list, row, slice, first),
                None if slicing.rules == SlicingRules::Closed => self.fault(Code::SliceClosed, frame, node, |fault| {
                    let names: Vec<&str> = slicing.slices.iter().map(|slice| &*slice.name).collect();
                    let message =
                        format!("{} takes only {}, and this is none of them", list.child.label, names.join(", "));
                    fault.message(message).help(of_profile(&list.plan.url))
                }),
                None => {}
            }
        }
        for (row, slice) in slicing.slices.iter().enumerate() {
            if !slice.closed || !self.is_matched(first, row) {
                continue;
            }
            let inner = |other: &Slice| other.parent.map(usize::from) == Some(row);
            let inside = (0..).zip(&slicing.slices).any(|(index, other)| inner(other) && self.is_matched(first, index));
            if !inside {
                self.fault(Code::SliceClosed, frame, node, |fault| {
                    fault
                        .message(format!(
                            "the slice {} takes only its own slices, and this is none of them",
                            slice.name
                        ))
                        .help(of_profile(&list.plan.url))
                });
            }
        }
        self.order(list, slicing, first, node, frame);
        self.session.matched.truncate(first);
    }

    fn is_matched(&self, first: usize, row: usize) -> bool {
        self.session.matched.get(first + row) == Some(&true)
    }

    /// Notes what stands at the end of a path of elements.
    fn look_up(&mut self, node: NodeId, content: Content, path: &[NameId]) {
        let document = self.document;
        let Some((name, rest)) = path.split_first() else { return };
        let of = match content {
            Content::Primitive(_, id) | Content::Object(id) => Some(id),
            Content::Resource => self.resource_object(node),
            Content::Unknown => None,
        };
        if document.kind(node) != Kind::Object {
            return;
        }
        let Some(object) = of.and_then(|id| self.object_plan(id)) else { return };
        for member in document.children(node) {
            let known = self.member_of(member);
            let Some(key) = object.key(known.name).filter(|_| !known.beside) else { continue };
            let Some(element) = object.elements.get(usize::from(key.element)) else { continue };
            let Some(found) = element.types.get(usize::from(key.type_row)) else { continue };
            if element.name != *name {
                continue;
            }
            let is_list = document.kind(member) == Kind::Array;
            let one = |walk: &mut Self, item: NodeId| match rest {
                [] => walk.session.found.push((item, found)),
                _ => walk.look_up(item, found.content, rest),
            };
            if is_list {
                for item in document.children(member) {
                    one(self, item);
                }
            } else {
                one(self, member);
            }
        }
    }

    /// Takes a value for one of this slice, unless it is one of another already that stands beside it.
    fn takes(
        &mut self,
        list: ActiveChild<'v>,
        slicing: &'v SlicingPlan,
        row: usize,
        first: usize,
        node: NodeId,
        frame: &Frame<'_>,
    ) {
        let Some(slice) = slicing.slices.get(row) else { return };
        let mut before = (0..row).zip(&slicing.slices).filter(|(_, other)| other.parent == slice.parent);
        if let Some((_, rival)) = before.find(|(row, _)| self.is_matched(first, *row)) {
            self.fault(Code::SliceAmbiguous, frame, node, |fault| {
                let message = format!("{} belongs to two slices, {} and {}", list.child.label, rival.name, slice.name);
                fault.message(message).help(of_profile(&list.plan.url))
            });
            return;
        }
        self.take(list, row, slice, first);
    }

    /// The value at hand belongs to the slice of this row.
    fn take(&mut self, list: ActiveChild<'v>, row: usize, slice: &'v Slice, first: usize) {
        if let Some(matched) = self.session.matched.get_mut(first + row) {
            *matched = true;
        }
        if let Some(count) = self.session.counts.get_mut(list.counts + row) {
            *count += 1;
        }
        if let Some(overlay) = slice.overlay.and_then(|row| list.plan.overlays.get(row as usize)) {
            self.session.active.push(Active { plan: list.plan, overlay });
        }
    }

    /// Ordered slices stand in their order; what belongs to none stands at the end where the slicing is open at the end.
    fn order(&mut self, list: ActiveChild<'v>, slicing: &SlicingPlan, first: usize, node: NodeId, frame: &Frame<'_>) {
        let is_open_at_end = slicing.rules == SlicingRules::OpenAtEnd;
        if !slicing.ordered && !is_open_at_end {
            return;
        }
        // The last count is of the values that belong to no slice.
        let rows = slicing.slices.len();
        let top = |row: usize| slicing.slices.get(row).is_some_and(|slice| slice.parent.is_none());
        let Some(own) = (0..rows).find(|row| top(*row) && self.is_matched(first, *row)) else {
            if let Some(count) = self.session.counts.get_mut(list.counts + rows) {
                *count += 1;
            }
            return;
        };
        let count = |row: usize| self.session.counts.get(list.counts + row).copied().unwrap_or(0);
        let after_later = slicing.ordered && (own + 1..rows).any(|row| top(row) && count(row) > 0);
        if after_later || (is_open_at_end && count(rows) > 0) {
            self.fault(Code::SliceOrder, frame, node, |fault| {
                let message = match after_later {
                    true => "the values must stand in the order of the profile's slices",
                    false => "values that belong to no slice must stand after those that do",
                };
                fault.message(message).help(of_profile(&list.plan.url))
            });
        }
    }

    /// Whether each slice of a list has as many values as it must and may have.
    pub(super) fn slice_counts(
        &mut self,
        list: ActiveChild<'v>,
        slicing: &'v SlicingPlan,
        node: NodeId,
        frame: &Frame<'_>,
    ) {
        if slicing.undecidable.is_some() {
            return;
        }
        for (row, slice) in slicing.slices.iter().enumerate() {
            let count = self.session.counts.get(list.counts + row).copied().unwrap_or(0);
            let parent = slice.parent.and_then(|parent| self.session.counts.get(list.counts + usize::from(parent)));
            if count < slice.min && parent.is_none_or(|parent| *parent > 0) {
                self.too_few(list.plan, &list.child.label, slice, count, frame, node);
            }
            if count > slice.max {
                self.fault(Code::MaxCardinality, frame, node, |fault| {
                    let (label, name) = (&list.child.label, &slice.name);
                    let message = format!(
                        "{label}:{name} may be there at most {}, and is there {}",
                        times(slice.max),
                        times(count)
                    );
                    fault.message(message).help(of_profile(&list.plan.url))
                });
            }
        }
    }

    pub(super) fn slice_missing(
        &mut self,
        (plan, _, child): (&'v Plan, &'v Overlay, &'v ChildOverlay),
        slice: &'v Slice,
        count: u32,
        frame: &Frame<'_>,
        node: NodeId,
    ) {
        self.too_few(plan, &child.label, slice, count, frame, node);
    }

    fn too_few(&mut self, plan: &Plan, label: &str, slice: &Slice, count: u32, frame: &Frame<'_>, node: NodeId) {
        self.fault(Code::MinCardinality, frame, node, |fault| {
            let name = &slice.name;
            let message =
                format!("{label}:{name} must be there at least {}, and is there {}", times(slice.min), times(count));
            fault.message(message).help(of_profile(&plan.url))
        });
    }

    /// Whether a value fulfils a condition, from the step of this row on.
    fn matches(
        &mut self,
        node: NodeId,
        type_name: &str,
        content: Content,
        matcher: &'v Matcher,
        step: usize,
        scope: &Scope,
    ) -> bool {
        let Some(next) = matcher.steps.get(step) else {
            return self.fulfils(node, type_name, content, &matcher.condition, scope);
        };
        let found = self.follow(node, type_name, content, next, matcher, step, scope);
        match matcher.condition {
            // Absence is proven only at the end of the way: whatever is found on it says no.
            Condition::Absent if step + 1 == matcher.steps.len() => !found,
            Condition::Absent => found || !self.leads_on(node, content, next),
            _ => found,
        }
    }

    /// Whether a step leads anywhere.
    fn leads_on(&mut self, node: NodeId, content: Content, step: &Step) -> bool {
        match (step, content) {
            (Step::Child(name), Content::Object(id)) => {
                let members = self.session.plans().element(id, *name);
                members.iter().any(|member| self.child(node, member.key).is_some())
            }
            _ => true,
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the value, the way and where both stand")]
    fn follow(
        &mut self,
        node: NodeId,
        type_name: &str,
        content: Content,
        step: &'v Step,
        matcher: &'v Matcher,
        row: usize,
        scope: &Scope,
    ) -> bool {
        let document = self.document;
        match step {
            Step::Child(name) => {
                let of = match content {
                    Content::Object(id) | Content::Primitive(_, id) => id,
                    Content::Resource => match self.resource_object(node) {
                        Some(id) => id,
                        None => return false,
                    },
                    Content::Unknown => return false,
                };
                let Some(object) = self.object_plan(of) else { return false };
                for member in document.children(node) {
                    let known = self.member_of(member);
                    if known.beside {
                        continue;
                    }
                    let Some(key) = object.key(known.name) else { continue };
                    let Some(element) = object.elements.get(usize::from(key.element)) else { continue };
                    let Some(found) = element.types.get(usize::from(key.type_row)) else { continue };
                    if element.name != *name {
                        continue;
                    }
                    if matches!(matcher.condition, Condition::Absent) && row + 1 == matcher.steps.len() {
                        return true;
                    }
                    if document.kind(member) == Kind::Array {
                        for item in document.children(member) {
                            if self.matches(item, &found.name, found.content, matcher, row + 1, scope) {
                                return true;
                            }
                        }
                    } else if self.matches(member, &found.name, found.content, matcher, row + 1, scope) {
                        return true;
                    }
                }
                false
            }
            Step::Extension(url) => {
                let words = self.session.validator.words();
                let Some(list) = self.child(node, words.extension) else { return false };
                let Some(id) = self.session.plans().type_definition("Extension") else { return false };
                let Some(id) = super::super::plans::type_id(id, 0) else { return false };
                for item in document.children(list) {
                    if self.text_of(item, words.url) == Some(&**url)
                        && self.matches(item, "Extension", Content::Object(id), matcher, row + 1, scope)
                    {
                        return true;
                    }
                }
                false
            }
            Step::Resolve => {
                let Some(target) = super::super::check::reference::resolve(self, node, scope) else {
                    return self.unresolved_matches(node, matcher);
                };
                let Some(name) = self.text_of(target, self.session.validator.words().resource_type) else {
                    return false;
                };
                let name = name.to_owned();
                self.matches(target, &name, Content::Resource, matcher, row + 1, scope)
            }
            Step::OfType(name) => {
                *type_name == **name && self.matches(node, type_name, content, matcher, row + 1, scope)
            }
        }
    }

    /// A reference that leads out of the document still says its target's type, by its form.
    fn unresolved_matches(&mut self, node: NodeId, matcher: &Matcher) -> bool {
        let Condition::Type(types) = &matcher.condition else { return false };
        let words = self.session.validator.words();
        let stated = self.text_of(node, words.type_);
        let text = self.text_of(node, words.reference).unwrap_or_default();
        let by_form = super::super::check::reference::type_by_form(text);
        stated.or(by_form).is_some_and(|name| types.iter().any(|of| **of == *name))
    }

    /// The number of a resource's type.
    fn resource_object(&mut self, node: NodeId) -> Option<crate::fhirpath::TypeId> {
        let name = self.text_of(node, self.session.validator.words().resource_type)?;
        self.session.plans().resource_type(name)
    }

    fn fulfils(
        &mut self,
        node: NodeId,
        type_name: &str,
        content: Content,
        condition: &'v Condition,
        scope: &Scope,
    ) -> bool {
        match condition {
            Condition::Fixed(fixed) => value::equals(self, node, fixed),
            Condition::Pattern(pattern) => value::contains(self, node, pattern),
            Condition::All(pieces) => {
                pieces.iter().all(|piece| self.matches(node, type_name, content, piece, 0, scope))
            }
            Condition::Binding(set) => super::super::check::coded::is_in(self, node, content, *set),
            Condition::Exists => true,
            // Where a value stands is asked where the list is.
            Condition::Absent | Condition::Position(..) => false,
            Condition::Type(types) => {
                let said = if content == Content::Resource { self.type_said(node) } else { None };
                match said {
                    Some((own, plan)) => {
                        let plans = self.session.plans();
                        types.iter().any(|of| **of == *own || plans.is_below(plan, of))
                    }
                    None => types.iter().any(|of| **of == *type_name),
                }
            }
            Condition::Profile(profiles) => self.holds_to_one(node, content, profiles, scope),
        }
    }

    /// The type that a resource says it is, and its plan, which the slices of a list ask for one after the other.
    fn type_said(&mut self, node: NodeId) -> Option<(&'w str, Option<&'v Plan>)> {
        if self.session.typed.0 != node {
            let said = self.child(node, self.session.validator.words().resource_type);
            let plan = said.and_then(|said| self.session.plans().type_plan(self.document.as_str(said)?));
            self.session.typed = (node, said, plan);
        }
        let (_, said, plan) = self.session.typed;
        Some((self.document.as_str(said?)?, plan))
    }

    fn holds_to_one(&mut self, node: NodeId, content: Content, profiles: &'v [ProfileUse], scope: &Scope) -> bool {
        profiles.iter().filter_map(|profile| profile.definition).any(|id| self.conforms(node, content, id, scope))
    }
}
