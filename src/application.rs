// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`WindowApplication`]: Qt's application with one window of the module.

use std::env;
use std::ffi::OsString;

use cxx::UniquePtr;
use cxx_qt_lib::{QByteArray, QList, QMap, QMapPair_QString_QVariant, QString};

#[cxx_qt::bridge]
mod ffi {
    unsafe extern "C++" {
        include!("cxx-qt-lib/qstring.h");
        type QString = cxx_qt_lib::QString;
        include!("cxx-qt-lib/qlist.h");
        include!("cxx-qt-lib/core/qlist/qlist_QByteArray.h");
        type QList_QByteArray = cxx_qt_lib::QList<cxx_qt_lib::QByteArray>;
        include!("cxx-qt-lib/core/qmap/qmap_QString_QVariant.h");
        type QMap_QString_QVariant = cxx_qt_lib::QMap<cxx_qt_lib::QMapPair_QString_QVariant>;
    }

    // SAFETY: the class keeps copies of what it is given, and ends the window before the application.
    #[namespace = "local_fortune"]
    unsafe extern "C++" {
        include!("local-fortune/application.h");
        type WindowApplication;
        #[rust_name = "window_application"]
        fn windowApplication(
            arguments: &QList_QByteArray,
            instead: &QString,
        ) -> UniquePtr<WindowApplication>;
        fn load(
            self: Pin<&mut WindowApplication>,
            window: &QString,
            properties: &QMap_QString_QVariant,
        ) -> bool;
        fn exec(self: Pin<&mut WindowApplication>);
    }
}

/// The values that a window's properties begin with, by name. As `QVariantMap`.
pub type Properties = QMap<QMapPair_QString_QVariant>;

/// A `QGuiApplication` and the `QQmlApplicationEngine` of its window.
///
/// Belongs to the main thread, and is the only application of the process. Its end closes the window.
pub struct WindowApplication(UniquePtr<ffi::WindowApplication>);

impl WindowApplication {
    /// Starts Qt with the arguments of the program, its own name first.
    ///
    /// If Qt cannot open the display, it ends the process here: with a sentence that names `instead`, the
    /// program that needs no display, and exit status 1.
    ///
    /// # Errors
    ///
    /// If no display is set.
    pub fn new(arguments: &[OsString], instead: &str) -> Result<Self, NoDisplay> {
        if !has_display(arguments) {
            return Err(NoDisplay(instead.to_owned()));
        }
        let arguments: QList<QByteArray> = arguments
            .iter()
            .map(|argument| QByteArray::from(argument.as_encoded_bytes()))
            .collect();
        Ok(Self(ffi::window_application(
            &arguments,
            &QString::from(instead),
        )))
    }

    /// Opens a window, `ServerWindow` or `ClientWindow`.
    ///
    /// # Errors
    ///
    /// It cannot be loaded; Qt has said why in its log.
    pub fn load(&mut self, window: &str, properties: &Properties) -> Result<(), NoWindow> {
        let window = QString::from(window);
        match self.0.pin_mut().load(&window, properties) {
            true => Ok(()),
            false => Err(NoWindow),
        }
    }

    /// Runs until the window is closed or the application is told to end. As
    /// `QGuiApplication::exec`.
    pub fn exec(&mut self) {
        self.0.pin_mut().exec();
    }
}

/// Whether a display is set, without which Qt would end the process.
fn has_display(arguments: &[OsString]) -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_platform = |argument: &OsString| argument == "-platform" || argument == "--platform";
    cfg!(not(all(unix, not(target_os = "macos"))))
        || ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"]
            .into_iter()
            .any(is_set)
        || arguments.iter().any(is_platform)
}

/// No display is set. `Display` names the program that needs none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no display; {0} needs none")]
pub struct NoDisplay(String);

/// A window could not be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("its QML could not be loaded")]
pub struct NoWindow;
