// Plain C LMDB appending events: what the disk and LMDB allow when nothing is hashed and nothing is checked.
// Goes on where an earlier call left off, so that a log can be filled before it is measured. Prints events per second,
// from the first transaction to the last durable commit, and the microseconds of the median commit.
#include <sys/stat.h>

#include "rival_lmdb.h"

static const char usage[] =
    "lmdb_append DIRECTORY COUNT BATCH RECORD [MODE [EVENTS]]\n"
    "  DIRECTORY  made here where there is none; what it holds was written in the same MODE\n"
    "  BATCH      events per commit, each commit synced\n"
    "  RECORD     its size in bytes, or @FILE for its bytes\n"
    "  MODE       plain   no index (the default)\n"
    "             shared  3 tags and a type: one of 16 organizations, one of 1,000 agents, an execution every EVENTS (20)\n"
    "             unique  the same, with a new execution for every event, its id in time order\n"
    "             random  the same, its id at random";

enum { tags_per_event = 3, type_count = 24 };

// How many events share the third tag; 0 in plain mode.
struct mode {
    uint64_t events_per_execution;
    int has_random_ids;
};

static struct mode parse_mode(const char *name) {
    if (strcmp(name, "plain") == 0) return (struct mode){0, 0};
    if (strcmp(name, "shared") == 0) return (struct mode){20, 0};
    if (strcmp(name, "unique") == 0) return (struct mode){1, 0};
    if (strcmp(name, "random") == 0) return (struct mode){1, 1};
    fail_usage(usage);
}

static void put_index_entry(MDB_txn *transaction, MDB_dbi index, void *key, size_t key_size, uint64_t position) {
    MDB_val k = {key_size, key}, v = {sizeof position, &position};
    check(mdb_put(transaction, index, &k, &v, 0), "mdb_put into an index");
}

// The naive way: one mdb_put per entry, in the order of arrival.
static void put_index_entries(MDB_txn *transaction, MDB_dbi tags, MDB_dbi types, uint64_t position, struct mode mode) {
    unsigned char tag[tags_per_event][tag_bytes];
    uint64_t random = mix(position), execution = position / mode.events_per_execution;
    uint64_t organization = random % 16, agent = (random >> 8) % 1000;
    make_tag(tag[0], 1, mix(organization), mix(~organization));
    make_tag(tag[1], 2, mix(agent), mix(~agent));
    make_tag(tag[2], 3, mode.has_random_ids ? mix(~execution) : execution, mix(execution));
    for (int i = 0; i < tags_per_event; i++) put_index_entry(transaction, tags, tag[i], tag_bytes, position);
    char type[32];
    int length = snprintf(type, sizeof type, "workflow_execution.%02" PRIu64, (random >> 20) % type_count);
    put_index_entry(transaction, types, type, (size_t)length, position);
}

// 0 when there is none.
static uint64_t last_position(MDB_txn *transaction, MDB_dbi events) {
    MDB_cursor *cursor = NULL;
    MDB_val key, value;
    uint64_t position = 0;
    check(mdb_cursor_open(transaction, events, &cursor), "mdb_cursor_open");
    int code = mdb_cursor_get(cursor, &key, &value, MDB_LAST);
    if (code != MDB_NOTFOUND) check(code, "mdb_cursor_get");
    if (code == MDB_SUCCESS) memcpy(&position, key.mv_data, sizeof position);
    mdb_cursor_close(cursor);
    return position;
}

static int compare_times(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    if (argc < 5 || argc > 7) fail_usage(usage);
    uint64_t count = parse_count(argv[2], "COUNT"), batch = parse_count(argv[3], "BATCH");
    struct record record = make_record(argv[4]);
    struct mode mode = parse_mode(argc >= 6 ? argv[5] : "plain");
    if (argc == 7) mode.events_per_execution = parse_count(argv[6], "EVENTS");
    int has_indexes = mode.events_per_execution != 0;
    if (mkdir(argv[1], 0755) != 0 && errno != EEXIST) fail(argv[1], strerror(errno));

    MDB_env *environment = open_environment(argv[1], 0);
    MDB_txn *transaction = NULL;
    MDB_dbi events = 0, tags = 0, types = 0;
    check(mdb_txn_begin(environment, NULL, 0, &transaction), "mdb_txn_begin");
    check(mdb_dbi_open(transaction, "events", MDB_CREATE | MDB_INTEGERKEY, &events), "opening events");
    unsigned index_flags = MDB_CREATE | MDB_DUPSORT | MDB_DUPFIXED | MDB_INTEGERDUP;
    if (has_indexes) check(mdb_dbi_open(transaction, "tags", index_flags, &tags), "opening tags");
    if (has_indexes) check(mdb_dbi_open(transaction, "types", index_flags, &types), "opening types");
    uint64_t position = last_position(transaction, events) + 1, end = position + count;
    check(mdb_txn_commit(transaction), "mdb_txn_commit");

    double *times = malloc((count / batch + 1) * sizeof *times);
    if (times == NULL) fail("timing", "out of memory");
    size_t commits = 0;
    double start = now_seconds(), before = start;
    while (position < end) {
        check(mdb_txn_begin(environment, NULL, 0, &transaction), "mdb_txn_begin");
        for (uint64_t i = 0; i < batch && position < end; i++, position++) {
            stamp(record, position);
            MDB_val key = {sizeof position, &position}, value = {record.size, record.bytes};
            check(mdb_put(transaction, events, &key, &value, MDB_APPEND), "mdb_put into events");
            if (has_indexes) put_index_entries(transaction, tags, types, position, mode);
        }
        check(mdb_txn_commit(transaction), "mdb_txn_commit");
        double after = now_seconds();
        times[commits++] = after - before;
        before = after;
    }
    print_rate(count, before - start);
    qsort(times, commits, sizeof *times, compare_times);
    printf("%.1f\n", times[commits / 2] * 1e6);
    free(times);
    mdb_env_close(environment);
    free(record.bytes);
    return 0;
}
