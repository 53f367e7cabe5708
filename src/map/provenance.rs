//! Where the resources come from, as FHIR Provenance.
//!
//! | case | FHIR |
//! | --- | --- |
//! | all resources | target |
//! | id, title | entity.what: identifier and display of the case itself |
//! | source.doi, url, citation, title | entity.what: identifier, display |
//! | source.authors | agents of type author, by name |
//! | source.licence, published, note | entity.what's display |
//! | recorded | recorded; none: data-absent-reason `unknown` |
//! | this program | agent of type assembler |

use super::context::{MapContext, Placement};
use super::observation::nowhere;
use super::output::Section;
use crate::case::{Citation, Date};
use crate::fhir::canonicals::PROVENANCE;
use crate::fhir::codes::ProvenanceEntityRole;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{Provenance, ProvenanceAgent, ProvenanceEntity};
use crate::fhir::types::{Identifier, Reference};
use crate::fhir::{Built, ResourceType, datatypes, extensions};

/// How this program names itself in what it makes; without a version, so that a new one makes the same bytes.
pub(crate) const PROGRAM: &str = "case2fhir";

pub(super) fn map(cx: &mut MapContext<'_>, recorded: Option<&Date>) -> Built<()> {
    let source = cx.case.source.as_ref();
    let moment = recorded.map_or("", Date::as_str);
    let typed_moment = datatypes::instant(moment, &mut cx.lexicals);
    let mut targets = Vec::new();
    for entry in cx.entries() {
        targets.push(Some(cx.refer(entry.resource.resource_type(), entry.id, None)?));
    }
    let mut agents = vec![Some(agent("assembler", "Assembler", PROGRAM)?)];
    for author in source.iter().flat_map(|source| &source.authors) {
        agents.push(Some(agent("author", "Author", author)?));
    }
    let mut provenance = Provenance::builder().recorded(typed_moment).target(targets).agent(agents).build()?;
    if moment.is_empty() {
        provenance.recorded_ext = Some(extensions::absent_field("unknown")?);
    }
    let title = cx.case.title.as_deref().unwrap_or("Case");
    let mut record = datatypes::reference(None, Some(title))?;
    record.identifier = Some(Identifier::builder().value(cx.case.id.name.clone()).build()?);
    provenance.entity.push(Some(entity(record)?));
    let mut story = Story::new("Source");
    story.add("case", title);
    if let Some(source) = source {
        let mut publication = datatypes::reference(None, Some(&cite(source)))?;
        publication.identifier = match (&source.doi, &source.url) {
            (Some(doi), _) => Some(datatypes::identifier("https://doi.org", doi)?),
            (None, Some(url)) => Some(datatypes::identifier("urn:ietf:rfc:3986", url)?),
            (None, None) => None,
        };
        provenance.entity.push(Some(entity(publication)?));
        story.say(&cite(source));
    }
    let id = cx.id(ResourceType::Provenance, "source", "");
    let placement =
        Placement { identity: "source", part: "", profile: PROVENANCE, section: Section::Provenance, at: nowhere() };
    cx.place_unidentified(provenance, id, "Source", story, &placement)?;
    Ok(())
}

fn entity(what: Reference) -> Built<ProvenanceEntity> {
    ProvenanceEntity::builder().role(ProvenanceEntityRole::Source).what(what).build()
}

fn agent(code: &str, display: &str, name: &str) -> Built<ProvenanceAgent> {
    let kind = [("http://terminology.hl7.org/CodeSystem/provenance-participant-type", code, display)];
    let mut agent = ProvenanceAgent::builder().who(datatypes::reference(None, Some(name))?).build()?;
    agent.r#type = Some(datatypes::codeable(&kind, None)?);
    Ok(agent)
}

/// The source in one line, with all that the case says of it.
pub(crate) fn cite(source: &Citation) -> String {
    let labelled = |label: &str, text: &Option<String>| text.as_ref().map(|text| format!("{label} {text}"));
    let citation = source.citation.clone();
    let said = |text: &String| citation.as_ref().is_some_and(|citation| citation.contains(text.as_str()));
    let mut parts = Vec::new();
    parts.extend(citation.clone());
    parts.extend(source.title.clone().filter(|title| !said(title)));
    parts.extend(source.published.as_ref().map(|date| format!("published {}", date.as_str())));
    parts.extend(labelled("doi:", &source.doi).map(|doi| doi.replace("doi: ", "doi:")));
    parts.extend(source.url.clone());
    parts.extend(labelled("licence", &source.licence));
    parts.extend(source.note.iter().cloned());
    parts.join(". ")
}
