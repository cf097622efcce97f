/*
 * A Simple MAPI library that does nothing and calls it success. It exists to be caught: a suite
 * that passes it tests nothing.
 */
#include "../mapi_types.h"

#ifndef WINAPI
#define WINAPI
#endif

#include <stddef.h>

ULONG WINAPI MAPILogon(ULONG_PTR window, LPSTR profile, LPSTR password, FLAGS flags, ULONG reserved,
                       LPLHANDLE session)
{
    (void)window, (void)profile, (void)password, (void)flags, (void)reserved;
    if (session != NULL)
        *session = 1;
    return SUCCESS_SUCCESS;
}

ULONG WINAPI MAPILogoff(LHANDLE session, ULONG_PTR window, FLAGS flags, ULONG reserved)
{
    (void)session, (void)window, (void)flags, (void)reserved;
    return SUCCESS_SUCCESS;
}

ULONG WINAPI MAPISendMail(LHANDLE session, ULONG_PTR window, lpMapiMessage message, FLAGS flags,
                          ULONG reserved)
{
    (void)session, (void)window, (void)message, (void)flags, (void)reserved;
    return SUCCESS_SUCCESS;
}

ULONG WINAPI MAPISendMailW(LHANDLE session, ULONG_PTR window, lpMapiMessageW message, FLAGS flags,
                           ULONG reserved)
{
    (void)session, (void)window, (void)message, (void)flags, (void)reserved;
    return SUCCESS_SUCCESS;
}

ULONG WINAPI MAPISendDocuments(ULONG_PTR window, LPSTR delimiter, LPSTR paths, LPSTR names,
                               ULONG reserved)
{
    (void)window, (void)delimiter, (void)paths, (void)names, (void)reserved;
    return SUCCESS_SUCCESS;
}

ULONG WINAPI MAPIFindNext(LHANDLE session, ULONG_PTR window, LPSTR type, LPSTR seed, FLAGS flags,
                          ULONG reserved, LPSTR id)
{
    (void)session, (void)window, (void)type, (void)seed, (void)flags, (void)reserved, (void)id;
    return SUCCESS_SUCCESS;
}

ULONG WINAPI MAPIReadMail(LHANDLE session, ULONG_PTR window, LPSTR id, FLAGS flags, ULONG reserved,
                          lpMapiMessage *message)
{
    (void)session, (void)window, (void)id, (void)flags, (void)reserved, (void)message;
    return SUCCESS_SUCCESS;
}

ULONG WINAPI MAPISaveMail(LHANDLE session, ULONG_PTR window, lpMapiMessage message, FLAGS flags,
                          ULONG reserved, LPSTR id)
{
    (void)session, (void)window, (void)message, (void)flags, (void)reserved, (void)id;
    return SUCCESS_SUCCESS;
}

ULONG WINAPI MAPIDeleteMail(LHANDLE session, ULONG_PTR window, LPSTR id, FLAGS flags,
                            ULONG reserved)
{
    (void)session, (void)window, (void)id, (void)flags, (void)reserved;
    return SUCCESS_SUCCESS;
}

ULONG WINAPI MAPIFreeBuffer(LPVOID buffer)
{
    (void)buffer;
    return SUCCESS_SUCCESS;
}

ULONG WINAPI MAPIAddress(LHANDLE session, ULONG_PTR window, LPSTR caption, ULONG fields,
                         LPSTR labels, ULONG count, lpMapiRecipDesc recipients, FLAGS flags,
                         ULONG reserved, LPULONG new_count, lpMapiRecipDesc *new_recipients)
{
    (void)session, (void)window, (void)caption, (void)fields, (void)labels, (void)count,
        (void)recipients;
    (void)flags, (void)reserved, (void)new_count, (void)new_recipients;
    return SUCCESS_SUCCESS;
}

ULONG WINAPI MAPIDetails(LHANDLE session, ULONG_PTR window, lpMapiRecipDesc recipient, FLAGS flags,
                         ULONG reserved)
{
    (void)session, (void)window, (void)recipient, (void)flags, (void)reserved;
    return SUCCESS_SUCCESS;
}

ULONG WINAPI MAPIResolveName(LHANDLE session, ULONG_PTR window, LPSTR name, FLAGS flags,
                             ULONG reserved, lpMapiRecipDesc *recipient)
{
    (void)session, (void)window, (void)name, (void)flags, (void)reserved, (void)recipient;
    return SUCCESS_SUCCESS;
}
