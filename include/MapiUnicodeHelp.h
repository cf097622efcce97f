/*
 * MapiUnicodeHelp.h - for Windows sources that include it.
 *
 * There it defines MAPISendMailHelper, which converts wide text for a MAPI without MAPISendMailW.
 * Here mapi.h declares both, and both send wide text as it is.
 */
#ifndef MAPI_UNICODE_HELP_H
#define MAPI_UNICODE_HELP_H

#include "mapi.h"

#endif /* MAPI_UNICODE_HELP_H */
