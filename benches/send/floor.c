/*
 * No library at all: what the protocol and the machine cost. It pipelines, uses BDAT where the server
 * offers it, encodes with the processor's vector instructions, and writes in large pieces. Everything
 * that a library has to look at, it knows.
 */
#define _GNU_SOURCE
#include "peer.h"

#include "base64.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INPUT = 57 * 2048, OUTPUT = 78 * 2048 };

static const char TAIL[] = "\r\n--frontier--\r\n";
static char answers[65536];
static size_t answered;
static int chunking;

static void all(int server, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(server, bytes, length, MSG_NOSIGNAL);

        if (sent <= 0)
            give_up("send");
        bytes += sent;
        length -= (size_t)sent;
    }
}

/* Waits for this many answers, and requires each to begin as it should. */
static void expect(int server, int count, char first)
{
    char *line = answers;

    for (;;) {
        char *end;

        while ((end = memchr(line, '\n', answered - (size_t)(line - answers))) != NULL) {
            if (line[3] == ' ' && --count >= 0 && line[0] != first && line[0] != '3')
                give_up("the server");
            if (strstr(line, "CHUNKING") != NULL && strstr(line, "CHUNKING") < end)
                chunking = 1;
            line = end + 1;
            if (count == 0) {
                answered -= (size_t)(line - answers);
                memmove(answers, line, answered);
                return;
            }
        }
        ssize_t got = recv(server, answers + answered, sizeof answers - 1 - answered, 0);
        if (got <= 0)
            give_up("recv");
        answered += (size_t)got;
        answers[answered] = '\0';
    }
}

static int dial(const struct work *work)
{
    struct sockaddr_in there = {.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                .sin_port = htons((unsigned short)work->port)};
    int one = 1, server = socket(AF_INET, SOCK_STREAM, 0);

    setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(server, (struct sockaddr *)&there, sizeof there) != 0)
        give_up("connect");
    answered = 0;
    expect(server, 1, '2');
    all(server, "EHLO laptop\r\n", 13);
    expect(server, 1, '2');
    return server;
}

/* The bytes of a file as base64, after what stands in the buffer already. */
static void send_file(int server, const struct work *work, char *output, size_t used, const char *end)
{
    static unsigned char input[INPUT + 16];
    int file = open(work->file, O_RDONLY);
    ssize_t got;

    while ((got = read(file, input, INPUT)) > 0) {
        used += base64_lines(output + used, input, (size_t)got);
        if (got == INPUT) {
            all(server, output, used);
            used = 0;
        }
    }
    close(file);
    strcpy(output + used, end);
    all(server, output, used + strlen(end));
}

static void send_one(int server, const struct work *work)
{
    static char output[OUTPUT + 8192], head[4096];
    size_t size, used;
    struct stat file = {0};

    message_head(head, sizeof head, work);
    size = strlen(head);
    if (work->file != NULL) {
        stat(work->file, &file);
        size += (size_t)file.st_size / 57 * 78 + strlen(TAIL);
        if (file.st_size % 57 != 0)
            size += ((size_t)file.st_size % 57 + 2) / 3 * 4 + 2;
    }
    used = (size_t)sprintf(output, "MAIL FROM:<" THE_SENDER "> BODY=8BITMIME SIZE=%zu\r\nRCPT TO:<" THE_RECIPIENT ">\r\n", size);
    if (chunking) {
        used += (size_t)sprintf(output + used, "BDAT %zu LAST\r\n%s", size, head);
    } else {
        used += (size_t)sprintf(output + used, "DATA\r\n");
        all(server, output, used);
        expect(server, 3, '2');
        used = (size_t)sprintf(output, "%s", head);
    }
    if (work->file != NULL) {
        send_file(server, work, output, used, chunking ? TAIL : "\r\n--frontier--\r\n.\r\n");
    } else {
        strcpy(output + used, chunking ? "" : ".\r\n");
        all(server, output, used + (chunking ? 0 : 3));
    }
    expect(server, chunking ? 3 : 1, '2');
}

int main(int argc, char **argv)
{
    struct work work = work_of(argc, argv);
    int server = -1;
    long sent;

    for (sent = 0; sent < work.count; sent++) {
        if (server < 0)
            server = dial(&work);
        send_one(server, &work);
        if (!work.kept || sent + 1 == work.count) {
            all(server, "QUIT\r\n", 6);
            expect(server, 1, '2');
            close(server);
            server = -1;
        }
    }
    return done(&work);
}
