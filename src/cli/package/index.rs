//! `packages.ini`, in which tools of the ecosystem note when a package came into the cache and how large it is.
//!
//! HL7's tools empty a cache whose index has another version than they write, so one is begun where there is none, in the version
//! that they write now (3). Lines of others stay as they are.

use std::fs;
use std::io;
use std::path::Path;

const EMPTY: &str = "[cache]\nversion = 3\n\n[urls]\n\n[local]\n\n[packages]\n\n[package-sizes]\n";

/// Enters a package of so many bytes.
pub(super) fn enter(cache: &Path, name: &str, bytes: u64) -> io::Result<()> {
    let path = cache.join("packages.ini");
    let mut text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => EMPTY.to_owned(),
        Err(error) => return Err(error),
    };
    let moment = crate::cli::clock::moment(std::time::SystemTime::now()).unwrap_or_default();
    // Its digits only: 20260131120000.
    let moment: String = moment.chars().filter(char::is_ascii_digit).collect();
    text = with(&text, "packages", name, &moment);
    text = with(&text, "package-sizes", name, &bytes.to_string());
    crate::cli::convert::write_whole(&path, &text)
}

/// The text with this value for this key of this section.
fn with(text: &str, section: &str, key: &str, value: &str) -> String {
    let head = format!("[{section}]");
    let line = format!("{key} = {value}");
    let mut lines: Vec<&str> = text.lines().collect();
    let begin = match lines.iter().position(|line| line.trim() == head) {
        Some(at) => at + 1,
        None => {
            lines.extend(["", &head]);
            lines.len()
        }
    };
    let section = lines.get(begin..).unwrap_or_default();
    let length = section.iter().position(|line| line.trim_start().starts_with('[')).unwrap_or(section.len());
    let own = section.iter().take(length).position(|line| line.split('=').next().unwrap_or_default().trim() == key);
    // A new line comes after the last that is there, before the blank ones.
    let filled = section.iter().take(length).rposition(|line| !line.trim().is_empty()).map_or(0, |at| at + 1);
    match own.and_then(|at| lines.get_mut(begin + at)) {
        Some(own) => *own = &line,
        None => lines.insert(begin + filled, &line),
    }
    lines.join("\n") + "\n"
}
