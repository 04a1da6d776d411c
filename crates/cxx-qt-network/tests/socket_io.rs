// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `std::io` on a socket, non-blocking and blocking.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::time::Duration;

use crate::support::{DEADLINE, Folder, Pair, accept, busy_listener, connect, qt, serve};
use cxx_qt_network::{
    LocalSocketError, QEventLoop, QIODeviceExt, QIODeviceOpenModeFlag, QLocalSocket,
    QLocalSocketError,
};

/// Sends `bytes` and waits until they can be read.
fn send(pair: &mut Pair, bytes: &[u8]) {
    pair.theirs.write_all(bytes).unwrap();
    pair.theirs.flush().unwrap();
    pair.ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
}

#[test]
fn read_without_data_would_block_and_eof_is_zero() {
    qt(|| {
        let mut pair = Pair::new();
        let mut buffer = [0; 8];
        let nothing = pair.ours.read(&mut buffer).unwrap_err();
        assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
        send(&mut pair, b"last");
        pair.theirs.abort();
        let mut ours = pair.ours;
        ours.wait_for_disconnected(Some(DEADLINE)).unwrap();
        assert_eq!(ours.read(&mut buffer).unwrap(), 4);
        assert_eq!(&buffer[..4], b"last");
        assert_eq!(ours.read(&mut buffer).unwrap(), 0);
        assert_eq!(ours.read(&mut buffer).unwrap(), 0, "and stays so");
        ours.close();
        let closed = ours.read(&mut buffer).unwrap_err();
        assert_eq!(closed.kind(), ErrorKind::NotConnected);
    });
}

#[test]
fn unconnected_socket_is_an_error_not_eof() {
    qt(|| {
        let mut socket = QLocalSocket::new();
        let kind = |result: std::io::Result<usize>| result.unwrap_err().kind();
        assert_eq!(kind(socket.read(&mut [0; 8])), ErrorKind::NotConnected);
        assert_eq!(kind(socket.write(b"x")), ErrorKind::NotConnected);
        assert!(socket.flush().is_err());
        let mut blocking = socket.blocking(Some(DEADLINE));
        assert_eq!(kind(blocking.read(&mut [0; 8])), ErrorKind::NotConnected);
        assert_eq!(kind(blocking.write(b"x")), ErrorKind::NotConnected);
        let pair = Pair::new();
        let mut ours = QLocalSocket::new();
        ours.connect_to_server_with(
            pair.server.full_server_name(),
            QIODeviceOpenModeFlag::WriteOnly,
        );
        ours.wait_for_connected(Some(DEADLINE)).unwrap();
        assert!(ours.read(&mut [0; 8]).is_err(), "not open for reading");
    });
}

#[test]
fn flush_succeeds_only_when_all_is_sent() {
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
                pair.ours.wait_for_ready_read(Some(DEADLINE)).unwrap();
            }
            received += pair.ours.read_all().len() as usize;
        }
        pair.theirs.flush().unwrap();
        assert_eq!(received, large.len());
        pair.ours.abort();
        pair.theirs.wait_for_disconnected(Some(DEADLINE)).unwrap();
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
fn errors_have_std_kinds() {
    qt(|| {
        let folder = Folder::new();
        let socket = QLocalSocket::new();
        socket.connect_to_server(folder.name("missing"));
        let error = socket.wait_for_connected(Some(DEADLINE)).unwrap_err();
        assert_eq!(error.kind, QLocalSocketError::ServerNotFoundError);
        let text = error.to_string();
        let error = std::io::Error::from(error);
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert_eq!(error.to_string(), text);
    });
    use QLocalSocketError as Qt;
    for (kind, expected) in [
        (Qt::ConnectionRefusedError, ErrorKind::ConnectionRefused),
        (Qt::PeerClosedError, ErrorKind::BrokenPipe),
        (Qt::SocketAccessError, ErrorKind::PermissionDenied),
        (Qt::SocketTimeoutError, ErrorKind::TimedOut),
        (Qt::ConnectionError, ErrorKind::ConnectionReset),
        (Qt::UnsupportedSocketOperationError, ErrorKind::Unsupported),
        (Qt::OperationError, ErrorKind::Other),
    ] {
        let message = String::new();
        let error = std::io::Error::from(LocalSocketError { kind, message });
        assert_eq!(error.kind(), expected);
    }
}

#[test]
fn connecting_socket_would_block() {
    qt(|| {
        let folder = Folder::new();
        let _busy = busy_listener(&folder.path("busy"));
        let mut socket = QLocalSocket::new();
        socket.connect_to_server(folder.name("busy"));
        let kinds = [
            socket.read(&mut [0; 8]).unwrap_err().kind(),
            socket.write(b"x").unwrap_err().kind(),
        ];
        assert_eq!(kinds, [ErrorKind::WouldBlock; 2]);
    });
}

#[test]
fn blocking_socket_reads_lines_until_eof() {
    // A `QEventLoop` gives a thread of std an event dispatcher if there is an application.
    qt(|| ());
    let folder = Folder::new();
    let name = folder.name("lines");
    let server = {
        let name = name.clone();
        let (ready, listening) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let _events = QEventLoop::new();
            let server = serve(&name);
            ready.send(()).unwrap();
            let socket = accept(&server);
            let mut lines = socket.blocking(Some(DEADLINE));
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
        let socket = connect(&name);
        let lines = BufReader::new(socket.blocking(Some(DEADLINE))).lines();
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
fn blocking_socket_reads_to_the_end() {
    qt(|| {
        let mut pair = Pair::new();
        send(&mut pair, b"last");
        drop(pair.theirs);
        let mut blocking = pair.ours.blocking(Some(DEADLINE));
        let mut bytes = Vec::new();
        blocking.read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes, b"last");
        assert_eq!(blocking.read(&mut [0; 8]).unwrap(), 0, "and stays so");
    });
}

#[test]
fn blocking_read_of_no_bytes_does_not_wait() {
    qt(|| {
        let pair = Pair::new();
        let limit = Some(Duration::ZERO);
        assert_eq!(pair.ours.blocking(limit).read(&mut []).unwrap(), 0);
        let debug = format!("{:?}", pair.ours.blocking(limit));
        assert_eq!(debug, "BlockingIo { limit: Some(0ns), .. }");
    });
}

#[test]
fn blocking_socket_times_out() {
    qt(|| {
        let pair = Pair::new();
        let mut blocking = pair.ours.blocking(Some(Duration::from_millis(5)));
        let error = blocking.read(&mut [0; 8]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        // The peer does not read: unsent bytes stay in the write buffer, up to the limit.
        let error = blocking
            .write_all(&vec![7; 4 << 20])
            .and_then(|()| blocking.flush());
        assert_eq!(error.unwrap_err().kind(), ErrorKind::TimedOut);
    });
}

#[test]
fn blocking_write_limits_unsent_bytes() {
    qt(|| {
        let pair = Pair::new();
        let mut blocking = pair.ours.blocking(Some(Duration::from_millis(5)));
        let mut taken = 0;
        let error = loop {
            match blocking.write(&[7; 16 * 1024]) {
                Ok(count) => taken += count,
                Err(error) => break error,
            }
            assert!(
                taken < 4 << 20,
                "more is taken although the peer does not read"
            );
        };
        assert_eq!(error.kind(), ErrorKind::TimedOut);
        assert!(pair.ours.bytes_to_write() <= 80 * 1024);
    });
}
