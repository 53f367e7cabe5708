//! Invariants whose expressions say something else than their words: they are read as meant. HL7's Java validator does so too, and
//! later versions of FHIR have most of them mended.

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

/// The expression that is meant.
pub(super) fn meant(expression: &str) -> &str {
    MEANT.iter().find(|(written, _)| *written == expression).map_or(expression, |(_, meant)| meant)
}
