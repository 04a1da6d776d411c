// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Who may connect to a server.

use std::str::FromStr;

use cxx_qt_network::QLocalServerSocketOption;

/// Who may connect. On Linux each gives exactly these rights: `Group` and `Other` leave out the
/// user that the server runs as.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Access {
    /// The user that the server runs as.
    #[default]
    User,
    /// The group that the server runs as.
    Group,
    /// All users but that one, outside that group.
    Other,
    /// All users.
    World,
}

impl Access {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::User, Self::Group, Self::Other, Self::World];

    /// The name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Other => "other",
            Self::World => "world",
        }
    }

    pub(super) fn socket_option(self) -> QLocalServerSocketOption {
        match self {
            Self::User => QLocalServerSocketOption::UserAccessOption,
            Self::Group => QLocalServerSocketOption::GroupAccessOption,
            Self::Other => QLocalServerSocketOption::OtherAccessOption,
            Self::World => QLocalServerSocketOption::WorldAccessOption,
        }
    }
}

impl FromStr for Access {
    type Err = UnknownAccess;

    fn from_str(name: &str) -> Result<Self, UnknownAccess> {
        let is_it = |access: &Self| access.as_str() == name;
        Self::ALL.into_iter().find(is_it).ok_or(UnknownAccess)
    }
}

/// An unknown word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("access is for one of user, group, other and world")]
pub struct UnknownAccess;
