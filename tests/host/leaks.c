/* A host with descriptors that it forgot to mark: no program that we start may inherit them. */
#include "host.h"
#include <fcntl.h>

int main(void)
{
    int i;
    for (i = 0; i < 20; i++)
        EXPECT(open("/dev/null", O_RDONLY) > 2);
    EXPECT_CODE(SUCCESS_SUCCESS, send_text("A text.\n"));
    return 0;
}
