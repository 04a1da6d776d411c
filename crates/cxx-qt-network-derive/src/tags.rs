// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The integers that identify the variants of an enum.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, DataEnum, DeriveInput, Error, Meta, Token, punctuated::Punctuated};

const TYPES: [&str; 8] = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"];

/// The discriminants of an enum, and the type of its `#[repr]`.
pub struct Tags<'i> {
    tag_type: Ident,
    data: &'i DataEnum,
}

impl<'i> Tags<'i> {
    pub fn of(input: &DeriveInput, data: &'i DataEnum) -> Result<Self, Error> {
        if data.variants.is_empty() {
            let message = "an enum without variants has no value to stream";
            return Err(Error::new_spanned(&input.ident, message));
        }
        let tag_type = tag_type(&input.attrs)?.ok_or_else(|| {
            Error::new_spanned(
                &input.ident,
                "the size of the enum in the stream is not known: add #[repr(i32)] or another of \
                 i8, i16, i32, i64, u8, u16, u32 and u64, the underlying type of the enum in C++ \
                 (`int` is i32)",
            )
        })?;
        Ok(Self { tag_type, data })
    }

    pub fn tag_type(&self) -> &Ident {
        &self.tag_type
    }

    /// The names of the constants, in the order of the variants.
    pub fn names(&self) -> impl Iterator<Item = Ident> {
        (0..self.data.variants.len()).map(name)
    }

    /// Constants with the discriminants: the explicit value, otherwise the previous one plus one.
    pub fn definitions(&self) -> TokenStream {
        let tag_type = &self.tag_type;
        let variants = self.data.variants.iter().enumerate();
        let constants = variants.map(|(index, variant)| {
            let value = match (&variant.discriminant, index.checked_sub(1)) {
                (Some((_, value)), _) => value.to_token_stream(),
                (None, Some(before)) => {
                    let before = name(before);
                    quote!(#before + 1)
                }
                (None, None) => quote!(0),
            };
            let name = name(index);
            quote!(const #name: #tag_type = #value;)
        });
        quote!(#(#constants)*)
    }
}

fn name(index: usize) -> Ident {
    format_ident!("__TAG_{index}", span = Span::mixed_site())
}

/// The integer type in `#[repr]`, if there is one.
fn tag_type(attributes: &[Attribute]) -> Result<Option<Ident>, Error> {
    let mut tag_type = None;
    for attribute in attributes {
        if !attribute.path().is_ident("repr") {
            continue;
        }
        let hints = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)?;
        for hint in hints {
            let Some(hint) = hint.path().get_ident() else {
                continue;
            };
            if TYPES.iter().any(|name| hint == name) {
                tag_type = Some(hint.clone());
            } else if hint == "isize" || hint == "usize" {
                let message = "this type has another size on other machines: choose one of i8, \
                               i16, i32, i64, u8, u16, u32 and u64";
                return Err(Error::new_spanned(hint, message));
            }
        }
    }
    Ok(tag_type)
}
