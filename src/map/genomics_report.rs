//! mCODE Genomics Report (DiagnosticReport); of a case that is none of cancer FHIR's DiagnosticReport.
//!
//! | case | FHIR |
//! | --- | --- |
//! | genomic_reports.test | DiagnosticReport.code: LOINC 51969-4 with the test's words |
//! | conclusion, note | conclusion; remarks follow it, because the report has no notes |
//! | preliminary, diagnosis | status, conclusionCode |
//! | date, specimen, performer | effective, specimen, performer (its name) |
//! | the variants that name the report, the findings `of` it | result |

use super::context::{MapContext, Placement};
use super::observation::is_date;
use super::output::Section;
use crate::case::{Concept, Item};
use crate::fhir::canonicals::{DIAGNOSTIC_REPORT, GENOMICS_REPORT};
use crate::fhir::codes::DiagnosticReportStatus;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{DiagnosticReport, DiagnosticReportEffective};
use crate::fhir::{Built, ResourceType, datatypes};
use crate::terminology::{Domain, systems};

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for report in &cx.case.genomic_reports {
        let identity = report.identity();
        let code = [(systems::LOINC, "51969-4", "Genetic analysis report")];
        let mut code = datatypes::codeable(&code, Some(report.test.label()))?;
        for coding in cx.codings(&[], &report.test) {
            code.coding.push(Some(datatypes::coding(&coding)?));
        }
        let status = match report.preliminary {
            Some(true) => DiagnosticReportStatus::Preliminary,
            _ => DiagnosticReportStatus::Final,
        };
        let mut typed = DiagnosticReport::builder().status(status).code(code).build()?;
        let category = [("http://terminology.hl7.org/CodeSystem/v2-0074", "GE", "Genetics")];
        typed.category = vec![Some(datatypes::codeable(&category, None)?)];
        typed.subject = Some(cx.subject()?);
        let when = (DiagnosticReportEffective::DateTime, DiagnosticReportEffective::Period);
        typed.effective = cx.time(report.date.as_ref(), when.0, when.1)?;
        let specimen = report.specimen.as_ref().map(|link| cx.link(link)).transpose()?.flatten();
        typed.specimen = specimen.map(Some).into_iter().collect();
        if let Some(performer) = &report.performer {
            typed.performer = vec![Some(datatypes::reference(None, Some(performer))?)];
        }
        for variant in &cx.case.variants {
            if report.key.is_some() && variant.report == report.key {
                let id = cx.id(ResourceType::Observation, &variant.identity(), "");
                typed.result.push(Some(cx.refer(ResourceType::Observation, id, Some(&variant.label()))?));
            }
        }
        for finding in &cx.case.findings {
            if report.key.as_ref().is_some_and(|key| finding.of.contains(key)) {
                let id = cx.id(ResourceType::Observation, &finding.identity(), "");
                typed.result.push(Some(cx.refer(ResourceType::Observation, id, Some(finding.finding.label()))?));
            }
        }
        let words: Vec<&str> = report.conclusion.iter().chain(&report.note).map(String::as_str).collect();
        typed.conclusion = (!words.is_empty()).then(|| words.join("\n"));
        typed.conclusion_code = cx.codeables(&[Domain::Cancer, Domain::Condition], &report.diagnosis)?;
        let profile = match is_date(report.date.as_ref()) {
            _ if !cx.is_oncology() => DIAGNOSTIC_REPORT,
            true => GENOMICS_REPORT,
            false => {
                cx.wider(report.at, "mCODE's genomics report has a date, and this one has a period");
                DIAGNOSTIC_REPORT
            }
        };
        let mut story = Story::new("Genomics report");
        story.say(report.test.label());
        story.add_some("date", report.date.as_ref().map(ToString::to_string));
        story.add_some("by", report.performer.as_deref());
        story.add("concludes", &words.join(" "));
        story.add("diagnosis", &report.diagnosis.iter().map(Concept::label).collect::<Vec<_>>().join(", "));
        let placement = Placement { identity: &identity, part: "", profile, section: Section::Genomics, at: report.at };
        cx.place(typed, report.test.label(), story, &placement)?;
    }
    Ok(())
}
