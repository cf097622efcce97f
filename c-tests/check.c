#include "check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool check_strictly = false;

static struct outcome *running;
static jmp_buf way_out;

void check_run(test_body body, struct outcome *outcome)
{
    memset(outcome, 0, sizeof *outcome);
    running = outcome;
    if (setjmp(way_out) == 0)
        body();
    running = NULL;
    fflush(stdout);
}

void check_stop(void)
{
    longjmp(way_out, 1);
}

void check_skip(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(running->reason, sizeof running->reason, format, arguments);
    va_end(arguments);
    running->skipped = true;
    check_stop();
}

/* A test that breaks in a loop has said enough after a few times. */
#define TOLD 6

/* Counts a check; whether its failure is to be told. */
static bool fails(bool held)
{
    if (held) {
        running->held++;
        return false;
    }
    running->broken++;
    if (running->broken == TOLD + 1)
        puts("    ... and more of the kind");
    return running->broken <= TOLD;
}

static void print_why(const char *why)
{
    printf("      because: %s\n", why);
    fflush(stdout);
}

bool check_true(const char *where, bool held, const char *what, const char *why)
{
    if (fails(held)) {
        printf("    %s: does not hold: %s\n", where, what);
        print_why(why);
    }
    return held;
}

bool check_advised(const char *where, bool held, const char *what, const char *why)
{
    return !check_strictly || check_true(where, held, what, why);
}

bool check_number(const char *where, unsigned long long got, unsigned long long expected,
                  const char *what, const char *why)
{
    bool held = got == expected;
    if (fails(held)) {
        printf("    %s: expected %llu, got %llu: %s\n", where, expected, got, what);
        print_why(why);
    }
    return held;
}

/* Prints a text so that what cannot be seen can be read, and not more of it than helps. */
static void print_text(const char *text)
{
    size_t printed = 0;
    if (text == NULL) {
        fputs("NULL", stdout);
        return;
    }
    putchar('"');
    for (; *text != '\0' && printed < 300; text++, printed++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < 0x20 || byte == 0x7F)
            printf("\\x%02X", byte);
        else
            putchar(byte);
    }
    fputs(*text == '\0' ? "\"" : "\"...", stdout);
}

bool check_text(const char *where, const char *got, const char *expected, const char *what,
                const char *why)
{
    bool held = got != NULL && expected != NULL ? strcmp(got, expected) == 0 : got == expected;
    if (fails(held)) {
        printf("    %s: expected ", where);
        print_text(expected);
        fputs(", got ", stdout);
        print_text(got);
        printf(": %s\n", what);
        print_why(why);
    }
    return held;
}

bool check_code(const char *where, ULONG got, const ULONG *accepted, size_t count, const char *why)
{
    bool held = false;
    size_t i;
    for (i = 0; i < count; i++)
        held = held || got == accepted[i];
    if (fails(held)) {
        printf("    %s: expected ", where);
        for (i = 0; i < count; i++)
            printf("%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", code_name(accepted[i]));
        printf(", got %s\n", code_name(got));
        print_why(why);
    }
    return held;
}

bool check_refused(const char *where, ULONG got, ULONG preferred, const char *why)
{
    bool held =
        check_strictly ? got == preferred : got != SUCCESS_SUCCESS && got != MAPI_USER_ABORT;
    if (fails(held)) {
        printf("    %s: expected %s%s, got ", where, code_name(preferred),
               check_strictly ? "" : " or another error");
        printf("%s\n", code_name(got));
        print_why(why);
    }
    return held;
}

const char *code_name(ULONG code)
{
    static const char *const names[] = {
        "SUCCESS_SUCCESS",
        "MAPI_E_USER_ABORT",
        "MAPI_E_FAILURE",
        "MAPI_E_LOGIN_FAILURE",
        "MAPI_E_DISK_FULL",
        "MAPI_E_INSUFFICIENT_MEMORY",
        "MAPI_E_ACCESS_DENIED",
        "never assigned",
        "MAPI_E_TOO_MANY_SESSIONS",
        "MAPI_E_TOO_MANY_FILES",
        "MAPI_E_TOO_MANY_RECIPIENTS",
        "MAPI_E_ATTACHMENT_NOT_FOUND",
        "MAPI_E_ATTACHMENT_OPEN_FAILURE",
        "MAPI_E_ATTACHMENT_WRITE_FAILURE",
        "MAPI_E_UNKNOWN_RECIPIENT",
        "MAPI_E_BAD_RECIPTYPE",
        "MAPI_E_NO_MESSAGES",
        "MAPI_E_INVALID_MESSAGE",
        "MAPI_E_TEXT_TOO_LARGE",
        "MAPI_E_INVALID_SESSION",
        "MAPI_E_TYPE_NOT_SUPPORTED",
        "MAPI_E_AMBIGUOUS_RECIPIENT",
        "MAPI_E_MESSAGE_IN_USE",
        "MAPI_E_NETWORK_FAILURE",
        "MAPI_E_INVALID_EDITFIELDS",
        "MAPI_E_INVALID_RECIPS",
        "MAPI_E_NOT_SUPPORTED",
        "MAPI_E_UNICODE_NOT_SUPPORTED",
        "MAPI_E_ATTACHMENT_TOO_LARGE",
    };
    static char texts[8][64]; /* so that one line may name several */
    static unsigned next;
    char *text = texts[next++ % 8];
    if (code < sizeof names / sizeof names[0])
        snprintf(text, sizeof texts[0], "%s (%lu)", names[code], (unsigned long)code);
    else
        snprintf(text, sizeof texts[0], "0x%08lX, which is no Simple MAPI code",
                 (unsigned long)code);
    return text;
}
