# `just` lists these; each is one command that also works without just.

default:
    @just --list

# All that must hold before a change goes in
check:
    .ci/run

# All tests; snapshots are compared
test:
    cargo test --release

# Formatting, lints, documentation
lint:
    cargo fmt --check
    cargo clippy --release --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --release --no-deps

# The validator's tests alone, without the typed FHIR model, which takes minutes to build
validator:
    cargo test --release --no-default-features --test validator

# The same beside HL7's material: facts made again, examples, conformance suites
conformance:
    .ci/packages target/packages
    CASE2FHIR_PACKAGES="$PWD/target/packages" cargo test --release --no-default-features --test validator

# How fast, beside serde_json on the same bundle
bench:
    cargo bench --bench convert

# How fast parsing, FHIRPath and validation are
bench-validator:
    cargo bench --no-default-features --bench parse
    cargo bench --no-default-features --bench fhirpath
    cargo bench --no-default-features --bench validate

# Random inputs, so many seconds a target (needs cargo-fuzz)
fuzz seconds="60":
    .ci/fuzz {{seconds}}

# Bundles before the reference validator
oracle:
    ../shared/oracle/setup
    CASE2FHIR_ORACLE=1 cargo test --release oracle

# The case format's JSON Schema, written anew
schema:
    cargo run --release --quiet -- schema > target/case.schema.json
    mv target/case.schema.json schemas/case.schema.json

# Snapshots written anew; the diff is the review
snapshots:
    INSTA_UPDATE=always cargo test --release snapshots
