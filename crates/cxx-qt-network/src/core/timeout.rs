// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Qt's way of writing a time limit.

use std::time::Duration;

/// Milliseconds for Qt, where -1 stands for no limit; a limit of more than 24 days is 24 days.
pub(crate) fn milliseconds(timeout: Option<Duration>) -> i32 {
    timeout.map_or(-1, |limit| {
        // Rounded up: a limit of a nanosecond is not "do not wait".
        i32::try_from(limit.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX)
    })
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
}
