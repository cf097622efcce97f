/*
 * inbox: a small mail client for the terminal.
 *
 *     inbox list              the messages, oldest first; * marks those that nobody has read
 *     inbox read N            one of them; its attachments lie in files until Enter is pressed
 *     inbox reply N "text"    answers its sender
 *     inbox delete N          deletes it
 *     inbox                   takes these commands from the keyboard, one a line
 *
 * Messages have their numbers from the last list, so that a second "delete 2" deletes no other one.
 */
#include <mapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Requests, posts and the like are IPM too; they are for the programs that know their class. */
#define MAIL_FOR_PEOPLE "IPM.Note"

typedef struct {
    char text[64];
} MessageId;

static LHANDLE session;
static MessageId *ids;
static size_t count;

static int complain(const char *what)
{
    char reason[1024] = "";

    SimpleMapiLastError(reason, sizeof reason);
    fprintf(stderr, "inbox: cannot %s: %s\n", what, reason);
    return 1;
}

/* Prints what a stranger wrote. A terminal obeys control characters: none gets there. */
static void show(const char *text)
{
    const unsigned char *c;

    for (c = (const unsigned char *)text; *c != '\0'; c++) {
        if (c[0] == 0xC2 && c[1] >= 0x80 && c[1] < 0xA0)
            c++; /* U+0080 to U+009F: the other set of them, in UTF-8 */
        else if ((*c >= ' ' && *c != 0x7F) || *c == '\n' || *c == '\t')
            putchar(*c);
    }
}

static void show_person(const MapiRecipDesc *person)
{
    int named = person->lpszName != NULL && *person->lpszName != '\0';

    show(named ? person->lpszName : person->lpszAddress != NULL ? person->lpszAddress : "nobody");
}

/* Learns the ids of all messages. */
static int look(void)
{
    MessageId id = { "" }, *grown;
    ULONG code;

    count = 0;
    while ((code = MAPIFindNext(session, 0, MAIL_FOR_PEOPLE, id.text, MAPI_GUARANTEE_FIFO, 0, id.text))
           == SUCCESS_SUCCESS) {
        grown = realloc(ids, (count + 1) * sizeof *ids);
        if (grown == NULL)
            break;
        ids = grown;
        ids[count++] = id;
    }
    return code == MAPI_E_NO_MESSAGES ? 0 : complain("look for messages");
}

static int list(void)
{
    MapiMessage *message;
    size_t i;

    if (look() != 0)
        return 1;
    for (i = 0; i < count; i++) {
        if (MAPIReadMail(session, 0, ids[i].text, MAPI_ENVELOPE_ONLY | MAPI_PEEK, 0, &message)
            != SUCCESS_SUCCESS)
            continue; /* somebody else has deleted it meanwhile */
        printf("%3lu %c %s  ", (unsigned long)(i + 1), message->flFlags & MAPI_UNREAD ? '*' : ' ',
               message->lpszDateReceived);
        show_person(message->lpOriginator);
        printf(": ");
        show(message->lpszSubject);
        printf("\n");
        MAPIFreeBuffer(message);
    }
    printf("%lu messages\n", (unsigned long)count);
    return 0;
}

/* Shows where the attachments lie. The files are ours: they go when they were looked at. */
static void show_files(const MapiMessage *message)
{
    ULONG i;
    int c;

    if (message->nFileCount == 0)
        return;
    for (i = 0; i < message->nFileCount; i++) {
        printf("File: ");
        show(message->lpFiles[i].lpszPathName);
        printf("\n");
    }
    printf("Enter removes the files: ");
    fflush(stdout);
    while ((c = getchar()) != '\n' && c != EOF)
        ;
    printf("\n");
    for (i = 0; i < message->nFileCount; i++)
        remove(message->lpFiles[i].lpszPathName);
}

static int read_message(char *id)
{
    static const char *const classes[] = { "From", "To", "Cc", "Bcc" };
    MapiMessage *message;
    ULONG i;

    if (MAPIReadMail(session, 0, id, 0, 0, &message) != SUCCESS_SUCCESS)
        return complain("read the message");
    printf("From: ");
    show_person(message->lpOriginator);
    for (i = 0; i < message->nRecipCount; i++) {
        printf("\n%s: ", classes[message->lpRecips[i].ulRecipClass % 4]);
        show_person(&message->lpRecips[i]);
    }
    printf("\nDate: %s\nSubject: ", message->lpszDateReceived);
    show(message->lpszSubject);
    printf("\n\n");
    show(message->lpszNoteText);
    printf("\n");
    show_files(message);
    MAPIFreeBuffer(message);
    return 0;
}

/* The answer, and below it what it answers, a "> " before each line. The caller frees it. */
static char *quote(const char *answer, const char *text)
{
    char *quoted = malloc(strlen(answer) + 3 * strlen(text) + 8), *end;
    int line_begins = 1;

    if (quoted == NULL)
        return NULL;
    end = quoted + sprintf(quoted, "%s\n\n", answer);
    for (; *text != '\0'; text++) {
        if (*text == '\r')
            continue;
        if (line_begins)
            end += sprintf(end, "> ");
        *end++ = *text;
        line_begins = *text == '\n';
    }
    *end = '\0';
    return quoted;
}

static int reply(char *id, const char *answer)
{
    MapiMessage mail = { 0 }, *original;
    MapiRecipDesc to;
    ULONG code = MAPI_E_INSUFFICIENT_MEMORY;

    if (MAPIReadMail(session, 0, id, MAPI_SUPPRESS_ATTACH, 0, &original) != SUCCESS_SUCCESS)
        return complain("read the message");
    to = *original->lpOriginator;
    to.ulRecipClass = MAPI_TO;
    mail.nRecipCount = 1;
    mail.lpRecips = &to;
    mail.lpszConversationID = original->lpszConversationID;
    mail.lpszNoteText = quote(answer, original->lpszNoteText);
    mail.lpszSubject = malloc(strlen(original->lpszSubject) + sizeof "Re: ");
    if (mail.lpszNoteText != NULL && mail.lpszSubject != NULL) {
        sprintf(mail.lpszSubject, "%s%s",
                strncasecmp(original->lpszSubject, "Re:", 3) == 0 ? "" : "Re: ",
                original->lpszSubject);
        code = MAPISendMail(session, 0, &mail, 0, 0);
    }
    if (code == SUCCESS_SUCCESS) {
        printf("answered ");
        show_person(&to);
        printf("\n");
    }
    free(mail.lpszSubject);
    free(mail.lpszNoteText);
    MAPIFreeBuffer(original);
    return code == SUCCESS_SUCCESS ? 0 : complain("send the answer");
}

static int delete_message(char *id)
{
    if (MAPIDeleteMail(session, 0, id, 0, 0) != SUCCESS_SUCCESS)
        return complain("delete the message");
    printf("deleted\n");
    return 0;
}

static int obey(const char *command, const char *number, const char *text)
{
    size_t n = number != NULL ? strtoul(number, NULL, 10) : 0;

    if (strcmp(command, "list") == 0)
        return list();
    if (n == 0 || n > count) {
        fprintf(stderr, "inbox: list, or read, reply or delete with a number from 1 to %lu\n",
                (unsigned long)count);
        return 2;
    }
    if (strcmp(command, "read") == 0)
        return read_message(ids[n - 1].text);
    if (strcmp(command, "reply") == 0 && text != NULL)
        return reply(ids[n - 1].text, text);
    if (strcmp(command, "delete") == 0)
        return delete_message(ids[n - 1].text);
    fprintf(stderr, "inbox: list, read N, reply N \"text\", delete N\n");
    return 2;
}

static int converse(void)
{
    char line[4096], *command, *number;
    int failed = list();

    while (printf("> "), fflush(stdout), fgets(line, sizeof line, stdin) != NULL) {
        command = strtok(line, " \n");
        if (command == NULL)
            continue;
        if (strcmp(command, "quit") == 0)
            break;
        number = strtok(NULL, " \n");
        failed = obey(command, number, strtok(NULL, "\n"));
    }
    return failed;
}

int main(int argc, char **argv)
{
    int failed;

    if (MAPILogon(0, NULL, NULL, 0, 0, &session) != SUCCESS_SUCCESS)
        return complain("log on");
    if (argc < 2)
        failed = converse();
    else if ((failed = look()) == 0)
        failed = obey(argv[1], argc > 2 ? argv[2] : NULL, argc > 3 ? argv[3] : NULL);
    MAPILogoff(session, 0, 0, 0);
    free(ids);
    return failed;
}
