//! The whole flow on one page: bytes → case → resources → bundle.
//!
//! The only file that imports every room. It does no input or output, and knows no clock: what comes from outside
//! comes in through [`Context`], so the same input gives the same bytes.

use std::sync::Arc;

use uuid::Uuid;

use crate::bundle::{self, Bundle, BundleKind, Method, Shape};
use crate::case::{Case, Date};
use crate::fhir::ids;
use crate::issue::{Code, Issue, Issues, Severity, SourceMap};
use crate::map::{self, Settings, Tally};
use crate::source::{self, Cases, Format, Input, Mapping, Opened};
use crate::terminology::Lexicon;
use crate::validate::{Request, Session, Validator};

/// What conversions share: made once, used for many cases and from many threads.
#[derive(Clone, Debug)]
pub struct Context {
    /// The words that have codes.
    pub lexicon: Lexicon,
    /// The namespace of ids.
    pub namespace: Uuid,
    /// The format of the input.
    pub format: Format,
    /// What the columns of tables are, where the input is tables of one's own.
    pub mapping: Option<Arc<Mapping>>,
    /// What kind of bundle is wanted.
    pub bundle: BundleKind,
    /// How the entries of transactions and batches ask to be stored.
    pub method: Method,
    /// The moment of assembly where the user gives one; it goes before the case's own `recorded`.
    pub timestamp: Option<Date>,
    /// The moment that the environment agrees on (SOURCE_DATE_EPOCH), after the case's own `recorded`.
    pub epoch: Option<Date>,
    /// What the clock says, for documents that have no other moment; `None` leaves them without.
    pub clock: Option<Date>,
    /// Whether the bundle's entries and references are checked before it leaves.
    pub check: bool,
    /// What the bundle must hold to before it leaves; `None` leaves it unvalidated.
    pub validator: Option<Arc<Validator>>,
}

impl Default for Context {
    /// The embedded lexicon, the house's namespace, a collection; no validator.
    fn default() -> Self {
        Self {
            lexicon: Lexicon::embedded(),
            namespace: ids::NAMESPACE,
            format: Format::Auto,
            mapping: None,
            bundle: BundleKind::Collection,
            method: Method::Put,
            timestamp: None,
            epoch: None,
            clock: None,
            check: true,
            validator: None,
        }
    }
}

/// What a conversion gives.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The case's own identifier.
    pub id: String,
    /// What the ids of the bundle hang on, as the id of the bundle: cases that share it share all their ids.
    pub identity: Uuid,
    /// The bundle.
    pub bundle: Bundle,
    /// How many concepts got codes.
    pub tally: Tally,
}

/// What a file gave.
#[derive(Debug)]
pub enum Given {
    /// One case; `None` where it has errors.
    One(Option<Box<Conversion>>),
    /// Several, still to be converted.
    Several(Box<Cases>),
}

/// Reads a case and converts it. `None` where the input has errors: there is no half a bundle.
pub fn convert(
    context: &Context,
    name: &str,
    bytes: &[u8],
    sources: &mut SourceMap,
    issues: &mut Issues,
) -> Option<Conversion> {
    Converter::new(context).convert(Input::file(name, bytes), sources, issues)
}

/// Converts a case that was read without errors.
pub fn convert_case(context: &Context, case: &Case, issues: &mut Issues) -> Conversion {
    Converter::new(context).convert_case(case, issues)
}

/// What a thread converts case after case with: the memory of its validator serves them all.
#[derive(Debug)]
pub struct Converter<'c> {
    context: &'c Context,
    session: Option<Session<'c>>,
}

impl<'c> Converter<'c> {
    /// A converter for one thread.
    #[must_use]
    pub fn new(context: &'c Context) -> Self {
        Self { context, session: context.validator.as_deref().map(Validator::session) }
    }

    /// Reads a case and converts it. `None` where the input has errors: there is no half a bundle.
    pub fn convert(&mut self, input: Input<'_>, sources: &mut SourceMap, issues: &mut Issues) -> Option<Conversion> {
        let mut own = Issues::default();
        let case = source::read(input, self.context.format, sources, &mut own);
        self.finish(case.as_ref(), own, issues)
    }

    /// Reads a file that is a case and converts it; one that holds several is given back, to be converted one by one.
    pub fn open(&mut self, input: Input<'_>, sources: &mut SourceMap, issues: &mut Issues) -> Given {
        let mut own = Issues::default();
        match source::open(input, self.context.format, sources, &mut own) {
            Opened::One(case) => Given::One(self.finish(case.as_deref(), own, issues).map(Box::new)),
            Opened::Several(cases) => {
                issues.extend(own);
                Given::Several(cases)
            }
        }
    }

    /// Reads one of several cases and converts it, with the sources that its issues point into.
    pub fn convert_one_of(
        &mut self,
        cases: &Cases,
        index: usize,
        issues: &mut Issues,
    ) -> (SourceMap, Option<Conversion>) {
        let mut own = Issues::default();
        let (sources, case) = cases.read(index, &mut own);
        (sources, self.finish(case.as_ref(), own, issues))
    }

    fn finish(&mut self, case: Option<&Case>, mut own: Issues, issues: &mut Issues) -> Option<Conversion> {
        let conversion = case.filter(|_| !own.has_errors()).map(|case| self.convert_case(case, &mut own));
        let conversion = conversion.filter(|_| !own.has_errors());
        own.sort_by_place();
        issues.extend(own);
        conversion
    }

    /// Converts a case that was read without errors.
    pub fn convert_case(&mut self, case: &Case, issues: &mut Issues) -> Conversion {
        let context = self.context;
        let recorded = context.timestamp.as_ref().or(case.recorded.as_ref().map(|moment| &moment.0));
        let recorded = recorded.or(context.epoch.as_ref());
        let settings = Settings { namespace: context.namespace, references: context.bundle.references(), recorded };
        let output = map::map(case, &context.lexicon, &settings, issues);
        let (tally, identity) = (output.tally, output.scope.bundle());
        let mut timestamp = recorded;
        if context.bundle == BundleKind::Document && timestamp.is_none() {
            timestamp = context.clock.as_ref();
            let message = "the document's time stamp is the clock's, so the same case gives other bytes tomorrow";
            let issue = Issue::new(Code::TimestampFromClock, message).at(case.id.at.0.0);
            issues.add(issue.help("add `recorded: 2026-01-31T12:00:00Z` to the case, or give --timestamp"));
        }
        let shape = Shape { kind: context.bundle, method: context.method, timestamp };
        let bundle = bundle::assemble(case, output, &shape, issues);
        if context.check {
            bundle::check::check(&bundle, issues);
        }
        if let Some(session) = &mut self.session {
            validate(session, &bundle, issues);
        }
        Conversion { id: case.id.name.clone(), identity, bundle, tally }
    }
}

/// Validates a bundle that is about to leave. An issue points at the item of the case that the faulty entry was made of.
fn validate(session: &mut Session<'_>, bundle: &Bundle, issues: &mut Issues) {
    let mut found = Issues::default();
    session.validate(&bundle.document, &Request::default(), &mut found);
    for mut issue in found {
        let entry = issue.path.strip_prefix("Bundle.entry[").and_then(|rest| rest.split_once(']'));
        let place = entry.and_then(|(row, _)| bundle.places.get(row.parse::<usize>().ok()?));
        issue.span = place.map(|at| at.0).or(issue.span);
        // What a profile would like beyond what it demands (a status, a reason, a code for the words) the case does not say: the
        // bundle is valid, and nothing is made up. It is worth knowing, and no fault of the case.
        issue.severity = match issue.severity {
            Severity::Warning => Severity::Information,
            other => other,
        };
        issues.add(issue);
    }
}
