import Foundation
import LedgerRelations
import Servers
import Testing

@testable import LedgerExporters

@Suite("Directories of files")
struct DirectoryTests {
    let folder: TemporaryFolder
    var path: String { "\(self.folder.path)/out" }

    init() throws { self.folder = try TemporaryFolder() }

    @Test("CSV loads back into PostgreSQL as the same rows")
    func csvRoundTrip() throws {
        let server = try TemporaryPostgres.shared.get()
        let (direct, loaded) = try (server.newDatabase(), server.newDatabase())
        _ = try PostgresExporter(direct).export(Shelves.hostile)
        _ = try CSVExporter(directory: self.path).export(Shelves.hostile)
        var empty = Shelves.hostile
        (empty.shelves, empty.things) = ([], [])
        _ = try PostgresExporter(loaded).export(empty)
        for table in ["shelves", "things"] {
            try Shell.run(
                "/usr/bin/env",
                [
                    "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", loaded, "-c",
                    "\\copy storage.\(table) FROM '\(self.path)/\(table).csv' WITH (FORMAT csv, HEADER)",
                ])
        }
        #expect(try PostgresTests.contents(loaded) == PostgresTests.contents(direct))
    }

    @Test("JSON lines are one object per row, in column order, and any JSON reader's")
    func jsonLines() throws {
        _ = try JSONLinesExporter(directory: self.path).export(Shelves.hostile)
        let lines = try self.folder.text("out/things.jsonl").split(separator: "\n")
        #expect(lines.count == 5)
        #expect(
            lines[2] == """
                {"shelf_id":"ffffffff-ffff-ffff-ffff-ffffffffffff","id":3,"kind":"map","note":"\\\\.","code":"abc","is_new":false,\
                "small":3,"cost":"2.856533700000","at":"-0043-03-15T00:00:00.000000Z","on_day":"-0043-03-15","fraction":5e-324,\
                "extra":[ 1 ],"blob":"","tags":["é","日本語","👩‍👩‍👧"]}
                """)
        for (line, thing) in zip(lines, Shelves.hostile.things) {
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            #expect(object.count == Thing.table.declaration.columns.count)
            #expect(object["note"] as? String == thing.note?.replacingOccurrences(of: "\0", with: "\u{FFFD}"))
            #expect((object["blob"] as? String).flatMap { Data(base64Encoded: $0) } == Data(thing.blob))
        }
    }

    @Test("the manifest names each file with its rows, bytes and SHA-256; a rerun writes the same bytes")
    func manifest() throws {
        let report = try CSVExporter(directory: self.path).export(Shelves.hostile)
        #expect(report.tables.map(\.rows) == [2, 5])
        let first = try self.folder.text("out/manifest.json")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: self.path).sorted() == [
                "manifest.json", "shelves.csv", "things.csv",
            ])
        let sum = try Shell.run("/usr/bin/env", ["sha256sum", "\(self.path)/shelves.csv"]).prefix(64)
        #expect(
            first.hasPrefix(
                """
                {
                  "format": "csv",
                  "ledger_id": "ledger-1",
                  "schema": "storage",
                  "schema_version": 1,
                  "from_position": 1,
                  "to_position": 10,
                  "files": [
                    {"file": "shelves.csv", "table": "shelves", "rows": 2, "bytes": 91, "sha256": "\(sum)"},

                """))
        let things = try self.folder.text("out/things.csv")
        let again = try CSVExporter(directory: self.path).export(Shelves.hostile)
        #expect(again.fromPosition == 10)
        #expect(try self.folder.text("out/manifest.json") == first)
        #expect(try self.folder.text("out/things.csv") == things)
    }

    @Test("a directory that holds other things, or another export, is refused and left alone")
    func refusals() throws {
        func code(_ change: (inout Shelves) -> Void = { _ in }) -> ExportError.Code? {
            var source = Shelves.hostile
            change(&source)
            return #expect(throws: ExportError.self) { try CSVExporter(directory: self.path).export(source) }?.code
        }
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
        let mine = URL(fileURLWithPath: "\(self.path)/things.csv")
        try Data("mine".utf8).write(to: mine)
        #expect(code() == .notOurs)
        #expect(try self.folder.text("out/things.csv") == "mine")
        try FileManager.default.removeItem(at: mine)
        _ = try CSVExporter(directory: self.path).export(Shelves.hostile)
        #expect(code { $0.ledgerID = "ledger-2" } == .foreignLedger)
        #expect(code { $0.position = 9 } == .targetAhead)
        #expect(code { $0.schema = Shelves.declared("other", version: 1) } == .foreignSchema)
        #expect(throws: ExportError.self) { try JSONLinesExporter(directory: self.path).export(Shelves.hostile) }
        try Data("mine".utf8).write(to: URL(fileURLWithPath: "\(self.path)/notes.txt"))
        #expect(code() == .notOurs)
    }

    @Test("an export that is stopped leaves the earlier one whole; a killed one's leavings are no obstacle")
    func stopped() throws {
        _ = try CSVExporter(directory: self.path).export(Shelves.hostile)
        let before = try self.folder.text("out/things.csv")
        var later = Shelves.hostile.later
        later.beforeThing = { if $0 == 3 { throw Interruption() } }
        #expect(throws: Interruption.self) { try CSVExporter(directory: self.path).export(later) }
        #expect(try self.folder.text("out/things.csv") == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: self.path).count == 3)
        try Data("half".utf8).write(to: URL(fileURLWithPath: "\(self.path)/things.csv.partial"))
        #expect(try CSVExporter(directory: self.path).export(Shelves.hostile.later).toPosition == 20)
        #expect(try FileManager.default.contentsOfDirectory(atPath: self.path).count == 3)
    }
}
