//! How long `case2fhir batch` takes for many cases, from file to file: read, map, validate, write. Beside it in the same run, on one
//! thread: `serde_json` parsing the same input, and parsing the output and writing it again. The last lines print the ratios; the goals
//! are 4 at the most on one thread, and 1.8 times as fast with two.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench may fail loudly, and its ratio is its result")]

use std::hint::black_box;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use case2fhir::instance::{parse_yaml, to_json};
use case2fhir::issue::Issues;
use criterion::{Criterion, Throughput};

const CASE: &str = include_str!("../fixtures/cases/xing-2023-atc/case.yaml");
/// How many cases make a run long enough that starting it does not count.
const CASES: usize = 1000;
/// Of so many runs the shortest counts: what the machine can do when nothing else disturbs it.
const RUNS: usize = 5;

/// The seed case a line, each time under another id.
fn input(folder: &Path) -> PathBuf {
    let document = parse_yaml(CASE, 1, &mut Issues::default()).expect("the seed case");
    let case = to_json(&document);
    let id = document.root().and_then(|root| root.get("id")).expect("an id").text().to_owned();
    let path = folder.join("cases.ndjson");
    let mut file = BufWriter::new(std::fs::File::create(&path).expect("a file"));
    for number in 0..CASES {
        let line = case.replacen(&format!("\"{id}\""), &format!("\"{id}-{number}\""), 1);
        writeln!(file, "{line}").expect("a line");
    }
    file.flush().expect("a file");
    path
}

fn batch(input: &Path, output: &Path, arguments: &[&str]) -> Duration {
    let mut command = Command::new(env!("CARGO_BIN_EXE_case2fhir"));
    command.args(["batch", "--quiet", "--restart", "-o"]).arg(output).arg(input).args(arguments);
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).status().expect("the program");
    assert!(status.success(), "every case converts");
    start.elapsed()
}

/// The yardstick: the input parsed, and the output parsed and written again.
fn yardstick(input: &Path, output: &Path, copy: &Path) -> Duration {
    let start = Instant::now();
    let mut out = BufWriter::new(std::fs::File::create(copy).expect("a file"));
    for line in BufReader::new(std::fs::File::open(input).expect("the input")).lines() {
        let value: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        black_box(value);
    }
    for line in BufReader::new(std::fs::File::open(output).expect("the output")).lines() {
        let value: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        serde_json::to_writer(&mut out, &value).expect("a line");
        out.write_all(b"\n").expect("a line");
    }
    out.flush().expect("a file");
    start.elapsed()
}

fn shortest(run: impl FnMut() -> Duration) -> Duration {
    std::iter::repeat_with(run).take(RUNS).min().unwrap_or_default()
}

fn main() {
    let folder = std::env::temp_dir().join(format!("case2fhir-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let input = input(&folder);
    let output = folder.join("out");
    let size = std::fs::metadata(&input).expect("the input").len();

    let mut criterion = Criterion::default().sample_size(10).configure_from_args();
    let mut group = criterion.benchmark_group(format!("{CASES} cases"));
    group.throughput(Throughput::Elements(CASES as u64));
    for (name, arguments) in [
        ("one-file, 1 thread", &["--layout", "one-file", "--jobs", "1"][..]),
        ("one-file, 2 threads", &["--layout", "one-file", "--jobs", "2"]),
        ("bulk, packed, 2 threads", &["--layout", "bulk", "--gzip", "--jobs", "2"]),
        ("a file a case, 2 threads", &["--layout", "bundles", "--jobs", "2"]),
    ] {
        group
            .bench_function(name, |b| b.iter_custom(|runs| (0..runs).map(|_| batch(&input, &output, arguments)).sum()));
    }
    group.finish();
    criterion.final_summary();

    let line = |jobs: &str| shortest(|| batch(&input, &output, &["--layout", "one-file", "--jobs", jobs]));
    let (one, two) = (line("1"), line("2"));
    let bare = shortest(|| batch(&input, &output, &["--layout", "one-file", "--jobs", "1", "--no-validate"]));
    let bundles = output.join("bundles.ndjson");
    let written = std::fs::metadata(&bundles).expect("the output").len();
    let theirs = shortest(|| yardstick(&input, &bundles, &folder.join("copy.ndjson")));
    std::fs::remove_dir_all(&folder).expect("the folder goes");

    let megabytes = |time: Duration| f64::from(u32::try_from(written).unwrap_or(u32::MAX)) / 1e6 / time.as_secs_f64();
    println!("{CASES} cases, {size} bytes in, {written} bytes out");
    println!("serde_json, 1 thread: {theirs:?}");
    println!(
        "batch, 1 thread: {one:?}, {:.0} MB/s out: ratio {:.2} (goal: at most 4)",
        megabytes(one),
        ratio(one, theirs)
    );
    println!("batch, 1 thread, without validation: {bare:?}: ratio {:.2}", ratio(bare, theirs));
    println!(
        "batch, 2 threads: {two:?}, {:.0} MB/s out: {:.2} times as fast (goal: 1.8)",
        megabytes(two),
        ratio(one, two)
    );
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}
