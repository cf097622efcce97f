/* MAPIAddress. */
#include <string.h>

#include "fixture.h"

static ULONG count;
static lpMapiRecipDesc chosen;

static ULONG address(LHANDLE session, ULONG fields, ULONG given, MapiRecipDesc *recipients)
{
    NEEDS(address);
    count = 77;
    chosen = (lpMapiRecipDesc)(void *)&count; /* not NULL, and not to be left there */
    return mapi.address(session, 0, NULL, fields, NULL, given, recipients, 0, 0, &count, &chosen);
}

/* The call showed its window, or said that it cannot. */
static void check_chosen(ULONG code, const char *why)
{
    CHECK_DIALOG(code, why);
    if (code != SUCCESS_SUCCESS) {
        CHECK_ADVISED(count == 0 && chosen == NULL, "a failure gives nothing to free");
        return;
    }
    NEEDS(free_buffer);
    CHECK(chosen != NULL, "success gives an array, also of no recipients");
    CHECK_CODE(mapi.free_buffer(chosen), SUCCESS_SUCCESS,
               "MAPIFreeBuffer: the whole array at once");
}

static void more_than_four_edit_fields_are_invalid(void)
{
    const ULONG fields[] = {5, 6, 100, 0x7FFFFFFF};
    LHANDLE session = sending_session();
    size_t i;
    for (i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        CHECK_CODE(address(session, fields[i], 0, NULL), MAPI_E_INVALID_EDITFIELDS,
                   "nEditFields is 0 to 4");
        CHECK_ADVISED(count == 0 && chosen == NULL, "a failure gives nothing to free");
    }
    close_session(session);
}

static void recipients_that_can_be_none_are_refused_before_anything_is_shown(void)
{
    MapiRecipDesc recipients[2];
    LHANDLE session = sending_session();
    ONLY_STRICT();
    memset(recipients, 0, sizeof recipients);
    recipients[0].ulRecipClass = MAPI_TO;
    recipients[0].lpszName = "Ada";
    recipients[0].lpszAddress = "SMTP:ada@example.org";
    recipients[1] = recipients[0];
    CHECK_CODE(address(session, 1, 2, NULL), MAPI_E_FAILURE, "2 recipients, and none is there");
    CHECK_ADVISED(count == 0 && chosen == NULL, "a failure gives nothing to free");
    recipients[1].lpszAddress = "SMTP:not an address";
    CHECK_CODE(address(session, 1, 2, recipients), MAPI_E_INVALID_RECIPS, "no address");
    recipients[1] = recipients[0];
    recipients[1].ulRecipClass = 7;
    CHECK_CODE(address(session, 1, 2, recipients), MAPI_E_INVALID_RECIPS, "no class");
    recipients[1] = recipients[0];
    recipients[1].ulEIDSize = 16;
    recipients[1].lpEntryID = "0123456789abcde";
    CHECK_CODE(address(session, 1, 2, recipients), MAPI_E_INVALID_RECIPS, "no entry id");
    CHECK_CODE(address(session, 5, 2, recipients), MAPI_E_INVALID_EDITFIELDS,
               "the number of fields is looked at before the recipients");
    CHECK_ADVISED(count == 0 && chosen == NULL, "a failure gives nothing to free");
    close_session(session);
}

static void every_number_of_fields_has_its_window(void)
{
    MapiRecipDesc recipients[3];
    LHANDLE session;
    ULONG fields;
    needs_dialogs();
    session = sending_session();
    memset(recipients, 0, sizeof recipients);
    for (fields = 0; fields < 3; fields++) {
        recipients[fields].ulRecipClass = MAPI_BCC - fields;
        recipients[fields].lpszName = NO_SUCH_NAME;
    }
    for (fields = 0; fields <= 4; fields++)
        check_chosen(address(session, fields, 3, recipients),
                     "more classes than fields, and names that a person could mend, are no mistake");
    close_session(session);
}

static void a_dead_handle_shows_nothing(void)
{
    LHANDLE session = open_session();
    close_session(session);
    CHECK_REFUSED(address(session, 1, 0, NULL), MAPI_E_INVALID_SESSION,
                  "a handle that is not 0 must name an open session");
    CHECK_ADVISED(count == 0 && chosen == NULL, "a failure gives nothing to free");
}

static void recipients_that_are_not_counted_are_not_looked_at(void)
{
    LHANDLE session;
    needs_dialogs();
    session = sending_session();
    check_chosen(address(session, 3, 0, (MapiRecipDesc *)16),
                 "of 0 recipients none is looked at");
    close_session(session);
}

static const struct test tests[] = {
    TEST(more_than_four_edit_fields_are_invalid),
    TEST(recipients_that_can_be_none_are_refused_before_anything_is_shown),
    TEST(every_number_of_fields_has_its_window),
    TEST(a_dead_handle_shows_nothing),
    TEST(recipients_that_are_not_counted_are_not_looked_at),
    LAST_TEST,
};

const struct group address_group = {"address", "MAPIAddress", tests};
