/* A host that cancels a thread in the middle of a send: the send ends first, and then the thread. */
#define _GNU_SOURCE
#include "host.h"
#include <pthread.h>

static volatile int returned;
static volatile ULONG code;

static void *send_slowly(void *unused)
{
    code = send_text("A text.\n");
    returned = 1;
    for (;;)
        pthread_testcancel();
    return unused;
}

int main(void)
{
    pthread_t thread;
    void *end = NULL;
    EXPECT(pthread_create(&thread, NULL, send_slowly, NULL) == 0);
    sleep_ms(100);
    EXPECT(pthread_cancel(thread) == 0);
    EXPECT(pthread_join(thread, &end) == 0);
    EXPECT(end == PTHREAD_CANCELED);
    EXPECT(returned);
    EXPECT_CODE(SUCCESS_SUCCESS, code);
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    return 0;
}
