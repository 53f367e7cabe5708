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
use crate::source::Format;
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
        },
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
