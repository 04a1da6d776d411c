// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What Qt's own test of local sockets promises of reading: lines, skipping, a small buffer;
//! `docs/promises.md` has the table.

mod support;

use cxx_qt_network::{LocalSocketState as State, OpenMode, QBox, QIODeviceExt, QLocalSocket};
use support::{DEADLINE, Folder, Pair, accept, qt, serve};

/// Chunks as they come, each with the lines that can be taken then, and what is left at the end.
struct Lines {
    limit: usize,
    /// Takes only what ends a line or fills the limit.
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

/// Takes the lines that the row means to be there; the error at the end of a connection ends them.
fn take(ours: &mut QBox<QLocalSocket>, row: &Lines, at_end: bool) -> Vec<String> {
    let mut lines = Vec::new();
    while !row.whole || at_end || ours.can_read_line() || ours.bytes_available() >= row.limit {
        let empty = ours.bytes_available() == 0;
        match ours.pin_mut().read_line(Some(row.limit)) {
            Ok(line) if empty => {
                assert!(line.is_empty() && !at_end, "nothing more now, but later");
                return lines;
            }
            Err(_) => {
                assert!(empty && at_end, "nothing more ever");
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
fn lines_are_read_over_the_borders_of_chunks_and_up_to_a_limit() {
    for (number, row) in LINES.iter().enumerate() {
        qt(move || {
            let Pair {
                mut theirs,
                mut ours,
                server: _server,
                folder: _folder,
            } = Pair::new();
            for (chunk, lines) in row.chunks {
                assert_eq!(theirs.pin_mut().write(chunk.as_bytes()), Ok(chunk.len()));
                theirs
                    .pin_mut()
                    .wait_for_bytes_written(Some(DEADLINE))
                    .unwrap();
                assert_eq!(theirs.bytes_to_write(), 0);
                ours.pin_mut().wait_for_ready_read(Some(DEADLINE)).unwrap();
                assert_eq!(
                    take(&mut ours, row, false),
                    *lines,
                    "row {number}: {chunk:?}"
                );
            }
            theirs.pin_mut().close();
            let nothing = ours.pin_mut().wait_for_ready_read(Some(DEADLINE));
            assert!(nothing.is_err(), "row {number}");
            assert_eq!(take(&mut ours, row, true), row.rest, "row {number}: rest");
            assert_eq!(ours.state(), State::UnconnectedState);
        });
    }
}

#[test]
fn bytes_past_the_end_are_skipped_only_as_far_as_there_are_any() {
    let mut many = vec![b'.'; 20_000];
    many[10_001] = b'!';
    for (bytes, first, skip, skipped, next) in [
        (b"0123456789".to_vec(), 3, 6, 6, Some(b'9')),
        (many.clone(), 1, 10_000, 10_000, Some(b'!')),
        (many, 1, 20_000, 19_999, None),
    ] {
        qt(move || {
            let Pair {
                mut theirs,
                mut ours,
                server: _server,
                folder: _folder,
            } = Pair::new();
            assert_eq!(theirs.pin_mut().write(&bytes), Ok(bytes.len()));
            while theirs.bytes_to_write() > 0 {
                theirs
                    .pin_mut()
                    .wait_for_bytes_written(Some(DEADLINE))
                    .unwrap();
                ours.pin_mut().wait_for_ready_read(Some(DEADLINE)).unwrap();
            }
            theirs.pin_mut().close();
            ours.pin_mut()
                .wait_for_disconnected(Some(DEADLINE))
                .unwrap();
            for byte in &bytes[..first] {
                assert_eq!(ours.pin_mut().get_char(), Some(*byte));
            }
            assert_eq!(ours.pin_mut().skip(skip), Ok(skipped));
            assert_eq!(ours.pin_mut().get_char(), next);
        });
    }
}

#[test]
fn a_read_buffer_of_128_bytes_takes_256_in_two_waves() {
    qt(|| {
        let folder = Folder::new();
        let name = folder.name("s");
        let mut server = serve(&name);
        let mut ours = QLocalSocket::new();
        ours.pin_mut().set_read_buffer_size(Some(128));
        ours.pin_mut()
            .connect_to_server(&name, OpenMode::READ_WRITE);
        let mut theirs = accept(&mut server);
        assert_eq!(ours.state(), State::ConnectedState);
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(theirs.pin_mut().write(&all), Ok(256));
        // Elsewhere than on Unix nothing is written before somebody reads.
        #[cfg(unix)]
        theirs
            .pin_mut()
            .wait_for_bytes_written(Some(DEADLINE))
            .unwrap();
        for wave in all.chunks(128) {
            ours.pin_mut().wait_for_ready_read(Some(DEADLINE)).unwrap();
            assert_eq!(ours.bytes_available(), 128);
            let mut buffer = [0; 128];
            assert_eq!(ours.pin_mut().read(&mut buffer), Ok(128));
            assert_eq!(buffer, wave);
        }
        assert_eq!(ours.bytes_available(), 0);
    });
}
