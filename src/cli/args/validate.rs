//! The arguments of `validate` as they are typed.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::FailOn;

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "they are what a user switches on, each by itself")]
pub(crate) struct Validate {
    /// FHIR resources: files in JSON or NDJSON (.ndjson, .ndjson.gz: a resource a line), folders with such files, or - for stdin
    #[arg(required = true, value_name = "FILE|DIR|-")]
    pub(crate) inputs: Vec<PathBuf>,

    /// The FHIR version whose definitions hold
    #[arg(long, value_enum, default_value_t = Version::R4, value_name = "VERSION")]
    pub(crate) fhir: Version,

    /// A profile that each resource must hold to, besides those of its meta.profile; may be given several times
    #[arg(long, value_name = "URL")]
    pub(crate) profile: Vec<String>,

    /// Further definitions: a package of ~/.fhir/packages, a file of one, a folder, or a single definition; may be given several times
    #[arg(long, value_name = "ID#VERSION|FILE.tgz|DIR|FILE.json|FILE.xml")]
    pub(crate) package: Vec<String>,

    /// How to print the issues: as text, as OperationOutcome (an array of them for several resources), or as one a line
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub(crate) format: Format,

    /// The least severity that is shown; by default warning in text (with -v information, with -q error), and information in JSON
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(crate) severity: Option<Shown>,

    /// From which severity on an input counts as failed
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,

    /// How many threads work; by default one a core
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<NonZeroUsize>,

    /// Ask this terminology server what cannot be decided offline; it gets to see the codes, not the resources
    #[arg(long, value_name = "URL")]
    pub(crate) terminology_server: Option<String>,

    /// Where the server's answers are kept for the next run
    #[arg(long, value_name = "DIR", requires = "terminology_server")]
    pub(crate) terminology_cache: Option<PathBuf>,

    /// How many issues of one resource are reported; the rest is counted
    #[arg(long, value_name = "N", default_value = "1000")]
    pub(crate) max_issues: NonZeroU32,

    /// Take texts that look like scripts or HTML for errors
    #[arg(long)]
    pub(crate) security_checks: bool,

    /// Take references out of the resource at their word: `Patient/1` is an error where no Patient may stand, not a warning
    #[arg(long)]
    pub(crate) check_reference_types: bool,

    /// Take extensions whose definitions are not at hand for errors; FHIR lets anyone define more
    #[arg(long)]
    pub(crate) known_extensions_only: bool,

    /// Take references that lead to nothing in the resource, its bundle or its parameters for errors
    #[arg(long)]
    pub(crate) references_must_resolve: bool,

    /// Pass over contained resources
    #[arg(long)]
    pub(crate) skip_contained: bool,

    /// Take addresses on example.org and acme.com for errors, which real data has no use for
    #[arg(long)]
    pub(crate) no_example_addresses: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Version {
    /// R4 4.0.1
    R4,
    /// R4B 4.3.0
    R4b,
    /// R5 5.0.0
    R5,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// One OperationOutcome, or an array of them
    Json,
    /// One OperationOutcome a line, one line a resource
    Ndjson,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shown {
    /// Errors only
    Error,
    /// Warnings too
    Warning,
    /// Notes too
    Information,
}
