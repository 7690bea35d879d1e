// What the LMDB rivals share: one environment in one directory, synced at every commit (no MDB_NOSYNC).
#pragma once

#include <lmdb.h>

#include "rival.h"

static inline void check(int code, const char *doing) {
    if (code != MDB_SUCCESS) fail(doing, mdb_strerror(code));
}

static inline MDB_env *open_environment(const char *directory, unsigned flags) {
    MDB_env *environment = NULL;
    check(mdb_env_create(&environment), "mdb_env_create");
    check(mdb_env_set_mapsize(environment, (size_t)1 << 38), "mdb_env_set_mapsize"); // 256 GiB, sparse
    check(mdb_env_set_maxdbs(environment, 4), "mdb_env_set_maxdbs");
    check(mdb_env_open(environment, directory, flags, 0644), directory);
    return environment;
}

enum { tag_bytes = 17 };

// A tag is a byte for its kind and the 16 bytes of an id; the high half orders it.
static inline void make_tag(unsigned char *tag, unsigned char kind, uint64_t high, uint64_t low) {
    tag[0] = kind;
    for (int i = 0; i < 8; i++) tag[1 + i] = (unsigned char)(high >> (56 - 8 * i));
    for (int i = 0; i < 8; i++) tag[9 + i] = (unsigned char)(low >> (56 - 8 * i));
}

// The number that an execution's tag was made from.
static inline uint64_t execution_of_tag(const unsigned char *tag) {
    uint64_t number = 0;
    for (int i = 0; i < 8; i++) number = number << 8 | tag[1 + i];
    return number;
}

// Reads every byte.
static inline uint64_t touch(MDB_val record) {
    const unsigned char *bytes = record.mv_data;
    uint64_t sum = 0, word;
    size_t i = 0;
    for (; i + sizeof word <= record.mv_size; i += sizeof word) {
        memcpy(&word, bytes + i, sizeof word);
        sum += word;
    }
    for (; i < record.mv_size; i++) sum += bytes[i];
    return sum;
}
