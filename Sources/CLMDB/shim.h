#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <lmdb.h>

/* fallocate(2), which Swift does not import: it comes with _GNU_SOURCE alone. */
static inline int agentledger_fallocate(int file, off_t bytes) { return fallocate(file, 0, 0, bytes); }
