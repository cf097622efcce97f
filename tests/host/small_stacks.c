/* A host whose threads have the smallest stacks there are. */
#include "host.h"
#include <limits.h>
#include <pthread.h>

static void *send_one(void *unused)
{
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    EXPECT_CODE(MAPI_E_FAILURE, MAPISendMail(lhSessionNull, 0, NULL, 0, 0));
    EXPECT_CODE(SUCCESS_SUCCESS, MAPIFreeBuffer(NULL));
    return unused;
}

int main(void)
{
    size_t sizes[] = {PTHREAD_STACK_MIN, 32 << 10, 64 << 10};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        pthread_attr_t attributes;
        pthread_t thread;
        pthread_attr_init(&attributes);
        EXPECT(pthread_attr_setstacksize(&attributes, sizes[i]) == 0);
        EXPECT(pthread_create(&thread, &attributes, send_one, NULL) == 0);
        EXPECT(pthread_join(thread, NULL) == 0);
    }
    return 0;
}
