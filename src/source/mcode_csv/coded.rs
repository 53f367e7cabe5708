//! Codes in cells: a code, the system that it is of, and words beside it.
//!
//! A system is named by its URI or by its short name. Where a column says by itself of which system its codes are (the framework writes
//! SNOMED CT for body sites, say), that system is meant where none is named. A code that its system cannot have is not passed on: its words,
//! or itself, stand in its place, and what was written is a remark.

use std::borrow::Cow;

use super::super::draft::{Draft, Record};
use super::cells::{Cells, Told};
use crate::case::Concept;
use crate::case::read::At;
use crate::issue::Code;
use crate::terminology::{Coding, lists, systems};

/// Which columns a concept is made of.
#[derive(Clone, Copy)]
pub(super) struct Coded {
    pub(super) code: &'static str,
    /// The column that names the system.
    pub(super) system: Option<&'static str>,
    /// The system where none is named.
    pub(super) usual: Option<&'static str>,
    /// The column of the words.
    pub(super) words: Option<&'static str>,
}

impl Coded {
    /// Code and system, each in a column, and words.
    pub(super) const fn of(code: &'static str, system: &'static str, words: Option<&'static str>) -> Self {
        Self { code, system: Some(system), usual: None, words }
    }

    /// A code of the system that the column is for.
    pub(super) const fn in_system(code: &'static str, usual: &'static str) -> Self {
        Self { code, system: None, usual: Some(usual), words: None }
    }

    pub(super) const fn usual(self, usual: &'static str) -> Self {
        Self { usual: Some(usual), ..self }
    }

    pub(super) const fn words(self, words: &'static str) -> Self {
        Self { words: Some(words), ..self }
    }
}

/// A concept that cells give.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) concept: Concept,
    draft: Draft,
}

impl Given {
    pub(super) fn draft(self) -> Draft {
        self.draft
    }

    /// The code of a system, where it is of this one.
    pub(super) fn code_in(&self, system: &str) -> Option<&str> {
        self.concept.codings.iter().find(|coding| coding.system == system).map(|coding| coding.code.as_str())
    }

    /// The concept in words, with its code in brackets, for where only words may stand.
    pub(super) fn spelled(&self) -> String {
        let code = self.concept.codings.first().map(|coding| {
            let system = systems::title(&coding.system).unwrap_or(&coding.system);
            format!("{system} {}", coding.code)
        });
        match (&self.concept.text, code) {
            (Some(text), Some(code)) => format!("{text} ({code})"),
            (Some(text), None) => text.clone(),
            (None, code) => code.unwrap_or_default(),
        }
    }

    /// The concept with these words, where it has none.
    pub(super) fn worded(mut self, words: &str) -> Self {
        if self.concept.text.is_none() {
            self.concept.text = Some(words.to_owned());
            if let Draft::Record(record) = &mut self.draft {
                let span = record.span;
                record.set("text", Draft::Text(words.to_owned(), span));
            }
        }
        self
    }
}

impl Cells<'_, '_, '_> {
    /// The concept that columns give.
    pub(super) fn concept(&mut self, columns: Coded) -> Option<Given> {
        let code = self.text(columns.code);
        let system = columns.system.and_then(|column| self.text(column));
        let words = columns.words.and_then(|column| self.text(column));
        self.put_together(columns, code.as_ref(), system.as_ref(), words.as_ref())
    }

    /// The concepts that lists in columns give.
    pub(super) fn concepts(&mut self, columns: Coded) -> Vec<Given> {
        let split = |told: &Option<Told>| -> Vec<Option<Told>> {
            let Some(told) = told else { return Vec::new() };
            let part = |part: &str| {
                let text = part.trim().to_owned();
                (!text.is_empty()).then_some(Told { text, span: told.span })
            };
            told.text.split('|').map(part).collect()
        };
        let code = self.text(columns.code);
        let system = columns.system.and_then(|column| self.text(column));
        let words = columns.words.and_then(|column| self.text(column));
        let (codes, systems, displays) = (split(&code), split(&system), split(&words));
        let fits = |list: &[Option<Told>]| list.is_empty() || list.len() == codes.len();
        if codes.len() > 1 && !(fits(&systems) && fits(&displays)) || codes.is_empty() && displays.len() > 1 {
            let columns_told: Vec<(&str, &Told)> =
                [(Some(columns.code), &code), (columns.system, &system), (columns.words, &words)]
                    .into_iter()
                    .filter_map(|(column, told)| Some((column?, told.as_ref()?)))
                    .collect();
            let place = columns_told.first().map_or(self.span(), |(_, told)| told.span);
            let message =
                "the lists in the columns that belong together are not of one length; all of it is kept in words";
            self.tell(Code::UnevenLists, place, message, "write as many values into each, with `|` between them");
            for (column, told) in columns_told {
                self.remark(column, told);
            }
            return Vec::new();
        }
        let mut list = Vec::new();
        for at in 0..codes.len().max(displays.len()) {
            let (code, system, words) = (part_of(&codes, at), part_of(&systems, at), part_of(&displays, at));
            list.extend(self.put_together(columns, code, system, words));
        }
        list
    }

    fn put_together(
        &mut self,
        columns: Coded,
        code: Option<&Told>,
        system: Option<&Told>,
        words: Option<&Told>,
    ) -> Option<Given> {
        let span = code.or(words).or(system)?.span;
        let at = At(span);
        let coding = code.and_then(|code| self.coding(columns, code, system));
        let mut record = Record::at(span);
        let text = match (words, &coding, code) {
            (Some(words), _, _) => Some(words.clone()),
            (None, None, Some(code)) => Some(code.clone()),
            (None, Some(_), _) => None,
            (None, None, None) => {
                // A system alone says nothing, and is kept.
                if let (Some(column), Some(system)) = (columns.system, system) {
                    self.remark(column, system);
                }
                return None;
            }
        };
        if coding.is_none() {
            if let (Some(code), true) = (code, words.is_some()) {
                self.remark(columns.code, code);
            }
            if let (Some(column), Some(system)) = (columns.system, system) {
                self.remark(column, system);
            }
        }
        record.set("text", text.clone().map(Told::draft));
        if let (Some(coding), Some(code)) = (&coding, code) {
            let mut form = Record::at(code.span);
            let system_span = system.map_or(code.span, |system| system.span);
            form.set("system", Draft::Text(coding.system.to_string(), system_span));
            form.set("code", Draft::Text(coding.code.clone(), code.span));
            record.set("code", Draft::Record(form));
        }
        let concept = Concept { text: text.map(|told| told.text), codings: coding.into_iter().collect(), at };
        Some(Given { concept, draft: Draft::Record(record) })
    }

    /// The code, where it can be one.
    fn coding(&mut self, columns: Coded, code: &Told, system: Option<&Told>) -> Option<Coding> {
        let named = match (system, columns.usual) {
            (Some(system), _) => Cow::Owned(system.text.clone()),
            (None, Some(usual)) => Cow::Borrowed(usual),
            (None, None) => {
                let message = "nothing says of which code system this code is; it is kept in words";
                let column = columns.system.unwrap_or("code system");
                self.tell(Code::UnusableCode, code.span, message, format!("fill `{column}`"));
                return None;
            }
        };
        let Some(known) = systems::find(&named) else {
            let at = system.map_or(code.span, |system| system.span);
            let message = "this is no code system that is known by that name, and no URI; the code is kept in words";
            let help = match nearest_system(&named) {
                Some(alias) => format!("did you mean `{alias}`? Or write the code system's URI"),
                None => "write the code system's URI, such as http://snomed.info/sct".to_owned(),
            };
            self.tell(Code::UnusableCode, at, message, help);
            return None;
        };
        // ICD-O-3's morphologies have a form that no other system's codes have, and mCODE's value set of histologies holds both.
        let known = match columns.usual {
            Some(systems::SNOMED_CT) if system.is_none() && is_morphology(&code.text) => {
                systems::find(systems::ICD_O_3).unwrap_or(known)
            }
            _ => known,
        };
        let refusal =
            known.check(&code.text).err().or_else(|| lists::refusal(&known.uri, &known.canonical(&code.text)));
        if let Some(reason) = refusal {
            let message = format!("this code cannot be passed on: {reason}; it is kept in words");
            self.tell(Code::UnusableCode, code.span, message, "correct the code, or its code system");
            return None;
        }
        let code = known.canonical(&code.text);
        Some(Coding { system: known.uri, code, version: None, display: None })
    }
}

/// The value at a place of a list, where one stands there.
fn part_of(list: &[Option<Told>], at: usize) -> Option<&Told> {
    list.get(at).and_then(Option::as_ref)
}

/// `8500/3`: four digits, a stroke, a digit.
fn is_morphology(code: &str) -> bool {
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    code.split_once('/').is_some_and(|(morphology, behaviour)| digits(morphology, 4) && digits(behaviour, 1))
}

fn nearest_system(name: &str) -> Option<&'static str> {
    crate::case::read::nearest(name, &systems::aliases())
}
