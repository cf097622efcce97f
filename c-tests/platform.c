#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _WIN32

#include <direct.h>
#include <windows.h>

void *platform_open_library(const char *path, char *why, size_t why_size)
{
    HMODULE module = LoadLibraryA(path);
    if (module == NULL)
        snprintf(why, why_size, "LoadLibrary failed with error %lu", (unsigned long)GetLastError());
    return (void *)module;
}

any_function platform_symbol(void *library, const char *name)
{
    return (any_function)GetProcAddress((HMODULE)library, name);
}

bool platform_can_run_apart(void)
{
    return false;
}

bool platform_run_apart(void (*body)(void *result), void *result, size_t result_size,
                        enum platform_end end, unsigned seconds, char *how, size_t how_size)
{
    (void)result_size, (void)end, (void)seconds, (void)how, (void)how_size;
    body(result);
    return true;
}

struct platform_thread {
    HANDLE handle;
    void (*body)(void *);
    void *argument;
};

static DWORD WINAPI thread_main(LPVOID argument)
{
    struct platform_thread *thread = argument;
    thread->body(thread->argument);
    return 0;
}

struct platform_thread *platform_start_thread(void (*body)(void *), void *argument, size_t stack)
{
    struct platform_thread *thread = malloc(sizeof *thread);
    if (thread == NULL)
        return NULL;
    thread->body = body;
    thread->argument = argument;
    thread->handle = CreateThread(NULL, stack, thread_main, thread,
                                  stack == 0 ? 0 : STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (thread->handle == NULL) {
        free(thread);
        return NULL;
    }
    return thread;
}

void platform_join_thread(struct platform_thread *thread)
{
    WaitForSingleObject(thread->handle, INFINITE);
    CloseHandle(thread->handle);
    free(thread);
}

void platform_sleep(unsigned milliseconds)
{
    Sleep(milliseconds);
}

char *platform_guarded_memory(size_t size)
{
    SYSTEM_INFO info;
    size_t page, whole;
    char *memory;
    DWORD before;
    GetSystemInfo(&info);
    page = info.dwPageSize;
    whole = (size + page - 1) / page * page;
    memory = VirtualAlloc(NULL, whole + page, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    if (memory == NULL || !VirtualProtect(memory + whole, page, PAGE_NOACCESS, &before))
        return NULL;
    return memory + whole - size;
}

void *platform_read_only_copy(const void *bytes, size_t size)
{
    DWORD before;
    void *memory = VirtualAlloc(NULL, size, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    if (memory == NULL)
        return NULL;
    memcpy(memory, bytes, size);
    return VirtualProtect(memory, size, PAGE_READONLY, &before) ? memory : NULL;
}

bool platform_make_temporary_directory(char *path, size_t path_size)
{
    char folder[MAX_PATH];
    unsigned tried;
    if (GetTempPathA(sizeof folder, folder) == 0)
        return false;
    /* A run that was ended may have left one, and numbers of processes come again. */
    for (tried = 0; tried < 1000; tried++) {
        snprintf(path, path_size, "%smapi-conformance-%lu-%u", folder, platform_process_id(), tried);
        if (platform_make_directory(path))
            return true;
    }
    return false;
}

bool platform_bytes_may_be_utf8(void)
{
    return false;
}

/* UTF-8 as the system wants it, in one of a few places that take turns; "" for what is too long. */
static const wchar_t *wide(const char *text)
{
    static wchar_t places[4][1024];
    static unsigned next;
    wchar_t *place = places[next++ % 4];
    if (MultiByteToWideChar(CP_UTF8, 0, text, -1, place, 1024) == 0)
        place[0] = L'\0';
    return place;
}

FILE *platform_open_file(const char *path, const char *mode)
{
    return _wfopen(wide(path), wide(mode));
}

bool platform_make_directory(const char *path)
{
    return _wmkdir(wide(path)) == 0;
}

static void remove_inside(const char *name, void *context)
{
    char path[1024];
    snprintf(path, sizeof path, "%s\\%s", (const char *)context, name);
    platform_remove(path);
}

bool platform_remove(const char *path)
{
    DWORD attributes = GetFileAttributesW(wide(path));
    if (attributes != INVALID_FILE_ATTRIBUTES && (attributes & FILE_ATTRIBUTE_DIRECTORY) != 0) {
        platform_list_directory(path, remove_inside, (void *)path);
        return _wrmdir(wide(path)) == 0;
    }
    return _wremove(wide(path)) == 0;
}

bool platform_make_fifo(const char *path)
{
    (void)path;
    return false;
}

bool platform_make_link(const char *target, const char *path)
{
    (void)target, (void)path;
    return false;
}

bool platform_make_unreadable(const char *path)
{
    (void)path;
    return false;
}

bool platform_make_sparse_file(const char *path, unsigned long long size)
{
    (void)path, (void)size;
    return false;
}

bool platform_is_private(const char *path)
{
    (void)path;
    return true;
}

bool platform_rename(const char *from, const char *to)
{
    return MoveFileW(wide(from), wide(to)) != 0;
}

bool platform_list_directory(const char *path, void (*each)(const char *name, void *context),
                             void *context)
{
    char pattern[1024], name[1024];
    WIN32_FIND_DATAW entry;
    HANDLE search;
    snprintf(pattern, sizeof pattern, "%s\\*", path);
    search = FindFirstFileW(wide(pattern), &entry);
    if (search == INVALID_HANDLE_VALUE)
        return false;
    do {
        if (WideCharToMultiByte(CP_UTF8, 0, entry.cFileName, -1, name, sizeof name, NULL, NULL) != 0
            && strcmp(name, ".") != 0 && strcmp(name, "..") != 0)
            each(name, context);
    } while (FindNextFileW(search, &entry));
    FindClose(search);
    return true;
}

bool platform_change_directory(const char *path)
{
    return SetCurrentDirectoryA(path) != 0;
}

unsigned long platform_process_id(void)
{
    return (unsigned long)GetCurrentProcessId();
}

#else

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

void *platform_open_library(const char *path, char *why, size_t why_size)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        snprintf(why, why_size, "%s", dlerror());
    return library;
}

any_function platform_symbol(void *library, const char *name)
{
    /* POSIX gives functions as object pointers; C99 knows no cast from one to the other. */
    union {
        void *object;
        any_function function;
    } symbol;
    symbol.object = dlsym(library, name);
    return symbol.function;
}

static long long milliseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Reads the whole result from the pipe unless the other side ends or time runs out. */
static bool read_result(int from, char *result, size_t size, long long deadline)
{
    size_t have = 0;
    while (have < size) {
        struct pollfd ready = {from, POLLIN, 0};
        long long left = deadline - milliseconds_now();
        ssize_t got;
        if (left <= 0)
            return false;
        if (poll(&ready, 1, (int)left) <= 0)
            continue;
        got = read(from, result + have, size - have);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        if (got > 0)
            have += (size_t)got;
    }
    return true;
}

static bool wait_until(pid_t child, int *status, long long deadline)
{
    while (waitpid(child, status, WNOHANG) == 0) {
        if (milliseconds_now() >= deadline) {
            kill(child, SIGKILL);
            waitpid(child, status, 0);
            return false;
        }
        platform_sleep(1);
    }
    return true;
}

bool platform_can_run_apart(void)
{
    return true;
}

bool platform_run_apart(void (*body)(void *result), void *result, size_t result_size,
                        enum platform_end end, unsigned seconds, char *how, size_t how_size)
{
    long long deadline = milliseconds_now() + (long long)seconds * 1000;
    int ends[2], status = 0;
    bool told, in_time;
    pid_t child;

    fflush(NULL);
    if (pipe(ends) != 0 || (child = fork()) < 0) {
        snprintf(how, how_size, "could not start a process: %s", strerror(errno));
        return false;
    }
    if (child == 0) {
        close(ends[0]);
        fcntl(ends[1], F_SETFD, FD_CLOEXEC);
        body(result);
        fflush(NULL);
        if (write(ends[1], result, result_size) != (ssize_t)result_size)
            _exit(125);
        close(ends[1]);
        if (end == PLATFORM_VANISH)
            raise(SIGKILL);
        exit(0);
    }
    close(ends[1]);
    told = read_result(ends[0], result, result_size, deadline);
    in_time = wait_until(child, &status, deadline);
    close(ends[0]);

    if (end == PLATFORM_VANISH && told && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return true;
    if (!in_time)
        snprintf(how, how_size, "%s after %u seconds and was killed",
                 told ? "told its result but had not ended" : "hung", seconds);
    else if (WIFSIGNALED(status))
        snprintf(how, how_size, "died of signal %d (%s)", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else if (!told)
        snprintf(how, how_size, "ended the process with status %d", WEXITSTATUS(status));
    else if (WEXITSTATUS(status) != 0)
        snprintf(how, how_size, "ended with status %d after its last check, as memory checkers do",
                 WEXITSTATUS(status));
    return told && in_time && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct platform_thread {
    pthread_t id;
    void (*body)(void *);
    void *argument;
};

static void *thread_main(void *argument)
{
    struct platform_thread *thread = argument;
    thread->body(thread->argument);
    return NULL;
}

struct platform_thread *platform_start_thread(void (*body)(void *), void *argument, size_t stack)
{
    struct platform_thread *thread = malloc(sizeof *thread);
    pthread_attr_t attributes;
    int failed;
    if (thread == NULL)
        return NULL;
    thread->body = body;
    thread->argument = argument;
    pthread_attr_init(&attributes);
    failed = stack != 0 && pthread_attr_setstacksize(&attributes, stack) != 0;
    failed = failed || pthread_create(&thread->id, &attributes, thread_main, thread) != 0;
    pthread_attr_destroy(&attributes);
    if (failed) {
        free(thread);
        return NULL;
    }
    return thread;
}

void platform_join_thread(struct platform_thread *thread)
{
    pthread_join(thread->id, NULL);
    free(thread);
}

void platform_sleep(unsigned milliseconds)
{
    struct timespec wait;
    wait.tv_sec = milliseconds / 1000;
    wait.tv_nsec = (long)(milliseconds % 1000) * 1000000;
    nanosleep(&wait, NULL);
}

/* Private memory with `guard` bytes behind it that nobody may touch. */
static char *map_pages(size_t size, size_t guard)
{
    int zero = open("/dev/zero", O_RDWR | O_CLOEXEC);
    char *memory = mmap(NULL, size + guard, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
    close(zero);
    if (memory == MAP_FAILED)
        return NULL;
    if (guard != 0)
        mprotect(memory + size, guard, PROT_NONE);
    return memory;
}

char *platform_guarded_memory(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t whole = (size + page - 1) / page * page;
    char *memory = map_pages(whole, page);
    return memory == NULL ? NULL : memory + whole - size;
}

void *platform_read_only_copy(const void *bytes, size_t size)
{
    void *memory = map_pages(size, 0);
    if (memory == NULL)
        return NULL;
    memcpy(memory, bytes, size);
    return mprotect(memory, size, PROT_READ) == 0 ? memory : NULL;
}

bool platform_make_temporary_directory(char *path, size_t path_size)
{
    const char *base = getenv("TMPDIR");
    char real[PATH_MAX];
    snprintf(path, path_size, "%s/mapi-conformance-XXXXXX",
             base != NULL && *base != '\0' ? base : "/tmp");
    if (mkdtemp(path) == NULL || realpath(path, real) == NULL)
        return false;
    snprintf(path, path_size, "%s", real);
    return true;
}

bool platform_bytes_may_be_utf8(void)
{
    return true;
}

FILE *platform_open_file(const char *path, const char *mode)
{
    return fopen(path, mode);
}

bool platform_make_directory(const char *path)
{
    return mkdir(path, 0700) == 0;
}

static void remove_inside(const char *name, void *context)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", (const char *)context, name);
    platform_remove(path);
}

bool platform_remove(const char *path)
{
    struct stat about;
    if (lstat(path, &about) == 0 && S_ISDIR(about.st_mode)) {
        char folder[PATH_MAX];
        snprintf(folder, sizeof folder, "%s", path);
        platform_list_directory(path, remove_inside, folder);
        return rmdir(path) == 0;
    }
    return unlink(path) == 0;
}

bool platform_make_fifo(const char *path)
{
    return mkfifo(path, 0600) == 0;
}

bool platform_make_link(const char *target, const char *path)
{
    return symlink(target, path) == 0;
}

bool platform_make_unreadable(const char *path)
{
    int file;
    if (chmod(path, 0) != 0)
        return false;
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0)
        close(file);
    return file < 0;
}

bool platform_make_sparse_file(const char *path, unsigned long long size)
{
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    bool made = file >= 0 && ftruncate(file, (off_t)size) == 0;
    if (file >= 0)
        close(file);
    return made;
}

bool platform_is_private(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && (about.st_mode & 077) == 0;
}

bool platform_rename(const char *from, const char *to)
{
    return rename(from, to) == 0;
}

bool platform_list_directory(const char *path, void (*each)(const char *name, void *context),
                             void *context)
{
    DIR *directory = opendir(path);
    struct dirent *entry;
    if (directory == NULL)
        return false;
    while ((entry = readdir(directory)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            each(entry->d_name, context);
    closedir(directory);
    return true;
}

bool platform_change_directory(const char *path)
{
    return chdir(path) == 0;
}

unsigned long platform_process_id(void)
{
    return (unsigned long)getpid();
}

#endif
