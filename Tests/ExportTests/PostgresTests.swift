import Foundation
import LedgerPostgres
import LedgerRelations
import Seeded
import Servers
import Synchronization
import Testing

@testable import LedgerExporters

struct Interruption: Error, Equatable {}

/// One table of shelves.
struct WordRows: RelationSource {
    let shelves: [Shelf]
    let table: Table<Shelf>
    let source: Shelves

    var ledgerID: String { self.source.ledgerID }
    var schema: Schema { self.source.schema }
    var position: UInt64 { self.source.position }

    func rows(of table: TableDeclaration, changedAfter: UInt64?, _ body: ([SQLValue]) throws -> Void) throws {
        var cells: [SQLValue] = []
        for row in self.shelves where row.changedAt > changedAfter ?? 0 {
            self.table.fill(&cells, from: row)
            try body(cells)
        }
    }

    func removedKeys(of table: TableDeclaration, after position: UInt64, _ body: ([SQLValue]) throws -> Void) throws {}
}

@Suite("PostgreSQL", .serialized)
final class PostgresTests {
    let server: TemporaryPostgres
    let folder: TemporaryFolder

    init() throws {
        self.server = try TemporaryPostgres.shared.get()
        self.folder = try TemporaryFolder()
    }

    /// Every row of both tables, as PostgreSQL prints it.
    static func contents(_ conninfo: String, schema: String = "storage") throws -> String {
        try TemporaryPostgres.ask(
            conninfo,
            "SELECT s FROM \(schema).shelves s ORDER BY id") + "\n"
            + TemporaryPostgres.ask(conninfo, "SELECT t FROM \(schema).things t ORDER BY shelf_id, id")
    }

    @Test("SQL text that psql loads and a direct export hold the same rows, exactly")
    func sameRows() throws {
        let script = "\(self.folder.path)/out.sql"
        _ = try SQLTextExporter(path: script).export(Shelves.hostile)
        let (loaded, direct) = try (self.server.newDatabase(), self.server.newDatabase())
        try TemporaryPostgres.load(loaded, script: script)
        let report = try PostgresExporter(direct).export(Shelves.hostile)
        #expect(report.tables.map(\.rows) == [2, 5])
        #expect(report.fromPosition == 0 && report.toPosition == 10)
        let contents = try Self.contents(direct)
        #expect(try Self.contents(loaded) == contents)
        #expect(
            try TemporaryPostgres.ask(direct, "SELECT cost FROM storage.things ORDER BY id") == """
                0.000000000000
                170141183460469.231731687303
                2.856533700000
                -0.000000000001
                -10000000000000000000000000.000000000000
                """)
        #expect(
            try TemporaryPostgres.ask(direct, "SELECT at, on_day FROM storage.things WHERE id IN (2, 3) ORDER BY id")
                == """
                9999-12-31 23:59:59.999999+00|9999-12-31
                0044-03-15 00:00:00+00 BC|0044-03-15 BC
                """)
        let note = Shelves.hostile.things[1].note ?? ""
        #expect(
            try TemporaryPostgres.ask(
                direct, "SELECT encode(convert_to(note, 'UTF8'), 'hex') FROM storage.things WHERE id = 2")
                == note.utf8.map { String(format: "%02x", $0) }.joined())
        #expect(
            try TemporaryPostgres.ask(
                direct,
                "SELECT tags[2], tags[3], tags[4] = E'g\\nh', tags[6], array_length(tags, 1) FROM storage.things WHERE id = 2"
            ) == "c\"d|e\\f|t|NULL|7")
        #expect(
            try TemporaryPostgres.ask(direct, "SELECT note, extra, tags FROM storage.things WHERE id = 5")
                == "nul \u{FFFD} here|{\"nul\": \"\u{FFFD}\", \"half\": \"\u{FFFD}\"}|{nul\u{FFFD}}")
    }

    /// Text that a B-tree entry cannot hold, even compressed.
    private static func incompressible(_ count: Int) -> String {
        var random = SplitMix64(seed: 39)
        return String((0..<count).map { _ in Character(UnicodeScalar(UInt8.random(in: 33...126, using: &random))) })
    }

    @Test("a row that the database refuses is held back with the reason, and all others arrive")
    func refusedRows() throws {
        let (database, fresh) = try (self.server.newDatabase(), self.server.newDatabase())
        var source = Shelves.hostile
        source.things += [
            Thing(id: 7, shelf: 1, json: "{not json", changedAt: 7),
            Thing(id: 8, shelf: 1, at: .max, changedAt: 7), Thing(id: 9, shelf: 1, at: .min, changedAt: 7),
            Thing(id: 10, shelf: 1, json: #"{"x":1e200000}"#, changedAt: 7),
        ]
        source.shelves.append(Shelf(id: 2, name: String(repeating: "x", count: 201), changedAt: 7))
        source.things.append(Thing(id: 11, shelf: 2, changedAt: 7))
        let report = try PostgresExporter(database).export(source)
        #expect(report.tables.map(\.refused) == [1, 2] && report.tables.map(\.orphans) == [0, 1])
        #expect(report.tables.map(\.rows) == [2, 8] && report.tables.map(\.numbersAsText) == [0, 1])
        #expect(
            try TemporaryPostgres.ask(database, "SELECT extra FROM storage.things WHERE id = 10")
                == #"{"x": "1e200000"}"#)
        let reasons = """
            SELECT row_key, content ->> 'sqlstate', content ->> 'reason' FROM storage.agentledger_orphans WHERE reference = 'refused' ORDER BY 1
            """
        let told = try TemporaryPostgres.ask(database, reasons)
        #expect(told.contains("value too long for type character varying(200)"))
        #expect(told.contains("22P02|invalid input syntax for type json"), "\(told)")
        #expect(told.contains("22008|"), "\(told)")
        // What is refused stays noted until it changes; what changes and is refused leaves its table.
        source.position = 20
        source.things[0].at = .min
        source.things[0].changedAt = 12
        source.shelves[2].name = "fits"
        source.shelves[2].changedAt = 13
        let later = try PostgresExporter(database).export(source)
        #expect(later.tables.map(\.refused) == [0, 3] && later.tables.map(\.orphans) == [0, 0])
        _ = try PostgresExporter(fresh).export(source)
        #expect(try Self.contents(database) == Self.contents(fresh))
        #expect(try TemporaryPostgres.ask(database, reasons) == TemporaryPostgres.ask(fresh, reasons))
    }

    @Test("a row that was refused is noted no more once it is accepted")
    func acceptedLater() throws {
        let database = try self.server.newDatabase()
        var source = Shelves.hostile
        source.shelves.append(Shelf(id: 2, name: String(repeating: "x", count: 201), changedAt: 7))
        #expect(try PostgresExporter(database).export(source).tables.map(\.refused) == [1, 0])
        source.position = 20
        source.shelves[2].name = "fits"
        source.shelves[2].changedAt = 13
        #expect(try PostgresExporter(database).export(source).tables.map(\.refused) == [0, 0])
        #expect(try TemporaryPostgres.ask(database, "SELECT count(*) FROM storage.agentledger_orphans") == "0")
    }

    @Test("a value that is too long for an index is held back")
    func tooLongForAnIndex() throws {
        let database = try self.server.newDatabase()
        var source = Shelves.hostile
        let words = Table<Shelf>("words", primaryKey: "word") { Column("word", .text, \.name) }
        source.schema = Schema("storage", version: 1, tables: [words.declaration])
        let rows = [
            Shelf(id: 1, name: "short", changedAt: 1), Shelf(id: 2, name: Self.incompressible(9000), changedAt: 1),
        ]
        let report = try PostgresExporter(database).export(WordRows(shelves: rows, table: words, source: source))
        #expect(report.tables.map(\.rows) == [1] && report.tables.map(\.refused) == [1])
        #expect(try TemporaryPostgres.ask(database, "SELECT word FROM storage.words") == "short")
    }

    @Test("keys, checks, indexes, defaults and comments arrive")
    func constraints() throws {
        let database = try self.server.newDatabase()
        _ = try PostgresExporter(database).export(Shelves.hostile)
        #expect(
            try TemporaryPostgres.ask(
                database, "SELECT conname FROM pg_constraint WHERE connamespace = 'storage'::regnamespace ORDER BY 1")
                    == """
                    agentledger_export_pkey
                    agentledger_orphans_pkey
                    shelves_name_key
                    shelves_pkey
                    small_is_small
                    things_kind_check
                    things_pkey
                    things_shelf_id_fkey
                    """)
        #expect(
            try TemporaryPostgres.ask(
                database,
                "SELECT indexname FROM pg_indexes WHERE schemaname = 'storage' AND indexname LIKE 'idx%' ORDER BY 1")
                == "idx_things_at\nidx_things_at_kind\nidx_things_kind")
        #expect(
            try TemporaryPostgres.ask(database, "SELECT col_description('storage.things'::regclass, 8)") == "Unit: EUR."
        )
    }

    @Test("enumeration types, where a schema asks for them")
    func enumerationTypes() throws {
        let database = try self.server.newDatabase()
        var source = Shelves.hostile
        source.schema = Shelves.declared(version: 1, enumerations: .types)
        _ = try PostgresExporter(database).export(source)
        #expect(
            try TemporaryPostgres.ask(database, "SELECT pg_typeof(kind), kind FROM storage.things WHERE id = 2")
                == "storage.thing_kind|spare part")
        let report = try PostgresExporter(database).export(source.later)
        #expect(report.tables.map(\.rows) == [2, 2])
    }

    @Test("a rerun brings over what changed, and leaves what a whole export would")
    func rerun() throws {
        let (database, fresh) = try (self.server.newDatabase(), self.server.newDatabase())
        _ = try PostgresExporter(database).export(Shelves.hostile)
        let report = try PostgresExporter(database).export(Shelves.hostile.later)
        #expect(report.fromPosition == 10 && report.toPosition == 20)
        #expect(report.tables == [.init(name: "shelves", rows: 2), .init(name: "things", rows: 2, removed: 1)])
        _ = try PostgresExporter(fresh).export(Shelves.hostile.later)
        #expect(try Self.contents(database) == Self.contents(fresh))
        // The names were swapped: the unique constraint was taken off, and is back.
        #expect(
            try TemporaryPostgres.ask(database, "SELECT count(*) FROM pg_constraint WHERE conname = 'shelves_name_key'")
                == "1")
    }

    @Test("a rerun with nothing new changes nothing")
    func nothingNew() throws {
        let database = try self.server.newDatabase()
        _ = try PostgresExporter(database).export(Shelves.hostile)
        let before = try TemporaryPostgres.ask(database, "SELECT exported_at, xmin FROM storage.agentledger_export")
        let report = try PostgresExporter(database).export(Shelves.hostile)
        #expect(report.rows == 0 && report.fromPosition == 10)
        #expect(
            try TemporaryPostgres.ask(database, "SELECT exported_at, xmin FROM storage.agentledger_export") == before)
    }

    @Test("two exports into one target go one after the other")
    func together() throws {
        let database = try self.server.newDatabase()
        let second = Mutex<Result<ExportReport, any Error>?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        var first = Shelves.hostile
        first.beforeThing = { index in
            guard index == 0 else { return }
            // It begins while the first is amid its rows, and has to wait until those stand.
            Thread.detachNewThread {
                second.withLock { $0 = Result { try PostgresExporter(database).export(Shelves.hostile.later) } }
                isDone.signal()
            }
        }
        #expect(try PostgresExporter(database).export(first).toPosition == 10)
        isDone.wait()
        let report = try second.withLock { try #require($0).get() }
        #expect(report.fromPosition == 10 && report.toPosition == 20)
        let fresh = try self.server.newDatabase()
        _ = try PostgresExporter(fresh).export(Shelves.hostile.later)
        #expect(try Self.contents(database) == Self.contents(fresh))
    }

    @Test("SQL text leaves a target that a direct export can continue")
    func continueFromText() throws {
        let database = try self.server.newDatabase()
        _ = try SQLTextExporter(path: "\(self.folder.path)/a.sql").export(Shelves.hostile)
        try TemporaryPostgres.load(database, script: "\(self.folder.path)/a.sql")
        #expect(try PostgresExporter(database).export(Shelves.hostile.later).fromPosition == 10)
    }

    @Test("a target of another ledger, of another version, ahead, or not ours is refused and left alone")
    func refusals() throws {
        let database = try self.server.newDatabase()
        _ = try PostgresExporter(database).export(Shelves.hostile.later)
        let before = try Self.contents(database)
        func code(_ change: (inout Shelves) -> Void) -> ExportError.Code? {
            var source = Shelves.hostile
            source.position = 30
            change(&source)
            return #expect(throws: ExportError.self) { try PostgresExporter(database).export(source) }?.code
        }
        #expect(code { $0.ledgerID = "ledger-2" } == .foreignLedger)
        #expect(code { $0.position = 19 } == .targetAhead)
        #expect(code { $0.schema = Shelves.declared(version: 0) } == .newerSchema)
        #expect(try Self.contents(database) == before)
        let foreign = try self.server.newDatabase()
        _ = try TemporaryPostgres.ask(foreign, "CREATE SCHEMA storage CREATE TABLE mine (a int)")
        let error = #expect(throws: ExportError.self) { try PostgresExporter(foreign).export(Shelves.hostile) }
        #expect(error?.code == .notOurs)
    }

    @Test("an empty schema that somebody made for us is used")
    func emptySchema() throws {
        let database = try self.server.newDatabase()
        _ = try TemporaryPostgres.ask(database, "CREATE SCHEMA storage")
        #expect(try PostgresExporter(database).export(Shelves.hostile).rows == 7)
    }

    @Test("an export that is stopped leaves the target as it was")
    func stopped() throws {
        let database = try self.server.newDatabase()
        var first = Shelves.hostile
        first.beforeThing = { if $0 == 3 { throw Interruption() } }
        #expect(throws: Interruption.self) { try PostgresExporter(database).export(first) }
        #expect(try TemporaryPostgres.ask(database, "SELECT to_regnamespace('storage') IS NULL") == "t")

        _ = try PostgresExporter(database).export(Shelves.hostile)
        let before = try Self.contents(database)
        var later = Shelves.hostile.later
        later.beforeThing = { if $0 == 4 { throw Interruption() } }
        #expect(throws: Interruption.self) { try PostgresExporter(database).export(later) }
        #expect(try Self.contents(database) == before)
    }

    @Test("an export whose connection is killed leaves the target as it was, and says so")
    func killed() throws {
        let database = try self.server.newDatabase()
        let server = self.server
        // postgres://NAME@/NAME?host=…
        let name = TemporaryPostgres.name(in: database)
        _ = try PostgresExporter(database).export(Shelves.hostile)
        let before = try Self.contents(database)
        var later = Shelves.hostile.later
        later.beforeThing = { index in
            if index == 0 {
                try server.psql(
                    database: "postgres",
                    ["-c", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'"])
            }
        }
        let error = #expect(throws: ExportError.self) { try PostgresExporter(database).export(later) }
        #expect(error?.code == .connectionLost)
        #expect(try Self.contents(database) == before)
        #expect(try PostgresExporter(database).export(Shelves.hostile.later).rows == 4)
    }

    @Test("a server that is not there is told with the remedy, and no password")
    func unreachable() throws {
        let error = #expect(throws: ExportError.self) {
            try PostgresExporter("postgres://me:secret@/db?host=\(self.folder.path)").export(Shelves())
        }
        #expect(error?.code == .cannotConnect)
        #expect(!"\(error!)".contains("secret"))
        #expect(PostgresTarget.withoutPassword("host=a password='it''s x' user=b").contains("user=b"))
        #expect(
            PostgresTarget.withoutPassword("postgres://me:se@cret@h:5432/db?password=x&a=b")
                == "postgres://me@h:5432/db?password=…&a=b")
    }
}
