/* MAPIFreeBuffer: frees what the library lent, and survives everything else. */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static ULONG free_buffer(void *pointer)
{
    NEEDS(free_buffer);
    return mapi.free_buffer(pointer);
}

/* Strictly a failure; otherwise any code, as long as the process lives on. */
static void check_foreign(void *pointer, const char *why)
{
    ULONG code = free_buffer(pointer);
    CHECK(!check_strictly || code == MAPI_E_FAILURE, why);
}

static lpMapiRecipDesc lend(void)
{
    lpMapiRecipDesc recipient = NULL;
    LHANDLE session;
    NEEDS(resolve_name);
    NEEDS(free_buffer);
    session = sending_session();
    REQUIRE_CODE(mapi.resolve_name(session, 0, "SMTP:ada@example.org", 0, 0, &recipient),
                 SUCCESS_SUCCESS, "an Internet address needs no address book");
    close_session(session);
    REQUIRE(recipient != NULL, "MAPIResolveName: success gives a recipient");
    return recipient;
}

static void nothing_is_freed_without_complaint(void)
{
    CHECK_CODE(free_buffer(NULL), SUCCESS_SUCCESS, "callers free NULL as a matter of course");
}

static void memory_of_the_stack_is_refused(void)
{
    char block[64] = "unharmed";
    check_foreign(block, "the stack is not the library's");
    check_foreign(block + 1, "the stack is not the library's, whatever its alignment");
    CHECK_TEXT(block, "unharmed", "what is not the library's stays as it is");
}

static void memory_of_the_heap_is_refused(void)
{
    char *block = malloc(64);
    REQUIRE(block != NULL, "there is memory for the test");
    strcpy(block, "unharmed");
    check_foreign(block, "the caller's heap is not the library's");
    CHECK_TEXT(block, "unharmed", "what is not the library's stays as it is");
    free(block);
}

static void memory_of_the_program_is_refused(void)
{
    static char block[64] = "unharmed";
    check_foreign(block, "the program's data is not the library's");
    check_foreign("a literal", "the program's constants are not the library's");
    CHECK_TEXT(block, "unharmed", "what is not the library's stays as it is");
}

static void wild_pointers_are_refused(void)
{
    char *guarded;
    check_foreign((void *)1, "a number is no pointer of the library's");
    check_foreign((void *)16, "a number is no pointer of the library's");
    check_foreign((void *)~(size_t)0, "a number is no pointer of the library's");
    guarded = platform_guarded_memory(8);
    if (guarded != NULL)
        check_foreign(guarded + 8, "memory that nobody may touch is not touched");
}

static void a_lent_block_is_freed_once(void)
{
    lpMapiRecipDesc recipient = lend();
    CHECK_CODE(free_buffer(recipient), SUCCESS_SUCCESS,
               "the whole tree, after the session has ended");
    check_foreign(recipient, "a second time there is nothing to free");
}

static void an_element_of_a_lent_block_is_not_a_block(void)
{
    lpMapiRecipDesc recipient = lend();
    check_foreign(recipient->lpszName, "strings inside a tree are never freed singly");
    check_foreign(recipient->lpszAddress, "strings inside a tree are never freed singly");
    check_foreign((char *)recipient + 8, "the middle of a block is not its beginning");
    CHECK_CODE(free_buffer(recipient), SUCCESS_SUCCESS, "and the block is still whole");
}

static void a_lent_block_may_be_written_to(void)
{
    lpMapiRecipDesc recipient = lend();
    ONLY_STRICT();
    memset(recipient->lpszName, 'x', strlen(recipient->lpszName));
    memset(recipient, 0xFF, sizeof *recipient);
    CHECK_CODE(free_buffer(recipient), SUCCESS_SUCCESS,
               "the library trusts nothing that lies in a lent block");
}

static const struct test tests[] = {
    TEST(nothing_is_freed_without_complaint),
    TEST(memory_of_the_stack_is_refused),
    TEST(memory_of_the_heap_is_refused),
    TEST(memory_of_the_program_is_refused),
    TEST(wild_pointers_are_refused),
    TEST(a_lent_block_is_freed_once),
    TEST(an_element_of_a_lent_block_is_not_a_block),
    TEST(a_lent_block_may_be_written_to),
    LAST_TEST,
};

const struct group free_buffer_group = {"free_buffer", "MAPIFreeBuffer", tests};
