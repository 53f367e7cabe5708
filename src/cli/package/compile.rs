//! `case2fhir package compile`: packages to the compact facts that the program embeds.

use crate::cli::Outcome;
use crate::cli::args::Compile;
use crate::cli::talk::Talk;

pub(super) fn run(options: &Compile, talk: &mut Talk) -> Outcome {
    let _ = (&options.inputs, &options.output, options.check);
    talk.failure("this build cannot compile packages");
    Outcome::Misused
}
