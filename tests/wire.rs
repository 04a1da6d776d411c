// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The four wire formats: literal bytes in both directions, truncation, and malformed messages.

use local_fortune_core::wire::{
    DEFAULT_LIMIT, DecodeError, Decoded, Decoder, EncodeError, WireFormat,
};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn decode(expected: Option<WireFormat>, message: &[u8]) -> Result<Decoded, DecodeError> {
    init();
    let mut decoder = Decoder::new(expected);
    decoder.push(message)?;
    decoder.finish()
}

fn init() {
    cxx_qt::init_crate!(cxx_qt_network);
}

/// Messages of the examples, captured or derived from the specification of the formats.
const MESSAGES: [(WireFormat, &str, &str); 9] = [
    (WireFormat::Qt4, "Hi", "0008 00000004 0048 0069"),
    (WireFormat::Qt5_6, "Hi", "00000008 00000004 0048 0069"),
    (WireFormat::Qt5_10, "Hi", "00000002 00000004 0048 0069"),
    (WireFormat::Qt6_8, "Hi", "00000004 0048 0069"),
    (WireFormat::Qt4, "", "0004 00000000"),
    (WireFormat::Qt5_6, "", "00000004 00000000"),
    (WireFormat::Qt5_10, "", "00000000 00000000"),
    (WireFormat::Qt6_8, "", "00000000"),
    (
        WireFormat::Qt5_10,
        "You will feel hungry again in another hour.",
        "0000002b 00000056 0059 006f 0075 0020 0077 0069 006c 006c 0020 0066 0065 0065 006c 0020 \
         0068 0075 006e 0067 0072 0079 0020 0061 0067 0061 0069 006e 0020 0069 006e 0020 0061 006e \
         006f 0074 0068 0065 0072 0020 0068 006f 0075 0072 002e",
    ),
];

#[test]
fn fortune_bytes_in_each_format() {
    init();
    for (format, text, message) in MESSAGES {
        let message = bytes(message);
        assert_eq!(format.encode(text).unwrap(), message, "{format} {text:?}");
        let decoded = Decoded {
            text: text.into(),
            format,
        };
        assert_eq!(
            decode(Some(format), &message),
            Ok(decoded.clone()),
            "{format} {text:?}"
        );
        assert_eq!(
            decode(None, &message),
            Ok(decoded),
            "{format} {text:?} unknown"
        );
    }
    assert_eq!(bytes(MESSAGES[8].2).len(), 94);
}

#[test]
fn null_text_is_empty() {
    for (format, message) in [
        (WireFormat::Qt4, "0004 ffffffff"),
        (WireFormat::Qt5_6, "00000004 ffffffff"),
        (WireFormat::Qt5_10, "00000000 ffffffff"),
        (WireFormat::Qt6_8, "ffffffff"),
    ] {
        let decoded = Decoded {
            text: String::new(),
            format,
        };
        assert_eq!(
            decode(None, &bytes(message)),
            Ok(decoded.clone()),
            "{format}"
        );
        assert_eq!(
            decode(Some(format), &bytes(message)),
            Ok(decoded),
            "{format}"
        );
    }
}

/// Lengths in UTF-16 units at which the header of one format resembles that of another.
const LENGTHS: [usize; 34] = [
    0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 126, 127, 128, 254, 255, 256, 257, 16_383, 16_384, 32_763,
    32_764, 32_765, 32_766, 32_767, 32_768, 32_769, 32_770, 65_535, 65_536, 131_072, 262_144,
    458_752, 524_284,
];

/// Text prefixes that look like the header of a format, with the matching length.
fn beginnings(units: usize) -> Vec<Vec<u16>> {
    let n = units as u32;
    let pair = |number: u32| vec![(number >> 16) as u16, number as u16];
    let mut beginnings = vec![
        vec![u16::from(b'A')],
        vec![0],
        vec![0, 0],
        vec![0, 4],
        vec![1],
        vec![0xffff, 0xffff],
        vec![0x2022],
        pair(n),
        pair(2 * n),
        pair(4 * n),
        pair(4 * n + 4),
        pair((2 * n).wrapping_sub(4)),
        pair(2 * n + 4),
    ];
    let quarters = (2 * n) >> 16;
    beginnings.push(vec![quarters.wrapping_sub(4) as u16]);
    beginnings
}

fn texts(units: usize) -> Vec<String> {
    let texts = beginnings(units).into_iter().map(|mut text| {
        text.resize(units, u16::from(b'x'));
        String::from_utf16(&text)
    });
    // A prefix with half a surrogate pair is not a text.
    texts.filter_map(Result::ok).collect()
}

#[test]
fn every_message_is_detected() {
    init();
    let mut refused = Vec::new();
    for units in LENGTHS {
        for text in texts(units) {
            for format in WireFormat::ALL {
                let message = match format.encode(&text) {
                    Ok(message) if message.len() <= DEFAULT_LIMIT => message,
                    Ok(_) => continue,
                    Err(EncodeError::TooLong { .. }) => {
                        assert!(
                            format == WireFormat::Qt4 && units > 32_765,
                            "{format} {units}"
                        );
                        continue;
                    }
                    Err(EncodeError::Ambiguous { taken_for }) => {
                        assert_eq!(format, WireFormat::Qt6_8);
                        let first: Vec<u16> = text.encode_utf16().take(2).collect();
                        refused.push((taken_for, units, first));
                        continue;
                    }
                    Err(error) => panic!("{error}"),
                };
                let decoded = decode(None, &message);
                let beginning = &message[..message.len().min(12)];
                assert!(
                    decoded
                        .as_ref()
                        .is_ok_and(|it| it.format == format && it.text == text),
                    "{format}, {units} units, {beginning:02x?}: {:?}",
                    decoded.map(|decoded| decoded.format)
                );
                for wrong in WireFormat::ALL.into_iter().filter(|&wrong| wrong != format) {
                    let decoded = decode(Some(wrong), &message);
                    assert!(
                        decoded.is_err(),
                        "{format} as {wrong}, {units} units, {beginning:02x?}"
                    );
                }
            }
        }
    }
    // Only the texts that the docs list, of any length.
    for (taken_for, units, first) in &refused {
        let two = first
            .iter()
            .fold(0u32, |number, &unit| number << 16 | u32::from(unit));
        let n = *units as u32;
        let listed = match taken_for {
            WireFormat::Qt5_6 => two == 2 * n - 4 || (n == 2 && two == u32::MAX),
            WireFormat::Qt5_10 => two == 4 * n || (n == 1 && two == 0),
            WireFormat::Qt4 => 32_768 * (u32::from(first[0]) + 4) == n,
            WireFormat::Qt6_8 => false,
        };
        assert!(listed, "{taken_for} {units} {first:04x?}");
        assert!(
            first[0] < 0x20 || first[0] == 0xffff,
            "begins with no control character"
        );
    }
    for kind in [WireFormat::Qt4, WireFormat::Qt5_6, WireFormat::Qt5_10] {
        assert!(
            refused.iter().any(|(taken_for, ..)| *taken_for == kind),
            "none for {kind}"
        );
    }
}

#[test]
fn truncated_fortune_is_never_shown() {
    init();
    for units in LENGTHS.into_iter().filter(|&units| units > 0) {
        for text in texts(units) {
            for format in WireFormat::ALL {
                let Ok(message) = format.encode(&text) else {
                    continue;
                };
                // All positions in short messages; in long ones those at which a length may look
                // valid.
                let near = [units, 2 * units, message.len(), units / 32_768 + 2];
                let places = (0..message.len())
                    .filter(|&at| at < 40 || near.iter().any(|&near| at.abs_diff(near) < 12));
                for at in places {
                    let decoded = decode(None, &message[..at]);
                    assert!(
                        decoded.is_err(),
                        "{format}, {units} units, cut at {at}: {decoded:?}"
                    );
                    let decoded = decode(Some(format), &message[..at]);
                    assert!(
                        decoded.is_err(),
                        "{format}, {units} units, cut at {at}: {decoded:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn truncated_fortune_is_not_another_format() {
    for (format, text, message) in MESSAGES {
        let message = bytes(message);
        // An empty text of an older format, truncated to four bytes, is an empty text of the
        // newest.
        for received in (0..message.len()).filter(|&at| !text.is_empty() || at < 4) {
            assert_eq!(
                decode(Some(format), &message[..received]),
                Err(DecodeError::UnexpectedEof { received }),
                "{format} {text:?}"
            );
        }
    }
}

#[test]
fn any_split_gives_the_same_text() {
    init();
    for (format, text, message) in MESSAGES {
        let message = bytes(message);
        for size in 1..message.len() {
            let mut decoder = Decoder::new(None);
            for part in message.chunks(size) {
                decoder.push(part).unwrap();
            }
            assert!(decoder.is_whole());
            let decoded = decoder.finish().unwrap();
            assert_eq!(
                (decoded.format, decoded.text.as_str()),
                (format, text),
                "in {size}s"
            );
        }
    }
}

#[test]
fn any_split_gives_the_same_error() {
    init();
    let message = bytes("00000005 0000000a 0077 0072 006f 006e 0067");
    let mut decoder = Decoder::new(Some(WireFormat::Qt6_8));
    let wrong = DecodeError::WrongFormat {
        expected: WireFormat::Qt6_8,
        found: WireFormat::Qt5_10,
    };
    // The first four bytes alone are not a message of a format that begins with the length of the
    // text.
    assert_eq!(decoder.push(&message[..5]), Ok(()));
    assert_eq!(decoder.push(&message[5..]), Err(wrong));
}

#[test]
fn two_joined_messages_are_refused() {
    for (format, text, message) in MESSAGES {
        if text.is_empty() {
            continue;
        }
        let glued = bytes(message).repeat(2);
        assert!(decode(None, &glued).is_err(), "{format}");
        assert_eq!(
            decode(Some(format), &glued),
            Err(DecodeError::TrailingBytes),
            "{format}"
        );
    }
}

#[test]
fn malformed_messages_name_the_fault() {
    let error = |expected, hex: &str| decode(expected, &bytes(hex)).unwrap_err().to_string();
    let qt5_10 = Some(WireFormat::Qt5_10);
    assert_eq!(
        error(None, ""),
        "the message ends after 0 bytes, before a whole fortune"
    );
    assert_eq!(
        error(None, "00000002 00000004 0048"),
        "the message ends after 10 bytes, before a whole fortune"
    );
    assert_eq!(
        error(None, "00000003 00000004 0048 0069"),
        "the message is not a fortune"
    );
    assert_eq!(
        error(qt5_10, "00000003 00000004 0048 0069"),
        "the message is not a fortune in the format qt5.10"
    );
    assert_eq!(
        error(qt5_10, "0008 00000004 0048 0069"),
        "the message is in the format qt4, not qt5.10"
    );
    assert_eq!(
        error(Some(WireFormat::Qt6_8), "0008 00000004 0048 0069"),
        "the message is in the format qt4, not qt6.8"
    );
    assert_eq!(
        error(qt5_10, "00000002 00000004 0048 0069 00"),
        "the message goes on after the fortune"
    );
    // "HTTP/1.1" as numbers.
    assert_eq!(
        error(None, "48545450 2f312e31"),
        "the message has 1213486164 bytes, but only 1048576 are allowed"
    );
    // An odd number of bytes cannot be UTF-16.
    assert_eq!(
        error(None, "00000003 0048 00"),
        "the message ends after 7 bytes, before a whole fortune"
    );
    assert_eq!(
        error(Some(WireFormat::Qt6_8), "00000003 0048 00"),
        "the message is not a fortune in the format qt6.8"
    );
}

#[test]
fn message_past_the_limit_is_refused_at_once() {
    init();
    let mut decoder = Decoder::with_limit(None, 100);
    let refused = decoder.push(&bytes("0000002f 0000005e"));
    assert_eq!(
        refused,
        Err(DecodeError::TooLong {
            bytes: 102,
            limit: 100
        })
    );
    let mut decoder = Decoder::with_limit(None, 100);
    decoder.push(&bytes("0000002e 0000005c")).unwrap();
    decoder.push(&[0; 92]).unwrap();
    assert_eq!(decoder.clone().finish().unwrap().text, "\0".repeat(46));
    assert_eq!(decoder.push(&[0]), Err(DecodeError::TrailingBytes));
}

#[test]
fn limit_holds_where_only_one_format_fits_it() {
    // 22 bytes in the format of Qt 4, and 1,310,724 in that of Qt 6.8.
    let mut message = bytes("0014 00000010 0000");
    message.resize(206, b'x');
    for size in [1, 8, 206] {
        let mut decoder = Decoder::with_limit(None, 100);
        let refused = message.chunks(size).find_map(|it| decoder.push(it).err());
        assert_eq!(refused, Some(DecodeError::TrailingBytes), "in {size}s");
    }
}

#[test]
fn texts_like_another_format_are_refused() {
    init();
    for (text, taken_for) in [
        ("\0", WireFormat::Qt5_10),
        ("\0\0", WireFormat::Qt5_6),
        ("\0\u{8}", WireFormat::Qt5_10),
    ] {
        assert_eq!(
            WireFormat::Qt6_8.encode(text),
            Err(EncodeError::Ambiguous { taken_for }),
            "{text:?}"
        );
        assert!(WireFormat::Qt5_10.encode(text).is_ok(), "{text:?}");
    }
}

#[test]
fn shortest_message_can_be_past_the_limit() {
    init();
    for expected in [None, Some(WireFormat::Qt6_8)] {
        let mut decoder = Decoder::with_limit(expected, 3);
        decoder.push(&[0; 4]).unwrap();
        let (bytes, limit) = (4, 3);
        assert_eq!(
            decoder.finish(),
            Err(DecodeError::TooLong { bytes, limit }),
            "{expected:?}"
        );
    }
}

#[test]
fn longest_allowed_message_is_read() {
    init();
    let text = "y".repeat((DEFAULT_LIMIT - 8) / 2);
    let message = WireFormat::Qt5_10.encode(&text).unwrap();
    assert_eq!(message.len(), DEFAULT_LIMIT);
    assert_eq!(decode(None, &message).unwrap().text, text);
    let message = WireFormat::Qt5_10.encode(&(text + "y")).unwrap();
    assert!(matches!(
        decode(None, &message),
        Err(DecodeError::TooLong { .. })
    ));
}

#[test]
fn fortune_too_long_for_qt4_names_the_limit() {
    init();
    assert_eq!(
        WireFormat::Qt4.encode(&"x".repeat(32_765)).unwrap().len(),
        65_536
    );
    assert_eq!(
        WireFormat::Qt4
            .encode(&"x".repeat(32_766))
            .unwrap_err()
            .to_string(),
        "the fortune takes 65536 bytes, but the format qt4 can carry only 65535"
    );
}

#[test]
fn surrogate_pairs_count_as_two_units() {
    init();
    let message = WireFormat::Qt5_10.encode("🦀").unwrap();
    assert_eq!(message, bytes("00000002 00000004 d83e dd80"));
    assert_eq!(decode(None, &message).unwrap().text, "🦀");
    // Half a pair is not a character.
    assert_eq!(
        decode(None, &bytes("00000001 00000002 d83e")).unwrap().text,
        "\u{fffd}"
    );
}

#[test]
fn random_bytes_are_read_or_refused() {
    init();
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..20_000 {
        let mut message: Vec<u8> = (0..random.usize(0..40)).map(|_| random.u8(0..8)).collect();
        if random.bool() {
            let end = message.len().min(3);
            message[..end].fill(0);
        }
        let expected = random
            .choice([None, Some(WireFormat::Qt4), Some(WireFormat::Qt6_8)])
            .flatten();
        let _ = decode(expected, &message);
    }
}
