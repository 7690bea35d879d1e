import Foundation
import LedgerRelations
import Servers
import Testing

@testable import LedgerExporters

@Suite("A file of points")
struct LineProtocolTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        self.folder = try TemporaryFolder()
        self.path = "\(self.folder.path)/points.line"
    }

    @Test("holds a line for each, and up to where they go")
    func lines() throws {
        let report = try LineProtocolExporter(path: self.path).export(Meters.first)
        #expect(report.rows == 3)
        #expect(
            try self.folder.text("points.line") == """
                power,meter=1 value=17.5 1754000000000000001
                power,meter=2 value=1e-07 1754000000000000001
                power\\,\\ all\\ of=it\\ /\\ here,the\\ meter=a\\,b\\=c\\ /d\\  value=1e+300,\
                a\\ note\\,\\ \\==\"say \\\"no\\\" \\\\ now and then\" -1
                agentledger_export,schema=meters ledger_id="ledger-1",position=10i,schema_version=1i 0

                """)
    }

    @Test("that is brought up to date is the file that one run would have written")
    func rerun() throws {
        _ = try LineProtocolExporter(path: self.path).export(Meters.first)
        let first = try self.folder.text("points.line")
        #expect(try LineProtocolExporter(path: self.path).export(Meters.first).rows == 0)
        #expect(try self.folder.text("points.line") == first)
        let report = try LineProtocolExporter(path: self.path).export(Meters.first.later)
        #expect(report.rows == 1 && report.fromPosition == 10)
        _ = try LineProtocolExporter(path: "\(self.folder.path)/fresh").export(Meters.first.later)
        #expect(try self.folder.text("points.line") == self.folder.text("fresh"))
        #expect(try self.folder.names() == ["fresh", "points.line"])
    }

    @Test("loads into InfluxDB, and an export there goes on from it")
    func load() throws {
        let server = try TemporaryInflux.shared.get()
        let database = server.newDatabase()
        try server.ask("CREATE DATABASE \(database)")
        _ = try LineProtocolExporter(path: self.path).export(Meters.first)
        try server.write("@\(self.path)", to: database)
        let report = try InfluxExporter(server.address(database)).export(Meters.first.later)
        #expect(report.fromPosition == 10 && report.rows == 1)
        #expect(try server.rows("SELECT count(value) FROM power", in: database) == ["power|0|3"])
    }

    @Test("of another ledger, of a newer version, ahead, or not ours is refused and left alone")
    func refusals() throws {
        func code(_ change: (inout Meters) -> Void) -> ExportError.Code? {
            var source = Meters.first
            source.position = 30
            change(&source)
            return #expect(throws: ExportError.self) { try LineProtocolExporter(path: self.path).export(source) }?.code
        }
        _ = try LineProtocolExporter(path: self.path).export(Meters.first.later)
        let before = try self.folder.text("points.line")
        #expect(code { $0.ledgerID = "ledger-2" } == .foreignLedger)
        #expect(code { $0.position = 19 } == .targetAhead)
        #expect(code { $0.schema = Schema("meters", version: 0, tables: []) } == .newerSchema)
        #expect(code { $0.hasPoints = false } == .unsuitableSchema)
        #expect(try self.folder.text("points.line") == before)
        for text in ["theirs value=1 1\n", "agentledger_export,schema=meters", String(repeating: "x", count: 5000)] {
            try text.write(toFile: self.path, atomically: true, encoding: .utf8)
            #expect(code { _ in } == .notOurs)
            #expect(try self.folder.text("points.line") == text)
        }
    }

    @Test("is left alone by an export that is stopped")
    func stopped() throws {
        _ = try LineProtocolExporter(path: self.path).export(Meters.first)
        let before = try self.folder.text("points.line")
        var later = Meters.first.later
        later.beforeChange = { _ in throw Interruption() }
        #expect(throws: Interruption.self) { try LineProtocolExporter(path: self.path).export(later) }
        #expect(try self.folder.text("points.line") == before)
        #expect(try self.folder.names() == ["points.line"])
    }

    @Test("leaves out points of times that InfluxDB cannot hold, and counts them")
    func outOfRange() throws {
        var source = Meters.first
        for time: Int128 in [-9_223_372_036_854_775_807, 9_223_372_036_854_775_807, -62_135_596_800_000_000_000] {
            source.measured.append((Point("power", time: time), 4))
        }
        let report = try LineProtocolExporter(path: self.path).export(source)
        #expect(report.rows == 3 && report.tables.map(\.outOfRange) == [3, 0])
        #expect(try self.folder.text("points.line").split(separator: "\n").count == 4)
    }

    @Test("of an older version is written anew")
    func older() throws {
        _ = try LineProtocolExporter(path: self.path).export(Meters.first)
        var newer = Meters.first.later
        newer.schema = Schema("meters", version: 2, tables: [])
        #expect(try LineProtocolExporter(path: self.path).export(newer).rows == 4)
    }
}
