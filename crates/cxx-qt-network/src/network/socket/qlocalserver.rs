// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`QLocalServer`](https://doc.qt.io/qt-6/qlocalserver.html): accepts local connections, on a Unix
//! domain socket or a Windows named pipe. A server belongs to one thread.

#[cfg(unix)]
use std::any::Any;
use std::cell::Cell;
#[cfg(unix)]
use std::io;
#[cfg(unix)]
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};
use std::time::Duration;

use cxx_qt_lib::QString;

use super::listen_error::ListenError;
use super::qlocalsocket::QLocalSocket;
#[cfg(unix)]
use super::server_name;
use crate::core::flags::flags;
use crate::core::timeout::milliseconds;
use crate::object::callback::{call, wait};
use crate::object::connection::Connection;
use crate::object::qbox::QBox;
use crate::object::signal::{Slot, connect, slots};

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
        type QLocalSocket = crate::network::socket::qlocalsocket::QLocalSocket;
    }

    #[namespace = "rust::cxxqt1"]
    unsafe extern "C++" {
        include!("cxx-qt/connection.h");
        type QMetaObjectConnection = cxx_qt::QMetaObjectConnection;
    }

    // SAFETY: the declarations match <QLocalServer>; none takes ownership or a raw pointer.
    unsafe extern "C++Qt" {
        include!(<QtNetwork/QLocalServer>);
        /// A server for local connections.
        ///
        /// A QObject of your own can derive from it: `#[base = QLocalServer]`.
        #[qobject]
        type QLocalServer;

        /// The maximum number of pending connections, as `QLocalServer::maxPendingConnections`.
        /// Qt exceeds it by a few.
        #[rust_name = "max_pending_connections"]
        fn maxPendingConnections(self: &QLocalServer) -> i32;
    }

    #[namespace = "cxx_qt_network"]
    extern "Rust" {
        type ServerSlot;
        fn record(self: &ServerSlot);

        type IncomingSlot;
        fn record(self: &IncomingSlot, descriptor: i64);

        type Listener;
        fn duplicate_if_spare(self: &Listener) -> i64;
    }

    // SAFETY: each only forwards to the member it is named after; the new server owns its slot and
    // has no owner yet.
    #[namespace = "cxx_qt_network"]
    unsafe extern "C++" {
        include!("cxx-qt-network/network/socket/qlocalserver.h");
        type QLocalServerSocketOptions = super::QLocalServerSocketOptions;

        #[rust_name = "make_server"]
        fn make() -> *mut QLocalServer;
        #[rust_name = "make_incoming_server"]
        fn makeIncomingServer() -> *mut QLocalServer;
        #[rust_name = "server_set_incoming"]
        unsafe fn serverSetIncoming(server: &QLocalServer, slot: Box<IncomingSlot>);
        #[rust_name = "server_close"]
        fn serverClose(server: &QLocalServer);
        #[rust_name = "server_error"]
        fn serverError(server: &QLocalServer) -> i32;
        #[rust_name = "server_error_string"]
        fn serverErrorString(server: &QLocalServer) -> QString;
        #[rust_name = "server_full_name"]
        fn serverFullName(server: &QLocalServer) -> QString;
        #[rust_name = "server_is_listening"]
        fn serverIsListening(server: &QLocalServer) -> bool;
        #[rust_name = "server_name"]
        fn serverName(server: &QLocalServer) -> QString;
        #[rust_name = "server_has_pending_connections"]
        fn serverHasPendingConnections(server: &QLocalServer) -> bool;
        #[rust_name = "server_listen"]
        fn serverListen(server: &QLocalServer, name: &QString) -> bool;
        #[rust_name = "server_listen_backlog_size"]
        fn serverListenBacklogSize(server: &QLocalServer) -> i32;
        #[rust_name = "server_set_listen_backlog_size"]
        fn serverSetListenBacklogSize(server: &QLocalServer, size: i32);
        #[rust_name = "server_listen_descriptor"]
        fn serverListenDescriptor(server: &QLocalServer, descriptor: i64) -> bool;
        #[rust_name = "server_listener"]
        fn serverListener(server: &QLocalServer) -> *const Listener;
        #[rust_name = "server_set_listener"]
        fn serverSetListener(server: &QLocalServer, listener: Box<Listener>);
        #[rust_name = "server_next_pending_connection"]
        fn serverNextPendingConnection(server: &QLocalServer) -> *mut QLocalSocket;
        #[rust_name = "server_remove"]
        fn serverRemove(name: &QString) -> bool;
        #[rust_name = "server_resume"]
        fn serverResume(server: &QLocalServer);
        #[rust_name = "server_set_max_pending_connections"]
        fn serverSetMaxPendingConnections(server: &QLocalServer, count: i32);
        #[rust_name = "server_socket_descriptor"]
        fn serverSocketDescriptor(server: &QLocalServer) -> i64;
        #[rust_name = "server_socket_options"]
        fn serverSocketOptions(server: &QLocalServer) -> QLocalServerSocketOptions;
        #[rust_name = "server_set_socket_options"]
        fn serverSetSocketOptions(server: &QLocalServer, options: QLocalServerSocketOptions);
        #[rust_name = "server_wait_for_new_connection"]
        fn serverWaitForNewConnection(
            server: &QLocalServer,
            msecs: i32,
            timed_out: &mut bool,
        ) -> bool;
        #[rust_name = "on_new_connection"]
        fn onNewConnection(server: &QLocalServer, slot: Box<ServerSlot>) -> QMetaObjectConnection;
    }
}

pub use ffi::QLocalServer;

flags! {
    /// Access rights and the namespace of the name, as `QLocalServer::SocketOption`. Combine flags
    /// with `|`.
    ///
    /// On Linux each flag grants exactly its rights: `GroupAccessOption` and `OtherAccessOption`
    /// alone exclude the owner.
    QLocalServerSocketOption =>
    /// Any number of [`QLocalServerSocketOption`]s, as `QLocalServer::SocketOptions`.
    QLocalServerSocketOptions: "cxx_qt_network::QLocalServerSocketOptions" {
        /// Access according to the umask.
        NoOptions = 0x0,
        /// Access for the user that the server runs as.
        UserAccessOption = 0x1,
        /// Access for the group that the server runs as.
        GroupAccessOption = 0x2,
        /// Access for all users except that user and that group.
        OtherAccessOption = 0x4,
        /// Access for all users.
        WorldAccessOption = 0x7,
        /// Linux's abstract namespace, without a file and without access control. On other systems
        /// Qt treats it as [`WorldAccessOption`](Self::WorldAccessOption). From Qt 6.2 on.
        #[cfg(cxxqt_qt_version_at_least_6_2)]
        AbstractNamespaceOption = 0x8,
    }
}

/// `QLocalServer::AbstractNamespaceOption`, which Qt has from 6.2 on.
const ABSTRACT: QLocalServerSocketOptions = QLocalServerSocketOptions::from_int(0x8);

/// The file mode of the options, `None` without any of the four access options.
#[cfg(unix)]
pub(crate) fn mode_of(options: QLocalServerSocketOptions) -> Option<u32> {
    let bit = |option, mode| if options.test_flag(option) { mode } else { 0 };
    let mode = bit(QLocalServerSocketOption::UserAccessOption, 0o700)
        | bit(QLocalServerSocketOption::GroupAccessOption, 0o070)
        | bit(QLocalServerSocketOption::OtherAccessOption, 0o007);
    (mode != 0).then_some(mode)
}

slots! {
    ServerSlot();
}

impl QLocalServer {
    /// A server that is not listening.
    pub fn new() -> QBox<Self> {
        // SAFETY: made by `new`, without a parent.
        unsafe { QBox::from_raw(ffi::make_server()) }
    }

    /// A server that passes each accepted descriptor to `handler`, in its own thread, and creates
    /// no `QLocalSocket`: for a thread pool, or for I/O without Qt. It never has pending
    /// connections and never emits `newConnection`. As overriding
    /// `QLocalServer::incomingConnection`, except that the handler is called later, as all handlers
    /// are, and may therefore do anything with the server.
    #[cfg(unix)]
    pub fn with_incoming_connection(
        mut handler: impl FnMut(&Self, OwnedFd) + 'static,
    ) -> QBox<Self> {
        // SAFETY: made by `new`, without a parent.
        let server = unsafe { QBox::from_raw(ffi::make_incoming_server()) };
        connect(
            &*server,
            |slot| {
                // SAFETY: made by `make_incoming_server`.
                unsafe { ffi::server_set_incoming(&server, slot) };
                cxx_qt::QMetaObjectConnection::default()
            },
            move |server, (descriptor,)| handler(server, descriptor),
        );
        server
    }

    /// The text of the last error, as `QLocalServer::errorString`.
    pub fn error_string(&self) -> String {
        ffi::server_error_string(self).to_string()
    }

    /// Stops listening and removes the socket file; pending connections are closed. As
    /// `QLocalServer::close`.
    ///
    /// After [`listen_exclusive`](Self::listen_exclusive) only the server's own file is removed,
    /// and after `listen_inherited` none.
    pub fn close(&self) {
        call(|| {
            let options = self.listener().and_then(|listener| listener.options.get());
            ffi::server_close(self);
            if let Some(options) = options {
                ffi::server_set_socket_options(self, options);
            }
        });
    }

    /// The path the server listens on, empty while it does not, as `QLocalServer::fullServerName`.
    pub fn full_server_name(&self) -> QString {
        match self.listener() {
            Some(listener) => listener.full_name.clone(),
            None => ffi::server_full_name(self),
        }
    }

    /// Whether a connection is pending, as `QLocalServer::hasPendingConnections`.
    pub fn has_pending_connections(&self) -> bool {
        ffi::server_has_pending_connections(self)
    }

    /// Whether the server listens, as `QLocalServer::isListening`.
    ///
    /// When the process has no file descriptor for a new connection, Qt stops listening without a
    /// signal. After [`listen_exclusive`](Self::listen_exclusive) or `listen_inherited` clients
    /// then wait in the backlog until descriptors are available, see
    /// [`is_accept_paused`](Self::is_accept_paused), and this stays true. After the other ways of
    /// listening this becomes false: poll it.
    pub fn is_listening(&self) -> bool {
        ffi::server_is_listening(self) || self.listener().is_some()
    }

    /// Whether the server has stopped accepting because the process has run out of file
    /// descriptors. It retries every 100 milliseconds, from its event loop or in a blocking call.
    pub fn is_accept_paused(&self) -> bool {
        !ffi::server_is_listening(self) && self.listener().is_some()
    }

    /// Listens on `name`, as `QLocalServer::listen`. A relative name is in the directory for
    /// temporary files; an absolute path is used unchanged.
    ///
    /// With one of the access options set, Qt replaces the file at the path, even an ordinary file
    /// or the socket of a running server. Prefer [`listen_exclusive`](Self::listen_exclusive).
    ///
    /// # Errors
    ///
    /// If the server listens already, or the name cannot be used.
    pub fn listen(&self, name: impl Into<QString>) -> Result<(), ListenError> {
        let name = name.into();
        let path = self.check(&name)?;
        #[cfg(unix)]
        if let Some(path) = &path
            && mode_of(self.socket_options()).is_some()
        {
            server_name::check_listen_with_access_option(path)?;
        }
        if call(|| ffi::server_listen(self, &name)) {
            return Ok(());
        }
        // QAbstractSocket::AddressInUseError, HostNotFoundError and SocketAccessError.
        Err(match (ffi::server_error(self), path) {
            (8, path) => ListenError::InUse {
                path: path.unwrap_or_else(|| name.to_string()),
            },
            (2, Some(path)) => ListenError::DirectoryMissing {
                directory: directory_of(&path),
            },
            (3, Some(path)) => ListenError::DirectoryForbidden {
                directory: directory_of(&path),
            },
            _ => self.qt_error(),
        })
    }

    /// Listens on a descriptor of a listening socket, which the server closes. The names are read
    /// from the descriptor. As `QLocalServer::listen(qintptr)`.
    ///
    /// # Errors
    ///
    /// If the server listens already, or the descriptor is not a listening local socket with a
    /// name. The descriptor is closed then.
    #[cfg(unix)]
    pub fn listen_descriptor(&self, descriptor: impl Into<OwnedFd>) -> Result<(), ListenError> {
        self.check_not_listening()?;
        let descriptor = descriptor.into();
        match name_of_listener(&descriptor) {
            None => return Err(ListenError::NotListening),
            // Otherwise Qt would remove a file of that name.
            Some(Name::Abstract) => self.set_abstract(true),
            Some(Name::Path) => self.set_abstract(false),
        }
        self.give_listener(descriptor)
    }

    /// Listens on a descriptor whose name belongs to another program, such as systemd with socket
    /// activation: closing never removes the file. Otherwise as
    /// [`listen_descriptor`](Self::listen_descriptor). From Qt 6.2 on.
    ///
    /// # Errors
    ///
    /// As of [`listen_descriptor`](Self::listen_descriptor).
    #[cfg(all(unix, cxxqt_qt_version_at_least_6_2))]
    pub fn listen_inherited(&self, descriptor: impl Into<OwnedFd>) -> Result<(), ListenError> {
        call(|| {
            let options = self.socket_options();
            self.listen_descriptor(descriptor)?;
            // Qt removes the file unless the options say that there is none; a listening server
            // uses the options for nothing else.
            self.set_abstract(true);
            self.keep_listening(ffi::server_name(self), ffi::server_full_name(self), None)?;
            if let Some(listener) = self.listener() {
                listener.options.set(Some(options));
            }
            Ok(())
        })
    }

    /// The path of a server's name, as Qt composes it on Unix: the name itself if it is absolute,
    /// otherwise in the directory for temporary files of this process. On other systems the name
    /// itself.
    ///
    /// # Errors
    ///
    /// If the name is invalid.
    pub fn full_server_name_for(name: impl Into<QString>) -> Result<QString, ListenError> {
        let name = name.into();
        #[cfg(unix)]
        return full_path(&name.to_string()).map(QString::from);
        #[cfg(not(unix))]
        Ok(name)
    }

    /// The backlog: the maximum number of connections that the system queues until they are
    /// accepted. As `QLocalServer::listenBacklogSize`: 50 by default, and always before Qt 6.3.
    pub fn listen_backlog_size(&self) -> i32 {
        ffi::server_listen_backlog_size(self)
    }

    /// Sets the backlog for the next time that the server listens, as
    /// `QLocalServer::setListenBacklogSize`; without effect before Qt 6.3.
    pub fn set_listen_backlog_size(&self, size: i32) {
        ffi::server_set_listen_backlog_size(self, size);
    }

    /// Sets the maximum number of pending connections, as `QLocalServer::setMaxPendingConnections`.
    pub fn set_max_pending_connections(&self, count: i32) {
        ffi::server_set_max_pending_connections(self, count);
    }

    /// Returns the next pending connection, as `QLocalServer::nextPendingConnection`; `None` if
    /// there is none. The caller owns the socket, which outlives the server.
    ///
    /// Call it in a loop: one `newConnection` can announce several connections.
    pub fn next_pending_connection(&self) -> Option<QBox<QLocalSocket>> {
        call(|| {
            let socket = ffi::server_next_pending_connection(self);
            // SAFETY: not null; the server created it with `new`, and from_raw takes it from its
            // parent, the server, which would otherwise delete it a second time.
            (!socket.is_null()).then(|| unsafe { QBox::from_raw(socket) })
        })
    }

    /// Removes the file at the name's path and returns whether that worked, as
    /// `QLocalServer::removeServer`.
    ///
    /// It also removes the socket of a running server, and ordinary files. To reuse the name after
    /// a crash, use [`listen_exclusive`](Self::listen_exclusive).
    pub fn remove_server(name: impl Into<QString>) -> bool {
        ffi::server_remove(&name.into())
    }

    /// The name the server listens on, empty while it does not, as `QLocalServer::serverName`.
    pub fn server_name(&self) -> QString {
        match self.listener() {
            Some(listener) => listener.name.clone(),
            None => ffi::server_name(self),
        }
    }

    /// The socket options, as `QLocalServer::socketOptions`.
    pub fn socket_options(&self) -> QLocalServerSocketOptions {
        self.listener()
            .and_then(|listener| listener.options.get())
            .unwrap_or_else(|| ffi::server_socket_options(self))
    }

    /// Sets the socket options for the next time that the server listens, as
    /// `QLocalServer::setSocketOptions`.
    pub fn set_socket_options(&self, options: impl Into<QLocalServerSocketOptions>) {
        let options = options.into();
        match self.listener() {
            // Set when it closes.
            Some(listener) => listener.options.set(Some(options)),
            None => ffi::server_set_socket_options(self, options),
        }
    }

    /// The number of the descriptor that the server listens on, `None` while it does not. As
    /// `QLocalServer::socketDescriptor`. The server closes it; use
    /// [`duplicate_descriptor`](Self::duplicate_descriptor) to keep one.
    #[cfg(unix)]
    pub fn socket_descriptor(&self) -> Option<RawFd> {
        RawFd::try_from(ffi::server_socket_descriptor(self))
            .ok()
            .filter(|&descriptor| descriptor >= 0)
    }

    /// A close-on-exec duplicate of the descriptor that the server listens on.
    ///
    /// # Errors
    ///
    /// [`NotConnected`](io::ErrorKind::NotConnected) if the server does not listen, or the system's
    /// error.
    #[cfg(unix)]
    pub fn duplicate_descriptor(&self) -> io::Result<OwnedFd> {
        let descriptor = self
            .socket_descriptor()
            .ok_or(io::ErrorKind::NotConnected)?;
        // SAFETY: open while the server listens, which does not change during this call.
        unsafe { BorrowedFd::borrow_raw(descriptor) }.try_clone_to_owned()
    }

    /// Blocks until a connection is pending, or was passed to the handler of
    /// `with_incoming_connection`, and returns whether that happened before `timeout` (`None`: no
    /// limit). As `QLocalServer::waitForNewConnection`, but it returns at once if a connection is
    /// pending already. Needs no event loop.
    ///
    /// # Errors
    ///
    /// If the server does not listen, or the system reports an error.
    ///
    /// # Panics
    ///
    /// If a handler that it calls at the end panics.
    pub fn wait_for_new_connection(&self, timeout: Option<Duration>) -> Result<bool, ListenError> {
        wait(|| {
            if self.is_accept_paused() {
                ffi::server_resume(self);
            }
            if self.has_pending_connections() {
                return Ok(true);
            }
            let mut timed_out = false;
            let connected =
                ffi::server_wait_for_new_connection(self, milliseconds(timeout), &mut timed_out);
            if connected || timed_out {
                Ok(connected)
            } else {
                Err(self.qt_error())
            }
        })
    }

    /// Calls `handler` when a client has connected, on `QLocalServer::newConnection`.
    pub fn on_new_connection(&self, mut handler: impl FnMut(&Self) + 'static) -> Connection {
        connect(
            self,
            |slot| ffi::on_new_connection(self, slot),
            move |server, ()| handler(server),
        )
    }

    fn qt_error(&self) -> ListenError {
        ListenError::Qt {
            message: self.error_string(),
        }
    }

    /// Checks that the server does not listen.
    fn check_not_listening(&self) -> Result<(), ListenError> {
        if self.is_listening() {
            return Err(ListenError::AlreadyListening);
        }
        Ok(())
    }

    /// Makes Qt listen on a descriptor.
    #[cfg(unix)]
    pub(crate) fn give_listener(&self, descriptor: OwnedFd) -> Result<(), ListenError> {
        let number = i64::from(descriptor.as_raw_fd());
        call(|| {
            if ffi::server_listen_descriptor(self, number) {
                // Qt owns it from now on.
                let _ = descriptor.into_raw_fd();
                Ok(())
            } else {
                Err(self.qt_error())
            }
        })
    }

    /// Keeps a duplicate of the listening descriptor, and `file`, until the server closes.
    #[cfg(unix)]
    pub(crate) fn keep_listening(
        &self,
        name: QString,
        full_name: QString,
        file: Option<Box<dyn Any>>,
    ) -> Result<(), ListenError> {
        // Qt leaves abstract sockets in blocking mode: accept would hang if the client has
        // disconnected.
        let nonblocking = self.duplicate_descriptor().and_then(|descriptor| {
            rustix::io::ioctl_fionbio(&descriptor, true)?;
            Ok(descriptor)
        });
        let descriptor = match nonblocking {
            Ok(descriptor) => descriptor,
            Err(source) => {
                self.close();
                return Err(ListenError::Io {
                    path: full_name.to_string(),
                    source,
                });
            }
        };
        let listener = Listener {
            descriptor,
            file,
            name,
            full_name,
            options: Cell::new(None),
        };
        ffi::server_set_listener(self, Box::new(listener));
        Ok(())
    }

    fn set_abstract(&self, is_set: bool) {
        let others = ffi::server_socket_options(self) & !ABSTRACT;
        ffi::server_set_socket_options(self, if is_set { others | ABSTRACT } else { others });
    }

    /// The `file` of [`keep_listening`](Self::keep_listening), if it has that type.
    #[cfg(unix)]
    pub(crate) fn kept_file<T: 'static>(&self) -> Option<&T> {
        self.listener()?.file.as_ref()?.downcast_ref()
    }

    fn listener(&self) -> Option<&Listener> {
        // SAFETY: null, or owned by the server until it closes. No reference outlives the method of
        // this type that gets it, and no such method closes the server while it has one.
        unsafe { ffi::server_listener(self).as_ref() }
    }

    /// Checks the name; returns its path unless it is in the abstract namespace.
    pub(crate) fn check(&self, name: &QString) -> Result<Option<String>, ListenError> {
        self.check_not_listening()?;
        if name.is_empty() {
            return Err(ListenError::NameEmpty);
        }
        #[cfg(unix)]
        {
            let name = name.to_string();
            // On other systems than Linux, Qt treats the option as an access option.
            let has_abstract_names = cfg!(any(target_os = "linux", target_os = "android"));
            if has_abstract_names && self.socket_options().test_flags(ABSTRACT) {
                server_name::check_abstract_name(&name)?;
                return Ok(None);
            }
            full_path(&name).map(Some)
        }
        #[cfg(not(unix))]
        Ok(None)
    }
}

/// State of a server that listens in a way that this crate adds.
struct Listener {
    /// Keeps the backlog alive when Qt closes its own descriptor.
    #[cfg(unix)]
    descriptor: OwnedFd,
    /// Owns the socket file, and removes it on drop.
    #[cfg(unix)]
    file: Option<Box<dyn Any>>,
    name: QString,
    full_name: QString,
    /// The options that the user has set, if Qt needs others.
    options: Cell<Option<QLocalServerSocketOptions>>,
}

impl Listener {
    /// A new duplicate, which Qt will own, or -1 if no descriptor would remain to accept a
    /// connection.
    fn duplicate_if_spare(&self) -> i64 {
        #[cfg(unix)]
        if let (Ok(duplicate), Ok(_spare)) =
            (self.descriptor.try_clone(), self.descriptor.try_clone())
        {
            return duplicate.into_raw_fd().into();
        }
        -1
    }
}

/// Receives the descriptors that a server accepts.
struct IncomingSlot(#[cfg(unix)] Slot<(OwnedFd,)>);

impl IncomingSlot {
    #[cfg(unix)]
    fn record(&self, descriptor: i64) {
        if let Ok(descriptor) = RawFd::try_from(descriptor) {
            // SAFETY: just accepted, and `incomingConnection` passes it to this slot only.
            self.0
                .record((unsafe { OwnedFd::from_raw_fd(descriptor) },));
        }
    }

    #[cfg(not(unix))]
    fn record(&self, _descriptor: i64) {}
}

#[cfg(unix)]
impl From<Slot<(OwnedFd,)>> for IncomingSlot {
    fn from(slot: Slot<(OwnedFd,)>) -> Self {
        Self(slot)
    }
}

/// The namespace of a listening socket's name.
#[cfg(unix)]
enum Name {
    Path,
    Abstract,
}

/// The namespace of a listening local socket's name; `None` for any other descriptor.
#[cfg(unix)]
fn name_of_listener(descriptor: &OwnedFd) -> Option<Name> {
    use rustix::net::{SocketAddrUnix, getsockname};

    // Apple's systems do not report whether a socket listens.
    #[cfg(not(target_vendor = "apple"))]
    if !rustix::net::sockopt::socket_acceptconn(descriptor).unwrap_or(false) {
        return None;
    }
    let address = SocketAddrUnix::try_from(getsockname(descriptor).ok()?).ok()?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if address.abstract_name().is_some_and(|name| !name.is_empty()) {
        return Some(Name::Abstract);
    }
    address
        .path()
        .is_some_and(|path| !path.is_empty())
        .then_some(Name::Path)
}

/// The directory of a socket.
fn directory_of(path: &str) -> String {
    match path.rsplit_once('/') {
        Some(("", _)) | None => "/".to_owned(),
        Some((directory, _)) => directory.to_owned(),
    }
}

/// The path that Qt composes from a server's name.
#[cfg(unix)]
fn full_path(name: &str) -> Result<String, ListenError> {
    server_name::full_server_name_for(name, server_name::temp_dir())
}
