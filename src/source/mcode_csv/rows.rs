//! The rows of a patient told apart: each has a key, made of its table and its id, so that ids need to be different within a patient's
//! rows of one table only.
//!
//! | rows of one table | what becomes of them |
//! | --- | --- |
//! | that say the same in every column | one row, which is told |
//! | that have one id, and say different things | an error |
//! | without an id, alike in what describes them | each has what it says in its key |

use std::collections::HashMap;

use uuid::Uuid;

use super::super::delimited::Row;
use super::layout::Layout;
use super::tables::{Form, Table};
use crate::issue::{Code, Issue, Issues};

/// A row of a patient.
pub(super) struct Entry {
    /// Its position among the rows that were gathered.
    pub(super) at: usize,
    pub(super) table: Option<Table>,
    pub(super) key: String,
}

/// The first part of keys, by table.
const fn kind(table: Table) -> &'static str {
    match table {
        Table::Mrns => "listed",
        Table::Patient => "patient",
        Table::Condition => "condition",
        Table::Staging => "stage",
        Table::DiseaseStatus => "disease-status",
        Table::Observation => "observation",
        Table::Procedure => "procedure",
        Table::MedicationAdministration => "medication",
        Table::MedicationRequest => "request",
        Table::AdverseEvent => "adverse-event",
        Table::CtcAdverseEvent => "ctc-adverse-event",
        Table::Trial => "trial",
        Table::PlanChange => "plan-change",
        Table::Encounter => "encounter",
        Table::Appointment => "appointment",
    }
}

/// The key of a row of this table by its id.
pub(super) fn key(table: Table, id: &[&str]) -> String {
    let mut key = kind(table).to_owned();
    for part in id {
        key.push('/');
        escape(part, &mut key);
    }
    key
}

/// A text without blanks and strokes, different for each text.
pub(super) fn escape(text: &str, into: &mut String) {
    for character in text.chars() {
        match character {
            '%' | '/' => into.push_str(&format!("%{:02X}", u32::from(character))),
            blank if blank.is_whitespace() => into.push_str(&format!("%{:02X}", u32::from(blank))),
            other => into.push(other),
        }
    }
}

/// The rows of a patient, each once, with their keys. Rows whose cells may stand under the wrong names are told and left out.
pub(super) fn entries(rows: &[Row<'_>], layouts: &[Layout], issues: &mut Issues) -> Vec<Entry> {
    let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
    let mut order: Vec<(String, Option<Table>, bool)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let Some(layout) = layouts.get(row.number) else { continue };
        if is_uneven(row) {
            let message =
                "the row has another number of cells than the header has, so that they may stand under the wrong names";
            let help = "quote texts that hold a comma, and close each quote";
            issues.add(Issue::new(Code::UnevenRow, message).at(row.span).help(help));
            continue;
        }
        let (key, has_id) = name(row, layout);
        let group = groups.entry(key.clone()).or_default();
        if group.is_empty() {
            order.push((key, layout.table, has_id));
        }
        group.push(at);
    }
    let mut entries = Vec::new();
    for (key, table, has_id) in order {
        let group = groups.remove(&key).unwrap_or_default();
        let mut kept: Vec<&Row<'_>> = Vec::new();
        for at in group {
            let Some(row) = rows.get(at) else { continue };
            if let Some(twin) = kept.iter().find(|other| other.number == row.number && other.texts().eq(row.texts())) {
                let message = format!("the row says the same as that on line {}; they are taken for one", twin.line);
                issues.add(Issue::new(Code::DuplicateRow, message).at(row.span).help("take one of them out"));
                continue;
            }
            if has_id && let Some(first) = kept.first() {
                let (code, what) = match table {
                    Some(Table::Patient) => (Code::Contradiction, "is of the same patient"),
                    _ => (Code::DuplicateKey, "has the same id"),
                };
                let message =
                    format!("another row {what} and says otherwise: line {} of {}", first.line, first.sheet.file);
                let help = "give each row an id of its own, or take the wrong one out";
                issues.add(Issue::new(code, message).at(row.span).help(help));
                continue;
            }
            kept.push(row);
            entries.push(Entry { at, table, key: key.clone() });
        }
        if kept.len() > 1 {
            let told: Vec<String> = kept.iter().map(|row| said(row)).collect();
            let from = entries.len() - told.len();
            for (entry, told) in entries.iter_mut().skip(from).zip(told) {
                entry.key.push('#');
                entry.key.push_str(&told);
            }
        }
    }
    entries
}

/// Whether there are cells without a name, or names without a cell. Blank cells at the end are no harm.
fn is_uneven(row: &Row<'_>) -> bool {
    let columns = row.sheet.header.len();
    row.len() < columns || (columns..row.len()).any(|at| row.cell(at).is_some())
}

/// What a row says, in few characters.
fn said(row: &Row<'_>) -> String {
    let text = row.texts().collect::<Vec<_>>().join("\u{1F}");
    Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()).simple().to_string().chars().take(12).collect()
}

/// The key of a row, and whether it is one by an id.
fn name(row: &Row<'_>, layout: &Layout) -> (String, bool) {
    let Some(table) = layout.table else { return (format!("{}/{}", layout.name, said(row)), false) };
    let Some(form) = Form::of(table) else { return (String::new(), false) };
    let text = |column: &&str| {
        let cell = layout.column(column).and_then(|at| row.cell(at));
        cell.map(|cell| cell.text.as_str()).unwrap_or_default()
    };
    let id: Vec<&str> = form.id.iter().map(text).collect();
    if !id.is_empty() && id.iter().any(|part| !part.is_empty()) {
        return (key(table, &id), true);
    }
    let nature: Vec<&str> = form.nature.iter().map(text).collect();
    (format!("{}/", key(table, &nature)), false)
}
