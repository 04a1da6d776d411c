// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Derived `ToStream` and `FromStream`. `golden` compares their bytes with C++.

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::fmt::Debug;

use crate::support::qt;
use cxx_qt_lib::{QString, QVariant};
use cxx_qt_network::StreamError::{self, ReadCorruptData, ReadPastEnd, SizeLimitExceeded};
use cxx_qt_network::{FromStream, QDataStream, ToStream};

fn written<T: ToStream + ?Sized>(value: &T) -> Vec<u8> {
    let mut stream = QDataStream::to_bytes();
    stream.write(value).unwrap();
    stream.into_bytes().as_slice().to_vec()
}

/// Reads a value; panics unless the returned error is the status of the stream.
fn read<T: FromStream>(bytes: &[u8]) -> Result<T, StreamError> {
    let mut stream = QDataStream::from_slice(bytes);
    let result = stream.read();
    assert_eq!(stream.status(), result.as_ref().err().copied());
    assert!(result.is_err() || stream.at_end());
    result
}

#[track_caller]
fn assert_both_ways<T: ToStream + FromStream + PartialEq + Debug>(value: &T, bytes: &[u8]) {
    assert_eq!(written(value), bytes);
    assert_eq!(read::<T>(bytes).as_ref(), Ok(value));
}

#[derive(ToStream, FromStream, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
struct Unit;

#[derive(ToStream, FromStream, PartialEq, Debug)]
struct Braces {}

#[derive(ToStream, FromStream, PartialEq, Debug)]
struct Generic<K: Ord, V = u8, const N: usize = 1>
where
    V: Clone,
{
    map: BTreeMap<K, V>,
    list: Vec<V>,
}

#[derive(ToStream)]
struct Borrowed<'a, T: ?Sized> {
    name: &'a str,
    rest: &'a T,
}

#[derive(ToStream, FromStream, PartialEq, Debug)]
#[repr(C, u8)]
enum Tagged<T> {
    One = FIRST,
    Two(T, bool),
    Empty {},
    Named { r#type: T, stream: u8 } = 9,
}

const FIRST: u8 = 3;

/// Names that the code of the macros also uses.
mod names {
    use super::{FromStream, ToStream};

    #[allow(dead_code)]
    pub enum Result {}
    #[allow(dead_code)]
    pub enum Option {}
    #[allow(non_upper_case_globals)]
    pub const field_0: u8 = 0;
    pub const TAG_0: u8 = 7;

    #[derive(ToStream, FromStream, PartialEq, Debug)]
    pub struct Names {
        pub stream: u8,
        pub error: u8,
        pub field_1: u8,
    }

    #[derive(ToStream, FromStream, PartialEq, Debug)]
    #[repr(u8)]
    #[allow(non_camel_case_types)]
    pub enum Tags {
        TAG_1 = field_0 + 5,
        Ok = TAG_0,
        stream(u8),
    }
}

#[test]
fn struct_is_its_fields() {
    qt(|| {
        assert_both_ways(&(Unit, 1u8, Braces {}), &[1]);
        let generic = Generic::<u16> {
            map: BTreeMap::from([(1, 2)]),
            list: vec![3],
        };
        assert_both_ways(&generic, &[0, 0, 0, 1, 0, 1, 2, 0, 0, 0, 1, 3]);
        let borrowed = Borrowed::<str> {
            name: "a",
            rest: "b",
        };
        assert_eq!(written(&borrowed), [0, 0, 0, 2, 0, 97, 0, 0, 0, 2, 0, 98]);
    });
}

#[test]
fn enum_is_its_tag_and_fields() {
    qt(|| {
        assert_both_ways(&Tagged::<u16>::One, &[3]);
        assert_both_ways(&Tagged::Two(5u16, true), &[4, 0, 5, 1]);
        assert_both_ways(&Tagged::<u16>::Empty {}, &[5]);
        let named = Tagged::Named {
            r#type: 6u16,
            stream: 7,
        };
        assert_both_ways(&named, &[9, 0, 6, 7]);
    });
}

#[test]
fn names_do_not_clash() {
    qt(|| {
        let names = names::Names {
            stream: 1,
            error: 2,
            field_1: 3,
        };
        assert_both_ways(&names, &[1, 2, 3]);
        assert_both_ways(&names::Tags::TAG_1, &[5]);
        assert_both_ways(&names::Tags::Ok, &[7]);
        assert_both_ways(&names::Tags::stream(1), &[8, 1]);
    });
}

#[test]
fn unknown_tag_is_corrupt() {
    qt(|| {
        for tag in (0..=255).filter(|tag| ![3, 4, 5, 9].contains(tag)) {
            let error = read::<Tagged<u8>>(&[tag, 0, 0]).err();
            assert_eq!(error, Some(ReadCorruptData), "{tag}");
        }
        let mut stream = QDataStream::from_slice(&[0, 3]);
        let result = stream.transaction(|stream| stream.read::<Tagged<u8>>());
        assert_eq!(result, Err(ReadCorruptData));
    });
}

#[test]
fn missing_field_is_incomplete() {
    qt(|| {
        let bytes = written(&Tagged::Two(QString::from("ab"), true));
        for length in 0..bytes.len() {
            let mut stream = QDataStream::from_slice(&bytes[..length]);
            let result = stream.transaction(|stream| stream.read::<Tagged<QString>>());
            assert_eq!(result, Ok(None), "{length}");
        }
        let error = read::<(u8, Tagged<u8>)>(&[0, 4, 0]).err();
        assert_eq!(error, Some(ReadPastEnd));
    });
}

#[test]
fn stream_with_an_error_keeps_it() {
    fn is_refused<T: ToStream + FromStream>(value: &T) {
        let mut stream = QDataStream::from_slice(&[3; 100]);
        stream.set_status(SizeLimitExceeded);
        assert_eq!(stream.read::<T>().err(), Some(SizeLimitExceeded));
        assert_eq!(stream.write(value), Err(SizeLimitExceeded));
        assert_eq!(stream.status(), Some(SizeLimitExceeded));
    }
    qt(|| {
        is_refused(&Unit);
        is_refused(&Braces {});
        is_refused(&Tagged::<u8>::One);
        is_refused(&names::Tags::Ok);
    });
}

#[derive(ToStream, FromStream, PartialEq, Debug)]
struct Node {
    children: Vec<Node>,
}

/// Recurses through an enum, a map and a generic.
#[derive(ToStream, FromStream, PartialEq, Debug)]
#[repr(u8)]
enum Tree {
    Leaf,
    Branch(Pair<BTreeMap<u8, Tree>>),
    Next(Box<Tree>),
}

/// A type without values, since it would be infinitely large.
#[derive(FromStream, Debug)]
#[allow(dead_code)]
struct Endless(Box<Endless>);

#[derive(ToStream, FromStream, PartialEq, Debug)]
struct Pair<T>(T, u8);

#[test]
fn type_in_itself_may_be_64_levels_deep() {
    /// The innermost has no children.
    fn nodes(levels: usize) -> Vec<u8> {
        [&[0, 0, 0, 1].repeat(levels - 1)[..], &[0; 4]].concat()
    }
    /// Each branch has two levels.
    fn trees(branches: usize) -> Vec<u8> {
        let head = [1, 0, 0, 0, 1, 5].repeat(branches);
        [&head[..], &[0], &[9].repeat(branches)].concat()
    }
    qt(|| {
        assert_eq!(written(&read::<Node>(&nodes(64)).unwrap()), nodes(64));
        assert_eq!(written(&read::<Tree>(&trees(32)).unwrap()), trees(32));
        assert_both_ways(&Tree::Next(Box::new(Tree::Leaf)), &[2, 0]);
        assert_eq!(read::<Tree>(&[2; 64]), Err(ReadPastEnd));
        assert_eq!(read::<Tree>(&[2; 65]), Err(SizeLimitExceeded));
        assert_eq!(read::<Endless>(&[]).err(), Some(SizeLimitExceeded));
        for levels in [65, 1 << 20] {
            assert_eq!(read::<Node>(&nodes(levels)), Err(SizeLimitExceeded));
            assert_eq!(read::<Tree>(&trees(levels)), Err(SizeLimitExceeded));
        }
        // Siblings count once, also after an error.
        let wide = [&[0, 0, 3, 0xe8], &nodes(63).repeat(1000)[..]].concat();
        assert_eq!(read::<Node>(&wide).unwrap().children.len(), 1000);
        let bytes = [nodes(65), nodes(64)].concat();
        let mut stream = QDataStream::from_slice(&bytes);
        assert_eq!(stream.read::<Node>(), Err(SizeLimitExceeded));
        stream.reset_status();
        stream.skip_raw_data(4).unwrap();
        assert!(stream.read::<Node>().is_ok());
        assert!(stream.at_end());
    });
}

/// A struct that contains a variant.
#[derive(ToStream, FromStream)]
struct Holder(QVariant);

#[test]
fn levels_of_structs_and_variants_add_up() {
    fn lists(levels: usize) -> Vec<u8> {
        let level = [0, 0, 0, 9, 0, 0, 0, 0, 1];
        [&level.repeat(levels)[..], &[0, 0, 0, 0, 1]].concat()
    }
    qt(|| {
        assert!(read::<Holder>(&lists(63)).is_ok());
        assert_eq!(read::<Holder>(&lists(64)).err(), Some(SizeLimitExceeded));
        assert!(read::<QVariant>(&lists(64)).is_ok());
    });
}

#[test]
fn claimed_counts_of_empty_items_end() {
    thread_local!(static READ: Cell<u64> = const { Cell::new(0) });

    #[derive(PartialEq, Eq, Hash)]
    struct Counting;

    impl FromStream for Counting {
        fn from_stream(_: &mut QDataStream<'_>) -> Result<Self, StreamError> {
            READ.set(READ.get() + 1);
            Ok(Self)
        }
    }

    qt(|| {
        for count in [1025, u32::MAX - 2] {
            let bytes = count.to_be_bytes();
            assert_eq!(read::<Vec<Unit>>(&bytes), Err(SizeLimitExceeded));
            assert_eq!(read::<HashSet<Unit>>(&bytes), Err(SizeLimitExceeded));
            assert_eq!(read::<BTreeMap<Unit, Unit>>(&bytes), Err(SizeLimitExceeded));
            assert!(read::<Vec<Counting>>(&bytes).is_err());
        }
        assert_eq!(READ.get(), 0);
        assert_both_ways(&vec![Unit, Unit], &[0, 0, 0, 2]);
        assert_eq!(read::<Vec<Unit>>(&[0, 0, 4, 0]).unwrap().len(), 1024);
    });
}
