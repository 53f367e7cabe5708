//! What published definitions say and do not mean: invariants whose expressions say something else than their words, contexts of
//! extensions beside the place where FHIR itself has them. They are read as meant. HL7's Java validator does so too, and later versions
//! of FHIR have most of them mended.

/// An expression as it stands, and as it is meant.
const MEANT: &[(&str, &str)] = &[
    // que-12 (R4): "if there are more than one enableWhen".
    (
        "enableWhen.count() > 2 implies enableBehavior.exists()",
        "enableWhen.count() > 1 implies enableBehavior.exists()",
    ),
    // The names of definitions (R4: vsd-0, csd-0, sdf-0 …): whole, and only where there is one; R5 says so (cnl-0).
    (
        "name.matches('[A-Z]([A-Za-z0-9_]){0,254}')",
        "name.exists() implies name.matches('^[A-Z]([A-Za-z0-9_]){0,254}$')",
    ),
    // pd-1 (US Core's PractitionerRole): lists are no truth values.
    ("telecom or endpoint", "telecom.exists() or endpoint.exists()"),
];

/// An extension, the context that its definition gives, and where it is meant to stand.
const MEANT_CONTEXTS: &[(&str, &str, &str)] = &[
    // The definitions of FHIR's primitive types have it at the type of their value.
    ("http://hl7.org/fhir/StructureDefinition/regex", "ElementDefinition", "ElementDefinition.type"),
];

/// The element at which an extension is meant to stand.
pub(super) fn meant_context<'t>(url: &str, written: &'t str) -> &'t str {
    let row = MEANT_CONTEXTS.iter().find(|(of, context, _)| *of == url && *context == written);
    row.map_or(written, |(_, _, meant)| meant)
}

/// The expression that is meant.
pub(super) fn meant(expression: &str) -> &str {
    MEANT.iter().find(|(written, _)| *written == expression).map_or(expression, |(_, meant)| meant)
}
