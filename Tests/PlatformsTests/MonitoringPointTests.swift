import AgentLedger
import LedgerEvents
import LedgerExporters
import Servers
import Testing

@Suite("The points of agent_monitoring")
struct MonitoringPointTests {
    private let story: MonitoringStory
    private let agent = MonitoringStory.id("d1")
    private let organization = MonitoringStory.id("a1")

    init() async throws {
        self.story = try MonitoringStory()
        try await self.story.begin(self.organization, self.agent)
    }

    private func measure(_ name: String, _ value: Int, at clock: String = "09:00:00") async throws {
        try await self.story.at(
            clock, "metric.record", "{'agent_id':'\(self.agent)','metric_type':'\(name)','value':\(value)}")
    }

    /// The database after an export at each of these positions and at the end.
    private func stored(after positions: [UInt64] = []) throws -> (server: TemporaryInflux, database: String) {
        let server = try TemporaryInflux.shared.get()
        let database = server.newDatabase()
        for position in positions {
            _ = try InfluxExporter(server.address(database)).export(
                self.story.snapshot(at: .position(Position(position))))
        }
        let report = try InfluxExporter(server.address(database)).export(self.story.snapshot())
        #expect(report.rows > 0)
        return (server, database)
    }

    @Test("all points of one series and microsecond are stored, in one export or in several")
    func oneInstant() async throws {
        for value in 1...1001 { try await self.measure("dup", value) }
        let first = try self.story.position
        for value in 1002...1003 { try await self.measure("dup", value) }
        for positions in [[], [first - 500], [first, first + 1]] {
            let (server, database) = try self.stored(after: positions)
            #expect(
                try server.rows("SELECT count(value), sum(value) FROM dup", in: database)
                    == ["dup|0|1003|\(1003 * 1004 / 2)"], "\(positions)")
            #expect(
                try server.rows("SELECT value, sequence FROM dup WHERE value > 1000", in: database).map {
                    $0.split(separator: "|").dropFirst(2).joined(separator: " ")
                }.sorted() == ["1001 2", "1002 2", "1003 2"], "\(positions)")
        }
    }

    @Test("names that line protocol cannot write are renamed, and stay apart from each other")
    func names() async throws {
        for (value, name) in ["#comment", "\\\\#comment", "/#comment", "a#b"].enumerated() {
            try await self.measure(name, value + 1)
        }
        try await self.story.at(
            "09:00:00", "agent.receive_heartbeat",
            "{'agent_id':'\(self.agent)','metrics':{'#load':5,'':6,'c:\\\\':7,'c:/':8}}")
        let (server, database) = try self.stored()
        #expect(
            try server.rows("SELECT value FROM /.*/ WHERE agent_id != ''", in: database).map {
                let cells = $0.split(separator: "|")
                return "\(cells[0]) \(cells[2])"
            }.sorted() == [
                "/#comment 1", "/#comment 2", "/#comment 3", "/#load 5", "a#b 4", "c:/ 7", "c:/ 8", "unnamed 6",
            ])
    }

    @Test("a point more than a day ahead of its recording is told apart by its position")
    func ahead() async throws {
        for occurred in ["2025-08-20T12:00:00Z", "2025-08-21T12:00:00Z"] {
            try await self.story.at(
                "09:00:00", "metric.record", "{'agent_id':'\(self.agent)','metric_type':'ahead','value':1}",
                occurred: occurred)
        }
        let labels = try self.story.points().map { $0.labels.first { $0.name == "sequence" }?.value }
        #expect(try labels == [nil, "position \(self.story.position)"])
    }
}
