// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Our server with our client in one process, on the real sockets.

#![cfg(unix)]

mod support;

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::rc::Rc;
use std::time::Duration;

use local_fortune::client::{Client, MOST_TRIES, Outcome, Request, RequestError};
use local_fortune::fortunes::Fortunes;
use local_fortune::server::{Address, Event, Server, ServerError};
use local_fortune::wire::WireFormat;
use support::{BUILT_IN, Place, qt, wait_for_the_end};

fn listening(place: &Place, fortunes: Fortunes, format: WireFormat) -> Server {
    let mut server = Server::new(fortunes, format, |_| {}).unwrap();
    server.listen(at(place)).unwrap();
    server
}

fn at(place: &Place) -> Address {
    Address {
        name: place.name("s"),
        ..Address::default()
    }
}

/// What comes of one request.
fn ask(request: Request) -> Outcome {
    ask_with(&Rc::new(Cell::new(0)), request)
}

fn ask_with(outcomes: &Rc<Cell<u32>>, request: Request) -> Outcome {
    let came = Rc::new(RefCell::new(None));
    qt::run(|quit| {
        let (quit, came, count) = (quit.clone(), came.clone(), outcomes.clone());
        let client = Client::new(move |outcome| {
            count.set(count.get() + 1);
            *came.borrow_mut() = Some(outcome);
            quit.quit();
        });
        client.ask(request);
        client
    });
    came.take().unwrap()
}

#[test]
fn every_format_goes_through() {
    qt::qt(|| {
        for format in WireFormat::ALL {
            let place = Place::new();
            let server = listening(&place, Fortunes::built_in(), format);
            for expected in [None, Some(format)] {
                let answer = ask(Request {
                    format: expected,
                    ..Request::new(place.name("s"))
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
fn the_choice_is_among_all_fortunes() {
    qt::qt(|| {
        let place = Place::new();
        let _server = listening(&place, Fortunes::built_in(), WireFormat::Qt5_10);
        let seen: HashSet<String> = (0..200)
            .map(|_| ask(Request::new(place.name("s"))).unwrap().text)
            .collect();
        assert_eq!(seen.len(), 7);
    });
}

#[test]
fn a_fortune_is_not_told_twice_in_a_row() {
    qt::qt(|| {
        let place = Place::new();
        let two = Fortunes::new(vec!["a".into(), "b".into()]).unwrap();
        let _server = listening(&place, two, WireFormat::Qt5_10);
        let mut before = None;
        for _ in 0..30 {
            let answer = ask(Request {
                other_than: before.clone(),
                ..Request::new(place.name("s"))
            })
            .unwrap();
            assert_ne!(Some(&answer.text), before.as_ref());
            before = Some(answer.text);
        }
    });
}

#[test]
fn the_only_fortune_is_shown_after_twenty_tries() {
    qt::qt(|| {
        let place = Place::new();
        let one = Fortunes::new(vec!["the only one".into()]).unwrap();
        let server = listening(&place, one, WireFormat::Qt5_10);
        let again = Request {
            other_than: Some("the only one".into()),
            ..Request::new(place.name("s"))
        };
        let outcomes = Rc::new(Cell::new(0));
        assert_eq!(ask_with(&outcomes, again).unwrap().text, "the only one");
        assert_eq!(server.served(), u64::from(MOST_TRIES));
        assert_eq!(MOST_TRIES, 20);
        assert_eq!(outcomes.get(), 1);
    });
}

#[test]
fn an_empty_text_is_a_text() {
    let place = Place::new();
    let empty = place.raw_server("s", support::send(b"\0\0\0\0\0\0\0\0"));
    let name = place.name("s");
    qt::qt(move || {
        let answer = ask(Request::new(name)).unwrap();
        assert_eq!(
            (answer.text.as_str(), answer.format),
            ("", WireFormat::Qt5_10)
        );
    });
    empty.join().unwrap();
}

#[test]
fn a_request_replaces_the_one_before() {
    let place = Place::new();
    let silent = place.raw_server("silent", wait_for_the_end);
    let (silent_name, name) = (place.name("silent"), place.name("s"));
    qt::qt(move || {
        let _server = listening(&place, Fortunes::built_in(), WireFormat::Qt5_10);
        let outcomes = Rc::new(RefCell::new(Vec::new()));
        qt::run(|quit| {
            let (quit, outcomes) = (quit.clone(), outcomes.clone());
            let client = Client::new(move |outcome: Outcome| {
                outcomes.borrow_mut().push(outcome);
                quit.quit();
            });
            client.ask(Request::new(silent_name));
            assert!(client.is_asking());
            client.ask(Request::new(name));
            client
        });
        assert_eq!(outcomes.borrow().len(), 1);
        assert!(outcomes.borrow()[0].is_ok());
    });
    silent.join().unwrap();
}

#[test]
fn a_client_may_ask_again_from_its_outcome_and_be_dropped_while_asking() {
    qt::qt(|| {
        let place = Place::new();
        let server = listening(&place, Fortunes::built_in(), WireFormat::Qt4);
        let slot: Rc<RefCell<Option<Client>>> = Rc::default();
        let left = Rc::new(Cell::new(5));
        qt::run(|quit| {
            let (quit, own, name) = (quit.clone(), slot.clone(), place.name("s"));
            let client = Client::new(move |outcome| {
                outcome.unwrap();
                left.set(left.get() - 1);
                if left.get() == 0 {
                    own.borrow()
                        .as_ref()
                        .unwrap()
                        .ask(Request::new(name.as_str()));
                    drop(own.take());
                    quit.quit();
                } else {
                    own.borrow()
                        .as_ref()
                        .unwrap()
                        .ask(Request::new(name.as_str()));
                }
            });
            client.ask(Request::new(place.name("s")));
            *slot.borrow_mut() = Some(client);
        });
        qt::settle();
        assert!(server.served() >= 5);
    });
}

#[test]
fn a_trickling_server_is_cut_off_at_the_limit() {
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
            ..Request::new(name)
        });
        assert_eq!(outcome, Err(RequestError::TimedOut { limit }));
    });
    drop(go);
    slow.join().unwrap();
}

#[test]
fn clients_that_do_not_read_are_dropped_after_a_while() {
    qt::qt(|| {
        let place = Place::new();
        // More than the system keeps for a client.
        let big = Fortunes::new(vec!["z".repeat(400_000)]).unwrap();
        let mut server = Server::new(big, WireFormat::Qt5_10, |_| ()).unwrap();
        server.listen(at(&place)).unwrap();
        let mut client = std::os::unix::net::UnixStream::connect(place.path("s")).unwrap();
        // The time limit of a request elsewhere is long enough for the server to look round.
        let look_round = || {
            let silent = place.raw_server("silent", wait_for_the_end);
            let limit = Duration::from_millis(600);
            let waited = ask(Request {
                timeout: limit,
                ..Request::new(place.name("silent"))
            });
            assert_eq!(waited, Err(RequestError::TimedOut { limit }));
            silent.join().unwrap();
            std::fs::remove_file(place.path("silent")).unwrap();
        };
        look_round();
        assert_eq!(server.leaving(), 1);
        server.set_linger(Duration::ZERO);
        look_round();
        assert_eq!((server.leaving(), server.served()), (0, 0));
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
fn the_format_can_change_while_the_server_runs() {
    qt::qt(|| {
        let place = Place::new();
        let mut server = listening(&place, Fortunes::built_in(), WireFormat::Qt4);
        server.set_format(WireFormat::Qt6_8).unwrap();
        assert_eq!(
            ask(Request::new(place.name("s"))).unwrap().format,
            WireFormat::Qt6_8
        );
        let long = Fortunes::new(vec!["x".repeat(40_000)]).unwrap();
        server.set_fortunes(long, WireFormat::Qt6_8).unwrap();
        let refused = server.set_format(WireFormat::Qt4);
        assert!(
            matches!(refused, Err(ServerError::Encode(_))),
            "{refused:?}"
        );
        assert_eq!(server.format(), WireFormat::Qt6_8);
        assert_eq!(
            ask(Request::new(place.name("s"))).unwrap().text.len(),
            40_000
        );
    });
}

#[test]
fn a_closed_server_can_listen_again_elsewhere() {
    qt::qt(|| {
        let place = Place::new();
        let events = Rc::new(RefCell::new(Vec::new()));
        let log = events.clone();
        let mut server = Server::new(
            Fortunes::built_in(),
            WireFormat::Qt5_10,
            move |event: Event| {
                log.borrow_mut().push(format!("{event:?}"));
            },
        )
        .unwrap();
        server.listen(at(&place)).unwrap();
        assert_eq!(server.full_server_name(), place.name("s"));
        server.close();
        assert!(!server.is_listening() && !place.path("s").exists());
        assert_eq!(
            ask(Request::new(place.name("s"))),
            Err(RequestError::NotFound)
        );
        server
            .listen(Address {
                name: place.name("t"),
                ..Address::default()
            })
            .unwrap();
        ask(Request::new(place.name("t"))).unwrap();
        assert_eq!(*events.borrow(), ["Served"]);
    });
}
