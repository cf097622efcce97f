/*
 * board: a bulletin board in a shared mailbox.
 *
 *     board post "subject" "text"
 *     board list
 *     board show N
 *     board remove N
 *
 * A post is a message of a class of its own. Nobody sends it: it is saved where mail arrives, and
 * found again by its class. Mail programs that list IPM.Note do not see it. A stranger can put
 * anything there by sending mail of that class, so what is shown is shown with care.
 */
#include <mapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POST "IPM.Post.Board"
#define ID_SIZE 64

static LHANDLE session;

static int complain(const char *what)
{
    char reason[1024] = "";

    SimpleMapiLastError(reason, sizeof reason);
    fprintf(stderr, "board: cannot %s: %s\n", what, reason);
    return 1;
}

/* Prints what a stranger wrote. A terminal obeys control characters: none gets there. */
static void print(const char *text)
{
    const unsigned char *c;

    for (c = (const unsigned char *)text; *c != '\0'; c++) {
        if (c[0] == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0)
            c++; /* U+0080 to U+009F: the other set of them, in UTF-8 */
        else if ((*c >= ' ' && *c != 0x7F) || *c == '\n' || *c == '\t')
            putchar(*c);
    }
}

/* Makes an id that of the next post, or of the first one if it is "". */
static ULONG next_post(char id[ID_SIZE])
{
    return MAPIFindNext(session, 0, POST, id, MAPI_GUARANTEE_FIFO, 0, id);
}

static int post(char *subject, char *text)
{
    MapiMessage message = { 0 };
    char id[ID_SIZE] = "";

    message.lpszMessageType = POST;
    message.lpszSubject = subject;
    message.lpszNoteText = text;
    message.flFlags = MAPI_UNREAD;
    if (MAPISaveMail(session, 0, &message, 0, 0, id) != SUCCESS_SUCCESS)
        return complain("post");
    printf("posted\n");
    return 0;
}

static int list(void)
{
    MapiMessage *message;
    char id[ID_SIZE] = "";
    ULONG code, number = 0;

    while ((code = next_post(id)) == SUCCESS_SUCCESS) {
        number++;
        if (MAPIReadMail(session, 0, id, MAPI_ENVELOPE_ONLY | MAPI_PEEK, 0, &message)
            != SUCCESS_SUCCESS)
            continue; /* somebody has just removed it */
        printf("%lu %s ", (unsigned long)number, message->lpszDateReceived);
        print(message->lpszSubject);
        printf("\n");
        MAPIFreeBuffer(message);
    }
    return code == MAPI_E_NO_MESSAGES ? 0 : complain("list the posts");
}

static int show(char *id)
{
    MapiMessage *message;

    if (MAPIReadMail(session, 0, id, MAPI_SUPPRESS_ATTACH, 0, &message) != SUCCESS_SUCCESS)
        return complain("read the post");
    print(message->lpszSubject);
    printf("\n");
    print(message->lpOriginator->lpszName);
    printf(", %s\n\n", message->lpszDateReceived);
    print(message->lpszNoteText);
    printf("\n");
    MAPIFreeBuffer(message);
    return 0;
}

static int take_down(char *id)
{
    if (MAPIDeleteMail(session, 0, id, 0, 0) != SUCCESS_SUCCESS)
        return complain("remove the post");
    printf("removed\n");
    return 0;
}

static int with_post(const char *number, int (*act)(char *id))
{
    unsigned long left = strtoul(number, NULL, 10);
    char id[ID_SIZE] = "";

    do {
        if (next_post(id) != SUCCESS_SUCCESS)
            return complain("find the post");
    } while (left-- > 1);
    return act(id);
}

static int obey(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";

    if (argc == 4 && strcmp(command, "post") == 0)
        return post(argv[2], argv[3]);
    if (argc == 2 && strcmp(command, "list") == 0)
        return list();
    if (argc == 3 && strcmp(command, "show") == 0)
        return with_post(argv[2], show);
    if (argc == 3 && strcmp(command, "remove") == 0)
        return with_post(argv[2], take_down);
    fprintf(stderr, "usage: board post SUBJECT TEXT | list | show N | remove N\n");
    return 2;
}

int main(int argc, char **argv)
{
    int failed;

    if (MAPILogon(0, NULL, NULL, 0, 0, &session) != SUCCESS_SUCCESS)
        return complain("log on");
    failed = obey(argc, argv);
    MAPILogoff(session, 0, 0, 0);
    return failed;
}
