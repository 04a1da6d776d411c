// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How a fortune travels: one message from server to client, then the server closes.
//!
//! A `QString` in a `QDataStream` is the number of its bytes as a 32-bit number, and the text as
//! UTF-16; all numbers are big-endian. What Qt's example puts before it has changed over the years:
//!
//! | [`WireFormat`] | command line | examples of | before the `QString` | stream version |
//! |---|---|---|---|---|
//! | `Qt4` | `qt4` | Qt 4.4 to 5.5, and PyQt5's | 16 bits: bytes that follow | `Qt_4_0` |
//! | `Qt5_6` | `qt5.6` | Qt 5.6 | 32 bits: bytes that follow | `Qt_4_0` |
//! | `Qt5_10` | `qt5.10` | Qt 5.10 to 6.4 | 32 bits: UTF-16 units of the text | `Qt_5_10` |
//! | `Qt6_8` | `qt6.8` | Qt 6.8 to 6.11 | nothing | `Qt_6_0` |
//!
//! The examples of Qt 5.7 to 5.9 and of Qt 6.5 to 6.7 were not available.
//!
//! # Telling the formats apart
//!
//! The client sends nothing, so the format of a server is a setting. A [`Decoder`] detects it: the
//! numbers at the beginning have to agree with each other and with the length of the whole message.
//! Of two formats the same bytes can be whole messages only in one case, and one more case is too
//! close to a truncated message. All of these are texts in the format `Qt6_8` that do not occur by
//! chance, since they begin with a control character; [`WireFormat::encode`] refuses them,
//! and a decoder takes them for the other format. With n for the number of UTF-16 units of the
//! text, and its first two units read as one 32-bit number:
//!
//! | the first two units | the message is also |
//! |---|---|
//! | 2n - 4 (or `0xFFFFFFFF` where n is 2) | a whole message in the format `Qt5_6` |
//! | 4n | a message in the format `Qt5_10`, cut off |
//! | (n is 1) the unit 0 | a message in the format `Qt5_10`, cut off |
//!
//! A message that was cut off is never shown as a text, with one exception that no server of ours
//! causes: a text in the format `Qt6_8` of 32,768 k units that begins with the unit k - 4, cut off
//! after exactly k + 2 bytes, is a whole message in the format `Qt4`. [`WireFormat::encode`] refuses
//! it too.

mod decode;
mod encode;

use std::fmt;
use std::str::FromStr;

use cxx_qt_network::{QDataStreamVersion, qt_version};

pub use decode::{DEFAULT_LIMIT, DecodeError, Decoded, Decoder};
pub use encode::EncodeError;

/// The number of bytes that stands for a null `QString`, which has no text.
const NULL: u32 = u32::MAX;

/// A form of the message; the [module](self) has the table of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum WireFormat {
    /// Of the examples of Qt 4.4 to 5.5.
    Qt4,
    /// Of the example of Qt 5.6.
    Qt5_6,
    /// Of the examples of Qt 5.10 to 6.4.
    Qt5_10,
    /// Of the examples of Qt 6.8 to 6.11.
    Qt6_8,
}

impl WireFormat {
    /// All formats, the oldest first.
    pub const ALL: [Self; 4] = [Self::Qt4, Self::Qt5_6, Self::Qt5_10, Self::Qt6_8];

    /// The format of the example that ships with the Qt that the program runs on.
    pub fn of_this_qt() -> Self {
        Self::of_qt(&qt_version())
    }

    fn of_qt(version: &str) -> Self {
        let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
        let version: (u32, u32) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
        if version < (6, 8) {
            Self::Qt5_10
        } else {
            Self::Qt6_8
        }
    }

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Qt4 => "qt4",
            Self::Qt5_6 => "qt5.6",
            Self::Qt5_10 => "qt5.10",
            Self::Qt6_8 => "qt6.8",
        }
    }

    /// The version of the stream that the message is written with.
    fn stream_version(self) -> QDataStreamVersion {
        match self {
            Self::Qt4 | Self::Qt5_6 => QDataStreamVersion::QT_4_0,
            Self::Qt5_10 => QDataStreamVersion::QT_5_10,
            Self::Qt6_8 => QDataStreamVersion::QT_6_0,
        }
    }

    /// How many bytes a message has that begins like `bytes`.
    fn match_header(self, bytes: &[u8]) -> HeaderMatch {
        let number = |at| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        // Where the number of the text's bytes stands, and what the number before it would be.
        let (at, before): (usize, fn(u64) -> u64) = match self {
            Self::Qt4 => (2, |text| 4 + text),
            Self::Qt5_6 => (4, |text| 4 + text),
            Self::Qt5_10 => (4, |text| text / 2),
            Self::Qt6_8 => (0, |_| 0),
        };
        let Some(length) = number(at) else {
            return HeaderMatch::Incomplete;
        };
        let text = if length == NULL { 0 } else { u64::from(length) };
        let found = match self {
            Self::Qt4 => u64::from(u16::from_be_bytes([bytes[0], bytes[1]])),
            Self::Qt5_6 | Self::Qt5_10 => u64::from(number(0).unwrap_or(0)),
            Self::Qt6_8 => 0,
        };
        if text % 2 == 0 && found == before(text) {
            HeaderMatch::Length(at as u64 + 4 + text)
        } else {
            HeaderMatch::Mismatch
        }
    }
}

/// Whether a message can be in a format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum HeaderMatch {
    /// The numbers disagree.
    Mismatch,
    /// There are too few bytes to tell.
    Incomplete,
    /// It can, and this is its total length in bytes.
    Length(u64),
}

impl fmt::Display for WireFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for WireFormat {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        let is_it = |format: &Self| format.as_str() == name;
        Self::ALL.into_iter().find(is_it).ok_or(UnknownFormat)
    }
}

/// A name that no wire format has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("there is no such wire format; there are qt4, qt5.6, qt5.10 and qt6.8")]
pub struct UnknownFormat;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_format_follows_the_running_qt() {
        for (version, format) in [
            ("5.15.8", WireFormat::Qt5_10),
            ("6.4.2", WireFormat::Qt5_10),
            ("6.7.3", WireFormat::Qt5_10),
            ("6.8.0", WireFormat::Qt6_8),
            ("6.11.2", WireFormat::Qt6_8),
            ("7.0.0", WireFormat::Qt6_8),
        ] {
            assert_eq!(WireFormat::of_qt(version), format, "{version}");
        }
    }

    #[test]
    fn format_name_is_parsed() {
        for format in WireFormat::ALL {
            assert_eq!(format.as_str().parse(), Ok(format));
        }
        assert_eq!("qt5".parse::<WireFormat>(), Err(UnknownFormat));
    }
}
