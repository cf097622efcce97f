/* MAPIResolveName. */
#include <string.h>

#include "fixture.h"

static ULONG resolve(LHANDLE session, char *name, lpMapiRecipDesc *recipient)
{
    NEEDS(resolve_name);
    *recipient = (lpMapiRecipDesc)(void *)name; /* not NULL, and not to be left there */
    return mapi.resolve_name(session, 0, name, 0, 0, recipient);
}

static void check_recipient(lpMapiRecipDesc recipient, const char *address)
{
    REQUIRE(recipient != NULL, "MAPIResolveName: success gives a recipient");
    CHECK(recipient->lpszName != NULL && recipient->lpszName[0] != '\0',
          "a resolved recipient has a display name");
    if (address != NULL)
        CHECK_TEXT(recipient->lpszAddress, address,
                   "a resolved recipient has an address with its type");
    CHECK(recipient->lpszAddress != NULL && strchr(recipient->lpszAddress, ':') != NULL,
          "a resolved recipient has an address with its type");
    CHECK_ADVISED(recipient->ulRecipClass == MAPI_TO,
                  "callers pass it on to MAPISendMail as it is");
    CHECK_ADVISED(recipient->ulEIDSize != 0 && recipient->lpEntryID != NULL,
                  "MAPIDetails needs an entry id");
    CHECK_CODE(mapi.free_buffer(recipient), SUCCESS_SUCCESS,
               "MAPIFreeBuffer: the whole tree at once");
}

static void an_address_resolves_to_itself(void)
{
    char *const forms[] = {"SMTP:ada@example.org", "smtp:ada@example.org", "ada@example.org",
                           "Ada Lovelace[SMTP:ada@example.org]", "Ada Lovelace <ada@example.org>"};
    LHANDLE session = sending_session();
    lpMapiRecipDesc recipient;
    size_t i;
    NEEDS(free_buffer);
    for (i = 0; i < sizeof forms / sizeof forms[0] && (i < 3 || check_strictly); i++) {
        CHECK_CODE(resolve(session, forms[i], &recipient), SUCCESS_SUCCESS,
                   "an Internet address needs no address book");
        check_recipient(recipient, "SMTP:ada@example.org");
    }
    close_session(session);
}

static void a_name_that_nobody_has_is_unknown(void)
{
    LHANDLE session = sending_session();
    lpMapiRecipDesc recipient;
    CHECK_CODE(resolve(session, NO_SUCH_NAME, &recipient), MAPI_E_UNKNOWN_RECIPIENT,
               "nobody has this name");
    CHECK_ADVISED(recipient == NULL, "a failure writes NULL, for there is nothing to free");
    close_session(session);
}

static void a_name_that_the_address_book_knows_is_found(void)
{
    LHANDLE session = sending_session();
    lpMapiRecipDesc recipient;
    SKIP_UNLESS(options.known_name != NULL, "needs --known-name");
    CHECK_CODE(resolve(session, (char *)options.known_name, &recipient), SUCCESS_SUCCESS,
               "one entry has this name");
    check_recipient(recipient, NULL);
    close_session(session);
}

static void a_name_that_several_have_is_ambiguous(void)
{
    LHANDLE session = sending_session();
    lpMapiRecipDesc recipient;
    SKIP_UNLESS(options.ambiguous_name != NULL, "needs --ambiguous-name");
    CHECK_CODE(resolve(session, (char *)options.ambiguous_name, &recipient),
               MAPI_E_AMBIGUOUS_RECIPIENT, "several have this name, and nobody may be asked");
    CHECK_ADVISED(recipient == NULL, "a failure writes NULL, for there is nothing to free");
    close_session(session);
}

static void a_person_is_asked_which_of_several_is_meant(void)
{
    LHANDLE session;
    ULONG code;
    lpMapiRecipDesc recipient = NULL;
    needs_dialogs();
    SKIP_UNLESS(options.ambiguous_name != NULL, "needs --ambiguous-name");
    NEEDS(resolve_name);
    session = sending_session();
    code = mapi.resolve_name(session, 0, (char *)options.ambiguous_name, MAPI_DIALOG, 0, &recipient);
    if (options.no_dialogs)
        CHECK_CODE_ANY(code, "several have this name, and the dialog cannot be shown",
                       MAPI_E_NOT_SUPPORTED, MAPI_E_AMBIGUOUS_RECIPIENT);
    else
        CHECK_DIALOG(code, "several have this name: a person says who is meant, or nobody");
    if (code == SUCCESS_SUCCESS) {
        NEEDS(free_buffer);
        REQUIRE(recipient != NULL, "whom the person chose is returned");
        CHECK(recipient->lpszName != NULL, "and has a name");
        CHECK_CODE(mapi.free_buffer(recipient), SUCCESS_SUCCESS, "MAPIFreeBuffer: the whole tree");
        recipient = NULL;
    }
    CHECK_ADVISED(recipient == NULL, "a failure writes NULL, for there is nothing to free");
    CHECK_CODE(mapi.resolve_name(session, 0, NO_SUCH_NAME, MAPI_DIALOG, 0, &recipient),
               MAPI_E_UNKNOWN_RECIPIENT, "there is nothing to choose from");
    close_session(session);
}

/* Sends the letter to the resolved recipient as it was returned, its class included, and to nobody
 * else. */
static void send_to_resolved(struct letter *letter, lpMapiRecipDesc resolved)
{
    letter->message.lpRecips = resolved;
    letter->message.nRecipCount = 1;
    CHECK_CODE(letter_send(letter, 0), SUCCESS_SUCCESS,
               "what MAPIResolveName returns can be passed on as it is");
}

static void a_known_name_can_be_sent_to_by_name_and_by_what_it_resolves_to(void)
{
    struct letter by_name, as_resolved;
    struct mail *mail;
    lpMapiRecipDesc resolved;
    LHANDLE session;
    const char *address;
    SKIP_UNLESS(options.known_name != NULL, "needs --known-name");
    NEEDS(free_buffer);
    session = sending_session();
    REQUIRE_CODE(resolve(session, (char *)options.known_name, &resolved), SUCCESS_SUCCESS,
                 "one entry has this name");
    close_session(session);
    address = strchr(resolved->lpszAddress, ':');
    REQUIRE(address != NULL, "a resolved recipient has an address with its type");
    letter_begin(&as_resolved);
    send_to_resolved(&as_resolved, resolved);
    mail = letter_arrived(&as_resolved);
    CHECK(mail_header_has_address(mail, "To", address + 1), "the message is for the one found");
    letter_begin(&by_name);
    by_name.recipients[0].lpszName = (char *)options.known_name;
    by_name.recipients[0].lpszAddress = NULL;
    CHECK_CODE(letter_send(&by_name, 0), SUCCESS_SUCCESS,
               "a name without an address is looked for in the address book");
    mail = letter_arrived(&by_name);
    CHECK(mail_header_has_address(mail, "To", address + 1), "the message is for the one found");
    CHECK_CODE(mapi.free_buffer(resolved), SUCCESS_SUCCESS, "MAPIFreeBuffer: after its last use");
}

static void a_name_that_several_have_stops_the_message(void)
{
    struct letter letter;
    SKIP_UNLESS(options.ambiguous_name != NULL, "needs --ambiguous-name");
    letter_begin(&letter);
    letter_recipient(&letter, MAPI_CC, (char *)options.ambiguous_name, "ambiguous");
    letter.recipients[1].lpszAddress = NULL;
    CHECK_CODE(letter_send(&letter, 0), MAPI_E_AMBIGUOUS_RECIPIENT,
               "several have this name, and nobody may be asked");
    CHECK(letter_never_arrives(&letter), "a message goes to all its recipients or to none");
}

static void a_list_is_one_recipient_and_its_mail_goes_to_everyone_on_it(void)
{
    struct letter letter;
    struct mail *mail;
    lpMapiRecipDesc resolved;
    LHANDLE session;
    SKIP_UNLESS(options.known_list != NULL, "needs --known-list");
    NEEDS(free_buffer);
    session = sending_session();
    REQUIRE_CODE(resolve(session, (char *)options.known_list, &resolved), SUCCESS_SUCCESS,
                 "a distribution list resolves to one entry");
    close_session(session);
    letter_begin(&letter);
    send_to_resolved(&letter, resolved);
    mail = letter_arrived(&letter);
    if (options.list_members > 0)
        CHECK_EQ(mail_address_count(mail, "To"), (long)options.list_members,
                 "everyone on the list gets the message");
    check_recipient(resolved, NULL);
}

static void an_entry_id_that_was_cut_or_changed_is_nobody_s(void)
{
    struct letter letter;
    lpMapiRecipDesc resolved;
    LHANDLE session;
    unsigned char bytes[4096];
    ULONG size;
    SKIP_UNLESS(options.known_name != NULL, "needs --known-name");
    NEEDS(free_buffer);
    session = sending_session();
    REQUIRE_CODE(resolve(session, (char *)options.known_name, &resolved), SUCCESS_SUCCESS,
                 "one entry has this name");
    close_session(session);
    size = resolved->ulEIDSize;
    SKIP_UNLESS(size > 1 && size <= sizeof bytes, "the library gives no entry ids to cut");
    memcpy(bytes, resolved->lpEntryID, size);
    mapi.free_buffer(resolved);
    letter_begin(&letter);
    letter.recipients[0].lpEntryID = bytes;
    letter.recipients[0].ulEIDSize = size - 1;
    CHECK_CODE(letter_send(&letter, 0), MAPI_E_INVALID_RECIPS, "an entry id that was cut");
    bytes[size / 2] ^= 0x20;
    letter.recipients[0].ulEIDSize = size;
    CHECK_CODE(letter_send(&letter, 0), MAPI_E_INVALID_RECIPS, "an entry id that was changed");
    CHECK(letter_never_arrives(&letter), "a message that was refused goes to nobody");
}

static void no_name_is_nobody_s(void)
{
    LHANDLE session = sending_session();
    lpMapiRecipDesc recipient;
    CHECK_CODE_ANY(resolve(session, "", &recipient), "an empty name", MAPI_E_FAILURE,
                   MAPI_E_UNKNOWN_RECIPIENT);
    CHECK_CODE_ANY(resolve(session, NULL, &recipient), "no name", MAPI_E_FAILURE,
                   MAPI_E_UNKNOWN_RECIPIENT);
    CHECK_ADVISED(recipient == NULL, "a failure writes NULL, for there is nothing to free");
    close_session(session);
}

static void a_name_full_of_wildcards_is_only_a_name(void)
{
    static char brackets[10001];
    char *names[] = {"*", "*)(uid=*", "\\2a", "Zzyzx*", brackets};
    LHANDLE session = sending_session();
    lpMapiRecipDesc recipient;
    size_t i;
    memset(brackets, '(', sizeof brackets - 1);
    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        CHECK_CODE(resolve(session, names[i], &recipient), MAPI_E_UNKNOWN_RECIPIENT,
                   "what a search language would take for a pattern is text");
    close_session(session);
}

static void a_dead_handle_resolves_nothing(void)
{
    LHANDLE session = open_session();
    lpMapiRecipDesc recipient;
    close_session(session);
    CHECK_REFUSED(resolve(session, "ada@example.org", &recipient), MAPI_E_INVALID_SESSION,
                  "a handle that is not 0 must name an open session");
    CHECK_ADVISED(recipient == NULL, "a failure writes NULL, for there is nothing to free");
}

static void a_resolved_recipient_can_be_sent_to_by_its_entry_id(void)
{
    struct letter letter;
    struct mail *mail;
    lpMapiRecipDesc resolved;
    MapiRecipDesc *recipient;
    LHANDLE session = sending_session();
    letter_begin(&letter);
    NEEDS(free_buffer);
    REQUIRE_CODE(resolve(session, letter.recipients[0].lpszAddress, &resolved), SUCCESS_SUCCESS,
                 "an Internet address needs no address book");
    close_session(session);
    SKIP_UNLESS(resolved->ulEIDSize != 0, "the library gives no entry ids");
    recipient = &letter.recipients[0];
    recipient->lpszName = NO_SUCH_NAME;
    recipient->lpszAddress = "SMTP:not an address";
    recipient->ulEIDSize = resolved->ulEIDSize;
    recipient->lpEntryID = resolved->lpEntryID;
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS,
               "with an entry id name and address are ignored");
    CHECK_CODE(mapi.free_buffer(resolved), SUCCESS_SUCCESS, "MAPIFreeBuffer: after its last use");
    mail = letter_arrived(&letter);
    CHECK(mail_header_has_address(mail, "To", letter_address(&letter, "to")),
          "the entry id is the recipient");
}

static const struct test tests[] = {
    TEST(an_address_resolves_to_itself),
    TEST(a_name_that_nobody_has_is_unknown),
    TEST(a_name_that_the_address_book_knows_is_found),
    TEST(a_name_that_several_have_is_ambiguous),
    TEST(a_person_is_asked_which_of_several_is_meant),
    TEST(a_known_name_can_be_sent_to_by_name_and_by_what_it_resolves_to),
    TEST(a_name_that_several_have_stops_the_message),
    TEST(a_list_is_one_recipient_and_its_mail_goes_to_everyone_on_it),
    TEST(an_entry_id_that_was_cut_or_changed_is_nobody_s),
    TEST(no_name_is_nobody_s),
    TEST(a_name_full_of_wildcards_is_only_a_name),
    TEST(a_dead_handle_resolves_nothing),
    TEST(a_resolved_recipient_can_be_sent_to_by_its_entry_id),
    LAST_TEST,
};

const struct group resolve_group = {"resolve", "MAPIResolveName", tests};
