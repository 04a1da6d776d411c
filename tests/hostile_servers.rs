// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Servers that mean no good, and our client: it ends in time, keeps little, and shows nothing wrong.

use std::cell::RefCell;
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::support::{CLIENT, DEADLINE, Finished, Place, finish, qt, timed, wait_for_the_end};
use local_fortune_core::address::Address;
use local_fortune_core::client::{Client, Outcome, Request, RequestError};
use local_fortune_core::wire::WireFormat;
use rustix::io::Errno;
use rustix::net::sockopt::{set_socket_send_buffer_size, set_socket_send_buffer_size_force};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};

/// "Hi" in each format.
const HI: [(WireFormat, &[u8]); 4] = [
    (WireFormat::Qt4, b"\0\x08\0\0\0\x04\0H\0i"),
    (WireFormat::Qt5_6, b"\0\0\0\x08\0\0\0\x04\0H\0i"),
    (WireFormat::Qt5_10, b"\0\0\0\x02\0\0\0\x04\0H\0i"),
    (WireFormat::Qt6_8, b"\0\0\0\x04\0H\0i"),
];

/// The address space of a client that may not grow: less than twice what it needs to start.
const KIBIBYTES: u32 = 320_000;

/// What comes of requests, one after the other.
fn ask_all(requests: impl IntoIterator<Item = Request>) -> Vec<Outcome> {
    requests.into_iter().map(|it| ask(it, || {})).collect()
}

/// What comes of a request; `meanwhile` runs when it is under way.
fn ask(request: Request, meanwhile: impl FnOnce()) -> Outcome {
    let came = Rc::new(RefCell::new(None));
    qt::run(|quit| {
        let (quit, came) = (quit.clone(), came.clone());
        let client = Client::new(move |_, outcome| {
            *came.borrow_mut() = Some(outcome);
            quit.quit();
        });
        client.request(request);
        meanwhile();
        client
    });
    came.take().unwrap()
}

/// Our client as a process that must do with little memory.
fn small_client(place: &Place, args: &[&str]) -> Command {
    let mut client = place.command("sh");
    client
        .env_remove("QT_QPA_PLATFORM")
        .args([
            "-c",
            &format!("ulimit -v {KIBIBYTES} && exec \"$0\" \"$@\""),
        ])
        .arg(CLIENT)
        .args(args);
    client
}

fn said(client: &Finished) -> &str {
    assert_eq!(
        (client.status, client.stdout.as_str()),
        (1, ""),
        "{client:?}"
    );
    let error = client
        .stderr
        .strip_prefix("fortune-get: The following error occurred: ");
    error.unwrap_or_else(|| panic!("{client:?}")).trim_end()
}

#[test]
fn endless_message_stops_at_the_limit() {
    for (beginning, error) in [
        (
            &b"\0\x07\xff\xfc\0\x0f\xff\xf8"[..],
            "the message goes on after the fortune.",
        ),
        (
            b"\0\x0f\xff\xfc\0H\0i",
            "the message goes on after the fortune.",
        ),
        (
            b"\0\0\0\x02\0\0\0\x04\0H\0i",
            "the message goes on after the fortune.",
        ),
        (b"\0\0\0\0", "the message goes on after the fortune."),
        (
            b"garbage garbage!",
            "the message has 1734439526 bytes, but only 1048576 are allowed.",
        ),
    ] {
        let place = Place::new();
        let (tell, sent) = channel();
        let server = place.raw_server("s", move |mut stream| {
            stream.set_write_timeout(Some(DEADLINE)).unwrap();
            let mut count = 0;
            let mut next = stream.write(beginning);
            while let Ok(more) = next {
                count += more;
                next = stream.write(&[0; 65_536]);
            }
            tell.send((count, next.unwrap_err().kind())).unwrap();
        });
        let client = finish(small_client(&place, &["s"]));
        assert_eq!(said(&client), error, "{beginning:02x?}");
        server.join().unwrap();
        let (count, end) = sent.recv().unwrap();
        assert!(
            matches!(end, ErrorKind::BrokenPipe | ErrorKind::ConnectionReset),
            "{end}"
        );
        // The longest message, and what the system keeps for the two.
        assert!(count < 8 << 20, "{count} bytes were taken");
    }
}

#[test]
fn client_memory_bounded_with_full_socket_buffer() {
    let place = Place::new();
    let listener = place.listener("s");
    let child = small_client(&place, &["s"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    // Stopped, so that it finds all of it at once.
    let signal = |name: &str| {
        let id = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([name, &id])
                .status()
                .unwrap()
                .success()
        );
    };
    signal("-STOP");
    const MUCH: usize = 256 << 20;
    // Only a privileged server may do so, unless the system's limits are high.
    if set_socket_send_buffer_size_force(&stream, 4 * MUCH).is_err() {
        set_socket_send_buffer_size(&stream, 4 * MUCH).unwrap();
    }
    stream.set_nonblocking(true).unwrap();
    let mut count = 0;
    while count < MUCH {
        match stream.write(&[0; 1 << 20]) {
            Ok(more) => count += more,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("{error}"),
        }
    }
    signal("-CONT");
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stderr).trim_end()
        ),
        (
            Some(1),
            "fortune-get: The following error occurred: the message goes on after the fortune."
        ),
        "{count} bytes"
    );
}

#[test]
fn length_of_4_gib_is_refused_at_once() {
    for (beginning, bytes) in [
        (&b"\xff\xff\xff\xfe\0H\0i\0!"[..], "4294967298"),
        (b"\x7f\xff\xff\xff\xff\xff\xff\xfe\0H", "4294967302"),
        (b"\xff\xff\xff\xfc\xff\xff\xff\xf8\0H", "4294967296"),
    ] {
        let place = Place::new();
        let server = place.raw_server("s", move |mut stream| {
            stream.write_all(beginning).unwrap();
            wait_for_the_end(stream);
        });
        let client = finish(small_client(&place, &["s"]));
        let error = format!("the message has {bytes} bytes, but only 1048576 are allowed.");
        assert_eq!(said(&client), error);
        server.join().unwrap();
    }
}

#[test]
fn trickled_bytes_do_not_extend_the_timeout() {
    let place = Place::new();
    let server = place.raw_server("s", move |mut stream| {
        let (_keep, tick) = channel::<()>();
        let mut next = stream.write(b"\0\0\x40\0\0\0\x80\0");
        while next.is_ok() {
            let _ = tick.recv_timeout(Duration::from_millis(20));
            next = stream.write(b"\0");
        }
    });
    let limit = Duration::from_millis(400);
    let name = place.name("s");
    let (outcome, took) = timed(|| {
        qt::qt(move || {
            let timeout = limit;
            ask(
                Request {
                    timeout,
                    ..Request::new(Address::Local(name))
                },
                || {},
            )
        })
    });
    assert_eq!(outcome, Err(RequestError::TimedOut { limit }));
    assert!(took >= limit, "{took:?}");
    server.join().unwrap();
}

#[test]
fn whole_fortune_is_shown_at_the_time_limit() {
    let place = Place::new();
    let server = place.raw_server("s", |mut stream| {
        stream.write_all(HI[2].1).unwrap();
        wait_for_the_end(stream);
    });
    let name = place.name("s");
    qt::qt(move || {
        let timeout = Duration::from_millis(150);
        let answer = ask(
            Request {
                timeout,
                ..Request::new(Address::Local(name))
            },
            || {},
        )
        .unwrap();
        assert_eq!(
            (answer.text.as_str(), answer.format),
            ("Hi", WireFormat::Qt5_10)
        );
    });
    server.join().unwrap();
}

#[test]
fn server_closing_at_any_byte_gives_no_text() {
    let place = Place::new();
    let listener = place.listener("s");
    // Each cut is asked for in any format and in the right one.
    let cuts = HI.iter().flat_map(|&(format, message)| {
        (0..message.len())
            .flat_map(move |at| [(None, &message[..at]), (Some(format), &message[..at])])
    });
    let cuts: Vec<(Option<WireFormat>, &[u8])> = cuts.collect();
    let sent = cuts.clone();
    let server = thread::spawn(move || {
        for (_, part) in sent {
            listener.accept().unwrap().0.write_all(part).unwrap();
        }
    });
    let name = place.name("s");
    qt::qt(move || {
        assert_eq!(cuts.len(), 2 * (10 + 12 + 12 + 8));
        let requests = cuts.iter().map(|&(format, _)| Request {
            format,
            ..Request::new(Address::Local(name.to_string()))
        });
        for (outcome, cut) in ask_all(requests).into_iter().zip(&cuts) {
            assert_eq!(outcome, Err(RequestError::ClosedEarly), "{cut:02x?}");
        }
    });
    server.join().unwrap();
}

#[test]
fn server_gone_at_repeated_request_is_an_error() {
    for (leaves_its_name, error) in [
        (false, RequestError::NotFound),
        (true, RequestError::Refused),
    ] {
        let place = Place::new();
        let path = place.path("s");
        let listener = place.listener("s");
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // Also where another test's child has it for the moment between fork and exec.
            rustix::net::shutdown(&listener, rustix::net::Shutdown::Both).unwrap();
            drop(listener);
            if !leaves_its_name {
                fs::remove_file(path).unwrap();
            }
            stream.write_all(HI[3].1).unwrap();
        });
        let again = Request {
            exclude: Some("Hi".into()),
            ..Request::new(place.address("s"))
        };
        assert_eq!(qt::qt(move || ask(again, || {})), Err(error));
        server.join().unwrap();
    }
}

#[test]
fn repeating_server_is_asked_twenty_times() {
    let place = Place::new();
    let listener = place.listener("s");
    let (stop, stopped) = channel();
    let server = thread::spawn(move || {
        let mut count = 0;
        for mut stream in listener.incoming().flatten() {
            if stopped.try_recv().is_ok() {
                break;
            }
            count += 1;
            stream.write_all(HI[0].1).unwrap();
        }
        count
    });
    let again = Request {
        exclude: Some("Hi".into()),
        ..Request::new(place.address("s"))
    };
    assert_eq!(qt::qt(move || ask(again, || {})).unwrap().text, "Hi");
    stop.send(()).unwrap();
    drop(UnixStream::connect(place.path("s")));
    assert_eq!(server.join().unwrap(), 20);
}

/// A server that takes nobody, with so many clients before it that the system lets none wait more.
struct Full {
    listener: UnixListener,
    waiting: Vec<OwnedFd>,
}

impl Full {
    fn new(place: &Place) -> Self {
        let address = SocketAddrUnix::new(place.path("s")).unwrap();
        let socket = || {
            let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
            rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).unwrap()
        };
        let listener = socket();
        rustix::net::bind(&listener, &address).unwrap();
        rustix::net::listen(&listener, 1).unwrap();
        let mut waiting = Vec::new();
        loop {
            let one = socket();
            match rustix::net::connect(&one, &address) {
                Ok(()) => waiting.push(one),
                Err(Errno::AGAIN) => break,
                Err(error) => panic!("{error}"),
            }
        }
        let listener = UnixListener::from(listener);
        listener.set_nonblocking(false).unwrap();
        Self { listener, waiting }
    }
}

/// The processor time of a client that waits a second in vain, in seconds.
fn burnt(place: &Place) -> f64 {
    let mut command = place.command(CLIENT);
    command.env_remove("QT_QPA_PLATFORM");
    let mut child = command
        .args(["s", "--timeout", "1000"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Closed when the process has ended, which leaves its figures until it is waited for.
    let mut text = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert!(
        text.ends_with("no fortune arrived within 1000 ms.\n"),
        "{text}"
    );
    let stat = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
    child.wait().unwrap();
    let after_the_name = stat.rsplit_once(')').unwrap().1;
    let ticks = after_the_name.split_whitespace().skip(11).take(2);
    ticks.map(|it| it.parse::<f64>().unwrap()).sum::<f64>() / 100.0
}

#[test]
fn waiting_for_full_backlog_uses_no_cpu() {
    let place = Place::new();
    let silent = place.raw_server("s", wait_for_the_end);
    let for_an_answer = burnt(&place);
    silent.join().unwrap();
    let place = Place::new();
    let full = Full::new(&place);
    let for_a_place = burnt(&place);
    assert!(!full.waiting.is_empty());
    assert!(
        for_a_place < for_an_answer + 0.2,
        "{for_a_place} s, but {for_an_answer} s before a server that is silent"
    );
}

#[test]
fn full_backlog_is_retried() {
    let place = Place::new();
    let full = Full::new(&place);
    let (go, wait): (_, Receiver<()>) = channel();
    let server = thread::spawn(move || {
        wait.recv().unwrap();
        let strangers = full.waiting.len();
        for (number, mut stream) in full.listener.incoming().flatten().enumerate() {
            if number == strangers {
                return stream.write_all(HI[1].1).unwrap();
            }
        }
    });
    let name = place.name("s");
    // When `ask` has returned, the system has said that there is no room.
    let outcome = qt::qt(move || {
        ask(Request::new(Address::Local(name)), move || {
            go.send(()).unwrap()
        })
    });
    assert_eq!(outcome.unwrap().text, "Hi");
    server.join().unwrap();
}
