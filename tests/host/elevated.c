/*
 * A set-user-ID host, started by somebody whose environment names a configuration: that must not be
 * read with the rights of another. Exits with 77 where the system does not honour the bit.
 */
#include "host.h"
#include <sys/auxv.h>

int main(void)
{
    if (getauxval(AT_SECURE) == 0)
        return 77;
    EXPECT(getenv("SIMPLEMAPI_CONFIG") != NULL);
    EXPECT_CODE(MAPI_E_LOGIN_FAILURE, send_text("A text.\n"));
    return 0;
}
