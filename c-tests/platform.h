/*
 * The door to the operating system: everything that is not the same on POSIX and on Windows.
 *
 * What a system does not have answers false or NULL, and the test that wanted it skips itself.
 */
#ifndef PLATFORM_H
#define PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Shared libraries. On failure NULL, and the reason in `why`. */
typedef void (*any_function)(void);
void *platform_open_library(const char *path, char *why, size_t why_size);
any_function platform_symbol(void *library, const char *name);

/*
 * Runs `body` in a process of its own, for at most `seconds`, and fetches what it wrote to
 * `result`. True if it wrote it and ended well; otherwise `how` says how it ended. A system that
 * cannot do that runs it in place. With PLATFORM_EXIT the process ends as a program does, so that
 * memory checkers give their verdict on it; with PLATFORM_VANISH it is gone
 * as soon as it has told its result: what it had of its parent's is no leak.
 */
enum platform_end { PLATFORM_EXIT, PLATFORM_VANISH };
bool platform_run_apart(void (*body)(void *result), void *result, size_t result_size,
                        enum platform_end end, unsigned seconds, char *how, size_t how_size);
bool platform_can_run_apart(void);

/* Threads. `stack` is in bytes, 0 for the usual size. NULL if none could be started. */
struct platform_thread;
struct platform_thread *platform_start_thread(void (*body)(void *), void *argument, size_t stack);
void platform_join_thread(struct platform_thread *thread);
void platform_sleep(unsigned milliseconds);

/* Memory whose last byte is followed by a page that nobody may touch; never given back. */
char *platform_guarded_memory(size_t size);
/* Memory that may be read and not written; a copy of `bytes`, never given back. */
void *platform_read_only_copy(const void *bytes, size_t size);

/* Whether a library may take the bytes of its caller for UTF-8. On Windows they are in the ANSI code page. */
bool platform_bytes_may_be_utf8(void);

/* Files. Paths are UTF-8. */
FILE *platform_open_file(const char *path, const char *mode);
bool platform_make_temporary_directory(char *path, size_t path_size);
bool platform_make_directory(const char *path);
bool platform_remove(const char *path); /* a folder with all that is in it */
bool platform_make_fifo(const char *path);
bool platform_make_link(const char *target, const char *path);
bool platform_make_unreadable(const char *path); /* false also if we may read it all the same */
bool platform_make_sparse_file(const char *path, unsigned long long size);
bool platform_is_private(const char *path); /* for its owner alone; true where that is not known */
bool platform_rename(const char *from, const char *to);
bool platform_list_directory(const char *path, void (*each)(const char *name, void *context),
                             void *context);
bool platform_change_directory(const char *path);

unsigned long platform_process_id(void);

#endif
