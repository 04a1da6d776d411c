// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Qt's own options (`-platform`, `-style`, …), which may stand between those of the program, with one
//! dash or two.

use std::ffi::{OsStr, OsString};

/// How Qt reads one of its options.
enum Value {
    None,
    Next,
    /// The next argument, or what follows `=` in the same one.
    NextOrInline,
}

/// The options of `QGuiApplication` and its platforms, without dashes. The X11 platform's `-name` is
/// left out, as it was an option of the program.
const QT_OPTIONS: [(&str, Value); 18] = [
    ("display", Value::Next),
    ("dograb", Value::None),
    ("geometry", Value::Next),
    ("icon", Value::Next),
    ("nograb", Value::None),
    ("platform", Value::Next),
    ("platformpluginpath", Value::Next),
    ("platformtheme", Value::Next),
    ("plugin", Value::Next),
    ("qmljsdebugger", Value::NextOrInline),
    ("qwindowgeometry", Value::Next),
    ("qwindowicon", Value::Next),
    ("qwindowtitle", Value::Next),
    ("reverse", Value::None),
    ("session", Value::Next),
    ("style", Value::NextOrInline),
    ("title", Value::Next),
    ("visual", Value::Next),
];

/// Parts arguments into the program's and Qt's; all that follow `--` are the program's.
///
/// # Errors
///
/// The Qt option that lacks its value.
pub(crate) fn split(
    mut args: impl Iterator<Item = OsString>,
) -> Result<(Vec<OsString>, Vec<OsString>), &'static str> {
    let (mut own, mut qt) = (Vec::new(), Vec::new());
    while let Some(arg) = args.next() {
        if arg == "--" {
            own.push(arg);
            own.extend(args);
            break;
        }
        match qt_option(&arg) {
            None => own.push(arg),
            Some((name, value_follows)) => {
                qt.push(arg);
                if value_follows {
                    qt.push(args.next().ok_or(name)?);
                }
            }
        }
    }
    Ok((own, qt))
}

/// The name of the Qt option that `arg` is, and whether the next argument is its value.
fn qt_option(arg: &OsStr) -> Option<(&'static str, bool)> {
    let arg = arg.to_string_lossy();
    let word = arg.strip_prefix("--").or_else(|| arg.strip_prefix('-'))?;
    QT_OPTIONS
        .iter()
        .find_map(|(name, value)| match (value, word.strip_prefix(name)?) {
            (Value::None, "") => Some((*name, false)),
            (Value::Next | Value::NextOrInline, "") => Some((*name, true)),
            (Value::NextOrInline, rest) if rest.starts_with('=') => Some((*name, false)),
            _ => None,
        })
}
