// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Reads `QUrl`: the length of the host is checked here, then Qt reads a copy of the text.
//!
//! Qt 5 normalizes a non-ASCII host in quadratic time: more than a minute for one mebibyte.

use cxx_qt_lib::{QByteArray, QUrl};

use super::qdatastream::{QDataStream, StreamError};
use super::stream::Operators;

/// The maximum size in bytes of a non-ASCII host, where `%41` counts as one. A host name has at
/// most 253 characters.
const HOST_LIMIT: usize = 1024;

pub(super) fn read(stream: &mut QDataStream<'_>) -> Result<QUrl, StreamError> {
    let mut copy = stream.to_bytes_in_same_format();
    let text: QByteArray = stream.copy_field(&mut copy)?;
    if is_too_long(text.as_slice()) {
        return Err(stream.set_status(StreamError::ReadCorruptData));
    }
    stream.read_copy(&copy.into_bytes(), QUrl::read_by_qt)
}

/// Whether the text has a host that is too long.
fn is_too_long(text: &[u8]) -> bool {
    // Qt drops a byte order mark.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let after_scheme = text
        .iter()
        .position(|byte| *byte == b':')
        .map(|colon| &text[colon + 1..]);
    // The text before the colon is not necessarily a scheme.
    [Some(text), after_scheme]
        .into_iter()
        .flatten()
        .filter_map(|text| text.strip_prefix(b"//"))
        .map(
            |text| match text.iter().position(|byte| b"/?#".contains(byte)) {
                Some(end) => &text[..end],
                None => text,
            },
        )
        .map(
            |authority| match authority.iter().position(|byte| *byte == b'@') {
                Some(end) => &authority[end + 1..],
                None => authority,
            },
        )
        .any(|host| {
            // An escape such as `%41` counts as one byte.
            let escapes = host.iter().filter(|byte| **byte == b'%').count();
            host.len().saturating_sub(2 * escapes) > HOST_LIMIT && (escapes > 0 || !host.is_ascii())
        })
}

#[cfg(test)]
mod tests {
    use super::{HOST_LIMIT, is_too_long};

    #[test]
    fn host_is_too_long_unless_it_is_ascii() {
        let long = "\u{fffd}".repeat(HOST_LIMIT);
        let percent = "%41".repeat(HOST_LIMIT + 1);
        for (before, expected) in [
            ("http://", true),
            ("//", true),
            ("\u{feff}//", true),
            ("http://user@", true),
            ("http://a:1@", true),
            ("no scheme://", true),
            ("", false),
            ("http:", false),
            ("http:/", false),
            ("http://host/", false),
            ("http://host/?//", false),
            ("http://host#", false),
            ("http://host/@", false),
        ] {
            for name in [&long, &percent] {
                let url = format!("{before}{name}");
                assert_eq!(is_too_long(url.as_bytes()), expected, "{before}");
            }
            let ascii = format!("{before}{}", "a".repeat(1 << 20));
            assert!(!is_too_long(ascii.as_bytes()), "{before}");
        }
        let user = format!("http://{long}@host");
        assert!(!is_too_long(user.as_bytes()));
        let longest = format!("http://\u{e4}{}", "a".repeat(HOST_LIMIT - 2));
        assert!(!is_too_long(longest.as_bytes()));
        let with_user = longest.replace("//", "//user@");
        assert!(!is_too_long(with_user.as_bytes()));
        assert!(is_too_long(format!("{longest}a").as_bytes()));
    }
}
