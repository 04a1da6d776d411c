// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Hands magnet links, URLs and torrent files to a running qBittorrent:
//!
//!     qbittorrent [--profile DIRECTORY] LINK...
//!
//! qBittorrent accepts them from a second instance of itself. This program sends the same bytes.
//! Exit status: 0 done, 1 failed, 2 wrong usage.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::io::{ErrorKind, Read};
use std::path::{self, Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use cxx_qt_network::{LengthDelimited, LengthPrefix, QLocalSocket};

const USAGE: &str = "usage: qbittorrent [--profile DIRECTORY] LINK...

Adds magnet links, URLs and torrent files to the qBittorrent of this user.
  --profile DIRECTORY  the one that qBittorrent was started with";

/// The time-out of each step.
const TIMEOUT: Option<Duration> = Some(Duration::from_secs(10));

/// The longest message, without its length prefix, which newer versions of qBittorrent count too.
const FRAMING: LengthDelimited = LengthDelimited::new(LengthPrefix::U32).limit(65_535 - 4);

/// The separator of links.
const SEPARATOR: &str = "|";

fn main() -> ExitCode {
    cxx_qt::init_crate!(cxx_qt_network);
    let mut arguments = env::args_os().skip(1).peekable();
    let profile = match arguments.next_if(|it| it == "--profile") {
        Some(_) => arguments.next().map(PathBuf::from),
        None => None,
    };
    let links: Vec<OsString> = arguments.collect();
    if links.is_empty() || links.iter().any(|it| it == "--help" || it == "-h") {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    }
    match run(profile, links) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("qbittorrent: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(profile: Option<PathBuf>, links: Vec<OsString>) -> Result<(), Box<dyn Error>> {
    let links = links.into_iter().map(link).collect::<Result<Vec<_>, _>>()?;
    send(&socket(profile)?, &links.join(SEPARATOR))
}

/// Sends a message and waits until qBittorrent has received it.
fn send(path: &str, message: &str) -> Result<(), Box<dyn Error>> {
    let socket = QLocalSocket::new();
    socket.connect_to_server(path);
    socket
        .wait_for_connected(TIMEOUT)
        .map_err(|error| format!("no qBittorrent listens: {error}"))?;
    FRAMING.write_blocking(&*socket, message.as_bytes(), TIMEOUT)?;
    let mut answer = [0; 3];
    match socket.blocking(TIMEOUT).read_exact(&mut answer) {
        Ok(()) if &answer == b"ack" => Ok(()),
        Err(error) if error.kind() == ErrorKind::TimedOut => {
            Err("qBittorrent did not answer: time-out".into())
        }
        _ => Err("qBittorrent did not accept the links".into()),
    }
}

/// A link in the form that qBittorrent expects: the absolute path of a file, or a URL without the
/// separator.
fn link(link: OsString) -> Result<String, Box<dyn Error>> {
    let is_file = Path::new(&link).is_file();
    let link = if is_file {
        path::absolute(&link)?.into_os_string()
    } else {
        link
    };
    let link = link
        .into_string()
        .map_err(|link| format!("{link:?} is not Unicode"))?;
    if !is_file {
        // qBittorrent parses an argument that begins with @ as one of its options.
        return match link.starts_with('@') {
            true => Err(format!("{link:?} is no link").into()),
            false => Ok(link.replace(SEPARATOR, "%7C")),
        };
    }
    match link.contains(SEPARATOR) {
        true => Err(format!("qBittorrent cannot be given the file name {link:?}").into()),
        false => Ok(link),
    }
}

/// The path of qBittorrent's socket, which is in its configuration directory.
fn socket(profile: Option<PathBuf>) -> Result<String, Box<dyn Error>> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let settings = match profile {
        Some(profile) => path::absolute(profile)?.join("qBittorrent/config"),
        None => match (set("XDG_CONFIG_HOME"), set("HOME")) {
            (Some(settings), _) => Path::new(&settings).join("qBittorrent"),
            (None, Some(home)) => Path::new(&home).join(".config/qBittorrent"),
            (None, None) => return Err("neither XDG_CONFIG_HOME nor HOME is set".into()),
        },
    };
    let path = settings.join("ipc-socket").into_os_string().into_string();
    Ok(path.map_err(|path| format!("{path:?} is not Unicode"))?)
}
