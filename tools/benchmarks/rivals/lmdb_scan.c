// Plain C LMDB reading what lmdb_append wrote, in order, touching each byte of every record.
// Prints events per second of one pass. Fresh from lmdb_append the pages are in memory.
#include "rival_lmdb.h"

// Where the sum goes, so that no compiler leaves out the touching.
static volatile uint64_t sink;

int main(int argc, char **argv) {
    if (argc != 2) fail_usage("lmdb_scan DIRECTORY");
    MDB_env *environment = open_environment(argv[1], MDB_RDONLY);
    MDB_txn *transaction = NULL;
    MDB_dbi events = 0;
    MDB_cursor *cursor = NULL;
    check(mdb_txn_begin(environment, NULL, MDB_RDONLY, &transaction), "mdb_txn_begin");
    check(mdb_dbi_open(transaction, "events", MDB_INTEGERKEY, &events), "opening events");
    check(mdb_cursor_open(transaction, events, &cursor), "mdb_cursor_open");

    double start = now_seconds();
    MDB_val key, value;
    uint64_t count = 0, sum = 0;
    int code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    for (; code == MDB_SUCCESS; code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
        sum += touch(value);
        count++;
    }
    double seconds = now_seconds() - start;
    if (code != MDB_NOTFOUND) check(code, "mdb_cursor_get");
    if (count == 0) fail(argv[1], "it holds no events");
    sink = sum;

    print_rate(count, seconds);
    mdb_cursor_close(cursor);
    mdb_txn_abort(transaction);
    mdb_env_close(environment);
    return 0;
}
