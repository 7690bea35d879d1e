import CLedgerPQ
import Foundation

/// One connection to a PostgreSQL server. The only file that calls libpq.
package final class PostgresConnection {
    /// The connection string without its password, for messages.
    package let target: String
    private let connection: OpaquePointer
    private let conninfo: String
    private let timeoutSeconds: Int
    /// Whether this connection only looks after another one: then a silence ends it.
    private let isLook: Bool
    /// The server process, and since when it runs; empty before `begin`.
    private var backend: (pid: Int, startedAt: String)
    /// The lock that the current statement was last seen to wait for.
    private var lockWait: LockWait?
    /// Why the server was given up on: nothing more is sent to it.
    private var givenUp: PostgresError?

    /// A URL (`postgres://user@host/database`) or keywords (`host=… dbname=…`); what is left out comes from `PG…`
    /// variables, as with psql.
    /// - Parameter timeoutSeconds: how long the server may take to let us in, unless `conninfo` or `PGCONNECT_TIMEOUT`
    ///   says it; how long it may wait for a lock; and how long it may be silent while its process waits for us.
    package convenience init(
        _ conninfo: String, timeoutSeconds: Int = PostgresConnection.defaultTimeoutSeconds
    ) throws(PostgresError) {
        try self.init(conninfo, timeoutSeconds: timeoutSeconds, isLook: false)
    }

    private init(_ conninfo: String, timeoutSeconds: Int, isLook: Bool) throws(PostgresError) {
        self.target = PostgresTarget.withoutPassword(conninfo)
        self.conninfo = conninfo
        self.timeoutSeconds = timeoutSeconds
        self.isLook = isLook
        guard let connection = Self.withParameters(conninfo, timeoutSeconds, { PQconnectdbParams($0, $1, 1) }) else {
            throw PostgresError(.cannotConnect, "no memory for a connection to \(self.target)")
        }
        guard PQstatus(connection) == CONNECTION_OK else {
            let reason = Self.text(PQerrorMessage(connection))
            PQfinish(connection)
            throw PostgresError(
                .cannotConnect,
                "cannot connect to \(self.target): \(reason). Check that the server runs, and the user and database names"
            )
        }
        self.connection = connection
        self.backend = (Int(PQbackendPID(connection)), "")
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
        PQsetnonblocking(connection, 1)
    }

    package static let defaultTimeoutSeconds = 30

    deinit { PQfinish(self.connection) }

    /// Begins a transaction, in which no statement waits longer than the timeout for a lock.
    /// - Parameter mode: `READ ONLY` and the like.
    package func begin(_ mode: String = "") throws(PostgresError) {
        try self.execute("BEGIN \(mode)")
        try self.execute("SET LOCAL lock_timeout = \(Int32(clamping: self.timeoutSeconds * 1000))")
        let identity = try self.query(BackendSight.backendIdentity)
        if let row = identity.first, let pid = row[0].flatMap({ Int($0) }) { self.backend = (pid, row[1] ?? "") }
    }

    /// Runs one statement; returns the rows it touched.
    @discardableResult
    package func execute(_ sql: String) throws(PostgresError) -> Int {
        let result = try self.lastResult(of: PQsendQuery(self.connection, sql), sql)
        defer { PQclear(result) }
        try self.check(result, sql)
        return Int(Self.text(PQcmdTuples(result))) ?? 0
    }

    /// Runs one question; `parameters` are `$1`, `$2`, …. For few rows: all are in memory.
    package func query(_ sql: String, _ parameters: [String] = []) throws(PostgresError) -> [[String?]] {
        let copies = parameters.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        let values = copies.map { UnsafePointer($0) }
        let result = try self.lastResult(
            of: PQsendQueryParams(self.connection, sql, Int32(values.count), nil, values, nil, nil, 0), sql)
        defer { PQclear(result) }
        try self.check(result, sql)
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : Self.text(PQgetvalue(result, row, column))
            }
        }
    }

    /// Asks one question and lends its rows one at a time, in bounded memory whatever their number.
    package func forEachRow(_ sql: String, _ body: (PostgresRow) throws -> Void) throws {
        self.lockWait = nil
        guard PQsendQuery(self.connection, sql) == 1, PQsetSingleRowMode(self.connection) == 1 else {
            throw self.failure(nil, sql)
        }
        var columns: [String: Int]?
        var failed: (any Error)?
        // All results have to be taken, or the connection could not be used again.
        while let result = try self.nextResult() {
            defer { PQclear(result) }
            if failed != nil { continue }
            do {
                switch PQresultStatus(result) {
                case PGRES_SINGLE_TUPLE:
                    let known = columns ?? Self.columns(of: result)
                    columns = known
                    let values = (0..<PQnfields(result)).map { column in
                        PQgetisnull(result, 0, column) == 1 ? nil : String(cString: PQgetvalue(result, 0, column))
                    }
                    try body(PostgresRow(columns: known, values: values))
                case PGRES_TUPLES_OK, PGRES_COMMAND_OK: break
                case _: throw self.failure(result, sql)
                }
            } catch {
                failed = error
                self.cancel()
            }
        }
        if let failed { throw failed }
    }

    private static func columns(of result: OpaquePointer) -> [String: Int] {
        let names = (0..<PQnfields(result)).map { (Self.text(PQfname(result, $0)), Int($0)) }
        // Of two columns of one name the first counts.
        return Dictionary(names) { first, _ in first }
    }

    /// Asks the server to stop what it is doing; it need not listen.
    private func cancel() {
        guard let cancel = PQgetCancel(self.connection) else { return }
        defer { PQfreeCancel(cancel) }
        var message = [CChar](repeating: 0, count: 256)
        PQcancel(cancel, &message, Int32(message.count))
    }

    /// Opens a `COPY … FROM STDIN`, which takes data until `endCopy` or `abandonCopy`.
    package func beginCopy(_ sql: String) throws(PostgresError) {
        let result = try self.lastResult(of: PQsendQuery(self.connection, sql), sql)
        defer { PQclear(result) }
        try self.check(result, sql, expecting: PGRES_COPY_IN)
    }

    /// Gives the open COPY its next bytes; pieces may end anywhere.
    package func sendCopy(_ bytes: UnsafeRawBufferPointer) throws(PostgresError) {
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard PQputCopyData(self.connection, start, Int32(bytes.count)) == 1 else {
            throw self.failure(nil, "COPY")
        }
        try self.flush()
    }

    /// Ends the open COPY; the server says here what it thinks of the rows.
    package func endCopy(_ sql: String) throws(PostgresError) {
        PQputCopyEnd(self.connection, nil)
        var refused: PostgresError?
        while let result = try self.nextResult() {
            if PQresultStatus(result) != PGRES_COMMAND_OK { refused = refused ?? self.failure(result, sql) }
            PQclear(result)
        }
        if let refused { throw refused }
    }

    /// Fails the open COPY and the transaction around it.
    package func abandonCopy() {
        PQputCopyEnd(self.connection, "the exporter stopped")
        // The first error is the one to report.
        while let result = try? self.nextResult() { PQclear(result) }
    }

    private func check(
        _ result: OpaquePointer?, _ sql: String, expecting: ExecStatusType? = nil
    ) throws(PostgresError) {
        let status = PQresultStatus(result)
        if let expecting, status == expecting { return }
        if expecting == nil, status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK { return }
        throw self.failure(result, sql)
    }

    private func failure(_ result: OpaquePointer?, _ sql: String) -> PostgresError {
        func field(_ code: Character) -> String? {
            guard let result, let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii))
            else { return nil }
            return Self.text(text)
        }
        let refusal = PostgresRefusal(
            // PG_DIAG_SQLSTATE 'C', MESSAGE_PRIMARY 'M', MESSAGE_DETAIL 'D', CONTEXT 'W': postgres_ext.h.
            sqlState: field("C") ?? "", message: field("M") ?? Self.text(PQerrorMessage(self.connection)),
            detail: field("D"), context: field("W"), sql: sql)
        // Class 08 is the connection's; 57P01 to 57P03 say that the server is going.
        let isLost = refusal.sqlState.hasPrefix("08") || refusal.sqlState.hasPrefix("57P0")
        if isLost || PQstatus(self.connection) == CONNECTION_BAD {
            return PostgresError(
                .connectionLost, "the connection to \(self.target) was lost; nothing was changed there: run again",
                refusal: refusal)
        }
        if refusal.sqlState == Self.lockNotAvailable { return self.lockFailure(refusal) }
        return PostgresError(
            .refused, "\(self.target) refused a statement; nothing was changed there", refusal: refusal)
    }

    private static let lockNotAvailable = "55P03"

    private func lockFailure(_ refusal: PostgresRefusal) -> PostgresError {
        let holders = self.lockWait.map { wait in
            "for \(wait.lock), which \(wait.holders.map(\.description).joined(separator: " and ")) "
                + (wait.holders.count == 1 ? "has" : "have")
        }
        return PostgresError(
            .locked,
            "\(self.target) waited \(self.timeoutSeconds) s \(holders ?? "for a lock (pg_locks shows who holds it)")"
                + "; nothing was changed there. End that transaction, or wait for its end, and run again",
            refusal: refusal)
    }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        guard let pointer else { return "" }
        var text = String(cString: pointer)
        while text.last?.isNewline ?? false { text.removeLast() }
        return text
    }

    // MARK: Waiting

    private static func withParameters<R>(
        _ conninfo: String, _ timeoutSeconds: Int,
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> R
    ) -> R {
        // What comes later holds: what `conninfo` says takes precedence over ours.
        var given = [
            // A connection whose other end is gone is not the same as a server that is busy.
            ("tcp_user_timeout", String(timeoutSeconds * 1000)), ("keepalives_idle", String(timeoutSeconds)),
            ("keepalives_interval", String(max(1, timeoutSeconds / 3))), ("keepalives_count", "3"),
            ("fallback_application_name", "agentledger"),
        ]
        if getenv("PGCONNECT_TIMEOUT") == nil { given.append(("connect_timeout", String(timeoutSeconds))) }
        given += [("dbname", conninfo), ("client_encoding", "UTF8")]
        let texts = given.map { (strdup($0.0), strdup($0.1)) }
        defer {
            texts.forEach {
                free($0.0); free($0.1)
            }
        }
        return body(texts.map { UnsafePointer($0.0) } + [nil], texts.map { UnsafePointer($0.1) } + [nil])
    }

    /// The last result of what was sent; the one that opens a COPY, if there is one.
    private func lastResult(of hasSent: Int32, _ sql: String) throws(PostgresError) -> OpaquePointer? {
        self.lockWait = nil
        guard hasSent == 1 else { throw self.failure(nil, sql) }
        var last: OpaquePointer?
        while let result = try self.nextResult() {
            PQclear(last)
            last = result
            if PQresultStatus(result) == PGRES_COPY_IN || PQstatus(self.connection) == CONNECTION_BAD { break }
        }
        return last
    }

    /// Nil after the last result of a statement.
    private func nextResult() throws(PostgresError) -> OpaquePointer? {
        try self.flush()
        while PQisBusy(self.connection) == 1 {
            try self.wait(for: POLLIN)
            // `PQgetResult` reports what went wrong.
            if PQconsumeInput(self.connection) == 0 { break }
        }
        return PQgetResult(self.connection)
    }

    /// Sends what was queued.
    private func flush() throws(PostgresError) {
        while true {
            let rest = PQflush(self.connection)
            if rest == 0 { return }
            if rest < 0 { throw self.failure(nil, "a statement") }
            try self.wait(for: POLLIN | POLLOUT)
            if PQconsumeInput(self.connection) == 0 { throw self.failure(nil, "a statement") }
        }
    }

    /// Waits for the socket. A long silence is an error if the server does not answer a new connection either, or if
    /// the process that serves us waits for us all the time: it is stopped. Some statements take long.
    private func wait(for events: Int32) throws(PostgresError) {
        if let givenUp { throw givenUp }
        var wasIdle = false
        while true {
            var descriptor = pollfd(fd: PQsocket(self.connection), events: Int16(events), revents: 0)
            // Twice within the timeout: what is seen once may be over, and a lock is seen before it is given up.
            let count = poll(&descriptor, 1, Int32(clamping: self.timeoutSeconds * 500))
            if count > 0 || (count < 0 && errno != EINTR) { return }
            if count < 0 { continue }
            switch try self.look() {
            case .idle where wasIdle: throw self.giveUp(self.stopped())
            case .idle: wasIdle = true
            case .blocked(let wait):
                self.lockWait = wait
                wasIdle = false
            case .busy, .unknown: wasIdle = false
            }
        }
    }

    /// Looks after our server process over a second connection. Throws if the server answers nobody.
    private func look() throws(PostgresError) -> BackendSight {
        if self.isLook { throw self.giveUp(self.silence()) }
        let ping = Self.withParameters(self.conninfo, self.timeoutSeconds) { PQpingParams($0, $1, 1) }
        if ping == PQPING_NO_RESPONSE { throw self.giveUp(self.silence()) }
        // One that is not let in sees nothing.
        guard
            let second = try? PostgresConnection(
                self.conninfo, timeoutSeconds: self.timeoutSeconds, isLook: true)
        else { return .unknown }
        return BackendSight(of: self.backend.pid, startedAt: self.backend.startedAt, by: second)
    }

    private func giveUp(_ error: PostgresError) -> PostgresError {
        self.givenUp = error
        return error
    }

    private func stopped() -> PostgresError {
        PostgresError(
            .connectionLost,
            "\(self.target): the server process \(self.backend.pid) has not answered for \(self.timeoutSeconds) s, and "
                + "waits for us instead, while others answer: it is stopped, or the network is broken. Its transaction is "
                + "unfinished. Let it go on (kill -CONT \(self.backend.pid), there), and run again")
    }

    private func silence() -> PostgresError {
        PostgresError(
            .connectionLost,
            "\(self.target) has not answered for \(self.timeoutSeconds) s, not even a new connection; nothing was "
                + "changed there. Check that the server runs, and run again")
    }
}
