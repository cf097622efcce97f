#include "mail.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Texts ------------------------------------------------------------------------------------- */

static int lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool begins_with(const char *text, const char *start)
{
    for (; *start != '\0'; text++, start++)
        if (lower((unsigned char)*text) != lower((unsigned char)*start))
            return false;
    return true;
}

static const char *find_text(const char *text, const char *wanted)
{
    for (; *text != '\0'; text++)
        if (begins_with(text, wanted))
            return text;
    return NULL;
}

static int hex_digit(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Transfer encodings. Both decode in place and return the new size ---------------------------- */

static size_t decode_base64(char *text, size_t size)
{
    unsigned long bits = 0;
    unsigned held = 0;
    size_t in, out = 0;
    for (in = 0; in < size && text[in] != '='; in++) {
        int c = (unsigned char)text[in], value;
        if (c >= 'A' && c <= 'Z')
            value = c - 'A';
        else if (c >= 'a' && c <= 'z')
            value = c - 'a' + 26;
        else if (c >= '0' && c <= '9')
            value = c - '0' + 52;
        else if (c == '+' || c == '/')
            value = c == '+' ? 62 : 63;
        else
            continue;
        bits = (bits << 6 | (unsigned)value) & 0xFFFFFFUL;
        held += 6;
        if (held >= 8) {
            held -= 8;
            text[out++] = (char)(bits >> held & 0xFF);
        }
    }
    text[out] = '\0';
    return out;
}

static size_t decode_quoted_printable(char *text, size_t size, bool underscores)
{
    size_t in = 0, out = 0;
    while (in < size) {
        if (text[in] == '=' && in + 2 < size + 1 && hex_digit((unsigned char)text[in + 1]) >= 0 &&
            hex_digit((unsigned char)text[in + 2]) >= 0) {
            text[out++] = (char)(hex_digit((unsigned char)text[in + 1]) * 16 +
                                 hex_digit((unsigned char)text[in + 2]));
            in += 3;
        } else if (text[in] == '=' && in + 1 < size && text[in + 1] == '\n') {
            in += 2;
        } else if (text[in] == '=' && in + 2 < size && text[in + 1] == '\r' &&
                   text[in + 2] == '\n') {
            in += 3;
        } else {
            text[out++] = underscores && text[in] == '_' ? ' ' : text[in];
            in++;
        }
    }
    text[out] = '\0';
    return out;
}

/* Character sets ------------------------------------------------------------------------------ */

static size_t put_utf8(char *to, unsigned long c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xC0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    to[0] = (char)(0xE0 | c >> 12);
    to[1] = (char)(0x80 | (c >> 6 & 0x3F));
    to[2] = (char)(0x80 | (c & 0x3F));
    return 3;
}

static bool is_one_byte_charset(const char *charset)
{
    return begins_with(charset, "iso-8859-1") || begins_with(charset, "windows-1252") ||
           begins_with(charset, "cp1252");
}

/* The usual one-byte sets as UTF-8, in new memory; others are left alone and NULL is returned. */
static char *from_one_byte(const char *bytes, size_t size, size_t *new_size)
{
    static const unsigned short upper_1252[32] = {
        0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
        0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
        0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
    char *text = malloc(size * 3 + 1);
    size_t in, out = 0;
    if (text == NULL)
        return NULL;
    for (in = 0; in < size; in++) {
        unsigned char c = (unsigned char)bytes[in];
        out += put_utf8(text + out, c >= 0x80 && c < 0xA0 ? upper_1252[c - 0x80] : c);
    }
    text[out] = '\0';
    *new_size = out;
    return text;
}

/* Headers ------------------------------------------------------------------------------------- */

/* Undoes RFC 2047 into `to`; white space between two encoded words is not part of the text. */
static void decode_words(const char *from, char *to, size_t room)
{
    size_t out = 0;
    bool after_word = false;
    while (*from != '\0' && out + 4 < room) {
        const char *charset = from + 2, *form, *text, *end;
        const char *next = from + strspn(from, " \t");
        if (after_word && next != from && next[0] == '=' && next[1] == '?') {
            from = next;
            continue;
        }
        after_word = false;
        if (from[0] == '=' && from[1] == '?' && (form = strchr(charset, '?')) != NULL &&
            form[1] != '\0' && form[2] == '?' && (end = strstr(text = form + 3, "?=")) != NULL) {
            size_t size = (size_t)(end - text), converted_size;
            char *word = malloc(size + 1), *converted;
            if (word == NULL)
                break;
            memcpy(word, text, size);
            word[size] = '\0';
            size = lower(form[1]) == 'b' ? decode_base64(word, size)
                                         : decode_quoted_printable(word, size, true);
            if (is_one_byte_charset(charset) &&
                (converted = from_one_byte(word, size, &converted_size)) != NULL) {
                free(word);
                word = converted;
                size = converted_size;
            }
            if (size > room - out - 1)
                size = room - out - 1;
            memcpy(to + out, word, size);
            out += size;
            free(word);
            from = end + 2;
            after_word = true;
        } else {
            to[out++] = *from++;
        }
    }
    to[out] = '\0';
}

/* The n-th header of this name, without its name; ends at the line's end. */
static const char *raw_header(const char *headers, const char *name, unsigned n)
{
    size_t length = strlen(name);
    while (headers != NULL && *headers != '\0') {
        if (begins_with(headers, name) && headers[length] == ':' && n-- == 0)
            return headers + length + 1 + strspn(headers + length + 1, " \t");
        headers = strchr(headers, '\n');
        if (headers != NULL)
            headers++;
    }
    return NULL;
}

static size_t line_length(const char *line)
{
    return strcspn(line, "\n");
}

/* A header in a buffer of its own, to be freed; NULL if there is none. */
static char *copy_header(const char *headers, const char *name)
{
    const char *value = raw_header(headers, name, 0);
    char *copy;
    size_t length;
    if (value == NULL || (copy = malloc((length = line_length(value)) + 1)) == NULL)
        return NULL;
    memcpy(copy, value, length);
    copy[length] = '\0';
    return copy;
}

/* Copies the headers, unfolded and with LF; returns where the content begins. */
static const char *split(const char *message, const char *end, char **headers)
{
    char *out = malloc((size_t)(end - message) + 2), *start = out;
    const char *at = message;
    *headers = out;
    if (out == NULL)
        return end;
    while (at < end) {
        const char *line = at, *stop = memchr(at, '\n', (size_t)(end - at));
        size_t length;
        at = stop == NULL ? end : stop + 1;
        length = (size_t)((stop == NULL ? end : stop) - line);
        if (length > 0 && line[length - 1] == '\r')
            length--;
        if (length == 0)
            break;
        if ((line[0] == ' ' || line[0] == '\t') && out > start)
            out--; /* the line end before a folded line goes, its blank stays */
        memcpy(out, line, length);
        out += length;
        *out++ = '\n';
    }
    *out = '\0';
    return at;
}

/* One parameter's raw value after `; name=`; false if it is not there. */
static bool raw_parameter(const char *header, const char *name, char *to, size_t room)
{
    bool quoted = false;
    size_t length = strlen(name), out = 0;
    for (; *header != '\0'; header++) {
        if (*header == '\\' && quoted && header[1] != '\0')
            header++;
        else if (*header == '"')
            quoted = !quoted;
        else if (*header == ';' && !quoted) {
            const char *at = header + 1 + strspn(header + 1, " \t");
            if (!begins_with(at, name) || at[length] != '=')
                continue;
            at += length + 1;
            quoted = *at == '"';
            for (at += quoted; *at != '\0' && out + 1 < room; at++) {
                if (quoted ? *at == '"' : *at == ';' || *at == ' ' || *at == '\t')
                    break;
                if (quoted && *at == '\\' && at[1] != '\0')
                    at++;
                to[out++] = *at;
            }
            to[out] = '\0';
            return true;
        }
    }
    return false;
}

static size_t undo_percent(char *text)
{
    size_t out = 0;
    const char *in = text;
    while (*in != '\0') {
        if (*in == '%' && hex_digit((unsigned char)in[1]) >= 0 &&
            hex_digit((unsigned char)in[2]) >= 0) {
            text[out++] =
                (char)(hex_digit((unsigned char)in[1]) * 16 + hex_digit((unsigned char)in[2]));
            in += 3;
        } else {
            text[out++] = *in++;
        }
    }
    text[out] = '\0';
    return out;
}

/* The value of an RFC 2231 parameter without charset and language. */
static void skip_charset(char *value)
{
    char *first = strchr(value, '\''), *second = first == NULL ? NULL : strchr(first + 1, '\'');
    if (second != NULL)
        memmove(value, second + 1, strlen(second + 1) + 1);
}

/* One parameter, in whichever of its four forms it comes: plain, encoded, in pieces, both. */
static bool parameter(const char *header, const char *name, char *to, size_t room)
{
    char spelled[64], piece[1024];
    unsigned i;
    size_t out = 0;
    snprintf(spelled, sizeof spelled, "%s*", name);
    if (raw_parameter(header, spelled, to, room)) {
        skip_charset(to);
        undo_percent(to);
        return true;
    }
    for (i = 0; i < 100; i++) {
        size_t length;
        snprintf(spelled, sizeof spelled, "%s*%u*", name, i);
        if (raw_parameter(header, spelled, piece, sizeof piece)) {
            if (i == 0)
                skip_charset(piece);
            undo_percent(piece);
        } else {
            snprintf(spelled, sizeof spelled, "%s*%u", name, i);
            if (!raw_parameter(header, spelled, piece, sizeof piece))
                break;
        }
        length = strlen(piece);
        if (out + length + 1 > room)
            break;
        memcpy(to + out, piece, length + 1);
        out += length;
    }
    if (i > 0)
        return true;
    if (!raw_parameter(header, name, piece, sizeof piece))
        return false;
    decode_words(piece, to, room);
    return true;
}

/* Parts --------------------------------------------------------------------------------------- */

static void parse_entity(struct mail *mail, const char *entity, const char *end, unsigned depth);

static void parse_multipart(struct mail *mail, const char *content, const char *end,
                            const char *boundary, unsigned depth)
{
    char mark[256];
    size_t length;
    const char *at = content, *part = NULL;
    snprintf(mark, sizeof mark, "--%s", boundary);
    length = strlen(mark);
    while (at < end) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        next = next == NULL ? end : next + 1;
        if ((size_t)(end - at) >= length && memcmp(at, mark, length) == 0) {
            if (part != NULL) {
                const char *stop = at;
                if (stop > part && stop[-1] == '\n')
                    stop--;
                if (stop > part && stop[-1] == '\r')
                    stop--;
                parse_entity(mail, part, stop, depth + 1);
            }
            part = next;
            if ((size_t)(end - at) >= length + 2 && memcmp(at + length, "--", 2) == 0)
                return;
        }
        at = next;
    }
    if (part != NULL)
        parse_entity(mail, part, end, depth + 1);
}

/* CR LF becomes LF, so that texts compare the same whatever wrote them. */
static size_t normalise_lines(char *text, size_t size)
{
    size_t in, out = 0;
    for (in = 0; in < size; in++)
        if (text[in] != '\r' || in + 1 >= size || text[in + 1] != '\n')
            text[out++] = text[in];
    text[out] = '\0';
    return out;
}

static void parse_leaf(struct mail_part *part, const char *headers, const char *type,
                       const char *content, size_t size)
{
    char *encoding = copy_header(headers, "Content-Transfer-Encoding");
    char *disposition = copy_header(headers, "Content-Disposition");
    char charset[40] = "";
    part->bytes = malloc(size + 1);
    if (part->bytes != NULL) {
        memcpy(part->bytes, content, size);
        part->bytes[size] = '\0';
        part->size = size;
        if (encoding != NULL && begins_with(encoding, "base64"))
            part->size = decode_base64(part->bytes, size);
        else if (encoding != NULL && begins_with(encoding, "quoted-printable"))
            part->size = decode_quoted_printable(part->bytes, size, false);
    }
    snprintf(part->type, sizeof part->type, "%.*s", (int)strcspn(type, "; \t"), type);
    if (disposition == NULL || !parameter(disposition, "filename", part->name, sizeof part->name))
        parameter(type, "name", part->name, sizeof part->name);
    part->attached =
        part->name[0] != '\0' || (disposition != NULL && begins_with(disposition, "attachment"));
    if (part->bytes != NULL && !part->attached && begins_with(type, "text/")) {
        size_t converted_size;
        char *converted = NULL;
        part->size = normalise_lines(part->bytes, part->size);
        if (parameter(type, "charset", charset, sizeof charset) && is_one_byte_charset(charset))
            converted = from_one_byte(part->bytes, part->size, &converted_size);
        if (converted != NULL) {
            free(part->bytes);
            part->bytes = converted;
            part->size = converted_size;
        }
    }
    free(encoding);
    free(disposition);
}

static void parse_entity(struct mail *mail, const char *entity, const char *end, unsigned depth)
{
    char *headers, *type, boundary[200];
    const char *content = split(entity, end, &headers);
    if (headers == NULL)
        return;
    type = copy_header(headers, "Content-Type");
    if (type != NULL && begins_with(type, "multipart/") && depth < 20 &&
        parameter(type, "boundary", boundary, sizeof boundary))
        parse_multipart(mail, content, end, boundary, depth);
    else if (mail->part_count < MAIL_PARTS)
        parse_leaf(&mail->parts[mail->part_count++], headers, type == NULL ? "text/plain" : type,
                   content, (size_t)(end - content));
    free(type);
    free(headers);
}

struct mail *mail_parse(char *raw, size_t size)
{
    struct mail *mail = calloc(1, sizeof *mail);
    if (mail == NULL)
        return NULL;
    mail->raw = raw;
    mail->size = size;
    split(raw, raw + size, &mail->headers);
    parse_entity(mail, raw, raw + size, 0);
    return mail;
}

void mail_free(struct mail *mail)
{
    size_t i;
    if (mail == NULL)
        return;
    for (i = 0; i < mail->part_count; i++)
        free(mail->parts[i].bytes);
    free(mail->headers);
    free(mail->raw);
    free(mail);
}

/* Questions ----------------------------------------------------------------------------------- */

const char *mail_header(const struct mail *mail, const char *name)
{
    static char buffers[3][16384];
    static unsigned next;
    char *value = copy_header(mail->headers, name), *buffer = buffers[next++ % 3];
    if (value == NULL)
        return NULL;
    decode_words(value, buffer, sizeof buffers[0]);
    free(value);
    return buffer;
}

unsigned mail_header_count(const struct mail *mail, const char *name)
{
    unsigned count = 0;
    while (raw_header(mail->headers, name, count) != NULL)
        count++;
    return count;
}

bool mail_header_has_address(const struct mail *mail, const char *name, const char *address)
{
    char *value = copy_header(mail->headers, name);
    const char *at = value;
    size_t length = strlen(address);
    bool found = false;
    while (at != NULL && !found && (at = find_text(at, address)) != NULL) {
        bool starts = at == value || strchr("<, \t:", at[-1]) != NULL;
        found = starts && (at[length] == '\0' || strchr(">, \t;(", at[length]) != NULL);
        at++;
    }
    free(value);
    return found;
}

unsigned mail_address_count(const struct mail *mail, const char *name)
{
    char *value = copy_header(mail->headers, name);
    const char *at;
    unsigned count = 0;
    bool quoted = false, filled = false;
    for (at = value; at != NULL && *at != '\0'; at++) {
        if (*at == '\\' && quoted && at[1] != '\0')
            at++;
        else if (*at == '"')
            quoted = !quoted;
        else if (*at == ',' && !quoted) {
            count += filled;
            filled = false;
            continue;
        }
        filled = filled || !isspace((unsigned char)*at);
    }
    free(value);
    return count + filled;
}

/* Whether a mail system put this header there on the way: each copy says whose it is. */
static bool is_trace(const char *header)
{
    static const char *const names[] = {"Return-Path:", "Received:", "Delivered-To:",
                                        "X-Original-To:", "Envelope-To:"};
    size_t i;
    for (i = 0; i < sizeof names / sizeof *names; i++)
        if (begins_with(header, names[i]))
            return true;
    return false;
}

bool mail_headers_mention(const struct mail *mail, const char *text)
{
    size_t room = strlen(mail->headers) + 1;
    char *own = calloc(room, 1), *decoded = malloc(room * 3 + 8);
    const char *line = mail->headers;
    bool found = false;
    if (own == NULL || decoded == NULL) {
        free(own);
        free(decoded);
        return false;
    }
    while (*line != '\0') {
        size_t length = strcspn(line, "\n");
        length += line[length] == '\n';
        if (!is_trace(line))
            strncat(own, line, length);
        line += length;
    }
    decode_words(own, decoded, room * 3 + 8);
    found = find_text(own, text) != NULL || find_text(decoded, text) != NULL;
    free(own);
    free(decoded);
    return found;
}

size_t mail_longest_line(const struct mail *mail)
{
    size_t longest = 0, length = 0, i;
    for (i = 0; i < mail->size; i++) {
        if (mail->raw[i] == '\n')
            length = 0;
        else if (mail->raw[i] != '\r' && ++length > longest)
            longest = length;
    }
    return longest;
}

const char *mail_text(struct mail *mail)
{
    size_t i;
    for (i = 0; i < mail->part_count; i++) {
        struct mail_part *part = &mail->parts[i];
        if (!part->attached && begins_with(part->type, "text/plain") && part->bytes != NULL) {
            while (part->size > 0 && part->bytes[part->size - 1] == '\n')
                part->bytes[--part->size] = '\0';
            return part->bytes;
        }
    }
    return "";
}

struct mail_part *mail_attachment(struct mail *mail, size_t index)
{
    size_t i;
    for (i = 0; i < mail->part_count; i++)
        if (mail->parts[i].attached && index-- == 0)
            return &mail->parts[i];
    return NULL;
}

size_t mail_attachment_count(const struct mail *mail)
{
    size_t i, count = 0;
    for (i = 0; i < mail->part_count; i++)
        count += mail->parts[i].attached;
    return count;
}
