// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Further threads that take connections from the same listening socket, each with an event loop of
//! its own.
//!
//! Whoever connects would wake all that watch the socket, all but one of them for nothing. So the
//! server's own thread watches alone until clients come faster than it takes them. Then it calls a
//! worker, which helps as long as it finds many waiting, and rests again when it finds few.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use cxx_qt_network::{NotifierKind, QBox, QEventLoop, QSocketNotifier, QTimer};

use super::WATCH;
use super::accept::Acceptor;
use super::core::Turn;
use super::leaving::Leaving;
use super::lookout::Way;
use super::shared::Shared;

/// How many clients make a turn worth a thread's while.
const MANY: usize = 8;

/// How often in a row a worker finds fewer before it rests.
const PATIENCE: u32 = 3;

/// The further threads of a server. Dropping it ends them.
pub(super) struct Workers(Vec<Worker>);

struct Worker {
    commands: Sender<Command>,
    /// Wakes the worker's event loop; the worker ends when this is closed.
    bell: Option<UnixStream>,
    is_helping: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

enum Command {
    /// Take connections from this socket whenever help is called for, and say when that is possible.
    Listen(OwnedFd, Sender<()>),
    /// Take connections now.
    Help,
    /// Take no more connections.
    Close,
}

impl Workers {
    /// Starts so many threads.
    pub(super) fn start(count: usize, shared: &Arc<Shared>) -> io::Result<Self> {
        (0..count)
            .map(|_| Worker::start(shared.clone()))
            .collect::<io::Result<_>>()
            .map(Self)
    }

    /// How many they are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Lets them take connections from the socket when they are called; they are ready then.
    pub(super) fn listen(&self, acceptor: &Acceptor) -> io::Result<()> {
        for worker in &self.0 {
            let (ready, is_ready) = channel();
            worker.tell(Command::Listen(acceptor.listener()?, ready));
            let ended = |_| io::Error::other("a thread of the server has ended");
            is_ready.recv().map_err(ended)?;
        }
        Ok(())
    }

    /// Lets them take no more connections.
    pub(super) fn close(&self) {
        self.0.iter().for_each(|worker| worker.tell(Command::Close));
    }

    /// Calls one that rests.
    pub(super) fn call(&self) {
        let rests = |worker: &&Worker| !worker.is_helping.swap(true, Ordering::Relaxed);
        if let Some(worker) = self.0.iter().find(rests) {
            worker.tell(Command::Help);
        }
    }
}

impl Worker {
    fn start(shared: Arc<Shared>) -> io::Result<Self> {
        let (commands, orders) = channel();
        let (bell, ear) = UnixStream::pair()?;
        bell.set_nonblocking(true)?;
        ear.set_nonblocking(true)?;
        let is_helping = Arc::new(AtomicBool::new(false));
        let rests = is_helping.clone();
        let thread = thread::Builder::new()
            .name("fortunes".to_owned())
            .spawn(move || run(orders, ear, shared, rests))?;
        Ok(Self {
            commands,
            bell: Some(bell),
            is_helping,
            thread: Some(thread),
        })
    }

    fn tell(&self, command: Command) {
        // Sending fails only when the thread is gone; a bell too full to ring is ringing.
        let _ = self.commands.send(command);
        if let Some(mut bell) = self.bell.as_ref() {
            let _ = bell.write(&[0]);
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.bell = None;
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("a thread of the server has panicked");
        }
    }
}

/// What a worker's thread does from beginning to end.
fn run(
    orders: Receiver<Command>,
    ear: UnixStream,
    shared: Arc<Shared>,
    is_helping: Arc<AtomicBool>,
) {
    // First: a thread has a place for events only once it has had a loop.
    let mut event_loop = QEventLoop::new();
    let helper = Helper::new(shared, is_helping);
    let quit = event_loop.downgrade();
    let mut ear = QSocketNotifier::new(ear, NotifierKind::Read);
    let told = helper.clone();
    let _connection = ear.pin_mut().on_activated(move |ear| {
        if is_closed(ear) {
            quit.with(QEventLoop::quit);
        } else {
            orders.try_iter().for_each(|order| told.obey(order));
        }
    });
    ear.pin_mut().set_enabled(true);
    event_loop.pin_mut().exec();
}

/// Takes what rang, and tells whether the other end is closed.
fn is_closed(ear: Pin<&mut QSocketNotifier>) -> bool {
    rustix::io::read(ear.socket(), &mut [0; 64]) == Ok(0)
}

/// A worker in its thread.
struct Helper {
    this: Weak<Self>,
    shared: Arc<Shared>,
    is_helping: Arc<AtomicBool>,
    leaving: Rc<Leaving>,
    acceptor: RefCell<Option<Acceptor>>,
    watch: RefCell<QBox<QTimer>>,
    /// How many turns in a row were not worth it.
    in_vain: Cell<u32>,
}

impl Helper {
    fn new(shared: Arc<Shared>, is_helping: Arc<AtomicBool>) -> Rc<Self> {
        Rc::new_cyclic(|this: &Weak<Self>| {
            let mut watch = QTimer::new();
            let watcher = this.clone();
            let look = move |timer: Pin<&mut QTimer>| {
                if watcher.upgrade().is_none_or(|this| this.look_round()) {
                    timer.stop();
                }
            };
            watch.pin_mut().on_timeout(look).release();
            Self {
                this: this.clone(),
                leaving: Leaving::new(shared.clone()),
                shared,
                is_helping,
                acceptor: RefCell::default(),
                watch: RefCell::new(watch),
                in_vain: Cell::default(),
            }
        })
    }

    fn obey(&self, order: Command) {
        match order {
            Command::Listen(listener, ready) => {
                let this = self.this.clone();
                let on_turn = move |turn| {
                    if let Some(this) = this.upgrade() {
                        this.after(turn);
                    }
                };
                let (shared, leaving) = (self.shared.clone(), self.leaving.clone());
                // When nobody waits any more, its help is not needed.
                let ways = [Way::Loop];
                let mut acceptor = Acceptor::new(listener, shared, leaving, &ways, on_turn);
                acceptor.set_enabled(false);
                *self.acceptor.borrow_mut() = Some(acceptor);
                // Fails only when nobody waits any more.
                let _ = ready.send(());
            }
            Command::Help => self.set_helping(true),
            Command::Close => {
                let closed = self.acceptor.take();
                drop(closed);
                self.set_helping(false);
            }
        }
    }

    /// Helps on as long as there is something to do.
    fn after(&self, turn: Turn) {
        let in_vain = match turn.taken {
            MANY.. => 0,
            _ => self.in_vain.get() + 1,
        };
        self.in_vain.set(in_vain);
        if in_vain >= PATIENCE {
            self.set_helping(false);
        }
        if !self.is_at_peace() {
            self.watch.borrow_mut().pin_mut().start(WATCH);
        }
    }

    fn set_helping(&self, helping: bool) {
        self.in_vain.set(0);
        self.is_helping.store(helping, Ordering::Relaxed);
        if let Some(acceptor) = self.acceptor.borrow_mut().as_mut() {
            acceptor.set_enabled(helping);
        }
    }

    /// Sees to what only time tells, and returns whether there is nothing more to see to.
    fn look_round(&self) -> bool {
        self.leaving.drop_the_slow();
        if let Some(acceptor) = self.acceptor.borrow_mut().as_mut() {
            acceptor.recover();
        }
        self.is_at_peace()
    }

    fn is_at_peace(&self) -> bool {
        let is_stuck = self
            .acceptor
            .borrow()
            .as_ref()
            .is_some_and(Acceptor::is_stuck);
        self.leaving.is_empty() && !is_stuck
    }
}
