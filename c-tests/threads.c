/* Calls from several threads at once. Checks are made when the threads have ended. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"

#define THREADS 6
#define ROUNDS 5

/* What one thread does, and what came of it. */
struct work {
    LHANDLE session;
    ULONG codes[ROUNDS];
    struct letter letters[ROUNDS];
};

static struct work works[THREADS];

/* Letters are written before the threads start: the suite's own tokens are not for threads. */
static void prepare(void)
{
    size_t i, round;
    for (i = 0; i < THREADS; i++) {
        works[i].session = 0;
        for (round = 0; round < ROUNDS; round++) {
            letter_begin(&works[i].letters[round]);
            works[i].codes[round] = 999;
        }
    }
}

static void run_threads(void (*body)(void *), size_t stack)
{
    struct platform_thread *threads[THREADS];
    size_t i;
    for (i = 0; i < THREADS; i++) {
        threads[i] = platform_start_thread(body, &works[i], stack);
        if (threads[i] == NULL) {
            while (i-- > 0)
                platform_join_thread(threads[i]);
            SKIP("threads of this kind cannot be started here");
        }
    }
    for (i = 0; i < THREADS; i++)
        platform_join_thread(threads[i]);
}

static void check_all_sent(const char *why)
{
    size_t i, round;
    for (i = 0; i < THREADS; i++)
        for (round = 0; round < ROUNDS; round++)
            CHECK_CODE(works[i].codes[round], SUCCESS_SUCCESS, why);
    for (i = 0; i < THREADS; i++)
        for (round = 0; round < ROUNDS; round++) {
            const struct letter *letter = &works[i].letters[round];
            CHECK_TEXT(mail_header(letter_arrived(letter), "Subject"), letter->subject,
                       "no message is mixed with another");
            CHECK_EQ(letter_copies(letter), 1, "no message is sent twice");
        }
}

static void send_all(void *argument)
{
    struct work *work = argument;
    size_t round;
    for (round = 0; round < ROUNDS; round++)
        work->codes[round] = mapi.send_mail(work->session, 0, &work->letters[round].message, 0, 0);
}

static void log_on_and_send_all(void *argument)
{
    struct work *work = argument;
    if (mapi.logon(0, options.profile, options.password, 0, 0, &work->session) == SUCCESS_SUCCESS)
        send_all(argument);
    mapi.logoff(work->session, 0, 0, 0);
}

static void each_with_a_session_of_its_own(void)
{
    NEEDS(logon);
    NEEDS(logoff);
    NEEDS(send_mail);
    prepare();
    run_threads(log_on_and_send_all, 0);
    check_all_sent("any thread may log on and send");
}

static void all_over_one_handle(void)
{
    LHANDLE session = open_session();
    size_t i;
    NEEDS(send_mail);
    prepare();
    for (i = 0; i < THREADS; i++)
        works[i].session = session;
    run_threads(send_all, 0);
    close_session(session);
    check_all_sent("a handle serves every thread of the process");
}

static void all_without_a_handle(void)
{
    NEEDS(send_mail);
    SKIP_UNLESS(options.profile == NULL,
                "a named profile is tested, and handle 0 is the default one");
    prepare();
    run_threads(send_all, 0);
    check_all_sent("implicit sessions do not meet");
}

static void on_a_small_stack(void)
{
    ONLY_STRICT();
    NEEDS(logon);
    NEEDS(logoff);
    NEEDS(send_mail);
    prepare();
    run_threads(log_on_and_send_all, (size_t)64 * 1024);
    check_all_sent("a thread of 64 KB is enough: its program chose the size");
}

static void log_on_and_off(void *argument)
{
    struct work *work = argument;
    size_t round;
    for (round = 0; round < ROUNDS; round++) {
        work->codes[round] = mapi.logon(0, options.profile, options.password,
                                        round % 2 ? MAPI_NEW_SESSION : 0, 0, &work->session);
        if (work->codes[round] == SUCCESS_SUCCESS)
            work->codes[round] = mapi.logoff(work->session, 0, 0, 0);
    }
}

static void logging_on_and_off_at_once(void)
{
    size_t i, round;
    NEEDS(logon);
    NEEDS(logoff);
    prepare();
    run_threads(log_on_and_off, 0);
    for (i = 0; i < THREADS; i++)
        for (round = 0; round < ROUNDS; round++)
            CHECK_CODE(works[i].codes[round], SUCCESS_SUCCESS,
                       "sessions come and go in every thread");
}

static void log_off_once(void *argument)
{
    struct work *work = argument;
    work->codes[0] = mapi.logoff(work->session, 0, 0, 0);
}

static void one_handle_is_logged_off_by_one_thread_only(void)
{
    LHANDLE session = open_session();
    size_t i;
    unsigned closed = 0;
    NEEDS(logoff);
    prepare();
    for (i = 0; i < THREADS; i++)
        works[i].session = session;
    run_threads(log_off_once, 0);
    for (i = 0; i < THREADS; i++) {
        closed += works[i].codes[0] == SUCCESS_SUCCESS;
        CHECK_CODE_ANY(works[i].codes[0], "the first closes it, the others find it closed",
                       SUCCESS_SUCCESS, MAPI_E_INVALID_SESSION);
    }
    CHECK_EQ(closed, 1, "a session ends once");
}

static void a_logoff_during_a_send_does_not_crash_it(void)
{
    struct platform_thread *sender, *closer;
    size_t round;
    NEEDS(send_mail);
    NEEDS(logoff);
    prepare();
    works[0].session = works[1].session = open_session();
    sender = platform_start_thread(send_all, &works[0], 0);
    closer = platform_start_thread(log_off_once, &works[1], 0);
    REQUIRE(sender != NULL && closer != NULL, "threads can be started");
    platform_join_thread(sender);
    platform_join_thread(closer);
    CHECK_CODE(works[1].codes[0], SUCCESS_SUCCESS, "the session is closed");
    for (round = 0; round < ROUNDS; round++)
        CHECK_CODE_ANY(works[0].codes[round], "a send ends as it began, or finds no session",
                       SUCCESS_SUCCESS, MAPI_E_INVALID_SESSION);
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
enum { ALLOCATOR_SURVIVES_FORK = 0 };
#else
enum { ALLOCATOR_SURVIVES_FORK = 1 };
#endif

static void send_all_of_child(void *code)
{
    *(ULONG *)code = mapi.send_mail(works[1].session, 0, &works[1].letters[0].message, 0, 0);
}

static void a_child_forked_during_a_send_gets_its_answer(void)
{
    struct platform_thread *sender;
    ULONG code = 999;
    char how[200] = "";
    bool answered;
    ONLY_STRICT();
    SKIP_UNLESS(platform_can_run_apart(), "this system has no fork");
    SKIP_UNLESS(ALLOCATOR_SURVIVES_FORK,
                "the locks of this allocator hold up a child of a process with threads");
    SKIP_UNLESS(options.profile == NULL,
                "a named profile is tested, and handle 0 is the default one");
    NEEDS(send_mail);
    prepare();
    sender = platform_start_thread(send_all, &works[0], 0);
    REQUIRE(sender != NULL, "threads can be started");
    answered = platform_run_apart(send_all_of_child, &code, sizeof code, PLATFORM_VANISH, 10, how,
                                  sizeof how);
    platform_join_thread(sender);
    if (!answered)
        CHECK_TEXT(how, "answers", "a child is not held up by a lock of its parent");
    CHECK_CODE(code, SUCCESS_SUCCESS, "a child may call too");
    CHECK_CODE(works[0].codes[ROUNDS - 1], SUCCESS_SUCCESS, "and its parent is unharmed");
}

static const struct test tests[] = {
    TEST(each_with_a_session_of_its_own),
    TEST(all_over_one_handle),
    TEST(all_without_a_handle),
    TEST(on_a_small_stack),
    TEST(logging_on_and_off_at_once),
    TEST(one_handle_is_logged_off_by_one_thread_only),
    TEST(a_logoff_during_a_send_does_not_crash_it),
    TEST(a_child_forked_during_a_send_gets_its_answer),
    LAST_TEST,
};

const struct group threads_group = {"threads", "calls from several threads", tests};
