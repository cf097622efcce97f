/*
 * inject ADDRESS SPY FILE: puts each control character, alone and as a pair of CR and LF, into each text
 * field of a message, followed by what would be a header and a body of somebody else's making. The
 * subject says which character it was; one line a message says how it went. FILE goes with each.
 */
#include <mapi.h>
#include <stdio.h>
#include <string.h>

enum { SUBJECT, TEXT, TYPE, DATE, CONVERSATION, ORIGINATOR, NAME, FILE_NAME, ADDRESS, FIELDS };

static const char *const FIELD[FIELDS] = { "subject", "text", "type", "date", "conversation",
    "originator", "name", "file-name", "address" };

/* The last stands for CR LF. */
enum { CR_LF = 0x110000 };
static const unsigned long RANGES[][2] = { { 0x00, 0x1f }, { 0x7f, 0x9f }, { 0x2028, 0x2029 },
    { 0x200e, 0x200f }, { 0x202a, 0x202e }, { 0x2066, 0x2069 }, { 0x061c, 0x061c }, { CR_LF, CR_LF } };

static char *put(char *out, unsigned long c)
{
    if (c == CR_LF) {
        *out++ = '\r';
        *out++ = '\n';
    } else if (c < 0x80) {
        *out++ = (char)c;
    } else if (c < 0x800) {
        *out++ = (char)(0xc0 | c >> 6);
        *out++ = (char)(0x80 | (c & 0x3f));
    } else {
        *out++ = (char)(0xe0 | c >> 12);
        *out++ = (char)(0x80 | (c >> 6 & 0x3f));
        *out++ = (char)(0x80 | (c & 0x3f));
    }
    return out;
}

/* before CHARACTER middle CHARACTER CHARACTER after */
static void inject(char *out, const char *before, unsigned long c, const char *middle, const char *after)
{
    out = put(strcpy(out, before) + strlen(before), c);
    out = put(put(strcpy(out, middle) + strlen(middle), c), c);
    strcpy(out, after);
}

static void send(LHANDLE session, int field, unsigned long c, char *address, const char *spy, char *path)
{
    char character[16], header[600], evil[2000], within[2000];
    char title[2100], reason[1024] = "";
    MapiRecipDesc from = { 0, MAPI_ORIG, "Ada Lovelace", "ada@example.test", 0, NULL };
    MapiRecipDesc to = { 0, MAPI_TO, "Bob", address, 0, NULL };
    MapiFileDesc file = { 0, 0, (ULONG)-1, path, "notes.txt", NULL };
    MapiMessage message = { 0 };
    ULONG code;

    snprintf(character, sizeof character, c == CR_LF ? "CRLF" : "U+%04lX", c);
    snprintf(header, sizeof header, "Bcc: %s", spy);
    inject(evil, "before", c, header, "after");
    inject(within, "be", c, "", address);
    snprintf(title, sizeof title, "%s %s", character, field == SUBJECT ? evil : FIELD[field]);

    message.ulReserved = CP_UTF8;
    message.lpszSubject = title;
    message.lpszNoteText = field == TEXT ? evil : "text";
    message.lpszMessageType = field == TYPE ? evil : NULL;
    message.lpszDateReceived = field == DATE ? evil : NULL;
    message.lpszConversationID = field == CONVERSATION ? evil : NULL;
    message.lpOriginator = &from;
    message.nRecipCount = 1;
    message.lpRecips = &to;
    message.nFileCount = 1;
    message.lpFiles = &file;
    if (field == ORIGINATOR)
        from.lpszName = evil;
    if (field == NAME)
        to.lpszName = evil;
    if (field == FILE_NAME)
        file.lpszFileName = evil;
    if (field == ADDRESS)
        to.lpszAddress = within;

    code = MAPISendMail(session, 0, &message, 0, 0);
    if (code != SUCCESS_SUCCESS)
        SimpleMapiLastError(reason, sizeof reason);
    printf("%s %s %lu %s\n", FIELD[field], character, (unsigned long)code, reason);
}

int main(int argc, char **argv)
{
    LHANDLE session;
    unsigned long c;
    size_t range;
    int field;

    if (argc != 4 || MAPILogon(0, NULL, NULL, 0, 0, &session) != SUCCESS_SUCCESS)
        return 2;
    for (field = 0; field < FIELDS; field++)
        for (range = 0; range < sizeof RANGES / sizeof *RANGES; range++)
            for (c = RANGES[range][0]; c <= RANGES[range][1]; c++)
                send(session, field, c, argv[1], argv[2], argv[3]);
    MAPILogoff(session, 0, 0, 0);
    return 0;
}
