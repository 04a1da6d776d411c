// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Our server with our client in one process, on the real sockets.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::support::{BUILT_IN, DEADLINE, Place, qt, send, wait_for_the_end};
use cxx_qt_network::{QEventLoop, QTimer};
use local_fortune_core::address::Address;
use local_fortune_core::client::{Client, MAX_ATTEMPTS, Outcome, Request, RequestError};
use local_fortune_core::fortunes::Fortunes;
use local_fortune_core::server::{Access, Event, Server, ServerError};
use local_fortune_core::wire::WireFormat;

fn listening(place: &Place, fortunes: Fortunes, format: WireFormat) -> Server {
    let mut server = Server::new(&fortunes, format, |_| {}).unwrap();
    server.listen(place.address("s"), Access::User).unwrap();
    server
}

/// The outcome of one request.
fn ask(request: Request) -> Outcome {
    ask_with(&Rc::new(Cell::new(0)), request)
}

fn ask_with(outcomes: &Rc<Cell<u32>>, request: Request) -> Outcome {
    let came = Rc::new(RefCell::new(None));
    qt::run(|quit| {
        let (quit, came, count) = (quit.clone(), came.clone(), outcomes.clone());
        let client = Client::new(move |_, outcome| {
            count.set(count.get() + 1);
            *came.borrow_mut() = Some(outcome);
            quit.quit();
        });
        client.request(request);
        client
    });
    came.take().unwrap()
}

/// Runs the event loop until the condition holds.
fn run_until(condition: impl Fn() -> bool) {
    let event_loop = QEventLoop::new();
    let timer = QTimer::new();
    let quit = event_loop.downgrade();
    timer.on_timeout(move |_| _ = quit.with(QEventLoop::quit));
    timer.start(Duration::from_millis(5));
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < DEADLINE, "the condition does not hold");
        event_loop.exec();
    }
}

#[test]
fn every_format_round_trips() {
    qt::qt(|| {
        for format in WireFormat::ALL {
            let place = Place::new();
            let server = listening(&place, Fortunes::built_in(), format);
            for expected in [None, Some(format)] {
                let answer = ask(Request {
                    format: expected,
                    ..Request::new(place.address("s"))
                })
                .unwrap();
                assert_eq!(answer.format, format);
                assert_eq!(answer.server, place.name("s"));
                assert!(BUILT_IN.contains(&answer.text.as_str()), "{answer:?}");
            }
            assert_eq!(server.served(), 2);
        }
    });
}

#[test]
fn every_fortune_is_sent() {
    qt::qt(|| {
        let place = Place::new();
        let _server = listening(&place, Fortunes::built_in(), WireFormat::Qt5_10);
        let seen: HashSet<String> = (0..200)
            .map(|_| ask(Request::new(place.address("s"))).unwrap().text)
            .collect();
        assert_eq!(seen.len(), 7);
    });
}

#[test]
fn excluded_fortune_is_not_repeated() {
    qt::qt(|| {
        let place = Place::new();
        let two = Fortunes::new(vec!["a".into(), "b".into()]).unwrap();
        let _server = listening(&place, two, WireFormat::Qt5_10);
        let mut before = None;
        for _ in 0..30 {
            let answer = ask(Request {
                exclude: before.clone(),
                ..Request::new(place.address("s"))
            })
            .unwrap();
            assert_ne!(Some(&answer.text), before.as_ref());
            before = Some(answer.text);
        }
    });
}

#[test]
fn excluded_fortune_accepted_after_max_attempts() {
    qt::qt(|| {
        let place = Place::new();
        let one = Fortunes::new(vec!["the only one".into()]).unwrap();
        let server = listening(&place, one, WireFormat::Qt5_10);
        let again = Request {
            exclude: Some("the only one".into()),
            ..Request::new(place.address("s"))
        };
        let outcomes = Rc::new(Cell::new(0));
        assert_eq!(ask_with(&outcomes, again).unwrap().text, "the only one");
        assert_eq!(server.served(), u64::from(MAX_ATTEMPTS));
        assert_eq!(MAX_ATTEMPTS, 20);
        assert_eq!(outcomes.get(), 1);
    });
}

#[test]
fn empty_text_is_a_fortune() {
    let place = Place::new();
    let empty = place.raw_server("s", send(b"\0\0\0\0\0\0\0\0"));
    let name = place.name("s");
    qt::qt(move || {
        let answer = ask(Request::new(Address::Local(name))).unwrap();
        assert_eq!(
            (answer.text.as_str(), answer.format),
            ("", WireFormat::Qt5_10)
        );
    });
    empty.join().unwrap();
}

#[test]
fn request_replaces_the_previous() {
    let place = Place::new();
    let silent = place.raw_server("silent", wait_for_the_end);
    let (silent_name, name) = (place.name("silent"), place.name("s"));
    qt::qt(move || {
        let _server = listening(&place, Fortunes::built_in(), WireFormat::Qt5_10);
        let outcomes = Rc::new(RefCell::new(Vec::new()));
        qt::run(|quit| {
            let (quit, outcomes) = (quit.clone(), outcomes.clone());
            let client = Client::new(move |_, outcome: Outcome| {
                outcomes.borrow_mut().push(outcome);
                quit.quit();
            });
            client.request(Request::new(Address::Local(silent_name)));
            assert!(client.is_busy());
            client.request(Request::new(Address::Local(name)));
            client
        });
        assert_eq!(outcomes.borrow().len(), 1);
        assert!(outcomes.borrow()[0].is_ok());
    });
    silent.join().unwrap();
}

#[test]
fn client_reused_and_dropped_in_its_outcome() {
    qt::qt(|| {
        let place = Place::new();
        let server = listening(&place, Fortunes::built_in(), WireFormat::Qt4);
        let slot: Rc<RefCell<Option<Client>>> = Rc::default();
        let left = Rc::new(Cell::new(5));
        qt::run(|quit| {
            let (quit, own, name) = (quit.clone(), slot.clone(), place.address("s"));
            let client = Client::new(move |_, outcome| {
                outcome.unwrap();
                left.set(left.get() - 1);
                if left.get() == 0 {
                    own.borrow()
                        .as_ref()
                        .unwrap()
                        .request(Request::new(name.clone()));
                    drop(own.take());
                    quit.quit();
                } else {
                    own.borrow()
                        .as_ref()
                        .unwrap()
                        .request(Request::new(name.clone()));
                }
            });
            client.request(Request::new(place.address("s")));
            *slot.borrow_mut() = Some(client);
        });
        qt::settle();
        assert!(server.served() >= 5);
    });
}

#[test]
fn trickling_server_times_out() {
    let place = Place::new();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let slow = place.raw_server("s", move |mut stream| {
        use std::io::Write;
        for byte in [0, 0, 0, 9, 0, 0] {
            // The client may have given up.
            let _ = stream.write_all(&[byte]);
            let _ = wait.recv_timeout(Duration::from_millis(100));
        }
        wait_for_the_end(stream);
    });
    let name = place.name("s");
    qt::qt(move || {
        let limit = Duration::from_millis(250);
        let outcome = ask(Request {
            timeout: limit,
            ..Request::new(Address::Local(name))
        });
        assert_eq!(outcome, Err(RequestError::TimedOut { limit }));
    });
    drop(go);
    slow.join().unwrap();
}

#[test]
fn client_that_never_reads_is_dropped() {
    qt::qt(|| {
        let place = Place::new();
        // More than the system keeps for a client.
        let big = Fortunes::new(vec!["z".repeat(400_000)]).unwrap();
        let mut server = Server::new(&big, WireFormat::Qt5_10, |_| ()).unwrap();
        server.listen(place.address("s"), Access::User).unwrap();
        let mut client = std::os::unix::net::UnixStream::connect(place.path("s")).unwrap();
        run_until(|| server.pending_writes() == 1);
        server.set_linger(Duration::ZERO);
        run_until(|| server.pending_writes() == 0);
        assert_eq!(server.served(), 0);
        let mut got = Vec::new();
        let _ = std::io::Read::read_to_end(&mut client, &mut got);
        assert!(
            !got.is_empty() && got.len() < 800_000,
            "{} bytes",
            got.len()
        );
    });
}

#[test]
fn format_changes_while_listening() {
    qt::qt(|| {
        let place = Place::new();
        let mut server = listening(&place, Fortunes::built_in(), WireFormat::Qt4);
        server
            .set_fortunes(&Fortunes::built_in(), WireFormat::Qt6_8)
            .unwrap();
        assert_eq!(
            ask(Request::new(place.address("s"))).unwrap().format,
            WireFormat::Qt6_8
        );
        let long = Fortunes::new(vec!["x".repeat(40_000)]).unwrap();
        server.set_fortunes(&long, WireFormat::Qt6_8).unwrap();
        let refused = server.set_fortunes(&long, WireFormat::Qt4);
        assert!(
            matches!(refused, Err(ServerError::Encode(_))),
            "{refused:?}"
        );
        assert_eq!(
            ask(Request::new(place.address("s"))).unwrap().text.len(),
            40_000
        );
    });
}

#[test]
fn closed_server_listens_elsewhere() {
    qt::qt(|| {
        let place = Place::new();
        let events = Rc::new(RefCell::new(Vec::new()));
        let log = events.clone();
        let mut server = Server::new(
            &Fortunes::built_in(),
            WireFormat::Qt5_10,
            move |event: Event| {
                log.borrow_mut().push(format!("{event:?}"));
            },
        )
        .unwrap();
        server.listen(place.address("s"), Access::User).unwrap();
        assert_eq!(server.full_address(), place.name("s"));
        server.close();
        assert!(!server.is_listening() && !place.path("s").exists());
        assert_eq!(
            ask(Request::new(place.address("s"))),
            Err(RequestError::NotFound)
        );
        server.listen(place.address("t"), Access::User).unwrap();
        ask(Request::new(place.address("t"))).unwrap();
        assert_eq!(*events.borrow(), ["Served"]);
    });
}

#[test]
fn server_closed_in_its_event_listens_again() {
    qt::qt(|| {
        let place = Place::new();
        let slot: Rc<RefCell<Option<Server>>> = Rc::default();
        let own = slot.clone();
        let address = place.address("s");
        let on_event = move |event| {
            assert_eq!(event, Event::Served);
            let mut server = own.borrow_mut();
            let server = server.as_mut().unwrap();
            server.close();
            server.listen(address.clone(), Access::User).unwrap();
        };
        let mut server = Server::new(&Fortunes::built_in(), WireFormat::Qt5_10, on_event).unwrap();
        server.listen(place.address("s"), Access::User).unwrap();
        slot.replace(Some(server));
        for _ in 0..3 {
            ask(Request::new(place.address("s"))).unwrap();
        }
        slot.take();
    });
}

#[test]
fn server_dropped_in_its_event() {
    qt::qt(|| {
        let place = Place::new();
        let slot: Rc<RefCell<Option<Server>>> = Rc::default();
        let own = slot.clone();
        let on_event = move |_| drop(own.take());
        let mut server = Server::new(&Fortunes::built_in(), WireFormat::Qt5_10, on_event).unwrap();
        server.listen(place.address("s"), Access::User).unwrap();
        slot.replace(Some(server));
        ask(Request::new(place.address("s"))).unwrap();
        assert!(slot.borrow().is_none() && !place.path("s").exists());
        let again = ask(Request::new(place.address("s")));
        assert_eq!(again, Err(RequestError::NotFound));
    });
}
