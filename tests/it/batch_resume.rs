//! Proves that a run which was broken off at any moment goes on to the same bytes as one that was not: killed, out of space, asked to
//! stop; and that it does not go on where it must not.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::cohort::{contents, file, lines, same};
use crate::command_line::{SEED, code, err, files, json, path, program, run};
use crate::fixtures;

/// How often a run is killed for each layout.
const MOMENTS: u32 = 12;

struct Cohort {
    folder: PathBuf,
    input: PathBuf,
}

impl Cohort {
    /// Cases with some that are rejected among them.
    fn new(name: &str, count: usize) -> Self {
        let folder = fixtures::scratch(name);
        let mut cases = lines(count);
        "{}".clone_into(&mut cases[count / 3]);
        let double = cases[1].clone();
        cases[count / 2] = double;
        let input = file(&folder, "cases.ndjson", &cases);
        Self { folder, input }
    }

    fn command(&self, output: &Path, arguments: &[&str]) -> Command {
        let mut command = program();
        command.args(["batch", "-q", "--timestamp", "2026-01-31T12:00:00Z", "--checkpoint-seconds", "0"]);
        command.args(["-o", path(output), path(&self.input)]).args(arguments);
        command
    }
}

#[test]
fn a_run_that_is_killed_goes_on_to_the_same_bytes() {
    for (layout, arguments) in [
        ("bundles", &["--layout", "bundles", "--jobs", "2"][..]),
        ("one-file", &["--layout", "one-file", "--gzip"]),
        ("bulk", &["--layout", "bulk", "--max-file-size", "500KB", "--jobs", "3"]),
    ] {
        let cohort = Cohort::new(&format!("batch-kill-{layout}"), 120);
        let whole = cohort.folder.join("whole");
        let start = Instant::now();
        code(&cohort.command(&whole, arguments).output().expect("the program runs"), 1);
        let time = start.elapsed();
        let mut kills = 0;
        for moment in 0..MOMENTS {
            let output = cohort.folder.join("killed");
            // Each time another number of pieces: killed once, or again and again.
            let mut delay = time * moment / MOMENTS;
            let mut is_resumed = false;
            loop {
                let mut command = cohort.command(&output, arguments);
                if is_resumed {
                    command.arg("--resume");
                }
                let mut child =
                    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
                std::thread::sleep(delay);
                child.kill().expect("a signal");
                let status = child.wait().expect("the program ends");
                is_resumed = true;
                match status.code() {
                    Some(ended) => {
                        assert_eq!(ended, 1, "{layout}: rejected cases and nothing else");
                        break;
                    }
                    None => kills += 1,
                }
                // Nothing that bears its name is half a file.
                let there = if output.exists() { contents(&output) } else { Vec::new() };
                for (name, bytes) in
                    there.iter().filter(|(name, _)| Path::new(name).extension().is_some_and(|end| end == "json"))
                {
                    assert!(bytes.ends_with(b"}\n"), "{name}");
                }
                delay = delay * 3 / 2 + Duration::from_millis(15);
            }
            same(&whole, &output);
            std::fs::remove_dir_all(&output).expect("the folder goes");
        }
        assert!(kills >= MOMENTS, "{layout}: the runs were killed on the way, {kills} times");
    }
}

#[test]
#[cfg(unix)]
fn a_full_disk_ends_the_run_and_it_goes_on_with_room() {
    let cohort = Cohort::new("batch-full", 60);
    let (whole, output) = (cohort.folder.join("whole"), cohort.folder.join("out"));
    let arguments = &["--layout", "one-file"];
    code(&cohort.command(&whole, arguments).output().expect("the program runs"), 1);
    // No file may be larger than 2 MB: to the program it is as if the disk were full.
    let limited = cohort.command(&output, arguments);
    let mut shell = Command::new("sh");
    shell.current_dir(fixtures::root()).args(["-c", "trap '' XFSZ; ulimit -f 4000; exec \"$0\" \"$@\""]);
    shell.arg(limited.get_program()).args(limited.get_args());
    let result = shell.output().expect("a shell");
    code(&result, 3);
    assert!(err(&result).contains("bundles.ndjson: "), "{}", err(&result));
    assert!(contents(&output).is_empty(), "nothing is there under its name");
    code(&cohort.command(&output, arguments).arg("--resume").output().expect("the program runs"), 1);
    same(&whole, &output);
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_cleanly_and_says_how_to_go_on() {
    let cohort = Cohort::new("batch-stop", 400);
    let (whole, output) = (cohort.folder.join("whole"), cohort.folder.join("out"));
    code(&cohort.command(&whole, &["--layout", "bulk"]).output().expect("the program runs"), 1);
    for signal in ["INT", "TERM"] {
        let mut command = cohort.command(&output, &["--layout", "bulk", "--jobs", "1"]);
        let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let checkpoint = output.join(".case2fhir/checkpoint.json");
        let start = Instant::now();
        while !std::fs::read_to_string(&checkpoint).is_ok_and(|text| !text.contains(r#""tasks":0,"#)) {
            assert!(start.elapsed() < Duration::from_mins(1), "the run gets going");
            std::thread::sleep(Duration::from_millis(2));
        }
        let kill = Command::new("kill").args([&format!("-{signal}"), &child.id().to_string()]).status();
        assert!(kill.expect("a signal").success());
        let result = child.wait_with_output().expect("the program ends");
        code(&result, 3);
        assert!(err(&result).contains("stopped after") && err(&result).contains("--resume"), "{}", err(&result));
        assert!(contents(&output).is_empty());
        let report = cohort.folder.join("report.json");
        let mut command = cohort.command(&output, &["--layout", "bulk", "--resume", "--report", path(&report)]);
        code(&command.output().expect("the program runs"), 1);
        same(&whole, &output);
        let report = json(&std::fs::read_to_string(&report).expect("the report"));
        assert_eq!(report["resumed"], true);
        assert_eq!(report["cases"], serde_json::json!({ "read": 400, "written": 398, "rejected": 2, "unread": 0 }));
        std::fs::remove_dir_all(&output).expect("the folder goes");
    }
}

/// A run that was broken off after some of its cases.
fn broken_off(cohort: &Cohort, output: &Path) {
    let mut command = cohort.command(output, &["--jobs", "1"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    let checkpoint = output.join(".case2fhir/checkpoint.json");
    while !std::fs::read_to_string(&checkpoint).is_ok_and(|text| !text.contains(r#""tasks":0,"#)) {
        assert!(child.try_wait().expect("a process").is_none(), "the run is long enough to be broken off");
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("a signal");
    child.wait().expect("the program ends");
}

#[test]
fn what_changed_is_noticed() {
    let cohort = Cohort::new("batch-changed", 200);
    let text = std::fs::read_to_string(&cohort.input).expect("the cases");
    let output = cohort.folder.join("out");
    let changes: [(&str, String); 3] = [
        ("lines 1 to", text.replacen("female", "femalE", 1).replacen("case-0", "case-x", 1)),
        ("lines 1 to", text.split_once('\n').expect("lines").1.to_owned()),
        ("the inputs are fewer", String::new()),
    ];
    for (words, changed) in changes {
        broken_off(&cohort, &output);
        let before = contents(&output);
        std::fs::write(&cohort.input, changed).expect("the cases");
        let result = cohort.command(&output, &["--resume"]).output().expect("the program runs");
        code(&result, 1);
        assert!(err(&result).contains(words) && err(&result).contains("has changed"), "{}", err(&result));
        assert!(before.len() >= contents(&output).len(), "nothing is added");
        std::fs::write(&cohort.input, &text).expect("the cases");
        // Put back, it goes on.
        code(&cohort.command(&output, &["--resume"]).output().expect("the program runs"), 1);
        let whole = cohort.folder.join("whole");
        code(&cohort.command(&whole, &[]).output().expect("the program runs"), 1);
        same(&whole, &output);
        std::fs::remove_dir_all(&output).expect("the folder goes");
    }
}

#[test]
fn a_finished_run_is_told_so_and_takes_no_further_cases() {
    let cohort = Cohort::new("batch-finished", 30);
    let output = cohort.folder.join("out");
    code(&cohort.command(&output, &["--layout", "bulk"]).output().expect("the program runs"), 1);
    let before = contents(&output);
    code(&cohort.command(&output, &["--layout", "bulk", "--resume"]).output().expect("the program runs"), 1);
    assert!(before == contents(&output), "nothing is done twice");
    let text = std::fs::read_to_string(&cohort.input).expect("the cases");
    std::fs::write(&cohort.input, text.clone() + &lines(31)[30] + "\n").expect("one more case");
    let result = cohort.command(&output, &["--layout", "bulk", "--resume"]).output().expect("the program runs");
    code(&result, 1);
    assert!(err(&result).contains("has changed"), "{}", err(&result));
    assert!(before == contents(&output), "and nothing is changed");
    // Begun again it is another run, and of the first one nothing is left.
    std::fs::write(&cohort.input, lines(2).join("\n")).expect("two cases");
    code(&cohort.command(&output, &["--layout", "bundles"]).output().expect("the program runs"), 0);
    assert_eq!(files(&output), [".case2fhir", "case-0.json", "case-1.json"]);
    std::fs::write(&cohort.input, &lines(1)[0]).expect("a case");
    code(&cohort.command(&output, &["--layout", "bundles"]).output().expect("the program runs"), 0);
    assert_eq!(files(&output), [".case2fhir", "case-0.json"]);
}

#[test]
fn a_run_goes_on_only_as_it_was_begun() {
    let cohort = Cohort::new("batch-otherwise", 200);
    let output = cohort.folder.join("out");
    broken_off(&cohort, &output);
    let result = cohort.command(&output, &[]).output().expect("the program runs");
    code(&result, 2);
    assert!(err(&result).contains("--resume") && err(&result).contains("--restart"), "{}", err(&result));
    let result = cohort.command(&output, &["--resume", "--bundle", "transaction"]).output().expect("the program runs");
    code(&result, 2);
    assert!(err(&result).contains("bundle"), "{}", err(&result));
    // Another number of threads is the same run.
    let restarted = cohort.folder.join("restarted");
    code(&cohort.command(&output, &["--resume", "--jobs", "2"]).output().expect("the program runs"), 1);
    broken_off(&cohort, &restarted);
    code(&cohort.command(&restarted, &["--restart"]).output().expect("the program runs"), 1);
    same(&output, &restarted);
    // With nothing to go on with it begins.
    code(&run(&["batch", SEED, "--resume", "-o", path(&cohort.folder.join("new"))]), 0);
}

#[test]
fn two_runs_do_not_write_to_one_folder() {
    let cohort = Cohort::new("batch-lock", 60);
    let output = cohort.folder.join("out");
    let mut command = program();
    command.args(["batch", "--layout", "one-file", "-q", "-o", path(&output), "-"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program starts");
    let start = Instant::now();
    while !output.join(".case2fhir/checkpoint.json").exists() {
        assert!(start.elapsed() < Duration::from_mins(1), "the run gets going");
        std::thread::sleep(Duration::from_millis(2));
    }
    let result = cohort.command(&output, &["--restart"]).output().expect("the program runs");
    code(&result, 3);
    assert!(err(&result).contains("another run"), "{}", err(&result));
    drop(child.stdin.take());
    assert_eq!(child.wait().expect("the program ends").code(), Some(0));
}

#[test]
fn what_is_taken_away_is_told_before() {
    let cohort = Cohort::new("batch-clearing", 24);
    let (whole, output) = (cohort.folder.join("whole"), cohort.folder.join("out"));
    code(&cohort.command(&whole, &[]).output().expect("the program runs"), 1);
    code(&cohort.command(&output, &[]).output().expect("the program runs"), 1);
    // As a run leaves it that was killed while it took away the files of the one before.
    let checkpoint = output.join(".case2fhir/checkpoint.json");
    let text = std::fs::read_to_string(&checkpoint).expect("a checkpoint");
    assert!(text.contains(r#""is_clearing":false"#));
    std::fs::write(&checkpoint, text.replace(r#""is_clearing":false"#, r#""is_clearing":true"#)).expect("a checkpoint");
    std::fs::remove_file(output.join("case-0.json")).expect("a bundle");
    code(&cohort.command(&output, &["--resume"]).output().expect("the program runs"), 1);
    same(&whole, &output);
    // A finished run whose output is not whole is not taken for one that is.
    std::fs::remove_file(output.join("case-2.json")).expect("a bundle");
    let result = cohort.command(&output, &["--resume"]).output().expect("the program runs");
    code(&result, 3);
    assert!(err(&result).contains("case-2.json") && err(&result).contains("--restart"), "{}", err(&result));
    code(&cohort.command(&output, &["--restart"]).output().expect("the program runs"), 1);
    same(&whole, &output);
}

#[test]
fn a_list_of_cases_that_was_cut_off_in_a_letter_does_no_harm() {
    let cohort = Cohort::new("batch-torn", 200);
    let (whole, output) = (cohort.folder.join("whole"), cohort.folder.join("out"));
    code(&cohort.command(&whole, &[]).output().expect("the program runs"), 1);
    broken_off(&cohort, &output);
    let list = output.join(".case2fhir/cases");
    let mut bytes = std::fs::read(&list).expect("the list");
    bytes.extend(b"00000000000000000000000000000000\tcase-x.json\tr\xC3");
    std::fs::write(&list, bytes).expect("the list");
    code(&cohort.command(&output, &["--resume"]).output().expect("the program runs"), 1);
    same(&whole, &output);
}

#[test]
fn lines_that_moved_have_changed() {
    let cohort = Cohort::new("batch-moved", 200);
    let output = cohort.folder.join("out");
    broken_off(&cohort, &output);
    let text = std::fs::read_to_string(&cohort.input).expect("the cases");
    std::fs::write(&cohort.input, format!("\n\n{text}")).expect("the cases");
    let result = cohort.command(&output, &["--resume"]).output().expect("the program runs");
    code(&result, 1);
    assert!(err(&result).contains("has changed"), "{}", err(&result));
}
