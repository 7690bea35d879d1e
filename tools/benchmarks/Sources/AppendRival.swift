import Foundation

/// Another store that takes as many appends, beside C LMDB. It starts from nothing each time, which is in its favour:
/// our log holds a million events already.
struct AppendRival: Sendable {
    /// What the name of its line ends with.
    let line: String
    let name: String
    /// The program that `run` builds where it can.
    let program: String
    /// Events per second, given how often we commit.
    let rate: @Sendable (Workbench, _ commits: Int) throws -> Double

    func isThere(_ bench: Workbench) -> Bool {
        FileManager.default.fileExists(atPath: "\(bench.options.rivals)/\(self.program)")
    }

    static let sqlite = AppendRival(
        line: "sqlite", name: "C SQLite, WAL, no index, 1000 per commit", program: "sqlite_append"
    ) { bench, commits in
        let path = bench.newPath("sqlite")
        let rate = try bench.rival(
            "sqlite_append", [path, "\(commits * 1000)", "1000", "@\(try bench.sampleRecord())"])[0]
        try bench.remove(path)
        return rate
    }

    static let postgresCopy = AppendRival(
        line: "postgres-copy", name: "PostgreSQL, binary COPY from C, key alone, 1000 per commit",
        program: "postgres_copy"
    ) { bench, commits in
        let server = try bench.postgres()
        let arguments = [try server.newDatabase(), "\(commits * 1000)", "1000", "@\(try bench.sampleRecord())"]
        let rate = try bench.rival("postgres_copy", arguments)[0]
        try server.dropDatabases()
        return rate
    }

    static let umaDB = AppendRival(
        line: "umadb", name: "UmaDB over gRPC from Python, 1000 per append", program: "umadb_append"
    ) { bench, commits in
        // A quarter of them, so that it does not take several times as long as all others.
        try Self.umaDB(bench, [max(20, commits / 4) * 1000, 1000])
    }

    static let umaDBClients = AppendRival(
        line: "umadb", name: "UmaDB over gRPC from Python, 64 clients on condition, 1 per append",
        program: "umadb_append"
    ) { bench, commits in
        try Self.umaDB(bench, [64 * max(20, commits / 10), 1, 64])
    }

    private static func umaDB(_ bench: Workbench, _ numbers: [Int]) throws -> Double {
        let path = bench.newPath("umadb")
        var arguments = [path] + numbers.map { "\($0)" }
        arguments.insert("@\(try bench.sampleRecord())", at: 3)
        let rate = try bench.rival("umadb_append", arguments)[0]
        try bench.remove(path)
        return rate
    }

    /// PostgreSQL's own pgbench calls the function of message-db's shape.
    static let messageDB = AppendRival(
        line: "message-db", name: "message-db's shape in PostgreSQL, 64 clients of pgbench, 1 per commit",
        program: "message_db.sql"
    ) { bench, commits in
        let server = try bench.postgres()
        let database = try server.newDatabase()
        let rivals = bench.options.rivals
        try Program.named(
            "psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", "\(rivals)/message_db.sql"]
        ).run()
        let output = try Program.named(
            "pgbench",
            [
                "-n", "-M", "prepared", "-c", "64", "-j", "2", "-t", "\(max(20, commits / 8))", "-D", "version=-2",
                "-f", "\(rivals)/message_db.pgbench", database,
            ]
        ).run()
        try server.dropDatabases()
        let line = output.split(separator: "\n").first { $0.hasPrefix("tps = ") }
        guard let rate = line.flatMap({ Double($0.split(separator: " ")[2]) }) else {
            throw Program.Failure(description: "pgbench did not say its rate: \(output)")
        }
        return rate
    }
}
