// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// FortuneServer and FortuneClient as a C++ program has them: properties, signals, enumerations,
// what can be invoked, the order of their ends, and other threads.

#include <cstdio>
#include <memory>

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QLibraryInfo>
#include <QtCore/QMetaEnum>
#include <QtCore/QMetaProperty>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThread>
#include <QtCore/QVersionNumber>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include "local-fortune-qml/src/fortune_client.cxxqt.h"
#include "local-fortune-qml/src/fortune_server.cxxqt.h"

namespace {

constexpr int Deadline = 20'000;

QStringList enumKeys(const QMetaObject &object, const char *name)
{
    const QMetaEnum found = object.enumerator(object.indexOfEnumerator(name));
    QStringList keys;
    for (int i = 0; i < found.keyCount(); ++i)
        keys.append(QString::fromLatin1(found.key(i)));
    return keys;
}

// That of the example that ships with this Qt.
FortuneServer::WireFormat ownFormat()
{
    return QLibraryInfo::version() < QVersionNumber(6, 8) ? FortuneServer::WireFormat::Qt5_10
                                                          : FortuneServer::WireFormat::Qt6_8;
}

} // namespace

class ObjectsTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    QString path(const char *name) const { return m_folder.filePath(QString::fromLatin1(name)); }

private slots:
    void every_property_is_known_to_the_meta_object_and_tells_of_its_change_data()
    {
        QTest::addColumn<QString>("object");
        QTest::addColumn<QByteArray>("property");
        QTest::addColumn<QVariant>("atFirst");
        QTest::addColumn<QVariant>("then");
        const QStringList texts{QStringLiteral("a"), QStringLiteral("b")};
        const auto row = [](const char *object, const char *property, const QVariant &atFirst,
                            const QVariant &then) {
            QTest::addRow("%s.%s", object, property)
                << QString::fromLatin1(object) << QByteArray(property) << atFirst << then;
        };
        row("server", "name", QStringLiteral("fortune"), QStringLiteral("other"));
        row("server", "wireFormat", static_cast<int>(ownFormat()),
            static_cast<int>(FortuneServer::WireFormat::Qt4));
        row("server", "access", static_cast<int>(FortuneServer::Access::User),
            static_cast<int>(FortuneServer::Access::World));
        row("server", "abstractNamespace", false, true);
        row("server", "fortunes", QVariant(), texts);
        row("server", "listening", false, QVariant());
        row("server", "fullServerName", QString(), QVariant());
        row("server", "served", 0, QVariant());
        row("client", "name", QStringLiteral("fortune"), QStringLiteral("other"));
        row("client", "abstractNamespace", false, true);
        row("client", "wire", static_cast<int>(FortuneClient::ClientFormat::Auto),
            static_cast<int>(FortuneClient::ClientFormat::Qt6_8));
        row("client", "timeout", 5000, 100);
        row("client", "asking", false, QVariant());
        row("client", "fortune", QString(), QVariant());
        row("client", "detected", static_cast<int>(FortuneClient::ClientFormat::Auto), QVariant());
        row("client", "fullServerName", QDir::tempPath() + QStringLiteral("/fortune"), QVariant());
        row("client", "history", QStringList(), QVariant());
    }

    // A value that is not valid stands for "is not compared" at first, and "cannot be set" then.
    void every_property_is_known_to_the_meta_object_and_tells_of_its_change()
    {
        QFETCH(QString, object);
        QFETCH(QByteArray, property);
        QFETCH(QVariant, atFirst);
        QFETCH(QVariant, then);
        const std::unique_ptr<QObject> made(object == QStringLiteral("server")
                                                ? static_cast<QObject *>(new FortuneServer)
                                                : new FortuneClient);
        const QMetaObject &meta = *made->metaObject();
        const QMetaProperty found = meta.property(meta.indexOfProperty(property));
        QVERIFY(found.isReadable() && found.hasNotifySignal());
        QCOMPARE(found.isWritable(), then.isValid());
        if (atFirst.isValid())
            QCOMPARE(found.read(made.get()), atFirst);
        if (!then.isValid())
            return;
        QSignalSpy told(made.get(), found.notifySignal());
        QVERIFY(found.write(made.get(), then));
        QCOMPARE(found.read(made.get()), then);
        QCOMPARE(told.count(), 1);
        QVERIFY(found.write(made.get(), then));
        QCOMPARE(told.count(), 1);
    }

    void all_properties_are_in_the_table_above()
    {
        const auto own
            = [](const QMetaObject &meta) { return meta.propertyCount() - meta.propertyOffset(); };
        QCOMPARE(own(FortuneServer::staticMetaObject), 8);
        QCOMPARE(own(FortuneClient::staticMetaObject), 9);
    }

    void enumerations_have_their_names()
    {
        const QStringList formats{QStringLiteral("Qt4"), QStringLiteral("Qt5_6"),
                                  QStringLiteral("Qt5_10"), QStringLiteral("Qt6_8")};
        QCOMPARE(enumKeys(FortuneServer::staticMetaObject, "WireFormat"), formats);
        QCOMPARE(enumKeys(FortuneClient::staticMetaObject, "ClientFormat"),
                 QStringList(QStringLiteral("Auto")) + formats);
        QCOMPARE(enumKeys(FortuneServer::staticMetaObject, "Access"),
                 QStringList({QStringLiteral("User"), QStringLiteral("Group"),
                              QStringLiteral("Other"), QStringLiteral("World")}));
        QCOMPARE(enumKeys(FortuneServer::staticMetaObject, "ServerFault").size(), 11);
        QCOMPARE(enumKeys(FortuneClient::staticMetaObject, "ClientFault").size(), 6);
    }

    void a_client_shows_what_the_server_sends()
    {
        FortuneServer server;
        QSignalSpy listening(&server, &FortuneServer::listeningChanged);
        QSignalSpy served(&server, &FortuneServer::servedChanged);
        server.setName(path("pair"));
        server.setFortunes({QStringLiteral("Only this.")});
        server.setWireFormat(static_cast<int>(FortuneServer::WireFormat::Qt5_6));
        server.listen();
        QCOMPARE(listening.count(), 1);
        QVERIFY(server.getListening());
        QCOMPARE(server.getFullServerName(), path("pair"));

        FortuneClient client;
        QSignalSpy asking(&client, &FortuneClient::askingChanged);
        QString shown;
        connect(&client, &FortuneClient::fortuneChanged, this,
                [&] { shown = client.getFortune(); });
        client.setName(path("pair"));
        QVERIFY(QMetaObject::invokeMethod(&client, "requestFortune"));
        QVERIFY(client.getAsking());
        QTRY_COMPARE_WITH_TIMEOUT(shown, QStringLiteral("Only this."), Deadline);
        QTRY_VERIFY_WITH_TIMEOUT(!client.getAsking(), Deadline);
        QCOMPARE(asking.count(), 2);
        QCOMPARE(client.getDetected(), static_cast<int>(FortuneClient::ClientFormat::Qt5_6));
        QCOMPARE(client.getHistory(), QStringList(QStringLiteral("Only this.")));
        QCOMPARE(client.getFullServerName(), path("pair"));
        QTRY_VERIFY_WITH_TIMEOUT(served.count() > 0 && server.getServed() == 1, Deadline);

        QVERIFY(QMetaObject::invokeMethod(&server, "close"));
        QVERIFY(!server.getListening());
        QVERIFY(!QFile::exists(path("pair")));
    }

    void what_goes_wrong_is_told_with_its_kind()
    {
        FortuneClient client;
        QSignalSpy clientFailed(&client, &FortuneClient::failed);
        client.setName(path("nobody"));
        client.requestFortune();
        QTRY_COMPARE_WITH_TIMEOUT(clientFailed.count(), 1, Deadline);
        QCOMPARE(clientFailed.at(0).at(0).toInt(),
                 static_cast<int>(FortuneClient::ClientFault::NotFound));

        FortuneServer server;
        QSignalSpy serverFailed(&server, &FortuneServer::failed);
        server.setName(path("missing/folder"));
        server.listen();
        QTRY_COMPARE_WITH_TIMEOUT(serverFailed.count(), 1, Deadline);
        QCOMPARE(serverFailed.at(0).at(0).toInt(),
                 static_cast<int>(FortuneServer::ServerFault::DirectoryMissing));
        QCOMPARE(serverFailed.at(0).at(1).toString(), path("missing"));
    }

    void an_interruption_is_told_and_ends_when_the_name_is_free()
    {
        FortuneServer server;
        QSignalSpy failed(&server, &FortuneServer::failed);
        server.setName(path("replaced"));
        server.listen();
        QVERIFY(server.getListening());
        QFile other(path("other"));
        QVERIFY(other.open(QIODevice::WriteOnly));
        QCOMPARE(std::rename(qPrintable(other.fileName()), qPrintable(path("replaced"))), 0);
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, Deadline);
        QCOMPARE(failed.at(0).at(0).toInt(),
                 static_cast<int>(FortuneServer::ServerFault::NameTaken));
        // It is still to be stopped, and goes on by itself.
        QVERIFY(server.getListening());
        QVERIFY(QFile::remove(path("replaced")));
        FortuneClient client;
        QSignalSpy fortune(&client, &FortuneClient::fortuneChanged);
        QObject::connect(&client, &FortuneClient::failed, &client, &FortuneClient::requestFortune,
                         Qt::QueuedConnection);
        client.setName(path("replaced"));
        client.requestFortune();
        QTRY_COMPARE_WITH_TIMEOUT(fortune.count(), 1, Deadline);
        QCOMPARE(failed.count(), 1);
    }

    void a_request_that_is_dropped_tells_nothing_more()
    {
        FortuneServer server;
        server.setName(path("dropped"));
        server.listen();
        FortuneClient client;
        QSignalSpy failed(&client, &FortuneClient::failed);
        QSignalSpy fortune(&client, &FortuneClient::fortuneChanged);
        client.setName(path("dropped"));
        client.requestFortune();
        client.cancel();
        QVERIFY(!client.getAsking());
        client.requestFortune();
        QTRY_COMPARE_WITH_TIMEOUT(fortune.count(), 1, Deadline);
        QCOMPARE(failed.count(), 0);
    }

    void the_two_may_end_in_any_order_data()
    {
        QTest::addColumn<bool>("serverFirst");
        QTest::addColumn<bool>("inSignal");
        for (const bool serverFirst : {false, true}) {
            for (const bool inSignal : {false, true}) {
                QTest::addRow("%s first%s", serverFirst ? "server" : "client",
                              inSignal ? ", in a signal" : "")
                    << serverFirst << inSignal;
            }
        }
    }

    void the_two_may_end_in_any_order()
    {
        QFETCH(bool, serverFirst);
        QFETCH(bool, inSignal);
        auto *server = new FortuneServer;
        auto *client = new FortuneClient;
        const QPointer<QObject> first = serverFirst ? static_cast<QObject *>(server) : client;
        const QPointer<QObject> second = serverFirst ? static_cast<QObject *>(client) : server;
        server->setName(path("ends"));
        server->listen();
        QVERIFY(QFile::exists(path("ends")));
        client->setName(path("ends"));
        const auto end = [&] {
            if (first)
                first->deleteLater();
        };
        if (inSignal)
            connect(client, &FortuneClient::fortuneChanged, this, end);
        client->requestFortune();
        if (!inSignal)
            delete first.data();
        QTRY_VERIFY_WITH_TIMEOUT(first.isNull(), Deadline);
        QCoreApplication::processEvents();
        delete second.data();
        QVERIFY(!QFile::exists(path("ends")));
    }

    void a_parent_deletes_its_children()
    {
        QPointer<QObject> child;
        {
            QObject parent;
            auto *server = new FortuneServer(&parent);
            child = server;
            server->setName(path("child"));
            server->listen();
            QVERIFY(QFile::exists(path("child")));
        }
        QVERIFY(child.isNull());
        QVERIFY(!QFile::exists(path("child")));
    }

    void a_server_may_live_in_a_thread_of_its_own()
    {
        QThread thread;
        auto *server = new FortuneServer;
        const QPointer<QObject> gone = server;
        server->setName(path("thread"));
        server->moveToThread(&thread);
        connect(&thread, &QThread::finished, server, &QObject::deleteLater);
        thread.start();
        QVERIFY(QMetaObject::invokeMethod(server, "listen", Qt::BlockingQueuedConnection));
        QVERIFY(QFile::exists(path("thread")));

        FortuneClient client;
        QSignalSpy fortune(&client, &FortuneClient::fortuneChanged);
        client.setName(path("thread"));
        client.requestFortune();
        QTRY_COMPARE_WITH_TIMEOUT(fortune.count(), 1, Deadline);

        thread.quit();
        QVERIFY(thread.wait(Deadline));
        QVERIFY(gone.isNull());
        QVERIFY(!QFile::exists(path("thread")));
    }
};

QTEST_GUILESS_MAIN(ObjectsTest)
#include "tst_objects.moc"
