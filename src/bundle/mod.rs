//! Resources to bundles: collection, transaction, batch and document.
//!
//! The bundle is written straight into a [`Document`]; the typed model's Bundle would bring every resource type with it.
//! Entries keep the order of the mappers; a document's Composition goes first (FHIR R4, Bundle, bdl-11).

pub mod check;
mod composition;

use crate::case::{At, Case, Date};
use crate::fhir::Resource;
use crate::instance::{Builder, Document, Kind, SerializeError};
use crate::issue::{Code, Issue, Issues, Span};
use crate::map::{Output, ReferenceForm};
use uuid::Uuid;

/// What kind of bundle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BundleKind {
    /// Resources together, to keep and to pass on.
    #[default]
    Collection,
    /// Resources that a server takes all or none of.
    Transaction,
    /// Resources that a server takes one by one.
    Batch,
    /// A document with a Composition at its head.
    Document,
}

impl BundleKind {
    /// FHIR's code (value set bundle-type).
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Collection => "collection",
            Self::Transaction => "transaction",
            Self::Batch => "batch",
            Self::Document => "document",
        }
    }

    /// How the references of such a bundle are written: entries of a batch must not refer to each other's fullUrl, because
    /// each stands alone (FHIR R4, HTTP, batch), so theirs name the ids under which the server will have the resources.
    #[must_use]
    pub const fn references(self) -> ReferenceForm {
        match self {
            Self::Batch => ReferenceForm::Relative,
            Self::Collection | Self::Transaction | Self::Document => ReferenceForm::Urn,
        }
    }
}

/// How entries of a transaction or batch ask to be stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Update by id: storing twice is storing once.
    #[default]
    Put,
    /// Create, unless a resource with this identifier is there already (conditional create).
    Post,
}

/// What a bundle is to be.
#[derive(Clone, Debug)]
pub struct Shape<'s> {
    /// What kind of bundle.
    pub kind: BundleKind,
    /// How its entries ask to be stored.
    pub method: Method,
    /// The moment of its assembly, where known.
    pub timestamp: Option<&'s Date>,
}

/// A bundle, and where its entries come from.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The bundle.
    pub document: Document,
    /// For each entry, in order, the place in the source of the item that it was made of.
    pub places: Vec<At>,
}

/// Puts the resources of a case together.
pub fn assemble(case: &Case, mut output: Output, shape: &Shape<'_>, issues: &mut Issues) -> Bundle {
    if shape.kind == BundleKind::Document {
        composition::prepend(case, &mut output, shape.timestamp, issues);
    }
    let mut builder = Builder::default();
    let mut bundle = Writer { builder: &mut builder };
    bundle.open(Kind::Object);
    bundle.text("resourceType", "Bundle");
    bundle.text("id", &output.scope.bundle().to_string());
    bundle.member("meta", Kind::Object);
    bundle.member("profile", Kind::Array);
    bundle.builder.string(profile(shape.kind), Span::EMPTY);
    bundle.close();
    bundle.close();
    if shape.kind == BundleKind::Document {
        bundle.member("identifier", Kind::Object);
        bundle.text("system", "urn:ietf:rfc:3986");
        bundle.text("value", &format!("urn:uuid:{}", output.scope.bundle()));
        bundle.close();
    }
    bundle.text("type", shape.kind.code());
    if let Some(timestamp) = shape.timestamp {
        bundle.text("timestamp", timestamp.as_str());
    }
    bundle.member("entry", Kind::Array);
    for entry in &output.entries {
        bundle.open(Kind::Object);
        bundle.text("fullUrl", &format!("urn:uuid:{}", entry.id));
        bundle.builder.key("resource", Span::EMPTY);
        if let Err(error) = entry.resource.serialize(&output.lexicals, bundle.builder) {
            internal(&error, entry.at, issues);
        }
        if matches!(shape.kind, BundleKind::Transaction | BundleKind::Batch) {
            request(&mut bundle, &entry.resource, entry.id, shape.method);
        }
        bundle.close();
    }
    bundle.close();
    bundle.close();
    let places = output.entries.iter().map(|entry| entry.at).collect();
    Bundle { document: builder.finish(), places }
}

/// mCODE's profile for collections; FHIR's own for the others, which mCODE does not speak of.
fn profile(kind: BundleKind) -> &'static str {
    match kind {
        BundleKind::Collection => "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-patient-bundle",
        _ => "http://hl7.org/fhir/StructureDefinition/Bundle",
    }
}

fn internal(error: &SerializeError, at: At, issues: &mut Issues) {
    let issue = Issue::new(Code::Internal, format!("a resource cannot be written: {error}")).at(at.0);
    issues.add(issue.help("this is a defect of case2fhir; please report it"));
}

fn request(bundle: &mut Writer<'_>, resource: &Resource, id: Uuid, method: Method) {
    let resource_type = resource.resource_type();
    bundle.member("request", Kind::Object);
    // What has no identifier by which a server could find it again is always stored by id.
    match method {
        Method::Post if resource_type.is_found_by_identifier() => {
            bundle.text("method", "POST");
            bundle.text("url", resource_type.name());
            bundle.text("ifNoneExist", &format!("identifier=urn:ietf:rfc:3986|urn:uuid:{id}"));
        }
        _ => {
            bundle.text("method", "PUT");
            bundle.text("url", &format!("{}/{id}", resource_type.name()));
        }
    }
    bundle.close();
}

/// Writes members into a builder.
struct Writer<'b> {
    builder: &'b mut Builder,
}

impl Writer<'_> {
    fn open(&mut self, kind: Kind) {
        self.builder.open(kind, Span::EMPTY);
    }

    fn member(&mut self, name: &str, kind: Kind) {
        self.builder.key(name, Span::EMPTY);
        self.open(kind);
    }

    fn text(&mut self, name: &str, value: &str) {
        self.builder.key(name, Span::EMPTY);
        self.builder.string(value, Span::EMPTY);
    }

    fn close(&mut self) {
        self.builder.close(0);
    }
}
