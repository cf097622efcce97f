/* MAPIFindNext and MAPIReadMail. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "mailbox.h"

#define FOUND "MAPIFindNext: what lies in the inbox is found"
#define READ "MAPIReadMail: a message that was found can be read"

/* Puts a message of `letter`'s token into the inbox. `rest` is headers, an empty line, a body. */
static void deliver(struct letter *letter, const char *rest)
{
    static char message[8192];
    NEEDS(find_next);
    NEEDS(read_mail);
    SKIP_UNLESS(options.inbox != NULL, "needs --inbox");
    letter_begin(letter);
    snprintf(message, sizeof message,
             "Date: Tue, 1 Jul 2025 10:20:30 +0000\nMessage-ID: <%s@example.org>\n"
             "From: Ada Lovelace <ada@example.org>\nTo: Alan Turing <%s>\n%s",
             letter->token, letter_address(letter, "to"), rest);
    SKIP_UNLESS(mailbox_put(options.inbox, message), "cannot write to %s", options.inbox);
}

static const char plain[] =
    "Subject: Plain\nCc: Grace Hopper <grace@example.org>\n\nFirst line\nSecond line\n";

static const char with_files[] =
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=\"edge\"\n\n"
    "--edge\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
    "base64\n\nR3LDvMOfZQ==\n"
    "--edge\nContent-Type: text/plain; name=\"one.txt\"\nContent-Disposition: attachment; "
    "filename=\"one.txt\"\n"
    "Content-Transfer-Encoding: base64\n\nZmlyc3Q=\n"
    "--edge\nContent-Type: application/octet-stream\n"
    "Content-Disposition: attachment; filename*=utf-8''zw%C3%B6lf.bin\n\nsecond\n--edge--\n";

static ULONG find_next(LHANDLE session, char *type, char *seed, FLAGS flags, char *id)
{
    NEEDS(find_next);
    return mapi.find_next(session, 0, type, seed, flags | MAPI_LONG_MSGID, 0, id);
}

static ULONG read_mail(LHANDLE session, char *id, FLAGS flags, lpMapiMessage *message)
{
    NEEDS(read_mail);
    *message = NULL;
    return mapi.read_mail(session, 0, id, flags, 0, message);
}

static bool is_to(const MapiMessage *message, const char *token)
{
    ULONG i;
    for (i = 0; i < message->nRecipCount; i++)
        if (message->lpRecips[i].lpszAddress != NULL &&
            strstr(message->lpRecips[i].lpszAddress, token) != NULL)
            return true;
    return false;
}

/* Walks the inbox. How often the letter was met; its id, if it was. */
static unsigned look_for(LHANDLE session, const struct letter *letter, char *type, FLAGS flags,
                         char *found_id)
{
    char id[512] = "", seed[512] = "";
    unsigned count = 0, steps;
    ULONG code;
    for (steps = 0; steps < 10000; steps++) {
        lpMapiMessage message;
        code = find_next(session, type, seed, flags, id);
        if (code != SUCCESS_SUCCESS)
            break;
        if (read_mail(session, id, MAPI_PEEK | MAPI_ENVELOPE_ONLY, &message) == SUCCESS_SUCCESS) {
            if (is_to(message, letter->token)) {
                count++;
                if (found_id != NULL)
                    strcpy(found_id, id);
            }
            mapi.free_buffer(message);
        }
        strcpy(seed, id);
    }
    CHECK_CODE(code, MAPI_E_NO_MESSAGES, "MAPIFindNext: after the last one there are no more");
    return count;
}

/* Finds the letter, reads it with these flags; the caller frees it and closes the session. */
static lpMapiMessage fetch(LHANDLE session, const struct letter *letter, FLAGS flags)
{
    char id[512] = "";
    lpMapiMessage message;
    NEEDS(free_buffer);
    REQUIRE(look_for(session, letter, NULL, 0, id) == 1, FOUND);
    REQUIRE_CODE(read_mail(session, id, flags, &message), SUCCESS_SUCCESS, READ);
    REQUIRE(message != NULL, "MAPIReadMail: success gives a message");
    return message;
}

static void walking_meets_each_message_once(void)
{
    struct letter letters[3];
    LHANDLE session = open_session();
    size_t i;
    for (i = 0; i < 3; i++)
        deliver(&letters[i], plain);
    for (i = 0; i < 3; i++)
        CHECK_EQ(look_for(session, &letters[i], i == 0 ? NULL : "", 0, NULL), 1, FOUND);
    close_session(session);
}

static void finding_needs_an_open_session(void)
{
    char id[512] = "garbage";
    LHANDLE session = open_session();
    CHECK_CODE(find_next(0, NULL, NULL, 0, id), MAPI_E_INVALID_SESSION,
               "MAPIFindNext: 0 is no session here");
    CHECK_ADVISED(id[0] == '\0', "MAPIFindNext: a failure writes an empty id");
    CHECK_CODE(find_next(session + 1, NULL, NULL, 0, id), MAPI_E_INVALID_SESSION,
               "MAPIFindNext: a forged handle");
    close_session(session);
    CHECK_CODE(find_next(session, NULL, NULL, 0, id), MAPI_E_INVALID_SESSION,
               "MAPIFindNext: a dead handle");
}

static void an_unknown_seed_is_an_invalid_message(void)
{
    char id[512] = "garbage";
    LHANDLE session = open_session();
    CHECK_CODE(find_next(session, NULL, NO_SUCH_ID, 0, id), MAPI_E_INVALID_MESSAGE,
               "MAPIFindNext: the seed is the id of no message");
    CHECK_ADVISED(id[0] == '\0', "MAPIFindNext: a failure writes an empty id");
    close_session(session);
}

static void a_class_that_nothing_has_finds_nothing(void)
{
    char id[512] = "garbage";
    LHANDLE session = open_session();
    CHECK_CODE(find_next(session, "IPC.Conformance.Nothing", NULL, 0, id), MAPI_E_NO_MESSAGES,
               "MAPIFindNext: no message is of this class");
    CHECK_ADVISED(id[0] == '\0', "MAPIFindNext: a failure writes an empty id");
    close_session(session);
}

static void an_id_fits_its_buffer_with_and_without_the_long_flag(void)
{
    const char *const why = "MAPIFindNext: an id ends in its buffer, and nothing around it is touched";
    struct letter letter;
    struct guarded_id guarded;
    LHANDLE session = open_session();
    size_t i;
    ULONG code;
    char *id;
    deliver(&letter, plain);
    id = guarded_id(&guarded, 512);
    CHECK_CODE(find_next(session, NULL, NULL, 0, id), SUCCESS_SUCCESS, FOUND);
    check_guards(&guarded, why);
    for (i = 0; id[i] != '\0' && isgraph((unsigned char)id[i]); i++)
        ;
    CHECK_ADVISED(id[i] == '\0', "ids are printable ASCII: callers store and print them");
    id = guarded_id(&guarded, 64);
    code = mapi.find_next(session, 0, NULL, NULL, 0, 0, id);
    CHECK_CODE_IN(code, "MAPIFindNext: without MAPI_LONG_MSGID an id of 64 bytes, or a failure",
                  SUCCESS_SUCCESS, MAPI_E_FAILURE);
    check_guards(&guarded, why);
    id = guarded_id(&guarded, 64);
    CHECK_CODE(mapi.find_next(session, 0, "IPC.Conformance.Nothing", NULL, 0, 0, id),
               MAPI_E_NO_MESSAGES, "MAPIFindNext: no message is of this class");
    if (check_strictly)
        check_guards(&guarded, "MAPIFindNext: a failure writes an empty id, and nothing around it");
    close_session(session);
}

static void seed_and_result_may_be_one_buffer(void)
{
    struct letter letter;
    char id[512] = "", before[512] = "";
    LHANDLE session = open_session();
    unsigned steps;
    ULONG code = SUCCESS_SUCCESS;
    ONLY_STRICT();
    deliver(&letter, plain);
    for (steps = 0;
         steps < 10000 && (code = find_next(session, NULL, id, 0, id)) == SUCCESS_SUCCESS;
         steps++) {
        REQUIRE(strcmp(id, before) != 0,
                "MAPIFindNext: the seed is read before the result is written");
        strcpy(before, id);
    }
    CHECK_CODE(code, MAPI_E_NO_MESSAGES, "MAPIFindNext: the walk comes to its end");
    CHECK(steps > 0, FOUND);
    close_session(session);
}

static void reading_marks_and_peeking_does_not(void)
{
    struct letter letter;
    LHANDLE session = open_session();
    lpMapiMessage message;
    deliver(&letter, plain);
    message = fetch(session, &letter, MAPI_PEEK);
    CHECK((message->flFlags & MAPI_UNREAD) != 0, "MAPIReadMail: a new message is unread");
    mapi.free_buffer(message);
    CHECK_EQ(look_for(session, &letter, NULL, MAPI_UNREAD_ONLY, NULL), 1,
             "MAPI_PEEK: it stays unread");
    message = fetch(session, &letter, 0);
    CHECK_ADVISED((message->flFlags & MAPI_UNREAD) != 0,
                  "MAPI_UNREAD is the state before the call");
    mapi.free_buffer(message);
    CHECK_EQ(look_for(session, &letter, NULL, MAPI_UNREAD_ONLY, NULL), 0,
             "MAPIReadMail: it is read now");
    message = fetch(session, &letter, MAPI_PEEK);
    CHECK((message->flFlags & MAPI_UNREAD) == 0, "MAPIReadMail: it is read now");
    mapi.free_buffer(message);
    close_session(session);
}

static void first_in_first_out_is_kept_or_refused(void)
{
    char id[512] = "";
    struct letter letter;
    LHANDLE session = open_session();
    deliver(&letter, plain);
    CHECK_CODE_ANY(find_next(session, NULL, NULL, MAPI_GUARANTEE_FIFO, id),
                   "MAPI_GUARANTEE_FIFO: the order of arrival, or no support for it",
                   SUCCESS_SUCCESS, MAPI_E_NOT_SUPPORTED);
    close_session(session);
}

static void a_message_is_read_with_all_its_fields(void)
{
    struct letter letter;
    LHANDLE session = open_session();
    lpMapiMessage message;
    const char *date;
    deliver(&letter, plain);
    message = fetch(session, &letter, MAPI_PEEK);
    CHECK_TEXT(message->lpszSubject, "Plain", "the subject");
    CHECK(message->lpszNoteText != NULL && strstr(message->lpszNoteText, "First line") != NULL,
          "the text");
    CHECK(message->lpszNoteText != NULL && strstr(message->lpszNoteText, "Second line") != NULL,
          "the text");
    CHECK_EQ(message->nFileCount, 0, "nothing was attached");
    date = message->lpszDateReceived;
    REQUIRE(date != NULL, "callers parse the date");
    CHECK(strlen(date) == 16 && date[4] == '/' && date[7] == '/' && date[10] == ' ' &&
              date[13] == ':',
          "the date is YYYY/MM/DD HH:MM");
    REQUIRE(message->lpOriginator != NULL, "callers follow lpOriginator without looking");
    CHECK_TEXT(message->lpOriginator->lpszName, "Ada Lovelace", "the sender's name");
    CHECK_TEXT(message->lpOriginator->lpszAddress, "SMTP:ada@example.org", "the sender's address");
    CHECK_EQ(message->lpOriginator->ulRecipClass, MAPI_ORIG, "the sender's class");
    REQUIRE(message->nRecipCount == 2, "everybody in To and Cc");
    CHECK_EQ(message->lpRecips[0].ulRecipClass, MAPI_TO, "the class of each");
    CHECK_EQ(message->lpRecips[1].ulRecipClass, MAPI_CC, "the class of each");
    CHECK_TEXT(message->lpRecips[1].lpszName, "Grace Hopper", "the name of each");
    CHECK_ADVISED(message->lpRecips[1].ulEIDSize != 0,
                  "MAPIDetails can follow the recipients of read mail");
    CHECK_CODE(mapi.free_buffer(message), SUCCESS_SUCCESS,
               "MAPIFreeBuffer: the whole tree at once");
    close_session(session);
}

static void returned_strings_have_room_to_write(void)
{
    struct letter letter;
    LHANDLE session = open_session();
    lpMapiMessage message;
    ONLY_STRICT();
    deliver(&letter, plain);
    message = fetch(session, &letter, MAPI_PEEK);
    strcat(message->lpszSubject, "\r\n");
    CHECK_TEXT(message->lpszSubject, "Plain\r\n",
               "a well-known sample program appends a line end in place");
    CHECK(message->lpszNoteText != NULL && strstr(message->lpszNoteText, "First line") != NULL,
          "which hits nothing else");
    CHECK_CODE(mapi.free_buffer(message), SUCCESS_SUCCESS, "and does not hinder MAPIFreeBuffer");
    close_session(session);
}

static const char *content_of(const char *path)
{
    static char content[4096];
    FILE *file = path == NULL ? NULL : fopen(path, "rb");
    size_t size = file == NULL ? 0 : fread(content, 1, sizeof content - 1, file);
    if (file != NULL)
        fclose(file);
    content[size] = '\0';
    return file == NULL ? NULL : content;
}

static void encodings_are_undone_and_attachments_become_files(void)
{
    struct letter letter;
    LHANDLE session = open_session();
    lpMapiMessage message;
    SKIP_UNLESS(platform_bytes_may_be_utf8(), "bytes are in the ANSI code page here");
    deliver(&letter, with_files);
    message = fetch(session, &letter, MAPI_PEEK);
    CHECK_TEXT(message->lpszSubject,
               "Gr\xC3\xBC\xC3\x9F"
               "e",
               "an encoded subject is decoded");
    CHECK(message->lpszNoteText != NULL && strstr(message->lpszNoteText, "Gr\xC3\xBC\xC3\x9F"
                                                                         "e") != NULL,
          "an encoded text is decoded");
    REQUIRE(message->nFileCount == 2, "two files were attached");
    CHECK_TEXT(content_of(message->lpFiles[0].lpszPathName), "first",
               "a file holds the attachment");
    CHECK_TEXT(content_of(message->lpFiles[1].lpszPathName), "second",
               "a file holds the attachment");
    CHECK_TEXT(message->lpFiles[0].lpszFileName, "one.txt", "lpszFileName is the name");
    CHECK_TEXT(message->lpFiles[1].lpszFileName, "zw\xC3\xB6lf.bin",
               "lpszFileName is the name, decoded");
    CHECK_EQ(message->lpFiles[0].nPosition, 0xFFFFFFFF, "the attachment is not placed in the text");
    CHECK_ADVISED(platform_is_private(message->lpFiles[0].lpszPathName), "nobody else may read it");
    CHECK(platform_remove(message->lpFiles[0].lpszPathName), "the caller deletes it");
    CHECK(platform_remove(message->lpFiles[1].lpszPathName), "the caller deletes it");
    mapi.free_buffer(message);
    close_session(session);
}

static void an_envelope_has_no_text_and_makes_no_files(void)
{
    const FLAGS flags[] = {MAPI_ENVELOPE_ONLY, MAPI_ENVELOPE_ONLY | MAPI_BODY_AS_FILE,
                           MAPI_SUPPRESS_ATTACH};
    struct letter letter;
    LHANDLE session = open_session();
    size_t i;
    ULONG file;
    deliver(&letter, with_files);
    for (i = 0; i < 3; i++) {
        lpMapiMessage message = fetch(session, &letter, MAPI_PEEK | flags[i]);
        if (i < 2)
            CHECK(message->lpszNoteText == NULL || message->lpszNoteText[0] == '\0',
                  "MAPI_ENVELOPE_ONLY: no text");
        else
            CHECK(message->lpszNoteText != NULL && message->lpszNoteText[0] != '\0',
                  "MAPI_SUPPRESS_ATTACH: the text");
        CHECK_ADVISED(message->nFileCount == 2, "callers show the true number of attachments");
        for (file = 0; file < message->nFileCount; file++) {
            CHECK(message->lpFiles[file].lpszPathName == NULL ||
                      message->lpFiles[file].lpszPathName[0] == '\0',
                  "no temporary files, and no names of them");
            CHECK_ADVISED(message->lpFiles[file].lpszFileName != NULL,
                          "the names of the attachments");
        }
        mapi.free_buffer(message);
    }
    close_session(session);
}

static void a_text_may_come_as_the_first_file(void)
{
    struct letter letter;
    LHANDLE session = open_session();
    lpMapiMessage message;
    deliver(&letter, plain);
    message = fetch(session, &letter, MAPI_PEEK | MAPI_BODY_AS_FILE);
    CHECK(message->lpszNoteText == NULL || message->lpszNoteText[0] == '\0',
          "MAPI_BODY_AS_FILE: no text in place");
    REQUIRE(message->nFileCount == 1, "MAPI_BODY_AS_FILE: the text is the first file");
    CHECK(content_of(message->lpFiles[0].lpszPathName) != NULL &&
              strstr(content_of(message->lpFiles[0].lpszPathName), "First line") != NULL,
          "MAPI_BODY_AS_FILE: the text is in it");
    platform_remove(message->lpFiles[0].lpszPathName);
    mapi.free_buffer(message);
    close_session(session);
}

static void an_unknown_id_is_an_invalid_message(void)
{
    static char endless[5000];
    char *ids[] = {NO_SUCH_ID, "", NULL, "../../etc/passwd", endless, "\xFF\xFE"};
    LHANDLE session = open_session();
    lpMapiMessage message;
    size_t i;
    memset(endless, 'i', sizeof endless - 1);
    NEEDS(read_mail);
    for (i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        message = (lpMapiMessage)(void *)endless; /* not NULL, and not ours */
        CHECK_CODE_IN(mapi.read_mail(session, 0, ids[i], 0, 0, &message),
                      "MAPIReadMail: the id is of no message", MAPI_E_INVALID_MESSAGE,
                      MAPI_E_FAILURE);
        CHECK_ADVISED(message == NULL,
                      "MAPIReadMail: a failure writes NULL, for callers free what they find");
    }
    close_session(session);
}

static void reading_needs_an_open_session(void)
{
    lpMapiMessage message;
    LHANDLE session = open_session();
    CHECK_CODE(read_mail(0, NO_SUCH_ID, 0, &message), MAPI_E_INVALID_SESSION,
               "MAPIReadMail: 0 is no session here");
    close_session(session);
    CHECK_CODE(read_mail(session, NO_SUCH_ID, 0, &message), MAPI_E_INVALID_SESSION,
               "MAPIReadMail: a dead handle");
}

static void a_message_outlives_its_session(void)
{
    struct letter letter;
    LHANDLE session = open_session();
    lpMapiMessage message;
    deliver(&letter, plain);
    message = fetch(session, &letter, MAPI_PEEK);
    close_session(session);
    CHECK_TEXT(message->lpszSubject, "Plain", "what was read stays valid after MAPILogoff");
    CHECK_CODE(mapi.free_buffer(message), SUCCESS_SUCCESS, "MAPIFreeBuffer: needs no session");
}

static void a_request_for_a_receipt_is_told(void)
{
    struct letter letter;
    LHANDLE session = open_session();
    lpMapiMessage message;
    deliver(&letter,
            "Subject: Please confirm\nDisposition-Notification-To: ada@example.org\n\nx\n");
    message = fetch(session, &letter, MAPI_PEEK);
    CHECK((message->flFlags & MAPI_RECEIPT_REQUESTED) != 0,
          "MAPI_RECEIPT_REQUESTED: the sender asked for one");
    mapi.free_buffer(message);
    close_session(session);
}

static const struct test tests[] = {
    TEST(walking_meets_each_message_once),
    TEST(finding_needs_an_open_session),
    TEST(an_unknown_seed_is_an_invalid_message),
    TEST(a_class_that_nothing_has_finds_nothing),
    TEST(an_id_fits_its_buffer_with_and_without_the_long_flag),
    TEST(seed_and_result_may_be_one_buffer),
    TEST(reading_marks_and_peeking_does_not),
    TEST(first_in_first_out_is_kept_or_refused),
    TEST(a_message_is_read_with_all_its_fields),
    TEST(returned_strings_have_room_to_write),
    TEST(encodings_are_undone_and_attachments_become_files),
    TEST(an_envelope_has_no_text_and_makes_no_files),
    TEST(a_text_may_come_as_the_first_file),
    TEST(an_unknown_id_is_an_invalid_message),
    TEST(reading_needs_an_open_session),
    TEST(a_message_outlives_its_session),
    TEST(a_request_for_a_receipt_is_told),
    LAST_TEST,
};

const struct group find_read_group = {"find_read", "MAPIFindNext and MAPIReadMail", tests};
