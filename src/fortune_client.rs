// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `FortuneClient`: [`mod@local_fortune_core::client`] for QML and C++.
//!
//! It belongs to its thread, as each `QObject`, and QML or C++ owns it. Its end ends the request in
//! flight; `moveToThread` starts that request again in the other thread.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cxx_qt::{CxxQtType, Threading};
use cxx_qt_lib::{QString, QStringList};

use local_fortune_core::address::Address;
use local_fortune_core::client::{Client, DEFAULT_TIMEOUT, Outcome, Request, RequestError};

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
        type ClientError = crate::enums::ClientError;
        type WireFormat = crate::enums::WireFormat;
    }

    unsafe extern "C++" {
        include!("local-fortune/src/thread_change.cxxqt.h");
        type QEvent = crate::thread_change::QEvent;
    }

    // SAFETY: `event` is declared as in <QObject>.
    #[auto_cxx_name]
    unsafe extern "RustQt" {
        /// Asks a server for fortunes.
        #[qobject]
        #[qml_element]
        #[qproperty(QString, address, READ, WRITE = set_address, NOTIFY)]
        #[qproperty(WireFormat, wire_format, READ, WRITE = set_wire_format, NOTIFY)]
        #[qproperty(i32, timeout, READ, WRITE = set_timeout, NOTIFY)]
        #[qproperty(bool, busy, READ, NOTIFY)]
        #[qproperty(QString, fortune, READ, NOTIFY)]
        #[qproperty(WireFormat, detected_format, READ, NOTIFY)]
        #[qproperty(QString, full_address, READ, NOTIFY)]
        #[qproperty(QStringList, history, READ, NOTIFY)]
        type FortuneClient = super::FortuneClientRust;

        /// Connects to this address from now on.
        fn set_address(self: Pin<&mut FortuneClient>, address: QString);

        /// Expects this format from now on.
        fn set_wire_format(self: Pin<&mut FortuneClient>, wire_format: WireFormat);

        /// Sets the time limit of a request, in milliseconds.
        fn set_timeout(self: Pin<&mut FortuneClient>, timeout: i32);

        /// Asks for a fortune other than the one shown; a request under way is dropped.
        #[qinvokable]
        fn request_fortune(self: Pin<&mut FortuneClient>);

        /// Drops the request that is under way.
        #[qinvokable]
        fn cancel(self: Pin<&mut FortuneClient>);

        /// Called by Qt with each event. As `QObject::event`.
        #[cxx_override]
        unsafe fn event(self: Pin<&mut FortuneClient>, event: *mut QEvent) -> bool;

        /// The base class's implementation.
        #[inherit]
        #[cxx_name = "event"]
        unsafe fn base_event(self: Pin<&mut FortuneClient>, event: *mut QEvent) -> bool;

        /// Something went wrong: an error and its detail.
        #[qsignal]
        fn failed(self: Pin<&mut FortuneClient>, error: ClientError, detail: QString);
    }

    impl cxx_qt::Threading for FortuneClient {}
}

use crate::enums::{ClientError, WireFormat};
use crate::thread_change::{QEvent, is_thread_change};
pub use ffi::FortuneClient;

/// The Rust half of a [`FortuneClient`].
pub struct FortuneClientRust {
    address: QString,
    wire_format: WireFormat,
    /// Milliseconds.
    timeout: i32,
    busy: bool,
    fortune: QString,
    detected_format: WireFormat,
    full_address: QString,
    history: QStringList,
    client: Option<Client>,
    /// The number of the request under way; what came of an earlier one is not shown.
    request: Arc<AtomicU64>,
}

impl Default for FortuneClientRust {
    fn default() -> Self {
        let address = Address::default();
        Self {
            address: QString::from(&address.to_string()),
            wire_format: WireFormat::Auto,
            timeout: DEFAULT_TIMEOUT.as_millis() as i32,
            busy: false,
            fortune: QString::default(),
            detected_format: WireFormat::Auto,
            full_address: QString::from(&address.full().unwrap_or_default()),
            history: QStringList::default(),
            client: None,
            request: Arc::default(),
        }
    }
}

impl FortuneClient {
    fn set_address(mut self: Pin<&mut Self>, address: QString) {
        if self.address == address {
            return;
        }
        // Shown, so that two programs that miss each other can be seen to.
        let full_address = match address.to_string().parse::<Address>() {
            Ok(address) => QString::from(&address.full().unwrap_or_default()),
            Err(_) => QString::default(),
        };
        let mut this = self.as_mut().rust_mut();
        (this.address, this.full_address) = (address, full_address);
        self.as_mut().address_changed();
        self.full_address_changed();
    }

    fn set_wire_format(mut self: Pin<&mut Self>, wire_format: WireFormat) {
        if self.wire_format == wire_format {
            return;
        }
        if wire_format == WireFormat::Auto || wire_format.to_core().is_some() {
            self.as_mut().rust_mut().wire_format = wire_format;
        } else {
            let detail = format!("{} is no wire format", wire_format.repr);
            self.as_mut().fail(ClientError::BadValue, &detail);
        }
        self.wire_format_changed();
    }

    fn set_timeout(mut self: Pin<&mut Self>, timeout: i32) {
        if self.timeout == timeout {
            return;
        }
        if timeout > 0 {
            self.as_mut().rust_mut().timeout = timeout;
        } else {
            let detail = format!("{timeout} ms is no time limit");
            self.as_mut().fail(ClientError::BadValue, &detail);
        }
        self.timeout_changed();
    }

    fn fail(self: Pin<&mut Self>, kind: ClientError, detail: &str) {
        self.failed(kind, QString::from(detail));
    }

    fn request_fortune(mut self: Pin<&mut Self>) {
        self.as_mut().cancel();
        self.start_request();
    }

    fn start_request(mut self: Pin<&mut Self>) {
        let address = self.address.to_string().parse::<Address>();
        let checked = address
            .map_err(|error| error.to_string())
            .and_then(|address| {
                let full = address.full().map_err(|error| error.to_string());
                full.map(|_| address)
            });
        let address = match checked {
            Ok(address) => address,
            Err(error) => return self.fail(ClientError::BadAddress, &error),
        };
        let request = Request {
            format: self.wire_format.to_core(),
            timeout: Duration::from_millis(self.timeout.unsigned_abs().into()),
            exclude: (!self.history.is_empty()).then(|| self.fortune.to_string()),
            ..Request::new(address)
        };
        if self.client.is_none() {
            let client = self.new_client();
            self.as_mut().rust_mut().client = Some(client);
        }
        if let Some(client) = &self.client {
            client.request(request);
        }
        self.show_busy(true);
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
        self.as_mut().rust_mut().client = None;
        if self.busy {
            // Called in the next thread. Its result may be on the way already.
            let _ = self.qt_thread().queue(|this| {
                if this.busy {
                    this.start_request();
                }
            });
        }
    }

    fn new_client(&self) -> Client {
        let (thread, current) = (self.qt_thread(), self.request.clone());
        Client::new(move |_, outcome| {
            let number = current.load(Ordering::Relaxed);
            // Fails only when the object is gone.
            let _ = thread.queue(move |this| {
                if this.request.load(Ordering::Relaxed) == number {
                    this.show(outcome);
                }
            });
        })
    }

    fn cancel(self: Pin<&mut Self>) {
        self.request.fetch_add(1, Ordering::Relaxed);
        if let Some(client) = &self.client {
            client.cancel();
        }
        self.show_busy(false);
    }

    fn show(mut self: Pin<&mut Self>, outcome: Outcome) {
        match outcome {
            Ok(answer) => {
                let fortune = QString::from(answer.text.as_str());
                let mut this = self.as_mut().rust_mut();
                this.fortune = fortune.clone();
                this.history.append(fortune);
                this.detected_format = answer.format.into();
                self.as_mut().fortune_changed();
                self.as_mut().history_changed();
                self.as_mut().detected_format_changed();
                self.show_busy(false);
            }
            Err(error) => {
                let kind = match error {
                    RequestError::NotFound => ClientError::NotFound,
                    RequestError::Refused => ClientError::Refused,
                    RequestError::TimedOut { .. } => ClientError::TimedOut,
                    RequestError::ClosedEarly => ClientError::ClosedEarly,
                    RequestError::Message(_) => ClientError::BadMessage,
                    _ => ClientError::UnknownError,
                };
                self.as_mut().show_busy(false);
                self.failed(kind, QString::from(error.detail().as_str()));
            }
        }
    }

    fn show_busy(mut self: Pin<&mut Self>, busy: bool) {
        if self.busy != busy {
            self.as_mut().rust_mut().busy = busy;
            self.busy_changed();
        }
    }
}
