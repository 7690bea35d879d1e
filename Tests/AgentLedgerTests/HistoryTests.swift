import AgentDomain
import EventSourcing
import Ledger
import Relations
import Seeded
import Testing

@testable import AgentLedger

@Suite("What made each fact so")
struct HistoryTests {
    let seed = UInt64.random(in: 1...1000)
    let scratch: Scratch
    let reader: LedgerReader
    let model: HistoryModel

    /// A few hundred commands of a simulated company: everything happens.
    init() async throws {
        self.scratch = try Scratch()
        let ledger = try Ledger.create(at: self.scratch.file("ledger"))
        for request in try EverythingOnce.requests(of: CompanySimulation(seed: self.seed, until: .executions(1400))) {
            // What some seeds' selection lacks for an invoice is refused.
            _ = try await ledger.execute(request)
        }
        self.reader = try LedgerReader(at: ledger.path)
        self.model = try HistoryModel(of: self.reader)
    }

    /// Things by their kind, table and id.
    private var things: [(kind: String, table: TableDeclaration, id: UInt128)] {
        self.model.tables.flatMap { table -> [(String, TableDeclaration, UInt128)] in
            guard let kind = LedgerSnapshot.kind(named: table.name), table.primaryKey == ["id"] else { return [] }
            return (self.model.steps[table.name] ?? [:]).keys.compactMap { key in
                if case .uuid(let id)? = key.first { (kind, table, id) } else { nil }
            }
        }
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
        for (kind, table, id) in self.things {
            let steps = self.model.steps[table.name]?[[.uuid(id)]] ?? []
            for moment in [self.model.head, past] {
                var versions: [RowVersion] = []
                try self.reader.history(of: kind, id: id, at: .position(moment)) { versions.append($0) }
                self.expect(versions, steps.filter { $0.position <= moment }, "\(kind) at \(moment)")
            }
        }
    }

    @Test("each field is blamed on the last event by which its value came to be another")
    func blame() throws {
        let past = Position(self.model.head.value / 2)
        for (kind, table, id) in self.things {
            for moment in [self.model.head, past] {
                let blame = try self.reader.blame(kind, id: id, at: .position(moment))
                #expect(
                    blame?.fields.map(\.value) == self.model.row(of: table.name, [.uuid(id)], at: moment),
                    "seed \(self.seed): \(kind) at \(moment)")
                for (index, field) in (blame?.fields ?? []).enumerated() {
                    let expected = self.model.lastSet(index, of: table.name, [.uuid(id)], through: moment)
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
            var found: [String: [UInt128: RowDifference]] = [:]
            try self.reader.diff(from: .position(ends[0]), to: .position(ends[1])) {
                #expect(found[$0.table.name]?[$0.id] == nil)
                found[$0.table.name, default: [:]][$0.id] = $0
            }
            for (kind, table, id) in self.things {
                let what = "seed \(self.seed): \(kind) from \(ends[0]) to \(ends[1])"
                let old = self.model.row(of: table.name, [.uuid(id)], at: ends[0])
                let new = self.model.row(of: table.name, [.uuid(id)], at: ends[1])
                let difference = found[table.name]?.removeValue(forKey: id)
                #expect((difference == nil) == (old == new), "\(what)")
                guard let difference else { continue }
                #expect(difference.old == old && difference.new == new, "\(what)")
                #expect((difference.kind == .added) == (old == nil), "\(what)")
                let changed = table.columns.indices.filter { old != nil && old?[$0] != new?[$0] }
                #expect(difference.fields.map(\.column.name) == changed.map { table.columns[$0].name }, "\(what)")
                for (field, index) in zip(difference.fields, changed) {
                    let expected = self.model.lastSet(index, of: table.name, [.uuid(id)], through: ends[1])
                    #expect(field.event.position == expected, "\(what): \(field.column.name)")
                }
                let alone = try self.reader.diff(
                    kind, id: id, from: .position(ends[0]), to: .position(ends[1]))
                #expect(alone?.old == old && alone?.new == new && alone?.event == difference.event, "\(what)")
            }
            let left = found.filter { $0.key != "organization_monthly_usage" }.values.map(\.count)
            #expect(left.allSatisfy { $0 == 0 }, "seed \(self.seed): what did not change is told")
        }
    }
}
