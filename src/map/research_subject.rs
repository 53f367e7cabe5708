//! FHIR R4 `ResearchSubject`: the patient's part in a clinical trial.
//!
//! | case | FHIR |
//! | --- | --- |
//! | trials | study |
//! | subject_identifier | identifier |
//! | enrolment | status |
//! | date | period; one date is its start |
//! | arm | actualArm |

use super::cancer_patient::identifiers;
use super::context::{MapContext, Placement};
use super::output::Section;
use crate::case::{Enrolment, Item, Trial};
use crate::fhir::canonicals::RESEARCH_SUBJECT;
use crate::fhir::codes::ResearchSubjectStatus as Status;
use crate::fhir::narrative::Story;
use crate::fhir::resources::ResearchSubject;
use crate::fhir::{Built, ResourceType, datatypes};

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for trial in &cx.case.trials {
        // The check of the case saw to it that there is one: R4 has no code for what is not known, and takes no subject without.
        let Some(given) = trial.enrolment else { continue };
        let identity = trial.identity();
        let study = cx.id(ResourceType::ResearchStudy, &identity, "");
        let mut subject = ResearchSubject::builder()
            .status(status(given))
            .study(cx.refer(ResourceType::ResearchStudy, study, Some(&trial.label()))?)
            .individual(cx.subject()?)
            .build()?;
        subject.identifier = identifiers(cx, &trial.subject_identifier)?;
        if let Some(when) = &trial.date {
            subject.period = Some(datatypes::as_period(&when.time, false, &mut cx.lexicals)?);
        }
        subject.actual_arm.clone_from(&trial.arm);
        let placement = Placement {
            identity: &identity,
            part: "subject",
            profile: RESEARCH_SUBJECT,
            section: Section::Trials,
            at: trial.at,
        };
        let title = format!("Subject of {}", trial.label());
        cx.place(subject, &title, story(trial), &placement)?;
    }
    Ok(())
}

fn status(enrolment: Enrolment) -> Status {
    match enrolment {
        Enrolment::Candidate => Status::Candidate,
        Enrolment::Eligible => Status::Eligible,
        Enrolment::FollowUp => Status::FollowUp,
        Enrolment::Ineligible => Status::Ineligible,
        Enrolment::NotRegistered => Status::NotRegistered,
        Enrolment::OffStudy => Status::OffStudy,
        Enrolment::OnStudy => Status::OnStudy,
        Enrolment::OnStudyIntervention => Status::OnStudyIntervention,
        Enrolment::OnStudyObservation => Status::OnStudyObservation,
        Enrolment::PendingOnStudy => Status::PendingOnStudy,
        Enrolment::PotentialCandidate => Status::PotentialCandidate,
        Enrolment::Screening => Status::Screening,
        Enrolment::Withdrawn => Status::Withdrawn,
    }
}

fn story(trial: &Trial) -> Story {
    let mut story = Story::new("Subject of a clinical trial");
    story.say(&trial.label());
    let numbers: Vec<&str> = trial.subject_identifier.iter().map(|identifier| identifier.value.as_str()).collect();
    story.add("number", &numbers.join(", "));
    story.add_some("enrolment", trial.enrolment.map(Enrolment::term));
    story.add_some("arm", trial.arm.as_deref());
    story.add_some("date", trial.date.as_ref().map(ToString::to_string));
    story
}
