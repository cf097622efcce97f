/* libetpan: the message made in memory, as its API asks for. */
#include "peer.h"

#include "base64.h"
#include <libetpan/libetpan.h>
#include <sys/stat.h>

static void check(int code, const char *what)
{
    if (code != MAILSMTP_NO_ERROR)
        give_up(what);
}

static size_t make(char *message, const struct work *work)
{
    static unsigned char input[57 * 2048 + 16];
    size_t got, length;
    FILE *file;

    message_head(message, 4096, work);
    length = strlen(message);
    if (work->file != NULL) {
        file = fopen(work->file, "rb");
        while ((got = fread(input, 1, 57 * 2048, file)) > 0)
            length += base64_lines(message + length, input, got);
        fclose(file);
        length += (size_t)sprintf(message + length, "\r\n--frontier--\r\n");
    }
    return length;
}

int main(int argc, char **argv)
{
    struct work work = work_of(argc, argv);
    struct stat file = {0};
    mailsmtp *smtp = NULL;
    char *message;
    long sent;

    if (work.file != NULL)
        stat(work.file, &file);
    message = malloc((size_t)file.st_size / 57 * 78 + 8192);
    for (sent = 0; sent < work.count; sent++) {
        size_t length = make(message, &work);

        if (smtp == NULL) {
            smtp = mailsmtp_new(0, NULL);
            check(mailsmtp_socket_connect(smtp, "127.0.0.1", (uint16_t)work.port), "connect");
            check(mailesmtp_ehlo(smtp), "EHLO");
        }
        check(mailsmtp_mail(smtp, THE_SENDER), "MAIL");
        check(mailsmtp_rcpt(smtp, THE_RECIPIENT), "RCPT");
        check(mailsmtp_data(smtp), "DATA");
        check(mailsmtp_data_message(smtp, message, length), "the message");
        if (!work.kept || sent + 1 == work.count) {
            mailsmtp_quit(smtp);
            mailsmtp_free(smtp);
            smtp = NULL;
        }
    }
    free(message);
    return done(&work);
}
