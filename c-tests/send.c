/* MAPISendMail: that a message goes out, whole and once, or not at all. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"

#define SENT "MAPISendMail: a well-formed message with a recipient is sent"

static void a_plain_message_arrives_once(void)
{
    struct letter letter;
    struct mail *mail;
    letter_begin(&letter);
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&letter);
    CHECK_TEXT(mail_header(mail, "Subject"), letter.subject, "lpszSubject is the subject");
    CHECK_TEXT(mail_text(mail), letter.message.lpszNoteText, "lpszNoteText is the text");
    CHECK(mail_header_has_address(mail, "To", letter_address(&letter, "to")),
          "a recipient of class MAPI_TO stands in To");
    CHECK_EQ(mail_attachment_count(mail), 0, "nothing was attached");
    CHECK_EQ(letter_copies(&letter), 1, "one call sends one message");
}

static void what_arrives_is_an_internet_message(void)
{
    struct letter letter;
    struct mail *mail;
    letter_begin(&letter);
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&letter);
    CHECK_EQ(mail_header_count(mail, "From"), 1, "RFC 5322: exactly one From");
    CHECK_EQ(mail_header_count(mail, "Date"), 1, "RFC 5322: exactly one Date");
    CHECK_EQ(mail_header_count(mail, "Subject"), 1, "RFC 5322: at most one Subject");
    CHECK_EQ(mail_header_count(mail, "To"), 1, "RFC 5322: at most one To");
    CHECK_EQ(mail_header_count(mail, "Message-ID"), 1, "RFC 5322: a message should have an id");
    CHECK(mail_longest_line(mail) <= 998, "RFC 5322: no line is longer than 998 bytes");
}

static void a_session_sends_one_message_after_another(void)
{
    struct letter letters[3];
    LHANDLE session = open_session();
    size_t i;
    NEEDS(send_mail);
    for (i = 0; i < 3; i++) {
        letter_begin(&letters[i]);
        CHECK_CODE(mapi.send_mail(session, 0, &letters[i].message, 0, 0), SUCCESS_SUCCESS,
                   "MAPISendMail: an explicit session serves many calls");
    }
    CHECK_CODE(mapi.logoff(session, 0, 0, 0), SUCCESS_SUCCESS,
               "MAPILogoff: it was open all the time");
    for (i = 0; i < 3; i++)
        CHECK_TEXT(mail_header(letter_arrived(&letters[i]), "Subject"), letters[i].subject,
                   "each message arrives as itself");
}

static void handle_zero_makes_a_session_for_one_call(void)
{
    struct letter letter;
    NEEDS(send_mail);
    SKIP_UNLESS(options.profile == NULL,
                "a named profile is tested, and handle 0 is the default one");
    letter_begin(&letter);
    CHECK_CODE(mapi.send_mail(0, 0, &letter.message, MAPI_NEW_SESSION, 0), SUCCESS_SUCCESS,
               "MAPISendMail: handle 0 is an implicit session, here one that is not shared");
    CHECK(letter_arrived(&letter) != NULL, SENT);
}

static void a_message_needs_neither_subject_nor_text(void)
{
    struct letter letter;
    int empty;
    for (empty = 0; empty < 2; empty++) {
        letter_begin(&letter);
        letter.message.lpszSubject = letter.message.lpszNoteText = empty ? "" : NULL;
        letter.message.lpszMessageType = letter.message.lpszDateReceived = empty ? "" : NULL;
        letter.message.lpszConversationID = empty ? "" : NULL;
        CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS,
                   "MAPISendMail: NULL and \"\" both mean no subject, no text, no class");
        if (options.mailbox != NULL)
            CHECK_TEXT(mail_text(letter_arrived(&letter)), "", "no text was given");
    }
}

static void fields_that_only_matter_when_reading_are_ignored(void)
{
    struct letter letter;
    letter_begin(&letter);
    letter.message.lpszDateReceived = "not a date at all";
    letter.message.flFlags = MAPI_UNREAD | MAPI_SENT;
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS,
               "MAPISendMail: lpszDateReceived and the flags of a read message do not matter");
    CHECK(letter_arrived(&letter) != NULL, SENT);
}

static void a_class_and_a_conversation_do_not_hinder_sending(void)
{
    struct letter letter;
    letter_begin(&letter);
    letter.message.lpszMessageType = "IPM.Note.Conformance";
    letter.message.lpszConversationID = "conversation-1";
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS,
               "MAPISendMail: a message class and a conversation id are allowed");
    CHECK(letter_arrived(&letter) != NULL, SENT);
}

static void a_read_receipt_is_requested_when_asked_and_only_then(void)
{
    struct letter asking, silent;
    struct mail *mail;
    char from[512];
    letter_begin(&asking);
    asking.message.flFlags = MAPI_RECEIPT_REQUESTED;
    letter_begin(&silent);
    CHECK_CODE(letter_send(&asking, 0), SUCCESS_SUCCESS, SENT);
    CHECK_CODE(letter_send(&silent, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&asking);
    REQUIRE(mail_header(mail, "From") != NULL, "RFC 5322: exactly one From");
    snprintf(from, sizeof from, "%s", mail_header(mail, "From"));
    CHECK(mail_header(mail, "Disposition-Notification-To") != NULL,
          "MAPI_RECEIPT_REQUESTED asks for a read receipt (RFC 8098)");
    if (check_strictly)
        CHECK_TEXT(mail_header(mail, "Disposition-Notification-To"), from,
                   "the receipt goes to the sender");
    CHECK_EQ(mail_header_count(letter_arrived(&silent), "Disposition-Notification-To"), 0,
             "without the flag nobody is asked for a receipt");
}

static void a_strange_originator_is_never_forged_into_from(void)
{
    struct letter plain, forged;
    MapiRecipDesc originator;
    char from[512];
    ONLY_STRICT();
    letter_begin(&plain);
    letter_begin(&forged);
    memset(&originator, 0, sizeof originator);
    originator.lpszName = "The President";
    originator.lpszAddress = "SMTP:president@example.com";
    forged.message.lpOriginator = &originator;
    CHECK_CODE(letter_send(&plain, 0), SUCCESS_SUCCESS, SENT);
    CHECK_CODE(letter_send(&forged, 0), SUCCESS_SUCCESS,
               "lpOriginator is not required to be anybody");
    snprintf(from, sizeof from, "%s", mail_header(letter_arrived(&plain), "From"));
    CHECK_TEXT(mail_header(letter_arrived(&forged), "From"), from,
               "an originator that the profile does not have leaves the profile's own");
}

static void an_originator_that_the_profile_has_becomes_from(void)
{
    struct letter letter;
    MapiRecipDesc originator;
    ONLY_STRICT();
    SKIP_UNLESS(options.identity != NULL, "needs --identity");
    letter_begin(&letter);
    memset(&originator, 0, sizeof originator);
    originator.lpszAddress = (char *)options.identity;
    letter.message.lpOriginator = &originator;
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    CHECK(mail_header_has_address(letter_arrived(&letter), "From", options.identity),
          "lpOriginator picks one of the profile's own identities");
}

static void flags_that_nobody_knows_are_ignored(void)
{
    struct letter letter;
    ONLY_STRICT();
    letter_begin(&letter);
    CHECK_CODE(letter_send(&letter, 0x80000000u | 0x10u | MAPI_PEEK), SUCCESS_SUCCESS,
               "bits that a function does not know are ignored");
    CHECK(letter_arrived(&letter) != NULL, SENT);
}

static void reserved_fields_that_are_not_zero_are_ignored(void)
{
    struct letter letter;
    LHANDLE session;
    ONLY_STRICT();
    NEEDS(send_mail);
    letter_begin(&letter);
    letter.message.ulReserved = 0x12345678;
    letter.recipients[0].ulReserved = 0xFFFFFFFF;
    letter_attach(&letter, scratch_text("reserved.txt", "x"), NULL)->ulReserved = 0xFFFFFFFF;
    session = sending_session();
    CHECK_CODE(mapi.send_mail(session, 0, &letter.message, 0, 0xFFFFFFFF), SUCCESS_SUCCESS,
               "old bindings leave garbage in reserved fields and parameters");
    close_session(session);
    CHECK(letter_arrived(&letter) != NULL, SENT);
}

static void a_forged_handle_sends_nothing(void)
{
    struct letter letter;
    NEEDS(send_mail);
    letter_begin(&letter);
    CHECK_REFUSED(mapi.send_mail((LHANDLE)0x7EDCBA98, 0, &letter.message, 0, 0),
                  MAPI_E_INVALID_SESSION,
                  "MAPISendMail: a handle that is not 0 must name an open session");
    CHECK(letter_never_arrives(&letter), "MAPISendMail: a failed send has sent nothing");
}

static void the_caller_s_memory_is_only_read(void)
{
    struct letter letter, *copy;
    LHANDLE session;
    NEEDS(send_mail);
    letter_begin(&letter);
    letter_recipient(&letter, MAPI_CC, "Grace Hopper", "cc");
    letter_attach(&letter, scratch_text("read-only.txt", "x"), "name.txt");
    letter.message.lpRecips = letter.recipients;
    copy = platform_read_only_copy(&letter, sizeof letter);
    SKIP_UNLESS(copy != NULL, "this system has no read-only memory");
    session = sending_session();
    CHECK_CODE(mapi.send_mail(session, 0, &copy->message, 0, 0), SUCCESS_SUCCESS,
               "what a caller passes in may lie in memory that nobody can write");
    close_session(session);
}

static void the_caller_s_memory_may_change_right_after_the_call(void)
{
    struct letter letter, before;
    struct mail *mail;
    char text[] = "the text at the time of the call", file[] = "name-at-the-call.txt";
    letter_begin(&letter);
    letter.message.lpszNoteText = text;
    letter_attach(&letter, scratch_text("changing.txt", "content at the time of the call"), file);
    before = letter;
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    memset(text, 'X', sizeof text - 1);
    memset(file, 'X', sizeof file - 1);
    memset(letter.subject, 'X', 8);
    scratch_text("changing.txt", "content that came too late");
    mail = letter_arrived(&before);
    CHECK_TEXT(mail_text(mail), "the text at the time of the call",
               "everything is copied before the call returns");
    REQUIRE(mail_attachment(mail, 0) != NULL, "the attachment arrives");
    CHECK_TEXT(mail_attachment(mail, 0)->bytes, "content at the time of the call",
               "attachments are read before the call returns");
    CHECK_TEXT(mail_attachment(mail, 0)->name, "name-at-the-call.txt", "names are copied too");
}

static void a_message_is_sent_if_a_person_says_so(void)
{
    struct letter letter;
    needs_dialogs();
    letter_begin(&letter);
    CHECK_DIALOG(letter_send(&letter, MAPI_DIALOG),
                 "a dialog that cannot be shown is said so; MAPI_E_USER_ABORT is a person's word");
    if (options.person == PERSON_ACCEPTS)
        letter_arrived(&letter);
    else if (options.person != SOME_PERSON)
        CHECK(letter_never_arrives(&letter), "what a person did not confirm is not sent");
}

static void a_modeless_window_sends_nothing_by_itself(void)
{
    struct letter letter;
    ULONG code;
    needs_dialogs();
    letter_begin(&letter);
    code = letter_send(&letter, MAPI_DIALOG_MODELESS);
    if (options.person == PERSON_CANCELS)
        /* Who cancels may do so after the call has returned. */
        CHECK_CODE_ANY(code, "the window is there, or was", SUCCESS_SUCCESS, MAPI_USER_ABORT);
    else
        CHECK_DIALOG(code, "the window is there, or none can be shown");
    if (options.no_dialogs || options.person == PERSON_CANCELS)
        CHECK(letter_never_arrives(&letter), "what a person did not confirm is not sent");
}

static const struct test tests[] = {
    TEST(a_plain_message_arrives_once),
    TEST(what_arrives_is_an_internet_message),
    TEST(a_session_sends_one_message_after_another),
    TEST(handle_zero_makes_a_session_for_one_call),
    TEST(a_message_needs_neither_subject_nor_text),
    TEST(fields_that_only_matter_when_reading_are_ignored),
    TEST(a_class_and_a_conversation_do_not_hinder_sending),
    TEST(a_read_receipt_is_requested_when_asked_and_only_then),
    TEST(a_strange_originator_is_never_forged_into_from),
    TEST(an_originator_that_the_profile_has_becomes_from),
    TEST(flags_that_nobody_knows_are_ignored),
    TEST(reserved_fields_that_are_not_zero_are_ignored),
    TEST(a_forged_handle_sends_nothing),
    TEST(the_caller_s_memory_is_only_read),
    TEST(the_caller_s_memory_may_change_right_after_the_call),
    TEST(a_message_is_sent_if_a_person_says_so),
    TEST(a_modeless_window_sends_nothing_by_itself),
    LAST_TEST,
};

const struct group send_group = {"send", "MAPISendMail: the message as a whole", tests};
