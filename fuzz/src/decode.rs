// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The decoder of messages, through the real `QDataStream`, against the rules written once more.

use local_fortune_core::wire::{
    DEFAULT_LIMIT, DecodeError, Decoded, Decoder, EncodeError, WireFormat,
};

use super::input::Input;

use WireFormat::{Qt4, Qt5_6, Qt5_10, Qt6_8};

/// Runs one input: what is expected, the limit, how the bytes are cut, and the bytes.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let expected = input.choice(&[None, Some(Qt4), Some(Qt5_6), Some(Qt5_10), Some(Qt6_8)]);
    let limit = input.choice(&[DEFAULT_LIMIT, 0, 4, 7, 8, 9, 40, 100, 70_000]);
    let fill = input.byte();
    let cuts: Vec<usize> = (0..input.byte() % 8)
        .map(|_| usize::from(input.byte()))
        .collect();
    let bytes = filled(input.0, fill);

    let whole = decode(expected, limit, [bytes.as_slice()]);
    let oracle = Oracle {
        expected,
        limit: limit as u64,
        bytes: &bytes,
    };
    oracle.judge(&whole);
    // However the bytes are cut, the same comes of them.
    assert_eq!(decode(expected, limit, pieces(&bytes, &cuts)), whole);
    if bytes.len() <= 64 {
        assert_eq!(decode(expected, limit, bytes.chunks(1)), whole);
    }
}

/// The bytes, made as long as one of their numbers says, or nearly: a fuzzer seldom gets there.
fn filled(bytes: &[u8], fill: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (at, more) = match fill {
        1..=5 => (0, 4),
        6..=10 => (2, 6),
        11..=15 => (4, 8),
        _ => return bytes,
    };
    if let Some(length) = number(at).filter(|&length| length <= 300_000) {
        // Two less, one less, just as many, one more, two more.
        let end = (length as usize + more + usize::from((fill - 1) % 5)).saturating_sub(2);
        bytes.resize(end.max(bytes.len()), b'x');
    }
    bytes
}

fn pieces<'a>(mut bytes: &'a [u8], cuts: &[usize]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    for &cut in cuts {
        let (piece, rest) = bytes.split_at(cut.min(bytes.len()));
        pieces.push(piece);
        bytes = rest;
    }
    pieces.push(bytes);
    pieces
}

fn decode<'a>(
    expected: Option<WireFormat>,
    limit: usize,
    pieces: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Decoded, DecodeError> {
    let mut decoder = Decoder::with_limit(expected, limit);
    let mut kept = 0;
    for piece in pieces {
        decoder.push(piece)?;
        kept += piece.len();
        // It has to see the numbers; past them it keeps no more than the limit.
        assert!(kept <= limit.max(8), "{kept} bytes kept of {limit}");
    }
    let is_whole = decoder.is_whole();
    let decoded = decoder.finish();
    assert!(is_whole || decoded.is_err());
    decoded
}

/// The rules of the formats, in the words of their table.
struct Oracle<'a> {
    expected: Option<WireFormat>,
    limit: u64,
    bytes: &'a [u8],
}

impl Oracle<'_> {
    fn u32_at(&self, at: usize) -> Option<u64> {
        let bytes = self.bytes.get(at..at + 4)?;
        Some(u64::from(u32::from_be_bytes(bytes.try_into().unwrap())))
    }

    /// How long the message is in this format, as far as its numbers agree.
    fn total(&self, format: WireFormat) -> Option<u64> {
        let text = |bytes: u64| if bytes == 0xffff_ffff { 0 } else { bytes };
        let (x, y) = (self.u32_at(0), self.u32_at(4).map(text));
        let (total, text) = match format {
            Qt6_8 => (4 + text(x?), text(x?)),
            Qt5_10 => (y.filter(|y| *y == 2 * x.unwrap())? + 8, y?),
            Qt5_6 => (y.filter(|y| 4 + *y == x.unwrap())? + 8, y?),
            Qt4 => {
                let v = text(self.u32_at(2)?);
                let u = u64::from(u16::from_be_bytes([self.bytes[0], self.bytes[1]]));
                (Some(v).filter(|v| 4 + *v == u)? + 6, v)
            }
        };
        (text % 2 == 0).then_some(total)
    }

    /// Whether the bytes are taken for this format, if they are as long as they say.
    fn counts(&self, format: WireFormat) -> bool {
        let told_by_a_number = self.total(Qt5_10).is_some()
            || self.total(Qt5_6).is_some()
            || self.bytes == [0, 0, 0, 2, 0, 0];
        self.total(format).is_some() && (format != Qt6_8 || !told_by_a_number)
    }

    fn is_expected(&self, format: WireFormat) -> bool {
        self.expected.is_none_or(|expected| expected == format)
    }

    fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The formats that may be expected and in which the bytes are whole.
    fn whole(&self) -> Vec<WireFormat> {
        WireFormat::ALL
            .into_iter()
            .filter(|&format| self.is_expected(format) && self.counts(format))
            .filter(|&format| self.total(format) == Some(self.length()))
            .collect()
    }

    fn whole_in_any_format(&self) -> Option<WireFormat> {
        let expected = None;
        Self { expected, ..*self }.whole().first().copied()
    }

    fn judge(&self, result: &Result<Decoded, DecodeError>) {
        let whole = self.whole();
        assert!(whole.len() <= 1, "whole in {whole:?}");
        match result {
            Ok(decoded) => {
                assert_eq!(whole, [decoded.format]);
                assert!(self.length() <= self.limit);
                self.judge_text(decoded);
                self.judge_cut(decoded.format);
            }
            Err(error) => {
                assert!(
                    whole.is_empty() || self.length() > self.limit,
                    "{error:?} for a whole message in {whole:?}"
                );
                self.judge_error(error);
            }
        }
    }

    /// The text is that of the message, and is sent as the same bytes.
    fn judge_text(&self, Decoded { text, format }: &Decoded) {
        let head = match format {
            Qt4 => 2,
            Qt5_6 | Qt5_10 => 4,
            Qt6_8 => 0,
        };
        let units: Vec<u16> = self.bytes[head + 4..]
            .chunks(2)
            .map(|unit| u16::from_be_bytes([unit[0], unit[1]]))
            .collect();
        assert_eq!(*text, String::from_utf16_lossy(&units));
        let is_null = self.u32_at(head) == Some(0xffff_ffff);
        if is_null || String::from_utf16(&units).is_err() {
            return;
        }
        match format.encode(text) {
            Ok(message) => assert_eq!(message, self.bytes),
            // Whole it is read, but its beginning alone would be another text.
            Err(EncodeError::Ambiguous { taken_for: Qt4 }) => assert_eq!(*format, Qt6_8),
            Err(error) => panic!("{error}"),
        }
    }

    /// A message that was cut off is not shown, with the one exception of the docs.
    fn judge_cut(&self, shown: WireFormat) {
        if self.expected.is_some() {
            return;
        }
        for format in WireFormat::ALL.into_iter().filter(|&it| it != shown) {
            if self
                .total(format)
                .is_none_or(|total| total <= self.length())
            {
                continue;
            }
            let k = self.u32_at(0).unwrap() / 65_536;
            let first = u64::from(u16::from_be_bytes([self.bytes[4], self.bytes[5]]));
            assert_eq!((shown, format), (Qt4, Qt6_8));
            assert_eq!(self.u32_at(0), Some(65_536 * k));
            assert_eq!((first, self.length()), (k.wrapping_sub(4), k + 2));
        }
    }

    /// Each error is one of those that fit the message.
    fn judge_error(&self, error: &DecodeError) {
        let expected = |&format: &WireFormat| self.is_expected(format);
        let mut totals = WireFormat::ALL
            .into_iter()
            .filter(expected)
            .filter(|&format| self.counts(format))
            .filter_map(|format| self.total(format));
        match *error {
            DecodeError::UnexpectedEof { received } => {
                assert_eq!(received, self.bytes.len());
                assert!(self.length() < 8 || totals.any(|total| total > self.length()));
            }
            DecodeError::TooLong { bytes, limit } => {
                assert_eq!(limit as u64, self.limit);
                assert!(bytes > self.limit && totals.any(|total| total == bytes));
            }
            DecodeError::Malformed { expected } => {
                assert_eq!((expected, totals.next()), (self.expected, None));
            }
            DecodeError::WrongFormat { expected, found } => {
                assert_eq!(Some(expected), self.expected);
                assert_ne!(found, expected);
                assert!(self.total(found).is_some_and(|total| total <= self.limit));
                let enough = match expected {
                    Qt4 => 6,
                    Qt5_6 | Qt5_10 => 8,
                    Qt6_8 => 4,
                };
                // The beginning of the expected message is no other one, unless that is whole.
                if self.length() < enough || totals.any(|total| total <= self.limit) {
                    assert_eq!(self.whole_in_any_format(), Some(found));
                }
            }
            DecodeError::TrailingBytes => assert!(totals.any(|total| total < self.length())),
            ref error => panic!("{error:?}"),
        }
    }
}
