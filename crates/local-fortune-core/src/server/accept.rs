// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The fast path: takes connections from the listening socket itself and sends each client its
//! message on the descriptor, in one call.
//!
//! Making a `QLocalSocket` is most of what serving costs, and nearly every client needs none: its
//! message fits into what the system keeps for it. Who takes less gets one, in
//! [`leaving`](super::leaving). `QLocalServer` still has the name and the socket; it is told that
//! nobody may be pending, and then leaves accepting to others.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use cxx_qt_network::{
    ConnectionGuard, NotifierKind, QBox, QLocalServer, QLocalSocket, QSocketNotifier,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{SendFlags, send};
use rustix::time::{ClockId, clock_gettime};

use super::core::Turn;
use super::leaving::Leaving;
use super::lookout::{Lookout, Next, Queue, Way};
use super::shared::{Message, Shared};

/// How many connections are taken before other events have their turn.
const MOST_AT_ONCE: usize = 64;

/// Takes the connections of a listening socket in one thread, while it is enabled.
pub(super) struct Acceptor {
    notifier: QBox<QSocketNotifier>,
    is_enabled: bool,
    counter: Rc<Counter>,
    _connection: ConnectionGuard,
}

impl Acceptor {
    /// Keeps Qt from accepting: call it before the server listens.
    pub(super) fn take_over(server: Pin<&mut QLocalServer>) {
        server.set_max_pending_connections(0);
    }

    /// Takes the connections of a server that listens, in a thread where other events may wait for
    /// some milliseconds or not; else as [`new`](Self::new).
    pub(super) fn of(
        server: Pin<&mut QLocalServer>,
        shared: Arc<Shared>,
        leaving: Rc<Leaving>,
        is_alone: bool,
        on_turn: impl Fn(Turn) + 'static,
    ) -> io::Result<Self> {
        let listener = server.socket_descriptor();
        let listener = listener.ok_or(io::ErrorKind::NotConnected)?;
        // Of its own, so that it is never closed while it is watched.
        let listener = listener.try_clone_to_owned()?;
        let ways: &[Way] = if is_alone {
            &[Way::Loop, Way::Awake, Way::Nap]
        } else {
            &[Way::Loop, Way::Awake]
        };
        Ok(Self::new(listener, shared, leaving, ways, on_turn))
    }

    /// Takes connections from `listener`, which does not block, waits for them in these `ways`, and
    /// tells `on_turn` after each time that it took some or was called in vain.
    pub(super) fn new(
        listener: OwnedFd,
        shared: Arc<Shared>,
        leaving: Rc<Leaving>,
        ways: &[Way],
        on_turn: impl Fn(Turn) + 'static,
    ) -> Self {
        let counter = Rc::new(Counter {
            shared,
            leaving,
            spare: RefCell::new(spare()),
            is_short: Cell::new(false),
            is_stuck: Cell::new(false),
            lookout: Lookout::new(ways),
        });
        let mut notifier = QSocketNotifier::new(listener, NotifierKind::Read);
        let taker = counter.clone();
        let connection = notifier.pin_mut().on_activated(move |mut notifier| {
            let turn = taker.turn(notifier.socket());
            if taker.is_stuck.get() {
                // Else the event loop would come back at once, for nothing.
                notifier.as_mut().set_enabled(false);
            }
            on_turn(turn);
        });
        notifier.pin_mut().set_enabled(true);
        Self {
            notifier,
            is_enabled: true,
            counter,
            _connection: connection,
        }
    }

    /// The socket, for another thread.
    pub(super) fn listener(&self) -> io::Result<OwnedFd> {
        self.notifier.socket().try_clone_to_owned()
    }

    /// Whether connections wait until there are descriptors again.
    pub(super) fn is_stuck(&self) -> bool {
        self.counter.is_stuck.get()
    }

    /// Takes connections or not; whoever waits stays in the system's queue.
    pub(super) fn set_enabled(&mut self, enabled: bool) {
        self.is_enabled = enabled;
        let enabled = enabled && !self.is_stuck();
        self.notifier.pin_mut().set_enabled(enabled);
    }

    /// Goes on after a while without descriptors, and returns whether there was a shortage since
    /// this was asked the last time.
    pub(super) fn recover(&mut self) -> bool {
        if self.counter.is_stuck.replace(false) {
            self.counter.prepare();
            self.set_enabled(self.is_enabled);
        }
        self.counter.is_short.replace(false)
    }
}

/// Where clients get their messages.
struct Counter {
    shared: Arc<Shared>,
    leaving: Rc<Leaving>,
    /// A descriptor to give up when there are no others: one client at a time can still be served.
    spare: RefCell<Option<OwnedFd>>,
    /// Whether descriptors ran out.
    is_short: Cell<bool>,
    /// Whether none could be freed either.
    is_stuck: Cell<bool>,
    lookout: Lookout,
}

impl Counter {
    /// Takes who waits, but not for ever.
    fn turn(&self, listener: BorrowedFd<'_>) -> Turn {
        let mut taken = 0;
        let mut keeps_up = false;
        let queue = Waiting {
            listener,
            leaving: &self.leaving,
        };
        loop {
            match accept(listener) {
                Ok(client) => {
                    self.serve(client);
                    self.prepare();
                    taken += 1;
                }
                Err(Errno::INTR | Errno::CONNABORTED) => {}
                Err(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM) => {
                    if !self.make_room() {
                        self.is_stuck.set(true);
                        return Turn { taken, more: false };
                    }
                }
                // Another thread was faster, or it is not for this process to say.
                Err(_) => {
                    self.lookout.was_wrong();
                    return Turn { taken, more: false };
                }
            }
            if taken >= MOST_AT_ONCE {
                let more = !keeps_up;
                return Turn { taken, more };
            }
            // To accept in vain costs more than to ask, as long as it is not sure.
            if taken > 0 {
                match self.lookout.look(taken, &queue) {
                    Next::Waits => {}
                    Next::Came => keeps_up = true,
                    Next::Nobody => return Turn { taken, more: false },
                }
            }
        }
    }

    /// Sends the message in one piece: the clients of Qt 5.10 to 6.4 read a message that comes in
    /// two wrongly.
    fn serve(&self, client: OwnedFd) {
        let rest = self.shared.with_one(|message| {
            let sent = match send(&client, message, send_flags()) {
                Ok(sent) => sent,
                Err(Errno::AGAIN | Errno::INTR) => 0,
                Err(_) => return None, // The client has left already.
            };
            if sent == message.len() {
                self.shared.count();
                return None;
            }
            Some((message.clone(), sent))
        });
        // Closing is all that is left to do for most; what was sent still arrives.
        if let Some((message, sent)) = rest.flatten() {
            self.send_rest(client, message, sent);
        }
    }

    fn send_rest(&self, client: OwnedFd, message: Message, sent: usize) {
        let mut socket = QLocalSocket::new();
        if socket.pin_mut().set_socket_descriptor(client).is_ok() {
            self.leaving.add(socket, message, sent);
        }
    }

    /// Frees a descriptor: the spare one, or that of the client that has had the most time to take
    /// its message. Whether there was one.
    fn make_room(&self) -> bool {
        self.is_short.set(true);
        self.spare.take().is_some() || self.leaving.drop_first()
    }

    /// Gets a spare descriptor if there is none.
    fn prepare(&self) {
        if self.spare.borrow().is_none() {
            *self.spare.borrow_mut() = spare();
        }
    }
}

/// A descriptor that stands for nothing.
fn spare() -> Option<OwnedFd> {
    File::open("/dev/null").ok().map(OwnedFd::from)
}

/// Who waits to be taken.
struct Waiting<'a> {
    listener: BorrowedFd<'a>,
    leaving: &'a Leaving,
}

impl Queue for Waiting<'_> {
    fn waits(&self, within: Duration) -> bool {
        let mut asked = [PollFd::from_borrowed_fd(self.listener, PollFlags::IN)];
        let within = Timespec::try_from(within).ok();
        within.is_some_and(|within| poll(&mut asked, Some(&within)).is_ok_and(|ready| ready > 0))
    }

    fn may_nap(&self) -> bool {
        self.leaving.is_empty()
    }

    fn yield_now(&self) {
        thread::yield_now();
    }

    fn now(&self) -> Instant {
        Instant::now()
    }

    fn processor_time(&self) -> Duration {
        // Never negative.
        clock_gettime(ClockId::ThreadCPUTime)
            .try_into()
            .unwrap_or_default()
    }
}

/// Takes the next connection, whose descriptor does not block and is not inherited.
#[cfg(not(target_vendor = "apple"))]
fn accept(listener: BorrowedFd<'_>) -> Result<OwnedFd, Errno> {
    use rustix::net::{SocketFlags, accept_with};
    accept_with(listener, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK)
}

#[cfg(target_vendor = "apple")]
fn accept(listener: BorrowedFd<'_>) -> Result<OwnedFd, Errno> {
    use rustix::io::{FdFlags, fcntl_setfd, ioctl_fionbio};
    let client = rustix::net::accept(listener)?;
    fcntl_setfd(&client, FdFlags::CLOEXEC)?;
    ioctl_fionbio(&client, true)?;
    rustix::net::sockopt::set_socket_nosigpipe(&client, true)?;
    Ok(client)
}

fn send_flags() -> SendFlags {
    #[cfg(not(target_vendor = "apple"))]
    let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
    #[cfg(target_vendor = "apple")]
    let flags = SendFlags::DONTWAIT;
    flags
}
