// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A single-instance program: a second instance passes its arguments to the first and exits.
//!
//!     single_instance [ARGUMENT]...

#[cfg(unix)]
fn main() -> std::process::ExitCode {
    match unix::run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("single_instance: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(not(unix))]
fn main() {
    eprintln!("single_instance: SingleInstance needs a Unix system");
}

#[cfg(unix)]
mod unix {
    use std::env;
    use std::error::Error;
    use std::ffi::OsString;
    use std::io::{self, Write};
    use std::path::Path;
    use std::time::Duration;

    use cxx_qt_lib::QCoreApplication;
    use cxx_qt_network::{QCoreApplicationExt, SingleInstance};

    const ID: &str = "org.example.single_instance";
    const TIMEOUT: Duration = Duration::from_secs(5);

    pub fn run() -> Result<(), Box<dyn Error>> {
        cxx_qt::init_crate!(cxx_qt_network);
        let application = QCoreApplication::new();
        let arguments: Vec<OsString> = env::args_os().skip(1).collect();
        let Some(first) = SingleInstance::start(ID, &arguments, TIMEOUT)? else {
            writeln!(io::stdout(), "sent to the first instance")?;
            return Ok(());
        };
        first.on_message(|arguments, directory| open(&arguments, &directory));
        writeln!(io::stdout(), "listening on {}", first.path())?;
        open(&arguments, &env::current_dir()?);
        application.exec();
        Ok(())
    }

    fn open(arguments: &[OsString], directory: &Path) {
        let files: Vec<_> = arguments.iter().map(|it| directory.join(it)).collect();
        let _ = writeln!(io::stdout(), "to open: {files:?}");
    }
}
