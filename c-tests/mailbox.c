#include "mailbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "platform.h"

/* Headers longer than this are not looked through for a token. */
#define HEAD 65536L

static char *read_file(const char *path, long limit, size_t *size)
{
    FILE *file = platform_open_file(path, "rb");
    char *bytes = NULL;
    long length;
    if (file == NULL)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (length = ftell(file)) >= 0) {
        if (limit > 0 && length > limit)
            length = limit;
        bytes = malloc((size_t)length + 1);
    }
    if (bytes != NULL) {
        rewind(file);
        *size = fread(bytes, 1, (size_t)length, file);
        bytes[*size] = '\0';
    }
    fclose(file);
    return bytes;
}

struct search {
    char folder[512];
    const char *token;
    unsigned found;
    struct mail *mail; /* the last one found */
};

static void look_at(const char *name, void *context)
{
    struct search *search = context;
    char path[1024];
    size_t size = 0;
    char *bytes;
    bool mentioned;
    struct mail *mail;
    snprintf(path, sizeof path, "%s/%s", search->folder, name);
    /* The token is plain ASCII and in an address, which is never encoded. */
    bytes = read_file(path, HEAD, &size);
    mentioned = bytes != NULL && strstr(bytes, search->token) != NULL;
    free(bytes);
    if (!mentioned || (bytes = read_file(path, 0, &size)) == NULL)
        return;
    if ((mail = mail_parse(bytes, size)) == NULL) {
        free(bytes);
        return;
    }
    if (mail_headers_mention(mail, search->token)) {
        search->found++;
        mail_free(search->mail);
        search->mail = mail;
    } else {
        mail_free(mail);
    }
}

static void look_through(const char *directory, struct search *search)
{
    static const char *const folders[] = {"new", "cur"};
    size_t i;
    for (i = 0; i < 2; i++) {
        snprintf(search->folder, sizeof search->folder, "%s/%s", directory, folders[i]);
        platform_list_directory(search->folder, look_at, search);
    }
}

struct mail *mailbox_wait(const char *directory, const char *token, unsigned seconds)
{
    time_t deadline = time(NULL) + (time_t)seconds;
    for (;;) {
        struct search search = {"", token, 0, NULL};
        look_through(directory, &search);
        if (search.mail != NULL || time(NULL) >= deadline)
            return search.mail;
        platform_sleep(50);
    }
}

unsigned mailbox_count(const char *directory, const char *token)
{
    struct search search = {"", token, 0, NULL};
    look_through(directory, &search);
    mail_free(search.mail);
    return search.found;
}

bool mailbox_put(const char *directory, const char *message)
{
    static unsigned count;
    char name[128], temporary[1024], final[1024];
    FILE *file;
    bool written;
    snprintf(name, sizeof name, "%ld.%lu_%u.conformance", (long)time(NULL), platform_process_id(),
             ++count);
    snprintf(temporary, sizeof temporary, "%s/tmp/%s", directory, name);
    snprintf(final, sizeof final, "%s/new/%s", directory, name);
    file = platform_open_file(temporary, "wb");
    if (file == NULL)
        return false;
    written = fputs(message, file) >= 0;
    return fclose(file) == 0 && written && platform_rename(temporary, final);
}
