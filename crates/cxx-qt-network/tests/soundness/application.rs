// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The application: its destruction, its absence, and its messages. Each test runs in its own
//! process.

use std::cell::{Cell, RefCell};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cxx_qt_lib::{QCoreApplication, QMessageLogContext, QString, QtMsgType, qt_message_output};
use cxx_qt_network::{
    QBox, QCoreApplicationExt, QEventLoop, QIODeviceExt, QLocalServer, QLocalSocket,
    QSocketNotifier, QSocketNotifierType, QTimer, exit_application_later, qt_version,
    set_message_handler,
};

use super::fixture::{
    LIMIT, client, connecting, run_for, run_until, send, short_queue, socket_pair,
};
use crate::support::Folder;
use crate::support::process::{in_process, succeed_in_process};

#[test]
fn exit_from_a_thread_may_race_with_the_end() {
    succeed_in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        let is_over = Arc::new(AtomicBool::new(false));
        let end = is_over.clone();
        let thread = thread::spawn(move || {
            while !end.load(Ordering::Relaxed) {
                exit_application_later(0);
            }
        });
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(3) {
            drop(QCoreApplication::new());
        }
        is_over.store(true, Ordering::Relaxed);
        thread.join().unwrap();
    });
}

#[test]
fn exit_from_a_thread_ends_the_application() {
    succeed_in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        // Without an application it does nothing.
        exit_application_later(3);
        for code in [0, 7] {
            let application = QCoreApplication::new();
            let thread = thread::spawn(move || exit_application_later(code));
            assert_eq!(application.exec(), code);
            thread.join().unwrap();
        }
    });
}

#[test]
fn application_dropped_in_a_loop_is_reported() {
    let ended = in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        let application = RefCell::new(Some(QCoreApplication::new()));
        let event_loop = QEventLoop::new();
        let (timer, count) = (QTimer::new(), Cell::new(0));
        let quit = event_loop.downgrade();
        timer.on_timeout(move |_| {
            drop(application.take());
            count.set(count.get() + 1);
            if count.get() > 3 {
                quit.with(QEventLoop::quit);
            }
        });
        timer.start(Duration::ZERO);
        event_loop.exec();
    });
    if let Some(ended) = ended {
        // Qt does not allow it: the process aborts with a message, or the loop ends.
        let is_told = ended.stderr.contains("QCoreApplication");
        assert!(ended.status == Some(0) || is_told, "{ended:?}");
    }
}

#[test]
fn loop_without_application_panics() {
    let body = || {
        cxx_qt::init_crate!(cxx_qt_network);
        let event_loop = QEventLoop::new();
        let timer = QTimer::new();
        timer.start(Duration::ZERO);
        event_loop.exec();
    };
    let Some(ended) = in_process(body) else {
        return;
    };
    assert_eq!(ended.status, Some(101), "{ended:?}");
    let text = "an event loop needs a QCoreApplication";
    assert!(
        ended.stderr.contains(text) || ended.stdout.contains(text),
        "{ended:?}"
    );
}

#[test]
fn process_events_without_application_panics() {
    let body = || {
        cxx_qt::init_crate!(cxx_qt_network);
        QEventLoop::new().process_events();
    };
    let Some(ended) = in_process(body) else {
        return;
    };
    assert_eq!(ended.status, Some(101), "{ended:?}");
}

#[test]
fn loop_in_a_thread_after_the_application_panics() {
    let body = || {
        cxx_qt::init_crate!(cxx_qt_network);
        drop(QCoreApplication::new());
        let outcome = thread::spawn(|| QEventLoop::new().exec()).join();
        assert!(outcome.is_err());
    };
    succeed_in_process(body);
}

thread_local!(static MESSAGES: RefCell<Vec<(QtMsgType, String, String)>> =
    const { RefCell::new(Vec::new()) });

#[test]
fn message_category_need_not_be_utf8() {
    succeed_in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        set_message_handler(|kind, category, text| {
            MESSAGES.with_borrow_mut(|log| log.push((kind, category.into(), text.into())));
            assert!(text != "panic", "a handler may panic");
        });
        let context = QMessageLogContext::new(c"file", 1, c"function", c"\xff\xfea");
        for text in ["text", "panic", "after"] {
            qt_message_output(QtMsgType::QtWarningMsg, &context, &QString::from(text));
        }
        let expected = |text: &str| {
            (
                QtMsgType::QtWarningMsg,
                "\u{fffd}\u{fffd}a".into(),
                text.into(),
            )
        };
        let log = MESSAGES.take();
        assert!(log == ["text", "panic", "after"].map(expected));
    });
}

#[test]
fn message_handler_outlives_no_thread_local() {
    /// Sends a message of Qt when its thread's values are destroyed.
    struct Late;

    impl Drop for Late {
        fn drop(&mut self) {
            qt_warning("late");
        }
    }

    fn qt_warning(text: &str) {
        let context = QMessageLogContext::new(c"file", 1, c"function", c"default");
        qt_message_output(QtMsgType::QtWarningMsg, &context, &QString::from(text));
    }

    thread_local!(static LATE: Late = const { Late });

    let ended = in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        set_message_handler(|kind, category, text| {
            MESSAGES.with_borrow_mut(|log| log.push((kind, category.into(), text.into())));
        });
        thread::spawn(|| {
            LATE.with(|_| ());
            qt_warning("text");
            assert_eq!(MESSAGES.with_borrow(Vec::len), 1);
        })
        .join()
        .unwrap();
    });
    if let Some(ended) = ended {
        assert_eq!(ended.status, Some(0), "{ended:?}");
        assert!(!ended.stderr.contains("panicked"), "{ended:?}");
        assert!(ended.stderr.contains("late"), "{ended:?}");
    }
}

#[test]
fn objects_work_without_an_application() {
    succeed_in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        let value = Rc::new(());
        let kept = value.clone();
        let timer = QTimer::new();
        let connection = timer.on_timeout(move |_| {
            let _ = &kept;
        });
        connection.disconnect();
        assert_eq!(Rc::strong_count(&value), 1);
    });
}

#[test]
fn objects_outlive_an_application_into_the_next() {
    succeed_in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        let folder = Folder::new();
        let application = QCoreApplication::new();
        let server = QLocalServer::new();
        server.listen_exclusive(folder.name("s")).unwrap();
        let (socket, peer) = socket_pair();
        let connecting = connecting(&folder, "s");
        let (watched, other) = UnixStream::pair().unwrap();
        send(&other, b"x");
        let notifier = QSocketNotifier::new(watched, QSocketNotifierType::Read);
        notifier.set_enabled(true);
        let timer = QTimer::new();
        timer.start(Duration::ZERO);
        let timeouts = Rc::new(Cell::new(0));
        let seen = timeouts.clone();
        timer.on_timeout(move |_| seen.set(seen.get() + 1));
        run_until(|| timeouts.get() > 0);
        drop(application);

        let _application = QCoreApplication::new();
        // Timers and notifiers do not fire until they are started again.
        timer.start(Duration::ZERO);
        let before = timeouts.get();
        run_until(|| timeouts.get() > before);
        notifier.set_enabled(false);
        send(&peer, b"hello");
        socket.wait_for_ready_read(LIMIT).unwrap();
        assert!(server.wait_for_new_connection(LIMIT).unwrap());
        drop((timer, notifier, socket, connecting, server));
        run_for(Duration::from_millis(1));
    });
}

#[test]
fn application_dropped_in_process_events() {
    let ended = in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        let application = RefCell::new(Some(QCoreApplication::new()));
        let event_loop = QEventLoop::new();
        let (socket, _peer) = socket_pair();
        socket.on_state_changed(move |_, _| drop(application.take()));
        socket.abort();
        event_loop.process_events();
    });
    if let Some(ended) = ended {
        let is_told = ended.stderr.contains("QCoreApplication");
        assert!(ended.status == Some(0) || is_told, "{ended:?}");
    }
}

#[test]
fn message_handler_cannot_disturb_qt() {
    thread_local!(static SOCKET: RefCell<Option<Rc<QBox<QLocalSocket>>>> =
        const { RefCell::new(None) });
    static MESSAGES: AtomicUsize = AtomicUsize::new(0);

    /// Uses the socket in the middle of a Qt operation.
    fn disturb(_: QtMsgType, _: &str, _: &str) {
        MESSAGES.fetch_add(1, Ordering::Relaxed);
        if let Some(socket) = SOCKET.with_borrow(Clone::clone) {
            socket.abort();
        }
    }

    succeed_in_process(|| {
        cxx_qt::init_crate!(cxx_qt_network);
        set_message_handler(disturb);
        let folder = Folder::new();
        let _listener = short_queue(&folder, "s");
        let _first = client(&folder, "s");
        let socket = Rc::new(QLocalSocket::new());
        SOCKET.set(Some(socket.clone()));
        // Without an application there are no events: Qt emits a warning in the middle of the
        // operation.
        socket.connect_to_server(folder.name("s"));
        assert!(
            MESSAGES.load(Ordering::Relaxed) > 0,
            "the test sees nothing"
        );
        let _ = socket.wait_for_connected(Some(Duration::from_millis(10)));
        SOCKET.take();
    });
}

#[test]
fn qt_version_is_that_of_the_headers() {
    cxx_qt::init_crate!(cxx_qt_network);
    let version = qt_version();
    let numbers: Vec<u32> = version.split('.').flat_map(str::parse).collect();
    assert_eq!(numbers.len(), 3, "{version}");
    assert_eq!(numbers[0] >= 6, cfg!(cxxqt_qt_version_at_least_6));
}
