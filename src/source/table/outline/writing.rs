//! Names and words of a table as they are written into a draft, so that nothing in them is taken for a part of it.

use std::fmt::Write as _;

/// A text as YAML has it between double quotes, whatever is in it; short plain words go without.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
        );
    if is_plain {
        return text.to_owned();
    }
    let mut result = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => result.extend(['\\', letter]),
            // All of them have four digits at most.
            _ if is_hidden(letter) => {
                let _ = write!(result, "\\u{:04X}", u32::from(letter));
            }
            _ => result.push(letter),
        }
    }
    result.push('"');
    result
}

/// A name in a comment: in one line, and without what a terminal would take for commands.
pub(super) fn commented(text: &str) -> String {
    text.replace(is_hidden, "\u{FFFD}")
}

/// What readers of YAML or terminals take for more than a letter: controls, line breaks, marks of byte order (YAML 1.2, section 5.1) and
/// of the direction of writing.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
