/* MAPISaveMail and MAPIDeleteMail. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define SAVED "MAPISaveMail: an empty id makes a new message"

static ULONG save(LHANDLE session, MapiMessage *message, char *id)
{
    NEEDS(save_mail);
    return mapi.save_mail(session, 0, message, MAPI_LONG_MSGID, 0, id);
}

static ULONG delete_mail(LHANDLE session, char *id)
{
    NEEDS(delete_mail);
    return mapi.delete_mail(session, 0, id, 0, 0);
}

static lpMapiMessage read_back(LHANDLE session, char *id)
{
    lpMapiMessage message = NULL;
    NEEDS(read_mail);
    NEEDS(free_buffer);
    REQUIRE_CODE(mapi.read_mail(session, 0, id, MAPI_PEEK, 0, &message), SUCCESS_SUCCESS,
                 "MAPISaveMail: the id that it writes can be read");
    REQUIRE(message != NULL, "MAPIReadMail: success gives a message");
    return message;
}

static void a_message_of_a_subject_alone_is_saved(void)
{
    LHANDLE session = open_session();
    MapiMessage message;
    lpMapiMessage back;
    char id[512] = "";
    memset(&message, 0, sizeof message);
    message.lpszSubject = "Only a subject";
    CHECK_CODE(save(session, &message, id), SUCCESS_SUCCESS, SAVED);
    CHECK(id[0] != '\0' && strlen(id) < 512, "MAPISaveMail: the new id is written into the buffer");
    back = read_back(session, id);
    CHECK_TEXT(back->lpszSubject, "Only a subject", "MAPISaveMail: it reads back as it was");
    mapi.free_buffer(back);
    CHECK_CODE(delete_mail(session, id), SUCCESS_SUCCESS,
               "MAPIDeleteMail: a message that is there");
    close_session(session);
}

static void a_whole_message_reads_back_as_it_was(void)
{
    struct letter letter;
    LHANDLE session = open_session();
    lpMapiMessage back;
    char id[512] = "";
    ULONG i;
    letter_begin(&letter);
    letter.message.lpszMessageType = "IPM.Note.Conformance";
    letter.message.lpszConversationID = "conversation-1";
    letter_recipient(&letter, MAPI_CC, "Grace Hopper", "cc");
    letter_recipient(&letter, MAPI_BCC, "Secret", "bcc");
    letter_attach(&letter, scratch_text("saved.txt", "saved content"), "shown.txt");
    CHECK_CODE(save(session, &letter.message, id), SUCCESS_SUCCESS, SAVED);
    back = read_back(session, id);
    CHECK_TEXT(back->lpszSubject, letter.subject, "the subject");
    CHECK(back->lpszNoteText != NULL &&
              strstr(back->lpszNoteText, letter.message.lpszNoteText) != NULL,
          "the text");
    CHECK_TEXT(back->lpszMessageType, "IPM.Note.Conformance", "the class");
    CHECK_TEXT(back->lpszConversationID, "conversation-1", "the conversation");
    CHECK_EQ(back->nRecipCount, 3, "every recipient, also the blind one");
    for (i = 0; i < back->nRecipCount && i < 3; i++)
        CHECK_EQ(back->lpRecips[i].ulRecipClass, letter.recipients[i].ulRecipClass,
                 "and its class");
    REQUIRE(back->nFileCount == 1, "the attachment");
    CHECK_TEXT(back->lpFiles[0].lpszFileName, "shown.txt", "and its name");
    platform_remove(back->lpFiles[0].lpszPathName);
    mapi.free_buffer(back);
    delete_mail(session, id);
    close_session(session);
}

static void an_id_names_one_message_to_every_function(void)
{
    LHANDLE session = open_session();
    MapiMessage message;
    char id[512] = "", found[512] = "";
    ULONG code;
    unsigned steps = 0;
    bool met = false;
    ONLY_STRICT();
    NEEDS(find_next);
    memset(&message, 0, sizeof message);
    message.lpszSubject = "To be found";
    message.lpszMessageType = "IPC.Conformance.Found";
    CHECK_CODE(save(session, &message, id), SUCCESS_SUCCESS, SAVED);
    while ((code = mapi.find_next(session, 0, "ipc.conformance", found, MAPI_LONG_MSGID, 0,
                                  found)) == SUCCESS_SUCCESS &&
           steps++ < 10000)
        met = met || strcmp(found, id) == 0;
    CHECK_CODE(code, MAPI_E_NO_MESSAGES, "MAPIFindNext: after the last one there are no more");
    CHECK(met, "MAPIFindNext gives the id that MAPISaveMail gave, by the beginning of its class");
    delete_mail(session, id);
    close_session(session);
}

/* How many messages of a class there are. */
static unsigned count_of(LHANDLE session, char *type)
{
    char id[512] = "";
    unsigned count = 0;
    NEEDS(find_next);
    while (count < 10000 && mapi.find_next(session, 0, type, id, MAPI_LONG_MSGID, 0, id) ==
                                SUCCESS_SUCCESS)
        count++;
    return count;
}

static void saving_over_a_message_leaves_one_under_the_id(void)
{
    LHANDLE session = open_session();
    MapiMessage message;
    lpMapiMessage back = NULL;
    char id[512] = "", first[512];
    ULONG code;
    memset(&message, 0, sizeof message);
    message.lpszSubject = "First";
    message.lpszMessageType = "IPC.Conformance.Replaced";
    CHECK_CODE(save(session, &message, id), SUCCESS_SUCCESS, SAVED);
    strcpy(first, id);
    message.lpszSubject = "Second";
    code = save(session, &message, id);
    SKIP_UNLESS(code != MAPI_E_NOT_SUPPORTED || check_strictly,
                "the library does not replace messages");
    CHECK_CODE(code, SUCCESS_SUCCESS, "MAPISaveMail: the id of a message replaces it");
    if (options.messages_never_change && strcmp(id, first) != 0)
        CHECK_CODE(mapi.read_mail(session, 0, first, MAPI_PEEK, 0, &back), MAPI_E_INVALID_MESSAGE,
                   "MAPISaveMail: where the id cannot stay, the old one is of no message any more");
    else
        CHECK_ADVISED(strcmp(id, first) == 0, "MAPISaveMail: a replaced message keeps its id");
    CHECK_EQ(count_of(session, "IPC.Conformance.Replaced"), 1,
             "MAPISaveMail: the message takes the place of the other one");
    back = read_back(session, id);
    CHECK_TEXT(back->lpszSubject, "Second", "MAPISaveMail: everything is replaced");
    mapi.free_buffer(back);
    delete_mail(session, id);
    close_session(session);
}

static void an_id_is_written_into_its_buffer_and_nowhere_else(void)
{
    const size_t sizes[] = {64, 512};
    const FLAGS flags[] = {0, MAPI_LONG_MSGID};
    LHANDLE session = open_session();
    MapiMessage message;
    struct guarded_id guarded;
    size_t i, round;
    NEEDS(save_mail);
    memset(&message, 0, sizeof message);
    message.lpszSubject = "Beside the buffer";
    for (i = 0; i < 2; i++) {
        char *id = guarded_id(&guarded, sizes[i]);
        id[0] = '\0';
        for (round = 0; round < (check_strictly ? 2U : 1U); round++) {
            CHECK_CODE(mapi.save_mail(session, 0, &message, flags[i], 0, id), SUCCESS_SUCCESS,
                       round == 0 ? SAVED : "MAPISaveMail: the id of a message replaces it");
            check_guards(&guarded,
                         "MAPISaveMail: an id ends in its buffer, and nothing around it is touched");
        }
        delete_mail(session, id);
    }
    close_session(session);
}

static void an_id_is_read_no_further_than_its_end(void)
{
    LHANDLE session = open_session();
    MapiMessage message;
    lpMapiMessage back;
    char id[512] = "", next[512] = "", *exact;
    NEEDS(find_next);
    memset(&message, 0, sizeof message);
    message.lpszSubject = "In the smallest place";
    CHECK_CODE(save(session, &message, id), SUCCESS_SUCCESS, SAVED);
    /* A checker of memory sees who looks behind it. */
    exact = malloc(strlen(id) + 1);
    REQUIRE(exact != NULL, "there is memory for an id");
    strcpy(exact, id);
    CHECK_CODE_ANY(mapi.find_next(session, 0, NULL, exact, MAPI_LONG_MSGID, 0, next),
                   "MAPIFindNext: a seed that is there", SUCCESS_SUCCESS, MAPI_E_NO_MESSAGES);
    back = read_back(session, exact);
    mapi.free_buffer(back);
    CHECK_CODE(delete_mail(session, exact), SUCCESS_SUCCESS,
               "MAPIDeleteMail: a message that is there");
    CHECK_TEXT(exact, id, "an id that is only asked with stays as it was");
    free(exact);
    close_session(session);
}

static void saving_needs_a_session_unless_the_id_is_empty(void)
{
    MapiMessage message;
    LHANDLE session = open_session();
    char id[512] = NO_SUCH_ID;
    memset(&message, 0, sizeof message);
    message.lpszSubject = "Saved without a session";
    CHECK_CODE(save(0, &message, id), MAPI_E_INVALID_SESSION,
               "MAPISaveMail: 0 is no session for an id");
    id[0] = '\0';
    CHECK_CODE(save(session + 1, &message, id), MAPI_E_INVALID_SESSION,
               "MAPISaveMail: a forged handle");
    id[0] = '\0';
    if (options.profile == NULL)
        CHECK_CODE(save(0, &message, id), SUCCESS_SUCCESS,
                   "MAPISaveMail: 0 is an implicit session for a new message");
    delete_mail(session, id);
    close_session(session);
}

static void saving_what_cannot_be_saved_is_refused(void)
{
    struct letter letter;
    LHANDLE session = open_session();
    char id[512] = NO_SUCH_ID;
    letter_begin(&letter);
    CHECK_CODE(save(session, &letter.message, id), MAPI_E_INVALID_MESSAGE,
               "MAPISaveMail: the id is of no message");
    id[0] = '\0';
    letter_attach(&letter, scratch_path("not-there.txt"), NULL);
    CHECK_CODE(save(session, &letter.message, id), MAPI_E_ATTACHMENT_NOT_FOUND,
               "MAPISaveMail: a file is not there");
    CHECK_ADVISED(id[0] == '\0', "MAPISaveMail: a failure writes no id");
    letter_begin(&letter);
    letter.recipients[0].ulRecipClass = 4;
    CHECK_CODE(save(session, &letter.message, id), MAPI_E_BAD_RECIPTYPE,
               "MAPISaveMail: no class of recipients");
    CHECK_REFUSED(save(session, &letter.message, NULL), MAPI_E_FAILURE,
                  "MAPISaveMail: NULL is no id");
    close_session(session);
}

static void recipients_may_be_saved_unresolved(void)
{
    struct letter letter;
    LHANDLE session = open_session();
    char id[512] = "";
    ONLY_STRICT();
    letter_begin(&letter);
    letter_recipient(&letter, MAPI_TO, NO_SUCH_NAME, "nobody")->lpszAddress = NULL;
    CHECK_CODE(save(session, &letter.message, id), SUCCESS_SUCCESS,
               "MAPISaveMail: names are resolved when sent");
    delete_mail(session, id);
    close_session(session);
}

static void a_long_id_flag_in_the_reserved_place_is_understood(void)
{
    MapiMessage message;
    LHANDLE session = open_session();
    char id[512] = "";
    ONLY_STRICT();
    NEEDS(save_mail);
    memset(&message, 0, sizeof message);
    message.lpszSubject = "A flag in the wrong place";
    CHECK_CODE(mapi.save_mail(session, 0, &message, 0, MAPI_LONG_MSGID, id), SUCCESS_SUCCESS,
               "a well-known binding passes MAPI_LONG_MSGID as the reserved parameter");
    delete_mail(session, id);
    close_session(session);
}

static void a_deleted_message_is_gone(void)
{
    LHANDLE session = open_session();
    MapiMessage message;
    lpMapiMessage back = NULL;
    char id[512] = "";
    memset(&message, 0, sizeof message);
    message.lpszSubject = "To be deleted";
    CHECK_CODE(save(session, &message, id), SUCCESS_SUCCESS, SAVED);
    CHECK_CODE(delete_mail(session, id), SUCCESS_SUCCESS,
               "MAPIDeleteMail: a message that is there");
    CHECK_CODE(delete_mail(session, id), MAPI_E_INVALID_MESSAGE,
               "MAPIDeleteMail: its id is dead afterwards");
    if (mapi.read_mail != NULL)
        CHECK_CODE(mapi.read_mail(session, 0, id, MAPI_PEEK, 0, &back), MAPI_E_INVALID_MESSAGE,
                   "MAPIDeleteMail: its id is dead afterwards");
    close_session(session);
}

static void deleting_what_is_not_there_is_refused(void)
{
    LHANDLE session = open_session();
    CHECK_CODE(delete_mail(session, NO_SUCH_ID), MAPI_E_INVALID_MESSAGE,
               "MAPIDeleteMail: the id is of no message");
    CHECK_CODE_IN(delete_mail(session, ""), "MAPIDeleteMail: an empty id", MAPI_E_INVALID_MESSAGE,
                  MAPI_E_FAILURE);
    CHECK_CODE_IN(delete_mail(session, NULL), "MAPIDeleteMail: no id", MAPI_E_INVALID_MESSAGE,
                  MAPI_E_FAILURE);
    CHECK_CODE(delete_mail(0, NO_SUCH_ID), MAPI_E_INVALID_SESSION,
               "MAPIDeleteMail: 0 is no session here");
    close_session(session);
    CHECK_CODE(delete_mail(session, NO_SUCH_ID), MAPI_E_INVALID_SESSION,
               "MAPIDeleteMail: a dead handle");
}

static void a_walk_goes_on_after_its_seed_was_deleted(void)
{
    LHANDLE session = open_session();
    MapiMessage message;
    char ids[3][512] = {"", "", ""}, seed[512] = "";
    unsigned i, met = 0;
    ONLY_STRICT();
    NEEDS(find_next);
    memset(&message, 0, sizeof message);
    message.lpszSubject = "One of three";
    message.lpszMessageType = "IPC.Conformance.Walk";
    for (i = 0; i < 3; i++)
        CHECK_CODE(save(session, &message, ids[i]), SUCCESS_SUCCESS, SAVED);
    while (met < 4 && mapi.find_next(session, 0, "IPC.Conformance.Walk", seed, MAPI_LONG_MSGID, 0,
                                     seed) == SUCCESS_SUCCESS) {
        met++;
        delete_mail(session, seed);
    }
    CHECK_EQ(met, 3, "programs read and delete one message after another");
    close_session(session);
}

static const struct test tests[] = {
    TEST(a_message_of_a_subject_alone_is_saved),
    TEST(a_whole_message_reads_back_as_it_was),
    TEST(an_id_names_one_message_to_every_function),
    TEST(saving_over_a_message_leaves_one_under_the_id),
    TEST(an_id_is_written_into_its_buffer_and_nowhere_else),
    TEST(an_id_is_read_no_further_than_its_end),
    TEST(saving_needs_a_session_unless_the_id_is_empty),
    TEST(saving_what_cannot_be_saved_is_refused),
    TEST(recipients_may_be_saved_unresolved),
    TEST(a_long_id_flag_in_the_reserved_place_is_understood),
    TEST(a_deleted_message_is_gone),
    TEST(deleting_what_is_not_there_is_refused),
    TEST(a_walk_goes_on_after_its_seed_was_deleted),
    LAST_TEST,
};

const struct group save_delete_group = {"save_delete", "MAPISaveMail and MAPIDeleteMail", tests};
