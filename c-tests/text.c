/* MAPISendMail: the subject and the text arrive as they were given. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define SENT "MAPISendMail: a well-formed message with a recipient is sent"

/* Sends a text and checks that it arrives as `expected`. */
static void check_body(char *given, const char *expected, ULONG reserved, const char *why)
{
    struct letter letter;
    struct mail *mail;
    letter_begin(&letter);
    letter.message.ulReserved = reserved;
    letter.message.lpszNoteText = given;
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    if (options.mailbox == NULL)
        return;
    mail = letter_arrived(&letter);
    CHECK_TEXT(mail_text(mail), expected, why);
    CHECK(mail_longest_line(mail) <= 998, "RFC 5322: no line is longer than 998 bytes");
}

static void check_subject(char *given, const char *expected, ULONG reserved, const char *why)
{
    struct letter letter;
    struct mail *mail;
    letter_begin(&letter);
    letter.message.ulReserved = reserved;
    letter.message.lpszSubject = given;
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    if (options.mailbox == NULL)
        return;
    mail = letter_arrived(&letter);
    CHECK_TEXT(mail_header(mail, "Subject"), expected, why);
    CHECK_EQ(mail_header_count(mail, "Bcc"), 0, "no text that a caller passes becomes a header");
    CHECK_EQ(mail_header_count(mail, "X-Injected"), 0,
             "no text that a caller passes becomes a header");
    CHECK_TEXT(mail_text(mail), letter.message.lpszNoteText,
               "no text that a caller passes ends the headers");
}

static void paragraphs_may_end_in_cr_lf_or_both(void)
{
    check_body("one\rtwo\nthree\r\nfour", "one\ntwo\nthree\nfour", 0,
               "CR, LF and CR LF each end a paragraph");
    check_body("one\r\n\r\nthree", "one\n\nthree", 0, "an empty line stays one empty line");
}

static void dots_at_the_start_of_lines_stay(void)
{
    check_body(".\r\n..\r\n.hidden\r\n.", ".\n..\n.hidden\n.", 0,
               "a text may hold a lone dot, and goes on after it");
}

static void a_line_that_begins_with_from_stays(void)
{
    check_body("From here on\nFrom there", "From here on\nFrom there", 0,
               "no mark is put before From");
}

static void blanks_at_the_ends_of_lines_stay(void)
{
    check_body("one  \ntwo\t\nthree", "one  \ntwo\t\nthree", 0,
               "blanks at the end of a line are part of the text");
}

static void a_long_line_arrives_in_one_piece(void)
{
    static char line[5001];
    memset(line, 'w', sizeof line - 1);
    check_body(line, line, 0, "a paragraph may be one long word");
}

static void a_long_text_arrives_whole(void)
{
    static char text[300 * 1024];
    size_t i;
    for (i = 0; i + 1 < sizeof text; i++)
        text[i] = i % 61 == 60 ? '\n' : (char)('a' + i % 26);
    text[sizeof text - 2] = '.';
    check_body(text, text, 0, "a text of 300 KB is nothing special");
}

static void text_is_utf8_where_the_caller_says_so(void)
{
    char *const text = "Gr\xC3\xBC\xC3\x9F"
                       "e, \xE2\x82\xAC 5, \xE5\xB1\xB1, \xF0\x9F\x93\xA7";
    check_body(text, text, CP_UTF8, "with CP_UTF8 in ulReserved the text is UTF-8");
    check_subject(text, text, CP_UTF8, "with CP_UTF8 in ulReserved the subject is UTF-8");
}

static void text_that_is_utf8_is_taken_for_it(void)
{
    char *const text = "Gr\xC3\xBC\xC3\x9F"
                       "e, \xE2\x82\xAC 5, \xE5\xB1\xB1";
    ONLY_STRICT();
    SKIP_UNLESS(platform_bytes_may_be_utf8(), "bytes are in the ANSI code page here");
    check_body(text, text, 0,
               "bytes that are valid UTF-8 are UTF-8 whether the caller says so or not");
    check_subject(text, text, 0,
                  "bytes that are valid UTF-8 are UTF-8 whether the caller says so or not");
}

static void text_in_an_old_code_page_is_not_lost(void)
{
    ONLY_STRICT();
    check_body("Gr\xFC\xDF"
               "e",
               "Gr\xC3\xBC\xC3\x9F"
               "e",
               0, "bytes that are not UTF-8 are of the ANSI code page");
    check_subject("Gr\xFC\xDF"
                  "e",
                  "Gr\xC3\xBC\xC3\x9F"
                  "e",
                  CP_UTF8, "a string that is not the UTF-8 it claims to be is not dropped");
}

static void a_long_subject_is_not_cut(void)
{
    static char subject[1001];
    struct letter letter;
    struct mail *mail;
    size_t i;
    for (i = 0; i + 1 < sizeof subject; i++)
        subject[i] = i % 8 == 7 ? ' ' : (char)('a' + i % 26);
    subject[sizeof subject - 2] = '.';
    letter_begin(&letter);
    letter.message.lpszSubject = subject;
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&letter);
    REQUIRE(mail_header(mail, "Subject") != NULL, "a long subject is still a subject");
    CHECK(strncmp(mail_header(mail, "Subject"), subject, 200) == 0,
          "a subject of 256 characters is usual");
    if (check_strictly)
        CHECK_TEXT(mail_header(mail, "Subject"), subject, "nor is a longer one cut");
    CHECK(mail_longest_line(mail) <= 998, "RFC 5322: no line is longer than 998 bytes");
}

static void a_subject_of_one_long_word_is_not_cut(void)
{
    static char subject[3001];
    ONLY_STRICT();
    memset(subject, 'w', sizeof subject - 1);
    check_subject(subject, subject, 0, "a subject may be one long word");
}

static void a_line_end_in_a_subject_makes_no_header(void)
{
    const struct {
        char *given;
        const char *neutral;
    } subjects[] = {
        {"hi\r\nBcc: spy@example.net", "hi Bcc: spy@example.net"},
        {"hi\nX-Injected: yes", "hi X-Injected: yes"},
        {"hi\rX-Injected: yes", "hi X-Injected: yes"},
        {"hi\fthere", "hi there"},
        {"hi\tthere", "hi there"},
        {"hi\r\n\r\nA new body", NULL},
    };
    size_t i;
    for (i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        struct letter letter;
        struct mail *mail;
        letter_begin(&letter);
        letter.message.lpszSubject = subjects[i].given;
        CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS,
                   "a line end in a subject is no reason to fail");
        if (options.mailbox == NULL)
            continue;
        mail = letter_arrived(&letter);
        CHECK_EQ(mail_header_count(mail, "Bcc"), 0,
                 "no text that a caller passes becomes a header");
        CHECK_EQ(mail_header_count(mail, "X-Injected"), 0,
                 "no text that a caller passes becomes a header");
        CHECK_TEXT(mail_text(mail), letter.message.lpszNoteText,
                   "no text that a caller passes ends the headers");
        if (check_strictly && subjects[i].neutral != NULL)
            CHECK_TEXT(mail_header(mail, "Subject"), subjects[i].neutral, "it becomes one blank");
    }
}

static void a_subject_that_looks_encoded_is_shown_literally(void)
{
    ONLY_STRICT();
    check_subject(
        "=?utf-8?q?=0D=0ABcc:_spy=40example.net?=", "=?utf-8?q?=0D=0ABcc:_spy=40example.net?=", 0,
        "text is text, also when it looks like an encoded word");
}

static void other_texts_make_no_header_either(void)
{
    struct letter letter;
    struct mail *mail;
    ULONG code;
    letter_begin(&letter);
    letter.message.lpszMessageType = "IPM.Note\r\nX-Injected: yes";
    letter.message.lpszConversationID = "id\r\nX-Injected: yes";
    letter.message.lpszDateReceived = "2020/01/01 00:00\r\nX-Injected: yes";
    code = letter_send(&letter, 0);
    CHECK_CODE_ANY(code, "a line end in a class or an id is made harmless or refused",
                   SUCCESS_SUCCESS, MAPI_E_FAILURE);
    if (code != SUCCESS_SUCCESS)
        return;
    mail = letter_arrived(&letter);
    CHECK_EQ(mail_header_count(mail, "X-Injected"), 0,
             "no text that a caller passes becomes a header");
}

static void a_text_longer_than_allowed_is_too_large(void)
{
    struct letter letter;
    size_t size = (size_t)options.max_text + 1;
    char *text;
    SKIP_UNLESS(options.max_text > 0 && options.max_text < 100000000, "needs --max-text");
    text = malloc(size + 1);
    REQUIRE(text != NULL, "there is memory for the test");
    memset(text, 'x', size);
    text[size] = '\0';
    letter_begin(&letter);
    letter.message.lpszNoteText = text;
    CHECK_CODE(letter_send(&letter, 0), MAPI_E_TEXT_TOO_LARGE,
               "MAPISendMail: a limit on the text has a code of its own");
    CHECK(letter_never_arrives(&letter), "MAPISendMail: a failed send has sent nothing");
    free(text);
}

static const struct test tests[] = {
    TEST(paragraphs_may_end_in_cr_lf_or_both),
    TEST(dots_at_the_start_of_lines_stay),
    TEST(a_line_that_begins_with_from_stays),
    TEST(blanks_at_the_ends_of_lines_stay),
    TEST(a_long_line_arrives_in_one_piece),
    TEST(a_long_text_arrives_whole),
    TEST(text_is_utf8_where_the_caller_says_so),
    TEST(text_that_is_utf8_is_taken_for_it),
    TEST(text_in_an_old_code_page_is_not_lost),
    TEST(a_long_subject_is_not_cut),
    TEST(a_subject_of_one_long_word_is_not_cut),
    TEST(a_line_end_in_a_subject_makes_no_header),
    TEST(a_subject_that_looks_encoded_is_shown_literally),
    TEST(other_texts_make_no_header_either),
    TEST(a_text_longer_than_allowed_is_too_large),
    LAST_TEST,
};

const struct group text_group = {"text", "MAPISendMail: subject and text", tests};
