// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Clients whose socket did not take the whole message at once: the few that need a `QLocalSocket`.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use std::time::{Duration, Instant};

use cxx_qt_network::{QBox, QIODeviceExt, QLocalSocket, QLocalSocketState};

use super::{Inner, Message};

/// How many clients may have a write pending. For one more, the oldest is dropped: descriptors are
/// left for clients that read.
const MAX_CLIENTS: usize = 500;

/// How many bytes of a message Qt buffers per client, in addition to the socket's buffer.
const CHUNK: usize = 16 * 1024;

/// The writes that are pending.
pub(super) struct PendingWrites {
    server: Weak<Inner>,
    /// Each client's socket, and since when it is pending. The oldest has the smallest number.
    clients: RefCell<BTreeMap<u64, (QBox<QLocalSocket>, Instant)>>,
    next: Cell<u64>,
}

impl PendingWrites {
    pub(super) fn new(server: Weak<Inner>) -> Self {
        Self {
            server,
            clients: RefCell::default(),
            next: Cell::default(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.clients.borrow().len()
    }

    /// Sends the message from byte `written` on, as the client reads it, and then closes.
    pub(super) fn add(&self, socket: QBox<QLocalSocket>, message: Message, written: usize) {
        if self.len() >= MAX_CLIENTS {
            let oldest = self.clients.borrow_mut().pop_first();
            drop(oldest);
        }
        let number = self.next.replace(self.next.get() + 1);
        let write = Rc::new(PartialWrite {
            message,
            queued: Cell::new(written),
            written: Cell::new(written),
        });
        let progress = write.clone();
        socket.on_bytes_written(move |socket, bytes| {
            progress.written.set(progress.written.get() + bytes);
            progress.queue_chunk(socket);
        });
        let (server, progress) = (self.server.clone(), write.clone());
        socket.on_disconnected(move |_| {
            let Some(this) = server.upgrade() else { return };
            let client = this.pending.clients.borrow_mut().remove(&number);
            drop(client);
            if progress.written.get() == progress.message.len() {
                this.count(1);
            }
        });
        write.queue_chunk(&socket);
        if socket.state() != QLocalSocketState::UnconnectedState {
            let client = (socket, Instant::now());
            self.clients.borrow_mut().insert(number, client);
        }
    }

    /// Drops the clients that have not read their message within `linger`.
    pub(super) fn drop_expired(&self, linger: Duration) {
        let mut expired = Vec::new();
        while let Some(oldest) = self.clients.borrow_mut().first_entry()
            && oldest.get().1.elapsed() > linger
        {
            expired.push(oldest.remove());
        }
        if !expired.is_empty() {
            tracing::debug!("dropped {} clients that did not read", expired.len());
        }
    }
}

/// The progress of a message.
struct PartialWrite {
    message: Message,
    /// How many bytes were passed to Qt, or sent before.
    queued: Cell<usize>,
    /// How many bytes were sent.
    written: Cell<usize>,
}

impl PartialWrite {
    /// Queues the next chunk when the one before is written, and closes after the last.
    fn queue_chunk(&self, socket: &QLocalSocket) {
        let queued = self.queued.get();
        if self.written.get() < queued || queued == self.message.len() {
            return;
        }
        let end = self.message.len().min(queued + CHUNK);
        if socket.write(&self.message[queued..end]).is_err() {
            return; // Disconnected, which has its own signal.
        }
        self.queued.set(end);
        if end == self.message.len() {
            socket.disconnect_from_server();
        }
    }
}
