//! FHIR R4 `ResearchStudy`: a clinical trial.
//!
//! | case | FHIR |
//! | --- | --- |
//! | trials.title, identifier | title, identifier |
//! | status | status |
//! | note | note |
//!
//! The patient's part in it is a `ResearchSubject`, see `research_subject.rs`.

use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::output::Section;
use crate::case::{Item, Trial, TrialStatus};
use crate::fhir::canonicals::RESEARCH_STUDY;
use crate::fhir::codes::ResearchStudyStatus as Status;
use crate::fhir::narrative::Story;
use crate::fhir::resources::ResearchStudy;
use crate::fhir::{Built, datatypes};

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for trial in &cx.case.trials {
        // The check of the case saw to it that there is one: R4 has no code for what is not known, and takes no study without.
        let Some(given) = trial.status else { continue };
        let identity = trial.identity();
        let mut study = ResearchStudy::builder().status(status(given)).build()?;
        study.identifier = identifiers(cx, &trial.identifier)?;
        study.title.clone_from(&trial.title);
        study.note = datatypes::annotations(trial.note.iter().cloned())?;
        let placement = Placement {
            identity: &identity,
            part: "",
            profile: RESEARCH_STUDY,
            section: Section::Trials,
            at: trial.at,
        };
        cx.place(study, &trial.label(), story(trial), &placement)?;
    }
    Ok(())
}

fn status(status: TrialStatus) -> Status {
    match status {
        TrialStatus::Active => Status::Active,
        TrialStatus::AdministrativelyCompleted => Status::AdministrativelyCompleted,
        TrialStatus::Approved => Status::Approved,
        TrialStatus::ClosedToAccrual => Status::ClosedToAccrual,
        TrialStatus::ClosedToAccrualAndIntervention => Status::ClosedToAccrualAndIntervention,
        TrialStatus::Completed => Status::Completed,
        TrialStatus::Disapproved => Status::Disapproved,
        TrialStatus::InReview => Status::InReview,
        TrialStatus::TemporarilyClosedToAccrual => Status::TemporarilyClosedToAccrual,
        TrialStatus::TemporarilyClosedToAccrualAndIntervention => Status::TemporarilyClosedToAccrualAndIntervention,
        TrialStatus::Withdrawn => Status::Withdrawn,
    }
}

fn story(trial: &Trial) -> Story {
    let mut story = Story::new("Clinical trial");
    story.say(&trial.label());
    let numbers: Vec<&str> = trial.identifier.iter().map(|identifier| identifier.value.as_str()).collect();
    story.add("number", &numbers.join(", "));
    story.add_some("status", trial.status.map(TrialStatus::term));
    for note in &trial.note {
        story.say(note);
    }
    story
}
