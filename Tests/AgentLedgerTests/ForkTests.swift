import AgentLedger
import Foundation
import LedgerDomain
import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import Testing

@Suite("Forks")
struct ForkTests {
    let scratch: Scratch
    let ledger: Ledger
    /// Commands under a key, with the position of their event.
    private var keyed: [Int: (request: CommandRequest, position: Position)] = [:]

    /// Segments of a few hundred events, some of them in their last form.
    init() async throws {
        self.scratch = try Scratch()
        self.ledger = try Ledger.create(
            at: self.scratch.file("ledger"), segmentLimits: SegmentLimits(events: 250))
        for seed in 1...40 {
            let id = UUIDText.format(UInt128(0x0198_c000_0000_7000_8000_0000_0000_0000) + UInt128(seed))
            var request = try self.ledger.request(
                #"{"command":"organization.create","data":{"organization_id":"\#(id)","name":"A\#(seed)","#
                    + #""slug":"a\#(seed)"}}"#)
            if seed.isMultiple(of: 3) { request.idempotencyKey = "key \(seed)" }
            let outcome = try await self.ledger.execute(request)
            #expect(outcome.isAccepted)
            if seed.isMultiple(of: 3) { self.keyed[seed] = (request, try #require(Self.position(outcome))) }
        }
        _ = try await Importer(self.ledger).run([airline]) { Issue.record("refused: \($0)") }
        try self.ledger.log.finishCompaction()
        for json in [
            #"{"command":"organization.create","data":{"organization_id":"\#(acme)","name":"Acme","slug":"acme"}}"#,
            #"{"command":"workflow.create","data":{"workflow_id":"\#(flow)","organization_id":"\#(acme)","name":"F"}}"#,
        ] { try await self.ledger.perform(json) }
    }

    private func records(_ log: LMDBEventLog, through position: Position = .end) throws -> [[UInt8]] {
        var records: [[UInt8]] = []
        try log.read(.all, after: .start, through: position, limit: .max) { records.append(Array($0.bytes)) }
        return records
    }

    @Test("hold the same records up to their position, and are sound", arguments: [0, 1, 17, 40, 41, 900, 1461, 1462])
    func sameRecords(value: UInt64) async throws {
        let reader = try LedgerReader(at: self.ledger.path)
        let path = self.scratch.file("fork-\(value)")
        let identity = try await reader.fork(at: .position(Position(value)), into: path)
        #expect(identity.parent?.origin == reader.origin && identity.parent?.position == Position(value))
        #expect(identity.origin != reader.origin)
        let fork = try LedgerReader(at: path)
        #expect(try fork.log.head() == Position(value))
        #expect(try self.records(fork.log) == self.records(reader.log, through: Position(value)))
        #expect(try LMDBEventLog.verify(at: path).findings.map(\.description) == [])
        #expect(try fork.views().digests() == reader.rebuild(to: Position(value)).digests())
    }

    private static func position(_ outcome: Ledger.Outcome) -> Position? {
        if case .accepted(let first, _) = outcome { first } else { nil }
    }

    @Test("at the end have the same root, share sealed files, and know the same idempotency keys")
    func shared() async throws {
        let reader = try LedgerReader(at: self.ledger.path)
        let path = self.scratch.file("fork")
        _ = try await reader.fork(into: path)
        #expect(try LMDBEventLog.open(at: path).treeHead() == reader.log.treeHead())
        func inode(_ ledger: String) throws -> UInt64? {
            let file = "\(ledger)/log/00000000000000000001/data.mdb"
            return try FileManager.default.attributesOfItem(atPath: file)[.systemFileNumber] as? UInt64
        }
        #expect(try inode(path) == inode(self.ledger.path))
        let writer = try Ledger.open(at: path)
        for (request, position) in self.keyed.values {
            #expect(Self.position(try await writer.execute(request)) == position)
        }
        #expect(try writer.log.head() == reader.log.head())
    }

    @Test("know the idempotency keys of what was copied record by record, too")
    func copiedKeys() async throws {
        let reader = try LedgerReader(at: self.ledger.path)
        let path = self.scratch.file("fork")
        _ = try await reader.fork(at: .position(Position(20)), into: path)
        let fork = try Ledger.open(at: path)
        for (seed, (request, position)) in self.keyed {
            let before = try fork.log.head()
            let again = Self.position(try await fork.execute(request))
            #expect(again == (seed <= 20 ? position : before.next), "key \(seed)")
        }
    }

    @Test("go their own way, and leave what they come from as it is")
    func ownWay() async throws {
        let reader = try LedgerReader(at: self.ledger.path)
        let root = try reader.log.treeHead()
        let path = self.scratch.file("fork")
        _ = try await reader.fork(into: path)
        let fork = try Ledger.open(at: path)
        #expect(
            try await fork.perform(#"{"command":"workflow.activate","data":{"workflow_id":"\#(flow)"}}"#).isAccepted)
        let here = try await self.ledger.perform(#"{"command":"workflow.delete","data":{"workflow_id":"\#(flow)"}}"#)
        #expect(here.isAccepted)
        #expect(try rows("SELECT status FROM workflows WHERE name = 'F'", of: path) == [["active"]])
        #expect(try fork.log.treeHead() != root)
        #expect(try LMDBEventLog.verify(at: path).findings.isEmpty)
        #expect(try LMDBEventLog.verify(at: self.ledger.path).findings.isEmpty)
    }

    @Test("are refused where something is, and beyond the end")
    func refused() async throws {
        let reader = try LedgerReader(at: self.ledger.path)
        await #expect(throws: EventLogError.self) { try await reader.fork(into: self.scratch.path) }
        await #expect(throws: LedgerError.self) {
            try await reader.fork(at: .position(Position(1_000_000)), into: self.scratch.file("new"))
        }
        try FileManager.default.createDirectory(
            atPath: self.scratch.file("empty"), withIntermediateDirectories: false)
        #expect(try await reader.fork(at: .position(Position(5)), into: self.scratch.file("empty")).parent != nil)
    }
}
