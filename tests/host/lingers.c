/*
 * A host that sends without a session. One call leaves nothing behind; one that soon follows another leaves its
 * connection to the next, which a forked child neither uses nor closes, and the last MAPILogoff closes it.
 */
#include "host.h"
#include <dirent.h>
#include <sys/wait.h>

static int descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    EXPECT(folder != NULL);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

int main(void)
{
    LHANDLE session;
    int status, at_first = descriptors();
    pid_t child;

    EXPECT_CODE(SUCCESS_SUCCESS, send_text("The first.\n"));
    EXPECT(descriptors() == at_first);
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("Leaves its connection.\n"));
    EXPECT(descriptors() == at_first + 1);
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("Over the same.\n"));
    EXPECT(descriptors() == at_first + 1);

    child = fork();
    EXPECT(child >= 0);
    if (child == 0) {
        EXPECT_CODE(SUCCESS_SUCCESS, send_text("Over the child's own.\n"));
        exit(0);
    }
    EXPECT(waitpid(child, &status, 0) == child);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("Still over the same.\n"));
    EXPECT(descriptors() == at_first + 1);

    EXPECT_CODE(SUCCESS_SUCCESS, MAPILogon(0, NULL, NULL, MAPI_NEW_SESSION, 0, &session));
    EXPECT_CODE(SUCCESS_SUCCESS, MAPILogoff(session, 0, 0, 0));
    EXPECT(descriptors() == at_first);

    /* What is left at the end is closed with a word. */
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("The first again.\n"));
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("Leaves its connection.\n"));
    EXPECT(descriptors() == at_first + 1);
    return 0;
}
