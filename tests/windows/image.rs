// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Colours in a picture of the screen.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::a11y_tree::Node;
use crate::support::{TestDir, finish};

pub struct Picture {
    width: usize,
    pixels: Vec<[u8; 3]>,
}

impl Picture {
    /// Reads a picture by way of ImageMagick.
    pub fn read(dir: &TestDir, file: &Path) -> Self {
        let plain = dir.path("picture.ppm");
        let mut convert = dir.command("convert");
        convert.arg(file).args(["-depth", "8"]).arg(&plain);
        let convert = finish(convert);
        assert_eq!(convert.status, 0, "{}", convert.stderr);
        let bytes = fs::read(plain).unwrap();
        // "P6", width, height and 255, each with a white space behind it.
        let mut header = bytes.splitn(4, |it| it.is_ascii_whitespace()).skip(1);
        let mut number = || {
            std::str::from_utf8(header.next().unwrap())
                .unwrap()
                .parse()
                .unwrap()
        };
        let (width, height): (usize, usize) = (number(), number());
        let pixels = &bytes[bytes.len() - 3 * width * height..];
        let pixels = pixels.chunks(3).map(|it| [it[0], it[1], it[2]]).collect();
        Self { width, pixels }
    }

    /// The colours within something, the most frequent first.
    fn colours(&self, node: &Node) -> Vec<[u8; 3]> {
        let [x, y, width, height] = node.rect.map(|it| usize::try_from(it).unwrap());
        let mut count = HashMap::new();
        // Without its frame.
        for y in y + 3..y + height - 3 {
            for pixel in &self.pixels[y * self.width + x + 3..y * self.width + x + width - 3] {
                *count.entry(*pixel).or_insert(0) += 1;
            }
        }
        let mut colours: Vec<_> = count.into_iter().collect();
        colours.sort_by_key(|(colour, count)| (std::cmp::Reverse(*count), *colour));
        colours.into_iter().map(|(colour, _)| colour).collect()
    }

    /// How bright the background of something is, from 0 to 1.
    pub fn background(&self, node: &Node) -> f64 {
        luminance(self.colours(node)[0])
    }

    /// How far the text stands out from its background, as WCAG counts it: from 1 to 21.
    pub fn contrast(&self, node: &Node) -> f64 {
        let back = self.background(node);
        let contrast = |it: &[u8; 3]| {
            let text = luminance(*it);
            (text.max(back) + 0.05) / (text.min(back) + 0.05)
        };
        let colours = self.colours(node);
        colours.iter().map(contrast).fold(1.0, f64::max)
    }
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|it| {
        let part = f64::from(it) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
