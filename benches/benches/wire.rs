// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Encoding and decoding of messages from 10 bytes to 1 MiB, compared with a plain `QDataStream`
//! that reads only the text.

#![allow(missing_docs, reason = "a program, not a library")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group};
use cxx_qt_lib::QByteArray;
use cxx_qt_network::{QDataStream, QDataStreamVersion};
use local_fortune_core::wire::{Decoder, WireFormat};

const SIZES: [usize; 6] = [10, 100, 1 << 10, 10 << 10, 100 << 10, 1 << 20];

/// A text whose message in the format `qt5.10` has `size` bytes.
fn text(size: usize) -> String {
    "You might have mail. "
        .chars()
        .cycle()
        .take((size - 8) / 2)
        .collect()
}

fn decode(expected: Option<WireFormat>, message: &[u8]) -> String {
    let mut decoder = Decoder::new(expected);
    decoder.push(message).expect("a fortune");
    decoder.finish().expect("a complete fortune").text
}

fn qdatastream(message: &[u8]) -> String {
    let mut stream = QDataStream::from_bytes(&QByteArray::from(message));
    stream.set_version(QDataStreamVersion::QT_5_10);
    stream.read::<u32>().expect("the length");
    stream.read().expect("the text")
}

fn wire(criterion: &mut Criterion) {
    for size in SIZES {
        let text = text(size);
        let message = WireFormat::Qt5_10.encode(&text).expect("a message");
        assert_eq!(message.len(), size);
        let mut measure = |group: &str, work: &dyn Fn()| {
            let mut group = criterion.benchmark_group(group);
            group.throughput(Throughput::Bytes(size as u64));
            group.bench_function(BenchmarkId::from_parameter(size), |it| it.iter(work));
            group.finish();
        };
        let told = Some(WireFormat::Qt5_10);
        assert_eq!(
            [decode(None, &message), decode(told, &message)],
            [&*text, &*text]
        );
        assert_eq!(qdatastream(&message), text);
        measure("qdatastream", &|| {
            drop(black_box(qdatastream(black_box(&message))))
        });
        measure("decode-told", &|| {
            drop(black_box(decode(told, black_box(&message))))
        });
        measure("decode-auto", &|| {
            drop(black_box(decode(None, black_box(&message))))
        });
        measure("encode", &|| {
            drop(black_box(WireFormat::Qt5_10.encode(black_box(&text))))
        });
    }
}

criterion_group!(benches, wire);

fn main() {
    cxx_qt::init_crate!(cxx_qt_network);
    benches();
    Criterion::default().configure_from_args().final_summary();
}
