/*
 * A host without standard streams, like a service. Its next files get the numbers 0, 1 and 2; what
 * it prints lands in them. None of them may be ours.
 */
#define _GNU_SOURCE
#include "host.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>

static volatile int done;

/* Prints without end to streams that do not exist: into our files, if one has their number. */
static void *print_into_nothing(void *unused)
{
    while (!done)
        for (int i = 0; i < 3; i++)
            if (write(i, "LITTER", 6) == 6)
                _exit(3);
    return unused;
}

int main(void)
{
    pthread_t printer;
    int i;
    complaints = fcntl(2, F_DUPFD_CLOEXEC, 100);
    EXPECT(complaints >= 100);
    for (i = 0; i < 3; i++)
        close(i);
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    EXPECT(pthread_create(&printer, NULL, print_into_nothing, NULL) == 0);
    for (i = 0; i < 50; i++)
        EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    done = 1;
    EXPECT(pthread_join(printer, NULL) == 0);
    for (i = 0; i < 3; i++)
        EXPECT(fcntl(i, F_GETFD) == -1 && errno == EBADF);
    return 0;
}
