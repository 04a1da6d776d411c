// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The derive macros of [cxx-qt-network](https://docs.rs/cxx-qt-network), which re-exports and
//! documents them: depend on that crate, not on this one.

mod expand;
mod tags;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use syn::{DeriveInput, Error, parse_macro_input};

use expand::{from_stream, to_stream};

/// Derives `cxx_qt_network::ToStream`.
#[proc_macro_derive(ToStream)]
pub fn derive_to_stream(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    to_stream(&input)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}

/// Derives `cxx_qt_network::FromStream`.
#[proc_macro_derive(FromStream)]
pub fn derive_from_stream(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    from_stream(&input)
        .unwrap_or_else(Error::into_compile_error)
        .into()
}
