// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `FortuneServer`, the face of [`mod@local_fortune_core::server`] for QML and C++.
//!
//! It belongs to the thread that made it, and to QML or to whoever made it in C++. Its end closes
//! the server.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cxx_qt::{CxxQtType, Threading};
use cxx_qt_lib::{QString, QStringList};
use cxx_qt_network::ListenError;

use local_fortune_core::DEFAULT_NAME;
use local_fortune_core::fortunes::Fortunes;
use local_fortune_core::server::{self, Address, Event, Interruption, Server, ServerError};
use local_fortune_core::wire;

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
        include!("cxx-qt-lib/qstringlist.h");
        type QStringList = cxx_qt_lib::QStringList;
    }

    /// The form of the message, as [`WireFormat`](local_fortune_core::wire::WireFormat).
    #[qenum(FortuneServer)]
    enum WireFormat {
        /// Of the examples of Qt 4.4 to 5.5.
        Qt4,
        /// Of the example of Qt 5.6.
        Qt5_6,
        /// Of the examples of Qt 5.10 to 6.4.
        Qt5_10,
        /// Of the examples of Qt 6.8 to 6.11.
        Qt6_8,
    }

    /// Who may connect, as [`Access`](local_fortune_core::server::Access).
    #[qenum(FortuneServer)]
    enum Access {
        /// The user that the server runs as.
        User,
        /// The group that the server runs as.
        Group,
        /// Everybody but that user and that group.
        Other,
        /// Everybody.
        World,
    }

    /// What went wrong; the detail that comes with it differs from kind to kind.
    #[qenum(FortuneServer)]
    enum ServerFault {
        /// Another server listens on the name. Detail: the full name.
        NameInUse,
        /// Something else stands at the path. Detail: the full name.
        NotASocket,
        /// Another user's socket stands at the path. Detail: the full name.
        NotYours,
        /// The path is too long for a socket. Detail: how long it is and may be.
        NameTooLong,
        /// The directory does not exist. Detail: the directory.
        DirectoryMissing,
        /// The directory takes no socket of this user's. Detail: the directory.
        DirectoryForbidden,
        /// A fortune cannot be sent in the format. Detail: why.
        FortuneTooLong,
        /// While it serves: no descriptors are left, and clients wait.
        NoDescriptors,
        /// While it serves: something else has taken the name, and the server waits for it.
        NameTaken,
        /// While it serves: the socket's file was removed, and the name cannot be had yet.
        NameLost,
        /// Anything else. Detail: what.
        Unexpected,
    }

    #[auto_cxx_name]
    unsafe extern "RustQt" {
        /// A server of fortunes.
        #[qobject]
        #[qml_element]
        // An enumeration of the object itself cannot be the type of its property: it is an int.
        #[qproperty(QString, name)]
        #[qproperty(i32, wire_format, READ, WRITE = set_wire_format, NOTIFY)]
        #[qproperty(i32, access)]
        #[qproperty(bool, abstract_namespace)]
        #[qproperty(QStringList, fortunes, READ, WRITE = set_fortunes, NOTIFY)]
        #[qproperty(bool, listening, READ, NOTIFY)]
        #[qproperty(QString, full_server_name, READ, NOTIFY)]
        #[qproperty(i32, served, READ, NOTIFY)]
        type FortuneServer = super::FortuneServerRust;

        /// Starts to listen for `name`, for those whom `access` names.
        #[qinvokable]
        fn listen(self: Pin<&mut FortuneServer>);

        /// Stops listening.
        #[qinvokable]
        fn close(self: Pin<&mut FortuneServer>);

        /// Sends the fortunes in this form from now on.
        fn set_wire_format(self: Pin<&mut FortuneServer>, wire_format: i32);

        /// Sends these fortunes from now on; an empty list is the built-in ones.
        fn set_fortunes(self: Pin<&mut FortuneServer>, fortunes: QStringList);

        /// Something went wrong: an [`ServerFault`] and its detail.
        #[qsignal]
        fn failed(self: Pin<&mut FortuneServer>, error: i32, detail: QString);
    }

    impl cxx_qt::Threading for FortuneServer {}
}

pub use ffi::{Access, FortuneServer, ServerFault, WireFormat};

/// What a [`FortuneServer`] is made of.
pub struct FortuneServerRust {
    name: QString,
    wire_format: i32,
    access: i32,
    abstract_namespace: bool,
    fortunes: QStringList,
    listening: bool,
    full_server_name: QString,
    served: i32,
    server: Option<Server>,
}

impl Default for FortuneServerRust {
    fn default() -> Self {
        Self {
            name: QString::from(DEFAULT_NAME),
            wire_format: wire::WireFormat::of_this_qt() as i32,
            access: Access::User.repr,
            abstract_namespace: false,
            fortunes: Fortunes::built_in().iter().map(QString::from).collect(),
            listening: false,
            full_server_name: QString::default(),
            served: 0,
            server: None,
        }
    }
}

impl FortuneServer {
    fn listen(mut self: Pin<&mut Self>) {
        if let Err(error) = self.as_mut().try_to_listen() {
            self.as_mut().tell(&error);
        }
        self.refresh();
    }

    fn try_to_listen(mut self: Pin<&mut Self>) -> Result<(), ServerError> {
        let address = Address {
            name: self.name.to_string(),
            access: self.rust().access(),
            abstract_namespace: self.abstract_namespace,
        };
        if self.server.is_none() {
            let server = self.new_server()?;
            self.as_mut().rust_mut().server = Some(server);
        }
        match self.rust_mut().server.as_mut() {
            Some(server) => server.listen(address),
            None => Ok(()),
        }
    }

    fn new_server(&self) -> Result<Server, ServerError> {
        let thread = self.qt_thread();
        // A thousand clients at once are one change of the number that is shown.
        let counted = Arc::new(AtomicBool::new(false));
        Server::new(
            self.rust().fortunes()?,
            self.rust().wire_format(),
            move |event| {
                let counted = counted.clone();
                if matches!(event, Event::Served) && counted.swap(true, Ordering::Relaxed) {
                    return;
                }
                // Fails only when the object is gone, and then nobody is to be told.
                let _ = thread.queue(move |mut this| {
                    counted.store(false, Ordering::Relaxed);
                    if let Event::Interrupted(interruption) = event {
                        let (fault, detail) = interrupted(interruption);
                        this.as_mut().failed(fault.repr, QString::from(&detail));
                    }
                    this.refresh();
                });
            },
        )
    }

    fn close(mut self: Pin<&mut Self>) {
        if let Some(server) = self.as_mut().rust_mut().server.as_mut() {
            server.close();
        }
        self.refresh();
    }

    fn set_wire_format(mut self: Pin<&mut Self>, wire_format: i32) {
        let before = std::mem::replace(&mut self.as_mut().rust_mut().wire_format, wire_format);
        if before == wire_format {
            return;
        }
        if let Err(error) = self.as_mut().renew() {
            self.as_mut().rust_mut().wire_format = before;
            self.as_mut().tell(&error);
        }
        // Also when it failed: what shows the format has to show the old one again.
        self.wire_format_changed();
    }

    fn set_fortunes(mut self: Pin<&mut Self>, fortunes: QStringList) {
        if self.fortunes == fortunes {
            return;
        }
        let before = std::mem::replace(&mut self.as_mut().rust_mut().fortunes, fortunes);
        if let Err(error) = self.as_mut().renew() {
            self.as_mut().rust_mut().fortunes = before;
            self.as_mut().tell(&error);
        }
        self.fortunes_changed();
    }

    /// Gives a server that is there the fortunes and the format of the properties.
    fn renew(mut self: Pin<&mut Self>) -> Result<(), ServerError> {
        let (fortunes, format) = (self.rust().fortunes()?, self.rust().wire_format());
        match self.as_mut().rust_mut().server.as_mut() {
            Some(server) => server.set_fortunes(fortunes, format),
            None => Ok(()),
        }
    }

    fn tell(self: Pin<&mut Self>, error: &ServerError) {
        let (kind, detail) = told(error);
        self.failed(kind.repr, QString::from(detail.as_str()));
    }

    /// Takes over what the server says of itself.
    fn refresh(mut self: Pin<&mut Self>) {
        let (listening, full_server_name, served) = match &self.server {
            Some(server) => (
                server.is_listening(),
                QString::from(server.full_server_name().as_str()),
                i32::try_from(server.served()).unwrap_or(i32::MAX),
            ),
            None => Default::default(),
        };
        if self.full_server_name != full_server_name {
            self.as_mut().rust_mut().full_server_name = full_server_name;
            self.as_mut().full_server_name_changed();
        }
        if self.served != served {
            self.as_mut().rust_mut().served = served;
            self.as_mut().served_changed();
        }
        if self.listening != listening {
            self.as_mut().rust_mut().listening = listening;
            self.as_mut().listening_changed();
        }
    }
}

impl FortuneServerRust {
    fn access(&self) -> server::Access {
        match (Access { repr: self.access }) {
            Access::Group => server::Access::Group,
            Access::Other => server::Access::Other,
            Access::World => server::Access::World,
            _ => server::Access::User,
        }
    }

    fn fortunes(&self) -> Result<Fortunes, ServerError> {
        let texts: Vec<String> = self.fortunes.iter().map(QString::to_string).collect();
        if texts.is_empty() {
            Ok(Fortunes::built_in())
        } else {
            Ok(Fortunes::new(texts)?)
        }
    }

    fn wire_format(&self) -> wire::WireFormat {
        match (WireFormat {
            repr: self.wire_format,
        }) {
            WireFormat::Qt4 => wire::WireFormat::Qt4,
            WireFormat::Qt5_6 => wire::WireFormat::Qt5_6,
            WireFormat::Qt6_8 => wire::WireFormat::Qt6_8,
            _ => wire::WireFormat::Qt5_10,
        }
    }
}

/// An error's kind, and the part of its sentence that differs from case to case.
fn told(error: &ServerError) -> (ServerFault, String) {
    match error {
        ServerError::Listen(error) => match error {
            ListenError::InUse { path } => (ServerFault::NameInUse, path.clone()),
            ListenError::NotASocket { path } => (ServerFault::NotASocket, path.clone()),
            ListenError::NotYours { path } => (ServerFault::NotYours, path.clone()),
            ListenError::NameTooLong { bytes, limit } => (
                ServerFault::NameTooLong,
                format!("{bytes} bytes, {limit} are allowed"),
            ),
            ListenError::DirectoryMissing { directory } => {
                (ServerFault::DirectoryMissing, directory.clone())
            }
            ListenError::DirectoryForbidden { directory } => {
                (ServerFault::DirectoryForbidden, directory.clone())
            }
            other => (ServerFault::Unexpected, other.to_string()),
        },
        ServerError::Encode(error) => (ServerFault::FortuneTooLong, error.to_string()),
        other => (ServerFault::Unexpected, other.to_string()),
    }
}

/// The same for a server that runs.
fn interrupted(interruption: Interruption) -> (ServerFault, String) {
    match interruption {
        Interruption::NoDescriptors => (ServerFault::NoDescriptors, String::new()),
        Interruption::NameTaken => (ServerFault::NameTaken, String::new()),
        Interruption::NameLost => (ServerFault::NameLost, String::new()),
        other => (ServerFault::Unexpected, other.to_string()),
    }
}
