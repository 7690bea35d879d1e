import Servers
import Testing

@testable import Export

@Suite("A target that was changed by hand", .serialized)
final class RepairTests {
    let server: TemporaryPostgres
    let folder: TemporaryFolder

    init() throws {
        self.server = try TemporaryPostgres.shared.get()
        self.folder = try TemporaryFolder()
    }

    private static var library: Library {
        let day: Int64 = 86_400_000_000
        var library = Library()
        library.hasRoles = false
        library.readers = [.init(id: 1, name: "Ann", changedAt: 1), .init(id: 2, name: "Bo", changedAt: 1)]
        library.copies = [.init(id: 1, latestLoan: nil, changedAt: 2)]
        library.loans = [.init(id: 1, reader: 1, copy: 1, renews: nil, changedAt: 3)]
        library.events = [
            .init(id: 1, loan: 1, at: 0, changedAt: 4), .init(id: 2, loan: 1, at: 40 * day, changedAt: 5),
        ]
        return library
    }

    private static func contents(_ conninfo: String) throws -> String {
        try ["readers", "copies", "loans", "events"].map { table in
            try TemporaryPostgres.ask(conninfo, "SELECT t FROM library.\(table) t ORDER BY t::text")
        }.joined(separator: "\n--\n")
    }

    @Test(
        "in PostgreSQL is noticed, left as it is, and repaired when that is asked for",
        arguments: [
            ("DROP TABLE library.events", "table events"),
            ("ALTER TABLE library.events DETACH PARTITION library.events_1970_02", "partition events_1970_02"),
            ("ALTER TABLE library.readers RENAME COLUMN name TO title", "column readers.name"),
            ("ALTER TABLE library.readers ALTER COLUMN name TYPE varchar(9)", "column readers.name text"),
            ("DROP INDEX library.idx_events_loan_id", "idx_events_loan_id"),
            ("ALTER TABLE library.loans DROP CONSTRAINT loans_reader_id_fkey", "loans_reader_id_fkey"),
            ("DELETE FROM library.events WHERE id = 2", "rows events 2"), ("TRUNCATE library.readers CASCADE", "rows"),
        ])
    func postgres(change: String, words: String) throws {
        let database = try self.server.newDatabase()
        _ = try PostgresExporter(database).export(Self.library)
        let wanted = try Self.contents(database)
        _ = try TemporaryPostgres.ask(database, change)
        var later = Self.library
        for library in [
            later,
            {
                later.position = 20; return later
            }(),
        ] {
            let refusal = #expect(throws: ExportError.self) { try PostgresExporter(database).export(library) }
            #expect(refusal?.code == .alteredByHand && refusal?.message.contains(words) ?? false, "\(refusal!)")
        }
        _ = try PostgresExporter(database, repairs: true).export(later)
        #expect(try Self.contents(database) == wanted)
        later.position = 30
        later.readers.append(.init(id: 3, name: "Cy", changedAt: 25))
        _ = try PostgresExporter(database).export(later)
        let fresh = try self.server.newDatabase()
        _ = try PostgresExporter(fresh).export(later)
        #expect(try Self.contents(database) == Self.contents(fresh))
    }

    @Test("of which rows were changed is compared by a repair, which tells how many differed")
    func compared() throws {
        let database = try self.server.newDatabase()
        _ = try PostgresExporter(database).export(Self.library)
        #expect(try PostgresExporter(database, repairs: true).export(Self.library).rows == 0)
        _ = try TemporaryPostgres.ask(
            database,
            """
            UPDATE library.readers SET name = 'Zoe' WHERE id = 1;
            DELETE FROM library.events WHERE id = 1;
            INSERT INTO library.readers (id, name) VALUES (9, 'Nobody')
            """)
        let report = try PostgresExporter(database, repairs: true).export(Self.library)
        #expect(report.tables.map(\.rows) == [1, 0, 0, 1] && report.tables.map(\.removed) == [1, 0, 0, 0])
        #expect(try TemporaryPostgres.ask(database, "SELECT name FROM library.readers ORDER BY id") == "Ann\nBo")
    }

    @Test("keeps what others added")
    func additions() throws {
        let database = try self.server.newDatabase()
        _ = try PostgresExporter(database).export(Self.library)
        _ = try TemporaryPostgres.ask(
            database,
            """
            CREATE INDEX mine ON library.readers (name, id);
            CREATE VIEW library.names AS SELECT name FROM library.readers
            """)
        var later = Self.library
        later.position = 20
        _ = try PostgresExporter(database).export(later)
        _ = try PostgresExporter(database, repairs: true).export(later)
        #expect(try TemporaryPostgres.ask(database, "SELECT count(*) FROM library.names") == "2")
    }

    @Test(
        "in SQLite is noticed, left as it is, and repaired when that is asked for",
        arguments: ["DROP TABLE events", "ALTER TABLE readers ADD COLUMN mine", "DROP INDEX idx_events_loan_id"])
    func sqlite(change: String) throws {
        let file = "\(self.folder.path)/library.db"
        func ask(_ sql: String) throws -> String { try Shell.run("/usr/bin/env", ["sqlite3", file, sql]) }
        let question = "SELECT * FROM readers; SELECT * FROM loans; SELECT * FROM events"
        _ = try SQLiteExporter(path: file).export(Self.library)
        let wanted = try ask(question)
        _ = try ask(change)
        let refusal = #expect(throws: ExportError.self) { try SQLiteExporter(path: file).export(Self.library) }
        #expect(refusal?.code == .alteredByHand)
        _ = try SQLiteExporter(path: file, repairs: true).export(Self.library)
        #expect(try ask(question) == wanted)
        _ = try SQLiteExporter(path: file).export(Self.library)
    }
}
