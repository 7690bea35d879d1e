/*
 * The names that a folder would lose or have again if the power went now: a text file `names` in FAULT_JOURNAL, a line
 * for each name that was made, moved or removed, and one when a folder was synced, which makes durable what happened
 * in it before. What loses its name in between is kept beside it under a name of its own.
 */
#include "faults.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Past our own wrappers. */
static void note(const char *line, int count) {
    const char *folder = getenv("FAULT_JOURNAL");
    if (!folder) return;
    char name[4096];
    snprintf(name, sizeof name, "%s/names", folder);
    int descriptor = syscall(SYS_openat, AT_FDCWD, name, O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (descriptor < 0 || syscall(SYS_write, descriptor, line, count) != count) give_up("a name cannot be noted");
    syscall(SYS_close, descriptor);
}

void name_made(const char *kind, const char *path) {
    char line[8192];
    note(line, snprintf(line, sizeof line, "%s\t%s\n", kind, path));
}

void names_synced(const char *folder) { name_made("sync", folder); }

void name_save(const char *path, char *saved, size_t count) {
    static long number;
    const char *folder = getenv("FAULT_JOURNAL");
    struct stat status;
    saved[0] = 0;
    if (!folder || lstat(path, &status) != 0 || !S_ISREG(status.st_mode)) return;
    long own = __atomic_add_fetch(&number, 1, __ATOMIC_SEQ_CST);
    snprintf(saved, count, "%s/saved-%d-%ld", folder, (int)getpid(), own);
    if (syscall(SYS_link, path, saved) != 0) give_up("a file that loses its name cannot be kept");
}

void name_lost(const char *kind, const char *from, const char *to, const char *saved) {
    char line[16384];
    note(line, snprintf(line, sizeof line, "%s\t%s\t%s\t%s\n", kind, from, to, saved));
}
