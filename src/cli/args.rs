//! The arguments as they are typed.

mod batch;
mod package;
mod validate;

use std::path::PathBuf;

pub(crate) use batch::{Batch, Layout, Progress};
pub(crate) use package::{Add, Compile, Package};
pub(crate) use validate::{Format, Shown, Validate, Version};

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

/// Turns oncology case records into HL7 FHIR bundles with mCODE profiles.
#[derive(Debug, Parser)]
#[command(name = "case2fhir", version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Report errors only
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    /// Report more: notes, and inputs without fault; values are still kept out
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,

    /// Show values and lines of the source with the issues; they are patients' data
    #[arg(long, global = true)]
    pub(crate) show_values: bool,

    /// How to write what goes to stderr
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, value_name = "FORMAT")]
    pub(crate) log_format: LogFormat,

    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(crate) color: Colour,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Convert cases into FHIR bundles
    Convert(Convert),
    /// Convert many cases, on all cores
    Batch(Box<Batch>),
    /// Check FHIR resources against the definitions and their profiles
    Validate(Validate),
    /// Tell what the code of an issue means; without a code, list all
    Explain(Explain),
    /// List, add and compile packages of FHIR definitions
    #[command(subcommand)]
    Package(Package),
    /// Print the JSON Schema of the case format, or of mappings of tables
    Schema {
        /// Of what
        #[arg(value_enum, default_value_t = SchemaOf::Case)]
        of: SchemaOf,
    },
    /// Write a commented case to start from, or a draft of a table's mapping
    Init(Init),
    /// Write the man pages
    Man {
        /// The folder to write them to
        folder: PathBuf,
    },
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// Cases or phenopackets as YAML or JSON, tables, a folder of tables, or - for stdin
    #[arg(required = true, value_name = "INPUT")]
    pub(crate) inputs: Vec<PathBuf>,

    /// Where to write: a file, a folder (one file a case, named after the case's id), or - for stdout
    #[arg(short, long, default_value = "-", value_name = "FILE|DIR|-")]
    pub(crate) output: PathBuf,

    /// Indent the JSON; on a terminal it always is
    #[arg(long)]
    pub(crate) pretty: bool,

    #[command(flatten)]
    pub(crate) conversion: Conversion,
}

/// How cases become bundles, in whatever number.
#[derive(Debug, Args)]
pub(crate) struct Conversion {
    /// The format of the input
    #[arg(long, value_enum, default_value_t = From::Auto, value_name = "FORMAT")]
    pub(crate) from: From,

    /// What the columns of tables of your own are; `init --table` drafts such a file
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,

    /// What kind of bundle to make
    #[arg(long, value_enum, default_value_t = Bundle::Collection, value_name = "KIND")]
    pub(crate) bundle: Bundle,

    /// How entries of a transaction or batch ask to be stored: by id, or created unless they are there
    #[arg(long, value_enum, default_value_t = Method::Put, value_name = "METHOD")]
    pub(crate) method: Method,

    /// The FHIR version; what this program emits is the same JSON in both
    #[arg(long, value_enum, default_value_t = Fhir::R4, value_name = "VERSION")]
    pub(crate) fhir: Fhir,

    /// Do not check the bundle before it leaves
    #[arg(long)]
    pub(crate) no_validate: bool,

    /// From which severity on an input counts as failed
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,

    /// A lexicon of your own (CSV or a FHIR ConceptMap), asked before the built-in one; may be given several times
    #[arg(long, value_name = "FILE")]
    pub(crate) lexicon: Vec<PathBuf>,

    /// The namespace of ids, a UUID: bundles made with another namespace share no id
    #[arg(long, value_name = "UUID")]
    pub(crate) namespace: Option<uuid::Uuid>,

    /// The moment of the conversion (2026-01-31T12:00:00Z); goes before the case's `recorded`, and that before SOURCE_DATE_EPOCH
    #[arg(long, value_name = "MOMENT")]
    pub(crate) timestamp: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The code, as in the brackets after the severity: validate/min-cardinality
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,

    /// How to print it
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text, value_name = "FORMAT")]
    pub(crate) format: ExplainFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// The case format
    Case,
    /// Mappings of tables
    Mapping,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Draft the mapping of this table instead, by looking at its columns; words that stand in columns of few words are written into
    /// the draft
    #[arg(long, value_name = "FILE")]
    pub(crate) table: Option<PathBuf>,

    /// Where to write: a new file, or - for stdout
    #[arg(short, long, default_value = "-", value_name = "FILE|-")]
    pub(crate) output: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum From {
    /// Look at the input
    Auto,
    /// The case format of this program
    Case,
    /// GA4GH Phenopackets, version 2: Phenopacket, Family or Cohort
    Phenopacket,
    /// The CSV files of mCODE extraction: a folder of them
    McodeCsv,
    /// Tables of your own, CSV or TSV, with --mapping
    Table,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Bundle {
    /// Resources together
    Collection,
    /// All or nothing on a server
    Transaction,
    /// One by one on a server
    Batch,
    /// With a Composition at its head
    Document,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// PUT by id
    Put,
    /// POST with ifNoneExist
    Post,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Fhir {
    /// R4 4.0.1
    R4,
    /// R4B 4.3.0
    R4b,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors
    Error,
    /// Warnings too
    Warning,
}
