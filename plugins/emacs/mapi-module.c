/*
 * mapi-module: one function for Emacs Lisp, over Simple MAPI.
 *
 *     (mapi-module-send PROFILE RECIPIENTS SUBJECT TEXT FILES)
 *
 * RECIPIENTS is a vector of classes and addresses in turn, FILES one of paths and names. Returns "sent",
 * or "queued as ..." where it waits in the outbox, or signals `mapi-error' with the reason and the code.
 *
 *     cc -shared -fPIC mapi-module.c $(pkg-config --cflags --libs simplemapi) -o mapi-module.so
 */
#include <emacs-module.h>
#include <mapi.h>
#include <stdlib.h>
#include <string.h>

int plugin_is_GPL_compatible;

/* The strings of one call, freed together. */
typedef struct Text {
    struct Text *next;
    char bytes[];
} Text;

/* Whether Emacs waits to hear of a failure: then nothing else may be asked of it. */
static int failed(emacs_env *env)
{
    return env->non_local_exit_check(env) != emacs_funcall_exit_return;
}

static void fail(emacs_env *env, const char *symbol, const char *text, ULONG code)
{
    emacs_value values[2];

    values[0] = env->make_string(env, text, (ptrdiff_t)strlen(text));
    values[1] = env->make_integer(env, code);
    env->non_local_exit_signal(env, env->intern(env, symbol),
                               env->funcall(env, env->intern(env, "list"), 2, values));
}

/* A string of Lisp's as UTF-8; NULL for nil, and when Emacs has failed. */
static char *text_of(emacs_env *env, emacs_value value, Text **texts)
{
    ptrdiff_t size = 0;
    Text *text;

    if (failed(env) || !env->is_not_nil(env, value)
        || !env->copy_string_contents(env, value, NULL, &size))
        return NULL;
    text = malloc(sizeof *text + (size_t)size);
    if (text == NULL) {
        fail(env, "mapi-error", "no memory is left", MAPI_E_INSUFFICIENT_MEMORY);
        return NULL;
    }
    text->next = *texts;
    *texts = text;
    if (!env->copy_string_contents(env, value, text->bytes, &size))
        return NULL;
    return text->bytes;
}

/* Zeroed places for the pairs of a vector; NULL when Emacs has failed. */
static void *places(emacs_env *env, emacs_value pairs, ULONG *count, size_t size)
{
    ptrdiff_t length = failed(env) ? 0 : env->vec_size(env, pairs);
    void *made;

    if (failed(env))
        return NULL;
    *count = (ULONG)(length / 2);
    made = calloc((size_t)*count + 1, size);
    if (made == NULL)
        fail(env, "mapi-error", "no memory is left", MAPI_E_INSUFFICIENT_MEMORY);
    return made;
}

/* Sends; and what there is to say about it, whichever way it went. */
static ULONG send_as(char *profile, MapiMessage *message, char *told, size_t size)
{
    LHANDLE session = lhSessionNull;
    ULONG code = SUCCESS_SUCCESS;

    if (profile != NULL)
        code = MAPILogon(0, profile, NULL, MAPI_NEW_SESSION, 0, &session);
    if (code == SUCCESS_SUCCESS)
        code = MAPISendMail(session, 0, message, 0, 0);
    SimpleMapiLastError(told, size);
    if (session != lhSessionNull)
        MAPILogoff(session, 0, 0, 0);
    return code;
}

static emacs_value mapi_send(emacs_env *env, ptrdiff_t count, emacs_value *arguments, void *data)
{
    MapiMessage message = { 0 };
    Text *texts = NULL, *next;
    char *profile, told[4096] = "";
    emacs_value result = arguments[0];
    ULONG i, code;

    (void)count;
    (void)data;
    profile = text_of(env, arguments[0], &texts);
    message.ulReserved = CP_UTF8;
    message.lpszSubject = text_of(env, arguments[2], &texts);
    message.lpszNoteText = text_of(env, arguments[3], &texts);
    message.lpRecips = places(env, arguments[1], &message.nRecipCount, sizeof *message.lpRecips);
    for (i = 0; i < message.nRecipCount && !failed(env); i++) {
        message.lpRecips[i].ulRecipClass
            = (ULONG)env->extract_integer(env, env->vec_get(env, arguments[1], 2 * i));
        message.lpRecips[i].lpszName /* an address will do */
            = text_of(env, env->vec_get(env, arguments[1], 2 * i + 1), &texts);
    }
    message.lpFiles = places(env, arguments[4], &message.nFileCount, sizeof *message.lpFiles);
    for (i = 0; i < message.nFileCount && !failed(env); i++) {
        message.lpFiles[i].nPosition = (ULONG)-1;
        message.lpFiles[i].lpszPathName
            = text_of(env, env->vec_get(env, arguments[4], 2 * i), &texts);
        message.lpFiles[i].lpszFileName
            = text_of(env, env->vec_get(env, arguments[4], 2 * i + 1), &texts);
    }
    if (!failed(env)) {
        code = send_as(profile, &message, told, sizeof told);
        if (code == SUCCESS_SUCCESS)
            result = env->make_string(env, told, (ptrdiff_t)strlen(told));
        else
            fail(env, "mapi-error", told, code);
    }
    free(message.lpRecips);
    free(message.lpFiles);
    for (; texts != NULL; texts = next) {
        next = texts->next;
        free(texts);
    }
    return result;
}

int emacs_module_init(struct emacs_runtime *runtime)
{
    emacs_env *env = runtime->get_environment(runtime);
    emacs_value function[2];

    function[0] = env->intern(env, "mapi-module-send");
    function[1] = env->make_function(env, 5, 5, mapi_send,
                                     "Send TEXT to RECIPIENTS by Simple MAPI; see mapi.el.", NULL);
    env->funcall(env, env->intern(env, "defalias"), 2, function);
    function[0] = env->intern(env, "mapi-module");
    env->funcall(env, env->intern(env, "provide"), 1, function);
    return 0;
}
