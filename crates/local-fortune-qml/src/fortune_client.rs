// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! `FortuneClient`, the face of [`mod@local_fortune_core::client`] for QML and C++.
//!
//! It belongs to the thread that made it, and to QML or to whoever made it in C++. Its end ends the
//! request that is under way.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cxx_qt::{CxxQtType, Threading};
use cxx_qt_lib::{QString, QStringList};
use cxx_qt_network::QLocalServer;

use local_fortune_core::DEFAULT_NAME;
use local_fortune_core::client::{Client, DEFAULT_TIMEOUT, Outcome, Request, RequestError};
use local_fortune_core::wire;

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
        include!("cxx-qt-lib/qstringlist.h");
        type QStringList = cxx_qt_lib::QStringList;
    }

    /// The form of the message, as [`WireFormat`](local_fortune_core::wire::WireFormat), or to be found out.
    #[qenum(FortuneClient)]
    enum ClientFormat {
        /// Found out from what arrives; as a result: none yet.
        Auto,
        /// Of the examples of Qt 4.4 to 5.5.
        Qt4,
        /// Of the example of Qt 5.6.
        Qt5_6,
        /// Of the examples of Qt 5.10 to 6.4.
        Qt5_10,
        /// Of the examples of Qt 6.8 to 6.11.
        Qt6_8,
    }

    /// What went wrong; the detail that comes with some of it differs from case to case.
    #[qenum(FortuneClient)]
    enum ClientFault {
        /// Nobody has the name.
        NotFound,
        /// The name is there, but nobody answers.
        Refused,
        /// The time is over. Detail: how long it was.
        TimedOut,
        /// The server closed before a whole fortune arrived.
        ClosedEarly,
        /// What came is not a fortune. Detail: why.
        BadMessage,
        /// Anything else. Detail: what.
        Unexpected,
    }

    #[auto_cxx_name]
    unsafe extern "RustQt" {
        /// Asks a server for fortunes.
        #[qobject]
        #[qml_element]
        // An enumeration of the object itself cannot be the type of its property: it is an int.
        #[qproperty(QString, name, READ, WRITE = set_name, NOTIFY)]
        #[qproperty(bool, abstract_namespace, READ, WRITE = set_abstract_namespace, NOTIFY)]
        #[qproperty(i32, wire)]
        #[qproperty(i32, timeout)]
        #[qproperty(bool, asking, READ, NOTIFY)]
        #[qproperty(QString, fortune, READ, NOTIFY)]
        #[qproperty(i32, detected, READ, NOTIFY)]
        #[qproperty(QString, full_server_name, READ, NOTIFY)]
        #[qproperty(QStringList, history, READ, NOTIFY)]
        type FortuneClient = super::FortuneClientRust;

        /// Asks the server of this name from now on.
        fn set_name(self: Pin<&mut FortuneClient>, name: QString);

        /// Looks for the name in Linux's abstract namespace, or not, from now on.
        fn set_abstract_namespace(self: Pin<&mut FortuneClient>, abstract_namespace: bool);

        /// Asks for a fortune other than the one shown; a request under way is dropped.
        #[qinvokable]
        fn request_fortune(self: Pin<&mut FortuneClient>);

        /// Drops the request that is under way.
        #[qinvokable]
        fn cancel(self: Pin<&mut FortuneClient>);

        /// Something went wrong: an [`ClientFault`] and its detail.
        #[qsignal]
        fn failed(self: Pin<&mut FortuneClient>, error: i32, detail: QString);
    }

    impl cxx_qt::Threading for FortuneClient {}
}

pub use ffi::{ClientFault, ClientFormat, FortuneClient};

/// What a [`FortuneClient`] is made of.
pub struct FortuneClientRust {
    name: QString,
    abstract_namespace: bool,
    wire: i32,
    /// Milliseconds.
    timeout: i32,
    asking: bool,
    fortune: QString,
    detected: i32,
    full_server_name: QString,
    history: QStringList,
    client: Option<Client>,
    /// The number of the request under way; what came of an earlier one is not shown.
    request: Arc<AtomicU64>,
}

impl Default for FortuneClientRust {
    fn default() -> Self {
        Self {
            name: QString::from(DEFAULT_NAME),
            abstract_namespace: false,
            wire: ClientFormat::Auto.repr,
            timeout: DEFAULT_TIMEOUT.as_millis() as i32,
            asking: false,
            fortune: QString::default(),
            detected: ClientFormat::Auto.repr,
            full_server_name: QLocalServer::full_server_name_for(DEFAULT_NAME).unwrap_or_default(),
            history: QStringList::default(),
            client: None,
            request: Arc::default(),
        }
    }
}

impl FortuneClient {
    fn set_name(mut self: Pin<&mut Self>, name: QString) {
        if self.name != name {
            self.as_mut().rust_mut().name = name;
            self.as_mut().name_changed();
            self.refresh_full_server_name();
        }
    }

    fn set_abstract_namespace(mut self: Pin<&mut Self>, abstract_namespace: bool) {
        if self.abstract_namespace != abstract_namespace {
            self.as_mut().rust_mut().abstract_namespace = abstract_namespace;
            self.as_mut().abstract_namespace_changed();
            self.refresh_full_server_name();
        }
    }

    /// Shows where the name is looked for, so that two programs that miss each other can be seen to.
    fn refresh_full_server_name(mut self: Pin<&mut Self>) {
        let full_server_name = if self.abstract_namespace {
            self.name.clone()
        } else {
            QLocalServer::full_server_name_for(self.name.clone()).unwrap_or_default()
        };
        self.as_mut().rust_mut().full_server_name = full_server_name;
        self.full_server_name_changed();
    }

    fn request_fortune(mut self: Pin<&mut Self>) {
        let request = Request {
            abstract_namespace: self.abstract_namespace,
            format: self.rust().format(),
            timeout: Duration::from_millis(u64::try_from(self.timeout).unwrap_or(0).max(1)),
            exclude: (!self.history.is_empty()).then(|| self.fortune.to_string()),
            ..Request::new(self.name.to_string())
        };
        self.request.fetch_add(1, Ordering::Relaxed);
        if self.client.is_none() {
            let client = self.new_client();
            self.as_mut().rust_mut().client = Some(client);
        }
        if let Some(client) = &self.client {
            client.request(request);
        }
        self.show_asking(true);
    }

    fn new_client(&self) -> Client {
        let (thread, current) = (self.qt_thread(), self.request.clone());
        Client::new(move |outcome| {
            let number = current.load(Ordering::Relaxed);
            // Fails only when the object is gone, and then nobody is to be told.
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
        self.show_asking(false);
    }

    fn show(mut self: Pin<&mut Self>, outcome: Outcome) {
        match outcome {
            Ok(answer) => {
                let fortune = QString::from(answer.text.as_str());
                let mut this = self.as_mut().rust_mut();
                this.fortune = fortune.clone();
                this.history.append(fortune);
                this.detected = answer.format as i32 + 1;
                self.as_mut().fortune_changed();
                self.as_mut().history_changed();
                self.as_mut().detected_changed();
                self.show_asking(false);
            }
            Err(error) => {
                let kind = match error {
                    RequestError::NotFound => ClientFault::NotFound,
                    RequestError::Refused => ClientFault::Refused,
                    RequestError::TimedOut { .. } => ClientFault::TimedOut,
                    RequestError::ClosedEarly => ClientFault::ClosedEarly,
                    RequestError::Message(_) => ClientFault::BadMessage,
                    _ => ClientFault::Unexpected,
                };
                self.as_mut().show_asking(false);
                self.failed(kind.repr, QString::from(error.detail().as_str()));
            }
        }
    }

    fn show_asking(mut self: Pin<&mut Self>, asking: bool) {
        if self.asking != asking {
            self.as_mut().rust_mut().asking = asking;
            self.asking_changed();
        }
    }
}

impl FortuneClientRust {
    fn format(&self) -> Option<wire::WireFormat> {
        match (ClientFormat { repr: self.wire }) {
            ClientFormat::Qt4 => Some(wire::WireFormat::Qt4),
            ClientFormat::Qt5_6 => Some(wire::WireFormat::Qt5_6),
            ClientFormat::Qt5_10 => Some(wire::WireFormat::Qt5_10),
            ClientFormat::Qt6_8 => Some(wire::WireFormat::Qt6_8),
            _ => None,
        }
    }
}
