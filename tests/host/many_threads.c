/* A host that sends from eight threads at once, some with a session of their own. */
#include "host.h"
#include <pthread.h>

static void *send_hundred(void *number)
{
    LHANDLE session = lhSessionNull;
    char text[100];
    int i;
    if ((size_t)number % 2 == 0)
        EXPECT_CODE(SUCCESS_SUCCESS, MAPILogon(0, NULL, NULL, MAPI_NEW_SESSION, 0, &session));
    for (i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "Number %zu-%d.\n", (size_t)number, i);
        EXPECT_CODE(SUCCESS_SUCCESS, send_text_in(session, text));
    }
    if (session != lhSessionNull)
        EXPECT_CODE(SUCCESS_SUCCESS, MAPILogoff(session, 0, 0, 0));
    return NULL;
}

int main(void)
{
    pthread_t threads[8];
    for (size_t i = 0; i < 8; i++)
        EXPECT(pthread_create(&threads[i], NULL, send_hundred, (void *)i) == 0);
    for (size_t i = 0; i < 8; i++)
        EXPECT(pthread_join(threads[i], NULL) == 0);
    return 0;
}
