/* inventory [-p PROFILE] [-l LOG] RECIPIENTS STOCK: mails the items of each kind in stock to the people
 * who look after that kind, without anybody being there.
 *
 * STOCK has an item a line: its kind, its name and how many there are, with tabs between. RECIPIENTS
 * has a kind a line: the kind, a colon, and names with semicolons between, each of a person or of a
 * distribution list in the address book. Lines that begin with # say nothing in either.
 *
 * A name that nobody has, or several, keeps nothing from the others: it is logged, and the exit
 * status says that somebody got nothing.
 *
 * Exit status: 0 everybody got theirs, 1 somebody did not, 2 the files or the options are wrong,
 * 3 nobody could log on, so that it is worth trying again. */
#include <mapi.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { EVERYBODY = 0, SOMEBODY_MISSED = 1, WRONG_INPUT = 2, NO_SESSION = 3 };
enum { MOST_RECIPIENTS = 100, MOST_TEXT = 1 << 20 };

static FILE *log_file;

static void note(const char *format, ...)
{
    char when[32];
    time_t now = time(NULL);
    va_list values;

    strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S", localtime(&now));
    fprintf(log_file, "%s inventory: ", when);
    va_start(values, format);
    vfprintf(log_file, format, values);
    va_end(values);
    fputc('\n', log_file);
    fflush(log_file);
}

/* Why the last call failed, for the log. */
static const char *reason(void)
{
    static char text[1024];
    SimpleMapiLastError(text, sizeof text);
    return text;
}

/* The text without blanks around it. */
static char *trimmed(char *text)
{
    char *end;
    text += strspn(text, " \t\r\n");
    end = text + strlen(text);
    while (end > text && strchr(" \t\r\n", end[-1]) != NULL)
        *--end = '\0';
    return text;
}

/* Reads a file that a person wrote; NULL where that cannot be done. The caller frees it. */
static char *contents(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = malloc(MOST_TEXT + 1);
    size_t length = 0;

    if (file != NULL && text != NULL)
        length = fread(text, 1, MOST_TEXT, file);
    if (file == NULL || text == NULL || ferror(file) || length == MOST_TEXT) {
        note("cannot read %s, or it is too long", path);
        free(text);
        text = NULL;
    } else {
        text[length] = '\0';
    }
    if (file != NULL)
        fclose(file);
    return text;
}

/* The next line that says something; NULL at the end. The text is cut up. */
static char *next_line(char **rest)
{
    while (*rest != NULL && **rest != '\0') {
        char *line = *rest;
        char *end = strchr(line, '\n');
        *rest = end == NULL ? NULL : end + 1;
        if (end != NULL)
            *end = '\0';
        line = trimmed(line);
        if (*line != '\0' && *line != '#')
            return line;
    }
    return NULL;
}

/* Writes the items of a kind as a text, and returns how many there are. */
static unsigned items_of(const char *kind, const char *stock, char *text, size_t room)
{
    size_t length = strlen(kind), used = 0;
    const char *line = stock;
    unsigned items = 0;

    text[0] = '\0';
    while (line != NULL && *line != '\0') {
        const char *end = strchr(line, '\n');
        size_t size = end == NULL ? strlen(line) : (size_t)(end - line);
        if (size > length && strncmp(line, kind, length) == 0 && line[length] == '\t') {
            int written = snprintf(text + used, room - used, "%.*s\n",
                                   (int)(size - length - 1), line + length + 1);
            if (written < 0 || (size_t)written >= room - used)
                break;
            used += (size_t)written;
            items++;
        }
        line = end == NULL ? NULL : end + 1;
    }
    return items;
}

/* Mails the items of a kind to those of its recipients who are found; the exit status of that. */
static int mail_kind(LHANDLE session, const char *kind, char *names, const char *stock)
{
    static char text[MOST_TEXT];
    lpMapiRecipDesc found[MOST_RECIPIENTS];
    MapiRecipDesc recipients[MOST_RECIPIENTS];
    MapiMessage message = { 0 };
    char subject[256];
    int status = EVERYBODY;
    unsigned items = items_of(kind, stock, text, sizeof text);
    unsigned i;
    char *rest;

    if (items == 0) {
        note("%s: nothing in stock", kind);
        return EVERYBODY;
    }
    for (rest = names; rest != NULL;) {
        char *name = rest;
        rest = strchr(name, ';');
        if (rest != NULL)
            *rest++ = '\0';
        name = trimmed(name);
        if (*name == '\0')
            continue;
        if (message.nRecipCount == MOST_RECIPIENTS) {
            note("%s: too many recipients, %s gets nothing", kind, name);
            status = SOMEBODY_MISSED;
        } else if (MAPIResolveName(session, 0, name, 0, 0, &found[message.nRecipCount]) != SUCCESS_SUCCESS) {
            note("%s: %s gets nothing: %s", kind, name, reason());
            status = SOMEBODY_MISSED;
        } else {
            /* Everything that the entry id needs belongs to what was found, and is freed below. */
            recipients[message.nRecipCount] = *found[message.nRecipCount];
            message.nRecipCount++;
        }
    }
    snprintf(subject, sizeof subject, "In stock: %s", kind);
    message.lpszSubject = subject;
    message.lpszNoteText = text;
    message.lpRecips = recipients;
    if (message.nRecipCount == 0) {
        note("%s: %u items, and nobody to tell", kind, items);
        status = SOMEBODY_MISSED;
    } else if (MAPISendMail(session, 0, &message, 0, 0) != SUCCESS_SUCCESS) {
        note("%s: not sent: %s", kind, reason());
        status = SOMEBODY_MISSED;
    } else {
        for (i = 0; i < message.nRecipCount; i++)
            note("%s: %u items to %s", kind, items, recipients[i].lpszName);
    }
    for (i = 0; i < message.nRecipCount; i++)
        MAPIFreeBuffer(found[i]);
    return status;
}

static int mail_all(char *profile, char *recipients, const char *stock)
{
    LHANDLE session;
    int status = EVERYBODY;
    char *line;

    if (MAPILogon(0, profile, NULL, MAPI_NEW_SESSION, 0, &session) != SUCCESS_SUCCESS) {
        note("nobody can log on: %s", reason());
        return NO_SESSION;
    }
    while ((line = next_line(&recipients)) != NULL) {
        char *names = strchr(line, ':');
        if (names == NULL) {
            note("no colon behind the kind: %s", line);
            status = SOMEBODY_MISSED;
            continue;
        }
        *names++ = '\0';
        if (mail_kind(session, trimmed(line), names, stock) != EVERYBODY)
            status = SOMEBODY_MISSED;
    }
    MAPILogoff(session, 0, 0, 0);
    return status;
}

int main(int argc, char **argv)
{
    char *profile = NULL, *recipients, *stock;
    const char *log_path = NULL;
    int at, status = WRONG_INPUT;

    log_file = stderr;
    for (at = 1; at + 1 < argc && argv[at][0] == '-'; at += 2) {
        if (strcmp(argv[at], "-p") == 0)
            profile = argv[at + 1];
        else if (strcmp(argv[at], "-l") == 0)
            log_path = argv[at + 1];
        else
            break;
    }
    if (at + 2 != argc || argv[at][0] == '-') {
        fprintf(stderr, "usage: inventory [-p PROFILE] [-l LOG] RECIPIENTS STOCK\n");
        return WRONG_INPUT;
    }
    if (log_path != NULL && (log_file = fopen(log_path, "a")) == NULL) {
        fprintf(stderr, "inventory: cannot write %s\n", log_path);
        return WRONG_INPUT;
    }
    recipients = contents(argv[at]);
    stock = contents(argv[at + 1]);
    if (recipients != NULL && stock != NULL)
        status = mail_all(profile, recipients, stock);
    note("done, with status %d", status);
    free(recipients);
    free(stock);
    return status;
}
