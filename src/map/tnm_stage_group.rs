//! mCODE TNM Stage Group, T, N and M categories, and Cancer Stage for other systems.
//!
//! | case | FHIR |
//! | --- | --- |
//! | cancers.stage.t, n, m | Observation, one each: TNM Primary Tumor, Regional Nodes, Distant Metastases Category |
//! | stage.group | Observation TNM Stage Group with the categories as hasMember |
//! | stage.value | Observation Cancer Stage |
//! | stage.kind, or the letter before the category | which staging it is: clinical, pathological, or not said |
//! | stage.system | method; none: data-absent-reason `unknown`, because TNM demands one |
//! | the cancer | focus; and Condition.stage refers back to group or value |

use super::context::{MapContext, Placement};
use super::observation::{effective, notes, observation, worded_category};
use super::output::Section;
use crate::case::{Cancer, CancerKind, Concept, Item, Key, Stage, StageType};
use crate::fhir::canonicals::{
    CANCER_STAGE, SIMPLE_OBSERVATION, TNM_DISTANT_METASTASES_CATEGORY, TNM_PRIMARY_TUMOR_CATEGORY,
    TNM_REGIONAL_NODES_CATEGORY, TNM_STAGE_GROUP,
};
use crate::fhir::narrative::Story;
use crate::fhir::resources::{ConditionStage, Observation, ObservationValue};
use crate::fhir::types::{CodeableConcept, Reference};
use crate::fhir::{Built, ResourceType, datatypes, extensions};
use crate::terminology::{Domain, systems};

/// What the three categories differ in. Codes: mCODE 4.0.0, value sets mcode-tnm-*-staging-type-vs.
struct Category {
    part: &'static str,
    title: &'static str,
    profile: &'static str,
    domain: Domain,
    /// Not said, clinical, pathological.
    codes: [(&'static str, &'static str); 3],
    value: fn(&Stage) -> Option<&Concept>,
}

const CATEGORIES: [Category; 3] = [
    Category {
        part: "t",
        title: "T category",
        profile: TNM_PRIMARY_TUMOR_CATEGORY,
        domain: Domain::TnmT,
        codes: [("78873005", "T category"), ("399504009", "cT category"), ("384625004", "pT category")],
        value: |stage| stage.t.as_ref(),
    },
    Category {
        part: "n",
        title: "N category",
        profile: TNM_REGIONAL_NODES_CATEGORY,
        domain: Domain::TnmN,
        codes: [("277206009", "N category"), ("399534004", "cN category"), ("371494008", "pN category")],
        value: |stage| stage.n.as_ref(),
    },
    Category {
        part: "m",
        title: "M category",
        profile: TNM_DISTANT_METASTASES_CATEGORY,
        domain: Domain::TnmM,
        codes: [("277208005", "M category"), ("399387003", "cM category"), ("371497001", "pM category")],
        value: |stage| stage.m.as_ref(),
    },
];

/// Codes of stage groups: mCODE 4.0.0, value set mcode-tnm-stage-group-staging-type-vs.
const GROUPS: [(&str, &str); 3] = [
    ("399390009", "TNM stage grouping"),
    ("399537006", "Clinical TNM stage grouping"),
    ("399588009", "Pathologic TNM stage grouping"),
];

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for cancer in &cx.case.cancers {
        let parent = cancer.identity();
        for stage in &cancer.stage {
            let identity = stage.identity_in(&parent);
            let focus = focus(cx, cancer, &parent)?;
            if focus.is_none() {
                cx.wider(
                    stage.at,
                    "mCODE's stages have a primary cancer as their focus, and this cancer is linked to none",
                );
            }
            let mut members = Vec::new();
            for category in &CATEGORIES {
                if let Some(value) = (category.value)(stage) {
                    members.push(category.map(cx, stage, value, &identity, focus.as_ref())?);
                }
            }
            match &stage.group {
                Some(group) if is_tnm(stage) => stage_group(cx, stage, group, &identity, focus.as_ref(), members)?,
                Some(group) => cancer_stage(cx, stage, group, "", &identity, focus.as_ref())?,
                None => {}
            }
            if let Some(value) = &stage.value {
                let part = if stage.group.is_some() { "value" } else { "" };
                cancer_stage(cx, stage, value, part, &identity, focus.as_ref())?;
            }
        }
    }
    Ok(())
}

/// The primary cancer that a stage is of: the cancer itself, or the one that it is a metastasis or recurrence of.
fn focus(cx: &MapContext<'_>, cancer: &Cancer, identity: &str) -> Built<Option<Reference>> {
    let is_primary = |cancer: &Cancer| cancer.kind.unwrap_or(CancerKind::Primary) == CancerKind::Primary;
    if is_primary(cancer) {
        let id = cx.id(ResourceType::Condition, identity, "");
        return cx.refer(ResourceType::Condition, id, Some(cancer.diagnosis.label())).map(Some);
    }
    let named = |key: &Key| cx.case.cancers.iter().find(|other| other.key.as_ref() == Some(key));
    match &cancer.of {
        Some(of) if named(of).is_some_and(is_primary) => cx.link(of),
        _ => Ok(None),
    }
}

/// Whether the case says that a staging is AJCC's. The codes of mCODE's value sets are AJCC's own; UICC's categories, and those of
/// which nobody says by which system they were staged, stay words.
fn is_ajcc(stage: &Stage) -> bool {
    let words = stage.system.as_ref().map(|system| system.label().to_lowercase()).unwrap_or_default();
    words.contains("ajcc") || words.contains("american joint committee")
}

/// The value of a category or group, with AJCC's code where it is one.
fn staged(cx: &mut MapContext<'_>, stage: &Stage, domain: Domain, value: &Concept) -> Built<CodeableConcept> {
    if is_ajcc(stage) { cx.codeable(&[domain], value) } else { cx.words_only(&[domain], value) }
}

/// Whether a stage's group is one of TNM: FIGO's, Rai's and Ann Arbor's groups look alike and mean something else.
fn is_tnm(stage: &Stage) -> bool {
    let Some(system) = &stage.system else { return true };
    let words = system.label().to_lowercase();
    ["ajcc", "uicc", "tnm"].iter().any(|word| words.contains(word))
}

/// 0 not said, 1 clinical, 2 pathological: by the letter before the category, else by what the case says of the staging.
fn basis(stage: &Stage, value: &Concept) -> usize {
    let letter = value.text.as_deref().and_then(|text| text.trim_start_matches(['y', 'r', 'a']).chars().next());
    match (letter, stage.kind) {
        // There is no pM0, and a bare M1 of a pathological staging may be either.
        (Some('M'), Some(StageType::Pathological)) => 0,
        (Some('c'), _) => 1,
        (Some('p'), _) | (_, Some(StageType::Pathological)) => 2,
        (_, Some(StageType::Clinical)) => 1,
        (_, None) => 0,
    }
}

/// The codes of a category need its letter: `T2` in a clinical staging is `cT2`.
fn lettered(value: &Concept, basis: usize) -> Concept {
    let letter = ["", "c", "p"].get(basis).copied().unwrap_or_default();
    let bare = value.text.as_deref().filter(|text| text.starts_with(['T', 'N', 'M']));
    match bare {
        Some(text) if !letter.is_empty() => Concept { text: Some(format!("{letter}{text}")), ..value.clone() },
        _ => value.clone(),
    }
}

fn method(cx: &mut MapContext<'_>, stage: &Stage) -> Built<Option<CodeableConcept>> {
    if let Some(system) = &stage.system {
        return cx.codeable(&[Domain::StagingMethod], system).map(Some);
    }
    let mut method = datatypes::concept(Vec::new(), None)?;
    method.extension = vec![extensions::absent("unknown")?];
    Ok(Some(method))
}

impl Category {
    fn map(
        &self,
        cx: &mut MapContext<'_>,
        stage: &Stage,
        value: &Concept,
        identity: &str,
        focus: Option<&Reference>,
    ) -> Built<Option<Reference>> {
        let basis = basis(stage, value);
        let (code, display) = self.codes.get(basis).copied().unwrap_or_default();
        let code = datatypes::codeable(&[(systems::SNOMED_CT, code, display)], None)?;
        let mut observation = observation(cx, code)?;
        let mut typed = staged(cx, stage, self.domain, &lettered(value, basis))?;
        typed.text.clone_from(&value.text);
        observation.value = Some(ObservationValue::CodeableConcept(typed));
        finish(cx, stage, &mut observation, focus)?;
        let story = story(self.title, stage, value);
        let profile = if focus.is_some() { self.profile } else { SIMPLE_OBSERVATION };
        let placement = Placement { identity, part: self.part, profile, section: Section::Cancer, at: stage.at };
        let id = cx.place(observation, &format!("{} {}", self.title, value.label()), story, &placement)?;
        cx.refer(ResourceType::Observation, id, Some(value.label())).map(Some)
    }
}

fn stage_group(
    cx: &mut MapContext<'_>,
    stage: &Stage,
    group: &Concept,
    identity: &str,
    focus: Option<&Reference>,
    members: Vec<Option<Reference>>,
) -> Built<()> {
    let basis = match stage.kind {
        Some(StageType::Clinical) => 1,
        Some(StageType::Pathological) => 2,
        None => 0,
    };
    let (code, display) = GROUPS.get(basis).copied().unwrap_or_default();
    let mut observation = observation(cx, datatypes::codeable(&[(systems::SNOMED_CT, code, display)], None)?)?;
    observation.value = Some(ObservationValue::CodeableConcept(staged(cx, stage, Domain::TnmStageGroup, group)?));
    observation.has_member = members;
    finish(cx, stage, &mut observation, focus)?;
    let story = story("Stage group", stage, group);
    let profile = if focus.is_some() { TNM_STAGE_GROUP } else { SIMPLE_OBSERVATION };
    let placement = Placement { identity, part: "", profile, section: Section::Cancer, at: stage.at };
    cx.place(observation, &format!("Stage group {}", group.label()), story, &placement)?;
    Ok(())
}

fn cancer_stage(
    cx: &mut MapContext<'_>,
    stage: &Stage,
    value: &Concept,
    part: &'static str,
    identity: &str,
    focus: Option<&Reference>,
) -> Built<()> {
    // What the staging is, is named by its system; the values of most systems are only known together with it.
    let named = stage.system.clone().unwrap_or_else(|| Concept::of_text("Cancer stage", stage.at));
    let code = match stage.system.is_some() {
        true => cx.codeable(&[Domain::CancerStageType, Domain::StagingMethod], &named)?,
        false => datatypes::concept(Vec::new(), named.text.as_deref())?,
    };
    let mut observation = observation(cx, code)?;
    let mut typed = cx.codeable(&[Domain::CancerStageValue], &named_value(stage, value))?;
    typed.text.clone_from(&value.text);
    observation.value = Some(ObservationValue::CodeableConcept(typed));
    finish(cx, stage, &mut observation, focus)?;
    if stage.system.is_none() {
        observation.method = None;
    }
    let story = story("Cancer stage", stage, value);
    let profile = if focus.is_some() { CANCER_STAGE } else { SIMPLE_OBSERVATION };
    let placement = Placement { identity, part, profile, section: Section::Cancer, at: stage.at };
    cx.place(observation, &format!("Stage {}", value.label()), story, &placement)?;
    Ok(())
}

/// A value with the name of its system before it, as lexicons know it: `Rai II`.
fn named_value(stage: &Stage, value: &Concept) -> Concept {
    match (&stage.system, &value.text) {
        (Some(system), Some(text)) if !text.to_lowercase().starts_with(&system.label().to_lowercase()) => {
            Concept { text: Some(format!("{} {text}", system.label())), ..value.clone() }
        }
        _ => value.clone(),
    }
}

fn finish(
    cx: &mut MapContext<'_>,
    stage: &Stage,
    observation: &mut Observation,
    focus: Option<&Reference>,
) -> Built<()> {
    observation.category = worded_category("staging")?;
    observation.focus = focus.cloned().map(Some).into_iter().collect();
    observation.effective = effective(cx, stage.date.as_ref())?;
    observation.method = method(cx, stage)?;
    observation.note = notes(&stage.note, Vec::new())?;
    Ok(())
}

fn story(title: &str, stage: &Stage, value: &Concept) -> Story {
    let mut story = Story::new(title);
    story.say(value.label());
    story.add_some("staging", stage.kind.map(StageType::term));
    story.add_some("system", stage.system.as_ref().map(Concept::label));
    story.add_some("date", stage.date.as_ref().map(ToString::to_string));
    for note in &stage.note {
        story.say(note);
    }
    story
}

/// The stages of a cancer as its Condition refers to them.
pub(super) fn stages_of(cx: &mut MapContext<'_>, cancer: &Cancer) -> Built<Vec<Option<ConditionStage>>> {
    let parent = cancer.identity();
    let mut list = Vec::new();
    if focus(cx, cancer, &parent)?.is_none() {
        return Ok(list);
    }
    for stage in &cancer.stage {
        let identity = stage.identity_in(&parent);
        let parts = [(&stage.group, "", Domain::TnmStageGroup), (&stage.value, "value", Domain::CancerStageValue)];
        for (value, part, domain) in parts {
            let Some(value) = value else { continue };
            let part = if stage.group.is_some() { part } else { "" };
            let id = cx.id(ResourceType::Observation, &identity, part);
            let mut typed = ConditionStage::builder().build()?;
            let mut summary = match domain {
                Domain::TnmStageGroup if is_ajcc(stage) => cx.quietly(&[domain], value)?,
                Domain::TnmStageGroup if is_tnm(stage) => cx.quietly(&[], value)?,
                _ => cx.quietly(&[Domain::CancerStageValue], &named_value(stage, value))?,
            };
            summary.text = Some(value.label().to_owned());
            typed.summary = Some(summary);
            typed.assessment = vec![Some(cx.refer(ResourceType::Observation, id, Some(value.label()))?)];
            list.push(Some(typed));
        }
    }
    Ok(list)
}
