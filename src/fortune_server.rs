// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `FortuneServer`: [`mod@local_fortune_core::server`] for QML and C++.
//!
//! It belongs to its thread, as each `QObject`, and QML or C++ owns it. Its end closes the server;
//! `moveToThread` closes it and listens again in the other thread.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use cxx_qt::{CxxQtType, Threading};
use cxx_qt_lib::{QString, QStringList};
use cxx_qt_network::ListenError;

use local_fortune_core::address::Address;
use local_fortune_core::fortunes::Fortunes;
use local_fortune_core::server::{self, Event, Interruption, Server};
use local_fortune_core::wire;

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
        include!("cxx-qt-lib/qstringlist.h");
        type QStringList = cxx_qt_lib::QStringList;
    }

    #[namespace = "Fortune"]
    unsafe extern "C++" {
        include!("local-fortune/src/enums.cxxqt.h");
        type Access = crate::enums::Access;
        type ServerError = crate::enums::ServerError;
        type WireFormat = crate::enums::WireFormat;
    }

    unsafe extern "C++" {
        include!("local-fortune/src/thread_change.cxxqt.h");
        type QEvent = crate::thread_change::QEvent;
    }

    // SAFETY: `event` is declared as in <QObject>.
    #[auto_cxx_name]
    unsafe extern "RustQt" {
        /// A server of fortunes.
        #[qobject]
        #[qml_element]
        #[qproperty(QString, address)]
        #[qproperty(WireFormat, wire_format, READ, WRITE = set_wire_format, NOTIFY)]
        #[qproperty(Access, access, READ, WRITE = set_access, NOTIFY)]
        #[qproperty(QStringList, fortunes, READ, WRITE = set_fortunes, NOTIFY)]
        #[qproperty(bool, listening, READ, NOTIFY)]
        #[qproperty(QString, full_address, READ, NOTIFY)]
        #[qproperty(i32, served, READ, NOTIFY)]
        type FortuneServer = super::FortuneServerRust;

        /// Starts to listen on `address`, for those whom `access` names.
        #[qinvokable]
        fn listen(self: Pin<&mut FortuneServer>);

        /// Stops listening.
        #[qinvokable]
        fn close(self: Pin<&mut FortuneServer>);

        /// Sends the fortunes in this form from now on.
        fn set_wire_format(self: Pin<&mut FortuneServer>, wire_format: WireFormat);

        /// Lets these connect, from the next time that the server listens.
        fn set_access(self: Pin<&mut FortuneServer>, access: Access);

        /// Sends these fortunes from now on; an empty list is the built-in ones.
        fn set_fortunes(self: Pin<&mut FortuneServer>, fortunes: QStringList);

        /// Called by Qt with each event. As `QObject::event`.
        #[cxx_override]
        unsafe fn event(self: Pin<&mut FortuneServer>, event: *mut QEvent) -> bool;

        /// The base class's implementation.
        #[inherit]
        #[cxx_name = "event"]
        unsafe fn base_event(self: Pin<&mut FortuneServer>, event: *mut QEvent) -> bool;

        /// Something went wrong: an error and its detail.
        #[qsignal]
        fn failed(self: Pin<&mut FortuneServer>, error: ServerError, detail: QString);
    }

    impl cxx_qt::Threading for FortuneServer {}
}

use crate::enums::{Access, ServerError, WireFormat};
use crate::thread_change::{QEvent, is_thread_change};
pub use ffi::FortuneServer;

/// The Rust half of a [`FortuneServer`].
pub struct FortuneServerRust {
    address: QString,
    wire_format: WireFormat,
    access: Access,
    fortunes: QStringList,
    listening: bool,
    full_address: QString,
    served: i32,
    /// By servers in other threads.
    served_before: u64,
    server: Option<Server>,
}

impl Default for FortuneServerRust {
    fn default() -> Self {
        Self {
            address: QString::from(&Address::default().to_string()),
            wire_format: wire::WireFormat::of_this_qt().into(),
            access: server::Access::default().into(),
            fortunes: Fortunes::built_in().iter().map(QString::from).collect(),
            listening: false,
            full_address: QString::default(),
            served: 0,
            served_before: 0,
            server: None,
        }
    }
}

impl FortuneServer {
    fn listen(mut self: Pin<&mut Self>) {
        if let Err(error) = self.as_mut().try_to_listen() {
            self.as_mut().report(&error);
        }
        self.refresh();
    }

    fn try_to_listen(mut self: Pin<&mut Self>) -> Result<(), server::ServerError> {
        let address: Address = self.address.to_string().parse()?;
        let access = self.rust().access();
        if self.server.is_none() {
            let server = self.new_server()?;
            self.as_mut().rust_mut().server = Some(server);
        }
        match self.rust_mut().server.as_mut() {
            Some(server) => Ok(server.listen(address, access)?),
            None => Ok(()),
        }
    }

    fn new_server(&self) -> Result<Server, server::ServerError> {
        let thread = self.qt_thread();
        // A thousand clients at once are one change of the number that is shown.
        let counted = Arc::new(AtomicBool::new(false));
        Server::new(
            &self.rust().fortunes()?,
            self.rust().wire_format(),
            move |event| {
                let counted = counted.clone();
                if matches!(event, Event::Served) && counted.swap(true, Ordering::Relaxed) {
                    return;
                }
                // Fails only when the object is gone.
                let _ = thread.queue(move |mut this| {
                    counted.store(false, Ordering::Relaxed);
                    if let Event::Interrupted(interruption) = event {
                        let (kind, detail) = interrupted(interruption);
                        this.as_mut().failed(kind, QString::from(&detail));
                    }
                    this.refresh();
                });
            },
        )
    }

    /// # Safety
    ///
    /// The event is one that Qt has made.
    unsafe fn event(mut self: Pin<&mut Self>, event: *mut QEvent) -> bool {
        // SAFETY: Qt deletes no event while it is handled.
        if is_thread_change(unsafe { &*event }) {
            self.as_mut().leave_thread();
        }
        // SAFETY: the same.
        unsafe { self.base_event(event) }
    }

    /// Drops what belongs to the thread that the object is about to leave.
    fn leave_thread(mut self: Pin<&mut Self>) {
        let Some(server) = self.as_mut().rust_mut().server.take() else {
            return;
        };
        self.as_mut().rust_mut().served_before += server.served();
        if server.is_listening() {
            // Called in the next thread.
            let _ = self.qt_thread().queue(|this| this.listen());
        }
        drop(server);
        self.refresh();
    }

    fn close(mut self: Pin<&mut Self>) {
        if let Some(server) = self.as_mut().rust_mut().server.as_mut() {
            server.close();
        }
        self.refresh();
    }

    fn set_wire_format(mut self: Pin<&mut Self>, wire_format: WireFormat) {
        let before = std::mem::replace(&mut self.as_mut().rust_mut().wire_format, wire_format);
        if before == wire_format {
            return;
        }
        let renewed = match wire_format.to_core() {
            None => Err((
                ServerError::InvalidValue,
                format!("{} is no wire format of a server", wire_format.repr),
            )),
            Some(_) => self.as_mut().renew().map_err(|error| described(&error)),
        };
        if let Err((kind, detail)) = renewed {
            self.as_mut().rust_mut().wire_format = before;
            self.as_mut().failed(kind, QString::from(&detail));
        }
        // Also when it failed: what shows the format has to show the old one again.
        self.wire_format_changed();
    }

    fn set_access(mut self: Pin<&mut Self>, access: Access) {
        if self.access == access {
            return;
        }
        if access.to_core().is_some() {
            self.as_mut().rust_mut().access = access;
        } else {
            let detail = format!("{} is no access", access.repr);
            self.as_mut()
                .failed(ServerError::InvalidValue, QString::from(&detail));
        }
        self.access_changed();
    }

    fn set_fortunes(mut self: Pin<&mut Self>, fortunes: QStringList) {
        if self.fortunes == fortunes {
            return;
        }
        let before = std::mem::replace(&mut self.as_mut().rust_mut().fortunes, fortunes);
        if let Err(error) = self.as_mut().renew() {
            self.as_mut().rust_mut().fortunes = before;
            self.as_mut().report(&error);
        }
        self.fortunes_changed();
    }

    /// Gives a server that is there the fortunes and the format of the properties.
    fn renew(mut self: Pin<&mut Self>) -> Result<(), server::ServerError> {
        let (fortunes, format) = (self.rust().fortunes()?, self.rust().wire_format());
        match self.as_mut().rust_mut().server.as_mut() {
            Some(server) => server.set_fortunes(&fortunes, format),
            None => Ok(()),
        }
    }

    fn report(self: Pin<&mut Self>, error: &server::ServerError) {
        let (kind, detail) = described(error);
        self.failed(kind, QString::from(detail.as_str()));
    }

    /// Takes over what the server says of itself.
    fn refresh(mut self: Pin<&mut Self>) {
        let (listening, full_address, served) = match &self.server {
            Some(server) => (
                server.is_listening(),
                QString::from(server.full_address().as_str()),
                server.served(),
            ),
            None => Default::default(),
        };
        let served = i32::try_from(self.served_before + served).unwrap_or(i32::MAX);
        if self.full_address != full_address {
            self.as_mut().rust_mut().full_address = full_address;
            self.as_mut().full_address_changed();
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
        self.access.to_core().unwrap_or_default()
    }

    fn fortunes(&self) -> Result<Fortunes, server::ServerError> {
        let texts: Vec<String> = self.fortunes.iter().map(QString::to_string).collect();
        if texts.is_empty() {
            Ok(Fortunes::built_in())
        } else {
            Ok(Fortunes::new(texts)?)
        }
    }

    fn wire_format(&self) -> wire::WireFormat {
        let format = self.wire_format.to_core();
        format.unwrap_or_else(wire::WireFormat::of_this_qt)
    }
}

/// An error's kind, and the part of its sentence that differs from case to case.
fn described(error: &server::ServerError) -> (ServerError, String) {
    match error {
        server::ServerError::Listen(error) => match error {
            ListenError::InUse { path } => (ServerError::NameInUse, path.clone()),
            ListenError::NotASocket { path } => (ServerError::NotASocket, path.clone()),
            ListenError::NotYours { path } => (ServerError::NotYours, path.clone()),
            ListenError::NameTooLong { bytes, limit } => (
                ServerError::NameTooLong,
                format!("{bytes} bytes, {limit} are allowed"),
            ),
            ListenError::DirectoryMissing { directory } => {
                (ServerError::DirectoryMissing, directory.clone())
            }
            ListenError::DirectoryForbidden { directory } => {
                (ServerError::DirectoryForbidden, directory.clone())
            }
            other => (ServerError::Unexpected, other.to_string()),
        },
        server::ServerError::Address(error) => (ServerError::InvalidAddress, error.to_string()),
        server::ServerError::Encode(error) => (ServerError::FortuneTooLong, error.to_string()),
        server::ServerError::Fortunes(error) => (ServerError::Unexpected, error.to_string()),
        other => (ServerError::Unexpected, other.to_string()),
    }
}

/// The same for a server that runs.
fn interrupted(interruption: Interruption) -> (ServerError, String) {
    match interruption {
        Interruption::NoDescriptors => (ServerError::NoDescriptors, String::new()),
        Interruption::NameTaken => (ServerError::NameTaken, String::new()),
        Interruption::NameLost => (ServerError::NameLost, String::new()),
        other => (ServerError::Unexpected, other.to_string()),
    }
}
