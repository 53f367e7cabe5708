//! Tumours as bodies, and the specimens taken of them.

use super::concept::Concept;
use super::date::When;
use super::link::{Key, Link};
use super::patient::Identifier;
use super::quantity::Dimensions;
use super::read::record;

record! {
    /// A single mass that is measured, treated or sampled.
    pub struct Tumor {
        /// The name that other items link to.
        optional key: Key,
        /// The cancer that it belongs to.
        optional of: Link,
        /// Where it is.
        required site: Concept,
        /// On which side.
        optional side: Concept,
        /// More about the place.
        many site_qualifier: Concept,
        /// What it looks like under the microscope.
        optional morphology: Concept,
        /// What it is, in words.
        optional description: String,
        /// Its sizes over time.
        many size: Size,
    }
}

record! {
    /// The size of a tumour at a time.
    pub struct Size {
        /// The name that other items link to.
        optional key: Key,
        /// The lengths, in mm or cm.
        required dimensions: Dimensions,
        /// When it was measured.
        optional date: When,
        /// How it was measured.
        optional method: Concept,
        /// Remarks.
        many note: String,
    }
}

record! {
    /// A specimen.
    pub struct Specimen {
        /// The name that other items link to.
        optional key: Key,
        /// Numbers that identify it.
        many identifier: Identifier,
        /// What it is: tissue, blood, bone marrow.
        required kind: Concept,
        /// Where it was taken.
        optional site: Concept,
        /// On which side.
        optional side: Concept,
        /// When it was taken.
        optional date: When,
        /// The tumour it was taken of.
        optional tumor: Link,
        /// How it was taken.
        optional method: Concept,
        /// The specimen it was made of.
        optional derived_from: Link,
        /// What was done with it.
        many processing: Concept,
        /// Remarks.
        many note: String,
    }
}
