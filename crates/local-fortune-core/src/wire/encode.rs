// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Encodes a fortune.

use cxx_qt_network::{QDataStream, StreamError};

use super::{HeaderMatch, WireFormat};

/// Why a text cannot be sent in a format.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The text is longer than the format can count; both numbers are bytes after the prefix.
    #[error("the fortune takes {bytes} bytes, but the format {format} can carry only {limit}")]
    TooLong {
        /// The format.
        format: WireFormat,
        /// How many bytes the text takes.
        bytes: u64,
        /// How many the format can carry.
        limit: u64,
    },
    /// The bytes would be taken for another format: see the [module](super).
    #[error("the fortune cannot be told from one in the format {taken_for}")]
    Ambiguous {
        /// The other format.
        taken_for: WireFormat,
    },
    /// `QDataStream` failed.
    #[error("Qt could not write the fortune: {0}")]
    Stream(#[from] StreamError),
}

impl WireFormat {
    /// The whole message that carries `text`, written by the real `QDataStream`.
    ///
    /// # Errors
    ///
    /// If the text is longer than the format can count, or one of the few that would be taken for
    /// another format.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, EncodeError> {
        let units = text.encode_utf16().count() as u64;
        let bytes = 4 + 2 * units;
        let limit = match self {
            Self::Qt4 => u64::from(u16::MAX),
            // Nearly 4 GiB, and short of the numbers that have a meaning of their own.
            _ => u64::from(u32::MAX) - 7,
        };
        if bytes > limit {
            return Err(EncodeError::TooLong {
                format: self,
                bytes,
                limit,
            });
        }
        let mut stream = QDataStream::to_bytes();
        stream.set_version(self.stream_version());
        match self {
            Self::Qt4 => stream.write(&(bytes as u16))?,
            Self::Qt5_6 => stream.write(&(bytes as u32))?,
            Self::Qt5_10 => stream.write(&(units as u32))?,
            Self::Qt6_8 => {}
        }
        stream.write(text)?;
        let message = Vec::from(stream.into_bytes().as_slice());
        if self == Self::Qt6_8 {
            check(&message)?
        }
        Ok(message)
    }
}

/// Refuses a message that could be taken for another format, whole or truncated.
fn check(message: &[u8]) -> Result<(), EncodeError> {
    let fits = |format: &WireFormat| matches!(format.match_header(message), HeaderMatch::Length(_));
    let cut_off = super::decode::is_short_of_qt5_10(message).then_some(WireFormat::Qt5_10);
    let others = [WireFormat::Qt4, WireFormat::Qt5_6, WireFormat::Qt5_10];
    match others.into_iter().find(fits).or(cut_off) {
        Some(taken_for) => Err(EncodeError::Ambiguous { taken_for }),
        None => Ok(()),
    }
}
