// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Bytes, as they come, to a fortune.

use cxx_qt_network::{QDataStream, StreamError};

use super::{Fit, WireFormat};

/// How many bytes a message may have unless said otherwise: 1 MiB.
pub const DEFAULT_LIMIT: usize = 1 << 20;

/// How many bytes tell all that the beginning can tell.
const HEAD: usize = 8;

/// Why bytes are not a fortune. `Display` is a phrase for the end of a sentence.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The message ends too early.
    #[error("the message ends after {received} bytes, before a whole fortune")]
    Early {
        /// How many bytes there were.
        received: usize,
    },
    /// The message says that it is longer than is allowed; both numbers are bytes.
    #[error("the message has {bytes} bytes, but only {limit} are allowed")]
    TooLong {
        /// How long it says it is.
        bytes: u64,
        /// How long it may be.
        limit: usize,
    },
    /// The numbers at the beginning fit no format, or not the expected one.
    #[error("the message is not a fortune{}", in_the_format(.expected))]
    NotAFortune {
        /// The format that was expected; `None` if it was to be found out.
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
    LeftOver,
    /// Qt could not read the text.
    #[error("the text of the message is damaged: {0}")]
    Text(StreamError),
}

fn in_the_format(format: &Option<WireFormat>) -> String {
    format.map_or(String::new(), |format| format!(" in the format {format}"))
}

/// A fortune that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decoded {
    /// The text; UTF-16 that is not valid became U+FFFD.
    pub text: String,
    /// The format it came in.
    pub format: WireFormat,
}

/// Collects the bytes of one message and reads the fortune in it.
///
/// It keeps at most the limit and refuses a message as soon as its beginning shows that it is not
/// one: [`push`](Self::push). Whether the message is whole is known when the peer has closed:
/// [`finish`](Self::finish).
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

    /// Takes the next bytes, however they were cut.
    ///
    /// # Errors
    ///
    /// If the message cannot become a fortune, whatever follows. The bytes are not kept then.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        // What the beginning says is looked at before the rest is kept.
        let missing = HEAD.saturating_sub(self.bytes.len()).min(bytes.len());
        let (head, rest) = bytes.split_at(missing);
        self.bytes.extend_from_slice(head);
        if self.bytes.len() < HEAD {
            // Fewer would be called something else than all of them, by chance of how they came.
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
            // Shorter ones than the beginning that `push` looks at are only judged here.
            Some(_) if self.bytes.len() > self.limit => Err(DecodeError::TooLong {
                bytes: self.bytes.len() as u64,
                limit: self.limit,
            }),
            Some(format) => read(format, &self.bytes).map_err(DecodeError::Text),
            None => {
                let received = self.bytes.len();
                self.check(received)?;
                // What may be the beginning of the expected message is in another format only if it
                // is a whole one.
                match (self.expected, self.in_any_format().whole()) {
                    (Some(expected), Some(found)) if received <= self.limit => {
                        Err(DecodeError::WrongFormat { expected, found })
                    }
                    _ => Err(DecodeError::Early { received }),
                }
            }
        }
    }

    /// The formats that the message can still be in, with its length in bytes in each.
    fn candidates(&self) -> impl Iterator<Item = (WireFormat, Fit)> {
        let fits = |format: WireFormat| matches!(format.fit(&self.bytes), Fit::Total(_));
        // A number before the text, where it fits, is no chance: the module's docs list the texts.
        let has_number =
            fits(WireFormat::Qt5_10) || fits(WireFormat::Qt5_6) || is_short_of_qt5_10(&self.bytes);
        WireFormat::ALL
            .into_iter()
            .filter(move |&format| format != WireFormat::Qt6_8 || !has_number)
            .filter(|&format| self.expected.is_none_or(|expected| expected == format))
            .map(|format| (format, format.fit(&self.bytes)))
            .filter(|&(_, fit)| fit != Fit::No)
    }

    /// The format that the bytes are a whole message in.
    fn whole(&self) -> Option<WireFormat> {
        let received = Fit::Total(self.bytes.len() as u64);
        self.candidates()
            .find(|&(_, fit)| fit == received)
            .map(|(format, _)| format)
    }

    /// Refuses what cannot become a fortune, with `received` bytes come so far.
    fn check(&self, received: usize) -> Result<(), DecodeError> {
        let mut shortest = None::<u64>;
        let mut longest = None::<u64>;
        for (_, fit) in self.candidates() {
            let Fit::Total(total) = fit else {
                return Ok(());
            };
            shortest = Some(shortest.map_or(total, |other| other.min(total)));
            longest = longest.max(Some(total));
        }
        let (Some(shortest), Some(longest)) = (shortest, longest) else {
            return Err(self.or_wrong_format(DecodeError::NotAFortune {
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
            return Err(DecodeError::LeftOver);
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

    /// The error, or rather that the message is in another format than the expected one.
    fn or_wrong_format(&self, error: DecodeError) -> DecodeError {
        let Some(expected) = self.expected else {
            return error;
        };
        let limit = self.limit as u64;
        let any = self.in_any_format();
        let found = any
            .candidates()
            .filter(|&(format, _)| format != expected)
            .find(|&(_, fit)| matches!(fit, Fit::Total(total) if total <= limit));
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

/// Reads a message whose numbers have been found to agree.
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
