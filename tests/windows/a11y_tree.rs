// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! What a screen reader learns of a window: its controls with their roles, names and places.

use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
pub struct Node {
    pub role: String,
    pub name: String,
    pub description: String,
    states: Vec<String>,
    /// Left, top, width and height on the screen.
    pub rect: [i32; 4],
    children: Vec<Node>,
}

impl Node {
    pub fn is(&self, state: &str) -> bool {
        self.states.iter().any(|it| it == state)
    }

    /// All that is visible in it, in order, itself first. Without what Qt 6.11 adds: the container of
    /// a window's contents, and the text inside a spin box.
    pub fn all(&self) -> Vec<&Node> {
        let is_added = |it: &Node| {
            it.name.is_empty()
                && (it.role == "filler" || self.role == "spin box" && it.role == "text")
        };
        let mut all = vec![self];
        for child in self.children.iter().filter(|it| it.is("showing")) {
            let skipped = usize::from(is_added(child));
            all.extend(child.all().into_iter().skip(skipped));
        }
        all
    }

    pub fn find(&self, role: &str, name: &str) -> Option<&Node> {
        let mut all = self.all().into_iter();
        all.find(|it| it.role == role && it.name == name)
    }

    pub fn find_named(&self, name: &str) -> Option<&Node> {
        self.all().into_iter().find(|it| it.name == name)
    }

    /// Each thing to be seen in it as a line: role, name, and what is said besides.
    pub fn lines(&self) -> Vec<String> {
        let line = |it: &Node| match it.description.as_str() {
            // Qt describes a window by its name.
            more if more.is_empty() || more == it.name => format!("{}: {}", it.role, it.name),
            more => format!("{}: {} ({more})", it.role, it.name),
        };
        self.all().into_iter().map(line).collect()
    }

    /// What in it can be read or used, without what only holds others.
    pub fn controls(&self) -> Vec<&Node> {
        let holds = |it: &&Node| matches!(it.role.as_str(), "frame" | "dialog" | "panel");
        let mut all = self.all();
        all.retain(|it| !holds(it));
        all
    }

    /// Fails the test where something sticks out of the window or covers something else.
    pub fn assert_tidy(&self) {
        let controls = self.controls();
        assert!(controls.len() >= 2, "{self:#?}");
        for (at, one) in controls.iter().enumerate() {
            let [x, y, width, height] = one.rect;
            let [left, top, wide, high] = self.rect;
            assert!(width > 0 && height > 0, "{one:?} is not to be seen");
            assert!(
                x >= left && y >= top && x + width <= left + wide && y + height <= top + high,
                "{one:?} sticks out of {:?}",
                self.rect
            );
            for other in &controls[at + 1..] {
                let within = one.all().into_iter().any(|it| std::ptr::eq(it, *other));
                assert!(within || !one.covers(other), "{one:?} covers {other:?}");
            }
        }
    }

    /// Whether it is an item of a list in this.
    pub fn is_within_list(&self, node: &Node) -> bool {
        let lists = self.all().into_iter().filter(|it| it.role == "list");
        lists
            .flat_map(|it| it.all())
            .any(|it| std::ptr::eq(it, node))
    }

    fn covers(&self, other: &Node) -> bool {
        let apart = |start: i32, length: i32, begin: i32, size: i32| {
            start + length <= begin || begin + size <= start
        };
        let ([x, y, width, height], [left, top, wide, high]) = (self.rect, other.rect);
        !apart(x, width, left, wide) && !apart(y, height, top, high)
    }
}
