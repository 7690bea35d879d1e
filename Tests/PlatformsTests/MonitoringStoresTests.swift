import AgentLedger
import LedgerEvents
import LedgerExporters
import LedgerPlatforms
import LedgerRelations
import LedgerTables
import Seeded
import Servers
import Testing

@Suite("Keys and points of agent_monitoring")
struct MonitoringStoresTests {
    private func snapshot(at moment: Moment = .end) async throws -> LedgerSnapshot {
        try await SimulatedLedger.shared.value.snapshot(AgentMonitoring.projection, at: moment)
    }

    /// What a store holds that does what it is told.
    private struct Store: Equatable {
        private var values: [String: [String]] = [:]

        mutating func apply(_ change: KeyChange) {
            switch change {
            case .text(let key, let text, _): self.values[key] = [text]
            case .hash(let key, let fields): self.values[key] = fields.map { "\($0.name)=\($0.value)" }
            case .member(let key, let member, let score): self.values["\(key) \(member)"] = ["\(score)"]
            case .removedKey(let key): self.values[key] = nil
            case .removedMember(let key, let member): self.values["\(key) \(member)"] = nil
            }
        }

        func difference(from other: Store) -> String {
            self.values.filter { other.values[$0.key] != $0.value }.map { "\($0) was \(other.values[$0.key] ?? [])" }
                .joined(separator: ", ") + "; gone: "
                + other.values.keys.filter { self.values[$0] == nil }.joined(separator: ", ")
        }
    }

    private func earlierPositions(than end: LedgerSnapshot) -> [UInt64] {
        var random = SplitMix64(seed: SimulatedLedger.seed)
        return [1, 20, 500].map { end.position - $0 - UInt64.random(in: 0..<$0, using: &random) } + [end.position / 2]
    }

    @Test("a store that stands at any position is brought to what it holds at the end, whatever family")
    func updates() async throws {
        let end = try await self.snapshot()
        for position in self.earlierPositions(than: end) {
            let start = try await self.snapshot(at: .position(Position(position)))
            for family in end.keyFamilies {
                var (store, wanted) = (Store(), Store())
                try start.keys(of: family, changedAfter: nil) { store.apply($0) }
                try end.keys(of: family, changedAfter: KeyMoment(position: position)) { store.apply($0) }
                try end.keys(of: family, changedAfter: nil) { wanted.apply($0) }
                #expect(
                    store == wanted,
                    "\(family.pattern) from \(position), seed \(SimulatedLedger.seed): \(store.difference(from: wanted))"
                )
                #expect(wanted != Store(), "\(family.pattern)")
            }
        }
    }

    @Test("points up to any position and those behind it are all points")
    func pointsInParts() async throws {
        let end = try await self.snapshot()
        var whole: [Point] = []
        try end.points(changedAfter: nil) { whole.append($0) }
        for position in self.earlierPositions(than: end) {
            var parts: [Point] = []
            try await self.snapshot(at: .position(Position(position))).points(changedAfter: nil) { parts.append($0) }
            try end.points(changedAfter: position) { parts.append($0) }
            #expect(parts == whole, "from \(position), seed \(SimulatedLedger.seed)")
        }
        #expect(Set(whole.map { [$0.measurement, "\($0.labels)", "\($0.time)"] }).count == whole.count)
    }

    @Test("Redis that is brought up to date holds what one export puts there")
    func redis() async throws {
        let server = try TemporaryRedis.shared.get()
        let (database, fresh) = (server.newDatabase(), server.newDatabase())
        let end = try await self.snapshot()
        for position in self.earlierPositions(than: end).sorted() {
            let earlier = try await self.snapshot(at: .position(Position(position)))
            _ = try RedisExporter(server.address(database)).export(earlier)
        }
        let update = try RedisExporter(server.address(database)).export(end)
        let whole = try RedisExporter(server.address(fresh)).export(end)
        #expect(update.rows < whole.rows)
        #expect(try RedisExporter(server.address(database)).export(end).rows == 0)
        // Some of these are gone already, each after its own time.
        var expiring: Set<String> = []
        for family in end.keyFamilies {
            try end.keys(of: family, changedAfter: nil) {
                if case .text(let key, _, _?) = $0 { expiring.insert(key) }
            }
        }
        for key in ["agent:*:status", "agent:*:metrics", "session:*", "ratelimit:api:*", "queue:scheduled_jobs"] {
            func names(_ database: Int) throws -> [String] {
                try server.ask(["KEYS", key], in: database).split(separator: "\n").map(String.init)
                    .filter { !expiring.contains($0) }.sorted()
            }
            let held = try names(database)
            #expect(try names(fresh) == held)
            #expect(!held.isEmpty, "\(key)")
        }
        #expect(
            try server.ask(["ZRANGE", "queue:scheduled_jobs", "0", "-1", "WITHSCORES"], in: database)
                == server.ask(["ZRANGE", "queue:scheduled_jobs", "0", "-1", "WITHSCORES"], in: fresh))
    }

    @Test("InfluxDB holds a point for each metric, heartbeat and end, after one export or several")
    func influx() async throws {
        let server = try TemporaryInflux.shared.get()
        let database = server.newDatabase()
        let end = try await self.snapshot()
        for position in self.earlierPositions(than: end).sorted() {
            let earlier = try await self.snapshot(at: .position(Position(position)))
            _ = try InfluxExporter(server.address(database)).export(earlier)
        }
        _ = try InfluxExporter(server.address(database)).export(end)
        #expect(try InfluxExporter(server.address(database)).export(end).rows == 0)
        var wanted: [String: Int] = [:]
        try end.points(changedAfter: nil) { wanted["\($0.measurement)|\($0.status)", default: 0] += 1 }
        let counted = try server.rows("SELECT count(*) FROM /.*/ GROUP BY status", in: database)
        #expect(!counted.isEmpty)
        for (name, count) in wanted {
            let parts = name.split(separator: "|", omittingEmptySubsequences: false)
            let rows = try server.rows(
                "SELECT * FROM \"\(parts[0])\" WHERE status = '\(parts[1])'", in: database)
            #expect(rows.count == count, "\(name)")
        }
        for measurement in [
            "agent_execution_duration", "workflow_execution_duration", "cpu", "memory_mb", "error_rate",
        ] {
            #expect(wanted.keys.contains { $0.hasPrefix("\(measurement)|") }, "\(measurement)")
        }
        #expect(wanted.keys.contains("workflow_execution_duration|timeout"))
    }
}

extension Point {
    fileprivate var status: String { self.labels.first { $0.name == "status" }?.value ?? "" }
}
