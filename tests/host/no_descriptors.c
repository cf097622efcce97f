/* A host that has used up its descriptors, and at other times all but a few of them. */
#include "host.h"
#include <fcntl.h>
#include <sys/resource.h>

enum { LIMIT = 64 };

int main(void)
{
    struct rlimit few = {LIMIT, LIMIT};
    int taken[LIMIT], count = 0, sent = 0, fd;
    EXPECT(setrlimit(RLIMIT_NOFILE, &few) == 0);
    while ((fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
        taken[count++] = fd;
    EXPECT(count > 40);
    EXPECT_CODE(MAPI_E_INSUFFICIENT_MEMORY, send_text("A text.\n"));
    while (count > 0) {
        ULONG code;
        close(taken[--count]);
        code = send_text("A text.\n");
        sent += code == SUCCESS_SUCCESS;
        if (code != SUCCESS_SUCCESS)
            EXPECT_CODE(MAPI_E_INSUFFICIENT_MEMORY, code);
        else
            EXPECT(sent > 0);
    }
    EXPECT(sent > 20);
    dprintf(1, "sent %d\n", sent);
    return 0;
}
