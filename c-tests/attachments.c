/* MAPISendMail: files arrive whole and under their names, or the call says why not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define SENT "MAPISendMail: a message with readable files is sent"
#define NOTHING "MAPISendMail: a failed send has sent nothing, and never without its attachment"
#define SAME "an attachment arrives byte for byte"

/* Sends a letter and checks the name and the bytes of its only attachment. */
static void check_file(struct letter *letter, const char *name, const void *bytes, size_t size)
{
    struct mail *mail;
    struct mail_part *part;
    CHECK_CODE(letter_send(letter, 0), SUCCESS_SUCCESS, SENT);
    if (options.mailbox == NULL)
        return;
    mail = letter_arrived(letter);
    REQUIRE(mail_attachment_count(mail) == 1, "one file was attached");
    part = mail_attachment(mail, 0);
    if (name != NULL)
        CHECK_TEXT(part->name, name, "the recipient sees the file under this name");
    CHECK_EQ(part->size, size, SAME);
    CHECK(part->size == size && memcmp(part->bytes, bytes, size) == 0, SAME);
}

static void a_file_arrives_byte_for_byte(void)
{
    static unsigned char bytes[70000];
    struct letter letter;
    size_t i;
    for (i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i < 256 ? i : i * i >> 7);
    letter_begin(&letter);
    letter_attach(&letter, scratch_file("all-bytes.bin", bytes, sizeof bytes), NULL);
    check_file(&letter, "all-bytes.bin", bytes, sizeof bytes);
    CHECK(options.mailbox == NULL || strlen(mail_text(letter_arrived(&letter))) > 0,
          "the text stays beside it");
}

static void a_text_file_arrives_byte_for_byte(void)
{
    const char *text = "unix\nold mac\rdos\r\n.\r\nFrom us\n\nno end";
    struct letter letter;
    letter_begin(&letter);
    letter_attach(&letter, scratch_text("notes.txt", text), NULL);
    check_file(&letter, "notes.txt", text, strlen(text));
}

static void an_empty_file_arrives_empty(void)
{
    struct letter letter;
    letter_begin(&letter);
    letter_attach(&letter, scratch_text("empty.dat", ""), NULL);
    check_file(&letter, "empty.dat", "", 0);
}

static void a_large_file_arrives_byte_for_byte(void)
{
    size_t size = 700 * 1024, i;
    char *bytes = malloc(size);
    struct letter letter;
    REQUIRE(bytes != NULL, "there is memory for the test");
    for (i = 0; i < size; i++)
        bytes[i] = (char)(i * 2654435761u >> 13);
    letter_begin(&letter);
    letter_attach(&letter, scratch_file("large.bin", bytes, size), NULL);
    check_file(&letter, "large.bin", bytes, size);
    free(bytes);
}

static void the_given_name_wins_over_the_path(void)
{
    struct letter letter;
    letter_begin(&letter);
    letter_attach(&letter, scratch_text("~DF4711.tmp", "x"), "Quarterly report.xls");
    check_file(&letter, "Quarterly report.xls", "x", 1);
}

static void an_empty_name_is_the_same_as_none(void)
{
    struct letter letter;
    letter_begin(&letter);
    letter_attach(&letter, scratch_text("from the path.txt", "x"), "");
    check_file(&letter, "from the path.txt", "x", 1);
}

static void two_files_of_one_name_are_two_files(void)
{
    struct letter letter;
    struct mail *mail;
    letter_begin(&letter);
    letter_attach(&letter, scratch_text("same-1.txt", "first"), "same.txt");
    letter_attach(&letter, scratch_text("same-2.txt", "second"), "same.txt");
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&letter);
    REQUIRE(mail_attachment_count(mail) == 2, "two files were attached");
    CHECK_TEXT(mail_attachment(mail, 0)->bytes, "first", "neither overwrites the other");
    CHECK_TEXT(mail_attachment(mail, 1)->bytes, "second", "neither overwrites the other");
}

static void files_keep_their_order(void)
{
    struct letter letter;
    struct mail *mail;
    unsigned i;
    letter_begin(&letter);
    for (i = 0; i < 6; i++) {
        char name[20], text[20];
        snprintf(name, sizeof name, "order-%u.txt", i);
        snprintf(text, sizeof text, "number %u", i);
        letter_attach(&letter, scratch_text(name, text), NULL);
    }
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&letter);
    REQUIRE(mail_attachment_count(mail) == 6, "six files were attached");
    for (i = 0; i < 6; i++) {
        char text[20];
        snprintf(text, sizeof text, "number %u", i);
        CHECK_TEXT(mail_attachment(mail, i)->bytes, text, "files arrive in the order of lpFiles");
    }
}

static void a_name_of_any_language_and_length_arrives(void)
{
    static char long_name[181];
    char *names[] = {"Stra\xC3\x9F"
                     "e \xE5\xB1\xB1 \xF0\x9F\x93\xA7.pdf",
                     long_name, "semi;colon, comma.txt", "quote'and%41percent.txt"};
    size_t i;
    memset(long_name, 'n', sizeof long_name - 5);
    memcpy(long_name + sizeof long_name - 5, ".txt", 5);
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct letter letter;
        letter_begin(&letter);
        letter.message.ulReserved = CP_UTF8;
        letter_attach(&letter, scratch_text("plain.tmp", "x"), names[i]);
        check_file(&letter, names[i], "x", 1);
    }
}

static void a_path_of_any_language_is_found(void)
{
    struct letter letter;
    letter_begin(&letter);
    letter.message.ulReserved = CP_UTF8;
    letter_attach(&letter,
                  scratch_text("Gr\xC3\xBC\xC3\x9F"
                               "e \xE5\xB1\xB1.txt",
                               "x"),
                  NULL);
    check_file(&letter,
               "Gr\xC3\xBC\xC3\x9F"
               "e \xE5\xB1\xB1.txt",
               "x", 1);
}

static void a_name_leads_into_no_folder(void)
{
    char *const names[] = {"../../etc/passwd", "..\\..\\autoexec.bat", "/etc/passwd",
                           "C:\\boot.ini"};
    const char *const bases[] = {"passwd", "autoexec.bat", "passwd", "boot.ini"};
    size_t i;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct letter letter;
        struct mail *mail;
        letter_begin(&letter);
        letter_attach(&letter, scratch_text("harmless.txt", "x"), names[i]);
        CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
        if (options.mailbox == NULL)
            continue;
        mail = letter_arrived(&letter);
        REQUIRE(mail_attachment(mail, 0) != NULL, "the attachment arrives");
        CHECK(strpbrk(mail_attachment(mail, 0)->name, "/\\") == NULL, "a file name is no path");
        if (check_strictly)
            CHECK_TEXT(mail_attachment(mail, 0)->name, bases[i], "its last component remains");
    }
}

static void a_line_end_in_a_name_makes_no_header(void)
{
    char *const names[] = {"a\r\nX-Injected: yes\r\n\r\n<x>.txt", "a\"; x=\"b.txt", "a\nb.txt",
                           "a\x01\x1F.txt"};
    size_t i;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct letter letter;
        struct mail *mail;
        letter_begin(&letter);
        letter_attach(&letter, scratch_text("harmless.txt", "content"), names[i]);
        CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, "an odd name is made harmless");
        if (options.mailbox == NULL)
            continue;
        mail = letter_arrived(&letter);
        REQUIRE(mail_attachment_count(mail) == 1, "one file was attached");
        CHECK_TEXT(mail_attachment(mail, 0)->bytes, "content",
                   "a name does not leak into the content");
        CHECK_EQ(mail_header_count(mail, "X-Injected"), 0, "nor into the headers");
        CHECK(strpbrk(mail_attachment(mail, 0)->name, "\r\n\x01\x1F") == NULL,
              "and holds no control characters");
    }
}

static void a_file_may_be_gone_right_after_the_call(void)
{
    struct letter letter;
    struct mail *mail;
    char *path;
    letter_begin(&letter);
    letter_attach(&letter, path = scratch_text("gone.txt", "still here"), NULL);
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    CHECK(platform_remove(path), "the library has let go of the file");
    mail = letter_arrived(&letter);
    REQUIRE(mail_attachment(mail, 0) != NULL, "the attachment arrives");
    CHECK_TEXT(mail_attachment(mail, 0)->bytes, "still here",
               "callers delete their temporary files at once");
}

/* A letter with one good file and then this one is refused with the code, and goes nowhere. */
static void check_refused_file(char *path, ULONG preferred, ULONG also, const char *why)
{
    struct letter letter;
    letter_begin(&letter);
    letter_attach(&letter, scratch_text("good.txt", "good"), NULL);
    letter_attach(&letter, path, "shown.txt");
    CHECK_CODE_IN(letter_send(&letter, 0), why, preferred, also);
    CHECK(letter_never_arrives(&letter), NOTHING);
}

static void a_missing_file_is_not_found(void)
{
    check_refused_file(scratch_path("no-such-file.txt"), MAPI_E_ATTACHMENT_NOT_FOUND,
                       MAPI_E_ATTACHMENT_NOT_FOUND, "MAPISendMail: a file that is not there");
    check_refused_file(scratch_path("no-such-folder/file.txt"), MAPI_E_ATTACHMENT_NOT_FOUND,
                       MAPI_E_ATTACHMENT_NOT_FOUND, "MAPISendMail: a file that is not there");
}

static void a_folder_is_no_file(void)
{
    char *path = scratch_path("a-folder");
    platform_make_directory(path);
    check_refused_file(path, MAPI_E_ATTACHMENT_OPEN_FAILURE, MAPI_E_ATTACHMENT_NOT_FOUND,
                       "MAPISendMail: a folder is there and cannot be read as a file");
}

static void a_file_without_permission_cannot_be_opened(void)
{
    char *path = scratch_text("secret.txt", "x");
    SKIP_UNLESS(platform_make_unreadable(path), "no file is unreadable for this user");
    check_refused_file(path, MAPI_E_ATTACHMENT_OPEN_FAILURE, MAPI_E_ATTACHMENT_OPEN_FAILURE,
                       "MAPISendMail: the file is there and cannot be opened");
}

static void a_pipe_is_refused_and_not_waited_for(void)
{
    char *path = scratch_path("a-pipe");
    SKIP_UNLESS(platform_make_fifo(path), "this system has no named pipes");
    check_refused_file(path, MAPI_E_ATTACHMENT_OPEN_FAILURE, MAPI_E_ATTACHMENT_NOT_FOUND,
                       "MAPISendMail: nobody writes to this pipe, and the call must not wait");
}

static void a_link_is_followed_and_a_dangling_one_leads_nowhere(void)
{
    struct letter letter;
    char *good = scratch_path("link.txt"), *dangling = scratch_path("dangling.txt");
    SKIP_UNLESS(platform_make_link(scratch_text("target.txt", "the target"), good),
                "this system has no links");
    platform_make_link(scratch_path("nothing-there.txt"), dangling);
    letter_begin(&letter);
    letter_attach(&letter, good, NULL);
    check_file(&letter, "link.txt", "the target", 10);
    check_refused_file(dangling, MAPI_E_ATTACHMENT_NOT_FOUND, MAPI_E_ATTACHMENT_OPEN_FAILURE,
                       "MAPISendMail: a link to nothing");
}

static void a_file_entry_without_a_path_is_refused(void)
{
    int empty;
    for (empty = 0; empty < 2; empty++) {
        struct letter letter;
        letter_begin(&letter);
        letter_attach(&letter, empty ? "" : NULL, "name.txt");
        CHECK(letter_send(&letter, 0) != SUCCESS_SUCCESS,
              "no path names no file, and no attachment may be missing");
        CHECK(letter_never_arrives(&letter), NOTHING);
    }
}

static void a_count_of_files_without_an_array_is_refused(void)
{
    struct letter letter;
    letter_begin(&letter);
    letter.message.nFileCount = 1;
    CHECK_REFUSED(letter_send(&letter, 0), MAPI_E_FAILURE,
                  "one file is announced and there is none");
    CHECK(letter_never_arrives(&letter), NOTHING);
}

static void more_files_than_allowed_are_too_many(void)
{
    struct letter letter;
    MapiFileDesc *files;
    char *path;
    ULONG count, i;
    SKIP_UNLESS(options.max_files > 0 && options.max_files < 1000000, "needs --max-files");
    count = (ULONG)options.max_files + 1;
    files = calloc(count, sizeof *files);
    REQUIRE(files != NULL, "there is memory for the test");
    path = scratch_text("often.txt", "x");
    for (i = 0; i < count; i++) {
        files[i].nPosition = 0xFFFFFFFF;
        files[i].lpszPathName = path;
    }
    letter_begin(&letter);
    letter.message.nFileCount = count;
    letter.message.lpFiles = files;
    CHECK_CODE(letter_send(&letter, 0), MAPI_E_TOO_MANY_FILES,
               "MAPISendMail: a limit on files has a code of its own");
    CHECK(letter_never_arrives(&letter), NOTHING);
    free(files);
}

static void a_file_larger_than_allowed_is_too_large(void)
{
    char *path = scratch_path("sparse.bin");
    SKIP_UNLESS(options.max_file > 0, "needs --max-file");
    SKIP_UNLESS(platform_make_sparse_file(path, options.max_file + 1), "no sparse files here");
    check_refused_file(path, MAPI_E_ATTACHMENT_TOO_LARGE, MAPI_E_ATTACHMENT_TOO_LARGE,
                       "MAPISendMail: a limit on the size has a code of its own");
}

static void a_position_takes_no_letter_of_the_text(void)
{
    const ULONG positions[] = {0, 5, 100000, 0xFFFFFFFF};
    size_t i;
    for (i = 0; i < sizeof positions / sizeof positions[0]; i++) {
        struct letter letter;
        letter_begin(&letter);
        letter.message.lpszNoteText = "Any note text";
        letter_attach(&letter, scratch_text("placed.txt", "x"), NULL)->nPosition = positions[i];
        CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
        if (options.mailbox != NULL && (positions[i] == 0xFFFFFFFF || check_strictly))
            CHECK_TEXT(mail_text(letter_arrived(&letter)), "Any note text",
                       "callers leave 0 in nPosition, and mean no position");
    }
}

static void a_type_tag_and_an_ole_flag_do_not_hinder(void)
{
    struct letter letter;
    MapiFileTagExt tag;
    unsigned char oid[] = {0x2A, 0x86, 0x48, 0x86, 0xF7, 0x14, 0x03, 0x0A, 0x03, 0x02, 0x01};
    memset(&tag, 0, sizeof tag);
    tag.cbTag = sizeof oid;
    tag.lpTag = oid;
    letter_begin(&letter);
    letter_attach(&letter, scratch_text("tagged.doc", "x"), NULL)->lpFileType = &tag;
    check_file(&letter, "tagged.doc", "x", 1);
    letter_begin(&letter);
    letter_attach(&letter, scratch_text("object.ole", "x"), NULL)->flFlags = MAPI_OLE;
    check_file(&letter, "object.ole", "x", 1);
}

static void a_path_written_the_other_way_is_found(void)
{
    struct letter letter;
    char *path = scratch_text("backslashed.txt", "x"), *at;
    ONLY_STRICT();
    for (at = path; *at != '\0'; at++)
        if (*at == '/')
            *at = '\\';
    letter_begin(&letter);
    letter_attach(&letter, path, NULL);
    check_file(&letter, "backslashed.txt", "x", 1);
}

static void a_relative_path_is_looked_for_where_the_caller_is(void)
{
    struct letter letter;
    ONLY_STRICT();
    scratch_text("relative.txt", "x");
    SKIP_UNLESS(platform_change_directory(scratch_path(".")), "the folder cannot be entered");
    letter_begin(&letter);
    letter_attach(&letter, "relative.txt", NULL);
    check_file(&letter, "relative.txt", "x", 1);
}

static void an_embedded_message_is_one(void)
{
    const char *inner = "Subject: inner\r\n\r\nhello\r\n";
    struct letter letter;
    struct mail *mail;
    ONLY_STRICT();
    letter_begin(&letter);
    letter_attach(&letter, scratch_text("inner.eml", inner), NULL);
    CHECK_CODE(letter_send(&letter, 0), SUCCESS_SUCCESS, SENT);
    mail = letter_arrived(&letter);
    REQUIRE(mail_attachment(mail, 0) != NULL, "the attachment arrives");
    CHECK_TEXT(mail_attachment(mail, 0)->type, "message/rfc822",
               "an .eml file is a message in a message");
    CHECK(strstr(mail_attachment(mail, 0)->bytes, "Subject: inner") != NULL, "with its headers");
}

static const struct test tests[] = {
    TEST(a_file_arrives_byte_for_byte),
    TEST(a_text_file_arrives_byte_for_byte),
    TEST(an_empty_file_arrives_empty),
    TEST(a_large_file_arrives_byte_for_byte),
    TEST(the_given_name_wins_over_the_path),
    TEST(an_empty_name_is_the_same_as_none),
    TEST(two_files_of_one_name_are_two_files),
    TEST(files_keep_their_order),
    TEST(a_name_of_any_language_and_length_arrives),
    TEST(a_path_of_any_language_is_found),
    TEST(a_name_leads_into_no_folder),
    TEST(a_line_end_in_a_name_makes_no_header),
    TEST(a_file_may_be_gone_right_after_the_call),
    TEST(a_missing_file_is_not_found),
    TEST(a_folder_is_no_file),
    TEST(a_file_without_permission_cannot_be_opened),
    TEST(a_pipe_is_refused_and_not_waited_for),
    TEST(a_link_is_followed_and_a_dangling_one_leads_nowhere),
    TEST(a_file_entry_without_a_path_is_refused),
    TEST(a_count_of_files_without_an_array_is_refused),
    TEST(more_files_than_allowed_are_too_many),
    TEST(a_file_larger_than_allowed_is_too_large),
    TEST(a_position_takes_no_letter_of_the_text),
    TEST(a_type_tag_and_an_ole_flag_do_not_hinder),
    TEST(a_path_written_the_other_way_is_found),
    TEST(a_relative_path_is_looked_for_where_the_caller_is),
    TEST(an_embedded_message_is_one),
    LAST_TEST,
};

const struct group attachments_group = {"attachments", "MAPISendMail: files", tests};
