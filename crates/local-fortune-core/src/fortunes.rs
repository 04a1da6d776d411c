// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The fortunes a server chooses from: seven built-in ones, or files of the `fortune` program.
//!
//! # Format of the files
//!
//! UTF-8, with or without a byte order mark; a line ends with LF or CRLF. A line that holds only
//! `%` separates two texts, and may also follow the last one. The line end before a separator is
//! not part of the text; all other line ends (as LF), blank lines, spaces, tabs and control
//! characters are. Texts without any visible character are left out, and so are doubled
//! separators.
//!
//! A line that starts with `%%` is a comment: it is in no text and separates nothing. The BSDs read
//! files made by their `strfile -C` in the same way; fortune-mod 1.99 and its `strfile` have no
//! comments and would show such a line. Every other line that starts with `%` is text.
//!
//! The `.dat` index that `strfile` writes tells which files of a directory hold fortunes. It is not
//! read, so it may be outdated, and another delimiter (`strfile -c`) or letters rotated
//! by 13 places (`strfile -x`) are not understood.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// The largest file of fortunes that is read, in bytes: 64 MiB.
///
/// All fortunes stay in memory; the largest file that Debian installs has 0.2 MiB.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

const BUILT_IN: [&str; 7] = [
    "You've been leading a dog's life. Stay off the furniture.",
    "You've got to think about tomorrow.",
    "You will be surprised by a loud noise.",
    "You will feel hungry again in another hour.",
    "You might have mail.",
    "You cannot kill time without injuring eternity.",
    "Computers are not intelligent. They only think they are.",
];

/// Texts to choose from: at least one, and none of them blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fortunes {
    texts: Vec<String>,
}

impl Fortunes {
    /// The seven fortunes of Qt's example, in its order.
    pub fn built_in() -> Self {
        Self {
            texts: BUILT_IN.map(String::from).into(),
        }
    }

    /// Takes the texts as they are, in their order; equal ones stay.
    ///
    /// # Errors
    ///
    /// [`FortunesError::NoTexts`] for an empty list, [`FortunesError::BlankText`] for a text that
    /// is empty or only white space.
    pub fn new(texts: Vec<String>) -> Result<Self, FortunesError> {
        if texts.is_empty() {
            return Err(FortunesError::NoTexts);
        }
        match texts.iter().position(|text| is_blank(text)) {
            Some(index) => Err(FortunesError::BlankText { number: index + 1 }),
            None => Ok(Self { texts }),
        }
    }

    /// Reads files and directories, in the order given; see the [module](self) for their format.
    ///
    /// Of a folder it reads the files with a `.dat` index beside them, or, if the directory has no
    /// `.dat` at all, those whose name has no extension: sorted by name, links followed, each file
    /// once however many links lead to it. Hidden files, directories in it, and what is no regular
    /// file are passed over. A path that is given twice is read twice.
    ///
    /// # Errors
    ///
    /// The first file or directory that cannot be read, holds no fortune, or is not text; nothing is
    /// kept then. A path to anything but a regular file or a directory (a pipe, a device) is refused
    /// without opening it, so this does not wait for a writer.
    pub fn load(paths: &[impl AsRef<Path>]) -> Result<Self, FortunesError> {
        let mut texts = Vec::new();
        for path in paths {
            let path = path.as_ref();
            let kind = fs::metadata(path).map_err(|source| unreadable(path, source))?;
            if kind.is_dir() {
                for file in files_in(path)? {
                    texts.append(&mut texts_in(&file)?);
                }
            } else if kind.is_file() {
                texts.append(&mut texts_in(path)?);
            } else {
                return Err(FortunesError::NotAFile { path: path.into() });
            }
        }
        Self::new(texts)
    }

    /// How many texts there are; never 0.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// The texts, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    /// The text at `index`, counted from 0; `None` past the last one.
    pub fn get(&self, index: usize) -> Option<&str> {
        self.texts.get(index).map(String::as_str)
    }

    /// One of the texts, each as likely as any other, whatever was chosen before.
    ///
    /// The random numbers are the calling thread's own, seeded anew in each run; they are no
    /// secret.
    pub fn choose(&self) -> &str {
        &self.texts[fastrand::usize(..self.texts.len())]
    }
}

/// Why there are no fortunes to choose from.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FortunesError {
    /// The file or directory is missing or cannot be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is something at the path, but no file or directory: a pipe, a socket, a device.
    #[error("{}: neither a file nor a folder", path.display())]
    NotAFile {
        /// Where it is.
        path: PathBuf,
    },
    /// The file is larger than [`MAX_FILE_BYTES`].
    #[error("{}: larger than {} MiB", path.display(), MAX_FILE_BYTES >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file is not UTF-8.
    #[error("{}:{line}: not UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The line of the first wrong byte, counted from 1.
        line: usize,
    },
    /// There is a NUL character in the file, so it is no text file.
    #[error("{}:{line}: a NUL character, so this is no text file", path.display())]
    Nul {
        /// The file.
        path: PathBuf,
        /// The line of the first NUL, counted from 1.
        line: usize,
    },
    /// The file is empty, or holds nothing but blank lines, separators and comments.
    #[error("{}: no fortune in this file", path.display())]
    EmptyFile {
        /// The file.
        path: PathBuf,
    },
    /// The directory has no file that [`Fortunes::load`] would read.
    #[error("{}: no file of fortunes in this folder", path.display())]
    EmptyFolder {
        /// The directory.
        path: PathBuf,
    },
    /// The list of texts or of paths is empty.
    #[error("the list of fortunes is empty")]
    NoTexts,
    /// A text of a list is empty or only white space.
    #[error("fortune number {number} of the list is blank")]
    BlankText {
        /// Its place in the list, counted from 1.
        number: usize,
    },
}

fn unreadable(path: &Path, source: io::Error) -> FortunesError {
    FortunesError::Unreadable {
        path: path.into(),
        source,
    }
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// The files of fortunes in a directory, sorted by name.
fn files_in(folder: &Path) -> Result<Vec<PathBuf>, FortunesError> {
    let mut names = fs::read_dir(folder)
        .and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.file_name()))
                .collect::<io::Result<Vec<_>>>()
        })
        .map_err(|source| unreadable(folder, source))?;
    names.retain(|name| !name.as_encoded_bytes().starts_with(b"."));
    names.sort();

    let extension = |name| Path::new(name).extension();
    let has_indices = names
        .iter()
        .any(|name| extension(name) == Some(OsStr::new("dat")));
    let mut files = Vec::new();
    let mut seen = HashSet::new();
    for name in &names {
        let wanted = if has_indices {
            let mut index = name.clone();
            index.push(".dat");
            names.binary_search(&index).is_ok()
        } else {
            extension(name).is_none()
        };
        if !wanted {
            continue;
        }
        let path = folder.join(name);
        let target = fs::canonicalize(&path).map_err(|source| unreadable(&path, source))?;
        if target.is_file() && seen.insert(target) {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(FortunesError::EmptyFolder {
            path: folder.into(),
        });
    }
    Ok(files)
}

/// The fortunes of one file; at least one.
fn texts_in(path: &Path) -> Result<Vec<String>, FortunesError> {
    let content = read(path)?;
    let lines: Vec<&str> = content
        .strip_prefix('\u{feff}')
        .unwrap_or(&content)
        .lines()
        .filter(|line| !line.starts_with("%%"))
        .collect();
    let texts: Vec<String> = lines
        .split(|line| *line == "%")
        .map(|lines| lines.join("\n"))
        .filter(|text| !is_blank(text))
        .collect();
    if texts.is_empty() {
        return Err(FortunesError::EmptyFile { path: path.into() });
    }
    Ok(texts)
}

/// The whole file as text, never more than [`MAX_FILE_BYTES`].
fn read(path: &Path) -> Result<String, FortunesError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|source| unreadable(path, source))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(FortunesError::TooLarge { path: path.into() });
    }
    if let Some(position) = bytes.iter().position(|byte| *byte == 0) {
        return Err(FortunesError::Nul {
            path: path.into(),
            line: line_at(&bytes, position),
        });
    }
    String::from_utf8(bytes).map_err(|error| FortunesError::NotUtf8 {
        path: path.into(),
        line: line_at(error.as_bytes(), error.utf8_error().valid_up_to()),
    })
}

/// The line of the byte at `position`, counted from 1.
fn line_at(bytes: &[u8], position: usize) -> usize {
    1 + bytes[..position]
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
}
