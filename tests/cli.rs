// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command lines: what is taken, what is refused, and what is left for Qt.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use local_fortune::cli::{ClientArgs, ServerArgs, UsageError, parse_client, parse_server};
use local_fortune::server::Access;
use local_fortune::wire::WireFormat;

/// The arguments of a line, split at spaces, after the program's name.
fn words(program: &str, line: &str) -> Vec<OsString> {
    let words = [program].into_iter().chain(line.split_whitespace());
    words.map(OsString::from).collect()
}

fn server(line: &str) -> Result<(ServerArgs, Vec<OsString>), UsageError> {
    parse_server(words("fortune-server", line), "6.4.2")
}

fn client(line: &str) -> Result<(ClientArgs, Vec<OsString>), UsageError> {
    parse_client(words("fortune-client", line), "6.4.2")
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, UsageError>, reason: &str) {
    let error = result.expect_err("wrong usage was accepted");
    assert_eq!(error.exit_status(), 2, "{error}");
    assert!(error.to_string().contains(reason), "{error}");
}

#[test]
fn a_server_without_arguments_has_the_defaults() {
    let (args, qt) = server("").unwrap();
    assert_eq!(args.name, "fortune");
    assert_eq!(args.wire, None);
    assert_eq!(args.fortunes, [] as [PathBuf; 0]);
    assert_eq!(args.access, Access::User);
    assert!(!args.abstract_namespace);
    assert!(!args.headless);
    assert_eq!(qt, ["fortune-server"]);
}

#[test]
fn a_server_takes_every_option() {
    let line = "--name /run/a --wire qt5.6 --fortunes a --access world --fortunes=b/c --abstract \
                --headless";
    let (args, _) = server(line).unwrap();
    assert_eq!(args.name, "/run/a");
    assert_eq!(args.wire, Some(WireFormat::Qt5_6));
    assert_eq!(args.fortunes, [PathBuf::from("a"), PathBuf::from("b/c")]);
    assert_eq!(args.access, Access::World);
    assert!(args.abstract_namespace);
    assert!(args.headless);
}

#[test]
fn a_client_without_arguments_has_the_defaults() {
    let (args, qt) = client("").unwrap();
    assert_eq!(args.name(), "fortune");
    assert_eq!(args.wire, None);
    assert_eq!(args.timeout, Duration::from_secs(5));
    assert!(!args.print);
    assert_eq!(args.count, 1);
    assert!(!args.json);
    assert_eq!(qt, ["fortune-client"]);
}

#[test]
fn a_client_takes_every_option() {
    let (args, _) = client("--name x --wire qt6.8 --timeout 1 --print --count 7 --json").unwrap();
    assert_eq!(args.name(), "x");
    assert_eq!(args.wire, Some(WireFormat::Qt6_8));
    assert_eq!(args.timeout, Duration::from_millis(1));
    assert!(args.print);
    assert_eq!(args.count, 7);
    assert!(args.json);
}

#[test]
fn a_client_takes_the_name_with_or_without_the_option() {
    assert_eq!(client("x").unwrap().0.name(), "x");
    assert_eq!(client("--name x").unwrap().0.name(), "x");
    refused(client("x --name x"), "cannot be used with");
    refused(client("x y"), "unexpected argument 'y'");
    refused(server("x"), "unexpected argument 'x'");
}

#[test]
fn a_name_may_start_with_a_dash() {
    assert_eq!(client("--name=-x").unwrap().0.name(), "-x");
    assert_eq!(client("-- -x").unwrap().0.name(), "-x");
    assert_eq!(server("--name=--headless").unwrap().0.name, "--headless");
    refused(client("-x"), "unexpected argument '-x'");
    refused(client("--name -x"), "unexpected argument '-x'");
}

#[test]
fn a_name_is_never_empty() {
    refused(server("--name="), "the name of a server is never empty");
    refused(client("--name="), "the name of a server is never empty");
    let empty = ["fortune-client", ""].map(OsString::from);
    refused(
        parse_client(empty, ""),
        "the name of a server is never empty",
    );
}

#[cfg(unix)]
#[test]
fn a_name_is_utf_8_but_a_path_need_not_be() {
    use std::os::unix::ffi::OsStringExt;
    let latin1 = OsString::from_vec(b"caf\xe9".to_vec());

    let reason = "the name of a server must be UTF-8";
    let named = |option: &str| ["p".into(), option.into(), latin1.clone()];
    refused(parse_server(named("--name"), ""), reason);
    refused(parse_client(named("--name"), ""), reason);
    refused(parse_client(named("--"), ""), reason);

    let (args, _) = parse_server(named("--fortunes"), "").unwrap();
    assert_eq!(args.fortunes, [PathBuf::from(latin1)]);
}

#[test]
fn every_wire_format_has_its_word() {
    for (word, format) in [
        ("qt4", WireFormat::Qt4),
        ("qt5.6", WireFormat::Qt5_6),
        ("qt5.10", WireFormat::Qt5_10),
        ("qt6.8", WireFormat::Qt6_8),
    ] {
        let line = format!("--wire {word}");
        assert_eq!(server(&line).unwrap().0.wire, Some(format));
        assert_eq!(client(&line).unwrap().0.wire, Some(format));
    }
    assert_eq!(client("--wire auto").unwrap().0.wire, None);
    refused(server("--wire auto"), "invalid value 'auto'");
    refused(server("--wire QT4"), "invalid value 'QT4'");
    refused(
        client("--wire qt5"),
        "[possible values: auto, qt4, qt5.6, qt5.10, qt6.8]",
    );
}

#[test]
fn every_access_has_its_word() {
    for (word, access) in [
        ("user", Access::User),
        ("group", Access::Group),
        ("other", Access::Other),
        ("world", Access::World),
    ] {
        let (args, _) = server(&format!("--access {word}")).unwrap();
        assert_eq!(args.access, access);
    }
    refused(server("--access all"), "invalid value 'all'");
}

#[test]
fn a_timeout_is_one_to_u32_max_milliseconds() {
    let (args, _) = client("--timeout 4294967295").unwrap();
    assert_eq!(args.timeout, Duration::from_millis(4_294_967_295));
    for wrong in ["0", "4294967296", "-1", "1.5", "5s"] {
        let line = format!("--timeout={wrong}");
        refused(client(&line), "for '--timeout <MS>'");
    }
}

#[test]
fn a_count_is_at_least_one_and_needs_print() {
    let (args, _) = client("--print --count 18446744073709551615").unwrap();
    assert_eq!(args.count, u64::MAX);
    refused(client("--print --count 0"), "for '--count <N>'");
    refused(client("--print --count x"), "for '--count <N>'");
    refused(client("--count 2"), "--print");
}

#[test]
fn json_needs_print() {
    refused(client("--json"), "--print");
}

#[test]
fn a_repeated_or_unknown_option_is_refused() {
    refused(server("--name a --name b"), "cannot be used multiple times");
    refused(server("--print"), "unexpected argument '--print'");
    refused(client("--headless"), "unexpected argument '--headless'");
    refused(server("--fortunes="), "a value is required");
}

#[test]
fn qts_options_are_left_for_qt() {
    let line = "-platform offscreen --name a --style Fusion -style=Basic -reverse \
                -qmljsdebugger=port:1 -qwindowgeometry 300x200 -display :1 --wire qt4";
    let (args, qt) = server(line).unwrap();
    assert_eq!(args.name, "a");
    assert_eq!(args.wire, Some(WireFormat::Qt4));
    let expected = "fortune-server -platform offscreen --style Fusion -style=Basic -reverse \
                    -qmljsdebugger=port:1 -qwindowgeometry 300x200 -display :1";
    assert_eq!(qt, expected.split_whitespace().collect::<Vec<_>>());
}

#[test]
fn the_value_of_a_qt_option_is_never_ours() {
    let (args, qt) = client("-qwindowtitle --print x").unwrap();
    assert!(!args.print);
    assert_eq!(args.name(), "x");
    assert_eq!(qt, ["fortune-client", "-qwindowtitle", "--print"]);
}

#[test]
fn after_two_dashes_nothing_is_qts() {
    let (args, qt) = client("-reverse -- -platform").unwrap();
    assert_eq!(args.name(), "-platform");
    assert_eq!(qt, ["fortune-client", "-reverse"]);
}

#[test]
fn a_qt_option_without_its_value_is_refused() {
    for option in ["-platform", "--platform", "-style", "-display", "-plugin"] {
        refused(server(option), "a value is required for '-");
    }
    refused(client("x -platform"), "for '-platform <VALUE>'");
}

#[test]
fn what_qt_would_not_understand_is_refused() {
    refused(server("--platform=xcb"), "unexpected argument '--platform'");
    refused(server("-reverse=1"), "unexpected argument");
    refused(server("---platform xcb"), "unexpected argument");
    refused(server("-name x"), "unexpected argument");
}

#[test]
fn without_a_window_qts_options_are_ignored() {
    let (_, qt) = server("-platform nosuch --headless -style x").unwrap();
    assert_eq!(qt, ["fortune-server"]);
    let (_, qt) = client("-platform nosuch --print -style x").unwrap();
    assert_eq!(qt, ["fortune-client"]);
}

#[test]
fn the_programs_own_name_may_be_missing() {
    let (args, qt) = parse_client([], "").unwrap();
    assert_eq!(args.name(), "fortune");
    assert_eq!(qt, ["fortune-client"]);
}

#[test]
fn help_is_no_failure_and_names_every_option() {
    let both = ["Usage:", "Examples:", "-platform", "--name", "--wire"];
    let help = server("--help").unwrap_err();
    assert_eq!(help.exit_status(), 0);
    let options = ["--fortunes", "--access", "--abstract", "--headless"];
    for word in both.iter().chain(&options) {
        assert!(help.to_string().contains(word), "{word} in {help}");
    }

    let help = client("--help").unwrap_err();
    assert_eq!(help.exit_status(), 0);
    let options = ["[NAME]", "--timeout", "--print", "--count", "--json"];
    for word in both.iter().chain(&options) {
        assert!(help.to_string().contains(word), "{word} in {help}");
    }
}

#[test]
fn help_fits_a_terminal_of_80_columns() {
    for help in [server("--help").unwrap_err(), client("-h").unwrap_err()] {
        for line in help.to_string().lines() {
            assert!(line.len() <= 80, "{line}");
        }
    }
}

#[test]
fn version_names_program_and_qt() {
    let version = server("--version").unwrap_err();
    assert_eq!(version.exit_status(), 0);
    let expected = concat!(
        "fortune-server ",
        env!("CARGO_PKG_VERSION"),
        " (Qt 6.4.2)\n"
    );
    assert_eq!(version.to_string(), expected);

    let version = client("-V").unwrap_err();
    assert_eq!(version.exit_status(), 0);
    let expected = concat!(
        "fortune-client ",
        env!("CARGO_PKG_VERSION"),
        " (Qt 6.4.2)\n"
    );
    assert_eq!(version.to_string(), expected);
}
