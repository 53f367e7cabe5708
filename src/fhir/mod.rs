//! The typed FHIR model: the only room that names fhir-sdk.
//!
//! R4B's types serve for R4 4.0.1: for the resources that this house emits, their JSON is the same. Values are built
//! typed, serialized once, and never read back.

pub mod canonicals;
pub mod datatypes;
pub mod extensions;
pub mod ids;
pub mod narrative;

pub use fhir_sdk::r4b::{codes, resources, types};
pub use fhir_sdk::{Date as TypedDate, DateTime as TypedDateTime, Instant as TypedInstant, time};

use resources::{
    AdverseEvent, Appointment, BodyStructure, CarePlan, Composition, Condition, DiagnosticReport, DocumentReference,
    Encounter, FamilyMemberHistory, MedicationAdministration, MedicationRequest, Observation, Patient, Procedure,
    Provenance, ResearchStudy, ResearchSubject, Specimen,
};

use crate::instance::handle::Lexicals;
use crate::instance::{Builder, SerializeError, to_document};

/// A typed value, or the field that its builder missed: a defect of a mapper, never of a case.
pub type Built<T> = Result<T, fhir_sdk::BuilderError>;

/// A typed resource's type.
pub trait Typed {
    /// Its type.
    const TYPE: ResourceType;
}

macro_rules! resources {
    ($($type:ident),+) => {
        /// The kinds of resource that this house emits.
        #[derive(Clone, Debug)]
        #[allow(missing_docs, reason = "the variants are FHIR's resource types")]
        pub enum Resource { $($type($type)),+ }

        /// Their names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the variants are FHIR's resource types")]
        pub enum ResourceType { $($type),+ }

        impl ResourceType {
            /// FHIR's name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$type => stringify!($type)),+ }
            }
        }

        impl Resource {
            /// Which kind it is.
            #[must_use]
            pub const fn resource_type(&self) -> ResourceType {
                match self { $(Self::$type(_) => ResourceType::$type),+ }
            }

            /// Serializes the resource into a document that is being built.
            ///
            /// # Errors
            /// Where a typed value cannot be written as FHIR's JSON.
            pub fn serialize(&self, lexicals: &Lexicals, builder: &mut Builder) -> Result<(), SerializeError> {
                match self { $(Self::$type(resource) => to_document(resource, lexicals, builder)),+ }
            }
        }

        impl Resource {
            /// The `div` of the resource's narrative.
            #[must_use]
            pub fn narrative(&self) -> &str {
                match self { $(Self::$type(resource) => resource.text.as_ref().map_or("", |text| text.div.as_str())),+ }
            }
        }

        $(impl From<$type> for Resource {
            fn from(resource: $type) -> Self {
                Self::$type(resource)
            }
        }

        impl Typed for $type {
            const TYPE: ResourceType = ResourceType::$type;
        })+
    };
}

resources!(
    AdverseEvent,
    Appointment,
    BodyStructure,
    CarePlan,
    Composition,
    Condition,
    DiagnosticReport,
    DocumentReference,
    Encounter,
    FamilyMemberHistory,
    MedicationAdministration,
    MedicationRequest,
    Observation,
    Patient,
    Procedure,
    Provenance,
    ResearchStudy,
    ResearchSubject,
    Specimen
);

impl ResourceType {
    /// Whether servers can find resources of this type by their identifier: FHIR R4 has no such search for these two.
    #[must_use]
    pub const fn is_found_by_identifier(self) -> bool {
        !matches!(self, Self::AdverseEvent | Self::Provenance)
    }
}
