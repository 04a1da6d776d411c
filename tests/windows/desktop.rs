// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! A desktop of the test's own: a display, a window manager, a session with what a screen reader
//! needs, and the settings of its user.

use std::cell::RefCell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::a11y_tree::Node;
use crate::support::display::Display;
use crate::support::{Running, TestDir, eventually, finish};

pub struct Desktop {
    pub dir: TestDir,
    display: Display,
    reader: RefCell<Running>,
    _manager: Running,
    _session: Running,
}

impl Desktop {
    /// A desktop whose user has changed nothing.
    pub fn new() -> Self {
        Self::of(TestDir::new())
    }

    /// A desktop whose user has these settings of KDE's, which Qt reads by itself.
    pub fn with(settings: &str) -> Self {
        let dir = TestDir::new();
        fs::write(dir.path("kdeglobals"), settings).unwrap();
        Self::of(dir)
    }

    fn of(dir: TestDir) -> Self {
        let display = Display::new(&dir, "1600x1000");
        let mut session = command(&display, &dir, "dbus-daemon");
        session
            .args(["--session", "--nofork", "--print-address"])
            .arg(format!("--address=unix:dir={}", dir.name("")));
        let mut session = start(&dir, session, "session");
        fs::write(dir.path("bus"), session.line()).unwrap();
        // Before the programs: they look for a screen reader only when they start.
        let mut reader = command(&display, &dir, "/usr/bin/python3");
        reader
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/windows/atspi_dump.py"))
            .stdin(Stdio::piped());
        let mut reader = start(&dir, reader, "reader");
        // Programs of root's look for it there, where it comes later.
        let address = reader.line();
        let property = |name: &str| {
            let mut asked = command(&display, &dir, "xprop");
            asked.args(["-root", name]);
            finish(asked).stdout
        };
        eventually(|| property("AT_SPI_BUS").contains(&address).then_some(()));
        let manager = start(&dir, command(&display, &dir, "openbox"), "openbox");
        eventually(|| {
            property("_NET_SUPPORTING_WM_CHECK")
                .contains("0x")
                .then_some(())
        });
        Self {
            dir,
            display,
            reader: RefCell::new(reader),
            _manager: manager,
            _session: session,
        }
    }

    /// A program that this user starts.
    pub fn start(&self, program: impl AsRef<Path>, args: &[&str]) -> Program<'_> {
        let program = program.as_ref();
        let mut command = command(&self.display, &self.dir, program);
        command.args(args);
        let name = program.file_name().unwrap().to_str().unwrap();
        let log = format!("{name}-{}", self.logs());
        Program {
            desktop: self,
            running: start(&self.dir, command, &log),
            log: self.dir.path(&log),
        }
    }

    fn logs(&self) -> usize {
        fs::read_dir(self.dir.path("")).unwrap().count()
    }

    pub fn tool(&self, args: &[&str]) -> String {
        self.display.tool(&self.dir, args)
    }

    /// Presses keys one after the other in the window that has the focus.
    pub fn keys(&self, keys: &[&str]) {
        self.tool(&[&["key", "--clearmodifiers"], keys].concat());
    }

    /// Clicks into the middle of something.
    pub fn click(&self, node: &Node) {
        let [x, y, width, height] = node.rect;
        let (x, y) = ((x + width / 2).to_string(), (y + height / 2).to_string());
        self.tool(&["mousemove", &x, &y, "click", "1"]);
    }

    /// The whole screen as soon as nothing moves on it any more, kept under that name.
    pub fn picture(&self, name: &str) -> PathBuf {
        let mut before = Vec::new();
        eventually(|| {
            let file = self.display.picture(&self.dir, "root", name);
            let now = fs::read(&file).unwrap();
            let still = now == before;
            before = now;
            still.then_some(file)
        })
    }
}

fn command(display: &Display, dir: &TestDir, program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = display.command(dir, program);
    command
        .env("XDG_CONFIG_HOME", dir.path(""))
        .env("XDG_CACHE_HOME", dir.path(""))
        .env_remove("XDG_CURRENT_DESKTOP")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("LANGUAGE")
        .env("QT_LINUX_ACCESSIBILITY_ALWAYS_ON", "1")
        .env_remove("AT_SPI_BUS_ADDRESS");
    if dir.path("kdeglobals").exists() {
        // What makes Qt read them.
        command
            .env("XDG_CURRENT_DESKTOP", "KDE")
            .env("KDE_SESSION_VERSION", "5");
    }
    if let Ok(address) = fs::read_to_string(dir.path("bus")) {
        command.env("DBUS_SESSION_BUS_ADDRESS", address);
    }
    command
}

fn start(dir: &TestDir, mut command: Command, log: &str) -> Running {
    command.stderr(File::create(dir.path(log)).unwrap());
    Running::start(command)
}

/// A program with windows.
pub struct Program<'a> {
    desktop: &'a Desktop,
    running: Running,
    log: PathBuf,
}

impl Program<'_> {
    /// Its windows that are to be seen.
    pub fn windows(&self) -> Vec<Node> {
        let mut reader = self.desktop.reader.borrow_mut();
        reader.tell(&self.running.id().to_string());
        let windows: Vec<Node> = serde_json::from_str(&reader.line()).unwrap();
        windows.into_iter().filter(|it| it.is("showing")).collect()
    }

    /// Waits until it shows just one window, and that one is as wanted.
    pub fn window_when(&self, what: &str, wanted: impl Fn(&Node) -> bool) -> Node {
        let mut seen = Vec::new();
        let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            eventually(|| {
                seen = self.windows();
                (seen.len() == 1 && wanted(&seen[0])).then(|| seen[0].clone())
            })
        }));
        found.unwrap_or_else(|_| {
            panic!(
                "{what}: {seen:#?}; {}; {}",
                self.said(),
                fs::read_to_string(self.desktop.dir.path("reader")).unwrap()
            )
        })
    }

    pub fn window(&self) -> Node {
        self.window_when("one window", |_| true)
    }

    /// Waits until a dialog with that text stands before its window.
    pub fn dialog(&self, text: &str) -> Node {
        eventually(|| {
            let mut windows = self.windows();
            let dialog = windows
                .iter()
                .position(|it| it.find_named(text).is_some())?;
            Some(windows.swap_remove(dialog))
        })
    }

    /// Waits until there is something of that role and name, and returns it.
    pub fn control(&self, role: &str, name: &str) -> Node {
        let what = format!("{role} {name:?}");
        let window = self.window_when(&what, |it| it.find(role, name).is_some());
        window.find(role, name).unwrap().clone()
    }

    /// Waits until the keyboard's focus is there.
    pub fn focused(&self, role: &str, name: &str) {
        self.window_when(&format!("focus on {role} {name:?}"), |window| {
            let control = window.find(role, name);
            control.is_some_and(|it| it.is("focused"))
        });
    }

    /// Waits until one of the texts is shown, and returns it.
    pub fn shows(&self, texts: &[&str]) -> String {
        let window = self.window_when("a text", |window| {
            texts
                .iter()
                .any(|text| window.find("label", text).is_some())
        });
        let shown = texts.iter().find(|it| window.find("label", it).is_some());
        (*shown.unwrap()).to_owned()
    }

    /// Its windows by their ids for xdotool, which fails when somebody's window goes meanwhile.
    fn ids(&self) -> Option<Vec<String>> {
        let process = self.running.id().to_string();
        let mut search = command(&self.desktop.display, &self.desktop.dir, "xdotool");
        search.args([
            "search",
            "--onlyvisible",
            "--all",
            "--pid",
            &process,
            "--name",
            ".",
        ]);
        let ids = finish(search);
        (ids.status == 0).then(|| ids.stdout.lines().map(str::to_owned).collect())
    }

    /// The id of its window, once it is to be seen.
    fn id(&self) -> String {
        eventually(|| self.ids()?.first().cloned())
    }

    /// Puts its window there, and returns it.
    pub fn place(&self, x: i32, y: i32) -> Node {
        let (left, top) = (x.to_string(), y.to_string());
        let id = self.id();
        self.window_when("moved", |it| {
            // Within its frame.
            let is_there = (x..x + 20).contains(&it.rect[0]) && (y..y + 60).contains(&it.rect[1]);
            if !is_there {
                // Again where the window manager has placed it after the last time.
                self.desktop.tool(&["windowmove", &id, &left, &top]);
            }
            is_there
        })
    }

    /// Makes its window that large, or as near to it as it lets itself be made.
    pub fn resize(&self, width: i32, height: i32) {
        let (width, height) = (width.to_string(), height.to_string());
        self.desktop
            .tool(&["windowsize", &self.id(), &width, &height]);
    }

    /// Gives its window the keyboard.
    pub fn activate(&self) {
        let id = self.id();
        self.desktop.tool(&["windowactivate", "--sync", &id]);
        self.desktop.tool(&["windowfocus", "--sync", &id]);
    }

    /// Gives the keyboard to the dialog, which the window manager shows last.
    pub fn activate_dialog(&self) {
        let dialog = eventually(|| {
            let ids = self.ids()?;
            (ids.len() > 1).then(|| ids.last().cloned())?
        });
        self.desktop.tool(&["windowactivate", "--sync", &dialog]);
    }

    /// Waits until it ends by itself, well and without a word.
    pub fn ends(mut self) {
        let status = eventually(|| self.running.status());
        assert_eq!((status.code(), self.said().as_str()), (Some(0), ""));
    }

    /// What it said on standard error.
    pub fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }
}
