// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The windows as a person uses them, beside those of the unmodified C++ example: mouse, keyboard,
//! sizes, fonts, colours, direction, and what a screen reader is told. Each test has a desktop of
//! its own and leaves a picture in `target/tmp/pictures`.

mod a11y_tree;
mod appearance;
mod desktop;
mod image;

use std::fs::{self, File};
use std::io::Write;
use std::thread;

use crate::peers::packaged;
use crate::support::display::Display;
use crate::support::{BUILT_IN, CLIENT_WINDOW, Running, SERVER_WINDOW, TestDir, eventually};
use desktop::{Desktop, Program};

const RUNNING: &str = "The server is running.\nRun the Local Fortune Client example now.";
const IDLE: &str = "Press \"Listen\" to start the server";
const HINT: &str = "This examples requires that you run the Local Fortune Server example as well.";
const NOT_FOUND: &str = "The host was not found. Please make sure that the server is running and \
                         that the server name is correct.";

fn get_fortune(client: &Program) -> a11y_tree::Node {
    client.control("push button", "Get Fortune")
}

#[test]
fn pairs_side_by_side_show_each_others_fortunes() {
    let desktop = Desktop::new();
    let our_server = desktop.start(SERVER_WINDOW, &["--wire", "qt5.10", "rust"]);
    let our_client = desktop.start(CLIENT_WINDOW, &[]);
    let their_server = desktop.start(packaged("localfortuneserver"), &[]);
    their_server.shows(&[RUNNING]);
    let their_client = desktop.start(packaged("localfortuneclient"), &[]);
    for (program, x, y, title) in [
        (&our_server, 20, 40, "Local Fortune Server"),
        (&our_client, 20, 200, "Local Fortune Client"),
        (&their_server, 460, 40, "Local Fortune Server"),
        (&their_client, 460, 200, "Local Fortune Client"),
    ] {
        assert_eq!(program.place(x, y).name, title);
    }
    our_server.shows(&[RUNNING]);

    desktop.click(&get_fortune(&our_client));
    our_client.shows(&BUILT_IN);

    their_client.activate();
    desktop.click(&their_client.control("text", "Server name:"));
    desktop.keys(&["ctrl+a"]);
    desktop.tool(&["type", "rust"]);
    desktop.click(&get_fortune(&their_client));
    their_client.shows(&BUILT_IN);
    our_client.activate();
    desktop.picture("side-by-side.png");

    desktop.click(&our_server.control("check box", "Details"));
    // The client of the example asks again when the fortune is the one it shows, but it showed none.
    our_server.shows(&["1"]);
}

#[test]
fn client_works_by_keyboard() {
    let desktop = Desktop::new();
    let _server = desktop.start(SERVER_WINDOW, &["keys"]);
    _server.shows(&[RUNNING]);
    let client = desktop.start(CLIENT_WINDOW, &["--wire", "auto"]);
    client.window();
    client.activate();
    client.focused("text", "Server name:");
    // It is selected, so that what is typed replaces it.
    desktop.tool(&["type", "keys"]);
    desktop.keys(&["Return"]);
    let first = client.shows(&BUILT_IN);

    for (role, name) in [
        ("push button", "Get Fortune"),
        ("push button", "Quit"),
        ("check box", "Details"),
        ("text", "Server name:"),
    ] {
        desktop.keys(&["Tab"]);
        client.focused(role, name);
    }
    desktop.keys(&["shift+Tab"]);
    client.focused("check box", "Details");
    desktop.keys(&["space"]);
    client.control("combo box", "Wire format:");
    desktop.keys(&["alt+s"]);
    client.focused("text", "Server name:");
    desktop.keys(&["Tab"]);
    client.focused("push button", "Get Fortune");
    desktop.keys(&["space"]);
    client.window_when("another fortune", |window| {
        let label = |text: &&str| *text != first && window.find("label", text).is_some();
        BUILT_IN.iter().any(label)
    });
    desktop.picture("client-keyboard.png");
    desktop.keys(&["Escape"]);
    client.ends();
}

#[test]
fn server_works_by_keyboard() {
    let desktop = Desktop::new();
    let server = desktop.start(SERVER_WINDOW, &[]);
    server.shows(&[RUNNING]);
    server.activate();
    server.focused("push button", "Stop Listening");
    desktop.keys(&["space"]);
    server.shows(&[IDLE]);
    assert!(!desktop.dir.path("fortune").exists());
    server.focused("text", "Server name:");
    desktop.keys(&["ctrl+a"]);
    desktop.tool(&["type", "other"]);
    desktop.picture("server-idle.png");
    desktop.keys(&["Return"]);
    server.shows(&[RUNNING]);
    assert!(desktop.dir.path("other").exists());
    for (role, name) in [("push button", "Quit"), ("check box", "Details")] {
        desktop.keys(&["Tab"]);
        server.focused(role, name);
    }
    desktop.keys(&["space"]);
    server.shows(&[&desktop.dir.name("other")]);
    desktop.keys(&["Escape"]);
    server.ends();
    assert!(!desktop.dir.path("other").exists());
}

#[test]
fn error_dialogs_have_the_examples_texts() {
    let desktop = Desktop::new();
    let ours = desktop.start(CLIENT_WINDOW, &["nowhere"]);
    let theirs = desktop.start(packaged("localfortuneclient"), &[]);
    for (client, y) in [(&ours, 40), (&theirs, 320)] {
        client.place(20, y);
        client.activate();
        client.focused("text", "Server name:");
        desktop.keys(&["Return"]);
        let dialog = client.dialog(NOT_FOUND);
        assert_eq!(dialog.name, "Local Fortune Client");
        assert_eq!(dialog.find("push button", "OK").unwrap().name, "OK");
        if y == 40 {
            dialog.assert_tidy();
            assert_eq!(
                dialog.lines(),
                [
                    "frame: Local Fortune Client",
                    &format!("alert message: {NOT_FOUND}"),
                    "push button: OK",
                ]
            );
        }
    }
    desktop.picture("errors.png");
    for (client, key) in [(&theirs, "Escape"), (&ours, "space")] {
        let search = [
            "search",
            "--onlyvisible",
            "--name",
            "^Local Fortune Client$",
        ];
        assert!(desktop.tool(&search).lines().count() >= 2);
        client.activate_dialog();
        desktop.keys(&[key]);
        client.window();
        get_fortune(client);
    }

    let first = desktop.start(SERVER_WINDOW, &[]);
    first.shows(&[RUNNING]);
    let second = desktop.start(SERVER_WINDOW, &[]);
    let text = format!(
        "Unable to start the server: another server is already listening on {}.",
        desktop.dir.name("fortune")
    );
    assert_eq!(second.dialog(&text).name, "Local Fortune Server");
}

#[test]
fn empty_fortune_is_a_text_like_others() {
    let desktop = Desktop::new();
    let listener = desktop.dir.listener("texts");
    let server = thread::spawn(move || {
        for message in [&b"\0\0\0\x02\0\0\0\x04\0H\0i"[..], &[0; 8]] {
            listener.accept().unwrap().0.write_all(message).unwrap();
        }
    });
    let client = desktop.start(CLIENT_WINDOW, &["texts"]);
    client.activate();
    desktop.click(&client.control("check box", "Details"));
    for shown in ["Hi", ""] {
        desktop.click(&get_fortune(&client));
        client.shows(&[shown]);
    }
    server.join().unwrap();
    let window = client.window();
    assert!(window.find_named(HINT).is_none(), "{window:#?}");
    // The label and the history, whose items are labels before Qt 6.8.
    let lines = window.lines();
    let count = |name: &str| {
        let shown = ["label", "list item"].map(|role| format!("{role}: {name}"));
        lines.iter().filter(|line| shown.contains(line)).count()
    };
    assert_eq!((count("Hi"), count("")), (1, 2), "{window:#?}");
}

#[test]
fn long_word_leaves_the_window_alive() {
    let desktop = Desktop::new();
    let word = "w".repeat(520_000);
    fs::write(desktop.dir.path("word"), &word).unwrap();
    let _server = desktop
        .dir
        .server(&["--fortunes", &desktop.dir.name("word"), "long"]);
    let client = desktop.start(CLIENT_WINDOW, &["long"]);
    client.activate();
    client.focused("text", "Server name:");
    desktop.keys(&["Return"]);
    client.shows(&[&word]);
    desktop.picture("long-word.png");
    desktop.keys(&["Escape"]);
    client.ends();
}

#[test]
fn long_name_is_shortened_where_it_is_shown() {
    let desktop = Desktop::new();
    // The longer one is an error, and none that a window could grow from.
    for length in [80, 300] {
        let client = desktop.start(CLIENT_WINDOW, &[&"w".repeat(length)]);
        client.activate();
        desktop.click(&client.control("check box", "Details"));
        let window = client.window_when("details", |it| {
            it.find("list", "Fortunes so far:").is_some()
        });
        window.assert_tidy();
        assert!(window.rect[2] < 500, "{window:#?}");
        desktop.picture(&format!("long-name-{length}.png"));
    }
}

/// The X server may be missed first by the main thread or by the one that draws.
#[test]
fn windows_end_quietly_with_their_display() {
    for backend in ["software", "rhi"] {
        let dir = TestDir::new();
        let display = Display::new(&dir, "800x600");
        let mut programs = [SERVER_WINDOW, CLIENT_WINDOW].map(|program| {
            let log = dir.path(program.rsplit('/').next().unwrap());
            let mut command = display.command(&dir, program);
            command
                .env("QT_QUICK_BACKEND", backend)
                .stderr(File::create(&log).unwrap());
            let running = Running::start(command);
            let id = running.id().to_string();
            let window = [
                "search",
                "--sync",
                "--onlyvisible",
                "--all",
                "--pid",
                &id,
                "--name",
                ".",
            ];
            display.tool(&dir, &window);
            (running, log)
        });
        assert!(dir.path("fortune").exists());
        display.end();
        for (running, log) in &mut programs {
            let status = eventually(|| running.status());
            let said = fs::read_to_string(log).unwrap();
            // Newer versions of Qt end the event loop instead of the process.
            assert!(matches!(status.code(), Some(0 | 1)), "{said}");
            assert!(said.contains("X11 connection broke"), "{said}");
            assert!(!said.contains("panicked"), "{said}");
        }
        assert!(!dir.path("fortune").exists());
    }
}

#[test]
fn client_controls_are_accessible() {
    let desktop = Desktop::new();
    let client = desktop.start(CLIENT_WINDOW, &[]);
    client.activate();
    desktop.click(&client.control("check box", "Details"));
    let window = client.window_when("details", |it| {
        it.find("list", "Fortunes so far:").is_some()
    });
    assert_eq!(
        window.lines(),
        [
            "frame: Local Fortune Client",
            "label: Server name:",
            "text: Server name:",
            "label: This examples requires that you run the Local Fortune Server example as well.",
            "push button: Get Fortune",
            "push button: Quit",
            "check box: Details",
            "label: Wire format:",
            "combo box: Wire format: (Detect)",
            "label: Detected format:",
            "label: none yet",
            "label: Time limit (ms):",
            "spin box: Time limit (ms):",
            "label: Connects to:",
            &format!("label: {}", desktop.dir.name("fortune")),
            "label: Fortunes so far:",
            "list: Fortunes so far:",
        ]
    );
    assert!(window.find("check box", "Details").unwrap().is("checked"));
    assert!(
        window
            .find("push button", "Get Fortune")
            .unwrap()
            .is("default")
    );
    window.assert_tidy();
    desktop.picture("client-details.png");
}

#[test]
fn server_controls_are_accessible() {
    let desktop = Desktop::new();
    let server = desktop.start(SERVER_WINDOW, &["--wire", "qt5.6"]);
    server.activate();
    desktop.click(&server.control("check box", "Details"));
    let window = server.window_when("details", |it| it.find("label", "0").is_some());
    assert_eq!(
        window.lines(),
        [
            "frame: Local Fortune Server",
            "label: Server name:",
            "text: Server name:",
            "label: The server is running.\nRun the Local Fortune Client example now.",
            "push button: Listen",
            "push button: Stop Listening",
            "push button: Quit",
            "check box: Details",
            "label: Wire format:",
            "combo box: Wire format: (Qt 5.6)",
            "label: Who may connect:",
            "combo box: Who may connect: (Only you)",
            "label: Listens on:",
            &format!("label: {}", desktop.dir.name("fortune")),
            "label: Fortunes served:",
            "label: 0",
        ]
    );
    window.assert_tidy();
    desktop.picture("server-details.png");
}
