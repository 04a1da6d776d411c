// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reads JSON: the nesting is checked here, then Qt reads a copy of the text.
//!
//! Qt's own limit is 1024 levels, with one recursion per level, which overflows a small thread
//! stack.

use cxx_qt_lib::{QByteArray, QJsonArray, QJsonObject, QJsonValue, QString};

use super::qdatastream::{QDataStream, StreamError};
use super::stream::Operators;

pub(super) fn read_array(stream: &mut QDataStream<'_>) -> Result<QJsonArray, StreamError> {
    let mut copy = stream.to_bytes_in_same_format();
    copy_text(stream, &mut copy)?;
    stream.read_copy(&copy.into_bytes(), QJsonArray::read_by_qt)
}

pub(super) fn read_object(stream: &mut QDataStream<'_>) -> Result<QJsonObject, StreamError> {
    let mut copy = stream.to_bytes_in_same_format();
    copy_text(stream, &mut copy)?;
    stream.read_copy(&copy.into_bytes(), QJsonObject::read_by_qt)
}

pub(super) fn read_value(stream: &mut QDataStream<'_>) -> Result<QJsonValue, StreamError> {
    let mut copy = stream.to_bytes_in_same_format();
    // QJsonValue::Type, and then the value.
    match stream.copy_field::<u8>(&mut copy)? {
        // Null and Undefined.
        0x00 | 0x80 => {}
        0x01 => drop(stream.copy_field::<bool>(&mut copy)?),
        0x02 => drop(stream.copy_field::<f64>(&mut copy)?),
        0x03 => drop(stream.copy_field::<QString>(&mut copy)?),
        // Array and Object.
        0x04 | 0x05 => copy_text(stream, &mut copy)?,
        _ => return Err(stream.set_status(StreamError::ReadCorruptData)),
    }
    stream.read_copy(&copy.into_bytes(), QJsonValue::read_by_qt)
}

fn copy_text(
    stream: &mut QDataStream<'_>,
    copy: &mut QDataStream<'static>,
) -> Result<(), StreamError> {
    let text: QByteArray = stream.copy_field(copy)?;
    stream.read_nested(levels(text.as_slice()), |_| Ok(()))
}

/// The nesting depth of arrays and objects. In invalid JSON the depth is correct up to the first
/// syntax error, where Qt stops.
fn levels(text: &[u8]) -> u32 {
    let (mut level, mut most) = (0u32, 0);
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => {
                level = level.saturating_add(1);
                most = most.max(level);
            }
            b']' | b'}' => level = level.saturating_sub(1),
            b'"' => skip_string(&mut bytes),
            _ => {}
        }
    }
    most
}

/// Skips the rest of a string.
fn skip_string<'a>(bytes: &mut impl Iterator<Item = &'a u8>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::levels;

    #[test]
    fn levels_are_those_outside_of_strings() {
        for (text, expected) in [
            (&b""[..], 0),
            (b"1", 0),
            (b"[]", 1),
            (b"[{\"a\":[]},[]]", 3),
            (b"[\"[[[\"]", 1),
            (br#"["\"[[",[]]"#, 2),
            (br#"["\\",[[]]]"#, 3),
            (b"]]]][", 1),
            (b"\"[[\\", 0),
        ] {
            assert_eq!(levels(text), expected, "{text:?}");
        }
    }
}
