// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Records the signals of objects, to compare them with the expected ones.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use cxx_qt_network::{
    QIODeviceExt, QLocalServer, QLocalSocket, QLocalSocketError, QLocalSocketState,
};

/// The signals of a socket that were delivered so far.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    pub connected: usize,
    pub disconnected: usize,
    pub ready_read: usize,
    pub read_channel_finished: usize,
    pub about_to_close: usize,
    pub states: Vec<QLocalSocketState>,
    pub errors: Vec<QLocalSocketError>,
}

/// Records all signals of a socket.
#[derive(Default)]
pub struct SignalSpy {
    counts: RefCell<Counts>,
}

impl SignalSpy {
    pub fn by(socket: &QLocalSocket) -> Rc<Self> {
        let spy = Rc::new(Self::default());
        let count = |change: fn(&mut Counts)| {
            let spy = spy.clone();
            move |_: &QLocalSocket| change(&mut spy.counts.borrow_mut())
        };
        socket.on_connected(count(|counts| counts.connected += 1));
        socket.on_disconnected(count(|counts| counts.disconnected += 1));
        socket.on_ready_read(count(|counts| counts.ready_read += 1));
        socket.on_read_channel_finished(count(|counts| counts.read_channel_finished += 1));
        socket.on_about_to_close(count(|counts| counts.about_to_close += 1));
        let log = spy.clone();
        socket.on_state_changed(move |_, state| log.counts.borrow_mut().states.push(state));
        let log = spy.clone();
        socket.on_error_occurred(move |_, error| {
            log.counts.borrow_mut().errors.push(error.kind);
            assert!(
                !error.message.is_empty() && error.message != "Unknown error",
                "an error has no text: {error:?}"
            );
        });
        spy
    }

    /// The signals that were delivered so far.
    pub fn counts(&self) -> Counts {
        self.counts.borrow().clone()
    }
}

/// Counts the `newConnection` signals of a server.
pub fn announced(server: &QLocalServer) -> Rc<Cell<usize>> {
    let announced = Rc::new(Cell::new(0));
    let count = announced.clone();
    server.on_new_connection(move |_| count.set(count.get() + 1));
    announced
}
