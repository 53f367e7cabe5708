//! `case2fhir package add`: archives into the cache, as the tools of the ecosystem lay it out: `id#version/package/…`.
//!
//! An archive is unpacked beside its place and moved there when it is whole. It may hold files and folders only, below itself; links
//! and paths that lead elsewhere are refused with the whole archive. A package that is there stays, unless `--force` is given.

use std::fs::{self, File};
use std::io::{self, BufReader, Read as _};
use std::path::{Component, Path, PathBuf};

use flate2::read::MultiGzDecoder;
use tar::EntryType;

use super::index;
use crate::cli::Outcome;
use crate::cli::args::Add;
use crate::cli::setup::cache;
use crate::cli::talk::{Talk, counted};
use crate::instance::parse_json;
use crate::issue::Issues;

/// How many bytes an archive may hold, unpacked.
const MAX_TOTAL: u64 = 4 << 30;

enum Failure {
    /// The file is no package, or none that is taken.
    Refused(String),
    /// Reading or writing failed.
    Io(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What was put into the cache.
struct Added {
    name: String,
    files: usize,
    bytes: u64,
}

pub(super) fn run(options: &Add, talk: &mut Talk) -> Outcome {
    let Some(cache) = cache() else {
        talk.failure("there is no home folder to put packages in");
        return Outcome::Environment;
    };
    let mut worst = Outcome::Well;
    for file in &options.files {
        let failure = match add(file, &cache, options.force) {
            Ok(added) => {
                let place = cache.join(&added.name);
                talk.note(&format!("{} → {}: {}", file.display(), place.display(), counted(added.files, "file")));
                continue;
            }
            Err(failure) => failure,
        };
        let (message, outcome) = match failure {
            Failure::Refused(message) => (message, Outcome::Faulty),
            Failure::Io(error) => (error.to_string(), Outcome::Environment),
        };
        talk.failure(&format!("{}: {message}", file.display()));
        worst = worst.max(outcome);
    }
    worst
}

fn add(file: &Path, cache: &Path, force: bool) -> Result<Added, Failure> {
    let archive = File::open(file)?;
    fs::create_dir_all(cache)?;
    let stage = Stage(cache.join(format!(".add-{}.part", std::process::id())));
    // A stage that is there is a dead process's of the same number.
    remove(&stage.0)?;
    fs::create_dir(&stage.0)?;
    let (files, bytes) = unpack(archive, &stage.0)?;
    let name = name(&stage.0)?;
    let place = cache.join(&name);
    if place.exists() {
        if !force {
            return Err(Failure::Refused(format!("{name} is there already; --force puts this one in its place")));
        }
        let old = Stage(cache.join(format!(".old-{}.part", std::process::id())));
        remove(&old.0)?;
        fs::rename(&place, &old.0)?;
        if let Err(error) = fs::rename(&stage.0, &place) {
            // What was there goes back; where even that fails, the first failure is the one to tell.
            let _ = fs::rename(&old.0, &place);
            return Err(error.into());
        }
    } else {
        fs::rename(&stage.0, &place)?;
    }
    let added = Added { name, files, bytes };
    index::enter(cache, &added.name, added.bytes)?;
    Ok(added)
}

/// A folder that is gone when the work is over: moved to its place, or removed.
struct Stage(PathBuf);

impl Drop for Stage {
    fn drop(&mut self) {
        // What is left of it does no harm: it is hidden, and no package by its name.
        let _ = remove(&self.0);
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Unpacks an archive into a folder and gives the number of files and bytes.
fn unpack(archive: File, folder: &Path) -> Result<(usize, u64), Failure> {
    let broken = |error: io::Error| Failure::Refused(format!("this is no package: {error}"));
    let bytes = MultiGzDecoder::new(BufReader::new(archive)).take(MAX_TOTAL);
    let mut archive = tar::Archive::new(bytes);
    let (mut files, mut size) = (0, 0);
    for entry in archive.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {}
            EntryType::Directory | EntryType::XGlobalHeader => continue,
            _ => return Err(Failure::Refused("this is no package: it holds links or devices".to_owned())),
        }
        let path = entry.path().map_err(broken)?.into_owned();
        let place = folder.join(inner(&path)?);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent)?;
        }
        size += io::copy(&mut entry, &mut File::create(&place)?).map_err(broken)?;
        files += 1;
    }
    Ok((files, size))
}

/// A member's path below the folder; refused where it could lead out of it.
fn inner(path: &Path) -> Result<PathBuf, Failure> {
    let mut inner = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => inner.push(name),
            Component::CurDir => {}
            _ => return Err(Failure::Refused("this is no package: a path leads out of it".to_owned())),
        }
    }
    Ok(inner)
}

/// Id and version of an unpacked package, as its manifest has them.
fn name(folder: &Path) -> Result<String, Failure> {
    let refused = |message: &str| Failure::Refused(format!("this is no package: {message}"));
    let text = fs::read_to_string(folder.join("package").join("package.json"))
        .map_err(|_| refused("it has no package/package.json"))?;
    let document = parse_json(&text, 0, &mut Issues::default());
    let root = document.as_ref().and_then(crate::instance::Document::root);
    let member = |name: &str| root.and_then(|root| root.get(name)).and_then(|node| node.as_str()).unwrap_or_default();
    let (id, version) = (member("name"), member("version"));
    if !is_plain(id) || !is_plain(version) {
        return Err(refused("its package.json has no plain name and version"));
    }
    Ok(format!("{id}#{version}"))
}

/// Whether a name is safe as part of a folder's: no separators, no leading dot.
fn is_plain(name: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_.+".contains(character);
    !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
}
