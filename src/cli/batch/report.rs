//! What a run tells when it ends: the report for programs, the manifest of a bulk export, and a few lines for people.

use std::path::Path;

use serde_json::{Value, json};

use super::outputs::{BUNDLES, REJECTED_CASES, REJECTS};
use super::part::State;
use super::progress::{grouped, rate};
use super::tally::Tally;

/// What a report is about besides the counts.
pub(super) struct About<'a> {
    pub(super) inputs: Vec<String>,
    pub(super) output: Option<String>,
    pub(super) layout: Option<&'static str>,
    pub(super) jobs: usize,
    pub(super) begun: &'a str,
    pub(super) seconds: f64,
    pub(super) is_finished: bool,
    pub(super) is_resumed: bool,
    pub(super) files: &'a [State],
}

/// The report of a run as JSON.
pub(super) fn report(about: &About<'_>, tally: &Tally) -> String {
    let mut report = tally.to_json();
    let files: Vec<Value> = about.files.iter().map(file).collect();
    let head = json!({
        "program": concat!("case2fhir ", env!("CARGO_PKG_VERSION")),
        "begun": about.begun,
        "finished": about.is_finished,
        "resumed": about.is_resumed,
        "seconds": (about.seconds * 1000.0).round() / 1000.0,
        "jobs": about.jobs,
        "inputs": about.inputs,
        "output": about.output,
        "layout": about.layout,
        "files": files,
        "peakMemoryBytes": peak_memory(),
    });
    if let (Value::Object(report), Value::Object(head)) = (&mut report, head) {
        report.extend(head);
    }
    let mut text = serde_json::to_string_pretty(&report).unwrap_or_default();
    text.push('\n');
    text
}

fn file(state: &State) -> Value {
    json!({
        "path": state.path,
        "type": state.kind,
        "lines": state.lines,
        "bytes": state.bytes,
        "unpackedBytes": state.size,
        "sha256": state.sha256,
    })
}

/// The manifest of a bulk export (FHIR Bulk Data Access 2.0, "Response - Complete Status"): `url` is the file's name beside the
/// manifest, and what the specification has no word for stands in `extension`.
pub(super) fn manifest(folder: &Path, begun: &str, request: &str, files: &[State]) -> String {
    let list = |is_wanted: &dyn Fn(&State) -> bool| -> Vec<Value> {
        let files = files.iter().filter(|state| state.lines > 0 && is_wanted(state));
        // A file that lies elsewhere has no address from here.
        let files = files.filter(|state| !state.path.is_absolute() && folder.join(&state.path).exists());
        files
            .map(|state| {
                json!({
                    "type": state.kind,
                    "url": state.path,
                    "count": state.lines,
                    "extension": { "sha256": state.sha256, "bytes": state.bytes, "unpackedBytes": state.size },
                })
            })
            .collect()
    };
    let is_resource = |state: &State| ![REJECTS, REJECTED_CASES, BUNDLES].contains(&state.kind.as_str());
    let manifest = json!({
        "transactionTime": begun,
        "request": request,
        "requiresAccessToken": false,
        "output": list(&is_resource),
        "error": list(&|state| state.kind == REJECTS),
    });
    let mut text = serde_json::to_string_pretty(&manifest).unwrap_or_default();
    text.push('\n');
    text
}

/// The run in words, a line each.
pub(super) fn summary(tally: &Tally, seconds: f64, rejects: Option<&Path>) -> Vec<String> {
    let plural = |count: u64, one: &str| format!("{} {one}{}", grouped(count), if count == 1 { "" } else { "s" });
    let mut first = format!(
        "{} read = {} written + {} rejected",
        plural(tally.read, "case"),
        grouped(tally.written),
        grouped(tally.rejected)
    );
    if tally.unread > 0 {
        first.push_str(&format!(" (of them {} could not be read)", plural(tally.unread, "input")));
    }
    if let (true, Some(path)) = (tally.rejected > 0, rejects) {
        first.push_str(&format!(" → {}", path.display()));
    }
    let coded = tally.concepts.saturating_sub(tally.text_only);
    let second = format!(
        "{} of {}; {} of {} coded",
        plural(tally.resource_count(), "resource"),
        plural(u64::try_from(tally.resources.len()).unwrap_or(0), "type"),
        grouped(coded),
        plural(tally.concepts, "concept")
    );
    let third = format!(
        "{} in, {} out, {:.1} s, {} cases/s",
        indicatif::HumanBytes(tally.bytes_read),
        indicatif::HumanBytes(tally.bytes_written),
        seconds,
        rate(tally.read, seconds)
    );
    vec![first, second, third]
}

/// The most memory that the process had, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}
