// A program of Qt 5: its button mails something, in a window of ours over its own; then it goes on.
#include <QApplication>
#include <QPushButton>
#include <QTimer>
#include <mapi.h>

int main(int count, char **words)
{
    QApplication app(count, words);
    QPushButton button("Mail");
    button.setWindowTitle("Host");
    QObject::connect(&button, &QPushButton::clicked, [&] {
        MapiRecipDesc to = {0, MAPI_TO, words[1], nullptr, 0, nullptr};
        MapiMessage message = {};
        char subject[] = "From Qt";
        message.lpszSubject = subject;
        message.nRecipCount = 1;
        message.lpRecips = &to;
        ULONG code = MAPISendMail(0, button.winId(), &message, MAPI_DIALOG | MAPI_LOGON_UI, 0);
        button.setText(QString("Mailed: %1").arg(code));
        button.setWindowTitle(button.text());
        // Its window is still alive: this takes its event loop, and the screen.
        QTimer::singleShot(2000, &app, [code] { QApplication::exit(code == 0 ? 0 : 1); });
    });
    button.show();
    return app.exec();
}
