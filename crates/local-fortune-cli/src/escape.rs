// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Control characters in text from outside: fortunes, names, paths. A terminal would obey them.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

use serde_json::ser::{CompactFormatter, Formatter};

/// Whether a terminal does more with the character than to show it: C0, DEL, C1, and what changes the
/// direction of text.
fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text with control characters other than tab and newline as `\u{1b}`.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    let is_escaped = |it: char| is_control(it) && it != '\t' && it != '\n';
    if !text.contains(is_escaped) {
        return text.into();
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_escaped(character) {
            safe.extend(character.escape_unicode());
        } else {
            safe.push(character);
        }
    }
    safe.into()
}

/// The text as it is to be written to `output`: escaped if that is a terminal.
pub(crate) fn for_terminal<'t>(text: &'t str, output: &impl IsTerminal) -> Cow<'t, str> {
    match escaped(text) {
        // Asked only for the few texts where it matters.
        Cow::Owned(escaped) if output.is_terminal() => escaped.into(),
        _ => text.into(),
    }
}

/// JSON on one line, in which all control characters are escaped.
pub(crate) struct EscapingFormatter(pub(crate) CompactFormatter);

impl Formatter for EscapingFormatter {
    fn write_string_fragment<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(start) = rest.find(is_control) {
            let (before, from_control) = rest.split_at(start);
            writer.write_all(before.as_bytes())?;
            let mut characters = from_control.chars();
            for unit in characters
                .next()
                .into_iter()
                .flat_map(|it| it.encode_utf16(&mut [0; 2]).to_vec())
            {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(escaped("plain \u{e4}\ttext\n"), "plain \u{e4}\ttext\n");
        assert_eq!(
            escaped("\u{1b}]0;T\u{7}\u{1b}[2J\r\u{7f}\u{9b}\u{202e}X"),
            "\\u{1b}]0;T\\u{7}\\u{1b}[2J\\u{d}\\u{7f}\\u{9b}\\u{202e}X"
        );
    }

    #[test]
    fn json_escapes_all_control_characters() {
        let mut json = Vec::new();
        let formatter = EscapingFormatter(CompactFormatter);
        let mut serializer = serde_json::Serializer::with_formatter(&mut json, formatter);
        let text = "\"\\\n\u{1b}\u{7f}\u{9b}\u{2066}\u{e4}";
        serde::Serialize::serialize(text, &mut serializer).unwrap();
        let expected = "\"\\\"\\\\\\n\\u001b\\u007f\\u009b\\u2066\u{e4}\"";
        assert_eq!(String::from_utf8(json).unwrap(), expected);
    }
}
