// FAULT is "GLOB CALL MOMENT NTH ACTION [TIMES]", such as
//
//   */log/*/data.mdb meta before 3 kill
//   */data.mdb sync before 1 EIO 2
//
// Of the calls of that kind on files whose path matches, it strikes the NTH, and TIMES - 1 behind it. CALL is pages,
// meta, sync, resize (ftruncate, posix_fallocate), create, mkdir, rename, unlink, folder or any; MOMENT is before or after the call is carried out;
// ACTION is kill, EIO, ENOSPC or short: half of the bytes are written, and no error is given.
#include "faults.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const call_names[CALL_COUNT] = {
    "pages", "meta", "sync", "resize", "create", "mkdir", "rename", "unlink", "folder"};

static struct {
    char glob[512];
    int call; /* -1: any */
    enum moment moment;
    long nth;
    long times;
    enum { KILL, REFUSE, SHORT } action;
    int number; /* errno of REFUSE */
} fault;

static int has_fault;
static long seen;
static const char *root;
static size_t root_count;

void give_up(const char *why) {
    fprintf(stderr, "fault injection: %s\n", why);
    abort();
}

__attribute__((constructor)) static void read_environment(void) {
    root = getenv("FAULT_ROOT");
    if (!root) return;
    root_count = strlen(root);
    const char *text = getenv("FAULT");
    if (!text) return;
    char call[16], moment[8], action[8];
    fault.times = 1;
    if (sscanf(text, "%511s %15s %7s %ld %7s %ld", fault.glob, call, moment, &fault.nth, action, &fault.times) < 5)
        give_up("FAULT does not read GLOB CALL MOMENT NTH ACTION [TIMES]");
    fault.call = -2;
    if (strcmp(call, "any") == 0) fault.call = -1;
    for (int index = 0; index < CALL_COUNT; index++)
        if (strcmp(call, call_names[index]) == 0) fault.call = index;
    if (fault.call == -2) give_up("FAULT names an unknown call");
    fault.moment = strcmp(moment, "before") == 0 ? BEFORE : AFTER;
    if (strcmp(action, "kill") == 0) {
        fault.action = KILL;
    } else if (strcmp(action, "short") == 0) {
        fault.action = SHORT;
    } else if (strcmp(action, "EIO") == 0 || strcmp(action, "ENOSPC") == 0) {
        fault.action = REFUSE;
        fault.number = action[1] == 'I' ? EIO : ENOSPC;
    } else {
        give_up("FAULT names an unknown action");
    }
    has_fault = 1;
}

int is_watched(const char *path) {
    return root && strncmp(path, root, root_count) == 0 && (path[root_count] == '/' || path[root_count] == 0);
}

static void mark(enum call call, const char *path) {
    const char *file = getenv("FAULT_MARK");
    if (!file) return;
    /* Past our own wrappers. */
    int descriptor = syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND, 0666);
    char line[1024];
    int count = snprintf(line, sizeof line, "%s %s\n", call_names[call], path);
    if (descriptor < 0 || syscall(SYS_write, descriptor, line, count) != count) give_up("FAULT_MARK cannot be written");
    syscall(SYS_close, descriptor);
}

enum verdict fault_verdict(enum call call, enum moment moment, const char *path) {
    if (!has_fault || moment != fault.moment || (fault.call >= 0 && fault.call != (int)call)) return PASS;
    if (fnmatch(fault.glob, path, 0) != 0) return PASS;
    if (fault.action == SHORT && call != CALL_PAGES && call != CALL_META) return PASS;
    long number = __atomic_add_fetch(&seen, 1, __ATOMIC_SEQ_CST);
    if (number < fault.nth || number >= fault.nth + fault.times) return PASS;
    mark(call, path);
    switch (fault.action) {
    case KILL:
        kill(getpid(), SIGKILL);
        for (;;) pause();
    case SHORT: return CUT_SHORT;
    case REFUSE: errno = fault.number; return FAIL;
    }
    return PASS;
}
