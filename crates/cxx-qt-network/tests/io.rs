// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `std::io` on a socket: without blocking, and with.

mod support;

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::time::Duration;

use cxx_qt_network::{LocalSocketError, OpenMode, QEventLoop, QIODeviceExt, QLocalSocket};
use support::{DEADLINE, Folder, Pair, accept, connect, qt, serve};

/// What `theirs` writes is there to read for `ours`.
fn send(pair: &mut Pair, bytes: &[u8]) {
    pair.theirs.write_all(bytes).unwrap();
    pair.theirs.flush().unwrap();
    let Pair { ours, .. } = pair;
    ours.pin_mut().wait_for_ready_read(Some(DEADLINE)).unwrap();
}

#[test]
fn nothing_yet_would_block_and_the_end_is_zero_bytes() {
    qt(|| {
        let mut pair = Pair::new();
        let mut buffer = [0; 8];
        let nothing = pair.ours.read(&mut buffer).unwrap_err();
        assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
        send(&mut pair, b"last");
        pair.theirs.pin_mut().abort();
        let mut ours = pair.ours;
        ours.pin_mut()
            .wait_for_disconnected(Some(DEADLINE))
            .unwrap();
        assert_eq!(ours.read(&mut buffer).unwrap(), 4);
        assert_eq!(&buffer[..4], b"last");
        assert_eq!(ours.read(&mut buffer).unwrap(), 0);
        assert_eq!(ours.read(&mut buffer).unwrap(), 0, "and stays so");
        ours.pin_mut().close();
        let closed = ours.read(&mut buffer).unwrap_err();
        assert_eq!(closed.kind(), ErrorKind::NotConnected);
    });
}

#[test]
fn a_socket_that_was_never_connected_is_an_error_and_no_end() {
    qt(|| {
        let mut socket = QLocalSocket::new();
        let kind = |result: std::io::Result<usize>| result.unwrap_err().kind();
        assert_eq!(kind(socket.read(&mut [0; 8])), ErrorKind::NotConnected);
        assert_eq!(kind(socket.write(b"x")), ErrorKind::NotConnected);
        assert!(socket.flush().is_err());
        let mut blocking = socket.pin_mut().blocking(Some(DEADLINE));
        assert_eq!(kind(blocking.read(&mut [0; 8])), ErrorKind::NotConnected);
        assert_eq!(kind(blocking.write(b"x")), ErrorKind::NotConnected);
        let mut written = Pair::new();
        let mut ours = QLocalSocket::new();
        let name = written.server.full_server_name();
        ours.pin_mut()
            .connect_to_server(&name, OpenMode::WRITE_ONLY);
        ours.pin_mut().wait_for_connected(Some(DEADLINE)).unwrap();
        assert!(ours.read(&mut [0; 8]).is_err(), "not open for reading");
        written.theirs.pin_mut().abort();
    });
}

#[test]
fn a_flush_is_done_only_when_the_system_has_everything() {
    qt(|| {
        let mut pair = Pair::new();
        let large = vec![7; 4 << 20];
        pair.theirs.write_all(&large).unwrap();
        let full = pair.theirs.flush().unwrap_err();
        assert_eq!(full.kind(), ErrorKind::WouldBlock);
        assert!(pair.theirs.bytes_to_write() > 0);
        let mut received = 0;
        while received < large.len() {
            if pair.ours.bytes_available() == 0 {
                let _ = pair.theirs.flush();
                let mut ours = pair.ours.pin_mut();
                ours.as_mut().wait_for_ready_read(Some(DEADLINE)).unwrap();
            }
            received += pair.ours.pin_mut().read_all().len() as usize;
        }
        pair.theirs.flush().unwrap();
        assert_eq!(received, large.len());
        pair.ours.pin_mut().abort();
        let theirs = pair.theirs.pin_mut();
        theirs.wait_for_disconnected(Some(DEADLINE)).unwrap();
        assert_eq!(
            pair.theirs.write(b"x").unwrap_err().kind(),
            ErrorKind::BrokenPipe
        );
        assert_eq!(
            pair.theirs.flush().unwrap_err().kind(),
            ErrorKind::BrokenPipe
        );
    });
}

#[test]
fn the_kinds_of_errors_are_those_of_the_standard_library() {
    qt(|| {
        let folder = Folder::new();
        let mut socket = QLocalSocket::new();
        socket
            .pin_mut()
            .connect_to_server(&folder.name("nobody"), OpenMode::READ_WRITE);
        let error = socket
            .pin_mut()
            .wait_for_connected(Some(DEADLINE))
            .unwrap_err();
        assert_eq!(error.kind, LocalSocketError::ServerNotFoundError);
        let text = error.to_string();
        let error = std::io::Error::from(error);
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.to_string(), text);
    });
}

#[test]
fn a_blocking_socket_reads_lines_until_the_other_side_is_done() {
    // A thread of the standard library's has Qt's events where there are an application and a loop.
    qt(|| ());
    let folder = Folder::new();
    let name = folder.name("lines");
    let server = {
        let name = name.clone();
        let (ready, listening) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let _events = QEventLoop::new();
            let mut server = serve(&name);
            ready.send(()).unwrap();
            let mut socket = accept(&mut server);
            let mut lines = socket.pin_mut().blocking(Some(DEADLINE));
            for number in 0..10_000 {
                writeln!(lines, "line {number}").unwrap();
            }
            lines.flush().unwrap();
            assert_eq!(socket.bytes_to_write(), 0);
        });
        listening.recv_timeout(DEADLINE).unwrap();
        thread
    };
    let client = std::thread::spawn(move || {
        let _events = QEventLoop::new();
        let mut socket = connect(&name);
        let lines = BufReader::new(socket.pin_mut().blocking(Some(DEADLINE))).lines();
        for (number, line) in lines.enumerate() {
            assert_eq!(line.unwrap(), format!("line {number}"));
            if number == 9_999 {
                return;
            }
        }
        panic!("lines are missing");
    });
    client.join().unwrap();
    server.join().unwrap();
}

#[test]
fn a_blocking_socket_gives_up_at_its_limit() {
    qt(|| {
        let mut pair = Pair::new();
        let mut blocking = pair.ours.pin_mut().blocking(Some(Duration::from_millis(5)));
        let error = blocking.read(&mut [0; 8]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        // Nobody reads: what the system does not take stays, up to the limit of what is kept.
        let error = blocking
            .write_all(&vec![7; 4 << 20])
            .and_then(|()| blocking.flush());
        assert_eq!(error.unwrap_err().kind(), ErrorKind::TimedOut);
    });
}

#[test]
fn a_blocking_write_keeps_little_unsent() {
    qt(|| {
        let mut pair = Pair::new();
        let mut blocking = pair.ours.pin_mut().blocking(Some(Duration::from_millis(5)));
        let mut taken = 0;
        let error = loop {
            match blocking.write(&[7; 16 * 1024]) {
                Ok(count) => taken += count,
                Err(error) => break error,
            }
            assert!(taken < 4 << 20, "nobody reads, and it goes on");
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(pair.ours.bytes_to_write() <= 80 * 1024);
    });
}
