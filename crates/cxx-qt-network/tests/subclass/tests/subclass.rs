// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A class that derives from `QLocalServer` in Rust is one.

#![cfg(unix)]

#[path = "../../support/mod.rs"]
mod support;

use std::io::Read;
use std::os::unix::net::UnixStream;

use cxx_qt::casting::{Downcast, Upcast};
use cxx_qt_network::{QIODeviceExt, QLocalServer};
use cxx_qt_network_subclass::CountingServer;
use support::{DEADLINE, Folder, qt};

#[test]
fn an_override_of_incoming_connection_is_called_and_can_call_the_base() {
    cxx_qt::init_crate!(cxx_qt_network_subclass);
    qt(|| {
        let folder = Folder::new();
        let mut counting = CountingServer::new().unwrap();
        let mut server: std::pin::Pin<&mut QLocalServer> = counting.pin_mut().upcast_pin();
        server.as_mut().claim(&folder.name("s")).unwrap();
        let mut clients: Vec<_> = (0..3)
            .map(|_| UnixStream::connect(folder.path("s")).unwrap())
            .collect();
        for client in &mut clients {
            while !server.has_pending_connections() {
                assert!(
                    server
                        .as_mut()
                        .wait_for_new_connection(Some(DEADLINE))
                        .unwrap()
                );
            }
            let mut socket = server.as_mut().next_pending_connection().unwrap();
            socket.pin_mut().write(b"x").unwrap();
            socket.pin_mut().flush();
            client.read_exact(&mut [0]).unwrap();
        }
        let counting: &CountingServer = server.as_ref().get_ref().downcast().unwrap();
        assert_eq!(counting.count(), 3);
    });
}
