/*
 * A library is a guest: what belongs to the program is the same after each call as before it, and
 * a program in an odd state is served too.
 */
#include "fixture.h"

#ifdef _WIN32

static void the_program_s_state_is_left_alone(void)
{
    SKIP("what a program's state consists of is written down for POSIX only");
}

static const struct test tests[] = {
    TEST(the_program_s_state_is_left_alone),
    LAST_TEST,
};

#else

#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define SIGNALS 65
#define DESCRIPTORS 256
#define ERRNO_MARK 4711

/* What a descriptor is. */
enum { CLOSED, FILE_OR_FOLDER, CONNECTION };

struct state {
    int errno_left;
    char folder[PATH_MAX];
    mode_t mask;
    char locale[200];
    sigset_t blocked, pending;
    struct sigaction actions[SIGNALS];
    char **variables;
    unsigned long variables_sum;
    unsigned char open[DESCRIPTORS];
    int rounding;
    bool children;
};

static unsigned long sum_of_variables(void)
{
    unsigned long sum = 5381;
    char **variable;
    const char *at;
    for (variable = environ; *variable != NULL; variable++)
        for (at = *variable; *at != '\0'; at++)
            sum = sum * 33 + (unsigned char)*at;
    return sum;
}

static void take_descriptors(unsigned char open[DESCRIPTORS])
{
    struct stat status;
    int i;
    for (i = 0; i < DESCRIPTORS; i++)
        open[i] = fstat(i, &status) != 0     ? CLOSED
                  : S_ISSOCK(status.st_mode) ? CONNECTION
                                             : FILE_OR_FOLDER;
}

static void take_state(struct state *state)
{
    int i;
    state->errno_left = errno;
    memset(state->actions, 0, sizeof state->actions);
    if (getcwd(state->folder, sizeof state->folder) == NULL)
        state->folder[0] = '\0';
    state->mask = umask(0);
    umask(state->mask);
    snprintf(state->locale, sizeof state->locale, "%s", setlocale(LC_ALL, NULL));
    sigprocmask(SIG_SETMASK, NULL, &state->blocked);
    sigpending(&state->pending);
    for (i = 1; i < SIGNALS; i++)
        sigaction(i, NULL, &state->actions[i]);
    state->variables = environ;
    state->variables_sum = sum_of_variables();
    take_descriptors(state->open);
    state->rounding = fegetround();
    state->children = waitpid(-1, NULL, WNOHANG) >= 0;
}

/* What a call in this session may leave of descriptors: an open session may keep its connection. */
static void check_same(const struct state *before, const struct state *after, LHANDLE within)
{
    int i, signals = 0, descriptors = 0;
    for (i = 1; i < SIGNALS; i++)
        signals += before->actions[i].sa_handler != after->actions[i].sa_handler ||
                   before->actions[i].sa_flags != after->actions[i].sa_flags ||
                   sigismember(&before->blocked, i) != sigismember(&after->blocked, i) ||
                   sigismember(&before->pending, i) != sigismember(&after->pending, i);
    for (i = 0; i < DESCRIPTORS; i++)
        descriptors +=
            before->open[i] != after->open[i] &&
            !(within != 0 && before->open[i] == CLOSED && after->open[i] == CONNECTION);
    CHECK_EQ(after->errno_left, before->errno_left, "errno is the program's");
    CHECK_TEXT(after->folder, before->folder, "the current folder is the program's");
    CHECK_EQ(after->mask, before->mask, "the umask is the program's");
    CHECK_TEXT(after->locale, before->locale, "the locale is the program's");
    CHECK_EQ(signals, 0, "signals, their handlers and masks are the program's");
    CHECK(after->variables == before->variables && after->variables_sum == before->variables_sum,
          "the environment is the program's");
    CHECK_EQ(descriptors, 0, "a call that has ended leaves no file open and closes none");
    CHECK_EQ(after->rounding, before->rounding, "the floating-point mode is the program's");
    CHECK_EQ(after->children, before->children, "no process is left behind");
}

/* Runs a call with standard output and error in files; the number of bytes that came there. */
static long call_in_silence(void (*call)(void), struct state *before, struct state *after)
{
    FILE *noise = tmpfile();
    int out, err;
    long written;
    REQUIRE(noise != NULL, "a temporary file can be made");
    fflush(stdout);
    out = fcntl(1, F_DUPFD_CLOEXEC, 100);
    err = fcntl(2, F_DUPFD_CLOEXEC, 100);
    dup2(fileno(noise), 1);
    dup2(fileno(noise), 2);
    errno = ERRNO_MARK;
    take_state(before);
    errno = ERRNO_MARK;
    call();
    take_state(after);
    written = (long)lseek(fileno(noise), 0, SEEK_END);
    dup2(out, 1);
    dup2(err, 2);
    close(out);
    close(err);
    fclose(noise);
    before->errno_left = ERRNO_MARK;
    return written;
}

/* What a call is made of; prepared before, so that nothing but the call lies in between. */
static struct letter letter;
static struct wide_letter widened;
static LHANDLE session;
static char id[512];
static MapiMessage *message_out;
static MapiRecipDesc *recipient_out, nobody;
static ULONG count_out;
static char *missing;

static void check_call(void (*call)(void))
{
    static struct state before, after;
    long written = call_in_silence(call, &before, &after);
    CHECK_EQ(written, 0, "standard output and standard error are the program's");
    check_same(&before, &after, session);
}

static void call_logon_and_logoff(void)
{
    if (mapi.logon(0, options.profile, options.password, 0, 0, &session) == SUCCESS_SUCCESS)
        mapi.logoff(session, 0, 0, 0);
    session = 0;
}

static void call_failing_logon(void)
{
    mapi.logon(0, NO_SUCH_PROFILE, "wrong", 0, 0, &session);
}

static void call_failing_logoff(void)
{
    mapi.logoff(0x1234567, 0, 0, 0);
}

static void call_send(void)
{
    mapi.send_mail(session, 0, &letter.message, 0, 0);
}

static void call_send_wide(void)
{
    mapi.send_mail_w(session, 0, &widened.message, 0, 0);
}

static void call_send_documents(void)
{
    mapi.send_documents(0, ";", missing, NULL, 0);
}

static void call_find_and_read(void)
{
    if (mapi.find_next(session, 0, NULL, NULL, MAPI_LONG_MSGID, 0, id) == SUCCESS_SUCCESS &&
        mapi.read_mail(session, 0, id, MAPI_PEEK | MAPI_SUPPRESS_ATTACH, 0, &message_out) ==
            SUCCESS_SUCCESS)
        mapi.free_buffer(message_out);
    if (mapi.read_mail(session, 0, NO_SUCH_ID, 0, 0, &message_out) == SUCCESS_SUCCESS)
        mapi.free_buffer(message_out);
}

static void call_save_and_delete(void)
{
    id[0] = '\0';
    if (mapi.save_mail(session, 0, &letter.message, MAPI_LONG_MSGID, 0, id) == SUCCESS_SUCCESS)
        mapi.delete_mail(session, 0, id, 0, 0);
    mapi.delete_mail(session, 0, NO_SUCH_ID, 0, 0);
}

static void call_the_address_book(void)
{
    if (mapi.resolve_name(session, 0, "ada@example.org", 0, 0, &recipient_out) == SUCCESS_SUCCESS)
        mapi.free_buffer(recipient_out);
    mapi.details(session, 0, &nobody, 0, 0);
    mapi.address(session, 0, NULL, 5, NULL, 0, NULL, 0, 0, &count_out, &recipient_out);
    mapi.free_buffer(NULL);
    mapi.free_buffer(&nobody);
}

static void need_all(void)
{
    int function;
    for (function = 0; function < FN_COUNT; function++)
        SKIP_UNLESS(library_symbol(library_name_of((enum library_function)function)) != NULL,
                    "the library does not export %s",
                    library_name_of((enum library_function)function));
}

static void logging_on_and_off_leaves_everything_as_it_was(void)
{
    need_all();
    session = 0;
    check_call(call_logon_and_logoff);
    check_call(call_failing_logon);
    check_call(call_failing_logoff);
}

static void sending_leaves_everything_as_it_was(void)
{
    need_all();
    SKIP_UNLESS(options.profile == NULL,
                "a named profile is tested, and handle 0 is the default one");
    session = 0;
    letter_begin(&letter);
    letter_attach(&letter, scratch_text("left-alone.txt", "x"), NULL);
    check_call(call_send);
    letter_begin(&letter);
    letter_widen(&letter, &widened);
    check_call(call_send_wide);
}

static void failing_to_send_leaves_everything_as_it_was(void)
{
    need_all();
    session = 0;
    letter_begin(&letter);
    letter_attach(&letter, missing = scratch_path("not-there.txt"), NULL);
    letter_widen(&letter, &widened);
    check_call(call_send);
    check_call(call_send_wide);
    check_call(call_send_documents);
    letter_begin(&letter);
    session = 0x1234567;
    check_call(call_send);
}

static void reading_and_saving_leaves_everything_as_it_was(void)
{
    unsigned char before[DESCRIPTORS], after[DESCRIPTORS];
    need_all();
    take_descriptors(before);
    session = open_session();
    letter_begin(&letter);
    check_call(call_find_and_read);
    check_call(call_save_and_delete);
    close_session(session);
    take_descriptors(after);
    CHECK(memcmp(before, after, sizeof before) == 0,
          "MAPILogoff: a closed session keeps nothing open, not even a connection");
}

static void the_address_book_leaves_everything_as_it_was(void)
{
    need_all();
    session = sending_session();
    check_call(call_the_address_book);
    close_session(session);
}

/* A program in an odd state. The calls are made apart, so that the state ends with them. */

static bool run_apart(void (*body)(void *code), ULONG *code)
{
    char how[200] = "";
    *code = 999;
    if (platform_run_apart(body, code, sizeof *code, PLATFORM_VANISH, options.test_seconds, how,
                           sizeof how))
        return true;
    return CHECK_TEXT(how, "answers", "the call returns, and its process lives on");
}

static void prepare_odd_state(void)
{
    NEEDS(send_mail);
    SKIP_UNLESS(options.profile == NULL,
                "a named profile is tested, and handle 0 is the default one");
    letter_begin(&letter);
    letter_attach(&letter, scratch_text("odd-state.txt", "x"), NULL);
}

static void send_without_streams(void *code)
{
    close(0);
    close(1);
    close(2);
    *(ULONG *)code = mapi.send_mail(0, 0, &letter.message, 0, 0);
    if (fcntl(0, F_GETFD) >= 0 || fcntl(1, F_GETFD) >= 0 || fcntl(2, F_GETFD) >= 0)
        *(ULONG *)code = 998;
    open("/dev/null", O_RDWR);
    open("/dev/null", O_RDWR);
    open("/dev/null", O_RDWR);
}

static void a_program_without_standard_streams_sends(void)
{
    ULONG code;
    prepare_odd_state();
    if (run_apart(send_without_streams, &code)) {
        CHECK(code != 998, "nothing of the library's is left where a standard stream was");
        CHECK_CODE(code, SUCCESS_SUCCESS, "services and daemons have closed theirs");
    }
    CHECK_TEXT(mail_attachment(letter_arrived(&letter), 0)->bytes, "x", "and the message is whole");
}

static void send_without_descriptors(void *code)
{
    struct rlimit limit = {0, 0}, before;
    getrlimit(RLIMIT_NOFILE, &before);
    limit.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    *(ULONG *)code = mapi.send_mail(0, 0, &letter.message, 0, 0);
    setrlimit(RLIMIT_NOFILE, &before);
    if (*(ULONG *)code != SUCCESS_SUCCESS &&
        mapi.send_mail(0, 0, &letter.message, 0, 0) != SUCCESS_SUCCESS)
        *(ULONG *)code = 997;
}

static void a_program_without_free_descriptors_gets_an_error(void)
{
    ULONG code;
    ONLY_STRICT();
    prepare_odd_state();
    if (run_apart(send_without_descriptors, &code)) {
        CHECK(code != SUCCESS_SUCCESS && code != MAPI_USER_ABORT,
              "nothing can be opened, so nothing is sent");
        CHECK(code != 997, "and once there are descriptors again, the next call succeeds");
    }
    CHECK_EQ(letter_copies(&letter), options.mailbox == NULL ? 0 : 1,
             "only the second call has sent");
}

static void send_without_folder(void *code)
{
    char *folder = scratch_path("gone-folder");
    if (!platform_make_directory(folder) || !platform_change_directory(folder) ||
        !platform_remove(folder))
        return;
    *(ULONG *)code = mapi.send_mail(0, 0, &letter.message, 0, 0);
}

static void a_program_whose_folder_is_gone_sends(void)
{
    ULONG code;
    prepare_odd_state();
    if (run_apart(send_without_folder, &code))
        CHECK_CODE(code, SUCCESS_SUCCESS, "full paths need no current folder");
}

static void send_with_harsh_umask(void *code)
{
    umask(0777);
    *(ULONG *)code = mapi.send_mail(0, 0, &letter.message, 0, 0);
}

static void a_program_with_a_harsh_umask_sends(void)
{
    ULONG code;
    prepare_odd_state();
    if (run_apart(send_with_harsh_umask, &code))
        CHECK_CODE(code, SUCCESS_SUCCESS, "the umask does not get in the way");
}

static void send_with_ignored_children(void *code)
{
    signal(SIGCHLD, SIG_IGN);
    *(ULONG *)code = mapi.send_mail(0, 0, &letter.message, 0, 0);
}

static void a_program_that_ignores_its_children_sends(void)
{
    ULONG code;
    prepare_odd_state();
    if (run_apart(send_with_ignored_children, &code))
        CHECK_CODE(code, SUCCESS_SUCCESS, "SIGCHLD may be ignored");
}

static volatile sig_atomic_t ticks;

static void tick(int number)
{
    (void)number;
    ticks++;
}

static void send_under_a_timer(void *code)
{
    struct itimerval every = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    struct sigaction action;
    int round;
    memset(&action, 0, sizeof action);
    action.sa_handler = tick; /* and no SA_RESTART */
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &every, NULL);
    for (round = 0; round < 20; round++)
        if ((*(ULONG *)code = mapi.send_mail(0, 0, &letter.message, 0, 0)) != SUCCESS_SUCCESS)
            break;
    setitimer(ITIMER_REAL, &never, NULL);
}

static void a_timer_interrupts_no_call(void)
{
    ULONG code;
    prepare_odd_state();
    if (run_apart(send_under_a_timer, &code))
        CHECK_CODE(code, SUCCESS_SUCCESS,
                   "signals arrive all the time, and a call goes on after each");
}

static volatile bool setting;

static void set_variables(void *unused)
{
    char name[40];
    unsigned i;
    (void)unused;
    for (i = 0; setting; i++) {
        snprintf(name, sizeof name, "CONFORMANCE_%u", i % 500);
        if (i / 500 % 2)
            unsetenv(name);
        else
            setenv(name, "a value that is long enough to move", 1);
    }
}

static void send_beside_variables(void *code)
{
    struct platform_thread *thread;
    int round;
    setting = true;
    thread = platform_start_thread(set_variables, NULL, 0);
    for (round = 0; round < 20; round++)
        if ((*(ULONG *)code = mapi.send_mail(0, 0, &letter.message, 0, 0)) != SUCCESS_SUCCESS)
            break;
    setting = false;
    if (thread != NULL)
        platform_join_thread(thread);
}

static void a_program_that_sets_variables_meanwhile_sends(void)
{
    ULONG code;
    ONLY_STRICT();
    prepare_odd_state();
    if (run_apart(send_beside_variables, &code))
        CHECK_CODE(code, SUCCESS_SUCCESS, "another thread may call setenv at any time");
}

static const struct test tests[] = {
    TEST(logging_on_and_off_leaves_everything_as_it_was),
    TEST(sending_leaves_everything_as_it_was),
    TEST(failing_to_send_leaves_everything_as_it_was),
    TEST(reading_and_saving_leaves_everything_as_it_was),
    TEST(the_address_book_leaves_everything_as_it_was),
    TEST(a_program_without_standard_streams_sends),
    TEST(a_program_without_free_descriptors_gets_an_error),
    TEST(a_program_whose_folder_is_gone_sends),
    TEST(a_program_with_a_harsh_umask_sends),
    TEST(a_program_that_ignores_its_children_sends),
    TEST(a_timer_interrupts_no_call),
    TEST(a_program_that_sets_variables_meanwhile_sends),
    LAST_TEST,
};

#endif

const struct group host_state_group = {"host_state", "the program's own state", tests};
