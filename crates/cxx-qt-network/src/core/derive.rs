// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The derive macros of `ToStream` and `FromStream`, with their docs: here they can have links and
//! doctests.

/// Derives [`ToStream`](trait@crate::ToStream) for a struct or an enum.
///
/// The bytes are those of a C++ operator that streams each member in order. There are no
/// attributes; a type with another format implements the trait itself. Type parameters get the
/// bound `ToStream`.
///
/// # Structs
///
/// The fields are written in the order of their declaration, without any header or separator.
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
/// An enum is written as its discriminant, in the integer type of its `#[repr]`. `QDataStream`
/// writes the same for a C++ enum with that underlying type. An `enum class` without one has `int`,
/// so `i32`.
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
/// The fields of a variant follow its discriminant:
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
/// An enum needs a `#[repr]`, which corresponds to the underlying type in C++. A type whose size
/// depends on the platform (`isize`) is rejected.
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
/// - A discriminant without a variant is [`ReadCorruptData`](crate::StreamError::ReadCorruptData).
///   C++ accepts any number.
/// - A type may contain itself, up to 64 levels deep; levels of variants and JSON count too. Deeper
///   data is [`SizeLimitExceeded`](crate::StreamError::SizeLimitExceeded). Without a limit, corrupt
///   data could overflow the stack.
/// - Lists allocate memory only for the data that has arrived, whatever length they claim.
/// - If a field cannot be read, the fields before it are consumed: a
///   [`QDataStream::transaction`](crate::QDataStream::transaction) restores them.
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
/// Borrowed data cannot be read:
///
/// ```compile_fail,E0277
/// #[derive(cxx_qt_network::FromStream)]
/// struct Measured<'a> {
///     station: &'a str,
/// }
/// ```
///
/// An enum needs a `#[repr]` and at least one variant:
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
