//! Where a case comes from.

use super::date::Date;
use super::read::record;

record! {
    /// The publication, registry or record that the case was taken from.
    pub struct Citation {
        /// Its title.
        optional title: String,
        /// Its authors.
        many authors: String,
        /// How it is cited, in one line.
        optional citation: String,
        /// Its DOI, without a resolver's address before it: 10.1000/182.
        optional doi: String,
        /// Its address.
        optional url: String,
        /// When it was published.
        optional published: Date,
        /// Its licence, an SPDX identifier (CC-BY-4.0) where there is one.
        optional licence: String,
        /// Remarks.
        many note: String,
    }
}
