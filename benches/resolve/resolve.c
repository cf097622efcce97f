/*
 * resolve COUNT: finds people of a book of COUNT by name, as a program that mails to them does.
 *
 * Prints the seconds of the first call, and of the calls after it the mean and the longest.
 */
#define _POSIX_C_SOURCE 200809L
#include <mapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Resolves the name of somebody, and says how long that took. */
static double resolve(LHANDLE session, unsigned number)
{
    lpMapiRecipDesc found;
    char name[64], reason[1024] = "";
    double began;
    ULONG code;

    /* By the words of both names, as people type: not the whole of it. */
    snprintf(name, sizeof name, "given%06u. FAMILY%06u", number, number);
    began = now();
    code = MAPIResolveName(session, 0, name, 0, 0, &found);
    if (code != SUCCESS_SUCCESS) {
        SimpleMapiLastError(reason, sizeof reason);
        fprintf(stderr, "resolve: %s: %lu: %s\n", name, (unsigned long)code, reason);
        exit(1);
    }
    began = now() - began;
    MAPIFreeBuffer(found);
    return began;
}

int main(int argc, char **argv)
{
    enum { CALLS = 2000 };
    unsigned count = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 1, call;
    double first, all = 0, longest = 0;
    LHANDLE session;

    if (MAPILogon(0, NULL, NULL, 0, 0, &session) != SUCCESS_SUCCESS)
        return 1;
    first = resolve(session, count / 2);
    for (call = 0; call < CALLS; call++) {
        double took = resolve(session, call * 7919u % count);
        all += took;
        longest = took > longest ? took : longest;
    }
    printf("%.9f %.9f %.9f\n", first, all / CALLS, longest);
    MAPILogoff(session, 0, 0, 0);
    return 0;
}
