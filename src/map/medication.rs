//! What administrations and requests of a drug say alike: its dosage in words, and its narrative.

use super::context::MapContext;
use super::procedure::tell_status;
use crate::case::{Concept, Date, Intent, Medication, OrderIntent, OrderStatus};
use crate::fhir::narrative::Story;

/// Dose, route, schedule and cycles as one line.
pub(super) fn words(medication: &Medication) -> String {
    let parts = [
        medication.dose.as_ref().map(ToString::to_string),
        medication.route.as_ref().map(|route| route.label().to_owned()),
        medication.schedule.as_ref().map(|schedule| schedule.text.clone()),
        medication.cycles.map(|cycles| format!("{cycles} cycle{}", if cycles == 1 { "" } else { "s" })),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The narrative of a drug, given or ordered.
pub(super) fn story(cx: &MapContext<'_>, title: &str, medication: &Medication) -> Story {
    let mut story = Story::new(title);
    story.say(medication.drug.label());
    tell_status(&mut story, medication.status, &medication.reason);
    story.add_some("date", medication.date.as_ref().map(ToString::to_string));
    story.add("dosage", &words(medication));
    if let Some(order) = &medication.order {
        story.add_some("order", order.intent.map(OrderIntent::term));
        story.add_some("order", order.status.map(OrderStatus::term));
        story.add_some("ordered by", order.requester.as_deref());
        story.add_some("ordered", order.authored.as_ref().map(Date::as_str));
        story.add_some("as needed for", order.as_needed.as_ref().map(Concept::label));
        story.add_some("dose", order.dose_type.as_ref().map(Concept::label));
        story.add("at", &order.time.iter().map(Date::as_str).collect::<Vec<_>>().join(", "));
    }
    story.add_some("regimen", medication.regimen.as_deref());
    let of: Vec<&str> = medication.of.iter().filter_map(|link| cx.target(link)).map(|t| t.label.as_str()).collect();
    story.add("of", &of.join(", "));
    story.add_some("intent", medication.intent.map(Intent::term));
    story.add_some("place", medication.place.as_deref());
    for note in &medication.note {
        story.say(note);
    }
    story
}
