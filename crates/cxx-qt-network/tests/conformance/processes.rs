// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Conformance: sockets in several processes. See `docs/conformance-sockets.md`.
//!
//! The peers are this test program: it starts itself again for one test, whose role is in the
//! environment.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use crate::support::{DEADLINE, Folder, accept, connect, qt, serve};
use cxx_qt_lib::QString;
use cxx_qt_network::QIODeviceExt;

/// The role of a peer: "client", or "server" with the number of its clients.
const ROLE: &str = "CXX_QT_NETWORK_TEST_ROLE";
/// The path of the socket.
const NAME: &str = "CXX_QT_NETWORK_TEST_NAME";
/// The output of a server that listens.
const LISTENING: &str = "the server listens";
/// The message from the server to each client.
const LINE: &[u8] = b"one line for each process\n";

/// A peer, killed on drop.
struct Peer(Child);

impl Drop for Peer {
    fn drop(&mut self) {
        // An error means that it has exited already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts this program again for the test of that name, as a peer.
fn start(test: &str, role: &str, folder: &Folder, output: Stdio) -> Peer {
    let child = Command::new(env::current_exe().unwrap())
        .args([
            &format!("conformance::processes::{test}"),
            "--exact",
            "--nocapture",
        ])
        .env(ROLE, role)
        .env(NAME, folder.path("s"))
        .stdout(output)
        .spawn()
        .unwrap();
    Peer(child)
}

/// Waits until a server prints that it listens.
fn wait_until_it_listens(server: &mut Peer) {
    let output = BufReader::new(server.0.stdout.take().unwrap());
    let (heard, listens) = channel();
    // Reads to EOF, so that the peer never blocks.
    thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if line.ends_with(LISTENING) {
                let _ = heard.send(());
            }
        }
    });
    listens
        .recv_timeout(DEADLINE)
        .expect("the server does not listen");
}

/// Runs a peer.
fn play(role: &str) {
    let name = env::var(NAME).unwrap();
    let clients = role.strip_prefix("server ").map(|n| n.parse().unwrap());
    qt(move || {
        let name = QString::from(name);
        let Some(clients) = clients else {
            let socket = connect(&name);
            while !socket.can_read_line() {
                socket.wait_for_ready_read(Some(DEADLINE)).unwrap();
            }
            assert_eq!(socket.read_line(None).unwrap().as_slice(), LINE);
            socket.wait_for_disconnected(Some(DEADLINE)).unwrap();
            assert_eq!(socket.bytes_available(), 0);
            return;
        };
        let server = serve(&name);
        println!("{LISTENING}");
        for _ in 0..clients {
            let socket = accept(&server);
            socket.write(LINE).unwrap();
            socket.wait_for_bytes_written(Some(DEADLINE)).unwrap();
        }
    });
}

/// One server process and `clients` client processes all exit with 0. In a peer, runs its role.
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
        // Each peer has its own deadlines.
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
fn server_process_serves_1_client() {
    one_server_serves(1, "server_process_serves_1_client");
}

#[test]
fn server_process_serves_2_clients() {
    one_server_serves(2, "server_process_serves_2_clients");
}

#[test]
fn server_process_serves_5_clients() {
    one_server_serves(5, "server_process_serves_5_clients");
}

#[test]
fn server_process_serves_30_clients() {
    one_server_serves(30, "server_process_serves_30_clients");
}
