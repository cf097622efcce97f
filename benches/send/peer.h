/*
 * What every program here shares: each sends the same messages in its own way.
 *
 *     PEER PORT COUNT kept|each FILE|-
 *
 * COUNT messages to the server on this port, over one connection or over one each, with this file
 * attached or none. Prints the seconds it took, the seconds of processor time, and the most memory in
 * KiB. What is read of the machine first, a configuration say, counts.
 */
#ifndef PEER_H
#define PEER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define THE_SENDER "ada@example.org"
#define THE_RECIPIENT "ben@example.com"
#define THE_SUBJECT "The stock of this night"

struct work {
    int port;
    long count;
    int kept;
    const char *file; /* NULL for none */
    char text[1200];
    double began;
};

static inline double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline void give_up(const char *what)
{
    fprintf(stderr, "%s failed\n", what);
    exit(1);
}

static inline struct work work_of(int argc, char **argv)
{
    static const char line[] = "12 boxes of paper, 3 of ink, and 1 of what nobody asked for.\r\n";
    struct work work;

    if (argc != 5)
        give_up("usage: PORT COUNT kept|each FILE|-");
    work.port = atoi(argv[1]);
    work.count = atol(argv[2]);
    work.kept = strcmp(argv[3], "kept") == 0;
    work.file = strcmp(argv[4], "-") == 0 ? NULL : argv[4];
    work.text[0] = '\0';
    while (strlen(work.text) + sizeof line < 1000)
        strcat(work.text, line);
    work.began = seconds();
    return work;
}

static inline double processor_seconds(void)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* Of this program alone: ru_maxrss begins with what its parent had. */
static inline long most_memory(void)
{
    char line[256];
    long most = 0;
    FILE *status = fopen("/proc/self/status", "r");

    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "VmHWM: %ld", &most) == 1)
            break;
    if (status != NULL)
        fclose(status);
    return most;
}

static inline int done(const struct work *work)
{
    printf("%.9f %.9f %ld\n", seconds() - work->began, processor_seconds(), most_memory());
    return 0;
}

#endif
