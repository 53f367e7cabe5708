//! NDJSON (one JSON value a line, as FHIR's bulk data has it) split into its lines.
//!
//! Nothing is parsed: a line feed inside a string is escaped in JSON, so each one ends a line.

use super::json::BYTE_ORDER_MARK;
use super::scan;

/// The lines of NDJSON that are not blank, each with the offset of its first byte. A byte order mark at the start and carriage
/// returns at the ends of lines are left out.
pub fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> + Clone {
    let mut next = if bytes.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    std::iter::from_fn(move || {
        while next < bytes.len() {
            let start = next;
            let end = scan::line_end(bytes, start);
            next = end + 1;
            let line = bytes.get(start..end).unwrap_or_default();
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if scan::blank_end(line, 0) < line.len() {
                return Some((start, line));
            }
        }
        None
    })
}
