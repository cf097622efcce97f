/* Our library by calls without a session. */
#define WITHOUT_SESSION 1
#include "simplemapi.c"
