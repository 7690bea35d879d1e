import Foundation

/// A PostgreSQL server of one's own: in a temporary folder, on a Unix socket there, gone when the value is.
package final class TemporaryPostgres: Sendable {
    /// The one that all suites share; it ends with the process.
    package static let shared = Result { try TemporaryPostgres() }

    package let folder: String
    private let bin: String
    private let server: ServerProcess

    package init() throws {
        self.bin = try TemporaryPostgres.findBinaries()
        self.folder = "/tmp/al-pg-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        if TemporaryPostgres.isRoot { try Shell.run("/usr/bin/env", ["chown", "postgres", self.folder]) }
        let initdb = ["-D", "\(self.folder)/data", "-A", "trust", "-U", "owner", "-E", "UTF8", "--no-locale", "-N"]
        try Shell.run("/usr/bin/env", TemporaryPostgres.command("\(self.bin)/initdb", initdb), folder: "/tmp")
        let server = [
            "-D", "\(self.folder)/data", "-k", self.folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c",
            "max_connections=100",
        ]
        self.server = try ServerProcess(
            TemporaryPostgres.command("\(self.bin)/postgres", server), in: self.folder, endedBy: "QUIT")
        try self.server.waitUntil {
            try self.psql(database: "postgres", ["-c", "SELECT 1"])
            return true
        }
    }

    /// An empty database with an owner who is nobody special; returns its connection string.
    package func newDatabase() throws -> String {
        let name = "db_\(UUID().uuidString.prefix(8).lowercased())"
        try self.psql(
            database: "postgres",
            ["-c", "CREATE ROLE \(name) LOGIN NOSUPERUSER", "-c", "CREATE DATABASE \(name) OWNER \(name)"])
        return "postgres://\(name)@/\(name)?host=\(self.folder)"
    }

    /// Stops all of its processes: connections are accepted by the system, and nothing answers.
    package func freeze() throws { try self.signal("STOP") }

    package func thaw() throws { try self.signal("CONT") }

    private func signal(_ name: String) throws {
        let file = try String(contentsOfFile: "\(self.folder)/data/postmaster.pid", encoding: .utf8)
        let postmaster = String(file.prefix { $0 != "\n" })
        // Its children run in sessions of their own.
        try Shell.run("/bin/sh", ["-c", "kill -\(name) \(postmaster) $(ps -o pid= --ppid \(postmaster))"])
    }

    /// The name of the database, and of its owner, in a connection string of `newDatabase`.
    package static func name(in conninfo: String) -> String {
        String(conninfo.dropFirst("postgres://".count).prefix { $0 != "@" })
    }

    /// As the server's owner, who may do everything.
    @discardableResult
    package func psql(database: String, _ arguments: [String]) throws -> String {
        try Shell.run(
            "\(self.bin)/psql",
            ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "owner", "-d", database] + arguments)
    }

    /// Unaligned, tuples only.
    package static func ask(_ conninfo: String, _ sql: String) throws -> String {
        let answer = try Shell.run(
            "/usr/bin/env",
            [
                "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-c", "SET timezone = 'UTC'",
                "-c", sql,
            ])
        return answer.trimmingCharacters(in: .newlines)
    }

    package static func load(_ conninfo: String, script: String) throws {
        try Shell.run("/usr/bin/env", ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-f", script])
    }

    private static var isRoot: Bool { getuid() == 0 }

    /// PostgreSQL refuses to run as root, so root runs it as the user that Debian made for it.
    private static func command(_ program: String, _ arguments: [String]) -> [String] {
        let user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
        return (Self.isRoot ? user : []) + [program] + arguments
    }

    private static func findBinaries() throws -> String {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let installed = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let versions = installed.sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }.map { "/usr/lib/postgresql/\($0)/bin" }
        let folders = versions + path.split(separator: ":").map(String.init)
        let found = folders.first { folder in
            ["initdb", "pg_ctl", "psql"].allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
        }
        guard let found else {
            throw Shell.Failure(description: "install PostgreSQL: these tests start a server (Debian: postgresql)")
        }
        return found
    }
}
