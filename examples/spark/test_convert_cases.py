"""What must hold of convert_cases.py whatever files and programs do; `.ci/spark` runs it.

CASE2FHIR names the program. One Spark session in local mode serves all, which gives a task a second try.
"""

import gzip
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAM = os.environ["CASE2FHIR"]
# Functions of an imported module reach the workers by name.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
os.environ["SOURCE_DATE_EPOCH"] = "1750000000"
sys.path.insert(0, str(HERE))

import convert_cases  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

CASES = (HERE / "cases.ndjson").read_bytes()
# A program that answers well until its answers are interfered with; without any input it is content, as it should be.
WRAPPER = """#!/usr/bin/env bash
answers=$({program} "$@") || exit
[ -n "$answers" ] || exit 0
lines() {{ printf '%s\\n' "$answers"; }}
{fault}
"""


def many(times):
    """The cases many times, with ids of their own."""
    return b"".join(CASES.replace(b'"spark-', b'"spark-%d-' % turn) for turn in range(times))


class ConvertCases(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.spark = (
            SparkSession.builder.master("local[2,2]")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()
        )
        # Tasks fail here on purpose.
        cls.spark.sparkContext.setLogLevel("OFF")

    @classmethod
    def tearDownClass(cls):
        cls.spark.stop()

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.output = self.folder / "out"

    def write(self, name, data):
        (self.folder / name).write_bytes(data)
        return str(self.folder / name)

    def wrapper(self, fault):
        path = self.folder / "wrapper"
        path.write_text(WRAPPER.format(program=PROGRAM, fault=fault))
        path.chmod(0o755)
        return str(path)

    def convert(self, *words, program=PROGRAM):
        args, options = convert_cases.arguments(["--program", program, "--installed", "--output", str(self.output), *words])
        total, counts, _ = convert_cases.convert(self.spark, args, options)
        self.assertEqual(total, counts["bundles"] + counts["rejects"])
        self.assertEqual(counts["rejects"], counts["rejects-cases"])
        return total, counts["rejects"]

    def written(self, kind):
        """The lines of a kind, sorted; files have the names by which the program knows them."""
        lines = []
        for part in self.output.glob(f"kind={kind}/part-*"):
            data = part.read_bytes()
            lines += (gzip.decompress(data) if part.suffix == ".gz" else data).split(b"\n")[:-1]
        return sorted(re.sub(rb"file:/+[^ \"]*/(?=\w+\.ndjson)", b"", line) for line in lines)

    def expected(self, *names):
        """What the program makes of these files by itself; in a file it passes over blank lines."""
        subprocess.run(
            [PROGRAM, "batch", "--quiet", "--layout", "one-file", "--output", "alone", *names], cwd=self.folder, check=False
        )
        alone = self.folder / "alone"
        read = lambda name: sorted((alone / name).read_bytes().split(b"\n")[:-1])
        return {"bundles": read("bundles.ndjson"), "rejects": read("rejects.ndjson"),
                "rejects-cases": read("rejects-cases.ndjson")}

    def assert_same(self, *names):
        for kind, lines in self.expected(*names).items():
            # A line's carriage return stays with the job; in a file the program takes it for a part of the line end.
            written = [line.rstrip(b"\r") for line in self.written(kind)]
            written = [line for line in written if line and b"the input is empty" not in line]
            self.assertTrue(lines == written, f"{kind}: {len(lines)} expected, {len(written)} written, and they differ")

    def test_splits_of_files_keep_line_numbers(self):
        small = {"spark.sql.files.maxPartitionBytes": "4000", "spark.sql.files.openCostInBytes": "0",
                 "spark.sql.files.minPartitionNum": "8"}
        for name, value in small.items():
            self.spark.conf.set(name, value)
        self.addCleanup(lambda: [self.spark.conf.unset(name) for name in small])
        files = [self.write("one.ndjson", many(8)), self.write("two.ndjson", many(4).replace(b'"spark-', b'"two-'))]
        self.assertEqual((108, 36), self.convert(*files))
        self.assertGreater(len(list(self.output.glob("kind=bundles/part-*"))), 5)
        self.assert_same("one.ndjson", "two.ndjson")

    def test_bytes_stay_as_they_are(self):
        # Carriage returns within and at the end of lines, bytes that are not UTF-8, line ends of Unicode, none at the end.
        data = CASES.replace(b"\n", b"\r\n") + b'{"id":\r"cr","patient":{}}\n{"id":"\xc3\xa4\xff","patient":{}}\n\n'
        data += '{"id":"ls","title":"one\u2028two\u0085three","patient":{}}'.encode()
        self.assertEqual((13, 6), self.convert(self.write("odd.ndjson", data)))
        self.assert_same("odd.ndjson")

    def test_partitions_and_gzip(self):
        file = self.write("packed.ndjson.gz", gzip.compress(many(3)))
        self.assertEqual((27, 9), self.convert("--partitions", "3", "--gzip", file))
        self.assertEqual({".gz"}, {part.suffix for part in self.output.glob("kind=*/part-*")})
        self.assert_same("packed.ndjson.gz")

    def test_options_reach_the_program(self):
        lexicon = self.write("own list.csv", b"domain,texts,system,code,display,source\n")
        file = self.write("plain.ndjson", CASES)
        self.convert(file, "--lexicon", lexicon, "--", "--bundle", "transaction", "--no-validate")
        self.assertIn(b'"type":"transaction"', self.written("bundles")[0])

    def test_no_lines(self):
        self.assertEqual((0, 0), self.convert(self.write("none.ndjson", b"")))

    def test_a_task_that_fails_once_is_done_again(self):
        fault = 'mkdir "$0.once" 2>/dev/null && { lines | head -n 3; kill -9 $$; }; lines'
        self.assertEqual((9, 3), self.convert(self.write("plain.ndjson", CASES), program=self.wrapper(fault)))
        self.assertTrue((self.folder / "wrapper.once").exists())
        self.assert_same("plain.ndjson")

    def assert_fails(self, *words, program=PROGRAM):
        with self.assertRaises(Exception) as caught:
            self.convert(*words, program=program)
        self.assertFalse((self.output / "_SUCCESS").exists())
        self.assertEqual([], list(self.output.glob("kind=*")))
        # Not even a failure tells of a case.
        self.assertNotIn("papillary", str(caught.exception))
        return str(caught.exception)

    def test_faults_of_the_program_fail_the_job(self):
        file = self.write("plain.ndjson", CASES)
        faults = {
            "lines; exit 1": "PIPE_FUNCTION_EXITED",
            "lines | head -n 4; kill -9 $$": "PIPE_FUNCTION_EXITED",
            # It says that all is well.
            "lines | head -n 4": "different number of items",
            "lines | sed 2d": "different number of items",
            "lines | sed 2p": "different number of items",
            "exit 0": "zip",
            "lines | tac": "out of order",
            "lines | sed 2s/Bundle/Basic/": "neither a Bundle nor",
            "lines | sed '2s/.*/{/'": "neither a Bundle nor",
        }
        for number, (fault, sign) in enumerate(faults.items()):
            with self.subTest(fault):
                self.output = self.folder / f"out{number}"
                self.assertIn(sign, self.assert_fails(file, program=self.wrapper(fault)))

    def test_faults_of_the_input_fail_the_job(self):
        cut = gzip.compress(many(400))
        self.assert_fails(self.write("cut.ndjson.gz", cut[: len(cut) // 2]))
        self.assert_fails(str(self.folder / "missing.ndjson"))

    def test_wrong_options_are_told_before_the_work(self):
        file = self.write("plain.ndjson", CASES)
        self.assertIn("error code 2", self.assert_fails(file, "--", "--bundel", "transaction"))

    def test_an_output_that_exists_is_left_alone(self):
        self.output.mkdir()
        (self.output / "mine").write_text("mine")
        self.assertIn("PATH_ALREADY_EXISTS", self.assert_fails(self.write("plain.ndjson", CASES)))
        self.assertEqual(["mine"], os.listdir(self.output))

    def test_a_fault_of_reading_ends_the_lines(self):
        def failing():
            yield "file", 1, b"first"
            raise OSError("gone")

        self.assertEqual(["first"], list(convert_cases.texts(failing())))


if __name__ == "__main__":
    unittest.main(warnings="ignore")
