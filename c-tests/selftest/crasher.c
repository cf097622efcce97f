/*
 * A Simple MAPI library that takes its host down in three ways: logging on crashes, logging off
 * hangs, sending ends the process. The suite must tell each of them and live on.
 */
#include "../mapi_types.h"

#ifndef WINAPI
#define WINAPI
#endif

#include <stdlib.h>

ULONG WINAPI MAPILogon(ULONG_PTR window, LPSTR profile, LPSTR password, FLAGS flags, ULONG reserved,
                       LPLHANDLE session)
{
    (void)window, (void)profile, (void)password, (void)flags, (void)reserved, (void)session;
    abort();
}

ULONG WINAPI MAPILogoff(LHANDLE session, ULONG_PTR window, FLAGS flags, ULONG reserved)
{
    volatile ULONG turns = 0;
    (void)session, (void)window, (void)flags, (void)reserved;
    for (;;)
        turns++;
}

ULONG WINAPI MAPISendMail(LHANDLE session, ULONG_PTR window, lpMapiMessage message, FLAGS flags,
                          ULONG reserved)
{
    (void)session, (void)window, (void)message, (void)flags, (void)reserved;
    exit(0);
}
