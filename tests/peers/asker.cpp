// SPDX-FileCopyrightText: 2026 local-fortune contributors
// SPDX-License-Identifier: MIT OR Apache-2.0

// Uses a Local Fortune example with a window, whoever compiled it, from inside: Qt loads this
// plugin into any of its programs that has QT_QPA_GENERIC_PLUGINS=fortune-asker. In a client it
// types a name, presses Get Fortune, and prints each fortune that is shown on a line; in a server
// that waits to be told, it presses Listen.
//
// FORTUNE_NAME      what to type into the client (default: what stands there)
// FORTUNE_COUNT     how many fortunes to wait for (default: 20)
// FORTUNE_LIMIT_MS  how long to wait for each (default: 5000)

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

constexpr int lookEveryMs = 1;

int number(const char *name, int otherwise)
{
    return qEnvironmentVariableIsSet(name) ? qEnvironmentVariableIntValue(name) : otherwise;
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

// At once, without the destructors: the example knows nothing of this.
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
        connect(&m_timer, &QTimer::timeout, this, &Asker::look);
        m_timer.start(lookEveryMs);
        m_since.start();
    }

private:
    void look();
    void findWindow();
    void ask();

    const int m_limitMs = number("FORTUNE_LIMIT_MS", 5000);
    int m_left = number("FORTUNE_COUNT", 20);

    QTimer m_timer;
    QElapsedTimer m_since;
    bool m_listening = false;
    QPointer<QPushButton> m_getFortune;
    QPointer<QLabel> m_status;
    QString m_before;
};

void Asker::look()
{
    // A message box runs an event loop of its own, in which the timer goes on.
    if (auto *box = qobject_cast<QMessageBox *>(QApplication::activeModalWidget()))
        end(1, "a dialog appeared: " + box->text());
    if (!m_getFortune) {
        findWindow();
    } else if (m_status->text() != m_before && m_getFortune->isEnabled()) {
        // The client asks again until it has another fortune than the one it shows.
        std::printf("%s\n", m_status->text().toUtf8().constData());
        if (--m_left == 0)
            end(0);
        ask();
    }
    if (!m_listening && m_since.hasExpired(m_limitMs))
        end(1, m_getFortune ? "no other fortune was shown" : "there is no window of an example");
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
            ask();
        } else if (listen) {
            m_timer.stop();
            m_listening = true;
            listen->click();
        }
    }
}

void Asker::ask()
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
