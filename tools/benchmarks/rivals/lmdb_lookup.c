// Plain C LMDB looking up tags at random in what lmdb_append wrote: the index, then each event by its position, every
// byte touched. Prints events per second. Fresh from lmdb_append the pages are in memory.
#include "rival_lmdb.h"

// Where the sum goes, so that no compiler leaves out the touching.
static volatile uint64_t sink;

int main(int argc, char **argv) {
    if (argc != 3) fail_usage("lmdb_lookup DIRECTORY LOOKUPS");
    uint64_t lookups = parse_count(argv[2], "LOOKUPS");
    MDB_env *environment = open_environment(argv[1], MDB_RDONLY);
    MDB_txn *transaction = NULL;
    MDB_dbi events = 0, tags = 0;
    MDB_cursor *tag_cursor = NULL;
    MDB_val key, value, position;
    check(mdb_txn_begin(environment, NULL, MDB_RDONLY, &transaction), "mdb_txn_begin");
    check(mdb_dbi_open(transaction, "events", MDB_INTEGERKEY, &events), "opening events");
    check(mdb_dbi_open(transaction, "tags", MDB_DUPSORT | MDB_DUPFIXED | MDB_INTEGERDUP, &tags), "opening tags");
    check(mdb_cursor_open(transaction, tags, &tag_cursor), "mdb_cursor_open");

    // The executions' tags stand last; their ids are in time order, from 0.
    check(mdb_cursor_get(tag_cursor, &key, &position, MDB_LAST), "mdb_cursor_get");
    uint64_t last = execution_of_tag(key.mv_data);
    unsigned char tag[tag_bytes];

    double start = now_seconds();
    uint64_t count = 0, sum = 0;
    for (uint64_t i = 0; i < lookups; i++) {
        uint64_t execution = mix(i) % (last + 1);
        make_tag(tag, 3, execution, mix(execution));
        key = (MDB_val){tag_bytes, tag};
        int code = mdb_cursor_get(tag_cursor, &key, &position, MDB_SET);
        for (; code == MDB_SUCCESS; code = mdb_cursor_get(tag_cursor, &key, &position, MDB_NEXT_DUP)) {
            check(mdb_get(transaction, events, &position, &value), "mdb_get");
            sum += touch(value);
            count++;
        }
        if (code != MDB_NOTFOUND) check(code, "mdb_cursor_get");
    }
    double seconds = now_seconds() - start;
    if (count == 0) fail(argv[1], "it holds no tags of executions");
    sink = sum;

    print_rate(count, seconds);
    mdb_cursor_close(tag_cursor);
    mdb_txn_abort(transaction);
    mdb_env_close(environment);
    return 0;
}
