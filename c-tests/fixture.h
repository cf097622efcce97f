/*
 * What the tests share: the run's options, sessions, files to attach, and letters to send.
 *
 * A letter is a message with a token of its own in every address, so that it can be told from all
 * others when it has arrived:
 *
 *     struct letter letter;
 *     letter_begin(&letter);
 *     letter_recipient(&letter, MAPI_CC, "Grace", "cc");
 *     CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, "...");
 *     mail = letter_arrived(&letter);
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include "check.h"
#include "library.h"
#include "mail.h"

/* Who answers dialogs, as far as that is known. */
enum person { NO_PERSON, SOME_PERSON, PERSON_ACCEPTS, PERSON_CANCELS };

/* The command line, as the tests see it. A limit of 0 is not known. */
struct options {
    const char *library;
    char *profile, *password;
    char *other_profile;
    const char *mailbox, *other_mailbox;
    const char *inbox;
    const char *to;
    const char *identity;
    const char *known_name, *ambiguous_name, *known_list;
    unsigned long long list_members;
    unsigned long long max_files, max_recipients, max_text, max_file;
    unsigned arrival_seconds, test_seconds;
    enum person person;
    bool no_dialogs, messages_never_change;
};
extern struct options options;

/* A message id and a name that nothing and nobody has. */
#define NO_SUCH_ID "mapi-conformance-no-such-message"
#define NO_SUCH_NAME "Zzyzx Qwghlm Conformance"
#define NO_SUCH_PROFILE "mapi-conformance-no-such-profile"

/* Sessions. */
LHANDLE open_session(void);          /* on the tested profile; fails the test if it cannot */
void close_session(LHANDLE session); /* 0 is no session, and nothing to close */
LHANDLE sending_session(void);       /* 0 where the default profile is tested, else as above */

/* Dialogs. Skips the rest of the test where nobody said who answers them. */
void needs_dialogs(void);
/* That a call which shows one returned what the person decided, or at once that none can be shown. */
bool check_dialog(const char *where, ULONG code, const char *why);
#define CHECK_DIALOG(got, why) check_dialog(CHECK_HERE, (got), (why))

/* A buffer for an id, guarded in front and behind. */
struct guarded_id {
    char bytes[64 + 512 + 64];
    size_t size;
};
/* The buffer itself, of 64 or 512 bytes and full of rubbish. */
char *guarded_id(struct guarded_id *guarded, size_t size);
/* That an id was written and nothing around it; `why` begins with the function's name. */
void check_guards(const struct guarded_id *guarded, const char *why);

/* Files, in a folder of this run; the path stays valid until its slot comes round again. */
char *scratch_path(const char *name);
char *scratch_file(const char *name, const void *bytes, size_t size);
char *scratch_text(const char *name, const char *text);
bool scratch_open(void);
void scratch_close(void);

#define LETTER_ROOM 12

struct letter {
    MapiMessage message;
    MapiRecipDesc recipients[LETTER_ROOM];
    MapiFileDesc files[LETTER_ROOM];
    char addresses[LETTER_ROOM][160];
    char token[40];
    char subject[80];
    unsigned long long begun;
};

/* One recipient in To, a subject, a short text. Everything else is zero. */
void letter_begin(struct letter *letter);
/* Adds a recipient. `role` becomes part of the address: user+role.token@host. */
MapiRecipDesc *letter_recipient(struct letter *letter, ULONG recipient_class, char *name,
                                const char *role);
MapiFileDesc *letter_attach(struct letter *letter, char *path, char *name);
/* The bare address of a role in this letter, without SMTP: in front. */
const char *letter_address(const struct letter *letter, const char *role);
ULONG letter_send(struct letter *letter, FLAGS flags);

/*
 * The letter as it arrived, or fails the test. Skips the rest of the test where nobody said
 * where mail arrives. The mail is valid until the next one is asked for.
 */
struct mail *letter_arrived(const struct letter *letter);
struct mail *letter_arrived_in(const char *mailbox, const struct letter *letter);
/* How many copies are there now. */
unsigned letter_copies(const struct letter *letter);
/* Whether it has not arrived, nor will: a second letter overtakes it. */
bool letter_never_arrives(const struct letter *letter);

/* UTF-16 in memory of the suite's own, valid until very many more are asked for. */
PWSTR wide(const char *utf8);

/* The same letter for MAPISendMailW; the strings of the first are UTF-8. */
struct wide_letter {
    MapiMessageW message;
    MapiRecipDescW recipients[LETTER_ROOM];
    MapiFileDescW files[LETTER_ROOM];
};
void letter_widen(const struct letter *letter, struct wide_letter *widened);
ULONG letter_send_wide(const struct letter *letter, FLAGS flags);

#endif
