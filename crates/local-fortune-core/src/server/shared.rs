// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a server's threads share: the messages, encoded once, and what became of them.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use super::LINGER;
use crate::fortunes::Fortunes;
use crate::wire::{EncodeError, WireFormat};

/// A whole message, as it is sent.
pub(super) type Message = Arc<[u8]>;

/// The messages that a server chooses from, and its counters.
#[derive(Debug)]
pub(super) struct Shared {
    messages: RwLock<Box<[Message]>>,
    sent: AtomicU64,
    leaving: AtomicUsize,
    /// In milliseconds.
    linger: AtomicU64,
}

impl Shared {
    pub(super) fn new(fortunes: &Fortunes, format: WireFormat) -> Result<Self, EncodeError> {
        Ok(Self {
            messages: RwLock::new(encode(fortunes, format)?),
            sent: AtomicU64::new(0),
            leaving: AtomicUsize::new(0),
            linger: AtomicU64::new(millis(LINGER)),
        })
    }

    /// Chooses from these fortunes from now on; if one cannot be encoded, all stays as it is.
    pub(super) fn replace(
        &self,
        fortunes: &Fortunes,
        format: WireFormat,
    ) -> Result<(), EncodeError> {
        let new = encode(fortunes, format)?;
        *self
            .messages
            .write()
            .unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    /// Lends one of the messages, chosen at random.
    pub(super) fn with_one<R>(&self, f: impl FnOnce(&Message) -> R) -> Option<R> {
        let messages = self.messages.read().unwrap_or_else(PoisonError::into_inner);
        // There is always one: `Fortunes` are never none.
        fastrand::choice(messages.iter()).map(f)
    }

    /// Counts a message that went out.
    pub(super) fn count(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// How many messages went out.
    pub(super) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Counts a client that is on its way out until it is gone.
    pub(super) fn leaves(self: &Arc<Self>) -> Leaves {
        self.leaving.fetch_add(1, Ordering::Relaxed);
        Leaves(self.clone())
    }

    /// How many clients are on their way out.
    pub(super) fn leaving(&self) -> usize {
        self.leaving.load(Ordering::Relaxed)
    }

    /// How long a client may take to fetch its message.
    pub(super) fn linger(&self) -> Duration {
        Duration::from_millis(self.linger.load(Ordering::Relaxed))
    }

    pub(super) fn set_linger(&self, linger: Duration) {
        self.linger.store(millis(linger), Ordering::Relaxed);
    }
}

/// A client that is on its way out.
#[derive(Debug)]
pub(super) struct Leaves(Arc<Shared>);

impl Drop for Leaves {
    fn drop(&mut self) {
        self.0.leaving.fetch_sub(1, Ordering::Relaxed);
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn encode(fortunes: &Fortunes, format: WireFormat) -> Result<Box<[Message]>, EncodeError> {
    fortunes
        .iter()
        .map(|text| Ok(format.encode(text)?.into()))
        .collect()
}
