/* MAPIDetails. */
#include <string.h>

#include "fixture.h"

static ULONG details(LHANDLE session, MapiRecipDesc *recipient)
{
    NEEDS(details);
    return mapi.details(session, 0, recipient, 0, 0);
}

static void a_recipient_without_an_entry_id_is_ambiguous(void)
{
    MapiRecipDesc recipient;
    LHANDLE session = sending_session();
    memset(&recipient, 0, sizeof recipient);
    recipient.ulRecipClass = MAPI_TO;
    recipient.lpszName = "Ada Lovelace";
    recipient.lpszAddress = "SMTP:ada@example.org";
    CHECK_CODE(details(session, &recipient), MAPI_E_AMBIGUOUS_RECIPIENT,
               "only the entry id counts, and its size is 0");
    recipient.lpEntryID = "not looked at";
    CHECK_CODE(details(session, &recipient), MAPI_E_AMBIGUOUS_RECIPIENT,
               "only the entry id counts, and its size is 0");
    close_session(session);
}

static void an_entry_id_that_the_library_never_gave_is_invalid(void)
{
    static char bytes[4096];
    const ULONG sizes[] = {1, 4, 16, 4096, 0xFFFFFFFF};
    MapiRecipDesc recipient;
    LHANDLE session = sending_session();
    size_t i;
    memset(&recipient, 0, sizeof recipient);
    memset(bytes, 0xA5, sizeof bytes);
    recipient.lpEntryID = bytes;
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        if (sizes[i] > sizeof bytes && !check_strictly)
            continue;
        recipient.ulEIDSize = sizes[i];
        CHECK_CODE(details(session, &recipient), MAPI_E_INVALID_RECIPS, "an unknown entry id");
    }
    recipient.ulEIDSize = 16;
    recipient.lpEntryID = NULL;
    CHECK_CODE_IN(details(session, &recipient), "an entry id that is not there",
                  MAPI_E_INVALID_RECIPS, MAPI_E_FAILURE, MAPI_E_AMBIGUOUS_RECIPIENT);
    close_session(session);
}

static void an_entry_id_of_somebody_is_shown_if_anything_can_be(void)
{
    char *names[] = {"ada@example.org", NULL};
    lpMapiRecipDesc recipient;
    LHANDLE session;
    size_t i;
    needs_dialogs();
    NEEDS(details);
    NEEDS(resolve_name);
    NEEDS(free_buffer);
    names[1] = (char *)options.known_name;
    session = sending_session();
    for (i = 0; i < sizeof names / sizeof names[0] && names[i] != NULL; i++) {
        REQUIRE_CODE(mapi.resolve_name(session, 0, names[i], 0, 0, &recipient), SUCCESS_SUCCESS,
                     "one entry has this name");
        if (recipient->ulEIDSize > 1) {
            CHECK_DIALOG(details(session, recipient),
                         "the entry is there: shown, or no window can be");
            recipient->ulEIDSize--;
            CHECK_CODE(details(session, recipient), MAPI_E_INVALID_RECIPS,
                       "an entry id that was cut");
        }
        CHECK_CODE(mapi.free_buffer(recipient), SUCCESS_SUCCESS, "MAPIFreeBuffer: the whole tree");
    }
    close_session(session);
}

static void a_dead_handle_shows_nothing(void)
{
    MapiRecipDesc recipient;
    LHANDLE session = open_session();
    close_session(session);
    memset(&recipient, 0, sizeof recipient);
    CHECK_REFUSED(details(session, &recipient), MAPI_E_INVALID_SESSION,
                  "a handle that is not 0 must name an open session");
}

static void a_resolved_recipient_is_only_looked_at(void)
{
    lpMapiRecipDesc recipient = NULL;
    LHANDLE session;
    needs_dialogs();
    NEEDS(details);
    NEEDS(resolve_name);
    NEEDS(free_buffer);
    session = sending_session();
    REQUIRE_CODE(mapi.resolve_name(session, 0, "ada@example.org", 0, 0, &recipient),
                 SUCCESS_SUCCESS, "an Internet address needs no address book");
    CHECK_DIALOG(mapi.details(session, 0, recipient, MAPI_AB_NOMODIFY, 0),
                 "shown, put away, or no window can be shown");
    mapi.free_buffer(recipient);
    close_session(session);
}

static const struct test tests[] = {
    TEST(a_recipient_without_an_entry_id_is_ambiguous),
    TEST(an_entry_id_that_the_library_never_gave_is_invalid),
    TEST(an_entry_id_of_somebody_is_shown_if_anything_can_be),
    TEST(a_dead_handle_shows_nothing),
    TEST(a_resolved_recipient_is_only_looked_at),
    LAST_TEST,
};

const struct group details_group = {"details", "MAPIDetails", tests};
