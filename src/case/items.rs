//! The items of a case, and what tells them apart: a key, or else what they are and when.
//!
//! An item's identity is what its resource's id is made of. It holds no position in a list, so ids stay when items come, go
//! or move, and no result, so that an id stays when a result is corrected. (A disease status is told apart by what it says as
//! well: one date often has two. Give it a key where it may still change.)

#[allow(clippy::wildcard_imports, reason = "this file speaks of every type of the room")]
use super::*;

macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident $name:literal;)+) => {
        /// What an item is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ItemKind { $($(#[$meta])* $kind,)+ }

        impl ItemKind {
            /// The word for it in identities and messages.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),+ }
            }
        }
    };
}

kinds! {
    /// A cancer.
    Cancer "cancer";
    /// A stage of a cancer.
    Stage "stage";
    /// A tumour.
    Tumor "tumor";
    /// A size of a tumour.
    Size "size";
    /// A specimen.
    Specimen "specimen";
    /// A finding.
    Finding "finding";
    /// A laboratory result.
    Lab "lab";
    /// A vital sign.
    Vital "vital";
    /// A tumour marker.
    Marker "marker";
    /// A genomic variant.
    Variant "variant";
    /// A genomic report.
    GenomicReport "genomic report";
    /// A procedure.
    Procedure "procedure";
    /// A radiotherapy course.
    Radiotherapy "radiotherapy";
    /// A radiotherapy volume.
    Volume "volume";
    /// A drug.
    Medication "medication";
    /// A disease status.
    DiseaseStatus "disease status";
    /// A performance status.
    Performance "performance";
    /// A condition beside the cancer.
    Condition "condition";
    /// A relative.
    FamilyMember "family member";
    /// A piece of history.
    History "history";
    /// A file.
    Document "document";
    /// An adverse event.
    AdverseEvent "adverse event";
    /// A clinical trial.
    Trial "trial";
    /// A review of the treatment plan.
    PlanChange "plan change";
    /// An encounter.
    Encounter "encounter";
    /// An appointment.
    Appointment "appointment";
}

/// An item of a case: something with an identity.
pub trait Item {
    /// What it is.
    const KIND: ItemKind;

    /// The key it was given.
    fn key(&self) -> Option<&Key>;

    /// Where it stands.
    fn place(&self) -> At;

    /// What people call it.
    fn label(&self) -> String;

    /// What tells it apart where it has no key, beside its kind.
    fn nature(&self) -> Vec<String>;

    /// Its identity within the case, or within its parent.
    fn identity(&self) -> String {
        match self.key() {
            Some(key) => format!("{}/key:{}", Self::KIND.name(), key.name),
            None => {
                let parts: Vec<String> = self.nature().iter().map(|part| fold(part)).collect();
                format!("{}/is:{}", Self::KIND.name(), parts.join("|"))
            }
        }
    }

    /// Its identity within the case, given that of the item it belongs to.
    fn identity_in(&self, parent: &str) -> String {
        match self.key() {
            Some(_) => self.identity(),
            None => format!("{parent}/{}", self.identity()),
        }
    }
}

/// Case and the number of blanks do not make another item.
fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn shown<T: std::fmt::Display>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn named(concept: Option<&Concept>) -> String {
    concept.map(|concept| concept.label().to_owned()).unwrap_or_default()
}

/// Links in the order of their names: the order in which they are written tells nothing apart.
fn linked(links: &[Link]) -> String {
    sorted(links.iter().map(|link| link.name.as_str()))
}

fn sites(sites: &[Concept]) -> String {
    sorted(sites.iter().map(Concept::label))
}

fn sorted<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut texts: Vec<&str> = texts.collect();
    texts.sort_unstable();
    texts.join(",")
}

/// When it began: a period keeps its identity when its end becomes known.
fn begun(when: Option<&When>) -> String {
    let start = when.and_then(When::start).map(|date| date.as_str().to_owned());
    start.unwrap_or_else(|| shown(when))
}

macro_rules! item {
    ($type:ident, $item:ident, $label:expr, [$($part:expr),*]) => {
        impl Item for $type {
            const KIND: ItemKind = ItemKind::$type;

            fn key(&self) -> Option<&Key> {
                self.key.as_ref()
            }

            fn place(&self) -> At {
                self.at
            }

            fn label(&self) -> String {
                let $item = self;
                $label
            }

            fn nature(&self) -> Vec<String> {
                let $item = self;
                vec![$($part),*]
            }
        }
    };
}

item!(
    Cancer,
    it,
    it.diagnosis.label().to_owned(),
    [
        it.kind.unwrap_or(CancerKind::Primary).term().to_owned(),
        it.diagnosis.label().to_owned(),
        sites(&it.site),
        named(it.side.as_ref()),
        shown(it.onset.as_ref()),
        it.diagnosed.as_ref().map(Date::as_str).unwrap_or_default().to_owned()
    ]
);
item!(
    Stage,
    it,
    named(it.group.as_ref().or(it.value.as_ref())),
    [named(it.system.as_ref()), it.kind.map(StageType::term).unwrap_or_default().to_owned(), begun(it.date.as_ref())]
);
item!(
    Tumor,
    it,
    it.description.clone().unwrap_or_else(|| it.site.label().to_owned()),
    [it.site.label().to_owned(), named(it.side.as_ref()), it.description.clone().unwrap_or_default()]
);
item!(Size, it, it.dimensions.to_string(), [begun(it.date.as_ref()), named(it.method.as_ref())]);
item!(
    Specimen,
    it,
    it.kind.label().to_owned(),
    [it.kind.label().to_owned(), named(it.site.as_ref()), named(it.side.as_ref()), begun(it.date.as_ref())]
);
item!(
    Finding,
    it,
    it.finding.label().to_owned(),
    [
        it.finding.label().to_owned(),
        named(it.site.as_ref()),
        named(it.side.as_ref()),
        begun(it.date.as_ref()),
        linked(&it.of)
    ]
);
item!(
    Lab,
    it,
    it.test.label().to_owned(),
    [
        it.test.label().to_owned(),
        begun(it.date.as_ref()),
        it.specimen.as_ref().map(|link| link.name.clone()).unwrap_or_default()
    ]
);
item!(Vital, it, it.sign.label().to_owned(), [it.sign.label().to_owned(), begun(it.date.as_ref())]);
item!(
    Marker,
    it,
    it.marker.label().to_owned(),
    [
        it.marker.label().to_owned(),
        named(it.method.as_ref()),
        begun(it.date.as_ref()),
        it.specimen.as_ref().map(|link| link.name.clone()).unwrap_or_default(),
        linked(&it.of)
    ]
);
item!(
    Variant,
    it,
    variant_name(it),
    [
        variant_label(it),
        begun(it.date.as_ref()),
        it.specimen.as_ref().map(|link| link.name.clone()).unwrap_or_default(),
        it.report.as_ref().map(|link| link.name.clone()).unwrap_or_default()
    ]
);
item!(GenomicReport, it, it.test.label().to_owned(), [it.test.label().to_owned(), begun(it.date.as_ref())]);
item!(
    Procedure,
    it,
    it.procedure.label().to_owned(),
    [it.procedure.label().to_owned(), sites(&it.site), named(it.side.as_ref()), begun(it.date.as_ref())]
);
item!(Radiotherapy, it, radiotherapy_label(it), [radiotherapy_label(it), begun(it.date.as_ref())]);
item!(Volume, it, it.name.clone(), [it.name.clone()]);
item!(Medication, it, it.drug.label().to_owned(), [it.drug.label().to_owned(), begun(it.date.as_ref())]);
item!(
    DiseaseStatus,
    it,
    it.status.label().to_owned(),
    [it.status.label().to_owned(), begun(it.date.as_ref()), linked(&it.of)]
);
item!(Performance, it, it.scale.term().to_owned(), [it.scale.term().to_owned(), begun(it.date.as_ref())]);
item!(
    Condition,
    it,
    it.condition.label().to_owned(),
    [it.condition.label().to_owned(), sites(&it.site), named(it.side.as_ref()), shown(it.onset.as_ref())]
);
item!(FamilyMember, it, it.relation.label().to_owned(), [it.relation.label().to_owned()]);
item!(
    History,
    it,
    it.text.label().to_owned(),
    [it.kind.term().to_owned(), it.text.label().to_owned(), begun(it.date.as_ref())]
);

item!(
    Document,
    it,
    it.description.clone().unwrap_or_else(|| it.url.clone()),
    [it.url.clone(), it.specimen.as_ref().map(|link| link.name.clone()).unwrap_or_default()]
);

item!(AdverseEvent, it, it.event.label().to_owned(), [it.event.label().to_owned(), begun(it.date.as_ref())]);
item!(Trial, it, trial_label(it), [trial_label(it)]);
item!(
    PlanChange,
    it,
    if it.changed { "Treatment plan changed" } else { "Treatment plan kept" }.to_owned(),
    [begun(it.date.as_ref())]
);
item!(
    Encounter,
    it,
    encounter_label(it),
    [named(it.class.as_ref()), sites(&it.kind), it.place.clone().unwrap_or_default(), begun(it.date.as_ref())]
);
item!(
    Appointment,
    it,
    appointment_label(it),
    [appointment_label(it), it.start.as_ref().map(Date::as_str).unwrap_or_default().to_owned()]
);

fn trial_label(trial: &Trial) -> String {
    let number = trial.identifier.iter().map(|identifier| identifier.value.as_str()).min();
    trial.title.as_deref().or(number).unwrap_or("clinical trial").to_owned()
}

fn encounter_label(encounter: &Encounter) -> String {
    let concept = encounter.kind.first().or(encounter.class.as_ref());
    concept.map_or_else(|| "encounter".to_owned(), |concept| concept.label().to_owned())
}

fn appointment_label(appointment: &Appointment) -> String {
    let concept = appointment.service.first().or(appointment.kind.as_ref()).map(Concept::label);
    appointment.description.as_deref().or(concept).unwrap_or("appointment").to_owned()
}

fn variant_label(variant: &Variant) -> String {
    let genes = variant.gene.iter().map(Concept::label);
    let changes = [&variant.protein, &variant.coding, &variant.genomic, &variant.cytogenetic];
    let changes = changes.into_iter().flatten().map(String::as_str);
    let change = named(variant.change.as_ref());
    let words: Vec<&str> =
        genes.chain(changes).chain(Some(change.as_str()).filter(|change| !change.is_empty())).collect();
    words.join(" ")
}

/// What people call a variant of which nobody says the gene or the change: by its number, or by nothing.
fn variant_name(variant: &Variant) -> String {
    let label = variant_label(variant);
    if !label.is_empty() {
        return label;
    }
    variant.variation.first().map_or_else(|| "genomic variant".to_owned(), |number| number.label().to_owned())
}

fn radiotherapy_label(course: &Radiotherapy) -> String {
    let concept = course.radionuclide.as_ref().or(course.modality.as_ref());
    course.name.clone().or_else(|| concept.map(|c| c.label().to_owned())).unwrap_or_else(|| "radiotherapy".to_owned())
}

/// What the rest of the house needs to know of an item whose type does not matter.
#[derive(Clone, Debug)]
pub struct ItemRef {
    /// What it is.
    pub kind: ItemKind,
    /// The key it was given.
    pub key: Option<String>,
    /// Its identity within the case.
    pub identity: String,
    /// What people call it.
    pub label: String,
    /// Where it stands.
    pub at: At,
}

fn reference<T: Item>(item: &T, identity: String) -> ItemRef {
    let key = item.key().map(|key| key.name.clone());
    ItemRef { kind: T::KIND, key, identity, label: item.label(), at: item.place() }
}

/// All items of a case, in its order, each followed by those that belong to it.
#[must_use]
pub fn items(case: &Case) -> Vec<ItemRef> {
    fn plain<T: Item>(items: &[T], list: &mut Vec<ItemRef>) {
        list.extend(items.iter().map(|item| reference(item, item.identity())));
    }
    fn nested<T: Item, U: Item>(items: &[T], inner: impl Fn(&T) -> &[U], list: &mut Vec<ItemRef>) {
        for item in items {
            let identity = item.identity();
            list.push(reference(item, identity.clone()));
            list.extend(inner(item).iter().map(|inner| reference(inner, inner.identity_in(&identity))));
        }
    }
    let mut list = Vec::new();
    nested(&case.cancers, |cancer| &cancer.stage, &mut list);
    nested(&case.tumors, |tumor| &tumor.size, &mut list);
    plain(&case.specimens, &mut list);
    plain(&case.findings, &mut list);
    plain(&case.labs, &mut list);
    plain(&case.vitals, &mut list);
    plain(&case.markers, &mut list);
    plain(&case.variants, &mut list);
    plain(&case.genomic_reports, &mut list);
    plain(&case.procedures, &mut list);
    nested(&case.radiotherapy, |course| &course.volume, &mut list);
    plain(&case.medications, &mut list);
    plain(&case.disease_status, &mut list);
    plain(&case.performance, &mut list);
    plain(&case.adverse_events, &mut list);
    plain(&case.trials, &mut list);
    plain(&case.plan_changes, &mut list);
    plain(&case.encounters, &mut list);
    plain(&case.appointments, &mut list);
    plain(&case.conditions, &mut list);
    plain(&case.family_history, &mut list);
    plain(&case.history, &mut list);
    plain(&case.documents, &mut list);
    list
}
