//! The inputs as they are typed, to the files that they stand for: folders are walked, in the order of their names, and patterns with
//! `*`, `?` and `[…]` are matched where the shell has not done so.
//!
//! Hidden files and folders are skipped, and so is whatever has none of the wanted ends. Links are followed, but no folder is entered
//! twice, so that a ring of links ends. Files are found while they are asked for: of a folder its names are held, and no more.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use glob::MatchOptions;

use super::compression::Compression;
use super::tables::Tables;

/// Something that is to be read.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) kind: Kind,
    /// What the user calls it.
    pub(crate) name: String,
    /// Whether the user named it, rather than a folder that it was found in.
    pub(crate) is_named: bool,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Stdin,
    File(PathBuf),
    /// Tables that hold cases together.
    Tables(Vec<PathBuf>),
    /// It cannot be looked at, and why.
    Failed(String),
}

/// What stands in the files that are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// FHIR resources: JSON and NDJSON.
    Resources,
    /// Cases: these, YAML, and tables.
    Cases(Tables),
}

/// How a file's records stand in it, as far as its name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) compression: Compression,
    pub(crate) content: Content,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// One record as JSON.
    Json,
    /// One record as YAML.
    Yaml,
    /// One record a line.
    Lines,
    /// Cells.
    Table,
    /// The name does not tell.
    Unknown,
}

impl Shape {
    /// What standard input has.
    pub(crate) const UNKNOWN: Self = Self { compression: Compression::None, content: Content::Unknown };

    pub(crate) fn of(path: &Path) -> Self {
        let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let (compression, name) = Compression::of(&name);
        let content = match name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("json") => Content::Json,
            Some("yaml" | "yml") => Content::Yaml,
            Some("ndjson" | "jsonl") => Content::Lines,
            Some("csv" | "tsv" | "tab") => Content::Table,
            _ => Content::Unknown,
        };
        Self { compression, content }
    }

    /// Whether a walk through folders takes such a file.
    fn is_taken(self, wanted: Wanted) -> bool {
        match self.content {
            Content::Lines => true,
            Content::Json => wanted != Wanted::Resources || self.compression == Compression::None,
            Content::Yaml => wanted != Wanted::Resources,
            Content::Table => wanted == Wanted::Cases(Tables::Each),
            Content::Unknown => false,
        }
    }
}

/// Whether an input stands for exactly one record, so that its outcome needs no array around it.
pub(crate) fn is_single(path: &Path) -> bool {
    path == Path::new("-") || (Shape::of(path).content != Content::Lines && !path.is_dir() && !is_pattern(path))
}

/// Whether a path is a pattern: no file is called so, and it has a pattern's characters.
fn is_pattern(path: &Path) -> bool {
    !path.exists() && path.to_string_lossy().contains(['*', '?', '['])
}

/// All inputs, one after the other, with those that folders and patterns stand for.
pub(crate) struct Inputs {
    wanted: Wanted,
    typed: std::vec::IntoIter<PathBuf>,
    /// A folder that is never entered: where the output goes.
    apart: Option<PathBuf>,
    /// Files that a walk passes over: what the run itself reads.
    except: Vec<PathBuf>,
    /// The pattern that is being matched.
    pattern: Option<Pattern>,
    /// The folder that is being walked.
    walk: Option<Walk>,
}

struct Pattern {
    typed: PathBuf,
    matches: glob::Paths,
    any: bool,
}

struct Walk {
    typed: PathBuf,
    /// Whether the user named the folder, rather than a pattern that it matches.
    is_named: bool,
    /// The folders that were entered.
    seen: HashSet<PathBuf>,
    /// What is still to be looked at, the next one last. The stack is kept here and not in calls: folders nest as deep as file
    /// systems let them.
    open: Vec<PathBuf>,
    any: bool,
}

impl Inputs {
    pub(crate) fn new(paths: &[PathBuf], wanted: Wanted) -> Self {
        Self { wanted, typed: Vec::from(paths).into_iter(), apart: None, except: Vec::new(), pattern: None, walk: None }
    }

    /// The same inputs without those in this folder.
    pub(crate) fn apart_from(mut self, folder: &Path) -> Self {
        self.apart = folder.canonicalize().ok();
        self
    }

    /// The same inputs, where walks pass over these files: a mapping that lies beside its tables is no case.
    pub(crate) fn except<'p>(mut self, files: impl Iterator<Item = &'p PathBuf>) -> Self {
        self.except = files.filter_map(|file| file.canonicalize().ok()).collect();
        self
    }

    /// The next path as it is typed, or as a pattern gives it.
    fn begin(&mut self) -> Option<Input> {
        let path = self.typed.next()?;
        if path == Path::new("-") {
            return Some(Input { kind: Kind::Stdin, name: "<stdin>".to_owned(), is_named: true });
        }
        if is_pattern(&path) {
            let options = MatchOptions { require_literal_leading_dot: true, ..MatchOptions::new() };
            match glob::glob_with(&path.to_string_lossy(), options) {
                Ok(matches) => self.pattern = Some(Pattern { typed: path, matches, any: false }),
                Err(error) => return Some(failed(&path, true, error.to_string())),
            }
            return self.next();
        }
        self.enter(path, true)
    }

    fn enter(&mut self, path: PathBuf, is_named: bool) -> Option<Input> {
        if !path.is_dir() {
            let name = path.display().to_string();
            return Some(Input { kind: kind(path, self.wanted), name, is_named: true });
        }
        self.walk = Some(Walk { typed: path.clone(), is_named, seen: HashSet::new(), open: vec![path], any: false });
        self.next()
    }
}

impl Iterator for Inputs {
    type Item = Input;

    fn next(&mut self) -> Option<Input> {
        if let Some(walk) = &mut self.walk {
            if let Some(input) = walk.next(self.wanted, self.apart.as_deref(), &self.except) {
                walk.any = true;
                return Some(input);
            }
            let (typed, is_missed) = (std::mem::take(&mut walk.typed), walk.is_named && !walk.any);
            self.walk = None;
            if is_missed {
                let ends = match self.wanted {
                    Wanted::Resources => ".json or .ndjson",
                    Wanted::Cases(Tables::Each | Tables::Together) => ".csv, .tsv, .yaml, .json or .ndjson",
                    Wanted::Cases(_) => ".yaml, .json or .ndjson",
                };
                return Some(failed(&typed, true, format!("there is no {ends} file in this folder")));
            }
        }
        if let Some(pattern) = &mut self.pattern {
            match pattern.matches.next() {
                Some(found) => {
                    pattern.any = true;
                    return match found {
                        Ok(path) => self.enter(path, false),
                        Err(error) => Some(failed(error.path(), false, error.error().to_string())),
                    };
                }
                None => {
                    let (typed, any) = (std::mem::take(&mut pattern.typed), pattern.any);
                    self.pattern = None;
                    if !any {
                        return Some(failed(&typed, true, "no file matches this pattern".to_owned()));
                    }
                }
            }
        }
        self.begin()
    }
}

impl Walk {
    fn next(&mut self, wanted: Wanted, apart: Option<&Path>, except: &[PathBuf]) -> Option<Input> {
        while let Some(path) = self.open.pop() {
            if path.is_file() {
                if !except.is_empty() && path.canonicalize().is_ok_and(|real| except.contains(&real)) {
                    continue;
                }
                let name = path.display().to_string();
                return Some(Input { kind: kind(path, wanted), name, is_named: false });
            }
            let entries = path.canonicalize().and_then(|real| match apart != Some(&real) && self.seen.insert(real) {
                true => std::fs::read_dir(&path)?.collect::<Result<Vec<_>, _>>(),
                false => Ok(Vec::new()),
            });
            match entries {
                Ok(entries) => {
                    let mut paths: Vec<PathBuf> =
                        entries.iter().map(std::fs::DirEntry::path).filter(|path| is_taken(path, wanted)).collect();
                    paths.sort_unstable_by(|a, b| b.cmp(a));
                    self.open.extend(paths);
                    let Wanted::Cases(tables) = wanted else { continue };
                    let set = tables.of_folder(entries.iter().map(std::fs::DirEntry::path));
                    if !set.is_empty() {
                        let name = path.display().to_string();
                        return Some(Input { kind: Kind::Tables(set), name, is_named: false });
                    }
                }
                Err(error) => return Some(failed(&path, false, error.to_string())),
            }
        }
        None
    }
}

/// What a file is.
fn kind(path: PathBuf, wanted: Wanted) -> Kind {
    match wanted {
        Wanted::Cases(tables) if tables.takes(&path) => Kind::Tables(vec![path]),
        _ => Kind::File(path),
    }
}

fn failed(path: &Path, is_named: bool, why: String) -> Input {
    Input { kind: Kind::Failed(why), name: path.display().to_string(), is_named }
}

fn is_taken(path: &Path, wanted: Wanted) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    // Pipes and devices that lie in a folder are waited for in vain.
    !is_hidden && (path.is_dir() || (Shape::of(path).is_taken(wanted) && path.is_file()))
}
