/*
 * mapi-conformance: does this library do what Simple MAPI says?
 *
 *     mapi-conformance [OPTION]... LIBRARY
 *
 * README.md says what every option and every line of the output means.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "run.h"

#define GROUPS(each)                                                                               \
    each(exports) each(session) each(send) each(recipients) each(text) each(attachments)           \
        each(send_wide) each(documents) each(find_read) each(save_delete) each(resolve)            \
            each(details) each(address) each(free_buffer) each(null) each(hostile) each(threads)   \
                each(host_state) each(extras)

#define DECLARE(name) extern const struct group name##_group;
GROUPS(DECLARE)

const struct group *const all_groups[] = {
#define ENTRY(name) &name##_group,
    GROUPS(ENTRY) NULL};

static struct run_options run;
static bool listing;

static void usage(FILE *to)
{
    fputs("usage: mapi-conformance [OPTION]... LIBRARY\n"
          "\n"
          "what to run\n"
          "  --group NAME           only this group of tests; may be given several times\n"
          "  --test TEXT            only tests whose name contains TEXT\n"
          "  --list                 list the tests and do not run them\n"
          "  --strict               insist on advice too, not only on the reference\n"
          "\n"
          "about the library\n"
          "  --profile NAME         log on to this profile; otherwise the default one is tested\n"
          "  --password TEXT        and its password\n"
          "  --other-profile NAME   a second profile that needs no input\n"
          "  --to ADDRESS           send to this address, with +role.token before the @\n"
          "                         (otherwise conformance@example.org)\n"
          "  --mailbox DIR          the Maildir in which arrives what the tested profile sends\n"
          "  --other-mailbox DIR    the same for the second profile\n"
          "  --inbox DIR            the Maildir that the tested profile reads as its inbox\n"
          "  --messages-never-change  the store behind the inbox cannot change a message, as no\n"
          "                         IMAP server can: one that is saved over may get a new id\n"
          "  --identity ADDRESS     another address that the tested profile may send as\n"
          "  --known-name NAME      a name that the address book knows once\n"
          "  --ambiguous-name NAME  a name that it knows several times\n"
          "  --known-list NAME      a distribution list that it knows once\n"
          "  --list-members N       how many people are on that list\n"
          "  --max-files N          how many attachments the library allows\n"
          "  --max-recipients N     how many recipients\n"
          "  --max-text BYTES       how long a text\n"
          "  --max-file BYTES       how large an attachment\n"
          "  --no-dialogs           the library can show no dialogs here, so calls that need\n"
          "                         one must say so at once\n"
          "  --person WHAT          somebody answers dialogs and, whatever they show, accepts or\n"
          "                         cancels; either if that is not known\n"
          "\n"
          "how to run\n"
          "  --verbose              name every test, not only those that fail\n"
          "  --no-fork              run all tests in this process, for debuggers\n"
          "  --timeout SECONDS      for one test (otherwise 30)\n"
          "  --arrival SECONDS      for a message to arrive (otherwise 10)\n",
          to);
}

static void complain(const char *problem, const char *about)
{
    fprintf(stderr, "mapi-conformance: %s%s\n", problem, about);
    exit(2);
}

static unsigned long long number(const char *option, const char *text)
{
    char *end;
    unsigned long long value = strtoull(text, &end, 10);
    if (*text == '\0' || *text == '-' || *end != '\0')
        complain("this option wants a number: ", option);
    return value;
}

/* An option without a value; false if there is none of this name. */
static bool take_switch(const char *name)
{
    if (strcmp(name, "--list") == 0)
        listing = true;
    else if (strcmp(name, "--strict") == 0)
        check_strictly = true;
    else if (strcmp(name, "--verbose") == 0)
        run.verbose = true;
    else if (strcmp(name, "--no-fork") == 0)
        run.in_place = true;
    else if (strcmp(name, "--no-dialogs") == 0)
        options.no_dialogs = true;
    else if (strcmp(name, "--messages-never-change") == 0)
        options.messages_never_change = true;
    else
        return false;
    return true;
}

static enum person person(const char *what)
{
    if (strcmp(what, "accepts") == 0)
        return PERSON_ACCEPTS;
    if (strcmp(what, "cancels") == 0)
        return PERSON_CANCELS;
    if (strcmp(what, "either") != 0)
        complain("a person accepts, cancels, or may do either: ", what);
    return SOME_PERSON;
}

static void add_group(const char *name)
{
    if (!run_knows_group(name))
        complain("there is no such group (--list names them): ", name);
    if (run.group_count < sizeof run.groups / sizeof run.groups[0])
        run.groups[run.group_count++] = name;
}

/* An option with a value; false if there is none of this name. */
static bool take_value(const char *name, char *value)
{
    if (strcmp(name, "--group") == 0)
        add_group(value);
    else if (strcmp(name, "--test") == 0)
        run.test = value;
    else if (strcmp(name, "--profile") == 0)
        options.profile = value;
    else if (strcmp(name, "--password") == 0)
        options.password = value;
    else if (strcmp(name, "--other-profile") == 0)
        options.other_profile = value;
    else if (strcmp(name, "--to") == 0)
        options.to = value;
    else if (strcmp(name, "--mailbox") == 0)
        options.mailbox = value;
    else if (strcmp(name, "--other-mailbox") == 0)
        options.other_mailbox = value;
    else if (strcmp(name, "--inbox") == 0)
        options.inbox = value;
    else if (strcmp(name, "--identity") == 0)
        options.identity = value;
    else if (strcmp(name, "--person") == 0)
        options.person = person(value);
    else if (strcmp(name, "--known-name") == 0)
        options.known_name = value;
    else if (strcmp(name, "--ambiguous-name") == 0)
        options.ambiguous_name = value;
    else if (strcmp(name, "--known-list") == 0)
        options.known_list = value;
    else if (strcmp(name, "--list-members") == 0)
        options.list_members = number(name, value);
    else if (strcmp(name, "--max-files") == 0)
        options.max_files = number(name, value);
    else if (strcmp(name, "--max-recipients") == 0)
        options.max_recipients = number(name, value);
    else if (strcmp(name, "--max-text") == 0)
        options.max_text = number(name, value);
    else if (strcmp(name, "--max-file") == 0)
        options.max_file = number(name, value);
    else if (strcmp(name, "--timeout") == 0)
        options.test_seconds = (unsigned)number(name, value);
    else if (strcmp(name, "--arrival") == 0)
        options.arrival_seconds = (unsigned)number(name, value);
    else
        return false;
    return true;
}

static void read_arguments(int count, char **arguments)
{
    int i;
    for (i = 1; i < count; i++) {
        char *argument = arguments[i];
        if (strcmp(argument, "--help") == 0) {
            usage(stdout);
            exit(0);
        }
        if (strncmp(argument, "--", 2) != 0) {
            if (options.library != NULL)
                complain("only one library can be tested at a time: ", argument);
            options.library = argument;
        } else if (!take_switch(argument)) {
            if (i + 1 == count)
                complain("unknown, or its value is missing: ", argument);
            if (!take_value(argument, arguments[++i]))
                complain("unknown option: ", argument);
        }
    }
    if (strchr(options.to, '@') == NULL)
        complain("--to wants an address: ", options.to);
}

int main(int count, char **arguments)
{
    char why[400];
    int status;
    read_arguments(count, arguments);
    run.seconds = options.test_seconds;
    if (!platform_can_run_apart())
        run.in_place = true;
    if (listing) {
        run_list(&run);
        return 0;
    }
    if (options.library == NULL) {
        usage(stderr);
        return 2;
    }
    if (!library_load(options.library, why, sizeof why))
        complain("cannot load the library: ", why);
    if (!scratch_open())
        complain("cannot make a folder for temporary files", "");
    library_probe(!run.in_place, options.test_seconds);
    status = run_all(&run);
    scratch_close();
    return status;
}
