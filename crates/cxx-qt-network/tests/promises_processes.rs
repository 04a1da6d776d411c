// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What Qt's own test of local sockets promises of sockets in processes of their own;
//! `docs/promises.md` has the table.
//!
//! The peers are this very program: it starts itself again for one of its tests, which finds its
//! role in the environment. So there is nothing else to build and nothing that can be missing.

mod support;

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use cxx_qt_lib::QString;
use cxx_qt_network::QIODeviceExt;
use support::{DEADLINE, Folder, accept, connect, qt, serve};

/// The role of a peer: "client", or "server" with the number of its clients.
const ROLE: &str = "CXX_QT_NETWORK_TEST_ROLE";
/// The path of the socket that the peers meet at.
const NAME: &str = "CXX_QT_NETWORK_TEST_NAME";
/// What a server says when it listens.
const LISTENING: &str = "the server listens";
/// What goes from the server to each client.
const LINE: &[u8] = b"one line for each process\n";

/// A peer, ended with this.
struct Peer(Child);

impl Drop for Peer {
    fn drop(&mut self) {
        // An error says that it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts this program again for the test of that name, as a peer.
fn start(test: &str, role: &str, folder: &Folder, output: Stdio) -> Peer {
    let child = Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(ROLE, role)
        .env(NAME, folder.path("s"))
        .stdout(output)
        .spawn()
        .unwrap();
    Peer(child)
}

/// Reads what a peer prints, and returns when it says that it listens.
fn wait_until_it_listens(server: &mut Peer) {
    let output = BufReader::new(server.0.stdout.take().unwrap());
    let (heard, listens) = channel();
    // Reads on to the end, so that the peer never waits for a reader.
    thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if line.ends_with(LISTENING) {
                let _ = heard.send(());
            }
        }
    });
    listens
        .recv_timeout(DEADLINE)
        .expect("the server did not say that it listens");
}

/// The peers' half.
fn play(role: &str) {
    let name = env::var(NAME).unwrap();
    let clients = role.strip_prefix("server ").map(|n| n.parse().unwrap());
    qt(move || {
        let name = QString::from(name.as_str());
        let Some(clients) = clients else {
            let mut socket = connect(&name);
            while !socket.can_read_line() {
                socket
                    .pin_mut()
                    .wait_for_ready_read(Some(DEADLINE))
                    .unwrap();
            }
            assert_eq!(socket.pin_mut().read_line(None).unwrap().as_slice(), LINE);
            socket
                .pin_mut()
                .wait_for_disconnected(Some(DEADLINE))
                .unwrap();
            assert_eq!(socket.bytes_available(), 0);
            return;
        };
        let mut server = serve(&name);
        println!("{LISTENING}");
        for _ in 0..clients {
            let mut socket = accept(&mut server);
            socket.pin_mut().write(LINE).unwrap();
            socket
                .pin_mut()
                .wait_for_bytes_written(Some(DEADLINE))
                .unwrap();
        }
    });
}

/// One server and so many clients, each a process: all end well. In a peer, plays its role.
fn one_server_serves(clients: usize, test: &str) {
    if let Ok(role) = env::var(ROLE) {
        return play(&role);
    }
    let folder = Folder::new();
    let mut server = start(test, &format!("server {clients}"), &folder, Stdio::piped());
    wait_until_it_listens(&mut server);
    let peers: Vec<_> = (0..clients)
        .map(|_| start(test, "client", &folder, Stdio::null()))
        .collect();
    for (number, mut peer) in peers.into_iter().chain([server]).enumerate() {
        // Each peer has deadlines of its own.
        let status = peer.0.wait().unwrap();
        assert_eq!(
            status.code(),
            Some(0),
            "process {number} of {}",
            clients + 1
        );
    }
}

#[test]
fn a_server_process_serves_1_client_process() {
    one_server_serves(1, "a_server_process_serves_1_client_process");
}

#[test]
fn a_server_process_serves_2_client_processes() {
    one_server_serves(2, "a_server_process_serves_2_client_processes");
}

#[test]
fn a_server_process_serves_5_client_processes() {
    one_server_serves(5, "a_server_process_serves_5_client_processes");
}

#[test]
fn a_server_process_serves_30_client_processes() {
    one_server_serves(30, "a_server_process_serves_30_client_processes");
}
