import LedgerDomain
import LedgerEvents
import LedgerRelations
import LedgerSimulation
import LedgerTables
import Seeded
import Testing

@testable import AgentLedger

@Suite("What made each fact so")
struct HistoryTests {
    /// A ledger with the model of it, made once for all tests.
    private struct Fixture: Sendable {
        let seed = UInt64.random(in: 1...1000)
        let scratch: Scratch
        let path: String
        let model: HistoryModel

        static let shared = Task { try await Fixture() }

        /// A few hundred commands of a simulated company: everything happens.
        private init() async throws {
            self.scratch = try Scratch()
            self.path = self.scratch.file("ledger")
            let ledger = try Ledger.create(at: self.path)
            let simulation = CompanySimulation(seed: self.seed, until: .executions(1400))
            for request in try EverythingOnce.requests(of: simulation) {
                // What some seeds' selection lacks for an invoice is refused.
                _ = try await ledger.execute(request)
            }
            self.model = try HistoryModel(of: try LedgerReader(at: self.path))
        }
    }

    let seed: UInt64
    let reader: LedgerReader
    let model: HistoryModel

    init() async throws {
        let fixture = try await Fixture.shared.value
        self.seed = fixture.seed
        self.reader = try LedgerReader(at: fixture.path)
        self.model = fixture.model
    }

    /// Rows by their kind, table, name and key.
    private var things: [(kind: String, table: TableDeclaration, id: RowID, key: [SQLValue])] {
        self.model.tables.flatMap { table -> [(String, TableDeclaration, RowID, [SQLValue])] in
            guard let kind = LedgerSnapshot.kind(named: table.name) else { return [] }
            return (self.model.steps[table.name] ?? [:]).compactMap { key, steps in
                let cells = steps.lazy.compactMap(\.cells).first
                return cells.flatMap { LedgerSnapshot.id(of: $0, kind: kind) }.map { (kind, table, $0, key) }
            }
        }
    }

    @Test("every table is a kind that show, history, blame and diff know, but events and what has no history")
    func everyTable() throws {
        let tables = Set(LedgerSchema.projection.schema.tables.map(\.name))
        let known = Set(LedgerSnapshot.kinds.map { LedgerSnapshot.table(of: $0) })
        #expect(tables.subtracting(known) == ["audit_logs", "unpriced_usage"])
        #expect(known.count == LedgerSnapshot.kinds.count)
        let past = Position(self.model.head.value / 2)
        for (kind, table, id, key) in self.things {
            for moment in [self.model.head, past] {
                let row = try self.reader.row(of: kind, id: id.thing, part: id.part, at: .position(moment))
                let cells = row.map { Array($0.cells.prefix(table.columns.count)) }
                #expect(cells == self.model.row(of: table.name, key, at: moment), "\(kind) at \(moment)")
            }
            let text = LedgerSnapshot.text(of: id, kind: kind)
            #expect(try self.reader.findRow(kind, text) == id, "\(kind) \(text)")
        }
        // Every row of the model has a name, and no two have the same.
        let rows = self.model.steps.values.map(\.count).reduce(0, +)
        #expect(Set(self.things.map { "\($0.kind) \($0.id)" }).count == rows)
    }

    private func expect(_ versions: [RowVersion], _ steps: [HistoryModel.Step], _ what: String) {
        #expect(versions.map(\.cells) == steps.map(\.cells), "seed \(self.seed): \(what)")
        #expect(versions.map(\.from.position) == steps.map(\.position), "seed \(self.seed): \(what)")
        let ends = steps.isEmpty ? [] : steps.dropFirst().map { Optional($0.position) } + [nil]
        #expect(versions.map { $0.to?.position } == ends, "seed \(self.seed): \(what)")
    }

    @Test("every version of every row is what all events folded up to there make of it")
    func versions() throws {
        let source = try self.reader.versions()
        for table in self.model.tables {
            var found: [[SQLValue]: [[SQLValue]]] = [:]
            let versions = try #require(source.schema.table(table.name))
            try source.rows(of: versions, changedAfter: nil) { cells in
                found[table.primaryKeyIndexes.map { cells[$0] }, default: []].append(cells)
            }
            let steps = self.model.steps[table.name] ?? [:]
            #expect(found.count == steps.count, "seed \(self.seed): \(table.name)")
            let width = table.columns.count
            for (key, rows) in found {
                let expected = steps[key] ?? []
                #expect(
                    rows.map { Array($0.prefix(width)) } == expected.map { $0.cells ?? [] },
                    "seed \(self.seed): \(table.name) \(key)")
                let ranges = rows.map { [$0[width + 4], $0[width + 5]] }
                let positions = expected.map { SQLValue.integer(Int64($0.position.value)) }
                #expect(ranges.map(\.[0]) == positions, "seed \(self.seed): \(table.name) \(key)")
                #expect(ranges.map(\.[1]) == positions.dropFirst() + [.null], "seed \(self.seed): \(table.name)")
            }
        }
    }

    @Test("a later export of versions brings those that began or ended since")
    func laterVersions() throws {
        let source = try self.reader.versions()
        let start = self.model.head.value / 2
        for table in source.schema.tables {
            let width = table.columns.count
            var expected: [[SQLValue]] = []
            try source.rows(of: table, changedAfter: nil) { cells in
                for case .integer(let end) in cells[(width - 2)...] where UInt64(end) > start {
                    expected.append(cells)
                    break
                }
            }
            var found: [[SQLValue]] = []
            try source.rows(of: table, changedAfter: start) { found.append($0) }
            #expect(found == expected, "seed \(self.seed): \(table.name)")
        }
    }

    @Test("the history of one thing is that of its row, now and at any moment")
    func history() throws {
        let past = Position(self.model.head.value * 2 / 3)
        #expect(self.things.count > 100, "seed \(self.seed)")
        for (kind, table, id, key) in self.things {
            let steps = self.model.steps[table.name]?[key] ?? []
            for moment in [self.model.head, past] {
                var versions: [RowVersion] = []
                try self.reader.history(of: kind, id: id.thing, part: id.part, at: .position(moment)) {
                    versions.append($0)
                }
                self.expect(versions, steps.filter { $0.position <= moment }, "\(kind) at \(moment)")
            }
        }
    }

    @Test("each field is blamed on the last event by which its value came to be another")
    func blame() throws {
        let past = Position(self.model.head.value / 2)
        for (kind, table, id, key) in self.things {
            for moment in [self.model.head, past] {
                let blame = try self.reader.blame(kind, id: id.thing, part: id.part, at: .position(moment))
                #expect(
                    blame?.fields.map(\.value) == self.model.row(of: table.name, key, at: moment),
                    "seed \(self.seed): \(kind) at \(moment)")
                for (index, field) in (blame?.fields ?? []).enumerated() {
                    let expected = self.model.lastSet(index, of: table.name, key, through: moment)
                    #expect(
                        field.setBy?.position == expected,
                        "seed \(self.seed): \(kind).\(field.column.name) at \(moment)")
                    if field.setBy == nil { #expect(field.isDefault && field.value == .null) }
                }
            }
        }
    }

    @Test("a difference is that of two whole foldings, each field with the event that changed it")
    func differences() throws {
        var random = SplitMix64(seed: self.seed)
        for _ in 0..<4 {
            let ends = (0..<2).map { _ in Position(random.next() % (self.model.head.value + 1)) }.sorted()
            var found: [String: [RowID: RowDifference]] = [:]
            try self.reader.diff(from: .position(ends[0]), to: .position(ends[1])) {
                let id = RowID($0.id, part: $0.part)
                #expect(found[$0.table.name]?[id] == nil)
                found[$0.table.name, default: [:]][id] = $0
            }
            for (kind, table, id, key) in self.things {
                let what = "seed \(self.seed): \(kind) from \(ends[0]) to \(ends[1])"
                let old = self.model.row(of: table.name, key, at: ends[0])
                let new = self.model.row(of: table.name, key, at: ends[1])
                let difference = found[table.name]?.removeValue(forKey: id)
                #expect((difference == nil) == (old == new), "\(what)")
                guard let difference else { continue }
                #expect(difference.old == old && difference.new == new, "\(what)")
                #expect((difference.kind == .added) == (old == nil), "\(what)")
                let changed = table.columns.indices.filter { old != nil && old?[$0] != new?[$0] }
                #expect(difference.fields.map(\.column.name) == changed.map { table.columns[$0].name }, "\(what)")
                for (field, index) in zip(difference.fields, changed) {
                    let expected = self.model.lastSet(index, of: table.name, key, through: ends[1])
                    #expect(field.event.position == expected, "\(what): \(field.column.name)")
                }
                let alone = try self.reader.diff(
                    kind, id: id.thing, part: id.part, from: .position(ends[0]), to: .position(ends[1]))
                #expect(alone?.old == old && alone?.new == new && alone?.event == difference.event, "\(what)")
            }
            let left = found.values.map(\.count)
            #expect(left.allSatisfy { $0 == 0 }, "seed \(self.seed): what did not change is told")
        }
    }
}
