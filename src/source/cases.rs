//! An input that holds several cases: a cohort, a set of tables. It is taken in once; its cases are read one by one, from any thread.

use std::sync::Arc;

use super::delimited::{Group, Groups, Sheet};
use super::draft;
use super::{MAX_BYTES, mcode_csv, phenopacket, table};
use crate::case::Case;
use crate::issue::{Code, Issue, Issues, Source, SourceMap, Span};

/// The cases of an input.
#[derive(Debug)]
pub struct Cases {
    kind: Kind,
    /// What was told when the input was taken in.
    told: (SourceMap, Issues),
}

#[derive(Debug)]
enum Kind {
    Cohort(phenopacket::Cohort),
    Tables { sheets: Vec<Sheet>, groups: Groups, reader: TableReader },
}

/// What makes a case of the rows that belong to it.
#[derive(Debug)]
pub(super) enum TableReader {
    McodeCsv(mcode_csv::Set),
    Mapped(Box<table::Plan>),
}

impl Cases {
    pub(super) fn cohort(cohort: phenopacket::Cohort) -> Self {
        Self { kind: Kind::Cohort(cohort), told: <(SourceMap, Issues)>::default() }
    }

    pub(super) fn tables(sheets: Vec<Sheet>, groups: Groups, reader: TableReader) -> Self {
        Self { kind: Kind::Tables { sheets, groups, reader }, told: <(SourceMap, Issues)>::default() }
    }

    /// The same with what was told when the input was taken in.
    #[must_use]
    pub fn with_told(mut self, sources: SourceMap, issues: Issues) -> Self {
        self.told = (sources, issues);
        self
    }

    /// What was told when the input was taken in, and what it points into.
    #[must_use]
    pub fn told(&self) -> (&SourceMap, &Issues) {
        (&self.told.0, &self.told.1)
    }

    /// How many cases there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.kind {
            Kind::Cohort(cohort) => cohort.len(),
            Kind::Tables { groups, .. } => groups.len(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where a case begins: file and line.
    #[must_use]
    pub fn place(&self, index: usize) -> Option<(Arc<str>, usize)> {
        match &self.kind {
            Kind::Cohort(cohort) => cohort.place(index),
            Kind::Tables { sheets, groups, .. } => {
                let (sheet, row) = groups.get(index)?.rows(sheets).next()?;
                Some((Arc::clone(&sheet.file), sheet.line(row)))
            }
        }
    }

    /// How many bytes a case is made of.
    #[must_use]
    pub fn size(&self, index: usize) -> usize {
        let mut size = 0;
        self.texts(index, |text| size += text.len());
        size
    }

    /// Gives the texts that a case is made of, so that it can be told whether they have changed.
    pub fn texts(&self, index: usize, mut each: impl FnMut(&str)) {
        match &self.kind {
            Kind::Cohort(cohort) => cohort.texts(index, each),
            Kind::Tables { sheets, groups, .. } => {
                let mut last: Option<&Sheet> = None;
                for (sheet, row) in groups.get(index).into_iter().flat_map(|group| group.rows(sheets)) {
                    // What the cells mean hangs on the names above them.
                    if last.is_none_or(|last| !std::ptr::eq(last, sheet)) {
                        each(&sheet.file);
                        each(&sheet.head);
                        each(&sheet.separator.name());
                        last = Some(sheet);
                    }
                    each(sheet.row_text(row));
                }
            }
        }
    }

    /// Reads a case. Faults are reported, all that can be found in one go, and point into the sources that come with them; a case that
    /// is given back beside errors is incomplete, and must not be converted.
    pub fn read(&self, index: usize, issues: &mut Issues) -> (SourceMap, Option<Case>) {
        let mut sources = SourceMap::default();
        match &self.kind {
            Kind::Cohort(cohort) => {
                let case = cohort.read(index, &mut sources, issues);
                (sources, case)
            }
            Kind::Tables { sheets, groups, reader } => match groups.get(index) {
                Some(group) => read_rows(sheets, group, reader, issues),
                None => (sources, None),
            },
        }
    }
}

fn read_rows(sheets: &[Sheet], group: &Group, reader: &TableReader, issues: &mut Issues) -> (SourceMap, Option<Case>) {
    let mut sources = SourceMap::default();
    if group.size(sheets) > MAX_BYTES {
        let first = group.rows(sheets).next();
        let source = first.map(|(sheet, row)| Source::new(Arc::clone(&sheet.file), "", sheet.line(row)));
        let source = sources.share(Arc::new(source.unwrap_or_default()));
        let issue =
            Issue::new(Code::TooLarge, "the rows of this case are larger than 16 MiB").at(Span::new(source, 0, 0));
        issues.add(issue.help("look whether the column that tells cases apart is the right one"));
        return (sources, None);
    }
    let begin = match reader {
        TableReader::McodeCsv(_) => Source::default(),
        TableReader::Mapped(plan) => plan.source(),
    };
    let mut gathered = group.gather(sheets, begin);
    let draft = match reader {
        TableReader::McodeCsv(set) => set.read(group, &mut gathered, issues),
        TableReader::Mapped(plan) => plan.read(group, &mut gathered, issues),
    };
    sources.share(Arc::new(gathered.source));
    let case = draft.and_then(|draft| draft::read(&draft, issues));
    (sources, case)
}
