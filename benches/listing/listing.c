/*
 * listing [first]: lists the Inbox as mail programs do, and says how long that took.
 *
 * Prints the number of messages, the seconds of the first call and those of all; with "first" it
 * stops after the first call.
 */
#define _POSIX_C_SOURCE 200809L
#include <mapi.h>
#include <stdio.h>
#include <time.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int failed(const char *call, ULONG code)
{
    char reason[1024] = "";

    SimpleMapiLastError(reason, sizeof reason);
    fprintf(stderr, "listing: %s: %lu: %s\n", call, (unsigned long)code, reason);
    return 1;
}

int main(int argc, char **argv)
{
    LHANDLE session;
    MapiMessage *message;
    char id[64] = "";
    unsigned long count = 0, whole = 0;
    double began, first = 0;
    ULONG code, read;

    (void)argv;
    code = MAPILogon(0, NULL, NULL, 0, 0, &session);
    if (code != SUCCESS_SUCCESS)
        return failed("MAPILogon", code);
    began = now();
    while ((code = MAPIFindNext(session, 0, NULL, id, MAPI_GUARANTEE_FIFO, 0, id)) == SUCCESS_SUCCESS) {
        if (count++ == 0)
            first = now() - began;
        if (argc > 1)
            return 0;
        read = MAPIReadMail(session, 0, id, MAPI_ENVELOPE_ONLY | MAPI_PEEK, 0, &message);
        if (read != SUCCESS_SUCCESS)
            return failed("MAPIReadMail", read);
        /* As a program that shows them would, look at the subject and the date. */
        whole += message->lpszSubject[0] != '\0' && message->lpszDateReceived[0] != '\0';
        MAPIFreeBuffer(message);
    }
    if (code != MAPI_E_NO_MESSAGES)
        return failed("MAPIFindNext", code);
    if (whole != count)
        return failed("a message without subject or date", 0);
    printf("%lu %.9f %.9f\n", count, first, now() - began);
    MAPILogoff(session, 0, 0, 0);
    return 0;
}
