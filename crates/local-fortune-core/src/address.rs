// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Where a server listens and a client connects: the addresses of the command line and the windows.

use std::fmt;
use std::str::FromStr;

use cxx_qt_network::{ListenError, QLocalServer};

/// The address of a server. `Display` and [`FromStr`] use the syntax of the command line.
///
/// | text | address |
/// |---|---|
/// | `NAME`, `/path`, `local:NAME` | [`Local`](Self::Local) |
/// | `abstract:NAME` | [`Abstract`](Self::Abstract) |
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Address {
    /// A name in the directory for temporary files, or an absolute path.
    Local(String),
    /// A name in Linux's abstract namespace.
    Abstract(String),
}

impl Address {
    /// The name without its prefix.
    pub fn name(&self) -> &str {
        match self {
            Self::Local(name) | Self::Abstract(name) => name,
        }
    }

    /// Whether the name is in the abstract namespace.
    pub fn is_abstract(&self) -> bool {
        matches!(self, Self::Abstract(_))
    }

    /// The full address: the path of the socket, or `abstract:NAME`.
    ///
    /// # Errors
    ///
    /// If no socket can have the name.
    pub fn full(&self) -> Result<String, ListenError> {
        match self {
            Self::Local(name) => {
                QLocalServer::full_server_name_for(name.as_str()).map(String::from)
            }
            Self::Abstract(_) => Ok(self.to_string()),
        }
    }
}

impl Default for Address {
    /// `local:fortune`.
    fn default() -> Self {
        Self::Local(crate::DEFAULT_NAME.to_owned())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Without the prefix, the name would be read as another address.
            Self::Local(name) if Scheme::of(name).is_some() => write!(f, "local:{name}"),
            Self::Local(name) => f.write_str(name),
            Self::Abstract(name) => write!(f, "abstract:{name}"),
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let (scheme, name) = match Scheme::of(text) {
            Some((scheme, name)) => (scheme, name),
            None => (Scheme::Local, text),
        };
        if let Scheme::Url = scheme {
            return Err(AddressError::UnknownScheme);
        }
        if name.is_empty() {
            return Err(AddressError::Empty);
        }
        if name.contains('\0') {
            return Err(AddressError::ContainsNul);
        }
        match scheme {
            Scheme::Abstract if !cfg!(any(target_os = "linux", target_os = "android")) => {
                Err(AddressError::NoAbstractNamespace)
            }
            Scheme::Abstract => Ok(Self::Abstract(name.to_owned())),
            _ => Ok(Self::Local(name.to_owned())),
        }
    }
}

/// The prefix of an address.
enum Scheme {
    Local,
    Abstract,
    /// Anything before `://`, which no local name has.
    Url,
}

impl Scheme {
    /// The scheme that the text begins with, and the rest.
    fn of(text: &str) -> Option<(Self, &str)> {
        if let Some(name) = text.strip_prefix("local:") {
            return Some((Self::Local, name));
        }
        if let Some(name) = text.strip_prefix("abstract:") {
            return Some((Self::Abstract, name));
        }
        let (scheme, rest) = text.split_once("://")?;
        let is_scheme = !scheme.is_empty() && scheme.bytes().all(|it| it.is_ascii_alphanumeric());
        is_scheme.then_some((Self::Url, rest))
    }
}

/// Why a text is not an address. `Display` is a phrase for the middle of a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// There is no name.
    #[error("the name of the server is empty")]
    Empty,
    /// The name contains a NUL character, where Qt would cut it off.
    #[error("the name of the server contains a NUL character")]
    ContainsNul,
    /// The system has no abstract namespace.
    #[error("this system has no abstract namespace")]
    NoAbstractNamespace,
    /// The text is a URL of another kind of server.
    #[error("the address is none of NAME, /path, local:NAME and abstract:NAME")]
    UnknownScheme,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_addresses() {
        let local = |name: &str| Ok(Address::Local(name.to_owned()));
        for (text, expected) in [
            ("fortune", local("fortune")),
            ("/run/user/1000/s", local("/run/user/1000/s")),
            ("local:a b", local("a b")),
            ("local:abstract:x", local("abstract:x")),
            ("a:b", local("a:b")),
            ("://x", local("://x")),
            ("", Err(AddressError::Empty)),
            ("local:", Err(AddressError::Empty)),
            ("abstract:", Err(AddressError::Empty)),
            ("a\0b", Err(AddressError::ContainsNul)),
            ("abstract:a\0", Err(AddressError::ContainsNul)),
            ("http://host", Err(AddressError::UnknownScheme)),
            ("tcp://", Err(AddressError::UnknownScheme)),
        ] {
            assert_eq!(text.parse(), expected, "{text:?}");
        }
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    #[test]
    fn abstract_address_has_its_prefix() {
        let address: Address = "abstract:local:x".parse().unwrap();
        assert_eq!(address, Address::Abstract("local:x".to_owned()));
        assert!(address.is_abstract());
        assert_eq!(address.full().unwrap(), "abstract:local:x");
    }

    #[test]
    fn displayed_address_is_read_back() {
        for text in ["fortune", "/s", "local:tcp://x", "local:local:x", "a:b"] {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.to_string(), text);
            assert!(!address.is_abstract());
            assert_eq!(address.to_string().parse(), Ok(address));
        }
        assert_eq!("local:x".parse::<Address>().unwrap().to_string(), "x");
        assert_eq!(Address::default().to_string(), "fortune");
    }
}
