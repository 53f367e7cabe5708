//! How long it takes to say whether a bundle is sound: parse, and everything that the validator looks at, with R4, US Core and mCODE at
//! hand. Beside it a yardstick in the same run: `serde_json` reading the same bytes to a `Value`. The last lines print the ratio, the time
//! to the first verdict of a process, and how much of NDJSON one and two threads get through.
//!
//! The input is the bundle of the seed case without white space. `CASE2FHIR_BENCH_FILE` names another file to measure beside it.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench may fail loudly, and its ratio is its result")]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use case2fhir::definition::{FhirVersion, Library};
use case2fhir::instance::{Document, lines, parse_json, to_json};
use case2fhir::issue::{Issues, Severity};
use case2fhir::validate::{Request, Session, Validator};
use criterion::{Criterion, Throughput};

const SNAPSHOT: &str = include_str!("../fixtures/cases/xing-2023-atc/bundle.json.snap");

/// The best ratio that is aimed at, the one that is enough, and the time to the first verdict.
const GOALS: &str = "goal: a ratio of 1.0, at most 3; first verdict within 20 ms";

/// How many lines of NDJSON are validated in a round.
const LINES: usize = 2_000;

/// The shortest of many runs: what the machine can do when nothing else disturbs it.
fn shortest(runs: u32, mut run: impl FnMut()) -> Duration {
    let timed = (0..runs).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed()
    });
    timed.min().unwrap_or_default()
}

fn inputs() -> Vec<(String, Vec<u8>)> {
    let pretty = SNAPSHOT.split_once("\n---\n").map_or(SNAPSHOT, |(_, bundle)| bundle);
    let document = parse_json(pretty, 1, &mut Issues::default()).expect("the snapshot is JSON");
    let mut inputs = vec![("seed bundle".to_owned(), to_json(&document).into_bytes())];
    if let Some(file) = std::env::var_os("CASE2FHIR_BENCH_FILE") {
        let name = std::path::Path::new(&file).file_name().map(|name| name.to_string_lossy().into_owned());
        inputs.push((name.unwrap_or_default(), std::fs::read(&file).expect("the file can be read")));
    }
    inputs
}

/// Parses and validates bytes with what a thread keeps; how many errors there are.
fn verdict(session: &mut Session<'_>, document: &mut Document, bytes: &[u8]) -> usize {
    let mut issues = Issues::default();
    if document.read_json_bytes(bytes, 1, &mut issues) {
        session.validate(document, &Request::default(), &mut issues);
    }
    issues.count(Severity::Error)
}

fn new_validator() -> Validator {
    Validator::new(Arc::new(Library::embedded(FhirVersion::R4)))
}

/// One resource of the bundle a line, over and over.
fn ndjson(bundle: &[u8]) -> Vec<u8> {
    let bundle: serde_json::Value = serde_json::from_slice(bundle).expect("JSON");
    let entries = bundle.get("entry").and_then(|entries| entries.as_array()).expect("a bundle");
    let resources: Vec<String> = entries.iter().filter_map(|entry| Some(entry.get("resource")?.to_string())).collect();
    let mut text = Vec::new();
    for resource in resources.iter().cycle().take(LINES) {
        text.extend_from_slice(resource.as_bytes());
        text.push(b'\n');
    }
    text
}

/// Validates all lines on so many threads.
fn validate_lines(validator: &Validator, text: &[u8], threads: usize) -> usize {
    let list: Vec<&[u8]> = lines(text).map(|(_, line)| line).collect();
    let (next, errors) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let (mut session, mut document) = (validator.session(), Document::default());
                loop {
                    let first = next.fetch_add(64, Ordering::Relaxed);
                    let Some(batch) = list.get(first..) else { break };
                    for line in batch.iter().take(64) {
                        errors.fetch_add(verdict(&mut session, &mut document, line), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    errors.into_inner()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let inputs = inputs();

    // Before anything else has made the machine warm: what a user waits for who validates one file.
    let mut first_verdicts = Vec::new();
    for (_, bytes) in &inputs {
        let cold = shortest(20, || {
            let validator = new_validator();
            black_box(verdict(&mut validator.session(), &mut Document::default(), bytes));
        });
        first_verdicts.push(cold);
    }

    let validator = new_validator();
    let (mut session, mut document) = (validator.session(), Document::default());
    for ((name, bytes), cold) in inputs.iter().zip(&first_verdicts) {
        let mut group = criterion.benchmark_group(format!("validate, {name}"));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("yardstick: serde_json to a Value", |b| {
            b.iter(|| serde_json::from_slice::<serde_json::Value>(bytes));
        });
        group.bench_function("parse and validate", |b| b.iter(|| verdict(&mut session, &mut document, bytes)));
        let mut issues = Issues::default();
        group.bench_function("of that: parse", |b| b.iter(|| document.read_json_bytes(bytes, 1, &mut issues)));
        group.finish();

        let errors = verdict(&mut session, &mut document, bytes);
        let yardstick = shortest(1000, || drop(black_box(serde_json::from_slice::<serde_json::Value>(bytes))));
        let ours = shortest(1000, || {
            black_box(verdict(&mut session, &mut document, bytes));
        });
        let parse = shortest(1000, || {
            black_box(document.read_json_bytes(bytes, 1, &mut issues));
        });
        let ratio = ours.as_secs_f64() / yardstick.as_secs_f64();
        println!(
            "{name} ({} bytes, {errors} errors): parse and validate {ours:?}, of that parse {parse:?}, yardstick {yardstick:?}: \
             ratio {ratio:.2}; first verdict {:.1} ms",
            bytes.len(),
            cold.as_secs_f64() * 1e3
        );
    }
    criterion.final_summary();

    let (_, bundle) = inputs.first().expect("the seed bundle");
    let text = ndjson(bundle);
    for threads in [1, 2] {
        let time = shortest(100, || {
            black_box(validate_lines(&validator, &text, threads));
        });
        let per_second = |count: usize| count as u128 * 1_000_000_000 / time.as_nanos().max(1);
        println!(
            "NDJSON, {LINES} resources, {} bytes, {threads} threads: {time:?}, {} MB/s, {} resources/s",
            text.len(),
            per_second(text.len()) / 1_000_000,
            per_second(LINES)
        );
    }
    println!("{GOALS}");
}
