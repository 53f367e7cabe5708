//! Columns that `REDCap` adds to its exports: of instruments, events and repetitions, whether a form is complete, and the boxes of a
//! checkbox. In other tables such names may be anything.

use super::seen::Column;
use super::writing::quoted;

/// The column that names the instrument of a row.
pub(super) const INSTRUMENT: &str = "redcap_repeat_instrument";
/// The column that names the event of a row.
const EVENT: &str = "redcap_event_name";
/// Columns that number repetitions and name groups of users.
const ORDER: [&str; 3] = [INSTRUMENT, "redcap_repeat_instance", "redcap_data_access_group"];

/// What of a table is of `REDCap`.
#[derive(Default)]
pub(super) struct Redcap {
    /// Columns that say nothing of a patient.
    order: Vec<String>,
    complete: Vec<String>,
    /// Checkboxes, and the word for one that is not ticked.
    boxes: Vec<(String, &'static str)>,
    has_events: bool,
}

impl Redcap {
    pub(super) fn of(columns: &[Column]) -> Self {
        let has = |is: &dyn Fn(&str) -> bool| columns.iter().any(|column| is(&column.name));
        let is_export = has(&|name| name.starts_with("redcap_"))
            || (has(&|name| name == "record_id") && has(&|name| name.contains("___")));
        if !is_export {
            return Self::default();
        }
        let named = |is: &dyn Fn(&Column) -> bool| -> Vec<String> {
            columns.iter().filter(|column| is(column)).map(|column| column.name.clone()).collect()
        };
        let mut boxes: Vec<&str> =
            columns.iter().filter_map(|column| column.name.split_once("___").map(|(name, _)| name)).collect();
        boxes.dedup();
        let empty_box = |name: &&str| {
            let own =
                columns.iter().filter(|column| column.name.split_once("___").is_some_and(|(first, _)| first == *name));
            let own: Vec<&Column> = own.collect();
            // Exports have numbers or labels.
            [("0", "1"), ("Unchecked", "Checked")]
                .into_iter()
                .find_map(|(no, yes)| own.iter().all(|column| has_only(column, &[no, yes])).then_some(no))
        };
        Self {
            order: named(&|column| ORDER.contains(&column.name.as_str())),
            complete: named(&|column| {
                column.name.ends_with("_complete")
                    && column.filled > 0
                    && has_only(column, &["0", "1", "2", "Incomplete", "Unverified", "Complete"])
            }),
            boxes: boxes.into_iter().filter_map(|name| Some((name.to_owned(), empty_box(&name)?))).collect(),
            has_events: has(&|name| name == EVENT),
        }
    }

    /// Whether a column is one of those that are not wanted.
    pub(super) fn takes(&self, column: &str) -> bool {
        self.order.iter().chain(&self.complete).any(|name| name == column)
    }

    /// What of it is not wanted, as items of `ignore`.
    pub(super) fn ignored(&self) -> Vec<String> {
        let boxes = self.boxes.iter().map(|(name, word)| format!("{}: {word}", quoted(&format!("{name}___*"))));
        let order = self.order.iter().map(|name| quoted(name));
        order.chain(boxes).chain(self.complete.iter().map(|name| quoted(name))).collect()
    }

    /// What must be known where rows are of events.
    pub(super) fn event(&self) -> Option<&'static str> {
        self.has_events.then_some(
            "# All events of a patient become one case; a rule each, `when: { redcap_event_name: … }`, keeps apart what they say.",
        )
    }
}

/// Whether nothing but these words stands in a column, if anything.
fn has_only(column: &Column, words: &[&str]) -> bool {
    column.filled == 0
        || column.words.as_ref().is_some_and(|found| found.keys().all(|word| words.contains(&word.as_str())))
}
