/* Our library, as any program uses it: the profile says where the server is. */
#include "peer.h"

#include <mapi.h>

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
    if (work.kept)
        check(MAPILogon(0, NULL, NULL, 0, 0, &session));
    for (sent = 0; sent < work.count; sent++)
        check(MAPISendMail(session, 0, &message, 0, 0));
    if (work.kept)
        check(MAPILogoff(session, 0, 0, 0));
    return done(&work);
}
