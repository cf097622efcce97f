/*
 * The library under test: its thirteen functions, looked up by name.
 *
 *     NEEDS(resolve_name);
 *     code = mapi.resolve_name(session, 0, "Ada", 0, 0, &recipient);
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include "mapi_types.h"
#include "platform.h"

/* Our word, the exported name, the type of the pointer to it in mapi.h. */
#define LIBRARY_FUNCTIONS(each)                                                                    \
    each(logon, "MAPILogon", LPMAPILOGON) each(logoff, "MAPILogoff", LPMAPILOGOFF)                 \
        each(send_mail, "MAPISendMail", LPMAPISENDMAIL)                                            \
            each(send_mail_w, "MAPISendMailW", LPMAPISENDMAILW)                                    \
                each(send_documents, "MAPISendDocuments", LPMAPISENDDOCUMENTS)                     \
                    each(find_next, "MAPIFindNext", LPMAPIFINDNEXT)                                \
                        each(read_mail, "MAPIReadMail", LPMAPIREADMAIL)                            \
                            each(save_mail, "MAPISaveMail", LPMAPISAVEMAIL)                        \
                                each(delete_mail, "MAPIDeleteMail", LPMAPIDELETEMAIL)              \
                                    each(free_buffer, "MAPIFreeBuffer", LPMAPIFREEBUFFER)          \
                                        each(address, "MAPIAddress", LPMAPIADDRESS)                \
                                            each(details, "MAPIDetails", LPMAPIDETAILS)            \
                                                each(resolve_name, "MAPIResolveName",              \
                                                     LPMAPIRESOLVENAME)

struct mapi {
#define FIELD(name, symbol, type) type name;
    LIBRARY_FUNCTIONS(FIELD)
#undef FIELD
};

enum library_function {
#define NUMBER(name, symbol, type) FN_##name,
    LIBRARY_FUNCTIONS(NUMBER)
#undef NUMBER
        FN_COUNT
};

extern struct mapi mapi;

/* Loads the library; functions that it does not export stay NULL. */
bool library_load(const char *path, char *why, size_t why_size);
const char *library_name_of(enum library_function function);
any_function library_symbol(const char *name);

/*
 * Asks each function once, in a process of its own, with a call that costs nothing and shows
 * nothing, whether it is there at all. What answers MAPI_E_NOT_SUPPORTED to that is not tested.
 */
void library_probe(bool apart, unsigned seconds);

/* Skips the running test unless the library has this function. */
#define NEEDS(name) library_needs(FN_##name)
void library_needs(enum library_function function);

#endif
