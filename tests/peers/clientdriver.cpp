// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Operates the C++ Local Fortune client: enters a name, presses Get Fortune, reads the text.
//
// FORTUNE_SERVER       our server program, started and stopped here; unset: it is running already
// FORTUNE_SERVER_ARGS  more arguments for it
// FORTUNE_NAME         the name of the running server (default: fortune)
// FORTUNE_EXPECT       a file with the expected fortunes, one per line (default: the built-in ones)

#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

#include <memory>

#include "client.h"

namespace local_fortune {

constexpr int fortunesInARow = 20;
constexpr int deadlineMs = 5000;

class ClientDriver : public QObject
{
    Q_OBJECT

public:
    bool eventFilter(QObject *watched, QEvent *event) override;

private slots:
    void initTestCase();
    void init();
    void fortunesAreShownInARow();
    void missingServerIsReported();
    void cleanup();
    void cleanupTestCase();

private:
    void startServer(const QString &program);
    void typeName(const QString &name);
    void pressGetFortune();

    QString m_serverName = qEnvironmentVariable("FORTUNE_NAME", "fortune");
    QStringList m_expected;
    QStringList m_dialogs; // the texts of the message boxes that were shown

    QTemporaryDir m_serverDir;
    QString m_socketFile;
    QProcess m_server;

    std::unique_ptr<Client> m_client;
    QLineEdit *m_nameEdit = nullptr;
    QPushButton *m_getFortune = nullptr;
    QLabel *m_status = nullptr;
};

void ClientDriver::initTestCase()
{
    qApp->installEventFilter(this);

    m_expected = QStringList{
        "You've been leading a dog's life. Stay off the furniture.",
        "You've got to think about tomorrow.",
        "You will be surprised by a loud noise.",
        "You will feel hungry again in another hour.",
        "You might have mail.",
        "You cannot kill time without injuring eternity.",
        "Computers are not intelligent. They only think they are.",
    };
    if (qEnvironmentVariableIsSet("FORTUNE_EXPECT")) {
        QFile file(qEnvironmentVariable("FORTUNE_EXPECT"));
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.errorString()));
        m_expected = QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts);
    }

    if (qEnvironmentVariableIsSet("FORTUNE_SERVER"))
        startServer(qEnvironmentVariable("FORTUNE_SERVER"));
}

void ClientDriver::startServer(const QString &program)
{
    // A relative name is in the temporary directory, which no other program uses.
    QVERIFY2(m_serverDir.isValid(), qPrintable(m_serverDir.errorString()));
    qputenv("TMPDIR", QFile::encodeName(m_serverDir.path()));
    // Not the default name in the client's edit.
    m_serverName = QString("driver-%1").arg(QCoreApplication::applicationPid());
    m_socketFile = m_serverDir.filePath(m_serverName);

    m_server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_server.start(program,
                   QStringList{m_serverName}
                       + QProcess::splitCommand(qEnvironmentVariable("FORTUNE_SERVER_ARGS")));
    QTRY_VERIFY_WITH_TIMEOUT(m_server.canReadLine() || m_server.state() == QProcess::NotRunning,
                             deadlineMs);
    QVERIFY2(m_server.state() == QProcess::Running, "the server did not start");
    const QString line = QString::fromLocal8Bit(m_server.readLine());
    QVERIFY2(line.startsWith(QString("listening on %1 (").arg(m_socketFile)), qPrintable(line));
    QVERIFY(QFile::exists(m_socketFile));
}

void ClientDriver::init()
{
    m_dialogs.clear();
    m_client = std::make_unique<Client>();
    m_nameEdit = m_client->findChild<QLineEdit *>();
    const auto buttons = m_client->findChildren<QPushButton *>();
    for (QPushButton *button : buttons) {
        if (button->text() == "Get Fortune")
            m_getFortune = button;
    }
    const auto labels = m_client->findChildren<QLabel *>();
    for (QLabel *label : labels) {
        if (!label->buddy())
            m_status = label;
    }
    QVERIFY(m_nameEdit && m_getFortune && m_status);

    m_client->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_client.get()));
}

void ClientDriver::fortunesAreShownInARow()
{
    typeName(m_serverName);
    for (int i = 0; i < fortunesInARow; ++i) {
        // The client retries until it gets another fortune than the one it shows.
        const QString before = m_status->text();
        pressGetFortune();
        QTRY_VERIFY_WITH_TIMEOUT(m_status->text() != before || !m_dialogs.isEmpty(), deadlineMs);
        QVERIFY2(m_dialogs.isEmpty(), qPrintable(m_dialogs.join('\n')));
        QVERIFY2(m_expected.contains(m_status->text()), qPrintable(m_status->text()));
        QVERIFY(m_getFortune->isEnabled());
    }
}

void ClientDriver::missingServerIsReported()
{
    const QString before = m_status->text();
    typeName(QString("missing-%1").arg(QCoreApplication::applicationPid()));
    pressGetFortune();
    QTRY_COMPARE_WITH_TIMEOUT(
        m_dialogs,
        QStringList{"The host was not found. Please make sure that the server is running and "
                    "that the server name is correct."},
        deadlineMs);
    QTRY_VERIFY_WITH_TIMEOUT(m_getFortune->isEnabled(), deadlineMs);
    QCOMPARE(m_status->text(), before);
}

void ClientDriver::cleanup()
{
    m_client.reset();
}

void ClientDriver::cleanupTestCase()
{
    if (!qEnvironmentVariableIsSet("FORTUNE_SERVER"))
        return;
    QVERIFY2(m_server.state() == QProcess::Running, "the server exited early");
    m_server.terminate();
    QTRY_COMPARE_WITH_TIMEOUT(m_server.state(), QProcess::NotRunning, deadlineMs);
    QCOMPARE(m_server.exitStatus(), QProcess::NormalExit);
    QCOMPARE(m_server.exitCode(), 0);
    QVERIFY2(!QFile::exists(m_socketFile), qPrintable(m_socketFile));
}

void ClientDriver::typeName(const QString &name)
{
    m_nameEdit->selectAll();
    QTest::keyClicks(m_nameEdit, name);
    QCOMPARE(m_nameEdit->text(), name);
}

void ClientDriver::pressGetFortune()
{
    QVERIFY(m_getFortune->isEnabled());
    QTest::mouseClick(m_getFortune, Qt::LeftButton);
}

bool ClientDriver::eventFilter(QObject *watched, QEvent *event)
{
    // A message box blocks the test function in a nested event loop, so it is closed here.
    auto *box = qobject_cast<QMessageBox *>(watched);
    if (box && event->type() == QEvent::Show) {
        m_dialogs << box->text();
        QMetaObject::invokeMethod(box, &QDialog::accept, Qt::QueuedConnection);
    }
    return QObject::eventFilter(watched, event);
}

} // namespace local_fortune

int main(int argc, char *argv[])
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    local_fortune::ClientDriver driver;
    return QTest::qExec(&driver, argc, argv);
}

#include "clientdriver.moc"
