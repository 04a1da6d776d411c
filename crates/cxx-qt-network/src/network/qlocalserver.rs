// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QLocalServer`](https://doc.qt.io/qt-6/qlocalserver.html): takes local connections, on a Unix
//! domain socket or a Windows named pipe. A server belongs to one thread.

use std::cell::Cell;
use std::ops::BitOr;
#[cfg(unix)]
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd};
use std::pin::Pin;
use std::time::Duration;

use cxx_qt_lib::QString;

use super::listen_error::ListenError;
use super::qlocalsocket::QLocalSocket;
use crate::border;
use crate::core::qbox::QBox;
#[cfg(unix)]
use crate::ext::unix::{
    exclusive_bind, server_name,
    socket_file::{SocketFileGuard, SocketFileState},
};
use crate::signals::{self, ConnectionGuard, connect};
use crate::timeout::milliseconds;

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
        type QLocalSocket = crate::QLocalSocket;
    }

    // SAFETY: the declarations match <QLocalServer>; the only raw pointer is checked and owned at
    // once by its one caller.
    unsafe extern "C++Qt" {
        include!(<QtNetwork/QLocalServer>);
        /// A server for local connections.
        ///
        /// A QObject of your own can derive from it: `#[base = QLocalServer]`.
        #[qobject]
        type QLocalServer;

        /// Whether somebody waits to be taken, as `QLocalServer::hasPendingConnections`.
        #[rust_name = "has_pending_connections"]
        fn hasPendingConnections(self: &QLocalServer) -> bool;
        /// Whether the server listens, as `QLocalServer::isListening`. Without descriptors for new
        /// connections Qt stops listening and tells nobody: ask now and then.
        #[rust_name = "is_listening"]
        fn isListening(self: &QLocalServer) -> bool;
        /// How many connections may wait to be taken, as `QLocalServer::maxPendingConnections`. Qt
        /// keeps to it roughly: a few more can wait.
        #[rust_name = "max_pending_connections"]
        fn maxPendingConnections(self: &QLocalServer) -> i32;
        /// Sets how many connections may wait to be taken, as
        /// `QLocalServer::setMaxPendingConnections`.
        #[rust_name = "set_max_pending_connections"]
        fn setMaxPendingConnections(self: Pin<&mut QLocalServer>, count: i32);
    }

    #[namespace = "cxx_qt_network"]
    extern "Rust" {
        type Hold;
        type IncomingHandler;

        /// Calls the closure with a descriptor that was accepted.
        fn call(self: &IncomingHandler, server: Pin<&mut QLocalServer>, descriptor: i64);
    }

    // SAFETY: each only forwards to the member it is named after; the server that is made owns its
    // handler.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/core/make.h");
        include!("cxx-qt-network/network/qlocalserver.h");
        #[rust_name = "server_close"]
        fn serverClose(server: Pin<&mut QLocalServer>);
        #[rust_name = "server_error_string"]
        fn serverErrorString(server: &QLocalServer) -> QString;
        #[rust_name = "server_listen"]
        fn serverListen(server: Pin<&mut QLocalServer>, name: &QString) -> bool;
        #[rust_name = "server_next_pending_connection"]
        fn serverNextPendingConnection(server: Pin<&mut QLocalServer>) -> *mut QLocalSocket;
        #[rust_name = "make_server"]
        fn make() -> *mut QLocalServer;
        #[rust_name = "make_incoming_server"]
        fn makeIncomingServer(handler: Box<IncomingHandler>) -> *mut QLocalServer;
        #[rust_name = "server_error"]
        fn serverError(server: &QLocalServer) -> i32;
        #[rust_name = "server_full_server_name"]
        fn serverFullServerName(server: &QLocalServer) -> QString;
        #[rust_name = "server_server_name"]
        fn serverServerName(server: &QLocalServer) -> QString;
        #[rust_name = "server_hold"]
        fn serverHold(server: &QLocalServer) -> *const Hold;
        #[rust_name = "server_keep"]
        fn serverKeep(server: Pin<&mut QLocalServer>, hold: Box<Hold>);
        #[rust_name = "server_release"]
        fn serverRelease(server: Pin<&mut QLocalServer>);
        #[rust_name = "server_socket_options"]
        fn serverSocketOptions(server: &QLocalServer) -> i32;
        #[rust_name = "server_set_socket_options"]
        fn serverSetSocketOptions(server: Pin<&mut QLocalServer>, options: i32);
        #[rust_name = "server_socket_descriptor"]
        fn serverSocketDescriptor(server: &QLocalServer) -> i64;
        #[rust_name = "server_listen_descriptor"]
        fn serverListenDescriptor(server: Pin<&mut QLocalServer>, descriptor: i64) -> bool;
        #[rust_name = "server_remove"]
        fn serverRemove(name: &QString) -> bool;
        #[rust_name = "server_wait_for_new_connection"]
        fn serverWaitForNewConnection(
            server: Pin<&mut QLocalServer>,
            msecs: i32,
            timed_out: &mut bool,
        ) -> bool;
        #[rust_name = "server_listen_backlog_size"]
        fn serverListenBacklogSize(server: &QLocalServer) -> i32;
        #[rust_name = "server_set_listen_backlog_size"]
        fn serverSetListenBacklogSize(server: Pin<&mut QLocalServer>, size: i32);
    }
}

pub use ffi::QLocalServer;

/// Who may connect, and where the name lives: flags, combined with `|`. As
/// `QLocalServer::SocketOptions`.
///
/// On Linux each gives exactly these rights: `GROUP` and `OTHER` alone leave the owner out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SocketOptions(i32);

impl SocketOptions {
    /// What the process's file mode mask says.
    pub const NONE: Self = Self(0);
    /// The user that the server runs as.
    pub const USER_ACCESS: Self = Self(1);
    /// The group that the server runs as.
    pub const GROUP_ACCESS: Self = Self(2);
    /// Everybody but that user and that group.
    pub const OTHER_ACCESS: Self = Self(4);
    /// Everybody.
    pub const WORLD_ACCESS: Self = Self(7);
    /// In Linux's abstract namespace, without a file and without rights. On other systems Qt takes
    /// it for [`WORLD_ACCESS`](Self::WORLD_ACCESS). From Qt 6.2 on.
    #[cfg(cxxqt_qt_version_at_least_6_2)]
    pub const ABSTRACT_NAMESPACE: Self = Self(ABSTRACT);

    /// Whether all flags of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The file mode that the flags stand for, `None` without any of the four access flags.
    #[cfg(unix)]
    pub(super) fn mode(self) -> Option<u32> {
        let access = (self.0 & Self::WORLD_ACCESS.0) as u32;
        let mode = (access & 1) * 0o700 + (access >> 1 & 1) * 0o070 + (access >> 2) * 0o007;
        (mode != 0).then_some(mode)
    }
}

/// The bit of `QLocalServer::AbstractNamespaceOption`.
const ABSTRACT: i32 = 8;

impl BitOr for SocketOptions {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl QLocalServer {
    /// A server that does not listen yet.
    pub fn new() -> QBox<Self> {
        // SAFETY: made by `new`, without a parent.
        unsafe { QBox::from_raw(ffi::make_server()) }
    }

    /// A server that gives each descriptor it accepts to `handler`, in its own thread, and makes
    /// no `QLocalSocket`: for a pool of threads, or for writing without one. It never has pending
    /// connections and never emits `newConnection`. As overriding
    /// `QLocalServer::incomingConnection`.
    #[cfg(unix)]
    pub fn with_incoming_connection(
        handler: impl Fn(Pin<&mut Self>, OwnedFd) + 'static,
    ) -> QBox<Self> {
        let handler = Box::new(IncomingHandler(Box::new(handler)));
        // SAFETY: made by `new`, without a parent.
        unsafe { QBox::from_raw(ffi::make_incoming_server(handler)) }
    }

    /// Qt's words for the last error, as `QLocalServer::errorString`.
    pub fn error_string(&self) -> String {
        ffi::server_error_string(self).to_string()
    }

    /// Stops listening and removes the socket's file; connections that nobody has taken are closed.
    /// As `QLocalServer::close`.
    ///
    /// Of a name that was [claimed](Self::claim) only the server's own file is removed, and of one
    /// that was inherited, none. C++ code that calls `QLocalServer::close` on such a server leaves
    /// the file, without a listener, until the server dies or listens again.
    pub fn close(mut self: Pin<&mut Self>) {
        ffi::server_close(self.as_mut());
        self.release();
    }

    /// Listens for `name` and takes it from nobody.
    ///
    /// What [`listen`](Self::listen) cannot do together, and this does:
    ///
    /// - the name of a server that answers is never taken, whatever the socket options are;
    /// - a socket that a crash left behind is removed and its name used again;
    /// - whatever else stands at the path is left alone;
    /// - the socket never has wider rights than the socket options say, not for a moment;
    /// - of several servers that claim a name at the same time, one gets it;
    /// - when the server closes or dies, it removes its own file and nothing else: not what has come
    ///   to the path instead.
    ///
    /// Elsewhere than on Unix a name that a server answers on is refused, and the rest is
    /// [`listen`](Self::listen)'s.
    ///
    /// # Errors
    ///
    /// If the server listens already, or the name cannot be had: the error says why.
    pub fn claim(mut self: Pin<&mut Self>, name: &QString) -> Result<(), ListenError> {
        #[cfg(unix)]
        if let Some(path) = self.as_mut().check(name)? {
            let (mode, backlog) = (self.socket_options().mode(), self.listen_backlog_size());
            let (descriptor, file) = exclusive_bind::bind(path.as_ref(), mode, backlog)?;
            self.as_mut().listen_descriptor(descriptor)?;
            self.hold(Some((file, name.clone())));
            return Ok(());
        }
        // In the abstract namespace nothing is left behind, and nothing can be replaced.
        #[cfg(not(unix))]
        if is_answered(name) {
            return Err(ListenError::InUse {
                path: name.to_string(),
            });
        }
        self.listen(name)
    }

    /// Listens for `name`, as `QLocalServer::listen`. A relative name lives in the directory for
    /// temporary files, an absolute path is used as it is.
    ///
    /// Beware: with one of the access options set, Qt replaces what is at the path, even a file or
    /// the socket of a server that runs. Prefer [`claim`](Self::claim).
    ///
    /// # Errors
    ///
    /// If the server listens already, or the name cannot be had.
    pub fn listen(mut self: Pin<&mut Self>, name: &QString) -> Result<(), ListenError> {
        let path = self.as_mut().check(name)?;
        #[cfg(unix)]
        if let Some(path) = &path
            && self.socket_options().mode().is_some()
        {
            server_name::check_listen_with_access_option(path)?;
        }
        if ffi::server_listen(self.as_mut(), name) {
            return Ok(());
        }
        // QAbstractSocket::AddressInUseError, HostNotFoundError and SocketAccessError.
        Err(match (ffi::server_error(&self), path) {
            (8, path) => ListenError::InUse {
                path: path.unwrap_or_else(|| name.to_string()),
            },
            (2, Some(path)) => ListenError::DirectoryMissing {
                directory: directory_of(&path),
            },
            (3, Some(path)) => ListenError::DirectoryForbidden {
                directory: directory_of(&path),
            },
            _ => ListenError::Qt {
                message: self.error_string(),
            },
        })
    }

    /// Listens on a descriptor that was bound and set to listen by somebody else, and closes it
    /// with the server. The names follow from the descriptor. As `QLocalServer::listen(qintptr)`.
    ///
    /// # Errors
    ///
    /// If the server listens already or Qt does not take the descriptor, which is closed then.
    #[cfg(unix)]
    pub fn listen_descriptor(
        mut self: Pin<&mut Self>,
        descriptor: impl Into<OwnedFd>,
    ) -> Result<(), ListenError> {
        let descriptor = descriptor.into();
        self.as_mut().stand_by()?;
        // Qt takes any descriptor, and one without a name it would never close.
        if !is_listener(&descriptor) {
            return Err(ListenError::NotListening);
        }
        if ffi::server_listen_descriptor(self.as_mut(), i64::from(descriptor.as_raw_fd())) {
            // Qt closes it from now on.
            let _ = descriptor.into_raw_fd();
            Ok(())
        } else {
            Err(ListenError::Qt {
                message: self.error_string(),
            })
        }
    }

    /// Listens on a descriptor whose name belongs to somebody else, as systemd's do that starts a
    /// server for its socket: closing never removes the file. Else as
    /// [`listen_descriptor`](Self::listen_descriptor). From Qt 6.2 on.
    ///
    /// # Errors
    ///
    /// If the server listens already or Qt does not take the descriptor, which is closed then.
    #[cfg(all(unix, cxxqt_qt_version_at_least_6_2))]
    pub fn listen_inherited(
        mut self: Pin<&mut Self>,
        descriptor: impl Into<OwnedFd>,
    ) -> Result<(), ListenError> {
        self.as_mut().listen_descriptor(descriptor)?;
        self.hold(None);
        Ok(())
    }

    /// What the path of a [claimed](Self::claim) name names now. There is no notification; poll it.
    ///
    /// A server that listens by other means is taken to own its file, and one that does not listen
    /// has none.
    #[cfg(unix)]
    pub fn name_state(&self) -> SocketFileState {
        if !self.is_listening() {
            return SocketFileState::Removed;
        }
        self.held()
            .and_then(|hold| hold.file.as_ref())
            .map_or(SocketFileState::Owned, |(file, _)| file.state())
    }

    /// The path of the socket of a server `name`: the name itself if it is absolute, otherwise in
    /// the directory for temporary files, as Qt composes it on Unix. Empty if no socket can have
    /// such a path; [`claim`](Self::claim) tells why.
    pub fn path_of(name: &QString) -> QString {
        #[cfg(unix)]
        let path = full_path(&name.to_string())
            .map(|path| QString::from(path.as_str()))
            .unwrap_or_default();
        #[cfg(not(unix))]
        let path = name.clone();
        path
    }

    /// The path that the server listens on, empty while it does not, as
    /// `QLocalServer::fullServerName`.
    pub fn full_server_name(&self) -> QString {
        #[cfg(unix)]
        if let Some((file, _)) = self.exclusive() {
            return QString::from(file.path().to_string_lossy().as_ref());
        }
        ffi::server_full_server_name(self)
    }

    /// The name that the server listens for, empty while it does not, as
    /// `QLocalServer::serverName`.
    pub fn server_name(&self) -> QString {
        #[cfg(unix)]
        if let Some((_, name)) = self.exclusive() {
            return name.clone();
        }
        ffi::server_server_name(self)
    }

    /// How many connections the system keeps that were not accepted yet, as
    /// `QLocalServer::listenBacklogSize`: 50, and always so before Qt 6.3.
    pub fn listen_backlog_size(&self) -> i32 {
        ffi::server_listen_backlog_size(self)
    }

    /// Sets how many connections the system keeps that were not accepted yet, for the next time
    /// that the server listens. As `QLocalServer::setListenBacklogSize`; without effect before
    /// Qt 6.3.
    pub fn set_listen_backlog_size(self: Pin<&mut Self>, size: i32) {
        ffi::server_set_listen_backlog_size(self, size);
    }

    /// Takes the next connection that waits, as `QLocalServer::nextPendingConnection`; `None` when
    /// none does. The socket is the caller's alone: it outlives the server.
    ///
    /// Take them in a loop: one `newConnection` may stand for several.
    pub fn next_pending_connection(self: Pin<&mut Self>) -> Option<QBox<QLocalSocket>> {
        let socket = ffi::server_next_pending_connection(self);
        // SAFETY: not null; the server made it with `new`, and from_raw takes it from the server,
        // which else would delete it a second time.
        (!socket.is_null()).then(|| unsafe { QBox::from_raw(socket) })
    }

    /// Removes what is at the name's path, as `QLocalServer::removeServer`; whether that worked.
    ///
    /// Beware: it removes the socket of a server that runs, and ordinary files. To use the name
    /// after a crash, prefer [`claim`](Self::claim).
    pub fn remove_server(name: &QString) -> bool {
        ffi::server_remove(name)
    }

    /// Who may connect, as `QLocalServer::socketOptions`.
    pub fn socket_options(&self) -> SocketOptions {
        match self.held() {
            Some(hold) => hold.options.get(),
            None => SocketOptions(ffi::server_socket_options(self)),
        }
    }

    /// Sets who may connect, for the next time that the server listens. As
    /// `QLocalServer::setSocketOptions`.
    pub fn set_socket_options(self: Pin<&mut Self>, options: SocketOptions) {
        if let Some(hold) = self.held() {
            hold.options.set(options);
        } else {
            ffi::server_set_socket_options(self, options.0);
        }
    }

    /// The descriptor that the server listens on, `None` while it does not. As
    /// `QLocalServer::socketDescriptor`.
    #[cfg(unix)]
    pub fn socket_descriptor(&self) -> Option<BorrowedFd<'_>> {
        let descriptor = i32::try_from(ffi::server_socket_descriptor(self))
            .ok()
            .filter(|&fd| fd >= 0)?;
        // SAFETY: open while the server listens; the server is borrowed meanwhile.
        Some(unsafe { BorrowedFd::borrow_raw(descriptor) })
    }

    /// Blocks until somebody waits to be taken, and returns whether that happened before `timeout`
    /// was over (`None`: without limit). As `QLocalServer::waitForNewConnection`, which itself
    /// would go on waiting where somebody waits already. Needs no event loop.
    ///
    /// # Errors
    ///
    /// If the server does not listen, or the system fails.
    pub fn wait_for_new_connection(
        mut self: Pin<&mut Self>,
        timeout: Option<Duration>,
    ) -> Result<bool, ListenError> {
        if self.has_pending_connections() {
            return Ok(true);
        }
        let mut timed_out = false;
        let server = self.as_mut();
        let connected = border::wait(|| {
            ffi::server_wait_for_new_connection(server, milliseconds(timeout), &mut timed_out)
        });
        if connected || timed_out {
            Ok(connected)
        } else {
            Err(ListenError::Qt {
                message: self.error_string(),
            })
        }
    }

    /// Calls `handler` when somebody has connected, on `QLocalServer::newConnection`.
    pub fn on_new_connection(
        self: Pin<&mut Self>,
        handler: impl Fn(Pin<&mut Self>) + 'static,
    ) -> ConnectionGuard {
        connect(self, signals::on_new_connection, move |server, _, _| {
            handler(server)
        })
    }

    /// Lets go of what an earlier listening has left, where Qt has ended it by itself.
    fn stand_by(self: Pin<&mut Self>) -> Result<(), ListenError> {
        if self.is_listening() {
            return Err(ListenError::AlreadyListening);
        }
        self.release();
        Ok(())
    }

    /// Keeps the file of a name that was bound for Qt, with the name. Qt knows only the private
    /// name that the socket was bound to, and removes nothing.
    ///
    /// Without a file, keeps Qt from removing what stands at the path: it removes nothing if the
    /// options say at that moment that the name is not in the file system, and asks them for
    /// nothing else after listening has begun.
    #[cfg(unix)]
    fn hold(mut self: Pin<&mut Self>, file: Option<(SocketFileGuard, QString)>) {
        let options = self.socket_options();
        if file.is_none() {
            ffi::server_set_socket_options(self.as_mut(), options.0 | ABSTRACT);
        }
        let options = Cell::new(options);
        ffi::server_keep(self, Box::new(Hold { file, options }));
    }

    /// The file and the name of a server that listens exclusively.
    #[cfg(unix)]
    fn exclusive(&self) -> Option<&(SocketFileGuard, QString)> {
        if !self.is_listening() {
            return None;
        }
        self.held()?.file.as_ref()
    }

    fn held(&self) -> Option<&Hold> {
        // SAFETY: null, or kept by the server until `release`, which needs the server mutably.
        unsafe { ffi::server_hold(self).as_ref() }
    }

    fn release(mut self: Pin<&mut Self>) {
        if let Some(options) = self.held().map(|hold| hold.options.get()) {
            ffi::server_release(self.as_mut());
            ffi::server_set_socket_options(self, options.0);
        }
    }

    /// What is wrong with the name before anything is tried; else the path that it stands for,
    /// if it stands for one.
    fn check(mut self: Pin<&mut Self>, name: &QString) -> Result<Option<String>, ListenError> {
        self.as_mut().stand_by()?;
        if name.is_empty() {
            return Err(ListenError::NameEmpty);
        }
        #[cfg(unix)]
        {
            let name = name.to_string();
            // Elsewhere than on Linux, Qt takes the option for one about permissions.
            let has_abstract_names = cfg!(any(target_os = "linux", target_os = "android"));
            if has_abstract_names && self.socket_options().0 & ABSTRACT != 0 {
                server_name::check_abstract_name(&name)?;
                return Ok(None);
            }
            full_path(&name).map(Some)
        }
        #[cfg(not(unix))]
        Ok(None)
    }
}

/// Whether the socket was set to listen.
#[cfg(all(unix, not(target_vendor = "apple")))]
fn is_listener(socket: &OwnedFd) -> bool {
    use rustix::net::sockopt::{socket_acceptconn, socket_domain};

    let is_unix = socket_domain(socket).is_ok_and(|it| it == rustix::net::AddressFamily::UNIX);
    is_unix && socket_acceptconn(socket).unwrap_or(false)
}

/// Whether it has a name: Apple's systems do not tell whether it was set to listen.
#[cfg(target_vendor = "apple")]
fn is_listener(socket: &OwnedFd) -> bool {
    use rustix::net::{SocketAddrUnix, getsockname};
    getsockname(socket)
        .and_then(SocketAddrUnix::try_from)
        .is_ok_and(|address| address.path().is_some_and(|path| !path.is_empty()))
}

/// Whether a server answers on the name.
#[cfg(not(unix))]
fn is_answered(name: &QString) -> bool {
    let mut probe = QLocalSocket::new();
    probe
        .pin_mut()
        .connect_to_server(name, crate::OpenMode::READ_ONLY);
    probe
        .pin_mut()
        .wait_for_connected(Some(Duration::from_millis(500)))
        .is_ok()
}

/// The directory that a socket is in.
fn directory_of(path: &str) -> String {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/".to_owned(),
        Some((directory, _)) => directory.to_owned(),
    }
}

/// The path that Qt composes of a server's name.
#[cfg(unix)]
fn full_path(name: &str) -> Result<String, ListenError> {
    server_name::full_server_name_for(name, server_name::temp_dir())
}

/// What a server in C++ owns while its name is not Qt's to remove.
struct Hold {
    /// The socket's file and the server's name, if the server listens exclusively.
    #[cfg(unix)]
    file: Option<(SocketFileGuard, QString)>,
    /// What the user has set; Qt is told something else meanwhile.
    options: Cell<SocketOptions>,
}

/// A closure that a server in C++ owns: called with each descriptor it accepts.
#[cfg(unix)]
struct IncomingHandler(Box<Incoming>);

#[cfg(unix)]
type Incoming = dyn Fn(Pin<&mut QLocalServer>, OwnedFd);

#[cfg(unix)]
impl IncomingHandler {
    fn call(&self, server: Pin<&mut QLocalServer>, descriptor: i64) {
        let Ok(descriptor) = i32::try_from(descriptor) else {
            return;
        };
        // SAFETY: just accepted, and `incomingConnection` hands it to this closure alone.
        let descriptor = unsafe { OwnedFd::from_raw_fd(descriptor) };
        border::contain(|| (self.0)(server, descriptor));
    }
}

#[cfg(not(unix))]
struct IncomingHandler;

#[cfg(not(unix))]
impl IncomingHandler {
    fn call(&self, _server: Pin<&mut QLocalServer>, _descriptor: i64) {}
}
