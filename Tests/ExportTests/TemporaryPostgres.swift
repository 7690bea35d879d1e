import Foundation
import Testing

/// A PostgreSQL server of one's own: in a temporary folder, on a Unix socket there, gone when the value is.
// SAFETY: nothing changes between init and deinit.
final class TemporaryPostgres: @unchecked Sendable {
    /// The one that all suites share; it ends with the process.
    static let shared = Result { try TemporaryPostgres() }

    let folder: String
    private let bin: String
    private let server = Process()
    private let leash = Pipe()

    init() throws {
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
    func newDatabase() throws -> String {
        let name = "db_\(UUID().uuidString.prefix(8).lowercased())"
        try self.psql(
            database: "postgres",
            ["-c", "CREATE ROLE \(name) LOGIN NOSUPERUSER", "-c", "CREATE DATABASE \(name) OWNER \(name)"])
        return "postgres://\(name)@/\(name)?host=\(self.folder)"
    }

    @discardableResult
    func psql(database: String, _ arguments: [String]) throws -> String {
        try Shell.run(
            "\(self.bin)/psql",
            ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "owner", "-d", database] + arguments)
    }

    /// Unaligned, tuples only.
    static func ask(_ conninfo: String, _ sql: String) throws -> String {
        let answer = try Shell.run(
            "/usr/bin/env",
            [
                "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-c", "SET timezone = 'UTC'",
                "-c", sql,
            ])
        return answer.trimmingCharacters(in: .newlines)
    }

    static func load(_ conninfo: String, script: String) throws {
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
        return try #require(found, "install PostgreSQL: these tests start a server (Debian: postgresql)")
    }
}

enum Shell {
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// Standard output of a program that must succeed.
    @discardableResult
    static func run(_ program: String, _ arguments: [String], folder: String? = nil) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        // Files, not pipes: a full pipe would stop the program.
        let base = "/tmp/al-shell-\(UUID().uuidString)"
        try Data().write(to: URL(fileURLWithPath: base + ".out"))
        try Data().write(to: URL(fileURLWithPath: base + ".err"))
        defer {
            try? FileManager.default.removeItem(atPath: base + ".out")
            try? FileManager.default.removeItem(atPath: base + ".err")
        }
        process.standardOutput = FileHandle(forWritingAtPath: base + ".out")
        process.standardError = FileHandle(forWritingAtPath: base + ".err")
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let output = String(decoding: try Data(contentsOf: URL(fileURLWithPath: base + ".out")), as: UTF8.self)
        guard process.terminationStatus == 0 else {
            let complaint = String(decoding: try Data(contentsOf: URL(fileURLWithPath: base + ".err")), as: UTF8.self)
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")): \(complaint)\(output)")
        }
        return output
    }
}

/// A folder that is gone when the value is.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        self.path = NSTemporaryDirectory() + "al-export-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(self.path)/\(name)")), as: UTF8.self)
    }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: self.path).sorted() }
}
