/*
 * A host that may not start another thread or process. Has to be started by root, and is nobody. A
 * thread of its own that has little stack was there before.
 */
#define _GNU_SOURCE
#include "host.h"
#include <pthread.h>
#include <sys/resource.h>
#include <sys/types.h>

static pthread_barrier_t none_left;

static void *send_with_little_stack(void *unused)
{
    pthread_barrier_wait(&none_left);
    EXPECT_CODE(MAPI_E_INSUFFICIENT_MEMORY, send_text("A text.\n"));
    EXPECT_CODE(SUCCESS_SUCCESS, MAPIFreeBuffer(NULL));
    return unused;
}

int main(void)
{
    struct rlimit none = {0, 0};
    pthread_attr_t little;
    pthread_t thread;
    EXPECT(pthread_barrier_init(&none_left, NULL, 2) == 0);
    EXPECT(pthread_attr_init(&little) == 0 && pthread_attr_setstacksize(&little, 64 << 10) == 0);
    EXPECT(pthread_create(&thread, &little, send_with_little_stack, NULL) == 0);
    EXPECT(setresgid(65534, 65534, 65534) == 0 && setresuid(65534, 65534, 65534) == 0);
    EXPECT(setrlimit(RLIMIT_NPROC, &none) == 0);
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    pthread_barrier_wait(&none_left);
    EXPECT(pthread_join(thread, NULL) == 0);
    return 0;
}
