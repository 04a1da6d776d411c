// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Whether more clients are about to be taken, asked only where that is worth it.
//!
//! To sleep and to be woken costs a server more than to serve a client, and the client as much again.
//! Where clients come fast, the next one is there before the server would be asleep, so it stays
//! awake for a moment: two clients in turn get three times as many answers, for less processor
//! time. Where they do not, it finds that out and sleeps at once, but for a try now and then.

use std::cell::Cell;
use std::thread;
use std::time::{Duration, Instant};

/// How often it is asked for more where clients came one by one.
const ASK_EVERY: u32 = 4;

/// How often it stays awake where that has not paid.
const STAY_EVERY: u32 = 64;

/// How long it stays awake: less than it costs to be woken twice.
const MOMENT: Duration = Duration::from_micros(20);

/// The most that its luck can come to; each client that came in time adds 1.
const MOST_LUCK: u32 = 8;

/// What staying awake in vain takes from its luck: it pays where two of three come in time.
const BAD_LUCK: u32 = 2;

/// What it looks out for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Next {
    /// Somebody waits already.
    Waits,
    /// Somebody has just come.
    Came,
    /// Nobody, as far as it was worth looking.
    Nobody,
}

/// What one thread has learnt of how its clients come.
#[derive(Default)]
pub(super) struct Lookout {
    /// Whether more than one was taken in the last turn.
    took_many: Cell<bool>,
    looks: Cell<u32>,
    luck: Cell<u32>,
}

impl Lookout {
    /// Looks for the next client, after so many were taken in this turn; `waits` asks the system.
    pub(super) fn look(&self, taken: usize, waits: impl Fn() -> bool) -> Next {
        let looks = self.looks.get();
        self.looks.set(looks.wrapping_add(1));
        let stays = self.luck.get() > 0 || looks.is_multiple_of(STAY_EVERY);
        // Even to ask is too much for who comes alone.
        let asks = stays || taken > 1 || self.took_many.get() || looks.is_multiple_of(ASK_EVERY);
        if asks && waits() {
            return Next::Waits;
        }
        if stays && self.stay(waits) {
            return Next::Came;
        }
        self.took_many.set(taken > 1);
        Next::Nobody
    }

    /// Waits awake for a moment, and lets others have the processor meanwhile.
    fn stay(&self, waits: impl Fn() -> bool) -> bool {
        let start = Instant::now();
        let luck = self.luck.get();
        loop {
            thread::yield_now();
            if waits() {
                self.luck.set((luck + 1).min(MOST_LUCK));
                return true;
            }
            if start.elapsed() >= MOMENT {
                self.luck.set(luck.saturating_sub(BAD_LUCK));
                return false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lookout, MOST_LUCK, Next, STAY_EVERY};
    use std::cell::Cell;

    /// What so many looks find and how often they ask, where each client comes when it was asked for
    /// the n-th time, or never.
    fn looks(lookout: &Lookout, count: u32, comes: Option<u32>) -> (Vec<Next>, u32) {
        let asked = Cell::new(0);
        let found = (0..count).map(|_| {
            let before = asked.get();
            lookout.look(1, || {
                asked.set(asked.get() + 1);
                comes.is_some_and(|comes| asked.get() - before >= comes)
            })
        });
        (found.collect(), asked.get())
    }

    #[test]
    fn it_stays_awake_for_those_who_come_fast_and_for_them_alone() {
        let lookout = Lookout::default();
        // The first try finds somebody, and so do all that follow.
        let (found, _) = looks(&lookout, 2 * MOST_LUCK, Some(2));
        assert!(found.iter().all(|&next| next == Next::Came), "{found:?}");
        // Nobody comes any more: it soon gives up, and then asks a quarter of the time.
        let (found, _) = looks(&lookout, MOST_LUCK, None);
        assert!(found.iter().all(|&next| next == Next::Nobody), "{found:?}");
        assert_eq!(lookout.luck.get(), 0);
        lookout.looks.set(1);
        let (_, asked) = looks(&lookout, STAY_EVERY - 1, None);
        assert_eq!(asked, STAY_EVERY / 4 - 1);
        // And it finds out when they come again.
        let (found, _) = looks(&lookout, 2, Some(2));
        assert_eq!(found, [Next::Came, Next::Came]);
    }

    #[test]
    fn who_waits_already_needs_no_vigil() {
        let lookout = Lookout::default();
        let (found, asked) = looks(&lookout, 2, Some(1));
        assert_eq!((found[0], asked), (Next::Waits, 1));
        assert_eq!(lookout.luck.get(), 0);
    }
}
