#include "library.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "fixture.h"

struct mapi mapi;

static void *loaded;
static bool exported[FN_COUNT];
static bool supported[FN_COUNT];

static const char *const names[FN_COUNT] = {
#define NAME(name, symbol, type) symbol,
    LIBRARY_FUNCTIONS(NAME)
#undef NAME
};

bool library_load(const char *path, char *why, size_t why_size)
{
    loaded = platform_open_library(path, why, why_size);
    if (loaded == NULL)
        return false;
#define LOOK_UP(name, symbol, type)                                                                \
    mapi.name = (type)platform_symbol(loaded, symbol);                                             \
    exported[FN_##name] = mapi.name != NULL;
    LIBRARY_FUNCTIONS(LOOK_UP)
#undef LOOK_UP
    return true;
}

const char *library_name_of(enum library_function function)
{
    return names[function];
}

any_function library_symbol(const char *name)
{
    return platform_symbol(loaded, name);
}

/* The probes. Each is a call that a library with the function answers without MAPI_E_NOT_SUPPORTED.
 */

static LHANDLE probe_session(void)
{
    LHANDLE session = 0;
    if (mapi.logon != NULL)
        mapi.logon(0, options.profile, options.password, 0, 0, &session);
    return session;
}

static ULONG probe_logon(void)
{
    LHANDLE session = 0;
    return mapi.logon(0, options.profile, options.password, 0, 0, &session);
}

static ULONG probe_send_mail(void)
{
    return mapi.send_mail(0, 0, NULL, 0, 0);
}

static ULONG probe_send_mail_w(void)
{
    return mapi.send_mail_w(0, 0, NULL, 0, 0);
}

static ULONG probe_find_next(void)
{
    char id[512] = "";
    return mapi.find_next(probe_session(), 0, NULL, NULL, MAPI_LONG_MSGID, 0, id);
}

static ULONG probe_read_mail(void)
{
    lpMapiMessage message = NULL;
    return mapi.read_mail(probe_session(), 0, NO_SUCH_ID, MAPI_PEEK, 0, &message);
}

static ULONG probe_save_mail(void)
{
    MapiMessage message;
    LHANDLE session = probe_session();
    char id[512] = NO_SUCH_ID;
    ULONG code;
    memset(&message, 0, sizeof message);
    message.lpszSubject = "A probe of mapi-conformance: please delete";
    /* Replacing nothing costs nothing; but some libraries create and do not replace. */
    code = mapi.save_mail(session, 0, &message, MAPI_LONG_MSGID, 0, id);
    if (code == MAPI_E_NOT_SUPPORTED) {
        id[0] = '\0';
        code = mapi.save_mail(session, 0, &message, MAPI_LONG_MSGID, 0, id);
        if (code == SUCCESS_SUCCESS && mapi.delete_mail != NULL)
            mapi.delete_mail(session, 0, id, 0, 0);
    }
    return code;
}

static ULONG probe_delete_mail(void)
{
    return mapi.delete_mail(probe_session(), 0, NO_SUCH_ID, 0, 0);
}

static ULONG probe_address(void)
{
    ULONG count = 0;
    lpMapiRecipDesc recipients = NULL;
    return mapi.address(0, 0, NULL, 5, NULL, 0, NULL, 0, 0, &count, &recipients);
}

static ULONG probe_details(void)
{
    MapiRecipDesc nobody;
    memset(&nobody, 0, sizeof nobody);
    return mapi.details(0, 0, &nobody, 0, 0);
}

static ULONG probe_resolve_name(void)
{
    lpMapiRecipDesc recipient = NULL;
    return mapi.resolve_name(probe_session(), 0, "SMTP:probe@example.org", 0, 0, &recipient);
}

static ULONG probe_nothing(void)
{
    return SUCCESS_SUCCESS;
}

/* In the order of LIBRARY_FUNCTIONS. */
static ULONG (*const probes[FN_COUNT])(void) = {
    probe_logon,     probe_nothing,   probe_send_mail,    probe_send_mail_w, probe_nothing,
    probe_find_next, probe_read_mail, probe_save_mail,    probe_delete_mail, probe_nothing,
    probe_address,   probe_details,   probe_resolve_name,
};

static enum library_function probed;

static void run_probe(void *code)
{
    *(ULONG *)code = probes[probed]();
}

void library_probe(bool apart, unsigned seconds)
{
    char how[200];
    int function;
    for (function = 0; function < FN_COUNT; function++) {
        ULONG code = SUCCESS_SUCCESS;
        probed = (enum library_function)function;
        if (!exported[function])
            continue;
        /* A function that dies of its probe is there; its tests will say the rest. */
        if (!apart)
            run_probe(&code);
        else if (!platform_run_apart(run_probe, &code, sizeof code, PLATFORM_VANISH, seconds, how,
                                     sizeof how))
            code = SUCCESS_SUCCESS;
        supported[function] = code != MAPI_E_NOT_SUPPORTED;
    }
}

void library_needs(enum library_function function)
{
    SKIP_UNLESS(exported[function], "the library does not export %s", names[function]);
    SKIP_UNLESS(supported[function], "the library answers MAPI_E_NOT_SUPPORTED to %s",
                names[function]);
}
