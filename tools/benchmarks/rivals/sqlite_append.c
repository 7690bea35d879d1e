// Plain C SQLite appending events to one table: write-ahead log, synced at every commit, one prepared statement.
// Prints events per second, from the first transaction to the last durable commit.
#include <sqlite3.h>
#include <unistd.h>

#include "rival.h"

static const char usage[] =
    "sqlite_append FILE COUNT BATCH RECORD\n"
    "  FILE    made here; it must not exist\n"
    "  BATCH   events per transaction\n"
    "  RECORD  its size in bytes, or @FILE for its bytes";

static sqlite3 *database;

static void check(int code, const char *doing) {
    if (code != SQLITE_OK && code != SQLITE_DONE) fail(doing, sqlite3_errmsg(database));
}

static void run(const char *sql) { check(sqlite3_exec(database, sql, NULL, NULL, NULL), sql); }

// A pragma that is refused is no error to SQLite: it only answers with the old value.
static void run_pragma(const char *sql, const char *expected) {
    sqlite3_stmt *statement = NULL;
    check(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), sql);
    if (sqlite3_step(statement) != SQLITE_ROW) fail(sql, sqlite3_errmsg(database));
    const char *answer = (const char *)sqlite3_column_text(statement, 0);
    if (answer == NULL || strcmp(answer, expected) != 0) fail(sql, answer == NULL ? "no answer" : answer);
    check(sqlite3_finalize(statement), sql);
}

int main(int argc, char **argv) {
    if (argc != 5) fail_usage(usage);
    uint64_t count = parse_count(argv[2], "COUNT"), batch = parse_count(argv[3], "BATCH");
    struct record record = make_record(argv[4]);
    if (access(argv[1], F_OK) == 0) fail(argv[1], "it exists; name a new file");

    check(sqlite3_open(argv[1], &database), argv[1]);
    run_pragma("PRAGMA journal_mode = WAL", "wal");
    run("PRAGMA synchronous = FULL");
    run_pragma("PRAGMA synchronous", "2");
    run("CREATE TABLE events (position INTEGER PRIMARY KEY, record BLOB NOT NULL)");
    sqlite3_stmt *insert = NULL;
    const char *sql = "INSERT INTO events (position, record) VALUES (?1, ?2)";
    check(sqlite3_prepare_v3(database, sql, -1, SQLITE_PREPARE_PERSISTENT, &insert, NULL), sql);

    double start = now_seconds();
    for (uint64_t position = 1; position <= count;) {
        run("BEGIN IMMEDIATE");
        for (uint64_t i = 0; i < batch && position <= count; i++, position++) {
            stamp(record, position);
            check(sqlite3_bind_int64(insert, 1, (sqlite3_int64)position), "binding the position");
            check(sqlite3_bind_blob64(insert, 2, record.bytes, record.size, SQLITE_STATIC), "binding the record");
            check(sqlite3_step(insert), "inserting");
            check(sqlite3_reset(insert), "resetting the statement");
        }
        run("COMMIT");
    }
    print_rate(count, now_seconds() - start);
    check(sqlite3_finalize(insert), "finalizing the statement");
    check(sqlite3_close(database), "closing");
    free(record.bytes);
    return 0;
}
