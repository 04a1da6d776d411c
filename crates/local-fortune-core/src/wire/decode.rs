// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Decodes a fortune from received bytes.

use cxx_qt_network::{QDataStream, StreamError};

use super::{HeaderMatch, WireFormat};

/// The default limit of a message in bytes: 1 MiB.
pub const DEFAULT_LIMIT: usize = 1 << 20;

/// The length of the longest header in bytes.
const HEAD: usize = 8;

/// Why bytes are not a fortune. `Display` is a phrase for the end of a sentence.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The message ends too early.
    #[error("the message ends after {received} bytes, before a whole fortune")]
    UnexpectedEof {
        /// How many bytes there were.
        received: usize,
    },
    /// The length in the header is past the limit; both numbers are bytes.
    #[error("the message has {bytes} bytes, but only {limit} are allowed")]
    TooLong {
        /// The length in the header.
        bytes: u64,
        /// The limit.
        limit: usize,
    },
    /// The header matches no format, or not the expected one.
    #[error("the message is not a fortune{}", in_the_format(.expected))]
    Malformed {
        /// The format that was expected; `None` if it was to be detected.
        expected: Option<WireFormat>,
    },
    /// The message is in another format than the expected one.
    #[error("the message is in the format {found}, not {expected}")]
    WrongFormat {
        /// The format that was expected.
        expected: WireFormat,
        /// The format that the message begins like.
        found: WireFormat,
    },
    /// More bytes come after the fortune.
    #[error("the message goes on after the fortune")]
    TrailingBytes,
    /// Qt could not read the text.
    #[error("the text of the message is damaged: {0}")]
    Text(StreamError),
}

fn in_the_format(format: &Option<WireFormat>) -> String {
    format.map_or(String::new(), |format| format!(" in the format {format}"))
}

/// A decoded fortune.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decoded {
    /// The text, with U+FFFD for invalid UTF-16.
    pub text: String,
    /// The format of the message.
    pub format: WireFormat,
}

/// Collects the bytes of one message and reads the fortune in it.
///
/// [`push`](Self::push) keeps at most the limit, and refuses a message as soon as its header is wrong.
/// [`finish`](Self::finish) decodes the message after the peer has closed.
#[derive(Clone, Debug)]
pub struct Decoder {
    expected: Option<WireFormat>,
    limit: usize,
    bytes: Vec<u8>,
}

impl Decoder {
    /// A decoder for a message in the given format, or in any if there is none, of at most
    /// [`DEFAULT_LIMIT`] bytes.
    pub fn new(expected: Option<WireFormat>) -> Self {
        Self::with_limit(expected, DEFAULT_LIMIT)
    }

    /// A decoder for a message of at most `limit` bytes.
    pub fn with_limit(expected: Option<WireFormat>, limit: usize) -> Self {
        Self {
            expected,
            limit,
            bytes: Vec::new(),
        }
    }

    /// Appends the next bytes, in pieces of any size.
    ///
    /// # Errors
    ///
    /// If the message cannot become a fortune, whatever follows. The bytes are not kept then.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        // The header is checked before the rest is kept.
        let missing = HEAD.saturating_sub(self.bytes.len()).min(bytes.len());
        let (head, rest) = bytes.split_at(missing);
        self.bytes.extend_from_slice(head);
        if self.bytes.len() < HEAD {
            // With fewer, the error would depend on how the bytes were split.
            return Ok(());
        }
        self.check(self.bytes.len() + rest.len())?;
        self.bytes.extend_from_slice(rest);
        Ok(())
    }

    /// Whether the bytes so far are a whole message, if nothing follows.
    pub fn is_whole(&self) -> bool {
        self.whole().is_some()
    }

    /// Reads the fortune, when no more bytes follow.
    ///
    /// # Errors
    ///
    /// If the bytes are not exactly one message.
    pub fn finish(self) -> Result<Decoded, DecodeError> {
        match self.whole() {
            // Messages shorter than the header that `push` checks are checked here.
            Some(_) if self.bytes.len() > self.limit => Err(DecodeError::TooLong {
                bytes: self.bytes.len() as u64,
                limit: self.limit,
            }),
            Some(format) => read(format, &self.bytes).map_err(DecodeError::Text),
            None => {
                let received = self.bytes.len();
                self.check(received)?;
                // The beginning of a message in the expected format is in another format only if
                // it is complete in that one.
                match (self.expected, self.in_any_format().whole()) {
                    (Some(expected), Some(found)) if received <= self.limit => {
                        Err(DecodeError::WrongFormat { expected, found })
                    }
                    _ => Err(DecodeError::UnexpectedEof { received }),
                }
            }
        }
    }

    /// The formats that the message can still be in, with its length in bytes in each.
    fn candidates(&self) -> impl Iterator<Item = (WireFormat, HeaderMatch)> {
        let fits =
            |format: WireFormat| matches!(format.match_header(&self.bytes), HeaderMatch::Length(_));
        // A prefix that matches is no coincidence: the module's docs list the exceptions.
        let has_number =
            fits(WireFormat::Qt5_10) || fits(WireFormat::Qt5_6) || is_short_of_qt5_10(&self.bytes);
        WireFormat::ALL
            .into_iter()
            .filter(move |&format| format != WireFormat::Qt6_8 || !has_number)
            .filter(|&format| self.expected.is_none_or(|expected| expected == format))
            .map(|format| (format, format.match_header(&self.bytes)))
            .filter(|&(_, header)| header != HeaderMatch::Mismatch)
    }

    /// The format that the bytes are a whole message in.
    fn whole(&self) -> Option<WireFormat> {
        let received = HeaderMatch::Length(self.bytes.len() as u64);
        self.candidates()
            .find(|&(_, header)| header == received)
            .map(|(format, _)| format)
    }

    /// Refuses what cannot become a fortune, with `received` bytes so far.
    fn check(&self, received: usize) -> Result<(), DecodeError> {
        let mut shortest = None::<u64>;
        let mut longest = None::<u64>;
        for (_, header) in self.candidates() {
            let HeaderMatch::Length(total) = header else {
                return Ok(());
            };
            shortest = Some(shortest.map_or(total, |other| other.min(total)));
            longest = longest.max(Some(total));
        }
        let (Some(shortest), Some(longest)) = (shortest, longest) else {
            return Err(self.or_wrong_format(DecodeError::Malformed {
                expected: self.expected,
            }));
        };
        if shortest > self.limit as u64 {
            let too_long = DecodeError::TooLong {
                bytes: shortest,
                limit: self.limit,
            };
            return Err(self.or_wrong_format(too_long));
        }
        if received as u64 > longest.min(self.limit as u64) {
            return Err(DecodeError::TrailingBytes);
        }
        Ok(())
    }

    /// The same bytes, with no format expected.
    fn in_any_format(&self) -> Self {
        Self {
            expected: None,
            ..self.clone()
        }
    }

    /// The error, or `WrongFormat` if the header matches another format than the expected one.
    fn or_wrong_format(&self, error: DecodeError) -> DecodeError {
        let Some(expected) = self.expected else {
            return error;
        };
        let limit = self.limit as u64;
        let any = self.in_any_format();
        let found = any
            .candidates()
            .filter(|&(format, _)| format != expected)
            .find(|&(_, header)| matches!(header, HeaderMatch::Length(total) if total <= limit));
        found.map_or(error, |(found, _)| DecodeError::WrongFormat {
            expected,
            found,
        })
    }
}

/// Whether bytes that are a message of one UTF-16 unit in the format `Qt6_8` are rather the
/// beginning of a message in the format `Qt5_10`.
pub(super) fn is_short_of_qt5_10(bytes: &[u8]) -> bool {
    bytes == [0, 0, 0, 2, 0, 0]
}

/// Reads a message whose lengths were checked.
fn read(format: WireFormat, bytes: &[u8]) -> Result<Decoded, StreamError> {
    let mut stream = QDataStream::from_slice(bytes);
    stream.set_version(format.stream_version());
    match format {
        WireFormat::Qt4 => drop(stream.read::<u16>()?),
        WireFormat::Qt5_6 | WireFormat::Qt5_10 => drop(stream.read::<u32>()?),
        WireFormat::Qt6_8 => {}
    }
    let text = stream.read()?;
    if stream.at_end() {
        Ok(Decoded { text, format })
    } else {
        Err(StreamError::ReadCorruptData)
    }
}
