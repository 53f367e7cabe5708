//! What is made of a column whose name is known, and of which cancers they speak.

use super::names::{self, Meaning};
use super::seen::Column;
use super::staging;
use super::writing::quoted;

/// Why nothing is made of a column.
pub(super) enum Why {
    /// What must be known first.
    Ask(String),
    /// It is not what its name says.
    Other,
}

/// Whether the diagnoses of rows with these columns are surely cancers: beside them stands what only registries of cancers have, and no
/// code of another disease.
pub(super) fn is_of_cancer(columns: &[&Column]) -> bool {
    let of = |column: &&&Column| match names::meaning(&column.name) {
        Some(Meaning::Field("cancers", path)) if column.filled > 0 => Some(path),
        _ => None,
    };
    let coded = |column: &&&Column| of(column).is_some_and(|path| path.starts_with("diagnosis.code"));
    let is_proof = |column: &&&Column| match of(column) {
        Some("histology") => true,
        Some(path) if staging::is_category(path) => staging::category(column, columns).is_ok(),
        Some(path) => path.starts_with("diagnosis.code"),
        None => false,
    };
    columns.iter().filter(coded).all(|column| column.is_cancer) && columns.iter().any(|column| is_proof(&column))
}

/// What is made of a column for a field; else what must be known first.
pub(super) fn expression(column: &Column, path: &str, all: &[&Column]) -> Result<String, Why> {
    let name = quoted(&column.name);
    let ask = |why: &str| Err(Why::Ask(why.to_owned()));
    if column.filled == 0 {
        return ask("there is nothing in it");
    }
    match path {
        "sex" => {
            let Some(words) = &column.words else { return ask("its words are too many for a sex") };
            let known: Option<Vec<String>> =
                words.keys().map(|word| Some(format!("{}: {}", quoted(word), names::sex(word)?))).collect();
            match known {
                Some(values) => Ok(format!("{{ column: {name}, values: {{ {} }} }}", values.join(", "))),
                None => {
                    let words: Vec<String> = words.keys().map(|word| format!("{}: …", quoted(word))).collect();
                    let words = words.join(", ");
                    ask(&format!("say what its words mean: {{ column: {name}, values: {{ {words} }} }}"))
                }
            }
        }
        path if staging::is_category(path) => {
            staging::category(column, all).map_err(|may_be| may_be.map_or(Why::Other, Why::Ask))
        }
        "stage group.group" if !staging::is_group(column) => ask("not all of it are stage groups of TNM"),
        _ if !column.marks.is_empty() => {
            let values: Vec<String> = column.marks.iter().map(|mark| format!("{}: …", quoted(mark))).collect();
            let values = values.join(", ");
            ask(&format!(
                "say what signs in it mean, null for nothing: {{ column: {name}, values: {{ {values} }}, otherwise: keep }}"
            ))
        }
        "birth_date" | "diagnosed" | "deceased" => match column.format() {
            Some(_) => Ok(format!("{{ column: {name} }}")),
            None if column.is_ambiguous() => ask("say whether day or month comes first, by `dates` above"),
            None => ask("not all of it are dates of one format"),
        },
        "score"
            if !column.words.as_ref().is_some_and(|words| {
                words.keys().all(|word| matches!(word.as_str(), "0" | "1" | "2" | "3" | "4" | "5"))
            }) =>
        {
            ask("not all of it are scores from 0 to 5")
        }
        _ => match path.split_once(".code ") {
            Some((_, "?")) => ask(&format!(
                "say which ICD-10 it is: code: {{ column: {name}, system: icd-10 }}, or icd-10-cm, icd-10-gm"
            )),
            Some((_, system)) => Ok(format!("{{ column: {name}, system: {system} }}")),
            None => Ok(format!("{{ column: {name} }}")),
        },
    }
}
