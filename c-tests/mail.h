/*
 * A small, tolerant reader of mail: enough of RFC 5322, 2045, 2047 and 2231 to say what a message
 * contains, in UTF-8 and with LF at the end of lines.
 */
#ifndef MAIL_H
#define MAIL_H

#include <stdbool.h>
#include <stddef.h>

#define MAIL_PARTS 128

struct mail_part {
    char type[80];   /* text/plain */
    char name[1024]; /* of the attachment, decoded; "" if it has none */
    bool attached;   /* has a file name, or says that it is an attachment */
    char *bytes;     /* content with its transfer encoding undone, and a NUL behind it */
    size_t size;
};

struct mail {
    char *raw;
    size_t size;
    char *headers; /* unfolded, one a line; nothing decoded */
    struct mail_part parts[MAIL_PARTS];
    size_t part_count;
};

/* Reads a message; NULL if there is no memory. Takes over `raw`, which has a NUL behind it. */
struct mail *mail_parse(char *raw, size_t size);
void mail_free(struct mail *mail);

/* A header's value, decoded, in a buffer that the next call but three takes; NULL if not there. */
const char *mail_header(const struct mail *mail, const char *name);
unsigned mail_header_count(const struct mail *mail, const char *name);
/* Whether an address stands in this header, and how many addresses do. */
bool mail_header_has_address(const struct mail *mail, const char *name, const char *address);
unsigned mail_address_count(const struct mail *mail, const char *name);
/* Whether the text occurs anywhere in the message's own headers, encoded or not: those by which mail
   systems say how it travelled are not its own. */
bool mail_headers_mention(const struct mail *mail, const char *text);
/* The length of the longest line, and whether every line ends the same way. */
size_t mail_longest_line(const struct mail *mail);

/* The text: the first part that is text/plain and no attachment, without the line end at its end.
 */
const char *mail_text(struct mail *mail);
/* The attachments in their order; NULL past the last. */
struct mail_part *mail_attachment(struct mail *mail, size_t index);
size_t mail_attachment_count(const struct mail *mail);

#endif
