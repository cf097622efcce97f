/* The names by which programs bind. */
#include "fixture.h"

static void all_thirteen_functions_are_exported_by_name(void)
{
    int function;
    for (function = 0; function < FN_COUNT; function++) {
        const char *name = library_name_of((enum library_function)function);
        if (library_symbol(name) == NULL)
            CHECK_TEXT("not exported", name, "programs look each function up by its plain name");
        else
            CHECK_TEXT(name, name, "programs look each function up by its plain name");
    }
}

static const struct test tests[] = {
    TEST(all_thirteen_functions_are_exported_by_name),
    LAST_TEST,
};

const struct group exports_group = {"exports", "the thirteen functions", tests};
