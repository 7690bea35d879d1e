/*
 * A library to be preloaded (LD_PRELOAD) into a process that writes a ledger. It stands between the process and the
 * kernel, and does two things to calls that concern files below one folder:
 *
 *   - it lets one of them fail, or kills the process there (fault.c);
 *   - it notes what would be lost if the power went now (contents.c, names.c), so that whoever waits for the process
 *     can take it away again. A killed process alone loses nothing: the kernel writes what it holds.
 *
 * From the environment:
 *
 *   FAULT_ROOT     the folder, as an absolute path without links; without it nothing happens at all
 *   FAULT          what to do, see fault.c
 *   FAULT_MARK     a file that gets a line when that was done
 *   FAULT_JOURNAL  an existing folder on the same file system, outside of FAULT_ROOT, for the notes
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <stddef.h>
#include <sys/types.h>

/* The kinds of calls that a fault can be about. */
enum call {
    CALL_PAGES,  /* bytes written to a file */
    CALL_META,   /* LMDB's header written: the moment of its commit */
    CALL_SYNC,   /* fsync or fdatasync of a file */
    CALL_RESIZE, /* ftruncate */
    CALL_CREATE, /* a file that was not there is opened */
    CALL_MKDIR,
    CALL_RENAME,
    CALL_UNLINK,
    CALL_FOLDER, /* fsync of a folder */
    CALL_COUNT
};

enum moment { BEFORE, AFTER };

/* What is to become of a call. A kill does not come back. */
enum verdict { PASS, FAIL, CUT_SHORT };

/* Asks whether a call strikes the fault. FAIL sets errno. */
enum verdict fault_verdict(enum call call, enum moment moment, const char *path);

/* Whether a file is looked at: whether it lies below FAULT_ROOT. */
int is_watched(const char *path);

/* Notes about bytes: call the first before they are written, the second when they are. */
void contents_will_change(int descriptor, const char *path, off_t offset, size_t count);
void contents_changed(int descriptor, const char *path, off_t offset, size_t count);
void contents_synced(int descriptor, const char *path, int failed);
void contents_forget(const char *path);

/* Notes about names: call them when it is done. */
void name_made(const char *kind, const char *path);
void names_synced(const char *folder);
/* Keeps another name for what is about to lose its own; an empty string when there is nothing. */
void name_save(const char *path, char *saved, size_t count);
void name_lost(const char *kind, const char *from, const char *to, const char *saved);

/* Says why it cannot go on, and stops the process: a note that is missing would look like a loss. */
void give_up(const char *why) __attribute__((noreturn));

#endif
