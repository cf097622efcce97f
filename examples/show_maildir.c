/* show_maildir FOLDER: prints the new messages of a Maildir. Knows nothing of any mail library. */
#include <dirent.h>
#include <stdio.h>

static int show(const char *folder, const char *name)
{
    char path[4096];
    FILE *file;
    int c;

    snprintf(path, sizeof path, "%s/new/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL)
        return 0;
    printf("--- %s\n", name);
    while ((c = getc(file)) != EOF)
        if (c != '\r')
            putchar(c);
    fclose(file);
    return 1;
}

int main(int argc, char **argv)
{
    const char *maildir = argc > 1 ? argv[1] : ".";
    char path[4096];
    struct dirent *entry;
    int count = 0;
    DIR *folder;

    snprintf(path, sizeof path, "%s/new", maildir);
    folder = opendir(path);
    if (folder == NULL) {
        perror(path);
        return 1;
    }
    while ((entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.')
            count += show(maildir, entry->d_name);
    closedir(folder);
    printf("--- %d new\n", count);
    return count == 0;
}
