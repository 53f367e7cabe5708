//! Results say enough, say one thing, and deny by data rather than by words.

#[allow(clippy::wildcard_imports, reason = "these rules speak of every type of the room")]
use super::super::*;
use super::report;
use crate::issue::{Code, Issues};

/// Words that deny must not stand where the output would assert them.
pub(super) fn check_negations(case: &Case, issues: &mut Issues) {
    let mut deny = |concept: &Concept, help: &str| {
        // Where the case gives a code, the code says what is meant.
        if concept.codings.is_empty() && negation::is_negative(concept.label()) {
            let message =
                "these words say that something is absent or was not done, and the field says that it is there";
            report(issues, Code::NegatedWords, concept.at, message, help);
        }
    };
    for finding in case.findings.iter().filter(|finding| finding.value.is_none()) {
        deny(&finding.finding, "name what was looked for, and say `absent: true`");
    }
    for condition in &case.conditions {
        deny(&condition.condition, "name the condition, and say `absent: true`");
    }
    for cancer in &case.cancers {
        deny(&cancer.diagnosis, "leave it out, or name the cancer and say `certainty: refuted`");
    }
    for medication in &case.medications {
        deny(&medication.drug, "name the drug, and say `status: not-done` with the reason");
    }
    for procedure in &case.procedures {
        deny(&procedure.procedure, "name the procedure, and say `status: not-done` with the reason");
        procedure.complication.iter().for_each(|it| deny(it, "leave it out; say it in a note"));
    }
    for condition in case.family_history.iter().flat_map(|member| &member.condition) {
        deny(&condition.condition, "leave it out, or write it under `history` with `kind: family`");
    }
}

/// Results that say too little, or two things at once.
pub(super) fn check_results(case: &Case, issues: &mut Issues) {
    for marker in &case.markers {
        if marker.result.is_none() && marker.value.is_none() && marker.score.is_empty() {
            report(
                issues,
                Code::MissingField,
                marker.at,
                "the marker has no result",
                "add `result`, `value` or `score`",
            );
        }
    }
    for variant in &case.variants {
        let wild =
            |text: &str| matches!(text.trim().to_lowercase().as_str(), "wild type" | "wild-type" | "wildtype" | "wt");
        let change = variant.change.as_ref().map(Concept::label);
        let texts = [&variant.protein, &variant.coding, &variant.genomic, &variant.cytogenetic];
        let mut words = texts.into_iter().flatten().map(String::as_str).chain(change).peekable();
        let told = words.peek().is_some() || !variant.variation.is_empty();
        if words.any(wild) {
            let help = "say `result: absent`, and leave `wild type` out or put it into a note";
            report(issues, Code::Contradiction, variant.at, "wild type is no variant", help);
        } else if !told && variant.result.is_none() {
            let help = "add `result: present` or `result: absent`, or the change that was found";
            report(issues, Code::MissingField, variant.at, "the variant has neither a change nor a result", help);
        }
    }
    for finding in case.findings.iter().filter(|finding| finding.absent == Some(true)) {
        if finding.severity.is_some() || finding.value.is_some() {
            let help = "leave `absent` out, or leave `severity` and `value` out";
            report(issues, Code::Contradiction, finding.at, "the finding is absent and has a severity or value", help);
        }
    }
    for history in case.history.iter().filter(|history| history.absent == Some(true)) {
        if !history.text.codings.is_empty() {
            let help = "leave `absent` out where the code itself is a negative one; else write it under `conditions` with `absent: true`";
            report(
                issues,
                Code::Contradiction,
                history.at,
                "a code says that the thing is there, and `absent` that it is not",
                help,
            );
        }
    }
    if case.patient.deceased == Some(Deceased::Flag(false))
        && let Some(cause) = &case.patient.cause_of_death
    {
        report(
            issues,
            Code::Contradiction,
            cause.at,
            "the patient lives and has a cause of death",
            "correct one of them",
        );
    }
}
