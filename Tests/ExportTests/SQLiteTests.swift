import Foundation
import LedgerRelations
import Servers
import Testing

@testable import LedgerExporters

@Suite("SQLite")
struct SQLiteTests {
    let folder: TemporaryFolder
    var path: String { "\(self.folder.path)/out.sqlite" }

    init() throws { self.folder = try TemporaryFolder() }

    static func ask(_ path: String, _ sql: String) throws -> String {
        try Shell.run("/usr/bin/env", ["sqlite3", "-readonly", "-noheader", "-list", path, sql])
            .trimmingCharacters(in: .newlines)
    }

    static func contents(_ path: String) throws -> String {
        try Self.ask(path, "SELECT * FROM shelves ORDER BY id; SELECT * FROM things ORDER BY shelf_id, id")
    }

    @Test("every value is stored by the stated rules")
    func values() throws {
        let report = try SQLiteExporter(path: self.path).export(Shelves.hostile)
        #expect(report.tables.map(\.rows) == [2, 5])
        #expect(try self.folder.names() == ["out.sqlite"])
        let types = "id, typeof(is_new), is_new, typeof(cost), cost, at, on_day, typeof(fraction), length(blob)"
        #expect(
            try Self.ask(self.path, "SELECT \(types) FROM things ORDER BY id") == """
                1|integer|0|integer|0|1970-01-01T00:00:00.000000Z|1970-01-01|real|0
                2|integer|1|real|170141183460469.0|9999-12-31T23:59:59.999999Z|9999-12-31|real|7
                3|integer|0|real|2.8565337|-0043-03-15T00:00:00.000000Z|-0043-03-15|real|0
                4|integer|1|real|-1.0e-12|1969-12-31T23:59:59.999999Z|1969-12-31|real|0
                5|integer|0|real|-1.0e+25|2023-11-14T22:13:20.123456Z|2022-01-08|real|0
                """)
        #expect(
            try Self.ask(self.path, "SELECT hex(note) FROM things WHERE id = 2")
                == (Shelves.hostile.things[1].note ?? "").utf8.map { String(format: "%02X", $0) }.joined())
        #expect(
            try Self.ask(
                self.path,
                "SELECT json_extract(tags, '$[1]'), json_extract(tags, '$[3]') = 'g' || char(10) || 'h', json_extract(extra, '$.n[0]') FROM things WHERE id = 2"
            ) == "c\"d|1|1.5")
        #expect(try Self.ask(self.path, "SELECT note FROM things WHERE id = 5") == "nul \u{FFFD} here")
        #expect(try Self.ask(self.path, "PRAGMA integrity_check; PRAGMA foreign_key_check") == "ok")
    }

    @Test("a row that SQLite refuses is held back with the reason, and comes when it fits")
    func refusedRows() throws {
        var source = Shelves.hostile
        source.shelves.append(Shelf(id: 2, name: "low", changedAt: 7))
        let report = try SQLiteExporter(path: self.path).export(source)
        #expect(report.tables.map(\.rows) == [2, 5] && report.tables.map(\.refused) == [1, 0])
        let notes = "SELECT table_name, reference, json_extract(content, '$.reason') FROM agentledger_orphans"
        #expect(try Self.ask(self.path, notes) == "shelves|refused|UNIQUE constraint failed: shelves.name")
        // Another change leaves the note; a name of its own brings the row in.
        source.position = 20
        source.things[0].note = "changed"
        source.things[0].changedAt = 12
        #expect(try SQLiteExporter(path: self.path).export(source).tables.map(\.refused) == [1, 0])
        source.position = 30
        source.shelves[2].name = "middle"
        source.shelves[2].changedAt = 22
        #expect(try SQLiteExporter(path: self.path).export(source).tables.map(\.refused) == [0, 0])
        #expect(try Self.ask(self.path, notes) == "")
        #expect(try Self.ask(self.path, "SELECT count(*) FROM shelves") == "3")
    }

    @Test("a note of a refused row is not taken for that of another whose key begins so")
    func keysThatBeginAlike() throws {
        let numbered = Table<Shelf>("numbered", primaryKey: "number") {
            Column("number", .bigint, { Int($0.id) })
            Column("name", .text, \.name).unique()
        }
        var source = Shelves.hostile
        source.schema = Schema("storage", version: 1, tables: [numbered.declaration])
        var rows = [Shelf(id: 1, name: "a", changedAt: 1), Shelf(id: 12, name: "a", changedAt: 1)]
        let exporter = SQLiteExporter(path: self.path)
        let first = try exporter.export(WordRows(shelves: rows, table: numbered, source: source))
        #expect(first.tables.map(\.refused) == [1])
        rows[0] = Shelf(id: 1, name: "b", changedAt: 15)
        source.position = 20
        _ = try exporter.export(WordRows(shelves: rows, table: numbered, source: source))
        #expect(try Self.ask(self.path, "SELECT row_key FROM agentledger_orphans") == #"{"number":12}"#)
    }

    @Test("a rerun brings over what changed, and leaves what a whole export would")
    func rerun() throws {
        _ = try SQLiteExporter(path: self.path).export(Shelves.hostile)
        let report = try SQLiteExporter(path: self.path).export(Shelves.hostile.later)
        #expect(report.fromPosition == 10 && report.toPosition == 20)
        #expect(report.tables == [.init(name: "shelves", rows: 2), .init(name: "things", rows: 2, removed: 1)])
        let fresh = "\(self.folder.path)/fresh.sqlite"
        _ = try SQLiteExporter(path: fresh).export(Shelves.hostile.later)
        #expect(try Self.contents(self.path) == Self.contents(fresh))
        #expect(try SQLiteExporter(path: self.path).export(Shelves.hostile.later).rows == 0)
        #expect(
            try Self.ask(self.path, "SELECT position, ledger_id, schema FROM agentledger_export")
                == "20|ledger-1|storage")
    }

    @Test("a file of another ledger, schema or version, ahead, or not ours is refused and left alone")
    func refusals() throws {
        _ = try SQLiteExporter(path: self.path).export(Shelves.hostile.later)
        let before = try Data(contentsOf: URL(fileURLWithPath: self.path))
        func code(_ path: String? = nil, _ change: (inout Shelves) -> Void = { _ in }) -> ExportError.Code? {
            var source = Shelves.hostile
            source.position = 30
            change(&source)
            return #expect(throws: ExportError.self) { try SQLiteExporter(path: path ?? self.path).export(source) }?
                .code
        }
        #expect(code { $0.ledgerID = "ledger-2" } == .foreignLedger)
        #expect(code { $0.schema = Shelves.declared("other", version: 1) } == .foreignSchema)
        #expect(code { $0.position = 19 } == .targetAhead)
        #expect(code { $0.schema = Shelves.declared(version: 0) } == .newerSchema)
        #expect(try Data(contentsOf: URL(fileURLWithPath: self.path)) == before)

        let text = "\(self.folder.path)/notes.txt"
        try Data("these are my notes, and they are longer than a header would be".utf8).write(
            to: URL(fileURLWithPath: text))
        #expect(code(text) == .notOurs)
        #expect(try self.folder.text("notes.txt").hasPrefix("these are my notes"))
        let foreign = "\(self.folder.path)/foreign.sqlite"
        try Shell.run("/usr/bin/env", ["sqlite3", foreign, "CREATE TABLE mine (a)"])
        #expect(code(foreign) == .notOurs)
        #expect(code("\(self.folder.path)/no/such/folder.sqlite") == .cannotWrite)
    }

    @Test("an export that is stopped leaves the file as it was, or none")
    func stopped() throws {
        var first = Shelves.hostile
        first.beforeThing = { if $0 == 3 { throw Interruption() } }
        #expect(throws: Interruption.self) { try SQLiteExporter(path: self.path).export(first) }
        #expect(try self.folder.names() == [])
        _ = try SQLiteExporter(path: self.path).export(Shelves.hostile)
        let before = try Self.contents(self.path)
        var later = Shelves.hostile.later
        later.beforeThing = { if $0 == 4 { throw Interruption() } }
        #expect(throws: Interruption.self) { try SQLiteExporter(path: self.path).export(later) }
        #expect(try Self.contents(self.path) == before)
    }
}

@Suite("Queries")
struct QueryTests {
    static func ask(_ sql: String, of source: Shelves = .hostile) throws -> (columns: [String], rows: [[QueryCell]]) {
        var columns: [String] = []
        var rows: [[QueryCell]] = []
        try SQLiteQuery(source).run(sql, columns: { columns = $0 }, row: { rows.append($0) })
        return (columns, rows)
    }

    @Test("a question is answered with names and cells")
    func answer() throws {
        let answer = try Self.ask(
            "SELECT s.name AS shelf, count(*) AS things, sum(t.cost) AS cost, max(t.blob), NULL FROM things t "
                + "JOIN Shelves s ON s.id = t.shelf_id WHERE t.id IN (1, 2) GROUP BY s.id")
        #expect(answer.columns == ["shelf", "things", "cost", "max(t.blob)", "NULL"])
        #expect(
            answer.rows == [
                [
                    .text("low"), .integer(2), .decimal(170_141_183_460_469_231_731_687_303, scale: 12),
                    .blob([0, 1, 9, 10, 13, 92, 255]), .null,
                ]
            ])
    }

    @Test("only the tables that the text names are read; the others are there, empty")
    func onlyNamed() throws {
        var source = Shelves.hostile
        source.beforeThing = { _ in throw Interruption() }
        #expect(try Self.ask("SELECT count(*) FROM \"shelves\"", of: source).rows == [[.integer(2)]])
        #expect(throws: Interruption.self) {
            try Self.ask("WITH t AS (SELECT * FROM THINGS) SELECT * FROM t", of: source)
        }
        #expect(
            try Self.ask("SELECT count(*) FROM sqlite_master WHERE type = 'table'", of: source).rows == [[.integer(2)]])
    }

    @Test(
        "whatever writes, or does more than ask, is refused",
        arguments: [
            ("DELETE FROM shelves", .notAQuery), ("DROP TABLE things", .notAQuery),
            ("WITH x AS (SELECT 1) INSERT INTO shelves SELECT 'a', 'b' FROM x", .notAQuery),
            ("ATTACH '/tmp/al-never.sqlite' AS a", .notAQuery), ("PRAGMA query_only = 0", .notAQuery),
            ("BEGIN", .notAQuery), ("/* SELECT */ -- SELECT\n VACUUM", .notAQuery),
            ("SELECT 1; SELECT 2", .notOneStatement), ("SELECT 1; DROP TABLE things", .notOneStatement),
            ("  -- nothing", .notOneStatement), ("", .notOneStatement),
            ("SELECT * FROM cupboards", .refused), ("SELECT FROM", .refused),
        ] as [(String, QueryError.Code)])
    func refused(_ sql: String, _ code: QueryError.Code) {
        let error = #expect(throws: QueryError.self) { try Self.ask(sql) }
        #expect(error?.code == code, "\(String(describing: error))")
    }

    /// So many things, and how many were read so far.
    private static func many(_ count: Int) -> (source: Shelves, reads: Reads) {
        let reads = Reads()
        var source = Shelves()
        source.things = (0..<count).map {
            Thing(id: $0, shelf: $0.isMultiple(of: 2) ? 1 : .max, note: "note \($0 / 3)", changedAt: 3)
        }
        source.beforeThing = { _ in reads.count += 1 }
        return (source, reads)
    }

    final class Reads { var count = 0 }

    @Test("who wants a few rows reads a few, and who wants them all gets each once and in order")
    func streaming() throws {
        let (source, reads) = Self.many(5000)
        #expect(try Self.ask("SELECT id FROM things LIMIT 3 OFFSET 1", of: source).rows.count == 3)
        #expect(reads.count < 200)
        let all = try Self.ask("SELECT id, note FROM things", of: source).rows
        #expect(all.map { $0[0] } == (0..<5000).map { .integer(Int64($0)) })
        // Many rows into a scan, and no more than what is read ahead.
        reads.count = 0
        #expect(try Self.ask("SELECT id FROM things LIMIT 1 OFFSET 2000", of: source).rows == [[.integer(2000)]])
        #expect(reads.count < 4000)
    }

    @Test(
        "a join over columns that lead nowhere goes through each table a few times, whatever the number of its rows",
        arguments: [
            "SELECT count(*) FROM things a JOIN things b ON a.note = b.note",
            "SELECT sum((SELECT count(*) FROM things b WHERE b.note = a.note)) FROM things a",
            "SELECT count(b.id) FROM things a LEFT JOIN things b ON a.note = b.note AND a.kind = b.kind",
        ])
    func indexed(_ sql: String) throws {
        let (source, reads) = Self.many(3000)
        #expect(try Self.ask(sql, of: source).rows == [[.integer(9000)]])
        #expect(reads.count < 5 * 3000, "\(reads.count)")
    }

    @Test("a source that fails in the middle is heard, and comes to rest")
    func failing() throws {
        var (source, _) = Self.many(3000)
        source.beforeThing = { index in if index == 2500 { throw Interruption() } }
        #expect(throws: Interruption.self) { try Self.ask("SELECT sum(id) FROM things", of: source) }
        #expect(try Self.ask("SELECT id FROM things LIMIT 1 OFFSET 1000", of: source).rows == [[.integer(1000)]])
    }

    @Test(
        "a condition is true as in a WHERE clause",
        arguments: [
            ("1", true), ("0", false), ("NULL", false), ("'1'", true), ("'x'", false), ("-0.5", true),
            ("SELECT count(*) FROM things", true), ("(SELECT id FROM things WHERE 0)", false),
            ("EXISTS (SELECT 1 FROM shelves) -- there are\n;", true), ("SELECT 0, 1 WHERE 0 /* no", nil),
        ] as [(String, Bool?)])
    func conditions(_ text: String, _ expected: Bool?) throws {
        let source = Shelves.hostile
        if let expected {
            #expect(try SQLiteCondition(text, over: source).isTrue(in: source) == expected)
        } else {
            #expect(throws: QueryError.self) { try SQLiteCondition(text, over: source) }
        }
    }

    @Test("a condition asks the source that it is given, and says which tables it reads")
    func conditionMoves() throws {
        let source = Shelves.hostile
        let condition = try SQLiteCondition(
            "(SELECT count(*) FROM things a JOIN things b ON a.note = b.note) = 4", over: source)
        #expect(condition.tables == ["things"])
        #expect(try condition.isTrue(in: source))
        #expect(try !condition.isTrue(in: source.later))
        #expect(try condition.isTrue(in: source))
    }

    @Test("comments, parentheses and a closing semicolon are no obstacle")
    func decorated() throws {
        #expect(try Self.ask("/* how many */ -- things\nSELECT count(*) FROM things;").rows == [[.integer(5)]])
        #expect(try Self.ask("VALUES (1), (2)").rows.count == 2)
    }
}

@Suite("Decimals in SQLite")
struct SQLiteDecimalTests {
    @Test(
        "a decimal of up to 15 digits comes back exactly, a whole one as an integer",
        arguments: [
            (150, 2, "1.5"), (100, 2, "1"), (-100_000_000_000_000, 12, "-100"), (1, 22, "1e-22"), (0, 12, "0"),
            (123_456_789_012_345, 7, "12345678.9012345"), (999_999_999_999_999, 15, "0.999999999999999"),
            (9_223_372_036_854_775_807, 0, "9223372036854775807"),
            (Int128(Int64.max) * 1_000, 3, "9223372036854775807"), (Int128(Int64.max) + 1, 0, "9.223372036854776e+18"),
        ] as [(Int128, UInt8, String)])
    func decimals(_ unscaled: Int128, _ scale: UInt8, _ text: String) {
        let cell = QueryCell(SQLValue.numeric(unscaled, scale: scale).sqliteValue)
        let printed =
            switch cell {
            case .integer(let value): "\(value)"
            case .real(let value): "\(value)"
            case .null, .decimal, .text, .blob: "neither"
            }
        #expect(printed == text)
    }
}
