// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! How to wait for the next client, where that matters most: when clients come fast.
//!
//! To sleep in Qt's event loop and to be woken there can cost a server more than to serve a client,
//! and the client as much again. Staying awake until the next one comes is cheaper where it comes
//! at once, and dearer where it does not; sleeping without the event loop saves the way there and
//! back, while other events wait. How much each costs depends on the machine and on the clients. So
//! they are all tried now and then, and the one that takes the least processor time is kept.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// How long it stays awake.
const MOMENT: Duration = Duration::from_micros(20);

/// How long it sleeps without the event loop. Less than what systems count time by (mostly 4 ms)
/// is dear: they have to set a timer for it.
const NAP: Duration = Duration::from_millis(4);

/// How many looks make a spell, in which one way to wait is kept and its cost is taken.
const SPELL: u32 = 64;

/// After how many spells another way is tried, and for how many looks.
const TRY_EVERY: usize = 16;
const TRY: u32 = 16;

/// What part of a rise in cost is believed: most are chance. What costs less is believed at once.
const BELIEF: u32 = 4;

/// How often it is asked for more where clients came one by one.
const ASK_EVERY: u32 = 4;

/// After how many clients that waited another is taken for granted.
const SURE: u32 = 16;

/// What it finds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Next {
    /// Somebody waits already.
    Waits,
    /// Somebody has just come.
    Came,
    /// Nobody, as far as it was worth looking.
    Nobody,
}

/// How to wait for the next client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// In Qt's event loop.
    Loop,
    /// Awake, for a moment.
    Awake,
    /// Asleep, for longer, but without the event loop.
    Nap,
}

/// Where clients queue up, and the clocks there.
pub(super) trait Queue {
    /// Whether somebody waits to be taken, now or within this time.
    fn waits(&self, within: Duration) -> bool;
    /// Whether other events may wait.
    fn may_nap(&self) -> bool;
    /// Lets others have the processor.
    fn yield_now(&self);
    /// The time.
    fn now(&self) -> Instant;
    /// The processor time of this thread so far.
    fn processor_time(&self) -> Duration;
}

/// What one thread has learnt of how its clients come.
pub(super) struct Lookout {
    /// All that it may do, and what a look at it cost of late.
    ways: Box<[(Way, Cell<Duration>)]>,
    spell: Cell<Spell>,
    spells: Cell<usize>,
    /// Since when other events have waited in this turn because of naps.
    away_since: Cell<Option<Instant>>,
    /// Whether more than one was taken in the last turn.
    took_many: Cell<bool>,
    /// At how many looks in a row somebody has waited.
    waited: Cell<u32>,
}

/// Some looks in a row that wait in the same way.
#[derive(Clone, Copy, Default)]
struct Spell {
    way: usize,
    /// How many looks it has, and how many of them are left.
    looks: u32,
    left: u32,
    /// The processor time at its start; the very first has none.
    began: Option<Duration>,
}

impl Lookout {
    /// Waits in these ways, one at least; in the first where none is better.
    pub(super) fn new(ways: &[Way]) -> Self {
        Self {
            // What was never tried counts as free, and so is tried first.
            ways: ways.iter().map(|&way| (way, Cell::default())).collect(),
            spell: Cell::default(),
            spells: Cell::default(),
            away_since: Cell::default(),
            took_many: Cell::default(),
            waited: Cell::default(),
        }
    }

    /// Looks for the next client, after so many were taken in this turn of the event loop.
    pub(super) fn look(&self, taken: usize, queue: &impl Queue) -> Next {
        if taken == 1 {
            self.away_since.set(None);
        }
        let next = self.find(taken, queue);
        let waited = self.waited.get().saturating_add(1);
        self.waited
            .set(if next == Next::Waits { waited } else { 0 });
        if next == Next::Nobody {
            self.took_many.set(taken > 1);
        }
        next
    }

    /// Is told that nobody was there after all.
    pub(super) fn was_wrong(&self) {
        self.waited.set(0);
    }

    fn find(&self, taken: usize, queue: &impl Queue) -> Next {
        let way = self.go_on(queue);
        if self.waited.get() >= SURE {
            return Next::Waits;
        }
        // Even to ask is too much where they come one by one.
        let asks = match way {
            Way::Loop => taken > 1 || self.took_many.get(),
            Way::Awake => true,
            Way::Nap => self.waited.get() > 0,
        };
        let asks = asks || self.spell.get().left.is_multiple_of(ASK_EVERY);
        if asks && queue.waits(Duration::ZERO) {
            return Next::Waits;
        }
        let came = match way {
            Way::Loop => false,
            Way::Awake => stay_awake(queue),
            Way::Nap => self.nap(queue),
        };
        if came { Next::Came } else { Next::Nobody }
    }

    fn nap(&self, queue: &impl Queue) -> bool {
        let now = queue.now();
        let since = self.away_since.get().unwrap_or(now);
        self.away_since.set(Some(since));
        if !queue.may_nap() || now.duration_since(since) >= NAP {
            return false;
        }
        let came = queue.waits(NAP);
        if !came {
            // Other events have waited for nothing: not again soon.
            self.begin(0, SPELL, queue.processor_time());
        }
        came
    }

    /// Begins the next spell when one is over, and returns the way to wait.
    fn go_on(&self, queue: &impl Queue) -> Way {
        if self.spell.get().left == 0 {
            let now = queue.processor_time();
            self.learn(now);
            let (way, looks) = self.choose();
            self.begin(way, looks, now);
        }
        let mut spell = self.spell.get();
        spell.left -= 1;
        self.spell.set(spell);
        self.ways[spell.way].0
    }

    fn begin(&self, way: usize, looks: u32, now: Duration) {
        self.spell.set(Spell {
            way,
            looks,
            left: looks,
            began: Some(now),
        });
    }

    /// Takes the cost of the spell that is over.
    fn learn(&self, now: Duration) {
        let spell = self.spell.get();
        let Some(began) = spell.began else { return };
        let new = now.saturating_sub(began) / spell.looks;
        let cost = &self.ways[spell.way].1;
        let old = cost.get();
        let rise = new.saturating_sub(old);
        let is_known = !old.is_zero() && !rise.is_zero();
        cost.set(if is_known { old + rise / BELIEF } else { new });
    }

    /// The way that costs least, or now and then one of the others; and for how many looks.
    fn choose(&self) -> (usize, u32) {
        let costs = self.ways.iter().map(|(_, cost)| cost.get());
        let cheapest = costs.enumerate().min_by_key(|&(_, cost)| cost);
        let cheapest = cheapest.map_or(0, |(way, _)| way);
        let spells = self.spells.get().wrapping_add(1);
        self.spells.set(spells);
        let others = self.ways.len() - 1;
        if others == 0 || !spells.is_multiple_of(TRY_EVERY) {
            return (cheapest, SPELL);
        }
        let other = 1 + spells / TRY_EVERY % others;
        ((cheapest + other) % self.ways.len(), TRY)
    }
}

/// Waits awake for a moment, and lets others have the processor meanwhile.
fn stay_awake(queue: &impl Queue) -> bool {
    let start = queue.now();
    loop {
        queue.yield_now();
        if queue.waits(Duration::ZERO) {
            return true;
        }
        if queue.now().duration_since(start) >= MOMENT {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ASK_EVERY, Lookout, MOMENT, NAP, Next, Queue, SPELL, SURE, Spell, TRY_EVERY, Way};
    use std::cell::Cell;
    use std::time::{Duration, Instant};

    const ALL: [Way; 3] = [Way::Loop, Way::Awake, Way::Nap];

    /// A queue to which somebody comes so long after the one before was taken, or never.
    struct Fake {
        start: Instant,
        time: Cell<Duration>,
        used: Cell<Duration>,
        comes: Option<Duration>,
        next: Cell<Duration>,
        /// What it costs to be woken in the event loop, and elsewhere.
        wake: [Duration; 2],
        may_nap: bool,
        asked: Cell<u32>,
        naps: Cell<u32>,
    }

    impl Fake {
        fn new(comes: Option<u64>, wake: [u64; 2]) -> Self {
            Self {
                start: Instant::now(),
                time: Cell::default(),
                used: Cell::default(),
                comes: comes.map(Duration::from_micros),
                next: Cell::new(comes.map_or(Duration::MAX, Duration::from_micros)),
                wake: wake.map(Duration::from_micros),
                may_nap: true,
                asked: Cell::default(),
                naps: Cell::default(),
            }
        }

        fn spend(&self, time: Duration) {
            self.time.set(self.time.get() + time);
            self.used.set(self.used.get() + time);
        }

        /// Takes the one who waits, after it was slept in the event loop if there was nobody.
        fn take(&self, found: Next) {
            if found == Next::Nobody {
                self.time.set(self.time.get().max(self.next.get()));
                self.spend(self.wake[0]);
            }
            self.spend(Duration::from_micros(5));
            if let Some(comes) = self.comes {
                self.next.set(self.time.get() + comes);
            }
        }

        /// How often each way was chosen, while so many came.
        fn run(&self, lookout: &Lookout, count: u32) -> [u32; 3] {
            let mut chosen = [0; 3];
            for _ in 0..count {
                self.take(lookout.look(1, self));
                chosen[lookout.spell.get().way] += 1;
            }
            chosen
        }
    }

    impl Queue for Fake {
        fn waits(&self, within: Duration) -> bool {
            self.asked.set(self.asked.get() + 1);
            if within.is_zero() {
                self.spend(Duration::from_micros(1));
                return self.next.get() <= self.time.get();
            }
            self.naps.set(self.naps.get() + 1);
            let end = self.time.get() + within;
            self.time.set(end.min(self.next.get().max(self.time.get())));
            self.spend(self.wake[1]);
            self.next.get() <= end
        }

        fn may_nap(&self) -> bool {
            self.may_nap
        }

        fn yield_now(&self) {}

        fn now(&self) -> Instant {
            self.start + self.time.get()
        }

        fn processor_time(&self) -> Duration {
            self.used.get()
        }
    }

    /// How many come until every way was tried again.
    const ROUND: u32 = SPELL * TRY_EVERY as u32 * 3;

    #[test]
    fn it_keeps_to_what_costs_least() {
        // How long the next one takes to come, what it costs to be woken, and what is best then.
        let cases = [
            (3, [20, 20], Way::Awake),
            (18, [10, 8], Way::Nap),
            (18, [8, 10], Way::Loop),
            (18, [40, 40], Way::Awake),
            (300, [40, 30], Way::Nap),
        ];
        let lookout = Lookout::new(&ALL);
        for (comes, wake, best) in cases {
            let queue = Fake::new(Some(comes), wake);
            // As it learnt before: it finds out that things have changed.
            queue.run(&lookout, ROUND);
            let chosen = queue.run(&lookout, ROUND);
            let best = ALL.iter().position(|&way| way == best).unwrap();
            assert!(
                chosen[best] > ROUND / 10 * 9,
                "{comes} {wake:?}: {chosen:?}"
            );
            assert!(chosen.iter().all(|&count| count > 0), "{chosen:?}");
        }
    }

    #[test]
    fn what_is_dear_by_chance_does_not_change_its_mind() {
        let queue = Fake::new(Some(18), [10, 8]);
        let lookout = Lookout::new(&ALL);
        queue.run(&lookout, ROUND);
        let is_napping = |spell: Spell| ALL[spell.way] == Way::Nap && spell.looks == SPELL;
        while !is_napping(lookout.spell.get()) {
            queue.run(&lookout, 1);
        }
        // More than the event loop would have cost.
        queue.spend(SPELL * Duration::from_micros(4));
        let chosen = queue.run(&lookout, ROUND);
        assert!(chosen[2] > ROUND / 10 * 9, "{chosen:?}");
    }

    #[test]
    fn it_does_only_what_it_may() {
        let mut queue = Fake::new(Some(300), [40, 10]);
        queue.may_nap = false;
        Fake::run(&queue, &Lookout::new(&ALL), ROUND);
        assert_eq!(queue.naps.get(), 0);
        let queue = Fake::new(Some(3), [40, 10]);
        let lookout = Lookout::new(&[Way::Loop]);
        assert_eq!(queue.run(&lookout, ROUND), [ROUND, 0, 0]);
        assert_eq!(queue.naps.get(), 0);
    }

    #[test]
    fn it_is_back_soon_in_the_event_loop() {
        let lookout = Lookout::new(&[Way::Nap]);
        let queue = Fake::new(Some(300), [40, 10]);
        for _ in 0..100 {
            let start = queue.time.get();
            let mut taken = 1;
            while lookout.look(taken, &queue) != Next::Nobody {
                queue.take(Next::Came);
                taken += 1;
                assert!(taken < 1000, "it does not come back");
            }
            let away = queue.time.get() - start;
            assert!(away > NAP / 2 && away < 2 * NAP, "{away:?}");
        }
    }

    #[test]
    fn it_does_not_nap_in_vain_again_and_again() {
        let queue = Fake::new(Some(10_000), [40, 10]);
        queue.run(&Lookout::new(&ALL), 10 * SPELL);
        assert!((1..=10).contains(&queue.naps.get()), "{:?}", queue.naps);
    }

    #[test]
    fn it_stays_awake_for_a_moment_only() {
        let lookout = Lookout::new(&[Way::Awake]);
        let queue = Fake::new(None, [40, 10]);
        assert_eq!(lookout.look(1, &queue), Next::Nobody);
        assert!(queue.used.get() >= MOMENT && queue.used.get() < 2 * MOMENT);
    }

    #[test]
    fn who_waits_already_is_found_at_once_and_soon_taken_for_granted() {
        for way in ALL {
            let lookout = Lookout::new(&[way]);
            let queue = Fake::new(Some(0), [40, 10]);
            // A nap finds them as well, until it is asked whether they were there before.
            let first = (0..ASK_EVERY).find(|_| lookout.look(2, &queue) == Next::Waits);
            assert!(first.is_some(), "{way:?}");
            for _ in 1..SURE {
                assert_eq!(lookout.look(2, &queue), Next::Waits, "{way:?}");
            }
            let asked = queue.asked.get();
            assert_eq!(lookout.look(2, &queue), Next::Waits);
            assert_eq!(queue.asked.get(), asked, "{way:?}");
            lookout.was_wrong();
            let queue = Fake::new(None, [40, 10]);
            assert_eq!(lookout.look(2, &queue), Next::Nobody, "{way:?}");
            assert!(queue.asked.get() > 0);
        }
    }
}
