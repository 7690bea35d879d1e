import Foundation

/// A PostgreSQL server of our own, as it is installed: in a temporary folder, on a Unix socket there, durable.
final class TemporaryPostgres {
    private let folder: String
    private let bin: String
    private let server = Process()
    /// The server's shell reads from it and ends with it, however we end.
    private let leash = Pipe()
    private var databases: [String] = []

    init() throws {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []  // None is said below.
        guard let version = versions.max(by: { (Int($0) ?? 0) < (Int($1) ?? 0) }) else {
            throw Program.Failure(description: "there is no PostgreSQL server in \(root); apt-get install postgresql")
        }
        self.bin = "\(root)/\(version)/bin"
        self.folder = "/var/tmp/agentledger-postgres-\(getpid())"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        if getuid() == 0 { try Program.named("chown", ["postgres", self.folder]).run() }
        try Program.named(
            "env",
            self.asServer(
                "initdb", ["-D", "\(self.folder)/data", "-A", "trust", "-U", "bench", "-E", "UTF8", "--no-locale"])
        ).run()
        self.server.executableURL = URL(fileURLWithPath: "/bin/sh")
        self.server.currentDirectoryURL = URL(fileURLWithPath: "/tmp")
        self.server.arguments =
            ["-c", "\"$@\" >\"$0/log\" 2>&1 & read -r end; kill -QUIT $!; sleep 0.5; rm -rf \"$0\"", self.folder]
            + self.asServer("postgres", ["-D", "\(self.folder)/data", "-k", self.folder, "-c", "listen_addresses="])
        self.server.standardInput = self.leash
        self.server.standardOutput = FileHandle.nullDevice
        try withSignals { try self.server.run() }
        for attempt in 1... {
            usleep(100_000)
            // Not ready yet is no error until the last attempt.
            if (try? self.psql("SELECT 1")) != nil { break }
            if attempt == 100 { try self.psql("SELECT 1") }
        }
    }

    deinit {
        // Nothing is left to tell when the server is gone already.
        try? self.leash.fileHandleForWriting.close()
        self.server.waitUntilExit()
    }

    /// An empty database's connection string.
    func newDatabase() throws -> String {
        let name = "db\(self.databases.count)_\(UInt32.random(in: 0 ... .max))"
        try self.psql("CREATE DATABASE \(name)")
        try self.psql("CHECKPOINT")
        self.databases.append(name)
        return "postgres://bench@/\(name)?host=\(self.folder)"
    }

    func dropDatabases() throws {
        for name in self.databases { try self.psql("DROP DATABASE \(name)") }
        self.databases = []
    }

    @discardableResult
    private func psql(_ sql: String) throws -> String {
        try Program.named(
            "psql",
            [
                "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-U", "bench", "-d", "postgres",
                "-c", sql,
            ]
        ).run()
    }

    /// PostgreSQL refuses to run as root, so root runs it as the user that Debian made for it.
    private func asServer(_ program: String, _ arguments: [String]) -> [String] {
        let user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
        return (getuid() == 0 ? user : []) + ["\(self.bin)/\(program)"] + arguments
    }
}
