import Foundation

/// An InfluxDB 1.x server of one's own: on a free port, in a temporary folder, gone when the value is.
package final class TemporaryInflux: Sendable {
    /// The one that all suites share; it ends with the process.
    package static let shared = Result { try TemporaryInflux() }

    package let port: Int
    private let server: ServerProcess

    package init() throws {
        let program = try ServerProcess.find("influxd", package: "influxdb")
        let folder = "/tmp/al-influx-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        self.port = try ServerProcess.freePort()
        let configuration = """
            reporting-disabled = true
            bind-address = "127.0.0.1:\(try ServerProcess.freePort())"
            [meta]
              dir = "\(folder)/meta"
            [data]
              dir = "\(folder)/data"
              wal-dir = "\(folder)/wal"
            [monitor]
              store-enabled = false
            [http]
              bind-address = "127.0.0.1:\(self.port)"
              log-enabled = false

            """
        try configuration.write(toFile: "\(folder)/influxdb.conf", atomically: true, encoding: .utf8)
        self.server = try ServerProcess(
            [program, "-config", "\(folder)/influxdb.conf"], in: folder, endedBy: "KILL")
        try self.server.waitUntil { try self.ask("SHOW DATABASES").hasPrefix("{") }
    }

    package func address(_ database: String) -> String { "influx://127.0.0.1:\(self.port)/\(database)" }

    /// A name that no database has.
    package func newDatabase() -> String { "db_\(UUID().uuidString.prefix(8).lowercased())" }

    /// The JSON that the server answers an InfluxQL question with.
    @discardableResult
    package func ask(_ question: String, in database: String = "") throws -> String {
        try Shell.run(
            "/usr/bin/env",
            [
                "curl", "--silent", "--show-error", "--fail", "--noproxy", "*", "--data-urlencode", "q=\(question)",
                "http://127.0.0.1:\(self.port)/query?db=\(database)&epoch=ns",
            ]
        ).trimmingCharacters(in: .newlines)
    }

    /// The rows of all series that a question is answered with, each with the name of its series, cells joined by `|`.
    package func rows(_ question: String, in database: String) throws -> [String] {
        let json = try JSONSerialization.jsonObject(with: Data(self.ask(question, in: database).utf8)) as? [String: Any]
        let results = json?["results"] as? [[String: Any]] ?? []
        return results.flatMap { $0["series"] as? [[String: Any]] ?? [] }.flatMap { series in
            (series["values"] as? [[Any]] ?? []).map { row in
                ([series["name"] ?? ""] + row).map { $0 is NSNull ? "" : "\($0)" }.joined(separator: "|")
            }
        }
    }

    /// Puts lines of the line protocol there, as another program would.
    package func write(_ lines: String, to database: String) throws {
        try Shell.run(
            "/usr/bin/env",
            [
                "curl", "--silent", "--show-error", "--fail", "--noproxy", "*", "--data-binary", lines,
                "http://127.0.0.1:\(self.port)/write?db=\(database)&precision=ns",
            ])
    }

    /// Ends it before the value does.
    package func stop() { self.server.stop() }
}
