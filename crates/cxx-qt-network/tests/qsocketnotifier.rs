// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `QSocketNotifier`.

use std::cell::{Cell, RefCell};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;

use crate::support::{qt, run, settle};
use cxx_qt_network::{QSocketNotifier, QSocketNotifierType};

fn pair() -> (UnixStream, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    theirs.set_nonblocking(true).unwrap();
    (ours, theirs)
}

#[test]
fn notifier_fires_until_data_is_read() {
    qt(|| {
        let (ours, mut theirs) = pair();
        let reader = ours.try_clone().unwrap();
        let number = ours.as_raw_fd();
        let notifier = QSocketNotifier::new(ours, QSocketNotifierType::Read);
        assert_eq!(notifier.kind(), QSocketNotifierType::Read);
        assert_eq!(notifier.socket().as_raw_fd(), number);
        theirs.write_all(b"abc").unwrap();
        let got = Rc::new(RefCell::new(Vec::new()));
        let _connection = run(|quit| {
            let (quit, got) = (quit.clone(), got.clone());
            let connection = notifier.on_activated(move |_| {
                let mut byte = [0];
                (&reader).read_exact(&mut byte).unwrap();
                got.borrow_mut().push(byte[0]);
                if got.borrow().len() == 3 {
                    quit.quit();
                }
            });
            notifier.set_enabled(true);
            connection
        });
        assert_eq!(*got.borrow(), b"abc");
    });
}

#[test]
fn disabled_notifier_does_not_fire() {
    qt(|| {
        let (ours, mut theirs) = pair();
        theirs.write_all(b"a").unwrap();
        let called = Rc::new(Cell::new(0));
        let count = called.clone();
        let notifier = QSocketNotifier::new(ours, QSocketNotifierType::Read);
        notifier.on_activated(move |notifier| {
            count.set(count.get() + 1);
            notifier.set_enabled(false);
        });
        assert!(!notifier.is_enabled());
        settle();
        assert_eq!(called.get(), 0);
        notifier.set_enabled(true);
        settle();
        settle();
        assert_eq!(called.get(), 1);
        assert!(!notifier.is_enabled());
    });
}

#[test]
fn notifier_disabled_by_another_calls_no_handler() {
    qt(|| {
        let count = Rc::new(Cell::new(0));
        let mut peers = Vec::new();
        let notifiers = [(); 2].map(|()| {
            let (ours, mut theirs) = pair();
            theirs.write_all(b"a").unwrap();
            peers.push(theirs);
            QSocketNotifier::new(ours, QSocketNotifierType::Read)
        });
        let handles = notifiers.each_ref().map(|notifier| notifier.downgrade());
        for notifier in &notifiers {
            let (count, handles) = (count.clone(), handles.clone());
            notifier.on_activated(move |_| {
                count.set(count.get() + 1);
                for handle in &handles {
                    handle.with(|notifier| notifier.set_enabled(false));
                }
            });
            notifier.set_enabled(true);
        }
        settle();
        assert_eq!(count.get(), 1);
    });
}

#[test]
fn write_notifier_fires_when_writable() {
    qt(|| {
        let (mut ours, mut theirs) = pair();
        while ours.write(&[0; 4096]).is_ok() {}
        let called = Rc::new(Cell::new(false));
        let set = called.clone();
        let notifier = QSocketNotifier::new(ours, QSocketNotifierType::Write);
        assert_eq!(notifier.kind(), QSocketNotifierType::Write);
        notifier.on_activated(move |notifier| {
            set.set(true);
            notifier.set_enabled(false);
        });
        notifier.set_enabled(true);
        settle();
        assert!(!called.get());
        while theirs.read(&mut [0; 4096]).is_ok() {}
        settle();
        settle();
        assert!(called.get());
    });
}

#[test]
fn notifier_dropped_in_own_signal() {
    qt(|| {
        let (ours, mut theirs) = pair();
        let waiting = theirs.read(&mut [0]).unwrap_err();
        assert_eq!(waiting.kind(), ErrorKind::WouldBlock);
        theirs.write_all(b"a").unwrap();
        let owner = Rc::new(RefCell::new(None));
        run(|quit| {
            let (quit, own) = (quit.clone(), owner.clone());
            let notifier = QSocketNotifier::new(ours, QSocketNotifierType::Read);
            notifier.on_activated(move |_| {
                drop(own.take());
                quit.quit();
            });
            notifier.set_enabled(true);
            *owner.borrow_mut() = Some(notifier);
        });
        settle();
        // The byte was never read, so the result is EOF or an error.
        let end = theirs.read(&mut [0]);
        assert!(
            end.as_ref()
                .map_or_else(|it| it.kind() == ErrorKind::ConnectionReset, |&it| it == 0),
            "{end:?}"
        );
    });
}
