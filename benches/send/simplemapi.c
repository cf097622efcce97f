/*
 * Our library, as any program uses it: the profile says where the server is. All messages in one session, or a
 * session for each; or with WITHOUT_SESSION (calls.c) each call for itself, as programs do that know no better.
 */
#include "peer.h"

#include <mapi.h>

#ifndef WITHOUT_SESSION
#define WITHOUT_SESSION 0
#endif

static void check(ULONG code)
{
    char reason[1024] = "";

    if (code == SUCCESS_SUCCESS)
        return;
    SimpleMapiLastError(reason, sizeof reason);
    fprintf(stderr, "simplemapi: %lu: %s\n", (unsigned long)code, reason);
    exit(1);
}

int main(int argc, char **argv)
{
    struct work work = work_of(argc, argv);
    MapiRecipDesc to = {0, MAPI_TO, NULL, THE_RECIPIENT, 0, NULL};
    MapiFileDesc file = {0, 0, (ULONG)-1, (char *)work.file, "stock.bin", NULL};
    MapiMessage message = {0};
    LHANDLE session = 0;
    long sent;

    message.lpszSubject = THE_SUBJECT;
    message.lpszNoteText = work.text;
    message.nRecipCount = 1;
    message.lpRecips = &to;
    message.nFileCount = work.file != NULL;
    message.lpFiles = &file;
    for (sent = 0; sent < work.count; sent++) {
        if (session == 0 && !WITHOUT_SESSION)
            check(MAPILogon(0, NULL, NULL, 0, 0, &session));
        check(MAPISendMail(session, 0, &message, 0, 0));
        if (session != 0 && (!work.kept || sent + 1 == work.count)) {
            check(MAPILogoff(session, 0, 0, 0));
            session = 0;
        }
    }
    return done(&work);
}
