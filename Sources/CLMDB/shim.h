#include <fcntl.h>
#include <lmdb.h>

/* fallocate(2), which <fcntl.h> declares with _GNU_SOURCE alone. Defined here, that would change structures of the C
   library, which must be the same in every module. */
extern int fallocate(int file, int mode, off_t offset, off_t length);

static inline int agentledger_fallocate(int file, off_t bytes) { return fallocate(file, 0, 0, bytes); }
