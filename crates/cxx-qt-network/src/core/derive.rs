// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The derive macros of `ToStream` and `FromStream`, with their docs: here they can have links and
//! doctests.

/// Derives [`ToStream`](trait@crate::ToStream) for a struct or an enum.
///
/// The bytes are those that operators in C++ write which stream each member in its order. There are no
/// attributes; a type that needs others implements the trait itself. Type parameters get the bound
/// `ToStream`.
///
/// # Structs
///
/// The fields follow each other, in the order of their declaration, with nothing before, between or
/// after them.
///
/// ```
/// use cxx_qt_network::{FromStream, QDataStream, QDataStreamVersion, ToStream};
///
/// #[derive(ToStream, FromStream, PartialEq, Debug)]
/// struct Measured {
///     station: String,
///     celsius: Vec<f64>,
/// }
///
/// # fn main() -> Result<(), cxx_qt_network::StreamError> {
/// # cxx_qt::init_crate!(cxx_qt_network);
/// let measured = Measured {
///     station: "Oslo".into(),
///     celsius: vec![-3.5, 1.0],
/// };
/// let mut stream = QDataStream::to_bytes();
/// stream.set_version(QDataStreamVersion::QT_5_10);
/// stream.write(&measured)?;
///
/// let mut stream = QDataStream::from_bytes(&stream.into_bytes());
/// stream.set_version(QDataStreamVersion::QT_5_10);
/// assert_eq!(stream.read::<Measured>()?, measured);
/// # Ok(())
/// # }
/// ```
///
/// In C++:
///
/// ```cpp
/// struct Measured
/// {
///     QString station;
///     QList<double> celsius;
/// };
///
/// QDataStream &operator<<(QDataStream &stream, const Measured &measured)
/// {
///     return stream << measured.station << measured.celsius;
/// }
///
/// QDataStream &operator>>(QDataStream &stream, Measured &measured)
/// {
///     return stream >> measured.station >> measured.celsius;
/// }
/// ```
///
/// # Enums
///
/// An enum is its discriminant, in the integer type of its `#[repr]`. That is what `QDataStream` itself
/// writes for an enum of C++ with that underlying type: `int`, so `i32`, for an `enum class` that names
/// none.
///
/// ```
/// # use cxx_qt_network::{FromStream, QDataStream, StreamError, ToStream};
/// #[derive(ToStream, FromStream, PartialEq, Debug)]
/// #[repr(u8)]
/// enum Scale {
///     Celsius = 1,
///     Kelvin, // 2
/// }
///
/// # cxx_qt::init_crate!(cxx_qt_network);
/// let mut stream = QDataStream::from_slice(&[2, 3]);
/// assert_eq!(stream.read(), Ok(Scale::Kelvin));
/// assert_eq!(stream.read::<Scale>(), Err(StreamError::ReadCorruptData));
/// ```
///
/// ```cpp
/// enum class Scale : quint8 { Celsius = 1, Kelvin };
/// ```
///
/// The fields of a variant that has some follow its discriminant:
///
/// ```
/// # use cxx_qt_network::{FromStream, QDataStream, StreamError, ToStream};
/// #[derive(ToStream, FromStream)]
/// #[repr(i32)]
/// enum Request {
///     Stop,
///     Measure { station: String, scale: u8 },
/// }
/// ```
///
/// ```cpp
/// QDataStream &operator<<(QDataStream &stream, const Request &request)
/// {
///     stream << qint32(request.kind); // 0: Stop, 1: Measure
///     if (request.kind == Request::Measure)
///         stream << request.station << quint8(request.scale);
///     return stream;
/// }
/// ```
///
/// An enum needs a `#[repr]`: C++ has an underlying type, Rust has none. One that depends on the
/// machine (`isize`) is not taken.
///
/// ```compile_fail
/// #[derive(cxx_qt_network::ToStream)]
/// enum Scale {
///     Celsius,
///     Kelvin,
/// }
/// ```
///
/// ```compile_fail
/// #[derive(cxx_qt_network::ToStream)]
/// #[repr(isize)]
/// enum Scale {
///     Celsius,
///     Kelvin,
/// }
/// ```
///
/// Each field must implement the trait:
///
/// ```compile_fail,E0277
/// #[derive(cxx_qt_network::ToStream)]
/// struct Connections {
///     count: usize, // C++ has no type of that size in a stream: u32 or u64
/// }
/// ```
///
/// A union cannot be derived:
///
/// ```compile_fail
/// #[derive(cxx_qt_network::ToStream)]
/// union Number {
///     integer: i32,
///     real: f32,
/// }
/// ```
pub use cxx_qt_network_derive::ToStream;

/// Derives [`FromStream`](trait@crate::FromStream) for a struct or an enum: reads what
/// [`ToStream`](derive@crate::ToStream) writes, which has the matching code in C++.
///
/// - An enum's number that is not one of its variants is
///   [`ReadCorruptData`](crate::StreamError::ReadCorruptData). C++ takes any.
/// - A type may contain itself. It may be 64 levels deep, where levels of variants and JSON count too;
///   more is [`SizeLimitExceeded`](crate::StreamError::SizeLimitExceeded). Without a limit, corrupt data could
///   overflow the stack.
/// - Lists in it take memory only for what has arrived, whatever length they claim.
/// - If a field cannot be read, the fields before it are used up:
///   [`QDataStream::transaction`](crate::QDataStream::transaction) puts them back.
///
/// ```
/// use cxx_qt_network::{FromStream, QDataStream, StreamError};
///
/// #[derive(FromStream)]
/// struct Node {
///     children: Vec<Node>,
/// }
///
/// # cxx_qt::init_crate!(cxx_qt_network);
/// let hostile = [0, 0, 0, 1].repeat(1_000_000);
/// let result = QDataStream::from_slice(&hostile).read::<Node>();
/// assert_eq!(result.err(), Some(StreamError::SizeLimitExceeded));
/// ```
///
/// What is borrowed cannot be read:
///
/// ```compile_fail,E0277
/// #[derive(cxx_qt_network::FromStream)]
/// struct Measured<'a> {
///     station: &'a str,
/// }
/// ```
///
/// An enum needs a `#[repr]`, and a value:
///
/// ```compile_fail
/// #[derive(cxx_qt_network::FromStream)]
/// enum Scale {
///     Celsius,
///     Kelvin,
/// }
/// ```
///
/// ```compile_fail
/// #[derive(cxx_qt_network::FromStream)]
/// enum Never {}
/// ```
pub use cxx_qt_network_derive::FromStream;
