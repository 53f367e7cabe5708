//! The arguments of `package` as they are typed.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Package {
    /// List the packages that are part of the program and those in ~/.fhir/packages
    List,
    /// Unpack packages into ~/.fhir/packages
    Add(Add),
    /// Write the compact facts of packages, which the program embeds
    Compile(Compile),
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// Packages as the registries give them
    #[arg(required = true, value_name = "FILE.tgz")]
    pub(crate) files: Vec<PathBuf>,

    /// Put a package in the place of one that is there already
    #[arg(long)]
    pub(crate) force: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Compile {
    /// Packages: unpacked, as files, or by id and version
    #[arg(required = true, value_name = "ID#VERSION|FILE.tgz|DIR")]
    pub(crate) inputs: Vec<String>,

    /// The folder to write to, one folder a package
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,

    /// Write nothing: compare with what is there, and end with 1 where it differs
    #[arg(long)]
    pub(crate) check: bool,
}
