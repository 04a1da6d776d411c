// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Clients that did not take their whole message at once: the few that need a `QLocalSocket`.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::time::Instant;

use cxx_qt_network::{LocalSocketState, QBox, QIODeviceExt, QLocalSocket};

use super::shared::{Leaves, Message, Shared};

/// How many clients of one thread may be on their way out at a time. One more, and the one that has
/// had the most time makes room: descriptors are left for those who read.
pub(super) const MOST: usize = 500;

/// How many bytes of its message a client keeps in the memory of Qt, beside what the system keeps.
const CHUNK: usize = 16 * 1024;

/// The clients of one thread that are on their way out.
pub(super) struct Leaving {
    this: Weak<Self>,
    shared: Arc<Shared>,
    /// The one that came first has the smallest number.
    clients: RefCell<BTreeMap<u64, Client>>,
    next: Cell<u64>,
}

struct Client {
    socket: QBox<QLocalSocket>,
    since: Instant,
    _leaves: Leaves,
}

impl Leaving {
    pub(super) fn new(shared: Arc<Shared>) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            this: this.clone(),
            shared,
            clients: RefCell::default(),
            next: Cell::default(),
        })
    }

    fn len(&self) -> usize {
        self.clients.borrow().len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.clients.borrow().is_empty()
    }

    /// Sends the message from `sent` on, as the client takes it, and then closes.
    pub(super) fn add(&self, mut socket: QBox<QLocalSocket>, message: Message, sent: usize) {
        while self.len() >= MOST {
            self.drop_first();
        }
        let number = self.next.replace(self.next.get() + 1);
        let rest = Rc::new(Rest {
            message,
            fed: Cell::new(sent),
            gone: Cell::new(sent),
        });
        let (go_on, this) = (rest.clone(), socket.downgrade());
        socket
            .pin_mut()
            .on_bytes_written(move |_, bytes| {
                go_on.gone.set(go_on.gone.get() + bytes);
                this.with(|socket| go_on.feed(socket));
            })
            .release();
        let (leaving, shared, whole) = (self.this.clone(), self.shared.clone(), rest.clone());
        socket
            .pin_mut()
            .on_disconnected(move |_| {
                if whole.gone.get() == whole.message.len() {
                    shared.count();
                }
                let left = leaving
                    .upgrade()
                    .and_then(|leaving| leaving.clients.borrow_mut().remove(&number));
                drop(left);
            })
            .release();
        rest.feed(socket.pin_mut());
        if socket.state() == LocalSocketState::UnconnectedState {
            return; // It has left already.
        }
        let client = Client {
            socket,
            since: Instant::now(),
            _leaves: self.shared.leaves(),
        };
        self.clients.borrow_mut().insert(number, client);
    }

    /// Drops those who have not taken their message in time.
    pub(super) fn drop_the_slow(&self) {
        let linger = self.shared.linger();
        let mut slow = Vec::new();
        // The first has had the most time.
        while let Some(first) = self.clients.borrow_mut().first_entry()
            && first.get().since.elapsed() > linger
        {
            slow.push(first.remove());
        }
        if !slow.is_empty() {
            tracing::debug!("dropped {} clients that did not read", slow.len());
        }
        slow.into_iter().for_each(Client::drop_now);
    }

    /// Drops the client that has had the most time, and returns whether there was one.
    pub(super) fn drop_first(&self) -> bool {
        let first = self.clients.borrow_mut().pop_first();
        first.map(|(_, client)| client.drop_now()).is_some()
    }
}

impl Client {
    fn drop_now(mut self) {
        self.socket.pin_mut().abort();
    }
}

/// What a client has still to get.
struct Rest {
    message: Message,
    /// How many bytes Qt has got, or the system before.
    fed: Cell<usize>,
    /// How many bytes the system has got.
    gone: Cell<usize>,
}

impl Rest {
    /// Gives Qt the next chunk when it has sent the one before, and lets it close after the last.
    fn feed(&self, mut socket: Pin<&mut QLocalSocket>) {
        let fed = self.fed.get();
        if self.gone.get() < fed || fed == self.message.len() {
            return;
        }
        let end = self.message.len().min(fed + CHUNK);
        if socket.as_mut().write(&self.message[fed..end]).is_err() {
            return; // It has left; the end of the connection is told apart.
        }
        self.fed.set(end);
        if end == self.message.len() {
            socket.disconnect_from_server();
        }
    }
}
