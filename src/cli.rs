// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command lines of both programs.
//!
//! [`parse_server`] and [`parse_client`] turn a process's arguments into values; nothing here
//! exits the process. Qt's own options (`-platform`, `-style`, …) may stand between ours, with one
//! dash or two, as Qt takes them; they come back apart, for the application object of the windows.

use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::io;
use std::iter;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, value_parser};

use crate::DEFAULT_NAME;
use crate::server::Access;
use crate::wire::WireFormat;

/// What `fortune-server` was asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(
    name = "fortune-server",
    about = "Sends a fortune to every program that connects to a Qt local socket.",
    after_help = "\
Qt's own options (-platform, -style, -qwindowgeometry, ...) work for the window;
with --headless they are ignored.

Examples:
  fortune-server                         open the window, listen on \"fortune\"
  fortune-server --headless              no window, no display; Ctrl+C ends it
  fortune-server --wire qt4 --name old   serve programs written for Qt 4
  fortune-server --fortunes /usr/share/games/fortunes",
    no_binary_name = true
)]
#[non_exhaustive]
pub struct ServerArgs {
    /// The name or absolute path to listen on; never empty.
    #[arg(long, value_name = "NAME", default_value = DEFAULT_NAME, value_parser = name_parser())]
    #[arg(help = "Listen on this name or absolute path")]
    pub name: String,

    /// The wire format to write; `None` for the one of the Qt that the program runs on.
    #[arg(long, value_name = "FORMAT", value_parser = one_of::<WireFormat>(formats()))]
    #[arg(help = "Write as this Qt's example [default: the Qt in use]\n")]
    pub wire: Option<WireFormat>,

    /// Files and folders of fortunes, in the order given; empty for the built-in ones.
    #[arg(long, value_name = "PATH")]
    #[arg(help = "Send fortunes from this file or folder; may be repeated")]
    pub fortunes: Vec<PathBuf>,

    /// Who may connect.
    #[arg(long, value_name = "WHO", default_value = "user", value_parser = one_of::<Access>(accesses()))]
    #[arg(
        help = "Let only these connect [default: user]\n",
        hide_default_value = true
    )]
    pub access: Access,

    /// Whether to listen in Linux's abstract namespace, where [`access`](Self::access) has no
    /// effect.
    #[arg(long = "abstract")]
    #[arg(help = "Use Linux's abstract namespace, which ignores --access")]
    pub abstract_namespace: bool,

    /// Whether to run without a window.
    #[arg(long, help = "Open no window; needs no display")]
    pub headless: bool,
}

/// What `fortune-client` was asked to do.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(
    name = "fortune-client",
    about = "Gets a fortune from a server on a Qt local socket.",
    after_help = "\
Qt's own options (-platform, -style, -qwindowgeometry, ...) work for the window;
with --print they are ignored.

Examples:
  fortune-client                              open the window
  fortune-client --print                      print one fortune, without display
  fortune-client --print --count 100 --json   ask 100 times, print JSON lines
  fortune-client --print --name=-odd-         a name that starts with a dash",
    no_binary_name = true
)]
#[non_exhaustive]
pub struct ClientArgs {
    #[arg(value_name = "NAME", value_parser = name_parser(), conflicts_with = "name")]
    #[arg(help = "Ask the server of this name or absolute path [default: fortune]")]
    bare_name: Option<String>,

    #[arg(long, value_name = "NAME", value_parser = name_parser())]
    #[arg(help = "The same, for names that start with a dash (--name=-odd-)")]
    name: Option<String>,

    /// The wire format to expect; `None` to tell it from what arrives.
    // The full path keeps clap from taking this `Option` for "may be left out".
    #[arg(long, value_name = "FORMAT", default_value = AUTO, value_parser = format_or_auto())]
    #[arg(
        help = "Read what this Qt's example writes [default: auto]\n",
        hide_default_value = true
    )]
    pub wire: std::option::Option<WireFormat>,

    /// Whether to look for the server in Linux's abstract namespace.
    #[arg(long = "abstract")]
    #[arg(help = "Look in Linux's abstract namespace")]
    pub abstract_namespace: bool,

    /// The time limit of one request, from 1 ms to `u32::MAX` ms.
    #[arg(long, value_name = "MS", default_value = "5000", value_parser = milliseconds())]
    #[arg(help = "Give up after this many milliseconds")]
    pub timeout: Duration,

    /// Whether to print to standard output instead of opening a window.
    #[arg(long, help = "Print the fortune, open no window; needs no display")]
    pub print: bool,

    /// How many requests to make with [`print`](Self::print), at least 1.
    #[arg(long, value_name = "N", default_value = "1", requires = "print")]
    #[arg(value_parser = value_parser!(u64).range(1..), help = "Ask this many times")]
    pub count: u64,

    /// Whether to print JSON lines instead of the texts alone.
    #[arg(
        long,
        requires = "print",
        help = "Print each fortune as one line of JSON"
    )]
    pub json: bool,
}

impl ClientArgs {
    /// The name or absolute path of the server; never empty.
    pub fn name(&self) -> &str {
        let given = self.name.as_deref().or(self.bare_name.as_deref());
        given.unwrap_or(DEFAULT_NAME)
    }
}

/// Why a command line gives nothing to do: wrong usage, or a request for `--help` or `--version`.
///
/// `Display` is the whole text to print, which may have several lines, with its last line end.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct UsageError(clap::Error);

impl UsageError {
    /// The exit status of the program: 2 for wrong usage, 0 for `--help` and `--version`.
    pub fn exit_status(&self) -> u8 {
        if self.0.use_stderr() { 2 } else { 0 }
    }

    /// Writes the text to standard error for wrong usage, to standard output for `--help` and
    /// `--version`.
    ///
    /// # Errors
    ///
    /// The stream is closed or full.
    pub fn print(&self) -> io::Result<()> {
        self.0.print()
    }
}

/// Reads the arguments of `fortune-server`, the program's own name first, as in
/// [`std::env::args_os`].
///
/// `qt_version` is shown by `--version`. The second value is for Qt's application object: the
/// program's name and, unless [`headless`](ServerArgs::headless), Qt's options.
///
/// # Errors
///
/// Wrong usage, `--help`, or `--version`.
pub fn parse_server(
    args: impl IntoIterator<Item = OsString>,
    qt_version: &str,
) -> Result<(ServerArgs, Vec<OsString>), UsageError> {
    parse(args, qt_version, |args: &ServerArgs| args.headless)
}

/// Reads the arguments of `fortune-client`, the program's own name first, as in
/// [`std::env::args_os`].
///
/// `qt_version` is shown by `--version`. The second value is for Qt's application object: the
/// program's name and, unless [`print`](ClientArgs::print), Qt's options.
///
/// # Errors
///
/// Wrong usage, `--help`, or `--version`.
pub fn parse_client(
    args: impl IntoIterator<Item = OsString>,
    qt_version: &str,
) -> Result<(ClientArgs, Vec<OsString>), UsageError> {
    parse(args, qt_version, |args: &ClientArgs| args.print)
}

fn parse<A: CommandFactory + FromArgMatches>(
    args: impl IntoIterator<Item = OsString>,
    qt_version: &str,
    has_no_window: impl Fn(&A) -> bool,
) -> Result<(A, Vec<OsString>), UsageError> {
    let version = format!("{} (Qt {qt_version})", env!("CARGO_PKG_VERSION"));
    let mut command = A::command().version(version);
    let mut args = args.into_iter();
    let program = args.next().unwrap_or_else(|| command.get_name().into());

    let (ours, qts) = split(args).map_err(|option| {
        let message = format!("a value is required for '-{option} <VALUE>' but none was supplied");
        UsageError(command.error(ErrorKind::InvalidValue, message))
    })?;
    let parsed = command
        .try_get_matches_from_mut(ours)
        .and_then(|matches| A::from_arg_matches(&matches))
        .map_err(UsageError)?;
    let qts = if has_no_window(&parsed) { vec![] } else { qts };
    Ok((parsed, iter::once(program).chain(qts).collect()))
}

/// How Qt reads one of its options.
enum Takes {
    Nothing,
    Next,
    /// The next argument, or what follows `=` in the same one.
    NextOrInline,
}

/// The options that `QGuiApplication` and its platforms obey, without dashes. The X11 platform's
/// `-name` is left out: it looks too much like ours.
const QT_OPTIONS: [(&str, Takes); 18] = [
    ("display", Takes::Next),
    ("dograb", Takes::Nothing),
    ("geometry", Takes::Next),
    ("icon", Takes::Next),
    ("nograb", Takes::Nothing),
    ("platform", Takes::Next),
    ("platformpluginpath", Takes::Next),
    ("platformtheme", Takes::Next),
    ("plugin", Takes::Next),
    ("qmljsdebugger", Takes::NextOrInline),
    ("qwindowgeometry", Takes::Next),
    ("qwindowicon", Takes::Next),
    ("qwindowtitle", Takes::Next),
    ("reverse", Takes::Nothing),
    ("session", Takes::Next),
    ("style", Takes::NextOrInline),
    ("title", Takes::Next),
    ("visual", Takes::Next),
];

/// Parts the arguments after the program's name into ours and Qt's; all that follow `--` are ours.
///
/// The error is the Qt option that lacks its value.
fn split(
    mut args: impl Iterator<Item = OsString>,
) -> Result<(Vec<OsString>, Vec<OsString>), &'static str> {
    let (mut ours, mut qts) = (Vec::new(), Vec::new());
    while let Some(arg) = args.next() {
        if arg == "--" {
            ours.push(arg);
            ours.extend(args);
            break;
        }
        match qt_option(&arg) {
            None => ours.push(arg),
            Some((name, value_follows)) => {
                qts.push(arg);
                if value_follows {
                    qts.push(args.next().ok_or(name)?);
                }
            }
        }
    }
    Ok((ours, qts))
}

/// The name of the Qt option that `arg` is, and whether the next argument is its value.
fn qt_option(arg: &OsStr) -> Option<(&'static str, bool)> {
    let arg = arg.to_string_lossy();
    let word = arg.strip_prefix("--").or_else(|| arg.strip_prefix('-'))?;
    QT_OPTIONS
        .iter()
        .find_map(|(name, takes)| match (takes, word.strip_prefix(name)?) {
            (Takes::Nothing, "") => Some((*name, false)),
            (Takes::Next | Takes::NextOrInline, "") => Some((*name, true)),
            (Takes::NextOrInline, rest) if rest.starts_with('=') => Some((*name, false)),
            _ => None,
        })
}

/// The word for "tell the wire format from what arrives".
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

/// Refuses what could not become a `QString` as it is, and the empty name, which names no server.
fn name_parser() -> impl TypedValueParser<Value = String> {
    OsStringValueParser::new().try_map(|name| match name.into_string() {
        Ok(name) if name.is_empty() => Err("the name of a server is never empty"),
        Ok(name) => Ok(name),
        Err(_) => Err("the name of a server must be UTF-8"),
    })
}

fn milliseconds() -> impl TypedValueParser<Value = Duration> {
    let range = value_parser!(u32).range(1..);
    range.map(|ms| Duration::from_millis(ms.into()))
}
