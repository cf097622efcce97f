/*
 * Hosts that end at an awkward moment: by exit() while another thread is sending, with a send of
 * their own in an atexit handler, or with one in the destructor of a thread.
 */
#include "host.h"
#include <pthread.h>

static void *send_slowly(void *unused)
{
    send_text("A text.\n");
    return unused;
}

static void send_at_exit(void)
{
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("At the exit.\n"));
}

static void send_at_thread_end(void *unused)
{
    (void)unused;
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("At the end of a thread.\n"));
}

static void *use_and_end(void *key)
{
    EXPECT(pthread_setspecific(*(pthread_key_t *)key, "anything") == 0);
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    pthread_key_t key;
    EXPECT(argc == 2);
    if (strcmp(argv[1], "amid") == 0) {
        EXPECT(pthread_create(&thread, NULL, send_slowly, NULL) == 0);
        sleep_ms(100);
    } else if (strcmp(argv[1], "atexit") == 0) {
        EXPECT(atexit(send_at_exit) == 0);
        EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    } else {
        EXPECT(pthread_key_create(&key, send_at_thread_end) == 0);
        EXPECT(pthread_create(&thread, NULL, use_and_end, &key) == 0);
        EXPECT(pthread_join(thread, NULL) == 0);
    }
    exit(0);
}
