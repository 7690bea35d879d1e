/*
 * The bytes that the device would still have if the power went now. For each file a journal, named by its inode:
 * a header, then for each sector that was written since the file's last sync what stood there before. It is mapped
 * into memory and shared, so it outlives the process.
 *
 * A sync that fails makes nothing durable, and one that succeeds after it does not either: the kernel gives up what it
 * could not write. Such sectors stay in the journal until they are written and synced anew.
 */
#define _GNU_SOURCE
#include "faults.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SECTOR = 512, ENTRIES = 1 << 16, SLOTS = 1 << 17, FILES = 1024 };
enum state { DURABLE, UNSYNCED, LOST };

/* Read by PowerCut.swift: keep the two together. */
struct entry {
    uint64_t offset;
    uint32_t count; /* of the bytes that stood there; fewer than a sector at the file's end */
    uint32_t state;
    uint8_t bytes[SECTOR];
};
struct journal {
    uint64_t is_ready; /* 0 in one whose maker was killed; nothing was written yet then */
    uint64_t durable_size;
    uint64_t count;
    struct entry entries[ENTRIES];
};

static struct file {
    ino_t inode;
    int reader;
    struct journal *journal;
    uint32_t *slots; /* 1 + index of the entry; open addressing by sector */
} files[FILES];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct file *journal_of(ino_t inode) {
    for (int index = 0; index < FILES; index++)
        if (files[index].journal && files[index].inode == inode) return &files[index];
    return NULL;
}

/* The journal of an open file, made when there is none; NULL when none are kept. */
static struct file *file_of(int descriptor, const char *path) {
    const char *folder = getenv("FAULT_JOURNAL");
    struct stat status;
    if (!folder || fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return NULL;
    struct file *file = journal_of(status.st_ino);
    if (file) return file;
    for (file = files; file < files + FILES && file->journal; file++) {}
    if (file == files + FILES) give_up("too many files");
    char name[4096];
    snprintf(name, sizeof name, "%s/%lu", folder, (unsigned long)status.st_ino);
    int notes = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (notes < 0 || ftruncate(notes, sizeof(struct journal)) != 0) give_up("a journal cannot be made");
    file->journal = mmap(NULL, sizeof(struct journal), PROT_READ | PROT_WRITE, MAP_SHARED, notes, 0);
    if (file->journal == MAP_FAILED) give_up("a journal cannot be mapped");
    close(notes);
    file->reader = open(path, O_RDONLY | O_CLOEXEC);
    if (file->reader < 0) give_up("a file cannot be opened for its journal");
    file->slots = calloc(SLOTS, sizeof *file->slots);
    file->inode = status.st_ino;
    file->journal->durable_size = status.st_size;
    __atomic_store_n(&file->journal->is_ready, 1, __ATOMIC_RELEASE);
    return file;
}

static struct entry *entry_at(struct file *file, uint64_t sector, int is_added) {
    uint64_t slot = (sector * 0x9E3779B97F4A7C15u) >> 47;
    for (;; slot = (slot + 1) % SLOTS) {
        uint32_t index = file->slots[slot];
        if (index && file->journal->entries[index - 1].offset == sector * SECTOR)
            return &file->journal->entries[index - 1];
        if (index) continue;
        if (!is_added) return NULL;
        if (file->journal->count == ENTRIES) give_up("a commit is larger than its journal");
        struct entry *entry = &file->journal->entries[file->journal->count];
        entry->offset = sector * SECTOR;
        entry->state = DURABLE;
        file->slots[slot] = (uint32_t)++file->journal->count;
        return entry;
    }
}

static int is_synced_by_writing(int descriptor) { return (fcntl(descriptor, F_GETFL) & O_DSYNC) != 0; }

void contents_will_change(int descriptor, const char *path, off_t offset, size_t count) {
    pthread_mutex_lock(&lock);
    struct file *file = is_synced_by_writing(descriptor) ? NULL : file_of(descriptor, path);
    for (uint64_t sector = offset / SECTOR; file && count && sector <= (offset + count - 1) / SECTOR; sector++) {
        struct entry *entry = entry_at(file, sector, 1);
        if (entry->state == DURABLE) {
            ssize_t held = pread(file->reader, entry->bytes, SECTOR, entry->offset);
            entry->count = held > 0 ? (uint32_t)held : 0;
        }
        entry->state = UNSYNCED;
    }
    pthread_mutex_unlock(&lock);
}

void contents_changed(int descriptor, const char *path, off_t offset, size_t count) {
    pthread_mutex_lock(&lock);
    struct file *file = is_synced_by_writing(descriptor) ? file_of(descriptor, path) : NULL;
    for (uint64_t sector = offset / SECTOR; file && count && sector <= (offset + count - 1) / SECTOR; sector++) {
        struct entry *entry = entry_at(file, sector, 0);
        if (entry) entry->state = DURABLE;
    }
    if (file && file->journal->durable_size < offset + count) file->journal->durable_size = offset + count;
    pthread_mutex_unlock(&lock);
}

void contents_synced(int descriptor, const char *path, int failed) {
    pthread_mutex_lock(&lock);
    struct file *file = file_of(descriptor, path);
    if (file) {
        struct journal *journal = file->journal;
        int isLost = 0;
        for (uint64_t index = 0; index < journal->count; index++) {
            struct entry *entry = &journal->entries[index];
            if (entry->state == UNSYNCED) entry->state = failed ? LOST : DURABLE;
            if (entry->state == LOST) isLost = 1;
        }
        struct stat status;
        if (!failed && fstat(descriptor, &status) == 0) journal->durable_size = status.st_size;
        if (!isLost) {
            journal->count = 0;
            /* Fresh memory, of which most is never touched. */
            free(file->slots);
            file->slots = calloc(SLOTS, sizeof *file->slots);
        }
    }
    pthread_mutex_unlock(&lock);
}

/* A new file: one that had its inode before is gone. */
void contents_forget(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) return;
    pthread_mutex_lock(&lock);
    struct file *file = journal_of(status.st_ino);
    if (file) {
        munmap(file->journal, sizeof(struct journal));
        close(file->reader);
        free(file->slots);
        memset(file, 0, sizeof *file);
    }
    pthread_mutex_unlock(&lock);
}
