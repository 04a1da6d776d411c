// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Arguments of the programs. Nothing here exits the process.

use std::error::Error;
use std::ffi::OsString;
use std::iter;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Args, CommandFactory, FromArgMatches, value_parser};

use local_fortune_core::DEFAULT_NAME;
use local_fortune_core::address::Address;
use local_fortune_core::fortunes::Fortunes;
use local_fortune_core::server::{Access, ServerError};
use local_fortune_core::wire::WireFormat;

/// What a server sends, and where.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct ServerArgs {
    /// Where to listen.
    #[arg(value_name = "ADDRESS", default_value = DEFAULT_NAME, value_parser = address())]
    #[arg(help = "Listen on NAME, /path or abstract:NAME")]
    pub address: Address,

    /// The wire format to write; `None` for that of the Qt that the program runs on.
    #[arg(long, value_name = "FORMAT", value_parser = one_of::<WireFormat>(formats()))]
    #[arg(help = "Write the format of this Qt's example [default: the Qt in use]\n")]
    pub wire: Option<WireFormat>,

    /// Files and directories of fortunes, in the order given; empty for the built-in ones.
    #[arg(long, value_name = "PATH")]
    #[arg(help = "Send fortunes from this file or directory; may be repeated")]
    pub fortunes: Vec<PathBuf>,

    /// Who may connect; without effect in the abstract namespace.
    #[arg(long, value_name = "WHO", default_value = "user", value_parser = one_of::<Access>(accesses()))]
    #[arg(
        help = "Let only these connect; group and other exclude the server's own user [default: user]\n",
        hide_default_value = true
    )]
    pub access: Access,
}

impl ServerArgs {
    /// The fortunes and the format to send them in.
    ///
    /// # Errors
    ///
    /// If the fortunes cannot be read, or not be sent in the format.
    pub fn fortunes(&self) -> Result<(Fortunes, WireFormat), ServerError> {
        let fortunes = match self.fortunes.as_slice() {
            [] => Fortunes::built_in(),
            paths => Fortunes::load(paths)?,
        };
        let format = self.wire.unwrap_or_else(WireFormat::of_this_qt);
        for text in fortunes.iter() {
            format.encode(text)?;
        }
        Ok((fortunes, format))
    }
}

/// Where a client connects, and what it expects.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
#[non_exhaustive]
pub struct ClientArgs {
    /// Where the server is.
    #[arg(value_name = "ADDRESS", default_value = DEFAULT_NAME, value_parser = address())]
    #[arg(help = "Connect to NAME, /path or abstract:NAME")]
    pub address: Address,

    /// The wire format to expect; `None` to detect it.
    // The full path keeps clap from taking this `Option` for "may be left out".
    #[arg(long, value_name = "FORMAT", default_value = AUTO, value_parser = format_or_auto())]
    #[arg(
        help = "Read the format of this Qt's example [default: auto]\n",
        hide_default_value = true
    )]
    pub wire: std::option::Option<WireFormat>,

    /// The time limit of one request, from 1 to 2,147,483,647 ms.
    #[arg(long, value_name = "MS", default_value = "5000", value_parser = milliseconds())]
    #[arg(help = "Give up after this many milliseconds")]
    pub timeout: Duration,
}

/// Wrong usage, or a request for `--help` or `--version`.
///
/// `Display` is the whole text to print, which may have several lines, with its last line end.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct UsageError(clap::Error);

impl UsageError {
    /// A Qt option of `command` without its value.
    pub fn missing_value<A: CommandFactory>(option: &str) -> Self {
        let message = format!("a value is required for '-{option} <VALUE>' but none was supplied");
        Self(A::command().error(ErrorKind::InvalidValue, message))
    }

    /// Whether the usage was wrong, so that the text goes to standard error and the exit status is 2.
    /// Otherwise it was asked for: standard output, and 0.
    pub fn is_error(&self) -> bool {
        self.0.use_stderr()
    }
}

/// Reads the arguments of a program, without its name.
///
/// `--version` shows `qt_version`.
///
/// # Errors
///
/// Wrong usage, `--help`, or `--version`.
pub fn parse<A: CommandFactory + FromArgMatches>(
    args: impl IntoIterator<Item = OsString>,
    qt_version: &str,
) -> Result<A, UsageError> {
    let version = format!("{} (Qt {qt_version})", env!("CARGO_PKG_VERSION"));
    A::command()
        .version(version)
        .no_binary_name(true)
        .try_get_matches_from(args)
        .and_then(|matches| A::from_arg_matches(&matches))
        .map_err(UsageError)
}

/// The word for a format that is detected.
const AUTO: &str = "auto";

fn formats() -> impl Iterator<Item = &'static str> {
    WireFormat::ALL.into_iter().map(|format| format.as_str())
}

fn accesses() -> impl Iterator<Item = &'static str> {
    Access::ALL.into_iter().map(|access| access.as_str())
}

/// Takes one of `words`, which `--help` lists.
fn one_of<T>(words: impl Iterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err: Error + Send + Sync> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(words).try_map(|word| word.parse())
}

fn format_or_auto() -> impl TypedValueParser<Value = Option<WireFormat>> {
    PossibleValuesParser::new(iter::once(AUTO).chain(formats())).try_map(|word| {
        let format = (word != AUTO).then(|| word.parse());
        format.transpose()
    })
}

/// Refuses what could not become a `QString` as it is.
fn address() -> impl TypedValueParser<Value = Address> {
    OsStringValueParser::new().try_map(|text| match text.into_string() {
        Ok(text) => text.parse::<Address>().map_err(|error| error.to_string()),
        Err(_) => Err("the name of the server must be UTF-8".to_owned()),
    })
}

fn milliseconds() -> impl TypedValueParser<Value = Duration> {
    let range = value_parser!(i32).range(1..);
    range.map(|ms| Duration::from_millis(ms.unsigned_abs().into()))
}
