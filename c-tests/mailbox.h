/* A Maildir, seen from outside: what has arrived in it, and putting something there. */
#ifndef MAILBOX_H
#define MAILBOX_H

#include "mail.h"

/* The message that mentions `token` in its headers, waiting for it if need be; NULL if none came.
 */
struct mail *mailbox_wait(const char *directory, const char *token, unsigned seconds);
/* How many messages mention it now. */
unsigned mailbox_count(const char *directory, const char *token);
/* Delivers a message as any mail program would. */
bool mailbox_put(const char *directory, const char *message);

#endif
