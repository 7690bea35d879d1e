import Foundation
import LedgerRelations
import Servers
import Testing

@testable import LedgerExporters

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
        try server.psql(
            database: TemporaryPostgres.name(in: exporter.conninfo),
            [
                "-c",
                """
                CREATE FUNCTION public.rest() RETURNS event_trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_sleep(6); END $$;
                CREATE EVENT TRIGGER rest ON ddl_command_end WHEN TAG IN ('CREATE SCHEMA') EXECUTE FUNCTION public.rest();
                """,
            ])
        let start = ContinuousClock.now
        #expect(try exporter.export(Shelves.hostile).rows > 0)
        #expect((ContinuousClock.now - start).inSeconds > 6)

        var later = Shelves.hostile
        later.position = 20
        later.things[0].changedAt = 20
        later.beforeThing = { if $0 == 0 { try server.freeze() } }
        defer { try? server.thaw() }
        let error = #expect(throws: ExportError.self) { try exporter.export(later) }
        #expect(error?.code == .connectionLost, "\(error!)")
        #expect(error?.message.contains("has not answered for 2 s, not even") ?? false, "\(error!)")
    }

    @Test(
        "of PostgreSQL is given up on when only the process that serves us is stopped",
        arguments: [(0, "between two statements"), (1, "in a COPY")])
    func stoppedProcess(thing: Int, moment: String) throws {
        let exporter = PostgresExporter(
            try TemporaryPostgres.shared.get().newDatabase(), timeoutSeconds: Self.timeoutSeconds)
        _ = try exporter.export(Shelves.hostile)
        var later = Shelves.hostile
        later.position = 20
        for index in later.things.indices { later.things[index].changedAt = 20 }
        var process = ""
        later.beforeThing = { index in
            guard index == thing else { return }
            process = try TemporaryPostgres.ask(
                exporter.conninfo,
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'agentledger' AND datname = current_database()"
            )
            try Shell.run("/bin/kill", ["-STOP", process])
        }
        let start = ContinuousClock.now
        let error = #expect(throws: ExportError.self) { try exporter.export(later) }
        #expect((ContinuousClock.now - start).inSeconds < 15)
        #expect(error?.code == .connectionLost, "\(error!)")
        #expect(error?.message.contains("the server process \(process) has not answered for 2 s") ?? false, "\(error!)")

        // Its transaction is open, and a second export says whose it is.
        later.beforeThing = { _ in }
        let locked = #expect(throws: ExportError.self) { try exporter.export(later) }
        #expect(locked?.message.contains("which process \(process) (agentledger, user") ?? false, "\(locked!)")
        try Shell.run("/bin/kill", ["-CONT", process])
        #expect(try exporter.export(later).toPosition == 20)
    }

    @Test(
        "of PostgreSQL is given up on, with the one who has it, when a lock is not granted",
        arguments: [
            ("LOCK TABLE storage.things IN ACCESS EXCLUSIVE MODE", "a lock on storage.things"),
            ("UPDATE storage.things SET note = 'mine' WHERE id = 1", "a row or key that another transaction wrote"),
            (
                "SELECT pg_advisory_xact_lock(hashtextextended('agentledger export of storage', 0))",
                "an advisory lock; exports of one schema take turns by it"
            ),
        ])
    func lock(statement: String, lock: String) throws {
        let exporter = PostgresExporter(
            try TemporaryPostgres.shared.get().newDatabase(), timeoutSeconds: Self.timeoutSeconds)
        _ = try exporter.export(Shelves.hostile)
        let holder = try LockHolder(exporter.conninfo, statement)
        let start = ContinuousClock.now
        let error = #expect(throws: ExportError.self) { try exporter.export(Shelves.hostile.later) }
        let seconds = (ContinuousClock.now - start).inSeconds
        #expect(seconds >= 2 && seconds < 15, "\(seconds)")
        #expect(error?.code == .locked, "\(error!)")
        let words = "waited 2 s for \(lock), which process \(holder.pid) (psql, user"
        #expect(error?.message.contains(words) ?? false, "\(error!)")
        try holder.release()
        #expect(try exporter.export(Shelves.hostile.later).toPosition == 20)
    }
}
