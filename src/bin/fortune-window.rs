// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The windows of `fortune-server` and `fortune-client`, which start it.

use std::process::ExitCode;

use local_fortune::app::{self, Failure, Window};
use local_fortune_qml::window::WindowApplication;

fn main() -> ExitCode {
    cxx_qt::init_crate!(local_fortune_qml);
    cxx_qt::init_qml_module!("LocalFortune");
    app::run_window(show)
}

fn show(window: Window) -> Result<(), Failure> {
    let mut application = WindowApplication::new(&window.arguments);
    app::end_cleanly_on_signals()?;
    application
        .load(window.name, &window.properties)
        .map_err(|_| Failure::NoWindow)?;
    application.exec();
    Ok(())
}
