//! Which files are tables, which of them belong together, and their bytes.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::compression::Compression;
use super::inputs::{Content, Shape};
use crate::cli::args::{Conversion, From};
use crate::pipeline::Context;
use crate::source::{TableFile, is_mcode_csv_table};

/// What tables are taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tables {
    /// Nothing.
    None,
    /// The tables of mCODE extraction, by their names; those of a folder belong together.
    Sets,
    /// Each is an input of its own.
    Each,
    /// Those of a folder belong together.
    Together,
}

impl Tables {
    /// What the options make of tables.
    pub(crate) fn of(options: &Conversion, context: &Context) -> Self {
        match (options.from, &context.mapping) {
            (From::Case | From::Phenopacket, _) => Self::None,
            (_, Some(mapping)) if mapping.names_files() => Self::Together,
            (_, Some(_)) => Self::Each,
            (_, None) => Self::Sets,
        }
    }

    /// Whether a file is a table that is taken.
    pub(crate) fn takes(self, path: &Path) -> bool {
        match self {
            Self::None => false,
            Self::Sets => is_of_set(path),
            Self::Each | Self::Together => Shape::of(path).content == Content::Table,
        }
    }

    /// Those of the files of a folder that belong together, in the order of their names.
    pub(crate) fn of_folder(self, files: impl Iterator<Item = PathBuf>) -> Vec<PathBuf> {
        if matches!(self, Self::None | Self::Each) {
            return Vec::new();
        }
        let is_hidden = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let mut files: Vec<PathBuf> =
            files.filter(|path| !is_hidden(path) && self.takes(path) && path.is_file()).collect();
        files.sort_unstable();
        files
    }

    /// The tables of a folder; none where it holds other things.
    pub(crate) fn in_folder(self, folder: &Path) -> io::Result<Vec<PathBuf>> {
        let entries = std::fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
        Ok(self.of_folder(entries.iter().map(std::fs::DirEntry::path)))
    }
}

/// Whether a file that the user named is a table of which nobody says what its columns are.
pub(crate) fn lacks_mapping(path: &Path, tables: Tables) -> bool {
    tables == Tables::Sets && Shape::of(path).content == Content::Table && !is_of_set(path)
}

/// What is said of such a file.
pub(crate) const MAPPING_WANTED: &str =
    "a table needs --mapping, which says what its columns are; `case2fhir init --table FILE` drafts one";

fn is_of_set(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let (_, name) = Compression::of(&name);
    is_mcode_csv_table(name)
}

/// Standard input as a table.
pub(crate) fn from_stdin() -> io::Result<Vec<TableFile>> {
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(vec![TableFile { name: "<stdin>".to_owned(), bytes }])
}

/// The bytes of tables, unpacked. They are held in memory together.
pub(crate) fn read(paths: &[PathBuf]) -> io::Result<Vec<TableFile>> {
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let with_name = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(with_name)?;
        Shape::of(path).compression.unpack(Box::new(file)).read_to_end(&mut bytes).map_err(with_name)?;
        files.push(TableFile { name: path.display().to_string(), bytes });
    }
    Ok(files)
}
