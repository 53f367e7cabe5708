//! How long JSON takes to become a document, beside a yardstick in the same run: `serde_json` reading the same bytes to a `Value`. The
//! last lines print the ratio; the goal is 0.35 at the most.
//!
//! The input is the bundle of the seed case, pretty as its snapshot has it and without white space. `CASE2FHIR_BENCH_JSON` names another
//! file to measure.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench may fail loudly, and its ratio is its result")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use case2fhir::instance::{Document, parse_json, parse_json_bytes, to_json};
use case2fhir::issue::Issues;
use criterion::{Criterion, Throughput};

const SNAPSHOT: &str = include_str!("../fixtures/cases/xing-2023-atc/bundle.json.snap");

/// The shortest of many runs: what the machine can do when nothing else disturbs it.
fn shortest(mut run: impl FnMut()) -> Duration {
    (0..2000)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn inputs() -> Vec<(String, Vec<u8>)> {
    let pretty = SNAPSHOT.split_once("\n---\n").map_or(SNAPSHOT, |(_, bundle)| bundle);
    let document = parse_json(pretty, 1, &mut Issues::default()).expect("the snapshot is JSON");
    let mut inputs = vec![
        ("pretty".to_owned(), pretty.as_bytes().to_vec()),
        ("compact".to_owned(), to_json(&document).into_bytes()),
    ];
    if let Some(file) = std::env::var_os("CASE2FHIR_BENCH_JSON") {
        inputs.push(("file".to_owned(), std::fs::read(file).expect("the file can be read")));
    }
    inputs
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    for (name, bytes) in inputs() {
        let mut issues = Issues::default();
        let mut reused = Document::default();
        let mut group = criterion.benchmark_group(format!("parse, {name}"));
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function("yardstick: serde_json to a Value", |b| {
            b.iter(|| serde_json::from_slice::<serde_json::Value>(&bytes));
        });
        group.bench_function("a new document", |b| b.iter(|| parse_json_bytes(&bytes, 1, &mut issues)));
        group.bench_function("a document used again", |b| b.iter(|| reused.read_json_bytes(&bytes, 1, &mut issues)));
        group.finish();

        let yardstick = shortest(|| drop(black_box(serde_json::from_slice::<serde_json::Value>(&bytes))));
        let new = shortest(|| drop(black_box(parse_json_bytes(&bytes, 1, &mut issues))));
        let again = shortest(|| assert!(reused.read_json_bytes(&bytes, 1, &mut issues)));
        let ratio = |time: Duration| time.as_secs_f64() / yardstick.as_secs_f64();
        let length = bytes.len();
        println!(
            "{name} ({length} bytes): serde_json {yardstick:?}, new {new:?} ({:.2}), used again {again:?} ({:.2})",
            ratio(new),
            ratio(again)
        );
    }
}
