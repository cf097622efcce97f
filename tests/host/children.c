/*
 * Hosts that do not leave children alone: one ignores SIGCHLD, one reaps every child it is told of,
 * one has a thread that does nothing but wait for any child. The code of the program that takes the
 * mail has to arrive all the same, and nothing may be left to reap.
 */
#define _GNU_SOURCE
#include "host.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static volatile sig_atomic_t told, reaped;

static void reap_any(int signal)
{
    (void)signal;
    told++;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        reaped++;
}

static void *wait_for_any(void *unused)
{
    for (;;)
        if (wait(NULL) > 0)
            reaped++;
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t waiter;
    int i;
    EXPECT(argc == 3);
    if (strcmp(argv[1], "ignored") == 0)
        signal(SIGCHLD, SIG_IGN);
    else if (strcmp(argv[1], "handled") == 0)
        signal(SIGCHLD, reap_any);
    else
        EXPECT(pthread_create(&waiter, NULL, wait_for_any, NULL) == 0);

    for (i = 0; i < 20; i++)
        EXPECT_CODE((ULONG)atoi(argv[2]), send_text("A text.\n"));

    EXPECT(told == 0);
    EXPECT(reaped == 0);
    EXPECT(waitpid(-1, NULL, WNOHANG | __WALL) == -1 && errno == ECHILD);
    return 0;
}
