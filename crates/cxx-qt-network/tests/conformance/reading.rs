// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Conformance: reading lines, skipping and a small read buffer. See
//! `docs/conformance-sockets.md`.

use crate::support::{DEADLINE, Folder, Pair, accept, qt, serve};
use cxx_qt_network::{QIODeviceExt, QLocalSocket, QLocalSocketState as State};

/// Chunks, each with the lines that can be read when it has arrived, and the rest at EOF.
struct Lines {
    limit: usize,
    /// Reads only complete lines, or lines as long as the limit.
    whole: bool,
    chunks: &'static [(&'static str, &'static [&'static str])],
    rest: &'static [&'static str],
}

const NO: &[&str] = &[];

const LINES: [Lines; 8] = [
    Lines {
        limit: 80,
        whole: true,
        chunks: &[
            ("\n", &["\n"]),
            ("i", NO),
            ("\n", &["i\n"]),
            ("j", NO),
            ("k", NO),
            ("l", NO),
            ("\n", &["jkl\n"]),
        ],
        rest: NO,
    },
    Lines {
        limit: 80,
        whole: true,
        chunks: &[
            ("i", NO),
            ("\n", &["i\n"]),
            ("\n", &["\n"]),
            ("j", NO),
            ("k", NO),
            ("\n", &["jk\n"]),
            ("l", NO),
            ("m", NO),
        ],
        rest: &["lm"],
    },
    Lines {
        limit: 1,
        whole: false,
        chunks: &[("\ni\nj\n", &["\n", "i", "\n", "j", "\n"])],
        rest: NO,
    },
    Lines {
        limit: 2,
        whole: false,
        chunks: &[("i\n\n\nj", &["i\n", "\n", "\n", "j"]), ("k", &["k"])],
        rest: NO,
    },
    Lines {
        limit: 3,
        whole: true,
        chunks: &[
            ("go", NO),
            ("od", &["goo"]),
            (" \n", &["d \n"]),
            ("-\n", &["-\n"]),
            ("lu", NO),
            ("ck", &["luc"]),
            ("s", NO),
            (".\n", &["ks.", "\n"]),
        ],
        rest: NO,
    },
    Lines {
        limit: 80,
        whole: true,
        chunks: &[("Lucky\n numbers", &["Lucky\n"])],
        rest: &[" numbers"],
    },
    Lines {
        limit: 4,
        whole: false,
        chunks: &[
            ("\nLucky", &["\n", "Luck", "y"]),
            (" \n", &[" \n"]),
            (" nos", &[" nos"]),
            (" 7.\n", &[" 7.\n"]),
        ],
        rest: NO,
    },
    Lines {
        limit: 80,
        whole: false,
        chunks: &[("Lucky\n numbers", &["Lucky\n", " numbers"]), (".", &["."])],
        rest: NO,
    },
];

/// Reads the lines that are available, up to the error after EOF.
fn take(ours: &QLocalSocket, row: &Lines, at_end: bool) -> Vec<String> {
    let mut lines = Vec::new();
    while !row.whole || at_end || ours.can_read_line() || ours.bytes_available() >= row.limit {
        let empty = ours.bytes_available() == 0;
        match ours.read_line(Some(row.limit)) {
            Ok(line) if empty => {
                assert!(line.is_empty() && !at_end, "no data yet");
                return lines;
            }
            Err(_) => {
                assert!(empty && at_end, "EOF");
                return lines;
            }
            Ok(line) => {
                assert!((1..=row.limit).contains(&(line.len() as usize)));
                lines.push(String::from_utf8(line.as_slice().to_vec()).unwrap());
            }
        }
    }
    lines
}

#[test]
fn lines_are_read_across_chunks_up_to_a_limit() {
    for (number, row) in LINES.iter().enumerate() {
        qt(move || {
            let pair = Pair::new();
            let (theirs, ours) = (&pair.theirs, &pair.ours);
            for (chunk, lines) in row.chunks {
                assert_eq!(theirs.write(chunk.as_bytes()), Ok(chunk.len()));
                theirs.wait_for_bytes_written(Some(DEADLINE)).unwrap();
                assert_eq!(theirs.bytes_to_write(), 0);
                ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
                assert_eq!(take(ours, row, false), *lines, "row {number}: {chunk:?}");
            }
            theirs.close();
            let nothing = ours.wait_for_ready_read(Some(DEADLINE));
            assert!(nothing.is_err(), "row {number}");
            assert_eq!(take(ours, row, true), row.rest, "row {number}: rest");
            assert_eq!(ours.state(), State::UnconnectedState);
        });
    }
}

#[test]
fn skip_stops_at_the_end() {
    let mut many = vec![b'.'; 20_000];
    many[10_001] = b'!';
    for (bytes, first, skip, skipped, next) in [
        (b"0123456789".to_vec(), 3, 6, 6, Some(b'9')),
        (many.clone(), 1, 10_000, 10_000, Some(b'!')),
        (many, 1, 20_000, 19_999, None),
    ] {
        qt(move || {
            let pair = Pair::new();
            let (theirs, ours) = (&pair.theirs, &pair.ours);
            assert_eq!(theirs.write(&bytes), Ok(bytes.len()));
            while theirs.bytes_to_write() > 0 {
                theirs.wait_for_bytes_written(Some(DEADLINE)).unwrap();
                ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
            }
            theirs.close();
            ours.wait_for_disconnected(Some(DEADLINE)).unwrap();
            for byte in &bytes[..first] {
                assert_eq!(ours.get_char(), Some(*byte));
            }
            assert_eq!(ours.skip(skip), Ok(skipped));
            assert_eq!(ours.get_char(), next);
        });
    }
}

#[test]
fn read_buffer_of_128_takes_256_bytes_in_halves() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let server = serve(&name);
        let ours = QLocalSocket::new();
        ours.set_read_buffer_size(Some(128));
        ours.connect_to_server(name);
        let theirs = accept(&server);
        assert_eq!(ours.state(), State::ConnectedState);
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(theirs.write(&all), Ok(256));
        // Other systems write nothing before the peer reads.
        #[cfg(unix)]
        theirs.wait_for_bytes_written(Some(DEADLINE)).unwrap();
        for wave in all.chunks(128) {
            ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
            assert_eq!(ours.bytes_available(), 128);
            let mut buffer = [0; 128];
            assert_eq!(ours.read(&mut buffer), Ok(128));
            assert_eq!(buffer, wave);
        }
        assert_eq!(ours.bytes_available(), 0);
    });
}
