// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Fortunes from lists, files and directories, including those of Debian's packages.

use std::collections::HashSet;
use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use local_fortune_core::fortunes::{Fortunes, MAX_FILE_BYTES};

/// A temporary directory, removed on drop.
struct TestDir(PathBuf);

impl TestDir {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("fortunes-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for TestDir {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn texts(fortunes: &Fortunes) -> Vec<&str> {
    fortunes.iter().collect()
}

#[track_caller]
fn reads(content: &str, expected: &[&str]) {
    let dir = TestDir::new();
    let fortunes = Fortunes::load(&[dir.file("f", content)]).unwrap();
    assert_eq!(texts(&fortunes), expected);
}

/// Checks that loading a file with `content` fails with the message `PATH` and `rest`.
#[track_caller]
fn refuses(content: impl AsRef<[u8]>, rest: &str) {
    let dir = TestDir::new();
    let path = dir.file("f", content);
    let error = Fortunes::load(&[&path]).unwrap_err();
    assert_eq!(error.to_string(), format!("{}{rest}", path.display()));
}

#[test]
fn built_in_fortunes_match_the_example() {
    let expected = [
        "You've been leading a dog's life. Stay off the furniture.",
        "You've got to think about tomorrow.",
        "You will be surprised by a loud noise.",
        "You will feel hungry again in another hour.",
        "You might have mail.",
        "You cannot kill time without injuring eternity.",
        "Computers are not intelligent. They only think they are.",
    ];
    let fortunes = Fortunes::built_in();
    assert_eq!(texts(&fortunes), expected);
    assert_eq!(fortunes.len(), 7);
    assert_eq!(fortunes.get(4), Some("You might have mail."));
    assert_eq!(fortunes.get(7), None);
}

#[test]
fn blank_texts_in_a_list_are_refused() {
    let list = |texts: &[&str]| Fortunes::new(texts.iter().map(|t| t.to_string()).collect());
    assert_eq!(texts(&list(&[" a\n", " a\n"]).unwrap()), [" a\n", " a\n"]);

    let error = list(&[]).unwrap_err();
    assert_eq!(error.to_string(), "the list of fortunes is empty");
    for blank in ["", " \t\n\u{a0}"] {
        let error = list(&["a", blank]).unwrap_err();
        let expected = "fortune number 2 of the list is blank";
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn percent_line_separates_texts() {
    reads("one\n%\ntwo\n%\nthree\n", &["one", "two", "three"]);
    reads("one", &["one"]);
    reads("one\n%\ntwo", &["one", "two"]);
    reads("one\n%", &["one"]);
    reads("one\n% \n%two\n50 %\n", &["one\n% \n%two\n50 %"]);
}

#[test]
fn superfluous_separators_are_ignored() {
    reads("%\n%\none\n%\n%\n \t\n\n%\ntwo\n%\n%\n", &["one", "two"]);
}

#[test]
fn text_keeps_inner_lines_and_spaces() {
    reads(
        "\tone  \n\n  two\x08_\n%\n\nthree\n\n%\n",
        &["\tone  \n\n  two\x08_", "\nthree\n"],
    );
}

#[test]
fn comment_is_skipped_and_does_not_separate() {
    reads(
        "%% head\none\n%%\n%%% more\ntwo\n%\n%% alone\n%\nthree %% no comment\n",
        &["one\ntwo", "three %% no comment"],
    );
}

#[test]
fn crlf_and_byte_order_mark_are_removed() {
    reads(
        "\u{feff}one\r\ntwo\r\n%\r\nth\rree\r\n%%c\r\n%\r\n",
        &["one\ntwo", "th\rree"],
    );
    reads("\u{feff}%\none\u{feff}\n", &["one\u{feff}"]);
}

#[test]
fn non_ascii_text_is_unchanged() {
    reads("Grüße\n%\n日本\n%\n🦀\n", &["Grüße", "日本", "🦀"]);
}

#[test]
fn file_without_fortune_is_refused() {
    for content in ["", "\n", "%\n", "\u{feff}", "%\n \n%\n%% only a comment\n"] {
        refuses(content, ": no fortune in this file");
    }
}

#[test]
fn non_utf8_file_is_refused_with_line_number() {
    refuses(
        b"\xff\xfeo\0n\0e\0",
        ":1: a NUL character, so this is no text file",
    );
    refuses(b"one\n\n\0", ":3: a NUL character, so this is no text file");
    refuses(b"caf\xe9\n", ":1: not UTF-8");
    refuses(b"one\r\n%\r\n\xc3\xa4 caf\xe9\n\xe9", ":3: not UTF-8");
    refuses(b"one\ncut: \xc3", ":2: not UTF-8");
}

#[test]
fn file_past_the_limit_is_refused() {
    let dir = TestDir::new();
    let path = dir.file("f", "");
    let file = File::options().write(true).open(&path).unwrap();
    for (bytes, reason) in [
        (MAX_FILE_BYTES + 1, ": larger than 64 MiB"),
        (
            MAX_FILE_BYTES,
            ":1: a NUL character, so this is no text file",
        ),
    ] {
        file.set_len(bytes).unwrap();
        let error = Fortunes::load(&[&path]).unwrap_err();
        assert_eq!(error.to_string(), format!("{}{reason}", path.display()));
    }
}

#[test]
fn missing_file_is_refused_with_cause() {
    let error = Fortunes::load(&["/nowhere/fortunes"]).unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert_eq!(error.to_string(), format!("/nowhere/fortunes: {cause}"));
    assert!(cause.starts_with("No such file or directory"), "{cause}");
}

#[cfg(target_os = "linux")]
#[test]
fn unreadable_file_is_refused_with_cause() {
    // Permissions do not apply to root; any user can open this file, but reading fails.
    let error = Fortunes::load(&["/proc/self/mem"]).unwrap_err();
    assert!(
        matches!(
            error,
            local_fortune_core::fortunes::FortunesError::Unreadable { .. }
        ),
        "{error}"
    );
    assert!(error.to_string().starts_with("/proc/self/mem: "), "{error}");
}

#[cfg(unix)]
#[test]
fn pipe_or_device_is_refused_at_once() {
    let dir = TestDir::new();
    let pipe = dir.0.join("pipe");
    let status = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(status.unwrap().success());
    for path in [pipe, "/dev/zero".into()] {
        let (sender, receiver) = std::sync::mpsc::channel();
        let expected = format!("{}: neither a file nor a folder", path.display());
        std::thread::spawn(move || sender.send(Fortunes::load(&[path])));
        let deadline = std::time::Duration::from_secs(10);
        let result = receiver.recv_timeout(deadline).expect("loading blocks");
        assert_eq!(result.unwrap_err().to_string(), expected);
    }
}

#[test]
fn files_and_directories_are_read_in_order() {
    let (first, second) = (TestDir::new(), TestDir::new());
    first.file("b", "b\n");
    first.file("a", "a\n");
    let file = second.file("z", "z1\n%\nz2\n");
    let fortunes = Fortunes::load(&[&file, &first.0, &file]).unwrap();
    assert_eq!(texts(&fortunes), ["z1", "z2", "a", "b", "z1", "z2"]);
}

#[test]
fn empty_list_of_paths_is_refused() {
    let none: [&Path; 0] = [];
    let error = Fortunes::load(&none).unwrap_err();
    assert_eq!(error.to_string(), "the list of fortunes is empty");
}

#[test]
fn directory_with_indices_gives_indexed_files() {
    let dir = TestDir::new();
    dir.file("b", "b\n");
    dir.file("b.dat", b"\0");
    dir.file("a.txt", "a\n");
    dir.file("a.txt.dat", b"\0");
    dir.file("README", "no fortune\n");
    dir.file(".hidden", "no fortune\n");
    dir.file(".hidden.dat", b"\0");
    dir.file("orphan.dat", b"\0");
    fs::create_dir(dir.0.join("off")).unwrap();
    dir.file("off.dat", b"\0");
    dir.file("off/c", "not looked for\n");
    let fortunes = Fortunes::load(&[&dir.0]).unwrap();
    assert_eq!(texts(&fortunes), ["a", "b"]);
}

#[test]
fn directory_without_indices_skips_extensions() {
    let dir = TestDir::new();
    dir.file("b", "b\n");
    dir.file("a", "a\n");
    dir.file("a.txt", "no fortune\n");
    dir.file(".hidden", "no fortune\n");
    dir.file(".hidden.dat", b"\0");
    fs::create_dir(dir.0.join("sub")).unwrap();
    let fortunes = Fortunes::load(&[&dir.0]).unwrap();
    assert_eq!(texts(&fortunes), ["a", "b"]);
}

#[cfg(unix)]
#[test]
fn symlinked_file_is_read_once() {
    use std::os::unix::fs::symlink;
    let (dir, elsewhere) = (TestDir::new(), TestDir::new());
    dir.file("a", "a\n");
    symlink("a", dir.0.join("a2")).unwrap();
    symlink("a", dir.0.join("a.u8")).unwrap();
    symlink(elsewhere.file("b.txt", "b\n"), dir.0.join("b")).unwrap();
    let fortunes = Fortunes::load(&[&dir.0]).unwrap();
    assert_eq!(texts(&fortunes), ["a", "b"]);

    let linked = elsewhere.0.join("linked");
    symlink(&dir.0, &linked).unwrap();
    assert_eq!(Fortunes::load(&[linked]).unwrap(), fortunes);

    symlink("nowhere", dir.0.join("dangling")).unwrap();
    let error = Fortunes::load(&[&dir.0]).unwrap_err();
    let expected = format!("{}/dangling: No such file", dir.0.display());
    assert!(error.to_string().starts_with(&expected), "{error}");
}

#[test]
fn directory_without_fortune_files_is_refused() {
    let dir = TestDir::new();
    let expected = format!("{}: no file of fortunes in this folder", dir.0.display());
    for name in ["nothing.txt", "orphan.dat"] {
        dir.file(name, "x\n");
        let error = Fortunes::load(&[&dir.0]).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn bad_file_in_directory_is_named() {
    let dir = TestDir::new();
    dir.file("a", "a\n");
    let path = dir.file("b", b"b\n\xff");
    let error = Fortunes::load(&[&dir.0]).unwrap_err();
    let expected = format!("{}:2: not UTF-8", path.display());
    assert_eq!(error.to_string(), expected);
}

#[test]
fn fortunes_are_chosen_uniformly() {
    let fortunes = Fortunes::built_in();
    let mut counts = [0_u32; 7];
    for _ in 0..70_000 {
        let chosen = fortunes.choose();
        counts[fortunes.iter().position(|text| text == chosen).unwrap()] += 1;
    }
    // The expected count is 10,000 with a standard deviation of 93: the bounds are ten deviations
    // away.
    assert!(
        counts.iter().all(|n| (9_000..11_000).contains(n)),
        "{counts:?}"
    );
}

#[test]
fn single_fortune_is_always_chosen() {
    let fortunes = Fortunes::new(vec!["only".into()]).unwrap();
    assert_eq!(fortunes.choose(), "only");
}

const DEBIANS: &str = "/usr/share/games/fortunes";

/// Debian's fortune files with an index.
fn debians_files() -> Vec<PathBuf> {
    let entries = fs::read_dir(DEBIANS);
    let entries = entries.unwrap_or_else(|e| panic!("{DEBIANS}: {e}; install package `fortunes`"));
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|e| e == "dat"))
        .map(|path| path.with_extension(""))
        .collect();
    files.sort();
    assert!(
        files.len() > 20,
        "{DEBIANS}: too few; install package `fortunes`"
    );
    files
}

/// The texts of a file as the `fortune` program prints them: from each offset in the index of
/// `strfile` to the next separator.
fn indexed_texts(file: &Path) -> Vec<String> {
    let content = fs::read_to_string(file).unwrap();
    let index = fs::read(file.with_extension("dat")).unwrap();
    let number = |at| u32::from_be_bytes(index[at..at + 4].try_into().unwrap()) as usize;
    let (count, header) = (number(4), 24);
    (0..count)
        .map(|i| {
            let rest = &content[number(header + 4 * i)..];
            let text = rest.find("\n%\n").map_or(rest, |end| &rest[..=end]);
            text.strip_suffix('\n').unwrap_or(text).to_owned()
        })
        .collect()
}

#[test]
fn debian_files_match_their_indices() {
    let mut all = Vec::new();
    for file in debians_files() {
        let fortunes = Fortunes::load(&[&file]).unwrap();
        let expected = indexed_texts(&file);
        assert_eq!(fortunes.len(), expected.len(), "{}", file.display());
        assert_eq!(texts(&fortunes), expected, "{}", file.display());
        all.extend(expected);
    }
    let fortunes = Fortunes::load(&[DEBIANS]).unwrap();
    assert_eq!(texts(&fortunes), all);
    let distinct: HashSet<&str> = fortunes.iter().collect();
    assert!(distinct.len() > 10_000, "{}", distinct.len());
}
