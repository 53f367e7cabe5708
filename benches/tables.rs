//! How long tables take to become cases, beside a yardstick in the same run: the crate `csv` reading the same bytes into records of
//! text. The last lines print the ratios.
//!
//! The table has 2,000 patients with five rows each, the rows of a patient far apart, as registries export them. Runs without the typed
//! model: `cargo bench --no-default-features --bench tables`.

#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench may fail loudly, and its ratio is its result")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use case2fhir::issue::{Issues, SourceMap};
use case2fhir::source::{Cases, Input, Mapping, TableFile, open_tables};
use criterion::{Criterion, Throughput};

const MAPPING: &str = "mapping: 1
tables:
  dates: DD.MM.YYYY
  decimal: comma
  case: { column: patient }
  rows:
    - gives:
        patient: { sex: { column: sex, values: { f: female, m: male } }, birth_date: { column: born } }
    - when: { kind: diagnosis }
      gives:
        cancers:
          key: primary
          diagnosis: { text: { column: text }, code: { column: code, system: icd-10-cm } }
          diagnosed: { column: date }
    - when: { kind: lab }
      gives:
        labs: { test: { column: text }, value: { column: value, unit: { column: unit } }, date: { column: date } }
    - when: { kind: operation }
      gives:
        procedures: { procedure: { column: text }, kind: surgery, date: { column: date }, of: primary }
";
const PATIENTS: usize = 2000;

fn table() -> Vec<u8> {
    let mut text = "patient;kind;sex;born;date;text;code;value;unit\n".to_owned();
    let rows = [
        "diagnosis;f;05.04.1950;12.03.2019;Papillary thyroid carcinoma;C73;;",
        "lab;f;05.04.1950;13.03.2019;Thyroglobulin;;1.250,75;ng/mL",
        "lab;f;05.04.1950;14.03.2019;Haemoglobin;;11,5;g/dL",
        "operation;f;05.04.1950;01.04.2019;Total thyroidectomy;;;",
        "lab;f;05.04.1950;15.04.2019;Calcium;;2,1;mmol/L",
    ];
    for row in rows {
        for patient in 0..PATIENTS {
            writeln!(text, "{patient};{row}").expect("a text grows");
        }
    }
    text.into_bytes()
}

fn open(bytes: &[u8], mapping: &Arc<Mapping>) -> Cases {
    let files = vec![TableFile { name: "visits.csv".to_owned(), bytes: bytes.to_vec() }];
    open_tables(files, Some(mapping), &mut SourceMap::default(), &mut Issues::default()).expect("a table")
}

/// Reads all cases, none of which has a fault.
fn read(cases: &Cases) -> usize {
    (0..cases.len())
        .filter(|index| {
            let mut issues = Issues::default();
            cases.read(*index, &mut issues).1.is_some() && !issues.has_errors()
        })
        .count()
}

fn yardstick(bytes: &[u8]) -> usize {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(bytes);
    let mut record = csv::StringRecord::new();
    let mut cells = 0;
    while reader.read_record(&mut record).expect("a record") {
        cells += record.iter().filter(|cell| !cell.is_empty()).count();
    }
    cells
}

/// The shortest of many runs: what the machine can do when nothing else disturbs it.
fn shortest(mut run: impl FnMut()) -> Duration {
    (0..20)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let bytes = table();
    let input = Input::file("mapping.yaml", MAPPING.as_bytes());
    let mapping = Mapping::read(input, &mut SourceMap::default(), &mut Issues::default());
    let mapping = Arc::new(mapping.expect("a mapping"));
    let cases = open(&bytes, &mapping);
    assert_eq!(read(&cases), PATIENTS);

    let mut group = criterion.benchmark_group("tables");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.sample_size(20);
    group.bench_function("yardstick: csv to records", |b| b.iter(|| yardstick(black_box(&bytes))));
    group.bench_function("taking the table in", |b| b.iter(|| open(black_box(&bytes), &mapping)));
    group.bench_function("reading its cases", |b| b.iter(|| read(black_box(&cases))));
    group.finish();

    let csv = shortest(|| assert!(black_box(yardstick(&bytes)) > 0));
    let taken = shortest(|| drop(black_box(open(&bytes, &mapping))));
    let cases_read = shortest(|| assert_eq!(black_box(read(&cases)), PATIENTS));
    let ratio = |time: Duration| time.as_secs_f64() / csv.as_secs_f64();
    println!(
        "{} bytes: csv {csv:?}, taken in {taken:?} ({:.1}), cases read {cases_read:?} ({:.1}; {:.1} µs a case)",
        bytes.len(),
        ratio(taken),
        ratio(cases_read),
        cases_read.as_secs_f64() * 1e6 / 2000.0
    );
}
