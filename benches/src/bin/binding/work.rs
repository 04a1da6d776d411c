// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The work through the binding: the same steps as in `tests/peers/plainbench.cpp`.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::rc::Rc;
use std::time::Duration;

use cxx_qt_lib::{QByteArray, QCoreApplication, QString};
use cxx_qt_network::{
    FromStream, QBox, QCoreApplicationExt, QDataStream, QDataStreamVersion, QIODeviceExt,
    QLocalServer, QLocalSocket, QTimer, ToStream, exit_application_later,
};
use nix::time::{ClockId, clock_gettime};

const PASSES: usize = 7;
const RECORDS: i32 = 20_000;
const NUMBERS: i32 = 200_000;
const STRINGS: usize = 20_000;
const CONNECTIONS: usize = 5_000;
const STREAMED: usize = 1 << 29;
const CHUNK: usize = 65_536;
const TEXT: &str = "You will feel hungry again in another hour.";

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

fn cpu_nanoseconds() -> f64 {
    let time = clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID);
    time.map_or(f64::NAN, |time| Duration::from(time).as_secs_f64() * 1e9)
}

fn report(row: &str, items: usize, nanoseconds: f64) {
    println!("{row} {:.2}", nanoseconds / items as f64);
}

/// Reports the fastest of several passes: the first ones include memory allocation by the system.
fn fastest(row: &str, items: usize, mut pass: impl FnMut() -> Result) -> Result {
    let mut best = f64::INFINITY;
    for _ in 0..PASSES {
        let start = cpu_nanoseconds();
        pass()?;
        best = best.min(cpu_nanoseconds() - start);
    }
    report(row, items, best);
    Ok(())
}

fn read_all(socket: &QLocalSocket, buffer: &mut [u8]) -> usize {
    let mut sum = 0;
    while let Ok(length @ 1..) = socket.read(buffer) {
        sum += length;
    }
    sum
}

/// Runs the work `work` and prints each row: its name, and the CPU time per item in nanoseconds.
pub fn run(work: &str) -> Result {
    let application = QCoreApplication::new();
    match work {
        "records-QString" => records(&QString::from(TEXT), QString::len, work)?,
        "records-String" => records(&TEXT.to_owned(), |text| text.len() as isize, work)?,
        "lists" => {
            list(&(0..NUMBERS).collect::<Vec<_>>(), "Vec-i32")?;
            list(&(0..NUMBERS).map(f64::from).collect::<Vec<_>>(), "Vec-f64")?;
            list(&vec![TEXT.to_owned(); STRINGS], "Vec-String")?;
        }
        "ping-pong" => {
            ping_pong(&application, "ping-pong-16B", 20_000, 16)?;
            ping_pong(&application, "ping-pong-4KiB", 10_000, 4096)?;
            ping_pong(&application, "ping-pong-256KiB", 1_000, 262_144)?;
        }
        "connect" => connect(&application)?,
        "stream" => stream(&application)?,
        _ => return Err(format!("unknown work {work}").into()),
    }
    Ok(())
}

fn check(condition: bool, error: &'static str) -> Result {
    condition.then_some(()).ok_or_else(|| error.into())
}

fn records<S: FromStream + ToStream>(text: &S, length: fn(&S) -> isize, work: &str) -> Result {
    let kind = work.trim_start_matches("records-");
    let raw = QByteArray::from(&[b'r'; 16]);
    let items = RECORDS as usize;
    let mut bytes = QByteArray::default();
    fastest(&format!("write-record-{kind}"), items, || {
        bytes.clear();
        let mut stream = QDataStream::to_bytes();
        stream.set_version(QDataStreamVersion::QT_5_15);
        for i in 0..RECORDS {
            stream.write(&i)?;
            stream.write(text)?;
            stream.write(&f64::from(i))?;
            stream.write(&raw)?;
        }
        bytes = stream.into_bytes();
        Ok(())
    })?;
    fastest(&format!("read-record-{kind}"), items, || {
        let mut stream = QDataStream::from_bytes(&bytes);
        stream.set_version(QDataStreamVersion::QT_5_15);
        let mut sum = 0;
        for _ in 0..RECORDS {
            let (number, text, real, raw): (i32, S, f64, QByteArray) = stream.read()?;
            sum += number as isize + length(&text) + real as isize + raw.len();
        }
        let items = RECORDS as isize;
        let sizes = length(text) + raw.len();
        check(stream.at_end(), "more than the records was written")?;
        check(sum == items * (items - 1) + items * sizes, "wrong records")
    })
}

fn list<T: FromStream + ToStream + PartialEq>(list: &Vec<T>, kind: &str) -> Result {
    let mut bytes = QByteArray::default();
    fastest(&format!("write-{kind}"), list.len(), || {
        bytes.clear();
        let mut stream = QDataStream::to_bytes();
        stream.write(list)?;
        bytes = stream.into_bytes();
        Ok(())
    })?;
    let read = || QDataStream::from_bytes(&bytes).read::<Vec<T>>();
    fastest(&format!("read-{kind}"), list.len(), || {
        read()?;
        Ok(())
    })?;
    check(read()? == *list, "wrong list")
}

fn listen() -> Result<(QBox<QLocalServer>, QString)> {
    let server = QLocalServer::new();
    server.listen("bench-binding")?;
    let name = server.full_server_name();
    Ok((server, name))
}

fn exec(application: &QCoreApplication) -> Result {
    check(application.exec() == 0, "a step failed")
}

fn ping_pong(
    application: &QCoreApplication,
    row: &'static str,
    rounds: usize,
    size: usize,
) -> Result {
    let (server, name) = listen()?;
    let peers = RefCell::new(Vec::new());
    server.on_new_connection(move |server| {
        let Some(peer) = server.next_pending_connection() else {
            return;
        };
        let mut buffer = vec![0; CHUNK];
        peer.on_ready_read(move |peer| {
            while let Ok(length @ 1..) = peer.read(&mut buffer) {
                let _ = peer.write(&buffer[..length]);
            }
        });
        peers.borrow_mut().push(peer);
    });

    let socket = QLocalSocket::new();
    socket.connect_to_server(name);
    let message = vec![b'x'; size];
    let start = cpu_nanoseconds();
    socket.write(&message)?;
    let (mut buffer, mut left, mut received) = (vec![0; CHUNK], rounds, 0);
    socket.on_ready_read(move |socket| {
        received += read_all(socket, &mut buffer);
        if received < size {
            return;
        }
        received = 0;
        left -= 1;
        if left > 0 {
            let _ = socket.write(&message);
        } else {
            report(row, rounds, cpu_nanoseconds() - start);
            exit_application_later(0);
        }
    });
    exec(application)
}

fn connect(application: &QCoreApplication) -> Result {
    let (server, name) = listen()?;
    server.on_new_connection(|server| {
        while let Some(peer) = server.next_pending_connection() {
            let owner = Rc::new(Cell::new(None));
            let own = owner.clone();
            peer.on_disconnected(move |_| drop(own.take()));
            let _ = peer.write(b"hello");
            peer.disconnect_from_server();
            owner.set(Some(peer));
        }
    });

    let socket = QLocalSocket::new();
    let next = QTimer::new();
    next.set_single_shot(true);
    let (client, server_name) = (socket.downgrade(), name.clone());
    next.on_timeout(move |_| {
        client.with(|socket| socket.connect_to_server(server_name.clone()));
    });
    let (timer, mut left) = (next.downgrade(), CONNECTIONS);
    let start = cpu_nanoseconds();
    socket.on_disconnected(move |socket| {
        if socket.read_all().as_slice() != b"hello" {
            exit_application_later(1);
        }
        left -= 1;
        if left > 0 {
            timer.with(|timer| timer.start(Duration::ZERO));
        } else {
            report("connect", CONNECTIONS, cpu_nanoseconds() - start);
            exit_application_later(0);
        }
    });
    socket.connect_to_server(name);
    exec(application)
}

fn stream(application: &QCoreApplication) -> Result {
    let (server, name) = listen()?;
    let peers = RefCell::new(Vec::new());
    server.on_new_connection(move |server| {
        let Some(peer) = server.next_pending_connection() else {
            return;
        };
        let (chunk, mut sent) = (vec![b'c'; CHUNK], 0);
        let mut feed = move |peer: &QLocalSocket| {
            while sent < STREAMED && peer.bytes_to_write() < 4 * CHUNK {
                sent += peer.write(&chunk).unwrap_or(STREAMED);
            }
        };
        feed(&peer);
        peer.on_bytes_written(move |peer, _| feed(peer));
        peers.borrow_mut().push(peer);
    });

    let socket = QLocalSocket::new();
    socket.set_read_buffer_size(Some(16 * CHUNK));
    let (mut buffer, mut received) = (vec![0; CHUNK], 0);
    let start = cpu_nanoseconds();
    socket.on_ready_read(move |socket| {
        received += read_all(socket, &mut buffer);
        if received >= STREAMED {
            report("stream-64KiB", STREAMED / CHUNK, cpu_nanoseconds() - start);
            exit_application_later(0);
        }
    });
    socket.connect_to_server(name);
    exec(application)
}
