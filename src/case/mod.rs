//! The case: what a clinician or registrar says of one patient's cancer, in their words.
//!
//! This is the domain model that every source ends in and every mapper starts from. It is short and flat like a
//! registrar's form, and it is not FHIR: no resources, no references but local keys, no value that the case did not
//! give. The types carry their own notation (YAML or JSON), see [`read`].

mod age;
mod cancer;
mod check;
mod citation;
mod concept;
mod date;
mod decimal;
mod document;
mod event;
mod genomics;
mod history;
mod items;
mod link;
pub mod negation;
mod observation;
mod patient;
mod plan;
mod quantity;
pub mod read;
mod schedule;
mod schema;
mod treatment;
mod trial;
mod tumor;
mod visit;

pub use crate::terminology::Coding;
pub use age::{Age, Onset};
pub use cancer::{Cancer, CancerKind, Certainty, ClinicalStatus, ConditionCategory, Grade, Stage, StageType};
pub use check::check;
pub use citation::Citation;
pub use concept::Concept;
pub use date::{Date, Moment, Time, When};
pub use decimal::Decimal;
pub use document::Document;
pub use event::{Actuality, AdverseEvent, Participant, Severity};
pub use genomics::{GenomicReport, Variant};
pub use history::{Condition, ConditionKind, FamilyCondition, FamilyMember, History, HistoryKind};
pub use items::{Item, ItemKind, ItemRef, items};
pub use link::{Key, KeyAt, Link};
pub use observation::{
    Detail, DiseaseStatus, Finding, FindingKind, Lab, Marker, Performance, PerformanceScale, ReferenceRange,
    ResultStatus, Score, Vital,
};
pub use patient::{Address, Deceased, Identifier, Name, Patient, Sex, Telecom, TelecomSystem};
pub use plan::{PlanChange, PlanStatus};
pub use quantity::{Amount, Comparator, Dimensions, Quantity, Value};
pub use read::{At, Many};
pub use schedule::{Repeat, Schedule};
pub use schema::schema;
pub use treatment::{
    Done, Intent, Medication, Order, OrderIntent, OrderStatus, Procedure, ProcedureKind, Radiotherapy, Volume,
};
pub use trial::{Enrolment, Trial, TrialStatus};
pub use tumor::{Size, Specimen, Tumor};
pub use visit::{Appointment, AppointmentStatus, Encounter, EncounterStatus};

use read::record;

record! {
    /// One patient's oncology case: what was found, what was done, what was not done and why.
    pub struct Case {
        /// The case's own identifier. All ids of the output are made of it, so it must stay the same over the case's life,
        /// and no other patient's case may have it.
        required id: Key,
        /// A title.
        optional title: String,
        /// When the case was recorded in this form, as a moment. It becomes the time stamp of documents and provenance.
        optional recorded: Moment,
        /// Whether it is a case of cancer: it is, unless said otherwise. Of a case that is none no profile of mCODE is stated for patient,
        /// specimens, drugs, variants and reports.
        optional oncology: bool,
        /// Where the case was taken from: a publication, a registry, a record.
        optional source: Citation,
        /// The patient.
        required patient: Patient,
        /// Primary cancers, metastases and recurrences.
        many cancers: Cancer,
        /// Tumours: single masses that are measured, treated or sampled.
        many tumors: Tumor,
        /// Specimens taken.
        many specimens: Specimen,
        /// Findings of examination, imaging and pathology, present or absent.
        many findings: Finding,
        /// Laboratory results of blood, urine and other fluids.
        many labs: Lab,
        /// Vital signs and body measures.
        many vitals: Vital,
        /// Tumour markers: immunohistochemistry, PD-L1, receptors, serum markers.
        many markers: Marker,
        /// Genomic variants, found or excluded.
        many variants: Variant,
        /// Genomic test reports.
        many genomic_reports: GenomicReport,
        /// Operations, biopsies, imaging, boards and other procedures, done or not done.
        many procedures: Procedure,
        /// Radiotherapy courses, radioiodine included, done or not done.
        many radiotherapy: Radiotherapy,
        /// Drugs, given or not given.
        many medications: Medication,
        /// How the cancer stood, or responded, at a time.
        many disease_status: DiseaseStatus,
        /// Performance status.
        many performance: Performance,
        /// Adverse events: what went wrong in the course of care.
        many adverse_events: AdverseEvent,
        /// Clinical trials that the patient takes part in, or may.
        many trials: Trial,
        /// Reviews of the treatment plan: whether it was changed, and why.
        many plan_changes: PlanChange,
        /// Encounters: visits, stays in hospital.
        many encounters: Encounter,
        /// Appointments.
        many appointments: Appointment,
        /// Comorbidities, symptoms and complications.
        many conditions: Condition,
        /// Relatives and their diseases.
        many family_history: FamilyMember,
        /// The history in words: medical, family, social; positive or negative.
        many history: History,
        /// Files that belong to the case: sequences, images, letters.
        many documents: Document,
    }
}
