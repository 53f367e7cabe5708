//! Cases to FHIR: one mapper a file, named after the profile that it emits; each mapper's document holds its table.
//!
//! A mapper takes what the case says and no more: what has no place in its profile stays as words in a remark, in the narrative,
//! or in a resource that states a wider profile. The clock and the namespace of ids come in through [`Settings`].

mod adverse_event;
mod age;
mod appointment;
mod body_site;
mod cancer_condition;
mod cancer_disease_status;
mod cancer_patient;
mod cancer_related_medication_administration;
mod cancer_related_medication_request;
mod cancer_related_surgical_procedure;
mod care_plan;
mod condition;
mod context;
mod detail;
mod document_reference;
mod encounter;
mod family_member_history;
mod finding;
mod genomic_variant;
mod genomics_report;
mod histologic_grade;
mod history;
mod human_specimen;
mod laboratory_result;
mod medication;
mod observation;
mod output;
mod performance_status;
mod primary_cancer_condition;
mod procedure;
pub(crate) mod provenance;
mod radiotherapy_course_summary;
mod radiotherapy_modality;
mod radiotherapy_volume;
mod recurrent_cancer_condition;
mod research_study;
mod research_subject;
mod secondary_cancer_condition;
mod termination;
mod test_code;
mod tnm_stage_group;
mod tumor;
mod tumor_marker_test;
mod tumor_size;
mod variant_position;
mod vital_sign;

pub use context::ReferenceForm;
pub use output::{Entry, Output, Section, Tally};

use context::MapContext;
use uuid::Uuid;

use crate::case::{Case, Date};
use crate::fhir::Built;
use crate::fhir::ids::IdScope;
use crate::issue::{Code, Issue, Issues};
use crate::terminology::Lexicon;

/// What a conversion is told from outside.
#[derive(Clone, Debug)]
pub struct Settings<'s> {
    /// The namespace of ids.
    pub namespace: Uuid,
    /// How references are written.
    pub references: ReferenceForm,
    /// When the case was recorded, where anybody says so.
    pub recorded: Option<&'s Date>,
}

type Mapper = fn(&mut MapContext<'_>) -> Built<()>;

/// All mappers, in the order in which their resources stand in a bundle. Provenance follows them, because it names them.
const MAPPERS: &[(&str, Mapper)] = &[
    ("cancer_patient", cancer_patient::map),
    ("age", age::map),
    ("primary_cancer_condition", primary_cancer_condition::map),
    ("secondary_cancer_condition", secondary_cancer_condition::map),
    ("recurrent_cancer_condition", recurrent_cancer_condition::map),
    ("tnm_stage_group", tnm_stage_group::map),
    ("histologic_grade", histologic_grade::map),
    ("tumor", tumor::map),
    ("tumor_size", tumor_size::map),
    ("human_specimen", human_specimen::map),
    ("tumor_marker_test", tumor_marker_test::map),
    ("genomic_variant", genomic_variant::map),
    ("genomics_report", genomics_report::map),
    ("laboratory_result", laboratory_result::map),
    ("vital_sign", vital_sign::map),
    ("performance_status", performance_status::map),
    ("finding", finding::map),
    ("condition", condition::map),
    ("cancer_related_surgical_procedure", cancer_related_surgical_procedure::map),
    ("procedure", procedure::map),
    ("radiotherapy_course_summary", radiotherapy_course_summary::map),
    ("radiotherapy_volume", radiotherapy_volume::map),
    ("cancer_related_medication_administration", cancer_related_medication_administration::map),
    ("cancer_related_medication_request", cancer_related_medication_request::map),
    ("cancer_disease_status", cancer_disease_status::map),
    ("research_study", research_study::map),
    ("research_subject", research_subject::map),
    ("adverse_event", adverse_event::map),
    ("care_plan", care_plan::map),
    ("appointment", appointment::map),
    ("encounter", encounter::map),
    ("family_member_history", family_member_history::map),
    ("history", history::map),
    ("document_reference", document_reference::map),
];

/// Maps a case to resources. The case must have been read without errors.
pub fn map(case: &Case, lexicon: &Lexicon, settings: &Settings<'_>, issues: &mut Issues) -> Output {
    // The first in the order of their values, so that the order in which the case lists them does not matter.
    let numbers = case.patient.identifier.iter();
    let numbers =
        numbers.map(|identifier| (identifier.system.as_deref().unwrap_or_default(), identifier.value.as_str()));
    let patient = numbers.min();
    let scope = IdScope::new(settings.namespace, &case.id.name, patient);
    let mut failed = Issues::default();
    let mut cx = MapContext::new(case, lexicon, scope, settings.references, issues);
    let mut report = |mapper: &str, built: Built<()>| {
        if let Err(error) = built {
            let message = format!("the mapper {mapper} left a resource incomplete: {error}");
            failed.add(Issue::new(Code::Internal, message).help("this is a defect of case2fhir; please report it"));
        }
    };
    for (name, mapper) in MAPPERS {
        report(name, mapper(&mut cx));
    }
    report("provenance", provenance::map(&mut cx, settings.recorded));
    let output = cx.finish();
    issues.extend(failed);
    output
}
