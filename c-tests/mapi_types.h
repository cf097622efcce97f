/*
 * The types of Simple MAPI, from whichever mapi.h the compiler finds first.
 *
 * The suite makes its wide strings itself, always of 16-bit units: that is what the exported
 * MAPISendMailW takes. SIMPLEMAPI_UTF16 says so to headers that also know 32-bit ones; others
 * ignore it.
 */
#ifndef MAPI_TYPES_H
#define MAPI_TYPES_H

#define SIMPLEMAPI_UTF16
#ifdef _WIN32
#include <windows.h>
#endif
#include <mapi.h>

#endif
