//! Files that belong to the case, as FHIR R4 DocumentReference.
//!
//! | case | FHIR |
//! | --- | --- |
//! | documents.url | content.attachment.url |
//! | kind, description | type, description |
//! | date | content.attachment.creation; a period in words |
//! | specimen | context.related |
//! | detail, note | description, after it, because a reference to a document has no remarks |

use super::body_site::spelled;
use super::context::{MapContext, Placement};
use super::output::Section;
use crate::case::{Concept, Detail, Document, Item, Time, Value};
use crate::fhir::Built;
use crate::fhir::canonicals::DOCUMENT_REFERENCE;
use crate::fhir::codes::DocumentReferenceStatus;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{DocumentReference, DocumentReferenceContent, DocumentReferenceContext};
use crate::fhir::types::Attachment;

pub(super) fn map(cx: &mut MapContext<'_>) -> Built<()> {
    for document in &cx.case.documents {
        let identity = document.identity();
        let mut attachment = Attachment::builder().url(document.url.clone()).build()?;
        let mut words: Vec<String> = document.description.iter().cloned().collect();
        words.extend(document.detail.iter().map(told));
        match document.date.as_ref().map(|when| &when.time) {
            Some(Time::Date(date)) => attachment.creation = Some(cx.date_time(date)),
            Some(Time::Period { .. }) => words.extend(document.date.iter().map(|when| format!("Made {when}"))),
            None => {}
        }
        words.extend(document.note.iter().cloned());
        let content = DocumentReferenceContent::builder().attachment(attachment).build()?;
        let mut typed = DocumentReference::builder()
            .status(DocumentReferenceStatus::Current)
            .content(vec![Some(content)])
            .build()?;
        typed.subject = Some(cx.subject()?);
        typed.r#type = cx.maybe(&[], document.kind.as_ref())?;
        typed.description = (!words.is_empty()).then(|| words.join("; "));
        if let Some(specimen) = document.specimen.as_ref().map(|link| cx.link(link)).transpose()?.flatten() {
            let mut context = DocumentReferenceContext::builder().build()?;
            context.related = vec![Some(specimen)];
            typed.context = Some(context);
        }
        let placement = Placement {
            identity: &identity,
            part: "",
            profile: DOCUMENT_REFERENCE,
            section: Section::Results,
            at: document.at,
        };
        cx.place(typed, &document.label(), story(document, &words), &placement)?;
    }
    Ok(())
}

fn told(detail: &Detail) -> String {
    let value = match &detail.value {
        Value::Concept(concept) => spelled(concept),
        Value::Quantity(quantity) => quantity.to_string(),
    };
    format!("{}: {value}", detail.name.label())
}

fn story(document: &Document, words: &[String]) -> Story {
    let mut story = Story::new("Document");
    story.say(&document.url);
    story.add_some("kind", document.kind.as_ref().map(Concept::label));
    for words in words {
        story.say(words);
    }
    story
}
