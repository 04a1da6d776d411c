// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `QSocketNotifier`: waiting for a descriptor of one's own.

#![cfg(unix)]

mod support;

use std::cell::{Cell, RefCell};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;

use cxx_qt_network::{NotifierKind, QSocketNotifier};
use support::{qt, run, settle};

fn pair() -> (UnixStream, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    theirs.set_nonblocking(true).unwrap();
    (ours, theirs)
}

#[test]
fn a_notifier_is_called_until_what_there_is_was_read() {
    qt(|| {
        let (ours, mut theirs) = pair();
        let reader = ours.try_clone().unwrap();
        let number = ours.as_raw_fd();
        let mut notifier = QSocketNotifier::new(ours, NotifierKind::Read);
        assert_eq!(notifier.kind(), NotifierKind::Read);
        assert_eq!(notifier.socket().as_raw_fd(), number);
        theirs.write_all(b"abc").unwrap();
        let got = Rc::new(RefCell::new(Vec::new()));
        let _connection = run(|quit| {
            let (quit, got) = (quit.clone(), got.clone());
            let connection = notifier.pin_mut().on_activated(move |_| {
                let mut byte = [0];
                (&reader).read_exact(&mut byte).unwrap();
                got.borrow_mut().push(byte[0]);
                if got.borrow().len() == 3 {
                    quit.quit();
                }
            });
            notifier.pin_mut().set_enabled(true);
            connection
        });
        assert_eq!(*got.borrow(), b"abc");
    });
}

#[test]
fn a_notifier_that_is_not_enabled_is_silent() {
    qt(|| {
        let (ours, mut theirs) = pair();
        theirs.write_all(b"a").unwrap();
        let called = Rc::new(Cell::new(0));
        let count = called.clone();
        let mut notifier = QSocketNotifier::new(ours, NotifierKind::Read);
        notifier
            .pin_mut()
            .on_activated(move |mut notifier| {
                count.set(count.get() + 1);
                notifier.as_mut().set_enabled(false);
            })
            .release();
        assert!(!notifier.is_enabled());
        settle();
        assert_eq!(called.get(), 0);
        notifier.pin_mut().set_enabled(true);
        settle();
        settle();
        assert_eq!(called.get(), 1);
        assert!(!notifier.is_enabled());
    });
}

#[test]
fn a_notifier_tells_when_there_is_room_to_write() {
    qt(|| {
        let (mut ours, mut theirs) = pair();
        while ours.write(&[0; 4096]).is_ok() {}
        let called = Rc::new(Cell::new(false));
        let set = called.clone();
        let mut notifier = QSocketNotifier::new(ours, NotifierKind::Write);
        assert_eq!(notifier.kind(), NotifierKind::Write);
        notifier
            .pin_mut()
            .on_activated(move |mut notifier| {
                set.set(true);
                notifier.as_mut().set_enabled(false);
            })
            .release();
        notifier.pin_mut().set_enabled(true);
        settle();
        assert!(!called.get());
        while theirs.read(&mut [0; 4096]).is_ok() {}
        settle();
        settle();
        assert!(called.get());
    });
}

#[test]
fn a_notifier_closes_its_descriptor_and_may_be_dropped_while_it_calls() {
    qt(|| {
        let (ours, mut theirs) = pair();
        let waiting = theirs.read(&mut [0]).unwrap_err();
        assert_eq!(waiting.kind(), ErrorKind::WouldBlock);
        theirs.write_all(b"a").unwrap();
        let owner = Rc::new(RefCell::new(None));
        run(|quit| {
            let (quit, own) = (quit.clone(), owner.clone());
            let mut notifier = QSocketNotifier::new(ours, NotifierKind::Read);
            notifier
                .pin_mut()
                .on_activated(move |_| {
                    drop(own.take());
                    quit.quit();
                })
                .release();
            notifier.pin_mut().set_enabled(true);
            *owner.borrow_mut() = Some(notifier);
        });
        settle();
        // What it had sent was never read, so the end is an error or an end.
        let end = theirs.read(&mut [0]);
        assert!(
            end.as_ref()
                .map_or_else(|it| it.kind() == ErrorKind::ConnectionReset, |&it| it == 0),
            "{end:?}"
        );
    });
}
