/*
 * A host that opens the library to send and closes it right after, as programs did on Windows: a
 * thousand times, with threads that used it and end only when it is long closed, and with one that
 * is still sending.
 */
#include "host.h"
#include <dlfcn.h>
#include <pthread.h>

enum { ROUNDS = 1000, WARM_UP = 50 };

typedef ULONG (*send_function)(LHANDLE, ULONG_PTR, lpMapiMessage, FLAGS, ULONG);

static const char *path;
static pthread_barrier_t used, closed;

static long resident_kib(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file != NULL && fscanf(file, "%ld %ld", &pages, &resident) == 2);
    fclose(file);
    return resident * sysconf(_SC_PAGESIZE) / 1024;
}

static send_function find_send(void *library)
{
    send_function send;
    *(void **)&send = dlsym(library, "MAPISendMail");
    EXPECT(send != NULL);
    return send;
}

static ULONG send_once(send_function send)
{
    MapiRecipDesc to = {0, MAPI_TO, "Bob", "bob@example.org", 0, NULL};
    MapiMessage mail = {0};
    mail.lpszNoteText = "A text.\n";
    mail.nRecipCount = 1;
    mail.lpRecips = &to;
    return send(lhSessionNull, 0, &mail, 0, 0);
}

static void *send_amid(void *library)
{
    send_function send = find_send(library);
    int i;
    pthread_barrier_wait(&used);
    for (i = 0; i < 20; i++)
        EXPECT(send_once(send) == SUCCESS_SUCCESS);
    return NULL;
}

static void *outlive_the_library(void *library)
{
    EXPECT(send_once(find_send(library)) == SUCCESS_SUCCESS);
    pthread_barrier_wait(&used);
    pthread_barrier_wait(&closed);
    return NULL; /* and now the destructors of this thread run */
}

int main(int argc, char **argv)
{
    pthread_t threads[4];
    void *library;
    long before = 0;
    int round, i;
    EXPECT(argc == 2);
    path = argv[1];

    for (round = 0; round < ROUNDS; round++) {
        if (round == WARM_UP)
            before = resident_kib();
        library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        EXPECT(library != NULL);
        EXPECT(send_once(find_send(library)) == SUCCESS_SUCCESS);
        EXPECT(dlclose(library) == 0);
    }
    dprintf(1, "resident set grew by %ld KiB\n", resident_kib() - before);
    EXPECT(resident_kib() - before < 1024);

    for (round = 0; round < 20; round++) {
        library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        EXPECT(library != NULL);
        pthread_barrier_init(&used, NULL, 5);
        pthread_barrier_init(&closed, NULL, 5);
        for (i = 0; i < 4; i++)
            EXPECT(pthread_create(&threads[i], NULL, outlive_the_library, library) == 0);
        pthread_barrier_wait(&used);
        EXPECT(dlclose(library) == 0);
        pthread_barrier_wait(&closed);
        for (i = 0; i < 4; i++)
            EXPECT(pthread_join(threads[i], NULL) == 0);
    }

    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    EXPECT(library != NULL);
    pthread_barrier_init(&used, NULL, 2);
    EXPECT(pthread_create(&threads[0], NULL, send_amid, library) == 0);
    pthread_barrier_wait(&used);
    EXPECT(dlclose(library) == 0);
    EXPECT(pthread_join(threads[0], NULL) == 0);
    return 0;
}
