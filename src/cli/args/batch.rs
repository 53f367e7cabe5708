//! The arguments of `batch` as they are typed.

use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::Conversion;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "they are switches of a command line")]
pub(crate) struct Batch {
    /// Cases: files in YAML or JSON, NDJSON (a case a line), tables, any of them as .gz or .zst; folders and patterns of such files; -
    /// for stdin
    #[arg(required_unless_present = "stdin", conflicts_with = "stdin", value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,

    /// Read a case a line from stdin and write a bundle a line to stdout: one line out for each line in, in order. What cannot be
    /// converted is an OperationOutcome
    #[arg(long)]
    pub(crate) stdin: bool,

    /// The folder to write to
    #[arg(short, long, required_unless_present = "stdin", conflicts_with = "stdin", value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,

    /// What to write: a file a case, one file with a bundle a line, or the files of a bulk export, one for each type of resource
    #[arg(long, value_enum, default_value_t = Layout::Bundles, conflicts_with = "stdin", value_name = "LAYOUT")]
    pub(crate) layout: Layout,

    /// The size at which a bulk file ends and the next begins, unpacked: 500MB, 64KiB
    #[arg(long, value_parser = size, default_value = "1GB", value_name = "SIZE")]
    pub(crate) max_file_size: NonZeroU64,

    /// Pack what is written as NDJSON with gzip
    #[arg(long, conflicts_with = "stdin")]
    pub(crate) gzip: bool,

    /// How many threads work; by default one a core
    #[arg(short, long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,

    /// Go on with a run that was broken off, where it stood
    #[arg(long, conflicts_with_all = ["stdin", "restart"])]
    pub(crate) resume: bool,

    /// Give up a run that was broken off, and begin again
    #[arg(long, conflicts_with = "stdin")]
    pub(crate) restart: bool,

    /// How often the journal is told what is done, in seconds; 0 is after every task
    #[arg(long, value_parser = seconds, default_value = "2", value_name = "SECONDS", hide_short_help = true)]
    pub(crate) checkpoint_seconds: Duration,

    /// Where cases that cannot be converted go, an OperationOutcome a line; by default rejects.ndjson in the folder
    #[arg(long, conflicts_with = "stdin", value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,

    /// When to show how far it is: as a bar on a terminal, as lines in a log
    #[arg(long, value_enum, default_value_t = Progress::Auto, value_name = "WHEN")]
    pub(crate) progress: Progress,

    /// Write a report of the run as JSON; texts without a code stand in it, and so patients' data
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) conversion: Conversion,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Layout {
    /// A file a case, named after the case's id
    Bundles,
    /// bundles.ndjson, a bundle a line
    OneFile,
    /// A file a type of resource, and a manifest (FHIR Bulk Data)
    Bulk,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Progress {
    /// A bar on a terminal, else a line every half minute
    Auto,
    /// A bar on a terminal, else a line every five seconds
    Always,
    /// Never
    Never,
}

/// A number of seconds, perhaps with a fraction.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "a number of seconds is 0 or more".to_owned())
}

/// A number of bytes: `1000`, `64KiB`, `500MB`, `2 G`.
fn size(text: &str) -> Result<NonZeroU64, String> {
    let text = text.trim();
    let end = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "kib" => 1 << 10,
        "m" | "mb" => 1_000_000,
        "mib" => 1 << 20,
        "g" | "gb" => 1_000_000_000,
        "gib" => 1 << 30,
        _ => return Err("a size is a number of bytes, or one with KB, MB, GB, KiB, MiB or GiB".to_owned()),
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    bytes.and_then(NonZeroU64::new).ok_or_else(|| "a size is a number above 0".to_owned())
}
