// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Signals of the system that end a program.

use cxx_qt_network::exit_application_later;

use crate::Error;

/// Ends the event loop, and so the program with status 0, on SIGINT, SIGTERM and SIGHUP. A signal that
/// was ignored when the program was started stays ignored, as `nohup` and shells want it.
///
/// # Errors
///
/// If the system does not let signals be handled.
#[cfg(unix)]
pub fn quit_on_signals() -> Result<(), Error> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;

    let handled = [SIGINT, SIGTERM, SIGHUP]
        .into_iter()
        .filter(|signal| !is_ignored(*signal));
    let mut signals = Signals::new(handled).map_err(Error::Signals)?;
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            for _ in signals.forever() {
                exit_application_later(0);
            }
        })
        .map_err(Error::Signals)?;
    Ok(())
}

/// Whether the process ignores a signal.
#[cfg(unix)]
#[allow(unsafe_code, reason = "the standard library does not tell")]
fn is_ignored(signal: i32) -> bool {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::uninit();
    // SAFETY: without a new action, the call only writes the present one.
    unsafe {
        libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr()) == 0
            && action.assume_init().sa_sigaction == libc::SIG_IGN
    }
}

/// Ends the event loop, and so the program with status 0, on Ctrl+C.
///
/// # Errors
///
/// If the system does not let it be handled.
#[cfg(not(unix))]
pub fn quit_on_signals() -> Result<(), Error> {
    ctrlc::set_handler(|| exit_application_later(0))
        .map_err(|error| Error::Signals(std::io::Error::other(error)))
}
