//! Proves what `batch` writes: the same bundles as `convert`, in three layouts, in the order of the inputs; rejects with their places;
//! counts that add up; every kind of input.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::path::Path;

use serde_json::Value;

use crate::cohort::{contents, file, lines, same};
use crate::command_line::{BROKEN, MINIMAL, SEED, code, err, files, json, out, path, run};
use crate::fixtures;

const MOMENT: &[&str] = &["--timestamp", "2026-01-31T12:00:00Z"];

/// Runs `batch` with these arguments into this folder.
fn batch(folder: &Path, arguments: &[&str]) -> std::process::Output {
    run(&[&["batch", "-o", path(folder)], MOMENT, arguments].concat())
}

fn is_json(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end == "json")
}

fn ndjson(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).expect("a file of lines").lines().map(json).collect()
}

#[test]
fn a_file_a_case_is_what_convert_writes() {
    let folder = fixtures::scratch("batch-bundles");
    let (one, other) = (folder.join("one"), folder.join("other"));
    // One of the fixtures is another one's case again.
    let good = fixtures::good().into_iter().filter(|case| case.file() == "case.yaml");
    let cases: Vec<String> = good.map(|case| path(&case.path).to_owned()).collect();
    let cases: Vec<&str> = cases.iter().map(String::as_str).collect();
    code(&batch(&one, &cases), 0);
    code(&run(&[&["convert", "-o", path(&other)], MOMENT, &cases].concat()), 0);
    same(&one, &other);
    // A folder and a pattern stand for the same files.
    for (name, input) in [("walk", "fixtures/cases"), ("pattern", "fixtures/cases/*/case.yaml")] {
        let again = folder.join(name);
        code(&batch(&again, &[input]), 1);
        let bundles: Vec<_> = contents(&again).into_iter().filter(|(name, _)| is_json(name)).collect();
        assert!(bundles == contents(&other), "{name}");
    }
}

#[test]
fn lines_keep_their_order_whatever_the_number_of_threads() {
    let folder = fixtures::scratch("batch-order");
    let cases = lines(60);
    let input = file(&folder, "cases.ndjson", &cases);
    let mut before: Option<Vec<u8>> = None;
    for jobs in ["1", "2", "7"] {
        let output = folder.join(jobs);
        code(&batch(&output, &[path(&input), "--layout", "one-file", "--jobs", jobs]), 0);
        assert_eq!(files(&output), [".case2fhir", "bundles.ndjson"]);
        let bytes = std::fs::read(output.join("bundles.ndjson")).expect("the bundles");
        if let Some(before) = &before {
            assert!(*before == bytes, "{jobs} threads");
        } else {
            let single = folder.join("single.json");
            for (case, line) in cases.iter().zip(std::str::from_utf8(&bytes).expect("UTF-8").lines()).take(8) {
                std::fs::write(&single, case).expect("a case");
                let alone = run(&[&["convert", path(&single)], MOMENT].concat());
                assert_eq!(out(&alone).trim_end(), line);
            }
        }
        before = Some(bytes);
    }
}

#[test]
fn a_bulk_export_holds_each_resource_once_and_its_manifest_is_true() {
    let folder = fixtures::scratch("batch-bulk");
    let input = file(&folder, "cases.ndjson", &[lines(25), vec!["{}".to_owned()]].concat());
    let bulk = folder.join("bulk");
    let input = path(&input);
    code(&batch(&bulk, &[input, "--layout", "bulk", "--max-file-size", "200KB"]), 1);
    // The same resources as in the bundles of a batch, whose references are written alike.
    let bundles = folder.join("bundles");
    code(&batch(&bundles, &[input, "--layout", "one-file", "--bundle", "batch"]), 1);
    let mut wanted: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for bundle in ndjson(&bundles.join("bundles.ndjson")) {
        for entry in bundle["entry"].as_array().expect("entries") {
            let resource = &entry["resource"];
            let kind = resource["resourceType"].as_str().expect("a type").to_owned();
            wanted.entry(kind).or_default().push(resource.to_string());
        }
    }
    let manifest = json(&std::fs::read_to_string(bulk.join("manifest.json")).expect("the manifest"));
    assert_eq!(manifest["transactionTime"], "2026-01-31T12:00:00Z");
    assert_eq!(manifest["requiresAccessToken"], false);
    assert!(manifest["request"].is_string());
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    let mut named = BTreeSet::from([".case2fhir".to_owned(), "manifest.json".to_owned()]);
    let output = manifest["output"].as_array().expect("output").iter();
    let mut numbered: Vec<(String, usize, &Value)> = output
        .map(|item| {
            let url = item["url"].as_str().expect("a url");
            let number = url
                .trim_end_matches(".ndjson")
                .split_once('-')
                .map_or(1, |(_, number)| number.parse().expect("a number"));
            (item["type"].as_str().expect("a type").to_owned(), number, item)
        })
        .collect();
    numbered.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
    assert!(numbered.iter().any(|(_, number, _)| *number > 2), "some type has several files");
    for (kind, _, item) in numbered {
        let url = item["url"].as_str().expect("a url");
        named.insert(url.to_owned());
        let bytes = std::fs::read(bulk.join(url)).expect("a file of the manifest");
        assert!(bytes.len() <= 200_000, "{url}");
        assert_eq!(item["extension"]["sha256"], sha256(&bytes));
        let list = ndjson(&bulk.join(url));
        assert_eq!(item["count"], list.len());
        for resource in list {
            assert_eq!(resource["resourceType"], kind.as_str());
            assert!(ids.insert(format!("{kind}/{}", resource["id"].as_str().expect("an id"))), "each id once");
            found.entry(kind.clone()).or_default().push(resource.to_string());
        }
    }
    assert!(found == wanted, "the same resources in the same order");
    let references = found.values().flatten().map(|resource| json(resource));
    for resource in references {
        let mut targets = Vec::new();
        collect_references(&resource, &mut targets);
        for target in targets {
            assert!(ids.contains(&target), "{target} is in the export");
        }
    }
    assert_eq!(manifest["error"][0]["type"], "OperationOutcome");
    assert_eq!(manifest["error"][0]["count"], 1);
    named.extend(["rejects.ndjson".to_owned(), "rejects-cases.ndjson".to_owned()]);
    assert_eq!(files(&bulk), named.into_iter().collect::<Vec<_>>(), "nothing else is left");

    // Packed it is the same.
    let packed = folder.join("packed");
    code(&batch(&packed, &[input, "--layout", "bulk", "--max-file-size", "200KB", "--gzip"]), 1);
    for (name, bytes) in contents(&bulk).into_iter().filter(|(name, _)| name.starts_with(char::is_uppercase)) {
        let file = std::fs::File::open(packed.join(format!("{name}.gz"))).expect("the packed file");
        let mut unpacked = Vec::new();
        flate2::read::MultiGzDecoder::new(file).read_to_end(&mut unpacked).expect("gzip");
        assert!(unpacked == bytes, "{name}");
    }
}

fn collect_references(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            into.extend(members.get("reference").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|value| collect_references(value, into));
        }
        Value::Array(items) => items.iter().for_each(|value| collect_references(value, into)),
        _ => {}
    }
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn a_case_that_fails_is_rejected_with_its_place_and_the_others_go_on() {
    let folder = fixtures::scratch("batch-rejects");
    let mut cases = lines(30);
    cases[4] = r#"{"id": "x", "patient": {"sex": "SECRET"}}"#.to_owned();
    cases[17] = "this is no case".to_owned();
    let input = file(&folder, "cases.ndjson", &cases);
    let (output, report) = (folder.join("out"), folder.join("report.json"));
    let result = batch(&output, &[path(&input), BROKEN, "--report", path(&report)]);
    code(&result, 1);
    assert!(err(&result).contains("31 cases read = 28 written + 3 rejected"), "{}", err(&result));
    assert!(err(&result).contains(&format!("{}:5: rejected", path(&input))));
    assert!(!err(&result).contains("SECRET"));
    let rejects = ndjson(&output.join("rejects.ndjson"));
    let place = |outcome: &Value| {
        let file = outcome["extension"][0]["valueString"].as_str().expect("a file").to_owned();
        (file, outcome["issue"][0]["extension"][0]["valueInteger"].as_u64().expect("a line"))
    };
    let input_name = path(&input).to_owned();
    let lines_of_broken = place(&rejects[2]).1;
    let places: Vec<_> = rejects.iter().map(place).collect();
    assert_eq!(places, [(input_name.clone(), 5), (input_name, 18), (BROKEN.to_owned(), lines_of_broken)]);
    assert!(rejects.iter().all(|outcome| outcome["resourceType"] == "OperationOutcome"));
    assert!(!std::fs::read_to_string(output.join("rejects.ndjson")).expect("rejects").contains("SECRET"));
    // What was rejected can be run again by itself.
    let again = std::fs::read_to_string(output.join("rejects-cases.ndjson")).expect("the rejected lines");
    assert_eq!(again, format!("{}\n{}\n", cases[4], cases[17]));
    assert_eq!(files(&output).iter().filter(|name| is_json(name)).count(), 28);

    let report = json(&std::fs::read_to_string(report).expect("the report"));
    assert_eq!(report["cases"], serde_json::json!({ "read": 31, "written": 28, "rejected": 3, "unread": 0 }));
    assert_eq!(report["finished"], true);
    assert_eq!(report["resources"]["Patient"], 28);
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut size = 0;
    for (_, bytes) in contents(&output).into_iter().filter(|(name, _)| is_json(name)) {
        size += bytes.len();
        let bundle: Value = serde_json::from_slice(&bytes).expect("a bundle");
        for entry in bundle["entry"].as_array().expect("entries") {
            *counts.entry(entry["resource"]["resourceType"].as_str().expect("a type").to_owned()).or_default() += 1;
        }
    }
    assert_eq!(report["resources"], serde_json::to_value(counts).expect("counts"));
    assert_eq!(report["bytes"]["written"], size);
    let unmapped = report["unmapped"].as_array().expect("texts");
    assert!(unmapped.windows(2).all(|pair| pair[0]["count"].as_u64() >= pair[1]["count"].as_u64()), "by frequency");
    assert!(!unmapped.is_empty() && unmapped[0]["text"].is_string());
    let codes: BTreeSet<&str> =
        report["issues"].as_array().expect("issues").iter().filter_map(|issue| issue["code"].as_str()).collect();
    assert!(codes.contains("case/unknown-term") && codes.contains("terminology/unmapped-text"));
    assert!(report["seconds"].is_f64() && report["profiles"].is_object());
    if cfg!(target_os = "linux") {
        assert!(report["peakMemoryBytes"].as_u64().expect("a size") > 1_000_000);
    }

    // Named, the file of rejects is there even if nothing is rejected.
    let (good, named) = (folder.join("good"), folder.join("named.ndjson"));
    code(&batch(&good, &[MINIMAL, "--rejects", path(&named)]), 0);
    assert_eq!(std::fs::read(&named).expect("the named file"), b"");
    // A warning rejects where that is wished, and the counts say so.
    let strict = folder.join("strict");
    let warned = fixtures::root().join("fixtures/cases/maximal/case.yaml");
    let result = batch(&strict, &[path(&warned), "--fail-on", "warning"]);
    let has_warnings = err(&run(&["convert", path(&warned)])).contains("warning[");
    code(&result, i32::from(has_warnings));
}

#[test]
fn two_cases_of_one_identity_are_not_merged() {
    let folder = fixtures::scratch("batch-doubles");
    let mut cases = lines(20);
    cases[15] = cases[3].clone();
    let input = file(&folder, "cases.ndjson", &cases);
    for layout in ["bundles", "one-file", "bulk"] {
        let output = folder.join(layout);
        let result = batch(&output, &[path(&input), "--layout", layout, "--jobs", "3"]);
        code(&result, 1);
        assert!(err(&result).contains(":16: rejected: 1 error (bundle/doubled-case)"), "{}", err(&result));
        let rejects = ndjson(&output.join("rejects.ndjson"));
        let text = rejects[0]["issue"][0]["details"]["text"].as_str().expect("a text");
        assert!(text.contains(&format!("{}:4", path(&input))), "{text}");
        let patients = match layout {
            "bundles" => files(&output).iter().filter(|name| is_json(name)).count(),
            "one-file" => ndjson(&output.join("bundles.ndjson")).len(),
            _ => ndjson(&output.join("Patient.ndjson")).len(),
        };
        assert_eq!(patients, 19, "{layout}");
    }
    // The same id of two patients is two cases, and each has its file.
    let case = |mrn: &str| {
        format!(
            r#"{{"id":"A","patient":{{"sex":"female","identifier":{{"system":"urn:oid:1.2.3.4","value":"{mrn}"}}}}}}"#
        )
    };
    let input = file(&folder, "two.ndjson", &[case("1"), case("2"), case("1").replace("\"A\"", "\"a\"")]);
    let output = folder.join("two");
    code(&batch(&output, &[path(&input)]), 0);
    let names: Vec<String> = files(&output).into_iter().filter(|name| is_json(name)).collect();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(names.contains(&"A.json".to_owned()));
    let folded: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(folded.len(), 3, "also where names that differ by case only are one");
}

#[test]
fn packed_inputs_are_read_and_broken_ones_do_not_stop_the_rest() {
    let folder = fixtures::scratch("batch-packed");
    let inputs = folder.join("in");
    std::fs::create_dir_all(&inputs).expect("a folder");
    let cases = lines(12);
    let text = |range: std::ops::Range<usize>| cases[range].join("\n") + "\n";
    let gzip = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).expect("memory");
        encoder.finish().expect("memory")
    };
    let zstd =
        |text: &str| ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    // Two members and two frames, with a frame between them that carries nothing (RFC 8878, 3.1.2).
    std::fs::write(inputs.join("a.ndjson.gz"), [gzip(&text(0..2)), gzip(&text(2..4))].concat()).expect("a file");
    let skippable = [&[0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
    std::fs::write(inputs.join("b.jsonl.zst"), [zstd(&text(4..6)), skippable, zstd(&text(6..8))].concat())
        .expect("a file");
    std::fs::write(inputs.join("c.json.zst"), zstd(&cases[8])).expect("a file");
    std::fs::write(inputs.join("d.yaml.gz"), gzip(fixtures::named("minimal").text())).expect("a file");
    let output = folder.join("whole");
    let result = batch(&output, &[path(&inputs)]);
    code(&result, 0);
    assert!(err(&result).contains("10 cases read = 10 written + 0 rejected"), "{}", err(&result));

    let whole = gzip(&text(9..12));
    std::fs::write(inputs.join("e.ndjson.gz"), &whole[..whole.len() / 2]).expect("half a file");
    let mut torn = zstd(&text(9..12));
    let middle = torn.len() / 2;
    torn[middle] ^= 0xFF;
    std::fs::write(inputs.join("f.ndjson.zst"), &torn).expect("a torn file");
    std::fs::write(inputs.join("g.ndjson"), text(11..12)).expect("a file");
    let output = folder.join("broken");
    let result = batch(&output, &[path(&inputs), "no/such/file.yaml", "no/such/*.yaml"]);
    code(&result, 3);
    for name in ["e.ndjson.gz", "f.ndjson.zst", "no/such/file.yaml", "no/such/*.yaml"] {
        assert!(
            err(&result).contains(&format!("{name}: rejected: 1 error (source/unreadable-file)")),
            "{name}: {}",
            err(&result)
        );
    }
    let counts = err(&result).lines().find(|line| line.contains("cases read =")).expect("the counts");
    let numbers: Vec<u64> = counts.split(|c: char| !c.is_ascii_digit()).filter_map(|word| word.parse().ok()).collect();
    assert_eq!(numbers[0], numbers[1] + numbers[2], "{counts}");
    assert!(files(&output).contains(&"case-11.json".to_owned()), "what came after the broken files is there");
}

#[test]
fn what_is_written_is_valid() {
    let folder = fixtures::scratch("batch-valid");
    let input = file(&folder, "cases.ndjson", &lines(7));
    let output = folder.join("out");
    code(&batch(&output, &[path(&input), "--layout", "one-file"]), 0);
    let result = run(&["validate", path(&output.join("bundles.ndjson"))]);
    code(&result, 0);
    let bulk = folder.join("bulk");
    code(&batch(&bulk, &[path(&input), "--layout", "bulk"]), 0);
    for name in files(&bulk).into_iter().filter(|name| Path::new(name).extension().is_some_and(|end| end == "ndjson")) {
        code(&run(&["validate", path(&bulk.join(name))]), 0);
    }
}

#[test]
fn memory_does_not_grow_with_the_cases() {
    let folder = fixtures::scratch("batch-memory");
    let mut peaks = Vec::new();
    for count in [600, 3600] {
        let input = file(&folder, "cases.ndjson", &lines(count));
        let (output, report) = (folder.join(count.to_string()), folder.join("report.json"));
        code(&batch(&output, &[path(&input), "--layout", "bulk", "--jobs", "2", "--report", path(&report)]), 0);
        let report = json(&std::fs::read_to_string(&report).expect("the report"));
        assert_eq!(report["cases"]["written"], count);
        peaks.push(report["peakMemoryBytes"].as_u64());
    }
    let [Some(few), Some(many)] = peaks[..] else {
        println!("SKIPPED: this system does not tell the peak of memory");
        return;
    };
    assert!(many < few * 2, "{few} bytes for 600 cases, {many} for 3,600");
}

#[test]
fn what_does_not_go_together_is_wrong_usage() {
    let folder = fixtures::scratch("batch-usage");
    let output = folder.join("out");
    for arguments in [
        &["--gzip", SEED][..],
        &["--layout", "bulk", "--bundle", "transaction", SEED],
        &["--layout", "bulk", "--method", "post", SEED],
        &["--checkpoint-seconds", "nan", SEED],
        &["--checkpoint-seconds", "-1", SEED],
        &["--max-file-size", "0", SEED],
        &["--max-file-size", "many", SEED],
        &["--resume", "--restart", SEED],
        &["--resume", "-"],
        &["--stdin"],
        &[],
        &[path(&output)],
    ] {
        std::fs::create_dir_all(&output).expect("a folder");
        let result = batch(&output, arguments);
        code(&result, 2);
        assert!(contents(&output).is_empty(), "{arguments:?}");
    }
    code(&run(&["batch", SEED]), 2);
}

#[test]
#[cfg(target_os = "linux")]
fn a_bar_is_for_terminals_and_lines_are_for_logs() {
    let folder = fixtures::scratch("batch-progress");
    let input = file(&folder, "cases.ndjson", &lines(60));
    let output = folder.join("out");
    // Without a terminal a short run says nothing on its way.
    let result = batch(&output, &[path(&input), "--progress", "always"]);
    code(&result, 0);
    assert_eq!(err(&result).lines().count(), 3, "{}", err(&result));
    assert!(!err(&result).contains('\u{1B}'));
    // `script` (util-linux) gives the program a terminal.
    let program = format!("{} batch {} --restart -o {}", env!("CARGO_BIN_EXE_case2fhir"), path(&input), path(&output));
    let terminal = |arguments: &str| {
        let command = format!("{program} {arguments}");
        std::process::Command::new("script").args(["-qec", &command, "/dev/null"]).output()
    };
    let Ok(shown) = terminal("") else {
        println!("SKIPPED: there is no program `script` to give a terminal");
        return;
    };
    code(&shown, 0);
    assert!(out(&shown).contains('%') && out(&shown).contains(" cases"), "a bar: {}", out(&shown));
    assert!(out(&shown).contains("60 cases read = 60 written + 0 rejected"));
    for arguments in ["--progress never", "--quiet"] {
        let hidden = terminal(arguments).expect("it ran before");
        assert!(!out(&hidden).contains('%'), "{arguments}: {}", out(&hidden));
    }
}
