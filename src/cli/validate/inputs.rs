//! The inputs as they are typed, to the files that they stand for: folders are walked, in the order of their names.
//!
//! Hidden files and folders are skipped, and so is whatever is neither `.json` nor `.ndjson` (or the latter as `.gz`). Links are
//! followed, but no folder is entered twice, so that a ring of links ends.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Something that is to be read.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) kind: Kind,
    /// What the user calls it.
    pub(super) name: String,
    /// Whether the user named it, rather than a folder that it was found in.
    pub(super) is_named: bool,
}

#[derive(Debug)]
pub(super) enum Kind {
    Stdin,
    File(PathBuf),
    /// It cannot be looked at, and why.
    Failed(String),
}

/// How a file's resources stand in it, as far as its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) is_gzip: bool,
    pub(super) content: Content,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// One resource.
    Json,
    /// One resource a line.
    Lines,
    /// The name does not tell.
    Unknown,
}

impl Shape {
    /// What standard input has.
    pub(super) const UNKNOWN: Self = Self { is_gzip: false, content: Content::Unknown };

    pub(super) fn of(path: &Path) -> Self {
        let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let (name, is_gzip) = match name.strip_suffix(".gz") {
            Some(inner) => (inner, true),
            None => (name.as_str(), false),
        };
        let content = match name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("json") => Content::Json,
            Some("ndjson" | "jsonl") => Content::Lines,
            _ => Content::Unknown,
        };
        Self { is_gzip, content }
    }

    /// Whether a walk through folders takes such a file.
    fn is_taken(self) -> bool {
        self.content == Content::Lines || (self.content == Content::Json && !self.is_gzip)
    }
}

/// Whether an input stands for exactly one resource, so that its outcome needs no array around it.
pub(super) fn is_single(path: &Path) -> bool {
    path == Path::new("-") || (Shape::of(path).content != Content::Lines && !path.is_dir())
}

/// All inputs, with those that folders stand for.
pub(super) fn expand(paths: &[PathBuf]) -> Vec<Input> {
    let mut list = Vec::new();
    let mut seen = HashSet::new();
    for path in paths {
        if path == Path::new("-") {
            list.push(Input { kind: Kind::Stdin, name: "<stdin>".to_owned(), is_named: true });
        } else if path.is_dir() {
            let before = list.len();
            seen.clear();
            walk(path, &mut seen, &mut list);
            if list.len() == before {
                let kind = Kind::Failed("there is no .json or .ndjson file in this folder".to_owned());
                list.push(Input { kind, name: path.display().to_string(), is_named: true });
            }
        } else {
            let name = path.display().to_string();
            list.push(Input { kind: Kind::File(path.clone()), name, is_named: true });
        }
    }
    list
}

fn walk(folder: &Path, seen: &mut HashSet<PathBuf>, list: &mut Vec<Input>) {
    // The stack is kept here and not in calls: folders nest as deep as file systems let them.
    let mut open = vec![folder.to_path_buf()];
    while let Some(path) = open.pop() {
        if !path.is_dir() {
            let name = path.display().to_string();
            list.push(Input { kind: Kind::File(path), name, is_named: false });
            continue;
        }
        let entries = path.canonicalize().and_then(|real| match seen.insert(real) {
            true => std::fs::read_dir(&path)?.collect::<Result<Vec<_>, _>>(),
            false => Ok(Vec::new()),
        });
        match entries {
            Ok(entries) => {
                let mut paths: Vec<PathBuf> =
                    entries.iter().map(std::fs::DirEntry::path).filter(|path| is_wanted(path)).collect();
                paths.sort();
                open.extend(paths.into_iter().rev());
            }
            Err(error) => {
                let kind = Kind::Failed(error.to_string());
                list.push(Input { kind, name: path.display().to_string(), is_named: false });
            }
        }
    }
}

fn is_wanted(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !is_hidden && (path.is_dir() || Shape::of(path).is_taken())
}
