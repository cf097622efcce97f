/* A program on a terminal mails something, and finds its terminal, and what was typed meanwhile, as it was. */
#include <mapi.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

int main(int count, char **words)
{
    struct termios before, after;
    char line[20] = "";
    if (count != 2 || tcgetattr(0, &before) != 0)
        return 2;
    MapiRecipDesc to = {0, MAPI_TO, words[1], NULL, 0, NULL};
    MapiMessage message = {0};
    message.lpszSubject = "From a terminal";
    message.nRecipCount = 1;
    message.lpRecips = &to;
    printf("mailed: %u\n", (unsigned)MAPISendMail(0, 0, &message, MAPI_DIALOG, 0));
    if (tcgetattr(0, &after) != 0 || memcmp(&before, &after, sizeof before) != 0)
        return 3;
    if (tcgetpgrp(0) != getpgrp())
        return 4;
    return fgets(line, sizeof line, stdin) != NULL && strcmp(line, "typed\n") == 0 ? 0 : 5;
}
