//! An element's values: the list's shape, then each value with its type, its profiles and its slices.

use std::ops::Range;

use super::super::check;
use super::super::location::{Frame, Step};
use super::super::plan::{Check, Content, Element, ElementType, Nature, ObjectPlan, ProfileUse};
use super::super::session::Active;
use super::object::{of_profile, times};
use super::resource::Stands;
use super::{Scope, Walk};
use crate::definition::Strength;
use crate::instance::{Kind, NodeId};
use crate::issue::Code;

/// A value: the half with the value, and the half with id and extensions that primitives may have.
pub(crate) type Halves = (Option<NodeId>, Option<NodeId>);

impl<'v> Walk<'_, 'v, '_> {
    /// An element with all its values.
    pub(super) fn element(
        &mut self,
        halves: Halves,
        (element, of): (&'v Element, &'v ElementType),
        children: Range<usize>,
        frame: &Frame<'_>,
        scope: &Scope,
        holder: &'v ObjectPlan,
    ) {
        let document = self.document;
        let is_null = |half: &NodeId| document.kind(*half) == Kind::Null;
        let mut halves = halves;
        for half in [&mut halves.0, &mut halves.1] {
            if let Some(null) = half.filter(is_null) {
                *half = None;
                if scope.base {
                    self.fault(Code::Null, frame, null, |fault| {
                        fault.message("a null stands for nothing here").help("leave the member out")
                    });
                }
            }
        }
        let Some(shown) = halves.0.or(halves.1) else { return };
        let mut count = 1;
        let is_array = |node: Option<NodeId>| node.map(|node| document.kind(node) == Kind::Array);
        let arrays = (is_array(halves.0), is_array(halves.1));
        let is_wrong = |is: Option<bool>| is.is_some_and(|is| is != element.is_array);
        if scope.base && (is_wrong(arrays.0) || is_wrong(arrays.1)) {
            self.fault(Code::WrongJsonType, frame, shown, |fault| match element.is_array {
                true => fault.message(format!("{} must be a JSON array", element.path)).help("put it into [ ]"),
                false => fault.message(format!("{} must not be an array", element.path)).help("take it out of [ ]"),
            });
        }
        if arrays.0 == Some(true) || arrays.1 == Some(true) {
            let mut values = halves.0.filter(|_| arrays.0 == Some(true)).map(|list| document.children(list));
            let mut besides = halves.1.filter(|_| arrays.1 == Some(true)).map(|list| document.children(list));
            count = 0;
            loop {
                let value = values.as_mut().and_then(Iterator::next);
                let beside = besides.as_mut().and_then(Iterator::next);
                let Some(node) = value.or(beside) else { break };
                let inner = frame.below(Step::Item(count), node);
                count += 1;
                self.item((value, beside), (element, of), children.clone(), &inner, scope, holder);
            }
            if count == 0 && scope.base {
                self.fault(Code::Empty, frame, shown, |fault| {
                    fault.message("an array must have something in it").help("leave the member out")
                });
            }
        } else {
            self.item(halves, (element, of), children.clone(), frame, scope, holder);
        }
        // How often a member stands there is said of its holder.
        let outer = frame.parent.unwrap_or(frame);
        if scope.base {
            self.base_maximum(count, element, shown, outer);
        }
        for row in children {
            let Some(active) = self.session.children.get(row).copied() else { continue };
            if count > active.child.max {
                self.fault(Code::MaxCardinality, outer, shown, |fault| {
                    let (label, max) = (&active.child.label, active.child.max);
                    let message = format!("{label} may be there {}, and is there {}", at_most(max), times(count));
                    fault.message(message).help(of_profile(&active.plan.url))
                });
            }
            // Of an empty list what is missing is told with the other members that are.
            if let Some(slicing) = active.child.slicing.as_ref().filter(|_| count > 0) {
                self.slice_counts(active, slicing, shown, outer);
            }
        }
    }

    fn item(
        &mut self,
        halves: Halves,
        (element, of): (&'v Element, &'v ElementType),
        children: Range<usize>,
        frame: &Frame<'_>,
        scope: &Scope,
        holder: &'v ObjectPlan,
    ) {
        let start = self.session.active.len();
        let Some(node) = halves.0.or(halves.1) else { return };
        // What is no object at all has nothing more to be asked.
        if let (Content::Object(id), true) = (of.content, self.document.kind(node) != Kind::Object) {
            if let Some(object) = self.object_plan(id) {
                self.object(node, object, start..start, frame, scope);
            }
            return;
        }
        for row in children {
            let Some(active) = self.session.children.get(row).copied() else { continue };
            if let Some(overlay) = active.child.overlay.and_then(|row| active.plan.overlays.get(row as usize)) {
                self.session.active.push(Active { plan: active.plan, overlay });
            }
            if let Some(slicing) = &active.child.slicing {
                self.slice(halves, of, active, slicing, frame, scope);
            }
        }
        let (mut row, mut rest) = (start, self.session.active.len() - start);
        while let Some(active) = self.session.active.get(row).copied().filter(|_| rest > 0) {
            rest -= 1;
            row += 1;
            if let Some(types) = &active.overlay.types
                && !self.allowed_type(node, (of, element.is_choice), types, active, start, frame, scope)
            {
                // Of a value of another type the profile says nothing more.
                row -= 1;
                self.session.active.remove(row);
            }
        }
        if !of.profiles.is_empty() {
            self.type_profiles(node, of.content, &of.profiles, start, frame, scope);
        }
        match of.content {
            Content::Primitive(primitive, beside_type) => {
                self.primitive(halves, (primitive, beside_type), start, frame, scope);
            }
            Content::Object(id) => {
                if let Some(object) = self.object_plan(id) {
                    if object.nature == Nature::Extension {
                        check::extension::definition(self, node, element, holder, start, frame, scope);
                    }
                    let active = start..self.session.active.len();
                    self.object(node, object, active, frame, scope);
                    if let Some(target) = of.target.as_deref().filter(|_| scope.base) {
                        check::reference::target(self, node, target, None, frame, scope);
                    }
                }
            }
            Content::Resource => {
                let stands = match &*element.label {
                    "contained" => Stands::Contained(*scope),
                    "resource" if &*holder.path == "Bundle.entry" => {
                        Stands::Held(frame.parent.map(|entry| entry.node), *scope)
                    }
                    _ => Stands::Held(None, *scope),
                };
                if scope.base {
                    if !(self.request.skip_contained && matches!(stands, Stands::Contained(_))) {
                        self.resource(node, start, frame, stands);
                    }
                    self.session.active.truncate(start);
                    return;
                }
            }
            Content::Unknown => {}
        }
        // A primitive's value that is none at all was told, and has nothing more to be asked.
        let is_value = |kind: Kind| match of.content {
            Content::Primitive(..) => matches!(kind, Kind::String | Kind::Number | Kind::Bool(_)),
            _ => kind != Kind::Null,
        };
        let has_value = halves.0.is_some_and(|node| is_value(self.document.kind(node)));
        let is_missing = halves.0.is_none_or(|node| self.document.kind(node) == Kind::Null);
        if is_missing && matches!(of.content, Content::Primitive(..)) {
            self.no_code(&element.checks, node, frame, scope);
        }
        if has_value {
            let type_id = match of.content {
                Content::Primitive(_, id) | Content::Object(id) => id,
                Content::Resource | Content::Unknown => crate::fhirpath::TypeId::UNKNOWN,
            };
            if scope.base {
                for check in &element.checks {
                    check::value::apply(self, check, node, None, type_id, frame, scope);
                }
            }
            for row in start..self.session.active.len() {
                let Some(active) = self.session.active.get(row).copied() else { continue };
                for check in &active.overlay.checks {
                    check::value::apply(self, check, node, Some(active.plan), type_id, frame, scope);
                }
            }
        }
        self.session.active.truncate(start);
    }

    /// A code in whose place extensions stand is no code of a required value set.
    fn no_code(&mut self, checks: &'v [Check], node: NodeId, frame: &Frame<'_>, scope: &Scope) {
        let required = |check: &&Check| matches!(check, Check::Binding(plan) if plan.strength == Strength::Required);
        if let Some(Check::Binding(plan)) = checks.iter().find(required).filter(|_| scope.base) {
            self.fault(Code::BindingRequired, frame, node, |fault| {
                fault.message(format!("there is no code, and one from the value set {} must be", plan.canonical))
            });
        }
    }

    /// Whether the profile leaves the value's type; if it does, what it adds to that type is laid over the value.
    #[allow(clippy::too_many_arguments, reason = "the value, the rule and where both stand")]
    fn allowed_type(
        &mut self,
        node: NodeId,
        (of, is_choice): (&'v ElementType, bool),
        types: &'v [ElementType],
        active: Active<'v>,
        start: usize,
        frame: &Frame<'_>,
        scope: &Scope,
    ) -> bool {
        let plans = self.session.plans();
        let resource_type = match of.content {
            Content::Resource => self.text_of(node, self.session.validator.words().resource_type),
            _ => None,
        };
        let name = resource_type.unwrap_or(&of.name);
        let is_open = of.content == Content::Resource || types.len() > 1 || is_choice;
        let allowed = types.iter().find(|allowed| {
            !is_open
                || *allowed.name == *name
                || (of.content == Content::Resource && plans.is_derived(name, &allowed.name))
        });
        let Some(allowed) = allowed else {
            // The type of an extension's value is the extension's, as in the reference.
            let of_extension = is_choice && &*active.overlay.id == "Extension.value[x]";
            let place = frame.parent.filter(|_| of_extension).unwrap_or(frame);
            self.fault(Code::ChoiceType, place, node, |fault| {
                let names: Vec<&str> = types.iter().map(|of| &*of.name).collect();
                let message = format!("{} must be of type {}", active.overlay.id, names.join(" or "));
                fault.message(message).help(of_profile(&active.plan.url))
            });
            return false;
        };
        if !allowed.profiles.is_empty() {
            self.type_profiles(node, of.content, &allowed.profiles, start, frame, scope);
        }
        if let Some(target) = &allowed.target {
            check::reference::target(self, node, target, Some(active.plan), frame, scope);
        }
        true
    }

    /// The profiles of a type: the only one is laid over the value; of several the value must hold to one.
    fn type_profiles(
        &mut self,
        node: NodeId,
        content: Content,
        profiles: &'v [ProfileUse],
        start: usize,
        frame: &Frame<'_>,
        scope: &Scope,
    ) {
        match profiles {
            [] => {}
            [only] => match only.definition.and_then(|id| self.session.plan(id, self.document)) {
                Some(plan) => self.lay(plan, start),
                None => self.fault(Code::ProfileUnknown, frame, node, |fault| {
                    let message = format!("the definition of {} is not at hand, so it was not checked", only.canonical);
                    fault.message(message).help("give its package with --package")
                }),
            },
            several => {
                let known = several.iter().any(|profile| profile.definition.is_some());
                let holds = several.iter().filter_map(|profile| profile.definition);
                let mut holds = holds.map(|id| self.conforms(node, content, id, scope));
                if known && !holds.any(|holds| holds) {
                    self.fault(Code::TypeProfile, frame, node, |fault| {
                        let names: Vec<&str> = several.iter().map(|profile| &*profile.canonical).collect();
                        fault.message(format!("the value holds to none of the profiles {}", names.join(", ")))
                    });
                }
            }
        }
    }
}

fn at_most(max: u32) -> String {
    if max == 0 { "not at all".to_owned() } else { format!("at most {}", times(max)) }
}
