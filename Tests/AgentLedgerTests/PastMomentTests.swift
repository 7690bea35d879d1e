import AgentLedger
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerSimulation
import LedgerTables
import Seeded
import Testing

@Suite("A ledger at past moments")
struct PastMomentTests {
    /// All rows of all tables, as JSON.
    private func answers(_ reader: LedgerReader, at moment: Moment = .end, asOccurred: Instant? = nil) throws
        -> [String: String]
    {
        let snapshot = try reader.snapshot(at: moment, asOccurred: asOccurred)
        return try Dictionary(
            uniqueKeysWithValues: snapshot.schema.tables.map { table in
                var encoder = CellEncoder(capacity: 4096)
                try snapshot.rows(of: table, changedAfter: nil) { cells in
                    encoder.appendJSONRow(cells, columns: table.columns)
                }
                return (table.name, encoder.buffer.withBytes { String(decoding: $0, as: UTF8.self) })
            })
    }

    private func differences(_ one: [String: String], _ other: [String: String]) -> [String] {
        one.keys.filter { one[$0] != other[$0] }.sorted()
    }

    /// Portions of commands, each stopped after at random.
    private func portions(_ executions: Int, _ random: inout SplitMix64) -> [[CommandRequest]] {
        var simulation = CompanySimulation(seed: random.next() % 1000, until: .executions(executions))
        var portions: [[CommandRequest]] = [[]]
        while let request = simulation.next() {
            portions[portions.count - 1].append(request)
            if random.next() % 50 == 0 { portions.append([]) }
        }
        return portions
    }

    @Test(
        "what was answered then is answered later, byte for byte", arguments: [1, 2] as [UInt64], [0, 400] as [UInt64])
    func answeredThen(seed: UInt64, interval: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let scratch = try Scratch()
        let path = scratch.file("ledger")
        var ledger = try Ledger.create(at: path, snapshotInterval: interval)
        var kept: [(position: Position, answers: [String: String], statistics: PastStatistics)] = []
        for portion in self.portions(60, &random) {
            _ = try await ledger.execute(portion)
            switch random.next() % 3 {
            case 0: ledger = try Ledger.open(at: path, snapshotInterval: interval)
            case 1: try await ledger.catchUp()
            default: break
            }
            if random.next() % 3 > 0 { continue }
            let reader = try LedgerReader(at: path, snapshotInterval: interval)
            let position = try reader.log.head()
            kept.append((position, try self.answers(reader), try reader.statistics(at: .end)))
        }
        #expect(kept.count > 2, "seed \(seed)")
        #expect(FileManager.default.fileExists(atPath: "\(path)/snapshots") == (interval > 0))
        for (position, then, statistics) in kept.shuffled(using: &random).prefix(8) {
            let reader = try LedgerReader(at: path, snapshotInterval: interval)
            let now = try self.answers(reader, at: .position(position))
            #expect(self.differences(then, now) == [], "seed \(seed), position \(position)")
            #expect(try reader.statistics(at: .position(position)) == statistics)
        }
    }

    @Test("the past stands still while others write")
    func concurrentWriters() async throws {
        var random = SplitMix64(seed: 9)
        let scratch = try Scratch()
        let path = scratch.file("ledger")
        let ledger = try Ledger.create(at: path, snapshotInterval: 300)
        let portions = self.portions(60, &random)
        for portion in portions.prefix(portions.count / 2) { _ = try await ledger.execute(portion) }
        let reader = try LedgerReader(at: path, snapshotInterval: 300)
        let position = Position(try reader.log.head().value - 100)
        let then = try self.answers(reader, at: .position(position))
        let writing = Task {
            for portion in portions.dropFirst(portions.count / 2) {
                _ = try await ledger.execute(portion)
                try await ledger.catchUp()
            }
        }
        for _ in 0..<3 {
            let again = try LedgerReader(at: path, snapshotInterval: 300)
            #expect(self.differences(then, try self.answers(again, at: .position(position))) == [])
            #expect(self.differences(then, try self.answers(reader, at: .position(position))) == [])
        }
        try await writing.value
        #expect(self.differences(then, try self.answers(reader, at: .position(position))) == [])
        let folded = LedgerSnapshot(views: try reader.rebuild(to: position), log: reader.log, origin: reader.origin)
        #expect(try folded.rowCount(of: "workflow_executions") > 0)
    }

    @Test("what had happened by a time is told without what happened later, whenever it was recorded")
    func asOccurred() async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        let id = "01981f3c-8a5e-7cc0-9d2b-000000000001"
        func command(_ name: String, _ data: String, at time: String) async throws {
            try await ledger.perform(#"{"command":"\#(name)","occurred_at":"\#(time)","data":{\#(data)}}"#)
        }
        try await command("user.register", #""user_id":"\#(id)","email":"first@x.org""#, at: "2025-03-01T00:00:00Z")
        try await command("user.change_email", #""user_id":"\#(id)","email":"late@x.org""#, at: "2025-05-01T00:00:00Z")
        // Recorded last, and happened before.
        try await command("user.change_email", #""user_id":"\#(id)","email":"early@x.org""#, at: "2025-04-01T00:00:00Z")
        let reader = try LedgerReader(at: ledger.path)
        func email(_ moment: Moment = .end, by time: String) throws -> SQLValue? {
            let time = Instant(time)
            let row = try reader.row(of: "user", id: #require(UUIDText.parse(id)), at: moment, asOccurred: time)
            let table = try #require(reader.snapshot().schema.tables.first { $0.name == "users" })
            let place = try #require(table.columns.firstIndex { $0.name == "email" })
            var listed: SQLValue?
            try reader.snapshot(at: moment, asOccurred: time).rows(of: table, changedAfter: nil) { listed = $0[place] }
            #expect(listed == row?.cells[place])
            return listed
        }
        #expect(try email(by: "2025-02-01T00:00:00Z") == nil)
        #expect(try email(by: "2025-04-15T00:00:00Z") == .text("early@x.org"))
        #expect(try email(.position(Position(2)), by: "2025-04-15T00:00:00Z") == .text("first@x.org"))
        #expect(try email(.position(Position(2)), by: "2025-05-15T00:00:00Z") == .text("late@x.org"))
        // Later in the log, earlier in time: the fold goes by time. Present rows go by the log.
        #expect(try email(by: "2025-05-15T00:00:00Z") == .text("late@x.org"))
        #expect(reader.eventsAppliedWhereRecorded == 0)
        let now = try reader.row(of: "user", id: #require(UUIDText.parse(id)))
        #expect(now?.cells.contains(.text("early@x.org")) == true)
    }

    @Test("an event that its time puts before what it needs is applied where it was recorded, and counted")
    func outOfPlace() async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        let ids = (1...4).map { "01981f3c-8a5e-7cc0-9d2b-00000000000\($0)" }
        func command(_ name: String, _ data: String, at time: String) async throws {
            try await ledger.perform(
                #"{"command":"\#(name)","occurred_at":"2025-03-01T00:00:\#(time)Z","data":{\#(data)}}"#)
        }
        let run = #""execution_id":"\#(ids[2])""#
        try await command(
            "organization.create", #""organization_id":"\#(ids[0])","name":"Acme","slug":"acme""#, at: "10")
        try await command(
            "workflow.create", #""workflow_id":"\#(ids[1])","organization_id":"\#(ids[0])","name":"Flow""#, at: "11")
        try await command("workflow.activate", #""workflow_id":"\#(ids[1])""#, at: "12")
        try await command("workflow_execution.queue", #"\#(run),"workflow_id":"\#(ids[1])""#, at: "20")
        try await command("workflow_execution.dispatch", run, at: "21")
        try await command("workflow_execution.start", run, at: "23")
        // By a clock that is behind: it ended before it began.
        try await command("workflow_execution.complete", run, at: "22")
        // Before its organization and its workflow were there.
        try await command("workflow.rename", #""workflow_id":"\#(ids[1])","name":"Early""#, at: "05")
        // Late, and in place.
        try await command("organization.rename", #""organization_id":"\#(ids[0])","name":"Acme Corp""#, at: "15")
        let reader = try LedgerReader(at: ledger.path)
        func cell(_ kind: String, _ id: String, _ column: String, by second: String) throws -> SQLValue? {
            let time = Instant("2025-03-01T00:00:\(second)Z")
            let row = try reader.row(of: kind, id: #require(UUIDText.parse(id)), asOccurred: time)
            return row.flatMap { row in row.table.columns.firstIndex { $0.name == column }.map { row.cells[$0] } }
        }
        #expect(try cell("workflow_execution", ids[2], "status", by: "59") == .text("completed"))
        #expect(reader.eventsAppliedWhereRecorded == 2)
        #expect(try cell("workflow", ids[1], "name", by: "59") == .text("Early"))
        #expect(try cell("organization", ids[0], "name", by: "14") == .text("Acme"))
        #expect(try cell("organization", ids[0], "name", by: "16") == .text("Acme Corp"))
        #expect(try cell("workflow_execution", ids[2], "status", by: "21") == .text("pending"))
    }

    @Test("what had happened by the last moment is all there is", arguments: [3 as UInt64])
    func allOccurred(seed: UInt64) async throws {
        let scratch = try Scratch()
        let ledger = try Ledger.create(at: scratch.file("ledger"))
        _ = try await Simulator(ledger).run(CompanySimulation(seed: seed, until: .executions(60)))
        let reader = try LedgerReader(at: ledger.path)
        let all = try self.answers(reader)
        #expect(self.differences(all, try self.answers(reader, asOccurred: Instant(microseconds: .max))) == [])
        let none = try self.answers(reader, asOccurred: .zero)
        #expect(none["workflow_executions"] == "")
        #expect(none["model_calls"] == "")
    }
}

extension LedgerSnapshot {
    fileprivate func rowCount(of name: String) throws -> Int {
        var count = 0
        for table in self.schema.tables where table.name == name {
            try self.rows(of: table, changedAfter: nil) { _ in count += 1 }
        }
        return count
    }
}
