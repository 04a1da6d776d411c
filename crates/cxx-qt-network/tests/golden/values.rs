// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! The values of the golden files, by their names there and in the C++ program: how each is
//! streamed and compared.

#[path = "derived.rs"]
mod derived;
#[path = "plain.rs"]
mod plain;
#[path = "variants.rs"]
mod variants;

use std::fmt::Debug;

use cxx_qt_lib::{QDateTime, QVariant, QVariantValue};
use cxx_qt_network::{
    FromStream, QDataStream, QDataStreamByteOrder, QDataStreamFloatingPointPrecision,
    QDataStreamVersion, StreamError, ToStream,
};

use super::{bytes, hex};

type Stream<'s, 'd> = &'s mut QDataStream<'d>;

type Step<E> = dyn Fn(Stream<'_, '_>) -> Result<(), E>;

/// One value of the list, independent of its type.
pub struct Value {
    pub name: &'static str,
    /// The first stream version that supports it.
    pub since: QDataStreamVersion,
    write: Box<Step<StreamError>>,
    read: Box<Step<String>>,
}

impl Value {
    /// The bytes that Rust writes at that version, in hexadecimal.
    pub fn written(&self, version: QDataStreamVersion) -> Result<String, String> {
        let mut stream = QDataStream::to_bytes();
        stream.set_version(version);
        (self.write)(&mut stream).map_err(|error| error.to_string())?;
        Ok(hex(&stream.into_bytes()))
    }

    /// Checks that the bytes are exactly this value.
    pub fn read(&self, version: QDataStreamVersion, hex: &str) -> Result<(), String> {
        let mut stream = QDataStream::from_bytes(&bytes(hex));
        stream.set_version(version);
        (self.read)(&mut stream)?;
        match stream.at_end() {
            true => Ok(()),
            false => Err("bytes are left over".into()),
        }
    }
}

/// How a value of the list is streamed and compared.
struct How<T> {
    since: QDataStreamVersion,
    set_up: fn(Stream<'_, '_>),
    same: fn(&T, &T) -> bool,
}

impl<T: PartialEq> How<T> {
    const DEFAULT: Self = Self {
        since: QDataStreamVersion::QT_4_0,
        set_up: |_| (),
        same: PartialEq::eq,
    };
    const LITTLE: Self = Self {
        set_up: |stream| stream.set_byte_order(QDataStreamByteOrder::LittleEndian),
        ..Self::DEFAULT
    };
    const SINGLE: Self = Self {
        set_up: |stream| {
            stream.set_floating_point_precision(QDataStreamFloatingPointPrecision::SinglePrecision);
        },
        ..Self::DEFAULT
    };

    fn since(since: QDataStreamVersion) -> Self {
        Self {
            since,
            ..Self::DEFAULT
        }
    }

    fn same(self, same: fn(&T, &T) -> bool) -> Self {
        Self { same, ..self }
    }
}

struct Values(Vec<Value>);

impl Values {
    fn add<T>(&mut self, name: &'static str, value: T)
    where
        T: ToStream + FromStream + PartialEq + Debug + Clone + 'static,
    {
        self.add_as(name, value, How::DEFAULT);
    }

    fn add_as<T>(&mut self, name: &'static str, value: T, how: How<T>)
    where
        T: ToStream + FromStream + Debug + Clone + 'static,
    {
        let How {
            since,
            set_up,
            same,
        } = how;
        let written = value.clone();
        self.0.push(Value {
            name,
            since,
            write: Box::new(move |stream| {
                set_up(stream);
                stream.write(&written)
            }),
            read: Box::new(move |stream| {
                set_up(stream);
                match stream.read::<T>() {
                    Ok(read) if same(&read, &value) => Ok(()),
                    Ok(read) => Err(format!("{read:?} instead of {value:?}")),
                    Err(error) => Err(error.to_string()),
                }
            }),
        });
    }

    /// `==` of variants converts types, so the types are compared too.
    fn add_variant(&mut self, name: &'static str, value: QVariant) {
        self.add_as(name, value, How::DEFAULT.same(same_variant));
    }

    fn variant<T: QVariantValue>(&mut self, name: &'static str, value: T) {
        self.add_variant(name, QVariant::from(&value));
    }
}

fn same_variant(a: &QVariant, b: &QVariant) -> bool {
    a.type_name() == b.type_name() && a == b
}

/// `==` ignores the time zone.
fn same_date_time(a: &QDateTime, b: &QDateTime) -> bool {
    a == b
        && a.time_spec() == b.time_spec()
        && a.offset_from_utc() == b.offset_from_utc()
        && a.is_null() == b.is_null()
}

pub fn all() -> Vec<Value> {
    let mut values = Values(Vec::new());
    plain::add(&mut values);
    variants::add(&mut values);
    derived::add(&mut values);
    values.0
}
