/* Runs groups of tests and reports. */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>

#include "check.h"

struct run_options {
    const char *groups[32]; /* none: all of them */
    unsigned group_count;
    const char *test; /* only tests whose name contains this */
    bool verbose, in_place;
    unsigned seconds; /* for one test */
};

extern const struct group *const all_groups[]; /* NULL behind the last */

/* The exit status of the program: 0 when something was tested and nothing failed. */
int run_all(const struct run_options *options);
void run_list(const struct run_options *options);
bool run_knows_group(const char *name);

#endif
