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
