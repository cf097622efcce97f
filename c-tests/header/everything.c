/*
 * Uses all that mapi.h declares, so that compiling it shows that it can be used. Included twice, and
 * with MapiUnicodeHelp.h, as Windows sources do.
 */
#include "mapi.h"
#include "mapi.h"
#include "MapiUnicodeHelp.h"
#include "MapiUnicodeHelp.h"

/* Every function has the type that programs cast a loaded symbol to. */
LPMAPILOGON logon = MAPILogon;
LPMAPILOGOFF logoff = MAPILogoff;
LPMAPISENDMAIL send_mail = MAPISendMail;
LPMAPISENDMAILW send_mail_w = MAPISendMailW;
LPMAPISENDMAILW send_mail_helper = MAPISendMailHelper;
LPMAPISENDDOCUMENTS send_documents = MAPISendDocuments;
LPMAPIFINDNEXT find_next = MAPIFindNext;
LPMAPIREADMAIL read_mail = MAPIReadMail;
LPMAPISAVEMAIL save_mail = MAPISaveMail;
LPMAPIDELETEMAIL delete_mail = MAPIDeleteMail;
LPMAPIFREEBUFFER free_buffer = MAPIFreeBuffer;
LPMAPIADDRESS address = MAPIAddress;
LPMAPIDETAILS details = MAPIDetails;
LPMAPIRESOLVENAME resolve_name = MAPIResolveName;
MAPIFREEBUFFER *free_buffer_too = MAPIFreeBuffer;
size_t (*last_error)(char *buf, size_t len) = SimpleMapiLastError;
const char *(*version)(void) = SimpleMapiVersion;

lpMapiMessage message_pointer;
lpMapiRecipDesc recipient_pointer;
lpMapiFileDesc file_pointer;
lpMapiFileTagExt tag_pointer;
LPLHANDLE session_pointer;
LPULONG number_pointer;

#ifndef MAPI_FORCE_UNICODE
#error "MAPI_FORCE_UNICODE says that the W functions are declared"
#endif

/* The text of the W structures is what the compiler's own literals are. */
#if !defined(SIMPLEMAPI_UTF16)
#define WIDE(text) L##text
#elif defined(__cplusplus) ? __cplusplus >= 201103L : defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define WIDE(text) u##text
#endif

#ifdef WIDE
static SimpleMapiWChar subject[] = WIDE("Grüße");
#else
static SimpleMapiWChar subject[] = { 'H', 'i', 0 };
#endif

ULONG send_wide(void);
ULONG send_wide(void)
{
    LHANDLE session = lhSessionNull;
    MapiRecipDescW to = { 0, MAPI_TO, 0, 0, 0, 0 };
    MapiFileDescW file = { 0, 0, 0xFFFFFFFF, 0, 0, 0 };
    MapiMessageW message = { 0, subject, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0 };
    lpMapiRecipDescW recipients = &to;
    lpMapiFileDescW files = &file;
    lpMapiMessageW pointer = &message;
    message.lpRecips = recipients;
    message.lpFiles = files;
    return MAPISendMailW(session, 0, pointer, MAPI_FORCE_UNICODE, 0);
}

/* What dlsym() has to be given is what the linker is given. */
typedef char symbol_fits_the_unit
    [sizeof(SIMPLEMAPI_SENDMAILW_SYMBOL)
                == (sizeof(SimpleMapiWChar) == 4 ? sizeof("SimpleMapiSendMailWide") : sizeof("MAPISendMailW"))
            ? 1
            : -1];
