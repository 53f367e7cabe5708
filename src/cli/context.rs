//! The options of a conversion resolved: words, namespace, moments, and the validator of what is made.

use std::sync::Arc;

use super::args::{self, Conversion};
use super::talk::Talk;
use super::{Outcome, clock, setup};
use crate::bundle::{BundleKind, Method};
use crate::case::Date;
use crate::fhir::ids;
use crate::issue::{Issues, SourceMap};
use crate::pipeline::Context;
use crate::source::{Format, Input, Mapping};
use crate::terminology::Lexicon;

/// What the conversions of a run share, or how the run ends without it; then it was told why.
pub(super) fn resolve(options: &Conversion, talk: &mut Talk) -> Result<Context, Outcome> {
    let is_post = options.method == args::Method::Post;
    if is_post && matches!(options.bundle, args::Bundle::Collection | args::Bundle::Document) {
        talk.failure(
            "--method post is for --bundle transaction: the entries of collections and documents ask for nothing",
        );
        return Err(Outcome::Misused);
    }
    if is_post && options.bundle == args::Bundle::Batch {
        let message =
            "a batch of POSTs cannot keep its references: each entry stands alone, and the server gives ids of its own";
        talk.failure(&format!("{message}; take --bundle transaction, or --method put"));
        return Err(Outcome::Misused);
    }
    let mut lexicon = Lexicon::embedded();
    let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
    for path in &options.lexicon {
        let text = std::fs::read_to_string(path).map_err(|error| {
            talk.failure(&format!("{}: {error}", path.display()));
            Outcome::Environment
        })?;
        let source = sources.add(path.display().to_string(), text.clone());
        lexicon.add_own(&text, source, &mut issues);
    }
    talk.issues(&issues, &sources);
    if issues.has_errors() {
        return Err(Outcome::Faulty);
    }
    let mapping = mapping(options, talk)?;
    let timestamp = match &options.timestamp {
        None => None,
        Some(text) => match Date::parse(text).filter(Date::is_moment) {
            Some(moment) => Some(moment),
            None => {
                talk.failure("--timestamp takes a moment with its zone, as in 2026-01-31T12:00:00Z");
                return Err(Outcome::Misused);
            }
        },
    };
    Ok(Context {
        lexicon,
        namespace: options.namespace.unwrap_or(ids::NAMESPACE),
        format: match options.from {
            args::From::Auto => Format::Auto,
            args::From::Case => Format::Case,
            args::From::Phenopacket => Format::Phenopacket,
            args::From::McodeCsv => Format::McodeCsv,
            args::From::Table => Format::Table,
        },
        mapping,
        bundle: match options.bundle {
            args::Bundle::Collection => BundleKind::Collection,
            args::Bundle::Transaction => BundleKind::Transaction,
            args::Bundle::Batch => BundleKind::Batch,
            args::Bundle::Document => BundleKind::Document,
        },
        method: match options.method {
            args::Method::Put => Method::Put,
            args::Method::Post => Method::Post,
        },
        timestamp,
        epoch: clock::source_date_epoch(),
        clock: clock::now(),
        check: !options.no_validate,
        validator: (!options.no_validate).then(|| Arc::new(setup::own(options.fhir))),
    })
}

/// The mapping of tables, where one is given.
fn mapping(options: &Conversion, talk: &mut Talk) -> Result<Option<Arc<Mapping>>, Outcome> {
    let Some(path) = &options.mapping else {
        if options.from == args::From::Table {
            talk.failure(
                "--from table needs --mapping; `case2fhir init --table FILE` drafts one by looking at a table",
            );
            return Err(Outcome::Misused);
        }
        return Ok(None);
    };
    if !matches!(options.from, args::From::Auto | args::From::Table) {
        talk.failure("--mapping is for tables of your own: it goes with --from table or without --from");
        return Err(Outcome::Misused);
    }
    let bytes = std::fs::read(path).map_err(|error| {
        talk.failure(&format!("{}: {error}", path.display()));
        Outcome::Environment
    })?;
    let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
    let mapping = Mapping::read(Input::file(&path.display().to_string(), &bytes), &mut sources, &mut issues);
    talk.issues(&issues, &sources);
    match mapping.filter(|_| !issues.has_errors()) {
        Some(mapping) => Ok(Some(Arc::new(mapping))),
        None => Err(Outcome::Faulty),
    }
}
