//! Which column tells cases apart.

use super::names::{self, Meaning};
use super::seen::Column;
use super::writing::{commented, quoted};

/// The column, and what is in doubt about it.
pub(super) struct Choice {
    pub(super) column: String,
    pub(super) doubt: Option<String>,
}

impl Choice {
    /// The field `case` of the table.
    pub(super) fn line(&self) -> String {
        let doubt = self.doubt.as_ref().map(|doubt| format!(" # {doubt}")).unwrap_or_default();
        format!("case: {{ column: {} }}{doubt}", quoted(&self.column))
    }
}

/// Chooses the column by its name, and of several by what stands in them; `None` where there is no column.
pub(super) fn choose(columns: &[Column], rows: usize) -> Option<Choice> {
    let is_named = |column: &&Column| names::meaning(&column.name) == Some(Meaning::Case) && column.filled > 0;
    let mut named: Vec<&Column> = columns.iter().filter(is_named).collect();
    // Numbers of events are other in each row, those of patients come again; one and the same number is that of a study. Rows without
    // a number are errors, which are told.
    let rank = |column: &Column| {
        let is_constant = rows > 1 && column.distinct == 1;
        (is_constant, column.is_unique(), column.filled < rows)
    };
    named.sort_by_key(|column| rank(column));
    let Some((first, others)) = named.split_first() else {
        let column = columns.iter().find(|column| column.filled > 0).or(columns.first())?;
        let doubt = Some("is this the column that tells patients apart?".to_owned());
        return Some(Choice { column: column.name.clone(), doubt });
    };
    // Where each number stands once in both, both put the same rows together.
    let is_same =
        |other: &&&Column| first.is_unique() && other.is_unique() && first.filled == rows && other.filled == rows;
    let others: Vec<String> =
        others.iter().filter(|other| !is_same(other)).map(|other| commented(&other.name)).collect();
    let doubt = match others.as_slice() {
        [] if rows > 1 && first.is_unique() && first.name.eq_ignore_ascii_case("id") => {
            Some("it is another in each row: is it the number of the patient, or of the row?".to_owned())
        }
        [] if rows > 1 && first.distinct == 1 => {
            Some("it is the same in all rows: is all of it one patient?".to_owned())
        }
        [] => None,
        others => Some(format!("or is it {}? Rows with the same word in it become one case", others.join(", or "))),
    };
    Some(Choice { column: first.name.clone(), doubt })
}
