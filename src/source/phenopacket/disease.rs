//! Disease: a cancer where something sound says so, else a condition.
//!
//! | phenopacket | case |
//! | --- | --- |
//! | term | cancer.diagnosis or condition.condition |
//! | excluded | condition.absent |
//! | onset, resolution | onset, ended |
//! | diseaseStage | cancer.stage.value, one a stage, or condition.stage |
//! | clinicalTnmFinding | cancer.stage.t, n, m by the letter in the label; of no cancer: a note |
//! | primarySite, laterality | site, side |

use crate::case::read::{At, Many};
use crate::case::{Cancer, CancerKind, Concept, Condition, Stage, StageType};
use crate::instance::NodeRef;
use crate::source::malignancy::is_secondary;

use super::index::Codes;
use super::individual::told;
use super::malignancy::{self, Signs};
use super::message::Packet;
use super::time::in_words;

/// What a Disease came to.
pub(super) enum Disease {
    Cancer(Box<Cancer>),
    Condition(Box<Condition>),
}

pub(super) fn read<'n>(packet: &mut Packet<'n, '_>, node: NodeRef<'n>, tumours: &Codes) -> Option<Disease> {
    let at = At(node.span());
    let term = packet.required(node, "term");
    let excluded = packet.flag(node, "excluded");
    let (onset, ended) = (packet.time(node, "onset"), packet.time(node, "resolution"));
    let stages = packet.concepts(node, "diseaseStage");
    let tnm = packet.concepts(node, "clinicalTnmFinding");
    let site = packet.concept(node, "primarySite");
    let side = packet.concept(node, "laterality");
    let mut note = packet.rest(node);
    let term = term?;
    let signs = Signs { has_tnm: !tnm.is_empty(), has_stage: !stages.is_empty(), has_site: site.is_some(), tumours };
    if !excluded && malignancy::is_cancer(&term, &signs) {
        let key = packet.keys.of("disease", &term);
        let mut list = tnm_stages(&tnm, Some(StageType::Clinical), at, &mut note);
        list.extend(stages.into_iter().map(|value| Stage { value: Some(value), ..stage(at) }));
        for stage in &mut list {
            stage.key = Some(packet.keys.give("stage", &key.name, at));
        }
        let kind = is_secondary(&term).then_some(CancerKind::Secondary);
        // A metastasis is elsewhere than where its primary is.
        let (site, origin) = if kind.is_some() { (None, site) } else { (site, None) };
        note.extend(origin.as_ref().map(|origin| told("Primary site", origin)));
        return Some(Disease::Cancer(Box::new(Cancer {
            key: Some(key),
            kind,
            diagnosis: term,
            site: Many(site.into_iter().collect()),
            side,
            onset,
            ended,
            stage: Many(list),
            note: Many(note),
            ..cancer(at)
        })));
    }
    note.extend(tnm.iter().map(|finding| told("TNM finding", finding)));
    // What was excluded did not end, and has no stage; what the packet says of it all the same stays in words.
    let (ended, stages) = match excluded {
        true => {
            note.extend(ended.map(|ended| format!("Resolution: {}", in_words(&ended))));
            note.extend(stages.iter().map(|stage| told("Stage", stage)));
            (None, Vec::new())
        }
        false => (ended, stages),
    };
    Some(Disease::Condition(Box::new(Condition {
        key: Some(packet.keys.of("disease", &term)),
        identifier: Many::default(),
        condition: term,
        kind: None,
        category: Many::default(),
        absent: excluded.then_some(true),
        severity: None,
        status: None,
        certainty: None,
        onset,
        diagnosed: None,
        ended,
        site: Many(site.into_iter().collect()),
        side,
        stage: Many(stages),
        due_to: Many::default(),
        note: Many(note),
        at,
    })))
}

fn cancer(at: At) -> Cancer {
    Cancer {
        key: None,
        identifier: Many::default(),
        kind: None,
        diagnosis: Concept::default(),
        category: Many::default(),
        histology: None,
        site: Many::default(),
        side: None,
        site_qualifier: Many::default(),
        onset: None,
        diagnosed: None,
        ended: None,
        status: None,
        certainty: None,
        of: None,
        evolved_from: None,
        grade: None,
        stage: Many::default(),
        note: Many::default(),
        at,
    }
}

/// A stage that says nothing yet.
pub(super) fn stage(at: At) -> Stage {
    Stage {
        key: None,
        system: None,
        kind: None,
        date: None,
        t: None,
        n: None,
        m: None,
        group: None,
        value: None,
        note: Many::default(),
        at,
    }
}

/// The stages that TNM findings make: one, or more where a letter comes twice. A finding without a letter is a remark.
pub(super) fn tnm_stages(findings: &[Concept], kind: Option<StageType>, at: At, note: &mut Vec<String>) -> Vec<Stage> {
    let mut list: Vec<Stage> = Vec::new();
    for finding in findings {
        let Some((letter, category)) = category(finding.label()) else {
            note.push(told("TNM finding", finding));
            continue;
        };
        let slot = |stage: &mut Stage| match letter {
            'T' => stage.t.is_none(),
            'N' => stage.n.is_none(),
            _ => stage.m.is_none(),
        };
        if !list.last_mut().is_some_and(slot) {
            list.push(stage(at));
        }
        let Some(stage) = list.last_mut() else { continue };
        let value = Some(Concept { text: Some(category.to_owned()), ..finding.clone() });
        // Where the label is not the code's display as well, the category is not all of it.
        if finding.codings.first().is_none_or(|coding| coding.display != finding.text) {
            stage.note.0.push(told("TNM finding", finding));
        }
        match letter {
            'T' => stage.t = value,
            'N' => stage.n = value,
            _ => stage.m = value,
        }
    }
    for stage in &mut list {
        // A category with the letter of the other staging says more than the member it stands in.
        let texts = [&stage.t, &stage.n, &stage.m].into_iter().flatten().filter_map(|value| value.text.as_deref());
        let other = if kind == Some(StageType::Clinical) { 'p' } else { 'c' };
        let differs = texts.into_iter().any(|text| text.trim_start_matches(['y', 'r', 'a']).starts_with(other));
        stage.kind = kind.filter(|_| !differs);
    }
    list
}

/// The category in a label, and its letter: `pT2b` of "pT2b Stage Finding", `cM0` of "Retinoblastoma cM0 TNM Finding v8".
fn category(label: &str) -> Option<(char, &str)> {
    let is_category = |word: &&str| {
        let bare = word.trim_start_matches(['y', 'r', 'a', 'c', 'p']);
        let mut rest = bare.chars();
        let letter = rest.next().is_some_and(|letter| matches!(letter, 'T' | 'N' | 'M'));
        let value = rest.as_str();
        letter
            && (value.starts_with(|c: char| c.is_ascii_digit() || c == 'X') || matches!(value, "is" | "a"))
            && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '(' | ')'))
    };
    let word = label.split_whitespace().find(is_category)?;
    let letter = word.trim_start_matches(['y', 'r', 'a', 'c', 'p']).chars().next()?;
    Some((letter, word))
}
