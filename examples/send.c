/* send ADDRESS FILE: mails a file to somebody, as any Simple MAPI program does. */
#include <mapi.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    MapiRecipDesc to = { 0 };
    MapiFileDesc file = { 0 };
    MapiMessage message = { 0 };
    char address[512], reason[1024];
    ULONG code;

    if (argc != 3) {
        fprintf(stderr, "usage: send ADDRESS FILE\n");
        return 2;
    }
    snprintf(address, sizeof address, "SMTP:%s", argv[1]);

    to.ulRecipClass = MAPI_TO;
    to.lpszName = argv[1];
    to.lpszAddress = address;

    file.nPosition = (ULONG)-1; /* beside the text, not in it */
    file.lpszPathName = argv[2];

    message.lpszSubject = "Sent by a C program";
    message.lpszNoteText = "Hello,\n\nthe file you asked for is attached.\n";
    message.nRecipCount = 1;
    message.lpRecips = &to;
    message.nFileCount = 1;
    message.lpFiles = &file;

    code = MAPISendMail(0, 0, &message, 0, 0);
    if (code != SUCCESS_SUCCESS) {
        SimpleMapiLastError(reason, sizeof reason);
        fprintf(stderr, "send: code %lu: %s\n", (unsigned long)code, reason);
        return 1;
    }
    printf("sent %s to %s\n", argv[2], argv[1]);
    return 0;
}
