/* MAPISendMail: who gets it, who sees whom, and who is refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define SENT "MAPISendMail: a message with a valid recipient is sent"
#define NOTHING "MAPISendMail: a failed send has sent nothing"

static void to_and_cc_stand_in_their_headers_with_their_names(void)
{
    struct letter letter;
    struct mail *mail;
    letter_begin(&letter);
    letter.recipients[0].lpszName = "Ada Lovelace";
    letter_recipient(&letter, MAPI_TO, "Alan Turing", "second");
    letter_recipient(&letter, MAPI_CC, "Grace Hopper", "cc");
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&letter);
    CHECK(mail_header_has_address(mail, "To", letter_address(&letter, "to")), "MAPI_TO is To");
    CHECK(mail_header_has_address(mail, "To", letter_address(&letter, "second")), "MAPI_TO is To");
    CHECK(mail_header_has_address(mail, "Cc", letter_address(&letter, "cc")), "MAPI_CC is Cc");
    CHECK_EQ(mail_address_count(mail, "To"), 2, "each recipient once, in its own header");
    CHECK_EQ(mail_address_count(mail, "Cc"), 1, "each recipient once, in its own header");
    CHECK(strstr(mail_header(mail, "To"), "Ada Lovelace") != NULL, "lpszName is the display name");
    CHECK(strstr(mail_header(mail, "To"), "Alan Turing") != NULL, "lpszName is the display name");
    CHECK(strstr(mail_header(mail, "Cc"), "Grace Hopper") != NULL, "lpszName is the display name");
}

static void bcc_is_in_no_header(void)
{
    struct letter letter;
    struct mail *mail;
    letter_begin(&letter);
    letter_recipient(&letter, MAPI_BCC, "Invisible Person", "secret");
    letter_recipient(&letter, MAPI_CC, NULL, "cc");
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&letter);
    CHECK(!mail_headers_mention(mail, letter_address(&letter, "secret")),
          "nobody sees who got a blind copy");
    CHECK(!mail_headers_mention(mail, "Invisible"), "nor by name");
    CHECK_EQ(mail_header_count(mail, "Bcc"), 0, "nor that there was one");
    CHECK(mail_header_has_address(mail, "Cc", letter_address(&letter, "cc")),
          "the others are still seen");
}

static void a_message_may_go_to_blind_copies_alone(void)
{
    struct letter letter;
    letter_begin(&letter);
    letter.recipients[0].ulRecipClass = MAPI_BCC;
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS,
               "MAPISendMail: any one recipient is enough");
}

/* Sends to the one recipient that `fill` describes and checks that it is the one in To. */
static void check_form(const char *form, bool as_name, const char *why)
{
    struct letter letter;
    char text[300];
    struct mail *mail;
    letter_begin(&letter);
    snprintf(text, sizeof text, form, letter_address(&letter, "to"));
    letter.recipients[0].lpszName = as_name ? text : NULL;
    letter.recipients[0].lpszAddress = as_name ? NULL : text;
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, why);
    if (options.mailbox == NULL)
        return;
    mail = letter_arrived(&letter);
    CHECK(mail_header_has_address(mail, "To", letter_address(&letter, "to")), why);
    CHECK_EQ(mail_address_count(mail, "To"), 1, "one recipient stays one");
}

static void an_address_may_carry_its_type_in_any_case(void)
{
    check_form("SMTP:%s", false, "an address is TYPE:address");
    check_form("smtp:%s", false, "the type is compared without regard to case");
    check_form("Smtp:%s", false, "the type is compared without regard to case");
}

static void an_address_may_be_bare_or_stand_in_the_name(void)
{
    check_form("%s", false, "callers leave the type out");
    check_form("%s", true, "callers put the address into lpszName alone");
    check_form("SMTP:%s", true, "callers put the address into lpszName alone, with its type");
}

static void the_odd_forms_of_addresses_are_understood(void)
{
    ONLY_STRICT();
    check_form("mailto:%s", false, "a form that callers use");
    check_form("[SMTP:%s]", false, "a form that callers use");
    check_form("SMTP:(%s)", false, "a form that callers use");
    check_form("Ada Lovelace <%s>", false, "a form that callers use");
    check_form("Ada Lovelace <%s>", true, "a form that callers use");
    check_form("Ada Lovelace[SMTP:%s]", true, "the one-off form: display name[TYPE:address]");
    check_form("\"Lovelace, Ada\" <%s>", true, "a comma in quotes separates nothing");
}

static void a_name_beside_an_address_is_only_shown(void)
{
    /* These names would be other people, or several, if anybody took them for addresses. */
    char *const names[] = {"Lovelace, Ada",   "Ada; Grace",      "\"Ada\" Lovelace",
                           "Ada (the first)", "spy@example.net", "Ada <spy@example.net>",
                           "Ada\\Lovelace"};
    size_t i;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct letter letter;
        struct mail *mail;
        letter_begin(&letter);
        letter.recipients[0].lpszName = names[i];
        CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS,
                   "name and address: no resolution, the name is for display only");
        if (options.mailbox == NULL)
            continue;
        mail = letter_arrived(&letter);
        CHECK(mail_header_has_address(mail, "To", letter_address(&letter, "to")),
              "the address counts");
        CHECK_EQ(mail_address_count(mail, "To"), 1, "the name separates nothing");
    }
}

static void a_name_equal_to_the_address_is_not_said_twice(void)
{
    struct letter letter;
    struct mail *mail;
    char name[160];
    ONLY_STRICT();
    letter_begin(&letter);
    snprintf(name, sizeof name, "%s", letter_address(&letter, "to"));
    letter.recipients[0].lpszName = name;
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&letter);
    CHECK(strstr(strstr(mail_header(mail, "To"), name) + 1, name) == NULL,
          "callers put the address in the name field too, since some clients require a name");
}

static void a_name_of_any_language_arrives_as_it_was(void)
{
    struct letter letter;
    struct mail *mail;
    letter_begin(&letter);
    letter.message.ulReserved = CP_UTF8;
    letter.recipients[0].lpszName = "Zo\xC3\xAB M\xC3\xBCller, \xE5\xB1\xB1\xE7\x94\xB0";
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&letter);
    CHECK(strstr(mail_header(mail, "To"), letter.recipients[0].lpszName) != NULL,
          "with CP_UTF8 in ulReserved names are UTF-8");
    CHECK_EQ(mail_address_count(mail, "To"), 1, "an encoded comma separates nothing");
}

static void no_recipient_and_no_dialog_is_refused(void)
{
    struct letter letter;
    letter_begin(&letter);
    letter.message.nRecipCount = 0;
    letter.message.lpRecips = NULL;
    CHECK_REFUSED(letter_send(&letter, 0), MAPI_E_UNKNOWN_RECIPIENT,
                  "MAPISendMail: without a dialog there must be a recipient");
    letter.message.lpRecips = letter.recipients;
    CHECK_REFUSED(letter_send(&letter, 0), MAPI_E_UNKNOWN_RECIPIENT,
                  "an array of no recipients is none, whatever it holds");
    CHECK(letter_never_arrives(&letter), NOTHING);
}

static void a_class_that_is_none_of_to_cc_and_bcc_is_refused(void)
{
    const ULONG classes[] = {4, 5, 0x10000001u, 0xFFFFFFFFu};
    struct letter letter;
    size_t i;
    for (i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        letter_begin(&letter);
        letter_recipient(&letter, classes[i], NULL, "odd");
        CHECK_CODE(letter_send(&letter, 0), MAPI_E_BAD_RECIPTYPE,
                   "MAPISendMail: ulRecipClass must be MAPI_TO, MAPI_CC or MAPI_BCC");
        CHECK(letter_never_arrives(&letter), NOTHING);
    }
}

static void a_recipient_of_class_zero_is_refused_or_gets_it_openly(void)
{
    struct letter letter;
    struct mail *mail;
    ULONG code;
    letter_begin(&letter);
    letter_recipient(&letter, MAPI_ORIG, NULL, "zero");
    code = letter_send(&letter, 0);
    CHECK_CODE_IN(code,
                  "callers forget the class, so it counts as MAPI_TO; the reference refuses it",
                  SUCCESS_SUCCESS, MAPI_E_BAD_RECIPTYPE);
    if (code == SUCCESS_SUCCESS) {
        mail = letter_arrived(&letter);
        CHECK(mail_headers_mention(mail, letter_address(&letter, "zero")),
              "a recipient is never dropped");
        CHECK_ADVISED(mail_header_has_address(mail, "To", letter_address(&letter, "zero")),
                      "class 0 counts as MAPI_TO");
    }
}

static void a_name_that_nobody_has_is_an_unknown_recipient(void)
{
    struct letter letter;
    int empty;
    for (empty = 0; empty < 2; empty++) {
        letter_begin(&letter);
        letter_recipient(&letter, MAPI_TO, NO_SUCH_NAME, "nobody")->lpszAddress = empty ? "" : NULL;
        CHECK_CODE(letter_send(&letter, 0), MAPI_E_UNKNOWN_RECIPIENT,
                   "MAPISendMail: a name without an address is looked up, and nobody has this one");
        CHECK(letter_never_arrives(&letter), NOTHING);
    }
}

static void a_recipient_without_name_and_address_is_refused(void)
{
    struct letter letter;
    letter_begin(&letter);
    letter_recipient(&letter, MAPI_TO, NULL, "nobody")->lpszAddress = NULL;
    CHECK_REFUSED(letter_send(&letter, 0), MAPI_E_UNKNOWN_RECIPIENT,
                  "MAPISendMail: a recipient that is nobody cannot be sent to, nor be left out");
    CHECK(letter_never_arrives(&letter), NOTHING);
}

static void an_address_that_can_be_none_is_refused(void)
{
    static char endless[6000];
    char *addresses[] = {
        "SMTP:a@b.test>\r\nRCPT TO:<spy@example.net",
        "SMTP:a@b.test> SIZE=1",
        "SMTP:a b@c.test",
        "SMTP:a@b.test\x01",
        "SMTP:a@",
        "SMTP:@b.test",
        "SMTP:no-at-sign",
        "SMTP:",
        "SMTP:a@b@c",
        "SMTP:a@b.test\nBcc: spy@example.net",
        "SMTP:a@b..test",
        "SMTP:\"a\\\"> NOTIFY=NEVER <b\"@c.te\nst",
        endless,
    };
    size_t i;
    memset(endless, 'a', sizeof endless - 1);
    memcpy(endless, "SMTP:", 5);
    memcpy(endless + 5500, "@b.test", 7);
    for (i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct letter letter;
        ULONG code;
        letter_begin(&letter);
        letter_recipient(&letter, MAPI_TO, "Ada", "odd")->lpszAddress = addresses[i];
        code = letter_send(&letter, 0);
        if (!CHECK_CODE_IN(code,
                           "MAPISendMail: an address that cannot be one is an invalid recipient",
                           MAPI_E_INVALID_RECIPS, MAPI_E_UNKNOWN_RECIPIENT, MAPI_E_FAILURE))
            printf("      the address was number %u of the list\n", (unsigned)i);
        CHECK(letter_never_arrives(&letter), NOTHING);
    }
}

static void an_address_type_that_nothing_delivers_is_refused(void)
{
    struct letter letter;
    letter_begin(&letter);
    letter_recipient(&letter, MAPI_TO, "Fax", "fax")->lpszAddress = "FAX:+49 30 1234567";
    CHECK_CODE_IN(letter_send(&letter, 0), "MAPISendMail: no gateway takes this type of address",
                  MAPI_E_INVALID_RECIPS, MAPI_E_UNKNOWN_RECIPIENT, MAPI_E_FAILURE);
    CHECK(letter_never_arrives(&letter), NOTHING);
}

static void one_bad_recipient_stops_the_whole_message(void)
{
    struct letter letter;
    letter_begin(&letter);
    letter_recipient(&letter, MAPI_CC, "Good", "good");
    letter_recipient(&letter, MAPI_BCC, NO_SUCH_NAME, "bad")->lpszAddress = NULL;
    CHECK_CODE(letter_send(&letter, 0), MAPI_E_UNKNOWN_RECIPIENT,
               "MAPISendMail: the third of three recipients is unknown");
    CHECK(letter_never_arrives(&letter), "a message goes to all of its recipients or to none");
}

static void a_line_end_in_a_name_makes_no_header(void)
{
    char *const names[] = {"Bob\r\nBcc: spy@example.net", "Bob\nX-Injected: yes",
                           "Bob\rX-Injected: yes", "Bob\" <spy@example.net>, \"",
                           "Bob\r\n\r\nA new body"};
    size_t i;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct letter letter;
        struct mail *mail;
        ULONG code;
        letter_begin(&letter);
        letter.recipients[0].lpszName = names[i];
        code = letter_send(&letter, 0);
        CHECK_CODE_IN(code, "a line end in a name is made harmless", SUCCESS_SUCCESS,
                      MAPI_E_INVALID_RECIPS, MAPI_E_FAILURE, MAPI_E_UNKNOWN_RECIPIENT);
        if (code != SUCCESS_SUCCESS || options.mailbox == NULL)
            continue;
        mail = letter_arrived(&letter);
        CHECK_EQ(mail_header_count(mail, "Bcc"), 0,
                 "no text that a caller passes becomes a header");
        CHECK_EQ(mail_header_count(mail, "X-Injected"), 0,
                 "no text that a caller passes becomes a header");
        CHECK_EQ(mail_address_count(mail, "To"), 1,
                 "no text that a caller passes becomes a recipient");
        CHECK_TEXT(mail_text(mail), letter.message.lpszNoteText,
                   "no text that a caller passes ends the headers");
    }
}

static void many_recipients_are_all_named(void)
{
    static MapiRecipDesc recipients[60];
    static char addresses[60][160];
    struct letter letter;
    struct mail *mail;
    unsigned i;
    letter_begin(&letter);
    memset(recipients, 0, sizeof recipients);
    for (i = 0; i < 60; i++) {
        char role[16];
        snprintf(role, sizeof role, "r%u", i);
        snprintf(addresses[i], sizeof addresses[i], "SMTP:%s", letter_address(&letter, role));
        recipients[i].ulRecipClass = i % 2 ? MAPI_CC : MAPI_TO;
        recipients[i].lpszAddress = addresses[i];
    }
    letter.message.lpRecips = recipients;
    letter.message.nRecipCount = 60;
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&letter);
    CHECK_EQ(mail_address_count(mail, "To"), 30, "every second one is in To");
    CHECK_EQ(mail_address_count(mail, "Cc"), 30, "the others are in Cc");
    CHECK(mail_longest_line(mail) <= 998, "RFC 5322: no line is longer than 998 bytes");
}

static void more_recipients_than_allowed_are_too_many(void)
{
    struct letter letter;
    MapiRecipDesc *recipients;
    ULONG count, i;
    SKIP_UNLESS(options.max_recipients > 0 && options.max_recipients < 1000000,
                "needs --max-recipients");
    count = (ULONG)options.max_recipients + 1;
    letter_begin(&letter);
    recipients = calloc(count, sizeof *recipients);
    REQUIRE(recipients != NULL, "there is memory for the test");
    for (i = 0; i < count; i++)
        recipients[i] = letter.recipients[0];
    letter.message.lpRecips = recipients;
    letter.message.nRecipCount = count;
    CHECK_CODE(letter_send(&letter, 0), MAPI_E_TOO_MANY_RECIPIENTS,
               "MAPISendMail: a limit on recipients has a code of its own");
    CHECK(letter_never_arrives(&letter), NOTHING);
    free(recipients);
}

static void an_entry_id_that_the_library_never_gave_is_refused(void)
{
    struct letter letter;
    MapiRecipDesc *recipient;
    ONLY_STRICT();
    letter_begin(&letter);
    recipient = letter_recipient(&letter, MAPI_CC, "Ada", "id");
    recipient->ulEIDSize = 16;
    recipient->lpEntryID = "0123456789abcde";
    CHECK_CODE(letter_send(&letter, 0), MAPI_E_INVALID_RECIPS,
               "with an entry id name and address are ignored, and this one names nobody");
    CHECK(letter_never_arrives(&letter), NOTHING);
}

static const struct test tests[] = {
    TEST(to_and_cc_stand_in_their_headers_with_their_names),
    TEST(bcc_is_in_no_header),
    TEST(a_message_may_go_to_blind_copies_alone),
    TEST(an_address_may_carry_its_type_in_any_case),
    TEST(an_address_may_be_bare_or_stand_in_the_name),
    TEST(the_odd_forms_of_addresses_are_understood),
    TEST(a_name_beside_an_address_is_only_shown),
    TEST(a_name_equal_to_the_address_is_not_said_twice),
    TEST(a_name_of_any_language_arrives_as_it_was),
    TEST(no_recipient_and_no_dialog_is_refused),
    TEST(a_class_that_is_none_of_to_cc_and_bcc_is_refused),
    TEST(a_recipient_of_class_zero_is_refused_or_gets_it_openly),
    TEST(a_name_that_nobody_has_is_an_unknown_recipient),
    TEST(a_recipient_without_name_and_address_is_refused),
    TEST(an_address_that_can_be_none_is_refused),
    TEST(an_address_type_that_nothing_delivers_is_refused),
    TEST(one_bad_recipient_stops_the_whole_message),
    TEST(a_line_end_in_a_name_makes_no_header),
    TEST(many_recipients_are_all_named),
    TEST(more_recipients_than_allowed_are_too_many),
    TEST(an_entry_id_that_the_library_never_gave_is_refused),
    LAST_TEST,
};

const struct group recipients_group = {"recipients", "MAPISendMail: who gets it", tests};
