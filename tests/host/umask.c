/* A host that takes every right from the files it makes. The user's mail is for the user all the same. */
#include "host.h"
#include <sys/stat.h>

int main(void)
{
    umask(0777);
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    EXPECT(umask(0) == 0777);
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    return 0;
}
