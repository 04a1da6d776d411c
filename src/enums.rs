// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The enums of the module, for QML (`Fortune.WireFormat.Qt4`) and C++ (`Fortune::WireFormat::Qt4`).

use local_fortune_core::{server, wire};

#[cxx_qt::bridge(namespace = "Fortune")]
mod ffi {
    // QML also finds the values without their enum, so none of them has a name twice.
    #[qml_element]
    qnamespace!("Fortune");

    /// The form of the message, as [`wire::WireFormat`](local_fortune_core::wire::WireFormat).
    #[qenum]
    enum WireFormat {
        /// Of the examples of Qt 4.4 to 5.5.
        Qt4,
        /// Of the example of Qt 5.6.
        Qt5_6,
        /// Of the examples of Qt 5.10 to 6.4.
        Qt5_10,
        /// Of the examples of Qt 6.8 to 6.11.
        Qt6_8,
        /// Detected from what arrives, for clients only; as a result: none yet.
        Auto,
    }

    /// Who may connect, as [`server::Access`](local_fortune_core::server::Access).
    #[qenum]
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

    /// What went wrong with a server; the detail that comes with it differs from kind to kind.
    #[qenum]
    enum ServerError {
        /// Another server listens on the name. Detail: the full name.
        NameInUse,
        /// A file that is not a socket is at the path. Detail: the full name.
        NotASocket,
        /// Another user's socket is at the path. Detail: the full name.
        NotYours,
        /// The path is too long for a socket. Detail: its length and the limit.
        NameTooLong,
        /// The directory does not exist. Detail: the directory.
        DirectoryMissing,
        /// The user cannot create a socket in the directory. Detail: the directory.
        DirectoryForbidden,
        /// The address is none. Detail: why.
        InvalidAddress,
        /// A fortune cannot be sent in the format. Detail: why.
        FortuneTooLong,
        /// While it serves: no descriptors are left, and clients wait.
        NoDescriptors,
        /// While it serves: another file is at the path, and the server waits for it to go.
        NameTaken,
        /// While it serves: the socket's file was removed, and the name cannot be used yet.
        NameLost,
        /// A property was set to a value that it cannot have, and was not changed. Detail: which.
        InvalidValue,
        /// Any other error. Detail: what.
        Unexpected,
    }

    /// What went wrong with a request; the detail that comes with some of it differs from kind to kind.
    #[qenum]
    enum ClientError {
        /// No server has the name.
        NotFound,
        /// A socket is there, but no server listens on it.
        Refused,
        /// The time limit was reached. Detail: how long it was.
        TimedOut,
        /// The server closed before a whole fortune arrived.
        ClosedEarly,
        /// The message is malformed. Detail: why.
        BadMessage,
        /// The address is none, or has a name that no socket can have. Detail: why.
        BadAddress,
        /// A property was set to a value that it cannot have, and was not changed. Detail: which.
        BadValue,
        /// Any other error. Detail: what.
        UnknownError,
    }
}

pub use ffi::{Access, ClientError, ServerError, WireFormat};

impl WireFormat {
    /// The format of the core; `None` for a detected one, and for a number that is no format.
    pub(crate) fn to_core(self) -> Option<wire::WireFormat> {
        let mut all = wire::WireFormat::ALL.into_iter();
        all.find(|format| Self::from(*format) == self)
    }
}

impl From<wire::WireFormat> for WireFormat {
    fn from(format: wire::WireFormat) -> Self {
        match format {
            wire::WireFormat::Qt4 => Self::Qt4,
            wire::WireFormat::Qt5_6 => Self::Qt5_6,
            wire::WireFormat::Qt5_10 => Self::Qt5_10,
            wire::WireFormat::Qt6_8 => Self::Qt6_8,
        }
    }
}

impl Access {
    /// The access of the core; `None` for a number that is none.
    pub(crate) fn to_core(self) -> Option<server::Access> {
        let mut all = server::Access::ALL.into_iter();
        all.find(|access| Self::from(*access) == self)
    }
}

impl From<server::Access> for Access {
    fn from(access: server::Access) -> Self {
        match access {
            server::Access::User => Self::User,
            server::Access::Group => Self::Group,
            server::Access::Other => Self::Other,
            server::Access::World => Self::World,
        }
    }
}
