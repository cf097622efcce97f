/*
 * An ordinary host: sends one message and exits with the code of the call. With "when told" it waits
 * before that for a byte on its standard input: time enough to be traced from there on.
 */
#include "host.h"

#include <sys/prctl.h>

static int asked(int argc, char **argv, const char *habit)
{
    return argc > 1 && strcmp(argv[1], habit) == 0;
}

int main(int argc, char **argv)
{
    char why[1000] = "", go;
    char *text = asked(argc, argv, "long") ? long_text() : NULL;
    ULONG code;
    if (asked(argc, argv, "when told")) {
        prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
        EXPECT(read(0, &go, 1) == 1);
    }
    code = send_text(text ? text : "A text.\n");
    SimpleMapiLastError(why, sizeof why);
    if (code != SUCCESS_SUCCESS)
        dprintf(2, "%s\n", why);
    free(text);
    return (int)code;
}
