#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mailbox.h"
#include "platform.h"

struct options options = {
    .to = "conformance@example.org", .arrival_seconds = 10, .test_seconds = 30};

/* Sessions ------------------------------------------------------------------------------------ */

LHANDLE open_session(void)
{
    LHANDLE session = 0;
    NEEDS(logon);
    REQUIRE_CODE(mapi.logon(0, options.profile, options.password, 0, 0, &session), SUCCESS_SUCCESS,
                 "MAPILogon: the tested profile can be opened without asking anybody");
    REQUIRE(session != 0, "MAPILogon: 0 is never the handle of a session");
    return session;
}

void close_session(LHANDLE session)
{
    if (session != 0 && mapi.logoff != NULL)
        mapi.logoff(session, 0, 0, 0);
}

LHANDLE sending_session(void)
{
    return options.profile == NULL ? 0 : open_session();
}

/* Ids ----------------------------------------------------------------------------------------- */

#define GUARD 64
#define RUBBISH '#'

void needs_dialogs(void)
{
    SKIP_UNLESS(options.no_dialogs || options.person != NO_PERSON,
                "needs --no-dialogs or --person");
}

bool check_dialog(const char *where, ULONG code, const char *why)
{
    static const ULONG any[] = {SUCCESS_SUCCESS, MAPI_USER_ABORT, MAPI_E_NOT_SUPPORTED};
    if (options.no_dialogs)
        return check_code(where, code, &any[2], 1, why);
    if (options.person == PERSON_ACCEPTS)
        return check_code(where, code, &any[0], 1, why);
    if (options.person == PERSON_CANCELS)
        return check_code(where, code, &any[1], 1, why);
    return check_code(where, code, any, 3, why);
}

char *guarded_id(struct guarded_id *guarded, size_t size)
{
    memset(guarded->bytes, RUBBISH, sizeof guarded->bytes);
    guarded->size = size;
    return guarded->bytes + GUARD;
}

void check_guards(const struct guarded_id *guarded, const char *why)
{
    const char *id = guarded->bytes + GUARD;
    size_t i, touched = 0, end;
    for (i = 0; i < GUARD; i++)
        touched += guarded->bytes[i] != RUBBISH;
    for (i = GUARD + guarded->size; i < sizeof guarded->bytes; i++)
        touched += guarded->bytes[i] != RUBBISH;
    CHECK_EQ(touched, 0, why);
    for (end = 0; end < guarded->size && id[end] != '\0'; end++)
        ;
    CHECK(end < guarded->size, why);
    for (touched = 0, i = end + 1; i < guarded->size; i++)
        touched += id[i] != RUBBISH;
    CHECK_ADVISED(touched == 0, "an id is not padded: callers may have less room than they say");
}

/* Files --------------------------------------------------------------------------------------- */

static char scratch[512];

bool scratch_open(void)
{
    return platform_make_temporary_directory(scratch, sizeof scratch);
}

void scratch_close(void)
{
    platform_remove(scratch);
}

char *scratch_path(const char *name)
{
    static char paths[LETTER_ROOM][1024];
    static unsigned next;
    char *path = paths[next++ % LETTER_ROOM];
    snprintf(path, sizeof paths[0], "%s/%s", scratch, name);
    return path;
}

char *scratch_file(const char *name, const void *bytes, size_t size)
{
    char *path = scratch_path(name);
    FILE *file = platform_open_file(path, "wb");
    bool written = file != NULL && fwrite(bytes, 1, size, file) == size;
    if (file != NULL && fclose(file) != 0)
        written = false;
    SKIP_UNLESS(written, "the file %s could not be made here", path);
    return path;
}

char *scratch_text(const char *name, const char *text)
{
    return scratch_file(name, text, strlen(text));
}

/* Letters ------------------------------------------------------------------------------------- */

static void fresh_token(char *token, size_t size)
{
    static unsigned count;
    static unsigned long long seed;
    if (seed == 0)
        seed = (unsigned long long)time(NULL) & 0xFFFFFFF;
    /* The last letter is no digit, so that no token is the beginning of another. */
    snprintf(token, size, "%llx%lx%xz", seed, platform_process_id(), ++count);
}

void letter_begin(struct letter *letter)
{
    memset(letter, 0, sizeof *letter);
    fresh_token(letter->token, sizeof letter->token);
    snprintf(letter->subject, sizeof letter->subject, "Conformance %s", letter->token);
    letter->message.lpszSubject = letter->subject;
    letter->message.lpszNoteText = "A letter of the conformance suite.";
    letter_recipient(letter, MAPI_TO, NULL, "to");
}

const char *letter_address(const struct letter *letter, const char *role)
{
    static char addresses[4][160];
    static unsigned next;
    char *address = addresses[next++ % 4];
    int user = (int)strcspn(options.to, "@");
    snprintf(address, sizeof addresses[0], "%.*s+%s.%s%s", user, options.to, role, letter->token,
             options.to + user);
    return address;
}

MapiRecipDesc *letter_recipient(struct letter *letter, ULONG recipient_class, char *name,
                                const char *role)
{
    ULONG i = letter->message.nRecipCount++;
    MapiRecipDesc *recipient = &letter->recipients[i];
    snprintf(letter->addresses[i], sizeof letter->addresses[i], "SMTP:%s",
             letter_address(letter, role));
    recipient->ulRecipClass = recipient_class;
    recipient->lpszName = name;
    recipient->lpszAddress = letter->addresses[i];
    letter->message.lpRecips = letter->recipients;
    return recipient;
}

MapiFileDesc *letter_attach(struct letter *letter, char *path, char *name)
{
    MapiFileDesc *file = &letter->files[letter->message.nFileCount++];
    file->nPosition = 0xFFFFFFFF;
    file->lpszPathName = path;
    file->lpszFileName = name;
    letter->message.lpFiles = letter->files;
    return file;
}

ULONG letter_send(struct letter *letter, FLAGS flags)
{
    LHANDLE session;
    ULONG code;
    NEEDS(send_mail);
    session = sending_session();
    code = mapi.send_mail(session, 0, &letter->message, flags, 0);
    close_session(session);
    return code;
}

/* Arrival ------------------------------------------------------------------------------------- */

struct mail *letter_arrived_in(const char *mailbox, const struct letter *letter)
{
    static struct mail *mail;
    mail_free(mail);
    mail = mailbox_wait(mailbox, letter->token, options.arrival_seconds);
    REQUIRE(mail != NULL, "MAPISendMail: a message that was sent arrives");
    return mail;
}

struct mail *letter_arrived(const struct letter *letter)
{
    SKIP_UNLESS(options.mailbox != NULL, "sent, but not seen to arrive: no --mailbox was given");
    return letter_arrived_in(options.mailbox, letter);
}

unsigned letter_copies(const struct letter *letter)
{
    return mailbox_count(options.mailbox, letter->token);
}

bool letter_never_arrives(const struct letter *letter)
{
    struct letter second;
    if (options.mailbox == NULL)
        return true;
    letter_begin(&second);
    if (letter_send(&second, 0) == SUCCESS_SUCCESS)
        letter_arrived(&second);
    return letter_copies(letter) == 0;
}

/* Wide strings -------------------------------------------------------------------------------- */

static unsigned long next_character(const unsigned char **at)
{
    unsigned long c = *(*at)++;
    int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0xC0 ? 1 : 0;
    c &= more == 3 ? 0x07 : more == 2 ? 0x0F : more == 1 ? 0x1F : 0x7F;
    while (more-- > 0 && **at != '\0')
        c = c << 6 | (*(*at)++ & 0x3F);
    return c;
}

PWSTR wide(const char *utf8)
{
    static unsigned short pool[65536]; /* static, so that leak checkers find no leak */
    static size_t used;
    unsigned short *start;
    const unsigned char *at = (const unsigned char *)utf8;
    if (utf8 == NULL)
        return NULL;
    if (used + strlen(utf8) + 1 > sizeof pool / sizeof pool[0])
        used = 0;
    start = pool + used;
    while (*at != '\0') {
        unsigned long c = next_character(&at);
        if (c >= 0x10000) {
            pool[used++] = (unsigned short)(0xD800 + ((c - 0x10000) >> 10));
            pool[used++] = (unsigned short)(0xDC00 + ((c - 0x10000) & 0x3FF));
        } else {
            pool[used++] = (unsigned short)c;
        }
    }
    pool[used++] = 0;
    return (PWSTR)(void *)start;
}

void letter_widen(const struct letter *letter, struct wide_letter *widened)
{
    const MapiMessage *from = &letter->message;
    MapiMessageW *to = &widened->message;
    ULONG i;
    memset(widened, 0, sizeof *widened);
    to->lpszSubject = wide(from->lpszSubject);
    to->lpszNoteText = wide(from->lpszNoteText);
    to->lpszMessageType = wide(from->lpszMessageType);
    to->lpszDateReceived = wide(from->lpszDateReceived);
    to->lpszConversationID = wide(from->lpszConversationID);
    to->flFlags = from->flFlags;
    to->nRecipCount = from->nRecipCount;
    to->lpRecips = from->lpRecips == NULL ? NULL : widened->recipients;
    to->nFileCount = from->nFileCount;
    to->lpFiles = from->lpFiles == NULL ? NULL : widened->files;
    for (i = 0; i < from->nRecipCount && to->lpRecips != NULL; i++) {
        widened->recipients[i].ulRecipClass = from->lpRecips[i].ulRecipClass;
        widened->recipients[i].lpszName = wide(from->lpRecips[i].lpszName);
        widened->recipients[i].lpszAddress = wide(from->lpRecips[i].lpszAddress);
    }
    for (i = 0; i < from->nFileCount && to->lpFiles != NULL; i++) {
        widened->files[i].flFlags = from->lpFiles[i].flFlags;
        widened->files[i].nPosition = from->lpFiles[i].nPosition;
        widened->files[i].lpszPathName = wide(from->lpFiles[i].lpszPathName);
        widened->files[i].lpszFileName = wide(from->lpFiles[i].lpszFileName);
    }
}

ULONG letter_send_wide(const struct letter *letter, FLAGS flags)
{
    struct wide_letter widened;
    LHANDLE session;
    ULONG code;
    NEEDS(send_mail_w);
    letter_widen(letter, &widened);
    session = sending_session();
    code = mapi.send_mail_w(session, 0, &widened.message, flags, 0);
    close_session(session);
    return code;
}
