// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Flags of Qt's classes, as [`QFlags`](cxx_qt_lib::QFlags).

/// Defines an enum of flags, and the name of their [`QFlags`](cxx_qt_lib::QFlags).
macro_rules! flags {
    (
        $(#[$meta:meta])*
        $flag:ident => $(#[$flags_meta:meta])* $flags:ident: $cpp:literal {
            $($(#[$value_meta:meta])* $name:ident = $value:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u32)]
        #[non_exhaustive]
        pub enum $flag {
            $($(#[$value_meta])* $name = $value,)*
        }

        $(#[$flags_meta])*
        pub type $flags = cxx_qt_lib::QFlags<$flag>;

        // SAFETY: the C++ type is a `QFlags` of an enum without negative values, which has 32 bits.
        unsafe impl cxx_qt_lib::QFlag for $flag {
            type TypeId = cxx::type_id!($cpp);
            type Repr = u32;

            fn to_repr(self) -> u32 {
                self as u32
            }
        }

        impl std::ops::BitOr for $flag {
            type Output = $flags;

            fn bitor(self, other: Self) -> $flags {
                $flags::from(self) | other
            }
        }

        impl std::ops::BitOr<$flags> for $flag {
            type Output = $flags;

            fn bitor(self, other: $flags) -> $flags {
                other | self
            }
        }
    };
}
pub(crate) use flags;
