// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The valid answers of a server with the example's fortunes.

/// The fortunes of Qt's example.
pub const FORTUNES: [&str; 7] = [
    "You've been leading a dog's life. Stay off the furniture.",
    "You've got to think about tomorrow.",
    "You will be surprised by a loud noise.",
    "You will feel hungry again in another hour.",
    "You might have mail.",
    "You cannot kill time without injuring eternity.",
    "Computers are not intelligent. They only think they are.",
];

/// The complete messages in the format `qt5.10`, which both C++ servers send.
#[derive(Debug)]
pub struct Answers(Vec<Vec<u8>>);

impl Answers {
    /// The messages of [`FORTUNES`].
    pub fn new() -> Self {
        Self(FORTUNES.iter().map(|text| message(text)).collect())
    }

    /// Iterates over the messages.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.0.iter().map(Vec::as_slice)
    }

    /// Whether these bytes are exactly one of the messages.
    pub fn contain(&self, bytes: &[u8]) -> bool {
        self.0.iter().any(|message| message == bytes)
    }
}

impl Default for Answers {
    fn default() -> Self {
        Self::new()
    }
}

/// An independent implementation of the format, so that no server is checked by its own code.
fn message(text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let count = units.len() as u32;
    let mut message = Vec::from(count.to_be_bytes());
    message.extend((2 * count).to_be_bytes());
    message.extend(units.iter().flat_map(|unit| unit.to_be_bytes()));
    message
}
