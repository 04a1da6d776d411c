// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// The QML module LocalFortune as a plugin. Its types register themselves when the library is
// loaded.

#include <QtQml/QQmlEngineExtensionPlugin>

class LocalFortunePlugin : public QQmlEngineExtensionPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QQmlEngineExtensionInterface_iid)
};

#include "plugin.moc"
