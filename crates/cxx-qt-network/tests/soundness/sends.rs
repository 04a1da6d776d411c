// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

//! Compile-time checks of which public types are `Send` and `Sync`.

#![allow(dead_code, reason = "compiled, not run")]

use std::panic::UnwindSafe;

use cxx_qt_network::*;

/// Asserts that a type does not implement a trait: otherwise `check` would be ambiguous.
macro_rules! assert_not {
    ($trait:ident: $($type:ty),* $(,)?) => {$(
        const _: () = {
            trait Ambiguous<A> {
                fn check() {}
            }
            struct Implements;
            impl<T: ?Sized> Ambiguous<()> for T {}
            impl<T: ?Sized + $trait> Ambiguous<Implements> for T {}
            let _ = <$type as Ambiguous<_>>::check;
        };
    )*};
}

macro_rules! assert_all {
    ($($type:ty),* $(,)?) => {
        const _: () = {
            const fn assert<T: Send + Sync + Unpin + UnwindSafe>() {}
            $(assert::<$type>();)*
        };
    };
}

/// Neither the type nor its boxes, handles and references are `Send`.
macro_rules! assert_objects {
    ($($type:ty),* $(,)?) => {$(
        assert_not!(Send: $type, QBox<$type>, QPointer<$type>, &'static $type);
        assert_not!(Sync: $type, QBox<$type>, QPointer<$type>, &'static $type);
        assert_not!(Unpin: $type);
    )*};
}

assert_objects!(
    QEventLoop,
    QIODevice,
    QLocalServer,
    QLocalSocket,
    QSocketNotifier,
    QTimer,
);
#[cfg(cxxqt_qt_version_at_least_6_2)]
assert_all!(QLocalSocketSocketOptions);
assert_not!(Send: BlockingIo<'static>, Connection, ConnectionGuard, QDataStream<'static>);
assert_not!(Sync: BlockingIo<'static>, Connection, ConnectionGuard, QDataStream<'static>);

assert_all!(
    QDataStreamByteOrder,
    DeviceError,
    QDataStreamFloatingPointPrecision,
    FrameError,
    LengthDelimited,
    QLocalSocketError,
    QLocalSocketState,
    QtMsgType,
    SocketFileState,
    QSocketNotifierType,
    QIODeviceOpenMode,
    LengthPrefix,
    LocalSocketError,
    QLocalServerSocketOptions,
    StreamError,
    QDataStreamVersion,
);

// C++ may drop slots in any thread, even with arguments that are not `Send`.
assert_not!(Sync: object::Slot<i32>);
const _: () = {
    const fn assert<T: Send>() {}
    assert::<object::Slot<std::rc::Rc<()>>>();
};

const _: () = {
    const fn assert<T: Send + Sync + std::error::Error + 'static>() {}
    assert::<DeviceError>();
    assert::<FrameError>();
    assert::<ListenError>();
    assert::<LocalSocketError>();
    assert::<StreamError>();
};
