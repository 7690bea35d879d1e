import Servers
import Testing

@testable import LedgerExporters

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

    /// Triggers, views and functions.
    private static func made(_ conninfo: String) throws -> String {
        try TemporaryPostgres.ask(
            conninfo,
            """
            SELECT pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE tgname = 'stamp' ORDER BY tgrelid;
            SELECT pg_get_viewdef('library.open_loans'::regclass);
            SELECT pg_get_functiondef('library.stamp'::regproc)
            """)
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
            ("DELETE FROM library.events WHERE id = 2", "rows in events: 1, not 2"),
            ("INSERT INTO library.readers (id, name) VALUES (9, 'Nobody')", "rows in readers: 3, not 2"),
            ("TRUNCATE library.readers CASCADE", "rows"),
            (
                "CREATE OR REPLACE FUNCTION library.stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
                "function library.stamp() was changed"
            ),
            ("ALTER TABLE library.copies DISABLE TRIGGER stamp", "trigger stamp of copies was changed"),
            ("DROP TRIGGER stamp ON library.copies", "trigger stamp of copies is missing"),
            ("CREATE OR REPLACE VIEW library.open_loans AS SELECT * FROM library.loans", "view open_loans was changed"),
            ("DROP VIEW library.open_loans", "view open_loans is missing"),
            ("DROP TABLE library.agentledger_orphans", "table agentledger_orphans is missing"),
            (
                "ALTER TABLE library.readers ADD CONSTRAINT own CHECK (name <> 'Cy')",
                "constraint own of readers: CHECK ((name <> 'Cy'::text)) was added"
            ),
            (
                "CREATE FUNCTION public.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; "
                    + "CREATE TRIGGER own BEFORE INSERT OR UPDATE ON library.readers FOR EACH ROW "
                    + "EXECUTE FUNCTION public.nothing()", "trigger own of readers was added"
            ),
            ("CREATE UNIQUE INDEX one ON library.loans (reader_id)", "index CREATE UNIQUE INDEX one"),
            ("CREATE RULE nope AS ON INSERT TO library.readers DO INSTEAD NOTHING", "rule nope of readers was added"),
            (
                "ALTER TABLE library.events ADD COLUMN own int NOT NULL DEFAULT 1; "
                    + "ALTER TABLE library.events ALTER COLUMN own DROP DEFAULT",
                "column events.own integer NOT NULL was added"
            ),
        ])
    func postgres(change: String, words: String) throws {
        let database = try self.server.newDatabase()
        _ = try PostgresExporter(database).export(Self.library)
        let (wanted, made) = (try Self.contents(database), try Self.made(database))
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
        let repaired = try PostgresExporter(database, repairs: true).export(later)
        #expect(repaired.mended.contains { $0.contains(words) })
        #expect(try Self.contents(database) == wanted)
        #expect(try Self.made(database) == made)
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

    @Test("and cannot make way is named, with what to do")
    func dependents() throws {
        let database = try self.server.newDatabase()
        _ = try PostgresExporter(database).export(Self.library)
        _ = try TemporaryPostgres.ask(
            database,
            """
            CREATE TABLE public.mine (reader bigint REFERENCES library.readers, loan bigint REFERENCES library.loans);
            CREATE VIEW public.names AS SELECT name FROM library.readers;
            ALTER TABLE library.copies RENAME TO old_copies
            """)
        let refusal = #expect(throws: ExportError.self) {
            try PostgresExporter(database, repairs: true).export(Self.library)
        }
        #expect(refusal?.code == .alteredByHand)
        for words in ["view names", "table mine", "Drop it", "may take its name back"] {
            #expect("\(refusal!)".contains(words), "\(refusal!)")
        }
        #expect("\(refusal!)".count < 600)
        _ = try TemporaryPostgres.ask(
            database, "DROP TABLE public.mine; DROP VIEW public.names; ALTER TABLE library.old_copies RENAME TO copies")
        _ = try PostgresExporter(database).export(Self.library)
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
        arguments: [
            "DROP TABLE events", "ALTER TABLE readers ADD COLUMN mine", "DROP INDEX idx_events_loan_id",
            "DELETE FROM events WHERE id = 2", "INSERT INTO readers VALUES (9, 'Nobody')",
        ])
    func sqlite(change: String) throws {
        let file = "\(self.folder.path)/library.db"
        func ask(_ sql: String) throws -> String { try Shell.run("/usr/bin/env", ["sqlite3", file, sql]) }
        let question = "SELECT * FROM readers; SELECT * FROM loans; SELECT * FROM events"
        _ = try SQLiteExporter(path: file).export(Self.library)
        let wanted = try ask(question)
        _ = try ask(change)
        let refusal = #expect(throws: ExportError.self) { try SQLiteExporter(path: file).export(Self.library) }
        #expect(refusal?.code == .alteredByHand)
        #expect(try !SQLiteExporter(path: file, repairs: true).export(Self.library).mended.isEmpty)
        #expect(try ask(question) == wanted)
        _ = try SQLiteExporter(path: file).export(Self.library)
    }

    @Test("in SQLite is compared by a repair, which tells how many rows differed")
    func comparedInSQLite() throws {
        let file = "\(self.folder.path)/library.db"
        _ = try SQLiteExporter(path: file).export(Self.library)
        #expect(try SQLiteExporter(path: file, repairs: true).export(Self.library).rows == 0)
        let change = """
            UPDATE readers SET name = 'Zoe' WHERE id = 1; DELETE FROM events WHERE id = 1;
            INSERT INTO readers (id, name) VALUES (9, 'Nobody')
            """
        _ = try Shell.run("/usr/bin/env", ["sqlite3", file, change])
        let refusal = #expect(throws: ExportError.self) { try SQLiteExporter(path: file).export(Self.library) }
        #expect(refusal?.message.contains("rows in readers: 3, not 2; rows in events: 1, not 2") ?? false)
        let report = try SQLiteExporter(path: file, repairs: true).export(Self.library)
        #expect(report.tables.map(\.rows) == [1, 0, 0, 1] && report.tables.map(\.removed) == [1, 0, 0, 0])
        // Nobody counts while an export follows, nor after it until the next change.
        var later = Self.library
        later.position = 20
        later.readers.append(.init(id: 3, name: "Cy", changedAt: 15))
        _ = try SQLiteExporter(path: file, countsRows: false).export(later)
        _ = try SQLiteExporter(path: file).export(later)
    }
}
