/* A host whose signal handler sends mail, and is called while the same thread is sending. */
#include "host.h"
#include <signal.h>
#include <sys/time.h>

static volatile sig_atomic_t calls, refusals;

static void send_from_handler(int signal)
{
    struct timespec from, to;
    (void)signal;
    calls++;
    clock_gettime(CLOCK_MONOTONIC, &from);
    if (send_text("Sent by a handler.\n") == MAPI_E_FAILURE)
        refusals++;
    clock_gettime(CLOCK_MONOTONIC, &to);
    EXPECT(to.tv_sec - from.tv_sec < 2);
}

int main(void)
{
    /* The program that takes the mail is slow: the handler comes while it is waited for. */
    struct itimerval soon = {{0, 0}, {0, 100000}};
    signal(SIGALRM, send_from_handler);
    setitimer(ITIMER_REAL, &soon, NULL);
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    EXPECT(calls == 1);
    EXPECT(refusals == 1);
    /* Afterwards it is no call within a call any more. */
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    return 0;
}
