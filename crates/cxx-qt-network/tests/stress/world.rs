// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The objects of an episode, and the log of its operations.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::os::unix::net::{UnixListener, UnixStream};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cxx_qt::QObject;
use cxx_qt::casting::Upcast;
use cxx_qt_network::{
    ConnectionGuard, QBox, QEventLoop, QLocalServer, QLocalSocket, QPointer, QSocketNotifier,
    QTimer,
};

use crate::support::Folder;

/// The message of intentional panics.
pub struct Planned;

thread_local! {
    /// The number of intentional panics, and of those that were caught.
    static PANICS: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

impl Planned {
    pub fn panic() -> ! {
        let (raised, seen) = PANICS.get();
        PANICS.set((raised + 1, seen));
        resume_unwind(Box::new(Self))
    }
}

/// Calls `f` and returns whether it has not panicked. Catches only intentional panics.
pub fn expecting(f: impl FnOnce()) -> bool {
    let Err(panic) = catch_unwind(AssertUnwindSafe(f)) else {
        return true;
    };
    if !panic.is::<Planned>() {
        resume_unwind(panic);
    }
    let (raised, seen) = PANICS.get();
    PANICS.set((raised, seen + 1));
    false
}

/// A value that panics when it is dropped.
pub struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            Planned::panic();
        }
    }
}

/// The last operations of a thread.
pub struct Journal {
    is_loud: bool,
    steps: AtomicU64,
    lines: Mutex<(u64, VecDeque<String>)>,
}

impl Journal {
    const LINES: usize = 60;

    pub fn new(is_loud: bool) -> Self {
        Self {
            is_loud,
            steps: AtomicU64::new(0),
            lines: Mutex::default(),
        }
    }

    /// Starts an episode.
    pub fn begin(&self, seed: u64) {
        *self.lines.lock().unwrap_or_else(PoisonError::into_inner) = (seed, VecDeque::new());
        self.add(0, format!("seed {seed}"));
    }

    /// Starts an operation, at a nesting depth of handlers.
    pub fn add(&self, depth: usize, operation: String) {
        self.steps.fetch_add(1, Ordering::Relaxed);
        let line = format!("{:1$}{operation}", "", 2 * depth);
        if self.is_loud {
            crate::report(&line);
        }
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.1.push_back(line);
        if lines.1.len() > Self::LINES {
            lines.1.pop_front();
        }
    }

    pub fn steps(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }

    /// The seed of the episode and its last operations.
    pub fn tail(&self) -> String {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let operations: Vec<_> = lines.1.iter().map(String::as_str).collect();
        format!("STRESS_SEED={}\n{}", lines.0, operations.join("\n"))
    }
}

/// A few objects of a class.
pub struct Pool<T: Upcast<QObject>> {
    boxes: RefCell<Vec<Rc<QBox<T>>>>,
    /// Handles of all objects that were ever in the pool.
    handles: RefCell<Vec<QPointer<T>>>,
}

impl<T: Upcast<QObject>> Pool<T> {
    const SIZE: usize = 4;

    fn new() -> Self {
        Self {
            boxes: RefCell::default(),
            handles: RefCell::default(),
        }
    }

    /// Adds an object; drops another one if there are too many.
    pub fn put(&self, world: &World, object: QBox<T>) {
        self.handles.borrow_mut().push(object.downgrade());
        let count = self.boxes.borrow().len();
        if count >= Self::SIZE {
            drop(self.take(world));
        }
        self.boxes.borrow_mut().push(Rc::new(object));
    }

    /// Removes an object.
    pub fn take(&self, world: &World) -> Option<Rc<QBox<T>>> {
        let count = self.boxes.borrow().len();
        (count > 0).then(|| self.boxes.borrow_mut().swap_remove(world.below(count)))
    }

    /// Borrows an object: by its box, which cannot be dropped meanwhile, or by a handle.
    pub fn with(&self, world: &World, f: impl FnOnce(&T)) {
        if world.one_in(2) {
            let count = self.boxes.borrow().len();
            if count > 0 {
                let object = self.boxes.borrow()[world.below(count)].clone();
                f(&object);
            }
        } else {
            let count = self.handles.borrow().len();
            if count > 0 {
                // Prefer recent handles, which are less likely to be null.
                let index = count - 1 - world.below(count.min(2 * Self::SIZE));
                let handle = self.handles.borrow()[index].clone();
                let seen = handle.with(f).is_some();
                assert!(seen || handle.is_null());
            }
        }
    }

    fn assert_gone(&self) {
        for handle in &*self.handles.borrow() {
            assert!(handle.is_null(), "{handle:?} is not null");
        }
    }
}

type Handlers = Rc<RefCell<BTreeMap<usize, &'static str>>>;

/// Captured by each handler, to check that it is dropped.
pub struct Token {
    number: usize,
    handlers: Handlers,
}

impl Drop for Token {
    fn drop(&mut self) {
        self.handlers.borrow_mut().remove(&self.number);
    }
}

/// The state of an episode.
pub struct World {
    pub sockets: Pool<QLocalSocket>,
    pub servers: Pool<QLocalServer>,
    pub timers: Pool<QTimer>,
    pub notifiers: Pool<QSocketNotifier>,
    /// The running event loops.
    pub loops: RefCell<Vec<QPointer<QEventLoop>>>,
    pub guards: RefCell<Vec<ConnectionGuard>>,
    /// The guards of handlers that own an object, dropped at the end of the episode, since there
    /// may be reference cycles.
    pub owner_guards: RefCell<Vec<ConnectionGuard>>,
    pub peers: RefCell<Vec<UnixStream>>,
    pub listeners: RefCell<Vec<UnixListener>>,
    /// Files that use up the descriptors of the process.
    pub files: RefCell<Vec<File>>,
    /// The number of live handlers.
    handlers: Handlers,
    made: Cell<usize>,
    /// Whether the episode may use up the descriptors of the process.
    pub takes_descriptors: bool,
    folder: Folder,
    random: Cell<u64>,
    left: Cell<u32>,
    depth: Cell<usize>,
    journal: Arc<Journal>,
}

impl World {
    pub fn new(
        seed: u64,
        operations: u32,
        takes_descriptors: bool,
        journal: Arc<Journal>,
    ) -> Rc<Self> {
        Rc::new(Self {
            sockets: Pool::new(),
            servers: Pool::new(),
            timers: Pool::new(),
            notifiers: Pool::new(),
            loops: RefCell::default(),
            guards: RefCell::default(),
            owner_guards: RefCell::default(),
            peers: RefCell::default(),
            listeners: RefCell::default(),
            files: RefCell::default(),
            handlers: Handlers::default(),
            made: Cell::new(0),
            takes_descriptors,
            folder: Folder::new(),
            random: Cell::new(seed),
            left: Cell::new(operations),
            depth: Cell::new(0),
            journal,
        })
    }

    /// The value that a new handler captures.
    pub fn token(&self, handler: &'static str) -> Token {
        let number = self.made.get();
        self.made.set(number + 1);
        self.journal
            .add(self.depth.get(), format!("handler {number}: {handler}"));
        self.handlers.borrow_mut().insert(number, handler);
        Token {
            number,
            handlers: self.handlers.clone(),
        }
    }

    /// A number from 0 to `count - 1` (splitmix64).
    pub fn below(&self, count: usize) -> usize {
        let state = self.random.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.random.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % count as u64) as usize
    }

    pub fn one_in(&self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub fn choose<T: Clone>(&self, values: &[T]) -> T {
        values[self.below(values.len())].clone()
    }

    /// A random path; often the same, so that clients find servers.
    pub fn name(&self) -> String {
        let name = match self.below(12) {
            0..6 => "a",
            6..8 => "b",
            8 => "missing/c",
            9 => "nul\0d",
            10 => {
                "a name that is longer than an address of a socket has room for, which is \
                   about a hundred bytes on the systems that there are"
            }
            _ => return String::new(),
        };
        self.folder.path(name).display().to_string()
    }

    /// A path that exists in some form.
    pub fn path(&self) -> String {
        let name = self.choose(&["a", "a", "b"]);
        self.folder.path(name).display().to_string()
    }

    /// A short time limit.
    pub fn limit(&self) -> Option<Duration> {
        Some(Duration::from_micros(self.choose(&[0, 0, 1, 1000, 3000])))
    }

    pub fn bytes(&self) -> Vec<u8> {
        let length = self.choose(&[0, 1, 7, 100, 5000, 300_000]);
        (0..length).map(|index| (index % 251) as u8).collect()
    }

    /// Keeps a peer, and closes the oldest if there are many.
    pub fn add_peer(&self, peer: UnixStream) {
        peer.set_nonblocking(true).unwrap();
        let mut peers = self.peers.borrow_mut();
        peers.push(peer);
        if peers.len() > 6 {
            peers.remove(0);
        }
    }

    /// Borrows one of the peers, if there are any.
    pub fn with_peer(&self, f: impl FnOnce(&UnixStream)) {
        let peers = self.peers.borrow();
        if !peers.is_empty() {
            f(&peers[self.below(peers.len())]);
        }
    }

    pub fn has_operations_left(&self) -> bool {
        self.left.get() > 0
    }

    /// Counts an operation; returns `false` after the last one.
    pub fn begin(&self, operation: &str, detail: &str) -> bool {
        let left = self.left.get();
        if left == 0 {
            return false;
        }
        self.left.set(left - 1);
        self.journal
            .add(self.depth.get(), format!("{operation} {detail}"));
        true
    }

    /// The current nesting depth of handlers.
    pub fn depth(&self) -> usize {
        self.depth.get()
    }

    /// Calls `f` as the body of a handler.
    pub fn inside(&self, handler: &str, f: impl FnOnce()) {
        struct Depth<'w>(&'w Cell<usize>);

        impl Drop for Depth<'_> {
            fn drop(&mut self) {
                self.0.set(self.0.get() - 1);
            }
        }

        self.journal.add(self.depth.get(), format!("in {handler}"));
        self.depth.set(self.depth.get() + 1);
        let _depth = Depth(&self.depth);
        f();
    }

    /// Drops everything in random order, and checks that nothing leaks.
    pub fn end(self: Rc<Self>) {
        self.left.set(0);
        self.journal.add(0, "end".into());
        self.files.take();
        let mut steps: Vec<fn(&Self)> = vec![
            |world| drop(world.sockets.boxes.take()),
            |world| drop(world.servers.boxes.take()),
            |world| drop(world.timers.boxes.take()),
            |world| drop(world.notifiers.boxes.take()),
            |world| drop(world.guards.take()),
            |world| drop(world.owner_guards.take()),
            |world| drop(world.peers.take()),
            |world| drop(world.listeners.take()),
        ];
        while !steps.is_empty() {
            let step = steps.swap_remove(self.below(steps.len()));
            expecting(|| step(&self));
        }
        while !expecting(crate::operations::run_loop_once) {}
        self.sockets.assert_gone();
        self.servers.assert_gone();
        self.timers.assert_gone();
        self.notifiers.assert_gone();
        let (raised, seen) = PANICS.take();
        assert_eq!(raised, seen, "panics are lost");
        let left = self.handlers.borrow();
        assert!(left.is_empty(), "handlers are left: {left:?}");
    }
}
