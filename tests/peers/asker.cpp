// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Operates a Local Fortune example, also a packaged one, from inside: Qt loads this plugin into a
// program that runs with QT_QPA_GENERIC_PLUGINS=fortune-asker. In a client it enters the name,
// presses Get Fortune, and prints each fortune on a line; in a server with a Listen button, it
// presses that.
//
// FORTUNE_NAME      the server name to enter (default: unchanged)
// FORTUNE_COUNT     the number of fortunes (default: 20)
// FORTUNE_LIMIT_MS  the time-out of each fortune (default: 5000)

#include <QApplication>
#include <QElapsedTimer>
#include <QGenericPlugin>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QTimer>

#include <cstdio>
#include <cstdlib>

namespace local_fortune {

constexpr int pollIntervalMs = 1;

int number(const char *name, int defaultValue)
{
    return qEnvironmentVariableIsSet(name) ? qEnvironmentVariableIntValue(name) : defaultValue;
}

QPushButton *buttonWithText(const QWidget *window, const QString &text)
{
    const auto buttons = window->findChildren<QPushButton *>();
    for (QPushButton *button : buttons) {
        if (button->text().remove('&') == text)
            return button;
    }
    return nullptr;
}

// Exits immediately, without destructors: the example does not expect this.
[[noreturn]] void end(int status, const QString &text = {})
{
    if (!text.isEmpty())
        std::fprintf(stderr, "%s\n", qPrintable(text));
    std::fflush(nullptr);
    std::_Exit(status);
}

class Asker : public QObject
{
    Q_OBJECT

public:
    Asker()
    {
        connect(&m_timer, &QTimer::timeout, this, &Asker::poll);
        m_timer.start(pollIntervalMs);
        m_since.start();
    }

private:
    void poll();
    void findWindow();
    void request();

    const int m_limitMs = number("FORTUNE_LIMIT_MS", 5000);
    int m_remaining = number("FORTUNE_COUNT", 20);

    QTimer m_timer;
    QElapsedTimer m_since;
    bool m_listening = false;
    QPointer<QPushButton> m_getFortune;
    QPointer<QLabel> m_status;
    QString m_before;
};

void Asker::poll()
{
    // A message box runs a nested event loop, in which the timer continues.
    if (auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget()))
        end(1, "a dialog appeared: " + box->text());
    if (!m_getFortune) {
        findWindow();
    } else if (m_status->text() != m_before && m_getFortune->isEnabled()) {
        // The client retries until it gets another fortune than the one it shows.
        std::printf("%s\n", m_status->text().toUtf8().constData());
        if (--m_remaining == 0)
            end(0);
        request();
    }
    if (!m_listening && m_since.hasExpired(m_limitMs))
        end(1, m_getFortune ? "no other fortune was shown" : "no window of an example was found");
}

void Asker::findWindow()
{
    const auto windows = QApplication::topLevelWidgets();
    for (QWidget *window : windows) {
        if (!window->isVisible())
            continue;
        QPushButton *getFortune = buttonWithText(window, "Get Fortune");
        QPushButton *listen = buttonWithText(window, "Listen");
        auto *name = window->findChild<QLineEdit *>();
        if (name && (getFortune || listen) && qEnvironmentVariableIsSet("FORTUNE_NAME"))
            name->setText(qEnvironmentVariable("FORTUNE_NAME"));
        if (getFortune) {
            const auto labels = window->findChildren<QLabel *>();
            for (QLabel *label : labels) {
                if (!label->buddy())
                    m_status = label;
            }
            m_getFortune = getFortune;
            request();
        } else if (listen) {
            m_timer.stop();
            m_listening = true;
            listen->click();
        }
    }
}

void Asker::request()
{
    m_before = m_status->text();
    m_since.start();
    m_getFortune->click();
}

class AskerPlugin : public QGenericPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QGenericPluginFactoryInterface_iid FILE "asker.json")

public:
    QObject *create(const QString &, const QString &) override { return new Asker; }
};

} // namespace local_fortune

#include "asker.moc"
