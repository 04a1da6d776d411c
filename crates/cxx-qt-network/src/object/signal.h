// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#pragma once

#include <QtCore/QObject>

#include <utility>

#include "cxx-qt-network/object/qobject.h"
#include "rust/cxx.h"

namespace cxx_qt_network {

// Makes a Rust slot record each emission of a signal. The sender is the context too, so the slot is
// called in the sender's thread and destroyed with the sender.
template <typename Sender, typename Class, typename... Arguments, typename Slot>
QMetaObject::Connection connectSignal(const Sender &sender, void (Class::*signal)(Arguments...),
                                      rust::Box<Slot> slot)
{
    Sender &object = nonConst(sender);
    return QObject::connect(&object, signal, &object,
                            [slot = std::move(slot)](Arguments... arguments) {
                                slot->record(std::forward<Arguments>(arguments)...);
                            });
}

// The same without the arguments of the signal, some of which are private to Qt.
template <typename Sender, typename Signal, typename Slot>
QMetaObject::Connection connectWithoutArguments(const Sender &sender, Signal signal,
                                                rust::Box<Slot> slot)
{
    Sender &object = nonConst(sender);
    return QObject::connect(&object, signal, &object, [slot = std::move(slot)] { slot->record(); });
}

} // namespace cxx_qt_network
