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
        [
            "no" | "not"
                | "none"
                | "nil"
                | "never"
                | "without"
                | "denies"
                | "denied"
                | "negative"
                | "excluded"
                | "refused"
                | "declined"
                | "stopped"
                | "unlikely",
            ..,
        ] | ["ruled", "out", ..]
            | ["absence" | "free" | "lack", "of", ..]
            | ["absent", _, ..]
    );
    let last = matches!(
        words.as_slice(),
        [_, .., "absent" | "negative" | "denied" | "none" | "excluded" | "refused" | "declined" | "unlikely"]
            | [_, .., "ruled", "out"]
            | [_, .., "not", "found" | "given" | "done" | "detected" | "seen" | "present" | "performed"]
    );
    first || last
}

/// Whether a phrase of a history says that there is nothing to tell.
#[must_use]
pub fn says_nothing(phrase: &str) -> bool {
    let plain = |word: &str| word.trim_matches([',', ';', '.', ':']).to_lowercase();
    let told = ["unremarkable", "normal", "non-contributory", "noncontributory", "nothing", "none", "nil", "clear"];
    is_negative(phrase) || phrase.split_whitespace().map(plain).any(|word| told.contains(&word.as_str()))
}

/// Whether a phrase doubts what it names: `suspected stroke`, `? metastasis`.
#[must_use]
pub fn is_doubtful(phrase: &str) -> bool {
    let first = phrase.split_whitespace().next().unwrap_or_default().to_lowercase();
    let doubts =
        ["suspected", "suspicious", "possible", "possibly", "probable", "probably", "presumed", "questionable"];
    phrase.starts_with('?') || phrase.ends_with('?') || doubts.contains(&first.as_str())
}
