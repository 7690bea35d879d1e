import Foundation
import LedgerEvents
import LedgerLog
import LedgerLogLMDB
import Seeded
import Testing

@Suite struct DamageTests {
    /// All that a log says, in a form that compares.
    struct Contents: Equatable {
        var events: [Seen]
        var tags: [String: [UInt64]]
        var types: [[UInt64]]
        var tree: TreeHead
        var receipts: [AppendReceipt?]
        var statistics: LogStatistics

        init(_ log: LMDBEventLog, tags: Set<String>) throws {
            self.events = try log.all()
            self.tags = [:]
            for name in tags { self.tags[name] = try log.positions(EventQuery(tags: [tag(name)])) }
            self.types = try [Noted.type, Dropped.type].map { try log.positions(EventQuery(types: [$0])) }
            self.tree = try log.treeHead()
            self.receipts = try (0..<20).map { try log.receipt(for: "key \($0)")?.receipt }
            self.statistics = try log.statistics()
            // These depend on who has it open.
            self.statistics.readers = 0
            self.statistics.mapSizeBytes = 0
        }
    }

    /// A log with every kind of page: branches, overflow pages, packed positions inside of nodes and in trees.
    func fill(_ directory: TemporaryDirectory, seed: UInt64, steps: Int) async throws -> Contents {
        var random = SplitMix64(seed: seed)
        let log = try directory.createLog(now: { Instant(microseconds: 77) })
        for _ in 0..<steps {
            _ = try await ModelTests.outcome(log, ModelTests.append(&random, head: log.head().value))
        }
        return try Contents(log, tags: Set(log.all().flatMap(\.tags)))
    }

    @Test("a flipped byte in a record is reported with its position, by reading and by verify")
    func record() async throws {
        let directory = TemporaryDirectory()
        do { try await directory.createLog().note(["first", "second marker", "third"]) }
        var bytes = try Data(contentsOf: URL(filePath: directory.data))
        let place = try #require(bytes.firstRange(of: Data("second marker".utf8)))
        bytes[place.lowerBound] ^= 0x01
        try bytes.write(to: URL(filePath: directory.data))
        let log = try directory.openLog(.readOnly)
        var read = 0
        let error = #expect(throws: EventLogError.self) { try log.read { _ in read += 1 } }
        #expect(error?.code == .corrupted(Position(2)) && read == 1)
        #expect(error?.message.contains("position 2 of \(directory.ledger)") == true)
        #expect(error?.description.contains("checksum does not match; restore the file from a copy") == true)
        #expect(try log.verify().findings.first?.position == Position(2))
    }

    @Test("a root of the past is that of the records, whatever became of the stored leaf hashes")
    func pastRoot() async throws {
        let directory = TemporaryDirectory()
        _ = try await self.fill(directory, seed: 42, steps: 12)
        let original = try [UInt8](Data(contentsOf: URL(filePath: directory.data)))
        let (position, root, leaf) = try {
            let log = try directory.openLog(.readOnly)
            let position = Position(try log.head().value / 2)
            var leaf: [UInt8] = []
            try log.event(at: position) { event in
                MerkleTree.leaf(event.bytes).withUnsafeBytes { leaf = Array($0) }
            }
            return (position, try log.statistics(at: position).treeHead, leaf)
        }()
        var places: [Int] = []
        while let found = Data(original)[(places.last.map { $0 + 1 } ?? 0)...].firstRange(of: Data(leaf)) {
            places.append(found.lowerBound)
        }
        #expect(!places.isEmpty)
        for place in places {
            try self.patch(directory.data, place + 3, original[place + 3] ^ 0x10)
            let log = try directory.openLog(.readOnly)
            #expect(try log.statistics(at: position).treeHead == root)
        }
    }

    @Test("any flipped byte is reported, or changes nothing; never a crash", arguments: [11, 12] as [UInt64])
    func flips(_ seed: UInt64) async throws {
        let directory = TemporaryDirectory()
        let contents = try await self.fill(directory, seed: seed, steps: seed == 11 ? 8 : 30)
        let original = try [UInt8](Data(contentsOf: URL(filePath: directory.data)))
        #expect(try LMDBEventLog.verify(at: directory.ledger).findings == [])
        var random = SplitMix64(seed: seed)
        var reported = 0
        for _ in 0..<400 {
            // Headers of pages are small and matter most.
            let page = Int.random(in: 0..<original.count / 4096, using: &random) * 4096
            let within = Int.random(in: 0..<(Bool.random(using: &random) ? 160 : 4096), using: &random)
            let bit = UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            let comment: Comment = "seed \(seed), page \(page / 4096), byte \(within), bit \(bit)"
            try self.patch(directory.data, page + within, original[page + within] ^ bit)
            if try !LMDBEventLog.verify(at: directory.ledger).isSound {
                reported += 1
            } else {
                let log = try directory.openLog(.readOnly)
                #expect(try Contents(log, tags: Set(contents.tags.keys)) == contents, comment)
            }
            try self.patch(directory.data, page + within, original[page + within])
        }
        #expect(reported > 80, "seed \(seed)")
        #expect(try LMDBEventLog.verify(at: directory.ledger).findings == [])
    }

    func patch(_ path: String, _ offset: Int, _ byte: UInt8) throws {
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: [byte])
        try file.close()
    }

    @Test("a truncated file is reported, and opening it fails")
    func truncated() async throws {
        let directory = TemporaryDirectory()
        _ = try await self.fill(directory, seed: 3, steps: 10)
        let original = try Data(contentsOf: URL(filePath: directory.data))
        for count in [0, 1, 4096, 8192, 12288, original.count / 2, original.count - 1] {
            try original.prefix(count).write(to: URL(filePath: directory.data))
            #expect(try !LMDBEventLog.verify(at: directory.ledger).isSound, "\(count) bytes")
            #expect(throws: EventLogError.self, "\(count) bytes") { _ = try directory.openLog(.readOnly) }
        }
    }
}
