// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command lines: what is accepted and what is refused.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use local_fortune_cli::args::{UsageError, parse};
use local_fortune_cli::fortune_get::FortuneGetArgs;
use local_fortune_cli::fortuned::FortunedArgs;
use local_fortune_core::address::Address;
use local_fortune_core::server::Access;
use local_fortune_core::wire::WireFormat;

fn words(line: &str) -> Vec<OsString> {
    line.split_whitespace().map(OsString::from).collect()
}

fn server(line: &str) -> Result<FortunedArgs, UsageError> {
    parse(words(line), "6.4.2")
}

fn client(line: &str) -> Result<FortuneGetArgs, UsageError> {
    parse(words(line), "6.4.2")
}

fn local(name: &str) -> Address {
    Address::Local(name.to_owned())
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(result: Result<T, UsageError>, reason: &str) {
    let error = result.expect_err("wrong usage was accepted");
    assert!(error.is_error(), "{error}");
    assert!(error.to_string().contains(reason), "{error}");
}

#[test]
fn server_without_arguments_has_the_defaults() {
    let args = server("").unwrap().server;
    assert_eq!(args.address, local("fortune"));
    assert_eq!(args.wire, None);
    assert_eq!(args.fortunes, [] as [PathBuf; 0]);
    assert_eq!(args.access, Access::User);
}

#[test]
fn server_accepts_every_option() {
    let line = "--wire qt5.6 --fortunes a --access world /run/a --fortunes=b/c";
    let args = server(line).unwrap().server;
    assert_eq!(args.address, local("/run/a"));
    assert_eq!(args.wire, Some(WireFormat::Qt5_6));
    assert_eq!(args.fortunes, [PathBuf::from("a"), PathBuf::from("b/c")]);
    assert_eq!(args.access, Access::World);
}

#[test]
fn client_without_arguments_has_the_defaults() {
    let args = client("").unwrap();
    assert_eq!(args.client.address, local("fortune"));
    assert_eq!(args.client.wire, None);
    assert_eq!(args.client.timeout, Duration::from_secs(5));
    assert_eq!((args.count, args.json), (1, false));
}

#[test]
fn client_accepts_every_option() {
    let args = client("x --wire qt6.8 --timeout 1 --count 7 --json").unwrap();
    assert_eq!(args.client.address, local("x"));
    assert_eq!(args.client.wire, Some(WireFormat::Qt6_8));
    assert_eq!(args.client.timeout, Duration::from_millis(1));
    assert_eq!((args.count, args.json), (7, true));
    assert_eq!(client("--wire auto").unwrap().client.wire, None);
}

#[test]
fn addresses_are_read_by_both() {
    let address = Address::Abstract("x".to_owned());
    assert_eq!(client("abstract:x").unwrap().client.address, address);
    assert_eq!(server("abstract:x").unwrap().server.address, address);
    assert_eq!(client("local:-x").unwrap().client.address, local("-x"));
    assert_eq!(
        client("-- --count").unwrap().client.address,
        local("--count")
    );
    for line in ["http://host", "tcp:// "] {
        assert_refused(server(line), "the address is none of NAME");
        assert_refused(client(line), "the address is none of NAME");
    }
    assert_refused(server("local:"), "the name of the server is empty");
    let empty = [OsString::new()];
    assert_refused(
        parse::<FortuneGetArgs>(empty, ""),
        "the name of the server is empty",
    );
    assert_refused(server("a b"), "unexpected argument 'b'");
}

#[cfg(unix)]
#[test]
fn address_must_be_utf8() {
    use std::os::unix::ffi::OsStringExt;

    let latin1 = OsString::from_vec(b"f\xfcr".to_vec());
    let reason = "the name of the server must be UTF-8";
    assert_refused(parse::<FortunedArgs>([latin1.clone()], ""), reason);
    assert_refused(parse::<FortuneGetArgs>([latin1], ""), reason);
}

#[test]
fn words_have_their_choices_in_the_error() {
    assert_refused(server("--wire auto"), "qt4, qt5.6, qt5.10, qt6.8");
    assert_refused(client("--wire 5.10"), "auto, qt4, qt5.6, qt5.10, qt6.8");
    assert_refused(server("--access me"), "user, group, other, world");
}

#[test]
fn time_limit_and_count_have_a_range() {
    let longest = client("--timeout 2147483647").unwrap().client.timeout;
    assert_eq!(longest, Duration::from_millis(2_147_483_647));
    for limit in ["0", "-1", "2147483648", "1s"] {
        assert_refused(client(&format!("--timeout={limit}")), "--timeout <MS>");
    }
    let most = client("--count 18446744073709551615").unwrap().count;
    assert_eq!(most, u64::MAX);
    for count in ["0", "-1", "x"] {
        assert_refused(client(&format!("--count={count}")), "--count <N>");
    }
}

#[test]
fn former_options_are_refused() {
    for option in ["--headless", "--name", "--abstract", "--workers"] {
        assert_refused(server(option), "unexpected argument");
    }
    for option in ["--print", "--name", "--abstract"] {
        assert_refused(client(option), "unexpected argument");
    }
    assert_refused(
        client("--count 1 --count 2"),
        "cannot be used multiple times",
    );
}

#[test]
fn help_and_version_are_no_errors() {
    for line in ["--help", "-h"] {
        let help = server(line).unwrap_err();
        assert!(!help.is_error());
        for part in ["[ADDRESS]", "--wire", "--fortunes", "--access", "Examples:"] {
            assert!(help.to_string().contains(part), "{part}: {help}");
        }
        let help = client(line).unwrap_err().to_string();
        for part in ["[ADDRESS]", "--wire", "--timeout", "--count", "--json"] {
            assert!(help.contains(part), "{part}: {help}");
        }
        assert!(help.lines().all(|line| line.len() <= 80), "{help}");
    }
    let version = server("--version").unwrap_err();
    assert!(!version.is_error());
    let expected = format!("fortuned {} (Qt 6.4.2)\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(version.to_string(), expected);
}
