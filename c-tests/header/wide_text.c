/* wide_text: sends one message by MAPISendMailW, with the compiler's own wide literals. */
#include "mapi.h"

#ifdef SIMPLEMAPI_UTF16
#define WIDE(text) u##text
#else
#define WIDE(text) L##text
#endif

int main(void)
{
    static SimpleMapiWChar name[] = WIDE("Jürgen Groß");
    static SimpleMapiWChar address[] = WIDE("SMTP:juergen@example.org");
    static SimpleMapiWChar subject[] = WIDE("Grüße, 日本 🦀");
    static SimpleMapiWChar text[] = WIDE("Schöne Grüße, 日本 🦀");
    MapiRecipDescW to = { 0, MAPI_TO, name, address, 0, 0 };
    MapiMessageW message = { 0, subject, text, 0, 0, 0, 0, 0, 1, 0, 0, 0 };
    message.lpRecips = &to;
    return (int)MAPISendMailW(lhSessionNull, 0, &message, MAPI_FORCE_UNICODE, 0);
}
