//! Resources: their type, the profiles that they and the caller name, and what surrounds them.

use super::super::check;
use super::super::location::{Frame, Step};
use super::super::plan::{ObjectPlan, Plan};
use super::super::plans::type_id;
use super::super::session::Active;
use super::{Scope, Walk};
use crate::definition::DefinitionId;
use crate::instance::{Kind, NodeId};
use crate::issue::{Code, Severity};

/// Where a resource stands.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stands {
    /// At the root of the document.
    Alone,
    /// In another resource, of which this is the scope.
    Contained(Scope),
    /// In an entry of a bundle, or where else a resource holds another that stands for itself (Parameters); the holder's scope.
    Held(Option<NodeId>, Scope),
}

impl<'w, 'v> Walk<'w, 'v, '_> {
    pub(super) fn root(&mut self) {
        let node = NodeId::ROOT;
        // A type that FHIR does not have may be anything, and paths are shown.
        let name = self.resource_type(node).filter(|name| self.session.plans().type_definition(name).is_some());
        let name = name.unwrap_or("Resource");
        let frame = Frame::root(name, node);
        let start = self.session.active.len();
        self.resource(node, start, &frame, Stands::Alone);
        self.session.active.truncate(start);
    }

    fn resource_type(&self, node: NodeId) -> Option<&'w str> {
        self.text_of(node, self.session.validator.words().resource_type)
    }

    /// A resource; the overlays from `start` on are what its surroundings demand of it.
    pub(crate) fn resource(&mut self, node: NodeId, start: usize, frame: &Frame<'_>, stands: Stands) {
        let document = self.document;
        if document.kind(node) != Kind::Object {
            self.fault(Code::WrongJsonType, frame, node, |fault| {
                fault.message("a resource must be a JSON object").help("write { \"resourceType\": … }")
            });
            return;
        }
        let words = self.session.validator.words();
        let Some(type_node) = self.child(node, words.resource_type) else {
            self.fault(Code::UnknownResourceType, frame, node, |fault| {
                fault.message("the resource does not say its type").help("add the member `resourceType`")
            });
            return;
        };
        let name = document.as_str(type_node).unwrap_or_default();
        let Some((plan, object)) = self.type_of_resource(name) else {
            self.fault(Code::UnknownResourceType, frame, type_node, |fault| {
                let message = "this version of FHIR has no resource of this type";
                fault.message(message).help("see the spelling, and --fhir for the version").value(name)
            });
            return;
        };
        let Some(id) = type_id(plan.definition, 0) else { return };
        let own = (node, id);
        let scope = match stands {
            Stands::Alone => Scope { resource: own, root: own, entry: None, base: true },
            Stands::Contained(outer) => Scope { resource: own, root: outer.root, entry: outer.entry, base: outer.base },
            Stands::Held(entry, outer) => Scope { resource: own, root: own, entry, base: outer.base },
        };
        let inner = frame.below(Step::Resource(&plan.type_name), node);
        let frame = if matches!(stands, Stands::Alone) { frame } else { &inner };
        self.demanded(start, plan);
        let outer = start..self.session.active.len();
        self.declared(node, start, plan, frame);
        for (of, profile) in self.session.plans().library().globals() {
            if **of == *plan.type_name
                && let Some(id) = self.session.find(profile)
            {
                self.profile(id, start, plan, frame, node);
            }
        }
        if matches!(stands, Stands::Alone) {
            self.requested(start, plan, frame, node);
        }
        self.without_ancestors(start);
        let is_bundle = &*plan.type_name == "Bundle";
        let errors = self.session.errors;
        // A bundle inside another one has its own entries.
        let outer_bundle =
            (is_bundle && !matches!(stands, Stands::Alone)).then(|| std::mem::take(&mut self.session.bundle));
        if is_bundle {
            self.index_bundle(node);
        }
        // What stands in a Bundle is found by its entries, and by a Parameters around it no longer.
        let outer_parameters = self.session.parameters.parameters;
        if is_bundle || &*plan.type_name == "Parameters" {
            self.session.parameters.parameters = (!is_bundle).then_some(node);
        }
        let active = start..self.session.active.len();
        let first_id = self.session.element_ids.len();
        self.object(node, object, active.clone(), frame, &scope);
        self.unique_ids(node, first_id, frame);
        // What the holder's profile says of this element is said of the holder's resource.
        let outer_scope = match stands {
            Stands::Alone => scope,
            Stands::Contained(outer) | Stands::Held(_, outer) => Scope { base: scope.base, ..outer },
        };
        for row in active.clone() {
            let Some(active) = self.session.active.get(row).copied() else { continue };
            let is_root = active.plan.overlays.first().is_some_and(|root| std::ptr::eq(root, active.overlay));
            let scope = if outer.contains(&row) && !is_root { &outer_scope } else { &scope };
            for check in &active.overlay.checks {
                check::value::apply(self, check, node, Some(active.plan), own.1, frame, scope);
            }
        }
        if errors == self.session.errors {
            self.remember_sound(node, active, &scope);
        }
        if scope.base {
            check::resource::check(self, node, plan, frame, stands);
            match &*plan.type_name {
                "Bundle" => check::bundle::check(self, node, frame),
                "StructureDefinition" => check::structure_definition::check(self, node, frame),
                _ => {}
            }
        }
        if let Some(outer) = outer_bundle {
            self.session.bundle = outer;
        }
        self.session.parameters.parameters = outer_parameters;
    }

    /// A resource of a bundle in which no error was met holds to the profiles that were laid over it: references ask for that.
    fn remember_sound(&mut self, node: NodeId, active: std::ops::Range<usize>, scope: &Scope) {
        // What is contained has another root when it is asked about by itself.
        if !scope.base || self.is_silent() || scope.entry.is_none() || scope.root.0 != node {
            return;
        }
        for row in active {
            let Some(active) = self.session.active.get(row).copied() else { continue };
            if active.plan.overlays.first().is_some_and(|root| std::ptr::eq(root, active.overlay)) {
                // The snapshot of a profile repeats those that it is derived from.
                for id in active.plan.ancestors.iter().chain([&active.plan.definition]) {
                    self.session.verdicts.entry((node, *id)).or_insert(Some(true));
                }
            }
        }
    }

    /// The plan of a resource type that has instances.
    fn type_of_resource(&mut self, name: &str) -> Option<(&'v Plan, &'v ObjectPlan)> {
        let id = self.session.plans().type_definition(name)?;
        let plan = self.session.plan(id, self.document)?;
        let object = plan.objects.first()?;
        let is_resource = object.nature == super::super::plan::Nature::Resource && !plan.is_abstract;
        is_resource.then_some((plan, object))
    }

    /// Drops what the surroundings demand of resources of another type; the place that demanded it has said so.
    fn demanded(&mut self, start: usize, plan: &Plan) {
        let plans = self.session.plans();
        let mut row = start;
        while let Some(active) = self.session.active.get(row) {
            let is_root = active.plan.overlays.first().is_some_and(|root| std::ptr::eq(root, active.overlay));
            if is_root && !plans.is_derived(&plan.type_name, &active.plan.type_name) {
                self.session.active.remove(row);
            } else {
                row += 1;
            }
        }
    }

    /// The profiles that the resource itself names.
    fn declared(&mut self, node: NodeId, start: usize, plan: &'v Plan, frame: &Frame<'_>) {
        let words = self.session.validator.words();
        let Some(meta) = self.child(node, words.meta) else { return };
        let Some(list) = self.child(meta, words.profile) else { return };
        let document = self.document;
        for (index, item) in (0..).zip(document.children(list)) {
            let Some(canonical) = document.as_str(item) else { continue };
            let meta_frame = frame.below(Step::Member("meta"), meta);
            let list_frame = meta_frame.below(Step::Member("profile"), list);
            let item_frame = list_frame.below(Step::Item(index), item);
            match self.session.find(canonical) {
                Some(id) => self.profile(id, start, plan, &item_frame, item),
                None => self.fault(Code::ProfileUnknown, &item_frame, item, |fault| {
                    let message = "the definition of this profile is not at hand, so it was not checked";
                    fault.message(message).help("give its package with --package").value(canonical)
                }),
            }
        }
    }

    /// The profiles that the caller names.
    fn requested(&mut self, start: usize, plan: &'v Plan, frame: &Frame<'_>, node: NodeId) {
        let request = self.request;
        for canonical in request.profiles {
            match self.session.find(canonical) {
                Some(id) => self.profile(id, start, plan, frame, node),
                None => self.fault_of(Code::ProfileUnknown, Severity::Error, frame, node, |fault| {
                    let message = format!("the definition of the profile {canonical} is not at hand");
                    fault.message(message).help("give its package with --package")
                }),
            }
        }
    }

    /// Lays a profile over a resource, unless it is there already or is for another type.
    fn profile(&mut self, id: DefinitionId, start: usize, of: &'v Plan, frame: &Frame<'_>, node: NodeId) {
        let Some(plan) = self.session.plan(id, self.document) else {
            self.fault(Code::ProfileUnknown, frame, node, |fault| {
                fault.message("the definition of this profile cannot be used: its type, or its snapshot, is missing")
            });
            return;
        };
        if !self.session.plans().is_derived(&of.type_name, &plan.type_name) {
            self.fault(Code::ProfileType, frame, node, |fault| {
                let message = format!("the profile is for {}, the resource is a {}", plan.type_name, of.type_name);
                fault.message(message).help("name a profile of the resource's own type")
            });
            return;
        }
        self.lay(plan, start);
    }

    /// Lays a profile's root over what is being walked, once.
    pub(crate) fn lay(&mut self, plan: &'v Plan, start: usize) {
        let Some(root) = plan.overlays.first() else { return };
        let there = self.session.active.get(start..).unwrap_or_default();
        if !there.iter().any(|active| std::ptr::eq(active.overlay, root)) {
            self.session.active.push(Active { plan, overlay: root });
        }
    }

    /// Drops profiles from which another of the same resource is derived: its snapshot repeats them.
    pub(crate) fn without_ancestors(&mut self, start: usize) {
        let mut row = start;
        while let Some(active) = self.session.active.get(row).copied() {
            let is_root = active.plan.overlays.first().is_some_and(|root| std::ptr::eq(root, active.overlay));
            let rest = self.session.active.get(start..).unwrap_or_default();
            if is_root && rest.iter().any(|other| other.plan.ancestors.contains(&active.plan.definition)) {
                self.session.active.remove(row);
            } else {
                row += 1;
            }
        }
    }

    /// The ids of a resource's elements are its own, each once (FHIR R4, Element.id). The snapshot of a StructureDefinition repeats
    /// those of its differential, as FHIR wants it (ElementDefinition, "The id of an element").
    fn unique_ids(&mut self, node: NodeId, first: usize, frame: &Frame<'_>) {
        let document = self.document;
        if self.session.element_ids.len() > first + 1 {
            let ids = self.session.element_ids.get_mut(first..).unwrap_or_default();
            ids.sort_by_key(|id| (document.text(*id), *id));
            let twice: Vec<(NodeId, NodeId)> = ids
                .windows(2)
                .filter_map(|pair| match pair {
                    [one, other] if document.text(*one) == document.text(*other) => Some((*one, *other)),
                    _ => None,
                })
                .collect();
            for (one, id) in twice {
                let snapshot = self.child(node, self.session.validator.words().snapshot);
                let in_snapshot = |id: NodeId| snapshot.is_some_and(|part| part < id && id < document.end(part));
                if in_snapshot(one) != in_snapshot(id) {
                    continue;
                }
                self.fault(Code::DuplicateId, frame, id, |fault| {
                    fault
                        .message("two elements of the resource have this id")
                        .help("give each its own")
                        .value(document.text(id))
                });
            }
        }
        self.session.element_ids.truncate(first);
    }
}
