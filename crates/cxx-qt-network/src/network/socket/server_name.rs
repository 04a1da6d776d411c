// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Maps a server's name to the address of its socket, with the checks that Qt omits or reports with
//! an unrelated error.

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;

use super::listen_error::{ListenError, TemporaryDirectoryError};

/// The maximum length of a name in Linux's abstract namespace in bytes, without the leading NUL.
///
/// An address there has 108 bytes. From 6.2 on, Qt reserves two of them, one at the beginning and
/// one at the end.
pub(crate) const ABSTRACT_NAME_LIMIT: usize = if cfg!(cxxqt_qt_version_at_least_6_2) {
    106
} else {
    107
};

/// The maximum length of a socket's path in bytes, without the terminating NUL.
pub(crate) const PATH_LIMIT: usize = if cfg!(any(target_os = "linux", target_os = "android")) {
    ABSTRACT_NAME_LIMIT
} else {
    103
};

/// The unchecked directory for temporary files from the environment, as `QDir::tempPath` uses it.
pub(crate) fn temp_dir() -> PathBuf {
    match env::var_os("TMPDIR") {
        Some(directory) if !directory.is_empty() => directory.into(),
        // An empty TMPDIR is not used as a relative path.
        _ if cfg!(target_vendor = "apple") => env::temp_dir(),
        _ => "/tmp".into(),
    }
}

/// The path of the socket of a server `name`: the name itself if it is absolute, otherwise in
/// `temp_dir`, as Qt composes it.
///
/// # Errors
///
/// If the name is empty, contains a NUL or gives a path that is too long; or if the name is
/// relative and `temp_dir` is missing, relative or not UTF-8.
pub(crate) fn full_server_name_for(
    name: &str,
    temp_dir: impl AsRef<OsStr>,
) -> Result<String, ListenError> {
    if name.is_empty() {
        return Err(ListenError::NameEmpty);
    }
    if name.contains('\0') {
        return Err(ListenError::NameContainsNul);
    }
    let path = if name.starts_with('/') {
        name.to_owned()
    } else {
        format!("{}/{name}", checked_temp_dir(temp_dir.as_ref())?)
    };
    check_length(path.len(), PATH_LIMIT)?;
    Ok(path)
}

/// Checks a name in the abstract namespace. Trailing NULs are part of it, as in Qt.
///
/// # Errors
///
/// If the name is empty or too long, or contains a NUL that is not at its end.
pub(crate) fn check_abstract_name(name: &str) -> Result<(), ListenError> {
    if name.is_empty() {
        return Err(ListenError::NameEmpty);
    }
    if name.trim_end_matches('\0').contains('\0') {
        return Err(ListenError::NameContainsNul);
    }
    check_length(name.len(), ABSTRACT_NAME_LIMIT)
}

/// Checks that Qt can listen on `path` with an access option: it binds to `XXXXXX/s` in the same
/// directory first, which may not fit where `path` does.
///
/// # Errors
///
/// If that path is too long.
pub(crate) fn check_listen_with_access_option(path: &str) -> Result<(), ListenError> {
    let directory = path.rfind('/').unwrap_or(0);
    check_length(directory + "/XXXXXX/s".len(), PATH_LIMIT)
}

fn check_length(bytes: usize, limit: usize) -> Result<(), ListenError> {
    if bytes > limit {
        return Err(ListenError::NameTooLong { bytes, limit });
    }
    Ok(())
}

/// The directory for temporary files without superfluous parts, as `QDir::cleanPath` returns it.
fn checked_temp_dir(directory: &OsStr) -> Result<String, ListenError> {
    let failed = |reason| ListenError::TemporaryDirectory {
        directory: directory.to_string_lossy().into_owned(),
        reason,
    };
    let path = directory
        .to_str()
        .ok_or_else(|| failed(TemporaryDirectoryError::NotUtf8))?;
    if !path.starts_with('/') {
        return Err(failed(TemporaryDirectoryError::Relative));
    }
    if !std::path::Path::new(path).is_dir() {
        return Err(failed(TemporaryDirectoryError::Missing));
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Ok(format!("/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    fn error_of<T: std::fmt::Debug>(result: Result<T, ListenError>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn absolute_name_is_the_path() {
        assert_eq!(full_server_name_for("/run/s", "none").unwrap(), "/run/s");
        assert_eq!(full_server_name_for("/a//b/", "none").unwrap(), "/a//b/");
    }

    #[test]
    fn relative_name_is_in_the_temporary_directory() {
        for temp_dir in ["/tmp", "/tmp/", "//tmp/./", "/tmp/none/.."] {
            // Qt removes `..` lexically; the directory must exist nevertheless.
            let path = full_server_name_for("a/b", temp_dir);
            match temp_dir {
                "/tmp/none/.." => assert!(path.is_err()),
                _ => assert_eq!(path.unwrap(), "/tmp/a/b"),
            }
        }
    }

    #[test]
    fn temporary_directory_missing() {
        assert_eq!(
            error_of(full_server_name_for("s", "/none/at all")),
            "the temporary directory /none/at all does not exist"
        );
        assert_eq!(
            error_of(full_server_name_for("s", "/dev/null")),
            "the temporary directory /dev/null does not exist"
        );
    }

    #[test]
    fn temporary_directory_relative() {
        for temp_dir in [".", "tmp", ""] {
            assert_eq!(
                error_of(full_server_name_for("s", temp_dir)),
                format!("the temporary directory {temp_dir} is not an absolute path")
            );
        }
    }

    #[test]
    fn temporary_directory_not_utf8() {
        let temp_dir = OsStr::from_bytes(b"/tmp/\xff");
        assert_eq!(
            error_of(full_server_name_for("s", temp_dir)),
            "the temporary directory /tmp/\u{fffd} is not UTF-8"
        );
    }

    #[test]
    fn name_with_nul_or_without_characters() {
        for name in ["a\0b", "a\0", "/tmp/\0"] {
            let error = error_of(full_server_name_for(name, "/tmp"));
            assert_eq!(error, "the name contains a NUL character");
        }
        assert_eq!(
            error_of(full_server_name_for("", "/tmp")),
            "the name is empty"
        );
    }

    #[test]
    fn name_too_long() {
        let longest = "x".repeat(PATH_LIMIT - "/tmp/".len());
        assert!(full_server_name_for(&longest, "/tmp").is_ok());
        assert_eq!(
            error_of(full_server_name_for(&format!("{longest}x"), "/tmp")),
            format!(
                "the name is too long ({} bytes, {PATH_LIMIT} are allowed)",
                PATH_LIMIT + 1
            )
        );
        // Bytes count, not characters.
        let name = "ü".repeat(PATH_LIMIT / 2 + 1);
        assert!(full_server_name_for(&name, "/tmp").is_err());
    }

    #[test]
    fn abstract_name_checks() {
        check_abstract_name("s").unwrap();
        check_abstract_name("s\0\0").unwrap();
        let longest = "x".repeat(ABSTRACT_NAME_LIMIT);
        check_abstract_name(&longest).unwrap();
        let error = check_abstract_name(&format!("{longest}\0"));
        assert!(matches!(error, Err(ListenError::NameTooLong { .. })));
        assert_eq!(
            error_of(check_abstract_name("a\0b")),
            "the name contains a NUL character"
        );
        assert_eq!(error_of(check_abstract_name("")), "the name is empty");
    }
}
