/* Calls as damaged bindings, careless programs and bad luck make them: none may crash the host. */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define ALIVE "a wrong call is refused, and the program lives on"

/* An address in a page that nobody may touch. */
static void *forbidden(void)
{
    char *end = platform_guarded_memory(16);
    SKIP_UNLESS(end != NULL, "this system has no guarded memory");
    return end + 16;
}

static void pointers_beside_a_count_of_zero_are_not_followed(void)
{
    struct letter letter;
    letter_begin(&letter);
    letter.message.lpFiles = forbidden();
    letter.recipients[0].lpEntryID = forbidden();
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS,
               "of 0 files and an entry id of 0 bytes nothing is looked at");
    letter_begin(&letter);
    letter.message.nRecipCount = 0;
    letter.message.lpRecips = forbidden();
    CHECK_REFUSED(letter_send(&letter, 0), MAPI_E_UNKNOWN_RECIPIENT,
                  "of 0 recipients nothing is looked at");
}

static void a_window_handle_is_not_followed(void)
{
    const ULONG_PTR windows[] = {1, 0x1234, ~(ULONG_PTR)0};
    struct letter letter;
    LHANDLE session;
    size_t i;
    NEEDS(send_mail);
    for (i = 0; i < sizeof windows / sizeof windows[0]; i++) {
        letter_begin(&letter);
        session = sending_session();
        CHECK_CODE(mapi.send_mail(session, windows[i], &letter.message, 0, 0), SUCCESS_SUCCESS,
                   "ulUIParam is ignored where no dialog appears, and may be stale");
        close_session(session);
    }
}

static void absurd_counts_are_refused_before_the_arrays_are_read(void)
{
    const ULONG counts[] = {0xFFFFFFFFu, 0x7FFFFFFFu, 0x80000000u, 100000000u};
    struct letter letter;
    size_t i;
    for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        letter_begin(&letter);
        letter.message.nRecipCount = counts[i];
        letter.message.lpRecips = NULL;
        CHECK_REFUSED(letter_send(&letter, 0), MAPI_E_FAILURE, ALIVE);
        letter_begin(&letter);
        letter.message.nFileCount = counts[i];
        CHECK_REFUSED(letter_send(&letter, 0), MAPI_E_FAILURE, ALIVE);
        if (!check_strictly)
            continue;
        letter_begin(&letter);
        letter.message.nRecipCount = counts[i];
        CHECK_CODE(letter_send(&letter, 0), MAPI_E_TOO_MANY_RECIPIENTS,
                   "the count is checked before the array is read");
        letter_begin(&letter);
        letter_attach(&letter, scratch_text("one.txt", "1"), NULL);
        letter.message.nFileCount = counts[i];
        CHECK_CODE(letter_send(&letter, 0), MAPI_E_TOO_MANY_FILES,
                   "the count is checked before the array is read");
    }
}

static void structures_at_odd_addresses_are_read(void)
{
    struct letter letter;
    struct mail *mail;
    char *block, *message, *recipients, *files;
    LHANDLE session;
    ONLY_STRICT();
    NEEDS(send_mail);
    letter_begin(&letter);
    letter_attach(&letter, scratch_text("odd.txt", "odd"), "odd.txt");
    block = malloc(1 + sizeof letter);
    REQUIRE(block != NULL, "there is memory for the test");
    recipients = block + 1;
    files = recipients + sizeof letter.recipients[0];
    message = files + sizeof letter.files[0];
    letter.message.lpRecips = (lpMapiRecipDesc)(void *)recipients;
    letter.message.lpFiles = (lpMapiFileDesc)(void *)files;
    memcpy(recipients, letter.recipients, sizeof letter.recipients[0]);
    memcpy(files, letter.files, sizeof letter.files[0]);
    memcpy(message, &letter.message, sizeof letter.message);
    session = sending_session();
    CHECK_CODE(mapi.send_mail(session, 0, (lpMapiMessage)(void *)message, 0, 0), SUCCESS_SUCCESS,
               "packed bindings pass structures at odd addresses");
    close_session(session);
    free(block);
    mail = letter_arrived(&letter);
    CHECK_TEXT(mail_header(mail, "Subject"), letter.subject, "and mean what they say");
    CHECK_EQ(mail_attachment_count(mail), 1, "and mean what they say");
}

static void wide_strings_at_odd_addresses_are_read(void)
{
    struct letter letter;
    struct wide_letter widened;
    char block[200];
    LHANDLE session;
    ONLY_STRICT();
    NEEDS(send_mail_w);
    letter_begin(&letter);
    letter_widen(&letter, &widened);
    memcpy(block + 1, widened.message.lpszSubject, 2 * (strlen(letter.subject) + 1));
    widened.message.lpszSubject = (PWSTR)(void *)(block + 1);
    session = sending_session();
    CHECK_CODE(mapi.send_mail_w(session, 0, &widened.message, 0, 0), SUCCESS_SUCCESS,
               "packed bindings pass strings at odd addresses");
    close_session(session);
    CHECK_TEXT(mail_header(letter_arrived(&letter), "Subject"), letter.subject,
               "and mean what they say");
}

static void nothing_behind_the_end_of_a_string_is_read(void)
{
    struct letter letter;
    char *text = platform_guarded_memory(6), *name = platform_guarded_memory(4), *path, *written;
    SKIP_UNLESS(text != NULL && name != NULL, "this system has no guarded memory");
    memcpy(text, "hello", 6);
    memcpy(name, "Ada", 4);
    letter_begin(&letter);
    letter.message.lpszNoteText = text;
    letter.message.lpszMessageType = name;
    letter.message.lpszConversationID = name;
    letter.recipients[0].lpszName = name;
    written = scratch_text("at-the-end.txt", "x");
    path = platform_guarded_memory(strlen(written) + 1);
    memcpy(path, written, strlen(written) + 1);
    letter_attach(&letter, path, name);
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS,
               "a string may end with the last byte of its page");
    CHECK_TEXT(mail_text(letter_arrived(&letter)), "hello", "and is read up to there");
}

static void nothing_behind_the_end_of_an_array_is_read(void)
{
    struct letter letter;
    MapiRecipDesc *recipients = (void *)platform_guarded_memory(sizeof *recipients);
    MapiMessage *message = (void *)platform_guarded_memory(sizeof *message);
    LHANDLE session;
    SKIP_UNLESS(recipients != NULL && message != NULL, "this system has no guarded memory");
    NEEDS(send_mail);
    letter_begin(&letter);
    *recipients = letter.recipients[0];
    letter.message.lpRecips = recipients;
    *message = letter.message;
    session = sending_session();
    CHECK_CODE(mapi.send_mail(session, 0, message, 0, 0), SUCCESS_SUCCESS,
               "a structure may end with the last byte of its page");
    close_session(session);
}

static void a_string_without_an_end_is_refused(void)
{
    /* Undefined by every rule of C; but a library that caps its reading says so instead. */
    const size_t size = 256 * 1024;
    struct letter letter;
    char *endless = platform_guarded_memory(size);
    ONLY_STRICT();
    SKIP_UNLESS(endless != NULL, "this system has no guarded memory");
    memset(endless, 'A', size);
    letter_begin(&letter);
    letter.message.lpszSubject = endless;
    CHECK_CODE_ANY(letter_send(&letter, 0), ALIVE, MAPI_E_FAILURE, MAPI_E_TEXT_TOO_LARGE);
    letter_begin(&letter);
    letter.recipients[0].lpszName = endless;
    CHECK_CODE_ANY(letter_send(&letter, 0), ALIVE, MAPI_E_FAILURE, MAPI_E_TEXT_TOO_LARGE,
                   MAPI_E_INVALID_RECIPS);
    letter_begin(&letter);
    letter_attach(&letter, endless, NULL);
    CHECK_CODE_ANY(letter_send(&letter, 0), ALIVE, MAPI_E_FAILURE, MAPI_E_TEXT_TOO_LARGE,
                   MAPI_E_ATTACHMENT_NOT_FOUND, MAPI_E_ATTACHMENT_OPEN_FAILURE);
}

static void pointers_may_point_to_one_string(void)
{
    struct letter letter;
    struct mail *mail;
    letter_begin(&letter);
    letter.message.lpszNoteText = letter.message.lpszSubject;
    letter.message.lpszConversationID = letter.message.lpszSubject;
    letter.recipients[0].lpszName = letter.message.lpszSubject;
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, "one string may serve for several fields");
    mail = letter_arrived(&letter);
    CHECK_TEXT(mail_header(mail, "Subject"), letter.subject,
               "one string may serve for several fields");
    CHECK_TEXT(mail_text(mail), letter.subject, "one string may serve for several fields");
}

static void a_recipient_may_be_its_own_originator(void)
{
    struct letter letter;
    ONLY_STRICT();
    letter_begin(&letter);
    letter.message.lpOriginator = letter.recipients;
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS,
               "one structure may serve for several fields");
    CHECK(letter_arrived(&letter) != NULL,
          "MAPISendMail: a well-formed message with a recipient is sent");
}

static void an_entry_id_of_absurd_size_is_refused(void)
{
    struct letter letter;
    ONLY_STRICT();
    letter_begin(&letter);
    letter.recipients[0].ulEIDSize = 0xFFFFFFFF;
    letter.recipients[0].lpEntryID = "short";
    CHECK_CODE(letter_send(&letter, 0), MAPI_E_INVALID_RECIPS,
               "an entry id is checked before it is believed");
    letter.recipients[0].lpEntryID = NULL;
    CHECK_CODE_ANY(letter_send(&letter, 0), ALIVE, MAPI_E_INVALID_RECIPS, MAPI_E_FAILURE);
}

static void random_handles_are_refused_by_every_function(void)
{
    const LHANDLE handles[] = {3, 0x10000, 0x7FFFFFFF, (LHANDLE)-2, (LHANDLE)(size_t)(void *)&mapi};
    struct letter letter;
    lpMapiMessage message = NULL;
    char id[512] = "";
    size_t i;
    letter_begin(&letter);
    for (i = 0; i < sizeof handles / sizeof handles[0]; i++) {
        LHANDLE session = handles[i];
        if (mapi.logoff != NULL)
            CHECK_CODE_IN(mapi.logoff(session, 0, 0, 0), ALIVE, MAPI_E_INVALID_SESSION,
                          MAPI_E_NOT_SUPPORTED);
        if (mapi.send_mail != NULL)
            CHECK_REFUSED(mapi.send_mail(session, 0, &letter.message, 0, 0), MAPI_E_INVALID_SESSION,
                          ALIVE);
        if (mapi.find_next != NULL)
            CHECK_CODE_ANY(mapi.find_next(session, 0, NULL, NULL, MAPI_LONG_MSGID, 0, id), ALIVE,
                           MAPI_E_INVALID_SESSION, MAPI_E_NOT_SUPPORTED);
        if (mapi.read_mail != NULL)
            CHECK_CODE_ANY(mapi.read_mail(session, 0, NO_SUCH_ID, 0, 0, &message), ALIVE,
                           MAPI_E_INVALID_SESSION, MAPI_E_NOT_SUPPORTED);
        if (mapi.delete_mail != NULL)
            CHECK_CODE_ANY(mapi.delete_mail(session, 0, NO_SUCH_ID, 0, 0), ALIVE,
                           MAPI_E_INVALID_SESSION, MAPI_E_NOT_SUPPORTED);
    }
    CHECK(letter_never_arrives(&letter), "MAPISendMail: a failed send has sent nothing");
}

static const struct test tests[] = {
    TEST(pointers_beside_a_count_of_zero_are_not_followed),
    TEST(a_window_handle_is_not_followed),
    TEST(absurd_counts_are_refused_before_the_arrays_are_read),
    TEST(structures_at_odd_addresses_are_read),
    TEST(wide_strings_at_odd_addresses_are_read),
    TEST(nothing_behind_the_end_of_a_string_is_read),
    TEST(nothing_behind_the_end_of_an_array_is_read),
    TEST(a_string_without_an_end_is_refused),
    TEST(pointers_may_point_to_one_string),
    TEST(a_recipient_may_be_its_own_originator),
    TEST(an_entry_id_of_absurd_size_is_refused),
    TEST(random_handles_are_refused_by_every_function),
    LAST_TEST,
};

const struct group hostile_group = {"hostile", "damaged and careless calls", tests};
