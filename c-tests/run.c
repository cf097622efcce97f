#include "run.h"

#include <stdio.h>
#include <string.h>

#include "platform.h"

struct totals {
    unsigned passed, failed, skipped;
    unsigned long checks_held, checks_broken;
};

bool run_knows_group(const char *name)
{
    size_t i;
    for (i = 0; all_groups[i] != NULL; i++)
        if (strcmp(all_groups[i]->name, name) == 0)
            return true;
    return false;
}

static bool group_wanted(const struct run_options *options, const struct group *group)
{
    unsigned i;
    for (i = 0; i < options->group_count; i++)
        if (strcmp(options->groups[i], group->name) == 0)
            return true;
    return options->group_count == 0;
}

static bool test_wanted(const struct run_options *options, const struct test *test)
{
    return options->test == NULL || strstr(test->name, options->test) != NULL;
}

void run_list(const struct run_options *options)
{
    size_t i;
    const struct test *test;
    for (i = 0; all_groups[i] != NULL; i++)
        for (test = all_groups[i]->tests; test->name != NULL; test++)
            if (group_wanted(options, all_groups[i]) && test_wanted(options, test))
                printf("%s/%s\n", all_groups[i]->name, test->name);
}

static const struct test *current;

static void run_current(void *outcome)
{
    check_run(current->body, outcome);
}

static void run_test(const struct run_options *options, const struct test *test,
                     struct outcome *outcome)
{
    char how[200] = "";
    current = test;
    memset(outcome, 0, sizeof *outcome);
    if (options->in_place) {
        run_current(outcome);
    } else if (!platform_run_apart(run_current, outcome, sizeof *outcome, PLATFORM_EXIT,
                                   options->seconds, how, sizeof how)) {
        printf("    the test %s\n", how);
        outcome->broken++;
    }
}

/* Tests of a group that are skipped for one reason are told in one line. */
struct skips {
    struct {
        char reason[sizeof((struct outcome *)0)->reason];
        unsigned count;
    } kinds[24];
    unsigned used;
};

static void note_skip(struct skips *skips, const char *reason)
{
    unsigned i;
    for (i = 0; i < skips->used && strcmp(skips->kinds[i].reason, reason) != 0; i++)
        ;
    if (i == sizeof skips->kinds / sizeof skips->kinds[0])
        i--;
    else if (i == skips->used) {
        snprintf(skips->kinds[i].reason, sizeof skips->kinds[i].reason, "%s", reason);
        skips->kinds[i].count = 0;
        skips->used++;
    }
    skips->kinds[i].count++;
}

static void tell_skips(const struct skips *skips)
{
    unsigned i;
    for (i = 0; i < skips->used; i++)
        printf("  skip  %u test%s: %s\n", skips->kinds[i].count,
               skips->kinds[i].count == 1 ? "" : "s", skips->kinds[i].reason);
}

static void run_group(const struct run_options *options, const struct group *group,
                      struct totals *totals)
{
    const struct test *test;
    static struct skips skips;
    bool headed = false;
    skips.used = 0;
    for (test = group->tests; test->name != NULL; test++) {
        struct outcome outcome;
        if (!test_wanted(options, test))
            continue;
        if (!headed)
            printf("%s: %s\n", group->name, group->about);
        headed = true;
        fflush(stdout);
        run_test(options, test, &outcome);
        totals->checks_held += outcome.held;
        totals->checks_broken += outcome.broken;
        if (outcome.broken > 0) {
            totals->failed++;
            printf("  FAIL  %s\n", test->name);
        } else if (outcome.skipped) {
            totals->skipped++;
            if (options->verbose)
                printf("  skip  %s: %s\n", test->name, outcome.reason);
            else
                note_skip(&skips, outcome.reason);
        } else if (outcome.held == 0) {
            totals->failed++;
            printf("  FAIL  %s: it checked nothing\n", test->name);
        } else {
            totals->passed++;
            if (options->verbose)
                printf("  ok    %s\n", test->name);
        }
    }
    tell_skips(&skips);
}

int run_all(const struct run_options *options)
{
    struct totals totals = {0, 0, 0, 0, 0};
    size_t i;
    for (i = 0; all_groups[i] != NULL; i++)
        if (group_wanted(options, all_groups[i]))
            run_group(options, all_groups[i], &totals);
    printf("\n%lu checks held, %lu did not\n", totals.checks_held, totals.checks_broken);
    if (totals.passed + totals.failed == 0)
        printf("nothing was tested\n");
    printf("%u passed, %u failed, %u skipped\n", totals.passed, totals.failed, totals.skipped);
    return totals.failed == 0 && totals.passed > 0 ? 0 : 1;
}
