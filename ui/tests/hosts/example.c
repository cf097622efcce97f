/* A program such as people write: it opens each of the windows, for the pictures in the manual. */
#include <mapi.h>
#include <stdlib.h>
#include <string.h>

static ULONG compose(const char *file)
{
    MapiRecipDesc to[] = {{0, MAPI_TO, "Grace Hopper", NULL, 0, NULL}, {0, MAPI_CC, "Compilers", NULL, 0, NULL}};
    MapiFileDesc files[] = {{0, 0, (ULONG)-1, (char *)file, NULL, NULL}};
    MapiMessage message = {0};
    message.lpszSubject = getenv("SUBJECT");
    message.lpszNoteText = getenv("TEXT");
    message.nRecipCount = 2;
    message.lpRecips = to;
    message.nFileCount = 1;
    message.lpFiles = files;
    return MAPISendMail(0, 0, &message, MAPI_DIALOG, 0);
}

static ULONG address(void)
{
    MapiRecipDesc to[] = {{0, MAPI_TO, "Grace Hopper", NULL, 0, NULL}, {0, MAPI_CC, "Compilers", NULL, 0, NULL}};
    lpMapiRecipDesc chosen;
    ULONG many;
    return MAPIAddress(0, 0, NULL, 3, NULL, 2, to, 0, 0, &many, &chosen);
}

static ULONG details(void)
{
    lpMapiRecipDesc list;
    ULONG code = MAPIResolveName(0, 0, "Compilers", 0, 0, &list);
    if (code == SUCCESS_SUCCESS)
        code = MAPIDetails(0, 0, list, 0, 0);
    MAPIFreeBuffer(list);
    return code;
}

static ULONG resolve(void)
{
    lpMapiRecipDesc one;
    return MAPIResolveName(0, 0, "Lovelace", MAPI_DIALOG, 0, &one);
}

int main(int count, char **words)
{
    LHANDLE session;
    const char *window = count > 2 ? words[1] : "";
    ULONG code = MAPI_E_FAILURE;
    if (strcmp(window, "compose") == 0)
        code = compose(words[2]);
    else if (strcmp(window, "address") == 0)
        code = address();
    else if (strcmp(window, "details") == 0)
        code = details();
    else if (strcmp(window, "resolve") == 0)
        code = resolve();
    else
        code = MAPILogon(0, strcmp(window, "logon") == 0 ? "home" : NULL, NULL, MAPI_LOGON_UI, 0, &session);
    return code == SUCCESS_SUCCESS || code == MAPI_USER_ABORT ? 0 : 1;
}
