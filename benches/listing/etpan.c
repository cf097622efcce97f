/*
 * etpan MAILDIR: lists a Maildir with libetpan, as mail programs built on it do, and says how long
 * that took.
 *
 * Prints the number of messages, the seconds until their names are known and those of all.
 */
#define _POSIX_C_SOURCE 200809L
#include <libetpan/libetpan.h>
#include <stdio.h>
#include <time.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int failed(const char *step, int code)
{
    fprintf(stderr, "etpan: %s: %d\n", step, code);
    return 1;
}

int main(int argc, char **argv)
{
    struct mailstorage *storage = mailstorage_new(NULL);
    struct mailfolder *folder;
    struct mailmessage_list *list = NULL;
    unsigned i, complete = 0;
    double began = now(), first;
    int code;

    if (argc != 2 || storage == NULL)
        return failed("usage: etpan MAILDIR", 0);
    code = maildir_mailstorage_init(storage, argv[1], 0, NULL, NULL);
    if (code != MAIL_NO_ERROR)
        return failed("maildir_mailstorage_init", code);
    folder = mailfolder_new(storage, argv[1], NULL);
    if (folder == NULL || (code = mailfolder_connect(folder)) != MAIL_NO_ERROR)
        return failed("mailfolder_connect", code);
    code = mailfolder_get_messages_list(folder, &list);
    if (code != MAIL_NO_ERROR)
        return failed("mailfolder_get_messages_list", code);
    first = now() - began;
    code = mailfolder_get_envelopes_list(folder, list);
    if (code != MAIL_NO_ERROR)
        return failed("mailfolder_get_envelopes_list", code);
    for (i = 0; i < carray_count(list->msg_tab); i++) {
        mailmessage *message = carray_get(list->msg_tab, i);
        struct mailimf_single_fields single;

        if (message->msg_fields == NULL)
            continue;
        mailimf_single_fields_init(&single, message->msg_fields);
        complete += single.fld_subject != NULL && single.fld_orig_date != NULL;
    }
    if (complete != carray_count(list->msg_tab))
        return failed("a message without subject or date", 0);
    printf("%u %.9f %.9f\n", complete, first, now() - began);
    mailmessage_list_free(list);
    mailfolder_free(folder);
    mailstorage_free(storage);
    return 0;
}
