// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

#include "local-fortune/application.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QLibraryInfo>
#include <QtCore/QUrl>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>

namespace local_fortune {

static std::vector<char *> pointers(std::vector<QByteArray> &arguments)
{
    std::vector<char *> argv;
    for (QByteArray &argument : arguments) {
        argv.push_back(argument.data());
    }
    argv.push_back(nullptr);
    return argv;
}

// Whether Qt Quick Controls have a style of that name: one of its own, or a module.
static bool isStyle(const QString &name)
{
    QStringList paths{QLibraryInfo::path(QLibraryInfo::QmlImportsPath)};
    for (const char *variable : {"QML_IMPORT_PATH", "QML2_IMPORT_PATH"})
        paths += qEnvironmentVariable(variable).split(QDir::listSeparator(), Qt::SkipEmptyParts);
    const QString module = QString(name).replace(QLatin1Char('.'), QLatin1Char('/'));
    return std::any_of(paths.cbegin(), paths.cend(), [&](const QString &path) {
        return QFileInfo::exists(path + QStringLiteral("/QtQuick/Controls/%1/qmldir").arg(name))
            || QFileInfo::exists(path + QStringLiteral("/%1/qmldir").arg(module));
    });
}

// Without the options for styles that are not installed: Qt's widgets go on without them, but a QML
// engine would load nothing.
static QList<QByteArray> withoutUnknownStyles(const QList<QByteArray> &arguments)
{
    QList<QByteArray> kept;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QByteArray option
            = arguments[i].startsWith("--") ? arguments[i].mid(1) : arguments[i];
        const bool takesNext = option == "-style" && i + 1 < arguments.size();
        QByteArray style;
        if (takesNext)
            style = arguments[i + 1];
        else if (option.startsWith("-style="))
            style = option.mid(7);
        const bool isUnknown = !style.isEmpty() && !isStyle(QString::fromLocal8Bit(style));
        if (isUnknown)
            qWarning("The style %s is not installed.", style.constData());
        else
            kept += arguments.mid(i, takesNext ? 2 : 1);
        i += takesNext;
    }
    return kept;
}

// Handles Qt's messages while Qt connects to the display. Where it cannot, Qt ends the program with
// abort(); here that is one sentence and exit status 1.
class StartMessages
{
public:
    StartMessages(const QByteArray &program, const QString &instead)
    {
        s_program = QFileInfo(QString::fromLocal8Bit(program)).fileName();
        s_instead = instead;
        s_previous = qInstallMessageHandler(handle);
    }

    // Passes on what was kept.
    ~StartMessages()
    {
        qInstallMessageHandler(s_previous);
        const std::deque<Message> messages = std::move(s_messages);
        for (const Message &message : messages) {
            const QMessageLogContext context(nullptr, 0, nullptr, message.category.constData());
            qt_message_output(message.type, context, message.text);
        }
    }

private:
    struct Message
    {
        QtMsgType type;
        QByteArray category;
        QString text;
    };

    static void handle(QtMsgType type, const QMessageLogContext &context, const QString &text)
    {
        if (type != QtFatalMsg) {
            s_messages.push_back({type, context.category, text});
            return;
        }
        // The first message says why, the fatal one only that it failed.
        QString reason = s_messages.empty() ? text : s_messages.front().text;
        reason = reason.section(QLatin1Char('\n'), 0, 0);
        while (reason.endsWith(QLatin1Char('.')))
            reason.chop(1);
        const QString sentence
            = QStringLiteral("%1: The window could not be opened: %2; %3 needs no display.\n");
        std::fputs(qPrintable(sentence.arg(s_program, reason, s_instead)), stderr);
        std::_Exit(1);
    }

    static inline QString s_program;
    static inline QString s_instead;
    static inline QtMessageHandler s_previous;
    static inline std::deque<Message> s_messages;
};

// Whether an event loop runs, which ends before the process in all cases but one.
static std::atomic<bool> isRunning{false};

// Where the display is lost, Qt and the libraries below it call exit(), in any thread. To destroy
// static objects is not safe then, since the other threads still use them.
static void endAtOnce()
{
    if (isRunning)
        std::_Exit(EXIT_FAILURE);
}

WindowApplication::WindowApplication(const QList<QByteArray> &arguments, const QString &instead)
    : m_arguments(arguments.cbegin(), arguments.cend()), m_argv(pointers(m_arguments)),
      m_argc(int(m_arguments.size()))
{
    {
        const StartMessages messages(m_arguments.front(), instead);
        m_application = std::make_unique<QGuiApplication>(m_argc, m_argv.data());
    }
    // Functions are called in the reverse order: that of a server, which removes its file, before.
    std::atexit(endAtOnce);
    m_engine = std::make_unique<QQmlApplicationEngine>();
    // Before Qt 6.5, engines do not look for modules there by themselves.
    m_engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
}

bool WindowApplication::load(const QString &window, const QVariantMap &properties)
{
    m_engine->setInitialProperties(properties);
    m_engine->load(QUrl(QStringLiteral("qrc:/qt/qml/LocalFortune/qml/%1.qml").arg(window)));
    return !m_engine->rootObjects().isEmpty();
}

void WindowApplication::exec()
{
    isRunning = true;
    QGuiApplication::exec();
    isRunning = false;
}

std::unique_ptr<WindowApplication> windowApplication(const QList<QByteArray> &arguments,
                                                     const QString &instead)
{
    return std::make_unique<WindowApplication>(withoutUnknownStyles(arguments), instead);
}

} // namespace local_fortune
