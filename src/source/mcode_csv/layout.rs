//! Where the columns of a file stand, and what is wrong with its header.
//!
//! Names of columns are compared without case, blanks, underscores and hyphens, as the framework does without case.

use super::super::delimited::Sheet;
use super::tables::{FORMS, Form, Table};
use crate::case::read::nearest;
use crate::issue::{Code, Issue, Issues, Severity, Span};

/// Where the columns of a file stand.
#[derive(Debug)]
pub(super) struct Layout {
    /// The file's name, without folders.
    pub(super) name: Box<str>,
    /// Which table it is; none where its name is not one of the set.
    pub(super) table: Option<Table>,
    /// The columns that are known, and where they stand.
    columns: Vec<(&'static str, usize)>,
    pub(super) mrn: Option<usize>,
}

/// What names of columns have in common however they are written.
fn fold(name: &str) -> String {
    name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// The name of a file without folders and without what a compression added.
fn base_name(file: &str) -> &str {
    let base = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let end = base.to_ascii_lowercase().find(".csv").map_or(base.len(), |at| at + 4);
    base.get(..end).unwrap_or(base)
}

impl Layout {
    /// Finds the columns of a file, and tells of those that are missing or not known.
    pub(super) fn of(sheet: &Sheet, issues: &mut Issues) -> Self {
        let name = base_name(&sheet.file);
        let form = Form::of_file(name);
        let folded: Vec<String> = sheet.header.iter().map(|column| fold(column)).collect();
        let mut layout = Self {
            name: name.into(),
            table: form.map(|form| form.table),
            columns: Vec::new(),
            mrn: folded.iter().position(|column| column == "mrn"),
        };
        let first = sheet.heads.first().copied().unwrap_or_default();
        let mut tell = |issue: Issue, at: Span, help: String| issues.add(issue.at(at).help(help));
        let Some(form) = form else {
            let names: Vec<&str> = FORMS.iter().map(|form| form.file).collect();
            let help = match nearest(name.trim_end_matches(".csv"), &names) {
                Some(nearest) => format!("did you mean `{nearest}.csv`?"),
                None => format!("the tables are {}", names.join(", ")),
            };
            let message = match layout.mrn {
                Some(_) => "the set has no table of this name; its rows become remarks of the patients",
                None => "the set has no table of this name, and without a column `mrn` nobody knows whose its rows are",
            };
            let mut issue = Issue::new(Code::UnknownTable, message);
            if layout.mrn.is_none() {
                issue.severity = Severity::Error;
            }
            tell(issue, first, help);
            return layout;
        };
        let known: Vec<&str> = form.columns().map(|(name, _)| name).collect();
        for (column, needed) in form.columns() {
            match folded.iter().position(|name| *name == fold(column)) {
                Some(at) => layout.columns.push((column, at)),
                None if needed => {
                    let unknown = |name: &&&str| !known.iter().any(|known| fold(known) == fold(name));
                    let others: Vec<&str> = sheet.header.iter().map(|column| &**column).collect();
                    let others: Vec<&str> = others.iter().filter(unknown).copied().collect();
                    let help = match nearest(column, &others) {
                        Some(other) => format!("is it the one called `{other}`?"),
                        None => "add it to the header and to each row".to_owned(),
                    };
                    let message = format!("the table lacks the column `{column}`, which it must have");
                    tell(Issue::new(Code::MissingColumn, message).path(column), first, help);
                }
                None => {}
            }
        }
        for (at, column) in sheet.header.iter().enumerate() {
            if layout.columns.iter().any(|(_, known)| *known == at) {
                continue;
            }
            let help = match nearest(column, &known) {
                Some(name) => format!("is it `{name}`? What stands in it becomes a remark"),
                None => "what stands in it becomes a remark; rename or remove it".to_owned(),
            };
            let issue = Issue::new(Code::UnmappedColumn, "the table has no column of this name").path(&**column);
            tell(issue, sheet.heads.get(at).copied().unwrap_or(first), help);
        }
        layout
    }

    /// Where a column stands.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().find(|(known, _)| *known == name).map(|(_, at)| *at)
    }

    /// Whether a column is one of the table's.
    pub(super) fn is_known(&self, column: usize) -> bool {
        self.columns.iter().any(|(_, at)| *at == column)
    }

    /// Whether a column must not be blank.
    pub(super) fn is_needed(&self, name: &str) -> bool {
        let form = self.table.and_then(Form::of);
        form.is_some_and(|form| form.columns().any(|(column, needed)| needed && column == name))
    }
}
