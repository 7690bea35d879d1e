import Foundation

/// A PostgreSQL server of one's own: in a temporary folder, on a Unix socket there, gone when the value is.
// SAFETY: nothing changes between init and deinit.
public final class TemporaryPostgres: @unchecked Sendable {
    /// The one that all suites share; it ends with the process.
    public static let shared = Result { try TemporaryPostgres() }

    public let folder: String
    private let bin: String
    private let server = Process()
    private let leash = Pipe()

    public init() throws {
        self.bin = try TemporaryPostgres.findBinaries()
        self.folder = "/tmp/al-pg-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        if TemporaryPostgres.isRoot { try Shell.run("/usr/bin/env", ["chown", "postgres", self.folder]) }
        let initdb = ["-D", "\(self.folder)/data", "-A", "trust", "-U", "owner", "-E", "UTF8", "--no-locale", "-N"]
        try Shell.run("/usr/bin/env", self.command("initdb", initdb), folder: "/tmp")
        // The shell ends the server, and removes its folder, when its standard input ends: with this value, or with
        // the test process.
        self.server.executableURL = URL(fileURLWithPath: "/bin/sh")
        self.server.currentDirectoryURL = URL(fileURLWithPath: "/tmp")
        self.server.arguments =
            ["-c", "\"$@\" >\"$0/log\" 2>&1 & read -r end; kill -QUIT $!; sleep 0.3; rm -rf \"$0\"", self.folder]
            + self.command(
                "postgres",
                [
                    "-D", "\(self.folder)/data", "-k", self.folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c",
                    "max_connections=30",
                ])
        self.server.standardInput = self.leash
        try self.server.run()
        try self.waitUntilReady()
    }

    deinit {
        // Nothing is left to tell when the server is gone already.
        try? self.leash.fileHandleForWriting.close()
        self.server.waitUntilExit()
    }

    private func waitUntilReady() throws {
        for _ in 0..<200 {
            // Not ready yet is no error; the last attempt below tells.
            if (try? self.psql(database: "postgres", ["-c", "SELECT 1"])) != nil { return }
            usleep(50_000)
        }
        try self.psql(database: "postgres", ["-c", "SELECT 1"])
    }

    /// An empty database with an owner who is nobody special; returns its connection string.
    public func newDatabase() throws -> String {
        let name = "db_\(UUID().uuidString.prefix(8).lowercased())"
        try self.psql(
            database: "postgres",
            ["-c", "CREATE ROLE \(name) LOGIN NOSUPERUSER", "-c", "CREATE DATABASE \(name) OWNER \(name)"])
        return "postgres://\(name)@/\(name)?host=\(self.folder)"
    }

    @discardableResult
    public func psql(database: String, _ arguments: [String]) throws -> String {
        try Shell.run(
            "\(self.bin)/psql",
            ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "owner", "-d", database] + arguments)
    }

    /// Unaligned, tuples only.
    public static func ask(_ conninfo: String, _ sql: String) throws -> String {
        let answer = try Shell.run(
            "/usr/bin/env",
            [
                "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-c", "SET timezone = 'UTC'",
                "-c", sql,
            ])
        return answer.trimmingCharacters(in: .newlines)
    }

    public static func load(_ conninfo: String, script: String) throws {
        try Shell.run("/usr/bin/env", ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-f", script])
    }

    private static var isRoot: Bool { getuid() == 0 }

    /// PostgreSQL refuses to run as root, so root runs it as the user that Debian made for it.
    private func command(_ program: String, _ arguments: [String]) -> [String] {
        let user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
        return (Self.isRoot ? user : []) + ["\(self.bin)/\(program)"] + arguments
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
