// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The compile errors of types that cannot be derived. Other types are tested in cxx-qt-network.

use syn::{DeriveInput, parse_quote};

use crate::expand::{from_stream, to_stream};

#[track_caller]
fn assert_refused(input: DeriveInput, message: &str) {
    for result in [to_stream(&input), from_stream(&input)] {
        let error = result.expect_err("it was derived").to_string();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn enum_without_repr_is_told_what_to_add() {
    let add = "add #[repr(i32)] or another of";
    assert_refused(
        parse_quote!(
            enum E {
                A,
                B,
            }
        ),
        add,
    );
    assert_refused(
        parse_quote!(
            #[repr(C)]
            enum E {
                A,
                B,
            }
        ),
        add,
    );
    assert_refused(
        parse_quote!(
            #[derive(Debug)]
            enum E {
                A(u8),
            }
        ),
        add,
    );
    assert_refused(
        parse_quote!(
            #[repr(align(4))]
            enum E {
                A,
            }
        ),
        add,
    );
    assert_refused(
        parse_quote!(
            #[repr(u128)]
            enum E {
                A,
            }
        ),
        add,
    );
}

#[test]
fn enum_of_the_size_of_a_pointer_is_refused() {
    let message = "another size on other machines";
    assert_refused(
        parse_quote!(
            #[repr(isize)]
            enum E {
                A,
                B,
            }
        ),
        message,
    );
    assert_refused(
        parse_quote!(
            #[repr(C, usize)]
            enum E {
                A,
                B,
            }
        ),
        message,
    );
}

#[test]
fn type_without_values_is_refused() {
    assert_refused(
        parse_quote!(
            enum E {}
        ),
        "without variants",
    );
    assert_refused(parse_quote!(union U { a: u8, b: u8 }), "a union");
}

#[test]
fn repr_is_found_among_others() {
    let input: DeriveInput = parse_quote!(
        #[repr(C)]
        #[repr(align(8), i16)]
        enum E {
            A,
        }
    );
    let code = from_stream(&input).unwrap().to_string();
    assert!(code.contains("< i16 as"), "{code}");
}
