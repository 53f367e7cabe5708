//! The program: parse, run, exit.

fn main() -> std::process::ExitCode {
    case2fhir::cli::run()
}
