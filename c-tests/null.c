/*
 * Every function with each of its pointers NULL in turn, the others right. Where the reference
 * gives NULL a meaning the call goes on; elsewhere it fails before it has done anything.
 */
#include <string.h>

#include "fixture.h"

#define MEANT "NULL means none here"
#define NEEDED "NULL where something is needed is refused, not followed"

static void logon(void)
{
    LHANDLE session = 0;
    ULONG code;
    NEEDS(logon);
    CHECK_REFUSED(mapi.logon(0, NULL, NULL, 0, 0, NULL), MAPI_E_FAILURE, NEEDED);
    code = mapi.logon(0, NULL, "", 0, 0, &session);
    CHECK_CODE_IN(code, MEANT, SUCCESS_SUCCESS, MAPI_E_LOGON_FAILURE);
    close_session(session);
    code = mapi.logon(0, options.profile == NULL ? "" : options.profile, options.password, 0, 0,
                      &session);
    CHECK_CODE(code, SUCCESS_SUCCESS, MEANT);
    close_session(session);
}

static void send_mail_without_a_message(void)
{
    NEEDS(send_mail);
    CHECK_REFUSED(mapi.send_mail(0, 0, NULL, 0, 0), MAPI_E_FAILURE, NEEDED);
}

static void send_mail_w_without_a_message(void)
{
    NEEDS(send_mail_w);
    CHECK_REFUSED(mapi.send_mail_w(0, 0, NULL, 0, 0), MAPI_E_FAILURE, NEEDED);
    CHECK_REFUSED(mapi.send_mail_w(0, 0, NULL, MAPI_FORCE_UNICODE, 0), MAPI_E_FAILURE, NEEDED);
}

static void send_mail_with_a_message_of_nulls(void)
{
    MapiMessage message;
    LHANDLE session;
    NEEDS(send_mail);
    session = sending_session();
    memset(&message, 0, sizeof message);
    CHECK_REFUSED(mapi.send_mail(session, 0, &message, 0, 0), MAPI_E_UNKNOWN_RECIPIENT,
                  "a message of nothing at all has no recipient");
    message.nRecipCount = 1;
    CHECK_REFUSED(mapi.send_mail(session, 0, &message, 0, 0), MAPI_E_FAILURE, NEEDED);
    close_session(session);
}

static void send_mail_w_with_a_message_of_nulls(void)
{
    MapiMessageW message;
    LHANDLE session;
    NEEDS(send_mail_w);
    session = sending_session();
    memset(&message, 0, sizeof message);
    CHECK_REFUSED(mapi.send_mail_w(session, 0, &message, 0, 0), MAPI_E_UNKNOWN_RECIPIENT,
                  "a message of nothing at all has no recipient");
    message.nRecipCount = 1;
    CHECK_REFUSED(mapi.send_mail_w(session, 0, &message, 0, 0), MAPI_E_FAILURE, NEEDED);
    close_session(session);
}

static void send_mail_with_each_pointer_of_the_message(void)
{
    struct letter letter;
    MapiRecipDesc originator;
    int field;
    memset(&originator, 0, sizeof originator);
    for (field = 0; field < 7; field++) {
        letter_begin(&letter);
        letter.message.lpszMessageType = field == 0 ? NULL : "IPM.Note";
        letter.message.lpszDateReceived = field == 1 ? NULL : "2026/01/02 03:04";
        letter.message.lpszConversationID = field == 2 ? NULL : "id";
        letter.message.lpOriginator = field == 3 ? NULL : &originator;
        letter.recipients[0].lpszName = field == 4 ? NULL : "Ada";
        if (field == 5)
            letter.message.lpszSubject = NULL;
        if (field == 6)
            letter.message.lpszNoteText = NULL;
        CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, MEANT);
    }
}

static void send_documents(void)
{
    NEEDS(send_documents);
    CHECK_CODE(mapi.send_documents(0, ";", scratch_path("not-there.txt"), NULL, 0),
               MAPI_E_ATTACHMENT_OPEN_FAILURE,
               "NULL names are none, and the path is still looked for");
    CHECK(mapi.send_documents(0, NULL, scratch_path("not-there.txt"), NULL, 0) != SUCCESS_SUCCESS,
          NEEDED);
}

static void find_next(void)
{
    LHANDLE session = open_session();
    char id[512];
    NEEDS(find_next);
    CHECK_REFUSED(mapi.find_next(session, 0, NULL, NULL, MAPI_LONG_MSGID, 0, NULL), MAPI_E_FAILURE,
                  NEEDED);
    CHECK_CODE_ANY(mapi.find_next(session, 0, NULL, "", MAPI_LONG_MSGID, 0, id), MEANT,
                   SUCCESS_SUCCESS, MAPI_E_NO_MESSAGES);
    CHECK_CODE_ANY(mapi.find_next(session, 0, "", NULL, MAPI_LONG_MSGID, 0, id), MEANT,
                   SUCCESS_SUCCESS, MAPI_E_NO_MESSAGES);
    close_session(session);
}

static void read_mail(void)
{
    LHANDLE session = open_session();
    lpMapiMessage message = (lpMapiMessage)(void *)&session;
    NEEDS(read_mail);
    CHECK_REFUSED(mapi.read_mail(session, 0, NULL, 0, 0, &message), MAPI_E_INVALID_MESSAGE, NEEDED);
    CHECK_ADVISED(message == NULL, "a failure writes NULL");
    CHECK_REFUSED(mapi.read_mail(session, 0, NO_SUCH_ID, 0, 0, NULL), MAPI_E_FAILURE, NEEDED);
    close_session(session);
}

static void save_mail(void)
{
    LHANDLE session = open_session();
    MapiMessage message;
    char id[512] = "";
    memset(&message, 0, sizeof message);
    NEEDS(save_mail);
    CHECK_REFUSED(mapi.save_mail(session, 0, NULL, MAPI_LONG_MSGID, 0, id), MAPI_E_FAILURE, NEEDED);
    CHECK_REFUSED(mapi.save_mail(session, 0, &message, MAPI_LONG_MSGID, 0, NULL), MAPI_E_FAILURE,
                  NEEDED);
    close_session(session);
}

static void delete_mail(void)
{
    LHANDLE session = open_session();
    NEEDS(delete_mail);
    CHECK_REFUSED(mapi.delete_mail(session, 0, NULL, 0, 0), MAPI_E_INVALID_MESSAGE, NEEDED);
    close_session(session);
}

static void free_buffer(void)
{
    NEEDS(free_buffer);
    CHECK_CODE(mapi.free_buffer(NULL), SUCCESS_SUCCESS, MEANT);
}

static void address(void)
{
    LHANDLE session = sending_session();
    ULONG count = 7;
    lpMapiRecipDesc chosen = NULL;
    NEEDS(address);
    CHECK_REFUSED(mapi.address(session, 0, NULL, 1, NULL, 0, NULL, 0, 0, NULL, &chosen),
                  MAPI_E_FAILURE, NEEDED);
    CHECK_REFUSED(mapi.address(session, 0, NULL, 1, NULL, 0, NULL, 0, 0, &count, NULL),
                  MAPI_E_FAILURE, NEEDED);
    CHECK_REFUSED(mapi.address(session, 0, NULL, 1, NULL, 1, NULL, 0, 0, &count, &chosen),
                  MAPI_E_FAILURE, NEEDED);
    close_session(session);
}

static void details(void)
{
    LHANDLE session = sending_session();
    NEEDS(details);
    CHECK_REFUSED(mapi.details(session, 0, NULL, 0, 0), MAPI_E_FAILURE, NEEDED);
    close_session(session);
}

static void resolve_name(void)
{
    LHANDLE session = sending_session();
    lpMapiRecipDesc recipient = (lpMapiRecipDesc)(void *)&session;
    NEEDS(resolve_name);
    CHECK_CODE_ANY(mapi.resolve_name(session, 0, NULL, 0, 0, &recipient), NEEDED, MAPI_E_FAILURE,
                   MAPI_E_UNKNOWN_RECIPIENT);
    CHECK_ADVISED(recipient == NULL, "a failure writes NULL");
    CHECK_REFUSED(mapi.resolve_name(session, 0, "ada@example.org", 0, 0, NULL), MAPI_E_FAILURE,
                  NEEDED);
    close_session(session);
}

static const struct test tests[] = {
    TEST(logon),
    TEST(send_mail_without_a_message),
    TEST(send_mail_w_without_a_message),
    TEST(send_mail_with_a_message_of_nulls),
    TEST(send_mail_w_with_a_message_of_nulls),
    TEST(send_mail_with_each_pointer_of_the_message),
    TEST(send_documents),
    TEST(find_next),
    TEST(read_mail),
    TEST(save_mail),
    TEST(delete_mail),
    TEST(free_buffer),
    TEST(address),
    TEST(details),
    TEST(resolve_name),
    LAST_TEST,
};

const struct group null_group = {"null", "every pointer NULL in turn", tests};
