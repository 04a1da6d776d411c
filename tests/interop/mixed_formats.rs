// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Peers with different formats: our client shows the correct text or an error after few requests;
//! our server keeps working while clients with another format misread it.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use local_fortune_core::client::{MAX_ATTEMPTS, Request};
use local_fortune_core::wire::WireFormat;

#[cfg(cxxqt_qt_version_at_least_6_8)]
use crate::peers::CPP_6_PACKAGED;
use crate::peers::{
    CPP_PACKAGED, CPP_QT5, CPP_QT6, FORMATS, NAME, OTHERS, PLAIN_QT5, PLAIN_QT6, PYQT5, Peer,
    correct_lines, run_client, start_server,
};
use crate::support::{
    BUILT_IN, Running, SERVER, TestDir, eventually, fetch, outcome_of, qt, wait_for_eof,
};

const MAIL: &str = "You might have mail.";

/// The message with [`MAIL`] in a format.
fn mail(format: &str) -> Vec<u8> {
    let prefix: &[u8] = match format {
        "qt4" => &[0, 44],
        "qt5.6" => &[0, 0, 0, 44],
        "qt5.10" => &[0, 0, 0, 20],
        "qt6.8" => &[],
        _ => unreachable!(),
    };
    let text = MAIL.bytes().flat_map(|letter| [0, letter]);
    let bytes = prefix.iter().copied().chain([0, 0, 0, 40]);
    bytes.chain(text).collect()
}

/// A server that counts its requests.
struct Counting(Arc<AtomicUsize>);

impl Counting {
    /// Calls `handle` for each client. The thread runs until the tests end.
    fn new(dir: &TestDir, name: &str, mut handle: impl FnMut(UnixStream) + Send + 'static) -> Self {
        let listener = UnixListener::bind(dir.path(name)).unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let count = requests.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                handle(client);
            }
        });
        Self(requests)
    }

    /// The number of requests since the last call.
    fn requests(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

/// Relays the answers of a server, and checks that our client with any other format sends one
/// request and reports the mismatch.
fn wrong_format_is_reported(server: &Peer) {
    for sent in server.formats {
        let dir = TestDir::new();
        let _server = start_server(&dir, server, sent);
        let real = dir.path(NAME);
        let relay = Counting::new(&dir, "relay", move |mut client| {
            // The client may have disconnected.
            let _ = client.write_all(&fetch(&real));
        });
        for expected in FORMATS.iter().filter(|expected| *expected != sent) {
            let client = dir.client(&["--wire", expected, "relay"]);
            let case = format!(
                "{} sends {sent}, expected {expected}: {client:?}",
                server.name
            );
            assert_eq!((client.status, client.stdout.as_str()), (1, ""), "{case}");
            let reason = format!("the message is in the format {sent}, not {expected}");
            assert_eq!(
                client.stderr,
                format!("fortune-get: The following error occurred: {reason}.\n"),
                "{case}"
            );
            assert_eq!(relay.requests(), 1, "{case}");
        }
        let client = dir.client(&["relay"]);
        assert!(BUILT_IN.contains(&client.stdout.trim_end()), "{client:?}");
        assert_eq!(relay.requests(), 1);
    }
}

#[test]
fn wrong_format_for_cpp_server_is_named() {
    wrong_format_is_reported(&CPP_PACKAGED);
    wrong_format_is_reported(&CPP_QT6);
    #[cfg(cxxqt_qt_version_at_least_6_8)]
    wrong_format_is_reported(&CPP_6_PACKAGED);
}

#[test]
fn wrong_format_for_pyqt5_server_is_named() {
    wrong_format_is_reported(&PYQT5);
}

#[test]
fn wrong_format_for_plain_servers_is_named() {
    wrong_format_is_reported(&PLAIN_QT5);
    wrong_format_is_reported(&PLAIN_QT6);
}

/// For any truncation of the message, the window shows the correct text or an error. It retries
/// only if it gets the text that it shows already, up to twenty times.
#[test]
fn truncated_message_is_requested_once() {
    qt::qt(|| {
        for sent in FORMATS {
            let message = mail(sent);
            let complete = message.len();
            for expected in [None].into_iter().chain(WireFormat::ALL.map(Some)) {
                let dir = TestDir::new();
                // Each answer is one byte longer than the previous one, until it is complete.
                let (mut length, message) = (0, message.clone());
                let server = Counting::new(&dir, "s", move |mut client| {
                    let _ = client.write_all(&message[..length]);
                    length = (length + 1).min(message.len());
                });
                let request = Request {
                    format: expected,
                    exclude: Some(MAIL.to_owned()),
                    ..Request::new(dir.address("s"))
                };
                for cut in 0..complete {
                    let outcome = outcome_of(request.clone(), || {});
                    let case = format!("{cut} bytes of {sent}, expected {expected:?}: {outcome:?}");
                    assert!(outcome.is_err(), "{case}");
                    assert_eq!(server.requests(), 1, "{case}");
                }
                let outcome = outcome_of(request, || {});
                let is_right = expected.is_none_or(|expected| expected.to_string() == sent);
                let case = format!("{sent}, expected {expected:?}: {outcome:?}");
                assert_eq!(
                    outcome.ok().map(|it| it.text).as_deref() == Some(MAIL),
                    is_right
                );
                let most = if is_right { 20 } else { 1 };
                assert_eq!(server.requests(), most, "{case}");
            }
        }
        assert_eq!(MAX_ATTEMPTS, 20);
    });
}

#[test]
fn hostile_servers_get_one_request() {
    const CLOSED: &str = "The server closed the connection before a whole fortune arrived.";
    let endless = |mut client: UnixStream| while client.write_all(&[0; 4096]).is_ok() {};
    type Handler = Box<dyn FnMut(UnixStream) + Send>;
    let sends = |bytes: &'static [u8]| -> Handler {
        Box::new(move |mut client| {
            let _ = client.write_all(bytes);
        })
    };
    let servers: [(&str, Handler, &str); 6] = [
        ("closes", Box::new(drop), CLOSED),
        ("one-byte", sends(b"\0"), CLOSED),
        (
            "endless",
            Box::new(endless),
            "The following error occurred: the message goes on after the fortune.",
        ),
        ("boasts", sends(b"\xff\xff\xff\xfe"), CLOSED),
        (
            "lies",
            sends(b"\x7f\xff\xff\xff\xff\xff\xff\xfeYou"),
            "The following error occurred: the message has 4294967302 bytes, but only 1048576 \
             are allowed.",
        ),
        (
            "silent",
            Box::new(wait_for_eof),
            "The following error occurred: no fortune arrived within 300 ms.",
        ),
    ];
    let dir = TestDir::new();
    for (name, handle, text) in servers {
        let server = Counting::new(&dir, name, handle);
        let client = dir.client(&["--timeout", "300", name]);
        assert_eq!(
            (
                client.status,
                client.stdout.as_str(),
                client.stderr.as_str()
            ),
            (1, "", format!("fortune-get: {text}\n").as_str()),
            "{name}"
        );
        assert_eq!(server.requests(), 1, "{name}");
    }
}

/// Starts our server with its log in a file.
fn our_server(dir: &TestDir, format: &str) -> Running {
    let mut command = dir.command(SERVER);
    command
        .env("RUST_LOG", "local_fortune=debug")
        .args(["--wire", format, NAME])
        .stderr(File::create(dir.path("log")).unwrap());
    let mut server = Running::start(command);
    assert!(server.line().starts_with("listening on "));
    server
}

/// The number of fortunes sent, from the log of our server.
fn served(dir: &TestDir) -> usize {
    let log = fs::read_to_string(dir.path("log")).unwrap();
    let last = log
        .lines()
        .rev()
        .find_map(|line| line.strip_suffix(" fortunes sent"));
    let count = last.and_then(|line| line.rsplit(' ').next());
    count.map_or(0, |count| count.parse().unwrap())
}

/// Clients with other formats misread our server, some of them in a tight loop; clients with its
/// format get all their fortunes afterwards.
fn server_survives_misreading(format: &str, matching_clients: &[Peer]) {
    let dir = TestDir::new();
    let server = our_server(&dir, format);
    let mut misread = 0;
    for client in OTHERS {
        for other in client.formats.iter().filter(|other| **other != format) {
            let with_a_window = client.formats.len() == 1;
            if with_a_window && client.reads.contains(&format) {
                continue;
            }
            let output = run_misreading_client(&dir, client, other);
            let case = format!("{}, {other}, at {format}: {output:?}", client.name);
            // Some show a wrong text: a client for `qt6.8` accepts a message in `qt5.6`.
            assert_eq!(correct_lines(&output), 0, "{case}");
            misread += 1;
        }
    }
    assert!(misread >= 3);
    eventually(|| (served(&dir) >= misread).then_some(()));
    for client in matching_clients {
        let client = run_client(&dir, client, format, 20);
        assert_eq!(
            (client.status, correct_lines(&client)),
            (0, 20),
            "{client:?}"
        );
    }
    assert_eq!(server.end("TERM").code(), Some(0));
}

/// Runs a client with another format for a quarter of a second.
fn run_misreading_client(dir: &TestDir, client: &Peer, other: &str) -> crate::support::Finished {
    let mut command = client.client.unwrap()(dir, other, 20);
    command.env("FORTUNE_LIMIT_MS", "250");
    crate::support::finish(command)
}

#[test]
fn qt4_server_survives_misreading_clients() {
    server_survives_misreading("qt4", &[PYQT5, PLAIN_QT5]);
}

#[test]
fn qt5_6_server_survives_misreading_clients() {
    server_survives_misreading("qt5.6", &[PLAIN_QT5, PLAIN_QT6]);
}

#[test]
fn qt5_10_server_survives_misreading_clients() {
    server_survives_misreading("qt5.10", &[CPP_PACKAGED, CPP_QT5, CPP_QT6]);
}

#[test]
fn qt6_8_server_survives_misreading_clients() {
    server_survives_misreading(
        "qt6.8",
        &[
            PLAIN_QT6,
            #[cfg(cxxqt_qt_version_at_least_6_8)]
            CPP_6_PACKAGED,
        ],
    );
}

#[test]
fn misreading_clients_are_counted() {
    let dir = TestDir::new();
    let server = our_server(&dir, "qt6.8");
    for other in ["qt4", "qt5.6", "qt5.10"] {
        let misread = run_client(&dir, &PLAIN_QT5, other, 20);
        assert_eq!(
            (misread.status, correct_lines(&misread)),
            (1, 0),
            "{misread:?}"
        );
    }
    for other in ["qt4", "qt5.6", "qt5.10"] {
        assert_eq!(dir.client(&["--wire", other, NAME]).status, 1);
    }
    let client = run_client(&dir, &PLAIN_QT6, "qt6.8", 20);
    assert_eq!(
        (client.status, correct_lines(&client)),
        (0, 20),
        "{client:?}"
    );
    assert_eq!(server.end("TERM").code(), Some(0));
    // A client that misreads a message exits after one request.
    assert_eq!(served(&dir), 3 + 3 + 20);
}
