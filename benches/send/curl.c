/* libcurl, with its own MIME: what its documentation shows. */
#include "peer.h"

#include <curl/curl.h>

static void check(CURLcode code)
{
    if (code != CURLE_OK)
        give_up(curl_easy_strerror(code));
}

static void send_one(CURL *curl, const struct work *work)
{
    struct curl_slist *fields = NULL;
    curl_mime *mime = curl_mime_init(curl);
    curl_mimepart *part = curl_mime_addpart(mime);

    fields = curl_slist_append(fields, "From: <" THE_SENDER ">");
    fields = curl_slist_append(fields, "To: <" THE_RECIPIENT ">");
    fields = curl_slist_append(fields, "Subject: " THE_SUBJECT);
    fields = curl_slist_append(fields, "Date: Tue, 14 Nov 2023 22:13:18 +0000");
    curl_mime_data(part, work->text, CURL_ZERO_TERMINATED);
    if (work->file != NULL) {
        part = curl_mime_addpart(mime);
        curl_mime_filedata(part, work->file);
        curl_mime_encoder(part, "base64");
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
    curl_easy_setopt(curl, CURLOPT_MIMEPOST, mime);
    check(curl_easy_perform(curl));
    curl_mime_free(mime);
    curl_slist_free_all(fields);
}

static CURL *connection(const struct work *work, struct curl_slist *to)
{
    CURL *curl = curl_easy_init();
    char url[100];

    snprintf(url, sizeof url, "smtp://127.0.0.1:%d/laptop", work->port);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "<" THE_SENDER ">");
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    return curl;
}

int main(int argc, char **argv)
{
    struct work work = work_of(argc, argv);
    struct curl_slist *to;
    CURL *curl = NULL;
    long sent;

    check(curl_global_init(CURL_GLOBAL_DEFAULT));
    to = curl_slist_append(NULL, "<" THE_RECIPIENT ">");
    for (sent = 0; sent < work.count; sent++) {
        if (curl == NULL)
            curl = connection(&work, to);
        send_one(curl, &work);
        if (!work.kept) {
            curl_easy_cleanup(curl);
            curl = NULL;
        }
    }
    curl_easy_cleanup(curl);
    curl_slist_free_all(to);
    return done(&work);
}
