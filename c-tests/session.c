/* MAPILogon and MAPILogoff. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"

#define GARBAGE ((LHANDLE)0xA5A5A5A5)

static ULONG log_on(FLAGS flags, LHANDLE *session)
{
    NEEDS(logon);
    *session = GARBAGE;
    return mapi.logon(0, options.profile, options.password, flags, 0, session);
}

static ULONG log_off(LHANDLE session)
{
    NEEDS(logoff);
    return mapi.logoff(session, 0, 0, 0);
}

static void a_logon_gives_a_handle_that_is_not_zero(void)
{
    LHANDLE session;
    REQUIRE_CODE(log_on(0, &session), SUCCESS_SUCCESS, "MAPILogon: the profile needs no input");
    CHECK(session != 0 && session != GARBAGE, "MAPILogon: success writes a handle that is not 0");
    CHECK_CODE(log_off(session), SUCCESS_SUCCESS, "MAPILogoff: an open session is closed");
}

static void handles_fit_into_32_bits(void)
{
    LHANDLE session = open_session();
    CHECK_ADVISED((unsigned long long)session <= 0xFFFFFFFFULL,
                  "old bindings keep a handle in 32 bits; a wider one breaks them");
    CHECK_CODE(log_off(session), SUCCESS_SUCCESS, "MAPILogoff: an open session is closed");
}

static void the_probe_finds_a_default_profile_that_needs_no_input(void)
{
    LHANDLE session = GARBAGE;
    ULONG code;
    NEEDS(logon);
    code = mapi.logon(0, NULL, NULL, 0, 0, &session);
    CHECK_CODE_IN(code,
                  "MAPILogon: unattended programs call it with no name, no password, no flags",
                  SUCCESS_SUCCESS, MAPI_E_LOGON_FAILURE);
    if (code == SUCCESS_SUCCESS)
        CHECK_CODE(log_off(session), SUCCESS_SUCCESS, "MAPILogoff: an open session is closed");
}

static void an_empty_name_and_password_are_the_same_as_none(void)
{
    LHANDLE none = 0, empty = 0;
    ULONG code;
    NEEDS(logon);
    code = mapi.logon(0, NULL, NULL, 0, 0, &none);
    CHECK_CODE(mapi.logon(0, "", "", 0, 0, &empty), code,
               "MAPILogon: NULL and \"\" mean the same as name and as password");
    close_session(none);
    close_session(empty);
}

static void a_second_logoff_finds_no_session(void)
{
    LHANDLE session = open_session();
    CHECK_CODE(log_off(session), SUCCESS_SUCCESS, "MAPILogoff: an open session is closed");
    CHECK_CODE(log_off(session), MAPI_E_INVALID_SESSION,
               "MAPILogoff: the handle is dead afterwards");
    CHECK_CODE(log_off(session), MAPI_E_INVALID_SESSION, "MAPILogoff: and stays so");
}

static void zero_is_no_session_to_log_off(void)
{
    CHECK_CODE(log_off(0), MAPI_E_INVALID_SESSION,
               "MAPILogoff: the handle must name an open session; 0 names none");
}

static void a_forged_handle_names_no_session(void)
{
    LHANDLE session = open_session();
    const LHANDLE forged[] = {session + 1, session ^ 0x80000000u, ~session, (LHANDLE)-1,
                              0xDEADBEEF};
    size_t i;
    for (i = 0; i < sizeof forged / sizeof forged[0]; i++)
        CHECK_CODE(log_off(forged[i]), MAPI_E_INVALID_SESSION,
                   "MAPILogoff: a handle that MAPILogon did not give is refused");
    if (sizeof(LHANDLE) > 4)
        CHECK_CODE(log_off(session | (LHANDLE)((unsigned long long)1 << 40)),
                   MAPI_E_INVALID_SESSION, "MAPILogoff: every bit of a handle counts");
    CHECK_CODE(log_off(session), SUCCESS_SUCCESS,
               "MAPILogoff: a refused handle leaves the open session alone");
}

static void each_logon_gives_a_handle_of_its_own(void)
{
    LHANDLE first = open_session(), second = open_session();
    CHECK(first != second, "MAPILogon: two logons have two handles, also over one shared session");
    CHECK_CODE(log_off(first), SUCCESS_SUCCESS, "MAPILogoff: the first ends");
    CHECK_CODE(log_off(second), SUCCESS_SUCCESS, "MAPILogoff: the second was still open");
}

static void a_new_session_stands_beside_the_shared_one(void)
{
    LHANDLE shared = open_session(), fresh;
    CHECK_CODE(log_on(MAPI_NEW_SESSION, &fresh), SUCCESS_SUCCESS,
               "MAPILogon: MAPI_NEW_SESSION opens one regardless of a shared session");
    CHECK(fresh != shared, "MAPILogon: a new session has its own handle");
    CHECK_CODE(log_off(shared), SUCCESS_SUCCESS, "MAPILogoff: the shared one ends");
    CHECK_CODE(log_off(fresh), SUCCESS_SUCCESS, "MAPILogoff: the new one was still open");
}

static void a_stale_handle_stays_dead_however_many_are_opened_later(void)
{
    LHANDLE stale = open_session(), later[64];
    size_t i;
    CHECK_CODE(log_off(stale), SUCCESS_SUCCESS, "MAPILogoff: an open session is closed");
    for (i = 0; i < 64; i++) {
        later[i] = open_session();
        CHECK(later[i] != stale,
              "a handle is not given out again soon, so that stale ones are noticed");
    }
    CHECK_CODE(log_off(stale), MAPI_E_INVALID_SESSION, "MAPILogoff: a dead handle does not revive");
    for (i = 0; i < 64; i++)
        CHECK_CODE(log_off(later[i]), SUCCESS_SUCCESS, "MAPILogoff: each of them was open");
}

static void hundreds_of_logons_succeed_or_are_too_many(void)
{
    static LHANDLE sessions[300];
    size_t open = 0, i;
    ULONG code = SUCCESS_SUCCESS;
    while (open < 300 && (code = log_on(0, &sessions[open])) == SUCCESS_SUCCESS)
        open++;
    CHECK_CODE_ANY(code, "MAPILogon: a limit on sessions has a code of its own", SUCCESS_SUCCESS,
                   MAPI_E_TOO_MANY_SESSIONS);
    CHECK(open >= 10, "a program may well hold ten sessions");
    for (i = 0; i < open; i++)
        CHECK_CODE(log_off(sessions[i]), SUCCESS_SUCCESS, "MAPILogoff: each of them was open");
    CHECK_CODE(log_on(0, &sessions[0]), SUCCESS_SUCCESS, "MAPILogon: room again after the logoffs");
    close_session(sessions[0]);
}

static void an_unknown_profile_is_a_logon_failure(void)
{
    LHANDLE session = GARBAGE;
    NEEDS(logon);
    CHECK_REFUSED(mapi.logon(0, NO_SUCH_PROFILE, NULL, 0, 0, &session), MAPI_E_LOGON_FAILURE,
                  "MAPILogon: a profile that does not exist cannot be opened");
    CHECK_ADVISED(session == 0, "MAPILogon: a failed logon writes 0, and leaves no garbage behind");
}

static void a_name_or_password_over_256_characters_is_a_logon_failure(void)
{
    static char longer[100001];
    const size_t lengths[] = {257, 4096, 100000};
    LHANDLE session;
    size_t i;
    NEEDS(logon);
    for (i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        memset(longer, 'x', sizeof longer);
        longer[lengths[i]] = '\0';
        session = GARBAGE;
        CHECK_REFUSED(mapi.logon(0, longer, NULL, 0, 0, &session), MAPI_E_LOGON_FAILURE,
                      "MAPILogon: a profile name has at most 256 characters");
        CHECK_ADVISED(session == 0, "MAPILogon: a failed logon writes 0");
        session = GARBAGE;
        if (check_strictly)
            CHECK_CODE(mapi.logon(0, options.profile, longer, 0, 0, &session), MAPI_E_LOGON_FAILURE,
                       "MAPILogon: a password has at most 256 characters");
        CHECK_ADVISED(session == 0, "MAPILogon: a failed logon writes 0");
    }
}

static void a_failed_logon_shows_no_dialog_and_returns_at_once(void)
{
    /* Without MAPI_LOGON_UI nobody may be asked: a hang here is a dialog that should not be. */
    LHANDLE session = 0;
    NEEDS(logon);
    CHECK_REFUSED(mapi.logon(0, NO_SUCH_PROFILE, "wrong", MAPI_NEW_SESSION, 0, &session),
                  MAPI_E_LOGON_FAILURE, "MAPILogon: what cannot be had without asking fails");
}

static void flags_that_ask_for_nothing_special_are_accepted(void)
{
    const FLAGS harmless[] = {MAPI_FORCE_DOWNLOAD, MAPI_EXTENDED, 0x80000000u | 0x10u};
    size_t i;
    for (i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        LHANDLE session;
        ULONG code = log_on(harmless[i], &session);
        if (i == 0 || check_strictly)
            CHECK_CODE(code, SUCCESS_SUCCESS,
                       "MAPILogon: MAPI_FORCE_DOWNLOAD is allowed, other bits are ignored");
        if (code == SUCCESS_SUCCESS)
            close_session(session);
    }
}

static void a_logon_dialog_that_is_allowed_but_not_needed_does_not_appear(void)
{
    const FLAGS flags[] = {MAPI_LOGON_UI, MAPI_PASSWORD_UI, MAPI_LOGON_UI | MAPI_PASSWORD_UI};
    size_t i;
    needs_dialogs();
    for (i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        LHANDLE session;
        ULONG code = log_on(flags[i], &session);
        CHECK_CODE_IN(code, "MAPILogon: the flags allow a dialog and do not order one",
                      SUCCESS_SUCCESS, MAPI_USER_ABORT, MAPI_E_LOGON_FAILURE);
        if (code == SUCCESS_SUCCESS)
            close_session(session);
    }
}

static void a_person_may_choose_another_profile_where_that_is_allowed(void)
{
    LHANDLE session = GARBAGE;
    ULONG code;
    needs_dialogs();
    NEEDS(logon);
    code = mapi.logon(0, NO_SUCH_PROFILE, NULL, MAPI_LOGON_UI | MAPI_NEW_SESSION, 0, &session);
    if (options.no_dialogs)
        CHECK_REFUSED(code, MAPI_E_LOGON_FAILURE, "there is no such profile, and nobody to ask");
    else
        CHECK_DIALOG(code, "there is no such profile: a person chooses another, or none");
    if (code == SUCCESS_SUCCESS)
        close_session(session);
    else
        CHECK_ADVISED(session == 0, "a failure writes 0, for there is nothing to log off");
}

static void a_reserved_parameter_that_is_not_zero_is_ignored(void)
{
    LHANDLE session = 0;
    ONLY_STRICT();
    NEEDS(logon);
    CHECK_CODE(mapi.logon(0, options.profile, options.password, 0, 0xFFFFFFFF, &session),
               SUCCESS_SUCCESS, "old bindings leave garbage in reserved parameters");
    CHECK_CODE(mapi.logoff(session, 0, 0, 0xFFFFFFFF), SUCCESS_SUCCESS,
               "old bindings leave garbage in reserved parameters");
}

static void a_logoff_with_an_invalid_flag_fails_and_leaves_the_session_open(void)
{
    LHANDLE session = open_session();
    NEEDS(logoff);
    CHECK_CODE(mapi.logoff(session, 0, 0x40000000, 0), MAPI_E_FAILURE,
               "MAPILogoff: its flags are reserved; an invalid one is MAPI_E_FAILURE");
    CHECK_CODE(log_off(session), SUCCESS_SUCCESS,
               "MAPILogoff: a failed logoff leaves the session open");
}

static void the_two_logoff_flags_of_old_headers_are_accepted(void)
{
    LHANDLE session;
    ONLY_STRICT();
    session = open_session();
    NEEDS(logoff);
    CHECK_CODE(mapi.logoff(session, 0, 1 | 2, 0), SUCCESS_SUCCESS,
               "old headers have MAPI_LOGOFF_SHARED 1 and MAPI_LOGOFF_UI 2");
}

static void a_dead_handle_does_not_send(void)
{
    struct letter letter;
    LHANDLE session = open_session();
    NEEDS(send_mail);
    close_session(session);
    letter_begin(&letter);
    CHECK_REFUSED(mapi.send_mail(session, 0, &letter.message, 0, 0), MAPI_E_INVALID_SESSION,
                  "MAPISendMail: a handle that is not 0 must name an open session");
    CHECK(letter_never_arrives(&letter), "MAPISendMail: a failed send has sent nothing");
}

static void two_profiles_are_open_side_by_side(void)
{
    LHANDLE first, second = 0;
    ULONG code;
    SKIP_UNLESS(options.other_profile != NULL, "needs --other-profile");
    first = open_session();
    code = mapi.logon(0, options.other_profile, NULL, MAPI_NEW_SESSION, 0, &second);
    CHECK_CODE_IN(code, "MAPILogon: a second profile beside the first", SUCCESS_SUCCESS,
                  MAPI_E_TOO_MANY_SESSIONS);
    if (code == SUCCESS_SUCCESS) {
        CHECK(first != second, "MAPILogon: each session has its own handle");
        CHECK_CODE(log_off(second), SUCCESS_SUCCESS, "MAPILogoff: the second was open");
    }
    CHECK_CODE(log_off(first), SUCCESS_SUCCESS, "MAPILogoff: the first was open");
}

static void a_session_sends_through_its_own_profile(void)
{
    LHANDLE session = 0;
    struct letter letter;
    SKIP_UNLESS(options.other_profile != NULL && options.other_mailbox != NULL,
                "needs --other-profile and --other-mailbox");
    NEEDS(logon);
    NEEDS(send_mail);
    REQUIRE_CODE(mapi.logon(0, options.other_profile, NULL, 0, 0, &session), SUCCESS_SUCCESS,
                 "MAPILogon: the other profile needs no input");
    letter_begin(&letter);
    CHECK_CODE(mapi.send_mail(session, 0, &letter.message, 0, 0), SUCCESS_SUCCESS,
               "MAPISendMail: the session's profile sends");
    close_session(session);
    CHECK(letter_arrived_in(options.other_mailbox, &letter) != NULL,
          "MAPISendMail: a session means its own profile and no other");
}

static LHANDLE inherited;

static void log_off_inherited(void *code)
{
    *(ULONG *)code = mapi.logoff(inherited, 0, 0, 0);
}

static void a_handle_means_nothing_in_another_process(void)
{
    ULONG code = SUCCESS_SUCCESS;
    char how[200] = "";
    SKIP_UNLESS(platform_can_run_apart(), "this system has no fork");
    inherited = open_session();
    if (!platform_run_apart(log_off_inherited, &code, sizeof code, PLATFORM_VANISH, 10, how,
                            sizeof how))
        CHECK_TEXT(how, "answers", "a forked child that calls the library gets an answer");
    CHECK_CODE(code, MAPI_E_INVALID_SESSION, "MAPILogon: handles are of one process");
    CHECK_CODE(log_off(inherited), SUCCESS_SUCCESS,
               "a child's calls do not touch its parent's sessions");
}

static const struct test tests[] = {
    TEST(a_logon_gives_a_handle_that_is_not_zero),
    TEST(handles_fit_into_32_bits),
    TEST(the_probe_finds_a_default_profile_that_needs_no_input),
    TEST(an_empty_name_and_password_are_the_same_as_none),
    TEST(a_second_logoff_finds_no_session),
    TEST(zero_is_no_session_to_log_off),
    TEST(a_forged_handle_names_no_session),
    TEST(each_logon_gives_a_handle_of_its_own),
    TEST(a_new_session_stands_beside_the_shared_one),
    TEST(a_stale_handle_stays_dead_however_many_are_opened_later),
    TEST(hundreds_of_logons_succeed_or_are_too_many),
    TEST(an_unknown_profile_is_a_logon_failure),
    TEST(a_name_or_password_over_256_characters_is_a_logon_failure),
    TEST(a_failed_logon_shows_no_dialog_and_returns_at_once),
    TEST(flags_that_ask_for_nothing_special_are_accepted),
    TEST(a_logon_dialog_that_is_allowed_but_not_needed_does_not_appear),
    TEST(a_person_may_choose_another_profile_where_that_is_allowed),
    TEST(a_reserved_parameter_that_is_not_zero_is_ignored),
    TEST(a_logoff_with_an_invalid_flag_fails_and_leaves_the_session_open),
    TEST(the_two_logoff_flags_of_old_headers_are_accepted),
    TEST(a_dead_handle_does_not_send),
    TEST(two_profiles_are_open_side_by_side),
    TEST(a_session_sends_through_its_own_profile),
    TEST(a_handle_means_nothing_in_another_process),
    LAST_TEST,
};

const struct group session_group = {"session", "MAPILogon and MAPILogoff", tests};
