/*
 * A host that never thought of SIGPIPE or SIGXFSZ: both would end it. The other side hangs up in
 * the middle of a long message; or, with "full", no file may grow past 10,000 bytes.
 */
#include "host.h"
#include <signal.h>
#include <sys/resource.h>

int main(int argc, char **argv)
{
    sigset_t before, after, pending;
    struct sigaction pipes, sizes;
    char *text = long_text();
    int signal, full = argc > 1 && strcmp(argv[1], "full") == 0;

    if (full) {
        struct rlimit small = {10000, 10000};
        EXPECT(setrlimit(RLIMIT_FSIZE, &small) == 0);
    }
    sigprocmask(SIG_SETMASK, NULL, &before);
    EXPECT_CODE(full ? MAPI_E_DISK_FULL : MAPI_E_NETWORK_FAILURE, send_text(text));

    sigprocmask(SIG_SETMASK, NULL, &after);
    for (signal = 1; signal <= SIGRTMAX; signal++)
        EXPECT(sigismember(&before, signal) == sigismember(&after, signal));
    sigpending(&pending);
    EXPECT(!sigismember(&pending, SIGPIPE) && !sigismember(&pending, SIGXFSZ));
    sigaction(SIGPIPE, NULL, &pipes);
    sigaction(SIGXFSZ, NULL, &sizes);
    EXPECT(pipes.sa_handler == SIG_DFL && sizes.sa_handler == SIG_DFL);
    free(text);
    return 0;
}
