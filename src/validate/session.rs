//! A session: the memory that validating one document after another needs, kept from one to the next.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::bundle_index::BundleIndex;
use super::contained_index::ContainedIndex;
use super::location::Frame;
use super::parameters_index::ParametersIndex;
use super::plan::{ChildOverlay, ElementType, Key, ObjectPlan, Overlay, Plan, Target};
use super::plans::Plans;
use super::types::Types;
use super::walk::Scope;
use super::{Request, Validator, walk};
use crate::definition::DefinitionId;
use crate::fhirpath::{Scratch, TypeId};
use crate::instance::{Document, NameId, NodeId};
use crate::issue::{Code, Issue, Issues, Severity};

/// How many canonicals are remembered: more come only from a document that makes them up.
const MOST_CANONICALS: usize = 4096;

/// What a document's member name is to the definitions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Member {
    /// The name's number, without a leading underscore.
    pub(crate) name: NameId,
    /// Whether it has the underscore of a primitive's other half.
    pub(crate) beside: bool,
    /// Whether it is one of two halves, or may be: the document has the other half's name too.
    pub(crate) halved: bool,
}

/// A profile's place that is laid over the node that the walk is at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Active<'v> {
    pub(crate) plan: &'v Plan,
    pub(crate) overlay: &'v Overlay,
}

/// A profile's place for an element's list of values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ActiveChild<'v> {
    pub(crate) plan: &'v Plan,
    pub(crate) child: &'v ChildOverlay,
    /// Where its slices are counted in [`Session::counts`].
    pub(crate) counts: usize,
}

/// The keys that were looked up last, by object and name: the same few members stand in documents again and again.
#[derive(Debug)]
pub(crate) struct Keys {
    slots: Box<[Slot; Self::MANY]>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    object: TypeId,
    name: NameId,
    key: Option<Key>,
}

impl Default for Keys {
    fn default() -> Self {
        Self { slots: Box::new([Self::EMPTY; Self::MANY]) }
    }
}

impl Keys {
    const MANY: usize = 1024;
    const EMPTY: Slot = Slot { object: TypeId::UNKNOWN, name: NameId::NONE, key: None };

    /// What the member of this name is in an object.
    #[inline]
    pub(crate) fn find(&mut self, (object, start): (&ObjectPlan, usize), name: NameId) -> Option<Key> {
        let at = (start ^ usize::from(name.0)) % Self::MANY;
        let Some(slot) = self.slots.get_mut(at) else { return object.key(name) };
        if slot.object != object.id || slot.name != name {
            *slot = Slot { object: object.id, name, key: object.key(name) };
        }
        slot.key
    }
}

/// Where a name of an object is remembered. The lower bits of a type's number are the same for nearly all types.
#[inline]
pub(crate) fn slot_of(object: TypeId, name: NameId) -> usize {
    start_of(object) ^ usize::from(name.0)
}

/// The part of that which all names of an object have.
#[inline]
pub(crate) const fn start_of(object: TypeId) -> usize {
    (object.0.wrapping_mul(0x9e37_79b1) >> 20) as usize
}

/// A member that was met in an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) symbol: usize,
    pub(crate) name: NameId,
    pub(crate) count: u32,
}

/// The memory of a thread that validates; see [`Validator::session`].
#[derive(Debug)]
pub struct Session<'v> {
    pub(crate) validator: &'v Validator,
    pub(crate) members: Vec<Member>,
    pub(crate) names: Vec<NameId>,
    pub(crate) watermark: usize,
    pub(crate) active: Vec<Active<'v>>,
    pub(crate) children: Vec<ActiveChild<'v>>,
    pub(crate) counts: Vec<u32>,
    pub(crate) seen: Vec<Seen>,
    /// Which slices the value at hand belongs to.
    pub(crate) matched: Vec<bool>,
    pub(crate) scratch: Option<Box<Scratch>>,
    /// What the discriminators of a slicing have found in the value at hand.
    pub(crate) found: Vec<(NodeId, &'v ElementType)>,
    pub(crate) bundle: BundleIndex,
    pub(crate) parameters: ParametersIndex,
    pub(crate) contained: RefCell<ContainedIndex>,
    /// Whether the resource at a node holds to a profile, as far as it was asked; `None` while it is being found out.
    pub(crate) verdicts: HashMap<(NodeId, DefinitionId), Option<bool>, foldhash::fast::RandomState>,
    /// Whether questions about resources further down are put off, and those that were: the resource, what the reference wants of it, and
    /// where that stands.
    pub(crate) defers: bool,
    pub(crate) deferred: Vec<(NodeId, &'v Target, Scope)>,
    /// Above 0 nothing is reported, only noted that something is wrong.
    pub(crate) silent: u32,
    pub(crate) faults: u32,
    /// How many errors were reported in this document, those beyond the limit with them.
    pub(crate) errors: u32,
    /// Whether any member has the underscore of a primitive's other half.
    pub(crate) any_beside: bool,
    /// The ids of elements in the resource that is being walked.
    pub(crate) element_ids: Vec<NodeId>,
    /// The depth of resources and type profiles inside each other.
    pub(crate) depth: u32,
    pub(crate) limit: usize,
    pub(crate) dropped: usize,
    /// How many issues stood there before this document's.
    pub(crate) before: usize,
    /// What members are, as far as it was looked up.
    pub(crate) keys: Keys,
    /// The bindings that were told to be undecided, by where their plans are.
    pub(crate) undecided: HashSet<usize, foldhash::fast::RandomState>,
    /// What was said at a place already.
    pub(crate) said: HashSet<(Code, NodeId, u64), foldhash::fast::RandomState>,
    /// What expressions know of types.
    pub(crate) types: Types<'v>,
    /// The resource whose type was asked for last, the member that says it, and its plan.
    pub(crate) typed: (NodeId, Option<NodeId>, Option<&'v Plan>),
    /// The reference that was resolved last, and the resource that it leads to.
    pub(crate) resolved: (NodeId, Option<NodeId>),
    canonicals: HashMap<Box<str>, Option<DefinitionId>, foldhash::fast::RandomState>,
}

impl<'v> Session<'v> {
    pub(super) fn new(validator: &'v Validator) -> Self {
        Self {
            validator,
            members: Vec::new(),
            names: Vec::new(),
            watermark: 0,
            active: Vec::new(),
            children: Vec::new(),
            counts: Vec::new(),
            seen: Vec::new(),
            matched: Vec::new(),
            scratch: None,
            bundle: BundleIndex::default(),
            parameters: ParametersIndex::default(),
            contained: RefCell::default(),
            verdicts: HashMap::default(),
            defers: true,
            deferred: Vec::new(),
            silent: 0,
            faults: 0,
            errors: 0,
            any_beside: false,
            element_ids: Vec::new(),
            depth: 0,
            limit: usize::MAX,
            dropped: 0,
            before: 0,
            keys: Keys::default(),
            undecided: HashSet::default(),
            said: HashSet::default(),
            types: Types::new(validator.plans()),
            typed: (NodeId(u32::MAX), None, None),
            resolved: (NodeId::ROOT, None),
            found: Vec::new(),
            canonicals: HashMap::default(),
        }
    }

    /// Validates one document and reports what is wrong with it.
    pub fn validate(&mut self, document: &Document, request: &Request<'_>, issues: &mut Issues) {
        self.verdicts.clear();
        self.before = issues.iter().len();
        self.defers = true;
        self.begin(document, request);
        if !walk::document(self, document, request, issues) {
            issues.truncate(self.before);
            self.defers = false;
            self.begin(document, request);
            walk::document(self, document, request, issues);
        }
        if self.dropped > 0 {
            let message = format!("{} more issues are not shown", self.dropped);
            issues.add(Issue::new(Code::TooManyIssues, message).help("mend what is shown first, or raise the limit"));
        }
    }

    /// Forgets the walk before.
    fn begin(&mut self, document: &Document, request: &Request<'_>) {
        self.scratch.get_or_insert_default().begin();
        self.active.clear();
        self.children.clear();
        self.counts.clear();
        self.seen.clear();
        self.matched.clear();
        self.said.clear();
        self.undecided.clear();
        self.bundle.clear();
        self.parameters.clear();
        self.contained.get_mut().clear();
        self.element_ids.clear();
        self.found.clear();
        self.deferred.clear();
        self.resolved = (NodeId::ROOT, None);
        self.typed = (NodeId(u32::MAX), None, None);
        (self.silent, self.faults, self.errors, self.depth, self.dropped) = (0, 0, 0, 0, 0);
        self.limit = request.max_issues.max(1);
        self.look_up_names(document);
    }

    pub(crate) fn plans(&self) -> &'v Plans {
        self.validator.plans()
    }

    /// Finds the numbers of the document's member names; again when plans made since then have brought new names.
    pub(crate) fn look_up_names(&mut self, document: &Document) {
        let names = self.validator.plans().names();
        self.watermark = names.len();
        names.find_all(document.symbols(), &mut self.names);
        self.members.clear();
        self.any_beside = false;
        for (row, symbol) in document.symbols().enumerate() {
            let beside = symbol.strip_prefix('_');
            let name = match beside {
                None => self.names.get(row).copied().unwrap_or(NameId::NONE),
                Some(stripped) => names.find(stripped).unwrap_or(NameId::NONE),
            };
            let member = Member { name, beside: beside.is_some(), halved: beside.is_some() };
            self.any_beside |= member.beside;
            self.members.push(member);
        }
        if self.any_beside {
            let halves = self.members.iter().filter(|member| member.beside).map(|half| half.name);
            let mut halves: Vec<NameId> = halves.collect();
            halves.sort_unstable();
            for member in &mut self.members {
                member.halved |= halves.binary_search(&member.name).is_ok();
            }
        }
    }

    /// The definition of a canonical; remembered, because documents name the same few again and again.
    pub(crate) fn find(&mut self, canonical: &str) -> Option<DefinitionId> {
        if let Some(known) = self.canonicals.get(canonical) {
            return *known;
        }
        let found = self.plans().library().find_structure(canonical);
        if self.canonicals.len() >= MOST_CANONICALS {
            self.canonicals.clear();
        }
        self.canonicals.insert(canonical.into(), found);
        found
    }

    /// A plan, and the document's names looked up again where it brought new ones.
    pub(crate) fn plan(&mut self, id: DefinitionId, document: &Document) -> Option<&'v Plan> {
        let plan = self.plans().plan(id)?;
        if plan.watermark > self.watermark {
            self.look_up_names(document);
        }
        Some(plan)
    }
}

/// Something to be said, made only where it will be heard.
pub(crate) struct Fault {
    /// Whether it is the member's name that is wrong, and not its value.
    of_name: bool,
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) value: Option<String>,
}

impl Fault {
    pub(crate) fn new(code: Code) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: String::new(),
            help: String::new(),
            value: None,
            of_name: false,
        }
    }

    pub(crate) fn of_name(mut self) -> Self {
        self.of_name = true;
        self
    }

    pub(crate) fn message(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    pub(crate) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    pub(crate) fn issue(self, document: &Document, frame: &Frame<'_>, node: NodeId) -> Issue {
        let mut issue = Issue::new(self.code, self.message).path(frame.path()).help(self.help);
        issue.severity = self.severity;
        issue.value = self.value;
        issue.at(if self.of_name { document.key_span(node) } else { document.span(node) })
    }
}
