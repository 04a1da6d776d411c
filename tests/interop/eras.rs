// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Mixed eras never hurt: our client gets the right text or says what is wrong, after few requests;
//! our server stays healthy while clients of another era misread it.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::net::{UnixListener, UnixStream};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use local_fortune_core::client::{Client, MAX_ATTEMPTS, Outcome, Request};
use local_fortune_core::wire::WireFormat;

#[cfg(cxxqt_qt_version_at_least_6_8)]
use crate::peers::CPP_6_PACKAGED;
use crate::peers::{
    CPP_PACKAGED, CPP_QT5, CPP_QT6, FORMATS, NAME, OTHERS, PLAIN_QT5, PLAIN_QT6, PYQT5, Peer,
    asking, right, serving,
};
use crate::support::{BUILT_IN, Place, Running, SERVER, eventually, fetch, qt, wait_for_the_end};

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
    /// Treats each client in the same way. The thread waits for more until the tests end.
    fn new(place: &Place, name: &str, mut treat: impl FnMut(UnixStream) + Send + 'static) -> Self {
        let listener = UnixListener::bind(place.path(name)).unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let count = requests.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                count.fetch_add(1, Ordering::SeqCst);
                treat(client);
            }
        });
        Self(requests)
    }

    /// How many there were since this was asked last.
    fn requests(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }
}

/// Passes on what somebody else's server sends, and finds that our client, told any other format,
/// asks once and says why it shows nothing.
fn a_wrong_format_is_told_of(server: &Peer) {
    for sent in server.formats {
        let place = Place::new();
        let _server = serving(&place, server, sent);
        let real = place.path(NAME);
        let relay = Counting::new(&place, "relay", move |mut client| {
            // The client may have seen enough.
            let _ = client.write_all(&fetch(&real));
        });
        for told in FORMATS.iter().filter(|told| *told != sent) {
            let client = place.client(&["--wire", told, "relay"]);
            let case = format!("{} sends {sent}, told {told}: {client:?}", server.name);
            assert_eq!((client.status, client.stdout.as_str()), (1, ""), "{case}");
            let reason = format!("the message is in the format {sent}, not {told}");
            assert_eq!(
                client.stderr,
                format!("fortune-get: The following error occurred: {reason}.\n"),
                "{case}"
            );
            assert_eq!(relay.requests(), 1, "{case}");
        }
        let client = place.client(&["relay"]);
        assert!(BUILT_IN.contains(&client.stdout.trim_end()), "{client:?}");
        assert_eq!(relay.requests(), 1);
    }
}

#[test]
fn wrong_format_for_cpp_server_is_named() {
    a_wrong_format_is_told_of(&CPP_PACKAGED);
    a_wrong_format_is_told_of(&CPP_QT6);
    #[cfg(cxxqt_qt_version_at_least_6_8)]
    a_wrong_format_is_told_of(&CPP_6_PACKAGED);
}

#[test]
fn wrong_format_for_pyqt5_server_is_named() {
    a_wrong_format_is_told_of(&PYQT5);
}

#[test]
fn wrong_format_for_plain_servers_is_named() {
    a_wrong_format_is_told_of(&PLAIN_QT5);
    a_wrong_format_is_told_of(&PLAIN_QT6);
}

/// What comes of one request, as the window makes it.
fn ask(request: Request) -> Outcome {
    let came = Rc::new(RefCell::new(None));
    qt::run(|quit| {
        let (quit, came) = (quit.clone(), came.clone());
        let client = Client::new(move |_, outcome| {
            *came.borrow_mut() = Some(outcome);
            quit.quit();
        });
        client.request(request);
        client
    });
    came.take().unwrap()
}

/// Whatever a server sends of the message, our window shows the right text or an error. It asks
/// again only for the text that it shows already, and then at most twenty times.
#[test]
fn truncated_message_is_requested_once() {
    qt::qt(|| {
        for sent in FORMATS {
            let message = mail(sent);
            let whole = message.len();
            for told in [None].into_iter().chain(WireFormat::ALL.map(Some)) {
                let place = Place::new();
                // Each answer is a byte longer than the one before; then all are whole.
                let (mut length, message) = (0, message.clone());
                let server = Counting::new(&place, "s", move |mut client| {
                    let _ = client.write_all(&message[..length]);
                    length = (length + 1).min(message.len());
                });
                let request = Request {
                    format: told,
                    exclude: Some(MAIL.to_owned()),
                    ..Request::new(place.address("s"))
                };
                for cut in 0..whole {
                    let outcome = ask(request.clone());
                    let case = format!("{cut} bytes of {sent}, told {told:?}: {outcome:?}");
                    assert!(outcome.is_err(), "{case}");
                    assert_eq!(server.requests(), 1, "{case}");
                }
                let outcome = ask(request);
                let is_right = told.is_none_or(|told| told.to_string() == sent);
                let case = format!("{sent}, told {told:?}: {outcome:?}");
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
fn hostile_servers_are_asked_once() {
    const CLOSED: &str = "The server closed the connection before a whole fortune arrived.";
    let endless = |mut client: UnixStream| while client.write_all(&[0; 4096]).is_ok() {};
    type Treat = Box<dyn FnMut(UnixStream) + Send>;
    let sends = |bytes: &'static [u8]| -> Treat {
        Box::new(move |mut client| {
            let _ = client.write_all(bytes);
        })
    };
    let servers: [(&str, Treat, &str); 6] = [
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
            Box::new(wait_for_the_end),
            "The following error occurred: no fortune arrived within 300 ms.",
        ),
    ];
    let place = Place::new();
    for (name, treat, text) in servers {
        let server = Counting::new(&place, name, treat);
        let client = place.client(&["--timeout", "300", name]);
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

/// Our server, and a file with what it logs.
fn our_server(place: &Place, format: &str) -> Running {
    let mut command = place.command(SERVER);
    command
        .env("RUST_LOG", "local_fortune=debug")
        .args(["--wire", format, NAME])
        .stderr(File::create(place.path("log")).unwrap());
    let mut server = Running::start(command);
    assert!(server.line().starts_with("listening on "));
    server
}

/// How many fortunes sent, as our server logs.
fn served(place: &Place) -> usize {
    let log = fs::read_to_string(place.path("log")).unwrap();
    let last = log
        .lines()
        .rev()
        .find_map(|line| line.strip_suffix(" fortunes sent"));
    let count = last.and_then(|line| line.rsplit(' ').next());
    count.map_or(0, |count| count.parse().unwrap())
}

/// Clients of other eras misread our server, some of them as fast as they can, and the clients of
/// its own get all their fortunes afterwards.
fn our_server_stays_healthy(format: &str, clients_of_its_era: &[Peer]) {
    let place = Place::new();
    let server = our_server(&place, format);
    let mut misread = 0;
    for client in OTHERS {
        for era in client.formats.iter().filter(|era| **era != format) {
            let with_a_window = client.formats.len() == 1;
            if with_a_window && client.reads.contains(&format) {
                continue;
            }
            let got = misreading(&place, client, era);
            let case = format!("{}, {era}, at {format}: {got:?}", client.name);
            // Some show a wrong text: to `qt6.8`, a message in `qt5.6` is one of its own.
            assert_eq!(right(&got), 0, "{case}");
            misread += 1;
        }
    }
    assert!(misread >= 3);
    eventually(|| (served(&place) >= misread).then_some(()));
    for client in clients_of_its_era {
        let client = asking(&place, client, format, 20);
        assert_eq!((client.status, right(&client)), (0, 20), "{client:?}");
    }
    assert_eq!(server.end("TERM").code(), Some(0));
}

/// A client of another era, for a quarter of a second.
fn misreading(place: &Place, client: &Peer, era: &str) -> crate::support::Finished {
    let mut command = client.client.unwrap()(place, era, 20);
    command.env("FORTUNE_LIMIT_MS", "250");
    crate::support::finish(command)
}

#[test]
fn qt4_server_survives_misreading_clients() {
    our_server_stays_healthy("qt4", &[PYQT5, PLAIN_QT5]);
}

#[test]
fn qt5_6_server_survives_misreading_clients() {
    our_server_stays_healthy("qt5.6", &[PLAIN_QT5, PLAIN_QT6]);
}

#[test]
fn qt5_10_server_survives_misreading_clients() {
    our_server_stays_healthy("qt5.10", &[CPP_PACKAGED, CPP_QT5, CPP_QT6]);
}

#[test]
fn qt6_8_server_survives_misreading_clients() {
    our_server_stays_healthy(
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
    let place = Place::new();
    let server = our_server(&place, "qt6.8");
    for era in ["qt4", "qt5.6", "qt5.10"] {
        let misread = asking(&place, &PLAIN_QT5, era, 20);
        assert_eq!((misread.status, right(&misread)), (1, 0), "{misread:?}");
    }
    for era in ["qt4", "qt5.6", "qt5.10"] {
        assert_eq!(place.client(&["--wire", era, NAME]).status, 1);
    }
    let client = asking(&place, &PLAIN_QT6, "qt6.8", 20);
    assert_eq!((client.status, right(&client)), (0, 20), "{client:?}");
    assert_eq!(server.end("TERM").code(), Some(0));
    // Who misreads it gives up after one.
    assert_eq!(served(&place), 3 + 3 + 20);
}
