/*
 * What every program here shares. Each of them is a host: somebody else's program, with one habit
 * that kills careless libraries. It exits with 0 when it came through, and says why when it did not.
 */
#ifndef HOST_H
#define HOST_H

#include <mapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Where complaints go. A program that closes its standard streams keeps a copy elsewhere. */
static int complaints = 2;

#define EXPECT(condition)                                                                           \
    do {                                                                                            \
        if (!(condition)) {                                                                         \
            dprintf(complaints, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);             \
            _exit(1);                                                                               \
        }                                                                                           \
    } while (0)

/* Expects a code, and where there is another one says with what reason. */
#define EXPECT_CODE(expected, call)                                                                 \
    do {                                                                                            \
        ULONG code_ = (call);                                                                       \
        if (code_ != (expected)) {                                                                  \
            char why_[1000] = "";                                                                   \
            SimpleMapiLastError(why_, sizeof why_);                                                 \
            dprintf(complaints, "%s:%d: %s is %u: %s\n", __FILE__, __LINE__, #call, (unsigned)code_, why_); \
            _exit(1);                                                                               \
        }                                                                                           \
    } while (0)

static inline ULONG send_text_in(LHANDLE session, const char *text)
{
    MapiRecipDesc to = {0, MAPI_TO, "Bob", "bob@example.org", 0, NULL};
    MapiMessage mail = {0};
    mail.lpszSubject = "From a host";
    mail.lpszNoteText = (char *)text;
    mail.nRecipCount = 1;
    mail.lpRecips = &to;
    return MAPISendMail(session, 0, &mail, 0, 0);
}

static inline ULONG send_text(const char *text)
{
    return send_text_in(lhSessionNull, text);
}

/* More than a pipe or a socket holds while nobody reads. */
static inline char *long_text(void)
{
    size_t length = 4 << 20, i;
    char *text = malloc(length + 1);
    EXPECT(text != NULL);
    for (i = 0; i < length; i++)
        text[i] = i % 70 == 69 ? '\n' : 'x';
    text[length] = '\0';
    return text;
}

static inline void sleep_ms(long ms)
{
    struct timespec span = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&span, &span) != 0)
        ;
}

#endif
