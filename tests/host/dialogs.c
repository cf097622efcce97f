/* Shows a dialog, prints what came of it, and is what it was before. */
#include "host.h"

#include <dirent.h>
#include <errno.h>
#include <sys/resource.h>
#include <sys/wait.h>

static int open_descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

/* The window of a caller that has one. */
static ULONG_PTR parent(ULONG_PTR otherwise)
{
    const char *number = getenv("PARENT");
    return number == NULL ? otherwise : strtoul(number, NULL, 0);
}

static void print_recipient(const MapiRecipDesc *one)
{
    EXPECT(one->ulEIDSize > 0 && one->lpEntryID != NULL);
    printf("%u %s %s\n", (unsigned)one->ulRecipClass, one->lpszName, one->lpszAddress);
}

/* address FIELDS LABEL CLASS NAME... */
static ULONG address(int count, char **words)
{
    MapiRecipDesc given[8];
    lpMapiRecipDesc chosen = (lpMapiRecipDesc)given;
    ULONG code, many = 77, number = 0;
    memset(given, 0, sizeof given);
    for (int at = 2; at + 1 < count; at += 2, number++) {
        given[number].ulRecipClass = (ULONG)atoi(words[at]);
        given[number].lpszName = words[at + 1];
    }
    code = MAPIAddress(0, parent(7), "Who?", (ULONG)atoi(words[0]), words[1], number, given, 0, 0, &many, &chosen);
    if (code != SUCCESS_SUCCESS) {
        EXPECT(many == 0 && chosen == NULL);
        return code;
    }
    EXPECT(chosen != NULL);
    for (ULONG at = 0; at < many; at++)
        print_recipient(chosen + at);
    EXPECT_CODE(SUCCESS_SUCCESS, MAPIFreeBuffer(chosen));
    EXPECT_CODE(MAPI_E_FAILURE, MAPIFreeBuffer(chosen));
    return code;
}

static ULONG resolve(char *name, FLAGS flags)
{
    lpMapiRecipDesc found;
    ULONG code = MAPIResolveName(0, parent(0), name, flags, 0, &found);
    if (code != SUCCESS_SUCCESS)
        return code;
    print_recipient(found);
    EXPECT_CODE(SUCCESS_SUCCESS, MAPIFreeBuffer(found));
    return code;
}

static ULONG details(char *name)
{
    lpMapiRecipDesc found;
    EXPECT_CODE(SUCCESS_SUCCESS, MAPIResolveName(0, 0, name, 0, 0, &found));
    ULONG code = MAPIDetails(0, parent(0), found, MAPI_AB_NOMODIFY, 0);
    EXPECT_CODE(SUCCESS_SUCCESS, MAPIFreeBuffer(found));
    return code;
}

static ULONG logon(FLAGS flags, char *profile, char *password)
{
    LHANDLE session = 77;
    ULONG code = MAPILogon(parent(0), profile, password, flags, 0, &session);
    if (code != SUCCESS_SUCCESS) {
        EXPECT(session == 0);
        return code;
    }
    EXPECT_CODE(SUCCESS_SUCCESS, MAPILogoff(session, 0, 0, 0));
    return code;
}

/* send FLAGS NAME FILE... */
static ULONG send_to(FLAGS flags, char *name, int count, char **paths)
{
    MapiRecipDesc to = {0, MAPI_TO, name, NULL, 0, NULL};
    MapiFileDesc files[8];
    MapiMessage mail = {0};
    memset(files, 0, sizeof files);
    for (int at = 0; at < count; at++) {
        files[at].nPosition = (ULONG)-1;
        files[at].lpszPathName = paths[at];
    }
    mail.lpszSubject = "From a host";
    mail.lpszNoteText = getenv("LONG") == NULL ? "Its text." : long_text();
    mail.nRecipCount = name[0] == '\0' ? 0 : 1;
    mail.lpRecips = &to;
    mail.nFileCount = (ULONG)count;
    mail.lpFiles = files;
    return MAPISendMail(0, parent(0), &mail, flags, 0);
}

int main(int count, char **words)
{
    char why[2000] = "";
    ULONG code = 99;
    EXPECT(count > 2);
    const char *what = words[1];
    lpMapiRecipDesc somebody;
    EXPECT(MAPIResolveName(0, 0, "before@example.org", 0, 0, &somebody) != 77);
    MAPIFreeBuffer(somebody);
    int before = open_descriptors();
    if (getenv("FULL") != NULL) {
        struct rlimit most = {8192, 8192};
        EXPECT(setrlimit(RLIMIT_FSIZE, &most) == 0);
    }

    if (strcmp(what, "address") == 0)
        code = address(count - 2, words + 2);
    else if (strcmp(what, "resolve") == 0)
        code = resolve(words[2], MAPI_DIALOG);
    else if (strcmp(what, "details") == 0)
        code = details(words[2]);
    else if (strcmp(what, "logon") == 0)
        code = logon((FLAGS)strtoul(words[2], NULL, 0), count > 3 ? words[3] : NULL,
                     count > 4 ? words[4] : NULL);
    else if (strcmp(what, "send") == 0)
        code = send_to((FLAGS)strtoul(words[2], NULL, 0), words[3], count - 4, words + 4);
    else if (strcmp(what, "documents") == 0)
        code = MAPISendDocuments(parent(0), ";", words[2], NULL, 0);
    SimpleMapiLastError(why, sizeof why);
    printf("code %u\n%s\n", (unsigned)code, code == 0 ? "" : why);

    EXPECT(waitpid(-1, NULL, __WALL | WNOHANG) == -1 && errno == ECHILD);
    EXPECT(open_descriptors() == before);
    /* Nothing is in the way of the next call. */
    EXPECT_CODE(MAPI_E_UNKNOWN_RECIPIENT, MAPIResolveName(0, 0, "", 0, 0, &somebody));
    return 0;
}
