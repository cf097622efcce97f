/*
 * sink [quick] [KEYWORD...]: an SMTP server that takes everything and keeps nothing, as fast as one
 * thread can. It offers the extensions named; with "quick" it acknowledges every segment at once, which
 * spares clients that write their last line by itself the 40 ms that an ordinary server costs them.
 *
 * Prints its port, serves until its standard input ends, and prints how many messages, bytes of
 * messages and groups of answers there were: a group is what a client has to wait for.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 1 << 18, LINE = 2048, ANSWERS = 1 << 16 };

enum state { COMMANDS, DATA, CHUNK };

struct client {
    int socket;
    enum state state;
    char line[LINE];             /* the beginning of a command that is not whole yet */
    size_t length;
    char last[4];                /* what came last of DATA: its end may be cut in two */
    unsigned long long missing;  /* of a chunk */
    int last_chunk;
    char answers[ANSWERS];
    size_t answered;
    int leaving;
};

static char piece[PIECE];
static char greeting[] = "220 sink ESMTP\r\n";
static char hello[1024] = "250-sink\r\n";
static int quick;
static unsigned long long messages, bytes, groups;

static void answer(struct client *client, const char *text)
{
    size_t length = strlen(text);

    if (client->answered + length <= ANSWERS) {
        memcpy(client->answers + client->answered, text, length);
        client->answered += length;
    }
}

static void took_message(struct client *client)
{
    messages++;
    answer(client, "250 2.0.0 taken\r\n");
}

static void end_chunk(struct client *client)
{
    client->state = COMMANDS;
    if (client->last_chunk)
        took_message(client);
    else
        answer(client, "250 2.0.0 go on\r\n");
}

static void obey(struct client *client)
{
    char *line = client->line;

    client->length = 0;
    if (strncasecmp(line, "EHLO", 4) == 0) {
        answer(client, hello);
    } else if (strncasecmp(line, "DATA", 4) == 0) {
        client->state = DATA;
        /* The line end of the command counts as the one before a dot. */
        memcpy(client->last, "\0\0\r\n", 4);
        answer(client, "354 go on\r\n");
    } else if (strncasecmp(line, "BDAT", 4) == 0) {
        client->missing = strtoull(line + 4, NULL, 10);
        client->last_chunk = strcasestr(line, "LAST") != NULL;
        client->state = CHUNK;
        if (client->missing == 0)
            end_chunk(client);
    } else if (strncasecmp(line, "QUIT", 4) == 0) {
        answer(client, "221 2.0.0 bye\r\n");
        client->leaving = 1;
    } else {
        answer(client, "250 2.0.0 yes\r\n");
    }
}

/* Takes what there is of a chunk, and returns how much that is. */
static size_t take_chunk(struct client *client, size_t there)
{
    size_t taken = there < client->missing ? there : (size_t)client->missing;

    client->missing -= taken;
    bytes += taken;
    if (client->missing == 0)
        end_chunk(client);
    return taken;
}

/* The bytes up to the end of DATA and with it, or all there are where it is not among them. */
static size_t take_data(struct client *client, const char *from, size_t there)
{
    static const char end[] = "\r\n.\r\n";
    char seam[8];
    size_t head = there < 4 ? there : 4, taken = there;
    const char *found;

    memcpy(seam, client->last, 4);
    memcpy(seam + 4, from, head);
    found = memmem(seam, 4 + head, end, 5);
    if (found != NULL) {
        taken = (size_t)(found - seam) + 1;
    } else {
        found = memmem(from, there, end, 5);
        if (found != NULL)
            taken = (size_t)(found - from) + 5;
    }
    bytes += taken;
    if (found != NULL) {
        client->state = COMMANDS;
        took_message(client);
    } else if (there >= 4) {
        memcpy(client->last, from + there - 4, 4);
    } else {
        memmove(client->last, client->last + there, 4 - there);
        memcpy(client->last + 4 - there, from, there);
    }
    return taken;
}

static size_t take_line(struct client *client, const char *from, size_t there)
{
    const char *end = memchr(from, '\n', there);
    size_t taken = end != NULL ? (size_t)(end - from) + 1 : there;

    if (client->length + taken < LINE) {
        memcpy(client->line + client->length, from, taken);
        client->length += taken;
    }
    client->line[client->length] = '\0';
    if (end != NULL)
        obey(client);
    return taken;
}

static void take(struct client *client, const char *from, size_t there)
{
    while (there > 0) {
        size_t taken = client->state == COMMANDS ? take_line(client, from, there)
                       : client->state == DATA   ? take_data(client, from, there)
                                                 : take_chunk(client, there);
        from += taken;
        there -= taken;
    }
}

/* Whether the client goes on. */
static int serve(struct client *client)
{
    ssize_t got = recv(client->socket, piece, sizeof piece, 0);

    if (got <= 0)
        return got < 0 && errno == EAGAIN;
    if (quick)
        setsockopt(client->socket, IPPROTO_TCP, TCP_QUICKACK, &quick, sizeof quick);
    take(client, piece, (size_t)got);
    if (client->answered > 0) {
        groups++;
        if (send(client->socket, client->answers, client->answered, MSG_NOSIGNAL) < 0)
            return 0;
        client->answered = 0;
    }
    return !client->leaving;
}

static void welcome(int poll, int listener)
{
    int one = 1, socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    struct client *client = calloc(1, sizeof *client);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};

    if (socket < 0 || client == NULL) {
        free(client);
        return;
    }
    client->socket = socket;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (quick)
        setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &quick, sizeof quick);
    if (send(socket, greeting, sizeof greeting - 1, MSG_NOSIGNAL) < 0 ||
        epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event) != 0) {
        close(socket);
        free(client);
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof here;
    int i, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0);
    struct epoll_event events[64], new_client = {.events = EPOLLIN, .data.fd = -1};
    struct epoll_event end = {.events = EPOLLIN, .data.fd = -2};

    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "quick") == 0)
            quick = 1;
        else
            sprintf(hello + strlen(hello), "250-%.40s\r\n", argv[i]);
    }
    strcat(hello, "250 8BITMIME\r\n");
    new_client.data.ptr = NULL;
    end.data.ptr = &end;
    if (bind(listener, (struct sockaddr *)&here, size) != 0 || listen(listener, 128) != 0 ||
        getsockname(listener, (struct sockaddr *)&here, &size) != 0 ||
        epoll_ctl(poll, EPOLL_CTL_ADD, listener, &new_client) != 0 ||
        epoll_ctl(poll, EPOLL_CTL_ADD, 0, &end) != 0) {
        perror("sink");
        return 1;
    }
    printf("%d\n", ntohs(here.sin_port));
    fflush(stdout);
    for (;;) {
        int ready = epoll_wait(poll, events, 64, -1);

        for (i = 0; i < ready; i++) {
            struct client *client = events[i].data.ptr;

            if (events[i].data.ptr == &end) {
                printf("%llu %llu %llu\n", messages, bytes, groups);
                return 0;
            }
            if (client == NULL) {
                welcome(poll, listener);
            } else if (!serve(client)) {
                close(client->socket);
                free(client);
            }
        }
    }
}
