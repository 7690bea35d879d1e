/// What a second connection sees of the server process that serves a connection.
enum BackendSight {
    /// It runs the statement, as far as can be seen.
    case busy
    /// It waits for the client, though the client waits for it.
    case idle
    case blocked(LockWait)
    /// The server does not let a second connection in, or does not show the process.
    case unknown

    /// - Parameter startedAt: as `backendIdentity` says it; empty when not known yet.
    init(of pid: Int, startedAt: String, by connection: PostgresConnection) {
        // Whoever cannot look knows nothing; the statement that waits is not at fault.
        guard let rows = try? connection.query(Self.question, [String(pid), startedAt]), let first = rows.first else {
            self = .unknown
            return
        }
        let holders = rows.compactMap(LockWait.Holder.init)
        if !holders.isEmpty {
            self = .blocked(LockWait(lock: first[1] ?? "a lock", holders: holders))
        } else {
            self = first[0] == "t" ? .idle : .busy
        }
    }

    /// The process of one's own connection, and since when it runs: another server has processes of the same numbers.
    static let backendIdentity = """
        SELECT pg_backend_pid(), (SELECT extract(epoch FROM backend_start) FROM pg_stat_activity
          WHERE pid = pg_backend_pid())
        """

    private static let question = """
        SELECT coalesce(a.state LIKE 'idle%' OR a.wait_event IN ('ClientRead', 'ClientWrite'), false),
          CASE l.locktype WHEN 'relation' THEN format('a lock on %I.%I', n.nspname, c.relname)
            WHEN 'tuple' THEN format('a lock on a row of %I.%I', n.nspname, c.relname)
            WHEN 'transactionid' THEN 'a row or key that another transaction wrote'
            WHEN 'advisory' THEN 'an advisory lock; exports of one schema take turns by it'
            ELSE 'a lock (' || l.locktype || ')' END,
          h.pid, o.application_name, o.usename, o.state
        FROM pg_stat_activity a LEFT JOIN pg_locks l ON l.pid = a.pid AND NOT l.granted
        LEFT JOIN pg_class c ON c.oid = l.relation LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN LATERAL (SELECT DISTINCT unnest(pg_blocking_pids(a.pid)) AS pid) h ON true
        LEFT JOIN pg_stat_activity o ON o.pid = h.pid
        WHERE a.pid = $1::integer AND ($2 = '' OR extract(epoch FROM a.backend_start)::text = $2)
        ORDER BY h.pid
        """
}

/// A lock that a statement waits for, and who has it.
struct LockWait {
    struct Holder: CustomStringConvertible {
        var description: String

        init?(_ row: [String?]) {
            guard let pid = row[2] else { return nil }
            if pid == "0" {
                self.description = "a prepared transaction (pg_prepared_xacts)"
                return
            }
            let name = row[3].flatMap { $0.isEmpty ? nil : $0 }
            let details = [name, row[4].map { "user \($0)" }, row[5]].compactMap { $0 }
            self.description = "process \(pid)" + (details.isEmpty ? "" : " (\(details.joined(separator: ", ")))")
        }
    }

    var lock: String
    var holders: [Holder]
}
