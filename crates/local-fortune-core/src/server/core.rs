// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a server does from its event loop, whoever holds the [`Server`](super::Server).

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use cxx_qt_lib::QString;
use cxx_qt_network::{ListenError, QBox, QLocalServer, QTimer};

use super::leaving::Leaving;
use super::shared::Shared;
use super::{Address, BACKLOG, Event, Interruption, WATCH};

#[cfg(unix)]
use super::{accept::Acceptor, workers::Workers};
#[cfg(not(unix))]
use super::{plain::Acceptor, plain::Workers};

/// How the taking of connections went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Turn {
    /// How many connections were taken.
    pub(super) taken: usize,
    /// Whether more wait than one thread takes in a turn.
    pub(super) more: bool,
}

/// After how many turns in a row that left somebody waiting a thread does not keep up: clients that
/// came while it slept are fewer.
const OVERRUN: u32 = 4;

/// Where a server is to listen, so that it can again after an interruption.
#[derive(Clone)]
enum Aim {
    /// Here.
    Address(Address),
    /// On a socket of somebody else's, for as long as that is there.
    #[cfg(unix)]
    Inherited,
}

/// None of the cells is borrowed while the user is called, who may call back.
pub(super) struct Core {
    this: Weak<Self>,
    pub(super) shared: Arc<Shared>,
    on_event: Box<dyn Fn(Event)>,
    leaving: Rc<Leaving>,
    pub(super) qt: RefCell<QBox<QLocalServer>>,
    acceptor: RefCell<Option<Acceptor>>,
    workers: RefCell<Option<Workers>>,
    /// How many threads are to serve, this one among them.
    pub(super) threads: Cell<usize>,
    /// Whether other events of this thread may wait for some milliseconds.
    pub(super) is_alone: Cell<bool>,
    watch: RefCell<QBox<QTimer>>,
    aim: RefCell<Option<Aim>>,
    interruption: Cell<Option<Interruption>>,
    /// How many turns in a row have left somebody waiting.
    overrun: Cell<u32>,
    /// Of how many fortunes the user knows.
    told: Cell<u64>,
}

impl Core {
    pub(super) fn new(shared: Arc<Shared>, on_event: Box<dyn Fn(Event)>) -> Rc<Self> {
        let mut qt = QLocalServer::new();
        qt.pin_mut().set_listen_backlog_size(BACKLOG);
        let mut watch = QTimer::new();
        Rc::new_cyclic(|this: &Weak<Self>| {
            let watcher = this.clone();
            let look = move |_: Pin<&mut QTimer>| {
                if let Some(core) = watcher.upgrade() {
                    core.look_round();
                }
            };
            watch.pin_mut().on_timeout(look).release();
            Self {
                this: this.clone(),
                leaving: Leaving::new(shared.clone()),
                shared,
                on_event,
                qt: RefCell::new(qt),
                acceptor: RefCell::default(),
                workers: RefCell::default(),
                threads: Cell::new(1),
                is_alone: Cell::default(),
                watch: RefCell::new(watch),
                aim: RefCell::default(),
                interruption: Cell::default(),
                overrun: Cell::default(),
                told: Cell::default(),
            }
        })
    }

    /// Starts to listen, and goes on trying after an interruption.
    pub(super) fn start(&self, address: Address) -> Result<(), ListenError> {
        if self.is_started() {
            return Err(ListenError::AlreadyListening);
        }
        self.listen(&address)?;
        *self.aim.borrow_mut() = Some(Aim::Address(address));
        Ok(())
    }

    /// Listens on a socket whose name belongs to somebody else.
    #[cfg(unix)]
    pub(super) fn listen_on(&self, listener: std::os::fd::OwnedFd) -> Result<(), ListenError> {
        if self.is_started() {
            return Err(ListenError::AlreadyListening);
        }
        {
            let mut qt = self.qt.borrow_mut();
            Acceptor::take_over(qt.pin_mut());
            qt.pin_mut().listen_inherited(listener)?;
        }
        self.open().inspect_err(|_| self.close())?;
        *self.aim.borrow_mut() = Some(Aim::Inherited);
        Ok(())
    }

    /// Stops listening.
    pub(super) fn stop(&self) {
        self.aim.take();
        self.interruption.set(None);
        self.close();
    }

    pub(super) fn is_started(&self) -> bool {
        self.aim.borrow().is_some()
    }

    /// Claims the name and takes connections.
    fn listen(&self, address: &Address) -> Result<(), ListenError> {
        {
            let mut qt = self.qt.borrow_mut();
            qt.pin_mut().set_socket_options(address.socket_options());
            Acceptor::take_over(qt.pin_mut());
            qt.pin_mut().claim(&QString::from(address.name.as_str()))?;
        }
        self.open().inspect_err(|_| self.close())
    }

    /// Takes connections from the server, which listens.
    fn open(&self) -> Result<(), ListenError> {
        let failed = |source| ListenError::Io {
            path: self.qt.borrow().full_server_name().to_string(),
            source,
        };
        let this = self.this.clone();
        let on_turn = move |turn| {
            if let Some(core) = this.upgrade() {
                core.after(turn);
            }
        };
        let acceptor = Acceptor::of(
            self.qt.borrow_mut().pin_mut(),
            self.shared.clone(),
            self.leaving.clone(),
            self.is_alone.get(),
            on_turn,
        );
        *self.acceptor.borrow_mut() = Some(acceptor.map_err(failed)?);
        self.employ().map_err(failed)?;
        self.watch.borrow_mut().pin_mut().start(WATCH);
        Ok(())
    }

    /// Gives the other threads the socket too, as many as there are to be.
    fn employ(&self) -> std::io::Result<()> {
        let others = self.threads.get().saturating_sub(1);
        let mut workers = self.workers.borrow_mut();
        if workers.as_ref().map_or(0, Workers::count) != others {
            *workers = None;
            *workers = Some(Workers::start(others, &self.shared)?);
        }
        match (workers.as_ref(), self.acceptor.borrow().as_ref()) {
            (Some(workers), Some(acceptor)) => workers.listen(acceptor),
            _ => Ok(()),
        }
    }

    /// Takes no more connections, and gives the name back.
    fn close(&self) {
        if let Some(workers) = self.workers.borrow().as_ref() {
            workers.close();
        }
        drop(self.acceptor.take());
        self.qt.borrow_mut().pin_mut().close();
    }

    /// Tells what was served, and calls for help if this thread does not keep up.
    fn after(&self, turn: Turn) {
        let overrun = if turn.more { self.overrun.get() + 1 } else { 0 };
        self.overrun.set(overrun % OVERRUN);
        if overrun == OVERRUN
            && let Some(workers) = self.workers.borrow().as_ref()
        {
            workers.call();
        }
        self.tell_served();
    }

    fn tell_served(&self) {
        let served = self.shared.sent();
        if self.told.replace(served) != served {
            tracing::debug!("{served} fortunes went out");
            (self.on_event)(Event::Served);
        }
    }

    /// Sees to what only time tells.
    fn look_round(&self) {
        self.leaving.drop_the_slow();
        // What the other threads have served.
        self.tell_served();
        let aim = self.aim.borrow().clone();
        if let Some(aim) = aim {
            self.interrupt(self.find_interruption(&aim));
        }
    }

    /// What keeps clients from being served, after an attempt to end it.
    fn find_interruption(&self, aim: &Aim) -> Option<Interruption> {
        let recovered = self.acceptor.borrow_mut().as_mut().map(Acceptor::recover);
        if recovered == Some(true) {
            return Some(Interruption::NoDescriptors);
        }
        match aim {
            Aim::Address(address) => self.find_lost_name(address),
            #[cfg(unix)]
            Aim::Inherited => None,
        }
    }

    #[cfg(unix)]
    fn find_lost_name(&self, address: &Address) -> Option<Interruption> {
        use cxx_qt_network::SocketFileState;

        let (state, path) = {
            let qt = self.qt.borrow();
            (qt.name_state(), qt.full_server_name().to_string())
        };
        if state == SocketFileState::Owned {
            return None;
        }
        // Not while it tries to listen again.
        if !path.is_empty() {
            let fate = match state {
                SocketFileState::Replaced => "replaced",
                _ => "removed",
            };
            tracing::warn!("{path} was {fate}: nobody finds the server any more");
        }
        self.close();
        match self.listen(address) {
            Ok(()) => {
                tracing::warn!("the server listens again");
                None
            }
            Err(error) => {
                tracing::debug!("cannot listen again yet: {error}");
                Some(match error {
                    ListenError::InUse { .. }
                    | ListenError::NotASocket { .. }
                    | ListenError::NotYours { .. } => Interruption::NameTaken,
                    _ => Interruption::NameLost,
                })
            }
        }
    }

    /// Elsewhere a name is no file, and ends with its server alone.
    #[cfg(not(unix))]
    fn find_lost_name(&self, _: &Address) -> Option<Interruption> {
        None
    }

    /// Tells of an interruption when it begins and when it is over.
    fn interrupt(&self, now: Option<Interruption>) {
        match (self.interruption.replace(now), now) {
            (before, Some(now)) if before != Some(now) => {
                tracing::warn!("the server is interrupted: {now}");
                (self.on_event)(Event::Interrupted(now));
            }
            (Some(_), None) => {
                tracing::warn!("the server serves again");
                (self.on_event)(Event::Resumed);
            }
            _ => {}
        }
    }
}
