//! Relatives and their diseases, as FHIR R4 FamilyMemberHistory.
//!
//! | case | FHIR |
//! | --- | --- |
//! | family_history.relation | relationship |
//! | sex, deceased | sex, deceased\[x\] |
//! | condition.condition, onset_age, contributed_to_death | condition.code, onsetAge, contributedToDeath |

use super::cancer_condition::age;
use super::context::{MapContext, Placement};
use super::output::Section;
use crate::case::{Deceased, FamilyMember, Item, Sex};
use crate::fhir::canonicals::FAMILY_MEMBER_HISTORY;
use crate::fhir::codes::FamilyHistoryStatus;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{
    FamilyMemberHistory, FamilyMemberHistoryCondition, FamilyMemberHistoryConditionOnset, FamilyMemberHistoryDeceased,
};
use crate::fhir::{Built, datatypes};
use crate::terminology::Domain;

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for member in &cx.case.family_history {
        let identity = member.identity();
        let relationship = cx.codeable(&[Domain::Relationship], &member.relation)?;
        let mut typed = FamilyMemberHistory::builder()
            .status(FamilyHistoryStatus::Completed)
            .patient(cx.subject()?)
            .relationship(relationship)
            .build()?;
        if let Some(sex) = member.sex {
            let display = match sex {
                Sex::Female => "Female",
                Sex::Male => "Male",
                Sex::Other => "Other",
                Sex::Unknown => "Unknown",
            };
            let code = [("http://hl7.org/fhir/administrative-gender", sex.term(), display)];
            typed.sex = Some(datatypes::codeable(&code, None)?);
        }
        typed.deceased = match &member.deceased {
            None => None,
            Some(Deceased::Flag(flag)) => Some(FamilyMemberHistoryDeceased::Boolean(*flag)),
            Some(Deceased::Date(date)) => Some(match date.is_moment() {
                // FHIR takes a date here, without a time; a moment is kept in words.
                true => FamilyMemberHistoryDeceased::String(date.as_str().to_owned()),
                false => FamilyMemberHistoryDeceased::Date(datatypes::day(date)),
            }),
        };
        for condition in &member.condition {
            let code = cx.codeable(&[Domain::Cancer, Domain::Condition], &condition.condition)?;
            let mut disease = FamilyMemberHistoryCondition::builder().code(code).build()?;
            disease.contributed_to_death = condition.contributed_to_death;
            disease.onset = match &condition.onset_age {
                Some(at) => Some(FamilyMemberHistoryConditionOnset::Age(age(cx, at)?)),
                None => None,
            };
            typed.condition.push(Some(disease));
        }
        typed.note = datatypes::annotations(member.note.iter().cloned())?;
        let profile = FAMILY_MEMBER_HISTORY;
        let placement = Placement { identity: &identity, part: "", profile, section: Section::History, at: member.at };
        cx.place(typed, member.relation.label(), story(member), &placement)?;
    }
    Ok(())
}

fn story(member: &FamilyMember) -> Story {
    let mut story = Story::new("Family history");
    story.say(member.relation.label());
    story.add_some("sex", member.sex.map(Sex::term));
    match &member.deceased {
        Some(Deceased::Flag(true)) => story.say("deceased"),
        Some(Deceased::Flag(false)) => story.say("alive"),
        Some(Deceased::Date(date)) => story.add("deceased", date.as_str()),
        None => {}
    }
    for condition in &member.condition {
        let age = condition.onset_age.as_ref().map(|age| format!(" at {age}")).unwrap_or_default();
        let died = if condition.contributed_to_death == Some(true) { ", a cause of death" } else { "" };
        story.say(&format!("{}{age}{died}", condition.condition.label()));
    }
    for note in &member.note {
        story.say(note);
    }
    story
}
