/*
 * A host that has the library and hardly uses it. Until it does there is neither a thread nor a descriptor
 * of ours in it, and there is none left when its last session is closed.
 */
#include "host.h"
#include <dirent.h>

/* How many there are in a folder of the process file system. */
static int entries(const char *path)
{
    int count = 0;
    DIR *folder = opendir(path);
    EXPECT(folder != NULL);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

#define THREADS entries("/proc/self/task")
#define DESCRIPTORS entries("/proc/self/fd")

int main(void)
{
    LHANDLE sessions[3];
    int i, one_thread = 3 /* with "." and ".." */, descriptors = DESCRIPTORS;
    EXPECT(THREADS == one_thread);
    for (i = 0; i < 3; i++)
        EXPECT_CODE(SUCCESS_SUCCESS, MAPILogon(0, NULL, NULL, MAPI_NEW_SESSION, 0, &sessions[i]));
    EXPECT(THREADS == one_thread && DESCRIPTORS == descriptors);
    for (i = 0; i < 3; i++)
        EXPECT_CODE(SUCCESS_SUCCESS, send_text_in(sessions[i], "A text.\n"));
    EXPECT(THREADS == one_thread && DESCRIPTORS == descriptors + 3);
    for (i = 0; i < 3; i++)
        EXPECT_CODE(SUCCESS_SUCCESS, MAPILogoff(sessions[i], 0, 0, 0));
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    EXPECT(THREADS == one_thread && DESCRIPTORS == descriptors);
    return 0;
}
