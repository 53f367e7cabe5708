//! The members of an object: unknown ones, cardinalities, what profiles add below, invariants.

use std::ops::Range;

use super::super::check;
use super::super::location::{Frame, Step};
use super::super::plan::{Content, Element, ElementType, Key, Nature, ObjectPlan, Plain};
use super::super::session::{ActiveChild, Seen, start_of};
use super::item::Halves;
use super::{Scope, Walk};
use crate::definition::UNBOUNDED;
use crate::instance::{Kind, Members, NameId, NodeId};
use crate::issue::Code;

/// How long a name may be that is shown whole, or taken for another one mistyped; FHIR's longest has some forty characters.
const LONGEST_SLIP: usize = 80;

/// What the members of an object have shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Met {
    /// The elements that are there, a bit each.
    pub(super) present: u128,
    /// Whether anything is there but an id.
    pub(super) has_content: bool,
}

/// More members than any object of FHIR has; from here on names that stand twice are found by sorting.
const MANY_MEMBERS: usize = 256;

impl<'w, 'v> Walk<'w, 'v, '_> {
    /// An object, with the overlays that lie over it.
    pub(crate) fn object(
        &mut self,
        node: NodeId,
        object: &'v ObjectPlan,
        active: Range<usize>,
        frame: &Frame<'_>,
        scope: &Scope,
    ) {
        let document = self.document;
        if document.kind(node) != Kind::Object {
            if scope.base {
                self.fault(Code::WrongJsonType, frame, node, |fault| {
                    let message = format!("{} must be a JSON object", object.type_name);
                    fault.message(message).help("write { … } with the type's elements")
                });
            }
            return;
        }
        if scope.base && document.child_count(node) == 0 {
            self.fault(Code::Empty, frame, node, |fault| {
                fault.message("an object must have something in it").help("leave the member out")
            });
            return;
        }
        // Of profiles that say nothing of members only those matter that do.
        let above = self.session.active.get(active.clone()).unwrap_or_default();
        let active = if above.iter().all(|active| active.overlay.children.is_empty()) { 0..0 } else { active };
        // Only profiles ask for what the type does not.
        if active.is_empty() && !scope.base {
            return;
        }
        let first_seen = self.session.seen.len();
        // What stands beside a primitive's value need not have more than an id; see `primitive`.
        let mut met = Met { present: 0, has_content: matches!(object.nature, Nature::Resource | Nature::Primitive) };
        let is_bare = active.is_empty();
        let rest = match is_bare {
            true => self.bare(node, object, &mut met, frame, scope),
            false => Some(document.members(node)),
        };
        if let Some(rest) = rest {
            self.members((node, rest, is_bare), object, active.clone(), &mut met, frame, scope);
        }
        let Met { present, has_content } = met;
        if !active.is_empty() || object.required & !present != 0 {
            self.cardinalities(node, object, active, present, first_seen, frame, scope);
        }
        self.session.seen.truncate(first_seen);
        if scope.base {
            if !has_content {
                self.fault(Code::Invariant, frame, node, |fault| {
                    fault.message("ele-1: an element must have a value, or elements beside its id")
                });
            }
            check::nature::check(self, node, object, frame, scope);
            for invariant in object.invariants.iter().filter(|invariant| !invariant.is_settled(present)) {
                check::invariant::check(self, invariant, (node, object.id), None, frame, scope);
            }
        }
    }

    /// The members of an object from one on, `is_bare` where those before it were usual and no profile is laid over any.
    fn members(
        &mut self,
        (node, rest, is_bare): (NodeId, Members<'w>, bool),
        object: &'v ObjectPlan,
        active: Range<usize>,
        met_before: &mut Met,
        frame: &Frame<'_>,
        scope: &Scope,
    ) {
        let first_seen = self.session.seen.len();
        let words = self.session.validator.words();
        let start = start_of(object.id);
        let twice = self.twice(node, scope);
        if is_bare {
            self.note_before(node, rest.clone());
        }
        let Met { mut present, mut has_content } = *met_before;
        for (member, symbol, kind) in rest {
            let symbol = symbol.index();
            let known = self.session.members.get(symbol).copied().unwrap_or_default();
            let key = self.session.keys.find((object, start), known.name);
            let bit = key.map_or(0, |key| 1u128.unbounded_shl(u32::from(key.element)));
            // Only what was met before, or is no element, can be a member that stands twice.
            let met = key.is_none() || present & bit != 0;
            if scope.base && met && self.stood_before(member, symbol, first_seen, twice.as_deref()) {
                self.duplicate(member, frame);
                continue;
            }
            let Some(key) = key else {
                if object.nature == Nature::Resource && known.name == words.resource_type && !known.beside {
                    self.session.seen.push(Seen { symbol, name: NameId::NONE, count: 1 });
                } else if scope.base {
                    self.session.seen.push(Seen { symbol, name: NameId::NONE, count: 0 });
                    self.unknown_member(member, object, frame);
                    // Whatever it is, the object is not empty: that would be the same fault again.
                    has_content = true;
                }
                continue;
            };
            let Some(element) = object.elements.get(usize::from(key.element)) else { continue };
            // Of most members no profile says anything, and nothing is beside them.
            if key.plain != Plain::No
                && scope.base
                && !met
                && !known.halved
                && (active.is_empty() || !self.is_added_to((object, key.element), key.element_name, active.clone()))
            {
                let inner = frame.member(Step::Element(element, key.type_row), member, element);
                let count = match key.plain {
                    Plain::Primitive(primitive) if !matches!(kind, Kind::Array | Kind::Null) => {
                        if key.element_name != words.id {
                            has_content = true;
                        } else if object.nature != Nature::Resource {
                            self.session.element_ids.push(member);
                        }
                        check::nature::primitive(self, primitive, member, &inner);
                        1
                    }
                    Plain::Object => self.plain(member, kind, (element, key.type_row), &inner, scope),
                    _ => 0,
                };
                if count > 0 {
                    has_content |= key.plain == Plain::Object;
                    present |= bit;
                    self.session.seen.push(Seen { symbol, name: key.element_name, count });
                    continue;
                }
            }
            let Some(of) = element.types.get(usize::from(key.type_row)) else { continue };
            has_content |= element.name != words.id;
            if scope.base && element.name == words.id && object.nature != Nature::Resource {
                self.session.element_ids.push(member);
            }
            let is_primitive = matches!(of.content, Content::Primitive(..));
            if known.beside && !is_primitive {
                if scope.base {
                    self.unknown_member(member, object, frame);
                }
                continue;
            }
            // A primitive's two halves are one element: it is taken where the value stands, or at the other half alone.
            let partner = if is_primitive { self.partner(node, member, known.beside) } else { None };
            if known.beside && partner.is_some() {
                self.session.seen.push(Seen { symbol, name: NameId::NONE, count: 0 });
                continue;
            }
            let (value, beside) = if known.beside { (None, Some(member)) } else { (Some(member), partner) };
            let count = self.length(value).max(self.length(beside));
            if scope.base && met && element.is_choice {
                self.choice_twice(element, member, frame);
                continue;
            }
            self.session.seen.push(Seen { symbol, name: element.name, count });
            present |= bit;
            self.values((value, beside), (element, of), key, active.clone(), (frame, scope), object);
        }
        *met_before = Met { present, has_content };
    }

    /// Of an object with so many members that each cannot be held against all before it: those whose name stood there before.
    fn twice(&self, node: NodeId, scope: &Scope) -> Option<Vec<NodeId>> {
        if !scope.base || self.document.child_count(node) <= MANY_MEMBERS {
            return None;
        }
        let symbol = |member: NodeId| self.document.symbol(member).index();
        let mut members: Vec<NodeId> = self.document.children(node).collect();
        members.sort_unstable_by_key(|member| (symbol(*member), *member));
        let later = |pair: &[NodeId]| match pair {
            [one, other] if symbol(*one) == symbol(*other) => Some(*other),
            _ => None,
        };
        let mut twice: Vec<NodeId> = members.windows(2).filter_map(later).collect();
        twice.sort_unstable();
        Some(twice)
    }

    /// Whether a member of the same name was met in the object; `twice` are all such members, where they were looked for.
    fn stood_before(&self, member: NodeId, symbol: usize, first_seen: usize, twice: Option<&[NodeId]>) -> bool {
        match twice {
            Some(twice) => twice.binary_search(&member).is_ok(),
            None => {
                let mut seen = self.session.seen.get(first_seen..).unwrap_or_default().iter();
                seen.any(|seen| seen.symbol == symbol)
            }
        }
    }

    /// The values of a member that is known, with what profiles say of them.
    pub(super) fn values(
        &mut self,
        (value, beside): Halves,
        (element, of): (&'v Element, &'v ElementType),
        key: Key,
        active: Range<usize>,
        (frame, scope): (&Frame<'_>, &Scope),
        object: &'v ObjectPlan,
    ) {
        let Some(member) = value.or(beside) else { return };
        let children = self.profiles_of((object, key.element), element.name, active);
        let first_child = children.start;
        if children.is_empty() && !scope.base {
            return;
        }
        let inner = frame.member(Step::Element(element, key.type_row), member, element);
        // A primitive value by itself, of which no profile says anything, needs no more than this.
        if let Content::Primitive(primitive, type_id) = of.content
            && children.is_empty()
            && value.is_some()
            && beside.is_none()
            && !matches!(self.document.kind(member), Kind::Array | Kind::Null)
            && !element.is_array
            && of.profiles.is_empty()
        {
            check::nature::primitive(self, primitive, member, &inner);
            for check in &element.checks {
                check::value::apply(self, check, member, None, type_id, &inner, scope);
            }
            if element.max == 0 {
                self.base_maximum(1, element, member, &inner);
            }
            return;
        }
        self.element((value, beside), (element, of), children, &inner, scope, object);
        if let Some(child) = self.session.children.get(first_child) {
            self.session.counts.truncate(child.counts);
            self.session.children.truncate(first_child);
        }
    }

    /// Whether an overlay says anything of an element.
    fn is_added_to(&self, at: (&ObjectPlan, u16), name: NameId, active: Range<usize>) -> bool {
        let active = self.session.active.get(active).unwrap_or_default();
        active.iter().any(|active| active.overlay.child_at(at.0.id, at.1, name).is_some())
    }

    /// What the overlays say of an element, each with counts for its slices and for what belongs to none.
    fn profiles_of(&mut self, at: (&ObjectPlan, u16), name: NameId, active: Range<usize>) -> Range<usize> {
        let first = self.session.children.len();
        for row in active {
            let Some(active) = self.session.active.get(row).copied() else { continue };
            if let Some(child) = active.overlay.child_at(at.0.id, at.1, name) {
                let counts = self.session.counts.len();
                let slices = child.slicing.as_ref().map_or(0, |slicing| slicing.slices.len() + 1);
                self.session.counts.resize(counts + slices, 0);
                self.session.children.push(ActiveChild { plan: active.plan, child, counts });
            }
        }
        first..self.session.children.len()
    }

    /// The other half of a primitive: of `birthDate` `_birthDate`, and the other way round.
    fn partner(&self, node: NodeId, member: NodeId, beside: bool) -> Option<NodeId> {
        if !beside && !self.session.any_beside {
            return None;
        }
        let name = self.member_of(member).name;
        self.document.children(node).find(|other| {
            let known = self.member_of(*other);
            known.name == name && known.beside != beside
        })
    }

    fn length(&self, node: Option<NodeId>) -> u32 {
        let Some(node) = node else { return 0 };
        match self.document.kind(node) {
            Kind::Array => u32::try_from(self.document.child_count(node)).unwrap_or(UNBOUNDED),
            _ => 1,
        }
    }

    #[allow(clippy::too_many_arguments, reason = "all of it is what the object's members have shown")]
    fn cardinalities(
        &mut self,
        node: NodeId,
        object: &'v ObjectPlan,
        active: Range<usize>,
        present: u128,
        first_seen: usize,
        frame: &Frame<'_>,
        scope: &Scope,
    ) {
        let missing = object.required & !present;
        if scope.base && missing != 0 {
            for (row, element) in object.elements.iter().enumerate() {
                if missing >> row & 1 == 1 {
                    self.fault(Code::MinCardinality, frame, node, |fault| {
                        fault.message(format!("{} is missing: at least {} must be there", element.path, element.min))
                    });
                }
            }
        }
        for row in active {
            let Some(active) = self.session.active.get(row).copied() else { continue };
            for child in active.overlay.needed.iter().filter_map(|row| active.overlay.children.get(usize::from(*row))) {
                let seen = self.session.seen.get(first_seen..).unwrap_or_default();
                let count: u32 = seen.iter().filter(|seen| seen.name == child.name).map(|seen| seen.count).sum();
                if count < child.min {
                    self.fault(Code::MinCardinality, frame, node, |fault| {
                        let message = format!(
                            "{}.{} must be there at least {}, and is there {}",
                            active.overlay.id,
                            child.label,
                            times(child.min),
                            times(count)
                        );
                        fault.message(message).help(of_profile(&active.plan.url))
                    });
                }
                if count == 0
                    && let Some(slicing) = &child.slicing
                {
                    for slice in slicing.slices.iter().filter(|slice| slice.parent.is_none() && slice.min > 0) {
                        self.slice_missing((active.plan, active.overlay, child), slice, 0, frame, node);
                    }
                }
            }
        }
    }

    // The path of what concerns a member is its holder's, as the reference has it: paths name what FHIR has, and nothing else.
    fn duplicate(&mut self, member: NodeId, frame: &Frame<'_>) {
        let name = shortened(self.document.key(member));
        self.fault(Code::DuplicateMember, frame, member, |fault| {
            fault.message(format!("the member `{name}` stands twice in one object")).help("keep one").of_name()
        });
    }

    fn choice_twice(&mut self, element: &Element, member: NodeId, frame: &Frame<'_>) {
        self.fault(Code::ChoiceTwice, frame, member, |fault| {
            let message = format!("{} stands twice, with two types", element.path);
            fault.message(message).help("keep one").of_name()
        });
    }

    fn unknown_member(&mut self, member: NodeId, object: &ObjectPlan, frame: &Frame<'_>) {
        let name = self.document.key(member);
        let silent = self.is_silent();
        self.fault(Code::UnknownMember, frame, member, |fault| {
            let known = object.elements.iter().map(|element| &*element.label);
            let near = if silent { None } else { nearest(name, known) };
            let help = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
            let message = format!("{} has no member `{}`", object.path, shortened(name));
            fault.message(message).help(help).value(name).of_name()
        });
    }

    pub(super) fn base_maximum(&mut self, count: u32, element: &Element, node: NodeId, frame: &Frame<'_>) {
        if count > element.max {
            self.fault(Code::MaxCardinality, frame, node, |fault| {
                fault.message(format!(
                    "{} may be there at most {}, and is there {}",
                    element.path,
                    times(element.max),
                    times(count)
                ))
            });
        }
    }
}

/// As much of a member's name as a message takes; whoever wrote it may have written anything, lines and controls of terminals too.
fn shortened(name: &str) -> String {
    let mut letters = name.chars();
    let visible = |letter: char| if letter.is_control() { '\u{FFFD}' } else { letter };
    let mut short: String = letters.by_ref().take(LONGEST_SLIP).map(visible).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    short
}

/// How often, in words.
pub(crate) fn times(count: u32) -> String {
    match count {
        0 => "not at all".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

/// The remark that names the profile which asks for something.
pub(crate) fn of_profile(url: &str) -> String {
    format!("the profile {url} says so")
}

fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // A name of megabytes is no slip of the pen, and to compare it takes a second.
    if name.len() > LONGEST_SLIP {
        return None;
    }
    let scored = known.map(|candidate| (strsim::jaro_winkler(name, candidate), candidate));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.85).then_some(best.1)
}
