// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Structs and enums with derived traits. The C++ program has its own operators for the structs,
//! and Qt's for the enums.

use cxx_qt_network::{FromStream, ToStream};

use super::{How, Values};

macro_rules! enums {
    ($($name:ident: $repr:ident { $low:ident = $low_number:expr, $high:ident = $high_number:expr })*) => {$(
        #[derive(ToStream, FromStream, Clone, PartialEq, Debug)]
        #[repr($repr)]
        enum $name {
            $low = $low_number,
            $high = $high_number,
        }
    )*};
}

enums! {
    OfI8: i8 { Low = -128, High = 127 }
    OfU8: u8 { Low = 0, High = 255 }
    OfI16: i16 { Low = -2, High = 0x1234 }
    OfU16: u16 { Low = 1, High = 0xabcd }
    OfI32: i32 { Low = i32::MIN, High = 0x0123_4567 }
    OfU32: u32 { Low = 0, High = u32::MAX }
    OfI64: i64 { Low = i64::MIN, High = 0x0123_4567_89ab_cdef }
    OfU64: u64 { Low = 1, High = u64::MAX }
}

/// Implicit discriminants: 0, then the previous one plus one.
#[derive(ToStream, FromStream, Clone, PartialEq, Debug)]
#[repr(i32)]
enum Counted {
    Zero,
    One,
    Seven = 7,
    Eight,
}

#[derive(ToStream, FromStream, Clone, PartialEq, Debug)]
struct Measured {
    station: String,
    scale: OfU8,
    celsius: Vec<f64>,
}

#[derive(ToStream, FromStream, Clone, PartialEq, Debug)]
struct Point<T>(T, T);

#[derive(ToStream, FromStream, Clone, PartialEq, Debug)]
struct Empty;

#[derive(ToStream, FromStream, Clone, PartialEq, Debug)]
struct Node {
    value: i32,
    children: Vec<Node>,
}

#[derive(ToStream, FromStream, Clone, PartialEq, Debug)]
#[repr(u16)]
enum Request {
    Stop = 1,
    Measure { station: String, scale: OfU8 },
    Move(Point<i32>, bool) = 0x100,
}

pub(super) fn add(values: &mut Values) {
    values.add("enum_i8", vec![OfI8::Low, OfI8::High]);
    values.add("enum_u8", vec![OfU8::Low, OfU8::High]);
    values.add("enum_i16", vec![OfI16::Low, OfI16::High]);
    values.add("enum_u16", vec![OfU16::Low, OfU16::High]);
    values.add("enum_i32", vec![OfI32::Low, OfI32::High]);
    values.add("enum_u32", vec![OfU32::Low, OfU32::High]);
    values.add("enum_i64", vec![OfI64::Low, OfI64::High]);
    values.add("enum_u64", vec![OfU64::Low, OfU64::High]);
    use Counted::{Eight, One, Seven, Zero};
    values.add("enum_counted", vec![Zero, One, Seven, Eight]);
    values.add_as("little_enum", OfU16::High, How::LITTLE);
    values.add(
        "struct_named",
        Measured {
            station: "Oslo".into(),
            scale: OfU8::High,
            celsius: vec![-3.5, 1.0],
        },
    );
    values.add("struct_tuple", Point(1u8, 2));
    values.add_as("little_struct", Point(1i32, 2), How::LITTLE);
    values.add("struct_empty", (1u8, Empty, 2u8));
    let leaf = |value| Node {
        value,
        children: vec![],
    };
    values.add(
        "struct_of_itself",
        Node {
            value: 1,
            children: vec![
                leaf(2),
                Node {
                    value: 3,
                    children: vec![leaf(4)],
                },
            ],
        },
    );
    values.add(
        "enum_with_fields",
        vec![
            Request::Stop,
            Request::Measure {
                station: "Oslo".into(),
                scale: OfU8::Low,
            },
            Request::Move(Point(-1, 2), true),
        ],
    );
}
