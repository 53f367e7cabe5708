//! Invariants in facts: each stands once in a file and is named by its key.
//!
//! | member | what | default |
//! | --- | --- | --- |
//! | `u` | the name: the key, with `~2`, `~3` … where the same key has other contents | |
//! | `k` | the key | the name |
//! | `x` | the expression | empty |
//! | `s` | the source, a canonical in short | empty |
//! | `w` | 1 for a warning | an error |
//! | `b` | 1 for a best practice | |

use std::collections::BTreeMap;

use super::super::json::Object;
use super::super::{Constraint, ConstraintSeverity};
use super::{long, parse, written};

/// The table while it is written.
#[derive(Default)]
pub(super) struct Table {
    by_key: BTreeMap<Box<str>, Vec<Constraint>>,
}

impl Table {
    /// The name of an invariant.
    pub(super) fn name(&mut self, constraint: &Constraint) -> String {
        let same = self.by_key.entry(constraint.key.clone()).or_default();
        let at = same.iter().position(|other| other == constraint).unwrap_or_else(|| {
            same.push(constraint.clone());
            same.len() - 1
        });
        name(&constraint.key, at)
    }

    /// Writes all lines, sorted by key.
    pub(super) fn write(&self, out: &mut String) {
        for (key, same) in &self.by_key {
            for (at, constraint) in same.iter().enumerate() {
                let name = name(key, at);
                let mut object = Object::open(out);
                object.text("u", &name);
                if name != constraint.key.as_ref() {
                    object.text("k", &constraint.key);
                }
                object.text("x", &constraint.expression);
                object.text("s", &written(&constraint.source));
                object.flag("w", constraint.severity == ConstraintSeverity::Warning);
                object.flag("b", constraint.best_practice);
                object.close();
                out.push('\n');
            }
        }
    }
}

/// A name has no blank, because elements list names with blanks between them.
fn name(key: &str, at: usize) -> String {
    let key = key.replace(char::is_whitespace, "_");
    if at == 0 { key } else { format!("{key}~{}", at + 1) }
}

/// The table as it is read.
#[derive(Debug, Default)]
pub(in crate::definition) struct Constraints {
    /// Sorted by name.
    rows: Vec<(Box<str>, Constraint)>,
}

impl Constraints {
    /// Reads the file, header included.
    pub(in crate::definition) fn read(text: &str) -> Self {
        let mut rows: Vec<_> = text.lines().skip(1).filter_map(read_row).collect();
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        Self { rows }
    }

    /// The invariant of a name.
    pub(super) fn get(&self, name: &str) -> Option<&Constraint> {
        let row = self.rows.binary_search_by(|(own, _)| own.as_ref().cmp(name)).ok()?;
        self.rows.get(row).map(|(_, constraint)| constraint)
    }
}

fn read_row(line: &str) -> Option<(Box<str>, Constraint)> {
    let document = parse(line)?;
    let root = document.root()?;
    let text = |name: &str| root.get(name).map(|member| member.text());
    let name = text("u")?;
    let constraint = Constraint {
        key: text("k").unwrap_or(name).into(),
        severity: match text("w") {
            Some(_) => ConstraintSeverity::Warning,
            None => ConstraintSeverity::Error,
        },
        expression: text("x").unwrap_or_default().into(),
        source: long(text("s").unwrap_or_default()),
        best_practice: text("b").is_some(),
    };
    Some((name.into(), constraint))
}
