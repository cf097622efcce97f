/* A host that changes its environment in one thread while another sends. */
#include "host.h"
#include <pthread.h>

static volatile int done;

static void *change_environment(void *unused)
{
    char name[40];
    unsigned i;
    for (i = 0; !done; i++) {
        snprintf(name, sizeof name, "HOST_%u", i % 3000);
        if (i % 2 == 0)
            setenv(name, "some value that takes a little room", 1);
        else
            unsetenv(name);
    }
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t changer;
    int i, sends = argc > 1 ? atoi(argv[1]) : 100;
    EXPECT(pthread_create(&changer, NULL, change_environment, NULL) == 0);
    for (i = 0; i < sends; i++)
        EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    done = 1;
    EXPECT(pthread_join(changer, NULL) == 0);
    return 0;
}
