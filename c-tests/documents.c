/*
 * MAPISendDocuments. It always shows a window. How the lists are read can be tested without anybody
 * before it: a file that cannot be located is refused before any window could open.
 */
#include <stdio.h>
#include <string.h>

#include "fixture.h"

#define MISSING "MAPISendDocuments: a file that cannot be located is MAPI_E_ATTACHMENT_OPEN_FAILURE"

static ULONG send_documents(char *delimiter, char *paths, char *names)
{
    NEEDS(send_documents);
    return mapi.send_documents(0, delimiter, paths, names, 0);
}

/* Every file of this list is there: with nobody at a screen, only the missing dialog is in the way.
 */
static void check_list_is_found(char *delimiter, char *paths, char *names, const char *why)
{
    ULONG code = send_documents(delimiter, paths, names);
    if (options.no_dialogs)
        CHECK_CODE_IN(code, why, MAPI_E_NOT_SUPPORTED, MAPI_E_LOGON_FAILURE, MAPI_E_FAILURE);
    else
        CHECK_DIALOG(code, why);
}

static char *join(char *list, size_t room, const char *first, const char *delimiter,
                  const char *second)
{
    snprintf(list, room, "%s%s%s", first, delimiter, second);
    return list;
}

static void a_missing_file_cannot_be_opened(void)
{
    CHECK_CODE(send_documents(";", scratch_path("not-there.txt"), NULL),
               MAPI_E_ATTACHMENT_OPEN_FAILURE, MISSING);
    CHECK_CODE(send_documents(";", scratch_path("not-there.txt"), "shown.txt"),
               MAPI_E_ATTACHMENT_OPEN_FAILURE, MISSING);
}

static void one_missing_file_of_several_cannot_be_opened(void)
{
    char list[3000], *good = scratch_text("good.txt", "x"),
                     *missing = scratch_path("not-there.txt");
    CHECK_CODE(send_documents(";", join(list, sizeof list, good, ";", missing), NULL),
               MAPI_E_ATTACHMENT_OPEN_FAILURE, MISSING);
    CHECK_CODE(send_documents(";", join(list, sizeof list, missing, ";", good), "a;b"),
               MAPI_E_ATTACHMENT_OPEN_FAILURE, MISSING);
}

static void a_folder_cannot_be_sent(void)
{
    char *folder = scratch_path("document-folder");
    ONLY_STRICT();
    platform_make_directory(folder);
    CHECK_CODE(send_documents(";", folder, NULL), MAPI_E_ATTACHMENT_OPEN_FAILURE,
               "MAPISendDocuments: a folder is no document");
}

static void files_that_are_there_are_found_in_every_list(void)
{
    char list[3000], trailing[3002];
    char *one = scratch_text("one.txt", "1"), *two = scratch_text("two, with a comma.txt", "2");
    needs_dialogs();
    check_list_is_found(";", one, NULL, "one path");
    check_list_is_found(";", one, "shown.txt", "one path and its name");
    check_list_is_found(";", join(list, sizeof list, one, ";", two), NULL, "two paths");
    check_list_is_found(";", list, "first.txt;second.txt", "as many names as paths");
    check_list_is_found(";", list, "first.txt", "missing names come from the paths");
    check_list_is_found(";", list, "a;b;c;d", "names that are too many are dropped");
    check_list_is_found(";", list, "", "no names");
    snprintf(trailing, sizeof trailing, "%s;", list);
    check_list_is_found(";", trailing, NULL, "a delimiter at the end ends no empty path");
    check_list_is_found(";", two, NULL,
                        "a comma in a path is no delimiter unless it was given as one");
}

static void any_character_may_be_the_delimiter(void)
{
    char *const delimiters[] = {"|", "\n", "*", "\xC2\xA7", ";and the rest is not read"};
    const char *const used[] = {"|", "\n", "*", "\xC2\xA7", ";"};
    char list[3000], *one = scratch_text("one.txt", "1"), *two = scratch_text("two.txt", "2");
    size_t i;
    needs_dialogs();
    for (i = 0; i < sizeof delimiters / sizeof delimiters[0]; i++)
        if (i < 3 || (check_strictly && platform_bytes_may_be_utf8()))
            check_list_is_found(delimiters[i], join(list, sizeof list, one, used[i], two), NULL,
                                "the delimiter is the one character that it points to");
}

static void no_delimiter_means_one_path_or_semicolons(void)
{
    char list[3000], *one = scratch_text("one.txt", "1"), *two = scratch_text("two.txt", "2");
    char *odd = scratch_text("with;semicolon.txt", "3");
    ONLY_STRICT();
    needs_dialogs();
    check_list_is_found(NULL, odd, NULL, "without a delimiter a path that exists is one path");
    check_list_is_found("", odd, NULL, "without a delimiter a path that exists is one path");
    check_list_is_found(NULL, join(list, sizeof list, one, ";", two), NULL,
                        "otherwise semicolons part the list");
    check_list_is_found("", list, NULL, "otherwise semicolons part the list");
}

static void no_paths_mean_a_window_without_attachments(void)
{
    needs_dialogs();
    check_list_is_found(";", NULL, NULL, "NULL paths: an empty window, of which the person may make what they like");
    check_list_is_found(";", "", "", "empty paths: an empty window, of which the person may make what they like");
    check_list_is_found(NULL, NULL, NULL,
                        "nothing at all: an empty window, of which the person may make what they like");
}

static void a_document_is_sent_if_a_person_says_so(void)
{
    needs_dialogs();
    CHECK_DIALOG(
        send_documents(";", scratch_text("document.txt", "Please send or cancel me."), NULL),
        "MAPISendDocuments: sent, cancelled, or no window can be shown");
}

static const struct test tests[] = {
    TEST(a_missing_file_cannot_be_opened),
    TEST(one_missing_file_of_several_cannot_be_opened),
    TEST(a_folder_cannot_be_sent),
    TEST(files_that_are_there_are_found_in_every_list),
    TEST(any_character_may_be_the_delimiter),
    TEST(no_delimiter_means_one_path_or_semicolons),
    TEST(no_paths_mean_a_window_without_attachments),
    TEST(a_document_is_sent_if_a_person_says_so),
    LAST_TEST,
};

const struct group documents_group = {"documents", "MAPISendDocuments", tests};
