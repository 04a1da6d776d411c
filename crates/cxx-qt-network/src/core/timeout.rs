// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Time limits in Qt's form.

use std::time::{Duration, Instant};

/// Milliseconds for Qt, where -1 is no limit; a limit of more than 24 days becomes 24 days.
pub(crate) fn milliseconds(timeout: Option<Duration>) -> i32 {
    timeout.map_or(-1, |limit| {
        // Rounded up: a limit of a nanosecond is not 0, which would not wait.
        i32::try_from(limit.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
    })
}

/// The deadline of a call that waits several times.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Option<Instant>);

impl Deadline {
    /// A deadline from now on; `None` is no limit, and so is an instant out of range.
    pub(crate) fn new(limit: Option<Duration>) -> Self {
        Self(limit.and_then(|limit| Instant::now().checked_add(limit)))
    }

    /// The remaining time; `None` without limit.
    pub(crate) fn remaining(self) -> Option<Duration> {
        self.0
            .map(|end| end.saturating_duration_since(Instant::now()))
    }

    pub(crate) fn is_over(self) -> bool {
        self.remaining().is_some_and(|left| left.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limit_is_rounded_up_to_milliseconds() {
        assert_eq!(milliseconds(None), -1);
        assert_eq!(milliseconds(Some(Duration::ZERO)), 0);
        assert_eq!(milliseconds(Some(Duration::from_nanos(1))), 1);
        assert_eq!(milliseconds(Some(Duration::from_secs(5))), 5000);
        assert_eq!(milliseconds(Some(Duration::MAX)), i32::MAX);
    }

    #[test]
    fn deadline_of_any_limit() {
        let none = Deadline::new(None);
        assert_eq!((none.remaining(), none.is_over()), (None, false));
        assert!(Deadline::new(Some(Duration::ZERO)).is_over());
        assert!(!Deadline::new(Some(Duration::from_secs(60))).is_over());
        assert_eq!(Deadline::new(Some(Duration::MAX)).remaining(), None);
    }
}
