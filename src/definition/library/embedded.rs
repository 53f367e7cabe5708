//! The packages whose facts are part of the program (`schemas/`).

/// A version of FHIR whose definitions are part of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FhirVersion {
    /// FHIR R4 (4.0.1), with US Core 6.1.0, mCODE 4.0.0, HL7's pack of extensions and what they need of HL7's terminology.
    #[default]
    R4,
    /// FHIR R4B (4.3.0), with the same part of HL7's terminology.
    R4B,
    /// FHIR R5 (5.0.0), with the same part of HL7's terminology.
    R5,
}

impl FhirVersion {
    /// The number of the version: `4.0.1`.
    #[must_use]
    pub const fn number(self) -> &'static str {
        match self {
            Self::R4 => "4.0.1",
            Self::R4B => "4.3.0",
            Self::R5 => "5.0.0",
        }
    }
}

macro_rules! files {
    ($package:literal) => {
        [
            include_str!(concat!("../../../schemas/", $package, "/structures.ndjson")),
            include_str!(concat!("../../../schemas/", $package, "/constraints.ndjson")),
            include_str!(concat!("../../../schemas/", $package, "/value-sets.ndjson")),
            include_str!(concat!("../../../schemas/", $package, "/code-systems.ndjson")),
        ]
    };
}

/// The codes that HL7 keeps apart from the versions of FHIR. In R4B and R5 they come first, because the core is of its own version.
const TERMINOLOGY: [&str; 4] = files!("hl7.terminology.r4#7.0.1");
const R4: &[[&str; 4]] = &[
    files!("hl7.fhir.r4.core#4.0.1"),
    TERMINOLOGY,
    files!("hl7.fhir.uv.extensions.r4#5.3.0-ballot-tc1"),
    files!("hl7.fhir.us.core#6.1.0"),
    files!("hl7.fhir.us.mcode#4.0.0"),
];
const R4B: &[[&str; 4]] = &[TERMINOLOGY, files!("hl7.fhir.r4b.core#4.3.0")];
const R5: &[[&str; 4]] = &[TERMINOLOGY, files!("hl7.fhir.r5.core#5.0.0")];

/// The files of a version's packages, the ones that win last.
pub(super) const fn packages(version: FhirVersion) -> &'static [[&'static str; 4]] {
    match version {
        FhirVersion::R4 => R4,
        FhirVersion::R4B => R4B,
        FhirVersion::R5 => R5,
    }
}
