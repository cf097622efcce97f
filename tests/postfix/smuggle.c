/*
 * smuggle FILE ADDRESS [FILE ADDRESS]...: sends to each address what the file holds: as the text of a
 * message, as an attachment and as a saved mail that is attached; all in one session.
 */
#include <mapi.h>
#include <stdio.h>
#include <stdlib.h>

static char *content(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text;
    long size;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        exit(2);
    size = ftell(file);
    rewind(file);
    text = calloc((size_t)size + 1, 1);
    if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size)
        exit(2);
    fclose(file);
    return text;
}

static int send(LHANDLE session, char *address, char *subject, char *text, char *path, char *name)
{
    MapiRecipDesc to = { 0, MAPI_TO, NULL, address, 0, NULL };
    MapiFileDesc file = { 0, 0, (ULONG)-1, path, name, NULL };
    MapiMessage message = { 0 };
    char reason[1024];
    ULONG code;

    message.ulReserved = CP_UTF8;
    message.lpszSubject = subject;
    message.lpszNoteText = text;
    message.nRecipCount = 1;
    message.lpRecips = &to;
    message.nFileCount = path != NULL;
    message.lpFiles = &file;
    code = MAPISendMail(session, 0, &message, 0, 0);
    if (code == SUCCESS_SUCCESS)
        return 0;
    SimpleMapiLastError(reason, sizeof reason);
    fprintf(stderr, "%s, %s: code %lu: %s\n", address, subject, (unsigned long)code, reason);
    return 1;
}

int main(int argc, char **argv)
{
    LHANDLE session;
    int failed = 0, i;

    if (MAPILogon(0, NULL, NULL, 0, 0, &session) != SUCCESS_SUCCESS)
        return 2;
    for (i = 1; i + 1 < argc; i += 2) {
        char *text = content(argv[i]);
        failed += send(session, argv[i + 1], "text", text, NULL, NULL);
        failed += send(session, argv[i + 1], "file", "see the file", argv[i], "body.bin");
        failed += send(session, argv[i + 1], "mail", "see the mail", argv[i], "body.eml");
        free(text);
    }
    MAPILogoff(session, 0, 0, 0);
    return failed != 0;
}
