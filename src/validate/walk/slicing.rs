//! Slicing: which slices a value belongs to, and whether each slice has as many values as it must.

use super::super::check::value;
use super::super::location::Frame;
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

/// The bit of a slice, by its row.
fn bit(row: usize) -> u128 {
    1u128.checked_shl(u32::try_from(row).unwrap_or(u32::MAX)).unwrap_or(0)
}

impl<'v> Walk<'_, 'v, '_> {
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
        let mut matched = 0u128;
        let first_found = self.session.found.len();
        if let Some(path) = &slicing.shared {
            self.look_up(node, of.content, path);
        }
        for (row, slice) in slicing.slices.iter().enumerate() {
            let parent_matches = slice.parent.is_none_or(|parent| matched & bit(usize::from(parent)) != 0);
            if let (Some(_), [matcher], true) = (&slicing.shared, &*slice.matchers, parent_matches) {
                let mut at = first_found;
                while let Some((found, of)) = self.session.found.get(at).copied() {
                    if self.fulfils(found, &of.name, of.content, &matcher.condition, scope) {
                        self.takes(list, slicing, row, &mut matched, node, frame);
                        break;
                    }
                    at += 1;
                }
                continue;
            }
            if parent_matches
                && !slice.matchers.is_empty()
                && slice.matchers.iter().all(|matcher| self.matches(node, &of.name, of.content, matcher, 0, scope))
            {
                self.takes(list, slicing, row, &mut matched, node, frame);
            }
        }
        self.session.found.truncate(first_found);
        if matched == 0 {
            match slicing.default.and_then(|row| Some((usize::from(row), slicing.slices.get(usize::from(row))?))) {
                Some((row, slice)) => self.take(list, row, slice),
                None if slicing.rules == SlicingRules::Closed => self.fault(Code::SliceClosed, frame, node, |fault| {
                    let names: Vec<&str> = slicing.slices.iter().map(|slice| &*slice.name).collect();
                    let message =
                        format!("{} takes only {}, and this is none of them", list.child.label, names.join(", "));
                    fault.message(message).help(of_profile(&list.plan.url))
                }),
                None => {}
            }
        }
        for (row, slice) in
            slicing.slices.iter().enumerate().filter(|(row, slice)| slice.closed && matched & bit(*row) != 0)
        {
            let inside = slicing
                .slices
                .iter()
                .enumerate()
                .any(|(inner, other)| other.parent.map(usize::from) == Some(row) && matched & bit(inner) != 0);
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
        self.order(list, slicing, matched, node, frame);
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
        matched: &mut u128,
        node: NodeId,
        frame: &Frame<'_>,
    ) {
        let Some(slice) = slicing.slices.get(row) else { return };
        let before = slicing.slices.iter().take(row).enumerate();
        let rival = before.filter(|(_, other)| other.parent == slice.parent).find(|(row, _)| *matched & bit(*row) != 0);
        if let Some((_, rival)) = rival {
            self.fault(Code::SliceAmbiguous, frame, node, |fault| {
                let message = format!("{} belongs to two slices, {} and {}", list.child.label, rival.name, slice.name);
                fault.message(message).help(of_profile(&list.plan.url))
            });
            return;
        }
        *matched |= bit(row);
        self.take(list, row, slice);
    }

    fn take(&mut self, list: ActiveChild<'v>, row: usize, slice: &'v Slice) {
        if let Some(count) = self.session.counts.get_mut(list.counts + row) {
            *count += 1;
        }
        if let Some(overlay) = slice.overlay.and_then(|row| list.plan.overlays.get(row as usize)) {
            self.session.active.push(Active { plan: list.plan, overlay });
        }
    }

    /// Ordered slices stand in their order; what belongs to none stands at the end where the slicing is open at the end.
    fn order(&mut self, list: ActiveChild<'v>, slicing: &SlicingPlan, matched: u128, node: NodeId, frame: &Frame<'_>) {
        if !slicing.ordered && slicing.rules != SlicingRules::OpenAtEnd {
            return;
        }
        let counts = self.session.counts.get(list.counts..list.counts + slicing.slices.len()).unwrap_or_default();
        let top = |row: &usize| slicing.slices.get(*row).is_some_and(|slice| slice.parent.is_none());
        let own = (0..slicing.slices.len()).filter(top).find(|row| matched >> row & 1 == 1);
        let out_of_order = match own {
            Some(own) => {
                slicing.ordered && counts.iter().enumerate().skip(own + 1).any(|(row, count)| *count > 0 && top(&row))
            }
            None => false,
        };
        if out_of_order {
            self.fault(Code::SliceOrder, frame, node, |fault| {
                fault
                    .message("the values must stand in the order of the profile's slices")
                    .help(of_profile(&list.plan.url))
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
                    Content::Object(id) => id,
                    Content::Primitive(_, id) => id,
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
            Condition::Absent => false,
            Condition::Type(types) => {
                let words = self.session.validator.words();
                let own = if content == Content::Resource { self.text_of(node, words.resource_type) } else { None };
                let name = own.unwrap_or(type_name);
                let is = |of: &str| of == name || (own.is_some() && self.session.plans().is_derived(name, of));
                types.iter().any(|of| is(of))
            }
            Condition::Profile(profiles) => self.holds_to_one(node, content, profiles, scope),
        }
    }

    fn holds_to_one(&mut self, node: NodeId, content: Content, profiles: &'v [ProfileUse], scope: &Scope) -> bool {
        profiles.iter().filter_map(|profile| profile.definition).any(|id| self.conforms(node, content, id, scope))
    }
}
