//! What mappers share: the case, the lexicon, ids and links, and the places where resources and issues go.

use std::collections::{HashMap, HashSet};

use crate::case::{self, At, Case, Concept, Date, ItemKind, ItemRef, Link, Quantity, Time, When};
use crate::fhir::datatypes::{self, Measured};
use crate::fhir::ids::IdScope;
use crate::fhir::narrative::Story;
use crate::fhir::resources::{DomainResource, IdentifiableResource};
use crate::fhir::types::{CodeableConcept, Identifier, Meta, Reference};
use crate::fhir::{Built, Resource, ResourceType, Typed, TypedDateTime, codes};
use crate::instance::handle::Lexicals;
use crate::issue::{Code, Issue, Issues, Span};
use crate::terminology::{Coding, Domain, Lexicon, ucum};
use uuid::Uuid;

use super::output::{Entry, Output, Section, Tally};

/// How references are written: by the entries' urn:uuid, or relative to a server's base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReferenceForm {
    /// `urn:uuid:…`, the fullUrl of the target's entry.
    Urn,
    /// `Patient/…`, for bundles whose entries stand alone.
    Relative,
}

/// What a link leads to.
#[derive(Clone, Debug)]
pub struct Target {
    /// What kind of item it is.
    pub kind: ItemKind,
    /// The type of its resource.
    pub resource_type: ResourceType,
    /// The id of its resource.
    pub id: Uuid,
    /// What people call it.
    pub label: String,
}

/// The state of one conversion.
pub struct MapContext<'a> {
    /// The case.
    pub case: &'a Case,
    /// The lexical forms behind typed values.
    pub lexicals: Lexicals,
    lexicon: &'a Lexicon,
    scope: IdScope,
    form: ReferenceForm,
    targets: HashMap<String, Target>,
    patient: Uuid,
    entries: Vec<Entry>,
    tally: Tally,
    reported: HashSet<Span>,
    issues: &'a mut Issues,
}

/// Which resource of which item is being placed, and what it states.
pub struct Placement<'p> {
    /// The item's identity within the case.
    pub identity: &'p str,
    /// Which of the item's resources it is; empty for the main one.
    pub part: &'static str,
    /// The profile that it states.
    pub profile: &'static str,
    /// The section it belongs to.
    pub section: Section,
    /// Where the item stands.
    pub at: At,
}

impl<'a> MapContext<'a> {
    /// The context of a case.
    pub fn new(
        case: &'a Case,
        lexicon: &'a Lexicon,
        scope: IdScope,
        form: ReferenceForm,
        issues: &'a mut Issues,
    ) -> Self {
        let patient = scope.id(ResourceType::Patient, "patient", "");
        let planned = |key: &str| {
            let named = |medication: &&case::Medication| medication.key.as_ref().is_some_and(|own| own.name == key);
            case.medications.iter().find(named).is_some_and(|medication| medication.status == Some(case::Done::Planned))
        };
        let targets = case::items(case).into_iter().filter_map(|item| {
            // A drug that is planned has no administration; links to it lead to its request.
            let is_planned = item.kind == ItemKind::Medication && item.key.as_deref().is_some_and(planned);
            target(item, &scope, is_planned)
        });
        let targets = targets.collect();
        Self {
            case,
            lexicals: Lexicals::default(),
            lexicon,
            scope,
            form,
            targets,
            patient,
            entries: Vec::new(),
            tally: Tally::default(),
            reported: HashSet::new(),
            issues,
        }
    }

    /// What was mapped.
    pub fn finish(self) -> Output {
        Output { scope: self.scope, entries: self.entries, lexicals: self.lexicals, tally: self.tally }
    }

    /// The resources so far.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The id of an item's resource.
    #[must_use]
    pub fn id(&self, resource_type: ResourceType, identity: &str, part: &str) -> Uuid {
        self.scope.id(resource_type, identity, part)
    }

    /// Whether the case is one of cancer, so that mCODE's profiles of patient, drugs, specimens and genomics are true of it.
    #[must_use]
    pub fn is_oncology(&self) -> bool {
        self.case.oncology != Some(false)
    }

    /// Notes that a resource states a wider profile than its kind has, and why.
    pub fn wider(&mut self, at: At, why: &str) {
        self.issues
            .add(Issue::new(Code::WiderProfile, why).at(at.0).help("nothing is lost; the resource only promises less"));
    }

    /// A concept: its words, its codes, and the codes that the lexicon has for its words in the first domain that knows them.
    /// Words without any code are reported, once a place.
    pub fn codeable(&mut self, domains: &[Domain], concept: &Concept) -> Built<CodeableConcept> {
        let codings = self.lexicon.resolve(domains, concept.text.as_deref(), &concept.codings);
        if self.reported.insert(concept.at.0) || concept.at.0 == Span::EMPTY {
            self.tally.concepts += 1;
            if codings.is_empty() {
                self.unmapped(domains, concept);
            }
        }
        let mut typed = Vec::with_capacity(codings.len());
        for coding in &codings {
            typed.push(Some(datatypes::coding(coding)?));
        }
        datatypes::concept(typed, concept.text.as_deref())
    }

    /// The codes that a concept has or gets, without a report.
    #[must_use]
    pub fn codings(&self, domains: &[Domain], concept: &Concept) -> Vec<Coding> {
        self.lexicon.resolve(domains, concept.text.as_deref(), &concept.codings)
    }

    /// The code of one system among those that a concept has or gets.
    #[must_use]
    pub fn code_in(&self, domains: &[Domain], concept: &Concept, system: &str) -> Option<String> {
        self.codings(domains, concept).into_iter().find(|coding| coding.system == system).map(|coding| coding.code)
    }

    /// A concept with the codes that it has or gets, without a report: for a caller that reports itself.
    pub fn quietly(&self, domains: &[Domain], concept: &Concept) -> Built<CodeableConcept> {
        let mut typed = Vec::new();
        for coding in self.codings(domains, concept) {
            typed.push(Some(datatypes::coding(&coding)?));
        }
        datatypes::concept(typed, concept.text.as_deref())
    }

    /// A concept with the case's own codes alone, where the lexicon's would not be right; without any it is reported like other
    /// words that have none.
    pub fn words_only(&mut self, domains: &[Domain], concept: &Concept) -> Built<CodeableConcept> {
        if self.reported.insert(concept.at.0) {
            self.tally.concepts += 1;
            if concept.codings.is_empty() {
                self.unmapped(domains, concept);
            }
        }
        let codings: Built<Vec<_>> = concept.codings.iter().map(|coding| datatypes::coding(coding).map(Some)).collect();
        datatypes::concept(codings?, Some(concept.label()))
    }

    fn unmapped(&mut self, domains: &[Domain], concept: &Concept) {
        self.tally.text_only += 1;
        let names = domains.iter().map(|domain| domain.name()).collect::<Vec<_>>().join(" or ");
        let message = match names.is_empty() {
            true => "these words have no code; they stay words".to_owned(),
            false => format!("no lexicon has a code for these words ({names}); they stay words"),
        };
        let issue = Issue::new(Code::UnmappedText, message).at(concept.at.0).value(concept.label());
        self.issues.add(issue.help("add `code: …` here, or a row to a lexicon of your own (--lexicon)"));
    }

    /// Whether a concept has a code of a domain that mCODE binds to as required.
    #[must_use]
    pub fn is_member(&self, domain: Domain, concept: &CodeableConcept) -> bool {
        let codes = concept.coding.iter().flatten().filter_map(|coding| coding.code.as_deref());
        codes.into_iter().any(|code| self.lexicon.is_member(domain, code))
    }

    /// Codes for several concepts.
    pub fn codeables<'c>(
        &mut self,
        domains: &[Domain],
        concepts: impl IntoIterator<Item = &'c Concept>,
    ) -> Built<Vec<Option<CodeableConcept>>> {
        concepts.into_iter().map(|concept| self.codeable(domains, concept).map(Some)).collect()
    }

    /// An optional concept.
    pub fn maybe(&mut self, domains: &[Domain], concept: Option<&Concept>) -> Built<Option<CodeableConcept>> {
        concept.map(|concept| self.codeable(domains, concept)).transpose()
    }

    /// UCUM's code of a quantity's unit; an unknown unit is reported.
    pub fn unit(&mut self, quantity: &Quantity) -> Option<String> {
        let unit = quantity.unit.as_deref()?;
        let code = ucum::code(unit);
        if code.is_none() && self.reported.insert(quantity.at.0) {
            let issue = Issue::new(
                Code::UnknownUnit,
                "UCUM does not know this unit, or it means something else there; it stays text",
            );
            self.issues
                .add(issue.at(quantity.at.0).value(unit).help("write UCUM's code, in its case: mg/dL, 10*9/L, [IU]/L"));
        }
        code
    }

    /// An amount. That it is approximate FHIR has no place for, so it becomes a remark.
    pub fn measured(&mut self, quantity: &Quantity, remarks: &mut Vec<String>) -> Built<Measured> {
        let code = self.unit(quantity);
        if quantity.approximate {
            remarks.push(format!("The value is approximate: {quantity}"));
        }
        datatypes::measured(&quantity.amount, quantity.unit.as_deref(), code.as_deref(), &mut self.lexicals)
    }

    /// A date with its precision.
    pub fn date_time(&mut self, date: &Date) -> TypedDateTime {
        datatypes::date_time(date, &mut self.lexicals)
    }

    /// A date or period as `onset[x]`, `effective[x]` and their like: the date, or else the period.
    pub fn time<T>(
        &mut self,
        when: Option<&When>,
        date: impl FnOnce(TypedDateTime) -> T,
        period: impl FnOnce(crate::fhir::types::Period) -> T,
    ) -> Built<Option<T>> {
        Ok(match when.map(|when| &when.time) {
            None => None,
            Some(Time::Date(at)) => Some(date(self.date_time(at))),
            Some(Time::Period { start, end }) => {
                Some(period(datatypes::period(start.as_ref(), end.as_ref(), &mut self.lexicals)?))
            }
        })
    }

    /// A reference to the patient.
    pub fn subject(&self) -> Built<Reference> {
        datatypes::reference(Some(self.address(ResourceType::Patient, self.patient)), None)
    }

    /// How an entry is referred to.
    #[must_use]
    pub fn address(&self, resource_type: ResourceType, id: Uuid) -> String {
        match self.form {
            ReferenceForm::Urn => format!("urn:uuid:{id}"),
            ReferenceForm::Relative => format!("{}/{id}", resource_type.name()),
        }
    }

    /// A reference to a resource by its id.
    pub fn refer(&self, resource_type: ResourceType, id: Uuid, label: Option<&str>) -> Built<Reference> {
        datatypes::reference(Some(self.address(resource_type, id)), label)
    }

    /// What a link leads to; links were checked when the case was read.
    #[must_use]
    pub fn target(&self, link: &Link) -> Option<&Target> {
        self.targets.get(&link.name)
    }

    /// A reference to what a link leads to.
    pub fn link(&self, link: &Link) -> Built<Option<Reference>> {
        let Some(target) = self.target(link) else { return Ok(None) };
        self.refer(target.resource_type, target.id, Some(&target.label)).map(Some)
    }

    /// References to those of the links that lead to one of these kinds.
    pub fn links(&self, links: &[Link], kinds: &[ItemKind]) -> Built<Vec<Option<Reference>>> {
        let mut references = Vec::new();
        for link in links {
            if self.target(link).is_some_and(|target| kinds.contains(&target.kind)) {
                references.extend(self.link(link)?.map(Some));
            }
        }
        Ok(references)
    }

    /// References to those of the links that lead to treatments which were begun: what `partOf` and `due to` take.
    pub fn treatments(&self, links: &[Link]) -> Built<Vec<Option<Reference>>> {
        let mut references = Vec::new();
        for link in links {
            let begun = [ResourceType::Procedure, ResourceType::MedicationAdministration];
            if self.target(link).is_some_and(|target| begun.contains(&target.resource_type)) {
                references.extend(self.link(link)?.map(Some));
            }
        }
        Ok(references)
    }

    /// Puts a resource among the output, with its id, profile, identifier and narrative.
    ///
    /// The identifier is the id as a URI (FHIR R4, Datatypes, Identifier: UUIDs have the system urn:ietf:rfc:3986), so that a server
    /// that gives ids of its own can still recognise the resource, and no patient's data stands in a query.
    pub fn place<R>(&mut self, mut resource: R, title: &str, story: Story, placement: &Placement<'_>) -> Built<Uuid>
    where
        R: DomainResource + IdentifiableResource + Typed,
        Resource: From<R>,
    {
        let id = self.id(R::TYPE, placement.identity, placement.part);
        resource.identifier_mut().push(Some(own_identifier(id)?));
        self.place_unidentified(resource, id, title, story, placement)
    }

    /// The same for resource types that have no list of identifiers.
    pub fn place_unidentified<R>(
        &mut self,
        mut resource: R,
        id: Uuid,
        title: &str,
        story: Story,
        placement: &Placement<'_>,
    ) -> Built<Uuid>
    where
        R: DomainResource,
        Resource: From<R>,
    {
        let mut meta = Meta::builder().build()?;
        meta.profile = vec![Some(placement.profile.to_owned())];
        resource.set_id(Some(id.to_string()));
        resource.set_meta(Some(meta));
        resource.set_text(Some(datatypes::narrative(story.finish())?));
        self.entries.push(Entry {
            resource: resource.into(),
            id,
            section: placement.section,
            title: title.to_owned(),
            at: placement.at,
        });
        Ok(id)
    }
}

pub(super) fn own_identifier(id: Uuid) -> Built<Identifier> {
    let mut identifier = datatypes::identifier("urn:ietf:rfc:3986", &format!("urn:uuid:{id}"))?;
    identifier.r#use = Some(codes::IdentifierUse::Secondary);
    Ok(identifier)
}

/// The main resource of an item that links can lead to.
fn target(item: ItemRef, scope: &IdScope, is_planned: bool) -> Option<(String, Target)> {
    let resource_type = match item.kind {
        ItemKind::Medication if is_planned => ResourceType::MedicationRequest,
        ItemKind::Cancer | ItemKind::Condition => ResourceType::Condition,
        ItemKind::Tumor | ItemKind::Volume => ResourceType::BodyStructure,
        ItemKind::Specimen => ResourceType::Specimen,
        ItemKind::GenomicReport => ResourceType::DiagnosticReport,
        ItemKind::Procedure | ItemKind::Radiotherapy => ResourceType::Procedure,
        ItemKind::Medication => ResourceType::MedicationAdministration,
        ItemKind::FamilyMember => ResourceType::FamilyMemberHistory,
        ItemKind::Document => ResourceType::DocumentReference,
        ItemKind::AdverseEvent => ResourceType::AdverseEvent,
        ItemKind::Trial => ResourceType::ResearchStudy,
        ItemKind::PlanChange => ResourceType::CarePlan,
        ItemKind::Encounter => ResourceType::Encounter,
        ItemKind::Appointment => ResourceType::Appointment,
        _ => ResourceType::Observation,
    };
    let id = scope.id(resource_type, &item.identity, if is_planned { "order" } else { "" });
    Some((item.key?, Target { kind: item.kind, resource_type, id, label: item.label }))
}
