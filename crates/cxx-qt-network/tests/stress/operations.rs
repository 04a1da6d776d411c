// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The operations of an episode, in tables with their weights.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::rc::Rc;
use std::time::Duration;

use cxx_qt::QObject;
use cxx_qt::casting::Upcast;
use cxx_qt_lib::QString;
#[cfg(cxxqt_qt_version_at_least_6_2)]
use cxx_qt_network::QLocalSocketSocketOption;
use cxx_qt_network::{
    Connection, LengthDelimited, LengthPrefix, QBox, QDataStream, QEventLoop, QIODeviceExt,
    QIODeviceOpenModeFlag, QLocalServer, QLocalServerSocketOption, QLocalSocket, QSocketNotifier,
    QSocketNotifierType, QTimer,
};

use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};

use crate::world::{Bomb, Planned, Pool, World};

/// The maximum nesting depth of handlers.
const DEPTH: usize = 30;

/// An operation on a `T`: its name, its weight and its function.
type Operation<T> = (&'static str, usize, fn(&Rc<World>, &T));

/// Creates the initial objects of an episode: a listening server, and sockets with peers.
pub fn begin(world: &Rc<World>) {
    let server = QLocalServer::new();
    connect_server(world, &server);
    server.listen_exclusive(world.path()).unwrap();
    world.servers.put(world, server);
    for _ in 0..3 {
        make_socket(world);
        world
            .sockets
            .with(world, |socket| set_descriptor(world, socket));
    }
}

/// Runs a random operation.
pub fn step(world: &Rc<World>) {
    perform(world, WORLD, &());
}

fn perform<T>(world: &Rc<World>, operations: &[Operation<T>], target: &T) {
    let total = operations.iter().map(|operation| operation.1).sum();
    let mut chosen = world.below(total);
    let (name, _, call) = operations
        .iter()
        .find(|(_, weight, _)| {
            let is_it = chosen < *weight;
            chosen = chosen.saturating_sub(*weight);
            is_it
        })
        .unwrap();
    let kind = std::any::type_name::<T>().rsplit("::").next().unwrap();
    if world.begin(kind, name) {
        call(world, target);
    }
}

const WORLD: &[Operation<()>] = &[
    ("use a socket", 80, |w, ()| {
        w.sockets.with(w, |socket| perform(w, SOCKET, socket));
    }),
    ("use a server", 14, |w, ()| {
        w.servers.with(w, |server| perform(w, SERVER, server));
    }),
    ("use a timer", 4, |w, ()| {
        w.timers.with(w, |timer| perform(w, TIMER, timer));
    }),
    ("use a notifier", 4, |w, ()| {
        w.notifiers
            .with(w, |notifier| perform(w, NOTIFIER, notifier));
    }),
    ("make a socket", 6, |w, ()| make_socket(w)),
    ("make a server", 4, |w, ()| {
        let server = QLocalServer::new();
        connect_server(w, &server);
        w.servers.put(w, server);
    }),
    ("make a server for descriptors", 2, |w, ()| {
        let weak = Rc::downgrade(w);
        let token = w.token("incoming");
        let server = QLocalServer::with_incoming_connection(move |server, descriptor| {
            let _ = &token;
            if let Some(world) = weak.upgrade() {
                world.inside("incoming", || {
                    incoming(&world, descriptor);
                    handle(&world, SERVER, server);
                });
            }
        });
        connect_server(w, &server);
        w.servers.put(w, server);
    }),
    ("make a timer", 2, |w, ()| {
        let timer = QTimer::new();
        timer.set_single_shot(w.one_in(2));
        let connection = timer.on_timeout(handler(w, "timeout", TIMER));
        keep(w, connection);
        timer.start(Duration::from_micros(w.choose(&[0, 1, 1500])));
        w.timers.put(w, timer);
    }),
    ("make a notifier", 2, |w, ()| {
        let Ok((ours, theirs)) = UnixStream::pair() else {
            return;
        };
        w.add_peer(theirs);
        let descriptor = OwnedFd::from(ours);
        put_notifier(w, descriptor);
    }),
    ("drop a socket", 8, |w, ()| drop(w.sockets.take(w))),
    ("drop a server", 3, |w, ()| drop(w.servers.take(w))),
    ("drop a timer", 2, |w, ()| drop(w.timers.take(w))),
    ("drop a notifier", 2, |w, ()| drop(w.notifiers.take(w))),
    ("drop a guard", 4, |w, ()| {
        let guard = w.guards.borrow_mut().pop();
        drop(guard);
    }),
    ("give a socket to a handler", 2, |w, ()| give(w, &w.sockets)),
    ("give a server to a handler", 1, |w, ()| give(w, &w.servers)),
    ("give a timer to a handler", 1, |w, ()| give(w, &w.timers)),
    ("give a notifier to a handler", 1, |w, ()| {
        give(w, &w.notifiers)
    }),
    ("give a bomb to a handler", 1, |w, ()| {
        own(w, Bomb);
    }),
    ("panic", 1, |_, ()| Planned::panic()),
    ("process events", 25, |_, ()| {
        QEventLoop::new().process_events();
    }),
    ("run a loop", 40, |w, ()| {
        let event_loop = QEventLoop::new();
        let quit = event_loop.downgrade();
        let timer = QTimer::new();
        timer.on_timeout(move |_| {
            quit.with(QEventLoop::quit);
        });
        timer.start(Duration::from_micros(w.choose(&[0, 0, 1000])));
        w.loops.borrow_mut().push(event_loop.downgrade());
        if w.one_in(2) {
            event_loop.exec();
        } else {
            event_loop.downgrade().with(QEventLoop::exec);
        }
    }),
    ("run a loop that runs", 1, |w, ()| {
        let handle = w.loops.borrow().last().cloned();
        if let Some(handle) = handle {
            handle.with(|event_loop| {
                if event_loop.is_running() {
                    event_loop.exec();
                }
            });
        }
    }),
    ("quit a loop", 2, |w, ()| {
        let handle = w.loops.borrow_mut().pop();
        if let Some(handle) = handle {
            handle.with(|event_loop| event_loop.exit(3));
        }
    }),
    ("peer writes", 14, |w, ()| {
        let bytes = w.bytes();
        w.with_peer(|mut peer| drop(peer.write(&bytes)));
    }),
    ("peer reads", 5, |w, ()| {
        w.with_peer(|mut peer| drop(peer.read(&mut [0; 70_000])));
    }),
    ("peer ends its writing", 1, |w, ()| {
        w.with_peer(|peer| drop(peer.shutdown(std::net::Shutdown::Write)));
    }),
    ("peer closes", 2, |w, ()| {
        let mut peers = w.peers.borrow_mut();
        if !peers.is_empty() {
            let index = w.below(peers.len());
            peers.swap_remove(index);
        }
    }),
    ("peer connects", 6, |w, ()| {
        // Non-blocking, since the backlog may be full.
        let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
        let address = SocketAddrUnix::new(w.path()).unwrap();
        if let Ok(peer) = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)
            && connect(&peer, &address).is_ok()
        {
            w.add_peer(peer.into());
        }
    }),
    ("listen with a short queue", 1, |w, ()| {
        if let Ok(listener) = UnixListener::bind(w.path()) {
            listener.set_nonblocking(true).unwrap();
            let _ = rustix::net::listen(&listener, 0);
            w.listeners.borrow_mut().push(listener);
        }
    }),
    ("accept a peer", 2, |w, ()| {
        if let Some(listener) = w.listeners.borrow().last()
            && let Ok((peer, _)) = listener.accept()
        {
            w.add_peer(peer);
        }
    }),
    ("close a listener", 1, |w, ()| {
        w.listeners.borrow_mut().pop();
    }),
    ("remove a socket file", 1, |w, ()| {
        let _ = fs::remove_file(w.path());
    }),
    ("remove a server by name", 1, |w, ()| {
        QLocalServer::remove_server(w.path());
    }),
    ("use up the descriptors", 1, |w, ()| {
        if w.takes_descriptors {
            let mut files = w.files.borrow_mut();
            files.extend(std::iter::from_fn(|| File::open("/dev/null").ok()));
        }
    }),
    ("give descriptors back", 3, |w, ()| {
        let mut files = w.files.borrow_mut();
        let rest = files.len() - w.below(files.len() + 1);
        files.truncate(if w.one_in(3) { rest } else { 0 });
    }),
];

const SOCKET: &[Operation<QLocalSocket>] = &[
    ("abort", 2, |_, s| s.abort()),
    ("close", 2, |_, s| s.close()),
    ("disconnect_from_server", 2, |_, s| {
        s.disconnect_from_server()
    }),
    ("connect_to_server", 12, |w, s| {
        let modes = [
            QIODeviceOpenModeFlag::ReadWrite,
            QIODeviceOpenModeFlag::ReadOnly,
        ];
        s.connect_to_server_with(w.name(), w.choose(&modes));
    }),
    ("connect_to_server with odd modes", 1, |w, s| {
        let modes = [
            QIODeviceOpenModeFlag::NotOpen.into(),
            QIODeviceOpenModeFlag::WriteOnly.into(),
            QIODeviceOpenModeFlag::Append.into(),
            QIODeviceOpenModeFlag::ReadWrite | QIODeviceOpenModeFlag::Unbuffered,
            QIODeviceOpenModeFlag::ReadWrite | QIODeviceOpenModeFlag::Text,
        ];
        s.connect_to_server_with(w.name(), w.choose(&modes));
    }),
    ("open", 3, |w, s| {
        s.set_server_name(w.name());
        let _ = s.open(QIODeviceOpenModeFlag::ReadWrite);
    }),
    ("set_socket_descriptor", 12, |w, s| set_descriptor(w, s)),
    ("set_socket_descriptor of a file", 1, |_, s| {
        if let Ok(file) = File::open("/dev/null") {
            assert!(s.set_socket_descriptor(file).is_err());
        }
    }),
    ("set_socket_descriptor of another", 2, |w, s| {
        let mut descriptor = None;
        w.sockets
            .with(w, |other| descriptor = other.duplicate_descriptor().ok());
        if let Some(descriptor) = descriptor {
            drop(s.set_socket_descriptor(descriptor));
        }
    }),
    ("watch its descriptor", 1, |w, s| {
        if let Ok(descriptor) = s.duplicate_descriptor() {
            put_notifier(w, descriptor);
        }
    }),
    ("set_socket_options", 2, |w, s| {
        #[cfg(cxxqt_qt_version_at_least_6_2)]
        s.set_socket_options(w.choose(&[
            QLocalSocketSocketOption::NoOptions,
            QLocalSocketSocketOption::NoOptions,
            QLocalSocketSocketOption::AbstractNamespaceOption,
        ]));
        let _ = (w, s);
    }),
    ("set_read_buffer_size", 4, |w, s| {
        s.set_read_buffer_size(w.choose(&[None, Some(0), Some(1), Some(100), Some(100_000)]));
    }),
    ("wait_for_connected", 3, |w, s| {
        let _ = s.wait_for_connected(w.limit());
    }),
    ("wait_for_disconnected", 3, |w, s| {
        let _ = s.wait_for_disconnected(w.limit());
    }),
    ("wait_for_ready_read", 4, |w, s| {
        let _ = s.wait_for_ready_read(w.limit());
    }),
    ("wait_for_bytes_written", 4, |w, s| {
        let _ = s.wait_for_bytes_written(w.limit());
    }),
    ("write", 8, |w, s| {
        let _ = QIODeviceExt::write(s, &w.bytes());
    }),
    ("put_char", 1, |_, s| drop(s.put_char(b'p'))),
    ("flush", 3, |_, s| {
        s.flush();
    }),
    ("read", 3, |_, s| {
        let _ = QIODeviceExt::read(s, &mut [0; 10]);
    }),
    ("read_all", 3, |_, s| drop(s.read_all())),
    ("read_line", 2, |w, s| {
        drop(s.read_line(w.choose(&[None, Some(0), Some(3), Some(10_000)])));
    }),
    ("get_char", 1, |_, s| {
        s.get_char();
    }),
    ("unget_char", 2, |_, s| s.unget_char(b'u')),
    ("peek", 2, |_, s| drop(s.peek(&mut [0; 50]))),
    ("skip", 2, |w, s| {
        drop(s.skip(w.choose(&[0, 3, 20_000, usize::MAX])));
    }),
    ("seek", 1, |w, s| drop(s.seek(w.choose(&[0, 1, u64::MAX])))),
    ("reset", 1, |_, s| drop(s.reset())),
    ("start_transaction", 2, |_, s| s.start_transaction()),
    ("rollback_transaction", 2, |_, s| s.rollback_transaction()),
    ("commit_transaction", 2, |_, s| s.commit_transaction()),
    ("set_text_mode_enabled", 1, |w, s| {
        s.set_text_mode_enabled(w.one_in(2));
    }),
    ("set_current_read_channel", 1, |w, s| {
        s.set_current_read_channel(w.choose(&[0, -1, 1, 5, i32::MIN, i32::MAX]));
    }),
    ("set_current_write_channel", 1, |w, s| {
        s.set_current_write_channel(w.choose(&[0, -1, 1, 5, i32::MIN, i32::MAX]));
    }),
    ("questions", 2, |_, s| {
        let _ = (s.at_end(), s.bytes_available(), s.bytes_to_write());
        let _ = (s.can_read_line(), s.error(), s.error_string());
        let _ = (s.is_open(), s.is_readable(), s.is_writable());
        let _ = (s.is_sequential(), s.is_valid(), s.open_mode());
        let _ = (s.is_text_mode_enabled(), s.is_transaction_started());
        let _ = (s.pos(), s.size(), s.state(), s.socket_error());
        let _ = (s.read_channel_count(), s.write_channel_count());
        let _ = (s.current_read_channel(), s.current_write_channel());
        let _ = (s.read_buffer_size(), s.socket_descriptor());
        let _ = (s.server_name(), s.full_server_name());
    }),
    ("io::Read", 2, |_, mut s| {
        let _ = Read::read(&mut s, &mut [0; 100]);
    }),
    ("io::Write", 2, |w, mut s| {
        let _ = Write::write(&mut s, &w.bytes());
        let _ = Write::flush(&mut s);
    }),
    ("BlockingIo::read", 2, |w, s| {
        let _ = s.blocking(w.limit()).read(&mut [0; 100]);
    }),
    ("BlockingIo::write", 2, |w, s| {
        let mut blocking = s.blocking(w.limit());
        let _ = blocking.write_all(&w.bytes());
        let _ = blocking.flush();
    }),
    ("QDataStream::read", 1, |_, s| {
        let mut stream = QDataStream::on_device(s);
        let _ = stream.read::<(u8, QString)>();
    }),
    ("QDataStream::write", 1, |_, s| {
        let mut stream = QDataStream::on_device(s);
        let _ = stream.write(&(3u8, "a text"));
    }),
    ("QDataStream::transaction", 2, |w, s| {
        let mut stream = QDataStream::on_device(s);
        let _ = stream.transaction(|stream| {
            let text = stream.read::<(String, Vec<u16>)>()?;
            handle(w, SOCKET, s);
            Ok(text)
        });
    }),
    ("LengthDelimited::read", 2, |_, s| {
        let _ = LengthDelimited::new(LengthPrefix::U16).read(s);
    }),
    ("LengthDelimited::write", 2, |_, s| {
        let _ = LengthDelimited::new(LengthPrefix::U16).write(s, b"message");
    }),
    ("connect handlers", 2, |w, s| connect_socket(w, s)),
];

const SERVER: &[Operation<QLocalServer>] = &[
    ("close", 1, |_, s| s.close()),
    ("listen", 3, |w, s| drop(s.listen(w.name()))),
    ("listen_exclusive", 10, |w, s| {
        drop(s.listen_exclusive(w.name()));
    }),
    ("listen_descriptor", 2, |w, s| {
        if let Ok(listener) = UnixListener::bind(w.path()) {
            drop(s.listen_descriptor(listener));
        }
    }),
    ("listen_inherited", 2, |w, s| {
        #[cfg(cxxqt_qt_version_at_least_6_2)]
        if let Ok(listener) = UnixListener::bind(w.path()) {
            drop(s.listen_inherited(listener));
        }
        let _ = (w, s);
    }),
    ("listen on the descriptor of another", 2, |w, s| {
        let mut descriptor = None;
        w.servers
            .with(w, |other| descriptor = other.duplicate_descriptor().ok());
        if let Some(descriptor) = descriptor {
            drop(s.listen_descriptor(descriptor));
        }
    }),
    ("listen on a stream", 1, |w, s| {
        if let Ok((ours, theirs)) = UnixStream::pair() {
            w.add_peer(theirs);
            assert!(s.listen_descriptor(ours).is_err());
        }
    }),
    ("shut its descriptor down", 1, |_, s| {
        if let Ok(descriptor) = s.duplicate_descriptor() {
            let _ = rustix::net::shutdown(descriptor, rustix::net::Shutdown::Both);
        }
    }),
    ("next_pending_connection", 24, |w, s| {
        if let Some(socket) = s.next_pending_connection() {
            connect_socket(w, &socket);
            w.sockets.put(w, socket);
        }
    }),
    ("wait_for_new_connection", 6, |w, s| {
        let _ = s.wait_for_new_connection(w.limit());
    }),
    ("set_max_pending_connections", 2, |w, s| {
        s.set_max_pending_connections(w.choose(&[0, 1, 2, 30, -1]));
    }),
    ("set_listen_backlog_size", 2, |w, s| {
        s.set_listen_backlog_size(w.choose(&[0, 1, 50, -1]));
    }),
    ("set_socket_options", 3, |w, s| {
        s.set_socket_options(w.choose(&[
            QLocalServerSocketOption::NoOptions,
            QLocalServerSocketOption::UserAccessOption,
            QLocalServerSocketOption::GroupAccessOption,
            QLocalServerSocketOption::WorldAccessOption,
            #[cfg(cxxqt_qt_version_at_least_6_2)]
            QLocalServerSocketOption::AbstractNamespaceOption,
        ]));
    }),
    ("questions", 2, |w, s| {
        let _ = (s.is_listening(), s.is_accept_paused(), s.server_name());
        let _ = (s.full_server_name(), s.socket_options(), s.error_string());
        let _ = (s.has_pending_connections(), s.max_pending_connections());
        let _ = (s.listen_backlog_size(), s.socket_descriptor());
        let _ = (
            s.socket_file_state(),
            QLocalServer::full_server_name_for(w.name()),
        );
    }),
    ("connect handlers", 1, |w, s| connect_server(w, s)),
];

const TIMER: &[Operation<QTimer>] = &[
    ("start", 3, |w, t| {
        t.start(Duration::from_micros(w.choose(&[0, 1, 1500, 60_000_000])));
    }),
    ("start without end", 1, |_, t| t.start(Duration::MAX)),
    ("stop", 3, |_, t| t.stop()),
    ("set_single_shot", 1, |w, t| t.set_single_shot(w.one_in(2))),
    ("questions", 1, |_, t| {
        let _ = (t.is_active(), t.is_single_shot());
    }),
    ("connect a handler", 1, |w, t| {
        keep(w, t.on_timeout(handler(w, "timeout", TIMER)));
    }),
];

const NOTIFIER: &[Operation<QSocketNotifier>] = &[
    ("enable", 3, |_, n| n.set_enabled(true)),
    ("disable", 3, |_, n| n.set_enabled(false)),
    ("read what it watches", 2, |_, n| {
        let _ = rustix::net::recv(n.socket(), &mut [0; 1000], rustix::net::RecvFlags::DONTWAIT);
    }),
    ("questions", 1, |_, n| {
        let _ = (n.is_enabled(), n.kind());
    }),
    ("connect a handler", 1, |w, n| {
        keep(w, n.on_activated(handler(w, "activated", NOTIFIER)));
    }),
];

/// Handles all pending events.
pub fn run_loop_once() {
    let event_loop = QEventLoop::new();
    let quit = event_loop.downgrade();
    let timer = QTimer::new();
    timer.on_timeout(move |_| {
        quit.with(QEventLoop::quit);
    });
    timer.start(Duration::ZERO);
    event_loop.exec();
}

/// The body of a handler: several operations, half of them on the sender.
fn handle<T>(world: &Rc<World>, operations: &[Operation<T>], sender: &T) {
    let count = if world.depth() < DEPTH {
        world.below(4)
    } else {
        0
    };
    for _ in 0..count {
        if world.one_in(2) {
            perform(world, operations, sender);
        } else {
            step(world);
        }
    }
}

/// A handler without arguments other than the sender.
fn handler<T: 'static>(
    world: &Rc<World>,
    name: &'static str,
    operations: &'static [Operation<T>],
) -> impl Fn(&T) + 'static {
    let weak = Rc::downgrade(world);
    let token = world.token(name);
    move |sender| {
        let _ = &token;
        if let Some(world) = weak.upgrade() {
            world.inside(name, || handle(&world, operations, sender));
        }
    }
}

/// Drops a connection handle, keeps its guard, or disconnects it.
fn keep(world: &World, connection: Connection) {
    match world.below(8) {
        0 => connection.disconnect(),
        1..4 => world.guards.borrow_mut().push(connection.guard()),
        _ => drop(connection),
    }
}

fn make_socket(world: &Rc<World>) {
    let socket = QLocalSocket::new();
    connect_socket(world, &socket);
    world.sockets.put(world, socket);
}

/// Gives a socket one end of a new pair.
fn set_descriptor(world: &World, socket: &QLocalSocket) {
    if let Ok((ours, theirs)) = UnixStream::pair() {
        world.add_peer(theirs);
        let mode = match world.below(8) {
            0 => QIODeviceOpenModeFlag::NotOpen,
            1 => QIODeviceOpenModeFlag::ReadOnly,
            2 => QIODeviceOpenModeFlag::WriteOnly,
            _ => QIODeviceOpenModeFlag::ReadWrite,
        };
        drop(socket.set_socket_descriptor_with(ours, mode));
    }
}

fn connect_socket(world: &Rc<World>, socket: &QLocalSocket) {
    let on = |name| handler(world, name, SOCKET);
    type Connect<'c> = &'c dyn Fn() -> Connection;
    let signals: [Connect; 10] = [
        &|| socket.on_connected(on("connected")),
        &|| socket.on_disconnected(on("disconnected")),
        &|| {
            let on = on("error_occurred");
            socket.on_error_occurred(move |socket, _| on(socket))
        },
        &|| {
            let on = on("state_changed");
            socket.on_state_changed(move |socket, _| on(socket))
        },
        &|| socket.on_about_to_close(on("about_to_close")),
        &|| socket.on_ready_read(on("ready_read")),
        &|| {
            let on = on("bytes_written");
            socket.on_bytes_written(move |socket, _| on(socket))
        },
        &|| {
            let on = on("channel_bytes_written");
            socket.on_channel_bytes_written(move |socket, _, _| on(socket))
        },
        &|| {
            let on = on("channel_ready_read");
            socket.on_channel_ready_read(move |socket, _| on(socket))
        },
        &|| socket.on_read_channel_finished(on("read_channel_finished")),
    ];
    for connect in signals {
        if world.one_in(2) {
            keep(world, connect());
        }
    }
}

fn connect_server(world: &Rc<World>, server: &QLocalServer) {
    keep(
        world,
        server.on_new_connection(handler(world, "new_connection", SERVER)),
    );
}

/// Watches a descriptor.
fn put_notifier(world: &Rc<World>, descriptor: OwnedFd) {
    let kind = world.choose(&[QSocketNotifierType::Read, QSocketNotifierType::Write]);
    let notifier = QSocketNotifier::new(descriptor, kind);
    keep(
        world,
        notifier.on_activated(handler(world, "activated", NOTIFIER)),
    );
    notifier.set_enabled(true);
    world.notifiers.put(world, notifier);
}

/// Uses a descriptor that a server has accepted.
fn incoming(world: &Rc<World>, descriptor: OwnedFd) {
    match world.below(3) {
        0 => drop(descriptor),
        1 => world.sockets.with(world, |socket| {
            drop(socket.set_socket_descriptor(descriptor))
        }),
        _ => {
            let socket = QLocalSocket::new();
            connect_socket(world, &socket);
            let _ = socket.set_socket_descriptor(descriptor);
            world.sockets.put(world, socket);
        }
    }
}

/// Moves an object of the pool into a handler.
fn give<T: Upcast<QObject> + 'static>(world: &Rc<World>, pool: &Pool<T>) {
    if let Some(object) = pool.take(world) {
        own::<Rc<QBox<T>>>(world, object);
    }
}

/// Moves `value` into a handler of some object.
fn own<T: 'static>(world: &Rc<World>, value: T) {
    let value = Rc::new(value);
    let guards = &world.owner_guards;
    macro_rules! own {
        ($pool:ident, $signal:ident, $operations:ident) => {
            world.$pool.with(world, |sender| {
                let inner = handler(world, "owner", $operations);
                let value = value.clone();
                let connection = sender.$signal(move |sender| {
                    let _ = &value;
                    inner(sender);
                });
                guards.borrow_mut().push(connection.guard());
            })
        };
    }
    match world.below(6) {
        0 => own!(sockets, on_disconnected, SOCKET),
        1 => own!(sockets, on_ready_read, SOCKET),
        2 => own!(sockets, on_read_channel_finished, SOCKET),
        3 => own!(servers, on_new_connection, SERVER),
        4 => own!(timers, on_timeout, TIMER),
        _ => own!(notifiers, on_activated, NOTIFIER),
    }
    if world.one_in(4) {
        let count = guards.borrow().len();
        if count > 0 {
            let guard = guards.borrow_mut().swap_remove(world.below(count));
            drop(guard);
        }
    }
}
