//! Canonical URLs of the profiles that resources state (mCODE 4.0.0, US Core 6.1.0, FHIR R4 4.0.1).

macro_rules! mcode {
    ($($constant:ident $name:literal;)+) => {
        $(#[doc = concat!("mCODE 4.0.0, `", $name, "`.")]
        pub const $constant: &str = concat!("http://hl7.org/fhir/us/mcode/StructureDefinition/", $name);)+
    };
}

macro_rules! us_core {
    ($($constant:ident $name:literal;)+) => {
        $(#[doc = concat!("US Core 6.1.0, `", $name, "`.")]
        pub const $constant: &str = concat!("http://hl7.org/fhir/us/core/StructureDefinition/", $name);)+
    };
}

macro_rules! core {
    ($($constant:ident $name:literal;)+) => {
        $(#[doc = concat!("FHIR R4 4.0.1, `", $name, "`.")]
        pub const $constant: &str = concat!("http://hl7.org/fhir/StructureDefinition/", $name);)+
    };
}

mcode! {
    CANCER_DISEASE_STATUS "mcode-cancer-disease-status";
    CANCER_PATIENT "mcode-cancer-patient";
    CANCER_RELATED_MEDICATION_ADMINISTRATION "mcode-cancer-related-medication-administration";
    CANCER_RELATED_MEDICATION_REQUEST "mcode-cancer-related-medication-request";
    CANCER_RELATED_SURGICAL_PROCEDURE "mcode-cancer-related-surgical-procedure";
    CANCER_STAGE "mcode-cancer-stage";
    BODY_SURFACE_AREA "mcode-body-surface-area";
    COMORBIDITIES "mcode-comorbidities";
    ECOG_PERFORMANCE_STATUS "mcode-ecog-performance-status";
    GENOMICS_REPORT "mcode-genomics-report";
    GENOMIC_VARIANT "mcode-genomic-variant";
    HISTOLOGIC_BEHAVIOR_AND_TYPE "mcode-histologic-behavior-and-type";
    HISTOLOGIC_GRADE "mcode-histologic-grade";
    HUMAN_SPECIMEN "mcode-human-specimen";
    KARNOFSKY_PERFORMANCE_STATUS "mcode-karnofsky-performance-status";
    PRIMARY_CANCER_CONDITION "mcode-primary-cancer-condition";
    RADIOTHERAPY_COURSE_SUMMARY "mcode-radiotherapy-course-summary";
    RADIOTHERAPY_VOLUME "mcode-radiotherapy-volume";
    SECONDARY_CANCER_CONDITION "mcode-secondary-cancer-condition";
    TNM_DISTANT_METASTASES_CATEGORY "mcode-tnm-distant-metastases-category";
    TNM_PRIMARY_TUMOR_CATEGORY "mcode-tnm-primary-tumor-category";
    TNM_REGIONAL_NODES_CATEGORY "mcode-tnm-regional-nodes-category";
    TNM_STAGE_GROUP "mcode-tnm-stage-group";
    TUMOR "mcode-tumor";
    TUMOR_MARKER_TEST "mcode-tumor-marker-test";
    TUMOR_SIZE "mcode-tumor-size";
}

us_core! {
    BLOOD_PRESSURE "us-core-blood-pressure";
    BMI "us-core-bmi";
    BODY_HEIGHT "us-core-body-height";
    BODY_TEMPERATURE "us-core-body-temperature";
    BODY_WEIGHT "us-core-body-weight";
    CARE_PLAN "us-core-careplan";
    CONDITION_PROBLEMS "us-core-condition-problems-health-concerns";
    US_CORE_ENCOUNTER "us-core-encounter";
    HEAD_CIRCUMFERENCE "us-core-head-circumference";
    HEART_RATE "us-core-heart-rate";
    MEDICATION_REQUEST "us-core-medicationrequest";
    OBSERVATION_LAB "us-core-observation-lab";
    PATIENT "us-core-patient";
    PROCEDURE "us-core-procedure";
    RESPIRATORY_RATE "us-core-respiratory-rate";
    SIMPLE_OBSERVATION "us-core-simple-observation";
    SPECIMEN "us-core-specimen";
}

core! {
    ADVERSE_EVENT "AdverseEvent";
    APPOINTMENT "Appointment";
    COMPOSITION "Composition";
    DOCUMENT_REFERENCE "DocumentReference";
    ENCOUNTER "Encounter";
    FAMILY_MEMBER_HISTORY "FamilyMemberHistory";
    OBSERVATION "Observation";
    PROVENANCE "Provenance";
    RESEARCH_STUDY "ResearchStudy";
    RESEARCH_SUBJECT "ResearchSubject";
    DIAGNOSTIC_REPORT "DiagnosticReport";
    MEDICATION_ADMINISTRATION "MedicationAdministration";
}
