// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Values and messages that arrive on a socket in pieces.

use std::collections::BTreeMap;

use cxx_qt_network::{
    FromStream, LengthDelimited, LengthPrefix, QDataStream, QDataStreamByteOrder, QIODeviceExt,
    StreamError,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::Index;

use super::{Kind, Property, any_format, any_text, check, check_all_kinds, reader, same, set_up};
use crate::support::oracle::{Format, Oracle, written};
use crate::support::{DEADLINE, Pair, qt};

/// Reads a value from our end of the pair in a transaction.
fn transaction<T: FromStream>(pair: &Pair, format: Format) -> Result<Option<T>, StreamError> {
    let mut stream = QDataStream::on_device(&*pair.ours);
    set_up(&mut stream, format);
    stream.transaction(QDataStream::read::<T>)
}

#[test]
fn value_cut_anywhere_is_read_with_the_rest() {
    struct Cut;

    impl Property for Cut {
        fn check<S: Strategy<Value: Kind>>(&self, values: S) {
            let pair = &Pair::new();
            let cases = (any_format(), values, any::<Index>());
            check(cases, |(format, value, at)| {
                let bytes = written(&value, format);
                let kept = S::Value::take(format, &mut &bytes[..]).unwrap();
                let (begin, rest) = bytes.split_at(at.index(bytes.len()));
                let read = reader(begin, format).read::<S::Value>();
                prop_assert_eq!(read.err(), Some(StreamError::ReadPastEnd));

                pair.ours.read_all();
                pair.feed(begin);
                prop_assert_eq!(transaction::<S::Value>(pair, format), Ok(None));
                prop_assert_eq!(pair.ours.bytes_available(), begin.len(), "nothing is taken");
                pair.feed(rest);
                let read = transaction::<S::Value>(pair, format).unwrap().unwrap();
                prop_assert!(same(&read, &kept, format), "{read:?}");
                prop_assert_eq!(pair.ours.bytes_available(), 0);
                Ok(())
            });
        }
    }

    qt(|| check_all_kinds(Cut));
}

/// The bytes, split at `cuts`.
fn pieces<'b>(bytes: &'b [u8], cuts: &[Index]) -> Vec<&'b [u8]> {
    let mut ends: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    ends.push(bytes.len());
    ends.sort_unstable();
    let mut begin = 0;
    ends.into_iter()
        .map(|end| &bytes[std::mem::replace(&mut begin, end)..end])
        .collect()
}

fn any_cuts() -> impl Strategy<Value = Vec<Index>> {
    vec(any::<Index>(), 0..8)
}

#[test]
fn values_in_pieces_are_read_in_order() {
    type Record = (u16, String, BTreeMap<u8, String>);
    let record = || {
        (
            any::<u16>(),
            any_text(),
            btree_map(any::<u8>(), any_text(), 0..3),
        )
    };
    qt(move || {
        let pair = &Pair::new();
        let cases = (any_format(), vec(record(), 0..6), any_cuts());
        check(cases, |(format, records, cuts)| {
            let mut bytes = Vec::new();
            records
                .iter()
                .for_each(|record| record.put(format, &mut bytes));
            pair.ours.read_all();
            let mut read = Vec::new();
            for piece in pieces(&bytes, &cuts) {
                pair.feed(piece);
                while let Some(record) = transaction::<Record>(pair, format).unwrap() {
                    read.push(record);
                }
            }
            prop_assert_eq!(read, records);
            prop_assert_eq!(pair.ours.bytes_available(), 0);
            Ok(())
        });
    });
}

#[test]
fn messages_in_pieces_are_read_for_each_framing() {
    let prefix = prop_oneof![
        Just(LengthPrefix::U8),
        Just(LengthPrefix::U16),
        Just(LengthPrefix::U32),
        Just(LengthPrefix::U64),
    ];
    // A one-byte length that includes itself leaves 254.
    let message = prop_oneof![4 => vec(any::<u8>(), 0..9), 1 => vec(any::<u8>(), 250..=254)];
    let cases = (prefix, any::<[bool; 2]>(), vec(message, 0..5), any_cuts());
    qt(move || {
        let pair = &Pair::new();
        check(cases, |(prefix, [little, counts], messages, cuts)| {
            let mut framing = LengthDelimited::new(prefix);
            if little {
                framing = framing.byte_order(QDataStreamByteOrder::LittleEndian);
            }
            if counts {
                framing = framing.length_includes_prefix();
            }
            pair.ours.read_all();
            let bytes = framed(&messages, prefix, little, counts);
            let mut read = Vec::new();
            for piece in pieces(&bytes, &cuts) {
                pair.feed(piece);
                while let Some(message) = framing.read(&*pair.ours).unwrap() {
                    read.push(message);
                }
            }
            prop_assert_eq!(&read, &messages);
            prop_assert_eq!(pair.ours.bytes_available(), 0);

            for message in &messages {
                framing.write(&*pair.theirs, message).unwrap();
            }
            pair.feed(&[]);
            while pair.ours.bytes_available() < bytes.len() {
                let waited = pair.ours.wait_for_ready_read(Some(DEADLINE));
                waited.unwrap();
            }
            let written = pair.ours.read_all();
            prop_assert_eq!(written.as_slice(), &bytes[..]);
            Ok(())
        });
    });
}

/// The frames of the messages, by the oracle.
fn framed(messages: &[Vec<u8>], prefix: LengthPrefix, little: bool, counts: bool) -> Vec<u8> {
    let format = Format {
        little,
        ..Format::PLAIN
    };
    let mut out = Vec::new();
    for message in messages {
        let length = |own| message.len() + if counts { own } else { 0 };
        match prefix {
            LengthPrefix::U8 => (length(1) as u8).put(format, &mut out),
            LengthPrefix::U16 => (length(2) as u16).put(format, &mut out),
            LengthPrefix::U32 => (length(4) as u32).put(format, &mut out),
            LengthPrefix::U64 => (length(8) as u64).put(format, &mut out),
        }
        out.extend(message);
    }
    out
}
