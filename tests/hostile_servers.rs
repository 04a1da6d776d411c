// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Hostile servers: the client finishes in time, uses little memory, and shows no wrong text.

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::support::{
    CLIENT, DEADLINE, Finished, TestDir, finish, outcome_of, qt, timed, wait_for_eof,
};
use local_fortune_core::address::Address;
use local_fortune_core::client::{Outcome, Request, RequestError};
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

/// The limit of a client's address space: less than twice its size after the start.
const KIBIBYTES: u32 = 320_000;

/// The outcomes of sequential requests.
fn outcomes_of(requests: impl IntoIterator<Item = Request>) -> Vec<Outcome> {
    requests
        .into_iter()
        .map(|it| outcome_of(it, || {}))
        .collect()
}

/// The command of our client with a limited address space.
fn limited_client(dir: &TestDir, args: &[&str]) -> Command {
    let mut client = dir.command("sh");
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

fn error_text(client: &Finished) -> &str {
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
        let dir = TestDir::new();
        let (tell, sent) = channel();
        let server = dir.raw_server("s", move |mut stream| {
            stream.set_write_timeout(Some(DEADLINE)).unwrap();
            let mut count = 0;
            let mut next = stream.write(beginning);
            while let Ok(more) = next {
                count += more;
                next = stream.write(&[0; 65_536]);
            }
            tell.send((count, next.unwrap_err().kind())).unwrap();
        });
        let client = finish(limited_client(&dir, &["s"]));
        assert_eq!(error_text(&client), error, "{beginning:02x?}");
        server.join().unwrap();
        let (count, end) = sent.recv().unwrap();
        assert!(
            matches!(end, ErrorKind::BrokenPipe | ErrorKind::ConnectionReset),
            "{end}"
        );
        // The longest message, and the socket buffers of both processes.
        assert!(count < 8 << 20, "{count} bytes were sent");
    }
}

#[test]
fn client_memory_bounded_with_full_socket_buffer() {
    let dir = TestDir::new();
    let listener = dir.listener("s");
    let child = limited_client(&dir, &["s"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stream, _) = listener.accept().unwrap();
    // Stop the client, so that all data is available when it continues.
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
    const AMOUNT: usize = 256 << 20;
    // Needs privileges unless the system's limits are high.
    if set_socket_send_buffer_size_force(&stream, 4 * AMOUNT).is_err() {
        set_socket_send_buffer_size(&stream, 4 * AMOUNT).unwrap();
    }
    stream.set_nonblocking(true).unwrap();
    let mut count = 0;
    while count < AMOUNT {
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
        let dir = TestDir::new();
        let server = dir.raw_server("s", move |mut stream| {
            stream.write_all(beginning).unwrap();
            wait_for_eof(stream);
        });
        let client = finish(limited_client(&dir, &["s"]));
        let error = format!("the message has {bytes} bytes, but only 1048576 are allowed.");
        assert_eq!(error_text(&client), error);
        server.join().unwrap();
    }
}

#[test]
fn trickled_bytes_do_not_extend_the_timeout() {
    let dir = TestDir::new();
    let server = dir.raw_server("s", move |mut stream| {
        let (_keep, tick) = channel::<()>();
        let mut next = stream.write(b"\0\0\x40\0\0\0\x80\0");
        while next.is_ok() {
            let _ = tick.recv_timeout(Duration::from_millis(20));
            next = stream.write(b"\0");
        }
    });
    let limit = Duration::from_millis(400);
    let name = dir.name("s");
    let (outcome, took) = timed(|| {
        qt::qt(move || {
            let timeout = limit;
            outcome_of(
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
fn complete_fortune_is_shown_at_timeout() {
    let dir = TestDir::new();
    let server = dir.raw_server("s", |mut stream| {
        stream.write_all(HI[2].1).unwrap();
        wait_for_eof(stream);
    });
    let name = dir.name("s");
    qt::qt(move || {
        let timeout = Duration::from_millis(150);
        let answer = outcome_of(
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
fn repeating_server_that_never_closes_is_asked_again() {
    let dir = TestDir::new();
    let listener = dir.listener("s");
    let server = thread::spawn(move || {
        let mut open = Vec::new();
        for message in [HI[2].1, HI[2].1, b"\0\0\0\x02\0\0\0\x04\0Y\0o"] {
            let (mut stream, _) = listener.accept().unwrap();
            stream.write_all(message).unwrap();
            open.push(stream);
        }
        open.into_iter().for_each(wait_for_eof);
    });
    let again = Request {
        exclude: Some("Hi".into()),
        ..Request::new(dir.address("s"))
    };
    assert_eq!(qt::qt(move || outcome_of(again, || {})).unwrap().text, "Yo");
    server.join().unwrap();
}

/// A server that sends one byte more after a message that was whole, and calls `then` later than the
/// client would have taken it for the whole.
fn going_on(dir: &TestDir, then: impl FnOnce(UnixStream) + Send + 'static) -> impl FnOnce() {
    let server = dir.raw_server("s", |mut stream| {
        let (_keep, pause) = channel::<()>();
        // An empty text in the format of Qt 6.8.
        stream.write_all(b"\0\0\0\0").unwrap();
        let _ = pause.recv_timeout(Duration::from_millis(100));
        stream.write_all(b"\0").unwrap();
        let _ = pause.recv_timeout(Duration::from_millis(400));
        then(stream);
    });
    || server.join().unwrap()
}

#[test]
fn message_that_goes_on_is_read_to_its_end() {
    let dir = TestDir::new();
    let join = going_on(&dir, |mut stream| stream.write_all(b"\0\0\0").unwrap());
    let request = Request::new(dir.address("s"));
    let answer = qt::qt(move || outcome_of(request, || {})).unwrap();
    assert_eq!(
        (answer.text.as_str(), answer.format),
        ("", WireFormat::Qt5_10)
    );
    join();
}

#[test]
fn message_that_goes_on_has_its_time_limit() {
    let dir = TestDir::new();
    let join = going_on(&dir, wait_for_eof);
    let limit = Duration::from_millis(700);
    let request = Request {
        timeout: limit,
        ..Request::new(dir.address("s"))
    };
    let (outcome, took) = timed(|| qt::qt(move || outcome_of(request, || {})));
    assert_eq!(outcome, Err(RequestError::TimedOut { limit }));
    assert!(took >= limit, "{took:?}");
    join();
}

#[test]
fn server_closing_at_any_byte_gives_no_text() {
    let dir = TestDir::new();
    let listener = dir.listener("s");
    // Requests each truncated message with detection and with the correct format.
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
    let name = dir.name("s");
    qt::qt(move || {
        assert_eq!(cuts.len(), 2 * (10 + 12 + 12 + 8));
        let requests = cuts.iter().map(|&(format, _)| Request {
            format,
            ..Request::new(Address::Local(name.to_string()))
        });
        for (outcome, cut) in outcomes_of(requests).into_iter().zip(&cuts) {
            assert_eq!(outcome, Err(RequestError::ClosedEarly), "{cut:02x?}");
        }
    });
    server.join().unwrap();
}

#[test]
fn server_closed_before_retry_is_an_error() {
    for (keeps_socket_file, error) in [
        (false, RequestError::NotFound),
        (true, RequestError::Refused),
    ] {
        let dir = TestDir::new();
        let path = dir.path("s");
        let listener = dir.listener("s");
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // Also if a child process of another test has inherited it between fork and exec.
            rustix::net::shutdown(&listener, rustix::net::Shutdown::Both).unwrap();
            drop(listener);
            if !keeps_socket_file {
                fs::remove_file(path).unwrap();
            }
            stream.write_all(HI[3].1).unwrap();
        });
        let again = Request {
            exclude: Some("Hi".into()),
            ..Request::new(dir.address("s"))
        };
        assert_eq!(qt::qt(move || outcome_of(again, || {})), Err(error));
        server.join().unwrap();
    }
}

#[test]
fn repeated_fortune_is_requested_twenty_times() {
    let dir = TestDir::new();
    let listener = dir.listener("s");
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
        ..Request::new(dir.address("s"))
    };
    assert_eq!(qt::qt(move || outcome_of(again, || {})).unwrap().text, "Hi");
    stop.send(()).unwrap();
    drop(UnixStream::connect(dir.path("s")));
    assert_eq!(server.join().unwrap(), 20);
}

/// A server that does not accept, with a full backlog.
struct FullBacklog {
    listener: UnixListener,
    queue: Vec<OwnedFd>,
}

impl FullBacklog {
    fn new(dir: &TestDir) -> Self {
        let address = SocketAddrUnix::new(dir.path("s")).unwrap();
        let socket = || {
            let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
            rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).unwrap()
        };
        let listener = socket();
        rustix::net::bind(&listener, &address).unwrap();
        rustix::net::listen(&listener, 1).unwrap();
        let mut queue = Vec::new();
        loop {
            let one = socket();
            match rustix::net::connect(&one, &address) {
                Ok(()) => queue.push(one),
                Err(Errno::AGAIN) => break,
                Err(error) => panic!("{error}"),
            }
        }
        let listener = UnixListener::from(listener);
        listener.set_nonblocking(false).unwrap();
        Self { listener, queue }
    }
}

/// The CPU time in seconds of a client whose request times out after one second.
fn cpu_seconds(dir: &TestDir) -> f64 {
    let mut command = dir.command(CLIENT);
    command.env_remove("QT_QPA_PLATFORM");
    let mut child = command
        .args(["s", "--timeout", "1000"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // EOF when the process exits, whose /proc entry exists until it is reaped.
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
    let fields = stat.rsplit_once(')').unwrap().1;
    let ticks = fields.split_whitespace().skip(11).take(2);
    ticks.map(|it| it.parse::<f64>().unwrap()).sum::<f64>() / 100.0
}

#[test]
fn waiting_for_full_backlog_uses_no_cpu() {
    let dir = TestDir::new();
    let silent = dir.raw_server("s", wait_for_eof);
    let no_answer = cpu_seconds(&dir);
    silent.join().unwrap();
    let dir = TestDir::new();
    let full = FullBacklog::new(&dir);
    let full_backlog = cpu_seconds(&dir);
    assert!(!full.queue.is_empty());
    assert!(
        full_backlog < no_answer + 0.2,
        "{full_backlog} s with a full backlog, {no_answer} s without an answer"
    );
}

#[test]
fn full_backlog_is_retried() {
    let dir = TestDir::new();
    let full = FullBacklog::new(&dir);
    let (go, wait): (_, Receiver<()>) = channel();
    let server = thread::spawn(move || {
        wait.recv().unwrap();
        let queued = full.queue.len();
        for (number, mut stream) in full.listener.incoming().flatten().enumerate() {
            if number == queued {
                return stream.write_all(HI[1].1).unwrap();
            }
        }
    });
    let name = dir.name("s");
    // When `request` has returned, connect has failed with EAGAIN.
    let outcome = qt::qt(move || {
        outcome_of(Request::new(Address::Local(name)), move || {
            go.send(()).unwrap()
        })
    });
    assert_eq!(outcome.unwrap().text, "Hi");
    server.join().unwrap();
}
