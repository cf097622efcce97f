/* A host that lives long: logon, send and logoff over and over. Nothing may pile up. */
#include "host.h"
#include <dirent.h>

enum { WARM_UP = 50 };

struct footprint {
    long descriptors, threads, mappings, resident_kib;
};

static long entries(const char *folder)
{
    long count = 0;
    DIR *directory = opendir(folder);
    EXPECT(directory != NULL);
    while (readdir(directory) != NULL)
        count++;
    closedir(directory);
    return count;
}

static struct footprint measure(void)
{
    struct footprint now = {entries("/proc/self/fd"), entries("/proc/self/task"), 0, 0};
    long pages = 0, resident = 0;
    int c;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file != NULL && fscanf(file, "%ld %ld", &pages, &resident) == 2);
    fclose(file);
    now.resident_kib = resident * sysconf(_SC_PAGESIZE) / 1024;
    file = fopen("/proc/self/maps", "r");
    EXPECT(file != NULL);
    while ((c = getc(file)) != EOF)
        now.mappings += c == '\n';
    fclose(file);
    return now;
}

int main(int argc, char **argv)
{
    struct footprint before = {0, 0, 0, 0}, after;
    int round, rounds = argc > 1 ? atoi(argv[1]) : 1000;
    EXPECT(rounds > WARM_UP);
    for (round = 0; round < rounds; round++) {
        LHANDLE session = lhSessionNull;
        if (round == WARM_UP)
            before = measure();
        EXPECT_CODE(SUCCESS_SUCCESS, MAPILogon(0, NULL, NULL, MAPI_NEW_SESSION, 0, &session));
        EXPECT_CODE(SUCCESS_SUCCESS, send_text_in(session, "A text.\n"));
        EXPECT_CODE(SUCCESS_SUCCESS, MAPILogoff(session, 0, 0, 0));
    }
    after = measure();
    dprintf(1, "descriptors %+ld, threads %+ld, mappings %+ld, resident %+ld KiB\n",
            after.descriptors - before.descriptors, after.threads - before.threads,
            after.mappings - before.mappings, after.resident_kib - before.resident_kib);
    EXPECT(after.descriptors == before.descriptors);
    EXPECT(after.threads == before.threads);
    EXPECT(after.mappings <= before.mappings + 2);
    EXPECT(after.resident_kib - before.resident_kib < 1024);
    return 0;
}
