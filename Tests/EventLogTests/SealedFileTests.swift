import Foundation
import Glibc
import LedgerEvents
import LedgerLMDB
import LedgerLog
import LedgerLogLMDB
import Seeded
import Testing

/// What crashes, copies and damage do to the files of a chain.
@Suite struct SealedFileTests {
    let directory = TemporaryDirectory()

    /// A ledger of `events` events in segments of 10, closed again, all sealed ones compacted.
    func fill(_ directory: TemporaryDirectory, events: Int) async throws {
        let log = try directory.createLog(segmentEvents: 10, now: { Instant(microseconds: 5) })
        for number in 1...events { try await log.note(["event \(number)"], tags: [tag("rest:\(number % 3)")]) }
        try log.finishCompaction()
    }

    /// The bytes, mode and time of change of every file of a segment.
    func contents(_ first: UInt64) throws -> [String: [String]] {
        var contents: [String: [String]] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: self.directory.segment(first)) {
            let path = "\(self.directory.segment(first))/\(name)"
            var status = stat()
            #expect(stat(path, &status) == 0)
            let data = try Data(contentsOf: URL(filePath: path))
            contents[name] = [
                "\(data.hashValue)", "\(data.count)", "\(status.st_mode)", "\(status.st_ino)",
                "\(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)",
            ]
        }
        return contents
    }

    func copy(_ path: String, to target: String) throws {
        try? FileManager.default.removeItem(atPath: target)  // There may be none.
        try FileManager.default.copyItem(atPath: path, toPath: target)
    }

    @Test("once compacted, a sealed segment's files never change again")
    func frozen() async throws {
        try await self.fill(self.directory, events: 25)
        let before = try (self.contents(1), self.contents(11))
        #expect(Set(before.0.keys) == ["data.mdb"])
        for _ in 0..<2 {
            let log = try self.directory.openLog()
            let reader = try self.directory.openLog(.readOnly)
            for _ in 0..<20 {
                try await log.note(["more"], tags: [tag("rest:0")], unless: EventQuery(tags: [tag("no:1")]))
            }
            #expect(try reader.positions(EventQuery(tags: [tag("rest:1")])).count == 9)
            #expect(try reader.verify().findings == [])
            try log.finishCompaction()
        }
        #expect(try self.contents(1) == before.0)
        #expect(try self.contents(11) == before.1)
    }

    @Test("a copy of a sealed file is a backup: put back, it is as good as the file was")
    func copies() async throws {
        try await self.fill(self.directory, events: 25)
        let expected = try self.directory.openLog(.readOnly).all()
        let backup = self.directory.path + "/backup.mdb"
        try self.copy(self.directory.data(of: 11), to: backup)
        #expect(
            try Data(contentsOf: URL(filePath: backup)) == Data(contentsOf: URL(filePath: self.directory.data(of: 11))))
        try FileManager.default.removeItem(atPath: self.directory.segment(11))
        try FileManager.default.createDirectory(atPath: self.directory.segment(11), withIntermediateDirectories: false)
        try self.copy(backup, to: self.directory.data(of: 11))
        #expect(chmod(self.directory.data(of: 11), 0o644) == 0)
        #expect(try self.directory.openLog(.readOnly).all() == expected)
        let log = try self.directory.openLog()
        try log.finishCompaction()
        #expect(try log.statistics().segments.map(\.isCompacted) == [true, true, false])
        #expect(try log.verify().findings == [])
    }

    /// A segment without events behind position 13, as a seal that was killed before its commit leaves it.
    func leaveOrphan() async throws {
        let other = TemporaryDirectory()
        let log = try other.createLog(segmentEvents: 13, now: { Instant(microseconds: 5) })
        for number in 1...13 { try await log.note(["event \(number)"], tags: [tag("rest:\(number % 3)")]) }
        try self.copy(other.segment(14), to: self.directory.segment(14))
    }

    @Test("what a seal left that was killed is passed over, and cleared away by the next seal", arguments: [13, 15])
    func orphans(_ events: Int) async throws {
        try await self.fill(self.directory, events: events)
        try await self.leaveOrphan()
        let making = self.directory.ledger + "/log/making"
        try FileManager.default.createDirectory(atPath: making, withIntermediateDirectories: false)
        try Data(count: 100).write(to: URL(filePath: making + "/data.mdb"))
        do {
            let reader = try self.directory.openLog(.readOnly)
            #expect(try reader.all().count == events)
            #expect(try reader.verify().findings == [])
        }
        let log = try self.directory.openLog()
        let reader = try self.directory.openLog(.readOnly)
        for number in events + 1...25 { try await log.note(["event \(number)"]) }
        #expect(try reader.all().map(\.position) == Array(1...25))
        #expect(try log.statistics().segments.map(\.first.value) == [1, 11, 21])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: self.directory.ledger + "/log").sorted() == [
                "00000000000000000001", "00000000000000000011", "00000000000000000021", "next",
            ])
        #expect(try log.verify().findings == [])
    }

    @Test("a compaction that was killed is finished by the next writer, and nobody else's is disturbed")
    func compaction() async throws {
        let workshop = self.directory.segment(1) + "/compacting"
        do {
            let log = try self.directory.createLog(segmentEvents: 10)
            try FileManager.default.createDirectory(atPath: workshop, withIntermediateDirectories: false)
            // As another process that is at it.
            let descriptor = open(workshop, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            #expect(flock(descriptor, LOCK_EX) == 0)
            for number in 1...25 { try await log.note(["event \(number)"]) }
            try Data(repeating: 7, count: 9000).write(to: URL(filePath: workshop + "/data.mdb"))
            #expect(try log.statistics().segments.map(\.events) == [10, 10, 5])
            #expect(try !log.statistics().segments[0].isCompacted)
            #expect(try log.verify().findings == [])
            // As when it is killed.
            close(descriptor)
        }
        let log = try self.directory.openLog()
        let reader = try self.directory.openLog(.readOnly)
        #expect(try reader.all().count == 25)
        try log.finishCompaction()
        #expect(try log.statistics().segments.map(\.isCompacted) == [true, true, false])
        #expect(try FileManager.default.contentsOfDirectory(atPath: self.directory.segment(1)) == ["data.mdb"])
        #expect(try reader.all() == log.all())
        #expect(try log.verify().findings == [])
    }

    @Test("a flipped byte in a sealed segment is reported with its position and file, by reading and by verify")
    func flippedByte() async throws {
        try await self.fill(self.directory, events: 35)
        let data = self.directory.data(of: 11)
        var bytes = try Data(contentsOf: URL(filePath: data))
        let place = try #require(bytes.firstRange(of: Data("event 17".utf8)))
        bytes[place.lowerBound] ^= 1
        try FileManager.default.removeItem(atPath: data)
        try bytes.write(to: URL(filePath: data))
        #expect(chmod(data, 0o444) == 0)
        let log = try self.directory.openLog(.readOnly)
        let error = #expect(throws: EventLogError.self) { try log.read { _ in } }
        #expect(error?.code == .corrupted(Position(17)))
        #expect(error?.message.contains("position 17 of \(self.directory.segment(11))") == true)
        let findings = try log.verify().findings
        #expect(findings.first?.position == Position(17))
        #expect(Set(findings.map(\.file)) == ["log/00000000000000000011/data.mdb"])
        #expect(findings.first?.description.contains("(log/00000000000000000011/data.mdb, page ") == true)
        #expect(try log.all(after: 20).count == 15)
    }

    @Test(
        "any flipped byte of a chain is reported, or changes nothing; never a crash", arguments: [21, 22] as [UInt64])
    func flips(_ seed: UInt64) async throws {
        try await self.fill(self.directory, events: 25)
        let expected = try DamageTests.Contents(self.directory.openLog(.readOnly), tags: ["rest:0", "rest:1"])
        var random = SplitMix64(seed: seed)
        var reported = 0
        for round in 0..<200 {
            let data = self.directory.data(of: [1, 11, 21][round % 3])
            let original = try Data(contentsOf: URL(filePath: data))
            let mode = try #require(FileManager.default.attributesOfItem(atPath: data)[.posixPermissions] as? Int)
            var bytes = original
            let page = Int.random(in: 0..<original.count / 4096, using: &random) * 4096
            let within = Int.random(in: 0..<(Bool.random(using: &random) ? 160 : 4096), using: &random)
            bytes[page + within] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
            try FileManager.default.removeItem(atPath: data)
            try bytes.write(to: URL(filePath: data))
            #expect(chmod(data, mode_t(mode)) == 0)
            if try !LMDBEventLog.verify(at: self.directory.ledger).isSound {
                reported += 1
            } else {
                let found = try DamageTests.Contents(self.directory.openLog(.readOnly), tags: ["rest:0", "rest:1"])
                #expect(found == expected, "seed \(seed), round \(round), page \(page / 4096), byte \(within)")
            }
            try FileManager.default.removeItem(atPath: data)
            try original.write(to: URL(filePath: data))
            #expect(chmod(data, mode_t(mode)) == 0)
        }
        #expect(reported > 10, "seed \(seed)")
        #expect(try LMDBEventLog.verify(at: self.directory.ledger).findings == [])
    }

    @Test("a missing segment is named, by opening and by verify", arguments: [1, 11, 21, 31] as [UInt64])
    func missing(_ first: UInt64) async throws {
        try await self.fill(self.directory, events: 35)
        try FileManager.default.removeItem(atPath: self.directory.segment(first))
        for mode in [LMDBEventLog.Mode.readOnly, .readWrite] {
            let error = #expect(throws: EventLogError.self) { _ = try self.directory.openLog(mode) }
            #expect(error?.code == .corrupted(Position(first)))
            #expect(
                error?.description
                    == "opening \(self.directory.segment(first)): the segment that holds the events from "
                    + "\(first) on is missing; restore it from a copy of the ledger")
        }
        let report = try LMDBEventLog.verify(at: self.directory.ledger)
        #expect(report.findings.map(\.position) == [Position(first)])
        #expect(report.findings.map(\.file) == ["log/\(self.directory.segment(first).suffix(20))/data.mdb"])
        #expect(report.events == (first == 31 ? 30 : 25))
    }

    @Test("a segment of another ledger in place of one's own is reported, by opening and by verify")
    func foreign() async throws {
        try await self.fill(self.directory, events: 25)
        let other = TemporaryDirectory()
        let log = try other.createLog(segmentEvents: 10)
        for number in 1...25 { try await log.note(["other event \(number)"]) }
        try log.finishCompaction()
        try self.copy(other.data(of: 11), to: self.directory.data(of: 11))
        #expect(await code { _ = try self.directory.openLog(.readOnly) } == .corrupted(Position(11)))
        let findings = try LMDBEventLog.verify(at: self.directory.ledger).findings
        #expect(findings.contains { $0.file.contains("00011") && $0.message.contains("segment before") })
        #expect(findings.contains { $0.file.contains("00021") && $0.message.contains("segment before") })
    }

    @Test("an older copy of a sealed segment is refused, and what stands behind it is never cleared away")
    func olderCopy() async throws {
        let backup = self.directory.path + "/backup.mdb"
        try await self.fill(self.directory, events: 5)
        try self.copy(self.directory.data, to: backup)
        do {
            let log = try self.directory.openLog()
            for number in 6...25 { try await log.note(["event \(number)"]) }
            try log.finishCompaction()
        }
        try self.copy(backup, to: self.directory.data)
        for mode in [LMDBEventLog.Mode.readOnly, .readWrite] {
            let error = #expect(throws: EventLogError.self) { _ = try self.directory.openLog(mode) }
            #expect(error?.message.contains("an older copy took its place") == true)
        }
        #expect(try LMDBEventLog.verify(at: self.directory.ledger).findings.count == 1)
        #expect(FileManager.default.fileExists(atPath: self.directory.data(of: 11)))
    }

    @Test("a file that lacks free pages only, as a writer leaves it that is killed in its commit, opens for writing")
    func unwrittenPages() async throws {
        do { try await self.directory.createLog(segmentEvents: 10).note(["a", "b"]) }
        do {
            let environment = try Environment(path: self.directory.segment(1), options: .init(mode: .readWrite))
            let meta = try #require(try environment.openDatabase("meta"))
            let keys = (1...200).map { Array("large \($0)".utf8) }
            let value = [UInt8](repeating: 1, count: 10_000)
            try environment.write { txn in for key in keys { try txn.put(key, value, in: meta) } }
            try environment.write { txn in
                for key in keys { try txn.delete(key, in: meta) }
                for key in keys { try txn.put(key, value, in: meta) }
                for key in keys { try txn.delete(key, in: meta) }
            }
        }
        let bytes = try Data(contentsOf: URL(filePath: self.directory.data))
        let written = try #require(bytes.lastIndex { $0 != 0 }) / 4096 + 1
        try #require(written * 4096 < bytes.count)
        #expect(truncate(self.directory.data, off_t(written * 4096)) == 0)
        let log = try self.directory.openLog()
        try await log.note(["c"])
        #expect(try log.all().count == 3)
        #expect(try log.verify().findings == [])
    }
}
