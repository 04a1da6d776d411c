// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `SingleInstance`: messages, first instances that hang, and hostile senders.
//! `examples/single_instance.rs` tests it with processes.

use std::cell::RefCell;
use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::rc::Rc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::net::{AddressFamily, SocketAddrUnix, SocketType};

use crate::support::{DEADLINE, Folder, busy_listener, qt, run, settle};
use cxx_qt_network::{QEventLoop, SingleInstance, SingleInstanceError};

type Messages = Rc<RefCell<Vec<(Vec<OsString>, PathBuf)>>>;

fn path(folder: &Folder) -> String {
    folder.path("socket").to_str().unwrap().to_owned()
}

/// The first instance, which records its messages.
fn first(path: &str) -> (SingleInstance, Messages) {
    let first = SingleInstance::start_at(path, [""; 0], DEADLINE).unwrap();
    let first = first.expect("there is another instance");
    let messages = Messages::default();
    let log = messages.clone();
    first.on_message(move |arguments, directory| log.borrow_mut().push((arguments, directory)));
    (first, messages)
}

/// The result of a second instance in another thread, with its error as a text.
fn second(
    path: &str,
    arguments: Vec<OsString>,
    limit: Duration,
) -> JoinHandle<Result<bool, String>> {
    let path = path.to_owned();
    thread::spawn(
        move || match SingleInstance::start_at(&path, arguments, limit) {
            Ok(first) => Ok(first.is_none()),
            Err(error) => Err(error.to_string()),
        },
    )
}

/// Runs an event loop until the thread has ended.
fn join<R: Send + 'static>(thread: JoinHandle<R>) -> R {
    while !thread.is_finished() {
        settle();
    }
    thread.join().unwrap()
}

/// The message that the first instance gets from a second one.
fn handed_over(arguments: &[OsString]) -> Vec<OsString> {
    let arguments = arguments.to_vec();
    qt(move || {
        let folder = Folder::new();
        let (first, messages) = first(&path(&folder));
        let sent = join(second(&first.path(), arguments, DEADLINE));
        assert_eq!(sent, Ok(true));
        settle();
        let mut messages = messages.take();
        let (arguments, directory) = messages.pop().unwrap();
        assert!(messages.is_empty(), "{messages:?}");
        assert_eq!(directory, std::env::current_dir().unwrap());
        arguments
    })
}

#[test]
fn arguments_of_any_bytes_and_number_are_exact() {
    let bytes: Vec<u8> = (1..=255).collect();
    let odd = ["", "a b", "\n", "ü", "--", "\u{10ffff}"].map(OsString::from);
    let odd = [&odd[..], &[OsStr::from_bytes(&bytes).to_owned()]].concat();
    let numbered = |count: u32| (0..count).map(|number| format!("{number}.txt").into());
    for arguments in [
        Vec::new(),
        odd,
        numbered(600).collect(),
        numbered(20_000).collect(),
        vec!["x".repeat(4 << 20).into()],
    ] {
        assert!(handed_over(&arguments) == arguments);
    }
}

#[test]
fn arguments_that_are_too_long_are_an_error() {
    qt(|| {
        let folder = Folder::new();
        let (first, messages) = first(&path(&folder));
        let debug = format!("SingleInstance {{ path: {:?}, .. }}", path(&folder));
        assert_eq!(format!("{first:?}"), debug);
        let long = vec!["x".repeat(SingleInstance::MESSAGE_LIMIT).into()];
        let error = join(second(&first.path(), long, DEADLINE)).unwrap_err();
        assert!(error.starts_with("the arguments have 83"), "{error}");
        assert!(
            error.ends_with(" bytes, but only 8388608 are allowed"),
            "{error}"
        );
        assert!(messages.borrow().is_empty());
        // The longest that is taken.
        let bytes = error.split(' ').find_map(|word| word.parse::<usize>().ok());
        let fitting = 2 * SingleInstance::MESSAGE_LIMIT - bytes.unwrap_or(0);
        let longest = vec!["x".repeat(fitting).into()];
        assert_eq!(join(second(&first.path(), longest, DEADLINE)), Ok(true));
    });
}

#[test]
fn socket_belongs_to_the_user_alone() {
    qt(|| {
        let folder = Folder::new();
        let (first, _) = first(&path(&folder));
        let mode = fs::metadata(first.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    });
}

#[test]
fn next_instance_follows_a_dropped_one() {
    qt(|| {
        let folder = Folder::new();
        for _ in 0..3 {
            let (first, _) = first(&path(&folder));
            drop(first);
            assert!(!folder.path("socket").exists());
        }
    });
}

#[test]
fn hung_first_instance_is_a_time_out() {
    let folder = Folder::new();
    let late = format!(
        "{}: time-out: the first instance does not answer",
        path(&folder)
    );
    let limit = Duration::from_millis(50);
    let _hung = UnixListener::bind(folder.path("socket")).unwrap();
    // The second message is longer than the socket buffer.
    for arguments in [Vec::new(), vec!["x".repeat(4 << 20).into()]] {
        let error = second(&path(&folder), arguments, limit).join().unwrap();
        assert_eq!(error, Err(late.clone()));
    }
}

#[test]
fn busy_first_instance_is_a_time_out() {
    let folder = Folder::new();
    let _busy = busy_listener(&folder.path("socket"));
    let limit = Duration::from_millis(50);
    let error = second(&path(&folder), Vec::new(), limit).join().unwrap();
    let late = format!(
        "{}: time-out: the first instance does not answer",
        path(&folder)
    );
    assert_eq!(error, Err(late));
}

#[test]
fn instance_that_never_acknowledges_is_an_error() {
    let folder = Folder::new();
    let refused = format!(
        "{}: the first instance does not take the arguments",
        path(&folder)
    );
    let listener = UnixListener::bind(folder.path("socket")).unwrap();
    let server = thread::spawn(move || {
        let stop = |stream: &mut UnixStream| {
            stream.set_read_timeout(Some(DEADLINE)).unwrap();
            let mut bytes = [0; 4];
            stream
                .read_exact(&mut bytes)
                .is_ok_and(|()| bytes == *b"stop")
        };
        listener
            .incoming()
            .map(Result::unwrap)
            .find_map(|mut it| stop(&mut it).then_some(()))
    });
    let error = second(&path(&folder), Vec::new(), DEADLINE).join().unwrap();
    assert_eq!(error, Err(refused));
    let mut stream = UnixStream::connect(folder.path("socket")).unwrap();
    stream.write_all(b"stop").unwrap();
    server.join().unwrap();
}

#[test]
fn other_answer_is_no_acknowledgement() {
    let folder = Folder::new();
    let listener = UnixListener::bind(folder.path("socket")).unwrap();
    let second = second(&path(&folder), Vec::new(), DEADLINE);
    let mut stream = loop {
        let (mut stream, _) = listener.accept().unwrap();
        if stream.read(&mut [0]).unwrap() == 1 {
            break stream;
        }
    };
    stream.write_all(b"\x15").unwrap();
    let error = second.join().unwrap().unwrap_err();
    assert!(error.ends_with("does not take the arguments"), "{error}");
}

#[test]
fn socket_that_never_listens_takes_no_arguments() {
    let folder = Folder::new();
    let socket = rustix::net::socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
    let address = SocketAddrUnix::new(folder.path("socket")).unwrap();
    rustix::net::bind(&socket, &address).unwrap();
    let error = second(&path(&folder), Vec::new(), DEADLINE).join().unwrap();
    let error = error.unwrap_err();
    assert!(error.ends_with("does not take the arguments"), "{error}");
}

#[test]
fn second_instance_follows_one_that_exits_meanwhile() {
    let folder = Folder::new();
    let listener = UnixListener::bind(folder.path("socket")).unwrap();
    let second = second(&path(&folder), Vec::new(), DEADLINE);
    let mut byte = [0];
    // A connection that only tests whether a server listens sends nothing.
    while listener.accept().unwrap().0.read(&mut byte).unwrap() == 0 {}
    fs::remove_file(folder.path("socket")).unwrap();
    drop(listener);
    assert_eq!(second.join().unwrap(), Ok(false), "it is the first now");
}

#[test]
fn messages_wait_until_there_is_a_handler() {
    qt(|| {
        let folder = Folder::new();
        let first = SingleInstance::start_at(&path(&folder), [""; 0], DEADLINE);
        let first = first.unwrap().unwrap();
        let mut second = UnixStream::connect(first.path()).unwrap();
        let message = b"\0\0\0\x13\x01\0\0\0\x01/\0\0\0\x01\0\0\0\x05early";
        second.write_all(message).unwrap();
        settle();
        second.set_nonblocking(true).unwrap();
        let mut answer = [0; 1];
        let unanswered = second.read(&mut answer).unwrap_err();
        assert_eq!(unanswered.kind(), ErrorKind::WouldBlock);
        let messages = Messages::default();
        let log = messages.clone();
        first.on_message(move |arguments, directory| log.borrow_mut().push((arguments, directory)));
        assert!(messages.borrow().is_empty(), "only from the event loop");
        settle();
        assert_eq!(messages.borrow()[0].0, ["early"]);
        second.read_exact(&mut answer).unwrap();
    });
}

#[test]
fn messages_during_the_handler_follow_it() {
    qt(|| {
        let folder = Folder::new();
        let first = SingleInstance::start_at(&path(&folder), [""; 0], DEADLINE);
        let first = first.unwrap().unwrap();
        let (path, log) = (first.path(), Rc::new(RefCell::new(Vec::new())));
        let told = log.clone();
        run(|quit| {
            let quit = quit.clone();
            first.on_message(move |arguments, _| {
                let argument = arguments[0].to_str().unwrap().to_owned();
                told.borrow_mut().push(format!("{argument} begins"));
                if argument == "one" {
                    let sent = join(second(&path, vec!["two".into()], DEADLINE));
                    assert_eq!(sent, Ok(true), "it is acknowledged all the same");
                    QEventLoop::new().process_events();
                } else {
                    quit.quit();
                }
                told.borrow_mut().push(format!("{argument} ends"));
            });
            second(&first.path(), vec!["one".into()], DEADLINE)
        })
        .join()
        .unwrap()
        .unwrap();
        assert_eq!(
            *log.borrow(),
            ["one begins", "one ends", "two begins", "two ends"]
        );
    });
}

#[test]
fn instance_is_dropped_in_its_handler() {
    qt(|| {
        let folder = Folder::new();
        let first = SingleInstance::start_at(&path(&folder), [""; 0], DEADLINE).unwrap();
        let owner = Rc::new(RefCell::new(first));
        let own = owner.clone();
        let path = path(&folder);
        owner
            .borrow()
            .as_ref()
            .unwrap()
            .on_message(move |_, _| drop(own.take()));
        assert_eq!(join(second(&path, Vec::new(), DEADLINE)), Ok(true));
        while owner.borrow().is_some() {
            settle();
        }
        assert!(!folder.path("socket").exists());
    });
}

/// Checks that the first instance closes the connection without an acknowledgement.
fn expect_refusal(mut stream: UnixStream) {
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    match stream.read(&mut [0; 8]) {
        Ok(0) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        other => panic!("{other:?} instead of the end"),
    }
}

#[test]
fn hostile_senders_do_not_disturb_the_first() {
    qt(|| {
        let folder = Folder::new();
        let (first, messages) = first(&path(&folder));
        let path = first.path();
        // It sends a part of a message and stays connected.
        let mut slow = UnixStream::connect(&path).unwrap();
        slow.write_all(b"\0\0\0\x0a\x01\0").unwrap();
        for bytes in [
            &b"\xff\xff\xff\xf0"[..],
            b"\x00\x80\x00\x01",
            b"\0\0\0\0",
            b"\0\0\0\x01\x01",
            b"\0\0\0\x0a\x02\0\0\0\x01/\0\0\0\0",
            b"\0\0\0\x0a\x01\0\0\0\x01/\xff\xff\xff\xf0",
            b"GET / HTTP/1.1\r\n\r\n",
        ] {
            let mut stream = UnixStream::connect(&path).unwrap();
            stream.write_all(bytes).unwrap();
            join(thread::spawn(move || expect_refusal(stream)));
        }
        // A client that closes early is removed.
        drop(UnixStream::connect(&path).unwrap());
        let mut early = UnixStream::connect(&path).unwrap();
        early.write_all(b"\0\0\0\x0a\x01").unwrap();
        drop(early);
        assert_eq!(join(second(&path, vec!["x".into()], DEADLINE)), Ok(true));
        settle();
        assert_eq!(messages.borrow().len(), 1);
        // The slow client has sent its complete message.
        slow.write_all(b"\0\0\x01/\0\0\0\0").unwrap();
        let mut answer = [0; 2];
        slow.set_read_timeout(Some(DEADLINE)).unwrap();
        let slow =
            thread::spawn(move || slow.read(&mut answer).map(|count| answer[..count].to_vec()));
        assert_eq!(join(slow).unwrap(), b"\x06");
        settle();
        assert_eq!(messages.borrow()[1], (Vec::new(), PathBuf::from("/")));
    });
}

#[test]
fn senders_that_disconnect_make_room() {
    qt(|| {
        let folder = Folder::new();
        let (first, messages) = first(&path(&folder));
        for _ in 0..20 {
            drop(UnixStream::connect(first.path()).unwrap());
        }
        // Less than a sender may take.
        let limit = Duration::from_secs(4);
        assert_eq!(join(second(&first.path(), Vec::new(), limit)), Ok(true));
        settle();
        assert_eq!(messages.borrow().len(), 1);
    });
}

#[test]
fn silent_senders_are_disconnected() {
    qt(|| {
        let folder = Folder::new();
        let (first, messages) = first(&path(&folder));
        let silent: Vec<_> = (0..20)
            .map(|_| UnixStream::connect(first.path()).unwrap())
            .collect();
        let sent = join(second(&first.path(), Vec::new(), 4 * DEADLINE));
        assert_eq!(sent, Ok(true));
        settle();
        assert_eq!(messages.borrow().len(), 1);
        drop(silent);
    });
}

/// Runs `f` as another user, in its own thread; needs root.
#[cfg(target_os = "linux")]
fn as_other_user<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> JoinHandle<R> {
    thread::spawn(move || {
        // Only for this thread.
        rustix::thread::set_thread_uid(rustix::process::Uid::from_raw(OTHER_USER)).unwrap();
        f()
    })
}

#[cfg(target_os = "linux")]
const OTHER_USER: u32 = 12_345;

/// A directory in which all users can create files; skips the test if this user cannot act as another.
#[cfg(target_os = "linux")]
fn shared_folder() -> Option<Folder> {
    if !rustix::process::geteuid().is_root() {
        crate::support::skip("only root can act as another user");
        return None;
    }
    let folder = Folder::new();
    let mode = fs::Permissions::from_mode(0o777);
    fs::set_permissions(folder.path(""), mode).unwrap();
    Some(folder)
}

#[cfg(target_os = "linux")]
#[test]
fn other_user_is_refused_in_spite_of_permissions() {
    let Some(folder) = shared_folder() else {
        return;
    };
    qt(move || {
        let (first, messages) = first(&path(&folder));
        let anyone = fs::Permissions::from_mode(0o777);
        fs::set_permissions(first.path(), anyone).unwrap();
        let path = first.path();
        join(as_other_user(move || {
            let mut stream = UnixStream::connect(path).unwrap();
            let _ = stream.write_all(b"\0\0\0\x0a\x01\0\0\0\x01/\0\0\0\0");
            expect_refusal(stream);
        }));
        assert!(messages.borrow().is_empty());
    });
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_sent_to_another_user() {
    let Some(folder) = shared_folder() else {
        return;
    };
    let socket = folder.path("socket");
    let bind = move || UnixListener::bind(socket).unwrap();
    let listener = as_other_user(bind).join().unwrap();
    let error = second(&path(&folder), vec!["secret".into()], DEADLINE)
        .join()
        .unwrap();
    let other = format!(
        "{}: the socket belongs to another user ({OTHER_USER})",
        path(&folder)
    );
    assert_eq!(error, Err(other));
    fs::remove_file(folder.path("socket")).unwrap();
    listener.set_nonblocking(true).unwrap();
    while let Ok((mut stream, _)) = listener.accept() {
        assert_eq!(stream.read(&mut [0; 1]).unwrap(), 0, "something was sent");
    }
}

#[test]
fn unusable_path_is_an_error() {
    qt(|| {
        let folder = Folder::new();
        fs::write(folder.path("socket"), "text").unwrap();
        let start = |path: &str| SingleInstance::start_at(path, [""; 0], DEADLINE).unwrap_err();
        let error = start(&path(&folder));
        assert!(matches!(error, SingleInstanceError::Listen(_)));
        assert!(error.source().is_some());
        assert_eq!(
            error.to_string(),
            format!(
                "{} exists and is not a socket, so it was left alone",
                path(&folder)
            )
        );
        let missing = folder.path("none/socket");
        let error = start(missing.to_str().unwrap()).to_string();
        assert!(error.ends_with("/none does not exist"), "{error}");
    });
}
