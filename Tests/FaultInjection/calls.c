/* The calls themselves, each in front of the C library's own. */
#define _GNU_SOURCE
#include "faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* The path of a file that is looked at; 0 for all others. */
static int watched_path(int descriptor, char path[PATH_MAX]) {
    char link[64];
    if (descriptor <= STDERR_FILENO) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t count = readlink(link, path, PATH_MAX - 1);
    if (count <= 0) return 0;
    path[count] = 0;
    return is_watched(path);
}

/* LMDB writes a commit's header as a part of page 0 or 1; everything else it writes by whole pages. */
static int is_meta(const char *path, off_t offset, size_t count) {
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, ".mdb") == 0 && offset < 2 * 65536 && count < 512;
}

/* `offset` is -1 for a write that goes on where the last one ended. */
static ssize_t write_parts(int descriptor, const struct iovec *parts, int count, off_t offset) {
    ssize_t (*in_turn)(int, const struct iovec *, int) = REAL(writev);
    ssize_t (*in_place)(int, const struct iovec *, int, off_t) = REAL(pwritev);
    char path[PATH_MAX];
    if (!watched_path(descriptor, path))
        return offset < 0 ? in_turn(descriptor, parts, count) : in_place(descriptor, parts, count, offset);
    size_t total = 0;
    for (int index = 0; index < count; index++) total += parts[index].iov_len;
    off_t start = offset < 0 ? lseek(descriptor, 0, SEEK_CUR) : offset;
    enum call call = is_meta(path, start, total) ? CALL_META : CALL_PAGES;
    enum verdict verdict = fault_verdict(call, BEFORE, path);
    if (verdict == FAIL) return -1;
    contents_will_change(descriptor, path, start, total);
    ssize_t written;
    if (verdict == CUT_SHORT) {
        size_t half = parts[0].iov_len < total / 2 ? parts[0].iov_len : total / 2;
        struct iovec part = {parts[0].iov_base, half};
        written = offset < 0 ? in_turn(descriptor, &part, 1) : in_place(descriptor, &part, 1, offset);
    } else {
        written = offset < 0 ? in_turn(descriptor, parts, count) : in_place(descriptor, parts, count, offset);
    }
    if (written > 0) contents_changed(descriptor, path, start, written);
    return fault_verdict(call, AFTER, path) == FAIL ? -1 : written;
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    struct iovec part = {(void *)bytes, count};
    return write_parts(descriptor, &part, 1, -1);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    return write_parts(descriptor, parts, count, -1);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
    struct iovec part = {(void *)bytes, count};
    return write_parts(descriptor, &part, 1, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off_t offset) {
    return pwrite(descriptor, bytes, count, offset);
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    return write_parts(descriptor, parts, count, offset);
}

ssize_t pwritev64(int descriptor, const struct iovec *parts, int count, off_t offset) {
    return write_parts(descriptor, parts, count, offset);
}

static int sync_file(int descriptor, int (*sync)(int)) {
    char path[PATH_MAX];
    if (!watched_path(descriptor, path)) return sync(descriptor);
    struct stat status;
    int is_folder = fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
    enum call call = is_folder ? CALL_FOLDER : CALL_SYNC;
    int is_refused = fault_verdict(call, BEFORE, path) == FAIL;
    int result = is_refused ? -1 : sync(descriptor);
    if (is_folder && result == 0) names_synced(path);
    if (!is_folder) contents_synced(descriptor, path, result != 0);
    return fault_verdict(call, AFTER, path) == FAIL ? -1 : result;
}

int fsync(int descriptor) { return sync_file(descriptor, REAL(fsync)); }

int fdatasync(int descriptor) { return sync_file(descriptor, REAL(fdatasync)); }

int ftruncate(int descriptor, off_t length) {
    char path[PATH_MAX];
    if (!watched_path(descriptor, path)) return REAL(ftruncate)(descriptor, length);
    if (fault_verdict(CALL_RESIZE, BEFORE, path) == FAIL) return -1;
    /* No byte is written, but the journal learns the size that is durable. */
    contents_will_change(descriptor, path, 0, 0);
    int result = REAL(ftruncate)(descriptor, length);
    return fault_verdict(CALL_RESIZE, AFTER, path) == FAIL ? -1 : result;
}

int ftruncate64(int descriptor, off_t length) { return ftruncate(descriptor, length); }

int open(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = __OPEN_NEEDS_MODE(flags) ? va_arg(list, mode_t) : 0;
    va_end(list);
    int is_new = (flags & O_CREAT) && is_watched(path) && access(path, F_OK) != 0;
    if (is_new && fault_verdict(CALL_CREATE, BEFORE, path) == FAIL) return -1;
    int descriptor = REAL(open)(path, flags, mode);
    if (!is_new || descriptor < 0) return descriptor;
    contents_forget(path);
    name_made("create", path);
    fault_verdict(CALL_CREATE, AFTER, path);
    return descriptor;
}

int open64(const char *path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    mode_t mode = __OPEN_NEEDS_MODE(flags) ? va_arg(list, mode_t) : 0;
    va_end(list);
    return open(path, flags, mode);
}

int mkdir(const char *path, mode_t mode) {
    if (!is_watched(path)) return REAL(mkdir)(path, mode);
    if (fault_verdict(CALL_MKDIR, BEFORE, path) == FAIL) return -1;
    int result = REAL(mkdir)(path, mode);
    if (result == 0) name_made("mkdir", path);
    return fault_verdict(CALL_MKDIR, AFTER, path) == FAIL ? -1 : result;
}

int rmdir(const char *path) {
    int result = REAL(rmdir)(path);
    if (result == 0 && is_watched(path)) name_made("rmdir", path);
    return result;
}

int posix_fallocate(int descriptor, off_t offset, off_t count) {
    char path[PATH_MAX];
    if (!watched_path(descriptor, path)) return REAL(posix_fallocate)(descriptor, offset, count);
    if (fault_verdict(CALL_RESIZE, BEFORE, path) == FAIL) return errno;
    contents_will_change(descriptor, path, 0, 0);
    int result = REAL(posix_fallocate)(descriptor, offset, count);
    return fault_verdict(CALL_RESIZE, AFTER, path) == FAIL ? errno : result;
}

int rename(const char *from, const char *to) {
    if (!is_watched(to)) return REAL(rename)(from, to);
    if (fault_verdict(CALL_RENAME, BEFORE, to) == FAIL) return -1;
    char saved[PATH_MAX];
    name_save(to, saved, sizeof saved);
    int result = REAL(rename)(from, to);
    if (result == 0) name_lost("rename", from, to, saved);
    return fault_verdict(CALL_RENAME, AFTER, to) == FAIL ? -1 : result;
}

int unlink(const char *path) {
    if (!is_watched(path)) return REAL(unlink)(path);
    if (fault_verdict(CALL_UNLINK, BEFORE, path) == FAIL) return -1;
    char saved[PATH_MAX];
    name_save(path, saved, sizeof saved);
    int result = REAL(unlink)(path);
    if (result == 0) name_lost("unlink", path, "", saved);
    return fault_verdict(CALL_UNLINK, AFTER, path) == FAIL ? -1 : result;
}
