//! The CSV files of the mCODE extraction framework: a folder of tables, joined by the number of the medical record.
//!
//! One case is a patient. Patients are those of `patient-mrns.csv` where that file is there, else those of `patient-information.csv`; rows
//! that are nobody's become cases that are rejected, so that what is read is what is written and what is rejected.
//!
//! What the tables hold is in `tables`, how rows are told apart in `rows`, how cells are read in `cells` and `coded`; one file a table
//! tells what becomes of its columns. Ids are a patient's own: two patients may use the same.

mod adverse_event;
mod appointment;
mod cells;
mod coded;
mod condition;
mod disease_status;
mod encounter;
mod layout;
mod medication_administration;
mod medication_request;
mod observation;
mod patient;
mod plan_change;
mod procedure;
mod rows;
mod staging;
mod tables;
mod treatment;
mod trial;
mod words;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::issue::{Code, Issue, Issues, SourceMap};

use super::cases::{Cases, TableReader};
use super::delimited::{Gathered, Group, Groups, Reading, Row, Separator, Sheet, TableFile};
use super::draft::{Draft, Record};
use cells::Cells;
use layout::Layout;
use rows::{Entry, escape};
use tables::Table;

/// Whether a file of this name is a table of the set: `patient-information.csv`.
#[must_use]
pub fn is_table(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "patient-mrns.csv" || name.ends_with("-information.csv")
}

/// A set of tables.
#[derive(Debug)]
pub(super) struct Set {
    /// Where the columns of each table stand.
    layouts: Vec<Layout>,
}

/// Takes in the tables of a set.
pub(super) fn open(files: Vec<TableFile>, sources: &mut SourceMap, issues: &mut Issues) -> Option<Cases> {
    let mut sheets = Vec::with_capacity(files.len());
    let mut is_sound = true;
    for file in files {
        let reading = Reading { separator: separator(&file.bytes), ..Reading::default() };
        match Sheet::open(file, &reading, sources, issues) {
            Some(sheet) => sheets.push(sheet),
            None => is_sound = false,
        }
    }
    let mut tables: Vec<(Layout, Sheet)> =
        sheets.into_iter().map(|sheet| (Layout::of(&sheet, issues), sheet)).collect();
    // In the order of the tables, so that a case begins with its patient; tables that are not known come last.
    tables.sort_by_key(|(layout, _)| (layout.table.is_none(), layout.table));
    let (layouts, sheets): (Vec<Layout>, Vec<Sheet>) = tables.into_iter().unzip();
    let has = |table: Table| layouts.iter().any(|layout| layout.table == Some(table));
    if !has(Table::Patient) {
        let place = sheets.first().and_then(|sheet| sheet.heads.first()).copied().unwrap_or_default();
        let issue = Issue::new(Code::NoPatientTable, "the set has no table of patients").at(place);
        issues.add(issue.help("add `patient-information.csv`, or give the folder that holds all tables"));
        return None;
    }
    if !is_sound || issues.has_errors() {
        return None;
    }
    let mut groups = Groups::of(&sheets, |number, cells| {
        let at = layouts.get(number).and_then(|layout| layout.mrn);
        at.and_then(|at| cells.get(at)).map(|cell| cell.text.clone()).unwrap_or_default()
    });
    if has(Table::Mrns) {
        let before = groups.len();
        let is_list =
            |number: u16| layouts.get(usize::from(number)).is_some_and(|layout| layout.table == Some(Table::Mrns));
        // Rows that do not say whose they are stay, to be told.
        groups.retain(|group| group.key.is_empty() || group.tables().any(is_list));
        let count = before - groups.len();
        if count > 0 {
            let list = layouts.iter().zip(&sheets).find(|(layout, _)| layout.table == Some(Table::Mrns));
            let place = list.and_then(|(_, sheet)| sheet.heads.first()).copied().unwrap_or_default();
            let (patients, are) = if count == 1 { ("patient is", "it is") } else { ("patients are", "they are") };
            let message = format!("{count} {patients} in the tables and not in this list; {are} not converted");
            let help = "add their numbers to the list, or remove the file to convert all";
            issues.add(Issue::new(Code::NotListed, message).at(place).help(help));
        }
    }
    Some(Cases::tables(sheets, groups, TableReader::McodeCsv(Set { layouts })))
}

/// Tables of the set have commas; spreadsheets in much of Europe write semicolons, which no name of a column holds.
fn separator(bytes: &[u8]) -> Option<Separator> {
    let head = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let has = |sign: u8| head.contains(&sign);
    if !has(b',') && (has(b';') || has(b'\t')) { None } else { Some(Separator::COMMA) }
}

/// What is known of a patient's rows while they are read.
#[derive(Default)]
struct Known {
    /// The keys that links may lead to.
    keys: HashSet<String>,
    /// The ids of conditions of which the stage or the status of a cancer is told.
    cancers: HashSet<String>,
    /// The stages of each condition.
    stages: HashMap<String, Vec<(String, Draft)>>,
    /// The keys of trials by the id of the research.
    trials: BTreeMap<String, String>,
}

impl Known {
    /// The key of an item of this table and id, where the patient has it.
    fn find(&self, table: Table, id: &str) -> Option<String> {
        let key = rows::key(table, &[id]);
        self.keys.contains(&key).then_some(key)
    }
}

impl Set {
    /// Puts the case of a patient together.
    pub(super) fn read(&self, group: &Group, gathered: &mut Gathered<'_>, issues: &mut Issues) -> Option<Record> {
        let rows = &mut gathered.rows;
        if !self.is_of_patient(group, rows, issues) {
            return None;
        }
        let entries = rows::entries(rows, &self.layouts, issues);
        let mut known = self.known(&entries, rows);
        let mut case = Record::at(rows.first()?.span);
        let mut id = String::new();
        escape(&group.key, &mut id);
        let patient = entries.iter().find(|entry| entry.table == Some(Table::Patient))?;
        let place = rows.get(patient.at)?.span;
        case.set("id", Draft::Text(id, place));
        let mut sections = Sections::default();
        let mut patient = Record::at(place);
        let mut remarks = Vec::new();
        // Stages belong to the conditions that come after them.
        let (stages, others): (Vec<&Entry>, Vec<&Entry>) =
            entries.iter().partition(|entry| entry.table == Some(Table::Staging));
        for entry in stages.into_iter().chain(others) {
            let (Some(row), key) = (rows.get_mut(entry.at), entry.key.as_str()) else { continue };
            let Some(layout) = self.layouts.get(row.number) else { continue };
            let mut cells = Cells::new(row, layout, issues);
            match entry.table {
                Some(Table::Mrns) => {}
                Some(Table::Patient) => patient = patient::read(cells, &group.key),
                Some(Table::Staging) => staging::read(cells, key, &mut known),
                Some(Table::Condition) => condition::read(cells, key, &mut known, &mut sections),
                Some(Table::DiseaseStatus) => disease_status::read(cells, key, &known, &mut sections),
                Some(Table::Observation) => observation::read(cells, key, &mut sections),
                Some(Table::Procedure) => procedure::read(cells, key, &known, &mut sections),
                Some(Table::MedicationAdministration) => medication_administration::read(cells, key, &mut sections),
                Some(Table::MedicationRequest) => medication_request::read(cells, key, &mut sections),
                Some(table @ (Table::AdverseEvent | Table::CtcAdverseEvent)) => {
                    adverse_event::read(cells, table, key, &known, &mut sections);
                }
                Some(Table::Trial) => trial::read(cells, key, &mut sections),
                Some(Table::PlanChange) => plan_change::read(cells, key, &mut sections),
                Some(Table::Encounter) => encounter::read(cells, key, &mut sections),
                Some(Table::Appointment) => appointment::read(cells, key, &mut sections),
                None => {
                    for told in cells.rest() {
                        remarks.push(Draft::Text(format!("{}: {}", layout.name, told.text), told.span));
                    }
                }
            }
        }
        for remark in remarks {
            patient.push("note", remark);
        }
        case.set("patient", Draft::Record(patient));
        for (name, items) in sections.0 {
            case.set(name, Draft::List(items));
        }
        Some(case)
    }

    /// Whether there is a patient that these rows are of; else each of them is told.
    fn is_of_patient(&self, group: &Group, rows: &[Row<'_>], issues: &mut Issues) -> bool {
        let table = |row: &Row<'_>| self.layouts.get(row.number).and_then(|layout| layout.table);
        if !group.key.is_empty() && rows.iter().any(|row| table(row) == Some(Table::Patient)) {
            return true;
        }
        for row in rows {
            let mrn = self.layouts.get(row.number).and_then(|layout| layout.mrn);
            let at = mrn.map_or(row.span, |at| row.span_of(at));
            let issue = if group.key.is_empty() {
                let message = "the row does not say whose it is: `mrn` is blank";
                Issue::new(Code::UnownedRow, message).help("fill the cell, or take the row out")
            } else if table(row) == Some(Table::Mrns) {
                let message = "the patient is to be run, and has no row in `patient-information.csv`";
                Issue::new(Code::UnknownPatient, message)
                    .help("add the patient there, or take the number out of the list")
            } else {
                let message = "this number is of no patient in `patient-information.csv`";
                Issue::new(Code::UnknownPatient, message).help("correct the number, or add the patient there")
            };
            issues.add(issue.at(at));
        }
        false
    }

    /// What the rows of a patient refer to.
    fn known(&self, entries: &[Entry], rows: &[Row<'_>]) -> Known {
        let mut known = Known::default();
        for entry in entries {
            let Some(row) = rows.get(entry.at) else { continue };
            let layout = self.layouts.get(row.number);
            let text = |column: &str| {
                let cell = layout.and_then(|layout| layout.column(column)).and_then(|at| row.cell(at));
                cell.map(|cell| cell.text.clone()).unwrap_or_default()
            };
            known.keys.insert(entry.key.clone());
            match entry.table {
                Some(Table::Staging | Table::DiseaseStatus) => {
                    known.cancers.insert(text("conditionId"));
                }
                Some(Table::Trial) => {
                    let first = known.trials.entry(text("trialResearchID")).or_insert_with(|| entry.key.clone());
                    if *first > entry.key {
                        first.clone_from(&entry.key);
                    }
                }
                _ => {}
            }
        }
        known
    }
}

/// The sections of a case, each with its items.
#[derive(Default)]
struct Sections(BTreeMap<&'static str, Vec<Draft>>);

impl Sections {
    fn add(&mut self, section: &'static str, item: Record) {
        self.0.entry(section).or_default().push(Draft::Record(item));
    }
}
