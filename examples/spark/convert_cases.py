"""Oncology cases, one a line, to FHIR bundles on a Spark cluster, through `case2fhir batch --stdin`.

    spark-submit convert_cases.py --program case2fhir --output bundles cases.ndjson [-- OPTIONS OF case2fhir]

Each partition is piped through a process of the program, which answers every line with one line: a Bundle, or an
OperationOutcome for a case that cannot be converted. Lines and answers are zipped, so that a lost line fails the task before
anything of it is committed. All is written in one go into one folder:

    kind=bundles/        the bundles, one a line
    kind=rejects/        an OperationOutcome for each case that was not converted, with its file and line
    kind=rejects-cases/  these cases as they were, in the same order, to be corrected and converted again

The job refuses a folder that exists. It ends with 0 when every line has its answer and the counts of what was written say
so, with 1 when not, with 2 when called wrongly. Rejected cases are answers, not failures. Nothing of a case is logged.
README.md tells of sizing and retries.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import sys
import time
import zlib

from pyspark import SparkFiles
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

BUNDLE = b'{"resourceType":"Bundle",'
STDIN = "<stdin>"
FILE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-file"
LINE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line"
COLUMN = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col"
SOURCE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-source"
ISSUE_CODES = "urn:uuid:98f6435d-3c84-51ec-994d-59499a4cd650"

# Options of the program that this job decides on itself.
OURS = ("--stdin", "--jobs", "-j", "--lexicon", "--quiet", "-q")
# Options that mean nothing without files of the program's own.
FILES = ("--output", "-o", "--layout", "--max-file-size", "--gzip", "--resume", "--restart", "--checkpoint-seconds",
         "--rejects", "--report", "--progress")


def arguments(words):
    """The job's own arguments, and those of the program behind `--`."""
    at = words.index("--") if "--" in words else len(words)
    own, options = words[:at], words[at + 1:]
    parser = argparse.ArgumentParser(
        prog="convert_cases.py",
        usage="%(prog)s --output FOLDER [option …] INPUT … [-- option of case2fhir …]",
        description="Converts oncology cases, one a line, to FHIR bundles.",
    )
    parser.add_argument("input", nargs="+", help="a file of lines (also .gz or .bz2), a folder or pattern of such files")
    parser.add_argument("--output", required=True, help="the folder to write to; it must not exist")
    parser.add_argument("--program", default="case2fhir", help="the program, a file or on the path (default: case2fhir); it is sent along")
    parser.add_argument("--lexicon", action="append", default=[], help="a lexicon of your own, sent along; repeatable")
    parser.add_argument("--installed", action="store_true",
                        help="--program and --lexicon are paths on every machine of the cluster; nothing is sent")
    parser.add_argument("--partitions", type=int, help="spread the lines over so many partitions (default: as files split)")
    parser.add_argument("--gzip", action="store_true", help="pack what is written")
    args = parser.parse_args(own)
    if args.partitions is not None and args.partitions < 1:
        parser.error("--partitions must be at least 1")
    for option in options:
        name = option.split("=", 1)[0]
        if name in OURS:
            parser.error(f"{name} is not for case2fhir: the job sets it itself")
        if name in FILES:
            parser.error(f"{name} is not for case2fhir: what it writes goes through the job")
    # The same file twice would be converted twice.
    args.input = list(dict.fromkeys(args.input))
    return args, options


def command_line(sc, args, options):
    """The command for `pipe`, which splits it as a shell would, and runs it without one."""

    def place(path):
        if args.installed:
            return path
        sc.addFile(shutil.which(path) or path)
        name = os.path.basename(path)
        # An executor keeps such files where it runs; in local mode there is only this process's own folder for them.
        master = sc.master
        is_local = master.startswith("local") and not master.startswith("local-cluster")
        return SparkFiles.get(name) if is_local else "./" + name

    # A task has so many cores (one, unless spark.task.cpus says else), and an executor runs as many tasks as it can feed:
    # more threads than that would only compete with the neighbours.
    cores = sc.getConf().get("spark.task.cpus", "1")
    words = [place(args.program), "batch", "--stdin", "--quiet", "--jobs", cores]
    for lexicon in args.lexicon:
        words += ["--lexicon", place(lexicon)]
    return shlex.join(words + options)


def environment():
    """What the program sees: `pipe` gives it nothing but this.

    One moment holds for the whole run, so that a task that is repeated writes the same bytes.
    """
    moment = os.environ.get("SOURCE_DATE_EPOCH") or str(int(time.time()))
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": moment}


def numbered(rows, first):
    """Rows of (bytes, file, start of the split) to (file, line, bytes); `first` has the line before each split."""
    split, line = None, 0
    for raw, file, start in rows:
        if split != (file, start):
            split = (file, start)
            line = first[split]
        line += 1
        yield file, line, bytes(raw)


def texts(cases):
    """What the program is to read: the lines.

    Bytes that are not UTF-8 cannot go through `pipe`, which takes text; an empty line holds their place (see `answered`).
    `pipe` reads this from a thread of its own, where an exception would be seen by nobody and leave the program waiting for
    ever. So a fault ends the lines instead: the other side of the zip meets it too, or misses the answers.
    """
    try:
        for _file, _line, raw in cases:
            try:
                yield raw.decode("utf-8")
            except UnicodeDecodeError:
                yield ""
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not stay in the thread
        print(f"reading the cases stopped: {type(error).__name__}", file=sys.stderr)


def answered(pairs):
    """Pairs of a case and its answer to (bytes, kind)."""
    # The program counts the lines that it was given, and so does this.
    for number, ((file, line, raw), answer) in enumerate(pairs, 1):
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError as error:
            column = len(raw[:error.start].decode("utf-8")) + 1
            yield json_line(unreadable(file, line, column)), "rejects"
            yield raw, "rejects-cases"
            continue
        answer = answer.encode("utf-8")
        if answer.startswith(BUNDLE):
            yield answer, "bundles"
            continue
        try:
            resource = json.loads(answer)
            kind = resource["resourceType"]
        except (ValueError, TypeError, KeyError):
            kind = None
        if kind == "Bundle":
            yield answer, "bundles"
        elif kind == "OperationOutcome":
            yield json_line(placed(resource, number, file, line)), "rejects"
            yield raw, "rejects-cases"
        else:
            # The message is our own, without the answer in it.
            raise RuntimeError(f"{file}:{line}: the program's answer is neither a Bundle nor an OperationOutcome") from None


def json_line(resource):
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def placed(outcome, number, file, line):
    """The outcome with the case's own file and line: the program knows the stream of its partition only."""
    for extension in outcome.get("extension", []):
        if extension["url"] == FILE:
            extension["valueString"] = file
    before, after = f"{STDIN}:{number}:", f"{file}:{line}:"
    for issue in outcome["issue"]:
        for extension in issue.get("extension", []):
            if extension["url"] == LINE:
                if extension["valueInteger"] != number:
                    raise RuntimeError(f"{file}:{line}: the program's answers are out of order")
                extension["valueInteger"] = line
        if issue.get("diagnostics", "").startswith(before):
            issue["diagnostics"] = after + issue["diagnostics"][len(before):]
        if "location" in issue:
            issue["location"] = [re.sub(r"^Line\[\d+\]", f"Line[{line}]", place) for place in issue["location"]]
    return outcome


def unreadable(file, line, column):
    """The outcome of a line that is not UTF-8, as the program has it for files."""
    return {
        "resourceType": "OperationOutcome",
        "extension": [{"url": FILE, "valueString": file}],
        "issue": [{
            "extension": [
                {"url": LINE, "valueInteger": line},
                {"url": COLUMN, "valueString": str(column)},
                {"url": SOURCE, "valueString": "case2fhir"},
            ],
            "severity": "fatal",
            "code": "structure",
            "details": {
                "coding": [{"system": ISSUE_CODES, "code": "source/unreadable-text"}],
                "text": "here stand bytes that are not UTF-8",
            },
            "diagnostics": f"{file}:{line}:{column}; save the file as UTF-8",
            "location": [f"Line[{line}] Col[{column}]"],
        }],
    }


def read(spark, paths):
    """The lines of the files as bytes, with the file and the split in which each stands."""
    text = (
        spark.read
        # Without it a line would end at a carriage return too.
        .option("lineSep", "\n")
        # Whatever the cluster's habit: a file that cannot be read is no empty file.
        .option("ignoreCorruptFiles", False)
        .option("ignoreMissingFiles", False)
        .text(paths)
    )
    # Bytes, because Python would put U+FFFD where they are not UTF-8, and the program would not see it.
    return text.select(
        F.col("value").cast("binary").alias("raw"),
        F.col("_metadata.file_path").alias("file"),
        F.col("_metadata.file_block_start").alias("start"),
    )


def count_lines(rows):
    """How many lines there are, and for each split of a file how many of that file stand before it."""
    splits = sorted(tuple(row) for row in rows.groupBy("file", "start").count().collect())
    first, total, file = {}, 0, None
    for name, start, lines in splits:
        if name != file:
            file, before = name, 0
        first[name, start] = before
        before += lines
        total += lines
    return total, first


def convert(spark, args, options):
    """Runs the job; gives the number of lines and the counts of what was written."""
    sc = spark.sparkContext
    command, env = command_line(sc, args, options), environment()
    # No line, but a process: whether the program is there, may run and knows its options is known before the work begins.
    sc.parallelize([], 1).pipe(command, env, checkCode=True).count()

    rows = read(spark, args.input)
    total, first = count_lines(rows)
    first = sc.broadcast(first)
    cases = rows.rdd.mapPartitions(lambda rows: numbered(rows, first.value))
    if args.partitions:
        # In a definite order, because both sides of the zip read them, and so does a task that is repeated.
        cases = (
            cases.map(lambda case: (case[:2], case[2]))
            .repartitionAndSortWithinPartitions(args.partitions, lambda place: zlib.crc32("{}:{}".format(*place).encode()))
            .map(lambda pair: (*pair[0], pair[1]))
        )
    answers = cases.mapPartitions(texts).pipe(command, env, checkCode=True)
    # A zip fails where one side has more than the other.
    written = spark.createDataFrame(cases.zip(answers).mapPartitions(answered), "value binary, kind string", verifySchema=False)
    # The three kinds are written side by side; else Spark would sort the lines of a task by kind first.
    spark.conf.set("spark.sql.maxConcurrentOutputFileWriters", "3")
    (
        written.select(F.col("value").cast("string").alias("value"), "kind")
        .write.partitionBy("kind")
        .option("lineSep", "\n")
        .option("compression", "gzip" if args.gzip else "none")
        .text(args.output)
    )

    # What is there now is counted, not what tasks did: tasks may have run more than once.
    there = spark.read.schema("value string, kind string").option("lineSep", "\n").text(args.output)
    counts = dict.fromkeys(("bundles", "rejects", "rejects-cases"), 0)
    counts.update(tuple(row) for row in there.groupBy("kind").count().collect())
    return total, counts, env["SOURCE_DATE_EPOCH"]


def main(words):
    args, options = arguments(words)
    spark = SparkSession.builder.appName("case2fhir").getOrCreate()
    begun = time.time()
    try:
        total, counts, moment = convert(spark, args, options)
    finally:
        spark.stop()
    seconds = time.time() - begun
    bundles, rejects = counts["bundles"], counts["rejects"]
    print(f"{total} cases read = {bundles} written + {rejects} rejected → {args.output} ({seconds:.1f} s, "
          f"SOURCE_DATE_EPOCH={moment})")
    if bundles + rejects != total or counts["rejects-cases"] != rejects:
        print(f"error: the counts differ: {total} read, {bundles} + {rejects} written, "
              f"{counts['rejects-cases']} cases kept of those rejected; do not use {args.output}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
