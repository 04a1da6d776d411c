// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! x
use std::str::FromStr;
/// a
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// a
    User,
    /// a
    Group,
    /// a
    Other,
    /// a
    World,
}
impl Access {
    /// a
    pub const ALL: [Self; 4] = [Self::User, Self::Group, Self::Other, Self::World];
    /// a
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Other => "other",
            Self::World => "world",
        }
    }
}
/// a
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct UnknownAccess;
impl FromStr for Access {
    type Err = UnknownAccess;
    fn from_str(s: &str) -> Result<Self, UnknownAccess> {
        Self::ALL
            .into_iter()
            .find(|a| a.as_str() == s)
            .ok_or(UnknownAccess)
    }
}
