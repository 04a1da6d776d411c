// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The command-line programs: options, texts, exit status and signals.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use crate::support::{
    BUILT_IN, CLIENT, CLIENT_WINDOW, DEADLINE, Running, SERVER, SERVER_WINDOW, TestDir, eventually,
    fetch, finish, send, timed, wait_for_eof,
};

const FORMATS: [&str; 4] = ["qt4", "qt5.6", "qt5.10", "qt6.8"];

#[test]
fn server_prints_address_and_exits_cleanly() {
    for name in ["TERM", "INT", "HUP"] {
        let dir = TestDir::new();
        let server = dir.server(&["--wire", "qt5.10"]);
        assert_eq!(
            server.ready_line,
            format!("listening on {} (qt5.10)", dir.name("fortune"))
        );
        assert!(
            fs::metadata(dir.path("fortune"))
                .unwrap()
                .file_type()
                .is_socket()
        );
        let status = server.end(name);
        assert_eq!(status.code(), Some(0), "after SIG{name}: {status}");
        assert!(
            !dir.path("fortune").exists(),
            "the socket's file is left after SIG{name}"
        );
    }
}

#[test]
fn server_survives_closed_stdout() {
    let dir = TestDir::new();
    let mut command = dir.command("sh");
    command
        .env_remove("QT_QPA_PLATFORM")
        .args(["-c", "exec \"$0\" >/dev/full"])
        .arg(SERVER)
        .stderr(fs::File::create(dir.path("log")).unwrap());
    let server = Running::start(command);
    eventually(|| (dir.client(&[]).status == 0).then_some(()));
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn client_detects_every_format() {
    for format in FORMATS {
        let dir = TestDir::new();
        let _server = dir.server(&["--wire", format, "s"]);
        for args in [&["s"][..], &["s", "--wire", format]] {
            let client = dir.client(args);
            assert_eq!(
                (client.status, client.stderr.as_str()),
                (0, ""),
                "{format} {args:?}"
            );
            assert!(
                BUILT_IN.contains(&client.stdout.strip_suffix('\n').unwrap()),
                "{client:?}"
            );
        }
    }
}

#[test]
fn wrong_format_is_an_error() {
    for sent in FORMATS {
        let dir = TestDir::new();
        let _server = dir.server(&["--wire", sent]);
        for expected in FORMATS.into_iter().filter(|&expected| expected != sent) {
            let client = dir.client(&["--wire", expected]);
            assert_eq!(
                (client.status, client.stdout.as_str()),
                (1, ""),
                "{sent} as {expected}"
            );
            assert!(
                client
                    .stderr
                    .starts_with("fortune-get: The following error occurred: "),
                "{client:?}"
            );
        }
    }
}

#[test]
fn json_lines_describe_the_answer() {
    let dir = TestDir::new();
    let _server = dir.server(&["--wire", "qt5.6"]);
    let client = dir.client(&["--count", "3", "--json"]);
    assert_eq!(client.status, 0, "{client:?}");
    let lines: Vec<serde_json::Value> = client
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    for line in lines {
        let object = line.as_object().unwrap();
        assert_eq!(
            object.keys().collect::<Vec<_>>(),
            ["fortune", "ms", "server", "wire"]
        );
        assert!(BUILT_IN.contains(&line["fortune"].as_str().unwrap()));
        assert_eq!(line["wire"], "qt5.6");
        assert_eq!(line["server"], dir.name("fortune"));
        assert!(line["ms"].as_f64().unwrap() >= 0.0);
    }
}

#[test]
fn count_prints_repeated_fortunes() {
    let dir = TestDir::new();
    fs::write(dir.path("one"), "the only one\n").unwrap();
    let _server = dir.server(&["--fortunes", &dir.name("one")]);
    let client = dir.client(&["--count", "5"]);
    assert_eq!(client.stdout, "the only one\n".repeat(5));
}

#[test]
fn fortunes_come_from_files() {
    let dir = TestDir::new();
    fs::create_dir(dir.path("folder")).unwrap();
    fs::write(dir.path("folder/a"), "one\n%\ntwo\nlines\n%\n").unwrap();
    fs::write(dir.path("b.txt"), "trois \u{e9}t\u{e9}s 🦀\n").unwrap();
    let _server = dir.server(&[
        "--fortunes",
        &dir.name("folder"),
        "--fortunes",
        &dir.name("b.txt"),
    ]);
    let mut seen: Vec<String> = dir
        .client(&["--count", "100", "--json"])
        .stdout
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line["fortune"].as_str().unwrap().to_owned()
        })
        .collect();
    seen.sort();
    seen.dedup();
    assert_eq!(seen, ["one", "trois étés 🦀", "two\nlines"]);
}

fn refused(dir: &TestDir, args: &[&str]) -> String {
    let mut command = dir.command(SERVER);
    command.args(args);
    let server = finish(command);
    assert_eq!(
        (server.status, server.stdout.as_str()),
        (1, ""),
        "{server:?}"
    );
    let text = server
        .stderr
        .strip_prefix("fortuned: Unable to start the server: ");
    text.unwrap_or_else(|| panic!("{server:?}"))
        .strip_suffix(".\n")
        .unwrap()
        .to_owned()
}

#[test]
fn unusable_fortunes_are_refused_at_start() {
    let dir = TestDir::new();
    fs::write(dir.path("bad"), b"fine\n%\nnot \xff fine\n").unwrap();
    let bad = dir.name("bad");
    assert!(refused(&dir, &["--fortunes", &bad]).contains(&format!("{bad}:3")));
    assert!(refused(&dir, &["--fortunes", &dir.name("none")]).contains(&dir.name("none")));
    fs::write(dir.path("long"), "x".repeat(32_766)).unwrap();
    assert_eq!(
        refused(&dir, &["--wire", "qt4", "--fortunes", &dir.name("long")]),
        "the fortune takes 65536 bytes, but the format qt4 can carry only 65535"
    );
}

#[test]
fn running_server_keeps_its_name() {
    let dir = TestDir::new();
    let _server = dir.server(&[]);
    let path = dir.name("fortune");
    let reason = format!("another server is already listening on {path}");
    assert_eq!(refused(&dir, &[]), reason);
    assert_eq!(refused(&dir, &["--access", "world"]), reason);
    assert_eq!(dir.client(&[]).status, 0);
}

#[test]
fn stale_socket_file_is_reused() {
    let dir = TestDir::new();
    dir.server(&[]).end("KILL");
    assert!(dir.path("fortune").exists());
    let client = dir.client(&[]);
    assert_eq!(
        (client.status, client.stderr.as_str()),
        (
            1,
            "fortune-get: The connection was refused by the peer. Make sure the fortune server \
             is running, and check that the server name is correct.\n"
        )
    );
    let _server = dir.server(&[]);
    assert_eq!(dir.client(&[]).status, 0);
}

#[test]
fn unusable_addresses_are_errors_and_unchanged() {
    let dir = TestDir::new();
    let file = dir.name("file");
    fs::write(&file, "mine").unwrap();
    assert_eq!(
        refused(&dir, &["file"]),
        format!("{file} exists and is not a socket, so it was left alone")
    );
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    assert_eq!(
        refused(&dir, &[&dir.name("none/s")]),
        format!("the directory {} does not exist", dir.name("none"))
    );
    // A directory in which not even root can create a socket.
    #[cfg(target_os = "linux")]
    assert_eq!(
        refused(&dir, &["/sys/s"]),
        "the directory /sys does not allow to create a socket in it"
    );
    let long = refused(&dir, &[&"x".repeat(200)]);
    assert!(
        long.starts_with("the name is too long (") && long.ends_with(" 106 are allowed)"),
        "{long}"
    );
}

#[test]
fn socket_has_the_requested_permissions() {
    for (args, mode) in [
        (&[][..], 0o700),
        (&["--access", "user"], 0o700),
        (&["--access", "group"], 0o070),
        (&["--access", "other"], 0o007),
        (&["--access", "world"], 0o777),
    ] {
        let dir = TestDir::new();
        let _server = dir.server(args);
        let rights = fs::metadata(dir.path("fortune"))
            .unwrap()
            .permissions()
            .mode()
            & 0o777;
        assert_eq!(format!("{rights:03o}"), format!("{mode:03o}"), "{args:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn abstract_address_makes_no_file() {
    let dir = TestDir::new();
    let name = format!("lf-{}", dir.path("").file_name().unwrap().to_str().unwrap());
    let server = dir.server(&["--wire", "qt4", &format!("abstract:{name}")]);
    assert_eq!(
        server.ready_line,
        format!("listening on abstract:{name} (qt4)")
    );
    assert!(!dir.path(&name).exists());
    assert_eq!(dir.client(&[&name]).status, 1);
    assert_eq!(dir.client(&[&format!("abstract:{name}")]).status, 0);
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn wrong_usage_exits_with_2() {
    let dir = TestDir::new();
    for args in [
        &["--wire", "qt5"][..],
        &["--timeout", "0"],
        &["--timeout", "soon"],
        &["--count", "0"],
        &["http://host"],
        &["abstract:"],
        &["--headless"],
        &["--print"],
        &["--name", "a"],
        &["--abstract"],
        &[""],
        &["a", "b"],
        &["--nonsense"],
    ] {
        let client = dir.client(args);
        assert_eq!((client.status, client.stdout.as_str()), (2, ""), "{args:?}");
        assert!(client.stderr.starts_with("error: "), "{args:?} {client:?}");
    }
    for args in [
        &["--wire", "auto"][..],
        &["--access", "me"],
        &[""],
        &["one", "two"],
        &["tcp://"],
        &["--headless"],
        &["--workers", "2"],
    ] {
        let mut command = dir.command(SERVER);
        command.args(args);
        assert_eq!(finish(command).status, 2, "{args:?}");
    }
}

#[test]
fn help_and_version_exit_with_0() {
    let dir = TestDir::new();
    for program in [SERVER, CLIENT, SERVER_WINDOW, CLIENT_WINDOW] {
        let mut command = dir.command(program);
        command.arg("--help");
        let help = finish(command);
        assert_eq!((help.status, help.stderr.as_str()), (0, ""));
        assert!(
            help.stdout.contains("[ADDRESS]") && help.stdout.contains("qt5.10"),
            "{help:?}"
        );
        let mut command = dir.command(program);
        command.arg("--version");
        let version = finish(command);
        assert_eq!(version.status, 0);
        assert!(
            version.stdout.contains(env!("CARGO_PKG_VERSION")),
            "{version:?}"
        );
        assert!(
            version
                .stdout
                .contains(&format!("(Qt {})", cxx_qt_network::qt_version())),
            "{version:?}"
        );
    }
}

#[test]
fn window_without_display_names_the_other_program() {
    let dir = TestDir::new();
    for (program, name, instead) in [
        (SERVER_WINDOW, "fortune-server", "fortuned"),
        (CLIENT_WINDOW, "fortune-client", "fortune-get"),
    ] {
        let no_display = |_: &mut Command| {};
        let dead_display = |command: &mut Command| {
            command.env("DISPLAY", ":4242");
        };
        let dead_wayland = |command: &mut Command| {
            command.env("WAYLAND_DISPLAY", "none");
        };
        let unknown_platform = |command: &mut Command| {
            command.args(["-platform", "bogus"]);
        };
        for prepare in [
            &no_display as &dyn Fn(&mut Command),
            &dead_display,
            &dead_wayland,
            &unknown_platform,
        ] {
            let mut command = dir.command(program);
            command.env_remove("QT_QPA_PLATFORM");
            prepare(&mut command);
            let window = finish(command);
            assert_eq!(window.status, 1, "{window:?}");
            let begin = format!("{name}: The window could not be opened: ");
            assert!(window.stderr.starts_with(&begin), "{window:?}");
            assert!(window.stderr.contains(instead), "{window:?}");
            assert_eq!(window.stderr.lines().count(), 1, "{window:?}");
        }
    }
}

#[test]
fn ignored_signals_stay_ignored() {
    let dir = TestDir::new();
    let mut command = dir.command("sh");
    command
        .args(["-c", "trap '' HUP INT; exec \"$0\""])
        .arg(SERVER);
    let mut server = Running::start(command);
    assert!(server.line().starts_with("listening on "));
    server.signal("HUP");
    server.signal("INT");
    assert_eq!(dir.client(&["--count", "3"]).status, 0);
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn control_characters_are_escaped_on_terminals() {
    let dir = TestDir::new();
    let text = "a\u{1b}]0;T\u{7}\u{7f}\u{9b}\u{202e}\tb";
    fs::write(dir.path("evil"), text).unwrap();
    let _server = dir.server(&["--fortunes", &dir.name("evil")]);
    assert_eq!(dir.client(&[]).stdout, format!("{text}\n"));

    let mut terminal = dir.command("script");
    terminal.args(["-qec", &format!("'{CLIENT}'"), "/dev/null"]);
    let escaped = "a\\u{1b}]0;T\\u{7}\\u{7f}\\u{9b}\\u{202e}\tb";
    assert_eq!(finish(terminal).stdout.trim_end(), escaped);

    let line = dir.client(&["--json"]).stdout;
    assert!(
        line.contains(r"a\u001b]0;T\u0007\u007f\u009b\u202e\tb"),
        "{line}"
    );
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["fortune"], text);
}

#[test]
fn client_reports_descriptor_exhaustion() {
    let dir = TestDir::new();
    let mut command = dir.command("sh");
    command
        .args(["-c", "ulimit -n 4; exec \"$0\" s"])
        .arg(CLIENT)
        .env_remove("QT_QPA_PLATFORM");
    let client = finish(command);
    let path = dir.name("s");
    assert_eq!(
        (client.status, client.stderr),
        (
            1,
            format!("fortune-get: The following error occurred: {path}: too many open files.\n")
        )
    );
}

/// Starts a window program without a display.
fn window(dir: &TestDir, program: &str, args: &[&str]) -> Running {
    let mut command = dir.command_with_signals(program);
    command
        .args(args)
        .stderr(fs::File::create(dir.path("window.log")).unwrap());
    Running::start(command)
}

#[test]
fn server_window_serves_and_exits_cleanly() {
    for name in ["TERM", "INT"] {
        let dir = TestDir::new();
        fs::write(dir.path("one"), "from the window\n").unwrap();
        let one = dir.name("one");
        let args = [
            "w",
            "--wire",
            "qt5.6",
            "--fortunes",
            &one,
            "--access",
            "world",
        ];
        let server = window(&dir, SERVER_WINDOW, &args);
        let client = eventually(|| {
            let client = dir.client(&["--json", "w"]);
            (client.status == 0).then_some(client)
        });
        let line: serde_json::Value = serde_json::from_str(&client.stdout).unwrap();
        assert_eq!(line["fortune"], "from the window");
        assert_eq!(line["wire"], "qt5.6");
        let rights = fs::metadata(dir.path("w")).unwrap().permissions().mode() & 0o777;
        assert_eq!(format!("{rights:03o}"), "777");
        assert_eq!(server.end(name).code(), Some(0));
        assert!(
            !dir.path("w").exists(),
            "the socket's file is left after SIG{name}"
        );
    }
}

#[test]
fn server_window_stays_when_name_is_taken() {
    let dir = TestDir::new();
    let first = dir.raw_server("fortune", drop);
    let second = window(&dir, SERVER_WINDOW, &[]);
    // The second server found the first one and reports it in a dialog; the first keeps its name.
    first.join().unwrap();
    assert_eq!(second.end("TERM").code(), Some(0));
    assert!(dir.path("fortune").exists());
}

#[test]
fn client_window_exits_cleanly() {
    let dir = TestDir::new();
    let client = window(
        &dir,
        CLIENT_WINDOW,
        &["somewhere", "--timeout", "100", "-style", "Basic"],
    );
    eventually(|| {
        let maps = fs::read_to_string(format!("/proc/{}/maps", client.id())).unwrap();
        maps.contains("qtquickcontrols2basicstyle").then_some(())
    });
    assert_eq!(client.end("TERM").code(), Some(0));
    assert_eq!(fs::read_to_string(dir.path("window.log")).unwrap(), "");
}

/// The Qt libraries that a process has loaded, such as `Core` or `Network`.
#[cfg(target_os = "linux")]
fn qt_modules(process: u32) -> BTreeSet<String> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    maps.lines()
        .filter_map(|line| line.rsplit_once("/libQt")?.1.split_once(".so"))
        .map(|(module, _)| module.trim_start_matches(char::is_numeric).to_owned())
        .collect()
}

#[test]
#[cfg(target_os = "linux")]
fn command_line_programs_load_no_gui_library() {
    let dir = TestDir::new();
    let server = dir.server(&[]);
    assert_eq!(
        qt_modules(server.id()),
        ["Core", "Network"].map(String::from).into()
    );

    let (connected, answer) = (mpsc::channel::<()>(), mpsc::channel::<()>());
    let slow = dir.raw_server("slow", move |_stream| {
        connected.0.send(()).unwrap();
        answer.1.recv().unwrap();
    });
    let mut command = dir.command(CLIENT);
    command.args(["slow"]);
    let client = Running::start(command);
    connected.1.recv_timeout(DEADLINE).unwrap();
    assert_eq!(
        qt_modules(client.id()),
        ["Core", "Network"].map(String::from).into()
    );
    answer.0.send(()).unwrap();
    slow.join().unwrap();
    assert_eq!(client.wait().code(), Some(1));
}

fn fails(dir: &TestDir, args: &[&str]) -> String {
    let client = dir.client(args);
    assert_eq!(
        (client.status, client.stdout.as_str()),
        (1, ""),
        "{client:?}"
    );
    client
        .stderr
        .strip_prefix("fortune-get: ")
        .unwrap()
        .strip_suffix('\n')
        .unwrap()
        .to_owned()
}

const NOT_FOUND: &str = "The host was not found. Please make sure that the server is running and \
                         that the server name is correct.";
const REFUSED: &str = "The connection was refused by the peer. Make sure the fortune server is \
                       running, and check that the server name is correct.";
const CLOSED: &str = "The server closed the connection before a whole fortune arrived.";

#[test]
fn client_reports_the_error() {
    let dir = TestDir::new();
    assert_eq!(fails(&dir, &[]), NOT_FOUND);
    assert_eq!(fails(&dir, &["x".repeat(200).as_str()]), NOT_FOUND);
    fs::write(dir.path("file"), "text").unwrap();
    assert_eq!(fails(&dir, &["file"]), REFUSED);
}

#[test]
fn server_killed_in_message_is_an_error() {
    let dir = TestDir::new();
    let server = dir.raw_server("cut", send(b"\x00\x00\x00\x02\x00\x00\x00\x04\x00H"));
    assert_eq!(fails(&dir, &["cut"]), CLOSED);
    server.join().unwrap();
    let server = dir.raw_server("nothing", drop);
    assert_eq!(fails(&dir, &["nothing"]), CLOSED);
    server.join().unwrap();
}

#[test]
fn silent_server_times_out() {
    let dir = TestDir::new();
    let server = dir.raw_server("silent", wait_for_eof);
    let (text, took) = timed(|| fails(&dir, &["silent", "--timeout", "300"]));
    assert_eq!(
        text,
        "The following error occurred: no fortune arrived within 300 ms."
    );
    assert!(took >= Duration::from_millis(250), "{took:?}");
    server.join().unwrap();
}

#[test]
fn malformed_message_is_an_error() {
    let dir = TestDir::new();
    let server = dir.raw_server("web", send(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    assert_eq!(
        fails(&dir, &["web"]),
        "The following error occurred: the message has 1213486164 bytes, but only 1048576 are allowed."
    );
    server.join().unwrap();
    let server = dir.raw_server("odd", send(b"\x00\x00\x00\x03garbage"));
    assert_eq!(
        fails(&dir, &["odd"]),
        "The following error occurred: the message is not a fortune."
    );
    server.join().unwrap();
}

#[test]
fn server_that_never_closes_gives_its_fortune() {
    let dir = TestDir::new();
    let server = dir.raw_server("open", |stream| {
        send(b"\x00\x00\x00\x02\x00\x00\x00\x04\x00H\x00i")(stream.try_clone().unwrap());
        wait_for_eof(stream);
    });
    let client = dir.client(&["open"]);
    assert_eq!(
        (client.status, client.stdout.as_str()),
        (0, "Hi\n"),
        "{client:?}"
    );
    server.join().unwrap();
}

#[test]
fn json_has_the_milliseconds() {
    let dir = TestDir::new();
    // The client waits a quarter of a second for it to close.
    let server = dir.raw_server("open", |stream| {
        send(b"\x00\x00\x00\x02\x00\x00\x00\x04\x00H\x00i")(stream.try_clone().unwrap());
        wait_for_eof(stream);
    });
    let (client, took) = timed(|| dir.client(&["open", "--json"]));
    let line: serde_json::Value = serde_json::from_str(&client.stdout).unwrap();
    let ms = line["ms"].as_f64().unwrap();
    assert!(ms >= 200.0 && ms <= 1000.0 * took.as_secs_f64(), "{ms}");
    assert_eq!((ms * 100.0).round() / 100.0, ms, "more than two decimals");
    server.join().unwrap();
}

#[test]
fn bad_clients_do_not_disturb_others() {
    let dir = TestDir::new();
    fs::write(dir.path("big"), "z".repeat(400_000)).unwrap();
    let server = dir.server(&["--wire", "qt5.10", "--fortunes", &dir.name("big")]);
    let path = dir.path("fortune");
    let idle: Vec<_> = (0..50)
        .map(|_| UnixStream::connect(&path).unwrap())
        .collect();
    for _ in 0..200 {
        drop(UnixStream::connect(&path).unwrap());
    }
    assert_eq!(fetch(&path).len(), 8 + 800_000);
    drop(idle);
    assert_eq!(fetch(&path).len(), 8 + 800_000);
    assert_eq!(server.end("TERM").code(), Some(0));
}

#[test]
fn thousand_simultaneous_clients_are_served() {
    let dir = TestDir::new();
    let _server = dir.server(&[]);
    let path = dir.path("fortune");
    let answers: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let streams: Vec<_> = (0..125)
                        .map(|_| UnixStream::connect(&path).unwrap())
                        .collect();
                    streams
                        .into_iter()
                        .filter(|mut stream| {
                            let mut message = Vec::new();
                            std::io::Read::read_to_end(&mut stream, &mut message)
                                .is_ok_and(|it| it > 8)
                        })
                        .count()
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap())
            .sum()
    });
    assert_eq!(answers, 1000);
}

#[test]
fn closed_output_pipe_is_no_error() {
    let dir = TestDir::new();
    let _server = dir.server(&[]);
    let mut command = Command::new("sh");
    command
        .env("TMPDIR", dir.path(""))
        .args(["-c", "\"$0\" --count 500 | head -n 1"])
        .arg(CLIENT);
    let client = finish(command);
    assert_eq!(client.stderr, "");
    assert_eq!(client.stdout.lines().count(), 1);
}

#[test]
fn full_output_is_an_error() {
    let dir = TestDir::new();
    let _server = dir.server(&[]);
    for args in ["fortune", "--json", "--help", "--version"] {
        let mut command = dir.command("sh");
        command.env_remove("QT_QPA_PLATFORM").args([
            "-c",
            "exec \"$0\" \"$@\" >/dev/full",
            CLIENT,
            args,
        ]);
        let client = finish(command);
        assert_eq!(client.status, 1, "{args}");
        assert_eq!(
            client.stderr,
            "fortune-get: Standard output cannot be written: No space left on device \
             (os error 28).\n",
            "{args}"
        );
    }
}

#[test]
fn rust_log_asks_for_more() {
    let dir = TestDir::new();
    let lines = |asked: Option<&str>| {
        let mut command = dir.command_with_signals(SERVER);
        if let Some(asked) = asked {
            command.env("RUST_LOG", asked);
        }
        command.stderr(fs::File::create(dir.path("log")).unwrap());
        let mut server = Running::start(command);
        server.line();
        assert!(fetch(&dir.path("fortune")).len() > 8);
        assert_eq!(server.end("TERM").code(), Some(0));
        fs::read_to_string(dir.path("log")).unwrap()
    };
    assert_eq!(lines(None), "");
    assert_eq!(lines(Some("")), "");
    assert_eq!(lines(Some("off")), "");
    let debug = lines(Some("local_fortune_core=debug"));
    assert!(debug.contains("1 fortunes sent"), "{debug}");
    let wrong = lines(Some("no=such=thing"));
    assert!(wrong.contains("RUST_LOG is not understood"), "{wrong}");
    assert_eq!(wrong.lines().count(), 1, "{wrong}");
}
