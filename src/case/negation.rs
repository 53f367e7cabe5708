//! Words that deny: "no metastases" is not a finding that is there.
//!
//! A case says that something is absent as data (`absent: true`, `status: not-done`, `result: negative`); words that say it would
//! come out beside a code or a value that says the opposite. English words only; other languages are not understood.

/// Whether a phrase denies what it names: by its first word, or by its last.
#[must_use]
pub fn is_negative(phrase: &str) -> bool {
    let words: Vec<String> = phrase.split_whitespace().map(str::to_lowercase).collect();
    let words: Vec<&str> = words.iter().map(|word| word.trim_matches([',', ';', '.', ':'])).collect();
    let first = matches!(
        words.as_slice(),
        ["no" | "not" | "none" | "nil" | "never" | "without" | "denies" | "denied" | "negative", ..]
            | ["absence" | "free" | "lack", "of", ..]
            | ["absent", _, ..]
    );
    let last = matches!(
        words.as_slice(),
        [_, .., "absent" | "negative" | "denied" | "none"]
            | [_, .., "not", "found" | "given" | "done" | "detected" | "seen" | "present" | "performed"]
    );
    first || last
}
