/* libesmtp: the message written by hand and read from memory or a file, as its API asks for. */
#include "peer.h"

#include "base64.h"
#include <libesmtp.h>

struct message {
    const struct work *work;
    FILE *file;
    int stage;
    char head[4096], lines[78 * 2048];
};

/* Gives the message piece by piece; libesmtp wants to rewind it first. */
static const char *give(void **buffer, int *length, void *from)
{
    static unsigned char input[57 * 2048 + 16];
    struct message *message = from;
    size_t got;

    (void)buffer;
    if (length == NULL) {
        message->stage = 0;
        if (message->file != NULL)
            rewind(message->file);
        return NULL;
    }
    if (message->stage == 0) {
        message->stage = message->file != NULL ? 1 : 3;
        *length = (int)strlen(message->head);
        return message->head;
    }
    if (message->stage == 1) {
        got = fread(input, 1, 57 * 2048, message->file);
        if (got > 0) {
            *length = (int)base64_lines(message->lines, input, got);
            return message->lines;
        }
        message->stage = 3;
        *length = 18;
        return "\r\n--frontier--\r\n\r\n";
    }
    *length = 0;
    return NULL;
}

static void send_some(const struct work *work, long count)
{
    static struct message messages[4096];
    smtp_session_t session = smtp_create_session();
    char server[64];
    long i;

    snprintf(server, sizeof server, "localhost:%d", work->port);
    smtp_set_server(session, server);
    smtp_set_hostname(session, "laptop");
    for (i = 0; i < count; i++) {
        struct message *one = &messages[i];
        smtp_message_t message = smtp_add_message(session);

        one->work = work;
        one->file = work->file != NULL ? fopen(work->file, "rb") : NULL;
        message_head(one->head, sizeof one->head, work);
        smtp_set_reverse_path(message, THE_SENDER);
        smtp_add_recipient(message, THE_RECIPIENT);
        smtp_set_messagecb(message, give, one);
    }
    if (!smtp_start_session(session))
        give_up("libesmtp");
    for (i = 0; i < count; i++)
        if (messages[i].file != NULL)
            fclose(messages[i].file);
    smtp_destroy_session(session);
}

int main(int argc, char **argv)
{
    struct work work = work_of(argc, argv);
    long sent = 0, most = work.kept ? 500 : 1;

    while (sent < work.count) {
        long count = work.count - sent < most ? work.count - sent : most;

        send_some(&work, count);
        sent += count;
    }
    return done(&work);
}
