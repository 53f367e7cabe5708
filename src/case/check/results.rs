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
    for event in &case.adverse_events {
        deny(&event.event, "leave it out, or write it under `findings` with `absent: true`");
    }
    for condition in case.family_history.iter().flat_map(|member| &member.condition) {
        deny(&condition.condition, "leave it out, or write it under `history` with `kind: family`");
    }
}

/// Words that doubt must not stand where the output would assert them, unless the case says how sure it is.
pub(super) fn check_doubts(case: &Case, issues: &mut Issues) {
    let mut doubt = |concept: &Concept, sure: bool, help: &str| {
        if !sure && concept.codings.is_empty() && negation::is_doubtful(concept.label()) {
            let message = "these words doubt what they name, and the field says that it is there";
            report(issues, Code::DoubtfulWords, concept.at, message, help);
        }
    };
    let certainty = "name it without the doubt, and say `certainty: unconfirmed`, `provisional` or `differential`";
    for finding in case.findings.iter().filter(|finding| finding.value.is_none()) {
        doubt(&finding.finding, false, "write it under `conditions` with `certainty: unconfirmed`");
    }
    for condition in &case.conditions {
        doubt(&condition.condition, condition.certainty.is_some(), certainty);
    }
    for cancer in &case.cancers {
        doubt(&cancer.diagnosis, cancer.certainty.is_some(), certainty);
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
    for finding in &case.findings {
        // A value that has a code is one of a code system's answers.
        let uncoded = |value: &&Value| !matches!(value, Value::Concept(concept) if !concept.codings.is_empty());
        let word = finding.value.as_ref().filter(uncoded).map(ToString::to_string).unwrap_or_default().to_lowercase();
        if matches!(word.as_str(), "no" | "yes" | "none") {
            let help = "say `absent: true` for no, and leave `value` out for yes";
            report(issues, Code::Contradiction, finding.at, "yes and no are no values of a finding", help);
        }
    }
    for range in case.labs.iter().filter_map(|lab| lab.reference_range.as_ref()) {
        let number =
            |quantity: &Option<Quantity>| match quantity.as_ref().map(|quantity| (&quantity.amount, &quantity.unit)) {
                Some((Amount::Exact(value), unit)) => Some((value.approximate(), unit.clone())),
                _ => None,
            };
        if let (Some(low), Some(high)) = (number(&range.low), number(&range.high))
            && low.1 == high.1
            && low.0 > high.0
        {
            report(
                issues,
                Code::Contradiction,
                range.at,
                "the lowest normal value is above the highest",
                "exchange them",
            );
        }
    }
    check_life(&case.patient, issues);
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

/// A life begins before it ends, and has its length.
fn check_life(patient: &Patient, issues: &mut Issues) {
    if let (Some(born), Some(Deceased::Date(died))) = (&patient.birth_date, &patient.deceased)
        && born.compare(died) == Some(std::cmp::Ordering::Greater)
    {
        report(
            issues,
            Code::Contradiction,
            patient.at,
            "the patient died before being born",
            "correct one of the dates",
        );
    }
    if let Some(age) = patient.age.as_ref().filter(|age| age.unit == "a" && age.value.approximate() > 150.0) {
        report(issues, Code::OutOfRange, age.at, "nobody lives that long", "correct the age, or write its unit");
    }
}
