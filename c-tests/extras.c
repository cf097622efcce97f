/*
 * What only some libraries have beyond the thirteen functions: MAPISendMailHelper, and the
 * functions and header fields of simplemapi. Each test skips where its function is missing.
 */
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "fixture.h"

/* As the thirteen are called, in the words of Windows: not every mapi.h has a word for it. */
#ifdef _WIN32
#define CALLED WINAPI
#else
#define CALLED
#endif

typedef size_t(CALLED *last_error_function)(char *buffer, size_t size);
typedef const char *(CALLED *version_function)(void);

static any_function need(const char *name)
{
    any_function function = library_symbol(name);
    SKIP_UNLESS(function != NULL, "the library does not export %s", name);
    return function;
}

static last_error_function last_error(void)
{
    return (last_error_function)need("SimpleMapiLastError");
}

static version_function version(void)
{
    return (version_function)need("SimpleMapiVersion");
}

static LPMAPISENDMAILW sender(const char *name)
{
    return (LPMAPISENDMAILW)need(name);
}

static void the_version_is_a_number_in_words(void)
{
    const char *text = version()();
    REQUIRE(text != NULL, "SimpleMapiVersion: a version");
    CHECK(text[0] >= '0' && text[0] <= '9' && strchr(text, '.') != NULL,
          "SimpleMapiVersion: like 1.2.3");
}

static void a_failure_leaves_its_reason(void)
{
    last_error_function reason = last_error();
    char text[1000] = "";
    struct letter letter;
    size_t length;
    letter_begin(&letter);
    letter_attach(&letter, scratch_path("a file that is not there"), NULL);
    CHECK_CODE(letter_send(&letter, 0), MAPI_E_ATTACHMENT_NOT_FOUND, "a file is not there");
    length = reason(text, sizeof text);
    CHECK_EQ(length, strlen(text), "SimpleMapiLastError: answers the length of the reason");
    CHECK(strstr(text, "a file that is not there") != NULL,
          "SimpleMapiLastError: names the culprit");
    CHECK(strpbrk(text, "\r\n") == NULL, "SimpleMapiLastError: one line");
}

static void a_reason_is_cut_to_its_buffer(void)
{
    last_error_function reason = last_error();
    char whole[1000] = "", part[12] = "###########";
    size_t length;
    NEEDS(logoff);
    CHECK_CODE(mapi.logoff(0, 0, 0, 0), MAPI_E_INVALID_SESSION, "0 is no session");
    length = reason(whole, sizeof whole);
    CHECK(length > 8 && length < sizeof whole, "SimpleMapiLastError: there is a reason");
    CHECK_EQ(reason(part, 8), length,
             "SimpleMapiLastError: the length of the whole reason, as snprintf does");
    CHECK_EQ(strlen(part), 7, "SimpleMapiLastError: as much as fits, and a NUL");
    CHECK(strncmp(part, whole, 7) == 0, "SimpleMapiLastError: its beginning");
    CHECK_TEXT(part + 8, "###", "SimpleMapiLastError: nothing behind the buffer");
    CHECK_EQ(reason(NULL, 0), length, "SimpleMapiLastError: NULL and 0 ask for the length");
    CHECK_EQ(reason(NULL, 100), length, "SimpleMapiLastError: NULL is never written to");
    part[0] = '#';
    CHECK_EQ(reason(part, 0), length, "SimpleMapiLastError: a buffer of 0 bytes");
    CHECK_EQ(part[0], '#', "SimpleMapiLastError: is not written to");
}

static char reason_of_thread[200];

static void ask_in_thread(void *function)
{
    (*(last_error_function *)function)(reason_of_thread, sizeof reason_of_thread);
}

static void a_reason_belongs_to_its_thread(void)
{
    last_error_function reason = last_error();
    struct platform_thread *thread;
    NEEDS(logoff);
    strcpy(reason_of_thread, "not asked");
    CHECK_CODE(mapi.logoff(0, 0, 0, 0), MAPI_E_INVALID_SESSION, "0 is no session");
    thread = platform_start_thread(ask_in_thread, &reason, 0);
    REQUIRE(thread != NULL, "threads can be started");
    platform_join_thread(thread);
    CHECK_TEXT(reason_of_thread, "",
               "SimpleMapiLastError: this thread's last failed call, and no other's");
}

/* UTF-32 on systems whose wchar_t is that wide, in a static pool. */
static PWSTR wide32(const char *utf8)
{
    static wchar_t pool[4096];
    static size_t used;
    wchar_t *start = pool + used;
    const unsigned short *from = (const unsigned short *)(const void *)wide(utf8);
    if (from == NULL)
        return NULL;
    for (; *from != 0; from++) {
        unsigned long c = *from;
        if (sizeof(wchar_t) > 2 && c >= 0xD800 && c < 0xDC00) {
            from++;
            c = 0x10000 + ((c - 0xD800) << 10) + (*from - 0xDC00u);
        }
        pool[used++] = (wchar_t)c;
    }
    pool[used++] = 0;
    return (PWSTR)(void *)start;
}

#define SAMPLE                                                                                     \
    "Gr\xC3\xBC\xC3\x9F"                                                                           \
    "e, \xE5\xB1\xB1, \xF0\x9F\x93\xA7"

static void wide_characters_of_32_bits_are_sent(void)
{
    LPMAPISENDMAILW send = sender("SimpleMapiSendMailWide");
    struct letter letter;
    struct wide_letter widened;
    struct mail *mail;
    LHANDLE session;
    SKIP_UNLESS(sizeof(wchar_t) > 2, "wide characters have 16 bits here");
    session = sending_session();
    letter_begin(&letter);
    letter_widen(&letter, &widened);
    widened.message.lpszSubject = wide32(SAMPLE);
    widened.message.lpszNoteText = wide32(SAMPLE);
    widened.recipients[0].lpszName = wide32(SAMPLE);
    widened.recipients[0].lpszAddress = wide32(letter.recipients[0].lpszAddress);
    CHECK_CODE(send(session, 0, &widened.message, 0, 0), SUCCESS_SUCCESS,
               "SimpleMapiSendMailWide: strings of wchar_t, as L\"...\" is");
    close_session(session);
    mail = letter_arrived(&letter);
    CHECK_TEXT(mail_header(mail, "Subject"), SAMPLE, "subjects are wchar_t");
    CHECK_TEXT(mail_text(mail), SAMPLE, "texts are wchar_t");
    CHECK(strstr(mail_header(mail, "To"), SAMPLE) != NULL, "names are wchar_t");
}

static void numbers_that_are_no_characters_lose_no_string(void)
{
    static const wchar_t broken[] = {'a', (wchar_t)0xD800, 'b', (wchar_t)0x7FFFFFFF, 'c', 0};
    LPMAPISENDMAILW send = sender("SimpleMapiSendMailWide");
    struct letter letter;
    struct wide_letter widened;
    const char *subject;
    LHANDLE session;
    SKIP_UNLESS(sizeof(wchar_t) > 2, "wide characters have 16 bits here");
    session = sending_session();
    letter_begin(&letter);
    letter_widen(&letter, &widened);
    widened.message.lpszSubject = (PWSTR)(void *)broken;
    widened.message.lpszNoteText = NULL;
    widened.recipients[0].lpszAddress = wide32(letter.recipients[0].lpszAddress);
    CHECK_CODE(send(session, 0, &widened.message, 0, 0), SUCCESS_SUCCESS,
               "a broken letter loses no string");
    close_session(session);
    subject = mail_header(letter_arrived(&letter), "Subject");
    CHECK(subject != NULL && subject[0] == 'a' && strchr(subject, 'b') != NULL &&
              strchr(subject, 'c') != NULL,
          "a broken letter loses no string");
}

static void the_helper_sends_like_the_wide_function(void)
{
    LPMAPISENDMAILW send = sender("MAPISendMailHelper");
    struct letter letter;
    struct wide_letter widened;
    LHANDLE session = sending_session();
    letter_begin(&letter);
    letter.message.lpszSubject = SAMPLE;
    letter_widen(&letter, &widened);
    CHECK_CODE(send(session, 0, &widened.message, 0, 0), SUCCESS_SUCCESS,
               "MAPISendMailHelper: wide, or else narrow");
    CHECK_REFUSED(send(session, 0, NULL, 0, 0), MAPI_E_FAILURE, "NULL is no message");
    close_session(session);
    CHECK(letter_arrived(&letter) != NULL, "the message arrives");
}

static void class_and_conversation_travel_in_header_fields(void)
{
    struct letter letter;
    struct mail *mail;
    version();
    letter_begin(&letter);
    letter.message.lpszMessageType = "IPM.Note.Conformance";
    letter.message.lpszConversationID = "0123456789ABCDEF";
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, "a class and a conversation are allowed");
    mail = letter_arrived(&letter);
    CHECK_TEXT(mail_header(mail, "X-MAPI-Message-Class"), "IPM.Note.Conformance",
               "simplemapi keeps the class");
    CHECK_TEXT(mail_header(mail, "X-MAPI-Conversation-ID"), "0123456789ABCDEF",
               "simplemapi keeps the conversation");
}

static const struct test tests[] = {
    TEST(the_version_is_a_number_in_words),
    TEST(a_failure_leaves_its_reason),
    TEST(a_reason_is_cut_to_its_buffer),
    TEST(a_reason_belongs_to_its_thread),
    TEST(wide_characters_of_32_bits_are_sent),
    TEST(numbers_that_are_no_characters_lose_no_string),
    TEST(the_helper_sends_like_the_wide_function),
    TEST(class_and_conversation_travel_in_header_fields),
    LAST_TEST,
};

const struct group extras_group = {"extras", "beyond the thirteen", tests};
