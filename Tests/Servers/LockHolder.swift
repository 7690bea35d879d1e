import Foundation

/// A session of psql that has locks in a database until it is released.
package struct LockHolder {
    /// The number of its process on the server.
    package let pid: String
    private let conninfo: String

    /// - Parameter sql: takes the locks.
    package init(_ conninfo: String, _ sql: String) throws {
        self.conninfo = conninfo
        Thread.detachNewThread {
            // It ends with an error when it is released.
            _ = try? TemporaryPostgres.ask(conninfo, "BEGIN; \(sql); SELECT pg_sleep(60)")
        }
        let sleeps = """
            SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'
            """
        var pid = ""
        while pid.isEmpty { pid = try TemporaryPostgres.ask(conninfo, sleeps) }
        self.pid = pid
    }

    package func release() throws {
        _ = try TemporaryPostgres.ask(self.conninfo, "SELECT pg_terminate_backend(\(self.pid), 10000)")
    }
}
