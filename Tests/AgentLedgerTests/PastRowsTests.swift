import AgentLedger
import LedgerEvents
import LedgerRelations
import LedgerTables
import Seeded
import Testing

@Suite("One thing at a past position")
struct PastRowsTests {
    /// Every row that is found by an id, as of a snapshot.
    private func things(_ snapshot: LedgerSnapshot) throws -> [(kind: String, id: UInt128, cells: [SQLValue])] {
        var things: [(String, UInt128, [SQLValue])] = []
        for table in snapshot.schema.tables {
            guard let kind = LedgerSnapshot.kind(named: table.name), table.primaryKey == ["id"],
                let place = table.primaryKeyIndexes.first
            else { continue }
            try snapshot.rows(of: table, changedAfter: nil) { cells in
                if case .uuid(let id) = cells[place] { things.append((kind, id, cells)) }
            }
        }
        return things
    }

    @Test("told by its own events is what all events folded up to there make of it", arguments: [11 as UInt64])
    func told(seed: UInt64) async throws {
        let scratch = try Scratch()
        let path = scratch.file("ledger")
        let ledger = try Ledger.create(at: path)
        _ = try await Importer(ledger).run([airline], refused: { Issue.record("refused: \($0)") })
        let slug = "sierra-research"
        let organization = try #require(try rows("SELECT id FROM organizations WHERE slug = '\(slug)'", of: path).first)
        let id = "01981f3c-8a5e-7cc0-9d2b-000000000001"
        for json in [
            #"{"command":"price.set","data":{"usage_type":"input_tokens","amount":"2"}}"#,
            #"{"command":"user.register","data":{"user_id":"\#(id)","email":"ada@example.org"}}"#,
            #"{"command":"invoice.draft","data":{"invoice_id":"\#(id)","organization_id":"\#(organization[0])","#
                + #""period_start":"2025-08-01","period_end":"2025-12-31"}}"#,
            #"{"command":"invoice.issue","data":{"invoice_id":"\#(id)"}}"#,
        ] { try await ledger.perform(json) }
        let reader = try LedgerReader(at: path)
        let now = try self.things(try reader.snapshot())
        let head = try reader.log.head().value
        var random = SplitMix64(seed: seed)
        var told = 0
        for position in (0..<8).map({ _ in Position(random.next() % head) }) + [Position(head - 1)] {
            let past = LedgerSnapshot(views: try reader.rebuild(to: position), log: reader.log, origin: reader.origin)
            // All that is there now: some of it is yet to come.
            for thing in now where LedgerSnapshot.isToldByTag(thing.kind) {
                let row = try reader.row(of: thing.kind, id: thing.id, at: .position(position))
                let folded = try past.row(of: thing.kind, id: thing.id)
                #expect(row?.cells == folded?.cells, "seed \(seed): \(thing.kind) at \(position)")
                if row != nil { told += 1 }
            }
        }
        #expect(told > 1000)
    }
}
