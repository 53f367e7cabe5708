//! Proves that `batch` harms nothing that is not its own, and loses no case at the edges of files: inputs in the output folder, files of
//! others, lines at the limit, archives that are broken at their very end, files that are none.

use std::io::Write as _;
use std::path::Path;

use crate::cohort::{contents, file, lines};
use crate::command_line::{MINIMAL, SEED, code, err, fed, files, out, path, run};
use crate::fixtures;

fn batch(folder: &Path, arguments: &[&str]) -> std::process::Output {
    run(&[&["batch", "-o", path(folder)], arguments].concat())
}

#[test]
fn inputs_are_left_as_they_are() {
    let folder = fixtures::scratch("batch-own");
    let output = folder.join("out");
    std::fs::create_dir_all(&output).expect("a folder");
    let inside = file(&output, "case-0.json", &lines(1));
    let before = contents(&output);
    for arguments in [
        &[path(&inside)][..],
        &[&format!("{}/*.json", path(&output))],
        &[path(&output)],
        &[MINIMAL, path(&inside), "--layout", "bulk"],
    ] {
        code(&batch(&output, arguments), 2);
        assert!(before == contents(&output), "{arguments:?}");
    }
    let outside = file(&folder, "cases.ndjson", &lines(2));
    let text = std::fs::read(&outside).expect("the cases");
    for option in ["--rejects", "--report"] {
        let result = batch(&folder.join("other"), &[path(&outside), option, path(&outside)]);
        code(&result, 2);
        assert!(std::fs::read(&outside).expect("the cases") == text, "{option}");
    }
    // Rejects that were mended in place of the output of the run before.
    let output = folder.join("mended");
    let broken = file(&folder, "broken.ndjson", &["{}".to_owned(), lines(1).remove(0)]);
    code(&batch(&output, &[path(&broken)]), 1);
    let before = contents(&output);
    let mended = output.join("rejects-cases.ndjson");
    code(&batch(&output, &[path(&mended)]), 2);
    assert!(before == contents(&output));
}

#[test]
fn files_of_others_are_left_as_they_are() {
    let folder = fixtures::scratch("batch-others");
    for (layout, name) in [
        ("bundles", "notes.json"),
        ("one-file", "bundles.ndjson"),
        ("bulk", "Patient.ndjson"),
        ("bulk", "manifest.json"),
        ("one-file", "rejects.ndjson"),
    ] {
        let output = folder.join(format!("{layout}-{name}"));
        std::fs::create_dir_all(&output).expect("a folder");
        std::fs::write(output.join(name), "mine").expect("a file");
        let result = batch(&output, &[SEED, "--layout", layout]);
        code(&result, 2);
        assert!(err(&result).contains(name), "{}", err(&result));
        assert_eq!(std::fs::read(output.join(name)).expect("my file"), b"mine");
    }
    // One that came later is not taken for a bundle either.
    let output = folder.join("later");
    code(&batch(&output, &[MINIMAL]), 0);
    let name = "xing-2023-atc.json";
    std::fs::write(output.join(name), "mine").expect("a file");
    code(&batch(&output, &[SEED, MINIMAL]), 3);
    assert_eq!(std::fs::read(output.join(name)).expect("my file"), b"mine");
    // The report may go into the folder; a case of its name gets another one.
    let output = folder.join("report");
    let case = lines(1).remove(0).replacen("case-0", "report", 1);
    let input = file(&folder, "report.ndjson", &[case]);
    let report = output.join("report.json");
    std::fs::create_dir_all(&output).expect("a folder");
    code(&batch(&output, &[path(&input), "--report", path(&report)]), 0);
    assert!(std::fs::read_to_string(&report).expect("the report").contains("\"cases\""));
    assert_eq!(files(&output).len(), 3, "{:?}", files(&output));
    let rejects = output.join("Patient.ndjson");
    code(&batch(&folder.join("new"), &[SEED, "--layout", "bulk", "--rejects", path(&rejects)]), 0);
    code(&batch(&output, &[SEED, "--layout", "bulk", "--rejects", path(&rejects)]), 2);
}

#[test]
fn a_mistyped_input_takes_nothing_away() {
    let folder = fixtures::scratch("batch-mistyped");
    let output = folder.join("out");
    code(&batch(&output, &[SEED]), 0);
    let before = contents(&output);
    for input in ["no/such/file.yaml", "no/such/*.yaml"] {
        let result = batch(&output, &[MINIMAL, input]);
        code(&result, 3);
        assert!(err(&result).contains(input), "{}", err(&result));
        assert!(before == contents(&output));
    }
    code(&batch(&output, &[MINIMAL, "--rejects", "no/such/folder/rejects.ndjson"]), 3);
    assert!(before == contents(&output));
    // Rejects that went elsewhere may be another run's by now.
    let (one, two, rejects) = (folder.join("one"), folder.join("two"), folder.join("rejects.ndjson"));
    let broken = file(&folder, "broken.ndjson", &["{}".to_owned()]);
    code(&batch(&one, &[path(&broken), "--rejects", path(&rejects)]), 1);
    code(&batch(&two, &[path(&broken), "--rejects", path(&rejects)]), 1);
    let text = std::fs::read(&rejects).expect("rejects");
    code(&batch(&one, &[MINIMAL]), 0);
    assert!(std::fs::read(&rejects).expect("rejects") == text);
}

#[test]
fn a_line_at_the_limit_costs_no_other_line() {
    let most = case2fhir::source::MAX_BYTES;
    let folder = fixtures::scratch("batch-limit");
    let case = lines(3);
    // A case with blanks at its end inside the object, so that it is so long and still a case.
    let padded = |length: usize, number: usize| {
        let inner = case[number].strip_suffix('}').expect("an object");
        format!("{inner}{}}}", " ".repeat(length - inner.len() - 1))
    };
    for (length, is_taken) in [(most - 1, true), (most, true), (most + 1, false)] {
        for end in ["\n", "\r\n", ""] {
            let text = format!("{}\n{}{end}", case[0], padded(length, 1));
            let after = if end.is_empty() { String::new() } else { case[2].clone() };
            let output = folder.join("out");
            let input = folder.join("cases.ndjson");
            std::fs::write(&input, format!("{text}{after}")).expect("a file");
            let read = 2 + usize::from(!after.is_empty());
            let written = read - usize::from(!is_taken);
            let result = batch(&output, &[path(&input), "--restart"]);
            let counts = format!("{read} cases read = {written} written");
            assert!(err(&result).contains(&counts), "{length} {end:?}: {}", err(&result));
            let answers = fed(&["batch", "--stdin", "-q"], format!("{text}{after}").as_bytes());
            assert_eq!(out(&answers).lines().count(), read, "{length} {end:?}");
        }
    }
}

#[test]
fn an_archive_with_a_wrong_sum_is_told_of() {
    let folder = fixtures::scratch("batch-sums");
    for end in ["\n", ""] {
        let text = lines(5).join("\n") + end;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).expect("memory");
        let mut gzip = encoder.finish().expect("memory");
        let crc = gzip.len() - 8;
        gzip[crc] ^= 1;
        let mut zstd = ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
        let sum = zstd.len() - 1;
        zstd[sum] ^= 1;
        for (name, bytes) in [("cases.ndjson.gz", gzip), ("cases.ndjson.zst", zstd), ("empty.ndjson.zst", Vec::new())] {
            let (input, output) = (folder.join(name), folder.join("out"));
            std::fs::write(&input, bytes).expect("a file");
            let result = batch(&output, &[path(&input), "--restart"]);
            code(&result, 3);
            assert!(err(&result).contains("source/unreadable-file"), "{name}: {}", err(&result));
        }
    }
}

#[test]
#[cfg(unix)]
fn files_are_opened_when_they_are_read_and_pipes_in_folders_are_let_be() {
    let folder = fixtures::scratch("batch-open");
    let inputs = folder.join("in");
    std::fs::create_dir_all(&inputs).expect("a folder");
    for (number, case) in lines(400).iter().enumerate() {
        std::fs::write(inputs.join(format!("{number}.json")), case).expect("a case");
    }
    let made = std::process::Command::new("mkfifo").arg(inputs.join("pipe.json")).status();
    assert!(made.expect("mkfifo").success());
    let output = folder.join("out");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "ulimit -n 60; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_case2fhir")]);
    shell.args(["batch", path(&inputs), "-o", path(&output), "--jobs", "24"]);
    let result = shell.output().expect("a shell");
    code(&result, 0);
    assert!(err(&result).contains("400 cases read = 400 written + 0 rejected"), "{}", err(&result));
}

#[test]
fn an_only_line_of_standard_input_is_not_lost_either() {
    let folder = fixtures::scratch("batch-only-line");
    let output = folder.join("out");
    let result = fed(&["batch", "-", "-o", path(&output)], b"\n{\"id\": \"x\"}\n");
    code(&result, 1);
    assert!(err(&result).contains("<stdin>:2: rejected"), "{}", err(&result));
    assert_eq!(std::fs::read(output.join("rejects-cases.ndjson")).expect("the line"), b"{\"id\": \"x\"}\n");
}

/// A file that takes the name of a device takes the device from everybody on the machine.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_never_replaced_by_one() {
    use std::os::unix::fs::FileTypeExt as _;
    let folder = fixtures::scratch("batch-pipes");
    let pipe = folder.join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let read = |pipe: std::path::PathBuf| std::thread::spawn(move || std::fs::read_to_string(pipe).expect("a text"));
    let bundle = read(pipe.clone());
    code(&run(&["convert", MINIMAL, "-o", path(&pipe)]), 0);
    assert!(bundle.join().expect("the reader").contains("\"resourceType\":\"Bundle\""));
    let report = read(pipe.clone());
    code(&batch(&folder.join("out"), &[MINIMAL, "--report", path(&pipe)]), 0);
    assert!(report.join().expect("the reader").contains("\"cases\""));
    code(&batch(&folder.join("other"), &[MINIMAL, "--rejects", path(&pipe)]), 2);
    assert!(std::fs::metadata(&pipe).expect("the pipe").file_type().is_fifo());
    // A link stays one, and what it leads to is written.
    let (target, link) = (file(&folder, "target.json", &[]), folder.join("link.json"));
    std::os::unix::fs::symlink(&target, &link).expect("a link");
    code(&run(&["convert", MINIMAL, "-o", path(&link)]), 0);
    assert!(std::fs::symlink_metadata(&link).expect("the link").is_symlink());
    assert!(std::fs::read_to_string(&target).expect("a text").contains("Bundle"));
}
