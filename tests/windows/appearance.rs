// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The windows made small, with a large font, in dark colours and from right to left, with all that
//! they have to show, beside those of the example.

use std::collections::HashMap;

use super::a11y_tree::Node;
use super::desktop::{Desktop, Program};
use super::image::Picture;
use super::{RUNNING, get_fortune};
use crate::peers::{built, packaged};
use crate::support::{BUILT_IN, CLIENT_WINDOW, SERVER_WINDOW, finish};

/// The colours of KDE's dark scheme, near enough.
const DARK: &str = "\
[Colors:Window]
BackgroundNormal=49,54,59
ForegroundNormal=239,240,241
[Colors:View]
BackgroundNormal=35,38,41
ForegroundNormal=239,240,241
[Colors:Button]
BackgroundNormal=49,54,59
ForegroundNormal=239,240,241
[Colors:Selection]
BackgroundNormal=29,102,138
ForegroundNormal=239,240,241
";

/// Twice the 9 points that Qt takes where nobody has chosen.
const LARGE: &str = "[General]\nfont=DejaVu Sans,18,-1,5,50,0,0,0,0,0\n";

/// What cannot be used while the server listens. Qt 6.4 does not tell a screen reader so.
const GREY: [(&str, &str); 4] = [
    ("label", "Server name:"),
    ("text", "Server name:"),
    ("push button", "Listen"),
    ("combo box", "Who may connect:"),
];

/// Both pairs, with all details of ours open and fortunes shown.
struct Scene<'a> {
    server: Program<'a>,
    client: Program<'a>,
    their_server: Program<'a>,
    their_client: Program<'a>,
}

impl<'a> Scene<'a> {
    fn new(desktop: &'a Desktop, args: &[&str]) -> Self {
        let ours = |program, name| desktop.start(program, &[&[name], args].concat());
        let scene = Self {
            their_server: desktop.start(built().join("qt6/localfortuneserver"), args),
            server: ours(SERVER_WINDOW, "rust"),
            client: ours(CLIENT_WINDOW, "rust"),
            their_client: desktop.start(packaged("localfortuneclient"), args),
        };
        scene.server.place(20, 40);
        scene.client.place(20, 480);
        scene.their_server.place(840, 40);
        scene.their_client.place(840, 480);
        scene.server.shows(&[RUNNING]);
        scene.their_server.shows(&[RUNNING]);
        for program in [&scene.server, &scene.client] {
            program.activate();
            desktop.click(&program.control("check box", "Details"));
            program.control("combo box", "Wire format:");
        }
        for client in [&scene.client, &scene.their_client] {
            client.activate();
            desktop.click(&get_fortune(client));
            client.shows(&BUILT_IN);
        }
        scene
    }

    /// Our windows as they stand, once the layout has settled.
    fn ours(&self) -> [Node; 2] {
        [&self.server, &self.client].map(Program::window)
    }

    /// What everything ends with: nothing was complained of.
    fn assert_silent(&self) {
        assert_eq!((self.server.said(), self.client.said()), Default::default());
    }
}

#[test]
fn smallest_windows_show_everything() {
    let desktop = Desktop::new();
    let scene = Scene::new(&desktop, &[]);
    for program in [&scene.server, &scene.client] {
        let before = program.window().rect;
        program.resize(before[2] + 150, before[3] + 60);
        let grown = |it: &Node| it.rect[2] == before[2] + 150 && it.rect[3] == before[3] + 60;
        program.window_when("grown", grown).assert_tidy();
        program.resize(20, 20);
        let small = program.window_when("small", |it| it.rect[2] < before[2] + 150);
        assert!(small.rect[2] <= before[2] && small.rect[3] <= before[3]);
        small.assert_tidy();
        assert_texts_fit(&desktop, &small, 9);
    }
    for program in [&scene.their_server, &scene.their_client] {
        program.resize(20, 20);
    }
    desktop.picture("small.png");
    scene.assert_silent();
}

#[test]
fn a_font_of_twice_the_size_is_cut_off_nowhere() {
    let desktop = Desktop::with(LARGE);
    let scene = Scene::new(&desktop, &[]);
    let file = desktop.picture("large-font.png");
    assert!(file.exists());
    for window in scene.ours() {
        window.assert_tidy();
        assert_texts_fit(&desktop, &window, 18);
    }
    scene.assert_silent();
}

#[test]
fn dark_colours_are_used_with_readable_texts() {
    let desktop = Desktop::with(DARK);
    let scene = Scene::new(&desktop, &[]);
    let file = desktop.picture("dark.png");
    let picture = Picture::read(&desktop.dir, &file);
    for window in scene.ours() {
        for node in window.controls() {
            // In what is a digit wide, most is text; the list has its items.
            if node.rect[2] < 20 || node.role == "list" {
                continue;
            }
            assert!(picture.background(node) < 0.2, "{node:?} is light");
            let grey = GREY.contains(&(node.role.as_str(), node.name.as_str()));
            let wanted = if grey && window.name.ends_with("Server") {
                1.5
            } else {
                4.5
            };
            let contrast = picture.contrast(node);
            assert!(
                contrast > wanted,
                "{node:?} has a contrast of {contrast:.1}"
            );
        }
    }
    let theirs = scene.their_client.window();
    let name = theirs.find("text", "Server name:").unwrap();
    assert!(
        picture.background(name) < 0.2,
        "theirs is light: {theirs:?}"
    );
    scene.assert_silent();
}

#[test]
fn from_right_to_left_everything_is_mirrored() {
    let desktop = Desktop::new();
    let scene = Scene::new(&desktop, &["-reverse"]);
    desktop.picture("right-to-left.png");
    // From right to left, in rows of windows that have what is named there.
    let rows: [&[(&str, &str)]; 8] = [
        &[("label", "Server name:"), ("text", "Server name:")],
        &[
            ("check box", "Details"),
            ("push button", "Listen"),
            ("push button", "Stop Listening"),
        ],
        &[("push button", "Stop Listening"), ("push button", "Quit")],
        &[
            ("check box", "Details"),
            ("push button", "Get Fortune"),
            ("push button", "Quit"),
        ],
        &[("push button", "Get Fortune"), ("push button", "Quit")],
        &[("label", "Wire format:"), ("combo box", "Wire format:")],
        &[
            ("label", "Who may connect:"),
            ("combo box", "Who may connect:"),
        ],
        &[
            ("label", "Time limit (ms):"),
            ("spin box", "Time limit (ms):"),
        ],
    ];
    let [server, client] = scene.ours();
    let mut seen = HashMap::new();
    for window in [&server, &client, &scene.their_client.window()] {
        for row in rows {
            let found = row.iter().map(|(role, name)| window.find(role, name));
            let Some(found) = found.collect::<Option<Vec<_>>>() else {
                continue;
            };
            *seen.entry(row).or_insert(0) += 1;
            for pair in found.windows(2) {
                let [right, left] = [pair[0].rect, pair[1].rect];
                assert!(
                    left[0] + left[2] <= right[0],
                    "{left:?} is not left of {right:?}"
                );
            }
        }
        window.assert_tidy();
    }
    assert_eq!(seen.len(), rows.len(), "{seen:?}");
    assert_eq!(seen[rows[0]], 3);
    scene.assert_silent();
}

/// Fails the test where a text, drawn in one line by another program, is wider or higher than the
/// control that shows it; several lines need so much more height.
fn assert_texts_fit(desktop: &Desktop, window: &Node, points: u32) {
    for node in window.controls() {
        // A path is shortened in its middle, and the history scrolls.
        let shortened = node.name.starts_with('/') || node.role == "list";
        if shortened || node.name.is_empty() || window.is_within_list(node) {
            continue;
        }
        let text = match node.description.as_str() {
            "" => &node.name,
            chosen => chosen,
        };
        let mut convert = desktop.dir.command("convert");
        convert
            .args(["-font", "DejaVu-Sans", "-density", "96"])
            .args(["-pointsize", &points.to_string()])
            .args([
                &format!("label:{}", text.replace('\n', " ")),
                "-format",
                "%w %h",
                "info:",
            ]);
        let drawn = finish(convert);
        let size: Vec<i32> = drawn
            .stdout
            .split(' ')
            .map(|it| it.parse().unwrap())
            .collect();
        let [_, _, width, height] = node.rect;
        // Names of edits are their labels', not what stands in them.
        let wide = if node.role == "text" || node.role == "spin box" {
            0
        } else {
            size[0]
        };
        // The other program draws a little differently.
        let lines = (height + 2) / (size[1] - 3);
        assert!(lines >= 1, "{node:?} is less high than {size:?}");
        assert!(
            wide * 9 / 10 <= width * lines,
            "{node:?} is too small for {size:?}"
        );
    }
}
