// PostgreSQL taking events as fast as it takes anything: COPY in binary, from C, into a table with nothing but its key.
// Prints events per second, from the first COPY to the last durable commit. Fair to ours, and more: it writes the same
// bytes, checks no condition, and has no index but the position.
#include <endian.h>
#include <libpq-fe.h>

#include "rival.h"

static const char usage[] =
    "postgres_copy CONNINFO COUNT BATCH RECORD\n"
    "  CONNINFO  of an empty database\n"
    "  BATCH     events per COPY, each a transaction\n"
    "  RECORD    its size in bytes, or @FILE for its bytes";

static PGconn *connection;

static void finish(PGresult *result, ExecStatusType expected, const char *doing) {
    if (PQresultStatus(result) != expected) fail(doing, PQerrorMessage(connection));
    PQclear(result);
}

static void require_on(const char *sql) {
    PGresult *result = PQexec(connection, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK || strcmp(PQgetvalue(result, 0, 0), "on") != 0)
        fail(sql, "it is not on, so a commit would not be durable");
    PQclear(result);
}

static unsigned char *put(unsigned char *at, const void *bytes, size_t size) {
    memcpy(at, bytes, size);
    return at + size;
}

static unsigned char *put16(unsigned char *at, uint16_t value) {
    value = htobe16(value);
    return put(at, &value, sizeof value);
}

static unsigned char *put32(unsigned char *at, uint32_t value) {
    value = htobe32(value);
    return put(at, &value, sizeof value);
}

static unsigned char *put64(unsigned char *at, uint64_t value) {
    value = htobe64(value);
    return put(at, &value, sizeof value);
}

// The bytes of one COPY ("Binary Format" in PostgreSQL's manual, COPY): a signature, no flags, no
// extension; rows of two columns; a trailer.
static size_t fill(unsigned char *buffer, uint64_t position, uint64_t count, struct record record) {
    unsigned char *at = put(buffer, "PGCOPY\n\377\r\n\0", 11);
    at = put32(put32(at, 0), 0);
    for (uint64_t i = 0; i < count; i++, position++) {
        stamp(record, position);
        at = put16(at, 2);
        at = put64(put32(at, 8), position);
        at = put(put32(at, (uint32_t)record.size), record.bytes, record.size);
    }
    return (size_t)(put16(at, UINT16_MAX) - buffer);
}

int main(int argc, char **argv) {
    if (argc != 5) fail_usage(usage);
    uint64_t count = parse_count(argv[2], "COUNT"), batch = parse_count(argv[3], "BATCH");
    struct record record = make_record(argv[4]);
    unsigned char *buffer = malloc(64 + batch * (record.size + 18));
    if (buffer == NULL) fail("making a batch", "out of memory");

    connection = PQconnectdb(argv[1]);
    if (PQstatus(connection) != CONNECTION_OK) fail("connecting", PQerrorMessage(connection));
    require_on("SHOW fsync");
    require_on("SHOW synchronous_commit");
    const char *table = "CREATE TABLE events (position bigint PRIMARY KEY, record bytea NOT NULL)";
    finish(PQexec(connection, table), PGRES_COMMAND_OK, table);

    const char *copy = "COPY events FROM STDIN (FORMAT binary)";
    double start = now_seconds();
    for (uint64_t position = 1; position <= count; position += batch) {
        uint64_t rest = count - position + 1;
        size_t size = fill(buffer, position, rest < batch ? rest : batch, record);
        finish(PQexec(connection, copy), PGRES_COPY_IN, copy);
        if (PQputCopyData(connection, (const char *)buffer, (int)size) != 1 || PQputCopyEnd(connection, NULL) != 1)
            fail("sending rows", PQerrorMessage(connection));
        finish(PQgetResult(connection), PGRES_COMMAND_OK, copy);
        while (PQgetResult(connection) != NULL) {}
    }
    print_rate(count, now_seconds() - start);
    PQfinish(connection);
    free(buffer);
    free(record.bytes);
    return 0;
}
