//! The lines of a task put together by file, and packed. Threads do it, so that whoever writes only writes.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::piece::{Chunk, Record};

/// The most that goes into a chunk, so that little is held of a file: a megabyte unpacked.
const MOST: usize = 1 << 20;

/// What is written as lines, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packing {
    /// Whether each type of resource has a file of its own.
    pub(super) is_bulk: bool,
    pub(super) gzip: bool,
    /// The size of a file, unpacked; no chunk is larger, but for a single line that is.
    pub(super) most: u64,
}

impl Packing {
    /// The chunks of all cases that are not rejected, by type, in the order of the cases.
    pub(super) fn chunks(self, records: &[Record], types: usize) -> Vec<Chunk> {
        let most = usize::try_from(self.most).unwrap_or(MOST).min(MOST);
        let mut files: Vec<Lines> = (0..types.max(1)).map(Lines::new).collect();
        let mut chunks = Vec::new();
        let mut add = |kind: usize, line: &str| {
            let Some(lines) = files.get_mut(kind) else { return };
            if !lines.text.is_empty() && lines.text.len() + line.len() > most {
                chunks.push(lines.pack(self.gzip));
            }
            lines.text.push_str(line);
            lines.count += 1;
        };
        for converted in records.iter().filter_map(|record| record.result.as_ref().ok()) {
            if self.is_bulk {
                for resource in &converted.resources {
                    add(resource.kind, converted.text.get(resource.range.clone()).unwrap_or_default());
                }
            } else {
                add(0, &converted.text);
            }
        }
        chunks.extend(files.iter_mut().filter(|lines| !lines.text.is_empty()).map(|lines| lines.pack(self.gzip)));
        chunks
    }
}

struct Lines {
    kind: usize,
    text: String,
    count: u64,
}

impl Lines {
    fn new(kind: usize) -> Self {
        Self { kind, text: String::new(), count: 0 }
    }

    fn pack(&mut self, gzip: bool) -> Chunk {
        let (text, lines) = (std::mem::take(&mut self.text), std::mem::take(&mut self.count));
        let size = u64::try_from(text.len()).unwrap_or(u64::MAX);
        Chunk { kind: self.kind, bytes: if gzip { member(&text) } else { text.into_bytes() }, size, lines }
    }
}

/// A member of a gzip file (RFC 1952): members one after the other are a file too, so each can be made by itself.
fn member(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 8), Compression::new(LEVEL));
    // Writing into memory does not fail.
    let _ = encoder.write_all(text.as_bytes());
    encoder.finish().unwrap_or_default()
}

/// The level of compression.
const LEVEL: u32 = 6;
