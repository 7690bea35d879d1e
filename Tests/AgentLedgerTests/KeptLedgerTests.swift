import AgentLedger
import Crypto
import Foundation
import LedgerEvents
import LedgerLogLMDB
import LedgerRelations
import LedgerSimulation
import LedgerTables
import LedgerViews
import Seeded
import Testing

/// Ledgers outlive releases: one that version 1 wrote is kept in `Tests/Fixtures/ledger-v1.tar.gz`, with the rows and the
/// digest of every table beside it, over the columns that it had then.
///
/// `make regenerate` writes what is missing; nothing is ever overwritten. When a table's line no longer
/// holds, a ledger on somebody's disk has come to mean something else.
@Suite("A ledger that an earlier version wrote", .serialized)
struct KeptLedgerTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../Fixtures").standardized.path
    private static let archive = "\(Self.fixtures)/ledger-v1.tar.gz"
    private static let tables = "\(Self.fixtures)/ledger-v1.tables.txt"

    let scratch: Scratch
    var path: String { self.scratch.file("ledger") }

    init() async throws {
        self.scratch = try Scratch()
        if KeptFile.isRegenerating, !FileManager.default.fileExists(atPath: Self.archive) {
            let origin = try Scratch()
            try await Self.write(at: origin.file("ledger"))
            try Self.tar(
                "-czf", Self.archive, "--owner=0", "--group=0", "--exclude=lock.mdb", "--exclude=views", "-C",
                origin.path, "ledger")
        }
        try Self.tar("-xzf", Self.archive, "-C", self.scratch.path)
    }

    /// A small company in which everything happens, in a log of several segments.
    private static func write(at path: String) async throws {
        let ledger = try Ledger.create(at: path, segmentLimits: SegmentLimits(events: 256))
        for request in try EverythingOnce.requests(of: CompanySimulation(seed: 1, until: .executions(1400))) {
            let outcome = try await ledger.execute(request)
            #expect(outcome.refusal == nil, "\(request.name)")
        }
        _ = try await ledger.runPolicies(until: nil)
        try ledger.log.finishCompaction()
    }

    private static func tar(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["tar"] + arguments
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "tar \(arguments)")
    }

    @Test("is sound, and every event of then can be read")
    func sound() throws {
        let report = try LMDBEventLog.verify(at: self.path)
        #expect(report.findings.map(\.description) == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(self.path)/log").count > 1)
        let reader = try LedgerReader(at: self.path)
        #expect(try reader.replay().differences == [])
        var counted: [EventType: Int] = [:]
        var events = EventReader()
        try reader.log.read(.all, after: .start, limit: .max) { stored in
            let (_, envelope) = try events.read(stored)
            counted[envelope.type, default: 0] += 1
        }
        #expect(counted.values.reduce(0, +) == Int(report.events))
        // Every type that there was when it was written; those that came later have none.
        #expect(counted.count >= 175)
    }

    @Test("has in every table the rows that it had")
    func tables() throws {
        let snapshot = try LedgerReader(at: self.path).snapshot()
        if KeptFile.isRegenerating, !FileManager.default.fileExists(atPath: Self.tables) {
            let lines = try snapshot.schema.tables.map { try self.line($0, $0.columns.map(\.name), snapshot) }
            try (lines.joined(separator: "\n") + "\n").write(toFile: Self.tables, atomically: true, encoding: .utf8)
        }
        let kept = try String(contentsOfFile: Self.tables, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(kept.count >= 48)
        for line in kept {
            let words = line.split(separator: " ").map(String.init)
            let table = try #require(snapshot.schema.table(words[0]), "\(words[0]) is gone")
            let columns = words[3].split(separator: ",").map(String.init)
            #expect(try self.line(table, columns, snapshot) == line, "\(table.name)")
        }
    }

    @Test("is written on by this one")
    func writing() async throws {
        let ledger = try Ledger.open(at: self.path)
        let head = try ledger.log.head()
        try await ledger.prepareRun()
        #expect(try ledger.log.head() > head)
        #expect(try LMDBEventLog.verify(at: self.path).findings.map(\.description) == [])
        // Types had no tails then.
        var positions: [EventType: [Position]] = [:]
        try ledger.log.read(.all, after: .start, limit: .max) { positions[$0.type(), default: []].append($0.position) }
        for (type, expected) in positions {
            var found: [Position] = []
            try ledger.log.typePositions(type) {
                found.append($0)
                return true
            }
            #expect(found == expected, "\(type)")
            #expect(try ledger.log.count(of: type) == expected.count, "\(type)")
        }
        let counts = try ledger.log.statistics().types
        #expect(Dictionary(uniqueKeysWithValues: counts.map { ($0.type, $0.count) }) == positions.mapValues(\.count))
        #expect(try LedgerReader(at: self.path).replay().differences == [])
    }

    /// The table's name, the number of its rows, their digest, and the columns that it is over.
    private func line(_ table: TableDeclaration, _ columns: [String], _ snapshot: LedgerSnapshot) throws -> String {
        let places = try columns.map { name in
            try #require(table.columns.firstIndex { $0.name == name }, "\(table.name).\(name) is gone")
        }
        var hash = SHA256()
        var rows = 0
        try snapshot.rows(of: table, changedAfter: nil) { cells in
            rows += 1
            for place in places { hash.update(data: Array("\(cells[place].kept)\u{1F}".utf8)) }
            hash.update(data: [0x1E])
        }
        let digest = hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "\(table.name) \(rows) \(digest) \(columns.joined(separator: ","))"
    }
}

extension SQLValue {
    /// The value as it is digested, for ever.
    fileprivate var kept: String {
        switch self {
        case .null: "\u{0}"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .double(let value): "\(value)"
        case .bytes(let bytes): bytes.map { String($0, radix: 16) }.joined(separator: "-")
        case .text, .uuid, .timestamp, .date, .numeric, .json, .textArray: self.text ?? ""
        }
    }
}
