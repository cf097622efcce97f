/*
 * A host that forks while its other threads are sending. Each child sends too, without exec, and
 * has to get through although all the locks of those threads are held for ever in it.
 */
#include "host.h"
#include <pthread.h>
#include <sys/wait.h>

enum { SENDERS = 3, SENDS = 15, FORKS = 25 };

static void *send_some(void *session)
{
    int i;
    for (i = 0; i < SENDS; i++)
        EXPECT_CODE(SUCCESS_SUCCESS, send_text_in((LHANDLE)(size_t)session, "Sent by the parent.\n"));
    return NULL;
}

int main(void)
{
    pthread_t senders[SENDERS];
    LHANDLE session = lhSessionNull, childs = lhSessionNull;
    int i, status;
    EXPECT_CODE(SUCCESS_SUCCESS, MAPILogon(0, NULL, NULL, 0, 0, &session));
    for (i = 0; i < SENDERS; i++)
        EXPECT(pthread_create(&senders[i], NULL, send_some, (void *)(size_t)session) == 0);
    for (i = 0; i < FORKS; i++) {
        pid_t child = fork();
        EXPECT(child >= 0);
        if (child == 0) {
            alarm(10);
            /* The parent's session is the parent's. */
            EXPECT_CODE(MAPI_E_INVALID_SESSION, send_text_in(session, "Sent by a child.\n"));
            EXPECT_CODE(SUCCESS_SUCCESS, MAPILogon(0, NULL, NULL, MAPI_NEW_SESSION, 0, &childs));
            EXPECT_CODE(SUCCESS_SUCCESS, send_text_in(childs, "Sent by a child.\n"));
            EXPECT_CODE(SUCCESS_SUCCESS, MAPILogoff(childs, 0, 0, 0));
            _exit(0);
        }
        EXPECT(waitpid(child, &status, 0) == child);
        EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    for (i = 0; i < SENDERS; i++)
        EXPECT(pthread_join(senders[i], NULL) == 0);
    EXPECT_CODE(SUCCESS_SUCCESS, MAPILogoff(session, 0, 0, 0));
    return 0;
}
