/* A host with a timer that interrupts every system call it can, a thousand times a second. */
#include "host.h"
#include <signal.h>
#include <sys/time.h>

static volatile sig_atomic_t ticks;

static void tick(int signal)
{
    (void)signal;
    ticks++;
}

int main(int argc, char **argv)
{
    struct sigaction action = {0};
    struct itimerval often = {{0, 1000}, {0, 1000}};
    int i, sends = argc > 1 ? atoi(argv[1]) : 100;
    action.sa_handler = tick; /* and no SA_RESTART */
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    for (i = 0; i < sends; i++)
        EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    EXPECT(ticks > 10);
    return 0;
}
