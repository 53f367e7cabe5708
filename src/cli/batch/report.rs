//! What a run tells when it ends: the report for programs, the manifest of a bulk export, and a few lines for people.

use std::path::Path;

use serde::Serialize;
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

/// The manifest of a bulk export (FHIR Bulk Data Access 2.0, "Response - Complete Status").
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Manifest<'a> {
    transaction_time: &'a str,
    request: &'a str,
    requires_access_token: bool,
    output: Vec<Item<'a>>,
    error: Vec<Item<'a>>,
}

/// A file of an export: its name beside the manifest, and, where the specification has no word, in the `extension` that it allows.
#[derive(Serialize)]
struct Item<'a> {
    r#type: &'a str,
    url: &'a Path,
    count: u64,
    extension: Value,
}

/// The manifest of a bulk export as JSON: `begun` is its moment, `request` what was asked for.
pub(super) fn manifest(begun: &str, request: &str, files: &[State]) -> String {
    let list = |is_wanted: fn(&State) -> bool| -> Vec<Item<'_>> {
        // A file that lies elsewhere has no address from here.
        let files = files.iter().filter(|state| state.lines > 0 && is_wanted(state) && !state.path.is_absolute());
        files
            .map(|state| Item {
                r#type: &state.kind,
                url: &state.path,
                count: state.lines,
                extension: json!({ "sha256": state.sha256, "bytes": state.bytes, "unpackedBytes": state.size }),
            })
            .collect()
    };
    let manifest = Manifest {
        transaction_time: begun,
        request,
        requires_access_token: false,
        output: list(|state| ![REJECTS, REJECTED_CASES, BUNDLES].contains(&state.kind.as_str())),
        error: list(|state| state.kind == REJECTS),
    };
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
