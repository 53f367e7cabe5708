//! Files as they are packed: gzip (RFC 1952) of any number of members, Zstandard (RFC 8878) of any number of frames.

use std::io::{self, BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstandard,
}

impl Compression {
    /// What the end of a name says, and the name without it.
    pub(crate) fn of(name: &str) -> (Self, &str) {
        let ends = [(".gz", Self::Gzip), (".zst", Self::Zstandard)];
        let found = ends.into_iter().find_map(|(end, kind)| Some((kind, name.strip_suffix(end)?)));
        found.unwrap_or((Self::None, name))
    }

    /// The file's bytes unpacked.
    pub(crate) fn unpack(self, file: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        match self {
            Self::None => file,
            Self::Gzip => Box::new(MultiGzDecoder::new(BufReader::new(file))),
            Self::Zstandard => Box::new(Frames {
                file: BufReader::new(file),
                decoder: FrameDecoder::new(),
                is_inside: false,
                any: false,
            }),
        }
    }
}

/// Frames one after the other.
struct Frames<R> {
    file: BufReader<R>,
    decoder: FrameDecoder,
    /// Whether a frame has begun and is not given out to its end.
    is_inside: bool,
    /// Whether there was a frame: a file without any is no archive.
    any: bool,
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.is_inside && !self.begin()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.decoder.decode_blocks(&mut self.file, BlockDecodingStrategy::UptoBlocks(1)).map_err(broken)?;
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            self.is_inside = false;
            let sums = (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum());
            if let (Some(told), Some(found)) = sums
                && told != found
            {
                return Err(broken("the checksum of a frame is another one"));
            }
        }
    }
}

impl<R: Read> Frames<R> {
    /// Begins the next frame, passing over those that carry no data (RFC 8878, section 3.1.2); whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.file.fill_buf()?.is_empty() {
            self.any = true;
            match self.decoder.reset(&mut self.file) {
                Ok(()) => {
                    self.is_inside = true;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let length = u64::from(length);
                    if io::copy(&mut (&mut self.file).take(length), &mut io::sink())? < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(broken(error)),
            }
        }
        if self.any { Ok(false) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

fn broken(error: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("Zstandard: {error}"))
}
