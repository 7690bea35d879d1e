import LedgerRelations
import Servers
import Testing

@testable import LedgerExporters

@Suite("InfluxDB")
struct InfluxTests {
    let server: TemporaryInflux
    let database: String
    let address: String

    init() throws {
        self.server = try TemporaryInflux.shared.get()
        self.database = self.server.newDatabase()
        self.address = self.server.address(self.database)
    }

    private func contents(_ database: String) throws -> [String] {
        try self.server.rows("SELECT * FROM /.*/ WHERE \"schema\" = ''", in: database).sorted()
    }

    @Test("points arrive exactly, whatever their names hold, in a database that is made")
    func points() throws {
        let report = try InfluxExporter(self.address).export(Meters.first)
        #expect(report.target == self.address)
        #expect(
            report.tables == [.init(name: "power", rows: 2), .init(name: "power, all of=it / here", rows: 1)])
        #expect(
            try self.server.rows("SELECT meter, value FROM power", in: self.database) == [
                "power|1754000000000000001|1|17.5", "power|1754000000000000001|2|1e-07",
            ])
        #expect(
            try self.server.rows(
                "SELECT \"the meter\", value, \"a note, =\" FROM \"power, all of=it / here\"", in: self.database)
                == ["power, all of=it / here|-1|a,b=c /d |1e+300|say \"no\" \\ now and then"])
        #expect(
            try self.server.rows("SELECT * FROM agentledger_export", in: self.database)
                == ["agentledger_export|0|ledger-1|10|meters|1"])
    }

    @Test("a rerun adds what is new, and leaves what a whole export would")
    func rerun() throws {
        let fresh = self.server.newDatabase()
        _ = try InfluxExporter(self.address).export(Meters.first)
        let report = try InfluxExporter(self.address).export(Meters.first.later)
        #expect(report.fromPosition == 10 && report.tables == [.init(name: "power", rows: 1)])
        _ = try InfluxExporter(self.server.address(fresh)).export(Meters.first.later)
        #expect(try self.contents(self.database) == self.contents(fresh))
        #expect(try self.contents(fresh).count == 4)
        #expect(try InfluxExporter(self.address).export(Meters.first.later).rows == 0)
    }

    @Test("points in many batches, and a run that stopped between them is done again")
    func many() throws {
        var source = Meters.many
        source.beforeChange = { if $0 == 7000 { throw Interruption() } }
        #expect(throws: Interruption.self) { try InfluxExporter(self.address).export(source) }
        let half = try self.server.rows("SELECT count(value) FROM power", in: self.database)
        #expect(half == ["power|0|5000"])
        let report = try InfluxExporter(self.address).export(Meters.many)
        #expect(report.rows == 12_345 && report.fromPosition == 0)
        #expect(try self.server.rows("SELECT count(value) FROM power", in: self.database) == ["power|0|12345"])
    }

    @Test("a database of another ledger, of a newer version, ahead, or not ours is refused and left alone")
    func refusals() throws {
        _ = try InfluxExporter(self.address).export(Meters.first.later)
        let before = try self.contents(self.database)
        func code(_ change: (inout Meters) -> Void) -> ExportError.Code? {
            var source = Meters.first
            source.position = 30
            change(&source)
            return #expect(throws: ExportError.self) { try InfluxExporter(self.address).export(source) }?.code
        }
        #expect(code { $0.ledgerID = "ledger-2" } == .foreignLedger)
        #expect(code { $0.position = 19 } == .targetAhead)
        #expect(code { $0.schema = Schema("meters", version: 0, tables: []) } == .newerSchema)
        #expect(code { $0.hasPoints = false } == .unsuitableSchema)
        #expect(try self.contents(self.database) == before)

        let foreign = self.server.newDatabase()
        try self.server.ask("CREATE DATABASE \(foreign)")
        try self.server.write("theirs value=1 1", to: foreign)
        let error = #expect(throws: ExportError.self) {
            try InfluxExporter(self.server.address(foreign)).export(Meters.first)
        }
        #expect(error?.code == .notOurs && error?.message.contains("theirs") ?? false)
        #expect(try self.server.rows("SHOW MEASUREMENTS", in: foreign) == ["measurements|theirs"])
    }

    @Test("what the server refuses is told in its words")
    func refused() throws {
        _ = try InfluxExporter(self.address).export(Meters.first)
        try self.server.write("power,meter=1 other=\"text\" 1754000000000000005", to: self.database)
        var source = Meters.first.later
        source.measured[3].point.field("other", 1)
        let error = #expect(throws: ExportError.self) { try InfluxExporter(self.address).export(source) }
        #expect(error?.code == .refusedByDatabase)
        #expect(error?.message.contains("field type conflict") ?? false, "\(error!)")
        #expect(try InfluxExporter(self.address).export(Meters.first.later).fromPosition == 10)
    }

    @Test("a server that goes away midway is one error that says what to do")
    func killed() throws {
        let server = try TemporaryInflux()
        var source = Meters.many
        source.beforeChange = { if $0 == 7000 { server.stop() } }
        let error = #expect(throws: ExportError.self) { try InfluxExporter(server.address("meters")).export(source) }
        #expect(error?.message.contains("Check that the server runs") ?? false, "\(error!)")
    }

    @Test("a server that is not there is told with the remedy, and no password")
    func unreachable() throws {
        let error = #expect(throws: ExportError.self) {
            try InfluxExporter("influx://ada:secret@127.0.0.1:1/meters").export(Meters.first)
        }
        #expect(error?.code == .cannotConnect)
        #expect(error?.message.contains("Check that the server runs") ?? false)
        #expect(!"\(error!)".contains("secret"))
    }

    @Test("addresses name a host and a database")
    func addresses() throws {
        let full = try InfluxAddress("influx://ada:se%40cret@metrics:9000/a%20b")
        #expect(full.user == "ada" && full.password == "se@cret" && full.database == "a b")
        #expect(full.url("write", ["db": "a&b"]) == "http://metrics:9000/write?db=a%26b")
        #expect(try InfluxAddress("influxs://metrics/x").url("query", [:]) == "https://metrics:8086/query?")
        for wrong in ["influx://", "influx://metrics", "influx://metrics/", "influx://metrics/a/b", "http://metrics/a"]
        {
            let error = #expect(throws: ExportError.self) { try InfluxAddress(wrong) }
            #expect(error?.message.contains("influx://HOST:PORT/DATABASE") ?? false)
        }
    }
}
