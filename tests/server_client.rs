// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Our server with our client in one process, on the real sockets.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::time::{Duration, Instant};
use std::{fs, io, thread};

use crate::support::{BUILT_IN, DEADLINE, TestDir, qt, send, timed, wait_for_eof};
use cxx_qt_network::{ListenError, QEventLoop, QTimer};
use local_fortune_core::address::Address;
use local_fortune_core::client::{Client, MAX_ATTEMPTS, Outcome, Request, RequestError};
use local_fortune_core::fortunes::Fortunes;
use local_fortune_core::server::{Access, Event, Interruption, LINGER, Server, ServerError};
use local_fortune_core::wire::WireFormat;

fn listening(dir: &TestDir, fortunes: Fortunes, format: WireFormat) -> Server {
    let mut server = Server::new(&fortunes, format, |_| {}).unwrap();
    server.listen(dir.address("s"), Access::User).unwrap();
    server
}

/// The outcome of one request.
fn outcome_of(request: Request) -> Outcome {
    outcome_with(&Rc::new(Cell::new(0)), request)
}

fn outcome_with(outcomes: &Rc<Cell<u32>>, request: Request) -> Outcome {
    let result = Rc::new(RefCell::new(None));
    qt::run(|quit| {
        let (quit, result, count) = (quit.clone(), result.clone(), outcomes.clone());
        let client = Client::new(move |_, outcome| {
            count.set(count.get() + 1);
            *result.borrow_mut() = Some(outcome);
            quit.quit();
        });
        client.request(request);
        client
    });
    result.take().unwrap()
}

/// Runs the event loop until the condition is true.
fn run_until(condition: impl Fn() -> bool) {
    let event_loop = QEventLoop::new();
    let timer = QTimer::new();
    let quit = event_loop.downgrade();
    timer.on_timeout(move |_| _ = quit.with(QEventLoop::quit));
    timer.start(Duration::from_millis(5));
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < DEADLINE, "the condition is still false");
        event_loop.exec();
    }
}

#[test]
fn every_format_round_trips() {
    qt::qt(|| {
        for format in WireFormat::ALL {
            let dir = TestDir::new();
            let server = listening(&dir, Fortunes::built_in(), format);
            for expected in [None, Some(format)] {
                let answer = outcome_of(Request {
                    format: expected,
                    ..Request::new(dir.address("s"))
                })
                .unwrap();
                assert_eq!(answer.format, format);
                assert_eq!(answer.server, dir.name("s"));
                assert!(BUILT_IN.contains(&answer.text.as_str()), "{answer:?}");
            }
            assert_eq!(server.served(), 2);
        }
    });
}

#[test]
fn every_fortune_is_sent() {
    qt::qt(|| {
        let dir = TestDir::new();
        let _server = listening(&dir, Fortunes::built_in(), WireFormat::Qt5_10);
        let seen: HashSet<String> = (0..200)
            .map(|_| outcome_of(Request::new(dir.address("s"))).unwrap().text)
            .collect();
        assert_eq!(seen.len(), 7);
    });
}

#[test]
fn excluded_fortune_is_not_repeated() {
    qt::qt(|| {
        let dir = TestDir::new();
        let two = Fortunes::new(vec!["a".into(), "b".into()]).unwrap();
        let _server = listening(&dir, two, WireFormat::Qt5_10);
        let mut before = None;
        for _ in 0..30 {
            let answer = outcome_of(Request {
                exclude: before.clone(),
                ..Request::new(dir.address("s"))
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
        let dir = TestDir::new();
        let one = Fortunes::new(vec!["the only one".into()]).unwrap();
        let server = listening(&dir, one, WireFormat::Qt5_10);
        let again = Request {
            exclude: Some("the only one".into()),
            ..Request::new(dir.address("s"))
        };
        let outcomes = Rc::new(Cell::new(0));
        assert_eq!(outcome_with(&outcomes, again).unwrap().text, "the only one");
        assert_eq!(server.served(), u64::from(MAX_ATTEMPTS));
        assert_eq!(MAX_ATTEMPTS, 20);
        assert_eq!(outcomes.get(), 1);
    });
}

#[test]
fn empty_text_is_a_fortune() {
    let dir = TestDir::new();
    let empty = dir.raw_server("s", send(b"\0\0\0\0\0\0\0\0"));
    let name = dir.name("s");
    qt::qt(move || {
        let answer = outcome_of(Request::new(Address::Local(name))).unwrap();
        assert_eq!(
            (answer.text.as_str(), answer.format),
            ("", WireFormat::Qt5_10)
        );
    });
    empty.join().unwrap();
}

#[test]
fn request_replaces_the_previous() {
    let dir = TestDir::new();
    let silent = dir.raw_server("silent", wait_for_eof);
    let (silent_name, name) = (dir.name("silent"), dir.name("s"));
    qt::qt(move || {
        let _server = listening(&dir, Fortunes::built_in(), WireFormat::Qt5_10);
        let outcomes = Rc::new(RefCell::new(Vec::new()));
        qt::run(|quit| {
            let (quit, outcomes) = (quit.clone(), outcomes.clone());
            let client = Client::new(move |_, outcome: Outcome| {
                outcomes.borrow_mut().push(outcome);
                quit.quit();
            });
            assert_eq!(format!("{client:?}"), "Client { is_busy: false, .. }");
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
        let dir = TestDir::new();
        let server = listening(&dir, Fortunes::built_in(), WireFormat::Qt4);
        let slot: Rc<RefCell<Option<Client>>> = Rc::default();
        let left = Rc::new(Cell::new(5));
        qt::run(|quit| {
            let (quit, own, name) = (quit.clone(), slot.clone(), dir.address("s"));
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
            client.request(Request::new(dir.address("s")));
            *slot.borrow_mut() = Some(client);
        });
        qt::settle();
        assert!(server.served() >= 5);
    });
}

#[test]
fn trickling_server_times_out() {
    let dir = TestDir::new();
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let slow = dir.raw_server("s", move |mut stream| {
        use std::io::Write;
        for byte in [0, 0, 0, 9, 0, 0] {
            // The client may have timed out.
            let _ = stream.write_all(&[byte]);
            let _ = wait.recv_timeout(Duration::from_millis(100));
        }
        wait_for_eof(stream);
    });
    let name = dir.name("s");
    qt::qt(move || {
        let limit = Duration::from_millis(250);
        let outcome = outcome_of(Request {
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
        let dir = TestDir::new();
        // More than the socket buffer holds.
        let big = Fortunes::new(vec!["z".repeat(400_000)]).unwrap();
        let no_event = |event| panic!("{event:?}");
        let mut server = Server::new(&big, WireFormat::Qt5_10, no_event).unwrap();
        server.listen(dir.address("s"), Access::User).unwrap();
        let mut client = UnixStream::connect(dir.path("s")).unwrap();
        run_until(|| server.pending_writes() == 1);
        server.set_linger(Duration::ZERO);
        let (_, took) = timed(|| run_until(|| server.pending_writes() == 0));
        assert!(took < LINGER / 2, "{took:?}");
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
fn slow_client_counts_when_it_has_read_all() {
    qt::qt(|| {
        let dir = TestDir::new();
        let big = Fortunes::new(vec!["z".repeat(400_000)]).unwrap();
        let server = listening(&dir, big, WireFormat::Qt5_10);
        let path = dir.path("s");
        let client = UnixStream::connect(&path).unwrap();
        run_until(|| server.pending_writes() == 1);
        assert_eq!(server.served(), 0);
        let reader = thread::spawn(move || io::copy(&mut &client, &mut io::sink()));
        run_until(|| server.served() == 1);
        assert_eq!(server.pending_writes(), 0);
        assert_eq!(reader.join().unwrap().unwrap(), 8 + 2 * 400_000);
    });
}

#[test]
fn backlog_is_served_in_batches() {
    qt::qt(|| {
        let dir = TestDir::new();
        let events = Rc::new(Cell::new(0));
        let count = events.clone();
        let on_event = move |event| {
            assert_eq!(event, Event::Served);
            count.set(count.get() + 1);
        };
        let mut server = Server::new(&Fortunes::built_in(), WireFormat::Qt5_10, on_event).unwrap();
        server.listen(dir.address("s"), Access::User).unwrap();
        for (clients, batches) in [(1, 1), (3 * 64 + 1, 4)] {
            let (before, sent) = (events.get(), server.served());
            let waiting: Vec<_> = (0..clients)
                .map(|_| UnixStream::connect(dir.path("s")).unwrap())
                .collect();
            run_until(|| server.served() == sent + clients);
            assert_eq!(events.get() - before, batches, "{clients} clients");
            drop(waiting);
        }
    });
}

#[test]
fn format_changes_while_listening() {
    qt::qt(|| {
        let dir = TestDir::new();
        let mut server = listening(&dir, Fortunes::built_in(), WireFormat::Qt4);
        server
            .set_fortunes(&Fortunes::built_in(), WireFormat::Qt6_8)
            .unwrap();
        assert_eq!(
            outcome_of(Request::new(dir.address("s"))).unwrap().format,
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
            outcome_of(Request::new(dir.address("s")))
                .unwrap()
                .text
                .len(),
            40_000
        );
    });
}

#[test]
fn closed_server_listens_elsewhere() {
    qt::qt(|| {
        let dir = TestDir::new();
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
        server.listen(dir.address("s"), Access::User).unwrap();
        assert!(server.is_listening());
        assert_eq!(server.full_address(), dir.name("s"));
        assert_eq!(
            format!("{server:?}"),
            format!("Server {{ full_address: {:?}, .. }}", dir.name("s"))
        );
        server.close();
        assert_eq!(server.full_address(), "");
        assert!(!server.is_listening() && !dir.path("s").exists());
        assert_eq!(
            outcome_of(Request::new(dir.address("s"))),
            Err(RequestError::NotFound)
        );
        server.listen(dir.address("t"), Access::User).unwrap();
        outcome_of(Request::new(dir.address("t"))).unwrap();
        assert_eq!(*events.borrow(), ["Served"]);
    });
}

#[test]
#[cfg(target_os = "linux")]
fn closed_abstract_server_is_not_found() {
    qt::qt(|| {
        let dir = TestDir::new();
        let name = format!("closed{}", dir.name("a").replace('/', "-"));
        let address = Address::Abstract(name.clone());
        let fortunes = Fortunes::built_in();
        let mut server = Server::new(&fortunes, WireFormat::Qt5_10, |_| {}).unwrap();
        server.listen(address.clone(), Access::User).unwrap();
        assert_eq!(server.full_address(), format!("abstract:{name}"));
        let answer = outcome_of(Request::new(address.clone())).unwrap();
        assert_eq!(answer.server, format!("abstract:{name}"));
        server.close();
        assert_eq!(server.full_address(), "");
        let refused = outcome_of(Request::new(address));
        assert_eq!(refused, Err(RequestError::Refused));
    });
}

#[test]
fn interruption_is_reported_once() {
    qt::qt(|| {
        let dir = TestDir::new();
        let events = Rc::new(RefCell::new(Vec::new()));
        let log = events.clone();
        let on_event = move |event| log.borrow_mut().push(event);
        let mut server = Server::new(&Fortunes::built_in(), WireFormat::Qt5_10, on_event).unwrap();
        server.listen(dir.address("s"), Access::User).unwrap();
        // Longer than from one health check to the next.
        let run_a_check = || {
            let start = Instant::now();
            run_until(|| start.elapsed() > Duration::from_millis(1_200));
        };
        run_a_check();
        fs::write(dir.path("theirs"), "").unwrap();
        fs::rename(dir.path("theirs"), dir.path("s")).unwrap();
        run_until(|| !events.borrow().is_empty());
        run_a_check();
        assert_eq!(
            *events.borrow(),
            [Event::Interrupted(Interruption::NameTaken)]
        );
        assert!(server.is_listening());
        let listened = server.listen(dir.address("t"), Access::User);
        assert!(matches!(
            listened,
            Err(ServerError::Listen(ListenError::AlreadyListening))
        ));
        fs::remove_file(dir.path("s")).unwrap();
        run_until(|| events.borrow().len() > 1);
        run_a_check();
        assert_eq!(events.borrow()[1..], [Event::Resumed]);
    });
}

#[test]
fn server_closed_in_its_event_listens_again() {
    qt::qt(|| {
        let dir = TestDir::new();
        let slot: Rc<RefCell<Option<Server>>> = Rc::default();
        let own = slot.clone();
        let address = dir.address("s");
        let on_event = move |event| {
            assert_eq!(event, Event::Served);
            let mut server = own.borrow_mut();
            let server = server.as_mut().unwrap();
            server.close();
            server.listen(address.clone(), Access::User).unwrap();
        };
        let mut server = Server::new(&Fortunes::built_in(), WireFormat::Qt5_10, on_event).unwrap();
        server.listen(dir.address("s"), Access::User).unwrap();
        slot.replace(Some(server));
        for _ in 0..3 {
            outcome_of(Request::new(dir.address("s"))).unwrap();
        }
        slot.take();
    });
}

#[test]
fn server_dropped_in_its_event() {
    qt::qt(|| {
        let dir = TestDir::new();
        let slot: Rc<RefCell<Option<Server>>> = Rc::default();
        let own = slot.clone();
        let on_event = move |_| drop(own.take());
        let mut server = Server::new(&Fortunes::built_in(), WireFormat::Qt5_10, on_event).unwrap();
        server.listen(dir.address("s"), Access::User).unwrap();
        slot.replace(Some(server));
        outcome_of(Request::new(dir.address("s"))).unwrap();
        assert!(slot.borrow().is_none() && !dir.path("s").exists());
        let again = outcome_of(Request::new(dir.address("s")));
        assert_eq!(again, Err(RequestError::NotFound));
    });
}
