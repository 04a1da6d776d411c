// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Writes down what objects tell, to compare it with what a test expects.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;

use cxx_qt_network::{
    LocalSocketError, LocalSocketState, QIODeviceExt, QLocalServer, QLocalSocket,
};

/// What a socket has told so far.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    pub connected: usize,
    pub disconnected: usize,
    pub ready_read: usize,
    pub read_channel_finished: usize,
    pub about_to_close: usize,
    pub states: Vec<LocalSocketState>,
    pub errors: Vec<LocalSocketError>,
}

/// Listens to all signals of a socket.
///
/// Inside each it checks what the signal says against the socket itself. What is wrong there is
/// kept for [`counts`](Self::counts): a panic in a handler that a plain call emits fails no test.
#[derive(Default)]
pub struct Told {
    counts: RefCell<Counts>,
    wrong: RefCell<Vec<String>>,
}

impl Told {
    pub fn by(mut socket: Pin<&mut QLocalSocket>) -> Rc<Self> {
        let told = Rc::new(Self::default());
        let log = told.clone();
        let connected = move |socket: Pin<&mut QLocalSocket>| {
            log.counts.borrow_mut().connected += 1;
            log.check(
                "connected, state",
                &socket.state(),
                &LocalSocketState::ConnectedState,
            );
            log.check("connected, is_open", &socket.is_open(), &true);
        };
        socket.as_mut().on_connected(connected).release();
        let log = told.clone();
        let disconnected = move |socket: Pin<&mut QLocalSocket>| {
            log.counts.borrow_mut().disconnected += 1;
            log.check(
                "disconnected, state",
                &socket.state(),
                &LocalSocketState::UnconnectedState,
            );
        };
        socket.as_mut().on_disconnected(disconnected).release();
        let log = told.clone();
        socket
            .as_mut()
            .on_state_changed(move |socket, state| {
                log.counts.borrow_mut().states.push(state);
                log.check("state_changed", &socket.state(), &state);
            })
            .release();
        let log = told.clone();
        socket
            .as_mut()
            .on_error_occurred(move |socket, error| {
                log.counts.borrow_mut().errors.push(error.kind);
                log.check("error_occurred, kind", &socket.error(), &error.kind);
                if error.text.is_empty() || error.text == "Unknown error" {
                    log.wrong.borrow_mut().push("an error says nothing".into());
                }
            })
            .release();
        let log = told.clone();
        socket
            .as_mut()
            .on_ready_read(move |device| {
                log.counts.borrow_mut().ready_read += 1;
                log.check("ready_read, at_end", &device.at_end(), &false);
            })
            .release();
        let log = told.clone();
        socket
            .as_mut()
            .on_read_channel_finished(move |_| log.counts.borrow_mut().read_channel_finished += 1)
            .release();
        let log = told.clone();
        socket
            .on_about_to_close(move |device| {
                log.counts.borrow_mut().about_to_close += 1;
                log.check("about_to_close, is_open", &device.is_open(), &true);
            })
            .release();
        told
    }

    /// What was told so far; fails if any of it was not so.
    pub fn counts(&self) -> Counts {
        let wrong = self.wrong.borrow();
        assert!(wrong.is_empty(), "{wrong:#?}");
        self.counts.borrow().clone()
    }

    fn check<T: PartialEq + std::fmt::Debug>(&self, what: &str, is: &T, expected: &T) {
        if is != expected {
            let wrong = format!("{what}: {is:?} instead of {expected:?}");
            self.wrong.borrow_mut().push(wrong);
        }
    }
}

/// Counts how often a server announces somebody who can be taken.
pub fn announced(server: Pin<&mut QLocalServer>) -> Rc<Cell<usize>> {
    let announced = Rc::new(Cell::new(0));
    let count = announced.clone();
    server
        .on_new_connection(move |server| {
            if server.has_pending_connections() {
                count.set(count.get() + 1);
            }
        })
        .release();
    announced
}
