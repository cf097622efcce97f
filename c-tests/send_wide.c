/* MAPISendMailW: the same as MAPISendMail, in UTF-16. */
#include <string.h>

#include "fixture.h"

#define SENT "MAPISendMailW: a well-formed message with a recipient is sent"
#define NOTHING "MAPISendMailW: a failed send has sent nothing"

/* German, the euro, Japanese, and a letter that takes two units of UTF-16. */
#define SAMPLE                                                                                     \
    "Gr\xC3\xBC\xC3\x9F"                                                                           \
    "e, \xE2\x82\xAC 5, \xE5\xB1\xB1, \xF0\x9F\x93\xA7"

static void every_string_arrives_as_it_was(void)
{
    struct letter letter;
    struct mail *mail;
    letter_begin(&letter);
    letter.message.lpszSubject = SAMPLE " subject";
    letter.message.lpszNoteText = SAMPLE "\r\n" SAMPLE;
    letter.recipients[0].lpszName = SAMPLE " to";
    letter_recipient(&letter, MAPI_CC, SAMPLE " cc", "cc");
    letter_recipient(&letter, MAPI_BCC, "secret", "secret");
    letter_attach(&letter, scratch_text(SAMPLE ".txt", "wide content"), SAMPLE " shown.txt");
    CHECK_CODE(letter_send_wide(&letter, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&letter);
    CHECK_TEXT(mail_header(mail, "Subject"), SAMPLE " subject", "subjects are UTF-16");
    CHECK_TEXT(mail_text(mail), SAMPLE "\n" SAMPLE, "texts are UTF-16");
    CHECK(strstr(mail_header(mail, "To"), SAMPLE " to") != NULL, "names are UTF-16");
    CHECK(strstr(mail_header(mail, "Cc"), SAMPLE " cc") != NULL, "names are UTF-16");
    CHECK(mail_header_has_address(mail, "To", letter_address(&letter, "to")),
          "addresses are UTF-16");
    CHECK(!mail_headers_mention(mail, letter_address(&letter, "secret")),
          "blind copies are in no header");
    REQUIRE(mail_attachment(mail, 0) != NULL, "paths are UTF-16");
    CHECK_TEXT(mail_attachment(mail, 0)->name, SAMPLE " shown.txt", "file names are UTF-16");
    CHECK_TEXT(mail_attachment(mail, 0)->bytes, "wide content", "contents are bytes as ever");
}

static void a_message_needs_neither_subject_nor_text(void)
{
    struct letter letter;
    int empty;
    for (empty = 0; empty < 2; empty++) {
        letter_begin(&letter);
        letter.message.lpszSubject = letter.message.lpszNoteText = empty ? "" : NULL;
        CHECK_CODE(letter_send_wide(&letter, 0), SUCCESS_SUCCESS, "NULL and \"\" mean the same");
        CHECK(options.mailbox == NULL || letter_arrived(&letter) != NULL, SENT);
    }
}

static void unicode_may_be_forced(void)
{
    struct letter letter;
    ULONG code;
    letter_begin(&letter);
    code = letter_send_wide(&letter, MAPI_FORCE_UNICODE);
    CHECK_CODE_IN(code, "MAPI_FORCE_UNICODE: sent as Unicode, or refused for want of it",
                  SUCCESS_SUCCESS, MAPI_E_UNICODE_NOT_SUPPORTED);
    CHECK(code != SUCCESS_SUCCESS || options.mailbox == NULL || letter_arrived(&letter) != NULL,
          SENT);
}

static void a_session_handle_serves_here_too(void)
{
    struct letter letter;
    struct wide_letter widened;
    LHANDLE session = open_session();
    NEEDS(send_mail_w);
    letter_begin(&letter);
    letter_widen(&letter, &widened);
    CHECK_CODE(mapi.send_mail_w(session, 0, &widened.message, 0, 0), SUCCESS_SUCCESS, SENT);
    close_session(session);
    CHECK_REFUSED(mapi.send_mail_w(session, 0, &widened.message, 0, 0), MAPI_E_INVALID_SESSION,
                  "MAPISendMailW: a handle that is not 0 must name an open session");
    CHECK(letter_arrived(&letter) != NULL, SENT);
    CHECK_EQ(letter_copies(&letter), 1, NOTHING);
}

static void the_reserved_field_is_ignored(void)
{
    struct letter letter;
    struct wide_letter widened;
    LHANDLE session;
    ONLY_STRICT();
    NEEDS(send_mail_w);
    letter_begin(&letter);
    letter.message.lpszSubject = SAMPLE;
    letter_widen(&letter, &widened);
    widened.message.ulReserved = CP_UTF8;
    session = sending_session();
    CHECK_CODE(mapi.send_mail_w(session, 0, &widened.message, 0, 0), SUCCESS_SUCCESS,
               "MAPISendMailW: ulReserved must be 0 and says nothing");
    close_session(session);
    CHECK_TEXT(mail_header(letter_arrived(&letter), "Subject"), SAMPLE,
               "strings are UTF-16 all the same");
}

static void half_a_surrogate_pair_loses_no_string(void)
{
    static unsigned short broken[] = {'a', 0xD83D, 'b', 0xDCE7, 'c', 0};
    struct letter letter;
    struct wide_letter widened;
    const char *subject;
    LHANDLE session;
    ONLY_STRICT();
    NEEDS(send_mail_w);
    letter_begin(&letter);
    letter_widen(&letter, &widened);
    widened.message.lpszSubject = (PWSTR)(void *)broken;
    session = sending_session();
    CHECK_CODE(mapi.send_mail_w(session, 0, &widened.message, 0, 0), SUCCESS_SUCCESS,
               "a broken letter is no reason to lose the others");
    close_session(session);
    subject = mail_header(letter_arrived(&letter), "Subject");
    CHECK(subject != NULL && subject[0] == 'a' && strchr(subject, 'b') != NULL &&
              strchr(subject, 'c') != NULL,
          "a broken letter is no reason to lose the others");
}

static void wrong_calls_have_the_codes_of_the_narrow_function(void)
{
    struct letter letter;

    letter_begin(&letter);
    letter.message.nRecipCount = 0;
    letter.message.lpRecips = NULL;
    CHECK_REFUSED(letter_send_wide(&letter, 0), MAPI_E_UNKNOWN_RECIPIENT,
                  "without a dialog there must be a recipient");
    CHECK(letter_never_arrives(&letter), NOTHING);

    letter_begin(&letter);
    letter_recipient(&letter, 4, NULL, "odd");
    CHECK_CODE(letter_send_wide(&letter, 0), MAPI_E_BAD_RECIPTYPE,
               "a class is MAPI_TO, MAPI_CC or MAPI_BCC");
    CHECK(letter_never_arrives(&letter), NOTHING);

    letter_begin(&letter);
    letter_recipient(&letter, MAPI_TO, NO_SUCH_NAME, "nobody")->lpszAddress = NULL;
    CHECK_CODE(letter_send_wide(&letter, 0), MAPI_E_UNKNOWN_RECIPIENT, "nobody has this name");
    CHECK(letter_never_arrives(&letter), NOTHING);

    letter_begin(&letter);
    letter_attach(&letter, scratch_path("no such file \xE2\x82\xAC"), NULL);
    CHECK_CODE(letter_send_wide(&letter, 0), MAPI_E_ATTACHMENT_NOT_FOUND,
               "a file that is not there");
    CHECK(letter_never_arrives(&letter), NOTHING);

    letter_begin(&letter);
    letter_recipient(&letter, MAPI_TO, "Ada", "odd")->lpszAddress =
        "SMTP:a@b.test>\r\nRCPT TO:<spy@example.net";
    CHECK_CODE_IN(letter_send_wide(&letter, 0), "an address that cannot be one",
                  MAPI_E_INVALID_RECIPS, MAPI_E_UNKNOWN_RECIPIENT, MAPI_E_FAILURE);
    CHECK(letter_never_arrives(&letter), NOTHING);
}

static void a_line_end_in_a_subject_makes_no_header(void)
{
    struct letter letter;
    struct mail *mail;
    letter_begin(&letter);
    letter.message.lpszSubject = "hi\xE2\x80\xA8there\xC2\x85you\r\nX-Injected: yes";
    CHECK_CODE(letter_send_wide(&letter, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&letter);
    CHECK_EQ(mail_header_count(mail, "X-Injected"), 0,
             "no text that a caller passes becomes a header");
}

static const struct test tests[] = {
    TEST(every_string_arrives_as_it_was),
    TEST(a_message_needs_neither_subject_nor_text),
    TEST(unicode_may_be_forced),
    TEST(a_session_handle_serves_here_too),
    TEST(the_reserved_field_is_ignored),
    TEST(half_a_surrogate_pair_loses_no_string),
    TEST(wrong_calls_have_the_codes_of_the_narrow_function),
    TEST(a_line_end_in_a_subject_makes_no_header),
    LAST_TEST,
};

const struct group send_wide_group = {"send_wide", "MAPISendMailW", tests};
