//! The Composition at the head of a document: who, when, and the resources in sections by kind.

use crate::case::{At, Case, Date};
use crate::fhir::canonicals::COMPOSITION;
use crate::fhir::codes::CompositionStatus;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{Composition, CompositionSection};
use crate::fhir::types::Meta;
use crate::fhir::{Built, ResourceType, datatypes, extensions};
use crate::issue::{Code, Issue, Issues, Span};
use crate::map::provenance::{PROGRAM, cite};
use crate::map::{Entry, Output, Section};
use crate::terminology::systems;

/// Puts a Composition before the other entries.
pub(super) fn prepend(case: &Case, output: &mut Output, timestamp: Option<&Date>, issues: &mut Issues) {
    match composition(case, output, timestamp) {
        Ok(entry) => output.entries.insert(0, entry),
        Err(error) => {
            let issue = Issue::new(Code::Internal, format!("the Composition was left incomplete: {error}"));
            issues.add(issue.help("this is a defect of case2fhir; please report it"));
        }
    }
}

fn composition(case: &Case, output: &mut Output, timestamp: Option<&Date>) -> Built<Entry> {
    let id = output.scope.id(ResourceType::Composition, "composition", "");
    let source = case.source.as_ref();
    // Composition.date and author are those of this document, not of the publication: that stands in the Provenance.
    let date = timestamp;
    let title = case.title.as_deref().or(source.and_then(|source| source.title.as_deref()));
    let title = title.unwrap_or(if case.oncology == Some(false) { "Case" } else { "Oncology case" }).to_owned();
    let typed_date = match date {
        Some(date) => datatypes::date_time(date, &mut output.lexicals),
        None => crate::fhir::TypedDateTime::DateTime(datatypes::instant("", &mut output.lexicals)),
    };
    // LOINC 34133-9 is the type of documents that tell of an episode of care (FHIR R4, value set doc-typecodes).
    let kind = [(systems::LOINC, "34133-9", "Summarization of episode note")];
    let authors = vec![Some(datatypes::reference(None, Some(PROGRAM))?)];
    let mut typed = Composition::builder()
        .status(CompositionStatus::Final)
        .r#type(datatypes::codeable(&kind, None)?)
        .date(typed_date)
        .title(title.clone())
        .author(authors)
        .build()?;
    if date.is_none() {
        typed.date_ext = Some(extensions::absent_field("unknown")?);
    }
    typed.identifier = Some(datatypes::identifier("urn:ietf:rfc:3986", &format!("urn:uuid:{id}"))?);
    let patient = output.entries.iter().find(|entry| entry.section == Section::Patient);
    typed.subject = patient.map(reference).transpose()?;
    for (section, title, code) in SECTIONS {
        let entries: Vec<&Entry> = output.entries.iter().filter(|entry| entry.section == *section).collect();
        if !entries.is_empty() {
            typed.section.push(Some(section_of(title, *code, &entries)?));
        }
    }
    let mut meta = Meta::builder().build()?;
    meta.profile = vec![Some(COMPOSITION.to_owned())];
    typed.id = Some(id.to_string());
    typed.meta = Some(meta);
    let mut story = Story::new(&title);
    story.add_some("date", date.map(Date::as_str));
    story.add_some("source", source.map(cite));
    typed.text = Some(datatypes::narrative(story.finish())?);
    Ok(Entry { resource: typed.into(), id, section: Section::Patient, title, at: At(Span::EMPTY) })
}

/// A LOINC code with its display.
type LoincCode = (&'static str, &'static str);

/// Sections in order, with LOINC's codes for them where it has one that fits (FHIR R4, value set doc-section-codes).
const SECTIONS: &[(Section, &str, Option<LoincCode>)] = &[
    (Section::Cancer, "Cancer, stage and tumours", None),
    (Section::Problems, "Other conditions", Some(("11450-4", ""))),
    (Section::History, "History", Some(("11348-0", "History of Past illness Narrative"))),
    (Section::Findings, "Findings", Some(("29545-1", "Physical findings Narrative"))),
    (Section::VitalSigns, "Vital signs and performance", Some(("8716-3", "Vital signs"))),
    (
        Section::Results,
        "Laboratory, markers and specimens",
        Some(("30954-2", "Relevant diagnostic tests/laboratory data Narrative")),
    ),
    (Section::Genomics, "Genomics", None),
    (Section::Procedures, "Procedures", Some(("47519-4", "History of Procedures Document"))),
    (Section::Radiotherapy, "Radiotherapy", None),
    (Section::Medications, "Drugs", Some(("10160-0", "History of Medication use Narrative"))),
    (Section::Course, "Status and response", None),
    (Section::AdverseEvents, "Adverse events", None),
    (Section::Trials, "Clinical trials", None),
    (Section::Plans, "Treatment plan", Some(("18776-5", ""))),
    (Section::Encounters, "Encounters and appointments", Some(("46240-8", ""))),
    (Section::Provenance, "Source", None),
];

fn section_of(title: &str, code: Option<LoincCode>, entries: &[&Entry]) -> Built<CompositionSection> {
    let mut section = CompositionSection::builder().title(title.to_owned()).build()?;
    if let Some((code, display)) = code {
        section.code = Some(datatypes::codeable(&[(systems::LOINC, code, display)], None)?);
    }
    // The section tells what its resources tell, a paragraph each.
    let mut div = String::from("<div xmlns=\"http://www.w3.org/1999/xhtml\">");
    for entry in entries {
        let told = entry.resource.narrative();
        let inner = told.split_once('>').and_then(|(_, rest)| rest.strip_suffix("</div>"));
        div.push_str(inner.unwrap_or_default());
        section.entry.push(Some(reference(entry)?));
    }
    div.push_str("</div>");
    section.text = Some(datatypes::narrative(div)?);
    Ok(section)
}

fn reference(entry: &Entry) -> Built<crate::fhir::types::Reference> {
    datatypes::reference(Some(format!("urn:uuid:{}", entry.id)), Some(&entry.title))
}
