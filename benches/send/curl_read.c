/* libcurl as an expert uses it: the message written by hand, given in large pieces when asked for. */
#include "peer.h"

#include "base64.h"
#include <curl/curl.h>

struct message {
    const struct work *work;
    FILE *file;
    char head[2048], tail[64];
    size_t head_left, tail_left;
};

static void check(CURLcode code)
{
    if (code != CURLE_OK)
        give_up(curl_easy_strerror(code));
}

static size_t some(char *into, size_t room, const char *text, size_t *left)
{
    size_t given = *left < room ? *left : room;

    memcpy(into, text + strlen(text) - *left, given);
    *left -= given;
    return given;
}

static size_t read_message(char *into, size_t size, size_t count, void *from)
{
    static unsigned char input[57 * 2048];
    struct message *message = from;
    size_t room = size * count, got;

    if (message->head_left > 0)
        return some(into, room, message->head, &message->head_left);
    if (message->file != NULL) {
        got = fread(input, 1, room / 78 * 57 < sizeof input ? room / 78 * 57 : sizeof input, message->file);
        if (got > 0)
            return base64_lines(into, input, got);
        fclose(message->file);
        message->file = NULL;
    }
    return some(into, room, message->tail, &message->tail_left);
}

static void begin(struct message *message, const struct work *work)
{
    message->work = work;
    message->file = work->file != NULL ? fopen(work->file, "rb") : NULL;
    message_head(message->head, sizeof message->head, work);
    strcpy(message->tail, work->file != NULL ? "\r\n--frontier--\r\n" : "");
    message->head_left = strlen(message->head);
    message->tail_left = strlen(message->tail);
}

int main(int argc, char **argv)
{
    struct work work = work_of(argc, argv);
    struct curl_slist *to;
    CURL *curl = NULL;
    char url[100];
    long sent;

    check(curl_global_init(CURL_GLOBAL_DEFAULT));
    to = curl_slist_append(NULL, "<" THE_RECIPIENT ">");
    snprintf(url, sizeof url, "smtp://127.0.0.1:%d/laptop", work.port);
    for (sent = 0; sent < work.count; sent++) {
        struct message message;

        begin(&message, &work);
        if (curl == NULL) {
            curl = curl_easy_init();
            curl_easy_setopt(curl, CURLOPT_URL, url);
            curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "<" THE_SENDER ">");
            curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
            curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
            curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 2000000L);
            curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_message);
        }
        curl_easy_setopt(curl, CURLOPT_READDATA, &message);
        check(curl_easy_perform(curl));
        if (!work.kept) {
            curl_easy_cleanup(curl);
            curl = NULL;
        }
    }
    curl_easy_cleanup(curl);
    curl_slist_free_all(to);
    return done(&work);
}
