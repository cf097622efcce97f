/*
 * send SUBJECT TEXT NAME ADDRESS NAME ADDRESS NAME ADDRESS FILE FILE FILE: sends one message To, Cc
 * and Bcc, with three files. All arguments are UTF-8; how they reach the library is chosen when this
 * is compiled: IN_THE_CODE_PAGE, IN_UTF8, IN_UTF16 or IN_WCHAR.
 */
#ifdef IN_UTF16
#define SIMPLEMAPI_UTF16
#endif
#include <mapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(IN_UTF16) || defined(IN_WCHAR)
typedef SimpleMapiWChar unit;
typedef MapiMessageW message_type;
typedef MapiRecipDescW recipient_type;
typedef MapiFileDescW file_type;
#define SEND MAPISendMailW
#define CODE_PAGE 0

/* Well-formed UTF-8 in, the library's units out. */
static unit *text(const char *utf8)
{
    unit *out = calloc(strlen(utf8) + 1, sizeof *out), *next = out;
    const unsigned char *in = (const unsigned char *)utf8;
    while (*in != 0) {
        int more = *in < 0x80 ? 0 : *in < 0xe0 ? 1 : *in < 0xf0 ? 2 : 3;
        unsigned long c = more == 0 ? *in : *in & (0x3f >> more);
        for (in++; more > 0; more--)
            c = c << 6 | (*in++ & 0x3f);
        if (sizeof(unit) == 2 && c > 0xffff) {
            *next++ = (unit)(0xd800 + ((c - 0x10000) >> 10));
            c = 0xdc00 + ((c - 0x10000) & 0x3ff);
        }
        *next++ = (unit)c;
    }
    return out;
}
#else
typedef MapiMessage message_type;
typedef MapiRecipDesc recipient_type;
typedef MapiFileDesc file_type;
#define SEND MAPISendMail
#ifdef IN_UTF8
#define CODE_PAGE CP_UTF8
#else
#define CODE_PAGE 0
#endif

static char *text(char *given)
{
    return given;
}
#endif

int main(int argc, char **argv)
{
    message_type message;
    recipient_type recipients[3];
    file_type files[3];
    char reason[1024];
    ULONG code;
    int i;

    if (argc != 12)
        return 2;
    memset(&message, 0, sizeof message);
    memset(recipients, 0, sizeof recipients);
    memset(files, 0, sizeof files);
    for (i = 0; i < 3; i++) {
        recipients[i].ulRecipClass = MAPI_TO + (ULONG)i;
        recipients[i].lpszName = text(argv[3 + 2 * i]);
        recipients[i].lpszAddress = text(argv[4 + 2 * i]);
        files[i].nPosition = (ULONG)-1;
        files[i].lpszPathName = text(argv[9 + i]);
    }
    message.ulReserved = CODE_PAGE;
    message.lpszSubject = text(argv[1]);
    message.lpszNoteText = text(argv[2]);
    message.nRecipCount = 3;
    message.lpRecips = recipients;
    message.nFileCount = 3;
    message.lpFiles = files;

    code = SEND(0, 0, &message, 0, 0);
    if (code != SUCCESS_SUCCESS) {
        SimpleMapiLastError(reason, sizeof reason);
        fprintf(stderr, "code %lu: %s\n", (unsigned long)code, reason);
    }
    return code == SUCCESS_SUCCESS ? 0 : 1;
}
