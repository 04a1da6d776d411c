// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// FortuneServer and FortuneClient as a C++ program has them: properties, signals, enumerations,
// what can be invoked, the order of their ends, and other threads.

#include <atomic>
#include <cstdio>
#include <memory>

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QLibraryInfo>
#include <QtCore/QMetaEnum>
#include <QtCore/QMetaProperty>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtCore/QThread>
#include <QtCore/QVersionNumber>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include "local-fortune/src/fortune_client.cxxqt.h"
#include "local-fortune/src/fortune_server.cxxqt.h"

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
Fortune::WireFormat ownFormat()
{
    return QLibraryInfo::version() < QVersionNumber(6, 8) ? Fortune::WireFormat::Qt5_10
                                                          : Fortune::WireFormat::Qt6_8;
}

} // namespace

class ObjectsTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    // What Qt says of objects that are used in another thread than theirs.
    static void failOnThreadWarnings()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("thread")));
    }

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
        row("server", "address", QStringLiteral("fortune"), QStringLiteral("other"));
        row("server", "wireFormat", QVariant::fromValue(ownFormat()),
            QVariant::fromValue(Fortune::WireFormat::Qt4));
        row("server", "access", QVariant::fromValue(Fortune::Access::User),
            QVariant::fromValue(Fortune::Access::World));
        row("server", "fortunes", QVariant(), texts);
        row("server", "listening", false, QVariant());
        row("server", "fullAddress", QString(), QVariant());
        row("server", "served", 0, QVariant());
        row("client", "address", QStringLiteral("fortune"), QStringLiteral("other"));
        row("client", "wireFormat", QVariant::fromValue(Fortune::WireFormat::Auto),
            QVariant::fromValue(Fortune::WireFormat::Qt6_8));
        row("client", "timeout", 5000, 100);
        row("client", "busy", false, QVariant());
        row("client", "fortune", QString(), QVariant());
        row("client", "detectedFormat", QVariant::fromValue(Fortune::WireFormat::Auto), QVariant());
        row("client", "fullAddress", QDir::tempPath() + QStringLiteral("/fortune"), QVariant());
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
        QCOMPARE(own(FortuneServer::staticMetaObject), 7);
        QCOMPARE(own(FortuneClient::staticMetaObject), 8);
    }

    void enumerations_have_their_names()
    {
        const QStringList formats{QStringLiteral("Qt4"), QStringLiteral("Qt5_6"),
                                  QStringLiteral("Qt5_10"), QStringLiteral("Qt6_8")};
        QCOMPARE(enumKeys(Fortune::staticMetaObject, "WireFormat"),
                 formats + QStringList(QStringLiteral("Auto")));
        QCOMPARE(enumKeys(Fortune::staticMetaObject, "Access"),
                 QStringList({QStringLiteral("User"), QStringLiteral("Group"),
                              QStringLiteral("Other"), QStringLiteral("World")}));
        QCOMPARE(enumKeys(Fortune::staticMetaObject, "ServerError").size(), 13);
        QCOMPARE(enumKeys(Fortune::staticMetaObject, "ClientError").size(), 8);
    }

    // By every way that a property can be set.
    void values_out_of_range_are_refused()
    {
        FortuneServer server;
        FortuneClient client;
        QSignalSpy serverFailed(&server, &FortuneServer::failed);
        QSignalSpy clientFailed(&client, &FortuneClient::failed);
        const auto format = server.getWireFormat();
        server.setWireFormat(static_cast<Fortune::WireFormat>(77));
        server.setWireFormat(Fortune::WireFormat::Auto);
        server.setAccess(static_cast<Fortune::Access>(-3));
        server.setProperty("access", 4);
        QCOMPARE(server.getWireFormat(), format);
        QCOMPARE(server.getAccess(), Fortune::Access::User);
        QVERIFY(serverFailed.count() >= 3);
        QCOMPARE(serverFailed.at(0).at(0).toInt(),
                 static_cast<int>(Fortune::ServerError::InvalidValue));

        client.setWireFormat(static_cast<Fortune::WireFormat>(77));
        client.setTimeout(0);
        client.setTimeout(-1);
        QCOMPARE(client.getWireFormat(), Fortune::WireFormat::Auto);
        QCOMPARE(client.getTimeout(), 5000);
        QCOMPARE(clientFailed.count(), 3);
        QCOMPARE(clientFailed.at(1).at(1).toString(), QStringLiteral("0 ms is no time limit"));
    }

    void refused_format_is_not_kept_while_listening()
    {
        FortuneServer server;
        QSignalSpy failed(&server, &FortuneServer::failed);
        server.setAddress(path("long"));
        // Longer than the format of Qt 4 can carry.
        const QString text(40'000, QLatin1Char('x'));
        server.setFortunes({text});
        server.setWireFormat(Fortune::WireFormat::Qt5_6);
        server.listen();
        QCOMPARE(failed.count(), 0);
        QSignalSpy changed(&server, &FortuneServer::wireFormatChanged);
        server.setWireFormat(Fortune::WireFormat::Qt4);
        QCOMPARE(failed.count(), 1);
        QCOMPARE(failed.at(0).at(0).toInt(),
                 static_cast<int>(Fortune::ServerError::FortuneTooLong));
        // What shows the format has to show the old one again.
        QCOMPARE(changed.count(), 1);
        QCOMPARE(server.getWireFormat(), Fortune::WireFormat::Qt5_6);

        FortuneClient client;
        client.setAddress(path("long"));
        client.requestFortune();
        QTRY_COMPARE_WITH_TIMEOUT(client.getFortune(), text, Deadline);
        QCOMPARE(client.getDetectedFormat(), Fortune::WireFormat::Qt5_6);
    }

    void blank_fortunes_are_refused_with_one_reason()
    {
        FortuneServer server;
        QSignalSpy failed(&server, &FortuneServer::failed);
        server.setAddress(path("blank"));
        server.setFortunes({QStringLiteral(" ")});
        server.listen();
        QVERIFY(failed.count() > 0);
        QVERIFY(!failed.at(0).at(1).toString().contains(QStringLiteral("Unable to start")));
    }

    void addresses_that_are_none_are_refused()
    {
        FortuneServer server;
        QSignalSpy serverFailed(&server, &FortuneServer::failed);
        server.setAddress(QStringLiteral("http://host"));
        server.listen();
        QVERIFY(!server.getListening());
        QCOMPARE(serverFailed.count(), 1);
        QCOMPARE(serverFailed.at(0).at(0).toInt(),
                 static_cast<int>(Fortune::ServerError::InvalidAddress));
        FortuneClient client;
        QSignalSpy clientFailed(&client, &FortuneClient::failed);
        client.setAddress(QString(200, QLatin1Char('x')));
        client.requestFortune();
        QVERIFY(!client.getBusy());
        QCOMPARE(clientFailed.count(), 1);
        QCOMPARE(clientFailed.at(0).at(0).toInt(),
                 static_cast<int>(Fortune::ClientError::BadAddress));
    }

    void a_client_shows_what_the_server_sends()
    {
        FortuneServer server;
        QSignalSpy listening(&server, &FortuneServer::listeningChanged);
        QSignalSpy served(&server, &FortuneServer::servedChanged);
        server.setAddress(path("pair"));
        server.setFortunes({QStringLiteral("Only this.")});
        server.setWireFormat(Fortune::WireFormat::Qt5_6);
        server.listen();
        QCOMPARE(listening.count(), 1);
        QVERIFY(server.getListening());
        QCOMPARE(server.getFullAddress(), path("pair"));

        FortuneClient client;
        QSignalSpy busy(&client, &FortuneClient::busyChanged);
        QString shown;
        connect(&client, &FortuneClient::fortuneChanged, this,
                [&] { shown = client.getFortune(); });
        client.setAddress(path("pair"));
        QVERIFY(QMetaObject::invokeMethod(&client, "requestFortune"));
        QVERIFY(client.getBusy());
        QTRY_COMPARE_WITH_TIMEOUT(shown, QStringLiteral("Only this."), Deadline);
        QTRY_VERIFY_WITH_TIMEOUT(!client.getBusy(), Deadline);
        QCOMPARE(busy.count(), 2);
        QCOMPARE(client.getDetectedFormat(), Fortune::WireFormat::Qt5_6);
        QCOMPARE(client.getHistory(), QStringList(QStringLiteral("Only this.")));
        QCOMPARE(client.getFullAddress(), path("pair"));
        QTRY_VERIFY_WITH_TIMEOUT(served.count() > 0 && server.getServed() == 1, Deadline);

        QVERIFY(QMetaObject::invokeMethod(&server, "close"));
        QVERIFY(!server.getListening());
        QVERIFY(!QFile::exists(path("pair")));
    }

    void what_goes_wrong_is_told_with_its_kind()
    {
        FortuneClient client;
        QSignalSpy clientFailed(&client, &FortuneClient::failed);
        client.setAddress(path("nobody"));
        client.requestFortune();
        QTRY_COMPARE_WITH_TIMEOUT(clientFailed.count(), 1, Deadline);
        QCOMPARE(clientFailed.at(0).at(0).toInt(),
                 static_cast<int>(Fortune::ClientError::NotFound));

        FortuneServer server;
        QSignalSpy serverFailed(&server, &FortuneServer::failed);
        server.setAddress(path("missing/folder"));
        server.listen();
        QTRY_COMPARE_WITH_TIMEOUT(serverFailed.count(), 1, Deadline);
        QCOMPARE(serverFailed.at(0).at(0).toInt(),
                 static_cast<int>(Fortune::ServerError::DirectoryMissing));
        QCOMPARE(serverFailed.at(0).at(1).toString(), path("missing"));
    }

    void an_interruption_is_told_and_ends_when_the_name_is_free()
    {
        FortuneServer server;
        QSignalSpy failed(&server, &FortuneServer::failed);
        server.setAddress(path("replaced"));
        server.listen();
        QVERIFY(server.getListening());
        QFile other(path("other"));
        QVERIFY(other.open(QIODevice::WriteOnly));
        QCOMPARE(std::rename(qPrintable(other.fileName()), qPrintable(path("replaced"))), 0);
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, Deadline);
        QCOMPARE(failed.at(0).at(0).toInt(), static_cast<int>(Fortune::ServerError::NameTaken));
        // It is still to be stopped, and goes on by itself.
        QVERIFY(server.getListening());
        QVERIFY(QFile::remove(path("replaced")));
        FortuneClient client;
        QSignalSpy fortune(&client, &FortuneClient::fortuneChanged);
        QObject::connect(&client, &FortuneClient::failed, &client, &FortuneClient::requestFortune,
                         Qt::QueuedConnection);
        client.setAddress(path("replaced"));
        client.requestFortune();
        QTRY_COMPARE_WITH_TIMEOUT(fortune.count(), 1, Deadline);
        QCOMPARE(failed.count(), 1);
    }

    void a_request_that_is_dropped_tells_nothing_more()
    {
        FortuneServer server;
        server.setAddress(path("dropped"));
        server.listen();
        FortuneClient client;
        QSignalSpy failed(&client, &FortuneClient::failed);
        QSignalSpy fortune(&client, &FortuneClient::fortuneChanged);
        client.setAddress(path("dropped"));
        client.requestFortune();
        client.cancel();
        QVERIFY(!client.getBusy());
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
        server->setAddress(path("ends"));
        server->listen();
        QVERIFY(QFile::exists(path("ends")));
        client->setAddress(path("ends"));
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
            server->setAddress(path("child"));
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
        server->setAddress(path("thread"));
        server->moveToThread(&thread);
        connect(&thread, &QThread::finished, server, &QObject::deleteLater);
        thread.start();
        QVERIFY(QMetaObject::invokeMethod(server, "listen", Qt::BlockingQueuedConnection));
        QVERIFY(QFile::exists(path("thread")));

        FortuneClient client;
        QSignalSpy fortune(&client, &FortuneClient::fortuneChanged);
        client.setAddress(path("thread"));
        client.requestFortune();
        QTRY_COMPARE_WITH_TIMEOUT(fortune.count(), 1, Deadline);

        thread.quit();
        QVERIFY(thread.wait(Deadline));
        QVERIFY(gone.isNull());
        QVERIFY(!QFile::exists(path("thread")));
    }

    void a_client_may_move_to_another_thread_after_use_data()
    {
        QTest::addColumn<bool>("busy");
        QTest::addRow("idle") << false;
        QTest::addRow("busy") << true;
    }

    void a_client_may_move_to_another_thread_after_use()
    {
        QFETCH(bool, busy);
        failOnThreadWarnings();
        FortuneServer server;
        server.setAddress(path("moved"));
        server.listen();
        QThread thread;
        auto *client = new FortuneClient;
        connect(&thread, &QThread::finished, client, &QObject::deleteLater);
        QSignalSpy fortune(client, &FortuneClient::fortuneChanged);
        client->setAddress(path("moved"));
        client->requestFortune();
        if (!busy)
            QTRY_COMPARE_WITH_TIMEOUT(fortune.count(), 1, Deadline);
        // A spy belongs to this thread, and counts in the client's.
        std::atomic<int> fortunes{0};
        connect(
            client, &FortuneClient::fortuneChanged, client, [&] { ++fortunes; },
            Qt::DirectConnection);
        client->moveToThread(&thread);
        thread.start();
        if (busy)
            QTRY_COMPARE_WITH_TIMEOUT(fortunes, 1, Deadline);
        const int before = fortunes;
        QVERIFY(QMetaObject::invokeMethod(client, "requestFortune", Qt::BlockingQueuedConnection));
        QTRY_COMPARE_WITH_TIMEOUT(fortunes, before + 1, Deadline);
        // And back, from where alone it may be moved.
        QMetaObject::invokeMethod(
            client, [&] { client->moveToThread(this->thread()); }, Qt::BlockingQueuedConnection);
        client->requestFortune();
        QTRY_COMPARE_WITH_TIMEOUT(fortunes, before + 2, Deadline);
        QVERIFY(!client->getBusy());
        delete client;
        thread.quit();
        QVERIFY(thread.wait(Deadline));
    }

    void a_server_may_move_to_another_thread_while_it_listens()
    {
        failOnThreadWarnings();
        QThread thread;
        auto *server = new FortuneServer;
        const QPointer<QObject> gone = server;
        connect(&thread, &QThread::finished, server, &QObject::deleteLater);
        server->setAddress(path("moving"));
        server->listen();
        FortuneClient client;
        QSignalSpy fortune(&client, &FortuneClient::fortuneChanged);
        client.setAddress(path("moving"));
        client.requestFortune();
        QTRY_COMPARE_WITH_TIMEOUT(fortune.count(), 1, Deadline);
        QTRY_COMPARE_WITH_TIMEOUT(server->getServed(), 1, Deadline);

        server->moveToThread(&thread);
        // It does not listen where no event loop serves.
        QVERIFY(!QFile::exists(path("moving")));
        thread.start();
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(path("moving")), Deadline);
        client.requestFortune();
        QTRY_COMPARE_WITH_TIMEOUT(fortune.count(), 2, Deadline);
        const auto served = [&] {
            int count = 0;
            QMetaObject::invokeMethod(
                server, [&] { count = server->getServed(); }, Qt::BlockingQueuedConnection);
            return count;
        };
        QTRY_VERIFY_WITH_TIMEOUT(served() >= 2, Deadline);
        thread.quit();
        QVERIFY(thread.wait(Deadline));
        QVERIFY(gone.isNull());
        QVERIFY(!QFile::exists(path("moving")));
    }
};

QTEST_GUILESS_MAIN(ObjectsTest)
#include "tst_objects.moc"
