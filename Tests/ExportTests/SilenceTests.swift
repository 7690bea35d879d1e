import Foundation
import Relations
import Servers
import Testing

@testable import Export

@Suite("A silent server")
struct SilenceTests {
    private static let timeoutSeconds = 2

    private func expectTimeout(_ address: (Int) -> any Exporter, _ words: String) throws {
        let server = try SilentServer()
        let start = ContinuousClock.now
        let error = #expect(throws: ExportError.self) { try address(server.port).export(Meters.first) }
        let seconds = (ContinuousClock.now - start).inSeconds
        #expect(seconds >= 1 && seconds < 20, "\(seconds)")
        #expect([.cannotConnect, .connectionLost].contains(error?.code), "\(error!)")
        #expect(error?.message.contains(words) ?? false, "\(error!)")
        #expect(error?.message.contains("Check that the server runs") ?? false, "\(error!)")
    }

    @Test("is given up on by an export into PostgreSQL")
    func postgres() throws {
        try self.expectTimeout(
            { PostgresExporter("postgres://me@127.0.0.1:\($0)/db", timeoutSeconds: Self.timeoutSeconds) }, "timeout")
    }

    @Test("is given up on by an export into Redis")
    func redis() throws {
        try self.expectTimeout(
            { RedisExporter("redis://127.0.0.1:\($0)", timeoutSeconds: Self.timeoutSeconds) }, "no answer within 2 s")
    }

    @Test("is given up on by an export into InfluxDB")
    func influx() throws {
        try self.expectTimeout(
            { InfluxExporter("influx://127.0.0.1:\($0)/db", timeoutSeconds: Self.timeoutSeconds) },
            "no answer within 2 s")
    }

    @Test("that falls silent during an export is given up on, and one that only takes long is not")
    func midway() throws {
        let server = try TemporaryPostgres()
        let exporter = PostgresExporter(try server.newDatabase(), timeoutSeconds: Self.timeoutSeconds)
        // Another session has the lock of exports for longer than the timeout.
        let lock = "pg_advisory_lock(hashtextextended('agentledger export of storage', 0))"
        let database = exporter.conninfo
        Thread.detachNewThread { _ = try? TemporaryPostgres.ask(database, "SELECT \(lock), pg_sleep(6)") }
        let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        while try TemporaryPostgres.ask(database, locks) == "0" {}
        let start = ContinuousClock.now
        #expect(try exporter.export(Shelves.hostile).rows > 0)
        #expect((ContinuousClock.now - start).inSeconds > 2)

        var later = Shelves.hostile
        later.position = 20
        later.things[0].changedAt = 20
        later.beforeThing = { if $0 == 0 { try server.freeze() } }
        defer { try? server.thaw() }
        let error = #expect(throws: ExportError.self) { try exporter.export(later) }
        #expect(error?.code == .connectionLost, "\(error!)")
        #expect(error?.message.contains("has not answered for 2 s") ?? false, "\(error!)")
    }
}
