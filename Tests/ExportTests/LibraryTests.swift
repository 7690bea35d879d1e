import Foundation
import LedgerRelations
import Seeded
import Servers
import Testing

@testable import LedgerExporters

@Suite("References, partitions and access", .serialized)
final class LibraryTests {
    let server: TemporaryPostgres
    let folder: TemporaryFolder

    init() throws {
        self.server = try TemporaryPostgres.shared.get()
        self.folder = try TemporaryFolder()
    }

    /// A reader who is not known, a loan of his, what hangs on it, and months apart from each other.
    private static var torn: Library {
        var library = Library()
        library.readers = [.init(id: 1, name: "Ann", changedAt: 1)]
        library.copies = [.init(id: 1, latestLoan: 2, changedAt: 2), .init(id: 200, latestLoan: 77, changedAt: 2)]
        library.loans = [
            .init(id: 1, reader: 1, copy: 1, renews: nil, changedAt: 3),
            .init(id: 2, reader: 9, copy: 1, renews: 1, changedAt: 4),
            .init(id: 3, reader: 1, copy: 200, renews: 2, changedAt: 5),
        ]
        let days: Int64 = 86_400_000_000
        library.events = [
            .init(id: 1, loan: 1, at: 0, changedAt: 6), .init(id: 2, loan: 2, at: 40 * days, changedAt: 7),
            .init(id: 3, loan: nil, at: -1, changedAt: 8), .init(id: 4, loan: 3, at: 20 * days, changedAt: 9),
        ]
        return library
    }

    /// Everything in the tables and in what is noted of orphans.
    private static func contents(_ conninfo: String) throws -> String {
        try ["readers", "copies", "loans", "events", "agentledger_orphans"].map { table in
            try TemporaryPostgres.ask(conninfo, "SELECT t FROM library.\(table) t ORDER BY t::text")
        }.joined(separator: "\n--\n")
    }

    private static func sqliteContents(_ path: String) throws -> String {
        try ["readers", "copies", "loans", "events", "agentledger_orphans"].map { table in
            let order = table == "agentledger_orphans" ? "1, 2, 3" : "1"
            return try Shell.run("/usr/bin/env", ["sqlite3", path, "SELECT * FROM \(table) ORDER BY \(order)"])
        }.joined(separator: "\n--\n")
    }

    @Test("a reference to a row that is not there is null or holds its row back, is counted, and comes back with it")
    func orphans() throws {
        let database = try self.server.newDatabase()
        let report = try PostgresExporter(database).export(Self.torn)
        // Loan 2 waits for its reader; copies 1 and 200, loan 3 and event 2 go on without the loan they name.
        #expect(report.tables.map(\.orphans) == [0, 2, 2, 1])
        #expect(
            try TemporaryPostgres.ask(database, "SELECT id, renews FROM library.loans ORDER BY id") == "1|\n3|")
        var later = Self.torn
        later.position = 20
        later.readers.append(.init(id: 9, name: "Bo", changedAt: 11))
        #expect(try PostgresExporter(database).export(later).tables.map(\.orphans) == [0, 1, 0, 0])
        #expect(
            try TemporaryPostgres.ask(database, "SELECT id, renews FROM library.loans ORDER BY id") == "1|\n2|1\n3|2")
        #expect(try TemporaryPostgres.ask(database, "SELECT latest_loan FROM library.copies WHERE id = 1") == "2")
        #expect(try TemporaryPostgres.ask(database, "SELECT loan_id FROM library.events WHERE id = 2") == "2")
    }

    @Test("updates leave what a whole export would, whatever is missing, comes, moves or goes")
    func updatesEqualWhole() throws {
        let seed: UInt64 = 20_262
        var random = SplitMix64(seed: seed)
        let database = try self.server.newDatabase()
        let file = "\(self.folder.path)/kept.db"
        var library = Library()
        for step in 1...12 {
            library.position = UInt64(step * 10)
            Self.change(&library, &random)
            _ = try PostgresExporter(database).export(library)
            _ = try SQLiteExporter(path: file).export(library)
            let fresh = try self.server.newDatabase()
            _ = try PostgresExporter(fresh).export(library)
            Self.expectSame(try Self.contents(database), try Self.contents(fresh), "step \(step), seed \(seed)")
            let whole = "\(self.folder.path)/whole-\(step).db"
            _ = try SQLiteExporter(path: whole).export(library)
            Self.expectSame(
                try Self.sqliteContents(file), try Self.sqliteContents(whole), "SQLite, step \(step), seed \(seed)")
        }
    }

    private static func expectSame(_ updated: String, _ whole: String, _ place: String) {
        let (updated, whole) = (Set(updated.split(separator: "\n")), Set(whole.split(separator: "\n")))
        #expect(
            updated == whole,
            "\(place): updated has \(updated.subtracting(whole)), whole \(whole.subtracting(updated))")
    }

    /// Some rows come or change, naming any others, there or not.
    private static func change(_ library: inout Library, _ random: inout SplitMix64) {
        func any() -> Int { Int.random(in: 1...12, using: &random) }
        func maybe() -> Int? { Bool.random(using: &random) ? any() : nil }
        let at = library.position
        for _ in 0..<3 {
            let (reader, copy, loan, event) = (any(), any(), any(), any())
            if !library.readers.contains(where: { $0.id == reader }), Bool.random(using: &random) {
                library.readers.append(.init(id: reader, name: "reader \(reader)", changedAt: at))
            }
            library.copies.removeAll { $0.id == copy }
            library.copies.append(.init(id: copy, latestLoan: maybe(), changedAt: at))
            library.loans.removeAll { $0.id == loan }
            library.loans.append(.init(id: loan, reader: any(), copy: any(), renews: maybe(), changedAt: at))
            library.events.removeAll { $0.id == event }
            let time = Int64(any()) * 20 * 86_400_000_000
            library.events.append(.init(id: event, loan: maybe(), at: time, changedAt: at))
        }
    }

    @Test("a partitioned table has a partition for each month with rows, and keys, indexes and rows in them")
    func partitions() throws {
        let database = try self.server.newDatabase()
        _ = try PostgresExporter(database).export(Self.torn)
        let partitions = """
            SELECT c.relname, (SELECT count(*) FROM pg_index i WHERE i.indrelid = c.oid)
            FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid
            WHERE h.inhparent = 'library.events'::regclass ORDER BY 1
            """
        #expect(
            try TemporaryPostgres.ask(database, partitions) == "events_1969_12|2\nevents_1970_01|2\nevents_1970_02|2")
        var later = Self.torn
        later.position = 20
        later.events[0].at = 100 * 86_400_000_000
        later.events[0].changedAt = 11
        _ = try PostgresExporter(database).export(later)
        #expect(
            try TemporaryPostgres.ask(
                database, "SELECT tableoid::regclass, id FROM library.events ORDER BY id LIMIT 1")
                == "library.events_1970_04|1")
        let loaded = try self.server.newDatabase()
        let script = "\(self.folder.path)/library.sql"
        _ = try SQLTextExporter(path: script).export(Self.torn)
        try TemporaryPostgres.load(loaded, script: script)
        let direct = try self.server.newDatabase()
        _ = try PostgresExporter(direct).export(Self.torn)
        #expect(try Self.contents(loaded) == Self.contents(direct))
    }

    @Test("policies let a role see and change what they say, and hold also for a role that is made later")
    func access() throws {
        let database = try self.server.newDatabase()
        let name = TemporaryPostgres.name(in: database)
        try self.server.psql(database: "postgres", ["-c", "DROP ROLE IF EXISTS library_readers"])
        _ = try PostgresExporter(database).export(Self.torn)  // Its owner may not make roles.
        try self.server.psql(
            database: name,
            [
                "-c", "CREATE ROLE library_readers", "-c", "GRANT USAGE ON SCHEMA library TO library_readers",
                "-c", "GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA library TO library_readers",
            ])
        func ask(_ sql: String) throws -> String {
            try self.server.psql(
                database: name, ["-A", "-t", "-c", "SET ROLE library_readers; SET library.me = 'Ann'; \(sql)"]
            ).trimmingCharacters(in: .newlines)
        }
        #expect(try ask("SELECT name FROM library.readers") == "Ann")
        #expect(try ask("SET library.me = 'Bo'; SELECT count(*) FROM library.readers") == "0")
        // A person's change stamps the row, an export's does not.
        #expect(try ask("UPDATE library.copies SET latest_loan = 1 WHERE id = 1 RETURNING updated_at > 'epoch'") == "t")
        #expect(throws: Shell.Failure.self) { try ask("UPDATE library.copies SET id = 300 WHERE id = 1") }
        try self.server.psql(
            database: name, ["-c", "DROP OWNED BY library_readers", "-c", "DROP ROLE library_readers"])
        var later = Self.torn
        later.position = 20
        later.copies[0].changedAt = 11
        _ = try PostgresExporter(database).export(later)
        #expect(
            try TemporaryPostgres.ask(database, "SELECT updated_at = 'epoch', shelf FROM library.copies WHERE id = 1")
                == "t|low")
    }

    @Test("the tables of an older version make way for the new ones, unless somebody's view stands on them")
    func olderVersion() throws {
        let database = try self.server.newDatabase()
        let file = "\(self.folder.path)/old.db"
        _ = try PostgresExporter(database).export(Self.torn)
        _ = try SQLiteExporter(path: file).export(Self.torn)
        var next = Self.torn
        next.version = 2
        next.readers[0].name = "Anna"
        _ = try TemporaryPostgres.ask(database, "CREATE VIEW library.mine AS SELECT name FROM library.readers")
        let before = try Self.contents(database)
        let refused = #expect(throws: ExportError.self) { try PostgresExporter(database).export(next) }
        #expect(refused?.code == .olderSchema)
        #expect(try Self.contents(database) == before)
        _ = try TemporaryPostgres.ask(database, "DROP VIEW library.mine")
        #expect(try PostgresExporter(database).export(next).tables.map(\.rows) == [1, 2, 3, 4])
        #expect(try TemporaryPostgres.ask(database, "SELECT name FROM library.readers") == "Anna")
        #expect(
            try TemporaryPostgres.ask(database, "SELECT schema_version FROM library.agentledger_export") == "2")
        #expect(try SQLiteExporter(path: file).export(next).rows == 10)
        #expect(
            try Shell.run("/usr/bin/env", ["sqlite3", file, "SELECT name FROM readers"]) == "Anna\n")
        #expect(throws: ExportError.self) { try PostgresExporter(database).export(Self.torn) }
    }

    @Test("SQLite gets views and generated columns, and says what it leaves out")
    func omissions() throws {
        let file = "\(self.folder.path)/library.db"
        _ = try SQLiteExporter(path: file).export(Self.torn)
        #expect(
            try Shell.run(
                "/usr/bin/env", ["sqlite3", file, "SELECT id FROM open_loans; SELECT id, shelf FROM copies"])
                == "1\n3\n1|low\n200|high\n")
        #expect(
            SQLiteDialect().omissions(of: Self.torn.schema) == [
                "the policies of readers: who can read the file reads all of it", "the trigger stamp of copies",
                "the policies of copies: who can read the file reads all of it",
                "the partitions of events by at: the table is whole", "the routine stamp",
            ])
    }
}
