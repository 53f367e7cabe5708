//! Files that belong to a case and stay where they are.

use super::concept::Concept;
use super::date::When;
use super::link::{Key, Link};
use super::observation::Detail;
use super::read::record;

record! {
    /// A file: a sequence, an image, a letter.
    pub struct Document {
        /// The name that other items link to.
        optional key: Key,
        /// Where it is.
        required url: String,
        /// What it is.
        optional kind: Concept,
        /// What it holds, in words.
        optional description: String,
        /// When it was made.
        optional date: When,
        /// The specimen it is of.
        optional specimen: Link,
        /// More of it that has a name: its format, the reference genome.
        many detail: Detail,
        /// Remarks.
        many note: String,
    }
}
