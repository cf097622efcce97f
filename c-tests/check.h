/*
 * What a test may say: checks, skips, and the table that names it.
 *
 * Every check carries its reason: the sentence that a library has broken when the check fails.
 * There are three kinds of sentence:
 *
 *   documented   The Simple MAPI reference says so. Every library is held to it.
 *   usual        Not documented, but callers rely on it: also held to it.
 *   advised      The sources are silent or contradict each other, and one answer is the best.
 *                Only --strict insists on it; otherwise any sane answer is accepted.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "mapi_types.h"

typedef void (*test_body)(void);

struct test {
    const char *name;
    test_body body;
};

struct group {
    const char *name;
    const char *about;
    const struct test *tests; /* the last has no name */
};

#define TEST(function) {#function, function}
#define LAST_TEST {NULL, NULL}

/* What became of one test. */
struct outcome {
    unsigned held;
    unsigned broken;
    bool skipped;
    char reason[240];
};

/* Runs one test here and now. A check that fails does not end it; SKIP and REQUIRE do. */
void check_run(test_body body, struct outcome *outcome);

/* Whether --strict was given. */
extern bool check_strictly;

/* Each of these answers whether the check held. `where` and `what` come from the macros below. */
bool check_true(const char *where, bool held, const char *what, const char *why);
bool check_advised(const char *where, bool held, const char *what, const char *why);
bool check_number(const char *where, unsigned long long got, unsigned long long expected,
                  const char *what, const char *why);
bool check_text(const char *where, const char *got, const char *expected, const char *what,
                const char *why);
bool check_code(const char *where, ULONG got, const ULONG *accepted, size_t count, const char *why);
bool check_refused(const char *where, ULONG got, ULONG preferred, const char *why);

/* Ends the running test. */
void check_stop(void);
void check_skip(const char *format, ...);

#define CHECK_TEXT_OF(x) #x
#define CHECK_LINE(x) CHECK_TEXT_OF(x)
#define CHECK_HERE __FILE__ ":" CHECK_LINE(__LINE__)

#define CHECK(condition, why) check_true(CHECK_HERE, (condition), #condition, (why))
#define CHECK_EQ(got, expected, why)                                                               \
    check_number(CHECK_HERE, (unsigned long long)(got), (unsigned long long)(expected), #got, (why))
#define CHECK_TEXT(got, expected, why) check_text(CHECK_HERE, (got), (expected), #got, (why))

/* The code must be this one. */
#define CHECK_CODE(got, expected, why)                                                             \
    check_code(CHECK_HERE, (got), (const ULONG[]){(expected)}, 1, (why))

/* Strictly it must be the first; a library that is not held to advice may answer any of them. */
#define CHECK_CODE_IN(got, why, ...)                                                               \
    check_code(CHECK_HERE, (got), (const ULONG[]){__VA_ARGS__},                                    \
               check_strictly ? 1 : sizeof((const ULONG[]){__VA_ARGS__}) / sizeof(ULONG), (why))

/* Any of these is right, strictly or not. */
#define CHECK_CODE_ANY(got, why, ...)                                                              \
    check_code(CHECK_HERE, (got), (const ULONG[]){__VA_ARGS__},                                    \
               sizeof((const ULONG[]){__VA_ARGS__}) / sizeof(ULONG), (why))

/* Strictly it must be this code; otherwise any code but success and "a person cancelled". */
#define CHECK_REFUSED(got, preferred, why) check_refused(CHECK_HERE, (got), (preferred), (why))

/* Advice: looked at only when the run is strict. */
#define CHECK_ADVISED(condition, why) check_advised(CHECK_HERE, (condition), #condition, (why))

/* A check without which the rest of the test makes no sense. */
#define REQUIRE(condition, why)                                                                    \
    do {                                                                                           \
        if (!CHECK(condition, why))                                                                \
            check_stop();                                                                          \
    } while (0)
#define REQUIRE_CODE(got, expected, why)                                                           \
    do {                                                                                           \
        if (!CHECK_CODE(got, expected, why))                                                       \
            check_stop();                                                                          \
    } while (0)

#define SKIP(...) check_skip(__VA_ARGS__)
#define SKIP_UNLESS(condition, ...)                                                                \
    do {                                                                                           \
        if (!(condition))                                                                          \
            check_skip(__VA_ARGS__);                                                               \
    } while (0)

/* For a test whose every sentence is advice. */
#define ONLY_STRICT() SKIP_UNLESS(check_strictly, "advice, not the reference: --strict looks at it")

/* "MAPI_E_FAILURE (2)". The text is valid until the next few calls. */
const char *code_name(ULONG code);

#endif
