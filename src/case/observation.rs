//! What was observed: findings, results, markers, status.

use super::age::Onset;
use super::concept::Concept;
use super::date::{Date, When};
use super::link::{Key, Link};
use super::patient::Identifier;
use super::quantity::{Quantity, Value};
use super::read::{record, terms};

terms! {
    /// How far a result is (FHIR value set observation-status).
    pub enum ResultStatus {
        /// Asked for, and not there yet.
        Registered "registered",
        /// There, and not checked.
        Preliminary "preliminary",
        /// There and checked.
        Final "final",
        /// Changed after it was final.
        Amended "amended",
        /// Changed because it was wrong.
        Corrected "corrected",
        /// Not to be had.
        Cancelled "cancelled",
        /// Entered by mistake.
        EnteredInError "entered-in-error",
        /// Not known.
        Unknown "unknown",
    }
}

terms! {
    /// How a finding was made.
    pub enum FindingKind {
        /// On examination.
        Exam "exam",
        /// In the patient's account.
        Symptom "symptom",
        /// On imaging.
        Imaging "imaging",
        /// On pathology.
        Pathology "pathology",
        /// In a laboratory, genomic ones included.
        Laboratory "laboratory",
        /// On a procedure.
        Procedure "procedure",
        /// In the course of treatment.
        Therapy "therapy",
        /// In the patient's life: work, function.
        Functional "functional",
        /// By measuring.
        Measurement "measurement",
    }
}

record! {
    /// A finding, present or absent.
    pub struct Finding {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// What was found, or looked for and not found.
        required finding: Concept,
        /// How it was found.
        optional kind: FindingKind,
        /// Whether it is absent: looked for and not found.
        optional absent: bool,
        /// What was found of it, where it has a value.
        optional value: Value,
        /// How far the result is: final, unless said otherwise.
        optional status: ResultStatus,
        /// How severe it is.
        optional severity: Concept,
        /// More of it that has a name: a modifier, a component of the value.
        many detail: Detail,
        /// What is normal, where it has a value.
        optional reference_range: ReferenceRange,
        /// How it was found.
        optional method: Concept,
        /// Where.
        optional site: Concept,
        /// On which side.
        optional side: Concept,
        /// When it was found.
        optional date: When,
        /// How old the patient was then, where no date is known.
        optional at_age: Onset,
        /// When it began.
        optional onset: Onset,
        /// When it ended.
        optional ended: Onset,
        /// The cancer, tumour, procedure, radiotherapy or drug that it concerns.
        many of: Link,
        /// The specimen it was found in.
        optional specimen: Link,
        /// Remarks.
        many note: String,
    }
}

record! {
    /// Something more of a finding or variant, by its name.
    pub struct Detail {
        /// What it is.
        required name: Concept,
        /// What it says.
        required value: Value,
        /// What is normal.
        optional reference_range: ReferenceRange,
    }
}

record! {
    /// A laboratory result.
    pub struct Lab {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// The test.
        required test: Concept,
        /// The result.
        optional value: Value,
        /// How far the result is: final, unless said otherwise.
        optional status: ResultStatus,
        /// Where on the body.
        optional site: Concept,
        /// On which side.
        optional side: Concept,
        /// When the sample was taken.
        optional date: When,
        /// How the result is to be read: high, low, normal.
        optional interpretation: Concept,
        /// What is normal.
        optional reference_range: ReferenceRange,
        /// The specimen.
        optional specimen: Link,
        /// How it was done.
        optional method: Concept,
        /// Remarks.
        many note: String,
    }
}

record! {
    /// What a laboratory holds for normal.
    pub struct ReferenceRange {
        /// The lowest normal value.
        optional low: Quantity,
        /// The highest normal value.
        optional high: Quantity,
        /// In words.
        optional text: String,
    }
}

record! {
    /// A vital sign or body measure.
    pub struct Vital {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// What was measured: body weight, blood pressure.
        required sign: Concept,
        /// The result. Blood pressure is written 120/80 mmHg.
        required value: Value,
        /// How far the result is: final, unless said otherwise.
        optional status: ResultStatus,
        /// Where on the body.
        optional site: Concept,
        /// On which side.
        optional side: Concept,
        /// When.
        optional date: When,
        /// Remarks.
        many note: String,
    }
}

record! {
    /// A tumour marker test.
    pub struct Marker {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// The marker: PAX8, HER2, PD-L1 22C3, CA 125.
        required marker: Concept,
        /// How it was tested: immunohistochemistry, FISH, serum.
        optional method: Concept,
        /// The result in words: positive, negative, 3+.
        optional result: Concept,
        /// The result as a number.
        optional value: Quantity,
        /// Scores beside the result: CPS, TPS, Allred.
        many score: Score,
        /// How the result is to be read.
        optional interpretation: Concept,
        /// How far the result is: final, unless said otherwise.
        optional status: ResultStatus,
        /// Where on the body.
        optional site: Concept,
        /// On which side.
        optional side: Concept,
        /// When.
        optional date: When,
        /// The specimen.
        optional specimen: Link,
        /// The cancer or tumour that it concerns.
        many of: Link,
        /// Remarks.
        many note: String,
    }
}

record! {
    /// A score that belongs to a marker's result.
    pub struct Score {
        /// What score it is.
        required name: Concept,
        /// Its value.
        required value: Value,
    }
}

record! {
    /// How a cancer stood, or responded, at a time.
    pub struct DiseaseStatus {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// improved, stable, progressive disease, partial response, no evidence of disease.
        required status: Concept,
        /// How far the statement is: final, unless said otherwise.
        optional result_status: ResultStatus,
        /// When.
        optional date: When,
        /// When it was recorded.
        optional recorded: Date,
        /// The cancers, tumours or radiotherapy volumes it concerns.
        many of: Link,
        /// On what it rests: imaging, pathology, symptoms.
        many evidence: Concept,
        /// By which criteria: RECIST 1.1.
        optional criteria: Concept,
        /// The treatments after which it was so.
        many after: Link,
        /// Remarks.
        many note: String,
    }
}

terms! {
    /// A scale of performance.
    pub enum PerformanceScale {
        /// ECOG performance status, 0 to 5.
        Ecog "ecog",
        /// Karnofsky performance status, 0 to 100 in tens.
        Karnofsky "karnofsky",
    }
}

record! {
    /// A performance status.
    pub struct Performance {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// The scale.
        required scale: PerformanceScale,
        /// The score.
        required score: u32,
        /// How far the result is: final, unless said otherwise.
        optional status: ResultStatus,
        /// When.
        optional date: When,
        /// Remarks.
        many note: String,
    }
}
