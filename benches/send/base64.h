/* For the programs that write their messages by hand: the head, and base64 in lines of 76. */
#ifndef BASE64_H
#define BASE64_H

#include "peer.h"

#include <immintrin.h>
#include <stdint.h>

static inline void message_head(char *head, size_t size, const struct work *work)
{
    static unsigned long number;
    const char *type = work->file == NULL ? "Content-Type: text/plain; charset=utf-8\r\n\r\n"
                                          : "Content-Type: multipart/mixed; boundary=frontier\r\n\r\n"
                                            "--frontier\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
    const char *part = work->file == NULL ? ""
                                          : "\r\n--frontier\r\nContent-Type: application/octet-stream\r\n"
                                            "Content-Disposition: attachment; filename=stock.bin\r\n"
                                            "Content-Transfer-Encoding: base64\r\n\r\n";

    snprintf(head, size,
             "From: <" THE_SENDER ">\r\nTo: <" THE_RECIPIENT ">\r\nSubject: " THE_SUBJECT "\r\n"
             "Date: Tue, 14 Nov 2023 22:13:18 +0000\r\nMessage-ID: <%lu.%ld@laptop>\r\n"
             "MIME-Version: 1.0\r\n%s%s%s",
             ++number, (long)time(NULL), type, work->text, part);
}

static inline char *base64_triple(char *to, const unsigned char *from, size_t there)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = (uint32_t)from[0] << 16 | (there > 1 ? (uint32_t)from[1] << 8 : 0) | (there > 2 ? from[2] : 0);

    to[0] = letters[bits >> 18];
    to[1] = letters[bits >> 12 & 63];
    to[2] = there > 1 ? letters[bits >> 6 & 63] : '=';
    to[3] = there > 2 ? letters[bits & 63] : '=';
    return to + 4;
}

/* Twelve bytes, of sixteen that may be read, as sixteen letters. */
__attribute__((target("ssse3"))) static inline void base64_twelve(char *to, const unsigned char *from)
{
    const __m128i spread = _mm_set_epi8(10, 11, 9, 10, 7, 8, 6, 7, 4, 5, 3, 4, 1, 2, 0, 1);
    const __m128i offsets = _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                                          '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
    __m128i bytes = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)from), spread);
    __m128i high = _mm_mulhi_epu16(_mm_and_si128(bytes, _mm_set1_epi32(0x0fc0fc00)), _mm_set1_epi32(0x04000040));
    __m128i low = _mm_mullo_epi16(_mm_and_si128(bytes, _mm_set1_epi32(0x003f03f0)), _mm_set1_epi32(0x01000010));
    __m128i values = _mm_or_si128(high, low);
    /* 0 for the small letters, 1 to 10 for the digits, 11 and 12 for the signs, 13 for the capitals. */
    __m128i range = _mm_subs_epu8(values, _mm_set1_epi8(51));
    __m128i capital = _mm_and_si128(_mm_cmpgt_epi8(_mm_set1_epi8(26), values), _mm_set1_epi8(13));

    range = _mm_or_si128(range, capital);
    _mm_storeu_si128((__m128i *)(void *)to, _mm_add_epi8(values, _mm_shuffle_epi8(offsets, range)));
}

/* Writes lines of 76 letters, each with its end, and returns their length. */
__attribute__((target("ssse3"))) static inline size_t base64_lines(char *to, const unsigned char *from, size_t length)
{
    const char *begin = to;

    while (length > 0) {
        size_t line = length < 57 ? length : 57, at = 0;

        for (; at + 12 <= line && at + 16 <= length; at += 12, to += 16)
            base64_twelve(to, from + at);
        for (; at < line; at += 3)
            to = base64_triple(to, from + at, line - at);
        *to++ = '\r';
        *to++ = '\n';
        from += line;
        length -= line;
    }
    return (size_t)(to - begin);
}

#endif
