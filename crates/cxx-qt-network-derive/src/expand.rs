// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The implementations of the two traits.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::{Data, DataEnum, DeriveInput, Error, Fields, GenericParam, Path, parse_quote};

use crate::tags::Tags;

pub fn to_stream(input: &DeriveInput) -> Result<TokenStream, Error> {
    let body = match &input.data {
        Data::Struct(data) => {
            let (pattern, fields) = (pattern(&data.fields), write_fields(&data.fields));
            let check = check_if_empty(&data.fields);
            quote! {
                #check
                let Self #pattern = self;
                #fields
            }
        }
        Data::Enum(data) => {
            let tags = Tags::of(input, data)?;
            let definitions = tags.definitions();
            let arms = data
                .variants
                .iter()
                .zip(tags.names())
                .map(|(variant, tag)| {
                    let name = &variant.ident;
                    let (pattern, fields) =
                        (pattern(&variant.fields), write_fields(&variant.fields));
                    quote! {
                        Self::#name #pattern => {
                            ::cxx_qt_network::ToStream::to_stream(&#tag, stream)?;
                            #fields
                        }
                    }
                });
            quote! {
                #definitions
                match self { #(#arms)* }
            }
        }
        Data::Union(_) => return Err(union_error(input)),
    };
    let path = parse_quote!(::cxx_qt_network::ToStream);
    Ok(implementation(
        input,
        &path,
        quote! {
            fn to_stream(
                &self,
                stream: &mut ::cxx_qt_network::QDataStream<'_>,
            ) -> ::core::result::Result<(), ::cxx_qt_network::StreamError> {
                #body
                ::core::result::Result::Ok(())
            }
        },
    ))
}

pub fn from_stream(input: &DeriveInput) -> Result<TokenStream, Error> {
    let body = match &input.data {
        Data::Struct(data) => {
            let check = check_if_empty(&data.fields);
            let fields = read_fields(&data.fields, &quote!(Self));
            quote!(#check #fields)
        }
        Data::Enum(data) => read_enum(input, data)?,
        Data::Union(_) => return Err(union_error(input)),
    };
    let path = parse_quote!(::cxx_qt_network::FromStream);
    Ok(implementation(
        input,
        &path,
        quote! {
            fn from_stream(
                stream: &mut ::cxx_qt_network::QDataStream<'_>,
            ) -> ::core::result::Result<Self, ::cxx_qt_network::StreamError> {
                #body
            }
        },
    ))
}

fn read_enum(input: &DeriveInput, data: &DataEnum) -> Result<TokenStream, Error> {
    let tags = Tags::of(input, data)?;
    let (definitions, tag_type) = (tags.definitions(), tags.tag_type());
    let arms = data
        .variants
        .iter()
        .zip(tags.names())
        .map(|(variant, tag)| {
            let name = &variant.ident;
            let value = read_fields(&variant.fields, &quote!(Self::#name));
            quote!(#tag => #value,)
        });
    Ok(quote! {
        #definitions
        match <#tag_type as ::cxx_qt_network::FromStream>::from_stream(stream)? {
            #(#arms)*
            _ => ::core::result::Result::Err(
                stream.set_status(::cxx_qt_network::StreamError::ReadCorruptData),
            ),
        }
    })
}

/// Fails if the stream has an error, for types without a field that checks it.
fn check_if_empty(fields: &Fields) -> Option<TokenStream> {
    fields.is_empty().then(|| {
        quote! {
            if let ::core::option::Option::Some(error) = stream.status() {
                return ::core::result::Result::Err(error);
            }
        }
    })
}

/// A name that is unlikely to be a constant in the user's scope, which a pattern would match
/// instead.
fn field(index: usize) -> Ident {
    format_ident!("__field_{index}", span = Span::mixed_site())
}

/// A pattern that binds each field by reference.
fn pattern(fields: &Fields) -> TokenStream {
    let members = fields.members();
    let names = (0..fields.len()).map(field);
    quote!({ #(#members: #names),* })
}

fn write_fields(fields: &Fields) -> TokenStream {
    let names = (0..fields.len()).map(field);
    quote!(#(::cxx_qt_network::ToStream::to_stream(#names, stream)?;)*)
}

/// Reads the fields, one level deeper: they may contain the type itself.
fn read_fields(fields: &Fields, constructor: &TokenStream) -> TokenStream {
    if fields.is_empty() {
        return quote!(::core::result::Result::Ok(#constructor {}));
    }
    let members = fields.members();
    quote! {
        stream.read_nested(1, |stream| {
            ::core::result::Result::Ok(#constructor {
                #(#members: ::cxx_qt_network::FromStream::from_stream(stream)?,)*
            })
        })
    }
}

/// The implementation of a trait, which each type parameter must implement too.
fn implementation(input: &DeriveInput, path: &Path, members: TokenStream) -> TokenStream {
    let mut generics = input.generics.clone();
    for parameter in &mut generics.params {
        if let GenericParam::Type(parameter) = parameter {
            parameter.bounds.push(parse_quote!(#path));
        }
    }
    let (parameters, _, conditions) = generics.split_for_impl();
    let (_, arguments, _) = input.generics.split_for_impl();
    let name = &input.ident;
    quote! {
        #[automatically_derived]
        impl #parameters #path for #name #arguments #conditions {
            #members
        }
    }
}

fn union_error(input: &DeriveInput) -> Error {
    Error::new_spanned(
        &input.ident,
        "a union cannot be streamed: use an enum, whose tag says which field it has",
    )
}
