// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! [`local_fortune`] as a static library: for C++ programs, by way of the project's CMake.

pub use local_fortune as qml;
