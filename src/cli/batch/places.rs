//! Where a run writes beside its bundles, and that nothing that is read lies there.

use std::path::{Path, PathBuf};

use crate::cli::args::{Batch, Layout};
use crate::cli::stream::inputs::{Inputs, Kind, Wanted};
use crate::cli::stream::tables::Tables;

/// The files that a run writes beside its bundles.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// Where rejects go: from the output folder on, or from the root where they go elsewhere.
    pub(super) rejects: PathBuf,
    /// The name of the report, where it goes into the output folder: no bundle gets that name.
    pub(super) report: Option<PathBuf>,
}

impl Places {
    /// The places that the user named, or the usual ones.
    pub(super) fn of(options: &Batch, folder: &Path) -> Result<Self, (PathBuf, std::io::Error)> {
        // The file need not be there, but its folder must.
        let whole = |path: &PathBuf| {
            let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let parent = parent.canonicalize().map_err(|error| (path.clone(), error))?;
            Ok(parent.join(path.file_name().unwrap_or_default()))
        };
        let from_folder = |path: PathBuf| match path.strip_prefix(folder) {
            Ok(inner) if inner.components().count() == 1 => inner.to_owned(),
            _ => path,
        };
        let rejects = options.rejects.as_ref().map(whole).transpose()?.map(from_folder);
        let report = options.report.as_ref().map(whole).transpose()?.map(from_folder);
        Ok(Self {
            rejects: rejects.unwrap_or_else(|| PathBuf::from("rejects.ndjson")),
            report: report.filter(|path| path.is_relative()),
        })
    }

    /// That none of them is an input or has a name that the run gives itself, and that no input lies where bundles go.
    pub(super) fn check(&self, options: &Batch, tables: Tables, folder: &Path) -> Result<(), String> {
        for (option, path) in [("--rejects", Some(&self.rejects)), ("--report", self.report.as_ref())] {
            let Some(name) = path.filter(|path| path.is_relative()).map(|path| path.to_string_lossy()) else {
                continue;
            };
            let is_taken = match options.layout {
                Layout::Bundles => option == "--rejects" && is_bundle(&name),
                Layout::OneFile => is_lines(&name, Layout::OneFile),
                Layout::Bulk => name == "manifest.json" || is_lines(&name, Layout::Bulk),
            };
            if is_taken {
                return Err(format!("{option}: the run writes files of such names itself; give another one"));
            }
        }
        // Rejects grow beside their place and are moved there; a device or a pipe would be replaced by a file.
        if let Some(path) = &options.rejects
            && std::fs::metadata(path).is_ok_and(|there| !there.is_file())
        {
            return Err(format!("--rejects: {} is no file; give the path of one", path.display()));
        }
        let is_written = |path: &Path| {
            let written = [options.rejects.as_ref(), options.report.as_ref()].into_iter().flatten();
            written.filter_map(|path| path.canonicalize().ok()).any(|written| written == path)
        };
        // Folders are walked later; what is asked here are files that were named, or that a pattern names.
        let (folders, named): (Vec<PathBuf>, Vec<PathBuf>) =
            options.inputs.iter().cloned().partition(|input| input.is_dir());
        let files = Inputs::new(&named, Wanted::Cases(tables)).apart_from(folder).flat_map(|input| match input.kind {
            Kind::File(path) => vec![path],
            Kind::Tables(paths) => paths,
            Kind::Stdin | Kind::Failed(_) => Vec::new(),
        });
        let files = files.filter_map(|path| path.canonicalize().ok().map(|real| (path, real)));
        for (path, real) in files {
            let path = path.display();
            if real.parent() == Some(folder) {
                return Err(format!("{path}: this input lies in the output folder; give another one with -o"));
            }
            if is_written(&real) {
                return Err(format!("{path}: this is an input, and is left as it is; give another place"));
            }
        }
        match folders.iter().any(|input| input.canonicalize().is_ok_and(|input| input == folder)) {
            true => Err("the output folder is an input too; give another one with -o".to_owned()),
            false => Ok(()),
        }
    }
}

/// Whether a run gives a file in its folder this name.
pub(super) fn is_ours(name: &str, layout: Layout) -> bool {
    match layout {
        Layout::Bundles => is_bundle(name) || is_rejects(name),
        Layout::OneFile => is_lines(name, layout) || is_rejects(name),
        Layout::Bulk => name == "manifest.json" || is_lines(name, layout) || is_rejects(name),
    }
}

fn is_bundle(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

fn is_lines(name: &str, layout: Layout) -> bool {
    let name = name.strip_suffix(".gz").unwrap_or(name);
    let Some(stem) = name.strip_suffix(".ndjson") else { return false };
    match layout {
        Layout::OneFile => stem == "bundles",
        // Types of resources begin with a capital, and nothing else does that a run writes.
        _ => stem.starts_with(|first: char| first.is_ascii_uppercase()),
    }
}

fn is_rejects(name: &str) -> bool {
    matches!(name, "rejects.ndjson" | "rejects-cases.ndjson")
}
