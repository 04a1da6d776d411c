// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reads and writes lists of numbers, and text, as raw data of a [`QDataStream`]: one call for many
//! values, and no intermediate `QString`.

use std::mem;

use cxx_qt_lib::QString;

use super::containers::{NULL, read_count, read_items};
use super::qdatastream::{QDataStream, QDataStreamByteOrder, QDataStreamVersion, StreamError, ffi};
use super::stream::Operators;

/// How many numbers are moved at once. A claimed number of items allocates no more.
const NUMBERS: usize = 8192;

/// How many bytes of text are moved at once, likewise.
const BLOCK: usize = 65_536;

/// Qt writes longer texts: their length may need 64 bits.
const TEXT_LIMIT: usize = 0x4000_0000;

/// Writes numbers of `N` bytes.
pub(super) fn write_numbers<T: Copy, const N: usize>(
    items: &[T],
    stream: &mut QDataStream<'_>,
    to_be_bytes: impl Fn(T) -> [u8; N],
    to_le_bytes: impl Fn(T) -> [u8; N],
) -> Result<(), StreamError> {
    let mut block = Vec::new();
    for items in items.chunks(NUMBERS) {
        block.clear();
        match stream.byte_order() {
            QDataStreamByteOrder::LittleEndian => {
                block.extend(items.iter().map(|item| to_le_bytes(*item)));
            }
            _ => block.extend(items.iter().map(|item| to_be_bytes(*item))),
        }
        stream.write_raw_data(block.as_flattened())?;
    }
    Ok(())
}

/// Reads a list of numbers of `N` bytes.
pub(super) fn read_numbers<T, const N: usize>(
    stream: &mut QDataStream<'_>,
    from_be_bytes: impl Fn([u8; N]) -> T,
    from_le_bytes: impl Fn([u8; N]) -> T,
) -> Result<Vec<T>, StreamError> {
    let mut left = read_count(stream)?;
    let (mut items, mut block) = (Vec::new(), Vec::new());
    while left > 0 {
        let count = left.min(NUMBERS as u64);
        block.resize(count as usize, [0; N]);
        stream.read_raw_data(block.as_flattened_mut())?;
        match stream.byte_order() {
            QDataStreamByteOrder::LittleEndian => {
                items.extend(block.iter().map(|bytes| from_le_bytes(*bytes)));
            }
            _ => items.extend(block.iter().map(|bytes| from_be_bytes(*bytes))),
        }
        left -= count;
    }
    Ok(items)
}

/// Writes each text as a `QString`.
pub(super) fn write_texts<'t>(
    texts: impl IntoIterator<Item = &'t str>,
    stream: &mut QDataStream<'_>,
) -> Result<(), StreamError> {
    let mut block = mem::take(&mut stream.block);
    for text in texts {
        // Version 1.0 writes Latin-1.
        if text.len() > TEXT_LIMIT || stream.version() < QDataStreamVersion::QT_2_0 {
            flush(&mut block, stream)?;
            write_by_qt(text, stream)?;
            continue;
        }
        match stream.byte_order() {
            QDataStreamByteOrder::LittleEndian => {
                put_text(text, &mut block, u32::to_le_bytes, u16::to_le_bytes);
            }
            _ => put_text(text, &mut block, u32::to_be_bytes, u16::to_be_bytes),
        }
        if block.len() >= BLOCK {
            flush(&mut block, stream)?;
        }
    }
    flush(&mut block, stream)?;
    block.shrink_to(BLOCK);
    stream.block = block;
    Ok(())
}

fn flush(block: &mut Vec<u8>, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
    if !block.is_empty() {
        stream.write_raw_data(block)?;
        block.clear();
    }
    Ok(())
}

fn write_by_qt(text: &str, stream: &mut QDataStream<'_>) -> Result<(), StreamError> {
    if text.starts_with('\u{feff}') {
        // QString drops a leading byte order mark.
        return QString::from(&format!("\u{feff}{text}")).write_by_qt(stream);
    }
    QString::from(text).write_by_qt(stream)
}

/// Appends the length in bytes, then the text in UTF-16.
fn put_text(
    text: &str,
    block: &mut Vec<u8>,
    length_bytes: impl Fn(u32) -> [u8; 4],
    unit_bytes: impl Fn(u16) -> [u8; 2],
) {
    let start = block.len();
    let text_start = start + size_of::<u32>();
    block.resize(text_start + 2 * text.len(), 0);
    let (units, _) = block[text_start..].as_chunks_mut();
    let count = if text.is_ascii() {
        // A loop without branches, which the compiler vectorizes.
        for (unit, byte) in units.iter_mut().zip(text.bytes()) {
            *unit = unit_bytes(byte.into());
        }
        text.len()
    } else {
        // A text has at most as many UTF-16 units as UTF-8 bytes.
        let pairs = units.iter_mut().zip(text.encode_utf16());
        pairs.map(|(unit, value)| *unit = unit_bytes(value)).count()
    };
    block.truncate(text_start + 2 * count);
    let length = 2 * count as u32; // see TEXT_LIMIT
    block[start..text_start].copy_from_slice(&length_bytes(length));
}

/// Reads a list of strings: decodes the strings that are complete in a block, and leaves all others
/// to Qt.
pub(super) fn read_texts(stream: &mut QDataStream<'_>) -> Result<Vec<String>, StreamError> {
    if stream.version() < QDataStreamVersion::QT_2_0 {
        return read_items::<String, _>(stream);
    }
    let mut left = read_count(stream)?;
    let order = stream.byte_order();
    let mut texts = Vec::new();
    while left > 0 {
        let bytes = ffi::stream_peek(stream.pin(), BLOCK as i32);
        let taken = match order {
            QDataStreamByteOrder::LittleEndian => take_texts(
                bytes,
                &mut left,
                &mut texts,
                u32::from_le_bytes,
                u16::from_le_bytes,
            ),
            _ => take_texts(
                bytes,
                &mut left,
                &mut texts,
                u32::from_be_bytes,
                u16::from_be_bytes,
            ),
        };
        stream.skip_raw_data(taken)?;
        if left > 0 {
            texts.push(stream.read()?);
            left -= 1;
        }
    }
    Ok(texts)
}

/// Decodes strings up to the first incomplete one, and returns their size in bytes.
fn take_texts(
    bytes: &[u8],
    left: &mut u64,
    texts: &mut Vec<String>,
    length_from: impl Fn([u8; 4]) -> u32,
    unit_from: impl Fn([u8; 2]) -> u16,
) -> usize {
    let mut rest = bytes;
    while *left > 0 {
        let Some((prefix, text)) = rest.split_first_chunk() else {
            break;
        };
        let length = match length_from(*prefix) {
            NULL => 0,
            length => length as usize,
        };
        let Some((text, next)) = text.split_at_checked(length) else {
            break;
        };
        let (units, []) = text.as_chunks() else {
            break;
        };
        texts.push(text_from_utf16(units.iter().map(|unit| unit_from(*unit))));
        *left -= 1;
        rest = next;
    }
    bytes.len() - rest.len()
}

/// The text of UTF-16 units, of which invalid ones become U+FFFD.
pub(super) fn text_from_utf16(units: impl Iterator<Item = u16> + Clone) -> String {
    if units.clone().fold(0, |bits, unit| bits | unit) < 0x80 {
        let ascii = units.map(|unit| unit as u8).collect();
        // SAFETY: each byte is that of an ASCII character.
        return unsafe { String::from_utf8_unchecked(ascii) };
    }
    char::decode_utf16(units)
        .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}
