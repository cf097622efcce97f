/*
 * Our library in a program of eight threads that send at the same time: "kept", all in one session, or
 * "each", each in a session of its own. COUNT is that of all threads together.
 */
#include "peer.h"

#include <mapi.h>
#include <pthread.h>

enum { THREADS = 8 };

static struct work work;

static void check(ULONG code)
{
    char reason[1024] = "";

    if (code == SUCCESS_SUCCESS)
        return;
    SimpleMapiLastError(reason, sizeof reason);
    fprintf(stderr, "simplemapi: %lu: %s\n", (unsigned long)code, reason);
    exit(1);
}

static void *send_share(void *session)
{
    MapiRecipDesc to = {0, MAPI_TO, NULL, THE_RECIPIENT, 0, NULL};
    MapiMessage message = {0};
    long sent;

    message.lpszSubject = THE_SUBJECT;
    message.lpszNoteText = work.text;
    message.nRecipCount = 1;
    message.lpRecips = &to;
    for (sent = 0; sent < work.count / THREADS; sent++)
        check(MAPISendMail(*(LHANDLE *)session, 0, &message, 0, 0));
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[THREADS];
    LHANDLE sessions[THREADS];
    int i;

    work = work_of(argc, argv);
    for (i = 0; i < THREADS; i++)
        check(MAPILogon(0, NULL, NULL, work.kept ? 0 : MAPI_NEW_SESSION, 0, &sessions[i]));
    for (i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, send_share, &sessions[i]) != 0)
            give_up("pthread_create");
    for (i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    for (i = 0; i < THREADS; i++)
        check(MAPILogoff(sessions[i], 0, 0, 0));
    return done(&work);
}
