//! The names of the files of bundles: the case's id, as file systems can have it.

use uuid::Uuid;

/// The longest name before its end, in bytes: file systems take 255, and a part has a longer one.
const MOST: usize = 180;

/// A file name for a case: its id, with what file systems dislike written as its code point. `of` makes the name another one, for a
/// case whose id another case has too.
pub(in crate::cli) fn file_name(id: &str, of: Option<Uuid>) -> String {
    let mut name = String::new();
    for character in id.chars() {
        match character {
            'A'..='Z' | 'a'..='z' | '0'..='9' | '-' | '_' | '.' if !(name.is_empty() && character == '.') => {
                name.push(character);
            }
            _ => name.push_str(&format!("%{:X}", u32::from(character))),
        }
    }
    if name.len() > MOST {
        name.truncate(MOST);
    }
    if let Some(identity) = of {
        name.push_str(&format!("~{}", identity.simple()));
    }
    name + ".json"
}
