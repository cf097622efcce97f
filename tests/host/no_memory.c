/*
 * A host that is short of memory: less and less of it until nothing can be sent, or, with an argument,
 * until nobody is found by that name in a large address book. Each call is in a process of its own, as
 * the limit only ever sinks. It works or it fails with a code; nothing aborts.
 */
#include "host.h"
#include <sys/resource.h>
#include <sys/wait.h>

static unsigned long mapped_bytes(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file != NULL && fscanf(file, "%lu", &pages) == 1);
    fclose(file);
    return pages * (unsigned long)sysconf(_SC_PAGESIZE);
}

static ULONG find(char *name)
{
    lpMapiRecipDesc found;
    return MAPIResolveName(0, 0, name, 0, 0, &found);
}

int main(int count, char **words)
{
    const long most = count > 1 ? 96 << 10 : 160 << 10;
    int works = 0, refused = 0, status;
    long room;
    for (room = 0; room < most; room += count == 1 && room < 24 << 10 ? 128 : 8 << 10) {
        pid_t child = fork();
        EXPECT(child >= 0);
        if (child == 0) {
            unsigned long limit = mapped_bytes() + ((unsigned long)room << 10);
            struct rlimit tight = {limit, limit};
            ULONG code;
            EXPECT(setrlimit(RLIMIT_AS, &tight) == 0);
            code = count > 1 ? find(words[1]) : send_text("A text.\n");
            _exit(code == SUCCESS_SUCCESS ? 0 : code == MAPI_E_INSUFFICIENT_MEMORY ? 5 : 100 + (int)code);
        }
        EXPECT(waitpid(child, &status, 0) == child);
        if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 5)) {
            dprintf(2, "with %ld KiB of room: status %x\n", room, (unsigned)status);
            return 1;
        }
        works += WEXITSTATUS(status) == 0;
        refused += WEXITSTATUS(status) == 5;
    }
    dprintf(1, "worked %d times, refused %d times\n", works, refused);
    EXPECT(works > 0 && refused > 0);
    return 0;
}
