//! What mapping gives: resources in order, each with its id, its section and its place in the source.

use uuid::Uuid;

use crate::case::At;
use crate::fhir::Resource;
use crate::fhir::ids::IdScope;
use crate::instance::handle::Lexicals;

/// The part of a document that a resource belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// The patient; heads the document and is in no section of it.
    Patient,
    /// Cancers, their stages and their tumours.
    Cancer,
    /// Other conditions and symptoms.
    Problems,
    /// History of the patient and the family.
    History,
    /// Findings on examination and otherwise.
    Findings,
    /// Vital signs and performance.
    VitalSigns,
    /// Laboratory, markers, specimens.
    Results,
    /// Genomics.
    Genomics,
    /// Procedures.
    Procedures,
    /// Radiotherapy.
    Radiotherapy,
    /// Drugs.
    Medications,
    /// Status and response.
    Course,
    /// Adverse events.
    AdverseEvents,
    /// Clinical trials.
    Trials,
    /// Reviews of the treatment plan.
    Plans,
    /// Encounters and appointments.
    Encounters,
    /// Where it all comes from; in no section.
    Provenance,
}

/// A resource of the output.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The resource.
    pub resource: Resource,
    /// Its id.
    pub id: Uuid,
    /// Its section.
    pub section: Section,
    /// What people call it.
    pub title: String,
    /// Where in the source the item stands that it was made of.
    pub at: At,
}

/// How many of the case's concepts got codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Concepts in all.
    pub concepts: usize,
    /// Of these, those that stayed words.
    pub text_only: usize,
}

/// What mapping a case gives.
#[derive(Clone, Debug)]
pub struct Output {
    /// What ids are made of.
    pub scope: IdScope,
    /// The resources.
    pub entries: Vec<Entry>,
    /// The lexical forms that typed values stand for.
    pub lexicals: Lexicals,
    /// How many concepts got codes.
    pub tally: Tally,
}
