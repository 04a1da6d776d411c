// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Invalid channels: Qt does not check the number.

use cxx_qt_network::QIODeviceExt;

use super::fixture::{LIMIT, send, socket_pair};
use crate::support::qt;

#[test]
fn read_channel_out_of_range_is_ignored() {
    qt(|| {
        let (socket, peer) = socket_pair();
        send(&peer, b"hello");
        socket.wait_for_ready_read(LIMIT).unwrap();
        for channel in [-1, 1, 5, i32::MIN, i32::MAX] {
            socket.set_current_read_channel(channel);
            assert_eq!(socket.current_read_channel(), 0);
            assert_eq!(socket.bytes_available(), 5);
            socket.unget_char(b'x');
            assert_eq!(socket.get_char(), Some(b'x'));
        }
        assert_eq!(socket.read_all().as_slice(), b"hello");
    });
}

#[test]
fn write_channel_out_of_range_is_ignored() {
    qt(|| {
        let (socket, _peer) = socket_pair();
        for channel in [-1, 1, 5, i32::MIN, i32::MAX] {
            socket.set_current_write_channel(channel);
            assert_eq!(socket.current_write_channel(), 0);
            assert_eq!(socket.write(b"hello").unwrap(), 5);
        }
        assert_eq!(socket.bytes_to_write(), 25);
    });
}
