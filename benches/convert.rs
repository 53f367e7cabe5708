//! How long the seed case takes from text to text, beside a yardstick in the same run: `serde_json` parsing the bundle that comes
//! out, and writing it again. The last lines print the ratio; the goal is 3 at the most.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench may fail loudly, and its ratio is its result")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use case2fhir::instance::to_json;
use case2fhir::issue::{Issues, SourceMap};
use case2fhir::pipeline::{Context, convert, convert_case};
use case2fhir::source::{self, Format, Input};
use criterion::{Criterion, Throughput};

const CASE: &str = include_str!("../fixtures/cases/xing-2023-atc/case.yaml");

/// Parse, map and write, without the check of the bundle.
fn whole(context: &Context) -> String {
    let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
    let conversion = convert(context, "case.yaml", CASE.as_bytes(), &mut sources, &mut issues);
    conversion.map(|conversion| to_json(&conversion.bundle.document)).unwrap_or_default()
}

/// The yardstick: the same output parsed and written again by `serde_json`.
fn yardstick(bundle: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(bundle).unwrap_or_default();
    serde_json::to_string(&value).unwrap_or_default()
}

/// The shortest of many runs: what the machine can do when nothing else disturbs it.
fn shortest(mut run: impl FnMut() -> String) -> Duration {
    (0..300)
        .map(|_| {
            let start = Instant::now();
            black_box(run());
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn main() {
    let context = Context { check: false, ..Context::default() };
    let bundle = whole(&context);
    assert!(bundle.len() > 100_000, "the seed case converts");

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("seed case");
    group.throughput(Throughput::Bytes(bundle.len() as u64));
    group.bench_function("yardstick: serde_json parses and writes the bundle", |b| b.iter(|| yardstick(&bundle)));
    group.bench_function("convert: parse, map, write", |b| b.iter(|| whole(&context)));
    group.bench_function("of that: parse the case", |b| {
        b.iter(|| {
            let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
            source::read(Input::file("case.yaml", CASE.as_bytes()), Format::Auto, &mut sources, &mut issues)
        });
    });
    let (mut sources, mut issues) = (SourceMap::default(), Issues::default());
    let case = source::read(Input::file("case.yaml", CASE.as_bytes()), Format::Auto, &mut sources, &mut issues);
    let case = case.expect("the seed case has no errors");
    group.bench_function("of that: map and assemble", |b| {
        b.iter(|| convert_case(&context, &case, &mut Issues::default()));
    });
    let conversion = convert_case(&context, &case, &mut Issues::default());
    group.bench_function("of that: write", |b| b.iter(|| to_json(&conversion.bundle.document)));
    group.finish();
    criterion.final_summary();

    let (ours, theirs) = (shortest(|| whole(&context)), shortest(|| yardstick(&bundle)));
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!("convert {ours:?}, yardstick {theirs:?} for {} bytes: ratio {ratio:.2} (goal: at most 3)", bundle.len());
}
