//! The tests of case2fhir, all through its public doors: the library's functions and the program itself.
//!
//! One binary, one module a file; each module's header tells what it proves. `cargo test --release` runs all of them.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says on the way what it skips"
)]

mod batch_command;
mod batch_resume;
mod batch_safety;
mod batch_stdin;
mod case_format;
mod cohort;
mod command_line;
mod convert_command;
mod course_of_care;
mod explain_command;
mod fixtures;
mod house;
mod mcode_csv;
mod mcode_csv_columns;
mod oracle;
mod own_validity;
mod package_command;
mod phenopacket_members;
mod phenopackets;
mod properties;
mod robustness;
mod same_case;
mod schema;
mod seed_facts;
mod snapshots;
mod table_command;
mod table_drafts;
mod table_values;
mod tables;
mod terminology;
mod tree;
mod validate_command;
