import Foundation
import Synchronization

/// A Redis server of one's own: on a free port and on a socket in a temporary folder, gone when the value is.
package final class TemporaryRedis: Sendable {
    /// The one that all suites share; it ends with the process.
    package static let shared = Result { try TemporaryRedis() }

    package let port: Int
    package let socket: String
    private let server: ServerProcess
    private let client: String
    private let databases = Mutex(0)

    /// As many databases as tests may ask for.
    private static let databaseLimit = 500

    package init() throws {
        let program = try ServerProcess.find("redis-server", package: "redis-server")
        self.client = try ServerProcess.find("redis-cli", package: "redis-tools")
        let folder = "/tmp/al-redis-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        self.port = try ServerProcess.freePort()
        self.socket = "\(folder)/redis.sock"
        self.server = try ServerProcess(
            [
                program, "--port", String(self.port), "--bind", "127.0.0.1", "--unixsocket", self.socket, "--dir",
                folder,
                "--save", "", "--appendonly", "no", "--databases", String(Self.databaseLimit),
            ], in: folder, endedBy: "KILL")
        try self.server.waitUntil { try self.ask(["PING"]) == "PONG" }
    }

    /// An empty database's number.
    package func newDatabase() -> Int {
        self.databases.withLock {
            $0 += 1
            return $0
        }
    }

    package func address(_ database: Int) -> String { "redis://127.0.0.1:\(self.port)/\(database)" }

    /// What redis-cli prints for a command.
    @discardableResult
    package func ask(_ arguments: [String], in database: Int = 0) throws -> String {
        try Shell.run(self.client, ["-p", String(self.port), "-n", String(database), "--raw"] + arguments)
            .trimmingCharacters(in: .newlines)
    }

    /// Every key of a database but our bookmarks, with its value, one a line, by name.
    package func contents(of database: Int) throws -> [String] {
        let keys = try self.ask(["KEYS", "*"], in: database).split(separator: "\n").map(String.init).sorted()
        return try keys.filter { !$0.hasPrefix("agentledger_export") }.map { key in
            let reading =
                switch try self.ask(["TYPE", key], in: database) {
                case "hash": ["HGETALL", key]
                case "zset": ["ZRANGE", key, "0", "-1", "WITHSCORES"]
                default: ["GET", key]
                }
            return "\(key) \(try self.ask(reading, in: database).replacing("\n", with: " "))"
        }
    }

    /// Ends it before the value does.
    package func stop() { self.server.stop() }
}
